// Calls over regions: knowledge models and services by going into them, built-in functions by what
// is known of them, all others case by case.
#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "rules/dmn/logic.h"
#include "rules/feel/built_ins.h"
#include "rules/reason/abstract_walker.h"

namespace hq::rules {
namespace {

void take_facts(Abstract& result, const std::vector<Abstract>& arguments) {
  for (const Abstract& argument : arguments) {
    result.facts |= argument.facts;
    if (result.constant() == nullptr && argument.constant() == nullptr) {
      result.doubt = joined(result.doubt, argument.why());
    }
  }
}

Abstract unknown(const std::vector<Abstract>& arguments) {
  Abstract result = Abstract::anything({}, std::make_shared<const Doubt>());
  take_facts(result, arguments);
  return result;
}

/// The items of a list, or of arguments that stand for one.
std::optional<std::vector<Abstract>> items_of(const std::vector<Abstract>& arguments) {
  if (arguments.size() != 1) return arguments;
  const Abstract& list = arguments[0];
  if (list.items && list.set.is_empty() && !list.members) return *list.items;
  if (list.items || list.members || list.is_anything || list.callable) return std::nullopt;
  if (const Value* one = list.constant()) {
    const List* values = one->as<List>();
    if (values == nullptr) return arguments;
    std::vector<Abstract> items;
    for (const Value& value : *values) items.emplace_back(value);
    return items;
  }
  const bool has_list = std::ranges::any_of(
      list.set.points(), [](const Value& point) { return point.as<List>() != nullptr; });
  return has_list ? std::nullopt : std::optional(arguments);
}

/// The interval of a value that is nothing else; above all not null.
std::optional<Interval> ordered(const Abstract& value) {
  return value.is_plain() ? value.set.spanned() : std::nullopt;
}

/// min and max: of the ends.
std::optional<Abstract> extreme(const std::vector<Abstract>& items, bool is_min) {
  std::optional<Interval> result;
  for (const Abstract& item : items) {
    const std::optional<Interval> known = ordered(item);
    if (!known || (result && !result->is_alike(*known))) return std::nullopt;
    const Interval& one = *known;
    if (!result) {
      result = one;
      result->step.reset();
      continue;
    }
    const auto pick = [&](std::optional<Decimal>& end, bool& is_open, bool is_low,
                          const std::optional<Decimal>& other, bool other_is_open) {
      // Of two ends that agree, one that belongs to it is enough where it reaches further out.
      if (end && other && *end == *other) {
        is_open = is_low == is_min ? is_open && other_is_open : is_open || other_is_open;
        return;
      }
      const bool takes_unbounded = is_low == is_min;
      if (!end || !other) {
        if ((!other && takes_unbounded) || (!end && !takes_unbounded)) {
          end = other;
          is_open = other_is_open;
        }
        return;
      }
      if ((*other < *end) == is_min) {
        end = other;
        is_open = other_is_open;
      }
    };
    pick(result->low, result->open_low, true, one.low, one.open_low);
    pick(result->high, result->open_high, false, one.high, one.open_high);
  }
  return result ? std::optional(Abstract(ValueSet::of(*result))) : std::nullopt;
}

std::optional<Abstract> absolute_of(const Abstract& value, Evaluation& evaluation) {
  if (!value.is_plain() || !value.set.points().empty() || !value.set.interval())
    return std::nullopt;
  const Interval& all = *value.set.interval();
  const Decimal zero(0);
  if (all.kind != TypeKind::number && all.kind != TypeKind::days_duration &&
      all.kind != TypeKind::months_duration) {
    return std::nullopt;
  }
  if (all.low && *all.low >= zero) return value;
  if (all.high && *all.high <= zero) return negation(value, evaluation);
  Interval result{.kind = all.kind, .low = zero};
  if (all.low && all.high) {
    result.high = std::max(negate(*all.low), *all.high);
  }
  return Abstract(ValueSet::of(result));
}

constexpr std::array<std::string_view, 11> kRising = {
    "floor",   "ceiling", "round up", "round down", "round half up", "round half down",
    "decimal", "sqrt",    "exp",      "log",        "date"};

}  // namespace

Abstract AbstractWalker::each_case(const Arguments& arguments,
                                   const std::function<Value(std::span<const Value>)>& work) {
  std::vector<std::vector<Value>> rows = {{}};
  for (const Abstract& argument : arguments) {
    const auto choices = alternatives(argument, kCasesMax);
    if (!choices || rows.size() * choices->size() > kCasesMax) return unknown(arguments);
    std::vector<std::vector<Value>> longer;
    for (const auto& row : rows) {
      for (const Value& choice : *choices) {
        longer.push_back(row);
        longer.back().push_back(choice);
      }
    }
    rows = std::move(longer);
  }
  Abstract result;
  for (const auto& row : rows) result.join(Abstract(work(row)));
  take_facts(result, arguments);
  return result;
}

std::optional<Abstract> AbstractWalker::known_function(const std::string& name,
                                                       const Arguments& arguments) {
  const BuiltIn* function = find_built_in(name);
  const auto run = [&](std::span<const Value> values) {
    return call_built_in(*function, values, {}, evaluation_);
  };
  const auto is_interval = [](const Abstract& value) {
    return value.is_plain() && value.set.interval() && value.set.points().empty();
  };
  if (name == "min" || name == "max") {
    const auto items = items_of(arguments);
    return items ? extreme(*items, name == "min") : std::nullopt;
  }
  if (name == "count" && arguments.size() == 1) {
    const auto items = items_of(arguments);
    if (!items || (!arguments[0].items && arguments[0].constant() == nullptr)) return std::nullopt;
    return Abstract(Value(static_cast<int64_t>(items->size())));
  }
  if (name == "sum") {
    const auto items = items_of(arguments);
    if (!items || items->empty()) return std::nullopt;
    Abstract sum((Value(int64_t{0})));
    for (const Abstract& item : *items) {
      const auto known = ordered(item);
      if (!known || known->kind != TypeKind::number) return std::nullopt;
      sum = calculated(Kind::add, sum, item, evaluation_);
    }
    return sum;
  }
  if (name == "abs" && arguments.size() == 1) return absolute_of(arguments[0], evaluation_);
  if (std::ranges::find(kRising, name) != kRising.end() && !arguments.empty() &&
      is_interval(arguments[0])) {
    std::vector<Value> values(1);
    std::string key = name;
    for (std::size_t i = 1; i < arguments.size(); ++i) {
      if (arguments[i].constant() == nullptr) return std::nullopt;
      values.push_back(*arguments[i].constant());
      key += " " + to_text(values.back());
    }
    return monotone(arguments[0], false, key, [&](const Value& one) {
      values[0] = one;
      return run(values);
    });
  }
  if (name == "years and months duration" && arguments.size() == 2) {
    const auto first = ordered(arguments[0]);
    const auto second = ordered(arguments[1]);
    if (!first || !second || first->kind != TypeKind::date || second->kind != TypeKind::date) {
      return std::nullopt;
    }
    const auto& [from, to] = std::tie(*first, *second);
    const auto end = [&](const std::optional<Decimal>& a, const std::optional<Decimal>& b) {
      if (!a || !b) return Value();
      return run(std::vector{from.value_at(*a), to.value_at(*b)});
    };
    const Value low = end(from.high, to.low);
    const Value high = end(from.low, to.high);
    if (low.is_null() || high.is_null()) return std::nullopt;
    return Abstract(ValueSet::between(low, high, std::nullopt));
  }
  return std::nullopt;
}

Abstract AbstractWalker::call_built_in_named(const std::string& name, const Arguments& arguments,
                                             const std::vector<std::string>& names) {
  const bool has_interval = std::ranges::any_of(arguments, [](const Abstract& argument) {
    return argument.set.interval().has_value() || argument.items;
  });
  if (names.empty() && has_interval) {
    if (auto result = known_function(name, arguments)) {
      if (result->term == nullptr) take_facts(*result, arguments);
      return *std::move(result);
    }
  }
  const BuiltIn* function = find_built_in(name);
  return each_case(arguments, [&](std::span<const Value> values) {
    return call_built_in(*function, values, names, evaluation_);
  });
}

Abstract AbstractWalker::walk_call(const Expression& tree, const AbstractScope& scope) {
  const Expression& callee = *tree.parts.front();
  Arguments arguments;
  std::vector<std::string> names;
  for (std::size_t i = 1; i < tree.parts.size(); ++i) {
    const Expression& part = *tree.parts[i];
    const bool is_named = part.kind == Kind::argument;
    if (is_named) names.push_back(part.text);
    arguments.push_back(walk(is_named ? *part.parts.front() : part, scope));
  }
  if (callee.kind == Kind::name && find(scope, callee.text) == nullptr) {
    if (find_built_in(callee.text) == nullptr) return Abstract(error_value());
    return call_built_in_named(callee.text, arguments, names);
  }
  return call_value(walk(callee, scope), std::move(arguments), names);
}

Abstract AbstractWalker::call_value(const Abstract& callee, Arguments arguments,
                                    const std::vector<std::string>& names) {
  if (const Value* function = callee.constant()) {
    return each_case(arguments, [&](std::span<const Value> values) {
      return call(*function, values, names, evaluation_);
    });
  }
  const bool is_one = callee.callable && !callee.is_anything && !callee.members && !callee.items &&
                      callee.set.is_empty();
  if (!is_one) {
    arguments.push_back(callee);
    return unknown(arguments);
  }
  const Value function = concrete(callee);
  const auto& parameters = function.as<Function>()->parameters();
  if (parameters.size() != arguments.size()) return Abstract(error_value());
  Arguments ordered;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    std::size_t from = i;
    if (!names.empty()) {
      const auto found = std::ranges::find(names, parameters[i].name);
      if (found == names.end()) return Abstract(error_value());
      from = static_cast<std::size_t>(found - names.begin());
    }
    ordered.push_back(arguments[from]);
  }
  // An argument of the wrong type makes the whole call null.
  bool may_fail = false;
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    const bool had_error = (truths_of(ordered[i]) & kError) != 0;
    const Value* given = ordered[i].constant();
    Abstract made = coerced(parameters[i].type, ordered[i]);
    const Value* one = made.constant();
    if (one != nullptr && one->reason() != nullptr && (given == nullptr || !given->is_null())) {
      return made;
    }
    may_fail = may_fail || (!had_error && (truths_of(made) & kError) != 0);
    ordered[i] = std::move(made);
  }
  Abstract result = call_callable(*callee.callable, ordered);
  if (may_fail) {
    result.join(Abstract(error_value()));
    take_facts(result, ordered);
  }
  return result;
}

Abstract AbstractWalker::call_callable(const Callable& callable, const Arguments& arguments) {
  if (++depth_ > kAbstractDepthMax) has_given_up_ = true;
  Abstract result;
  const Element* element = callable.element;
  const std::size_t model = element != nullptr ? std::exchange(model_, element->model) : model_;
  if (has_given_up_) {
    // unwinds
  } else if (element != nullptr && element->kind == ElementKind::service) {
    AbstractRun run;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      run.values.insert_or_assign(element->parameters[i], arguments[i]);
    }
    result = serve(*element, run);
  } else if (callable.logic->function_kind != FunctionKind::feel) {
    const Value function = function_value(*callable.logic, Scope(), nullptr, evaluation_);
    result = function.as<Function>() == nullptr
                 ? Abstract(function)
                 : each_case(arguments, [&](std::span<const Value> values) {
                     return function.as<Function>()->call(values, evaluation_);
                   });
  } else {
    AbstractScope outer(nullptr);
    outer.element = element;  // what it requires
    for (const auto& [name, value] : callable.seen) outer.set(name, value);
    if (element != nullptr) {
      Abstract self;  // it may call itself
      self.callable = std::make_shared<const Callable>(Callable{element, callable.logic, {}});
      outer.set(element->name, std::move(self));
    }
    AbstractScope inner(&outer);
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      inner.set(callable.logic->names[i].name, arguments[i]);
    }
    result = callable.logic->parts.empty() ? Abstract(error_value())
                                           : part(callable.logic->parts[0], inner);
  }
  if (element != nullptr && element->kind != ElementKind::service) {
    result = coerced(element->type, result);
  }
  model_ = model;
  --depth_;
  return result;
}

Value AbstractWalker::called_with_values(const Callable& callable,
                                         std::span<const Value> arguments) {
  Arguments given;
  for (const Value& argument : arguments) given.emplace_back(argument);
  const Abstract result = call_callable(callable, given);
  if (const Value* one = result.constant()) return *one;
  if (result.callable) return concrete(result);
  has_given_up_ = true;
  return {};
}

}  // namespace hq::rules
