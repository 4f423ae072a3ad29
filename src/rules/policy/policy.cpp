#include "rules/policy/policy.h"

#include <algorithm>
#include <set>
#include <utility>

namespace hq::rules {
namespace {

/// Of those that hold, the one that became known last; among those, the one in force last.
template <class Items>
auto newest(const Items& items, hq::Date as_of, hq::Date known_at) -> decltype(items.data()) {
  decltype(items.data()) best = nullptr;
  for (const auto& item : items) {
    if (!item.validity.covers(as_of, known_at)) continue;
    const auto key = [](const auto& one) {
      return std::pair(one.validity.known_since, one.validity.effective_from);
    };
    if (best == nullptr || key(*best) < key(item)) best = &item;
  }
  return best;
}

bool overlaps(const Validity& a, const Validity& b) {
  return a.known_since == b.known_since && a.effective_from == b.effective_from;
}

/// Two that newest() could not tell apart.
template <class Items>
bool has_equals(const Items& items) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (overlaps(items[i].validity, items[k].validity)) return true;
    }
  }
  return false;
}

bool has_input(const Program& program, std::string_view name) {
  return program.find(ElementKind::input_data, name).has_value();
}

const PolicyParameter* find_parameter(const Policy& policy, std::string_view name) {
  const auto found = std::ranges::find(policy.parameters, name, &PolicyParameter::name);
  return found == policy.parameters.end() ? nullptr : &*found;
}

Result<> check_version(const Policy& policy, const PolicyVersion& version) {
  const std::string where = policy.id + " " + version.id;
  if (!version.program->find(ElementKind::decision, policy.decision)) {
    return fail(ErrorCode::invalid_argument, "the model has no decision " + policy.decision,
                "模型中没有决策 " + policy.decision, where);
  }
  for (const Problem& problem : problems_of(policy, version)) {
    if (problem.severity != Severity::error) continue;
    return fail(ErrorCode::invalid_argument, problem.message_en, problem.message_zh,
                where + ": " + problem.where());
  }
  for (const Element& element : version.program->elements()) {
    if (element.kind != ElementKind::input_data) continue;
    const bool is_fact = policy.find_fact(element.name) != nullptr;
    if (is_fact != (find_parameter(policy, element.name) != nullptr)) continue;
    return fail(
        ErrorCode::invalid_argument,
        "the input datum " + element.name +
            (is_fact ? " is both a fact and a parameter" : " is neither fact nor parameter"),
        "输入数据 " + element.name + (is_fact ? " 既是事实又是参数" : " 既不是事实也不是参数"),
        where);
  }
  return {};
}

Error not_in_force(const InForce& law, const std::string& what_en, const std::string& what_zh) {
  const std::string as_of = format_date(law.as_of);
  const std::string known_at = format_date(law.known_at);
  return {ErrorCode::not_found,
          "by what was known on " + known_at + ", there was no " + what_en + " on " + as_of,
          "按 " + known_at + " 已知的情况，" + as_of + " 没有" + what_zh, law.policy->id};
}

bool is_in(const Value& value, const PolicyFact& fact) {
  const auto beyond = [&](const std::optional<Value>& end, int sign) {
    return end && compare(value, *end).value_or(0) * sign > 0;
  };
  if (beyond(fact.min, -1) || beyond(fact.max, 1)) return false;
  const Decimal* number = value.as<Decimal>();
  if (number != nullptr && fact.step) {
    const auto rest = modulo(*number, *fact.step);
    if (!rest || !rest->is_zero()) return false;
  }
  if (fact.choices.empty()) return true;
  return std::ranges::any_of(
      fact.choices, [&](const PolicyFact::Choice& choice) { return is_same(choice.value, value); });
}

Result<> check_fact(const Policy& policy, const Input& input) {
  const PolicyFact* fact = policy.find_fact(input.name);
  if (fact == nullptr) {
    std::string known;
    for (const PolicyFact& one : policy.facts) known += (known.empty() ? "" : ", ") + one.name;
    return fail(ErrorCode::invalid_argument, "the policy asks for no such fact; it has: " + known,
                "该政策没有这项事实；现有：" + known, input.name);
  }
  if (input.value.is_null()) return {};
  if (!conforms(input.value, *fact->type) || !is_in(input.value, *fact)) {
    return fail(ErrorCode::invalid_argument, fact->label.en + " cannot be " + to_text(input.value),
                fact->label.zh + "不能是 " + to_text(input.value), input.name);
  }
  return {};
}

/// Whether a value is of a type, and one of those that it allows; nullptr: any.
bool may_be(const Value& value, const TypePtr& type) {
  Evaluation evaluation({});
  return type == nullptr || !coerce(value, *type, Scope(), evaluation).is_null();
}

/// Of an input datum in the version that is in force; nullptr: any.
TypePtr type_of(const InForce& law, std::string_view input) {
  const auto found = law.version->program->find(ElementKind::input_data, input);
  return found ? law.version->program->element(*found).type : nullptr;
}

/// Of what the version may answer; nullptr: any.
TypePtr type_of_outcome(const InForce& law) {
  const Program& program = *law.version->program;
  const auto found = program.find(ElementKind::decision, law.policy->decision);
  const TypePtr type = found ? program.element(*found).type : nullptr;
  if (type == nullptr || law.policy->result.empty()) return type;
  const auto member = std::ranges::find(type->members, law.policy->result, &Type::Member::name);
  return member == type->members.end() ? nullptr : member->type;
}

/// Other units are told as they are written.
Labels::Unit wording_of_unit(const std::string& unit) {
  if (unit == "CNY") return {{"yuan", "元"}, "yuan"};
  if (unit == "day") return {{"days", "天"}, "day"};
  if (unit == "month") return {{"months", "个月"}, "month"};
  if (unit == "year") return {{"years", "年"}, "year"};
  return {{unit, unit}, unit};
}

}  // namespace

const PolicyFact* Policy::find_fact(std::string_view name) const {
  const auto found = std::ranges::find(facts, name, &PolicyFact::name);
  return found == facts.end() ? nullptr : &*found;
}

const PolicyVersion* Policy::find_version(std::string_view wanted) const {
  const auto found = std::ranges::find(versions, wanted, &PolicyVersion::id);
  return found == versions.end() ? nullptr : &*found;
}

const PolicyOutcome* Policy::find_outcome(const Value& outcome) const {
  const auto found = std::ranges::find_if(
      outcomes, [&](const PolicyOutcome& one) { return is_same(one.value, outcome); });
  return found == outcomes.end() ? nullptr : &*found;
}

Value Policy::outcome_of(const Value& value) const {
  if (result.empty()) return value;
  const Context* context = value.as<Context>();
  const Value* outcome = context == nullptr ? nullptr : context->find(result);
  return outcome == nullptr ? Value() : *outcome;
}

std::vector<Problem> problems_of(const Policy& policy, const PolicyVersion& version) {
  CheckOptions options;
  for (const PolicyParameter& one : policy.parameters) options.always_given.insert(one.name);
  return check(*version.program, options);
}

Result<> check_policy(const Policy& policy) {
  if (policy.versions.empty()) {
    return fail(ErrorCode::invalid_argument, "the policy has no version", "该政策没有任何版本",
                policy.id);
  }
  for (const PolicyVersion& version : policy.versions) {
    HQ_TRY_VOID(check_version(policy, version));
  }
  if (has_equals(policy.versions)) {
    return fail(ErrorCode::invalid_argument,
                "two versions begin on the same day and became known on the same day",
                "有两个版本的施行日期与公布日期都相同", policy.id);
  }
  for (const PolicyParameter& parameter : policy.parameters) {
    if (!has_equals(parameter.values)) continue;
    return fail(ErrorCode::invalid_argument,
                "two values begin on the same day and became known on the same day",
                "有两个取值的施行日期与公布日期都相同", policy.id + " " + parameter.name);
  }
  for (const PolicyTrust& trust : policy.trusts) {
    const PolicyFact* fact = policy.find_fact(trust.fact);
    if (fact != nullptr && !fact->claim.empty()) continue;
    return fail(ErrorCode::invalid_argument,
                "an issuer is trusted for something that is no fact with a claim: " + trust.fact,
                "所信任签发方对应的事实不存在或没有凭证字段：" + trust.fact, policy.id);
  }
  return {};
}

std::vector<Input> InForce::constants() const {
  std::vector<Input> inputs;
  for (const auto& [parameter, value] : parameters) {
    inputs.push_back({parameter->name, value->value, ""});
  }
  return inputs;
}

EvaluationOptions InForce::evaluation() const {
  EvaluationOptions options;
  const auto nanoseconds = std::chrono::nanoseconds(as_of.time_since_epoch()).count();
  options.now = from_utc_nanoseconds(nanoseconds, Zone::utc());
  return options;
}

bool InForce::is_assumed() const {
  return version->basis.is_assumed ||
         std::ranges::any_of(
             parameters, [](const ParameterInForce& one) { return one.value->basis.is_assumed; });
}

Result<InForce> in_force(const Policy& policy, hq::Date as_of, hq::Date known_at) {
  const PolicyVersion* version = newest(policy.versions, as_of, known_at);
  if (version == nullptr) {
    const InForce law{&policy, nullptr, as_of, known_at, {}, {}};
    return std::unexpected(not_in_force(law, "version of this policy", "该政策的有效版本"));
  }
  return in_force(policy, *version, as_of, known_at);
}

Result<InForce> in_force(const Policy& policy, const PolicyVersion& version, hq::Date as_of,
                         hq::Date known_at) {
  InForce law{&policy, &version, as_of, known_at, {}, {}};
  for (const PolicyParameter& parameter : policy.parameters) {
    if (!has_input(*version.program, parameter.name)) continue;
    const ParameterValue* value = newest(parameter.values, as_of, known_at);
    if (value == nullptr) {
      return std::unexpected(
          not_in_force(law, "value of " + parameter.name, "“" + parameter.label.zh + "”的取值"));
    }
    law.parameters.push_back({&parameter, value});
  }
  for (const PolicyFact& fact : policy.facts) {
    if (has_input(*version.program, fact.name)) law.facts.push_back(&fact);
  }
  return law;
}

Result<std::vector<Input>> facts_for(const InForce& law, const std::vector<Input>& facts) {
  std::vector<Input> used;
  for (const Input& fact : facts) {
    HQ_TRY_VOID(check_fact(*law.policy, fact));
    if (has_input(*law.version->program, fact.name)) used.push_back(fact);
  }
  return used;
}

Result<Decided> decide(const InForce& law, const std::vector<Input>& facts) {
  HQ_TRY(std::vector<Input> inputs, facts_for(law, facts));
  std::ranges::move(law.constants(), std::back_inserter(inputs));
  Decided decided;
  HQ_TRY(decided.answer, execute(*law.version->program, law.target(), inputs, law.evaluation()));
  decided.outcome = law.policy->find_outcome(law.policy->outcome_of(decided.answer.value));
  if (decided.outcome != nullptr) decided.verdict = decided.outcome->verdict;
  return decided;
}

Labels labels_of(const InForce& law) {
  Labels labels;
  const auto add_unit = [&](const std::string& name, const std::string& unit) {
    if (!unit.empty()) labels.units.emplace(name, wording_of_unit(unit));
  };
  for (const auto& [parameter, value] : law.parameters) {
    labels.names.emplace(parameter->name, parameter->label);
    add_unit(parameter->name, parameter->unit);
  }
  for (const PolicyFact* fact : law.facts) {
    labels.names.emplace(fact->name, fact->label);
    add_unit(fact->name, fact->unit);
    for (const PolicyFact::Choice& choice : fact->choices) {
      labels.values[fact->name].emplace(to_text(choice.value), choice.label);
    }
  }
  for (const PolicyTerm& term : law.policy->terms) {
    labels.names.emplace(term.name, term.label);
    for (const PolicyFact::Choice& value : term.values) {
      labels.values[term.name].emplace(to_text(value.value), value.label);
    }
  }
  for (const PolicyOutcome& outcome : law.policy->outcomes) {
    const std::string& name =
        law.policy->result.empty() ? law.policy->decision : law.policy->result;
    labels.values[name].emplace(to_text(outcome.value), outcome.label);
  }
  return labels;
}

Question question_of(const InForce& law, bool may_be_missing) {
  Question question{*law.version->program, law.target(), law.policy->result, law.constants()};
  question.now = law.evaluation().now;
  for (const PolicyFact* fact : law.facts) {
    FactDomain domain{fact->name, fact->type, fact->min, fact->max, fact->step};
    domain.may_be_null = may_be_missing;
    const TypePtr type = type_of(law, fact->name);
    for (const PolicyFact::Choice& choice : fact->choices) {
      if (may_be(choice.value, type)) domain.values.push_back(choice.value);
    }
    question.facts.push_back(std::move(domain));
  }
  const TypePtr type = type_of_outcome(law);
  for (const PolicyOutcome& outcome : law.policy->outcomes) {
    if (may_be(outcome.value, type)) question.outcomes.push_back(outcome.value);
  }
  return question;
}

Goal goal_of(const Policy& policy) {
  return Goal([&policy](const Value& outcome) {
    const PolicyOutcome* found = policy.find_outcome(outcome);
    return found == nullptr ? Verdict::depends : found->verdict;
  });
}

}  // namespace hq::rules
