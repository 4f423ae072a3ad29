// Random small tables: what an explanation says is compared with trying it out.
#include <gtest/gtest.h>

#include <random>

#include "rules/dmn/model_testing.h"
#include "rules/explain/explain.h"

namespace hq::rules {
namespace {

constexpr int kColumns = 3;

/// A table that collects the numbers of its rules, so that its value says which of them hit.
class RandomTable {
 public:
  explicit RandomTable(std::mt19937& random) : random_(random) {
    std::string text = "<decisionTable hitPolicy='COLLECT'>";
    std::string inputs;
    std::string needs;
    for (int i = 0; i < kColumns; ++i) {
      const std::string name(1, static_cast<char>('a' + i));
      text += "<input><inputExpression><text>" + name + "</text></inputExpression></input>";
      inputs += input(name, "number");
      needs += needs_input(name);
    }
    text += "<output/>";
    const int rules = pick(1, 8);
    for (int i = 1; i <= rules; ++i) {
      text += "<rule>";
      for (int k = 0; k < kColumns; ++k)
        text += "<inputEntry><text>" + cell() + "</text></inputEntry>";
      text += "<outputEntry><text>" + std::to_string(i) + "</text></outputEntry></rule>";
    }
    program = compiled({definitions(inputs + decision("d", text + "</decisionTable>", needs))});
  }

  int pick(int from, int to) { return std::uniform_int_distribution(from, to)(random_); }

  std::shared_ptr<const Program> program;

 private:
  std::string cell() {
    const std::string low = std::to_string(pick(0, 9));
    switch (pick(0, 5)) {
      case 0:
        return "-";
      case 1:
        return "&gt;= " + low;
      case 2:
        return "&lt; " + low;
      case 3:
        return low + ", " + std::to_string(pick(0, 9));
      case 4:
        return "not(" + low + ")";
      default:
        return "[" + low + ".." + std::to_string(pick(0, 9)) + ")";
    }
  }

  std::mt19937& random_;
};

std::vector<Input> inputs_of(const std::vector<Value>& values) {
  std::vector<Input> inputs;
  for (int i = 0; i < kColumns; ++i) {
    inputs.push_back({std::string(1, static_cast<char>('a' + i)), values[i], ""});
  }
  return inputs;
}

bool hits(const Program& program, const std::vector<Value>& values, std::size_t rule) {
  const auto answer = execute(program, {ElementKind::decision, "d"}, inputs_of(values), {});
  EXPECT_TRUE(answer);
  for (const Value& number : *answer->value.as<List>()) {
    if (number.as<Decimal>()->to_int64() == static_cast<int64_t>(rule)) return true;
  }
  return false;
}

/// The value after the change; a hundredth more where the end is open.
Value changed(const Value& value, const Change& change) {
  const Decimal& by = *change.by.as<Decimal>();
  const Decimal more = *Decimal::scaled(change.is_open ? 1 : 0, -2);
  const Decimal sum = *add(*value.as<Decimal>(), by);
  return Value(by.is_negative() ? *subtract(sum, more) : *add(sum, more));
}

TEST(ExplainProperty, all_changes_of_a_miss_together_make_it_hit) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  std::size_t tried = 0;
  for (int round = 0; round < 1000; ++round) {
    RandomTable table(random);
    std::vector<Value> values;
    for (int i = 0; i < kColumns; ++i) values.emplace_back(static_cast<int64_t>(table.pick(0, 9)));
    const auto why = explain(*table.program, {ElementKind::decision, "d"}, inputs_of(values),
                             {.misses_max = 100});
    ASSERT_TRUE(why);
    const ExplainedTable& told = *why->why.table;
    EXPECT_EQ(told.hits.size(), why->answer.value.as<List>()->size());
    EXPECT_EQ(told.hits.size() + told.misses.size(), told.rules);
    const ExplainedRule* before = nullptr;
    for (const ExplainedRule& miss : told.misses) {
      if (before != nullptr) {
        EXPECT_LE(std::pair(before->failing, before->distance),
                  std::pair(miss.failing, miss.distance));
      }
      before = &miss;
      std::vector<Value> moved = values;
      bool is_possible = true;
      for (const Condition& condition : miss.conditions) {
        if (condition.truth == Truth::holds) continue;
        const auto column = static_cast<std::size_t>(condition.input[0] - 'a');
        is_possible = is_possible && condition.change;
        // `not(5)` at 5: a little either way.
        if (condition.change) moved[column] = changed(values[column], *condition.change);
      }
      EXPECT_FALSE(hits(*table.program, values, miss.number));
      if (!is_possible) continue;  // `[7..3)` never holds
      // An end that is open on both sides is left upwards or downwards.
      bool is_hit = hits(*table.program, moved, miss.number);
      for (int i = 0; i < 1 << kColumns && !is_hit; ++i) {
        std::vector<Value> either = moved;
        for (int k = 0; k < kColumns; ++k) {
          const Decimal back = *Decimal::scaled((i >> k & 1) != 0 ? 2 : 0, -2);
          either[k] = Value(*subtract(*either[k].as<Decimal>(), back));
        }
        is_hit = hits(*table.program, either, miss.number);
      }
      EXPECT_TRUE(is_hit) << "rule " << miss.number;
      ++tried;
    }
  }
  EXPECT_GT(tried, 500u);
}

}  // namespace
}  // namespace hq::rules
