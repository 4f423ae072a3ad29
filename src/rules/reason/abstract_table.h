// AbstractTable: one decision table over a region: each rule must hit, may hit or cannot, and the
// hit policy says which outcomes that leaves.
//
// A helper of AbstractWalker; lives for one look at the table.
#pragma once

#include <optional>
#include <vector>

#include "rules/reason/abstract_walker.h"

namespace hq::rules {

class AbstractTable {
 public:
  AbstractTable(AbstractWalker& walker, const CompiledTable& table, const AbstractScope& scope)
      : walker_(walker), table_(table), scope_(scope) {}

  Abstract decide();

 private:
  using Hit = TableHits::Hit;
  using Hits = std::vector<std::size_t>;

  /// False where no input is allowed; `may_be_refused_` where some are not.
  bool read_inputs();
  void find_hits();
  void note_hits();
  Abstract decided();
  Abstract decided_by(const Hits& hits);
  Abstract without_hits();
  Abstract any(const Hits& hits);
  Abstract collected(const Hits& hits);
  Abstract aggregated(std::vector<Abstract> column);
  Abstract list_of_rows(const Hits& hits);
  /// Nothing where the order of outputs that are not single values would have to be known.
  std::optional<Hits> by_priority(const Hits& hits);
  const Abstract& row(std::size_t rule);
  Abstract value_of(std::vector<Abstract> outputs) const;

  AbstractWalker& walker_;
  const CompiledTable& table_;
  const AbstractScope& scope_;
  std::vector<Abstract> inputs_;
  bool may_be_refused_ = false;
  std::vector<Hit> rules_;
  std::size_t judged_ = 0;  // rules before this one are judged
  std::vector<std::optional<Abstract>> rows_;
  FactBits facts_;  // on which the hits depend
  DoubtPtr doubt_;
};

}  // namespace hq::rules
