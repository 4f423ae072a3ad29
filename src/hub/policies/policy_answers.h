// What policies and decisions are in the API, the receipts and the command line: plain values with
// texts in both languages. JSON by their description.
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "hub/credentials/credential_records.h"
#include "hub/policies/policy_book.h"

namespace hq::hub {

// Policies.

struct PolicyVersionAnswer {
  std::string id;
  Date effective_from{};
  std::optional<Date> effective_to;  // the day after the last
  Date known_since{};
  std::string basis;  // sourced, assumed
  std::string source_zh;
  std::string source_en;
  std::string url;
  std::string note_zh;
  std::string note_en;
  std::string model_sha256;
};
BOOST_DESCRIBE_STRUCT(PolicyVersionAnswer, (),
                      (id, effective_from, effective_to, known_since, basis, source_zh, source_en,
                       url, note_zh, note_en, model_sha256))

struct PolicyAnswer {
  std::string id;
  std::string title_zh;
  std::string title_en;
  std::string summary_zh;
  std::string summary_en;
  std::vector<std::string> articles;
  std::vector<PolicyVersionAnswer> versions;
  bool has_assumed = false;  // some version, figure or trust
};
BOOST_DESCRIBE_STRUCT(PolicyAnswer, (),
                      (id, title_zh, title_en, summary_zh, summary_en, articles, versions,
                       has_assumed))

struct PoliciesAnswer {
  std::vector<PolicyAnswer> policies;
};
BOOST_DESCRIBE_STRUCT(PoliciesAnswer, (), (policies))

struct ChoiceAnswer {
  JsonText value;
  std::string label_zh;
  std::string label_en;
};
BOOST_DESCRIBE_STRUCT(ChoiceAnswer, (), (value, label_zh, label_en))

struct FactAnswer {
  std::string name;
  std::string label_zh;
  std::string label_en;
  std::string question_zh;
  std::string question_en;
  std::string unit;
  std::string type;  // number, string, boolean, date ...
  JsonText min;      // null: no bound
  JsonText max;
  JsonText step;
  std::vector<ChoiceAnswer> values;  // empty: any of the type
  rules::FactOrigin origin = rules::FactOrigin::asked;
  std::string data_source_zh;
  std::string data_source_en;
  bool is_changeable = false;
  JsonText change_weight;  // null where it cannot be changed
  std::string credential;  // path of the claim that may prove it; empty: none
};
BOOST_DESCRIBE_STRUCT(FactAnswer, (),
                      (name, label_zh, label_en, question_zh, question_en, unit, type, min, max,
                       step, values, origin, data_source_zh, data_source_en, is_changeable,
                       change_weight, credential))

struct ParameterAnswer {
  std::string name;
  std::string label_zh;
  std::string label_en;
  std::string unit;
  JsonText value;
  std::string basis;  // sourced, assumed
  std::string source_zh;
  std::string source_en;
  std::string url;
  Date effective_from{};
  std::optional<Date> effective_to;
  Date known_since{};
};
BOOST_DESCRIBE_STRUCT(ParameterAnswer, (),
                      (name, label_zh, label_en, unit, value, basis, source_zh, source_en, url,
                       effective_from, effective_to, known_since))

struct OutcomeAnswer {
  JsonText value;
  rules::Verdict verdict = rules::Verdict::depends;
  std::string label_zh;
  std::string label_en;
};
BOOST_DESCRIBE_STRUCT(OutcomeAnswer, (), (value, verdict, label_zh, label_en))

struct PolicyDetail : PolicyAnswer {
  std::string card_zh;  // Markdown
  std::string card_en;
  Date as_of{};
  Date known_at{};
  std::optional<std::string> version;  // in force; none: nothing was
  std::vector<FactAnswer> facts;       // of that version
  std::vector<ParameterAnswer> parameters;
  std::vector<OutcomeAnswer> outcomes;
};
BOOST_DESCRIBE_STRUCT(PolicyDetail, (PolicyAnswer),
                      (card_zh, card_en, as_of, known_at, version, facts, parameters, outcomes))

// Decisions.

/// The days default to today; `facts` is an object by name, what is left out is not known.
struct DecisionRequest {
  std::string policy;
  std::optional<Date> as_of;
  std::optional<Date> known_at;
  JsonText facts;
  std::optional<std::vector<std::string>> credentials;  // texts, which prove facts
  std::optional<bool> receipt;                          // else none
};
BOOST_DESCRIBE_STRUCT(DecisionRequest, (), (policy, as_of, known_at, facts, credentials, receipt))

struct ConditionAnswer {
  std::string input;
  std::string test;
  JsonText value;
  std::string verdict;  // holds, fails, unknown
  JsonText distance;    // what to add to the value; null where it holds or there is none
  std::string text_zh;
  std::string text_en;
  std::string joined_by;  // and, or, not; empty: it has no parts
  std::vector<ConditionAnswer> parts;
};
BOOST_DESCRIBE_STRUCT(ConditionAnswer, (),
                      (input, test, value, verdict, distance, text_zh, text_en, joined_by, parts))

struct NamedValueAnswer {
  std::string name;
  std::string label_zh;
  std::string label_en;
  JsonText value;
};
BOOST_DESCRIBE_STRUCT(NamedValueAnswer, (), (name, label_zh, label_en, value))

struct RuleAnswer {
  uint64_t number = 0;
  std::string article;
  std::string text_zh;
  std::string text_en;
  std::vector<NamedValueAnswer> outputs;
  std::vector<ConditionAnswer> conditions;
};
BOOST_DESCRIBE_STRUCT(RuleAnswer, (), (number, article, text_zh, text_en, outputs, conditions))

struct TableAnswer {
  std::string hit_policy;
  bool is_default = false;
  std::vector<RuleAnswer> rules_hit;
};
BOOST_DESCRIBE_STRUCT(TableAnswer, (), (hit_policy, is_default, rules_hit))

struct DecisionReport {
  std::string where;
  std::string message_zh;
  std::string message_en;
};
BOOST_DESCRIBE_STRUCT(DecisionReport, (), (where, message_zh, message_en))

struct WhyAnswer {
  std::string decision;
  std::string label_zh;
  std::string label_en;
  std::string origin;  // given, missing, repeated, literal, table, context, other
  JsonText value;
  std::string value_zh;
  std::string value_en;
  std::string text;  // of a literal: its FEEL
  std::optional<TableAnswer> table;
  std::vector<RuleAnswer> misses;  // the nearest first
  std::vector<ConditionAnswer> conditions;
  std::vector<WhyAnswer> parts;
  std::vector<WhyAnswer> needs;
  std::vector<DecisionReport> reports;
};
BOOST_DESCRIBE_STRUCT(WhyAnswer, (),
                      (decision, label_zh, label_en, origin, value, value_zh, value_en, text, table,
                       misses, conditions, parts, needs, reports))

struct LineAnswer {
  uint64_t depth = 0;
  std::string text_zh;
  std::string text_en;
  bool is_decisive = true;  // the answer turned on it
};
BOOST_DESCRIBE_STRUCT(LineAnswer, (), (depth, text_zh, text_en, is_decisive))

/// Who says so: stated by who asks, or a credential.
struct ProvenanceAnswer {
  std::string fact;
  std::string origin;  // stated, credential
  std::optional<std::string> issuer;
  std::optional<std::string> credential_id;
};
BOOST_DESCRIBE_STRUCT(ProvenanceAnswer, (), (fact, origin, issuer, credential_id))

/// Something without a source that the answer rests on.
struct AssumptionAnswer {
  std::string kind;  // version, parameter, rule, trust
  std::string name;
  std::string label_zh;
  std::string label_en;
  std::string source_zh;  // why it is assumed
  std::string source_en;
};
BOOST_DESCRIBE_STRUCT(AssumptionAnswer, (), (kind, name, label_zh, label_en, source_zh, source_en))

struct DecisionAnswer {
  std::string policy;
  std::string version;
  Date as_of{};
  Date known_at{};
  JsonText outcome;
  rules::Verdict verdict = rules::Verdict::depends;
  std::string label_zh;
  std::string label_en;
  JsonText value;  // of the decision, with all its members
  bool is_assumed = false;
  std::vector<AssumptionAnswer> assumptions;
  std::vector<ProvenanceAnswer> provenance;
  std::vector<DecisionReport> reports;
  WhyAnswer why;
  std::vector<LineAnswer> lines;  // the same as sentences
  JsonText receipt;               // a credential; null where none was asked for
};
BOOST_DESCRIBE_STRUCT(DecisionAnswer, (),
                      (policy, version, as_of, known_at, outcome, verdict, label_zh, label_en,
                       value, is_assumed, assumptions, provenance, reports, why, lines, receipt))

// What would make it yes, and what else is needed.

struct WhatIfRequest {
  std::string policy;
  std::optional<Date> as_of;
  std::optional<Date> known_at;
  JsonText facts;
  std::optional<std::vector<std::string>> fixed;           // facts that must stay
  std::optional<std::map<std::string, JsonText>> weights;  // numbers, in place of the policy's
};
BOOST_DESCRIBE_STRUCT(WhatIfRequest, (), (policy, as_of, known_at, facts, fixed, weights))

struct ChangeAnswer {
  std::string fact;
  std::string label_zh;
  std::string label_en;
  JsonText from;
  JsonText to;
  JsonText cost;
};
BOOST_DESCRIBE_STRUCT(ChangeAnswer, (), (fact, label_zh, label_en, from, to, cost))

struct WhatIfAnswer {
  std::string policy;
  std::string version;
  Date as_of{};
  Date known_at{};
  std::string verdict;  // already, possible, impossible, not_settled
  std::vector<ChangeAnswer> changes;
  JsonText cost;
  bool is_least_proved = false;
  JsonText outcome;
  bool is_assumed = false;
  std::string text_zh;
  std::string text_en;
};
BOOST_DESCRIBE_STRUCT(WhatIfAnswer, (),
                      (policy, version, as_of, known_at, verdict, changes, cost, is_least_proved,
                       outcome, is_assumed, text_zh, text_en))

struct AskRequest {
  std::string policy;
  std::optional<Date> as_of;
  std::optional<Date> known_at;
  JsonText facts;
};
BOOST_DESCRIBE_STRUCT(AskRequest, (), (policy, as_of, known_at, facts))

struct AskAnswer {
  std::string policy;
  std::string version;
  Date as_of{};
  Date known_at{};
  rules::Verdict verdict = rules::Verdict::depends;
  bool is_settled = false;
  std::vector<FactAnswer> questions;  // a smallest set that can settle it, in order
  std::vector<std::string> needed_facts;
  std::vector<OutcomeAnswer> possible_outcomes;
  bool is_proved = false;
  bool is_assumed = false;
  std::string text_zh;
  std::string text_en;
};
BOOST_DESCRIBE_STRUCT(AskAnswer, (),
                      (policy, version, as_of, known_at, verdict, is_settled, questions,
                       needed_facts, possible_outcomes, is_proved, is_assumed, text_zh, text_en))

// Receipts.

struct ReplayRequest {
  JsonText receipt;
};
BOOST_DESCRIBE_STRUCT(ReplayRequest, (), (receipt))

struct ReplayDifference {
  std::string field;  // of the receipt's subject
  JsonText receipt;
  JsonText now;
};
BOOST_DESCRIBE_STRUCT(ReplayDifference, (), (field, receipt, now))

struct ReplayAnswer {
  bool is_same = false;        // all that it says, to the byte
  bool receipt_valid = false;  // signed as it is, by `issuer`
  bool is_own = false;         // the issuer is this hub
  std::optional<std::string> issuer;
  std::vector<CheckAnswer> checks;
  std::vector<ReplayDifference> differences;
  std::optional<DecisionAnswer> decision;  // as it comes out now; none where it cannot be taken
  std::optional<std::string> reason_zh;    // why not
  std::optional<std::string> reason_en;
};
BOOST_DESCRIBE_STRUCT(ReplayAnswer, (),
                      (is_same, receipt_valid, is_own, issuer, checks, differences, decision,
                       reason_zh, reason_en))

/// Conversions that the service and the command line share.
PolicyAnswer answer_of(const rules::Policy& policy);
PolicyVersionAnswer answer_of(const rules::PolicyVersion& version);
FactAnswer answer_of(const rules::PolicyFact& fact);
ParameterAnswer answer_of(const rules::ParameterInForce& parameter);
OutcomeAnswer answer_of(const rules::PolicyOutcome& outcome);
WhyAnswer answer_of(const rules::Why& why, const rules::Labels& labels);
DecisionReport answer_of(const rules::Reason& reason);
std::vector<LineAnswer> line_answers(const rules::Explanation& explanation);
std::vector<AssumptionAnswer> assumptions_of(const rules::InForce& law);
/// The rules that hit and whose article says that they are assumed.
std::vector<AssumptionAnswer> assumptions_of(const rules::Explanation& explanation);
JsonText json_text(const rules::Value& value);
/// Facts by name as an object.
JsonText json_text(const std::vector<rules::Input>& facts);
/// From such an object, of the types that the policy gives them, but not checked against it; a name
/// that it does not know may be of any type.
Result<std::vector<rules::Input>> facts_from_json(const rules::Policy& policy,
                                                  const JsonText& json);
/// What facts, values and outcomes are called under a law.
rules::FactLabels fact_labels(const rules::InForce& law);

/// Puts what was found into words, in both languages.
template <class Answer>
void describe_in(Answer& answer, const auto& what, const rules::InForce& law) {
  const rules::FactLabels labels = fact_labels(law);
  answer.text_zh = rules::describe(what, Language::zh, labels);
  answer.text_en = rules::describe(what, Language::en, labels);
}

/// An answer that says under which law it is given.
template <class Answer>
Answer answer_for(const rules::InForce& law) {
  Answer answer;
  answer.policy = law.policy->id;
  answer.version = law.version->id;
  answer.as_of = law.as_of;
  return answer;
}

}  // namespace hq::hub
