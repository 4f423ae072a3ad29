#include "rules/explain/table.h"

#include <algorithm>
#include <utility>

#include "rules/dmn/logic.h"
#include "rules/explain/least_change.h"
#include "rules/explain/wording.h"
#include "rules/feel/parser.h"

namespace hq::rules {
namespace {

bool is_any(const Feel& cell) {
  return cell.is_empty() || (cell.tree != nullptr && cell.tree->kind == Kind::any_test);
}

class TableLook {
 public:
  TableLook(const CompiledTable& table, const std::string& name, std::span<const Value> inputs,
            const Conditions& look)
      : table_(table), name_(name), inputs_(inputs), look_(look) {}

  std::vector<NamedValue> inputs() const {
    std::vector<NamedValue> named;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      named.push_back(this->named(input(i), inputs_[i]));
    }
    return named;
  }

  ExplainedRule rule(std::size_t index) const {
    const CompiledTable::Rule& rule = table_.rules[index];
    ExplainedRule out;
    out.number = index + 1;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      if (is_any(rule.inputs[i])) continue;
      out.conditions.push_back(look_.of_cell(input(i), rule.inputs[i], inputs_[i], allowed(i)));
    }
    out.failing = failing(index);
    out.distance = distance(index);
    for (std::size_t i = 0; i < table_.outputs.size(); ++i) {
      const CompiledTable::Output& output = table_.outputs[i];
      const std::string& name = output.name.empty() ? name_ : output.name;
      Value value = evaluate_feel(rule.outputs[i], look_.scope(), look_.evaluation());
      value = coerce_to(output.type, value, look_.scope(), look_.evaluation());
      out.outputs.push_back(named(name, value));
    }
    for (std::size_t i = 0; i < rule.annotations.size(); ++i) annotate(i, rule.annotations[i], out);
    return out;
  }

  /// The nearest rules among those that do not hit and would have given another answer.
  std::vector<std::size_t> nearest(std::span<const std::size_t> hits, std::size_t count) const {
    struct Miss {
      std::size_t failing;
      double distance;
      std::size_t rule;
      auto operator<=>(const Miss&) const = default;
    };
    std::vector<Miss> misses;
    for (std::size_t i = 0; i < table_.rules.size(); ++i) {
      const std::size_t failing = this->failing(i);
      // One that holds, but comes after the first under FIRST, is no miss.
      if (failing == 0 || asks_for_unknown(i)) continue;
      const bool is_same =
          std::ranges::any_of(hits, [&](std::size_t hit) { return has_same_outputs(hit, i); });
      if (!is_same) misses.push_back({failing, 0, i});
    }
    std::ranges::sort(misses);
    if (misses.size() > count) {
      // Those with as many failing conditions as the last that counts compete by their distance.
      const std::size_t most = count == 0 ? 0 : misses[count - 1].failing;
      std::erase_if(misses, [&](const Miss& miss) { return miss.failing > most; });
    }
    for (Miss& miss : misses) miss.distance = distance(miss.rule);
    std::ranges::sort(misses);
    std::vector<std::size_t> rules;
    for (const Miss& miss : misses) {
      if (rules.size() < count) rules.push_back(miss.rule);
    }
    return rules;
  }

 private:
  NamedValue named(const std::string& name, const Value& value) const {
    const Labels& labels = look_.labels();
    return {name, label_of(name, labels), value, wording_of(value, name, labels)};
  }

  std::string input(std::size_t i) const {
    return normalised_name(table_.inputs[i].expression.text);
  }

  const Expression* allowed(std::size_t i) const {
    const CompiledTable::Input& input = table_.inputs[i];
    if (input.allowed.tree != nullptr) return input.allowed.tree.get();
    return input.type != nullptr ? input.type->allowed.get() : nullptr;
  }

  bool has_same_outputs(std::size_t a, std::size_t b) const {
    const auto text = [](const Feel& feel) { return normalised_name(feel.text); };
    return std::ranges::equal(table_.rules[a].outputs, table_.rules[b].outputs, {}, text, text);
  }

  /// Does it want a value to be null that is not? Nobody makes a thing true by not knowing it.
  bool asks_for_unknown(std::size_t rule) const {
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      const Feel& cell = table_.rules[rule].inputs[i];
      if (inputs_[i].is_null() || cell.tree == nullptr) continue;
      const Expression& tree = cell.tree->kind == Kind::tests && cell.tree->parts.size() == 1
                                   ? *cell.tree->parts[0]
                                   : *cell.tree;
      if (tree.kind == Kind::null_literal) return true;
    }
    return false;
  }

  std::size_t failing(std::size_t rule) const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      const Feel& cell = table_.rules[rule].inputs[i];
      if (!is_any(cell) && look_.truth_of_cell(cell, inputs_[i]) != Truth::holds) ++count;
    }
    return count;
  }

  double distance(std::size_t rule) const {
    double sum = 0;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      const Feel& cell = table_.rules[rule].inputs[i];
      if (is_any(cell)) continue;
      const Truth truth = look_.truth_of_cell(cell, inputs_[i]);
      if (truth == Truth::unknown) sum += 1;
      if (truth != Truth::fails) continue;
      sum += relative_size(look_.change_of_cell(cell, inputs_[i], allowed(i)), inputs_[i]);
    }
    return sum;
  }

  void annotate(std::size_t column, const std::string& text, ExplainedRule& out) const {
    const std::string& name = table_.annotations[column];
    out.annotations.push_back({name, text});
    if (name == "article") out.article = text;
    if (name == "zh") out.reason.zh = text;
    if (name == "en") out.reason.en = text;
  }

  const CompiledTable& table_;
  const std::string& name_;
  std::span<const Value> inputs_;
  const Conditions& look_;
};

}  // namespace

ExplainedTable explained_table(const CompiledTable& table, const std::string& name,
                               std::span<const Value> inputs, std::span<const std::size_t> hits,
                               const Conditions& look, std::size_t misses_max) {
  const TableLook at(table, name, inputs, look);
  ExplainedTable out;
  out.hit_policy = table.hit_policy;
  out.aggregation = table.aggregation;
  out.rules = table.rules.size();
  out.inputs = at.inputs();
  for (const std::size_t hit : hits) out.hits.push_back(at.rule(hit));
  for (const std::size_t miss : at.nearest(hits, misses_max)) out.misses.push_back(at.rule(miss));
  out.is_default =
      hits.empty() && std::ranges::any_of(table.outputs, [](const CompiledTable::Output& output) {
        return !output.fallback.is_empty();
      });
  return out;
}

}  // namespace hq::rules
