#include "base/time_zone.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"

namespace hq {
namespace {

// RFC 9636, 3.2: offsets should be within -25 h to +26 h; what lies beyond is not a zone on Earth.
constexpr int32_t kOffsetLeastS = -89'999;
constexpr int32_t kOffsetGreatestS = 93'599;

// RFC 9636, 3.2: no time before -2^59, which is earlier than the Big Bang.
constexpr int64_t kTimeMaxS = int64_t{1} << 59;

constexpr std::size_t kHeaderSize = 44;
constexpr uint64_t kFileBytesMax = uint64_t{1} << 20;
constexpr uint32_t kCountMax = 100'000;  // of transitions; real files have some hundreds
constexpr std::size_t kNameSizeMax = 100;

std::unexpected<Error> bad(std::string_view what, std::string_view what_zh) {
  return fail(ErrorCode::parse_error, fmt::format("not a time zone file: {}", what),
              fmt::format("不是时区文件：{}", what_zh));
}

uint64_t big_endian(std::string_view bytes) {
  uint64_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<uint8_t>(c);
  return value;
}

/// RFC 9636, 3.1, in the order in which the counts stand in the file.
struct Header {
  char version = 0;
  uint32_t ut_count = 0;
  uint32_t standard_count = 0;
  uint32_t leap_count = 0;
  uint32_t time_count = 0;
  uint32_t type_count = 0;
  uint32_t letter_count = 0;

  std::size_t data_size(std::size_t time_size) const {
    return std::size_t{time_count} * (time_size + 1) + std::size_t{type_count} * 6 + letter_count +
           std::size_t{leap_count} * (time_size + 4) + standard_count + ut_count;
  }
};

Result<Header> take_header(std::string_view& rest) {
  if (rest.size() < kHeaderSize) return bad("it is cut short", "文件不完整");
  if (!rest.starts_with("TZif")) return bad("it does not start with TZif", "开头不是 TZif");
  const auto count = [&](std::size_t at) {
    return static_cast<uint32_t>(big_endian(rest.substr(at, 4)));
  };
  const Header header{rest[4], count(20), count(24), count(28), count(32), count(36), count(40)};
  if (header.version != 0 && (header.version < '2' || header.version > '9')) {
    return bad("its version is unknown", "版本未知");
  }
  for (const uint32_t n : {header.ut_count, header.standard_count, header.leap_count,
                           header.time_count, header.type_count, header.letter_count}) {
    if (n > kCountMax) return bad("a count is too large", "计数过大");
  }
  rest.remove_prefix(kHeaderSize);
  return header;
}

/// A name becomes part of a path, so it must not lead out of the folder.
bool is_safe_name(std::string_view name) {
  if (name.empty() || name.size() > kNameSizeMax) return false;
  char before = '/';
  for (const char c : name) {
    const bool is_word = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                         (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-';
    // A part of the path is not empty and starts with a word character: no "..", no "//".
    if (!is_word && (before == '/' || (c != '/' && c != '.'))) return false;
    before = c;
  }
  return before != '/';
}

}  // namespace

/// Reads the data block behind a header, and the footer behind that.
struct TimeZone::Parser {
  Header header;
  std::size_t time_size;
  std::string_view rest;

  Result<> read(TimeZone& zone) {
    if (rest.size() < header.data_size(time_size)) return bad("it is cut short", "文件不完整");
    if (header.leap_count != 0) {
      return fail(ErrorCode::unsupported, "a time zone file with leap seconds cannot be used",
                  "不支持含闰秒的时区文件");
    }
    if (header.type_count == 0 || header.type_count > 256) {
      return bad("it has no local time types, or too many", "本地时间类型的数量有误");
    }
    // The block: times of the transitions, the type of each, then the types (RFC 9636, 3.2).
    const std::string_view times = rest.substr(0, header.time_count * time_size);
    const std::string_view indices = rest.substr(times.size(), header.time_count);
    const std::string_view types =
        rest.substr(times.size() + indices.size(), std::size_t{header.type_count} * 6);

    std::vector<int32_t> offsets;
    for (std::size_t i = 0; i < header.type_count; ++i) {
      offsets.push_back(static_cast<int32_t>(big_endian(types.substr(i * 6, 4))));
      if (offsets.back() < kOffsetLeastS || offsets.back() > kOffsetGreatestS) {
        return bad("an offset is out of range", "时差超出范围");
      }
    }
    zone.first_offset_s_ = offsets[0];
    for (std::size_t i = 0; i < header.time_count; ++i) {
      const auto type = static_cast<uint8_t>(indices[i]);
      if (type >= offsets.size()) return bad("a transition has no type", "转换没有对应的类型");
      const Change change{time_at(times, i), offsets[type]};
      if (change.at_s < -kTimeMaxS || change.at_s > kTimeMaxS) {
        return bad("a transition is out of range", "转换时间超出范围");
      }
      if (i > 0 && change.at_s <= zone.changes_.back().at_s) {
        return bad("its transitions are not in order", "转换时间未按顺序排列");
      }
      zone.changes_.push_back(change);
    }
    return {};
  }

  int64_t time_at(std::string_view times, std::size_t i) const {
    const uint64_t value = big_endian(times.substr(i * time_size, time_size));
    return time_size == 4 ? int64_t{static_cast<int32_t>(value)} : static_cast<int64_t>(value);
  }

  Result<> read_footer(TimeZone& zone) {
    rest.remove_prefix(header.data_size(time_size));
    const std::size_t end = rest.empty() ? std::string_view::npos : rest.find('\n', 1);
    if (end == std::string_view::npos || rest.front() != '\n') {
      return bad("its footer is cut short", "文件末尾不完整");
    }
    // An empty footer says that no rule is known for the time after the last transition.
    const std::string_view text = rest.substr(1, end - 1);
    if (text.empty()) return {};
    HQ_TRY(zone.rule_, PosixTz::parse(text));
    return {};
  }
};

Result<TimeZone> TimeZone::parse(std::string_view bytes, std::string name) {
  TimeZone zone;
  zone.name_ = std::move(name);
  HQ_TRY(Header header, take_header(bytes));
  if (header.version == 0) {
    HQ_TRY_VOID(Parser{header, 4, bytes}.read(zone));
    return zone;
  }
  // The 32-bit block is there for old readers; a second header and the real data follow it.
  if (bytes.size() < header.data_size(4)) return bad("it is cut short", "文件不完整");
  bytes.remove_prefix(header.data_size(4));
  HQ_TRY(header, take_header(bytes));
  Parser parser{header, 8, bytes};
  HQ_TRY_VOID(parser.read(zone));
  HQ_TRY_VOID(parser.read_footer(zone));
  return zone;
}

Result<TimeZone> TimeZone::load(std::string_view name, const std::filesystem::path& folder) {
  if (!is_safe_name(name)) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("'{}' is not the name of a time zone (Asia/Shanghai)", name),
                fmt::format("“{}”不是时区名称（如 Asia/Shanghai）", name));
  }
  const auto path = folder / name;
  auto bytes = read_file(path, kFileBytesMax);
  if (!bytes && bytes.error().code == ErrorCode::not_found) {
    if (name == "Asia/Shanghai") return TimeZone(std::string(name), 8 * 3600);
    if (name == "UTC" || name == "Etc/UTC") return TimeZone(std::string(name), 0);
    return fail(ErrorCode::not_found,
                fmt::format("no time zone '{}' is known; is the package tzdata installed?", name),
                fmt::format("没有时区“{}”；是否已安装 tzdata 软件包？", name), path.string());
  }
  if (!bytes) return std::unexpected(std::move(bytes).error());
  auto zone = parse(*bytes, std::string(name));
  if (!zone) return std::unexpected(std::move(zone).error().at(path.string()));
  return zone;
}

TimeZone TimeZone::utc() {
  return {"UTC", 0};
}

int32_t TimeZone::offset_at(int64_t utc_s) const {
  if (rule_ && (changes_.empty() || utc_s >= changes_.back().at_s)) return rule_->offset_s(utc_s);
  const auto after = std::upper_bound(changes_.begin(), changes_.end(), utc_s,
                                      [](int64_t s, const Change& c) { return s < c.at_s; });
  return after == changes_.begin() ? first_offset_s_ : std::prev(after)->offset_s;
}

std::vector<TimeZone::Change> TimeZone::changes(int64_t from_s, int64_t to_s) const {
  std::vector<Change> found;
  auto next = std::lower_bound(changes_.begin(), changes_.end(), from_s,
                               [](const Change& c, int64_t s) { return c.at_s < s; });
  for (; next != changes_.end() && next->at_s < to_s; ++next) found.push_back(*next);
  if (rule_) {
    const int64_t rule_from_s = changes_.empty() ? from_s : changes_.back().at_s + 1;
    const auto later = rule_->changes(std::max(from_s, rule_from_s), to_s);
    found.insert(found.end(), later.begin(), later.end());
  }
  return found;
}

int32_t TimeZone::offset_s(Instant instant) const {
  return offset_at(std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count());
}

LocalTime TimeZone::to_local(Instant instant) const {
  const int32_t offset = offset_s(instant);
  const Instant shown = instant + std::chrono::seconds(offset);
  const Date date = std::chrono::floor<std::chrono::days>(shown);
  return {date, shown - date, offset};
}

Instant TimeZone::to_utc(Date date, int32_t seconds_of_day) const {
  const int64_t shown_s = int64_t{date.time_since_epoch().count()} * 86'400 + seconds_of_day;
  const auto instant = [](int64_t utc_s) { return Instant(std::chrono::seconds(utc_s)); };
  // The answer lies within the largest offsets; go through the stretches of one offset there.
  const int64_t from_s = shown_s - kOffsetGreatestS;
  int32_t offset = offset_at(from_s - 1);
  for (const Change& change : changes(from_s, shown_s - kOffsetLeastS + 1)) {
    if (shown_s - offset < change.at_s) return instant(shown_s - offset);
    if (shown_s - change.offset_s < change.at_s) return instant(change.at_s);  // in the gap
    offset = change.offset_s;
  }
  return instant(shown_s - offset);
}

Instant TimeZone::service_day_start(Date date) const {
  return to_utc(date, 12 * 3600) - std::chrono::hours(12);
}

}  // namespace hq
