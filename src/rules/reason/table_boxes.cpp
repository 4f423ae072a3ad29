// Proofs about one table by its columns. Columns that depend on facts in common, through whatever
// decisions, stand together; so these groups are independent of each other. Each falls into pieces
// within which all its cells are settled; a rule is then a box of pieces, and questions about rules
// are questions about bit masks (the idea of Calvanese, Dumas et al., Semantics and Analysis of DMN
// Decision Tables, BPM 2016).
#include <algorithm>
#include <set>

#include "rules/reason/merge.h"
#include "rules/reason/table_proof.h"

namespace hq::rules {
namespace {

/// Part of what the facts of a group may be.
struct Piece {
  std::vector<Region> regions;  // disjoint; the facts of other groups stand still in them
  RuleMask rules;               // whose cells of this group all hold there
};

/// Columns that have facts in common, with all facts that they depend on.
struct Group {
  std::vector<std::size_t> columns;
  std::vector<std::size_t> facts;
  std::vector<Piece> pieces;  // each with other rules
  RuleMask everywhere;        // rules whose cells hold in all pieces
};

class Boxes {
 public:
  Boxes(const TableTarget& target, const Space& space, RegionEvaluator& evaluator,
        const Budget& budget, Repeats repeats)
      : table_(*target.table),
        rules_(target.table->rules.size()),
        space_(space),
        evaluator_(evaluator),
        walker_(evaluator.walker()),
        index_(target.element),
        element_(walker_.program().element(target.element)),
        budget_(budget),
        repeats_(repeats),
        steps_left_(budget.regions_max * kStepsPerRegion) {}

  std::optional<TableProof> prove() {
    if (!read_groups()) return std::nullopt;
    order_groups();
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

  bool read_groups() {
    for (std::size_t k = 0; k < table_.inputs.size(); ++k) {
      // Values that a clause does not allow make the table null before any rule is looked at.
      if (!table_.inputs[k].allowed.is_empty()) return false;
      Group group{{k}, facts_of(k), {}, {}};
      for (std::size_t i = groups_.size(); i-- > 0;) {
        if (!is_common(groups_[i].facts, group.facts)) continue;
        group.columns.insert(group.columns.end(), groups_[i].columns.begin(),
                             groups_[i].columns.end());
        add_facts(groups_[i].facts, group.facts);
        groups_.erase(groups_.begin() + static_cast<std::ptrdiff_t>(i));
      }
      groups_.push_back(std::move(group));
    }
    return std::ranges::all_of(groups_, [&](Group& group) { return find_pieces(group); });
  }

  static bool is_common(const std::vector<std::size_t>& a, const std::vector<std::size_t>& b) {
    return std::ranges::any_of(
        a, [&](std::size_t fact) { return std::ranges::find(b, fact) != b.end(); });
  }
  static void add_facts(const std::vector<std::size_t>& more, std::vector<std::size_t>& facts) {
    for (const std::size_t fact : more) {
      if (std::ranges::find(facts, fact) == facts.end()) facts.push_back(fact);
    }
  }

  /// Facts that the input and the cells of a column depend on, through whatever they name.
  std::vector<std::size_t> facts_of(std::size_t column) {
    std::vector<std::size_t> facts;
    const auto take = [&](const Feel& feel) {
      if (!feel.tree) return;
      for (const std::string& name : walker_.names_in(*feel.tree)) {
        for (const Element::Need& need : element_.needs) {
          const Element& other = walker_.program().element(need.element);
          if (name != (need.prefix.empty() ? other.name : need.prefix)) continue;
          for (const std::size_t one : walker_.required_by(need.element)) {
            if (const auto fact = evaluator_.fact_of(one)) add_facts({*fact}, facts);
          }
        }
      }
    };
    take(table_.inputs[column].expression);
    for (const CompiledTable::Rule& rule : table_.rules) take(rule.inputs[column]);
    return facts;
  }

  /// Splits the facts of the group until all cells of its columns are settled.
  bool find_pieces(Group& group) {
    Region whole;  // other facts make no difference here, and must not be split
    for (const ValueSet& values : space_.whole) whole.push_back(ValueSet::of(values.witness()));
    for (const std::size_t fact : group.facts) whole[fact] = space_.whole[fact];
    std::map<RuleMask, std::vector<Region>> found;
    std::vector<std::size_t> order;
    if (repeats_ == Repeats::skipped) order = evaluator_.facts_behind(index_);
    const Explored explored = explore(
        whole, budget_,
        [&](const Region& region) {
          evaluator_.begin(region);
          AbstractScope scope(nullptr);
          scope.element = &element_;
          scope.run = &walker_.run();
          std::vector<Abstract> inputs;
          for (const std::size_t k : group.columns) {
            const CompiledTable::Input& input = table_.inputs[k];
            inputs.push_back(walker_.coerced(input.type, walker_.feel(input.expression, scope)));
          }
          RuleMask rules(rules_);
          DoubtPtr doubt;
          for (std::size_t i = 0; i < rules_; ++i) {
            const Judged all = cells_of(group, i, inputs, scope);
            if (all.truths == kTrue) rules.set(i);
            if ((all.truths & kTrue) != 0) doubt = joined(doubt, all.doubt);
          }
          if (walker_.has_given_up()) return Look{false, nullptr};
          if (doubt == nullptr) found[rules].push_back(region);
          Look look{doubt == nullptr, doubt};
          if (doubt != nullptr && repeats_ == Repeats::skipped) look.key = walker_.key_of(index_);
          return look;
        },
        order);
    steps_ += explored.regions;
    proof_.has_repeats = proof_.has_repeats || explored.has_repeats;
    if (!explored.open.empty()) return false;
    group.everywhere = RuleMask::all(rules_);
    for (auto& [rules, regions] : found) {
      group.everywhere = group.everywhere & rules;
      group.pieces.push_back({merged(std::move(regions)), rules});
    }
    return true;
  }

  /// Do all cells of a rule in these columns hold?
  Judged cells_of(const Group& group, std::size_t rule, const std::vector<Abstract>& inputs,
                  const AbstractScope& scope) {
    Judged all{kTrue, {}, nullptr};
    for (std::size_t c = 0; c < group.columns.size(); ++c) {
      Judged cell = walker_.hit(table_.rules[rule].inputs[group.columns[c]], inputs[c], scope);
      if (cell.truths == kTrue) continue;
      if ((cell.truths & kTrue) == 0) return {kFalse, {}, nullptr};
      // What is not settled has to be split, though nobody may know where.
      if (cell.doubt == nullptr) cell.doubt = std::make_shared<const Doubt>();
      all.join(cell);
    }
    return all;
  }

  /// Those with the fewest rules that do not care come first, so that masks empty soon.
  void order_groups() {
    std::ranges::sort(groups_, {}, [](const Group& group) { return group.everywhere.count(); });
    covered_from_.assign(groups_.size() + 1, RuleMask::all(rules_));
    for (std::size_t c = groups_.size(); c-- > 0;) {
      covered_from_[c] = covered_from_[c + 1] & groups_[c].everywhere;
    }
  }

  void narrow(Region& region, std::size_t group, const Region& part) const {
    for (const std::size_t fact : groups_[group].facts) region[fact] = part[fact];
  }

  /// Where all of these rules hit; nothing: nowhere.
  std::optional<Region> box_of(const std::vector<std::size_t>& rules) {
    Region region = space_.whole;
    for (std::size_t c = 0; c < groups_.size(); ++c) {
      spend();
      const auto found = std::ranges::find_if(groups_[c].pieces, [&](const Piece& piece) {
        return std::ranges::all_of(rules, [&](std::size_t rule) { return piece.rules.test(rule); });
      });
      if (found == groups_[c].pieces.end()) return std::nullopt;
      narrow(region, c, found->regions.front());
    }
    return region;
  }

  /// The different masks that the pieces of a group leave, each with its pieces.
  std::map<RuleMask, std::vector<const Piece*>> left_by(std::size_t c, const RuleMask& rules,
                                                        std::optional<std::size_t> within) {
    std::map<RuleMask, std::vector<const Piece*>> groups;
    for (const Piece& piece : groups_[c].pieces) {
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

  /// True where there is none from this group on.
  bool add_gaps(std::size_t c, const RuleMask& rules, const Region& region,
                std::set<std::pair<std::size_t, RuleMask>>& covered) {
    if (rules.is_empty()) {
      proof_.gaps.push_back(region);
      return false;
    }
    if (rules.meets(covered_from_[c]) || covered.contains({c, rules})) return true;
    bool is_covered = true;
    for (const auto& [left, pieces] : left_by(c, rules, std::nullopt)) {
      if (steps_left_ == 0 || proof_.gaps.size() > budget_.findings_max) return false;
      // What one piece shows holds for the others; only gaps are listed one by one.
      bool has_gap = false;
      for (const Piece* piece : pieces) {
        for (const Region& part : piece->regions) {
          if ((piece != pieces.front() || &part != piece->regions.data()) && !has_gap) break;
          Region narrower = region;
          narrow(narrower, c, part);
          has_gap = !add_gaps(c + 1, left, narrower, covered) || has_gap;
        }
      }
      is_covered = is_covered && !has_gap;
    }
    if (is_covered) covered.emplace(c, rules);
    return is_covered;
  }

  /// False where outputs cannot be compared.
  bool find_pairs() {
    std::vector<Abstract> rows;
    evaluator_.begin(space_.whole);
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
    scope.element = &element_;
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
    return std::ranges::all_of(groups_, [&](const Group& group) {
      return std::ranges::all_of(group.pieces, [&](const Piece& piece) {
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

  /// Do these rules hit wherever the rule does, from this group on?
  bool is_covered(std::size_t c, std::size_t rule, const RuleMask& by,
                  std::set<std::pair<std::size_t, RuleMask>>& covered) {
    if (by.is_empty()) return false;
    if (by.meets(covered_from_[c]) || covered.contains({c, by})) return true;
    if (c == groups_.size()) return true;
    for (const auto& [left, pieces] : left_by(c, by, rule)) {
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
    if (c == groups_.size()) {
      if (*others.first() < rule) return true;
      return proof_.pairs[{rule, *next}].same.has_value();
    }
    for (const auto& [left, pieces] : left_by(c, others, rule)) {
      if (steps_left_ == 0 || !is_replaced(c + 1, rule, left, replaced)) return false;
    }
    replaced.emplace(c, others);
    return true;
  }

  bool is_covered_by_earlier(std::size_t c, std::size_t rule, const RuleMask& earlier) {
    std::set<std::pair<std::size_t, RuleMask>> covered;
    return is_covered(c, rule, earlier, covered);
  }

  const CompiledTable& table_;
  std::size_t rules_;
  const Space& space_;
  RegionEvaluator& evaluator_;
  AbstractWalker& walker_;
  std::size_t index_;
  const Element& element_;
  const Budget& budget_;
  Repeats repeats_;
  uint64_t steps_left_;
  uint64_t steps_ = 0;
  std::vector<Group> groups_;
  std::vector<RuleMask> covered_from_;  // rules that hold in all groups from one on
  TableProof proof_;
};

}  // namespace

std::optional<TableProof> prove_by_boxes(const TableTarget& target, const Space& space,
                                         RegionEvaluator& evaluator, const Budget& budget,
                                         Repeats repeats) {
  if (!target.is_whole_logic || target.table->hit_policy == HitPolicy::priority)
    return std::nullopt;
  return Boxes(target, space, evaluator, budget, repeats).prove();
}

}  // namespace hq::rules
