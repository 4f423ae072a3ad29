#include <algorithm>
#include <array>
#include <utility>

#include "rules/feel/parsing.h"

namespace hq::rules {
namespace {

constexpr std::array<std::string_view, 9> kInfixWords = {
    "and", "or", "between", "in", "instance", "then", "else", "return", "satisfies"};

bool is_infix_word(std::string_view word) {
  return std::ranges::find(kInfixWords, word) != kInfixWords.end();
}

bool is_block_word(std::string_view word) {
  return word == "if" || word == "for" || word == "some" || word == "every" || word == "function";
}

}  // namespace

Result<ExpressionPtr> Parsing::operand() {
  switch (token_.kind) {
    case TokenKind::word:
      return word();
    case TokenKind::number: {
      // A name may begin with digits where the scope has it so: `24h rate`.
      const std::optional<FoundName> known = known_name();
      const bool goes_on = name_part_end(text_, token_.begin) > token_.end;
      return known && goes_on && known->end > token_.end ? name() : literal(Kind::number_literal);
    }
    case TokenKind::text:
      return text_literal(Kind::string_literal);
    case TokenKind::at: {
      advance();
      if (!is(TokenKind::text)) return expected("a text in quotes", "带引号的文本");
      return text_literal(Kind::at_literal);
    }
    case TokenKind::left_paren:
      return in_parens();
    case TokenKind::left_bracket:
      return in_brackets();
    case TokenKind::right_bracket: {  // ]a..b]
      const Brackets brackets(*this);
      Expression node = begun(Kind::interval);
      node.open_low = true;
      advance();
      if (is(TokenKind::dot_dot)) return interval(std::move(node));
      HQ_TRY(ExpressionPtr low, expression());
      node.parts.push_back(std::move(low));
      return interval(std::move(node));
    }
    case TokenKind::left_brace:
      return context();
    default:
      return expected("an expression", "表达式");
  }
}

Result<ExpressionPtr> Parsing::word() {
  const std::optional<FoundName> known = known_name();
  if (known && known->end > token_.end) return name();
  const std::string_view word = spelling();
  if (word == "null") return literal(Kind::null_literal);
  if (word == "true" || word == "false") return literal(Kind::boolean_literal);
  // Words of the language are names where the scope has them and they cannot be meant otherwise.
  if (is_block_word(word) && (!known || is_operand_next())) {
    if (word == "if") return conditional();
    if (word == "for") return loop(Kind::for_in);
    if (word == "some") return loop(Kind::some_in);
    if (word == "every") return loop(Kind::every_in);
    return function();
  }
  if (is_infix_word(word) && !known) return expected("an expression", "表达式");
  return name();
}

/// Does what follows the current token begin an operand, so that the token is no name?
bool Parsing::is_operand_next() const {
  const Token next = token_at(text_, token_.end);
  switch (next.kind) {
    case TokenKind::word:
      return !is_infix_word(text_.substr(next.begin, next.end - next.begin));
    case TokenKind::number:
    case TokenKind::text:
    case TokenKind::at:
    case TokenKind::left_paren:
    case TokenKind::left_brace:
      return true;
    default:
      return false;
  }
}

Result<ExpressionPtr> Parsing::name() {
  Expression node = begun(Kind::name);
  if (std::optional<FoundName> known = known_name()) {
    node.text = std::move(known->name);
    move_to(known->end);
  } else {
    node.text = spelling();
    advance();
  }
  return finish(std::move(node));
}

Result<ExpressionPtr> Parsing::literal(Kind kind) {
  Expression node = begun(kind);
  if (kind != Kind::null_literal) node.text = spelling();
  advance();
  return finish(std::move(node));
}

/// The text that is the current token; of an at literal the sign is read already.
Result<ExpressionPtr> Parsing::text_literal(Kind kind) {
  Expression node = begun(kind);
  if (kind == Kind::at_literal) node.span.begin = last_end_ - 1;
  Result<std::string> text = unescaped(spelling());
  if (!text) return std::unexpected(std::move(text).error().at(place(token_.begin)));
  node.text = *std::move(text);
  advance();
  return finish(std::move(node));
}

/// `(a)`, `(a..b]`, `(< 5)`.
Result<ExpressionPtr> Parsing::in_parens() {
  const Brackets brackets(*this);
  Expression node = begun(Kind::interval);
  node.open_low = true;
  advance();
  if (is(TokenKind::dot_dot)) return interval(std::move(node));
  const bool is_test = is_compare();
  HQ_TRY(ExpressionPtr inner, is_test ? unary_compare() : expression());
  if (is(TokenKind::dot_dot) && !is_test) {
    node.parts.push_back(std::move(inner));
    return interval(std::move(node));
  }
  if (!take(TokenKind::right_paren)) return expected("\")\"", "“)”");
  return inner;
}

/// `[]`, `[a, b]`, `[a..b)`.
Result<ExpressionPtr> Parsing::in_brackets() {
  const Brackets brackets(*this);
  Expression node = begun(Kind::list);
  advance();
  if (take(TokenKind::right_bracket)) return finish(std::move(node));
  do {
    HQ_TRY(ExpressionPtr item, expression());
    node.parts.push_back(std::move(item));
    if (node.parts.size() == 1 && is(TokenKind::dot_dot)) {
      node.kind = Kind::interval;
      return interval(std::move(node));
    }
  } while (take(TokenKind::comma));
  if (!take(TokenKind::right_bracket)) return expected("\",\" or \"]\"", "“,”或“]”");
  return finish(std::move(node));
}

/// From `..` on. An end that is open may be left out: `(..5]`, `[1..)`, which is no bound.
Result<ExpressionPtr> Parsing::interval(Expression node) {
  if (node.parts.empty()) {
    HQ_TRY(ExpressionPtr none, missing_end());
    node.parts.push_back(std::move(none));
  }
  advance();
  HQ_TRY_VOID(high_end(node));
  return finish(std::move(node));
}

Result<> Parsing::high_end(Expression& node) {
  const bool has_low = node.parts[0]->span.begin != node.parts[0]->span.end;
  if (has_low && is(TokenKind::right_paren)) {
    HQ_TRY(ExpressionPtr none, missing_end());
    node.parts.push_back(std::move(none));
  } else {
    const Brackets brackets(*this, true);
    HQ_TRY(ExpressionPtr high, expression());
    node.parts.push_back(std::move(high));
  }
  node.open_high = !is(TokenKind::right_bracket);
  const bool is_closed = take(TokenKind::right_bracket) || take(TokenKind::right_paren) ||
                         take(TokenKind::left_bracket);
  if (!is_closed) return expected("\"]\" or \")\"", "“]”或“)”");
  return {};
}

Result<ExpressionPtr> Parsing::missing_end() const {
  Expression node = begun(Kind::null_literal);
  node.span.begin = last_end_;
  return finish(std::move(node));
}

/// Each entry sees those before it.
Result<ExpressionPtr> Parsing::context() {
  const Brackets brackets(*this);
  const std::size_t locals = locals_.size();
  Expression node = begun(Kind::context);
  advance();
  if (take(TokenKind::right_brace)) return finish(std::move(node));
  do {
    HQ_TRY(ExpressionPtr next, entry());
    node.parts.push_back(std::move(next));
  } while (take(TokenKind::comma));
  if (!take(TokenKind::right_brace)) return expected("\",\" or \"}\"", "“,”或“}”");
  locals_.shrink(locals);
  return finish(std::move(node));
}

Result<ExpressionPtr> Parsing::entry() {
  Expression node = begun(Kind::entry);
  if (is(TokenKind::text)) {
    HQ_TRY(ExpressionPtr key, text_literal(Kind::string_literal));
    node.text = key->text;
  } else {
    HQ_TRY(node.text, declared_name({"the key of an entry", "条目的键"}));
  }
  HQ_TRY_VOID(expect(TokenKind::colon, ":"));
  HQ_TRY(ExpressionPtr value, expression());
  node.parts.push_back(std::move(value));
  if (std::string name = normalised_name(node.text); !name.empty()) {
    members_.insert(name);
    locals_.add(std::move(name));
  }
  return finish(std::move(node));
}

}  // namespace hq::rules
