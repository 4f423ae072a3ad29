// The explanation as sentences, each level further in than what it explains.
#include <utility>

#include "rules/explain/explain.h"

namespace hq::rules {
namespace {

class Writer {
 public:
  std::vector<ExplanationLine> lines;

  void why(const Why& why, std::size_t depth) {
    lines.push_back({depth, head(why)});
    for (const Reason& report : why.reports) {
      lines.push_back({depth + 1, {"Problem: " + report.en, "问题：" + report.zh}});
    }
    if (why.table) table(*why.table, depth + 1);
    for (const Condition& one : why.conditions) condition(one, depth + 1);
    for (const Why& part : why.parts) this->why(part, depth + 1);
    for (const Why& need : why.needs) this->why(need, depth + 1);
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
      lines.push_back({depth, table.is_default ? Wording{"No rule applies; the default is taken",
                                                         "没有适用的规则，取默认值"}
                                               : Wording{"No rule applies", "没有适用的规则"}});
    }
    for (const ExplainedRule& rule : table.hits) {
      const std::string number = std::to_string(rule.number);
      add_rule(rule, {"Rule " + number + " applies", "规则 " + number + " 适用"}, depth);
      for (const Condition& one : rule.conditions) condition(one, depth + 1);
    }
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
    }
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
    lines.push_back({depth, std::move(head)});
  }

  void condition(const Condition& condition, std::size_t depth) {
    lines.push_back({depth, condition.text});
    for (const Condition& part : condition.parts) this->condition(part, depth + 1);
  }
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
