// Batch: many rows of facts, decided by many policies, column by column.
//
// Facts lie in flat arrays. All policies that look at a fact share one search for the class of each
// value; a policy then turns classes into masks of rules and ANDs them. What a policy makes of the
// rules that hit is worked out once for each different set of them. A policy is a decision whose
// logic is a decision table over facts; its outcomes are those of execute() (rules/dmn). Reports
// are left out. A Batch is only read, by any number of threads; each has a BatchRun of its own.
//
//   HQ_TRY(const Batch batch, Batch::make(policies, facts));
//   BatchRun run(batch);
//   HQ_TRY_VOID(run.decide(columns, 0, 1'000, outcomes));       // policies by 1,000 numbers
//   run.outcomes(7)[outcomes[7 * 1'000 + 42]].rules;            // of policy 7, row 42
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/error.h"
#include "rules/dmn/compile.h"
#include "rules/table/column_index.h"

namespace hq::rules {

/// What the rows know: the name that the models have for it, and what kind its values are: number,
/// string, boolean, date, date_time or a duration.
struct BatchFact {
  std::string name;
  TypeKind kind = TypeKind::number;
};

/// Texts that come again are kept once: row i has texts[text_of[i]].
struct TextColumn {
  std::span<const std::string> texts;
  std::span<const uint32_t> text_of;
};

/// The values of a fact, one a row.
struct BatchColumn {
  std::variant<std::span<const Decimal>, TextColumn, std::span<const uint8_t> /* booleans */,
               std::span<const Date>, std::span<const Value> /* any kind */>
      values;
  std::span<const uint64_t> nulls = {};  // bit i of word i / 64: row i is null; empty: none is
};

struct BatchPolicy {
  std::shared_ptr<const Program> program;
  std::string decision;
};

class Batch {
 public:
  /// not_found where a program has no such decision, or its table reads what is no fact;
  /// invalid_argument where a fact is of another kind than the model wants; unsupported where the
  /// decision is no table, or a cell of it depends on more than its input.
  static Result<Batch> make(std::span<const BatchPolicy> policies,
                            std::span<const BatchFact> facts);

  std::size_t policies() const { return policies_.size(); }

 private:
  friend class BatchBuilder;
  friend class BatchRun;
  struct Column {
    std::size_t fact = 0;
    ColumnIndex index;
    std::vector<ClassId> classes = {};  // of the index, by class of the fact
    std::vector<uint16_t> masks = {};   // of the index, by class of the fact
  };
  struct Policy {
    std::shared_ptr<const Program> program;
    const Element* decision = nullptr;
    const CompiledTable* table = nullptr;
    std::vector<Column> columns = {};
    bool has_values = false;  // its outputs read no facts
  };
  struct Fact {
    TypeKind kind;
    Scale scale;
  };

  std::vector<Policy> policies_;
  std::vector<Fact> facts_;
};

/// What a policy says of rows where the same rules hit.
struct BatchOutcome {
  std::vector<std::size_t> rules = {};  // that hit, in their order; under FIRST the first alone
  bool is_refused = false;              // an input has a value that the table does not allow
  /// Nothing where the outputs depend on facts: then it is to be worked out for each row.
  std::optional<Value> value = std::nullopt;
};

class BatchRun {
 public:
  /// The batch must outlive it.
  explicit BatchRun(const Batch& batch);

  /// Rows from `begin`, before `end`; a column for each fact of the batch. Row r of policy p is
  /// outcomes[p * (end - begin) + r - begin]: its place in outcomes(p). invalid_argument where a
  /// column is too short or of another kind than its fact.
  Result<> decide(std::span<const BatchColumn> columns, std::size_t begin, std::size_t end,
                  std::span<uint32_t> outcomes);

  /// All that came about so far.
  const std::vector<BatchOutcome>& outcomes(std::size_t policy) const {
    return policies_[policy].outcomes;
  }

 private:
  struct MaskHash {
    using is_transparent = void;
    std::size_t operator()(std::span<const uint64_t> mask) const;
  };
  struct MaskEqual {
    using is_transparent = void;
    bool operator()(std::span<const uint64_t> a, std::span<const uint64_t> b) const;
  };
  struct Known {
    std::unordered_map<std::vector<uint64_t>, uint32_t, MaskHash, MaskEqual> numbers;
    std::vector<BatchOutcome> outcomes;
  };
  static bool fits(const BatchColumn& column, TypeKind kind, std::size_t begin, std::size_t end);
  void classify(const BatchColumn& column, std::size_t fact, std::size_t begin, std::size_t rows);
  void select(const Batch::Policy& policy, std::size_t rows);
  uint32_t outcome_of(std::size_t policy, std::span<uint64_t> mask);
  static BatchOutcome new_outcome(const Batch::Policy& policy, std::span<const uint64_t> mask);

  const Batch& batch_;
  std::vector<Known> policies_;
  std::vector<std::vector<ClassId>> classes_;  // by fact, of the rows of a block
  std::vector<std::vector<ClassId>> texts_;    // by fact, of the texts of its column that were met
  std::vector<uint64_t> masks_;                // of the rows of a block
};

}  // namespace hq::rules
