// Decision tables (DMN 1.5, chapter 8): which rules hit, and what the hit policy makes of them.
//
// This is the plain way, rule by rule, that faster ones are compared with. Overlapping rules under
// UNIQUE, or different outputs under ANY, are null with a reason, which is reported. Without a hit
// the default outputs count; without those the answer is null, under RULE ORDER, OUTPUT ORDER and
// COLLECT an empty list, and 0 for COUNT.
//
//   const Value status = decide_by_table(table, scope, evaluation);
#pragma once

#include <cstddef>
#include <vector>

#include "rules/dmn/compile.h"
#include "rules/feel/evaluator.h"

namespace hq::rules {

/// The output, a context of outputs where the table has several, or a list of either.
Value decide_by_table(const CompiledTable& table, const Scope& scope, Evaluation& evaluation);

/// The same where it is known which rules hit, in their order; under FIRST one at most.
Value value_of_hits(const CompiledTable& table, std::vector<std::size_t> hits, const Scope& scope,
                    Evaluation& evaluation);

}  // namespace hq::rules
