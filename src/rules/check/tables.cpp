#include "rules/check/tables.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/text.h"
#include "rules/check/probes.h"
#include "rules/check/table_samples.h"

namespace hq::rules {
namespace {

std::string plain(const Feel& feel) {
  return std::string(trimmed(feel.text, " \t\r\n"));
}

bool is_any(const Feel& cell) {
  return cell.is_empty() || (cell.tree != nullptr && cell.tree->kind == Kind::any_test);
}

bool holds_kind(const Expression& tree, Kind kind) {
  return tree.kind == kind || std::ranges::any_of(tree.parts, [kind](const ExpressionPtr& part) {
           return holds_kind(*part, kind);
         });
}

/// No other names than that of the tested value, and no calls.
bool is_plain_test(const Expression& tree) {
  if (tree.kind == Kind::name) return tree.text == "?";
  if (tree.kind >= Kind::for_in && tree.kind != Kind::path) return false;
  return std::ranges::all_of(tree.parts,
                             [](const ExpressionPtr& part) { return is_plain_test(*part); });
}

bool passes_plainly(const Expression& tests, const Value& value) {
  Evaluation evaluation{EvaluationOptions{}};
  const Value verdict = passes(tests, value, Scope(), evaluation);
  const bool* truth = verdict.as<bool>();
  return truth != nullptr && *truth;
}

/// Is there no value at all that passes the cell, and is allowed?
bool never_holds(const Expression& cell, const Expression* allowed) {
  if (!is_plain_test(cell) || (allowed != nullptr && !is_plain_test(*allowed))) return false;
  std::vector<const Expression*> tests = {&cell};
  if (allowed != nullptr) tests.push_back(allowed);
  const auto probes = probes_of(tests, TypeKind::any, Scope());
  if (!probes || passes_plainly(cell, Value())) return false;
  return std::ranges::none_of(*probes, [&](const Value& value) {
    return (allowed == nullptr || passes_plainly(*allowed, value)) && passes_plainly(cell, value);
  });
}

class TableCheck {
 public:
  TableCheck(const CompiledTable& table, const Environment& names, Inference& inference,
             Report& report)
      : table_(table),
        names_(names),
        inference_(inference),
        report_(report),
        place_(report.place()) {}

  Inferred run() {
    for (std::size_t i = 0; i < table_.inputs.size(); ++i) input(i);
    outputs_.resize(table_.outputs.size());
    for (std::size_t i = 0; i < table_.rules.size(); ++i) rule(i);
    std::vector<const Expression*> allowed_values;
    allowed_values.reserve(inputs_.size());
    for (std::size_t i = 0; i < inputs_.size(); ++i) allowed_values.push_back(allowed(i));
    samples_ = TableSamples::of(table_, inputs_, allowed_values, names_);
    for (std::size_t i = 0; i < table_.inputs.size(); ++i) null_in_column(i);
    for (std::size_t i = 0; i < table_.outputs.size(); ++i) {
      if (!table_.outputs[i].fallback.is_empty()) output(i, table_.outputs[i].fallback, 0);
    }
    same_conditions();
    policy();
    return result();
  }

 private:
  Report::Place place(std::size_t rule, std::size_t column, const Feel& feel) const {
    Report::Place place = place_;
    if (rule > 0) place.line = table_.rules[rule - 1].line;
    place.rule = rule;
    place.column = column;
    place.text = feel.text;
    return place;
  }

  const Expression* allowed(std::size_t column) const {
    const CompiledTable::Input& input = table_.inputs[column];
    if (input.allowed.tree != nullptr) return input.allowed.tree.get();
    return inputs_[column].type->allowed.get();
  }

  void input(std::size_t i) {
    const CompiledTable::Input& input = table_.inputs[i];
    const Report::At at(report_, place(0, i + 1, input.expression));
    Inferred value;
    if (input.expression.tree != nullptr) {
      value = inference_.as(inference_.of(*input.expression.tree, names_), input.type,
                            input.expression.tree->span);
    }
    value.constant.reset();
    inputs_.push_back(value);
    if (input.allowed.tree == nullptr) return;
    const Report::At at_allowed(report_, place(0, i + 1, input.allowed));
    inference_.tests(*input.allowed.tree, value, names_);
  }

  void rule(std::size_t index) {
    const CompiledTable::Rule& rule = table_.rules[index];
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      const Feel& cell = rule.inputs[i];
      if (is_any(cell) || cell.tree == nullptr) continue;
      const Report::At at(report_, place(index + 1, i + 1, cell));
      inference_.tests(*cell.tree, inputs_[i], names_);
      if (!never_holds(*cell.tree, allowed(i))) continue;
      report_.add(Severity::warning, "never_holds", cell.tree->span,
                  "no value that is allowed passes this test: the rule never applies",
                  "没有任何允许的值能满足此检验，该规则永远不会适用");
    }
    for (std::size_t i = 0; i < table_.outputs.size(); ++i) output(i, rule.outputs[i], index + 1);
  }

  void output(std::size_t i, const Feel& feel, std::size_t rule) {
    const CompiledTable::Output& clause = table_.outputs[i];
    const Report::At at(report_, place(rule, inputs_.size() + i + 1, feel));
    if (feel.is_empty()) {
      report_.add(Severity::error, "no_output", {}, "the rule has no output here: it is null",
                  "此处没有输出，结果为 null");
    }
    if (feel.tree == nullptr) return;
    const Inferred given = inference_.of(*feel.tree, names_);
    const Inferred value = inference_.as(given, clause.type, feel.tree->span);
    auto& known = outputs_[i];
    known = known ? either(*known, value) : value;
    const bool is_summed = table_.aggregation == Aggregation::sum;
    if (is_summed && !can_fit(value, Accepts::numbers)) {
      report_.add(Severity::error, "wrong_aggregation", feel.tree->span,
                  "a sum needs numbers; this is " + words_of(*value.type).en,
                  "求和需要数值，这里是" + words_of(*value.type).zh);
    }
    const Expression* allowed = clause.allowed.tree.get();
    if (allowed == nullptr || !is_plain_test(*allowed) || !given.constant) return;
    if (given.constant->is_null() || passes_plainly(*allowed, *given.constant)) return;
    report_.add(Severity::warning, "output_not_allowed", feel.tree->span,
                "the output is none of those that the column names",
                "该输出不在此列所列的取值之内");
  }

  /// Where an input may be null, does a rule for it say so?
  void null_in_column(std::size_t column) {
    if (!inputs_[column].may_be_null) return;
    std::vector<std::size_t> silent;
    for (std::size_t i = 0; i < table_.rules.size(); ++i) {
      const Feel& cell = table_.rules[i].inputs[column];
      if (cell.tree != nullptr && holds_kind(*cell.tree, Kind::null_literal)) return;
      const bool is_test = !is_any(cell) && cell.tree != nullptr && is_plain_test(*cell.tree);
      if (is_test && passes_plainly(*cell.tree, Value())) silent.push_back(i);
    }
    for (const std::size_t i : silent) {
      const Report::At at(report_, place(i + 1, column + 1, table_.rules[i].inputs[column]));
      report_.add(Severity::warning, "null_passes", {},
                  "the input may be null, and null passes this test: add a rule for null",
                  "该输入可能为 null，而 null 会通过此检验：请为 null 单列规则");
    }
    if (!silent.empty() || !samples_ || !samples_->takes_null_for_known(column)) return;
    const Report::At at(report_, place(0, column + 1, table_.inputs[column].expression));
    report_.add(Severity::warning, "null_falls_through", {},
                "the input may be null, which then gets the answer of some known value: add a "
                "rule for null",
                "该输入可能为 null，此时会得到与某个已知值相同的结果：请为 null 单列规则");
  }

  std::string conditions(std::size_t rule) const {
    std::string all;
    for (const Feel& cell : table_.rules[rule].inputs) {
      all += (is_any(cell) ? "-" : plain(cell)) + '\n';
    }
    return all;
  }

  bool has_same_outputs(std::size_t a, std::size_t b) const {
    return std::ranges::equal(table_.rules[a].outputs, table_.rules[b].outputs, {}, plain, plain);
  }

  bool is_for_all(std::size_t rule) const {
    return std::ranges::all_of(table_.rules[rule].inputs, is_any);
  }

  void same_conditions() {
    std::map<std::string, std::size_t> known;
    std::optional<std::size_t> for_all;
    for (std::size_t i = 0; i < table_.rules.size(); ++i) {
      const auto [found, is_new] = known.emplace(conditions(i), i);
      const bool is_first = table_.hit_policy == HitPolicy::first;
      if (!is_new) {
        twice(found->second, i);
      } else if (is_first && for_all) {
        add(i, Severity::warning, "shadowed",
            "rule " + std::to_string(*for_all + 1) + " applies to everything before it",
            "规则 " + std::to_string(*for_all + 1) + " 在其之前已适用于一切情形");
      }
      if (!for_all && is_for_all(i)) for_all = i;
    }
  }

  void add(std::size_t rule, Severity severity, std::string_view code, std::string en,
           std::string zh) {
    const Report::At at(report_, place(rule + 1, 0, {}));
    report_.add(severity, code, {}, std::move(en), std::move(zh));
  }

  void twice(std::size_t first, std::size_t second) {
    const std::string number = std::to_string(first + 1);
    const bool is_same = has_same_outputs(first, second);
    switch (table_.hit_policy) {
      case HitPolicy::unique:
        add(second, Severity::error, "same_conditions",
            "rule " + number + " has the same conditions, and only one rule may apply",
            "规则 " + number + " 的条件与此相同，而只允许一条规则适用");
        return;
      case HitPolicy::any:
        if (is_same) break;
        add(second, Severity::error, "same_conditions",
            "rule " + number + " has the same conditions and another output",
            "规则 " + number + " 的条件与此相同而输出不同");
        return;
      case HitPolicy::first:
        add(second, Severity::warning, "shadowed",
            "rule " + number + " has the same conditions and comes first",
            "规则 " + number + " 的条件与此相同且在先");
        return;
      default:
        if (!is_same) return;
        break;
    }
    add(second, Severity::hint, "same_rule", "rule " + number + " says the same",
        "规则 " + number + " 与此完全相同");
  }

  void policy() {
    const bool is_ordered =
        table_.hit_policy == HitPolicy::priority || table_.hit_policy == HitPolicy::output_order;
    const bool has_order = std::ranges::any_of(
        table_.outputs, [](const CompiledTable::Output& one) { return one.order != nullptr; });
    if (is_ordered && !has_order) {
      report_.add(Severity::warning, "no_priorities", {},
                  "the hit policy goes by the order of the output values, but no column names them",
                  "命中策略按输出值的次序决定，但没有列出输出值");
    }
    const bool is_aggregated = table_.aggregation != Aggregation::none;
    if (is_aggregated && table_.hit_policy != HitPolicy::collect) {
      report_.add(Severity::hint, "unused_aggregation", {},
                  "only COLLECT aggregates: the aggregation has no effect",
                  "只有 COLLECT 会聚合：此聚合方式不起作用");
    }
  }

  Inferred result() const {
    bool is_covered = samples_ && !samples_->has_gap();
    for (const CompiledTable::Output& output : table_.outputs) {
      is_covered = is_covered || !output.fallback.is_empty();
    }
    for (std::size_t i = 0; i < table_.rules.size(); ++i) is_covered = is_covered || is_for_all(i);
    Inferred value;
    if (outputs_.size() == 1) {
      value = outputs_[0].value_or(Inferred());
    } else {
      Type type{.kind = TypeKind::context};
      for (std::size_t i = 0; i < outputs_.size(); ++i) {
        type.members.push_back({table_.outputs[i].name, outputs_[i].value_or(Inferred()).type});
      }
      value.type = std::make_shared<const Type>(std::move(type));
    }
    value.constant.reset();
    const HitPolicy policy = table_.hit_policy;
    const bool is_list = policy == HitPolicy::rule_order || policy == HitPolicy::output_order ||
                         (policy == HitPolicy::collect && table_.aggregation == Aggregation::none);
    if (is_list) return {list_of(value.type), false};
    if (table_.aggregation == Aggregation::count) return inferred(TypeKind::number);
    value.may_be_null = value.may_be_null || !is_covered;
    return value;
  }

  const CompiledTable& table_;
  const Environment& names_;
  Inference& inference_;
  Report& report_;
  const Report::Place place_;
  std::vector<Inferred> inputs_;
  std::vector<std::optional<Inferred>> outputs_;
  std::optional<TableSamples> samples_;
};

}  // namespace

Inferred check_table(const CompiledTable& table, const Environment& names, Inference& inference,
                     Report& report) {
  return TableCheck(table, names, inference, report).run();
}

}  // namespace hq::rules
