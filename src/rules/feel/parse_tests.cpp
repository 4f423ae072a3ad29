#include <utility>

#include "rules/feel/parsing.h"

namespace hq::rules {
namespace {

// The right side of a comparison is arithmetic: it binds tighter than comparisons (parser.cpp).
constexpr int kArithmetic = 4;

}  // namespace

bool Parsing::is_compare() const {
  switch (token_.kind) {
    case TokenKind::equal:
    case TokenKind::not_equal:
    case TokenKind::less:
    case TokenKind::less_or_equal:
    case TokenKind::greater:
    case TokenKind::greater_or_equal:
      return true;
    default:
      return false;
  }
}

/// `< 5`: the current token is the sign.
Result<ExpressionPtr> Parsing::unary_compare() {
  Expression node = begun(Kind::unary_compare);
  if (const std::optional<Operator> sign = infix_operator()) node.compare = sign->kind;
  advance();
  HQ_TRY(ExpressionPtr bound, binary(kArithmetic));
  node.parts.push_back(std::move(bound));
  return finish(std::move(node));
}

/// One of a list of tests (rule 7): a comparison, or any expression.
Result<ExpressionPtr> Parsing::test() {
  return is_compare() ? unary_compare() : expression();
}

Result<> Parsing::test_list(Expression& node) {
  do {
    HQ_TRY(ExpressionPtr next, test());
    node.parts.push_back(std::move(next));
  } while (take(TokenKind::comma));
  return {};
}

/// After `in`: `< 5`, `(a, < 5, [7..9])`, or an operand such as a list or an interval.
Result<ExpressionPtr> Parsing::in_tests(Expression node) {
  if (is(TokenKind::left_paren)) {
    HQ_TRY(const bool are_tests, tests_in_parens(node));
    if (are_tests) return finish(std::move(node));
  }
  HQ_TRY(ExpressionPtr one, is_compare() ? unary_compare() : binary(kArithmetic));
  node.parts.push_back(std::move(one));
  return finish(std::move(node));
}

/// False, and nothing read, where the parenthesis is the start of an operand: `(a..b]`,
/// `(1 + 2) * 3`.
Result<bool> Parsing::tests_in_parens(Expression& node) {
  const Mark before = mark();
  const std::size_t parts = node.parts.size();
  bool is_operand = false;
  {
    const Brackets brackets(*this);
    const Counted deeper(nesting_);
    HQ_TRY_VOID(check_nesting());
    advance();
    is_operand = is(TokenKind::dot_dot);
    if (!is_operand) {
      HQ_TRY_VOID(test_list(node));
      is_operand = is(TokenKind::dot_dot) && node.parts.size() == parts + 1;
    }
    if (!is_operand && !take(TokenKind::right_paren)) {
      return expected("\",\" or \")\"", "“,”或“)”");
    }
  }
  const std::optional<Operator> next = infix_operator();
  is_operand = is_operand || (next && next->level >= kArithmetic) || is(TokenKind::dot) ||
               is(TokenKind::left_paren) || is_word("instance") ||
               (is(TokenKind::left_bracket) && !closes_interval());
  if (is_operand) {
    node.parts.resize(parts);
    back_to(before);
  }
  return !is_operand;
}

Result<ExpressionPtr> Parsing::whole_tests() {
  HQ_TRY_VOID(check_text());
  move_to(0);
  Expression any = begun(Kind::any_test);
  if (is(TokenKind::end)) return finish(std::move(any));
  if (is(TokenKind::minus) && token_at(text_, token_.end).kind == TokenKind::end) {
    advance();
    return finish(std::move(any));
  }
  HQ_TRY(std::optional<ExpressionPtr> negated, negated_tests());
  if (negated) return *std::move(negated);
  Expression node = begun(Kind::tests);
  HQ_TRY_VOID(test_list(node));
  HQ_TRY_VOID(expect_end());
  return finish(std::move(node));
}

/// `not(...)` where that is the whole text; else nothing is read: `not(a) and b`.
Result<std::optional<ExpressionPtr>> Parsing::negated_tests() {
  const Mark before = mark();
  if (!is_word("not") || token_at(text_, token_.end).kind != TokenKind::left_paren) {
    return std::nullopt;
  }
  Expression node = begun(Kind::negated_tests);
  advance();
  advance();
  HQ_TRY_VOID(test_list(node));
  if (!take(TokenKind::right_paren)) return expected("\",\" or \")\"", "“,”或“)”");
  if (!is(TokenKind::end)) {
    back_to(before);
    return std::nullopt;
  }
  HQ_TRY(ExpressionPtr tree, finish(std::move(node)));
  return tree;
}

}  // namespace hq::rules
