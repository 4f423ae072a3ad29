#include "rules/dmn/hit_policy.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "rules/feel/built_ins.h"

namespace hq::rules {
namespace {

using Row = std::vector<Value>;  // a value for each output

std::string number_list(std::span<const std::size_t> hits) {
  std::string text;
  for (const std::size_t hit : hits) text += (text.empty() ? "" : ", ") + std::to_string(hit + 1);
  return text;
}

/// The answer out of the rules that hit.
class HitPolicyRun {
 public:
  HitPolicyRun(const CompiledTable& table, std::span<const std::size_t> hits, TableOutputs& outputs,
               Evaluation& evaluation)
      : table_(table), hits_(hits), outputs_(outputs), evaluation_(evaluation) {}

  Value answer() {
    if (hits_.empty()) return without_hits();
    switch (table_.hit_policy) {
      case HitPolicy::unique:
        if (hits_.size() > 1) {
          return evaluation_.null({}, "rules " + number_list(hits_) + " hit; only one may",
                                  "规则 " + number_list(hits_) + " 同时命中，只允许一条");
        }
        return value_of(row(hits_[0]));
      case HitPolicy::first:
        return value_of(row(hits_[0]));
      case HitPolicy::any:
        return any();
      case HitPolicy::priority:
        return value_of(rows_by_priority()[0]);
      case HitPolicy::output_order:
        return list_of_rows(rows_by_priority());
      case HitPolicy::rule_order:
        return list_of_rows(rows());
      case HitPolicy::collect:
        return collect();
    }
    return Value();
  }

 private:
  Value without_hits() {
    const bool has_default = std::ranges::any_of(
        table_.outputs, [](const CompiledTable::Output& one) { return !one.fallback.is_empty(); });
    if (has_default) {
      Row row;
      for (std::size_t i = 0; i < table_.outputs.size(); ++i) row.push_back(outputs_.fallback(i));
      return value_of(row);
    }
    switch (table_.hit_policy) {
      case HitPolicy::output_order:
      case HitPolicy::rule_order:
        return Value(List{});
      case HitPolicy::collect:
        if (table_.aggregation == Aggregation::none) return Value(List{});
        return table_.aggregation == Aggregation::count ? Value(int64_t{0}) : Value();
      default:
        return Value();
    }
  }

  Row row(std::size_t rule) {
    Row row;
    for (std::size_t i = 0; i < table_.outputs.size(); ++i) {
      row.push_back(outputs_.output(rule, i));
    }
    return row;
  }

  std::vector<Row> rows() {
    std::vector<Row> rows;
    rows.reserve(hits_.size());
    for (const std::size_t hit : hits_) rows.push_back(row(hit));
    return rows;
  }

  Value value_of(const Row& row) const {
    if (row.size() == 1) return row[0];
    Context context;
    for (std::size_t i = 0; i < row.size(); ++i) context.set(table_.outputs[i].name, row[i]);
    return Value(std::move(context));
  }

  Value list_of_rows(const std::vector<Row>& rows) const {
    List list;
    for (const Row& row : rows) list.push_back(value_of(row));
    return Value(std::move(list));
  }

  Value any() {
    const std::vector<Row> all = rows();
    for (const Row& row : all) {
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (is_same(row[i], all[0][i])) continue;
        return evaluation_.null({}, "rules " + number_list(hits_) + " hit with different outputs",
                                "规则 " + number_list(hits_) + " 同时命中而输出不同");
      }
    }
    return value_of(all[0]);
  }

  /// The place of each output among the values that give the order; one that is in none is last.
  std::vector<std::size_t> priority(const Row& row) {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const Expression* order = table_.outputs[i].order;
      if (order == nullptr) continue;
      std::size_t place = 0;
      while (place < order->parts.size() && !outputs_.is_at(place, i, row[i])) ++place;
      places.push_back(place);
    }
    return places;
  }

  std::vector<Row> rows_by_priority() {
    std::vector<std::pair<std::vector<std::size_t>, Row>> keyed;
    for (Row& row : rows()) {
      auto key = priority(row);
      key.push_back(keyed.size());  // equals stay in the order of the rules
      keyed.emplace_back(std::move(key), std::move(row));
    }
    std::ranges::sort(keyed, {}, [](const auto& one) -> const auto& { return one.first; });
    std::vector<Row> sorted;
    sorted.reserve(keyed.size());
    for (auto& [key, row] : keyed) sorted.push_back(std::move(row));
    return sorted;
  }

  Value collect() {
    const std::vector<Row> all = rows();
    if (table_.aggregation == Aggregation::none) return list_of_rows(all);
    if (table_.aggregation == Aggregation::count) return Value(static_cast<int64_t>(all.size()));
    Row aggregated;
    for (std::size_t i = 0; i < table_.outputs.size(); ++i) {
      List column;
      for (const Row& row : all) column.push_back(row[i]);
      aggregated.push_back(aggregate(std::move(column)));
    }
    return value_of(aggregated);
  }

  Value aggregate(List column) {
    const std::string_view name = table_.aggregation == Aggregation::sum   ? "sum"
                                  : table_.aggregation == Aggregation::min ? "min"
                                                                           : "max";
    const BuiltIn* function = find_built_in(name);
    HQ_ASSERT(function != nullptr);
    const Value argument(std::move(column));
    return call_built_in(*function, {&argument, 1}, {}, evaluation_);
  }

  const CompiledTable& table_;
  std::span<const std::size_t> hits_;
  TableOutputs& outputs_;
  Evaluation& evaluation_;
};

}  // namespace

Value apply_hit_policy(const CompiledTable& table, std::span<const std::size_t> hits,
                       TableOutputs& outputs, Evaluation& evaluation) {
  return HitPolicyRun(table, hits, outputs, evaluation).answer();
}

Value input_not_allowed(std::size_t input, const Value& value, Evaluation& evaluation) {
  const std::string number = std::to_string(input + 1);
  return evaluation.null({},
                         "input " + number + " has a value that is not allowed: " + to_text(value),
                         "输入 " + number + " 的值不在允许范围内：" + to_text(value));
}

}  // namespace hq::rules
