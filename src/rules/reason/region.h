// Regions of facts, a question made ready to be evaluated over them, and the search through them.
//
//   HQ_TRY(Space space, Space::of(question));
//   HQ_TRY(RegionEvaluator evaluator, RegionEvaluator::make(question, space));
//   explore(space.whole, budget, [&](const Region& region) {
//     const Abstract outcome = evaluator.outcome(region);
//     return Look{settled_value(outcome).has_value(), outcome.why()};
//   });
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "rules/reason/abstract_walker.h"
#include "rules/reason/reason.h"

namespace hq::rules {

/// A set of values for each fact, none of them empty.
using Region = std::vector<ValueSet>;

/// The facts that are reasoned about, and all they may be.
struct Space {
  std::vector<std::string> names;
  Region whole;

  /// invalid_argument where a domain is empty, a fact stands twice or has neither type nor values;
  /// limit_exceeded where there are too many.
  static Result<Space> of(const Question& question);
  /// Adds those of another question; facts of one name keep the domain they have.
  Result<> add(const Question& question);

  std::optional<std::size_t> find(std::string_view name) const;
  /// One input for each fact.
  std::vector<Input> witness(const Region& region) const;
  /// The facts in their order, null where one is not given; not_found where there is another.
  Result<std::vector<Input>> point(const std::vector<Input>& facts) const;
  /// Where the region is less than the whole.
  Restrictions restrictions(const Region& region) const;
};

std::unexpected<Error> unknown_fact(const std::string& name);

/// The one value of all alternatives, where null is null for whatever reason.
std::optional<Value> settled_value(const Abstract& outcome);

class RegionEvaluator {
 public:
  /// not_found where the program has no such target; invalid_argument where a fact or constant is
  /// no input of it; unsupported where the target is a function.
  static Result<std::unique_ptr<RegionEvaluator>> make(const Question& question,
                                                       const Space& space);

  Abstract outcome(const Region& region);
  /// Gives the facts to the walker, and works out nothing.
  void begin(const Region& region);
  /// By execute(), with these inputs and the constants of the question.
  Result<Value> outcome_at(const std::vector<Input>& inputs) const;
  /// Which verdicts are possible, as bits 1 << verdict.
  struct Verdicts {
    uint8_t bits = 0;
    DoubtPtr doubt;
  };
  Verdicts verdicts(const Goal& goal, const Abstract& outcome);
  Result<Verdict> verdict_at(const Goal& goal, const std::vector<Input>& inputs) const;

  AbstractWalker& walker() { return walker_; }
  const Question& question() const { return question_; }
  std::size_t target() const { return target_; }
  /// Another decision of the same program is asked about.
  void set_target(std::size_t element) { target_ = element; }
  /// The fact that an element is, if it is one.
  std::optional<std::size_t> fact_of(std::size_t element) const;
  /// The facts that an element depends on, those of each decision next to each other.
  std::vector<std::size_t> facts_behind(std::size_t element) const;
  /// Elements that are facts or constants.
  std::vector<std::size_t> given() const;

 private:
  RegionEvaluator(const Question& question, EvaluationOptions options)
      : question_(question), walker_(question.program, std::move(options)) {}

  Question question_;
  AbstractWalker walker_;
  std::size_t target_ = 0;
  /// Input data that is a fact.
  struct Given {
    std::size_t element = 0;
    std::size_t fact = 0;              // of the space
    bool is_coerced = false;           // all its values are of the type already
    std::vector<ValueSet> known = {};  // sets that were seen, and the version of the first of them
    uint32_t first = 1;
  };
  Abstract fact_value(const Given& given, const ValueSet& values);
  static uint32_t version_of(Given& given, const ValueSet& values);

  std::map<std::size_t, Abstract> constants_;  // by element, coerced
  std::vector<Given> facts_;
};

inline uint8_t verdict_bit(Verdict verdict) {
  return static_cast<uint8_t>(1U << static_cast<unsigned>(verdict));
}
inline std::optional<Verdict> single_verdict(uint8_t bits) {
  if (bits == verdict_bit(Verdict::yes)) return Verdict::yes;
  if (bits == verdict_bit(Verdict::no)) return Verdict::no;
  if (bits == verdict_bit(Verdict::depends)) return Verdict::depends;
  return std::nullopt;
}

/// Both parts; nothing where no vote, and no fact, can be split any more. The fact with most votes
/// is cut, or, with an order of facts, the first that has any.
std::optional<std::pair<Region, Region>> split(const Region& region, const DoubtPtr& doubt,
                                               std::span<const std::size_t> order = {});

/// What was seen of a region: whether it has to be split, and by what.
struct Look {
  bool is_settled = false;
  DoubtPtr doubt;
  /// Where it is not empty, regions with the same key look the same, and so do their parts: only
  /// the first of them is split.
  std::vector<uint32_t> key = {};
};
struct Explored {
  uint64_t regions = 0;
  bool has_repeats = false;  // there are regions that were left out, being like another
  std::vector<Region> open;  // for which the budget did not suffice, or that cannot be split
};
/// All of the region, in parts that are settled. Keys come again most often where facts are split
/// in an order that settles one decision after the other (RegionEvaluator::facts_behind).
Explored explore(const Region& whole, const Budget& budget,
                 const std::function<Look(const Region&)>& look,
                 std::span<const std::size_t> order = {});

}  // namespace hq::rules
