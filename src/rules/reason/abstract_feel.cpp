// FEEL over regions: expressions and tests.
#include <algorithm>
#include <utility>

#include "rules/feel/properties.h"
#include "rules/feel/walker.h"
#include "rules/reason/abstract_walker.h"

namespace hq::rules {
namespace {

Abstract of_judged(const Judged& judged) {
  return abstract_of(judged.truths, judged.facts, judged.doubt);
}

/// What `and` and `or` make of two operands; the left one is looked at first.
Truths combined(Truths left, Truths right, bool is_or) {
  const Truths settles = is_or ? kTrue : kFalse;
  const Truths other = is_or ? kFalse : kTrue;
  Truths truths = left & settles;
  const Truths open = left & ~settles;
  if (open == 0) return truths;
  truths |= right & settles;
  if ((open & other) != 0 && (right & other) != 0) truths |= other;
  const Truths nulls = kNull | kError;
  if ((open & kError) != 0 && (right & ~settles) != 0) truths |= kError;
  if ((open & (kNull | other)) != 0 && (right & kError) != 0) truths |= kError;
  if ((open & kNull) != 0 && (right & (other | kNull)) != 0) truths |= kNull;
  if ((open & (other | kNull)) != 0 && (right & kNull) != 0) truths |= kNull;
  return truths & (settles | other | nulls);
}

/// A date and the like along whose scale a member never falls: its year, the days of a duration.
bool is_rising(TypeKind kind, std::string_view name) {
  switch (kind) {
    case TypeKind::date:
    case TypeKind::date_time:
      return name == "year";
    case TypeKind::days_duration:
      return name == "days";
    case TypeKind::months_duration:
      return name == "years";
    default:
      return false;
  }
}

}  // namespace

Abstract AbstractWalker::feel(const Feel& feel, const AbstractScope& scope) {
  if (feel.fault || !feel.tree) return Abstract(error_value());
  return walk(*feel.tree, scope);
}

Abstract AbstractWalker::walk(const Expression& tree, const AbstractScope& scope) {
  if (has_given_up()) return {};
  if (tree.kind == Kind::name) {
    if (const Abstract* found = find(scope, tree.text)) return *found;
  }
  if (std::optional<Value> value = known(tree, scope)) return Abstract(*std::move(value));
  evaluation_.spend(1);
  return walk_unknown(tree, scope);
}

Abstract AbstractWalker::walk_unknown(const Expression& tree, const AbstractScope& scope) {
  const auto operand = [&](std::size_t i) { return walk(*tree.parts[i], scope); };
  switch (tree.kind) {
    case Kind::list: {
      Abstract::Items items;
      for (const ExpressionPtr& part : tree.parts) items.push_back(walk(*part, scope));
      return Abstract::of_items(std::move(items));
    }
    case Kind::context:
      return walk_context(tree, scope);
    case Kind::negate:
      return negation(operand(0), evaluation_);
    case Kind::add:
    case Kind::subtract:
    case Kind::multiply:
    case Kind::divide:
    case Kind::power:
      return calculated(tree.kind, operand(0), operand(1), evaluation_);
    case Kind::equal:
    case Kind::not_equal:
    case Kind::less:
    case Kind::less_or_equal:
    case Kind::greater:
    case Kind::greater_or_equal:
      return of_judged(judged(tree.kind, operand(0), operand(1), false, evaluation_));
    case Kind::logical_and:
    case Kind::logical_or:
      return walk_logic(tree, scope);
    case Kind::between:
      return walk_between(tree, scope);
    case Kind::in:
      return walk_in(tree, scope);
    case Kind::any_test:
    case Kind::tests:
    case Kind::negated_tests: {
      const Abstract* tested = find(scope, "?");
      return of_judged(passes(tree, tested != nullptr ? *tested : Abstract(Value()), scope));
    }
    case Kind::conditional:
      return walk_conditional(tree, scope);
    case Kind::call:
    case Kind::named_call:
      return walk_call(tree, scope);
    case Kind::path:
      return member(operand(0), tree.text);
    default:
      return by_cases(tree, scope);
  }
}

Abstract AbstractWalker::walk_context(const Expression& tree, const AbstractScope& scope) {
  AbstractScope inner(&scope);
  Abstract::Members members;
  for (const ExpressionPtr& entry : tree.parts) {
    if (std::ranges::find(members, entry->text, &Abstract::Member::name) != members.end()) {
      return Abstract(error_value());
    }
    const Expression& part = *entry->parts.front();
    // A function may call itself by its name, which it has only as a value.
    Abstract value =
        part.kind == Kind::function ? Abstract::anything({}, nullptr) : walk(part, inner);
    inner.set(entry->text, value);
    members.push_back({entry->text, std::move(value)});
  }
  return Abstract::of_members(std::move(members));
}

Abstract AbstractWalker::walk_logic(const Expression& tree, const AbstractScope& scope) {
  const bool is_or = tree.kind == Kind::logical_or;
  const Abstract left = walk(*tree.parts[0], scope);
  const Truths first = truths_of(left);
  if (first == (is_or ? kTrue : kFalse)) return abstract_of(first, {}, nullptr);
  const bool is_sure = (first & (is_or ? kTrue : kFalse)) == 0;
  if (!is_sure) ++unsure_;
  const Abstract right = walk(*tree.parts[1], scope);
  if (!is_sure) --unsure_;
  const Truths second = truths_of(right);
  DoubtPtr doubt;
  if (!is_settled(first)) doubt = left.why();
  if (!is_settled(second)) doubt = joined(doubt, right.why());
  return abstract_of(combined(first, second, is_or), left.facts | right.facts, std::move(doubt));
}

Abstract AbstractWalker::walk_between(const Expression& tree, const AbstractScope& scope) {
  const Abstract value = walk(*tree.parts[0], scope);
  Judged low =
      judged(Kind::greater_or_equal, value, walk(*tree.parts[1], scope), true, evaluation_);
  const Judged high =
      judged(Kind::less_or_equal, value, walk(*tree.parts[2], scope), true, evaluation_);
  const Truths both = low.truths & high.truths & kTrue;
  Truths truths = both;
  if (((low.truths | high.truths) & kFalse) != 0) truths |= kFalse;
  if (((low.truths | high.truths) & (kNull | kError)) != 0) truths |= kError;
  low.join(high);
  return abstract_of(truths, low.facts, low.doubt);
}

Abstract AbstractWalker::walk_in(const Expression& tree, const AbstractScope& scope) {
  const Abstract value = walk(*tree.parts[0], scope);
  AbstractScope inner(&scope);
  inner.set("?", value);
  Judged verdict = test_any(std::span(tree.parts).subspan(1), value, inner);
  // That something cannot be tested so is an error, but for ranges that are open to null.
  if ((verdict.truths & kNull) != 0) verdict.truths |= kError;
  if ((truths_of(value) & kError) != 0) verdict.truths |= kError;
  return of_judged(verdict);
}

Abstract AbstractWalker::branched(const Abstract& condition,
                                  const std::function<Abstract(bool)>& branch) {
  const Truths truths = truths_of(condition);
  // A condition that is a value but no boolean is an error; null counts as false.
  const bool may_be_wrong = condition.is_anything || !condition.is_plain() ||
                            condition.set.interval() || condition.set.has_other_texts() ||
                            std::ranges::any_of(condition.set.points(), [](const Value& point) {
                              return !point.is_null() && point.as<bool>() == nullptr;
                            });
  const bool may_be_false = (truths & ~kTrue) != 0;
  const bool is_sure = is_settled(truths) && !may_be_wrong;
  if (!is_sure) ++unsure_;
  Abstract result;
  if ((truths & kTrue) != 0) result.join(branch(true));
  if (may_be_false) result.join(branch(false));
  if (!is_sure) --unsure_;
  if (may_be_wrong) result.join(Abstract(error_value()));
  if (!is_sure) {
    result.facts |= condition.facts;
    if (result.constant() == nullptr) {
      // Who asks why is told of the condition first: it may make a branch needless.
      result.doubt = joined(condition.why(), result.why());
      result.term = nullptr;
    }
  }
  return result;
}

Abstract AbstractWalker::walk_conditional(const Expression& tree, const AbstractScope& scope) {
  const Abstract condition = walk(*tree.parts[0], scope);
  return branched(condition, [&](bool truth) { return walk(*tree.parts[truth ? 1 : 2], scope); });
}

Abstract AbstractWalker::outcome_member(const Abstract& value, const std::string& name) {
  if (value.is_anything) return value;
  Abstract contexts = value;
  Abstract others;
  contexts.set = {};
  for (const Value& point : value.set.points()) {
    (point.as<Context>() != nullptr ? contexts.set : others.set).insert(point);
  }
  if (value.set.interval()) others.set.join(ValueSet::of(*value.set.interval()));
  Abstract result = contexts.is_nothing() ? Abstract() : member(contexts, name);
  result.join(others);
  result.facts = value.facts;
  if (result.constant() == nullptr && result.term == nullptr) result.doubt = value.why();
  return result;
}

Abstract AbstractWalker::member(const Abstract& value, const std::string& name) {
  if (value.is_anything || value.items || value.callable) {
    return Abstract::anything(value.facts, value.why());
  }
  Abstract result;
  if (value.members) {
    const auto found = std::ranges::find(*value.members, name, &Abstract::Member::name);
    result.join(found == value.members->end() ? Abstract(error_value()) : found->value);
  }
  const auto concretely = [&](const Value& one) {
    const Context* context = one.as<Context>();
    if (context == nullptr && one.as<List>() == nullptr) {
      return property(one, name, {}, evaluation_);
    }
    const Value* found = context != nullptr ? context->find(name) : nullptr;
    return found != nullptr ? *found : error_value();
  };
  for (const Value& point : value.set.points()) {
    if (point.as<List>() != nullptr) return Abstract::anything(value.facts, value.why());
    result.join(Abstract(concretely(point)));
  }
  if (value.set.has_other_texts()) result.join(Abstract(error_value()));
  if (value.set.interval()) {
    Abstract part(ValueSet::of(*value.set.interval()));
    part.facts = value.facts;
    part.term = value.term;
    part.doubt = value.doubt;
    const auto all = part.set.listed(kCasesMax);
    if (is_rising(value.set.interval()->kind, name)) {
      result.join(monotone(part, false, name, concretely));
    } else if (all) {
      for (const Value& one : *all) result.join(Abstract(concretely(one)));
    } else {
      return Abstract::anything(value.facts, value.why());
    }
  }
  const bool is_whole = value.is_plain() && value.set.points().empty();
  if (!is_whole && !value.members) result.term = nullptr;
  result.facts |= value.facts;
  if (result.constant() == nullptr && result.term == nullptr) {
    result.doubt = joined(result.doubt, value.why());
  }
  return result;
}

Judged AbstractWalker::passes(const Expression& tests, const Abstract& value,
                              const AbstractScope& scope) {
  if (tests.kind == Kind::any_test) return {kTrue, {}, nullptr};
  if (const Value* one = value.constant()) {
    if (const auto verdict = known_passes(tests, *one, scope)) {
      return {truth_of(*verdict), {}, nullptr};
    }
  }
  AbstractScope inner(&scope);
  if (const auto& names = info_of(tests).names; std::ranges::find(names, "?") != names.end()) {
    inner.set("?", value);
  }
  if (tests.kind == Kind::tests) return test_any(tests.parts, value, inner);
  if (tests.kind == Kind::negated_tests) {
    Judged result = test_any(tests.parts, value, inner);
    const Truths truths = result.truths & (kTrue | kFalse);
    result.truths &= ~(kTrue | kFalse);
    if ((truths & kTrue) != 0) result.truths |= kFalse;
    if ((truths & kFalse) != 0) result.truths |= kTrue;
    return result;
  }
  return test_one(tests, value, inner);
}

/// One of the tests holds: true; else null where one could not be told.
Judged AbstractWalker::test_any(std::span<const ExpressionPtr> tests, const Abstract& value,
                                const AbstractScope& scope) {
  Judged result;
  bool may_hold = false;
  bool may_fail = true;  // all of them fail
  bool may_be_null = false;
  bool may_be_error = false;
  for (const ExpressionPtr& test : tests) {
    const Judged one = test_one(*test, value, scope);
    if (one.truths == kTrue) return {kTrue, one.facts, nullptr};
    may_hold = may_hold || (one.truths & kTrue) != 0;
    may_fail = may_fail && (one.truths & kFalse) != 0;
    may_be_null = may_be_null || (one.truths & kNull) != 0;
    may_be_error = may_be_error || (one.truths & kError) != 0;
    result.join(one);
  }
  result.truths = (may_hold ? kTrue : 0) | (may_fail ? kFalse : 0) | (may_be_null ? kNull : 0) |
                  (may_be_error ? kError : 0);
  return result;
}

Judged AbstractWalker::test_one(const Expression& test, const Abstract& value,
                                const AbstractScope& scope) {
  if (test.kind == Kind::any_test) return {kTrue, {}, nullptr};
  if (test.kind == Kind::tests || test.kind == Kind::negated_tests) {
    return passes(test, value, scope);
  }
  if (test.kind == Kind::unary_compare) {
    const Abstract operand = walk(*test.parts[0], scope);
    Judged result = judged(test.compare, value, operand, true, evaluation_);
    if ((truths_of(operand) & kError) != 0) result.truths |= kError;
    if (operand.constant() != nullptr && operand.constant()->reason() != nullptr) {
      result.truths = kError;
    }
    return result;
  }
  const auto& names = info_of(test).names;
  const bool is_about_value = std::ranges::find(names, "?") != names.end();
  if (is_about_value && find(scope, "?") == nullptr) {
    AbstractScope inner(&scope);
    inner.set("?", value);
    return test_one(test, value, inner);
  }
  if (test.kind == Kind::interval && !is_about_value && !known(test, scope)) {
    // Ends that depend on facts.
    Judged low = judged(test.open_low ? Kind::greater : Kind::greater_or_equal, value,
                        walk(*test.parts[0], scope), true, evaluation_);
    const Judged high = judged(test.open_high ? Kind::less : Kind::less_or_equal, value,
                               walk(*test.parts[1], scope), true, evaluation_);
    Truths truths = low.truths & high.truths & kTrue;
    if (((low.truths | high.truths) & kFalse) != 0) truths |= kFalse;
    if (((low.truths | high.truths) & (kNull | kError)) != 0) truths |= kNull | kError;
    low.join(high);
    low.truths = truths;
    return low;
  }
  const Abstract wanted = walk(test, scope);
  if (is_about_value) {
    return {truths_of(wanted), wanted.facts, wanted.why()};
  }
  if (const Value* one = wanted.constant()) {
    if (one->reason() != nullptr) return {kError, {}, nullptr};
    return matched(value, *one, evaluation_);
  }
  if (!wanted.is_plain())
    return {kAllTruths, wanted.facts | value.facts, joined(wanted.why(), value.why())};
  Judged result;
  ValueSet rest = wanted.set;
  for (const Value& point : wanted.set.points()) {
    if (point.reason() != nullptr) {
      result.truths |= kError;
    } else {
      result.join(matched(value, point, evaluation_));
    }
  }
  if (rest.interval() || rest.has_other_texts()) {
    result.join(judged(Kind::equal, value, wanted, true, evaluation_));
  }
  result.facts |= wanted.facts;
  if (!is_settled(result.truths)) result.doubt = joined(result.doubt, wanted.why());
  return result;
}

Judged AbstractWalker::hit(const Feel& tests, const Abstract& value, const AbstractScope& scope) {
  if (tests.is_empty()) return {kTrue, {}, nullptr};
  if (tests.fault) return {kFalse, {}, nullptr};
  return passes(*tests.tree, value, scope);
}

}  // namespace hq::rules
