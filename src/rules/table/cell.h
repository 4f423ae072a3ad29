// Cell: a cell of a decision table whose constants are worked out, so that its verdict depends on
// nothing but the class of the value that is tested.
//
// Tests that read other names, use `?`, call now() or today(), or whose constants cannot be worked
// out (that has to be reported) make no Cell. Values without other things; any thread.
//
//   const auto cell = cell_of(*tests.tree, nullptr);      // not(< 5, [9..12])
//   const Scale scale(constants_of(*cell));
//   ClassSet rules_holds_for = verdicts_of(*cell, scale).holds;
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "rules/feel/ast.h"
#include "rules/table/scale.h"

namespace hq::rules {

/// Is there a variable of this name where the table stands? nullptr: there is none of any name.
using IsVariable = std::function<bool(std::string_view name)>;

struct Cell {
  enum class Form : uint8_t {
    any,      // holds for all
    compare,  // `< 5`: test, constant
    match,    // `5`, `[1..5]`, `[1, 2, 3]`: constant
    some_of,  // one of the parts holds
    none_of,  // not(...): no part holds
  };
  Form form = Form::any;
  Kind test = Kind::equal;
  Value constant = {};
  std::vector<Cell> parts = {};
};

/// Does the expression read nothing but itself? Of a few kinds only; others are said to read.
bool is_closed(const Expression& tree, const IsVariable& is_variable);

/// The value of an expression that gives the same one always, without an error; nothing where it
/// does not, or where that takes too much work.
std::optional<Value> constant_of(const Expression& tree, const IsVariable& is_variable);

/// Nothing where the tests are no Cell.
std::optional<Cell> cell_of(const Expression& tests, const IsVariable& is_variable);

/// All that a scale has to know, for the cell to be told by it.
void add_constants(const Cell& cell, std::vector<Value>& constants);

/// What `passes` of the evaluator says of the values of each class.
struct Verdicts {
  ClassSet holds;
  ClassSet not_false;  // it holds, or cannot be told
};
Verdicts verdicts_of(const Cell& cell, const Scale& scale);

}  // namespace hq::rules
