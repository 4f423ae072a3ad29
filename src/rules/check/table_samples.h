// Samples of a table: does it always answer, and does it take a missing value for a known one?
//
// Each column is tried at the turning points of its cells and between them, all columns in all
// combinations, or in many of them where there are too many. Names in cells (`<= Longest stay`)
// get values by chance, several times; only what holds each time counts. No proof, which is
// reason's, but enough not to cry wolf. Deterministic; lives as long as the table.
//
//   const auto samples = TableSamples::of(table, inputs, allowed, names);
//   if (samples && samples->has_gap()) ...   // it may be null
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "rules/check/inferred.h"
#include "rules/dmn/compile.h"

namespace hq::rules {

class TableSamples {
 public:
  /// Nothing where cells do more than compare, or the table is very large. `allowed` of each
  /// column, nullptr: any value.
  static std::optional<TableSamples> of(const CompiledTable& table,
                                        const std::vector<Inferred>& inputs,
                                        const std::vector<const Expression*>& allowed,
                                        const Environment& names);

  /// There are inputs for which no rule applies and there is no default.
  bool has_gap() const { return has_gap_; }
  /// There are inputs for which null in the column gives the answer that some known value gives,
  /// though others give another.
  bool takes_null_for_known(std::size_t column) const { return takes_null_[column]; }

 private:
  bool has_gap_ = true;
  std::vector<bool> takes_null_;
};

}  // namespace hq::rules
