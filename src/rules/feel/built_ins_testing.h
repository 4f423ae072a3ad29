// Cases of built-in functions as text, for tests: an expression and what it answers.
//
//   expect_answers({{"abs(-1)", "1"}, {"abs(\"x\")", "error"}, {"not(null)", "null"}});
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "rules/feel/evaluator.h"
#include "rules/feel/parser.h"

namespace hq::rules {

/// The text of the value; "null" where null was meant and "error" where it was reported.
inline std::string answer(std::string_view expression, EvaluationOptions options = {}) {
  const Result<ExpressionPtr> tree = parse_expression(expression, Names());
  if (!tree) return "no expression: " + tree.error().text();
  Evaluation evaluation(std::move(options));
  const Value value = evaluate(**tree, Scope(), evaluation);
  if (!value.is_null()) {
    return evaluation.reports().empty() ? to_text(value) : "reported: " + to_text(value);
  }
  return evaluation.reports().empty() ? "null" : "error";
}

struct AnswerCase {
  std::string_view expression;
  std::string_view answer;
};

inline void expect_answers(std::initializer_list<AnswerCase> cases) {
  for (const AnswerCase& one : cases) {
    EXPECT_EQ(answer(one.expression), one.answer) << one.expression;
  }
}

}  // namespace hq::rules
