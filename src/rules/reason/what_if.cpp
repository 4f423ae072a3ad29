// The least change that reaches a goal: branch and bound over regions, the cheapest first. The cost
// of a region is that of its nearest point, so the first region whose nearest point reaches the
// goal has the least cost of all.
#include <algorithm>
#include <queue>

#include "base/assert.h"
#include "rules/reason/region.h"

namespace hq::rules {
namespace {

/// What one fact costs: nothing where it stays.
struct Step {
  Value to;
  Decimal cost;
  bool is_reached = true;
};

Decimal unit_of(TypeKind kind) {
  switch (kind) {
    case TypeKind::date_time:
    case TypeKind::days_duration:
      return Decimal(86'400);
    case TypeKind::time:
      return Decimal(3600);
    default:
      return Decimal(1);
  }
}

Decimal sum_of(const Decimal& a, const Decimal& b) {
  return add(a, b).value_or(a);
}

class Search {
 public:
  Search(const Space& space, RegionEvaluator& evaluator, std::vector<Input> now,
         std::vector<std::optional<Changeable>> prices, const Goal& goal, const Budget& budget)
      : space_(space),
        evaluator_(evaluator),
        now_(std::move(now)),
        prices_(std::move(prices)),
        goal_(goal),
        budget_(budget) {}

  Result<WhatIf> run() {
    push(start(), 0);
    while (!open_.empty()) {
      const Open next = open_.top();
      open_.pop();
      if (best_ && next.cost > best_->infimum) break;
      if (looked_at_ >= budget_.regions_max || next.depth > budget_.depth_max) {
        is_complete_ = false;
        break;
      }
      ++looked_at_;
      HQ_TRY(const bool is_found, look(next));
      if (is_found) break;
    }
    return answer();
  }

 private:
  struct Open {
    Decimal cost;
    uint64_t number = 0;  // of equal ones the older first
    uint32_t depth = 0;
    std::shared_ptr<const Region> region;
    bool operator<(const Open& other) const {
      return cost > other.cost || (cost == other.cost && number > other.number);
    }
  };
  struct Best {
    std::vector<Step> steps;
    Decimal cost;     // of these
    Decimal infimum;  // nothing is cheaper than this
    bool is_least = false;
    Value outcome;
  };

  Region start() const {
    Region region;
    for (std::size_t i = 0; i < now_.size(); ++i) {
      ValueSet values = ValueSet::of(now_[i].value);
      if (prices_[i]) {
        values = space_.whole[i].split({Value(), Cut::Side::pick}).second;  // not to null
        values.insert(now_[i].value);
      }
      region.push_back(std::move(values));
    }
    return region;
  }

  Step cheapest(std::size_t fact, const ValueSet& values) const {
    const Value& from = now_[fact].value;
    if (values.holds(from)) return {from, Decimal(0)};
    const Changeable& price = *prices_[fact];
    std::optional<Step> best;
    const auto take = [&](Step step) {
      if (!best || step.cost < best->cost ||
          (step.cost == best->cost && step.is_reached && !best->is_reached)) {
        best = std::move(step);
      }
    };
    const auto priced = [&](const Decimal& distance) {
      const auto units = divide(distance, unit_of(scale_of(from)));
      return units ? multiply(*units, price.weight).value_or(price.weight) : price.weight;
    };
    const std::optional<Decimal> place = price.is_flat ? std::nullopt : place_of(from);
    for (const Value& point : values.points()) {
      const auto other =
          place && scale_of(point) == scale_of(from) ? place_of(point) : std::nullopt;
      const auto distance = other ? subtract(*other, *place) : std::nullopt;
      take({point, distance ? priced(absolute(*distance)) : price.weight});
    }
    if (const auto& interval = values.interval()) {
      if (place && interval->place(from)) {
        const Interval::Nearest nearest = interval->nearest(*place);
        take({interval->value_at(nearest.place), priced(nearest.distance), nearest.is_reached});
      } else {
        take({interval->value_at(interval->some_place()), price.weight});
      }
    }
    if (values.has_other_texts()) take({values.without_points().witness(), price.weight});
    HQ_ASSERT(best.has_value());
    return *best;
  }

  std::vector<Step> steps_to(const Region& region) const {
    std::vector<Step> steps;
    for (std::size_t i = 0; i < region.size(); ++i) steps.push_back(cheapest(i, region[i]));
    return steps;
  }
  static Decimal total(const std::vector<Step>& steps) {
    Decimal sum(0);
    for (const Step& step : steps) sum = sum_of(sum, step.cost);
    return sum;
  }

  void push(Region region, uint32_t depth) {
    const Decimal cost = total(steps_to(region));
    open_.push({cost, ++pushed_, depth, std::make_shared<const Region>(std::move(region))});
  }

  /// True where the least cost is found.
  Result<bool> look(const Open& open) {
    const Abstract outcome = evaluator_.outcome(*open.region);
    const auto verdicts = evaluator_.verdicts(goal_, outcome);
    if ((verdicts.bits & verdict_bit(Verdict::yes)) == 0) return false;
    HQ_TRY(const bool is_found, try_nearest(open));
    if (is_found) return true;
    // All of it reaches the goal, but its cheapest end is not part of it.
    if (verdicts.bits == verdict_bit(Verdict::yes)) return false;
    auto parts = split(*open.region, verdicts.doubt);
    if (!parts) {
      is_complete_ = false;
      return false;
    }
    push(std::move(parts->first), open.depth + 1);
    push(std::move(parts->second), open.depth + 1);
    return false;
  }

  Result<bool> try_nearest(const Open& open) {
    std::vector<Step> steps = steps_to(*open.region);
    std::vector<Input> inputs = now_;
    for (std::size_t i = 0; i < steps.size(); ++i) inputs[i].value = steps[i].to;
    HQ_TRY(const Value outcome, evaluator_.outcome_at(inputs));
    if (goal_(outcome) != Verdict::yes) return false;
    const bool is_reached = std::ranges::all_of(steps, &Step::is_reached);
    Decimal cost(0);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      cost = sum_of(cost, cheapest(i, ValueSet::of(steps[i].to)).cost);
    }
    if (best_ && (best_->cost <= cost && !is_reached)) return false;
    best_ = Best{std::move(steps), cost, open.cost, is_reached, outcome};
    return is_reached;
  }

  WhatIf answer() const {
    WhatIf way;
    if (!best_) {
      way.kind = is_complete_ ? WhatIf::Kind::impossible : WhatIf::Kind::not_settled;
      return way;
    }
    way.kind = WhatIf::Kind::possible;
    way.cost = best_->cost;
    way.is_least_proved = best_->is_least && is_complete_;
    way.outcome = best_->outcome;
    for (std::size_t i = 0; i < now_.size(); ++i) {
      const Value& to = best_->steps[i].to;
      if (is_same(to, now_[i].value)) continue;
      way.changes.push_back({now_[i].name, now_[i].value, to, cheapest(i, ValueSet::of(to)).cost});
    }
    return way;
  }

  const Space& space_;
  RegionEvaluator& evaluator_;
  std::vector<Input> now_;
  std::vector<std::optional<Changeable>> prices_;
  const Goal& goal_;
  const Budget& budget_;
  std::priority_queue<Open> open_;
  uint64_t pushed_ = 0;
  uint64_t looked_at_ = 0;
  bool is_complete_ = true;
  std::optional<Best> best_;
};

}  // namespace

Result<WhatIf> what_if(const Question& question, const std::vector<Input>& facts,
                       std::span<const Changeable> changeable, const Goal& goal,
                       const Budget& budget) {
  HQ_TRY(const Space space, Space::of(question));
  HQ_TRY(const auto evaluator, RegionEvaluator::make(question, space));
  HQ_TRY(std::vector<Input> now, space.point(facts));
  std::vector<std::optional<Changeable>> prices(now.size());
  for (const Changeable& one : changeable) {
    const auto fact = space.find(one.fact);
    if (!fact) return unknown_fact(one.fact);
    if (one.weight.is_negative()) {
      return fail(ErrorCode::invalid_argument, "the weight of a change must not be negative",
                  "变更的权重不能为负", one.fact);
    }
    prices[*fact] = one;
  }
  HQ_TRY(const Value outcome, evaluator->outcome_at(now));
  if (goal(outcome) == Verdict::yes) {
    WhatIf already;
    already.kind = WhatIf::Kind::already;
    already.is_least_proved = true;
    already.outcome = outcome;
    return already;
  }
  return Search(space, *evaluator, std::move(now), std::move(prices), goal, budget).run();
}

}  // namespace hq::rules
