// Which facts keep a decision from being taken by data alone, and what each would yield.
#include <algorithm>
#include <map>

#include "rules/reason/leaves.h"

namespace hq::rules {
namespace {

struct Share {
  double decided = 0;
  double yes = 0;
};

/// Shares of cases: those that the answers to some facts distinguish, each counted the same.
class Shares {
 public:
  Shares(const Leaves& leaves, std::vector<std::size_t> facts)
      : leaves_(leaves), facts_(std::move(facts)) {}

  Share of(const RuleMask& left, std::size_t at = 0) {
    if (const auto verdict = leaves_.verdict(left)) return {1, *verdict == Verdict::yes ? 1.0 : 0};
    if (at == facts_.size() || left.is_empty()) return {};
    if (known_.size() > kLeavesMax) is_cut_ = true;
    if (is_cut_) return {};
    const auto key = std::pair(at, left);
    if (const auto found = known_.find(key); found != known_.end()) return found->second;
    Share sum;
    std::size_t count = 0;
    for (const Leaves::Answer& answer : leaves_.answers(facts_[at])) {
      const RuleMask rest = left & answer.leaves;
      if (rest.is_empty()) continue;
      const Share share = of(rest, at + 1);
      sum.decided += share.decided;
      sum.yes += share.yes;
      ++count;
    }
    const auto n = static_cast<double>(count);
    const Share share = count == 0 ? Share{} : Share{sum.decided / n, sum.yes / n};
    known_.emplace(key, share);
    return share;
  }
  bool is_cut() const { return is_cut_; }

 private:
  const Leaves& leaves_;
  std::vector<std::size_t> facts_;
  std::map<std::pair<std::size_t, RuleMask>, Share> known_;
  bool is_cut_ = false;
};

bool names_fact(const Expression& tree, const std::string& fact) {
  if (tree.kind == Kind::name && tree.text == fact) return true;
  return std::ranges::any_of(tree.parts,
                             [&](const ExpressionPtr& part) { return names_fact(*part, fact); });
}
bool names_fact(const Feel& feel, const std::string& fact) {
  return feel.tree && names_fact(*feel.tree, fact);
}

/// Does an input or a condition of the table name the fact?
bool looks_at(const CompiledTable& table, const std::string& fact) {
  for (const CompiledTable::Input& input : table.inputs) {
    if (names_fact(input.expression, fact)) return true;
  }
  return std::ranges::any_of(table.rules, [&](const CompiledTable::Rule& rule) {
    return std::ranges::any_of(rule.inputs,
                               [&](const Feel& cell) { return names_fact(cell, fact); });
  });
}

class Measuring {
 public:
  Measuring(const Leaves& leaves, const Space& space, std::vector<std::size_t> data,
            std::span<const std::vector<Input>> population)
      : leaves_(leaves), data_(std::move(data)), has_population_(!population.empty()) {
    for (const std::vector<Input>& person : population) {
      RuleMask left = leaves.all();
      for (const std::size_t fact : data_) {
        const auto given = std::ranges::find(person, space.names[fact], &Input::name);
        left = left & leaves.holding(fact, given == person.end() ? Value() : given->value);
      }
      people_.push_back(std::move(left));
    }
  }

  /// With the data facts, one more, and only those leaves.
  Share share(std::optional<std::size_t> more, const RuleMask& within) {
    std::vector<std::size_t> facts;
    if (!has_population_) facts = data_;
    if (more) facts.push_back(*more);
    Shares shares(leaves_, facts);
    if (!has_population_) {
      const Share share = shares.of(within);
      is_cut_ = is_cut_ || shares.is_cut();
      return share;
    }
    Share sum;
    for (const RuleMask& person : people_) {
      const Share one = shares.of(person & within);
      sum.decided += one.decided;
      sum.yes += one.yes;
    }
    const auto n = static_cast<double>(people_.size());
    return {sum.decided / n, sum.yes / n};
  }

  std::size_t decidable() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        people_, [&](const RuleMask& person) { return leaves_.verdict(person).has_value(); }));
  }
  bool is_cut() const { return is_cut_; }

 private:
  const Leaves& leaves_;
  std::vector<std::size_t> data_;
  bool has_population_;
  std::vector<RuleMask> people_;  // the leaves that are possible for each
  bool is_cut_ = false;
};

}  // namespace

Result<Readiness> readiness(const Question& question, std::span<const FactSource> origins,
                            const Goal& goal, std::span<const std::vector<Input>> population,
                            const Budget& budget) {
  HQ_TRY(const Space space, Space::of(question));
  HQ_TRY(const auto evaluator, RegionEvaluator::make(question, space));
  std::vector<FactOrigin> origin(space.names.size(), FactOrigin::asked);
  for (const FactSource& source : origins) {
    const auto fact = space.find(source.fact);
    if (!fact) return unknown_fact(source.fact);
    origin[*fact] = source.origin;
  }
  std::vector<std::size_t> data;
  for (std::size_t i = 0; i < origin.size(); ++i) {
    if (origin[i] == FactOrigin::data) data.push_back(i);
  }
  const Leaves leaves(space.whole, *evaluator, goal, budget);
  bool is_exact = true;
  const std::vector<std::size_t> relevant = leaves.relevant(leaves.all(), is_exact);
  Measuring measuring(leaves, space, data, population);
  Readiness result;
  result.decidable_share = measuring.share(std::nullopt, leaves.all()).decided;
  result.population = population.size();
  result.decidable = measuring.decidable();
  const auto tables = tables_of(question.program, evaluator->target(), evaluator->given());
  for (std::size_t fact = 0; fact < origin.size(); ++fact) {
    if (origin[fact] == FactOrigin::data) continue;
    OpenCondition& condition = result.conditions.emplace_back();
    condition.fact = space.names[fact];
    condition.origin = origin[fact];
    condition.blocks = std::ranges::find(relevant, fact) != relevant.end();
    for (const TableTarget& table : tables) {
      if (looks_at(*table.table, condition.fact)) condition.tables.push_back(table.where);
    }
    condition.share_with_data = measuring.share(fact, leaves.all()).decided;
    Share best{-1, -1};
    for (const Leaves::Answer& answer : leaves.answers(fact)) {
      const Share share = measuring.share(std::nullopt, answer.leaves);
      if (share.decided < best.decided ||
          (share.decided == best.decided && share.yes <= best.yes)) {
        continue;
      }
      best = share;
      condition.taken_as = answer.value;
    }
    condition.share_without = std::max(best.decided, 0.0);
  }
  std::ranges::sort(result.conditions, [](const OpenCondition& a, const OpenCondition& b) {
    if (a.blocks != b.blocks) return a.blocks;
    if (a.share_with_data != b.share_with_data) return a.share_with_data > b.share_with_data;
    if (a.share_without != b.share_without) return a.share_without > b.share_without;
    return a.fact < b.fact;
  });
  result.is_proved = leaves.is_complete() && is_exact && !measuring.is_cut();
  return result;
}

}  // namespace hq::rules
