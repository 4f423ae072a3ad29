#include "rules/dmn/decision_table.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/assert.h"
#include "rules/dmn/logic.h"
#include "rules/dmn/observer.h"
#include "rules/feel/built_ins.h"

namespace hq::rules {
namespace {

using Row = std::vector<Value>;  // a value for each output

std::string number_list(const std::vector<std::size_t>& hits) {
  std::string text;
  for (const std::size_t hit : hits) text += (text.empty() ? "" : ", ") + std::to_string(hit + 1);
  return text;
}

/// One decision by a table.
class TableRun {
 public:
  TableRun(const CompiledTable& table, const Scope& scope, Evaluation& evaluation)
      : table_(table), scope_(scope), evaluation_(evaluation) {}

  Value decide() {
    if (!read_inputs()) return refused_;
    find_hits();
    Observer* observer = evaluation_.options().observer;
    if (observer != nullptr) observer->decided(table_, scope_, inputs_, hits_);
    return value();
  }

  Value decide(std::vector<std::size_t> hits) {
    hits_ = std::move(hits);
    return value();
  }

 private:
  Value value() {
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

  bool refuse(Value why) {
    refused_ = std::move(why);
    return false;
  }

  bool read_inputs() {
    for (std::size_t i = 0; i < table_.inputs.size(); ++i) {
      const CompiledTable::Input& input = table_.inputs[i];
      Value value = evaluate_feel(input.expression, scope_, evaluation_);
      value = coerce_to(input.type, value, scope_, evaluation_);
      if (input.allowed.tree && !value.is_null() && !is_hit(input.allowed, value)) {
        const std::string number = std::to_string(i + 1);
        return refuse(evaluation_.null(
            {}, "input " + number + " has a value that is not allowed: " + to_text(value),
            "输入 " + number + " 的值不在允许范围内：" + to_text(value)));
      }
      inputs_.push_back(std::move(value));
    }
    return true;
  }

  bool is_hit(const Feel& tests, const Value& value) {
    if (tests.is_empty()) return true;
    if (tests.fault) {
      evaluate_feel(tests, scope_, evaluation_);  // reports why
      return false;
    }
    if (tests.tree->kind == Kind::any_test) return true;
    const Value passed = passes(*tests.tree, value, scope_, evaluation_);
    const bool* holds = passed.as<bool>();
    return holds != nullptr && *holds;
  }

  void find_hits() {
    for (std::size_t i = 0; i < table_.rules.size(); ++i) {
      if (!evaluation_.spend(1)) return;
      const CompiledTable::Rule& rule = table_.rules[i];
      bool is_hit = true;
      for (std::size_t k = 0; is_hit && k < inputs_.size(); ++k) {
        is_hit = this->is_hit(rule.inputs[k], inputs_[k]);
      }
      if (!is_hit) continue;
      hits_.push_back(i);
      if (table_.hit_policy == HitPolicy::first) return;
    }
  }

  Value without_hits() {
    const bool has_default = std::ranges::any_of(
        table_.outputs, [](const CompiledTable::Output& one) { return !one.fallback.is_empty(); });
    if (has_default) {
      Row row;
      for (const CompiledTable::Output& output : table_.outputs) {
        Value value = output.fallback.is_empty()
                          ? Value()
                          : evaluate_feel(output.fallback, scope_, evaluation_);
        row.push_back(coerce_to(output.type, value, scope_, evaluation_));
      }
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
      const Value value = evaluate_feel(table_.rules[rule].outputs[i], scope_, evaluation_);
      row.push_back(coerce_to(table_.outputs[i].type, value, scope_, evaluation_));
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
      for (; place < order->parts.size(); ++place) {
        const Value passed = passes(*order->parts[place], row[i], scope_, evaluation_);
        const bool* holds = passed.as<bool>();
        if (holds != nullptr && *holds) break;
      }
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
  const Scope& scope_;
  Evaluation& evaluation_;
  std::vector<Value> inputs_;
  std::vector<std::size_t> hits_;
  Value refused_;
};

}  // namespace

Value decide_by_table(const CompiledTable& table, const Scope& scope, Evaluation& evaluation) {
  return TableRun(table, scope, evaluation).decide();
}

Value value_of_hits(const CompiledTable& table, std::vector<std::size_t> hits, const Scope& scope,
                    Evaluation& evaluation) {
  return TableRun(table, scope, evaluation).decide(std::move(hits));
}

}  // namespace hq::rules
