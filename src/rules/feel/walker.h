// The walk over the tree: one function for each kind of node, by the topic of their files.
//
// Internal to the evaluator: evaluate() is the way in from outside. Each gives null with a report
// where it fails, and never recurses but through walk(), which counts steps and depth.
#pragma once

#include "rules/feel/evaluator.h"

namespace hq::rules {

/// Any node.
Value walk(const Expression& tree, const Scope& scope, Evaluation& evaluation);

// walker_tests.cpp
Value walk_interval(const Expression& tree, const Scope& scope, Evaluation& evaluation);
Value walk_unary_compare(const Expression& tree, const Scope& scope, Evaluation& evaluation);
Value walk_in(const Expression& tree, const Scope& scope, Evaluation& evaluation);
Value walk_between(const Expression& tree, const Scope& scope, Evaluation& evaluation);

// walker_members.cpp
Value walk_path(const Expression& tree, const Scope& scope, Evaluation& evaluation);
Value walk_filter(const Expression& tree, const Scope& scope, Evaluation& evaluation);

// walker_loops.cpp
Value walk_for(const Expression& tree, const Scope& scope, Evaluation& evaluation);
Value walk_quantified(const Expression& tree, const Scope& scope, Evaluation& evaluation);

// walker_calls.cpp
/// `name`: under which the function may call itself; may be empty.
Value walk_function(const Expression& tree, std::string_view name, const Scope& scope,
                    Evaluation& evaluation);
Value walk_call(const Expression& tree, const Scope& scope, Evaluation& evaluation);

/// The type that an expression gives, as far as it can be told from the tree alone; any elsewhere.
/// For the results of functions, whose type `instance of` asks for.
TypePtr inferred_type(const Expression& tree, const std::vector<Function::Parameter>& parameters);

/// Does the expression use this name?
bool mentions(const Expression& tree, std::string_view name);

}  // namespace hq::rules
