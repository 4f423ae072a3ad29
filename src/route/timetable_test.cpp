#include "route/timetable.h"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>

#include "route/detail/image_writer.h"
#include "route/random_feed_testing.h"
#include "route/router.h"
#include "route/small_feed_testing.h"

namespace hq::route {
namespace {

std::string small_image() {
  SmallFeed small;
  small.station("s");
  small.stop("a", "s");
  small.stop("b", "s");
  small.stop("c");
  small.trip("t1", {{"a", "08:00"}, {"c", "08:30"}});
  small.trip("t2", {{"c", "09:00"}, {"b", "09:30"}});
  small.transfer("a", "c", 3000);
  return small.image();
}

/// Makes the checksum right again after a change.
std::string sealed(std::string image) {
  const auto digest = image_digest(image);
  std::memcpy(image.data() + offsetof(ImageHeader, sha256), digest.data(), digest.size());
  return image;
}

ErrorCode code_of(const std::string& image) {
  const auto timetable = Timetable::from_bytes(image);
  EXPECT_FALSE(timetable);
  return timetable ? ErrorCode::internal : timetable.error().code;
}

SectionRecord section_of(const std::string& image, Section section) {
  SectionRecord record;
  std::memcpy(&record,
              image.data() + sizeof(ImageHeader) + static_cast<uint32_t>(section) * sizeof record,
              sizeof record);
  return record;
}

TEST(Timetable, is_the_same_from_a_file_and_from_bytes) {
  const std::string image = small_image();
  const auto path = std::filesystem::path(testing::TempDir()) / "small.hqt";
  std::ofstream(path, std::ios::binary) << image;
  const auto mapped = Timetable::open(path);
  ASSERT_TRUE(mapped) << mapped.error().text();
  const auto owned = Timetable::from_bytes(image);
  ASSERT_TRUE(owned);
  EXPECT_EQ((*mapped)->hash(), (*owned)->hash());
  EXPECT_EQ((*mapped)->bytes(), image.size());
  EXPECT_EQ((*mapped)->find_stop("c"), 3u);
  std::filesystem::remove(path);
}

TEST(Timetable, says_that_a_file_is_missing_or_something_else) {
  const auto missing = Timetable::open("/no/such/file.hqt");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
  EXPECT_EQ(code_of(""), ErrorCode::parse_error);
  EXPECT_EQ(code_of(std::string(500, 'x')), ErrorCode::parse_error);
}

TEST(Timetable, refuses_a_newer_version_and_an_older_one) {
  std::string image = small_image();
  image[8] = 2;
  EXPECT_EQ(code_of(image), ErrorCode::newer_version);
  image[8] = 0;
  EXPECT_EQ(code_of(image), ErrorCode::unavailable);
}

TEST(Timetable, refuses_a_file_cut_anywhere) {
  const std::string image = small_image();
  for (std::size_t size = 0; size < image.size(); size += 7) {
    const ErrorCode code = code_of(image.substr(0, size));
    EXPECT_TRUE(code == ErrorCode::corrupt || code == ErrorCode::parse_error) << size;
  }
  EXPECT_EQ(code_of(image + "x"), ErrorCode::corrupt);
}

TEST(Timetable, finds_any_flipped_bit) {
  const std::string image = small_image();
  for (std::size_t byte = 0; byte < image.size(); ++byte) {
    std::string flipped = image;
    flipped[byte] = static_cast<char>(flipped[byte] ^ (1 << (byte % 8)));
    EXPECT_FALSE(Timetable::from_bytes(std::move(flipped))) << byte;
  }
}

TEST(Timetable, names_the_table_that_is_out_of_range) {
  const std::string image = small_image();
  const std::pair<Section, std::string> wrong[] = {{Section::text_offsets, "sections"},
                                                   {Section::info, "info"},
                                                   {Section::agencies, "agencies"},
                                                   {Section::stops, "stops"},
                                                   {Section::stops_by_id, "stops_by_id"},
                                                   {Section::members_offset, "members"},
                                                   {Section::members, "members"},
                                                   {Section::lines, "lines"},
                                                   {Section::services, "services"},
                                                   {Section::trips, "trips"},
                                                   {Section::trips_by_id, "trips_by_id"},
                                                   {Section::patterns, "patterns"},
                                                   {Section::pattern_stops, "pattern_stops"},
                                                   {Section::times, "times"},
                                                   {Section::runs, "runs"},
                                                   {Section::visits_offset, "visits"},
                                                   {Section::visits, "visits"},
                                                   {Section::links_offset, "links"},
                                                   {Section::links, "links"},
                                                   {Section::links_back_offset, "links"},
                                                   {Section::links_back, "links"},
                                                   {Section::landmarks, "landmarks"}};
  for (const auto& [section, name] : wrong) {
    std::string bad = image;
    const SectionRecord record = section_of(image, section);
    ASSERT_GT(record.count, 0u) << name;
    // Beyond every index and time.
    std::memset(bad.data() + record.offset, 0x7e, record.count * record.item_bytes);
    const auto timetable = Timetable::from_bytes(sealed(std::move(bad)));
    ASSERT_FALSE(timetable) << name;
    EXPECT_EQ(timetable.error().code, ErrorCode::corrupt);
    EXPECT_NE(timetable.error().message.find("(" + name + ")"), std::string::npos)
        << timetable.error().message;
  }
}

TEST(Timetable, refuses_sections_that_do_not_fit) {
  const std::string image = small_image();
  for (std::size_t at = sizeof(ImageHeader);
       at < sizeof(ImageHeader) + kSectionCount * sizeof(SectionRecord); at += 8) {
    std::string bad = image;
    bad[at + 2] = static_cast<char>(bad[at + 2] + 1);
    EXPECT_EQ(code_of(sealed(std::move(bad))), ErrorCode::corrupt) << at;
  }
}

// A file that passes all checks but was not written by compile() must not lead a query astray.
TEST(Timetable, what_opens_can_be_queried) {
  std::mt19937_64 random(7);
  int opened = 0;
  for (int i = 0; i < 4000; ++i) {
    ImportReport report;
    std::string image = compile(random_feed(random() % 50), {}, report).value();
    const std::size_t first = sizeof(ImageHeader) + kSectionCount * sizeof(SectionRecord);
    image[first + random() % (image.size() - first)] = static_cast<char>(random());
    const auto timetable = Timetable::from_bytes(sealed(std::move(image)));
    if (!timetable || (*timetable)->stop_count() == 0) continue;
    ++opened;
    const auto day = DayView::build(*timetable, kRandomFeedDate, {});
    ASSERT_TRUE(day);
    Router router;
    const auto any = [&] { return static_cast<uint32_t>(random() % (*timetable)->stop_count()); };
    const auto reach = router.reach(**day, {.from = {{any()}}, .time_s = 30'000});
    EXPECT_TRUE(reach);
    const auto one = router.journeys(**day, {.from = {{any()}}, .to = {{any()}}, .time_s = 30'000});
    ASSERT_TRUE(one);
    for (const Journey& journey : one->journeys) {
      for (const Leg& leg : journey.legs) {
        if (leg.kind == LegKind::ride) EXPECT_FALSE(calls(**timetable, leg).empty());
      }
    }
  }
  EXPECT_GT(opened, 100);
}

TEST(Mode, comes_from_basic_and_extended_route_types) {
  const std::pair<int32_t, Mode> wanted[] = {
      {0, Mode::tram},     {1, Mode::metro},  {2, Mode::rail},     {3, Mode::bus},
      {4, Mode::ferry},    {5, Mode::tram},   {6, Mode::cable},    {7, Mode::cable},
      {11, Mode::bus},     {12, Mode::metro}, {102, Mode::rail},   {200, Mode::coach},
      {401, Mode::metro},  {704, Mode::bus},  {800, Mode::bus},    {900, Mode::tram},
      {1000, Mode::ferry}, {1100, Mode::air}, {1300, Mode::cable}, {1501, Mode::other},
      {-3, Mode::other}};
  for (const auto& [type, mode] : wanted) EXPECT_EQ(mode_of_route_type(type), mode) << type;
}

TEST(Mode, has_ids_both_ways) {
  for (uint32_t i = 0; i < kModeCount; ++i) {
    const auto mode = static_cast<Mode>(i);
    EXPECT_EQ(mode_from_id(id(mode)), mode);
  }
  EXPECT_EQ(mode_from_id("rocket"), std::nullopt);
}

}  // namespace
}  // namespace hq::route
