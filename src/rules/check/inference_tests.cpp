// Unary tests: the cells of tables and the right side of `in`.
#include <algorithm>

#include "rules/check/inference.h"
#include "rules/feel/walker.h"

namespace hq::rules {

bool Inference::can_test(const Expression& test, const Inferred& tested, const Environment& names) {
  if (test.kind == Kind::any_test) return true;
  if (test.kind == Kind::tests || test.kind == Kind::negated_tests) {
    tests(test, tested, names);
    return true;
  }
  if (test.kind == Kind::unary_compare) {
    const Inferred operand = of(*test.parts[0], names);
    if (test.compare == Kind::equal) both_null(test, tested, operand);
    return is_comparable(test.compare, tested.kind(), operand.kind());
  }
  const Inferred wanted = of(test, names);
  if (mentions(test, "?")) {
    return wanted.kind() == TypeKind::any || wanted.kind() == TypeKind::boolean || wanted.is_null();
  }
  if (wanted.kind() == TypeKind::list) {
    if (tested.kind() == TypeKind::list) return true;
    const Inferred item = item_of(wanted);
    if (item.kind() != TypeKind::range) {
      return is_comparable(Kind::equal, tested.kind(), item.kind());
    }
    return is_comparable(Kind::equal, tested.kind(), item_of(item).kind());
  }
  if (wanted.kind() == TypeKind::range && tested.kind() != TypeKind::range) {
    return is_comparable(Kind::less, tested.kind(), item_of(wanted).kind());
  }
  both_null(test, tested, wanted);
  if (wanted.kind() == TypeKind::boolean) return true;  // a condition about something else
  return is_comparable(Kind::equal, tested.kind(), wanted.kind());
}

void Inference::tests(const Expression& tests, const Inferred& tested, const Environment& names) {
  Environment inner(&names);
  inner.set("?", tested);
  const bool is_list = tests.kind == Kind::tests || tests.kind == Kind::negated_tests;
  const std::size_t count = is_list ? tests.parts.size() : 1;
  std::vector<const Expression*> wrong;
  for (std::size_t i = 0; i < count; ++i) {
    const Expression& test = is_list ? *tests.parts[i] : tests;
    if (!can_test(test, tested, inner)) wrong.push_back(&test);
  }
  const TypeWords words = words_of(*tested.type);
  for (const Expression* test : wrong) {
    report_.add(wrong.size() == count ? Severity::error : Severity::warning, "wrong_test",
                test->span, words.en + " can never pass this test: it is for another type",
                words.zh + "永远无法满足此检验：检验针对的是其他类型");
  }
}

Inferred Inference::in(const Expression& tree, const Environment& names) {
  const Inferred value = of(*tree.parts[0], names);
  Environment inner(&names);
  inner.set("?", value);
  std::size_t wrong = 0;
  for (std::size_t i = 1; i < tree.parts.size(); ++i) {
    if (!can_test(*tree.parts[i], value, inner)) ++wrong;
  }
  if (wrong > 0 && wrong + 1 == tree.parts.size()) {
    error("wrong_test", tree.span,
          words_of(*value.type).en + " can never be in this: it is for another type",
          words_of(*value.type).zh + "永远不在其中：检验针对的是其他类型");
  }
  const bool has_null = std::ranges::any_of(
      tree.parts, [](const ExpressionPtr& part) { return part->kind == Kind::null_literal; });
  if (value.may_be_null && !has_null) null_in_not(tree);
  return inferred(TypeKind::boolean, value.may_be_null);
}

}  // namespace hq::rules
