#include "hub/timetables/import.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "hub/reference/reference.h"
#include "hub/timetables/trains.h"
#include "route/compile.h"
#include "route/gtfs_reader.h"
#include "route/train_listing.h"

namespace hq::hub {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kNameBytesMax = 60;
constexpr std::size_t kDigestDigits = 16;

bool is_name(std::string_view name) {
  const bool known = name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == name.npos;
  return known && !name.empty() && name.front() != '-' && name.size() <= kNameBytesMax;
}

/// Digest of the names and bytes of all files of a hub folder, and of the form of our images.
Result<std::string> digest_of(const fs::path& hub_folder) {
  std::vector<fs::path> files;
  std::error_code failure;
  for (auto it = fs::recursive_directory_iterator(hub_folder, failure);
       !failure && it != fs::recursive_directory_iterator(); it.increment(failure)) {
    if (it->is_regular_file()) files.push_back(it->path());
  }
  if (failure) return std::unexpected(system_error(failure.value(), hub_folder.string()));
  std::ranges::sort(files);
  Sha256Hasher hasher;
  hasher.add(fmt::format("image {} program {}", route::kImageVersion, HQ_VERSION));
  for (const fs::path& file : files) {
    HQ_TRY(const std::string bytes, read_file(file));
    hasher.add(fmt::format("|{} {}|", fs::relative(file, hub_folder).string(), bytes.size()));
    hasher.add(bytes);
  }
  return to_hex(hasher.digest()).substr(0, kDigestDigits);
}

Result<std::string> compile_reference(const ReferenceHub& hub) {
  route::ImportReport report;
  HQ_TRY(const route::Feed feed, build_feed(hub));
  return route::compile(feed, {}, report);
}

Result<> make_folder(const fs::path& folder) {
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) return std::unexpected(system_error(failure.value(), folder.string()));
  return {};
}

}  // namespace

ReportAnswer describe_report(const route::ImportReport& report) {
  ReportAnswer answer;
  for (const auto& [key, count] : report.counts()) {
    const route::DefectText& text = route::text(key.first);
    answer.counts.push_back({std::string(text.id),
                             std::string(route::id(key.second)),
                             count,
                             {std::string(text.zh), std::string(text.en)}});
  }
  for (const route::Defect& defect : report.defects()) {
    answer.defects.push_back({std::string(route::text(defect.kind).id),
                              std::string(route::id(defect.action)), defect.where, defect.detail});
  }
  return answer;
}

Result<route::Feed> read_feed(const ImportSource& source, const ReferenceHub& hub,
                              route::ImportReport& report) {
  if (source.kind == TimetableKind::trains) return read_trains(source, hub, report);
  route::GtfsOptions options;
  options.id = source.name;
  return route::read_gtfs(source.file, report, options);
}

Result<PreparedImport> prepare_import(const ImportSource& source, const fs::path& folder,
                                      const ReferenceHub& hub, const ImportProgress& progress) {
  if (!is_name(source.name)) {
    return fail(ErrorCode::invalid_argument,
                "a name has 1 to 60 lower-case letters, digits and hyphens",
                "名称由 1 至 60 个小写字母、数字和连字符组成", "name");
  }
  const auto tell = [&](std::string_view step) {
    if (progress) progress(step);
  };
  HQ_TRY_VOID(make_folder(folder));
  route::ImportReport report;
  tell("read");
  HQ_TRY(const route::Feed feed, read_feed(source, hub, report));
  tell("compile");
  HQ_TRY(const std::string image, route::compile(feed, {}, report));
  HQ_TRY(const auto timetable, route::Timetable::from_bytes(image));
  PreparedImport prepared;
  prepared.record = describe_timetable(*timetable, source.name, source.kind);
  prepared.report = describe_report(report);
  tell("write");
  const Timetables paths(folder, timetable);
  HQ_TRY_VOID(
      write_file_atomically(paths.report_path(prepared.record.id), to_json(prepared.report)));
  HQ_TRY_VOID(write_file_atomically(paths.image_path(prepared.record.id), image));
  return prepared;
}

Result<ReportAnswer> read_report(const Timetables& timetables, std::string_view id) {
  const auto known = timetables.find(id);
  if (known && known->kind == TimetableKind::reference) return ReportAnswer{};
  HQ_TRY(const std::string text, read_file(timetables.report_path(id)));
  return from_json<ReportAnswer>(text, {.bytes_max = text.size()});
}

Result<std::shared_ptr<const route::Timetable>> open_reference(const ReferenceHub& hub,
                                                               const fs::path& hub_folder,
                                                               const fs::path& cache_folder) {
  if (cache_folder.empty()) {
    HQ_TRY(std::string image, compile_reference(hub));
    return route::Timetable::from_bytes(std::move(image));
  }
  HQ_TRY(const std::string digest, digest_of(hub_folder));
  const fs::path file = cache_folder / fmt::format("reference-{}.hqt", digest);
  if (auto cached = route::Timetable::open(file)) return cached;
  HQ_TRY_VOID(make_folder(cache_folder));
  HQ_TRY(const std::string image, compile_reference(hub));
  HQ_TRY_VOID(write_file_atomically(file, image));
  return route::Timetable::open(file);
}

}  // namespace hq::hub
