// Work for the bench of the rules engine: random decision tables with values to decide on. The same
// table is written as DMN for us and as JDM for zen-engine, so that answers can be compared.
//
//   const TableWork work = TableWork::random(random, 20, mixed_columns(8), {.parts = 3});
//   dmn_of(work);  jdm_of(work);  json_of(work, work.draw(random));
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "rules/feel/value.h"

namespace hq::bench {

using Random = std::mt19937_64;

inline int64_t below(Random& random, int64_t end) {
  return static_cast<int64_t>(random() % static_cast<uint64_t>(end));
}

/// Values are numbers of one kind: hundredths, 0 or 1, days since 1970, or places in `texts`.
struct WorkColumn {
  enum class Kind : uint8_t { number, truth, date, text };
  std::string name;
  Kind kind = Kind::number;
  int64_t least = 0;
  int64_t greatest = 1;
  int64_t step = 1;                     // values are least plus a multiple of it
  std::vector<std::string> texts = {};  // of a column of texts

  int64_t draw(Random& random) const {
    return least + below(random, (greatest - least) / step + 1) * step;
  }
};

struct WorkCell {
  enum class Form : uint8_t { any, range, below, at_least, one_of, none_of };
  Form form = Form::any;
  int64_t low = 0;
  int64_t high = 0;
  std::vector<int64_t> values = {};
};

struct WorkRule {
  std::vector<WorkCell> cells;
  int64_t output = 0;
};

struct WorkShape {
  int any_percent = 30;  // of the cells are `-`
  /// Ranges have at most this part of the scale of their column; where that is not all of it, there
  /// are no open ranges and no `not(...)`.
  int64_t parts = 1;
};

struct TableWork {
  std::string name = "Rate";
  std::string attributes = "hitPolicy=\"FIRST\"";
  std::vector<WorkColumn> columns = {};
  std::vector<WorkRule> rules = {};

  /// The output of rule i is 10 * i.
  static TableWork random(Random& random, std::size_t rules, std::vector<WorkColumn> columns,
                          const WorkShape& shape);
  /// Values that a random rule holds for, or, one time in ten, any values.
  std::vector<int64_t> draw(Random& random) const;
};

/// Three numbers, a truth and two texts, which have so many different values.
std::vector<WorkColumn> mixed_columns(std::size_t texts);

std::string dmn_of(const TableWork& work);
std::string jdm_of(const TableWork& work);
rules::Value value_of(const WorkColumn& column, int64_t value);
std::string json_of(const TableWork& work, const std::vector<int64_t>& values);

/// Thirty facts that a city knows of a firm.
std::vector<WorkColumn> firm_facts();
/// A policy for firms: 3 to 12 rules over 4 to 8 of the facts, under one of three hit policies.
TableWork random_policy(Random& random, const std::vector<WorkColumn>& facts);

}  // namespace hq::bench
