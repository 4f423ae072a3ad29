#include "rules/feel/parser.h"

#include <array>
#include <utility>

#include "base/text.h"
#include "rules/feel/limits.h"
#include "rules/feel/parsing.h"

namespace hq::rules {
namespace {

// How tightly operators bind (DMN 1.5, 10.3.1.2, the order of rules 1 to 9): a sign binds tighter
// than **, which binds to the left.
constexpr int kOr = 1;
constexpr int kAnd = 2;
constexpr int kCompare = 3;
constexpr int kAdd = 4;
constexpr int kMultiply = 5;
constexpr int kPower = 6;

}  // namespace

Result<ExpressionPtr> Parsing::whole_expression() {
  HQ_TRY_VOID(check_text());
  move_to(0);
  HQ_TRY(ExpressionPtr tree, expression());
  HQ_TRY_VOID(expect_end());
  return tree;
}

Result<> Parsing::check_text() const {
  if (text_.size() > kTextBytesMax) {
    return fail(ErrorCode::too_large, "the expression is longer than 1 MiB; split it up",
                "表达式超过 1 MiB；请拆分");
  }
  if (!is_valid_utf8(text_)) {
    return fail(ErrorCode::parse_error, "the expression is not UTF-8", "表达式不是 UTF-8 编码");
  }
  return {};
}

Result<> Parsing::expect_end() const {
  if (is(TokenKind::end)) return {};
  return expected("an operator or the end", "运算符或结尾");
}

std::optional<Parsing::Operator> Parsing::infix_operator() const {
  switch (token_.kind) {
    case TokenKind::plus:
      return Operator{Kind::add, kAdd};
    case TokenKind::minus:
      return Operator{Kind::subtract, kAdd};
    case TokenKind::star:
      return Operator{Kind::multiply, kMultiply};
    case TokenKind::slash:
      return Operator{Kind::divide, kMultiply};
    case TokenKind::star_star:
      return Operator{Kind::power, kPower};
    case TokenKind::equal:
      return Operator{Kind::equal, kCompare};
    case TokenKind::not_equal:
      return Operator{Kind::not_equal, kCompare};
    case TokenKind::less:
      return Operator{Kind::less, kCompare};
    case TokenKind::less_or_equal:
      return Operator{Kind::less_or_equal, kCompare};
    case TokenKind::greater:
      return Operator{Kind::greater, kCompare};
    case TokenKind::greater_or_equal:
      return Operator{Kind::greater_or_equal, kCompare};
    default:
      break;
  }
  if (is_word("and")) return Operator{Kind::logical_and, kAnd};
  if (is_word("or")) return Operator{Kind::logical_or, kOr};
  if (is_word("between")) return Operator{Kind::between, kCompare};
  if (is_word("in")) return Operator{Kind::in, kCompare};
  return {};
}

Result<ExpressionPtr> Parsing::binary(int level_min) {
  const uint32_t begin = token_.begin;
  HQ_TRY(ExpressionPtr left, prefix());
  while (const std::optional<Operator> found = infix_operator()) {
    if (found->level < level_min) break;
    advance();
    HQ_TRY(left, right_side(*found, begun(found->kind, begin, std::move(left))));
  }
  return left;
}

Result<ExpressionPtr> Parsing::right_side(Operator found, Expression node) {
  if (found.kind == Kind::between) return between(std::move(node));
  if (found.kind == Kind::in) return in_tests(std::move(node));
  HQ_TRY(ExpressionPtr right, binary(found.level + 1));
  node.parts.push_back(std::move(right));
  return finish(std::move(node));
}

Result<ExpressionPtr> Parsing::between(Expression node) {
  HQ_TRY(ExpressionPtr low, binary(kAdd));
  node.parts.push_back(std::move(low));
  HQ_TRY_VOID(expect_word("and"));
  HQ_TRY(ExpressionPtr high, binary(kAdd));
  node.parts.push_back(std::move(high));
  return finish(std::move(node));
}

/// For what calls itself: it has been counted in `nesting_`.
Result<> Parsing::check_nesting() {
  if (nesting_ > kNestingMax) {
    return failed_at(token_.begin, ErrorCode::limit_exceeded,
                     "the expression is nested too deeply; split it up", "表达式嵌套过深；请拆分");
  }
  if (++reads_ > kReadsPerByte * (text_.size() + 1)) {
    return failed_at(token_.begin, ErrorCode::limit_exceeded,
                     "too many brackets here can be read in two ways; add parentheses",
                     "此处括号有过多歧义；请添加圆括号");
  }
  return {};
}

/// Signs, then an operand, then `instance of`.
Result<ExpressionPtr> Parsing::prefix() {
  const Counted deeper(nesting_);
  HQ_TRY_VOID(check_nesting());
  const uint32_t begin = token_.begin;
  if (is(TokenKind::minus)) {
    Expression node = begun(Kind::negate);
    advance();
    HQ_TRY(ExpressionPtr value, prefix());
    node.parts.push_back(std::move(value));
    return finish(std::move(node));
  }
  HQ_TRY(ExpressionPtr value, postfix());
  while (take_word("instance")) {
    HQ_TRY_VOID(expect_word("of"));
    Expression node = begun(Kind::instance_of, begin, std::move(value));
    HQ_TRY(TypeExpression wanted, type());
    node.type = std::make_unique<const TypeExpression>(std::move(wanted));
    HQ_TRY(value, finish(std::move(node)));
  }
  return value;
}

/// An operand and what follows it: members, filters, calls.
Result<ExpressionPtr> Parsing::postfix() {
  const uint32_t begin = token_.begin;
  HQ_TRY(ExpressionPtr value, operand());
  while (true) {
    if (is(TokenKind::dot)) {
      HQ_TRY(value, member(begun(Kind::path, begin, std::move(value))));
    } else if (is(TokenKind::left_paren)) {
      HQ_TRY(value, call(begun(Kind::call, begin, std::move(value))));
    } else if (is(TokenKind::left_bracket) && !closes_interval()) {
      HQ_TRY(value, filter(begun(Kind::filter, begin, std::move(value))));
    } else {
      return value;
    }
  }
}

Result<ExpressionPtr> Parsing::member(Expression node) {
  advance();
  if (const std::optional<FoundName> known = known_member()) {
    node.text = known->name;
    move_to(known->end);
  } else if (is(TokenKind::word)) {
    node.text = spelling();
    advance();
  } else {
    return expected("the name of a member", "成员名称");
  }
  return finish(std::move(node));
}

/// Is the bracket the end of an interval, `]a..b[`? It is where it cannot be read as a filter.
bool Parsing::closes_interval() {
  if (!may_close_by_bracket_) return false;
  const Mark before = mark();
  const Result<ExpressionPtr> read =
      filter(begun(Kind::filter, token_.begin, std::make_unique<const Expression>()));
  back_to(before);
  return !read && read.error().code == ErrorCode::parse_error;
}

Result<ExpressionPtr> Parsing::filter(Expression node) {
  const Brackets brackets(*this);
  const Counted filtered(filters_);
  advance();
  HQ_TRY(ExpressionPtr condition, expression());
  node.parts.push_back(std::move(condition));
  HQ_TRY_VOID(expect(TokenKind::right_bracket, "]"));
  return finish(std::move(node));
}

Result<ExpressionPtr> Parsing::call(Expression node) {
  const Brackets brackets(*this);
  advance();
  if (take(TokenKind::right_paren)) return finish(std::move(node));
  const std::optional<FoundName> first = new_name();
  if (first && token_at(text_, first->end).kind == TokenKind::colon) node.kind = Kind::named_call;
  do {
    HQ_TRY(ExpressionPtr value, node.kind == Kind::named_call ? argument() : expression());
    node.parts.push_back(std::move(value));
  } while (take(TokenKind::comma));
  if (!take(TokenKind::right_paren)) return expected("\",\" or \")\"", "“,”或“)”");
  return finish(std::move(node));
}

Result<ExpressionPtr> Parsing::argument() {
  Expression node = begun(Kind::argument);
  HQ_TRY(node.text, declared_name({"the name of a parameter", "参数名称"}));
  HQ_TRY_VOID(expect(TokenKind::colon, ":"));
  HQ_TRY(ExpressionPtr value, expression());
  node.parts.push_back(std::move(value));
  return finish(std::move(node));
}

Result<ExpressionPtr> parse_expression(std::string_view text, const Names& names) {
  return Parsing(text, names).whole_expression();
}

Result<ExpressionPtr> parse_unary_tests(std::string_view text, const Names& names) {
  return Parsing(text, names).whole_tests();
}

Result<TypeExpression> parse_type(std::string_view text, const Names& names) {
  return Parsing(text, names).whole_type();
}

}  // namespace hq::rules
