#include "hub/policies/policy_answers.h"

#include <algorithm>

#include "rules/dmn/json_values.h"

namespace hq::hub {
namespace {

std::string basis_word(const rules::Basis& basis) {
  return basis.is_assumed ? "assumed" : "sourced";
}

JsonText optional_value(const std::optional<rules::Value>& value) {
  return value ? json_text(*value) : JsonText{"null"};
}
JsonText optional_number(const std::optional<Decimal>& number) {
  return number ? json_text(rules::Value(*number)) : JsonText{"null"};
}

std::string type_name(const rules::Type& type) {
  constexpr std::string_view kNames[] = {"any",
                                         "null",
                                         "number",
                                         "string",
                                         "boolean",
                                         "date",
                                         "time",
                                         "date and time",
                                         "days and time duration",
                                         "years and months duration",
                                         "list",
                                         "context",
                                         "range",
                                         "function"};
  return std::string(kNames[static_cast<std::size_t>(type.kind)]);
}

ConditionAnswer answer_of(const rules::Condition& condition) {
  constexpr std::string_view kTruths[] = {"holds", "fails", "unknown"};
  ConditionAnswer answer;
  answer.input = condition.input;
  answer.test = condition.test;
  answer.value = json_text(condition.value);
  answer.verdict = kTruths[static_cast<std::size_t>(condition.truth)];
  answer.distance = condition.change ? json_text(condition.change->by) : JsonText{"null"};
  answer.text_zh = condition.text.zh;
  answer.text_en = condition.text.en;
  answer.joined_by = condition.joined_by;
  for (const rules::Condition& part : condition.parts) answer.parts.push_back(answer_of(part));
  return answer;
}

RuleAnswer answer_of(const rules::ExplainedRule& rule) {
  RuleAnswer answer;
  answer.number = rule.number;
  answer.article = rule.article;
  answer.text_zh = rule.reason.zh;
  answer.text_en = rule.reason.en;
  for (const rules::NamedValue& output : rule.outputs) {
    answer.outputs.push_back(
        {output.name, output.label.zh, output.label.en, json_text(output.value)});
  }
  for (const rules::Condition& one : rule.conditions) answer.conditions.push_back(answer_of(one));
  return answer;
}

std::string hit_policy_name(const rules::ExplainedTable& table) {
  constexpr std::string_view kPolicies[] = {"UNIQUE",       "ANY",        "PRIORITY", "FIRST",
                                            "OUTPUT ORDER", "RULE ORDER", "COLLECT"};
  constexpr std::string_view kAggregations[] = {"", " SUM", " MIN", " MAX", " COUNT"};
  return std::string(kPolicies[static_cast<std::size_t>(table.hit_policy)])
      .append(kAggregations[static_cast<std::size_t>(table.aggregation)]);
}

}  // namespace

JsonText json_text(const rules::Value& value) {
  return {rules::json_of(value)};
}

JsonText json_text(const std::vector<rules::Input>& facts) {
  std::string text;
  JsonWriter out(text);
  out.begin_object();
  for (const rules::Input& fact : facts) out.field(fact.name, json_text(fact.value));
  out.end_object();
  return {std::move(text)};
}

PolicyVersionAnswer answer_of(const rules::PolicyVersion& version) {
  return {version.id,
          version.validity.effective_from,
          version.validity.effective_to,
          version.validity.known_since,
          basis_word(version.basis),
          version.basis.source.zh,
          version.basis.source.en,
          version.basis.url,
          version.note.zh,
          version.note.en,
          version.model_hash};
}

PolicyAnswer answer_of(const rules::Policy& policy) {
  PolicyAnswer answer{policy.id,
                      policy.title.zh,
                      policy.title.en,
                      policy.summary.zh,
                      policy.summary.en,
                      policy.articles,
                      {},
                      false};
  for (const rules::PolicyVersion& version : policy.versions) {
    answer.versions.push_back(answer_of(version));
    answer.has_assumed = answer.has_assumed || version.basis.is_assumed;
  }
  for (const rules::PolicyParameter& parameter : policy.parameters) {
    for (const rules::ParameterValue& value : parameter.values) {
      answer.has_assumed = answer.has_assumed || value.basis.is_assumed;
    }
  }
  for (const rules::PolicyTrust& trust : policy.trusts) {
    answer.has_assumed = answer.has_assumed || trust.basis.is_assumed;
  }
  return answer;
}

FactAnswer answer_of(const rules::PolicyFact& fact) {
  FactAnswer answer{fact.name,
                    fact.label.zh,
                    fact.label.en,
                    fact.question.zh,
                    fact.question.en,
                    fact.unit,
                    type_name(*fact.type),
                    optional_value(fact.min),
                    optional_value(fact.max),
                    optional_number(fact.step),
                    {},
                    fact.origin,
                    fact.data_source.zh,
                    fact.data_source.en,
                    fact.change_weight.has_value(),
                    optional_number(fact.change_weight),
                    fact.claim};
  for (const rules::PolicyFact::Choice& choice : fact.choices) {
    answer.values.push_back({json_text(choice.value), choice.label.zh, choice.label.en});
  }
  return answer;
}

ParameterAnswer answer_of(const rules::ParameterInForce& one) {
  const auto& [parameter, value] = one;
  return {parameter->name,
          parameter->label.zh,
          parameter->label.en,
          parameter->unit,
          json_text(value->value),
          basis_word(value->basis),
          value->basis.source.zh,
          value->basis.source.en,
          value->basis.url,
          value->validity.effective_from,
          value->validity.effective_to,
          value->validity.known_since};
}

OutcomeAnswer answer_of(const rules::PolicyOutcome& outcome) {
  return {json_text(outcome.value), outcome.verdict, outcome.label.zh, outcome.label.en};
}

DecisionReport answer_of(const rules::Reason& reason) {
  return {reason.where, reason.zh, reason.en};
}

WhyAnswer answer_of(const rules::Why& why, const rules::Labels& labels) {
  constexpr std::string_view kOrigins[] = {"given", "missing", "repeated", "literal",
                                           "table", "context", "other"};
  const rules::Wording value = rules::wording_of(why.value, why.name, labels);
  WhyAnswer answer;
  answer.decision = why.name;
  answer.label_zh = why.label.zh;
  answer.label_en = why.label.en;
  answer.origin = kOrigins[static_cast<std::size_t>(why.origin)];
  answer.value = json_text(why.value);
  answer.value_zh = value.zh;
  answer.value_en = value.en;
  answer.text = why.text;
  if (why.table) {
    answer.table = TableAnswer{hit_policy_name(*why.table), why.table->is_default, {}};
    for (const auto& rule : why.table->hits) answer.table->rules_hit.push_back(answer_of(rule));
    for (const auto& rule : why.table->misses) answer.misses.push_back(answer_of(rule));
  }
  for (const auto& one : why.conditions) answer.conditions.push_back(answer_of(one));
  for (const rules::Why& part : why.parts) answer.parts.push_back(answer_of(part, labels));
  for (const rules::Why& need : why.needs) answer.needs.push_back(answer_of(need, labels));
  for (const rules::Reason& report : why.reports) answer.reports.push_back(answer_of(report));
  return answer;
}

std::vector<LineAnswer> line_answers(const rules::Explanation& explanation) {
  std::vector<LineAnswer> lines;
  for (const rules::ExplanationLine& line : rules::lines_of(explanation)) {
    lines.push_back({line.depth, line.text.zh, line.text.en, line.is_decisive});
  }
  return lines;
}

std::vector<AssumptionAnswer> assumptions_of(const rules::InForce& law) {
  std::vector<AssumptionAnswer> assumptions;
  const rules::PolicyVersion& version = *law.version;
  if (version.basis.is_assumed) {
    assumptions.push_back({"version", version.id, "版本 " + version.id, "version " + version.id,
                           version.basis.source.zh, version.basis.source.en});
  }
  for (const auto& [parameter, value] : law.parameters) {
    if (!value->basis.is_assumed) continue;
    assumptions.push_back({"parameter", parameter->name, parameter->label.zh, parameter->label.en,
                           value->basis.source.zh, value->basis.source.en});
  }
  return assumptions;
}

std::vector<AssumptionAnswer> assumptions_of(const rules::Explanation& explanation) {
  std::vector<AssumptionAnswer> assumptions;
  std::vector<const rules::Why*> waiting = {&explanation.why};
  while (!waiting.empty()) {
    const rules::Why& why = *waiting.back();
    waiting.pop_back();
    for (const rules::Why& one : why.parts) waiting.push_back(&one);
    for (const rules::Why& one : why.needs) waiting.push_back(&one);
    if (!why.table) continue;
    for (const rules::ExplainedRule& rule : why.table->hits) {
      if (!rule.article.contains("assumed") && !rule.article.contains("假定")) continue;
      const std::string number = std::to_string(rule.number);
      assumptions.push_back({"rule", why.name + " " + number, why.label.zh + "规则 " + number,
                             why.label.en + ", rule " + number, rule.reason.zh, rule.reason.en});
    }
  }
  std::ranges::sort(assumptions, {}, &AssumptionAnswer::name);
  return assumptions;
}

Result<std::vector<rules::Input>> facts_from_json(const rules::Policy& policy,
                                                  const JsonText& json) {
  const auto document = JsonDocument::parse(json.text);
  if (!document) return std::unexpected(Error(document.error()).at("facts"));
  if (document->root().type() != JsonType::object) {
    return fail(ErrorCode::parse_error, "the facts are no JSON object", "事实不是 JSON 对象",
                "facts");
  }
  std::vector<rules::Input> facts;
  for (const auto& [name, value] : document->root().members()) {
    const rules::PolicyFact* fact = policy.find_fact(name);
    static const rules::Type kAny;
    auto read = rules::value_from_json(value, fact == nullptr ? kAny : *fact->type);
    if (!read) return std::unexpected(std::move(read).error().at("facts." + std::string(name)));
    facts.push_back({std::string(name), *std::move(read), ""});
  }
  return facts;
}

rules::FactLabels fact_labels(const rules::InForce& law) {
  auto labels = std::make_shared<const rules::Labels>(rules::labels_of(law));
  rules::FactLabels made;
  made.fact = [labels](std::string_view fact, Language language) {
    const auto found = labels->names.find(fact);
    if (found == labels->names.end()) return std::string(fact);
    return language == Language::zh ? found->second.zh : found->second.en;
  };
  made.value = [labels](std::string_view fact, const rules::Value& value, Language language) {
    const rules::Wording words = rules::wording_of(value, fact, *labels);
    return language == Language::zh ? words.zh : words.en;
  };
  made.outcome = [&policy = *law.policy, labels](const rules::Value& value, Language language) {
    const rules::PolicyOutcome* found = policy.find_outcome(value);
    const rules::Wording words =
        found != nullptr ? found->label : rules::wording_of(value, policy.result, *labels);
    return language == Language::zh ? words.zh : words.en;
  };
  return made;
}

}  // namespace hq::hub
