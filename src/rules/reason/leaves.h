// Leaves: a space cut into regions with one verdict each, and questions about which facts tell them
// apart. Every value of a fact behaves as one of a few typical values of it does.
//
//   Leaves leaves(region, evaluator, goal, budget);
//   leaves.verdict(leaves.all());   // the same everywhere?
#pragma once

#include <optional>
#include <vector>

#include "rules/reason/table_proof.h"

namespace hq::rules {

class Leaves {
 public:
  Leaves(const Region& whole, RegionEvaluator& evaluator, const Goal& goal, const Budget& budget);

  bool is_complete() const { return is_complete_; }
  const std::vector<Value>& outcomes() const { return outcomes_; }
  const RuleMask& all() const { return all_; }

  /// Of all these leaves; nothing where they differ, or one could not be settled.
  std::optional<Verdict> verdict(const RuleMask& leaves) const;
  /// Verdicts that are among them.
  uint8_t verdicts(const RuleMask& leaves) const;

  /// Values of a fact, with the leaves that each belongs to; no two belong to the same ones.
  struct Answer {
    Value value;
    RuleMask leaves;
  };
  const std::vector<Answer>& answers(std::size_t fact) const { return answers_[fact]; }
  /// The leaves that hold this value of the fact.
  RuleMask holding(std::size_t fact, const Value& value) const;

  /// Facts that can make a difference within these leaves; is_exact is false where there were too
  /// many leaves to compare, and facts are named that only may.
  std::vector<std::size_t> relevant(const RuleMask& leaves, bool& is_exact) const;

 private:
  struct Leaf {
    Region region;
    uint8_t verdicts = 0;
    std::vector<RuleMask> answers;  // by fact: which of its answers lie in it
  };
  void find_answers(std::size_t fact);

  std::vector<Leaf> leaves_;
  std::vector<std::vector<Answer>> answers_;  // by fact
  RuleMask all_;
  RuleMask yes_, no_, depends_, unsettled_;
  std::vector<Value> outcomes_;
  bool is_complete_ = true;
};

}  // namespace hq::rules
