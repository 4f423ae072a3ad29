#include "rules/reason/table_proof.h"

#include <algorithm>
#include <bit>

namespace hq::rules {

RuleMask RuleMask::all(std::size_t rules) {
  RuleMask mask(rules);
  for (std::size_t i = 0; i < rules; ++i) mask.set(i);
  return mask;
}

bool RuleMask::is_empty() const {
  return std::ranges::all_of(words_, [](uint64_t word) { return word == 0; });
}

std::size_t RuleMask::count() const {
  std::size_t count = 0;
  for (const uint64_t word : words_) count += static_cast<std::size_t>(std::popcount(word));
  return count;
}

std::optional<std::size_t> RuleMask::first(std::size_t from) const {
  for (std::size_t i = from / 64; i < words_.size(); ++i) {
    uint64_t word = words_[i];
    if (i == from / 64) word &= ~uint64_t{0} << (from % 64);
    if (word != 0) return i * 64 + static_cast<std::size_t>(std::countr_zero(word));
  }
  return std::nullopt;
}

RuleMask RuleMask::operator&(const RuleMask& other) const {
  RuleMask result = *this;
  for (std::size_t i = 0; i < words_.size(); ++i) result.words_[i] &= other.words_[i];
  return result;
}

RuleMask& RuleMask::operator|=(const RuleMask& other) {
  for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
  return *this;
}

bool RuleMask::meets(const RuleMask& other) const {
  for (std::size_t i = 0; i < words_.size(); ++i) {
    if ((words_[i] & other.words_[i]) != 0) return true;
  }
  return false;
}

namespace {

void add_tables(const Logic& logic, TableTarget target, std::vector<TableTarget>& tables) {
  if (logic.table) {
    target.table = logic.table.get();
    tables.push_back(target);
  }
  target.is_whole_logic = false;
  for (const LogicPtr& part : logic.parts) {
    if (part) add_tables(*part, target, tables);
  }
}

void add_elements(const Program& program, std::size_t index, std::vector<std::size_t>& seen) {
  if (std::ranges::find(seen, index) != seen.end()) return;
  seen.push_back(index);
  const Element& element = program.element(index);
  for (const std::size_t output : element.outputs) add_elements(program, output, seen);
  for (const Element::Need& need : element.needs) add_elements(program, need.element, seen);
}

}  // namespace

std::vector<TableTarget> tables_of(const Program& program, std::size_t element,
                                   const std::vector<std::size_t>& given) {
  std::vector<std::size_t> seen = given;
  add_elements(program, element, seen);
  std::vector<TableTarget> tables;
  for (std::size_t i = given.size(); i < seen.size(); ++i) {
    const Element& one = program.element(seen[i]);
    if (!one.logic) continue;
    const bool is_decision = one.kind == ElementKind::decision;
    add_tables(*one.logic, {seen[i], nullptr, one.where, is_decision}, tables);
  }
  return tables;
}

bool is_single_hit(HitPolicy policy) {
  return policy == HitPolicy::unique || policy == HitPolicy::any || policy == HitPolicy::first ||
         policy == HitPolicy::priority;
}

bool tells_gaps(const CompiledTable& table) {
  const bool has_default = std::ranges::any_of(
      table.outputs, [](const CompiledTable::Output& one) { return !one.fallback.is_empty(); });
  return is_single_hit(table.hit_policy) && !has_default;
}

Likeness likeness(const Abstract& a, const Abstract& b) {
  if (is_same_term(a.term, b.term)) return Likeness::same;
  const auto left = settled_value(a);
  const auto right = settled_value(b);
  if (left && right) return is_same(*left, *right) ? Likeness::same : Likeness::different;
  if (a.members && b.members && a.set.is_empty() && b.set.is_empty() &&
      a.members->size() == b.members->size()) {
    Likeness all = Likeness::same;
    for (std::size_t i = 0; i < a.members->size(); ++i) {
      if ((*a.members)[i].name != (*b.members)[i].name) return Likeness::unknown;
      const Likeness one = likeness((*a.members)[i].value, (*b.members)[i].value);
      if (one == Likeness::different) return one;
      if (one == Likeness::unknown) all = one;
    }
    return all;
  }
  const bool is_apart =
      a.is_plain() && b.is_plain() && !a.set.meets(b.set) && !(a.may_be_null() && b.may_be_null());
  return is_apart ? Likeness::different : Likeness::unknown;
}

namespace {

/// Gathers what settled regions say.
class Gathering {
 public:
  Gathering(const CompiledTable& table, TableProof& proof) : table_(table), proof_(proof) {
    const std::size_t rules = table.rules.size();
    proof_.hit.resize(rules);
    proof_.decides.assign(rules, false);
    proof_.overruled_by.assign(rules, RuleMask(rules));
    proof_.subsumers.assign(rules, RuleMask::all(rules));
    proof_.is_redundant.assign(rules, true);
  }

  /// False where outputs of rules that hit cannot be compared over all of the region.
  bool take(const TableHits& hits, const Region& region) {
    std::vector<std::size_t> rules;
    for (std::size_t i = 0; i < hits.rules.size(); ++i) {
      if (hits.rules[i] == TableHits::Hit::must) rules.push_back(i);
    }
    if (rules.empty()) {
      proof_.gaps.push_back(region);
      return true;
    }
    if (table_.hit_policy == HitPolicy::priority && !hits.decider) return false;
    std::map<std::pair<std::size_t, std::size_t>, bool> is_same;
    for (std::size_t a = 0; a < rules.size(); ++a) {
      for (std::size_t b = a + 1; b < rules.size(); ++b) {
        const auto pair = std::pair(rules[a], rules[b]);
        const Likeness like = likeness(hits.rows[pair.first], hits.rows[pair.second]);
        if (like == Likeness::unknown && !is_single(region)) return false;
        is_same[pair] = like == Likeness::same;
      }
    }
    const auto same = [&](std::size_t a, std::size_t b) {
      return a == b || is_same[{std::min(a, b), std::max(a, b)}];
    };
    for (const auto& [pair, alike] : is_same) {
      auto& place = alike ? proof_.pairs[pair].same : proof_.pairs[pair].differ;
      if (!place) place = region;
    }
    RuleMask all(hits.rules.size());
    for (const std::size_t rule : rules) {
      all.set(rule);
      if (!proof_.hit[rule]) proof_.hit[rule] = region;
    }
    const bool is_first = table_.hit_policy == HitPolicy::first;
    for (std::size_t i = 0; i < rules.size(); ++i) {
      const std::size_t rule = rules[i];
      if (hits.decider == rule) proof_.decides[rule] = true;
      if (hits.decider && hits.decider != rule) proof_.overruled_by[rule].set(*hits.decider);
      if (is_first && hits.decider != rule) continue;
      RuleMask alike(hits.rules.size());
      for (const std::size_t other : rules) {
        if (other != rule && same(rule, other)) alike.set(other);
      }
      proof_.subsumers[rule] = proof_.subsumers[rule] & alike;
      const bool has_next = i + 1 < rules.size() && same(rule, rules[i + 1]);
      if (!has_next) proof_.is_redundant[rule] = false;
    }
    return true;
  }

 private:
  static bool is_single(const Region& region) {
    return std::ranges::all_of(region, [](const ValueSet& set) { return set.single() != nullptr; });
  }

  const CompiledTable& table_;
  TableProof& proof_;
};

}  // namespace

TableProof prove_by_regions(const TableTarget& target, const Space& space,
                            RegionEvaluator& evaluator, const Budget& budget, Repeats repeats) {
  TableProof proof;
  Gathering gathering(*target.table, proof);
  AbstractWalker& walker = evaluator.walker();
  walker.watch(target.table, target.element);
  std::vector<std::size_t> order;
  if (repeats == Repeats::skipped) order = evaluator.facts_behind(target.element);
  const Explored explored = explore(
      space.whole, budget,
      [&](const Region& region) {
        const Abstract outcome = evaluator.outcome(region);
        if (walker.has_given_up()) return Look{false, outcome.why()};
        DoubtPtr doubt;
        bool is_settled = true;
        for (const TableHits& hits : walker.hits()) {
          if (hits.is_settled()) continue;
          is_settled = false;
          doubt = joined(doubt, hits.doubt);
          if (!hits.is_certain) doubt = joined(doubt, outcome.why());
        }
        for (const TableHits& hits : walker.hits()) {
          if (!is_settled) break;
          if (gathering.take(hits, region)) continue;
          is_settled = false;
          for (const Abstract& row : hits.rows) doubt = joined(doubt, row.why());
        }
        Look look{is_settled, std::move(doubt)};
        // Where the table is asked for itself, it is looked at once, and needs what its element
        // does.
        const bool has_key = repeats == Repeats::skipped && target.element == evaluator.target();
        if (has_key && !is_settled) look.key = walker.key_of(target.element);
        return look;
      },
      order);
  walker.watch_nothing();
  proof.has_repeats = explored.has_repeats;
  proof.regions = explored.regions;
  proof.is_complete = explored.open.empty();
  return proof;
}

TableProof prove_table(const TableTarget& target, const Space& space, RegionEvaluator& evaluator,
                       const Budget& budget) {
  const auto prove = [&](Repeats repeats) {
    auto proof = prove_by_boxes(target, space, evaluator, budget, repeats);
    return proof ? *std::move(proof) : prove_by_regions(target, space, evaluator, budget, repeats);
  };
  TableProof proof = prove(Repeats::skipped);
  if (!proof.has_repeats || proof.gaps.empty() || !tells_gaps(*target.table)) return proof;
  TableProof full = prove(Repeats::looked_at);
  full.regions += proof.regions;
  if (full.is_complete) return full;
  // Then there is a gap of each kind at least.
  proof.regions = full.regions;
  proof.is_complete = false;
  return proof;
}

}  // namespace hq::rules
