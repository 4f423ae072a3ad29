#include <array>
#include <utility>

#include "rules/feel/parsing.h"

namespace hq::rules {

/// The whole text. Without `<` it is one name, be it in scope or not.
Result<TypeExpression> Parsing::whole_type() {
  HQ_TRY_VOID(check_text());
  move_to(0);
  TypeExpression wanted;
  if (text_.contains('<')) {
    HQ_TRY(wanted, type());
  } else {
    HQ_TRY(wanted.name, declared_name({"the name of a type", "类型名称"}));
  }
  if (!is(TokenKind::end)) return expected("the end of the type", "类型的结尾");
  return wanted;
}

Result<TypeExpression> Parsing::type() {
  const Counted deeper(nesting_);
  HQ_TRY_VOID(check_nesting());
  TypeExpression wanted;
  HQ_TRY(wanted.name, type_name());
  if (!is(TokenKind::less)) return wanted;
  if (wanted.name == "list" || wanted.name == "range") {
    advance();
    HQ_TRY(TypeExpression element, type());
    wanted.parameters.push_back(std::move(element));
    HQ_TRY_VOID(close_types());
  } else if (wanted.name == "context") {
    HQ_TRY_VOID(member_types(wanted));
  } else if (wanted.name == "function") {
    HQ_TRY_VOID(type_list(wanted));
    if (!take(TokenKind::minus) || !take(TokenKind::greater)) return expected("\"->\"", "“->”");
    HQ_TRY(TypeExpression result, type());
    wanted.result = std::make_shared<const TypeExpression>(std::move(result));
  }
  return wanted;
}

/// `<number, string>` of a function; it may be empty.
Result<> Parsing::type_list(TypeExpression& type_of) {
  advance();
  if (is(TokenKind::greater)) return close_types();
  do {
    HQ_TRY(TypeExpression next, type());
    type_of.parameters.push_back(std::move(next));
  } while (take(TokenKind::comma));
  return close_types();
}

/// `<a: number, b c: string>` of a context.
Result<> Parsing::member_types(TypeExpression& type_of) {
  advance();
  do {
    HQ_TRY(std::string name, declared_name({"the name of a member", "成员名称"}));
    HQ_TRY_VOID(expect(TokenKind::colon, ":"));
    HQ_TRY(TypeExpression next, type());
    type_of.members.push_back(std::move(name));
    type_of.parameters.push_back(std::move(next));
  } while (take(TokenKind::comma));
  return close_types();
}

/// `>`, also where `=` follows at once: `a instance of list<number>=true`.
Result<> Parsing::close_types() {
  if (is(TokenKind::greater_or_equal)) {
    move_to(token_.begin + 1);
    return {};
  }
  if (!take(TokenKind::greater)) return expected("\",\" or \">\"", "“,”或“>”");
  return {};
}

/// The longest name in scope; else a word, or several with dots between them.
Result<std::string> Parsing::type_name() {
  if (!is(TokenKind::word)) return expected("the name of a type", "类型名称");
  const std::array<const NameSet*, 3> sets = {&names_.names(), &built_in_names(), &locals_.names()};
  std::string name;
  if (std::optional<FoundName> known = longest_name(text_, token_.begin, sets)) {
    name = std::move(known->name);
    move_to(known->end);
  } else {
    name = spelling();
    advance();
  }
  while (is(TokenKind::dot) && token_at(text_, token_.end).kind == TokenKind::word) {
    advance();
    name += '.';
    name += spelling();
    advance();
  }
  return name;
}

}  // namespace hq::rules
