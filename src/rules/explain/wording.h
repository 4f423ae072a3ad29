// Wording: values, tests and conditions as sentences in English and Chinese.
//
// Numbers and texts stand as in the model, dates and durations as each reader writes them, names
// and values with their labels where there are some. Pure but for the values of operands, which
// the evaluator works out; one thread.
//
//   wording_of(Value(MonthsDuration{14}), "", labels).zh;   // 1 年 2 个月
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "rules/explain/explain.h"

namespace hq::rules {

Wording label_of(std::string_view name, const Labels& labels);

/// The operation with which `b op a` says what `a op b` does; others stay: `200 <= x`, `x >= 200`.
Kind mirrored(Kind operation);

/// What tests want of a value: "at least 200", "no later than 31 March 2026".
class Requirement {
 public:
  /// `text` is what the spans of the trees refer to, `name` what the tested value is called.
  Requirement(std::string_view text, std::string_view name, const Scope& scope,
              Evaluation& evaluation, const Labels& labels)
      : text_(text), name_(name), scope_(scope), evaluation_(evaluation), labels_(labels) {}

  /// Of unary tests. `is_wanted` false: that they do not hold.
  Wording of_tests(const Expression& tests, bool is_wanted) const;
  /// That one of them holds, or none.
  Wording of_any(std::span<const ExpressionPtr> tests, bool is_wanted) const;
  /// Of one comparison with an operand; Kind::equal to greater_or_equal.
  Wording of_comparison(Kind operation, const Expression& operand, bool is_wanted) const;
  /// Of a range from low to high.
  Wording of_interval(const Expression& low, const Expression& high, bool open_low, bool open_high,
                      bool is_wanted) const;
  /// Of anything else: its text.
  Wording of_text(const Expression& tree, bool is_wanted) const;

 private:
  Wording of_value(const Expression& operand, bool is_wanted) const;
  Wording of_values(std::span<const Value> values, std::span<const Wording> words,
                    bool is_wanted) const;
  std::string written(const Expression& tree) const;
  Wording operand(const Expression& operand, const Value& value) const;

  std::string_view text_;
  std::string_view name_;
  const Scope& scope_;
  Evaluation& evaluation_;
  const Labels& labels_;
};

/// "Purchase amount is 180, at least 200 needed: 20 short".
Wording sentence_of(const Condition& condition, const Wording& requirement, const Labels& labels);

}  // namespace hq::rules
