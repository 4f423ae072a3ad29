// One decision by a table, explained: the rules that hit, and the nearest of those that did not.
//
// Called while the table is worked out, in its scope; leaves no trace in the answer. A table of
// many rules is looked at cell by cell once; sentences and distances are made for the few that
// are nearest. One thread.
#pragma once

#include <span>
#include <string>

#include "rules/explain/conditions.h"

namespace hq::rules {

/// `name` is what the value is called, for outputs without a name of their own.
ExplainedTable explained_table(const CompiledTable& table, const std::string& name,
                               std::span<const Value> inputs, std::span<const std::size_t> hits,
                               const Conditions& look, std::size_t misses_max);

}  // namespace hq::rules
