#include "rules/check/table_samples.h"

#include <gtest/gtest.h>

#include "rules/dmn/model_testing.h"

namespace hq::rules {
namespace {

struct Row {
  std::vector<std::string> inputs;
  std::string output;
};

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '<' ? std::string("&lt;") : std::string(1, c);
  return out;
}

/// "gap", then the columns that take null for a known value; "none": cells do more than compare.
/// Inputs: a number 1 to 9, b boolean, both perhaps null, and a number `limit` of which cells
/// speak.
std::string said(const std::vector<Row>& rows, const std::string& policy = "UNIQUE",
                 bool may_be_null = false) {
  std::string text = "<decisionTable hitPolicy='" + policy +
                     "'><input><inputExpression><text>a</text></inputExpression><inputValues>"
                     "<text>[1..9]</text></inputValues></input><input><inputExpression>"
                     "<text>b</text></inputExpression></input><output/>";
  for (const Row& row : rows) {
    text += "<rule>";
    for (const std::string& cell : row.inputs) {
      text += "<inputEntry><text>" + escaped(cell) + "</text></inputEntry>";
    }
    text += "<outputEntry><text>" + row.output + "</text></outputEntry></rule>";
  }
  const auto program =
      compiled({definitions(input("a") + input("b") + input("limit") +
                            decision("d", text + "</decisionTable>",
                                     needs_input("a") + needs_input("b") + needs_input("limit")))});
  const CompiledTable& table = *program->element(3).logic->table;
  Environment names;
  names.set("limit", inferred(TypeKind::number));
  const auto samples = TableSamples::of(
      table, {inferred(TypeKind::number, may_be_null), inferred(TypeKind::boolean, may_be_null)},
      {table.inputs[0].allowed.tree.get(), nullptr}, names);
  if (!samples) return "none";
  std::string out = samples->has_gap() ? "gap" : "";
  for (std::size_t i = 0; i < 2; ++i) {
    if (samples->takes_null_for_known(i)) out += " " + std::to_string(i + 1);
  }
  return out;
}

TEST(TableSamples, find_gaps) {
  EXPECT_EQ(said({{{"< 5", "-"}, "1"}, {{">= 5", "-"}, "2"}}), "");
  EXPECT_EQ(said({{{"< 5", "-"}, "1"}, {{"> 5", "-"}, "2"}}), "gap");
  EXPECT_EQ(said({{{"[1..9]", "true"}, "1"}, {{"-", "false"}, "2"}}), "");
  EXPECT_EQ(said({{{"[1..9]", "true"}, "1"}, {{"< 9", "false"}, "2"}}), "gap");
  EXPECT_EQ(said({}), "gap");
}

TEST(TableSamples, give_names_in_cells_values_by_chance) {
  EXPECT_EQ(said({{{"< limit", "-"}, "1"}, {{">= limit", "-"}, "2"}}), "");
  EXPECT_EQ(said({{{"< 5", "-"}, "1"}, {{">= 5", "-"}, "limit"}}), "");
}

TEST(TableSamples, know_what_null_comes_to) {
  EXPECT_EQ(said({{{"< 5", "-"}, "1"}, {{">= 5", "-"}, "2"}}, "UNIQUE", true), "gap");
  EXPECT_EQ(said({{{"< 5", "-"}, "1"}, {{"-", "-"}, "2"}}, "FIRST", true), " 1");
  EXPECT_EQ(said({{{"null", "-"}, "0"}, {{"< 5", "-"}, "1"}, {{"-", "-"}, "2"}}, "FIRST", true),
            "");
  // What stands at the end is for what is unknown, and for nothing else.
  EXPECT_EQ(said({{{"< 5", "true"}, "1"},
                  {{"< 5", "false"}, "2"},
                  {{">= 5", "-"}, "3"},
                  {{"-", "-"}, "\"unknown\""}},
                 "FIRST", true),
            "");
}

TEST(TableSamples, are_none_where_cells_do_more_than_compare) {
  EXPECT_EQ(said({{{"even(?)", "-"}, "1"}}), "none");
}

}  // namespace
}  // namespace hq::rules
