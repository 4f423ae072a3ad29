// Random expressions over regions: what the evaluator says of a point is among what the region
// gives, and at single points it is exactly that.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "rules/dmn/model_testing.h"
#include "rules/reason/reason_testing.h"
#include "rules/reason/region.h"

namespace hq::rules {
namespace {

TEST(RegionProperty, outcomes_of_points_are_among_those_of_their_region) {
  const uint64_t seed = testing_seed();
  SCOPED_TRACE("HQ_SEED=" + std::to_string(seed));
  for (uint64_t round = 0; round < testing_rounds(300); ++round) {
    RandomModel random(seed + round);
    SCOPED_TRACE("round seed " + std::to_string(seed + round) + "\n" + random.xml());
    const auto program = compiled({random.xml()});
    ASSERT_TRUE(program->faults().empty()) << program->faults()[0].text();
    const Question question = random.question(*program);
    const auto space = Space::of(question);
    ASSERT_TRUE(space.has_value());
    auto evaluator = RegionEvaluator::make(question, *space);
    ASSERT_TRUE(evaluator.has_value());
    for (int i = 0; i < 6; ++i) {
      const Region region = random.some_region(*space);
      const Abstract outcome = (*evaluator)->outcome(region);
      for (const auto& point : points_of(*space, region)) {
        const Value exact = (*evaluator)->outcome_at(point).value();
        ASSERT_TRUE(may_be(outcome, exact))
            << to_text(exact) << " at " << text_of(point) << " in " << text_of(*space, region)
            << " gives " << describe(outcome.set, Language::en);
        if (i > 0) continue;
        Region single;
        for (const Input& input : point) single.push_back(ValueSet::of(input.value));
        const auto settled = settled_value((*evaluator)->outcome(single));
        ASSERT_TRUE(settled.has_value()) << text_of(point);
        ASSERT_TRUE(is_same(*settled, exact)) << to_text(*settled) << " for " << to_text(exact);
      }
    }
  }
}

}  // namespace
}  // namespace hq::rules
