#include "rules/reason/region.h"

#include <algorithm>

namespace hq::rules {
namespace {

ValueSet with_null(ValueSet set, bool may_be_null) {
  if (may_be_null) set.insert(Value());
  return set;
}

/// The texts of a list of allowed values, where it is nothing else.
std::vector<Value> allowed_texts(const Type& type) {
  std::vector<Value> texts;
  if (!type.allowed || type.allowed->kind != Kind::tests) return texts;
  for (const ExpressionPtr& test : type.allowed->parts) {
    if (test->kind != Kind::string_literal) return {};
    texts.emplace_back(test->text);
  }
  return texts;
}

Result<ValueSet> ordered_domain(const FactDomain& fact, TypeKind kind) {
  Interval interval{.kind = kind, .step = fact.step};
  if (!interval.step && kind != TypeKind::number) interval.step = Decimal(1);
  for (const auto& end : {fact.min, fact.max}) {
    if (end && scale_of(*end) == kind) interval.zone = zone_of(*end);
  }
  const bool is_step_wrong = interval.step && *interval.step <= Decimal(0);
  const bool is_end_wrong =
      (fact.min && !interval.place(*fact.min)) || (fact.max && !interval.place(*fact.max));
  if (is_step_wrong || is_end_wrong) {
    return fail(ErrorCode::invalid_argument,
                "the least and the greatest value must be of the type, the step above 0",
                "最小值与最大值须与类型一致，步长须大于 0", fact.name);
  }
  if (kind == TypeKind::time && interval.zone.is_none()) {
    interval.low = Decimal(0);
    interval.high = Decimal(86'399);
  }
  if (fact.min) interval.low = interval.place(*fact.min);
  if (fact.max) interval.high = interval.place(*fact.max);
  return ValueSet::of(std::move(interval));
}

Result<ValueSet> domain_of(const FactDomain& fact) {
  if (!fact.values.empty()) return ValueSet::of(fact.values);
  const Type& type = fact.type ? *fact.type : *simple(TypeKind::any);
  TypeKind kind = type.kind;
  if (kind == TypeKind::any && (fact.min || fact.max))
    kind = scale_of(fact.min ? *fact.min : *fact.max);
  switch (kind) {
    case TypeKind::boolean:
      return ValueSet::of(std::vector{Value(false), Value(true)});
    case TypeKind::string: {
      const std::vector<Value> texts = allowed_texts(type);
      return texts.empty() ? ValueSet::any_text() : ValueSet::of(texts);
    }
    case TypeKind::number:
    case TypeKind::date:
    case TypeKind::time:
    case TypeKind::date_time:
    case TypeKind::days_duration:
    case TypeKind::months_duration:
      return ordered_domain(fact, kind);
    default:
      return fail(ErrorCode::invalid_argument,
                  "what this fact may be is not known: give its type, or a list of its values",
                  "不知道该事实可取何值：请给出类型或取值列表", fact.name);
  }
}

/// The elements that an input is for: as execute() finds them.
std::vector<std::size_t> elements_named(const Program& program, std::string_view name,
                                        std::string_view name_space) {
  std::vector<std::size_t> found;
  for (const ElementKind kind : {ElementKind::input_data, ElementKind::decision}) {
    for (std::size_t i = 0; i < program.elements().size(); ++i) {
      const Element& element = program.element(i);
      if (element.kind != kind || element.name != name) continue;
      if (name_space.empty() || name_space == program.name_space(element.model)) found.push_back(i);
    }
    if (!found.empty()) return found;
  }
  return found;
}

Value outcome_in(const Value& value, const std::string& result) {
  const Context* context = value.as<Context>();
  if (result.empty() || context == nullptr) return value;
  const Value* member = context->find(result);
  return member == nullptr ? Value() : *member;
}

}  // namespace

Result<Goal> Goal::tests(std::string_view unary_tests) {
  HQ_TRY(ExpressionPtr parsed, parse_unary_tests(unary_tests, {}));
  const std::shared_ptr<const Expression> tree = std::move(parsed);
  Goal goal([tree](const Value& outcome) {
    Evaluation evaluation({});
    const Value passed = passes(*tree, outcome, Scope(), evaluation);
    const bool* holds = passed.as<bool>();
    return holds != nullptr && *holds ? Verdict::yes : Verdict::no;
  });
  goal.tree_ = tree;
  return goal;
}

Result<Space> Space::of(const Question& question) {
  Space space;
  for (std::size_t i = 0; i < question.facts.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (question.facts[i].name != question.facts[k].name) continue;
      return fail(ErrorCode::invalid_argument, "the fact stands twice", "事实重复",
                  question.facts[i].name);
    }
  }
  HQ_TRY_VOID(space.add(question));
  return space;
}

Result<> Space::add(const Question& question) {
  for (const FactDomain& fact : question.facts) {
    if (find(fact.name)) continue;
    HQ_TRY(ValueSet domain, domain_of(fact));
    domain = with_null(std::move(domain), fact.may_be_null);
    if (domain.is_empty()) {
      return fail(ErrorCode::invalid_argument, "the fact can have no value at all",
                  "该事实没有任何可取的值", fact.name);
    }
    names.push_back(fact.name);
    whole.push_back(std::move(domain));
  }
  if (names.size() > kFactsMax) {
    return fail(ErrorCode::limit_exceeded,
                "there are more than " + std::to_string(kFactsMax) + " facts",
                "事实超过 " + std::to_string(kFactsMax) + " 个");
  }
  return {};
}

std::optional<std::size_t> Space::find(std::string_view name) const {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

std::vector<Input> Space::witness(const Region& region) const {
  std::vector<Input> inputs;
  for (std::size_t i = 0; i < names.size(); ++i) {
    inputs.push_back({names[i], region[i].witness(), ""});
  }
  return inputs;
}

Result<std::vector<Input>> Space::point(const std::vector<Input>& facts) const {
  std::vector<Input> point;
  for (const std::string& name : names) point.push_back({name, Value(), ""});
  for (const Input& fact : facts) {
    const auto index = find(fact.name);
    if (!index) return unknown_fact(fact.name);
    point[*index].value = fact.value;
  }
  return point;
}

Restrictions Space::restrictions(const Region& region) const {
  Restrictions restrictions;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!(region[i] == whole[i])) restrictions.push_back({names[i], region[i], whole[i]});
  }
  return restrictions;
}

std::unexpected<Error> unknown_fact(const std::string& name) {
  return fail(ErrorCode::not_found, "the question has no fact " + name, "问题中没有事实 " + name,
              name);
}

std::optional<Value> settled_value(const Abstract& outcome) {
  if (!outcome.is_plain() || outcome.set.interval() || outcome.set.has_other_texts() ||
      outcome.set.points().empty()) {
    return std::nullopt;
  }
  const Value& first = outcome.set.points().front();
  for (const Value& point : outcome.set.points()) {
    if (!is_same(point, first)) return std::nullopt;
  }
  return first;
}

Result<std::unique_ptr<RegionEvaluator>> RegionEvaluator::make(const Question& question,
                                                               const Space& space) {
  const Program& program = question.program;
  const auto target = program.find(question.target.kind, question.target.name);
  if (!target) {
    return fail(ErrorCode::not_found, "the models have no element " + question.target.name,
                "模型中没有元素 " + question.target.name, question.target.name);
  }
  if (question.target.kind == ElementKind::knowledge_model) {
    return fail(ErrorCode::unsupported, "only decisions and services can be reasoned about",
                "只能对决策或决策服务进行推理", question.target.name);
  }
  EvaluationOptions options;
  options.now = question.now;
  std::unique_ptr<RegionEvaluator> evaluator(new RegionEvaluator(question, std::move(options)));
  evaluator->target_ = *target;
  AbstractWalker& walker = evaluator->walker_;
  walker.begin({}, {});
  const auto unknown = [](const std::string& name) {
    return fail(ErrorCode::invalid_argument, "the models have no input data " + name,
                "模型中没有输入数据 " + name, name);
  };
  for (const Input& constant : question.constants) {
    const auto elements = elements_named(program, constant.name, constant.name_space);
    if (elements.empty()) return unknown(constant.name);
    for (const std::size_t element : elements) {
      Abstract value = walker.coerced(program.element(element).type, Abstract(constant.value));
      evaluator->constants_.insert_or_assign(element, std::move(value));
    }
  }
  for (const FactDomain& fact : question.facts) {
    const auto elements = elements_named(program, fact.name, "");
    const auto index = space.find(fact.name);
    if (elements.empty() || !index) return unknown(fact.name);
    for (const std::size_t element : elements) {
      RegionEvaluator::Given given{element, *index};
      const Abstract whole = evaluator->fact_value(given, space.whole[*index]);
      given.is_coerced = whole.is_plain() && whole.set == space.whole[*index];
      evaluator->facts_.push_back(std::move(given));
    }
  }
  return evaluator;
}

std::optional<std::size_t> RegionEvaluator::fact_of(std::size_t element) const {
  const auto found = std::ranges::find(facts_, element, &Given::element);
  return found == facts_.end() ? std::nullopt : std::optional(found->fact);
}

std::vector<std::size_t> RegionEvaluator::facts_behind(std::size_t element) const {
  std::vector<std::size_t> facts;
  std::vector<bool> is_seen(question_.program.elements().size());
  std::vector<std::size_t> stack = {element};
  while (!stack.empty()) {
    const std::size_t one = stack.back();
    stack.pop_back();
    if (is_seen[one]) continue;
    is_seen[one] = true;
    if (const auto fact = fact_of(one); fact && one != element) facts.push_back(*fact);
    const Element& needing = question_.program.element(one);
    stack.insert(stack.end(), needing.outputs.rbegin(), needing.outputs.rend());
    for (auto need = needing.needs.rbegin(); need != needing.needs.rend(); ++need) {
      stack.push_back(need->element);
    }
  }
  return facts;
}

std::vector<std::size_t> RegionEvaluator::given() const {
  std::vector<std::size_t> elements;
  for (const auto& [element, value] : constants_) elements.push_back(element);
  for (const Given& given : facts_) elements.push_back(given.element);
  return elements;
}

Abstract RegionEvaluator::fact_value(const Given& given, const ValueSet& values) {
  Abstract value(values);
  if (value.constant() == nullptr) {
    value.facts.set(given.fact);
    value.term = std::make_shared<const Term>(Term{.op = Term::Op::fact, .fact = given.fact});
  }
  if (given.is_coerced) return value;
  return walker_.coerced(question_.program.element(given.element).type, value);
}

uint32_t RegionEvaluator::version_of(Given& given, const ValueSet& values) {
  // Regions that follow each other mostly share their sets: the newest come first.
  const auto found = std::find(given.known.rbegin(), given.known.rend(), values);
  if (found != given.known.rend()) {
    return given.first + static_cast<uint32_t>(given.known.rend() - found) - 1;
  }
  if (given.known.size() >= kVersionsMax) {
    given.first += kVersionsMax;
    given.known.clear();
  }
  given.known.push_back(values);
  return given.first + static_cast<uint32_t>(given.known.size()) - 1;
}

void RegionEvaluator::begin(const Region& region) {
  std::map<std::size_t, Abstract> given = constants_;
  std::vector<uint32_t> versions(question_.program.elements().size());
  for (const auto& [element, value] : constants_) versions[element] = 1;
  for (Given& fact : facts_) {
    const ValueSet& values = region[fact.fact];
    given.insert_or_assign(fact.element, fact_value(fact, values));
    versions[fact.element] = version_of(fact, values);
  }
  given.erase(target_);  // what is asked for is worked out
  versions[target_] = 0;
  walker_.begin(std::move(given), std::move(versions));
}

Abstract RegionEvaluator::outcome(const Region& region) {
  begin(region);
  const Program& program = question_.program;
  const Element& target = program.element(target_);
  Abstract outcome;
  if (target.kind == ElementKind::service) {
    for (const std::size_t parameter : target.parameters) {
      walker_.run().values.try_emplace(parameter, Abstract(Value()));
    }
    outcome = walker_.serve(target, walker_.run());
  } else {
    outcome = walker_.value_of(target_);
  }
  if (!walker_.has_given_up() && !question_.result.empty()) {
    outcome = walker_.outcome_member(outcome, question_.result);
  }
  if (!walker_.has_given_up()) return outcome;
  FactBits all;
  for (const Given& given : facts_) {
    if (region[given.fact].single() == nullptr) all.set(given.fact);
  }
  return Abstract::anything(all, nullptr);
}

Result<Value> RegionEvaluator::outcome_at(const std::vector<Input>& inputs) const {
  std::vector<Input> all = question_.constants;
  for (const Input& input : inputs) {
    if (elements_named(question_.program, input.name, "").empty()) continue;
    all.push_back(input);
  }
  EvaluationOptions options;
  options.now = question_.now;
  HQ_TRY(const Answer answer, execute(question_.program, question_.target, all, options));
  return outcome_in(answer.value, question_.result);
}

RegionEvaluator::Verdicts RegionEvaluator::verdicts(const Goal& goal, const Abstract& outcome) {
  Verdicts result;
  if (goal.tree() != nullptr) {
    const Judged passed = walker_.passes(*goal.tree(), outcome, AbstractScope(nullptr));
    if ((passed.truths & kTrue) != 0) result.bits |= verdict_bit(Verdict::yes);
    if ((passed.truths & ~kTrue) != 0) result.bits |= verdict_bit(Verdict::no);
    result.doubt = joined(passed.doubt, outcome.doubt);
    return result;
  }
  const bool is_finite =
      outcome.is_plain() && !outcome.set.interval() && !outcome.set.has_other_texts();
  const auto all =
      is_finite ? std::optional(outcome.set.points()) : alternatives(outcome, kCasesMax);
  if (all) {
    for (const Value& value : *all) result.bits |= verdict_bit(goal(value));
  } else {
    result.bits =
        verdict_bit(Verdict::yes) | verdict_bit(Verdict::no) | verdict_bit(Verdict::depends);
  }
  result.doubt = outcome.why();
  return result;
}

Result<Verdict> RegionEvaluator::verdict_at(const Goal& goal,
                                            const std::vector<Input>& inputs) const {
  HQ_TRY(const Value value, outcome_at(inputs));
  return goal(value);
}

}  // namespace hq::rules
