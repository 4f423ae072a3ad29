// Simulated runs: 200 seeds that break no promise, the same seed twice, and programs with a defect
// put in, which must be found out.
#include "sim/scenario.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace hq::sim {
namespace {

constexpr uint64_t kSeedsPerTest = 25;

class Sim : public testing::TestWithParam<uint64_t> {};

// In parts, so that they run beside each other.
TEST_P(Sim, breaks_no_promise) {
  for (uint64_t seed = GetParam(); seed < GetParam() + kSeedsPerTest; ++seed) {
    const Outcome outcome = run_scenario({.seed = seed});
    ASSERT_TRUE(outcome.result) << outcome.result.error().text() << "\nrun it again: hq_sim --from "
                                << seed << " --seeds 1 --verbose";
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Sim, testing::Range<uint64_t>(1, 200, kSeedsPerTest),
                         [](const auto& info) { return fmt::format("from_{}", info.param); });

// Seeds that once broke a promise, and what they did.
TEST(SimSeed, with_a_frame_head_written_in_part_is_no_changed_bit) {
  const Outcome outcome = run_scenario({.seed = 40089});
  EXPECT_TRUE(outcome.result) << outcome.result.error().text();
}

// What never comes up in these runs is not tested by them.
TEST(SimMet, comes_upon_everything_it_is_there_for) {
  Met met;
  for (uint64_t seed = 1001; seed < 1081; ++seed) met += run_scenario({.seed = seed}).met;
  for (std::size_t i = 0; i < kEventCount; ++i) {
    const auto event = static_cast<Event>(i);
    if (event == Event::wrong_answers_with_damage_named) continue;  // needs more runs than these
    EXPECT_GT(met[event], 0u) << id(event);
  }
}

TEST(SimTrace, is_the_same_for_the_same_seed) {
  for (uint64_t seed = 301; seed < 316; ++seed) {
    const Outcome first = run_scenario({.seed = seed});
    const Outcome again = run_scenario({.seed = seed});
    EXPECT_EQ(first.trace, again.trace) << seed;
    EXPECT_EQ(first.met, again.met) << seed;
    EXPECT_NE(first.trace, run_scenario({.seed = seed + 1}).trace);
  }
}

std::string_view id(Defect defect) {
  constexpr std::string_view kIds[] = {"none", "sync_does_nothing", "answers_before_write",
                                       "forgets_repeats", "second_history"};
  return kIds[static_cast<std::size_t>(defect)];
}

class SimDefect : public testing::TestWithParam<Defect> {};

// A check that finds nothing in a broken program finds nothing in a sound one either.
TEST_P(SimDefect, is_found) {
  constexpr uint64_t kSeeds = 60;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const Outcome outcome = run_scenario({.seed = seed, .defect = GetParam()});
    if (outcome.result) continue;
    fmt::print("found by seed {}: {}\n", seed, outcome.result.error().text());
    return;
  }
  FAIL() << "not found by " << kSeeds << " seeds";
}

INSTANTIATE_TEST_SUITE_P(Each, SimDefect,
                         testing::Values(Defect::sync_does_nothing, Defect::answers_before_write,
                                         Defect::forgets_repeats, Defect::second_history),
                         [](const auto& test) { return std::string(id(test.param)); });

}  // namespace
}  // namespace hq::sim
