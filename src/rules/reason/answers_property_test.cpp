// Differences, least changes, questions and readiness of random models, against all inputs one by
// one.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "rules/reason/reason_testing.h"

namespace hq::rules {
namespace {

/// A goal that says yes to one outcome of texts, and depends to another.
const Goal kGoal([](const Value& outcome) {
  const std::string text = to_text(outcome);
  if (text == "a" || text == "true" || text == "3") return Verdict::yes;
  return text == "c" || text == "null" ? Verdict::depends : Verdict::no;
});

/// A random model with the outcome of each of its inputs.
struct Known {
  explicit Known(uint64_t seed) : random(seed) {
    program = compiled({random.xml()});
    question.emplace(random.question(*program));
    space = Space::of(*question).value();
    points = points_of(space, space.whole);
    const auto evaluator = RegionEvaluator::make(*question, space).value();
    for (const auto& point : points) outcomes.push_back(evaluator->outcome_at(point).value());
  }

  RandomModel random;
  std::shared_ptr<const Program> program;
  std::optional<Question> question;
  Space space;
  std::vector<std::vector<Input>> points;
  std::vector<Value> outcomes;
};

class AnswersProperty : public testing::Test {
 public:
  static void each(uint64_t rounds, const std::function<void(Known&)>& test) {
    const uint64_t seed = testing_seed();
    for (uint64_t round = 0; round < testing_rounds(rounds); ++round) {
      Known known(seed + round);
      SCOPED_TRACE("HQ_SEED=" + std::to_string(seed + round) + " HQ_ROUNDS=1\n" +
                   known.random.xml());
      test(known);
      if (HasFatalFailure() || HasNonfatalFailure()) return;
    }
  }
};

TEST_F(AnswersProperty, diff_finds_exactly_the_inputs_whose_outcome_changes) {
  each(300, [](Known& known) {
    const auto later = compiled({known.random.changed_xml()});
    const Question after = known.random.question(*later);
    const Difference found = diff(*known.question, after, known.points, {}).value();
    ASSERT_TRUE(found.is_complete);
    std::size_t changed = 0;
    for (std::size_t i = 0; i < known.points.size(); ++i) {
      const Value now = execute(*later, {ElementKind::decision, "Top"}, known.points[i], {})->value;
      const bool is_changed = !is_same(now, known.outcomes[i]);
      changed += is_changed ? 1 : 0;
      std::size_t holding = 0;
      for (const OutcomeChange& change : found.changes) {
        bool is_in = true;
        for (const Restriction& side : change.where) {
          is_in = is_in && side.values.holds(known.points[i][*known.space.find(side.fact)].value);
        }
        holding += is_in ? 1 : 0;
      }
      ASSERT_EQ(holding, is_changed ? 1U : 0U) << text_of(known.points[i]);
    }
    ASSERT_EQ(found.changed, changed);
    std::size_t people = 0;
    for (const OutcomeChange& change : found.changes) {
      EXPECT_FALSE(is_same(change.before, change.after));
      people += change.people;
    }
    ASSERT_EQ(people, changed);
  });
}

/// What it costs to go from one value to another; weights 1, 2, 3 ... by fact.
Decimal cost_of(const Value& from, const Value& to, int64_t weight, bool is_flat) {
  if (is_same(from, to)) return Decimal(0);
  const auto a = place_of(from);
  const auto b = place_of(to);
  if (is_flat || !a || !b) return Decimal(weight);
  return *multiply(absolute(*subtract(*b, *a)), Decimal(weight));
}

TEST_F(AnswersProperty, what_if_costs_as_little_as_any_input_that_reaches_the_goal) {
  each(300, [](Known& known) {
    const auto& now = known.points[known.random.below(known.points.size())];
    std::vector<Changeable> changeable;
    for (std::size_t i = 0; i < now.size(); ++i) {
      if (known.random.below(4) == 0) continue;
      changeable.push_back(
          {now[i].name, Decimal(static_cast<int64_t>(i + 1)), known.random.below(4) == 0});
    }
    std::optional<Decimal> least;
    for (std::size_t p = 0; p < known.points.size(); ++p) {
      if (kGoal(known.outcomes[p]) != Verdict::yes) continue;
      std::optional<Decimal> cost = Decimal(0);
      for (std::size_t i = 0; i < now.size() && cost; ++i) {
        const Value& to = known.points[p][i].value;
        if (is_same(to, now[i].value)) continue;
        const auto price = std::ranges::find(changeable, now[i].name, &Changeable::fact);
        if (price == changeable.end() || to.is_null()) {
          cost.reset();
        } else {
          cost = add(*cost, cost_of(now[i].value, to, static_cast<int64_t>(i + 1), price->is_flat));
        }
      }
      if (cost && (!least || *cost < *least)) least = cost;
    }
    const WhatIf way = what_if(*known.question, now, changeable, kGoal, {}).value();
    if (!least) {
      ASSERT_EQ(way.kind, WhatIf::Kind::impossible) << text_of(now);
      return;
    }
    ASSERT_EQ(way.kind, least->is_zero() ? WhatIf::Kind::already : WhatIf::Kind::possible);
    ASSERT_EQ(way.cost, *least) << text_of(now) << ": " << describe(way, Language::en);
    ASSERT_TRUE(way.is_least_proved);
    ASSERT_EQ(kGoal(way.outcome), Verdict::yes);
  });
}

/// Verdicts of the points that agree with what is known.
std::set<Verdict> verdicts(const Known& known, const std::vector<Input>& facts) {
  std::set<Verdict> found;
  for (std::size_t p = 0; p < known.points.size(); ++p) {
    bool is_so = true;
    for (const Input& fact : facts) {
      is_so = is_so && is_same(known.points[p][*known.space.find(fact.name)].value, fact.value);
    }
    if (is_so) found.insert(kGoal(known.outcomes[p]));
  }
  return found;
}

/// Is there a point whose values of these facts, with what is known, settle it?
bool can_settle(const Known& known, const std::vector<Input>& facts, unsigned chosen) {
  return std::ranges::any_of(known.points, [&](const std::vector<Input>& point) {
    std::vector<Input> all = facts;
    for (const Input& fact : facts) {
      if (!is_same(point[*known.space.find(fact.name)].value, fact.value)) return false;
    }
    for (std::size_t i = 0; i < point.size(); ++i) {
      if ((chosen >> i & 1U) != 0) all.push_back(point[i]);
    }
    return verdicts(known, all).size() == 1;
  });
}

TEST_F(AnswersProperty, ask_wants_the_fewest_facts_and_none_that_cannot_matter) {
  each(150, [](Known& known) {
    std::vector<Input> facts;
    const auto& point = known.points[known.random.below(known.points.size())];
    for (const Input& fact : point) {
      if (known.random.below(3) == 0) facts.push_back(fact);
    }
    const Asked asked = ask(*known.question, facts, kGoal, {}).value();
    ASSERT_TRUE(asked.is_proved);
    const std::set<Verdict> possible = verdicts(known, facts);
    ASSERT_EQ(asked.is_settled, possible.size() == 1);
    if (asked.is_settled) {
      ASSERT_EQ(asked.verdict, *possible.begin());
      return;
    }
    std::size_t least = point.size();
    for (unsigned chosen = 0; chosen < 1U << point.size(); ++chosen) {
      const auto size = static_cast<std::size_t>(std::popcount(chosen));
      if (size < least && can_settle(known, facts, chosen)) least = size;
    }
    unsigned chosen = 0;
    for (const std::string& name : asked.questions) chosen |= 1U << *known.space.find(name);
    ASSERT_EQ(asked.questions.size(), least);
    ASSERT_TRUE(can_settle(known, facts, chosen));
    std::set<std::string> needed;
    std::map<std::string, std::set<Verdict>> lines;  // points that differ in one fact only
    for (std::size_t p = 0; p < known.points.size(); ++p) {
      bool is_so = true;
      for (const Input& fact : facts) {
        is_so = is_so && is_same(known.points[p][*known.space.find(fact.name)].value, fact.value);
      }
      if (!is_so) continue;
      for (std::size_t i = 0; i < point.size(); ++i) {
        std::vector<Input> others = known.points[p];
        others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
        auto& line = lines[point[i].name + "|" + text_of(others)];
        line.insert(kGoal(known.outcomes[p]));
        if (line.size() > 1) needed.insert(point[i].name);
      }
    }
    for (const Input& fact : facts) needed.erase(fact.name);
    ASSERT_EQ(std::set<std::string>(asked.needed_facts.begin(), asked.needed_facts.end()), needed);
  });
}

TEST_F(AnswersProperty, readiness_counts_the_people_whom_data_alone_decides) {
  each(12, [](Known& known) {
    std::vector<FactSource> sources;
    for (const std::string& name : known.space.names) {
      sources.push_back({name, static_cast<FactOrigin>(known.random.below(3))});
    }
    const auto decided = [&](std::optional<std::size_t> more, const std::vector<Input>& fixed) {
      std::size_t count = 0;
      for (const auto& person : known.points) {
        std::vector<Input> facts = fixed;
        for (std::size_t i = 0; i < person.size(); ++i) {
          if (sources[i].origin == FactOrigin::data || more == i) facts.push_back(person[i]);
        }
        count += verdicts(known, facts).size() == 1 ? 1 : 0;
      }
      return count;
    };
    const Readiness found = readiness(*known.question, sources, kGoal, known.points, {}).value();
    ASSERT_TRUE(found.is_proved);
    ASSERT_EQ(found.decidable, decided(std::nullopt, {}));
    for (const OpenCondition& condition : found.conditions) {
      const std::size_t fact = *known.space.find(condition.fact);
      std::size_t best = 0;
      const auto values = known.space.whole[fact].listed(100);
      for (const Value& value : *values) {
        best = std::max(best, decided(std::nullopt, {{condition.fact, value, ""}}));
      }
      ASSERT_NEAR(condition.share_without,
                  static_cast<double>(best) / static_cast<double>(known.points.size()), 1e-9);
    }
  });
}

}  // namespace
}  // namespace hq::rules
