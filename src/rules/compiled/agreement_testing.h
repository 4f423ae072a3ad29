// For tests: one FEEL text by the walker and compiled, in the same scope.
//
//   EXPECT_EQ(difference(*tree, {{"a", Value(int64_t{1})}}), std::nullopt);
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rules/compiled/expression.h"

namespace hq::rules {

using Variables = std::vector<std::pair<std::string, Value>>;

/// As is_same, but a function is the same as one with the same parameters, as each evaluation makes
/// its own.
inline bool agrees(const Value& a, const Value& b) {
  const List* items = a.as<List>();
  const Context* members = a.as<Context>();
  if (items != nullptr && b.as<List>() != nullptr) {
    return std::ranges::equal(*items, *b.as<List>(), agrees);
  }
  if (members != nullptr && b.as<Context>() != nullptr) {
    return std::ranges::equal(members->members(), b.as<Context>()->members(),
                              [](const Context::Member& x, const Context::Member& y) {
                                return x.name == y.name && agrees(x.value, y.value);
                              });
  }
  const bool may_have_functions = a.as<Function>() != nullptr || a.as<Range>() != nullptr;
  if (may_have_functions && a.kind().index() == b.kind().index()) return to_text(a) == to_text(b);
  return is_same(a, b);
}

/// A limit was met: what comes of that differs with what was counted.
inline bool is_limited(const std::vector<Reason>& reports) {
  return reports.size() == Evaluation::kReportsMax ||
         std::ranges::any_of(reports, [](const Reason& report) {
           return report.en.contains("the limit of the evaluation") || report.en.contains("deep");
         });
}

/// "null ! why"
inline std::string said(const Value& value, const std::vector<Reason>& reports) {
  return to_text(value) + (reports.empty() ? "" : " ! " + reports.front().en);
}

/// How the two differ; nothing where they agree, or where one of them met a limit.
inline std::optional<std::string> difference(const Expression& tree, const Variables& variables,
                                             const EvaluationOptions& options = {}) {
  Scope scope;
  std::vector<std::string> names;
  std::vector<Value> values;
  for (const auto& [name, value] : variables) {
    scope.set(name, value);
    names.push_back(name);
    values.push_back(value);
  }
  Machine machine(options);
  const CompiledExpression compiled = compile_expression(tree, names, options);
  const Value run = compiled.run(values, machine);
  Evaluation evaluation(machine.options());
  const Value walked = evaluate(tree, scope, evaluation);
  if (is_limited(evaluation.reports()) || is_limited(machine.reports())) return std::nullopt;
  if (agrees(walked, run) && evaluation.reports().empty() == machine.reports().empty()) {
    return std::nullopt;
  }
  return "walked " + said(walked, evaluation.reports()) + "\ncompiled " +
         said(run, machine.reports());
}

}  // namespace hq::rules
