// From a feed's file to a compiled timetable beside the log, and the command that records it.
//
// The slow part (reading, checking, compiling) runs on the caller's thread and touches no state;
// the files are named by their content and written whole, so an import that is cut off or done
// twice leaves nothing wrong. prepare_import() then gives the body of the command; sending it
// through the writer is the caller's.
//
//   HQ_TRY(PreparedImport import, prepare_import({.kind = TimetableKind::gtfs, .file = "yrd.zip",
//                                                 .name = "yrd"}, timetables.folder(), hub));
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "hub/reference/hub_data.h"
#include "hub/timetables/timetables.h"
#include "route/report.h"

namespace hq::hub {

struct ImportSource {
  TimetableKind kind = TimetableKind::gtfs;
  std::filesystem::path file = {};  // GTFS zip or folder, or a train listing
  std::string name = {};            // lower-case letters, digits and hyphens
  // For a train listing: station lists beside the hub's own (12306 list or CSV), and an earlier
  // edition to repair damaged listings from.
  std::vector<std::filesystem::path> station_files = {};
  std::filesystem::path earlier_edition = {};
};

/// Told at each step: "read", "compile", "write".
using ImportProgress = std::function<void(std::string_view step)>;

struct ReportCount {
  std::string kind;
  std::string action;
  uint64_t count = 0;
  Name text;
};
BOOST_DESCRIBE_STRUCT(ReportCount, (), (kind, action, count, text))

struct ReportDefect {
  std::string kind;
  std::string action;
  std::string where;
  std::string detail;
};
BOOST_DESCRIBE_STRUCT(ReportDefect, (), (kind, action, where, detail))

/// An import report as it is kept and shown.
struct ReportAnswer {
  std::vector<ReportCount> counts;
  std::vector<ReportDefect> defects;
};
BOOST_DESCRIBE_STRUCT(ReportAnswer, (), (counts, defects))

ReportAnswer describe_report(const route::ImportReport& report);

struct PreparedImport {
  TimetableRecord record;
  ReportAnswer report;
};

/// Reads a feed of any kind. Errors are those of the readers, with the file in `where`.
Result<route::Feed> read_feed(const ImportSource& source, const ReferenceHub& hub,
                              route::ImportReport& report);

/// Errors: those of the readers and of compile(); invalid_argument for a bad name.
Result<PreparedImport> prepare_import(const ImportSource& source,
                                      const std::filesystem::path& folder, const ReferenceHub& hub,
                                      const ImportProgress& progress = {});

/// The report kept beside a timetable; the reference plan has an empty one.
Result<ReportAnswer> read_report(const Timetables& timetables, std::string_view id);

/// The reference plan of a hub folder, compiled; from `cache_folder` where its files have not
/// changed since. An empty `cache_folder` compiles anew.
Result<std::shared_ptr<const route::Timetable>> open_reference(
    const ReferenceHub& hub, const std::filesystem::path& hub_folder,
    const std::filesystem::path& cache_folder);

}  // namespace hq::hub
