// Reasoning about decisions: not "what is the answer for these facts" but "for which facts".
//
// One idea carries all of it: a decision, with all that it requires, is evaluated over a region (a
// set of possible values for each fact) and gives the set of possible outcomes; where that is not
// settled, the region is split where the evaluation could not tell, and so on. What is said to be
// proved holds for every point of the region; what the budget did not suffice for is said to be
// not proved. Everything here reads only; any thread. The program must outlive the call.
//
//   const Question question{*program, {ElementKind::decision, "Refund"}, "outcome", parameters,
//                           {{"Amount", simple(TypeKind::number), Value(0), Value(100'000),
//                             Decimal::parse("0.01")}}};
//   HQ_TRY(const Findings found, prove(question, {}));
//   for (const Finding& one : found.findings) print(describe(one, Language::zh));
//   HQ_TRY(const WhatIf way, what_if(question, facts, {{"Amount"}}, goal, {}));
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "rules/dmn/execute.h"
#include "rules/reason/value_set.h"
#include "rules/reason/verdict.h"

namespace hq::rules {

// What is asked about.

/// What a fact may be. A date, time, date-time or duration without min and max is unbounded; a
/// number without a step is any number of up to 17 digits.
struct FactDomain {
  std::string name;   // of the input data
  TypePtr type = {};  // number, string, boolean, date ...; of `values` where they are given
  std::optional<Value> min = std::nullopt;  // both belong to it
  std::optional<Value> max = std::nullopt;
  /// Numbers: multiples of it only; 1: whole numbers. Other ordered kinds have one of a second, a
  /// day (dates) or a month unless it is given, in these units.
  std::optional<Decimal> step = std::nullopt;
  std::vector<Value> values = {};  // a closed list; empty: open
  bool may_be_null = false;        // it may also be unknown, which is null
};

struct Question {
  const Program& program;
  Target target;
  /// Member of the value of the target that is the outcome, as "status"; empty: the value itself.
  std::string result = {};
  /// Input data that is the same throughout: the parameters of a date.
  std::vector<Input> constants = {};
  /// All other input data that the target needs. One that is in neither list is null.
  std::vector<FactDomain> facts = {};
  /// The outcomes that are meant to come about; prove() says which of them never can.
  std::vector<Value> outcomes = {};
  std::optional<DateTime> now = std::nullopt;  // of today() and now()
};

/// How much work may be done; what it does not suffice for is "not proved".
struct Budget {
  uint64_t regions_max = 20'000;
  uint32_t depth_max = 400;     // splits on the way to one region
  uint64_t findings_max = 500;  // of prove and prove_between; changes of diff
};

/// What is hoped for: a verdict for each outcome. Where the outcome is a number, a date or the like
/// that is computed, give tests(), which can be judged for whole intervals.
class Goal {
 public:
  template <class F>
    requires std::is_invocable_r_v<Verdict, F, const Value&>
  Goal(F verdict) : verdict_(std::move(verdict)) {}  // NOLINT: a function stands for its goal
  /// Yes where the outcome passes these unary tests: ">= 1000", "\"granted\"". parse_error.
  static Result<Goal> tests(std::string_view unary_tests);

  Verdict operator()(const Value& outcome) const { return verdict_(outcome); }
  /// nullptr where the goal is a function.
  const Expression* tree() const { return tree_.get(); }

 private:
  std::function<Verdict(const Value&)> verdict_;
  std::shared_ptr<const Expression> tree_;
};

/// One side of a region: what a fact may be there. Facts that are left out may be anything of
/// their domain.
struct Restriction {
  std::string fact;
  ValueSet values;
  ValueSet whole = {};  // all that the fact may be, where that is known: for shorter sentences
};
using Restrictions = std::vector<Restriction>;

// Proofs.

enum class FindingKind : uint8_t {
  gap,                 // no rule hits, and there is no default: the table answers nothing
  overlap,             // two rules hit where only one may (UNIQUE), with the same outputs
  conflict,            // two rules hit with different outputs (UNIQUE, ANY); of prove_between: the
                       // two decisions answer differently
  subsumed,            // where rules[0] hits, rules[1] hits with the same outputs: it can go
  dead,                // the rule never hits, or another always comes before it (FIRST, PRIORITY)
  unreachable_output,  // an outcome that is meant to come about and never does
};

struct Finding {
  FindingKind kind = FindingKind::gap;
  std::string where;               // "decision Refund"
  std::vector<std::size_t> rules;  // numbers from 1
  /// One input that shows it; empty where the finding says that there is none (dead, unreachable).
  /// Facts that do not matter have some value of their domain.
  std::vector<Input> witness;
  std::vector<Value> outcomes;  // overlap, conflict: of each; unreachable_output: the value
  Restrictions region;          // that the witness stands for, as far as it is known
  bool is_proved = false;
};

struct Findings {
  std::vector<Finding> findings;  // by table, kind, rules
  /// All of the space was looked at: what is not listed is not there.
  bool is_complete = false;
  uint64_t regions = 0;  // how many were evaluated
};

/// Each table that the target needs, as the facts reach it: a rule that can never hit because of
/// what comes before its table is dead too.
Result<Findings> prove(const Question& question, const Budget& budget);

/// Two policies or places, facts of one name being one fact: where both apply (their outcome is not
/// null) and differ. The rules are empty; `where` names both targets.
Result<Findings> prove_between(const Question& a, const Question& b, const Budget& budget);

// Differences of two versions.

struct OutcomeChange {
  Restrictions where;
  std::vector<Input> witness;
  Value before;  // exactly, at the witness
  Value after;
  bool is_throughout = false;  // the outcome changes at every point there; else at the witness
  std::size_t people = 0;      // of the population that was given
};

struct Difference {
  std::vector<OutcomeChange> changes;  // disjoint
  bool is_complete = false;            // elsewhere nothing changes
  uint64_t regions = 0;
  std::size_t population = 0;
  std::size_t changed = 0;  // of the population
  double share() const {
    return population == 0 ? 0 : static_cast<double>(changed) / static_cast<double>(population);
  }
};

/// Facts of one name are one fact, with the domain that `after` gives it.
Result<Difference> diff(const Question& before, const Question& after,
                        std::span<const std::vector<Input>> population, const Budget& budget);

// What would make it yes.

/// A fact that may be changed, and what that costs: `weight` for each unit of numbers (1), dates,
/// date-times and days-durations (a day), times (an hour) and months-durations (a month); for other
/// kinds, from null, and where `is_flat`, for the change at all.
struct Changeable {
  std::string fact;
  Decimal weight = Decimal(1);
  bool is_flat = false;
};

struct FactChange {
  std::string fact;
  Value from;
  Value to;
  Decimal cost;
};

struct WhatIf {
  enum class Kind : uint8_t {
    already,      // the goal is reached as things are
    possible,     // `changes` reach it
    impossible,   // proved: no change of these facts reaches it
    not_settled,  // the budget did not suffice
  };
  Kind kind = Kind::not_settled;
  std::vector<FactChange> changes;
  Decimal cost;
  /// No cheaper change reaches it. False too where there is none that is cheapest (more than 100,
  /// of any number): the changes are then close to the limit.
  bool is_least_proved = false;
  Value outcome;  // with these changes
};

/// Facts that are not given are null, as for execute(). Weights must not be negative
/// (invalid_argument), facts must be known (not_found).
Result<WhatIf> what_if(const Question& question, const std::vector<Input>& facts,
                       std::span<const Changeable> changeable, const Goal& goal,
                       const Budget& budget);

// What else is needed.

struct Asked {
  /// Of all outcomes that are possible with what is known; `depends` too where they differ.
  Verdict verdict = Verdict::depends;
  bool is_settled = false;  // all of them have this verdict
  /// A smallest set of unknown facts such that some answers to them settle the verdict, in the
  /// order in which to ask: first the one whose worst answer leaves the fewest facts that matter.
  std::vector<std::string> questions;
  /// All unknown facts that can matter still.
  std::vector<std::string> needed_facts;
  std::vector<Value> possible_outcomes;  // as far as they are single values
  bool is_proved = false;  // that the set is a smallest one, and that other facts do not matter
};

/// `known`: what is known of the facts; a known fact may be null, which is not the same as unknown.
Result<Asked> ask(const Question& question, const std::vector<Input>& known, const Goal& goal,
                  const Budget& budget);

// Readiness for automatic decisions.

struct FactSource {
  std::string fact;
  FactOrigin origin = FactOrigin::asked;
};

/// A fact that does not come from data.
struct OpenCondition {
  std::string fact;
  FactOrigin origin = FactOrigin::asked;
  std::vector<std::string> tables;  // whose conditions look at it: "decision Refund"
  bool blocks = false;              // there are cases that it alone, or with others, keeps open
  /// The share that could be decided automatically if there were data for it, and if the condition
  /// were dropped: the fact taken, for everyone, as the value with which most are decided, then
  /// most with yes.
  double share_with_data = 0;
  double share_without = 0;
  Value taken_as;  // that value
};

struct Readiness {
  /// Of the population, or, without one, of the cases that the rules distinguish by the data facts:
  /// decided by data alone, whatever the other facts are.
  double decidable_share = 0;
  std::vector<OpenCondition> conditions;  // those that block most first
  std::size_t population = 0;
  std::size_t decidable = 0;  // of the population
  bool is_proved = false;
};

/// A fact without an origin is asked. In the population only facts from data are looked at.
Result<Readiness> readiness(const Question& question, std::span<const FactSource> origins,
                            const Goal& goal, std::span<const std::vector<Input>> population,
                            const Budget& budget);

// Sentences for people.

/// What facts and values are called; what is left out is named as in the model.
struct FactLabels {
  std::function<std::string(std::string_view fact, Language)> fact = nullptr;
  std::function<std::string(std::string_view fact, const Value& value, Language)> value = nullptr;
  std::function<std::string(const Value& outcome, Language)> outcome = nullptr;
};

/// "Amount 200 to 499.99; Goods = "domestic"".
std::string describe(const Restrictions& region, Language language, const FactLabels& labels = {});
/// "Rules 2 and 5 of decision Refund both hit and answer differently, as with Amount = 200."
std::string describe(const Finding& finding, Language language, const FactLabels& labels = {});
/// "Where Amount is 200 to 499.99, the outcome changes from no to yes." Of outcomes with members
/// those that change are told.
std::string describe(const OutcomeChange& change, Language language, const FactLabels& labels = {});
/// "It would be yes with: Days from 78 to 90 (12 more)." / "…（差 12 天）"
std::string describe(const WhatIf& way, Language language, const FactLabels& labels = {});
std::string describe(const Asked& asked, Language language, const FactLabels& labels = {});
std::string describe(const Readiness& readiness, Language language, const FactLabels& labels = {});

}  // namespace hq::rules
