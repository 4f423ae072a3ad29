// The simulated disk itself: what a loss of power takes and leaves.
#include "sim/disk.h"

#include <gtest/gtest.h>

#include <set>

namespace hq::sim {
namespace {

std::string text_of(const Disk& disk, const Disk::File& file) {
  std::string text(disk.size(file), '?');
  text.resize(disk.read(file, 0, text.data(), text.size()));
  return text;
}

TEST(Disk, keeps_what_was_synced_through_every_loss_of_power) {
  for (uint64_t seed = 0; seed < 200; ++seed) {
    Random random(seed);
    Disk disk;
    const auto file = disk.open("a", true);
    disk.write(file, 0, std::string(1000, 'x'));
    disk.sync(file, true);
    disk.write(file, 1000, std::string(1000, 'y'));
    disk.lose_power(random);
    const auto after = disk.open("a", false);
    ASSERT_NE(after, nullptr);
    EXPECT_EQ(text_of(disk, after).substr(0, 1000), std::string(1000, 'x'));
  }
}

TEST(Disk, keeps_drops_tears_and_reorders_what_was_not_synced) {
  Settled all;
  std::set<std::string> contents;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    Random random(seed);
    Disk disk;
    const auto file = disk.open("a", true);
    disk.sync(file, true);
    disk.write(file, 0, std::string(kSectorBytes, 'x'));
    disk.write(file, kSectorBytes, std::string(kSectorBytes, 'y'));
    const Settled settled = disk.lose_power(random);
    all.kept += settled.kept;
    all.dropped += settled.dropped;
    all.torn += settled.torn;
    all.reordered += settled.reordered;
    contents.insert(text_of(disk, disk.open("a", false)));
  }
  EXPECT_GT(all.kept, 50u);
  EXPECT_GT(all.dropped, 50u);
  EXPECT_GT(all.torn, 10u);
  EXPECT_GT(all.reordered, 5u);
  EXPECT_TRUE(contents.contains(""));
  EXPECT_TRUE(contents.contains(std::string(kSectorBytes, 'x') + std::string(kSectorBytes, 'y')));
  EXPECT_TRUE(contents.contains(std::string(kSectorBytes, '\0') + std::string(kSectorBytes, 'y')));
}

TEST(Disk, loses_and_brings_back_names_that_were_not_synced) {
  int lost = 0;
  int back = 0;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    Random random(seed);
    Disk disk;
    const auto old = disk.open("old", true);
    disk.write(old, 0, "was here");
    disk.sync(old, true);
    disk.remove("old", false);
    disk.sync(disk.open("new", true), false);
    disk.lose_power(random);
    lost += disk.exists("new") ? 0 : 1;
    back += disk.exists("old") ? 1 : 0;
    if (disk.exists("old")) EXPECT_EQ(text_of(disk, disk.open("old", false)), "was here");
  }
  EXPECT_GT(lost, 20);
  EXPECT_LT(lost, 80);
  EXPECT_GT(back, 20);
  EXPECT_LT(back, 80);
}

TEST(Disk, shows_a_write_that_went_astray_only_after_a_restart) {
  Disk disk;
  const auto file = disk.open("a", true);
  disk.write(file, 0, "12345678");
  disk.sync(file, true);
  disk.write_astray(file, 0, "AB", file, 4);
  EXPECT_EQ(text_of(disk, file), "AB345678");
  disk.reboot();
  EXPECT_EQ(text_of(disk, disk.open("a", false)), "1234AB78");
}

TEST(Disk, rots_by_one_bit) {
  Disk disk;
  Random random(1);
  const auto file = disk.open("a", true);
  disk.write(file, 0, std::string(100, '\0'));
  disk.sync(file, true);
  EXPECT_NE(disk.rot("a", random), "");
  int bits = 0;
  for (const char c : text_of(disk, file)) bits += __builtin_popcount(static_cast<uint8_t>(c));
  EXPECT_EQ(bits, 1);
  EXPECT_EQ(disk.rot("nothing", random), "");
}

TEST(Disk, is_full_at_its_capacity) {
  Disk disk;
  const auto file = disk.open("a", true);
  disk.set_capacity(10);
  EXPECT_TRUE(disk.write(file, 0, "0123456789"));
  EXPECT_FALSE(disk.write(file, 10, "x"));
  EXPECT_TRUE(disk.write(file, 0, "x")) << "in place";
  EXPECT_EQ(disk.used(), 10u);
}

}  // namespace
}  // namespace hq::sim
