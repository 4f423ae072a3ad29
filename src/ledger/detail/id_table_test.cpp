#include "ledger/detail/id_table.h"

#include <gtest/gtest.h>

#include <random>
#include <unordered_map>

namespace hq::ledger {
namespace {

TEST(IdTable, agrees_with_a_map_on_random_work) {
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    std::mt19937_64 random(seed);
    IdTable table(seed);
    std::unordered_map<uint64_t, uint32_t> map;
    std::vector<uint64_t> ids;  // by index
    const auto find = [&](uint64_t id) {
      return table.find(table.hash(id), [&](uint32_t i) { return ids[i] == id; });
    };
    for (int step = 0; step < 400'000; ++step) {
      const uint64_t id = 1 + random() % 300'000;  // some tables grow twice
      const auto known = map.find(id);
      ASSERT_EQ(find(id), known == map.end() ? kNone : known->second);
      if (known == map.end()) {
        map.emplace(id, static_cast<uint32_t>(ids.size()));
        table.insert(table.hash(id), static_cast<uint32_t>(ids.size()));
        ids.push_back(id);
      } else if (random() % 2 == 0) {
        table.erase(table.hash(id), known->second);
        map.erase(known);
      } else {
        table.replace(table.hash(id), known->second, static_cast<uint32_t>(ids.size()));
        known->second = static_cast<uint32_t>(ids.size());
        ids.push_back(id);
      }
    }
  }
}

// Or a batch would wait for all 256 tables to move at once.
TEST(IdTable, grows_a_little_at_a_time) {
  IdTable table(7);
  const std::size_t at_first = table.bytes();
  std::size_t largest_step = 0;
  std::size_t before = at_first;
  for (uint32_t i = 0; i < 1'000'000; ++i) {
    table.insert(table.hash(i), i);
    if (i % 10'000 != 0) continue;
    // Small ones are soon all there; later a step is a part of what is there.
    if (i > 100'000) largest_step = std::max(largest_step, (table.bytes() - before) * 100 / before);
    before = table.bytes();
  }
  EXPECT_GT(before, at_first + 1'000'000 * sizeof(uint64_t));
  EXPECT_LE(largest_step, 20u) << "percent";
}

// Ids of one hash, as someone who knew the seed could choose them, are slow but found.
TEST(IdTable, keeps_apart_ids_of_one_hash) {
  IdTable table(7);
  for (uint32_t i = 0; i < 100; ++i) table.insert(0xFFFFFFFF, i);
  for (uint32_t i = 0; i < 100; i += 2) table.erase(0xFFFFFFFF, i);
  for (uint32_t i = 0; i < 100; ++i) {
    const uint32_t found = table.find(0xFFFFFFFF, [&](uint32_t at) { return at == i; });
    EXPECT_EQ(found, i % 2 == 0 ? kNone : i);
  }
}

}  // namespace
}  // namespace hq::ledger
