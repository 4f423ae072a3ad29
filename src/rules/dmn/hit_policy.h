// Hit policies (DMN 1.5, 8.2.8): what becomes of the rules of a table that hit.
//
// For all that executes tables: it finds the hits and gives the outputs, this makes the answer.
// One thread at a time.
//
//   return apply_hit_policy(table, hits, outputs, evaluation);   // hits: numbers of rules, in
//   order
#pragma once

#include <cstddef>
#include <span>

#include "rules/dmn/compile.h"
#include "rules/feel/evaluator.h"

namespace hq::rules {

/// The outputs of a table, worked out where they are asked for; coerced.
class TableOutputs {
 public:
  TableOutputs() = default;
  TableOutputs(const TableOutputs&) = delete;
  TableOutputs& operator=(const TableOutputs&) = delete;
  virtual ~TableOutputs() = default;

  virtual Value output(std::size_t rule, std::size_t column) = 0;
  /// The default output; null where the column has none.
  virtual Value fallback(std::size_t column) = 0;
  /// Does the value pass the test at this place of the order of its column?
  virtual bool is_at(std::size_t place, std::size_t column, const Value& value) = 0;
};

/// Null with a reason where the hits contradict the policy.
Value apply_hit_policy(const CompiledTable& table, std::span<const std::size_t> hits,
                       TableOutputs& outputs, Evaluation& evaluation);

/// What a table answers where the value of an input clause is none of those that are allowed.
Value input_not_allowed(std::size_t input, const Value& value, Evaluation& evaluation);

}  // namespace hq::rules
