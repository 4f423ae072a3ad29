// TableProof: what can be said of the rules of one table, however it was found out: over regions of
// facts (any table), or over the boxes of its columns (fast, where each column is a fact of its
// own).
//
//   const TableProof proof = prove_table(target, space, evaluator, budget);
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rules/reason/region.h"

namespace hq::rules {

/// A set of rules.
class RuleMask {
 public:
  RuleMask() = default;
  explicit RuleMask(std::size_t rules) : words_((rules + 63) / 64) {}
  static RuleMask all(std::size_t rules);

  void set(std::size_t rule) { words_[rule / 64] |= uint64_t{1} << (rule % 64); }
  bool test(std::size_t rule) const { return (words_[rule / 64] >> (rule % 64) & 1U) != 0; }
  bool is_empty() const;
  std::size_t count() const;
  /// The first rule from `from` on; nothing: none.
  std::optional<std::size_t> first(std::size_t from = 0) const;
  RuleMask operator&(const RuleMask& other) const;
  RuleMask& operator|=(const RuleMask& other);
  bool meets(const RuleMask& other) const;
  auto operator<=>(const RuleMask&) const = default;

 private:
  std::vector<uint64_t> words_;
};

/// A table where it stands.
struct TableTarget {
  std::size_t element = 0;
  const CompiledTable* table = nullptr;
  std::string where;
  bool is_whole_logic = false;  // the table is all of the logic of a decision
};
/// All tables that an element needs, those of given elements aside.
std::vector<TableTarget> tables_of(const Program& program, std::size_t element,
                                   const std::vector<std::size_t>& given);

bool is_single_hit(HitPolicy policy);
/// A case that no rule hits is a fault: not of tables that gather all hits or have a default.
bool tells_gaps(const CompiledTable& table);

struct TableProof {
  struct Pair {
    std::optional<Region> same;    // both hit, with the same outputs
    std::optional<Region> differ;  // both hit, with different ones
  };

  bool is_complete = true;
  bool has_repeats = false;  // of regions that are alike only one is among the gaps
  uint64_t regions = 0;
  std::vector<Region> gaps;                                   // where no rule hits
  std::map<std::pair<std::size_t, std::size_t>, Pair> pairs;  // the lower rule first
  std::vector<std::optional<Region>> hit;
  /// Rules with which each one hits, with the same outputs, wherever it hits; of FIRST that decide
  /// in its place, with the same outputs, wherever it decides.
  std::vector<RuleMask> subsumers;
  std::vector<bool> is_redundant;
  std::vector<bool> decides;           // of FIRST and PRIORITY
  std::vector<RuleMask> overruled_by;  // of these: by which, for rules that hit
};

/// Do two rows give the same, different outputs, or is that not known all over the region?
enum class Likeness : uint8_t { same, different, unknown };
Likeness likeness(const Abstract& a, const Abstract& b);

/// Of regions that are alike, as all that the table needs is the same function of what is not
/// settled: look at one, or at all, so that each gap is told in full.
enum class Repeats : uint8_t { skipped, looked_at };

/// By regions of all facts: any table.
TableProof prove_by_regions(const TableTarget& target, const Space& space,
                            RegionEvaluator& evaluator, const Budget& budget, Repeats repeats);
/// By boxes of its columns, those that have facts in common taken together; nothing where that
/// cannot be (PRIORITY, allowed values of an input clause, outputs that cannot be compared).
std::optional<TableProof> prove_by_boxes(const TableTarget& target, const Space& space,
                                         RegionEvaluator& evaluator, const Budget& budget,
                                         Repeats repeats);
/// In the best of these ways.
TableProof prove_table(const TableTarget& target, const Space& space, RegionEvaluator& evaluator,
                       const Budget& budget);

/// What people are told of it; without the outcomes of pairs.
void add_findings(const TableTarget& target, const Space& space, const TableProof& proof,
                  std::vector<Finding>& findings);

}  // namespace hq::rules
