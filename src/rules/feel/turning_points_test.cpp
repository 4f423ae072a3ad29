#include "rules/feel/turning_points.h"

#include <gtest/gtest.h>

#include "rules/feel/parser.h"

namespace hq::rules {
namespace {

Value value_of(const std::string& text) {
  const auto tree = parse_expression(text, {});
  EXPECT_TRUE(tree) << text;
  Evaluation evaluation{EvaluationOptions{}};
  return tree ? evaluate(**tree, Scope(), evaluation) : Value();
}

std::string points(const std::string& tests) {
  const auto tree = parse_unary_tests(tests, {});
  EXPECT_TRUE(tree) << tests;
  if (!tree) return "";
  Evaluation evaluation{EvaluationOptions{}};
  const auto found = turning_points(**tree, Scope(), evaluation);
  return found ? to_text(Value(List(*found))) : "none";
}

std::string pieces(const std::string& list) {
  std::string text;
  for (const Piece& piece : pieces_of(*value_of(list).as<List>())) {
    const bool is_point = !piece.low.is_null() && compare(piece.low, piece.high) == 0;
    if (!text.empty()) text += " ";
    if (is_point) {
      text += to_text(piece.low);
    } else {
      text += to_text(Value(Range{piece.low, piece.high, piece.is_open, piece.is_open}));
    }
  }
  return text;
}

TEST(TurningPoints, are_what_the_value_is_compared_with) {
  EXPECT_EQ(points("[1..3], > 7, not(? = 2 or ? in (4, 5))"), "[1, 3, 7, 2, 4, 5]");
  EXPECT_EQ(points("not(\"a\", \"b\")"), R"(["a", "b"])");
  EXPECT_EQ(points("[\"a\", \"b\"], null"), R"(["a", "b"])");
  EXPECT_EQ(points("? between 1 + 1 and 5"), "[2, 5]");
  EXPECT_EQ(points("-"), "[]");
}

TEST(TurningPoints, are_unknown_where_the_value_is_used_in_another_way) {
  EXPECT_EQ(points("modulo(?, 2) = 0"), "none");
  EXPECT_EQ(points("?.year > 2026"), "none");
  EXPECT_EQ(points("> ? + 1"), "none");
}

TEST(TurningPoints, cut_the_line_into_pieces) {
  EXPECT_EQ(pieces("[3, 1, 3]"), "(null..1) 1 (1..3) 3 (3..null)");
  EXPECT_EQ(pieces("[]"), "");
}

TEST(TurningPoints, days_and_months_are_counted) {
  EXPECT_EQ(pieces("[@\"2026-01-01\", @\"2026-01-02\", @\"2026-01-05\"]"),
            "[null..2025-12-31] 2026-01-01 2026-01-02 [2026-01-03..2026-01-04] 2026-01-05 "
            "[2026-01-06..null]");
  EXPECT_EQ(pieces("[@\"P1Y\"]"), "[null..P11M] P1Y [P1Y1M..null]");
}

TEST(TurningPoints, a_day_has_ends_and_seconds_are_the_least) {
  EXPECT_EQ(pieces("[@\"00:00:00\", @\"23:59:59\"]"), "00:00:00 (00:00:00..23:59:59) 23:59:59");
  EXPECT_EQ(pieces("[@\"10:00:00\", @\"10:00:01\"]"),
            "(null..10:00:00) 10:00:00 10:00:01 (10:00:01..null)");
}

}  // namespace
}  // namespace hq::rules
