// Property of the reader: whatever happens to the bytes of a hub's folder, load_hub() either
// refuses it with a place, or gives a hub whose feed keeps every invariant of a feed.
#include <gtest/gtest.h>

#include <random>

#include "hub/reference/reference.h"
#include "hub/reference/tiny_hub.h"

namespace hq::hub {
namespace {

/// The invariants that route/feed.h states; compile() relies on them.
void expect_sound(const route::Feed& feed) {
  for (const route::Stop& stop : feed.stops) {
    EXPECT_TRUE(is_valid(stop.position)) << stop.id;
    EXPECT_TRUE(stop.parent == route::kNone || stop.parent < feed.stops.size());
  }
  for (const route::Line& line : feed.lines) EXPECT_LT(line.agency, feed.agencies.size());
  std::unordered_map<std::string, int> ids;
  for (const route::Trip& trip : feed.trips) {
    EXPECT_EQ(++ids[trip.id], 1) << trip.id;
    EXPECT_LT(trip.line, feed.lines.size());
    EXPECT_LT(trip.service, feed.services.size());
    ASSERT_GE(trip.stop_time_count, 2U) << trip.id;
    ASSERT_LE(trip.first_stop_time + trip.stop_time_count, feed.stop_times.size());
    int32_t clock = 0;
    for (uint32_t i = 0; i < trip.stop_time_count; ++i) {
      const route::StopTime& call = feed.stop_times[trip.first_stop_time + i];
      EXPECT_LT(call.stop, feed.stops.size());
      EXPECT_LE(clock, call.arrival) << trip.id;
      EXPECT_LE(call.arrival, call.departure) << trip.id;
      clock = call.departure;
    }
  }
  for (const route::Frequency& frequency : feed.frequencies) {
    EXPECT_LT(frequency.trip, feed.trips.size());
    EXPECT_LT(frequency.start, frequency.end);
    EXPECT_GT(frequency.headway_s, 0);
  }
  for (const route::Transfer& transfer : feed.transfers) {
    EXPECT_LT(transfer.from, feed.stops.size());
    EXPECT_LT(transfer.to, feed.stops.size());
    EXPECT_GT(transfer.seconds, 0);
  }
}

TEST(HubDamage, leaves_no_unsound_feed_behind) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  const auto below = [&](std::size_t limit) {
    return static_cast<std::size_t>(random() % std::max<std::size_t>(limit, 1));
  };
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(TinyHub::source())) {
    if (entry.is_regular_file()) files.push_back(relative(entry.path(), TinyHub::source()));
  }
  // Signs that mean something to a reader of tables, dates, numbers and TOML.
  constexpr std::string_view kSigns = ",\"\n\r\t -:.;=[]09aA|\xE5\xFF";
  int refused = 0;
  constexpr int kRounds = 200;
  for (int round = 0; round < kRounds; ++round) {
    TinyHub tiny;
    const std::filesystem::path file = tiny.folder() / files[below(files.size())];
    std::string bytes = read_file(file).value();
    for (std::size_t n = below(3); n < 3; ++n) {
      const std::size_t at = below(bytes.size());
      if (random() % 3 == 0) {
        bytes.erase(at, 1 + below(20));
      } else {
        bytes.replace(at, random() % 2, 1, kSigns[below(kSigns.size())]);
      }
    }
    std::ofstream(file, std::ios::binary) << bytes;
    const Result<ReferenceHub> hub = load_hub(tiny.folder());
    if (!hub) {
      ++refused;
      EXPECT_FALSE(hub.error().where.empty()) << hub.error().text();
      continue;
    }
    const Result<route::Feed> feed = build_feed(*hub);
    ASSERT_TRUE(feed) << feed.error().text();
    expect_sound(*feed);
  }
  // Both ends of the property were met.
  EXPECT_GT(refused, 0);
  EXPECT_LT(refused, kRounds);
}

TEST(HubDamage, finds_the_reference_hub_sound) {
  const Result<ReferenceHub> hub = load_hub(std::filesystem::path(HQ_SOURCE_DIR) / "hubs/hongqiao");
  ASSERT_TRUE(hub) << hub.error().text();
  expect_sound(build_feed(*hub).value());
}

}  // namespace
}  // namespace hq::hub
