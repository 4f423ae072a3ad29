#include "route/timetable.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "route/detail/image_check.h"
#include "route/detail/image_writer.h"

namespace hq::route {
namespace {

constexpr std::array<std::string_view, kModeCount> kModeIds = {
    "rail", "metro", "tram", "bus", "coach", "ferry", "air", "cable", "other"};

/// Checks what the header says of the file, checksum included.
Result<> check_header(std::string_view bytes, const std::string& where) {
  ImageHeader header;
  if (bytes.size() < sizeof header ||
      std::memcmp(bytes.data(), kImageMagic.data(), kImageMagic.size()) != 0) {
    return fail(ErrorCode::parse_error, "this is not a compiled timetable",
                "这不是已编译的时刻表文件", where);
  }
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.version > kImageVersion) {
    return fail(ErrorCode::newer_version,
                fmt::format("the timetable has format version {}, this program reads up to {}; "
                            "use a newer program",
                            header.version, kImageVersion),
                fmt::format("时刻表格式版本为 {}，本程序最高支持 {}；请使用更新的程序",
                            header.version, kImageVersion),
                where);
  }
  if (header.version < kImageVersion) {
    return fail(
        ErrorCode::unavailable,
        fmt::format("the timetable has format version {}, made by an older program; build "
                    "or import it again",
                    header.version),
        fmt::format("时刻表格式版本为 {}，由旧版程序生成；请重新生成或导入", header.version),
        where);
  }
  if (header.section_count != kSectionCount || header.file_bytes != bytes.size() ||
      bytes.size() < sizeof header + kSectionCount * sizeof(SectionRecord)) {
    return fail(ErrorCode::corrupt,
                fmt::format("the timetable is cut short or its header is damaged: {} bytes, {} "
                            "expected; build or import it again",
                            bytes.size(), header.file_bytes),
                fmt::format("时刻表文件不完整或文件头已损坏：{} 字节，应为 {}；请重新生成或导入",
                            bytes.size(), header.file_bytes),
                where);
  }
  if (image_digest(bytes) != header.sha256) {
    return fail(ErrorCode::corrupt,
                "the checksum of the timetable does not match its bytes; build or import it again",
                "时刻表校验和不符；请重新生成或导入", where);
  }
  return {};
}

/// The index of `id` among records sorted through `order`.
template <class Record>
std::optional<uint32_t> find_sorted(const Timetable& timetable, std::span<const uint32_t> order,
                                    std::span<const Record> records, std::string_view id) {
  const auto id_of = [&](uint32_t i) { return timetable.text(records[i].id); };
  const auto at = std::ranges::lower_bound(order, id, {}, id_of);
  if (at == order.end() || id_of(*at) != id) return std::nullopt;
  return *at;
}

template <class Record>
std::optional<uint32_t> find_linear(const Timetable& timetable, std::span<const Record> records,
                                    std::string_view id) {
  for (uint32_t i = 0; i < records.size(); ++i) {
    if (timetable.text(records[i].id) == id) return i;
  }
  return std::nullopt;
}

}  // namespace

std::string_view id(Mode mode) {
  return kModeIds[static_cast<std::size_t>(mode)];
}

std::optional<Mode> mode_from_id(std::string_view id) {
  const auto at = std::ranges::find(kModeIds, id);
  if (at == kModeIds.end()) return std::nullopt;
  return static_cast<Mode>(at - kModeIds.begin());
}

Mode mode_of_route_type(int32_t type) {
  switch (type) {
    case 0:
    case 5:
      return Mode::tram;
    case 1:
    case 12:
      return Mode::metro;
    case 2:
      return Mode::rail;
    case 3:
    case 11:
      return Mode::bus;
    case 4:
      return Mode::ferry;
    case 6:
    case 7:
      return Mode::cable;
    default:
      break;
  }
  // Extended types come in hundreds: 1xx railway, 2xx coach, 4xx urban railway, 7xx bus ...
  switch (type / 100) {
    case 1:
      return Mode::rail;
    case 2:
      return Mode::coach;
    case 4:
    case 5:
    case 6:
      return Mode::metro;
    case 7:
    case 8:
      return Mode::bus;
    case 9:
      return Mode::tram;
    case 10:
    case 12:
      return Mode::ferry;
    case 11:
      return Mode::air;
    case 13:
    case 14:
      return Mode::cable;
    default:
      return Mode::other;
  }
}

Result<std::shared_ptr<const Timetable>> Timetable::open(const std::filesystem::path& path) {
  std::shared_ptr<Timetable> timetable(new Timetable);
  HQ_TRY(timetable->file_, MappedFile::open(path));
  HQ_TRY_VOID(timetable->bind(timetable->file_.bytes(), path.string()));
  return timetable;
}

Result<std::shared_ptr<const Timetable>> Timetable::from_bytes(std::string image) {
  std::shared_ptr<Timetable> timetable(new Timetable);
  timetable->owned_ = std::move(image);
  HQ_TRY_VOID(timetable->bind(timetable->owned_, "image"));
  return timetable;
}

Result<> Timetable::bind(std::string_view bytes, const std::string& where) {
  HQ_TRY_VOID(check_header(bytes, where));
  HQ_TRY(t_, image_tables(bytes, where));
  HQ_TRY_VOID(check_image(t_, where));
  bytes_ = bytes;
  std::memcpy(hash_.data(), bytes.data() + offsetof(ImageHeader, sha256), hash_.size());
  return {};
}

std::optional<uint32_t> Timetable::find_stop(std::string_view id) const {
  return find_sorted(*this, t_.stops_by_id, t_.stops, id);
}

std::optional<uint32_t> Timetable::find_trip(std::string_view id) const {
  return find_sorted(*this, t_.trips_by_id, t_.trips, id);
}

std::optional<uint32_t> Timetable::find_service(std::string_view id) const {
  return find_linear(*this, t_.services, id);
}

std::optional<uint32_t> Timetable::find_line(std::string_view id) const {
  return find_linear(*this, t_.lines, id);
}

std::span<const uint32_t> Timetable::members(uint32_t stop) const {
  const uint32_t begin = t_.members_offset[stop];
  return t_.members.subspan(begin, t_.members_offset[stop + 1] - begin);
}

uint32_t Timetable::station_of(uint32_t stop) const {
  const uint32_t parent = t_.stops[stop].parent;
  return parent == kNone ? stop : parent;
}

bool Timetable::runs_on(uint32_t service, Date day) const {
  const int64_t at = day.time_since_epoch().count() - int64_t{t_.info[0].first_day};
  if (at < 0 || at >= int64_t{t_.info[0].day_count}) return false;
  const uint64_t first = uint64_t{t_.services[service].day_set} * t_.info[0].words_per_set;
  return (t_.day_words[first + static_cast<uint64_t>(at) / 64] >> (at % 64) & 1) != 0;
}

Date Timetable::first_day() const {
  return Date{std::chrono::days{t_.info[0].first_day}};
}

Date Timetable::last_day() const {
  return first_day() + std::chrono::days{static_cast<int32_t>(t_.info[0].day_count) - 1};
}

}  // namespace hq::route
