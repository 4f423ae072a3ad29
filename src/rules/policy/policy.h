// Policy: a decision under dated law. Its models by version, its parameters by date, the facts it
// asks for, and whose credentials may prove them.
//
// Two dates make a question: `as_of`, the day whose law is asked for, and `known_at`, what had been
// published by then. So an old answer can be given again as it was, and a later correction shows
// beside it. Plain values; in_force() points into the policy, which must outlive it. Any thread.
//
//   HQ_TRY(const InForce law, in_force(policy, as_of, known_at));
//   HQ_TRY(const Decided decided, decide(law, facts));
//   decided.verdict;  law.assumptions();
#pragma once

#include <boost/describe.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "rules/check/check.h"
#include "rules/dmn/execute.h"
#include "rules/explain/explain.h"
#include "rules/reason/reason.h"

namespace hq::rules {

BOOST_DESCRIBE_ENUM(Verdict, yes, no, depends)
BOOST_DESCRIBE_ENUM(FactOrigin, data, asked, judgement)

/// When something holds: on the days from `effective_from` up to, and without, `effective_to`; and
/// from which day on that could be known.
struct Validity {
  hq::Date effective_from = {};
  std::optional<hq::Date> effective_to;  // none: until something newer is known
  hq::Date known_since = {};

  bool covers(hq::Date as_of, hq::Date known_at) const {
    return known_since <= known_at && effective_from <= as_of &&
           (!effective_to || as_of < *effective_to);
  }
};

/// Where a thing comes from. Assumed: nobody has published it, or it was not seen.
struct Basis {
  bool is_assumed = true;
  Wording source;
  std::string url;
};

struct PolicyVersion {
  std::string id;
  Validity validity;
  Basis basis;
  Wording note;
  std::string model_hash;  // SHA-256 of the files of its models, hexadecimal
  std::shared_ptr<const Program> program;
};

struct ParameterValue {
  Validity validity;
  Basis basis;
  Value value;
};

/// A figure of the law that is input data of the models, by dates.
struct PolicyParameter {
  std::string name;
  Wording label;
  std::string unit;
  std::vector<ParameterValue> values;
};

/// Input data of the models that is no parameter.
struct PolicyFact {
  struct Choice {
    Value value;
    Wording label;
  };

  std::string name;
  Wording label;
  Wording question;
  std::string unit;
  TypePtr type;  // of the newest version that has it
  std::optional<Value> min;
  std::optional<Value> max;
  std::optional<Decimal> step;
  std::vector<Choice> choices;  // empty: any value of the type
  FactOrigin origin = FactOrigin::asked;
  Wording data_source;
  std::optional<Decimal> change_weight;  // none: it cannot be changed
  std::string claim;                     // where a credential has it: "credentialSubject.degree"
};

/// What people call a decision on the way, or a member of its value, and its values.
struct PolicyTerm {
  std::string name;
  Wording label;
  std::vector<PolicyFact::Choice> values;
};

/// A fact is believed when a credential of this issuer says so.
struct PolicyTrust {
  std::string fact;
  std::string issuer;  // DID
  std::string type;    // of the credential
  hq::Date effective_from = {};
  std::optional<hq::Date> effective_to;
  Basis basis;

  bool holds(hq::Date day) const {
    return effective_from <= day && (!effective_to || day < *effective_to);
  }
};

struct PolicyOutcome {
  Value value;
  Verdict verdict = Verdict::depends;
  Wording label;
};

struct Policy {
  std::string id;
  Wording title;
  Wording summary;
  std::vector<std::string> articles;  // ids of the mission: "A5"
  std::string decision;               // what is asked for
  std::string result;                 // member of its value that is the outcome; empty: the value
  std::vector<PolicyOutcome> outcomes;
  std::vector<PolicyVersion> versions;
  std::vector<PolicyParameter> parameters;
  std::vector<PolicyFact> facts;
  std::vector<PolicyTrust> trusts;
  std::vector<PolicyTerm> terms;

  const PolicyFact* find_fact(std::string_view name) const;
  const PolicyVersion* find_version(std::string_view id) const;
  /// nullptr where it is none that is listed.
  const PolicyOutcome* find_outcome(const Value& outcome) const;
  /// The outcome in the value of the decision: itself, or the member `result`; null where there is
  /// none.
  Value outcome_of(const Value& value) const;
};

/// What is wrong with the model of a version before anything runs; the parameters are given always.
std::vector<Problem> problems_of(const Policy& policy, const PolicyVersion& version);

/// invalid_argument where the policy is not whole: a model with an error of problems_of(), an input
/// datum of a version that is neither parameter nor fact, a decision that a version lacks, two
/// versions or values of a parameter that hold on the same day and became known on the same day, an
/// outcome of another type.
Result<> check_policy(const Policy& policy);

/// A parameter with the value it had.
struct ParameterInForce {
  const PolicyParameter* parameter = nullptr;
  const ParameterValue* value = nullptr;
};

/// The law of a day, as it was known on another.
struct InForce {
  const Policy* policy = nullptr;
  const PolicyVersion* version = nullptr;
  hq::Date as_of = {};
  hq::Date known_at = {};
  std::vector<ParameterInForce> parameters;  // those that the version uses
  std::vector<const PolicyFact*> facts;      // those that the version uses

  /// The parameters as inputs of the decision.
  std::vector<Input> constants() const;
  /// now() is the start of the day `as_of` in UTC.
  EvaluationOptions evaluation() const;
  Target target() const { return {ElementKind::decision, policy->decision}; }
  bool is_assumed() const;
};

/// Of several that hold the one that became known last; among those, the one in force last.
/// not_found: no version was in force, or a parameter it uses has no value on that day.
Result<InForce> in_force(const Policy& policy, hq::Date as_of, hq::Date known_at);
/// The same with a version that is named, its parameters as of the day.
Result<InForce> in_force(const Policy& policy, const PolicyVersion& version, hq::Date as_of,
                         hq::Date known_at);

struct Decided {
  Answer answer;
  const PolicyOutcome* outcome = nullptr;  // nullptr: none that is listed
  Verdict verdict = Verdict::depends;
};

/// The facts that the version uses, checked. invalid_argument: a fact that the policy does not
/// have, or a value that it cannot have.
Result<std::vector<Input>> facts_for(const InForce& law, const std::vector<Input>& facts);
/// Errors as of facts_for(). A fact that is left out is null.
Result<Decided> decide(const InForce& law, const std::vector<Input>& facts);

/// Names of facts, values and parameters for explanations.
Labels labels_of(const InForce& law);

/// What reasoning is about: the facts as far as they can be, the parameters as they are. It refers
/// to the program of the version. `may_be_missing`: facts may be null too.
Question question_of(const InForce& law, bool may_be_missing = false);
/// Each outcome with the verdict that the policy gives it; one that is not listed: depends.
Goal goal_of(const Policy& policy);

}  // namespace hq::rules
