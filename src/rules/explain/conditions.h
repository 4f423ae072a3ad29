// Conditions: the cells of a table and the boolean parts of FEEL texts, each with its verdict, its
// sentence and the least change that would turn it.
//
// Works in the scope in which the logic was worked out, with an Evaluation of its own, so that
// looking leaves no trace in the answer. Lives as long as one look; one thread.
//
//   const Conditions look(scope, evaluation, labels);
//   look.of_cell("Age", rule.inputs[0], Value(int64_t{17}), nullptr).change;   // +1
#pragma once

#include <string>
#include <vector>

#include "rules/explain/explain.h"

namespace hq::rules {

class Conditions {
 public:
  Conditions(const Scope& scope, Evaluation& evaluation, const Labels& labels)
      : scope_(scope), evaluation_(evaluation), labels_(labels) {}

  Truth truth_of_cell(const Feel& cell, const Value& value) const;

  /// `allowed`: the values that the input may have; may be nullptr.
  Condition of_cell(const std::string& input, const Feel& cell, const Value& value,
                    const Expression* allowed) const;

  /// The change alone, as of_cell has it, of a cell that fails.
  std::optional<Change> change_of_cell(const Feel& cell, const Value& value,
                                       const Expression* allowed) const;

  /// Of a text that is a condition the condition; of an `if` those that led to its value.
  std::vector<Condition> of_text(const Feel& feel) const;

  const Scope& scope() const { return scope_; }
  Evaluation& evaluation() const { return evaluation_; }
  const Labels& labels() const { return labels_; }

 private:
  const Scope& scope_;
  Evaluation& evaluation_;
  const Labels& labels_;
};

}  // namespace hq::rules
