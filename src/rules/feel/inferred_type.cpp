// What type an expression has, from its tree alone.
#include <algorithm>
#include <utility>

#include "rules/feel/walker.h"

namespace hq::rules {
namespace {

using Parameters = std::vector<Function::Parameter>;

/// A tree is at most so high that this recursion is harmless, but its type is asked for each time
/// a function is made: deeper parts are not looked at.
constexpr int kLevelsMax = 8;

TypePtr infer(const Expression& tree, const Parameters& parameters, int level);

TypePtr infer_list(const Expression& tree, const Parameters& parameters, int level) {
  TypePtr common;
  for (const ExpressionPtr& part : tree.parts) {
    TypePtr type = infer(*part, parameters, level + 1);
    if (!common || is_subtype(*common, *type)) {
      common = std::move(type);
    } else if (!is_subtype(*type, *common)) {
      return list_of(simple(TypeKind::any));
    }
  }
  return list_of(common ? common : simple(TypeKind::any));
}

TypePtr infer_context(const Expression& tree, const Parameters& parameters, int level) {
  Type context{.kind = TypeKind::context};
  for (const ExpressionPtr& entry : tree.parts) {
    context.members.push_back({entry->text, infer(*entry->parts.front(), parameters, level + 1)});
  }
  return std::make_shared<const Type>(std::move(context));
}

/// Where both sides have the same type, so has the whole.
TypePtr infer_both(const Expression& left, const Expression& right, const Parameters& parameters,
                   int level) {
  TypePtr a = infer(left, parameters, level + 1);
  const TypePtr b = infer(right, parameters, level + 1);
  if (a->kind != b->kind || !is_subtype(*a, *b) || !is_subtype(*b, *a)) {
    return simple(TypeKind::any);
  }
  return a;
}

TypePtr infer_arithmetic(const Expression& tree, const Parameters& parameters, int level) {
  TypePtr both = infer_both(*tree.parts[0], *tree.parts[1], parameters, level);
  const bool is_closed =
      both->kind == TypeKind::number || (tree.kind == Kind::add && both->kind == TypeKind::string);
  return is_closed ? both : simple(TypeKind::any);
}

TypePtr infer(const Expression& tree, const Parameters& parameters, int level) {
  if (level > kLevelsMax) return simple(TypeKind::any);
  switch (tree.kind) {
    case Kind::null_literal:
      return simple(TypeKind::null);
    case Kind::boolean_literal:
      return simple(TypeKind::boolean);
    case Kind::number_literal:
      return simple(TypeKind::number);
    case Kind::string_literal:
      return simple(TypeKind::string);
    case Kind::list:
      return infer_list(tree, parameters, level);
    case Kind::context:
      return infer_context(tree, parameters, level);
    case Kind::negate:
      return infer(*tree.parts[0], parameters, level + 1);
    case Kind::add:
    case Kind::subtract:
    case Kind::multiply:
    case Kind::divide:
    case Kind::power:
      return infer_arithmetic(tree, parameters, level);
    case Kind::conditional:
      return infer_both(*tree.parts[1], *tree.parts[2], parameters, level);
    case Kind::name: {
      const auto found = std::ranges::find(parameters, tree.text, &Function::Parameter::name);
      return found == parameters.end() ? simple(TypeKind::any) : found->type;
    }
    default:
      return tree.kind >= Kind::equal && tree.kind <= Kind::in ? simple(TypeKind::boolean)
                                                               : simple(TypeKind::any);
  }
}

}  // namespace

TypePtr inferred_type(const Expression& tree, const Parameters& parameters) {
  return infer(tree, parameters, 0);
}

}  // namespace hq::rules
