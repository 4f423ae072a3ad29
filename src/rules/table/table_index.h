// TableIndex: which rules of a decision table may hit, found without looking at each.
//
// A cell whose verdict depends on the value alone (cell.h) is held by the index of its column; what
// is found is then exactly what `passes` of the evaluator says of all these cells. The others are
// opaque: they have to be tested one by one for the rules that are found. Built once, then read on
// any thread; a Query belongs to one thread. Bounds of memory: column_index.h.
//
//   const TableIndex index(table, nullptr);
//   TableIndex::Query query;                        // kept from one decision to the next
//   index.locate(inputs, query);                    // pointers to values
//   for (auto rule = index.first(query); rule; rule = index.first(query, *rule + 1)) {
//     for (const uint32_t column : index.opaque_columns(*rule)) ...
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "rules/dmn/compile.h"
#include "rules/table/cell.h"
#include "rules/table/column_index.h"

namespace hq::rules {

class TableIndex {
 public:
  /// The masks that the inputs of a decision select, a column each.
  class Query {
   private:
    friend class TableIndex;
    std::vector<const uint64_t*> masks_;
    std::vector<ClassId> ids_;
    std::vector<std::vector<uint64_t>> asked_;  // masks of inputs that are lists or ranges
  };

  /// The table must outlive it.
  explicit TableIndex(const CompiledTable& table, const IsVariable& is_variable);

  std::size_t rules() const { return rules_; }
  std::size_t words() const { return words_of(rules_); }

  /// For the inputs of the table in order, already coerced. A list or a range as input is tested
  /// against the cells of its column one by one.
  void locate(std::span<const Value* const> inputs, Query& query) const;

  /// The first rule from `from` on whose indexed cells all hold.
  std::optional<std::size_t> first(const Query& query, std::size_t from = 0) const;

  /// The inputs, in order, whose cell of this rule is not indexed.
  std::span<const uint32_t> opaque_columns(std::size_t rule) const;
  bool has_opaque() const { return !opaque_.empty(); }

 private:
  struct Column {
    uint32_t input = 0;
    ColumnIndex index;
  };
  void add_column(uint32_t input, const IsVariable& is_variable,
                  std::vector<std::pair<uint32_t, uint32_t>>& opaque);
  void ask(uint32_t input, const Value& value, std::vector<uint64_t>& mask) const;
  bool is_opaque(std::size_t rule, uint32_t input) const;
  uint64_t selected(const Query& query, std::size_t word) const;
  bool holds(const Query& query, std::size_t rule) const;

  const CompiledTable& table_;
  std::size_t rules_ = 0;
  std::vector<Column> columns_;       // those that rule out something, the one that does most first
  std::vector<std::size_t> inexact_;  // of columns_
  std::vector<uint32_t> opaque_begins_;  // by rule, and one more; empty where there are none
  std::vector<uint32_t> opaque_;
};

}  // namespace hq::rules
