// Proofs about one table by its columns: each column falls into pieces within which every cell is
// settled; a rule is then a box of pieces, and questions about rules are questions about bit masks
// (the idea of Calvanese, Dumas et al., Semantics and Analysis of DMN Decision Tables, BPM 2016).
#include <algorithm>
#include <set>

#include "rules/reason/table_proof.h"

namespace hq::rules {
namespace {

struct Piece {
  ValueSet values;
  RuleMask rules;  // whose cell holds there
};

struct Column {
  std::size_t fact = SIZE_MAX;  // none: a constant
  std::vector<Piece> pieces;
  RuleMask everywhere;  // rules whose cell holds in all pieces
};

class Boxes {
 public:
  Boxes(const TableTarget& target, const Space& space, RegionEvaluator& evaluator,
        const Budget& budget)
      : target_(target),
        table_(*target.table),
        rules_(target.table->rules.size()),
        space_(space),
        evaluator_(evaluator),
        walker_(evaluator.walker()),
        steps_left_(budget.regions_max * kStepsPerRegion),
        findings_max_(budget.findings_max) {}

  std::optional<TableProof> prove() {
    if (!read_columns()) return std::nullopt;
    order_columns();
    proof_.hit.resize(rules_);
    proof_.decides.assign(rules_, false);
    proof_.overruled_by.assign(rules_, RuleMask(rules_));
    proof_.subsumers.assign(rules_, RuleMask(rules_));
    proof_.is_redundant.assign(rules_, false);
    find_gaps();
    for (std::size_t i = 0; i < rules_; ++i) {
      if (const auto box = box_of({i})) proof_.hit[i] = box;
    }
    if (!find_pairs()) return std::nullopt;
    if (table_.hit_policy == HitPolicy::first) find_decisive();
    proof_.is_complete = steps_left_ != 0;
    proof_.regions = steps_;
    return std::move(proof_);
  }

 private:
  // A step is an AND of masks, far cheaper than to evaluate a region.
  static constexpr uint64_t kStepsPerRegion = 100;

  bool spend() {
    if (steps_left_ == 0) return false;
    --steps_left_;
    ++steps_;
    return true;
  }

  bool read_columns() {
    const Element& element = walker_.program().element(target_.element);
    evaluator_.outcome(space_.whole);  // begins, and gives the facts their values
    AbstractScope scope(nullptr);
    scope.element = &element;
    scope.run = &walker_.run();
    std::set<std::size_t> facts;
    for (std::size_t k = 0; k < table_.inputs.size(); ++k) {
      const CompiledTable::Input& input = table_.inputs[k];
      const Abstract value = walker_.coerced(input.type, walker_.feel(input.expression, scope));
      Column column;
      if (value.constant() == nullptr) {
        const bool is_fact = value.term != nullptr && value.term->op == Term::Op::fact &&
                             value.set == space_.whole[value.term->fact];
        if (!is_fact || !facts.insert(value.term->fact).second) return false;
        column.fact = value.term->fact;
      }
      std::vector<std::size_t> all(rules_);
      for (std::size_t i = 0; i < rules_; ++i) all[i] = i;
      if (!partition(k, value, all, RuleMask(rules_), scope, column)) return false;
      column.everywhere = RuleMask::all(rules_);
      for (const Piece& piece : column.pieces) {
        column.everywhere = column.everywhere & piece.rules;
      }
      columns_.push_back(std::move(column));
    }
    return true;
  }

  /// Splits until all cells of column k are settled; `open`: those that are not yet.
  bool partition(std::size_t k, const Abstract& value, const std::vector<std::size_t>& open,
                 RuleMask hits, const AbstractScope& scope, Column& column) {
    std::vector<std::size_t> still;
    DoubtPtr doubt;
    for (const std::size_t rule : open) {
      const Judged cell = walker_.hit(table_.rules[rule].inputs[k], value, scope);
      if (cell.truths == kTrue) hits.set(rule);
      if (cell.truths == kTrue || (cell.truths & kTrue) == 0) continue;
      still.push_back(rule);
      doubt = joined(doubt, cell.doubt);
    }
    if (still.empty()) {
      if (!is_allowed(k, value, scope)) return false;
      column.pieces.push_back({value.set, std::move(hits)});
      return true;
    }
    if (column.fact == SIZE_MAX || !spend()) return false;
    // Only this fact may be split: the others stand still meanwhile.
    Region alone(space_.whole.size(), ValueSet::of(Value()));
    alone[column.fact] = value.set;
    const auto parts = split(alone, doubt);
    if (!parts) return false;
    for (const Region& part : {parts->first, parts->second}) {
      Abstract narrower = value;
      narrower.set = part[column.fact];
      if (!partition(k, narrower, still, hits, scope, column)) return false;
    }
    return true;
  }

  /// Values that the input clause does not allow would need a piece of their own.
  bool is_allowed(std::size_t k, const Abstract& value, const AbstractScope& scope) {
    const Feel& allowed = table_.inputs[k].allowed;
    if (allowed.is_empty()) return true;
    const bool is_null = value.constant() != nullptr && value.constant()->is_null();
    return is_null || walker_.hit(allowed, value, scope).truths == kTrue;
  }

  /// Those with the fewest rules that do not care come first, so that masks empty soon.
  void order_columns() {
    const auto carefree = [&](const Column& column) {
      std::size_t count = 0;
      for (std::size_t i = 0; i < rules_; ++i) count += column.everywhere.test(i) ? 1 : 0;
      return count;
    };
    std::ranges::sort(columns_, {}, carefree);
    covered_from_.assign(columns_.size() + 1, RuleMask::all(rules_));
    for (std::size_t c = columns_.size(); c-- > 0;) {
      covered_from_[c] = covered_from_[c + 1] & columns_[c].everywhere;
    }
  }

  void narrow(Region& region, std::size_t column, const ValueSet& values) const {
    if (columns_[column].fact != SIZE_MAX) region[columns_[column].fact] = values;
  }

  /// Where all of these rules hit; nothing: nowhere.
  std::optional<Region> box_of(const std::vector<std::size_t>& rules) {
    Region region = space_.whole;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      spend();
      const auto found = std::ranges::find_if(columns_[c].pieces, [&](const Piece& piece) {
        return std::ranges::all_of(rules, [&](std::size_t rule) { return piece.rules.test(rule); });
      });
      if (found == columns_[c].pieces.end()) return std::nullopt;
      narrow(region, c, found->values);
    }
    return region;
  }

  /// The different masks that the pieces of a column leave, each with its pieces.
  std::map<RuleMask, std::vector<const Piece*>> grouped(std::size_t c, const RuleMask& rules,
                                                        std::optional<std::size_t> within) {
    std::map<RuleMask, std::vector<const Piece*>> groups;
    for (const Piece& piece : columns_[c].pieces) {
      if (within && !piece.rules.test(*within)) continue;
      spend();
      groups[rules & piece.rules].push_back(&piece);
    }
    return groups;
  }

  void find_gaps() {
    if (table_.rules.empty()) {
      proof_.gaps.push_back(space_.whole);
      return;
    }
    std::set<std::pair<std::size_t, RuleMask>> covered;
    add_gaps(0, RuleMask::all(rules_), space_.whole, covered);
  }

  /// True where there is none from this column on.
  bool add_gaps(std::size_t c, const RuleMask& rules, const Region& region,
                std::set<std::pair<std::size_t, RuleMask>>& covered) {
    if (rules.is_empty()) {
      proof_.gaps.push_back(region);
      return false;
    }
    if (rules.meets(covered_from_[c]) || covered.contains({c, rules})) return true;
    bool is_covered = true;
    for (const auto& [left, pieces] : grouped(c, rules, std::nullopt)) {
      if (steps_left_ == 0 || proof_.gaps.size() > findings_max_) return false;
      bool is_first = true;
      for (const Piece* piece : pieces) {
        // What one piece shows holds for the others; only gaps are listed one by one.
        if (!is_first && is_covered) break;
        Region narrower = region;
        narrow(narrower, c, piece->values);
        is_covered = add_gaps(c + 1, left, narrower, covered) && is_covered;
        is_first = false;
      }
    }
    if (is_covered) covered.emplace(c, rules);
    return is_covered;
  }

  /// False where outputs cannot be compared.
  bool find_pairs() {
    std::vector<Abstract> rows;
    for (std::size_t i = 0; i < rules_; ++i) rows.push_back(row(i));
    for (std::size_t a = 0; a < rules_; ++a) {
      for (std::size_t b = a + 1; b < rules_; ++b) {
        auto both = box_of({a, b});
        if (!both) continue;
        const Likeness like = likeness(rows[a], rows[b]);
        if (like == Likeness::unknown) return false;
        TableProof::Pair& pair = proof_.pairs[{a, b}];
        (like == Likeness::same ? pair.same : pair.differ) = std::move(both);
        if (like != Likeness::same) continue;
        if (lies_within(a, b)) proof_.subsumers[a].set(b);
        if (lies_within(b, a)) proof_.subsumers[b].set(a);
      }
    }
    return true;
  }

  Abstract row(std::size_t rule) {
    AbstractScope scope(nullptr);
    scope.element = &walker_.program().element(target_.element);
    scope.run = &walker_.run();
    Abstract::Members outputs;
    for (std::size_t i = 0; i < table_.outputs.size(); ++i) {
      outputs.push_back(
          {std::to_string(i), walker_.coerced(table_.outputs[i].type,
                                              walker_.feel(table_.rules[rule].outputs[i], scope))});
    }
    return Abstract::of_members(std::move(outputs));
  }

  bool lies_within(std::size_t rule, std::size_t other) const {
    return std::ranges::all_of(columns_, [&](const Column& column) {
      return std::ranges::all_of(column.pieces, [&](const Piece& piece) {
        return !piece.rules.test(rule) || piece.rules.test(other);
      });
    });
  }

  /// Of FIRST: which rules decide anywhere, and which of these could go.
  void find_decisive() {
    for (std::size_t rule = 0; rule < rules_; ++rule) {
      if (!proof_.hit[rule]) continue;
      RuleMask earlier(rules_);
      for (std::size_t i = 0; i < rule; ++i) {
        if (proof_.pairs.contains({i, rule})) earlier.set(i);
      }
      std::set<std::pair<std::size_t, RuleMask>> covered;
      proof_.decides[rule] = !is_covered(0, rule, earlier, covered);
      if (!proof_.decides[rule]) {
        proof_.overruled_by[rule] = earlier;
        continue;
      }
      RuleMask others(rules_);
      bool has_alike = false;
      for (std::size_t i = 0; i < rules_; ++i) {
        const auto pair = proof_.pairs.find({std::min(i, rule), std::max(i, rule)});
        if (i == rule || pair == proof_.pairs.end()) continue;
        others.set(i);
        has_alike = has_alike || (i > rule && pair->second.same);
      }
      if (!has_alike) continue;
      covered.clear();
      proof_.is_redundant[rule] = is_replaced(0, rule, others, covered) && steps_left_ != 0;
    }
  }

  /// Do these rules hit wherever the rule does, from this column on?
  bool is_covered(std::size_t c, std::size_t rule, const RuleMask& by,
                  std::set<std::pair<std::size_t, RuleMask>>& covered) {
    if (by.is_empty()) return false;
    if (by.meets(covered_from_[c]) || covered.contains({c, by})) return true;
    if (c == columns_.size()) return true;
    for (const auto& [left, pieces] : grouped(c, by, rule)) {
      if (steps_left_ == 0 || !is_covered(c + 1, rule, left, covered)) return false;
    }
    covered.emplace(c, by);
    return true;
  }

  /// Wherever the rule is the first of all, does the next one have the same outputs?
  bool is_replaced(std::size_t c, std::size_t rule, const RuleMask& others,
                   std::set<std::pair<std::size_t, RuleMask>>& replaced) {
    const auto before = (others & covered_from_[c]).first();
    if ((before && *before < rule) || replaced.contains({c, others})) return true;
    const auto next = others.first(rule);
    if (!next) return others.first().has_value() && is_covered_by_earlier(c, rule, others);
    if (c == columns_.size()) {
      if (*others.first() < rule) return true;
      return proof_.pairs[{rule, *next}].same.has_value();
    }
    for (const auto& [left, pieces] : grouped(c, others, rule)) {
      if (steps_left_ == 0 || !is_replaced(c + 1, rule, left, replaced)) return false;
    }
    replaced.emplace(c, others);
    return true;
  }

  bool is_covered_by_earlier(std::size_t c, std::size_t rule, const RuleMask& earlier) {
    std::set<std::pair<std::size_t, RuleMask>> covered;
    return is_covered(c, rule, earlier, covered);
  }

  const TableTarget& target_;
  const CompiledTable& table_;
  std::size_t rules_;
  const Space& space_;
  RegionEvaluator& evaluator_;
  AbstractWalker& walker_;
  uint64_t steps_left_;
  uint64_t steps_ = 0;
  std::size_t findings_max_;
  std::vector<Column> columns_;
  std::vector<RuleMask> covered_from_;  // rules that hold in all columns from one on
  TableProof proof_;
};

}  // namespace

std::optional<TableProof> prove_by_boxes(const TableTarget& target, const Space& space,
                                         RegionEvaluator& evaluator, const Budget& budget) {
  if (!target.is_whole_logic || target.table->hit_policy == HitPolicy::priority)
    return std::nullopt;
  return Boxes(target, space, evaluator, budget).prove();
}

}  // namespace hq::rules
