#include <utility>

#include "rules/feel/parsing.h"

namespace hq::rules {

Result<ExpressionPtr> Parsing::conditional() {
  Expression node = begun(Kind::conditional);
  advance();
  HQ_TRY(ExpressionPtr condition, expression());
  node.parts.push_back(std::move(condition));
  HQ_TRY_VOID(expect_word("then"));
  HQ_TRY(ExpressionPtr yes, expression());
  node.parts.push_back(std::move(yes));
  HQ_TRY_VOID(expect_word("else"));
  HQ_TRY(ExpressionPtr no, expression());
  node.parts.push_back(std::move(no));
  return finish(std::move(node));
}

/// `for`, `some` and `every`: iterators, each seen by those after it, then the body.
Result<ExpressionPtr> Parsing::loop(Kind kind) {
  const std::size_t locals = locals_.size();
  Expression node = begun(kind);
  advance();
  do {
    HQ_TRY(ExpressionPtr next, iterator(kind == Kind::for_in));
    locals_.add(next->text);
    node.parts.push_back(std::move(next));
  } while (take(TokenKind::comma));
  HQ_TRY_VOID(expect_word(kind == Kind::for_in ? "return" : "satisfies"));
  if (kind == Kind::for_in) locals_.add("partial");
  HQ_TRY(ExpressionPtr body, expression());
  node.parts.push_back(std::move(body));
  locals_.shrink(locals);
  return finish(std::move(node));
}

Result<ExpressionPtr> Parsing::iterator(bool may_count) {
  Expression node = begun(Kind::iterator);
  HQ_TRY(node.text, declared_name({"the name of a variable", "变量名称"}, "in"));
  HQ_TRY_VOID(expect_word("in"));
  HQ_TRY(ExpressionPtr first, expression());
  node.parts.push_back(std::move(first));
  if (may_count && take(TokenKind::dot_dot)) {
    HQ_TRY(ExpressionPtr last, expression());
    node.parts.push_back(std::move(last));
  }
  return finish(std::move(node));
}

Result<ExpressionPtr> Parsing::function() {
  const std::size_t locals = locals_.size();
  Expression node = begun(Kind::function);
  advance();
  HQ_TRY_VOID(expect(TokenKind::left_paren, "("));
  if (!is(TokenKind::right_paren)) {
    do {
      HQ_TRY(ExpressionPtr next, parameter());
      node.parts.push_back(std::move(next));
    } while (take(TokenKind::comma));
  }
  if (!take(TokenKind::right_paren)) return expected("\",\" or \")\"", "“,”或“)”");
  for (const ExpressionPtr& next : node.parts) locals_.add(next->text);
  if (is_word("external") && is_operand_next()) {
    node.is_external = true;
    advance();
  }
  HQ_TRY(ExpressionPtr body, expression());
  node.parts.push_back(std::move(body));
  locals_.shrink(locals);
  return finish(std::move(node));
}

Result<ExpressionPtr> Parsing::parameter() {
  Expression node = begun(Kind::parameter);
  HQ_TRY(node.text, declared_name({"the name of a parameter", "参数名称"}));
  if (take(TokenKind::colon)) {
    HQ_TRY(TypeExpression wanted, type());
    node.type = std::make_unique<const TypeExpression>(std::move(wanted));
  }
  return finish(std::move(node));
}

}  // namespace hq::rules
