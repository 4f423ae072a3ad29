// Feeds as text for tests: a map of files with one small, whole feed in it, of which a test changes
// what it is about. For tests only.
//
//   auto files = small_gtfs();
//   files["stops.txt"] += "X,Nowhere,0,0\n";
//   ImportReport report;
//   const Feed feed = read(files, report);
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>

#include "route/archive.h"
#include "route/feed.h"
#include "route/gtfs_reader.h"
#include "route/report.h"

namespace hq::route {

using Files = std::map<std::string, std::string>;

/// Three stops A, B, C; line L; trips T1 (A 08:00, B 08:30-08:32, C 09:00) and T2 (C 10:00, A
/// 11:00); service D on all days of 2026.
inline Files small_gtfs() {
  return {
      {"agency.txt",
       "agency_id,agency_name,agency_url,agency_timezone\n"
       "O,Operator,https://example.org/,Asia/Shanghai\n"},
      {"stops.txt",
       "stop_id,stop_name,stop_lat,stop_lon\n"
       "A,甲,31.0,121.0\n"
       "B,乙,31.1,121.1\n"
       "C,丙,31.3,121.3\n"},
      {"routes.txt",
       "route_id,agency_id,route_short_name,route_long_name,route_type\n"
       "L,O,1,Line 1,2\n"},
      {"calendar.txt",
       "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
       "D,1,1,1,1,1,1,1,20260101,20261231\n"},
      {"trips.txt",
       "route_id,service_id,trip_id,trip_short_name\n"
       "L,D,T1,G1\n"
       "L,D,T2,G2\n"},
      {"stop_times.txt",
       "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
       "T1,08:00:00,08:00:00,A,1\n"
       "T1,08:30:00,08:32:00,B,2\n"
       "T1,09:00:00,09:00:00,C,3\n"
       "T2,10:00:00,10:00:00,C,1\n"
       "T2,11:00:00,11:00:00,A,2\n"},
  };
}

/// Reads files that must be readable, and checks the feed.
inline Feed read(const Files& files, ImportReport& report, const GtfsOptions& options = {}) {
  auto feed = read_gtfs(Archive::of(files), "test", report, options);
  EXPECT_TRUE(feed.has_value()) << feed.error().text();
  return feed ? *feed : Feed{};
}

/// The Error of files that must not be readable.
inline Error read_error(const Files& files, const GtfsOptions& options = {}) {
  ImportReport report;
  auto feed = read_gtfs(Archive::of(files), "test", report, options);
  EXPECT_FALSE(feed.has_value());
  return feed ? Error{} : feed.error();
}

/// True if the report holds this defect at this place.
inline bool reports(const ImportReport& report, DefectKind kind, DefectAction action,
                    const std::string& where) {
  for (const Defect& defect : report.defects()) {
    if (defect.kind == kind && defect.action == action && defect.where == where) return true;
  }
  return false;
}

/// A folder of this test's own, empty at the start and gone at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    std::string name = std::string(test->test_suite_name()) + "_" + test->name();
    std::ranges::replace(name, '/', '_');
    path_ = std::filesystem::temp_directory_path() /
            ("hq_route_" + name + "_" + std::to_string(::getpid()));
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace hq::route
