// Findings about all tables that a decision needs, and about its outcomes.
#include <algorithm>
#include <utility>

#include "rules/reason/merge.h"
#include "rules/reason/table_proof.h"

namespace hq::rules {
namespace {

/// Turns what is known of one table into findings.
class Reporter {
 public:
  Reporter(const TableTarget& target, const Space& space, const TableProof& proof,
           std::vector<Finding>& findings)
      : target_(target), table_(*target.table), space_(space), proof_(proof), findings_(findings) {}

  void report() {
    const HitPolicy policy = table_.hit_policy;
    if (tells_gaps(table_)) report_gaps();
    if (policy == HitPolicy::unique || policy == HitPolicy::any) report_pairs();
    if (is_single_hit(policy)) report_subsumed();
    report_dead();
  }

 private:
  Finding& add(FindingKind kind, std::vector<std::size_t> rules, bool is_proved) {
    Finding& finding = findings_.emplace_back();
    finding.kind = kind;
    finding.where = target_.where;
    for (const std::size_t rule : rules) finding.rules.push_back(rule + 1);
    finding.is_proved = is_proved;
    return finding;
  }
  void show(Finding& finding, const Region& region) {
    finding.witness = space_.witness(region);
    finding.region = space_.restrictions(region);
  }

  void report_gaps() {
    for (const Region& gap : merged(proof_.gaps)) show(add(FindingKind::gap, {}, true), gap);
  }

  void report_pairs() {
    for (const auto& [rules, pair] : proof_.pairs) {
      const bool is_wrong = table_.hit_policy == HitPolicy::unique;
      if (pair.same && is_wrong) {
        show(add(FindingKind::overlap, {rules.first, rules.second}, true), *pair.same);
      }
      if (pair.differ) {
        show(add(FindingKind::conflict, {rules.first, rules.second}, true), *pair.differ);
      }
    }
  }

  bool decides() const {
    return table_.hit_policy == HitPolicy::first || table_.hit_policy == HitPolicy::priority;
  }
  bool is_dead(std::size_t rule) const {
    return !proof_.hit[rule] || (decides() && !proof_.decides[rule]);
  }

  void report_subsumed() {
    if (!proof_.is_complete) return;
    for (std::size_t i = 0; i < table_.rules.size(); ++i) {
      if (is_dead(i)) continue;
      if (table_.hit_policy == HitPolicy::first) {
        if (proof_.is_redundant[i]) add(FindingKind::subsumed, {i}, true);
        continue;
      }
      for (std::size_t k = 0; k < table_.rules.size(); ++k) {
        // Of two that say the same the later one can go.
        const bool is_twin = proof_.subsumers[k].test(i) && !is_dead(k);
        if (!proof_.subsumers[i].test(k) || (is_twin && i < k)) continue;
        add(FindingKind::subsumed, {i, k}, true);
        break;
      }
    }
  }

  void report_dead() {
    for (std::size_t i = 0; i < table_.rules.size(); ++i) {
      if (!is_dead(i)) continue;
      std::vector<std::size_t> rules = {i};
      for (std::size_t k = 0; k < table_.rules.size(); ++k) {
        if (proof_.overruled_by[i].test(k)) rules.push_back(k);
      }
      add(FindingKind::dead, rules, proof_.is_complete);
    }
  }

  const TableTarget& target_;
  const CompiledTable& table_;
  const Space& space_;
  const TableProof& proof_;
  std::vector<Finding>& findings_;
};

/// The outputs of the rules of a finding at its witness, as the values that they would answer.
void add_outcomes(const TableTarget& target, RegionEvaluator& evaluator, const Space& space,
                  Finding& finding) {
  if (finding.kind != FindingKind::overlap && finding.kind != FindingKind::conflict) return;
  Region point;
  for (std::size_t i = 0; i < space.names.size(); ++i) {
    point.push_back(ValueSet::of(finding.witness[i].value));
  }
  evaluator.walker().watch(target.table, target.element);
  evaluator.outcome(point);
  for (const TableHits& hits : evaluator.walker().hits()) {
    std::vector<Value> outcomes;
    for (const std::size_t rule : finding.rules) {
      const auto value = settled_value(hits.rows[rule - 1]);
      if (value) outcomes.push_back(*value);
    }
    if (outcomes.size() == finding.rules.size()) finding.outcomes = std::move(outcomes);
  }
  evaluator.walker().watch_nothing();
}

/// Which of the outcomes that are meant to come about never does.
Explored find_unreachable(const Space& space, RegionEvaluator& evaluator, const Budget& budget,
                          std::vector<Finding>& findings) {
  std::vector<Value> wanted = evaluator.question().outcomes;
  if (wanted.empty()) return {};
  const Explored explored = explore(space.whole, budget, [&](const Region& region) {
    const Abstract outcome = evaluator.outcome(region);
    if (const auto value = settled_value(outcome)) {
      std::erase_if(wanted, [&](const Value& one) { return is_same(one, *value); });
      return Look{true, nullptr};
    }
    // Of no use where nothing that is still missed can come about.
    const bool is_useful =
        outcome.is_anything || std::ranges::any_of(wanted, [&](const Value& one) {
          return outcome.set.holds(one) || outcome.members || outcome.items;
        });
    return Look{!is_useful, outcome.why()};
  });
  for (const Value& value : wanted) {
    Finding& finding = findings.emplace_back();
    finding.kind = FindingKind::unreachable_output;
    finding.where = evaluator.question().program.element(evaluator.target()).where;
    finding.outcomes = {value};
    finding.is_proved = explored.open.empty();
  }
  return explored;
}

}  // namespace

void add_findings(const TableTarget& target, const Space& space, const TableProof& proof,
                  std::vector<Finding>& findings) {
  Reporter(target, space, proof, findings).report();
}

Result<Findings> prove(const Question& question, const Budget& budget) {
  HQ_TRY(const Space space, Space::of(question));
  HQ_TRY(const auto evaluator, RegionEvaluator::make(question, space));
  Findings result;
  result.is_complete = true;
  const std::vector<std::size_t> given = evaluator->given();
  for (const TableTarget& target : tables_of(question.program, evaluator->target(), given)) {
    const std::size_t asked = evaluator->target();
    const bool is_decision = question.program.element(target.element).kind == ElementKind::decision;
    if (is_decision) evaluator->set_target(target.element);
    const TableProof proof = prove_table(target, space, *evaluator, budget);
    const std::size_t begin = result.findings.size();
    add_findings(target, space, proof, result.findings);
    const bool is_cut = result.findings.size() > budget.findings_max;
    if (is_cut) result.findings.resize(budget.findings_max);
    for (std::size_t i = begin; i < result.findings.size(); ++i) {
      add_outcomes(target, *evaluator, space, result.findings[i]);
    }
    evaluator->set_target(asked);
    result.regions += proof.regions;
    result.is_complete = result.is_complete && proof.is_complete && !is_cut;
    if (is_cut) return result;
  }
  const Explored explored = find_unreachable(space, *evaluator, budget, result.findings);
  result.regions += explored.regions;
  result.is_complete = result.is_complete && explored.open.empty();
  return result;
}

}  // namespace hq::rules
