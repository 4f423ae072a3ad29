// For tests: trees as short text to compare with, and as FEEL to be read again. Any thread.
//
//   sketch(*tree) == "(add a (multiply b 2))"
//   feel_text(*tree) == "a + b * 2"            // parentheses only where they are needed
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "base/assert.h"
#include "rules/feel/ast.h"

namespace hq::rules {

inline std::string_view kind_text(Kind kind) {
  constexpr std::array<std::string_view, 43> kNames = {
      "null",     "boolean",  "number",      "text", "at",         "name",     "list",
      "context",  "entry",    "negate",      "add",  "subtract",   "multiply", "divide",
      "power",    "=",        "!=",          "<",    "<=",         ">",        ">=",
      "and",      "or",       "between",     "in",   "interval",   "test",     "any",
      "none_of",  "any_of",   "instance_of", "if",   "for",        "some",     "every",
      "iterator", "function", "parameter",   "call", "named_call", "argument", "path",
      "filter"};
  return kNames.at(static_cast<std::size_t>(kind));
}

inline std::string in_quotes(std::string_view text) {
  std::string all = "\"";
  for (const char c : text) {
    if (c == '\n') {
      all += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') all += '\\';
    all += c;
  }
  return all + "\"";
}

/// `list<number>`, as FEEL writes it.
inline std::string feel_text(const TypeExpression& type) {
  std::string all = type.name;
  if (type.parameters.empty() && !type.result) return all;
  all += '<';
  for (std::size_t i = 0; i < type.parameters.size(); ++i) {
    if (i != 0) all += ", ";
    if (!type.members.empty()) all += type.members[i] + ": ";
    all += feel_text(type.parameters[i]);
  }
  all += '>';
  return type.result ? all + "->" + feel_text(*type.result) : all;
}

/// The tree in brackets: kind, text, parts. Names and numbers stand bare, texts in quotes.
inline std::string sketch(const Expression& tree) {
  switch (tree.kind) {
    case Kind::null_literal:
      return "null";
    case Kind::boolean_literal:
    case Kind::number_literal:
    case Kind::name:
      return tree.text;
    case Kind::string_literal:
      return in_quotes(tree.text);
    case Kind::at_literal:
      return "@" + in_quotes(tree.text);
    default:
      break;
  }
  std::string all = "(" + std::string(kind_text(tree.kind));
  if (tree.kind == Kind::unary_compare) all += std::string(kind_text(tree.compare));
  if (tree.kind == Kind::interval) {
    all += tree.open_low ? " (" : " [";
    all += tree.open_high ? ')' : ']';
  }
  if (!tree.text.empty()) all += " '" + tree.text + "'";
  if (tree.is_external) all += " external";
  for (const ExpressionPtr& part : tree.parts) all += " " + sketch(*part);
  if (tree.type) all += " :" + feel_text(*tree.type);
  return all + ")";
}

/// The same but for their places.
inline bool is_same_tree(const Expression& a, const Expression& b) {
  const bool same_type = (a.type == nullptr) == (b.type == nullptr) &&
                         (a.type == nullptr || feel_text(*a.type) == feel_text(*b.type));
  return a.kind == b.kind && a.text == b.text && a.compare == b.compare &&
         a.open_low == b.open_low && a.open_high == b.open_high && a.is_external == b.is_external &&
         a.height == b.height && same_type &&
         std::ranges::equal(a.parts, b.parts, [](const ExpressionPtr& x, const ExpressionPtr& y) {
           return is_same_tree(*x, *y);
         });
}

/// Writes FEEL, with parentheses only where they are needed.
class FeelWriter {
 public:
  static std::string text(const Expression& tree) { return FeelWriter().whole(tree); }

 private:
  // How tightly a kind binds; what is not named here binds as an operand does.
  static int level(const Expression& tree) {
    switch (tree.kind) {
      case Kind::conditional:
      case Kind::for_in:
      case Kind::some_in:
      case Kind::every_in:
      case Kind::function:
        return 0;
      case Kind::logical_or:
        return 1;
      case Kind::logical_and:
        return 2;
      case Kind::equal:
      case Kind::not_equal:
      case Kind::less:
      case Kind::less_or_equal:
      case Kind::greater:
      case Kind::greater_or_equal:
      case Kind::between:
      case Kind::in:
        return 3;
      case Kind::add:
      case Kind::subtract:
        return 4;
      case Kind::multiply:
      case Kind::divide:
        return 5;
      case Kind::power:
        return 6;
      case Kind::negate:
        return 7;
      case Kind::instance_of:
        return 8;
      default:
        return 9;
    }
  }

  /// In parentheses where it binds less tightly than its place asks for.
  std::string part(const Expression& tree, int least) {
    const std::string all = whole(tree);
    return level(tree) < least ? "(" + all + ")" : all;
  }

  std::string joined(const Expression& tree, std::size_t from, std::string_view between) {
    std::string all;
    for (std::size_t i = from; i < tree.parts.size(); ++i) {
      if (i != from) all += between;
      all += whole(*tree.parts[i]);
    }
    return all;
  }

  std::string binary(const Expression& tree) {
    const int own = level(tree);
    std::string_view sign = kind_text(tree.kind);
    if (tree.kind == Kind::add) sign = "+";
    if (tree.kind == Kind::subtract) sign = "-";
    if (tree.kind == Kind::multiply) sign = "*";
    if (tree.kind == Kind::divide) sign = "/";
    if (tree.kind == Kind::power) sign = "**";
    return part(*tree.parts[0], std::max(own, 1)) + " " + std::string(sign) + " " +
           part(*tree.parts[1], own + 1);
  }

  std::string loop(const Expression& tree) {
    std::string all = std::string(kind_text(tree.kind)) + " ";
    for (std::size_t i = 0; i + 1 < tree.parts.size(); ++i) {
      const Expression& one = *tree.parts[i];
      all += (i == 0 ? "" : ", ") + one.text + " in " + joined(one, 0, "..");
    }
    all += tree.kind == Kind::for_in ? " return " : " satisfies ";
    return all + whole(*tree.parts.back());
  }

  std::string function(const Expression& tree) {
    std::string all = "function(";
    for (std::size_t i = 0; i + 1 < tree.parts.size(); ++i) {
      const Expression& one = *tree.parts[i];
      all += (i == 0 ? "" : ", ") + one.text + (one.type ? ": " + feel_text(*one.type) : "");
    }
    return all + (tree.is_external ? ") external " : ") ") + whole(*tree.parts.back());
  }

  std::string test(const Expression& tree) {
    return std::string(kind_text(tree.compare)) + " " + part(*tree.parts[0], 4);
  }

  std::string tests(const Expression& tree, std::size_t from) {
    std::string all;
    for (std::size_t i = from; i < tree.parts.size(); ++i) {
      const Expression& one = *tree.parts[i];
      all += (i == from ? "" : ", ") + (one.kind == Kind::unary_compare ? test(one) : whole(one));
    }
    return all;
  }

  std::string whole(const Expression& tree) {
    switch (tree.kind) {
      case Kind::list:
        return "[" + joined(tree, 0, ", ") + "]";
      case Kind::context:
        return "{" + joined(tree, 0, ", ") + "}";
      case Kind::entry:
        return in_quotes(tree.text) + ": " + whole(*tree.parts[0]);
      case Kind::negate:
        return "-" + part(*tree.parts[0], 7);
      case Kind::between:
        return part(*tree.parts[0], 3) + " between " + part(*tree.parts[1], 4) + " and " +
               part(*tree.parts[2], 4);
      case Kind::in:
        return part(*tree.parts[0], 3) + " in (" + tests(tree, 1) + ")";
      case Kind::interval:
        return (tree.open_low ? "(" : "[") + joined(tree, 0, "..") + (tree.open_high ? ")" : "]");
      case Kind::unary_compare:
        return "(" + test(tree) + ")";
      case Kind::any_test:
        return "-";
      case Kind::tests:
        return tests(tree, 0);
      case Kind::negated_tests:
        return "not(" + tests(tree, 0) + ")";
      case Kind::instance_of:
        return part(*tree.parts[0], 8) + " instance of " + feel_text(*tree.type);
      case Kind::conditional:
        return "if " + whole(*tree.parts[0]) + " then " + whole(*tree.parts[1]) + " else " +
               whole(*tree.parts[2]);
      case Kind::for_in:
      case Kind::some_in:
      case Kind::every_in:
        return loop(tree);
      case Kind::function:
        return function(tree);
      case Kind::call:
      case Kind::named_call:
        return part(*tree.parts[0], 9) + "(" + joined(tree, 1, ", ") + ")";
      case Kind::argument:
        return tree.text + ": " + whole(*tree.parts[0]);
      case Kind::path:
        return part(*tree.parts[0], 9) + "." + tree.text;
      case Kind::filter:
        return part(*tree.parts[0], 9) + "[" + whole(*tree.parts[1]) + "]";
      default:
        return tree.parts.size() == 2 ? binary(tree) : sketch(tree);
    }
  }
};

/// FEEL that means the tree.
inline std::string feel_text(const Expression& tree) {
  return FeelWriter::text(tree);
}

}  // namespace hq::rules
