#include "rules/table/table_index.h"

#include <gmock/gmock.h>

#include "rules/table/table_testing.h"

namespace hq::rules {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::size_t> hits_of(const TableIndex& index, const std::vector<Value>& inputs) {
  TableIndex::Query query;
  std::vector<const Value*> places;
  places.reserve(inputs.size());
  for (const Value& input : inputs) places.push_back(&input);
  index.locate(places, query);
  std::vector<std::size_t> hits;
  for (auto rule = index.first(query); rule; rule = index.first(query, *rule + 1)) {
    hits.push_back(*rule);
  }
  return hits;
}

std::vector<std::size_t> hits_of(const CompiledTable& table, const std::vector<Value>& inputs) {
  return hits_of(TableIndex(table, nullptr), inputs);
}

TEST(TableIndex, finds_the_rules_that_hit_in_their_order) {
  const CompiledTable table = table_of({{"< 18", "-"}, {"[18..60]", "\"SH\""}, {">= 18", "-"}});
  EXPECT_THAT(hits_of(table, {feel_value("7"), Value()}), ElementsAre(0));
  EXPECT_THAT(hits_of(table, {feel_value("18"), Value("SH")}), ElementsAre(1, 2));
  EXPECT_THAT(hits_of(table, {feel_value("18"), Value("BJ")}), ElementsAre(2));
  EXPECT_THAT(hits_of(table, {Value(), Value("SH")}), IsEmpty());
}

TEST(TableIndex, names_the_cells_that_it_cannot_hold) {
  const CompiledTable table = table_of({{"< 5", "x"}, {"5", "-"}, {"? > 5", "] broken"}});
  const TableIndex index(table, nullptr);
  EXPECT_TRUE(index.has_opaque());
  EXPECT_THAT(index.opaque_columns(0), ElementsAre(1));
  EXPECT_THAT(index.opaque_columns(1), IsEmpty());
  EXPECT_THAT(index.opaque_columns(2), ElementsAre(0, 1));
  EXPECT_THAT(hits_of(index, {feel_value("3"), Value()}), ElementsAre(0, 2));
  EXPECT_THAT(hits_of(index, {feel_value("[3]"), Value()}), ElementsAre(2));
}

TEST(TableIndex, takes_a_table_without_rules_or_without_conditions) {
  EXPECT_THAT(hits_of(CompiledTable(), {}), IsEmpty());
  const CompiledTable table = table_of({{"-"}, {""}, {"-"}});
  EXPECT_THAT(hits_of(table, {Value()}), ElementsAre(0, 1, 2));
}

TEST(TableIndex, asks_the_evaluator_about_lists_and_ranges) {
  const CompiledTable table =
      table_of({{"[1, 2]"}, {"[[1, 2], 3]"}, {"= [1, 2]"}, {"[1..5]"}, {"true"}, {"5"}});
  for (const char* text : {"[1, 2]", "[1..5]", "[]", "[5]"}) {
    const std::vector<Value> inputs = {feel_value(text)};
    EXPECT_EQ(hits_of(table, inputs), naive_hits(table, inputs)) << text;
  }
}

/// A query is used again and again, with values of all kinds.
TEST(TableIndex, says_what_the_evaluator_says_of_random_tables) {
  std::size_t cells = 0;
  std::size_t opaque = 0;  // those that are errors: [1.."a"]
  for (uint64_t seed = 1; seed <= 400; ++seed) {
    RandomTexts texts(seed);
    std::vector<std::size_t> kinds(1 + texts.below(4));
    for (std::size_t& kind : kinds) kind = texts.below(8);
    std::vector<std::vector<std::string>> rows(1 + texts.below(150));
    for (auto& row : rows) {
      for (const std::size_t kind : kinds) {
        row.push_back(texts.below(3) == 0 ? "-" : texts.test(kind));
      }
    }
    const CompiledTable table = table_of(rows);
    const TableIndex index(table, nullptr);
    for (std::size_t rule = 0; rule < rows.size(); ++rule) {
      opaque += index.opaque_columns(rule).size();
      cells += kinds.size();
    }
    for (int i = 0; i < 20; ++i) {
      std::vector<Value> inputs;
      inputs.reserve(kinds.size());
      for (const std::size_t kind : kinds) inputs.push_back(feel_value(texts.value(kind)));
      std::vector<std::size_t> hits = hits_of(index, inputs);
      std::erase_if(hits, [&](std::size_t rule) {
        return std::ranges::any_of(index.opaque_columns(rule), [&](uint32_t column) {
          return !naive_holds(table.rules[rule].inputs[column], inputs[column]);
        });
      });
      ASSERT_EQ(hits, naive_hits(table, inputs)) << "seed " << seed;
    }
  }
  EXPECT_LT(opaque * 10, cells);
}

/// More different answers than masks, so that neighbours share one.
CompiledTable large_table(std::size_t rules, RandomTexts& texts) {
  CompiledTable table;
  table.inputs.resize(3);
  for (std::size_t i = 0; i < rules; ++i) {
    const std::size_t low = texts.below(rules);
    const std::size_t width = texts.below(rules / 50);
    CompiledTable::Rule& rule = table.rules.emplace_back();
    rule.inputs.push_back(
        tests_of("[" + std::to_string(low) + ".." + std::to_string(low + width) + ")"));
    rule.inputs.push_back(
        tests_of(i % 5 == 0 ? "-" : "\"city " + std::to_string(texts.below(rules / 20)) + "\""));
    rule.inputs.push_back(tests_of(i % 3 == 0 ? "-" : "> " + std::to_string(texts.below(1000))));
  }
  return table;
}

void expect_same_of_large(std::size_t rules, int decisions) {
  RandomTexts texts(rules);
  const CompiledTable table = large_table(rules, texts);
  const TableIndex index(table, nullptr);
  for (int i = 0; i < decisions; ++i) {
    const std::vector<Value> inputs = {Value(static_cast<int64_t>(texts.below(rules))),
                                       Value("city " + std::to_string(texts.below(rules / 20))),
                                       Value(static_cast<int64_t>(texts.below(1000)))};
    const auto expected = naive_hits(table, inputs);
    ASSERT_EQ(hits_of(index, inputs), expected) << "decision " << i;
  }
}

TEST(TableIndex, says_what_the_evaluator_says_of_3_700_rules) {
  expect_same_of_large(3'700, 100);
}

TEST(TableIndex, says_what_the_evaluator_says_of_100_000_rules) {
  expect_same_of_large(100'000, 5);
}

TEST(ColumnIndex, keeps_few_masks_however_many_rules_there_are) {
  std::vector<Cell> cells;
  cells.reserve(5'000);
  for (int64_t i = 0; i < 5'000; ++i) {
    cells.push_back(Cell{.form = Cell::Form::compare, .test = Kind::less, .constant = Value(i)});
  }
  const ColumnIndex index(cells);
  EXPECT_FALSE(index.is_exact());
  EXPECT_LE(index.masks(), ColumnIndex::kMasksMax + 1);
  for (std::size_t rule = 0; rule < cells.size(); ++rule) {
    for (const int64_t value : {0, 17, 4'998}) {
      const ClassId id = *index.scale().locate(Value(value));
      const bool is_in_mask = (index.mask(id)[rule / 64] >> (rule % 64) & 1U) != 0;
      const bool holds = value < static_cast<int64_t>(rule);
      EXPECT_TRUE(is_in_mask || !holds);
      EXPECT_EQ(is_in_mask && index.holds(rule, id), holds);
    }
  }
}

}  // namespace
}  // namespace hq::rules
