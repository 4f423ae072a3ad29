#include "rules/dmn/decision_table.h"

#include <utility>

#include "rules/dmn/hit_policy.h"
#include "rules/dmn/logic.h"
#include "rules/dmn/observer.h"

namespace hq::rules {
namespace {

/// One decision by a table.
class TableRun final : public TableOutputs {
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
  Value value() { return apply_hit_policy(table_, hits_, *this, evaluation_); }

  Value output(std::size_t rule, std::size_t column) override {
    const Value value = evaluate_feel(table_.rules[rule].outputs[column], scope_, evaluation_);
    return coerce_to(table_.outputs[column].type, value, scope_, evaluation_);
  }

  Value fallback(std::size_t column) override {
    const CompiledTable::Output& output = table_.outputs[column];
    if (output.fallback.is_empty()) return Value();
    return coerce_to(output.type, evaluate_feel(output.fallback, scope_, evaluation_), scope_,
                     evaluation_);
  }

  bool is_at(std::size_t place, std::size_t column, const Value& value) override {
    const Expression& test = *table_.outputs[column].order->parts[place];
    const Value passed = passes(test, value, scope_, evaluation_);
    const bool* holds = passed.as<bool>();
    return holds != nullptr && *holds;
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
        return refuse(input_not_allowed(i, value, evaluation_));
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
