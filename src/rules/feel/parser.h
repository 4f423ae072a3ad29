// Parser of FEEL: text to tree, with names that hold spaces and operators.
//
// FEEL names may contain spaces and signs ("Applicant. Age", "a-b"), so which words are one name
// depends on the names in scope: the longest that is known wins. Pure functions; any thread.
//
//   Names names;
//   names.add("monthly income");
//   HQ_TRY(const ExpressionPtr tree, parse_expression("monthly income * 12", names));
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "base/error.h"
#include "rules/feel/ast.h"

namespace hq::rules {

/// What is in scope besides the built-in functions and types, which the parser knows itself.
class Names {
 public:
  /// A variable, function or type; spaces are normalised.
  void add(std::string_view name);
  /// A member of some context: what may follow a dot.
  void add_member(std::string_view name);

  const std::set<std::string, std::less<>>& names() const { return names_; }
  const std::set<std::string, std::less<>>& members() const { return members_; }

 private:
  std::set<std::string, std::less<>> names_;
  std::set<std::string, std::less<>> members_;
};

/// One space between the parts of a name, none around it; any Unicode white space counts.
std::string normalised_name(std::string_view name);

/// parse_error names the place: line and column of the text, in code points.
Result<ExpressionPtr> parse_expression(std::string_view text, const Names& names);
/// The input entry of a decision table, or a list of allowed values: `-`, `< 5, [7..9]`,
/// `not("a")`. Kind::any_test, tests or negated_tests. `?` is the value that is tested.
Result<ExpressionPtr> parse_unary_tests(std::string_view text, const Names& names);
/// A type reference: `number`, `list<string>`, the name of a type in scope.
Result<TypeExpression> parse_type(std::string_view text, const Names& names);

}  // namespace hq::rules
