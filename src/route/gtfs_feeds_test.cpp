// Real feeds of ../shared: counts that are known, no reference that leads nowhere, and the way out
// and back. Skipped where the folder is absent.
#include <gtest/gtest.h>

#include <filesystem>

#include "route/feed_summary.h"
#include "route/gtfs_reader.h"
#include "route/gtfs_testing.h"
#include "route/gtfs_writer.h"

namespace hq::route {
namespace {

using enum DefectKind;

struct Known {
  const char* file;
  uint64_t stops, lines, trips, stop_times, frequencies, transfers;
  uint64_t padded_files;
};

/// The figures of the feeds' own documentation (counts of rows).
constexpr Known kKnown[] = {
    {"gtfs/renfe_long_distance_2026-08-21.zip", 1009, 706, 5678, 47817, 0, 0, 7},
    {"gtfs/mta_subway_2026-09-23.zip", 1488, 29, 20621, 565093, 0, 613, 0},
    {"transport/gtfs_yrd_rail.zip", 1322, 1855, 3233, 40042, 0, 0, 0},
    {"transport/gtfs_yrd_metro.zip", 1806, 92, 184, 4440, 920, 0, 0},
};

class RealFeed : public testing::TestWithParam<Known> {};

TEST_P(RealFeed, reads_whole_and_comes_back_from_our_own_zip) {
  const Known& known = GetParam();
  const auto path = std::filesystem::path(HQ_SHARED_DIR) / "data" / known.file;
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  ImportReport report;
  const auto feed = read_gtfs(path, report);
  ASSERT_TRUE(feed.has_value()) << feed.error().text();
  const FeedSummary summary = summarize(*feed);
  EXPECT_EQ(summary.stops, known.stops);
  EXPECT_EQ(summary.lines, known.lines);
  EXPECT_EQ(summary.trips, known.trips);
  EXPECT_EQ(summary.stop_times, known.stop_times);
  EXPECT_EQ(summary.frequencies, known.frequencies);
  EXPECT_EQ(summary.transfers, known.transfers);
  EXPECT_EQ(summary.services_never_running, 0u);
  EXPECT_EQ(report.count(padded_cell), known.padded_files);
  for (const DefectKind kind : {unknown_reference, duplicate_id, broken_row, bad_value,
                                time_runs_back, trip_without_stop_times, missing_time}) {
    EXPECT_EQ(report.count(kind), 0u) << text(kind).id;
  }

  const TemporaryFolder folder;
  ASSERT_TRUE(write_gtfs(*feed, folder / "out.zip").has_value());
  ImportReport again_report;
  const auto again = read_gtfs(folder / "out.zip", again_report);
  ASSERT_TRUE(again.has_value()) << again.error().text();
  EXPECT_TRUE(*again == *feed);
  EXPECT_EQ(again_report.total(), again_report.count(too_fast));
}

INSTANTIATE_TEST_SUITE_P(ReadGtfs, RealFeed, testing::ValuesIn(kKnown), [](const auto& info) {
  std::string name = std::filesystem::path(info.param.file).stem().string();
  std::replace_if(name.begin(), name.end(), [](char c) { return !std::isalnum(c); }, '_');
  return name;
});

TEST(DeltaRailListing, times_pass_midnight_by_days) {
  const auto path = std::filesystem::path(HQ_SHARED_DIR) / "data/transport/gtfs_yrd_rail.zip";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  ImportReport report;
  const FeedSummary summary = summarize(read_gtfs(path, report).value());
  EXPECT_EQ(format_clock(summary.latest_clock), "76:41");
  EXPECT_EQ(summary.trips_by_service,
            (std::map<std::string, uint64_t>{{"DAILY", 2550}, {"HOLIDAY", 663}, {"PEAK", 20}}));
}

}  // namespace
}  // namespace hq::route
