// Literals, names, operators, conditions.
#include "rules/check/inference.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "rules/dmn/native_shims.h"

namespace hq::rules {
namespace {

constexpr uint64_t kConstantStepsMax = 100'000;

/// Does its value hang on nothing but what stands there?
bool is_constant(const Expression& tree, const Environment& names) {
  switch (tree.kind) {
    case Kind::name:
    case Kind::for_in:
    case Kind::some_in:
    case Kind::every_in:
    case Kind::function:
      return false;
    case Kind::call:
    case Kind::named_call: {
      const Expression& callee = *tree.parts[0];
      if (callee.kind != Kind::name || callee.text == "now" || callee.text == "today" ||
          names.find(callee.text) != nullptr || find_built_in(callee.text) == nullptr) {
        return false;
      }
      return std::all_of(tree.parts.begin() + 1, tree.parts.end(),
                         [&](const ExpressionPtr& part) { return is_constant(*part, names); });
    }
    default:
      return std::ranges::all_of(
          tree.parts, [&](const ExpressionPtr& part) { return is_constant(*part, names); });
  }
}

std::string in_quotes(std::string_view name) {
  return "\"" + std::string(name) + "\"";
}
std::string in_quotes_zh(std::string_view name) {
  return "“" + std::string(name) + "”";
}

/// "Applicant.age" of a name or a path of names.
std::optional<std::string> key_of(const Expression& tree) {
  if (tree.kind == Kind::name) return tree.text;
  if (tree.kind != Kind::path) return std::nullopt;
  const auto outer = key_of(*tree.parts[0]);
  return outer ? std::optional(*outer + "." + tree.text) : std::nullopt;
}

}  // namespace

std::string suggestion(std::string_view name, const std::set<std::string>& known, bool is_zh) {
  const int most = name.size() < 4 ? 1 : 2;
  std::string best;
  int distance = most + 1;
  for (const std::string& one : known) {
    const int edits = edit_distance_at_most(fold(name), fold(one), most);
    if (edits >= distance) continue;
    distance = edits;
    best = one;
  }
  if (best.empty()) return "";
  return is_zh ? "，是否指“" + best + "”" : ", did you mean \"" + best + "\"";
}

void narrow(const Expression& condition, bool is_true, Environment& names) {
  const auto present = [&](const Expression& tree) {
    if (const auto key = key_of(tree)) names.set_present(*key);
  };
  switch (condition.kind) {
    case Kind::logical_and:
    case Kind::logical_or:
      if ((condition.kind == Kind::logical_and) != is_true) return;
      for (const ExpressionPtr& part : condition.parts) narrow(*part, is_true, names);
      return;
    case Kind::equal:
    case Kind::not_equal:
      // `x != null` holds, or `x = null` does not.
      if ((condition.kind == Kind::not_equal) == is_true) {
        if (condition.parts[1]->kind == Kind::null_literal) present(*condition.parts[0]);
        if (condition.parts[0]->kind == Kind::null_literal) present(*condition.parts[1]);
      }
      return;
    case Kind::less:
    case Kind::less_or_equal:
    case Kind::greater:
    case Kind::greater_or_equal:
    case Kind::between:
      // Of null there is no order: neither true nor false.
      for (const ExpressionPtr& part : condition.parts) present(*part);
      return;
    case Kind::name:
    case Kind::path:
    case Kind::instance_of:
      if (is_true) present(condition.kind == Kind::instance_of ? *condition.parts[0] : condition);
      return;
    case Kind::call:
      if (condition.parts.size() == 2 && condition.parts[0]->text == "not") {
        narrow(*condition.parts[1], !is_true, names);
      }
      return;
    default:
      return;
  }
}

Inference::Inference(const Program& program, std::size_t model, Report& report)
    : program_(program), model_(model), report_(report) {}

EvaluationOptions Inference::options() const {
  EvaluationOptions options;
  options.steps_max = kConstantStepsMax;
  options.find_type = [this](std::string_view name) { return program_.types().find(model_, name); };
  options.find_external = find_native_function;
  return options;
}

/// What needs no names is evaluated, and says itself what is wrong with it.
std::optional<Inferred> Inference::constant(const Expression& tree, const Environment& names) {
  if (!is_constant(tree, names)) return std::nullopt;
  Evaluation evaluation(options());
  const Value value = evaluate(tree, Scope(), evaluation);
  if (evaluation.is_spent()) return Inferred();
  if (!evaluation.reports().empty()) {
    const Reason& first = evaluation.reports().front();
    error("always_fails", first.span, first.en, first.zh);
  }
  return inferred(value);
}

Inferred Inference::of(const Expression& tree, const Environment& names) {
  if (auto known = constant(tree, names)) return *std::move(known);
  Inferred value = infer(tree, names);
  const auto key = key_of(tree);
  if (key && names.is_present(*key)) value.may_be_null = false;
  return value;
}

Inferred Inference::infer(const Expression& tree, const Environment& names) {
  switch (tree.kind) {
    case Kind::name:
      return name(tree, names);
    case Kind::list:
      return list(tree, names);
    case Kind::context:
      return context(tree, names);
    case Kind::negate: {
      const Inferred value = of(*tree.parts[0], names);
      const auto kind = arithmetic_kind(Kind::multiply, value.kind(), TypeKind::number);
      if (!kind) {
        error("wrong_operand", tree.span, "there is no - of " + words_of(*value.type).en,
              "不能对" + words_of(*value.type).zh + "取负");
      }
      return {value.type, value.may_be_null};
    }
    case Kind::add:
    case Kind::subtract:
    case Kind::multiply:
    case Kind::divide:
    case Kind::power:
      return arithmetic(tree, names);
    case Kind::equal:
    case Kind::not_equal:
    case Kind::less:
    case Kind::less_or_equal:
    case Kind::greater:
    case Kind::greater_or_equal:
      return comparison(tree, names);
    case Kind::logical_and:
    case Kind::logical_or:
      return logic(tree, names);
    case Kind::between:
      return between(tree, names);
    case Kind::in:
      return in(tree, names);
    case Kind::interval:
      return interval(tree, names);
    case Kind::unary_compare:
      of(*tree.parts[0], names);
      return inferred(TypeKind::range);
    case Kind::tests:
    case Kind::negated_tests:
      for (const ExpressionPtr& part : tree.parts) of(*part, names);
      return inferred(TypeKind::boolean);
    case Kind::instance_of:
      of(*tree.parts[0], names);
      return inferred(TypeKind::boolean);
    case Kind::conditional:
      return conditional(tree, names);
    case Kind::for_in:
    case Kind::some_in:
    case Kind::every_in:
      return loop(tree, names);
    case Kind::function:
      return function(tree, names);
    case Kind::call:
    case Kind::named_call:
      return call(tree, names);
    case Kind::path:
      return path(tree, names);
    case Kind::filter:
      return filter(tree, names);
    default:
      return {};
  }
}

Inferred Inference::name(const Expression& tree, const Environment& names) {
  if (const Inferred* found = names.find(tree.text)) return *found;
  if (find_built_in(tree.text) != nullptr) return inferred(TypeKind::function);
  if (names.is_open()) return {};
  std::set<std::string> known = names.names();
  for (const BuiltIn& one : all_built_ins()) known.insert(std::string(one.name));
  const Severity severity = names.is_in_item() ? Severity::warning : Severity::error;
  report_.add(severity, "unknown_name", tree.span,
              "there is nothing named " + in_quotes(tree.text) + " here" +
                  suggestion(tree.text, known, false),
              "这里没有名为" + in_quotes_zh(tree.text) + "的变量或函数" +
                  suggestion(tree.text, known, true));
  return {};
}

Inferred Inference::list(const Expression& tree, const Environment& names) {
  std::optional<Inferred> element;
  for (const ExpressionPtr& part : tree.parts) {
    const Inferred item = of(*part, names);
    element = element ? either(*element, item) : item;
  }
  return {list_of(element ? element->type : simple(TypeKind::any)), false};
}

Inferred Inference::context(const Expression& tree, const Environment& names) {
  Environment inner(&names);
  Type type{.kind = TypeKind::context};
  for (const ExpressionPtr& entry : tree.parts) {
    const Expression& part = *entry->parts[0];
    if (part.kind == Kind::function) inner.set(entry->text, inferred(TypeKind::function));
    Inferred value = of(part, inner);
    type.members.push_back({entry->text, value.type});
    inner.set(entry->text, std::move(value));
  }
  return {std::make_shared<const Type>(std::move(type)), false};
}

Inferred Inference::arithmetic(const Expression& tree, const Environment& names) {
  const Inferred left = of(*tree.parts[0], names);
  const Inferred right = of(*tree.parts[1], names);
  const auto kind = arithmetic_kind(tree.kind, left.kind(), right.kind());
  if (!kind) {
    const TypeWords a = words_of(*left.type);
    const TypeWords b = words_of(*right.type);
    error("wrong_operand", tree.span, a.en + " and " + b.en + " cannot be combined so",
          a.zh + "与" + b.zh + "不能这样运算");
  }
  if (tree.kind == Kind::divide && right.constant) {
    const Decimal* divisor = right.constant->as<Decimal>();
    if (divisor != nullptr && divisor->is_zero()) {
      error("division_by_zero", tree.span, "the divisor is 0", "除数为 0");
    }
  }
  return inferred(kind.value_or(TypeKind::any), left.may_be_null || right.may_be_null);
}

void Inference::never(const Expression& tree, const Inferred& left, const Inferred& right) {
  const TypeWords a = words_of(*left.type);
  const TypeWords b = words_of(*right.type);
  error("not_comparable", tree.span, a.en + " and " + b.en + " cannot be compared so",
        a.zh + "与" + b.zh + "不能这样比较");
}

/// A missing value must not silently equal another one that is missing.
void Inference::both_null(const Expression& tree, const Inferred& left, const Inferred& right) {
  if (!left.may_be_null || !right.may_be_null || left.is_null() || right.is_null()) return;
  warn("null_equals_null", tree.span,
       "both sides may be null, and null = null is true: test one of them for null first",
       "两边都可能为 null，而 null = null 为真：请先判断其一是否为 null");
}

/// `=` and `!=` give an answer for null too, which is seldom what was meant.
void Inference::null_safety(const Expression& tree, const Inferred& left, const Inferred& right) {
  const bool has_null = left.is_null() || right.is_null();
  if (has_null) return;  // it is asked for
  if (tree.kind == Kind::equal) both_null(tree, left, right);
  if (left.may_be_null != right.may_be_null) null_in_not(tree);
  if (tree.kind == Kind::not_equal && (left.may_be_null || right.may_be_null)) {
    warn("null_differs", tree.span,
         "a side may be null, which differs from every value: test it for null first",
         "一边可能为 null，而 null 与任何值都不相等：请先判断是否为 null");
  }
}

/// Of null `=` and `in` are false.
void Inference::null_in_not(const Expression& tree) {
  if (!negated_.contains(&tree)) return;
  warn("null_in_not", tree.span,
       "where the value is null this is false, and not(...) true: test it for null first",
       "值为 null 时此条件为假，not(...) 因而为真：请先判断是否为 null");
}

Inferred Inference::comparison(const Expression& tree, const Environment& names) {
  const Inferred left = of(*tree.parts[0], names);
  const Inferred right = of(*tree.parts[1], names);
  const bool is_equality = tree.kind == Kind::equal || tree.kind == Kind::not_equal;
  if (!is_comparable(tree.kind, left.kind(), right.kind())) {
    never(tree, left, right);
  } else if (is_equality) {
    null_safety(tree, left, right);
  }
  return inferred(TypeKind::boolean, !is_equality && (left.may_be_null || right.may_be_null));
}

Inferred Inference::logic(const Expression& tree, const Environment& names) {
  const Inferred left = of(*tree.parts[0], names);
  Environment then(&names);
  narrow(*tree.parts[0], tree.kind == Kind::logical_and, then);
  const Inferred right = of(*tree.parts[1], then);
  for (const auto& [part, value] : {std::pair(&tree.parts[0], &left), {&tree.parts[1], &right}}) {
    const TypeKind kind = value->kind();
    if (kind == TypeKind::any || kind == TypeKind::boolean || kind == TypeKind::null) continue;
    warn("no_boolean", (*part)->span,
         words_of(*value->type).en + " is neither true nor false: it counts as null",
         words_of(*value->type).zh + "不是布尔值，按 null 处理");
  }
  return inferred(TypeKind::boolean, left.may_be_null || right.may_be_null);
}

Inferred Inference::between(const Expression& tree, const Environment& names) {
  const Inferred value = of(*tree.parts[0], names);
  bool may_be_null = value.may_be_null;
  for (std::size_t i = 1; i < tree.parts.size(); ++i) {
    const Inferred end = of(*tree.parts[i], names);
    may_be_null = may_be_null || end.may_be_null;
    if (!is_comparable(Kind::less, value.kind(), end.kind())) never(tree, value, end);
  }
  return inferred(TypeKind::boolean, may_be_null);
}

Inferred Inference::interval(const Expression& tree, const Environment& names) {
  const Inferred low = of(*tree.parts[0], names);
  const Inferred high = of(*tree.parts[1], names);
  const bool has_null = low.is_null() || high.is_null();
  if (!has_null && !is_comparable(Kind::less, low.kind(), high.kind())) never(tree, low, high);
  Type range{.kind = TypeKind::range};
  range.element = low.is_null() || low.kind() == TypeKind::any ? high.type : low.type;
  return {std::make_shared<const Type>(std::move(range)), false};
}

void Inference::condition(const Inferred& value, Span span) {
  const TypeKind kind = value.kind();
  if (kind != TypeKind::any && kind != TypeKind::boolean && kind != TypeKind::null) {
    error("no_condition", span, "a condition is true or false; this is " + words_of(*value.type).en,
          "条件应为布尔值，这里是" + words_of(*value.type).zh);
  } else if (value.may_be_null || value.is_null()) {
    warn("null_condition", span,
         "the condition may be null, and then counts as false: say what holds where it is unknown",
         "条件可能为 null，此时按不成立处理：请写明未知时如何判断");
  }
}

Inferred Inference::conditional(const Expression& tree, const Environment& names) {
  condition(of(*tree.parts[0], names), tree.parts[0]->span);
  Environment holds(&names);
  narrow(*tree.parts[0], true, holds);
  const Inferred then = of(*tree.parts[1], holds);
  Environment fails(&names);
  narrow(*tree.parts[0], false, fails);
  return either(then, of(*tree.parts[2], fails));
}

Inferred Inference::as(const Inferred& value, const TypePtr& type, Span span) {
  if (type == nullptr || type->kind == TypeKind::any) {
    if (type == nullptr || !type->allowed) return value;
  }
  if (!can_become(*value.type, *type)) {
    error("wrong_type", span,
          words_of(*value.type).en + " is no value of type " +
              (type->name.empty() ? words_of(*type).en : type->name),
          words_of(*value.type).zh + "不是此类型的值：" +
              (type->name.empty() ? words_of(*type).zh : type->name));
  } else if (value.constant) {
    Evaluation evaluation(options());
    const Value given = coerce(*value.constant, *type, Scope(), evaluation);
    if (!evaluation.reports().empty() && !evaluation.is_spent()) {
      error("wrong_value", span, evaluation.reports()[0].en, evaluation.reports()[0].zh);
    }
    if (!given.is_null()) return {type, false, given};
  }
  if (value.is_null()) return value;
  return {type->kind == TypeKind::any ? value.type : type, value.may_be_null, value.constant};
}

}  // namespace hq::rules
