// The explanation as sentences, each level further in than what it explains.
#include <algorithm>
#include <utility>

#include "rules/explain/explain.h"

namespace hq::rules {
namespace {

bool mentions(const Condition& condition, std::string_view name) {
  return condition.input.contains(name) || condition.test.contains(name) ||
         std::ranges::any_of(condition.parts,
                             [&](const Condition& part) { return mentions(part, name); });
}

bool mentions(const std::vector<Condition>& conditions, std::string_view name) {
  return std::ranges::any_of(conditions, [&](const Condition& one) { return mentions(one, name); });
}

/// Did the outcome turn on it? Of a table: do the rules that hit test it or, where none does, the
/// nearest that failed?
bool turns_on(const Why& why, const Why& need) {
  if (why.table) {
    const ExplainedTable& table = *why.table;
    if (table.hits.empty()) {
      return !table.misses.empty() && mentions(table.misses[0].conditions, need.name);
    }
    return std::ranges::any_of(table.hits, [&](const ExplainedRule& rule) {
      return mentions(rule.conditions, need.name);
    });
  }
  return why.conditions.empty() || mentions(why.conditions, need.name);
}

class Writer {
 public:
  std::vector<ExplanationLine> lines;

  void why(const Why& why, std::size_t depth) {
    add(depth, head(why));
    for (const Reason& report : why.reports) {
      add(depth + 1, {"Problem: " + report.en, "问题：" + report.zh});
    }
    if (why.table) table(*why.table, depth + 1);
    for (const Condition& one : why.conditions) condition(one, depth + 1);
    for (const Why& part : why.parts) {
      // An entry that is but a name: what has the name says it.
      const bool is_said = std::ranges::find(why.needs, part.text, &Why::name) != why.needs.end();
      inner(part, depth + 1, !is_said);
    }
    for (const Why& need : why.needs) {
      // The conditions of a table say the values already.
      const bool is_said = why.table && need.needs.empty() && need.parts.empty() && !need.table;
      inner(need, depth + 1, !is_said && turns_on(why, need));
    }
  }

 private:
  static Wording head(const Why& why) {
    const Wording& value = why.value_text;
    const std::string en = why.label.en + ": ";
    const std::string zh = why.label.zh + "：";
    switch (why.origin) {
      case Origin::given:
        return {en + value.en + " (given)", zh + value.zh + "（给定）"};
      case Origin::missing:
        return {en + "not given", zh + "未提供"};
      case Origin::repeated:
        return {en + value.en + " (explained elsewhere)", zh + value.zh + "（见他处）"};
      case Origin::literal:
        if (why.text == value.en) return {en + value.en, zh + value.zh};
        return {en + value.en + ", from " + why.text, zh + value.zh + "，由 " + why.text + " 得出"};
      case Origin::context:
        // Its entries follow, each on a line of its own.
        if (!why.parts.empty()) return {why.label.en + ":", why.label.zh + "："};
        return {en + value.en, zh + value.zh};
      default:
        return {en + value.en, zh + value.zh};
    }
  }

  void table(const ExplainedTable& table, std::size_t depth) {
    if (table.hits.empty()) {
      add(depth, table.is_default
                     ? Wording{"No rule applies; the default is taken", "没有适用的规则，取默认值"}
                     : Wording{"No rule applies", "没有适用的规则"});
    }
    for (const ExplainedRule& rule : table.hits) {
      const std::string number = std::to_string(rule.number);
      add_rule(rule, {"Rule " + number + " applies", "规则 " + number + " 适用"}, depth);
      for (const Condition& one : rule.conditions) condition(one, depth + 1);
    }
    const bool was_decisive = is_decisive_;
    for (const ExplainedRule& rule : table.misses) {
      const std::string number = std::to_string(rule.number);
      Wording head{"Rule " + number + " does not apply", "规则 " + number + " 不适用"};
      for (const NamedValue& output : rule.outputs) {
        const Wording& value = output.value_text;
        head.en += (&output == rule.outputs.data() ? "; it would give " : ", ") + value.en;
        head.zh += (&output == rule.outputs.data() ? "，其结果为 " : "、") + value.zh;
      }
      add_rule(rule, std::move(head), depth);
      for (const Condition& one : rule.conditions) {
        if (one.truth != Truth::holds) condition(one, depth + 1);
      }
      is_decisive_ = false;  // the nearest is the first
    }
    is_decisive_ = was_decisive;
  }

  /// With its citation and reason, where it has them.
  void add_rule(const ExplainedRule& rule, Wording head, std::size_t depth) {
    if (!rule.article.empty()) {
      head.en += " (" + rule.article + ")";
      head.zh += "（" + rule.article + "）";
    }
    const std::string& en = rule.reason.en.empty() ? rule.reason.zh : rule.reason.en;
    const std::string& zh = rule.reason.zh.empty() ? rule.reason.en : rule.reason.zh;
    if (!en.empty()) head.en += ": " + en;
    if (!zh.empty()) head.zh += "：" + zh;
    add(depth, std::move(head));
  }

  void condition(const Condition& condition, std::size_t depth) {
    add(depth, condition.text);
    for (const Condition& part : condition.parts) this->condition(part, depth + 1);
  }

  void inner(const Why& part, std::size_t depth, bool is_decisive) {
    const bool was_decisive = is_decisive_;
    is_decisive_ = was_decisive && is_decisive;
    why(part, depth);
    is_decisive_ = was_decisive;
  }

  void add(std::size_t depth, Wording text) {
    lines.push_back({depth, std::move(text), is_decisive_});
  }

  bool is_decisive_ = true;
};

}  // namespace

std::vector<ExplanationLine> lines_of(const Explanation& explanation) {
  Writer writer;
  writer.why(explanation.why, 0);
  if (explanation.is_cut) {
    writer.lines.push_back({0, {"There is more than is shown here", "其余内容未列出"}});
  }
  return std::move(writer.lines);
}

}  // namespace hq::rules
