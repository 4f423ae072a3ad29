#include "rules/reason/abstract_walker.h"

#include <algorithm>
#include <utility>

#include "rules/dmn/native_shims.h"
#include "rules/feel/built_ins.h"

namespace hq::rules {
namespace {

/// A callable among values, for expressions that the evaluator works out.
class CallableFunction final : public Function {
 public:
  CallableFunction(AbstractWalker& walker, std::shared_ptr<const Callable> callable,
                   std::vector<Parameter> parameters)
      : Function(std::move(parameters)), walker_(walker), callable_(std::move(callable)) {}

  Value call(std::span<const Value> arguments, Evaluation& /*evaluation*/) const override {
    return walker_.called_with_values(*callable_, arguments);
  }

 private:
  AbstractWalker& walker_;
  std::shared_ptr<const Callable> callable_;
};

void add_names(const Expression& tree, std::vector<std::string>& names) {
  if (tree.kind == Kind::name && std::ranges::find(names, tree.text) == names.end()) {
    names.push_back(tree.text);
  }
  for (const ExpressionPtr& part : tree.parts) add_names(*part, names);
}

}  // namespace

AbstractWalker::AbstractWalker(const Program& program, EvaluationOptions options)
    : program_(program), options_(std::move(options)), evaluation_({}) {
  options_.find_type = [this](std::string_view name) {
    return program_.types().find(model_, name);
  };
  options_.find_external = find_native_function;
  options_.steps_max = kStepsPerRegionMax;
}

void AbstractWalker::begin(std::map<std::size_t, Abstract> given, std::vector<uint32_t> versions) {
  evaluation_ = Evaluation(options_);
  versions_ = std::move(versions);
  remembered_.resize(program_.elements().size());
  run_ = {std::move(given), {}};
  hits_.clear();
  depth_ = 0;
  unsure_ = 0;
  has_given_up_ = false;
}

Abstract AbstractWalker::value_of(std::size_t index, AbstractRun& run) {
  if (const auto found = run.values.find(index); found != run.values.end()) return found->second;
  const Element& element = program_.element(index);
  if (element.kind != ElementKind::decision) return Abstract(Value());  // an input not given
  // While a table is watched, each look at it has to happen.
  const auto looks_at_watched = [&] {
    const auto& required = required_by(index);
    return watched_ != nullptr && std::ranges::find(required, watched_in_) != required.end();
  };
  const bool is_remembered =
      &run == &run_ && !versions_.empty() && !looks_at_watched() && !is_in_cycle(index);
  std::vector<uint32_t> key;
  if (is_remembered) {
    key = key_of(index);
    const auto& known = remembered_[index].by_key;
    if (const auto found = known.find(key); found != known.end()) {
      versions_[index] = found->second.version;
      return run.values.insert_or_assign(index, found->second.value).first->second;
    }
  }
  if (!run.running.insert(index).second) return Abstract(error_value());
  // All that a decision requires is worked out whether it is looked at or not.
  const std::size_t unsure = std::exchange(unsure_, 0);
  const std::size_t model = std::exchange(model_, element.model);
  Abstract value = decide(element, run);
  model_ = model;
  unsure_ = unsure;
  run.running.erase(index);
  run.values.insert_or_assign(index, value);
  if (is_remembered && !has_given_up()) {
    Remembered& remembered = remembered_[index];
    if (remembered.by_key.size() >= kRememberedMax) remembered.by_key.clear();
    versions_[index] = remembered.version_of(value);
    remembered.by_key.emplace(std::move(key), Remembered::Known{value, versions_[index]});
  }
  return value;
}

uint32_t AbstractWalker::Remembered::version_of(const Abstract& value) {
  if (value.constant() == nullptr) return ++versions;
  const auto found = std::ranges::find(settled, value.set, &std::pair<ValueSet, uint32_t>::first);
  if (found != settled.end()) return found->second;
  ++versions;
  if (settled.size() < kPointsMax) settled.emplace_back(value.set, versions);
  return versions;
}

bool AbstractWalker::is_in_cycle(std::size_t index) {
  auto& known = remembered_[index].is_in_cycle;
  if (!known) {
    // Or behind it is one: what that gives depends on where it is entered.
    known = std::ranges::any_of(required_by(index), [&](std::size_t one) {
      return std::ranges::any_of(program_.element(one).needs, [&](const Element::Need& need) {
        const auto& required = required_by(need.element);
        return std::ranges::find(required, one) != required.end();
      });
    });
  }
  return *known;
}

const std::vector<std::size_t>& AbstractWalker::required_by(std::size_t element) {
  const auto [place, is_new] = required_.try_emplace(element);
  std::vector<std::size_t>& required = place->second;
  if (!is_new) return required;
  required.push_back(element);
  for (std::size_t i = 0; i < required.size(); ++i) {
    const auto add = [&](std::size_t other) {
      if (std::ranges::find(required, other) == required.end()) required.push_back(other);
    };
    const Element& one = program_.element(required[i]);
    for (const Element::Need& need : one.needs) add(need.element);
    for (const std::size_t output : one.outputs) add(output);
  }
  return required;
}

uint32_t AbstractWalker::version_of(std::size_t element) {
  if (program_.element(element).kind != ElementKind::decision) return versions_[element];
  value_of(element);
  // What is not remembered may be anything else the next time.
  if (versions_[element] == 0) versions_[element] = UINT32_MAX - not_remembered_++;
  return versions_[element];
}

std::vector<uint32_t> AbstractWalker::key_of(std::size_t element) {
  std::vector<uint32_t> key;
  for (const Element::Need& need : program_.element(element).needs) {
    const ElementKind kind = program_.element(need.element).kind;
    if (kind == ElementKind::decision || kind == ElementKind::input_data) {
      key.push_back(version_of(need.element));
      continue;
    }
    for (const std::size_t one : required_by(need.element)) key.push_back(versions_[one]);
  }
  return key;
}

Abstract AbstractWalker::decide(const Element& element, AbstractRun& run) {
  if (element.logic == nullptr) return Abstract(error_value());
  if (++depth_ > kAbstractDepthMax) has_given_up_ = true;
  Abstract value;
  if (!has_given_up_) {
    AbstractScope scope(nullptr);
    scope.element = &element;
    scope.run = &run;
    value = coerced(element.type, logic(*element.logic, scope));
  }
  --depth_;
  return value;
}

Abstract AbstractWalker::serve(const Element& service, AbstractRun& run) {
  Abstract value;
  if (service.outputs.size() == 1) {
    value = value_of(service.outputs[0], run);
  } else {
    Abstract::Members members;
    for (const std::size_t output : service.outputs) {
      members.push_back({program_.element(output).name, value_of(output, run)});
    }
    value = Abstract::of_members(std::move(members));
  }
  return coerced(service.type, value);
}

Abstract AbstractWalker::need_value(const Element::Need& need, AbstractRun* run) {
  const Element& other = program_.element(need.element);
  if (other.kind == ElementKind::decision || other.kind == ElementKind::input_data) {
    return run == nullptr ? Abstract(Value()) : value_of(need.element, *run);
  }
  const bool is_function = other.kind == ElementKind::service ||
                           (other.logic != nullptr && other.logic->kind == BoxedKind::function);
  if (!is_function) return Abstract(Value());
  Abstract value;
  value.callable = std::make_shared<const Callable>(Callable{&other, other.logic.get(), {}});
  return value;
}

const Abstract* AbstractWalker::find_need(const AbstractScope& scope, std::string_view name) {
  if (scope.element == nullptr) return nullptr;
  Abstract::Members members;  // of an import of that name
  for (const Element::Need& need : scope.element->needs) {
    const std::string& own = program_.element(need.element).name;
    if (need.prefix.empty() && own == name) {
      Abstract value = need_value(need, scope.run);
      return &scope.names().insert_or_assign(std::string(name), std::move(value)).first->second;
    }
    if (!need.prefix.empty() && need.prefix == name) {
      members.push_back({own, need_value(need, scope.run)});
    }
  }
  if (members.empty()) return nullptr;
  Abstract value = Abstract::of_members(std::move(members));
  return &scope.names().insert_or_assign(std::string(name), std::move(value)).first->second;
}

const Abstract* AbstractWalker::find(const AbstractScope& scope, std::string_view name) {
  for (const AbstractScope* one = &scope; one != nullptr; one = one->outer()) {
    if (const auto found = one->names().find(name); found != one->names().end()) {
      return &found->second;
    }
    if (const Abstract* found = find_need(*one, name)) return found;
  }
  return nullptr;
}

AbstractWalker::TreeInfo& AbstractWalker::info_of(const Expression& tree) {
  const auto [place, is_new] = trees_.try_emplace(&tree);
  if (is_new) add_names(tree, place->second.names);
  return place->second;
}

Value AbstractWalker::concrete(const Abstract& value) {
  if (const Value* one = value.constant()) return *one;
  if (!value.callable) return {};
  const Callable& callable = *value.callable;
  std::vector<Function::Parameter> parameters;
  if (callable.element != nullptr && callable.element->kind == ElementKind::service) {
    for (const std::size_t index : callable.element->parameters) {
      const Element& parameter = program_.element(index);
      parameters.push_back(
          {parameter.name, parameter.type ? parameter.type : simple(TypeKind::any)});
    }
  } else {
    parameters = callable.logic->names;
  }
  return Value(std::shared_ptr<const Function>(
      std::make_shared<CallableFunction>(*this, value.callable, std::move(parameters))));
}

namespace {

/// One value, or a function that can be called with values.
bool is_concrete(const Abstract& value) {
  return value.constant() != nullptr || (value.callable && !value.is_anything && !value.members &&
                                         !value.items && value.set.is_empty());
}

}  // namespace

std::optional<Scope> AbstractWalker::known_names(const TreeInfo& info, const AbstractScope& scope,
                                                 bool& is_constant) {
  Scope values;
  is_constant = true;
  for (const std::string& name : info.names) {
    const Abstract* found = find(scope, name);
    if (found == nullptr) continue;
    if (!is_concrete(*found)) return std::nullopt;
    is_constant = false;
    values.set(name, concrete(*found));
  }
  return values;
}

std::optional<Value> AbstractWalker::known(const Expression& tree, const AbstractScope& scope) {
  TreeInfo& info = info_of(tree);
  if (info.folded) return info.folded;
  bool is_constant = false;
  const auto values = known_names(info, scope, is_constant);
  if (!values) return std::nullopt;
  Value value = evaluate(tree, *values, evaluation_);
  if (is_constant) info.folded = value;
  return value;
}

std::optional<Value> AbstractWalker::known_passes(const Expression& tests, const Value& value,
                                                  const AbstractScope& scope) {
  bool is_constant = false;
  const auto values = known_names(info_of(tests), scope, is_constant);
  if (!values) return std::nullopt;
  return hq::rules::passes(tests, value, *values, evaluation_);
}

Abstract AbstractWalker::by_cases(const Expression& tree, const AbstractScope& scope) {
  std::vector<std::string> names;
  Arguments arguments;
  Scope outer;
  for (const std::string& name : info_of(tree).names) {
    const Abstract* found = find(scope, name);
    if (found == nullptr) continue;
    if (is_concrete(*found)) {
      outer.set(name, concrete(*found));
    } else {
      names.push_back(name);
      arguments.push_back(*found);
    }
  }
  return each_case(arguments, [&](std::span<const Value> values) {
    Scope inner(&outer);
    for (std::size_t i = 0; i < names.size(); ++i) inner.set(names[i], values[i]);
    return evaluate(tree, inner, evaluation_);
  });
}

Abstract AbstractWalker::coerced(const TypePtr& type, const Abstract& value) {
  if (type == nullptr || value.is_nothing() || value.is_anything || value.callable) return value;
  if (type->kind == TypeKind::any && !type->allowed && !type->constraint) return value;
  if (!value.members && !value.items) return coerced_plain(*type, value);
  if (value.set.is_empty()) {
    // Nothing of it is converted: it is of the type and allowed, or there is no value.
    const Judged judged = fits(*type, value);
    if (judged.truths == kTrue) return value;
    if ((judged.truths & kTrue) != 0) {
      Abstract result = value;
      result.join(Abstract(error_value()));
      result.doubt = joined(judged.doubt, value.why());
      return result;
    }
  }
  const auto all = alternatives(value, kCasesMax);
  if (!all) return Abstract::anything(value.facts, value.why());
  Abstract result;
  for (const Value& one : *all) result.join(Abstract(coerce(one, *type, Scope(), evaluation_)));
  result.facts = value.facts;
  result.doubt = value.why();
  return result;
}

/// Is it of the type, and allowed, with all that is in it?
Judged AbstractWalker::fits(const Type& type, const Abstract& value) {
  Judged result{kTrue, {}, nullptr};
  const auto also = [&](const Judged& one) {
    const bool may_hold = (result.truths & one.truths & kTrue) != 0;
    const bool may_fail = ((result.truths | one.truths) & kFalse) != 0;
    result.join(one);
    result.truths = (may_hold ? kTrue : 0) | (may_fail ? kFalse : 0);
  };
  for (const auto& tests : {type.constraint, type.allowed}) {
    if (!tests || (tests == type.allowed && value.items)) continue;
    Abstract present = value;  // null is always allowed
    present.set = value.set.split({Value(), Cut::Side::pick}).second;
    if (present.is_nothing()) continue;
    Judged judged = passes(*tests, present, AbstractScope(nullptr));
    if ((judged.truths & ~kTrue) != 0) judged.truths = (judged.truths & kTrue) | kFalse;
    also(judged);
  }
  if (type.kind == TypeKind::any) return result;
  const Judged unknown{kTrue | kFalse, value.facts, value.why()};
  const Judged wrong{kFalse, {}, nullptr};
  if (value.is_anything || value.callable || (type.allowed && value.items)) return unknown;
  for (const Value& point : value.set.points()) {
    const Value made = coerce(point, type, Scope(), evaluation_);
    also(is_same(made, point) ? Judged{kTrue, {}, nullptr} : unknown);
  }
  const Abstract rest(value.set.without_points());
  if (!rest.is_nothing())
    also(conforms(rest.set.witness(), type) ? Judged{kTrue, {}, nullptr} : wrong);
  if (value.members) {
    if (type.kind != TypeKind::context) return wrong;
    for (const Type::Member& wanted : type.members) {
      const auto found = std::ranges::find(*value.members, wanted.name, &Abstract::Member::name);
      also(found == value.members->end() ? wrong : fits(*wanted.type, found->value));
    }
  }
  if (value.items) {
    if (type.kind != TypeKind::list) return wrong;
    for (const Abstract& item : *value.items) {
      if (type.element) also(fits(*type.element, item));
    }
  }
  return result;
}

Abstract AbstractWalker::coerced_plain(const Type& type, const Abstract& value) {
  Abstract result;
  bool is_same = true;
  for (const Value& point : value.set.points()) {
    Value made = coerce(point, type, Scope(), evaluation_);
    is_same = is_same && hq::rules::is_same(made, point);
    result.join(Abstract(std::move(made)));
  }
  if (value.constant() != nullptr) return result;
  DoubtPtr doubt = value.doubt;
  Abstract rest = value;  // what is no single value
  rest.set = value.set.without_points();
  if (!rest.is_nothing()) {
    if (!conforms(rest.set.witness(), type)) {
      return Abstract::anything(value.facts, value.why());
    }
    for (const auto& tests : {type.constraint, type.allowed}) {
      if (!tests || rest.is_nothing()) continue;
      const Judged judged = passes(*tests, rest, AbstractScope(nullptr));
      if (judged.truths == kTrue) continue;
      doubt = joined(doubt, judged.doubt);
      is_same = false;
      if ((judged.truths & kTrue) == 0) rest = Abstract();
    }
    result.join(rest);
    if (!is_same) result.set.insert(error_value());
  }
  result.facts = value.facts;
  result.doubt = std::move(doubt);
  result.term = is_same ? value.term : nullptr;
  return result;
}

}  // namespace hq::rules
