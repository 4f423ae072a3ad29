#include "hub/policies/policy_service.h"

#include <algorithm>
#include <utility>

#include "hub/policies/limits.h"
#include "hub/policies/receipt.h"
#include "rules/dmn/json_values.h"

namespace hq::hub {
namespace {

using rules::Input;
using rules::Value;

constexpr rules::Budget kBudget{.regions_max = kPolicyRegionsMax};

Date day_of(Instant now) {
  return std::chrono::floor<std::chrono::days>(now);
}

const Input* find(const std::vector<Input>& facts, std::string_view name) {
  const auto found = std::ranges::find(facts, name, &Input::name);
  return found == facts.end() ? nullptr : &*found;
}

Result<Decimal> weight_of(const std::string& fact, const JsonText& json) {
  const auto weight = Decimal::parse(json.text);
  if (weight && !weight->is_negative()) return *weight;
  return fail(ErrorCode::invalid_argument, "a weight is a number of 0 or more",
              "权重应为不小于 0 的数", "weights." + fact);
}

/// The facts that may change, and at what cost.
Result<std::vector<rules::Changeable>> changeable(const rules::InForce& law,
                                                  const WhatIfRequest& request) {
  std::vector<std::string> named = request.fixed.value_or(std::vector<std::string>());
  if (request.weights) {
    for (const auto& [fact, weight] : *request.weights) named.push_back(fact);
  }
  for (const std::string& fact : named) {
    const bool is_known =
        std::ranges::any_of(law.facts, [&](const auto* one) { return one->name == fact; });
    if (is_known) continue;
    return fail(ErrorCode::invalid_argument, "the policy has no such fact", "该政策没有这项事实",
                fact);
  }
  std::vector<rules::Changeable> all;
  for (const rules::PolicyFact* fact : law.facts) {
    if (request.fixed && std::ranges::find(*request.fixed, fact->name) != request.fixed->end())
      continue;
    std::optional<Decimal> weight = fact->change_weight;
    if (request.weights && request.weights->contains(fact->name)) {
      HQ_TRY(weight, weight_of(fact->name, request.weights->at(fact->name)));
    }
    if (weight) all.push_back({fact->name, *weight});
  }
  return all;
}

}  // namespace

Result<PolicyCase> PolicyService::case_of(std::string_view policy, std::optional<Date> as_of,
                                          std::optional<Date> known_at, const JsonText& facts,
                                          Instant now) const {
  PolicyCase made;
  HQ_TRY(made.entry, book_->get(policy));
  const Date today = day_of(now);
  HQ_TRY(made.law,
         rules::in_force(made.entry->policy, as_of.value_or(today), known_at.value_or(today)));
  HQ_TRY(const auto given, facts_from_json(made.entry->policy, facts));
  HQ_TRY(made.facts, rules::facts_for(made.law, given));
  return made;
}

PoliciesAnswer PolicyService::list() const {
  PoliciesAnswer answer;
  for (const auto& entry : book_->entries()) answer.policies.push_back(answer_of(entry->policy));
  return answer;
}

Result<PolicyDetail> PolicyService::get(std::string_view id, std::optional<Date> as_of,
                                        std::optional<Date> known_at, Instant now) const {
  HQ_TRY(const PolicyEntry* entry, book_->get(id));
  PolicyDetail detail;
  static_cast<PolicyAnswer&>(detail) = answer_of(entry->policy);
  detail.card_zh = entry->card.zh;
  detail.card_en = entry->card.en;
  detail.as_of = as_of.value_or(day_of(now));
  detail.known_at = known_at.value_or(day_of(now));
  for (const auto& outcome : entry->policy.outcomes) detail.outcomes.push_back(answer_of(outcome));
  const auto law = rules::in_force(entry->policy, detail.as_of, detail.known_at);
  if (!law) {
    if (law.error().code == ErrorCode::not_found) return detail;
    return std::unexpected(law.error());
  }
  detail.version = law->version->id;
  for (const rules::PolicyFact* fact : law->facts) detail.facts.push_back(answer_of(*fact));
  for (const auto& parameter : law->parameters) detail.parameters.push_back(answer_of(parameter));
  return detail;
}

Result<> PolicyService::add_proved(const std::vector<std::string>& credentials, Instant now,
                                   PolicyCase& asked, DecisionAnswer& answer) const {
  if (credentials.empty()) return {};
  for (const std::string& text : credentials) {
    HQ_TRY(const auto accepted,
           credentials_.accept(text, {.now = now, .valid_at = moment_of(asked.law.as_of, now)}));
    for (const AcceptedCredential& one : accepted) {
      bool is_of_use = false;
      for (const rules::PolicyTrust& trust : asked.law.policy->trusts) {
        if (trust.issuer != one.issuer || !one.has_type(trust.type) ||
            !trust.holds(asked.law.as_of)) {
          continue;
        }
        const rules::PolicyFact& fact = *asked.law.policy->find_fact(trust.fact);
        const credential::Json* claim = one.claim(fact.claim);
        if (claim == nullptr) continue;
        is_of_use = true;
        HQ_TRY(const JsonDocument document, JsonDocument::parse(claim->text()));
        HQ_TRY(Value value, rules::value_from_json(document.root(), *fact.type));
        if (const Input* stated = find(asked.facts, fact.name)) {
          if (!stated->value.is_null() && !rules::is_same(stated->value, value)) {
            return fail(
                ErrorCode::conflict,
                "a credential says " + rules::to_text(value) + ", not " +
                    rules::to_text(stated->value),
                "凭证所载为 " + rules::to_text(value) + "，而非 " + rules::to_text(stated->value),
                fact.name);
          }
          std::erase_if(asked.facts, [&](const Input& input) { return input.name == fact.name; });
        }
        asked.facts.push_back({fact.name, std::move(value), ""});
        std::erase_if(answer.provenance, [&](const auto& from) { return from.fact == fact.name; });
        answer.provenance.push_back({fact.name, "credential", one.issuer, one.id});
        if (trust.basis.is_assumed) {
          answer.assumptions.push_back({"trust", fact.name, fact.label.zh, fact.label.en,
                                        trust.basis.source.zh, trust.basis.source.en});
        }
      }
      if (is_of_use) continue;
      return fail(ErrorCode::forbidden,
                  "the policy does not take any fact from a credential of " + one.issuer +
                      " of this kind on that day",
                  "该政策在该日不采信 " + one.issuer + " 签发的此类凭证", "credentials");
    }
  }
  return {};
}

Result<DecisionAnswer> PolicyService::decided(const PolicyCase& asked) const {
  const rules::InForce& law = asked.law;
  std::vector<Input> inputs = law.constants();
  inputs.insert(inputs.end(), asked.facts.begin(), asked.facts.end());
  rules::ExplainOptions options;
  options.evaluation = law.evaluation();
  options.labels = rules::labels_of(law);
  HQ_TRY(const rules::Explanation explanation,
         rules::explain(*law.version->program, law.target(), inputs, options));
  auto answer = answer_for<DecisionAnswer>(law);
  answer.known_at = law.known_at;
  const Value outcome = law.policy->outcome_of(explanation.answer.value);
  answer.outcome = json_text(outcome);
  answer.value = json_text(explanation.answer.value);
  if (const rules::PolicyOutcome* found = law.policy->find_outcome(outcome)) {
    answer.verdict = found->verdict;
    answer.label_zh = found->label.zh;
    answer.label_en = found->label.en;
  } else {
    answer.label_zh = "无法作出决定";
    answer.label_en = "No decision could be taken";
  }
  answer.assumptions = assumptions_of(law);
  std::ranges::move(assumptions_of(explanation), std::back_inserter(answer.assumptions));
  for (const auto& report : explanation.answer.reports) answer.reports.push_back(answer_of(report));
  answer.why = answer_of(explanation.why, options.labels);
  answer.lines = line_answers(explanation);
  answer.receipt.text = "null";
  return answer;
}

Result<DecisionAnswer> PolicyService::decide(const DecisionRequest& request, Instant now) const {
  HQ_TRY(PolicyCase asked,
         case_of(request.policy, request.as_of, request.known_at, request.facts, now));
  DecisionAnswer proved;
  for (const Input& fact : asked.facts) {
    if (!fact.value.is_null()) proved.provenance.push_back({fact.name, "stated", {}, {}});
  }
  HQ_TRY_VOID(
      add_proved(request.credentials.value_or(std::vector<std::string>()), now, asked, proved));
  HQ_TRY(DecisionAnswer answer, decided(asked));
  answer.provenance = std::move(proved.provenance);
  std::ranges::move(proved.assumptions, std::back_inserter(answer.assumptions));
  answer.is_assumed = !answer.assumptions.empty();
  if (request.receipt.value_or(false)) {
    const Instant at = std::chrono::floor<std::chrono::seconds>(now);
    HQ_TRY(answer.receipt.text,
           credentials_.sign_receipt(receipt_of(asked.law, asked.facts, answer, engine_, at), at));
  }
  return answer;
}

Result<ReplayAnswer> PolicyService::replay(const ReplayRequest& request, Instant now) const {
  VerifyAnswer verified = credentials_.verify({request.receipt.text, {}, {}, {}}, now);
  ReplayAnswer answer;
  answer.receipt_valid = verified.is_valid;
  answer.is_own = verified.issuer == credentials_.identity().did();
  answer.issuer = std::move(verified.issuer);
  answer.checks = std::move(verified.checks);
  const auto take_again = [&]() -> Result<> {
    HQ_TRY(const Receipt receipt, read_receipt(request.receipt.text));
    HQ_TRY(const PolicyCase asked,
           case_of(receipt.policy, receipt.as_of, receipt.known_at, receipt.facts, now));
    HQ_TRY(DecisionAnswer again, decided(asked));
    again.provenance = receipt.provenance;
    std::ranges::copy_if(receipt.assumptions, std::back_inserter(again.assumptions),
                         [](const auto& one) { return one.kind == "trust"; });
    again.is_assumed = !again.assumptions.empty();
    answer.differences = differences(request.receipt.text, receipt_of(asked.law, asked.facts, again,
                                                                      engine_, receipt.issued_at));
    answer.is_same = answer.differences.empty();
    answer.decision = std::move(again);
    return {};
  };
  if (const auto taken = take_again(); !taken) {
    answer.reason_zh = taken.error().text(Language::zh);
    answer.reason_en = taken.error().text();
  }
  return answer;
}

Result<WhatIfAnswer> PolicyService::what_if(const WhatIfRequest& request, Instant now) const {
  HQ_TRY(const PolicyCase asked,
         case_of(request.policy, request.as_of, request.known_at, request.facts, now));
  HQ_TRY(const auto free, changeable(asked.law, request));
  HQ_TRY(const rules::WhatIf way, rules::what_if(rules::question_of(asked.law), asked.facts, free,
                                                 rules::goal_of(*asked.law.policy), kBudget));
  constexpr std::string_view kKinds[] = {"already", "possible", "impossible", "not_settled"};
  auto answer = answer_for<WhatIfAnswer>(asked.law);
  answer.known_at = asked.law.known_at;
  answer.verdict = kKinds[static_cast<std::size_t>(way.kind)];
  for (const rules::FactChange& change : way.changes) {
    const rules::Wording& label = asked.law.policy->find_fact(change.fact)->label;
    answer.changes.push_back({change.fact, label.zh, label.en, json_text(change.from),
                              json_text(change.to), json_text(Value(change.cost))});
  }
  answer.cost = json_text(Value(way.cost));
  answer.is_least_proved = way.is_least_proved;
  answer.outcome = json_text(way.outcome);
  answer.is_assumed = asked.law.is_assumed();
  describe_in(answer, way, asked.law);
  return answer;
}

Result<AskAnswer> PolicyService::ask(const AskRequest& request, Instant now) const {
  HQ_TRY(PolicyCase asked,
         case_of(request.policy, request.as_of, request.known_at, request.facts, now));
  // Who leaves a fact null has not been asked yet.
  std::erase_if(asked.facts, [](const Input& fact) { return fact.value.is_null(); });
  HQ_TRY(const rules::Asked needed, rules::ask(rules::question_of(asked.law), asked.facts,
                                               rules::goal_of(*asked.law.policy), kBudget));
  auto answer = answer_for<AskAnswer>(asked.law);
  answer.known_at = asked.law.known_at;
  answer.verdict = needed.verdict;
  answer.is_settled = needed.is_settled;
  for (const std::string& fact : needed.questions) {
    answer.questions.push_back(answer_of(*asked.law.policy->find_fact(fact)));
  }
  answer.needed_facts = needed.needed_facts;
  for (const Value& outcome : needed.possible_outcomes) {
    const rules::PolicyOutcome* found = asked.law.policy->find_outcome(outcome);
    answer.possible_outcomes.push_back(
        found != nullptr ? answer_of(*found)
                         : OutcomeAnswer{json_text(outcome), rules::Verdict::depends, "", ""});
  }
  answer.is_proved = needed.is_proved;
  answer.is_assumed = asked.law.is_assumed();
  describe_in(answer, needed, asked.law);
  return answer;
}

}  // namespace hq::hub
