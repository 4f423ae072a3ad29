// Table cases for the evaluator: each line an expression and what it gives, as text.
//
//   expect_answers(R"(
//     1 + 2          => 3
//     1 + "a"        => null !       an error has to be reported
//   )");
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/text.h"
#include "rules/feel/evaluator.h"
#include "rules/feel/parser.h"

namespace hq::rules {

struct Walked {
  std::string text;
  bool is_error = false;
};

/// In a scope without names, with default limits; a text that does not parse reads as its error.
inline Walked answer_of(std::string_view expression, EvaluationOptions options = {}) {
  const Result<ExpressionPtr> tree = parse_expression(expression, Names());
  if (!tree) return {tree.error().text(), true};
  Evaluation evaluation(std::move(options));
  const Scope scope;
  const Value value = evaluate(**tree, scope, evaluation);
  return {to_text(value), !evaluation.reports().empty()};
}

inline void expect_answers(std::string_view table, const EvaluationOptions& options = {}) {
  int count = 0;
  while (!table.empty()) {
    const std::size_t end = std::min(table.find('\n'), table.size());
    const std::string_view line = trimmed(table.substr(0, end));
    table.remove_prefix(std::min(end + 1, table.size()));
    if (line.empty()) continue;
    const std::size_t arrow = line.find(" => ");
    ASSERT_NE(arrow, std::string_view::npos) << line;
    std::string_view wanted = trimmed(line.substr(arrow + 4));
    const bool is_error = wanted.ends_with(" !");
    if (is_error) wanted = trimmed(wanted.substr(0, wanted.size() - 2));
    const Walked answer = answer_of(trimmed(line.substr(0, arrow)), options);
    EXPECT_EQ(answer.text, wanted) << line;
    EXPECT_EQ(answer.is_error, is_error) << line;
    ++count;
  }
  EXPECT_GT(count, 0);
}

}  // namespace hq::rules
