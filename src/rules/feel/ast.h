// The syntax of FEEL (DMN 1.5, chapter 10.3) as a tree: one kind of node for all of it.
//
// Made by the parser, never changed afterwards; read on any thread. A node says where it stands in
// the text, so that every answer can name its source.
//
//   HQ_TRY(const ExpressionPtr tree, parse_expression("a + 1", names));
//   tree->kind == Kind::add; tree->parts[0]->text == "a";
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hq::rules {

/// Bytes [begin, end) of the text that was parsed.
struct Span {
  uint32_t begin = 0;
  uint32_t end = 0;
  bool operator==(const Span&) const = default;
};

/// What a node is, and what its `text` and `parts` hold.
enum class Kind : uint8_t {
  null_literal,
  boolean_literal,  // text: true or false
  number_literal,   // text: as written
  string_literal,   // text: the string itself, escapes resolved
  at_literal,       // text: what stands between the quotes of @"..."
  name,             // text: normalised, one space between words: "years and months duration"
  list,             // parts: items
  context,          // parts: entries
  entry,            // text: key; part: value
  negate,           // part: operand
  add,              // from here to greater_or_equal: parts: left, right
  subtract,
  multiply,
  divide,
  power,
  equal,
  not_equal,
  less,
  less_or_equal,
  greater,
  greater_or_equal,
  logical_and,
  logical_or,
  between,        // parts: value, low, high
  in,             // parts: value, then unary tests
  interval,       // parts: low, high; open_low, open_high
  unary_compare,  // part: operand; `compare`: the test `< 5` of the value that is tested
  any_test,       // the test `-`
  negated_tests,  // parts: tests; none of them may hold
  tests,          // parts: tests; one of them must hold
  instance_of,    // part: value; type
  conditional,    // parts: if, then, else
  for_in,         // parts: iterators, then the body
  some_in,        // the same; the body is the condition
  every_in,       // the same
  iterator,       // text: name; parts: list, or first and last number
  function,       // parts: parameters, then the body; is_external
  parameter,      // text: name; type where one is given
  call,           // parts: callee, then arguments in order
  named_call,     // parts: callee, then named arguments
  argument,       // text: name of the parameter; part: value
  path,           // text: name of the member; part: value
  filter,         // parts: value, condition or index
};

/// A type as written: `number`, `list<string>`, `context<a: number>`, `function<number>->string`.
struct TypeExpression {
  std::string name;  // "list", "context", "function", "range", or the name of a type
  std::vector<TypeExpression> parameters;  // of list and range: one; of a function: its parameters
  std::vector<std::string> members;        // names of the members of a context, as `parameters`
  std::shared_ptr<const TypeExpression> result;  // of a function
};

struct Expression;
using ExpressionPtr = std::unique_ptr<const Expression>;

struct Expression {
  Kind kind = Kind::null_literal;
  Span span;
  std::string text;
  std::vector<ExpressionPtr> parts;
  std::unique_ptr<const TypeExpression> type;
  Kind compare = Kind::equal;  // of unary_compare: equal ... greater_or_equal
  bool open_low = false;       // of an interval: the end does not belong to it
  bool open_high = false;
  bool is_external = false;  // of a function: its body says where it is
  uint32_t height = 1;       // levels of this tree; the parser keeps it below a limit
};

}  // namespace hq::rules
