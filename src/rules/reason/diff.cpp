// Two decisions over the same facts: where they differ.
#include <algorithm>
#include <map>
#include <utility>

#include "rules/reason/merge.h"
#include "rules/reason/table_proof.h"

namespace hq::rules {
namespace {

/// Regions in which the outcomes differ, by what they are; no values: computed ones.
struct Differing {
  std::optional<Value> before;
  std::optional<Value> after;
  std::vector<Region> regions;
};

/// Both decisions side by side.
class Comparison {
 public:
  Comparison(RegionEvaluator& before, RegionEvaluator& after, bool only_where_both_apply)
      : before_(before), after_(after), only_where_both_apply_(only_where_both_apply) {}

  Explored run(const Space& space, const Budget& budget) {
    return explore(space.whole, budget, [&](const Region& region) { return look(region); });
  }
  std::vector<Differing>& found() { return found_; }

 private:
  Look look(const Region& region) {
    const Abstract a = before_.outcome(region);
    const Abstract b = after_.outcome(region);
    if (only_where_both_apply_) {
      const auto one = settled_value(a);
      const auto other = settled_value(b);
      if ((one && one->is_null()) || (other && other->is_null())) return {true, nullptr};
    }
    const Likeness like = likeness(a, b);
    if (like == Likeness::same) return {true, nullptr};
    const bool may_not_apply = only_where_both_apply_ && (a.may_be_null() || b.may_be_null());
    if (like == Likeness::unknown || may_not_apply) return {false, joined(a.why(), b.why())};
    add(settled_value(a), settled_value(b), region);
    return {true, nullptr};
  }

  void add(std::optional<Value> before, std::optional<Value> after, const Region& region) {
    if (!before || !after) before = after = std::nullopt;
    const auto is_like = [](const std::optional<Value>& a, const std::optional<Value>& b) {
      return a.has_value() == b.has_value() && (!a || is_same(*a, *b));
    };
    auto place = std::ranges::find_if(found_, [&](const Differing& one) {
      return is_like(one.before, before) && is_like(one.after, after);
    });
    if (place == found_.end()) {
      found_.push_back({std::move(before), std::move(after), {}});
      place = found_.end() - 1;
    }
    place->regions.push_back(region);
  }

  RegionEvaluator& before_;
  RegionEvaluator& after_;
  bool only_where_both_apply_;
  std::vector<Differing> found_;
};

struct Both {
  Space space;
  std::unique_ptr<RegionEvaluator> before;
  std::unique_ptr<RegionEvaluator> after;
};

Result<Both> both_of(const Question& before, const Question& after) {
  Both both;
  HQ_TRY(both.space, Space::of(after));
  HQ_TRY_VOID(Space::of(before));
  HQ_TRY_VOID(both.space.add(before));
  HQ_TRY(both.before, RegionEvaluator::make(before, both.space));
  HQ_TRY(both.after, RegionEvaluator::make(after, both.space));
  return both;
}

Result<OutcomeChange> change_at(const Both& both, const Region& region, bool is_throughout) {
  OutcomeChange change;
  change.where = both.space.restrictions(region);
  change.witness = both.space.witness(region);
  HQ_TRY(change.before, both.before->outcome_at(change.witness));
  HQ_TRY(change.after, both.after->outcome_at(change.witness));
  change.is_throughout = is_throughout;
  return change;
}

bool is_within(const std::vector<Input>& person, const Restrictions& region) {
  return std::ranges::all_of(region, [&](const Restriction& side) {
    const auto fact = std::ranges::find(person, side.fact, &Input::name);
    return side.values.holds(fact == person.end() ? Value() : fact->value);
  });
}

Result<> count_people(const Both& both, std::span<const std::vector<Input>> population,
                      Difference& difference) {
  difference.population = population.size();
  for (const std::vector<Input>& person : population) {
    HQ_TRY(const Value before, both.before->outcome_at(person));
    HQ_TRY(const Value after, both.after->outcome_at(person));
    if (is_same(before, after)) continue;
    ++difference.changed;
    const auto place = std::ranges::find_if(difference.changes, [&](const OutcomeChange& change) {
      return is_within(person, change.where);
    });
    if (place != difference.changes.end()) ++place->people;
  }
  return {};
}

}  // namespace

Result<Difference> diff(const Question& before, const Question& after,
                        std::span<const std::vector<Input>> population, const Budget& budget) {
  HQ_TRY(Both both, both_of(before, after));
  Comparison comparison(*both.before, *both.after, false);
  const Explored explored = comparison.run(both.space, budget);
  Difference result;
  result.regions = explored.regions;
  result.is_complete = explored.open.empty();
  for (Differing& differing : comparison.found()) {
    for (const Region& region : merged(std::move(differing.regions))) {
      HQ_TRY(OutcomeChange change, change_at(both, region, true));
      result.changes.push_back(std::move(change));
    }
  }
  // Where it was not settled, one point of each is looked at.
  for (const Region& region : explored.open) {
    if (result.changes.size() >= budget.findings_max) break;
    HQ_TRY(OutcomeChange change, change_at(both, region, false));
    if (!is_same(change.before, change.after)) result.changes.push_back(std::move(change));
  }
  HQ_TRY_VOID(count_people(both, population, result));
  if (result.changes.size() > budget.findings_max) {
    result.changes.resize(budget.findings_max);
    result.is_complete = false;
  }
  return result;
}

Result<Findings> prove_between(const Question& a, const Question& b, const Budget& budget) {
  HQ_TRY(Both both, both_of(a, b));
  Comparison comparison(*both.before, *both.after, true);
  const Explored explored = comparison.run(both.space, budget);
  Findings result;
  result.regions = explored.regions;
  result.is_complete = explored.open.empty();
  for (Differing& differing : comparison.found()) {
    for (const Region& region : merged(std::move(differing.regions))) {
      HQ_TRY(const OutcomeChange change, change_at(both, region, true));
      result.findings.push_back({.kind = FindingKind::conflict,
                                 .where = a.target.name + " / " + b.target.name,
                                 .rules = {},
                                 .witness = change.witness,
                                 .outcomes = {change.before, change.after},
                                 .region = change.where,
                                 .is_proved = true});
    }
  }
  if (result.findings.size() > budget.findings_max) {
    result.findings.resize(budget.findings_max);
    result.is_complete = false;
  }
  return result;
}

}  // namespace hq::rules
