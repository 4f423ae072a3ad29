// Probes: values that tell all that some tests can say of a kind of values.
//
//   probes_of({&cell}, TypeKind::number, scope);   // of "> 5": 4, 5, 6
#pragma once

#include <optional>
#include <vector>

#include "rules/feel/evaluator.h"

namespace hq::rules {

constexpr std::size_t kProbesMax = 5000;

/// Values of the kind (any: of every kind that the tests name), null aside: the turning points of
/// all the tests, one value between each two, one that none of them names. Nothing where a test
/// does more than compare, or they name very many values.
std::optional<std::vector<Value>> probes_of(const std::vector<const Expression*>& tests,
                                            TypeKind kind, const Scope& scope);

}  // namespace hq::rules
