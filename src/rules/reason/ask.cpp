// What else has to be asked: the smallest set of facts some answers to which settle the verdict.
#include <algorithm>
#include <numeric>

#include "rules/reason/leaves.h"

namespace hq::rules {
namespace {

using Facts = std::vector<std::size_t>;

class Questions {
 public:
  Questions(const Leaves& leaves, Facts relevant, std::size_t facts)
      : leaves_(leaves), relevant_(std::move(relevant)), scores_(facts) {
    for (const std::size_t fact : relevant_) scores_[fact] = worst(fact);
  }

  /// Nothing where the work came to its end.
  std::optional<Facts> smallest() {
    for (std::size_t size = 1; size <= relevant_.size(); ++size) {
      std::vector<Facts> sets;
      Facts chosen;
      collect(size, 0, chosen, sets);
      if (steps_ > kQuestionStepsMax) return std::nullopt;
      if (!sets.empty()) return best_of(sets);
    }
    return std::nullopt;
  }

  /// All facts that can matter, in the order in which to ask.
  Facts by_score() const {
    Facts facts = relevant_;
    sort(facts);
    return facts;
  }

 private:
  void collect(std::size_t size, std::size_t from, Facts& chosen, std::vector<Facts>& sets) {
    if (chosen.size() == size) {
      if (can_settle(chosen, 0, leaves_.all())) sets.push_back(chosen);
      return;
    }
    for (std::size_t i = from; i < relevant_.size() && steps_ <= kQuestionStepsMax; ++i) {
      chosen.push_back(relevant_[i]);
      collect(size, i + 1, chosen, sets);
      chosen.pop_back();
    }
  }

  /// Are there answers to these facts after which all leaves that are left agree?
  bool can_settle(const Facts& facts, std::size_t at, const RuleMask& left) {
    if (++steps_ > kQuestionStepsMax) return false;
    if (leaves_.verdict(left)) return true;
    if (at == facts.size()) return false;
    return std::ranges::any_of(leaves_.answers(facts[at]), [&](const Leaves::Answer& answer) {
      const RuleMask rest = left & answer.leaves;
      return !rest.is_empty() && can_settle(facts, at + 1, rest);
    });
  }

  /// How many facts matter still after the worst answer; with many leaves, how many leaves are
  /// left.
  std::size_t worst(std::size_t fact) const {
    std::size_t score = 0;
    for (const Leaves::Answer& answer : leaves_.answers(fact)) {
      if (leaves_.verdict(answer.leaves)) continue;
      const std::size_t count = answer.leaves.count();
      if (count > kScoredLeavesMax) {
        score = std::max(score, kFactsMax + count);
        continue;
      }
      bool is_exact = true;
      score = std::max(score, leaves_.relevant(answer.leaves, is_exact).size());
    }
    return score;
  }

  void sort(Facts& facts) const {
    std::ranges::sort(facts, [&](std::size_t a, std::size_t b) {
      return scores_[a] < scores_[b] || (scores_[a] == scores_[b] && a < b);
    });
  }

  Facts best_of(std::vector<Facts>& sets) const {
    for (Facts& set : sets) sort(set);
    return *std::ranges::min_element(sets, [&](const Facts& a, const Facts& b) {
      return std::ranges::lexicographical_compare(
          a, b, {}, [&](std::size_t fact) { return std::pair(scores_[fact], fact); },
          [&](std::size_t fact) { return std::pair(scores_[fact], fact); });
    });
  }

  const Leaves& leaves_;
  Facts relevant_;
  std::vector<std::size_t> scores_;  // by fact
  uint64_t steps_ = 0;
};

}  // namespace

Result<Asked> ask(const Question& question, const std::vector<Input>& known, const Goal& goal,
                  const Budget& budget) {
  HQ_TRY(const Space space, Space::of(question));
  HQ_TRY(const auto evaluator, RegionEvaluator::make(question, space));
  Region region = space.whole;
  for (const Input& fact : known) {
    const auto index = space.find(fact.name);
    if (!index) return unknown_fact(fact.name);
    region[*index] = ValueSet::of(fact.value);
  }
  const Leaves leaves(region, *evaluator, goal, budget);
  Asked asked;
  asked.possible_outcomes = leaves.outcomes();
  asked.is_proved = leaves.is_complete();
  if (const auto verdict = leaves.verdict(leaves.all())) {
    asked.verdict = *verdict;
    asked.is_settled = true;
    return asked;
  }
  bool is_exact = true;
  Questions questions(leaves, leaves.relevant(leaves.all(), is_exact), space.names.size());
  const auto smallest = questions.smallest();
  asked.is_proved = asked.is_proved && is_exact && smallest.has_value();
  for (const std::size_t fact : smallest ? *smallest : questions.by_score()) {
    asked.questions.push_back(space.names[fact]);
  }
  for (const std::size_t fact : questions.by_score()) {
    asked.needed_facts.push_back(space.names[fact]);
  }
  return asked;
}

}  // namespace hq::rules
