#include "rules/reason/leaves.h"

#include <algorithm>
#include <set>

namespace hq::rules {
namespace {

/// Values such that each set is the union of what behaves as some of them: of sets that come from
/// cutting one set, the first value behind each cut, every single value, and another text.
std::vector<Value> typical_values(const std::vector<const ValueSet*>& sets) {
  ValueSet points;  // each once
  std::set<Decimal> ends;
  std::set<std::string> texts;
  const Interval* like = nullptr;
  const ValueSet* other_texts = nullptr;
  for (const ValueSet* set : sets) {
    for (const Value& point : set->points()) points.insert(point);
    for (const std::string& text : set->other_than()) texts.insert(text);
    if (set->has_other_texts()) other_texts = set;
    if (!set->interval()) continue;
    like = &*set->interval();
    for (const auto& end : {like->low, like->high}) {
      if (end) ends.insert(*end);
    }
  }
  for (const std::string& text : texts) points.insert(Value(text));
  std::vector<Value> values = points.points();
  if (other_texts != nullptr) {
    ValueSet rest = ValueSet::any_text();
    for (const std::string& text : texts) {
      rest = rest.split({Value(text), Cut::Side::pick}).second;
    }
    values.push_back(rest.witness());
  }
  if (like == nullptr) return values;
  // Each end, and one place between any two of them.
  Interval between{.kind = like->kind, .step = like->step, .zone = like->zone};
  for (auto end = ends.begin();; ++end) {
    between.high.reset();
    if (end != ends.end()) between.high = *end;
    between.open_high = between.high.has_value();
    Interval gap = between;
    gap.tighten();
    if (!gap.is_empty()) values.push_back(gap.value_at(gap.some_place()));
    if (end == ends.end()) break;
    values.push_back(like->value_at(*end));
    between.low = *end;
    between.open_low = true;
  }
  return values;
}

}  // namespace

Leaves::Leaves(const Region& whole, RegionEvaluator& evaluator, const Goal& goal,
               const Budget& budget) {
  const auto note = [&](const Value& outcome) {
    const bool is_known =
        std::ranges::any_of(outcomes_, [&](const Value& one) { return is_same(one, outcome); });
    if (!is_known && outcomes_.size() < kPointsMax) outcomes_.push_back(outcome);
  };
  Budget bounded = budget;
  bounded.regions_max = std::min<uint64_t>(budget.regions_max, kLeavesMax);
  const Explored explored = explore(whole, bounded, [&](const Region& region) {
    const Abstract outcome = evaluator.outcome(region);
    const auto verdicts = evaluator.verdicts(goal, outcome);
    if (!single_verdict(verdicts.bits)) return Look{false, verdicts.doubt};
    for (const Value& point : outcome.set.points()) note(point);
    leaves_.push_back({region, verdicts.bits, {}});
    return Look{true, nullptr};
  });
  for (const Region& region : explored.open) leaves_.push_back({region, 0, {}});
  is_complete_ = explored.open.empty();
  all_ = RuleMask::all(leaves_.size());
  yes_ = no_ = depends_ = unsettled_ = RuleMask(leaves_.size());
  for (std::size_t i = 0; i < leaves_.size(); ++i) {
    const auto verdict = single_verdict(leaves_[i].verdicts);
    RuleMask& mask = !verdict                   ? unsettled_
                     : *verdict == Verdict::yes ? yes_
                     : *verdict == Verdict::no  ? no_
                                                : depends_;
    mask.set(i);
  }
  answers_.resize(whole.size());
  for (std::size_t fact = 0; fact < whole.size(); ++fact) find_answers(fact);
}

void Leaves::find_answers(std::size_t fact) {
  std::vector<const ValueSet*> sets;
  for (const Leaf& leaf : leaves_) sets.push_back(&leaf.region[fact]);
  std::set<RuleMask> seen;
  for (const Value& value : typical_values(sets)) {
    RuleMask mask = holding(fact, value);
    if (!mask.is_empty() && seen.insert(mask).second) {
      answers_[fact].push_back({value, std::move(mask)});
    }
  }
  for (std::size_t i = 0; i < leaves_.size(); ++i) {
    RuleMask answers(answers_[fact].size());
    for (std::size_t k = 0; k < answers_[fact].size(); ++k) {
      if (answers_[fact][k].leaves.test(i)) answers.set(k);
    }
    leaves_[i].answers.push_back(std::move(answers));
  }
}

RuleMask Leaves::holding(std::size_t fact, const Value& value) const {
  RuleMask mask(leaves_.size());
  for (std::size_t i = 0; i < leaves_.size(); ++i) {
    if (leaves_[i].region[fact].holds(value)) mask.set(i);
  }
  return mask;
}

uint8_t Leaves::verdicts(const RuleMask& leaves) const {
  uint8_t bits = 0;
  if (leaves.meets(yes_)) bits |= verdict_bit(Verdict::yes);
  if (leaves.meets(no_)) bits |= verdict_bit(Verdict::no);
  if (leaves.meets(depends_)) bits |= verdict_bit(Verdict::depends);
  return bits;
}

std::optional<Verdict> Leaves::verdict(const RuleMask& leaves) const {
  if (leaves.meets(unsettled_)) return std::nullopt;
  return single_verdict(verdicts(leaves));
}

std::vector<std::size_t> Leaves::relevant(const RuleMask& leaves, bool& is_exact) const {
  std::vector<const Leaf*> chosen;
  for (auto i = leaves.first(); i; i = leaves.first(*i + 1)) {
    chosen.push_back(&leaves_[*i]);
    if (*i + 1 >= leaves_.size()) break;
  }
  std::vector<bool> is_relevant(answers_.size(), false);
  is_exact = chosen.size() <= kComparedLeavesMax;
  for (std::size_t a = 0; a < chosen.size() && is_exact; ++a) {
    for (std::size_t b = a + 1; b < chosen.size(); ++b) {
      const bool is_settled = chosen[a]->verdicts != 0 && chosen[b]->verdicts != 0;
      is_exact = is_exact && is_settled;
      if (is_settled && chosen[a]->verdicts == chosen[b]->verdicts) continue;
      // Two points that differ in one fact only: all others can be the same.
      std::size_t apart = answers_.size();
      std::size_t count = 0;
      for (std::size_t fact = 0; fact < answers_.size() && count < 2; ++fact) {
        if (chosen[a]->answers[fact].meets(chosen[b]->answers[fact])) continue;
        apart = fact;
        ++count;
      }
      if (count == 1) is_relevant[apart] = true;
    }
  }
  std::vector<std::size_t> facts;
  for (std::size_t fact = 0; fact < answers_.size(); ++fact) {
    if (is_relevant[fact] || (!is_exact && answers_[fact].size() > 1)) facts.push_back(fact);
  }
  return facts;
}

}  // namespace hq::rules
