// Sentences in both languages.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "rules/reason/reason.h"

namespace hq::rules {
namespace {

using Texts = std::vector<std::string>;

/// Words of one language.
class Speaker {
 public:
  Speaker(Language language, const FactLabels& labels)
      : is_zh_(language == Language::zh), language_(language), labels_(labels) {}

  const char* word(const char* en, const char* zh) const { return is_zh_ ? zh : en; }
  bool is_zh() const { return is_zh_; }

  std::string fact(const std::string& name) const {
    return labels_.fact ? labels_.fact(name, language_) : name;
  }

  /// As FEEL writes it, texts in quotes; or its label.
  std::string value(const Value& value, const std::string& fact = {}) const {
    if (value.is_null()) return word("unknown", "未知");
    if (labels_.value && !fact.empty()) return labels_.value(fact, value, language_);
    if (is_zh_ && value.as<std::string>() != nullptr) return "“" + to_text(value) + "”";
    const std::string listed = to_text(Value(List{value}));  // "[...]": texts are quoted there
    return listed.substr(1, listed.size() - 2);
  }

  /// Of the decision that is asked about.
  std::string outcome(const Value& value) const {
    if (labels_.outcome && !value.is_null()) {
      return word("\"", "“") + labels_.outcome(value, language_) + word("\"", "”");
    }
    return this->value(value);
  }
  /// "from no to yes"; of two contexts the members that are not the same.
  std::string change(const Value& before, const Value& after) const {
    const Context* from = before.as<Context>();
    const Context* to = after.as<Context>();
    if (from == nullptr || to == nullptr) {
      return is_zh_ ? fmt::format("由 {} 变为 {}", outcome(before), outcome(after))
                    : fmt::format("from {} to {}", outcome(before), outcome(after));
    }
    Texts texts;
    for (const auto& [name, old] : from->members()) {
      const Value* now = to->find(name);
      const Value other = now == nullptr ? Value() : *now;
      if (is_same(old, other)) continue;
      texts.push_back(
          is_zh_
              ? fmt::format("{} 由 {} 变为 {}", fact(name), value(old, name), value(other, name))
              : fmt::format("{} from {} to {}", fact(name), value(old, name), value(other, name)));
    }
    for (const auto& [name, now] : to->members()) {
      if (from->find(name) != nullptr) continue;
      texts.push_back(is_zh_ ? fmt::format("新增 {}：{}", fact(name), value(now, name))
                             : fmt::format("{}, which is new: {}", fact(name), value(now, name)));
    }
    return (is_zh_ ? "有变：" : "in ") + joined(texts, "; ", "；");
  }

  std::string joined(const Texts& texts, const char* en, const char* zh) const {
    std::string out;
    for (const std::string& text : texts) out += (out.empty() ? "" : word(en, zh)) + text;
    return out;
  }
  /// "a, b and c".
  std::string listed(const Texts& texts) const {
    if (texts.size() < 2) return joined(texts, "", "");
    const Texts first(texts.begin(), texts.end() - 1);
    return joined(first, ", ", "、") + word(" and ", "和") + texts.back();
  }
  std::string rules(const std::vector<std::size_t>& numbers) const {
    Texts texts;
    for (const std::size_t number : numbers) texts.push_back(std::to_string(number));
    if (is_zh_) return "规则 " + joined(texts, "", "、") + " ";
    return (texts.size() == 1 ? "rule " : "rules ") + listed(texts);
  }

  std::string interval(const Interval& all) const {
    const auto end = [&](const Decimal& place) { return value(all.value_at(place)); };
    if (all.low && all.high) {
      if (!all.open_low && !all.open_high) {
        return end(*all.low) + word(" to ", " 至 ") + end(*all.high);
      }
      return above(end(*all.low), all.open_low) + word(" and ", "且") +
             below(end(*all.high), all.open_high);
    }
    if (all.low) return above(end(*all.low), all.open_low);
    if (all.high) return below(end(*all.high), all.open_high);
    return word("any value", "任意值");
  }

  std::string set(const ValueSet& values, const std::string& name = {}) const {
    Texts texts;
    for (const Value& point : values.points()) texts.push_back(value(point, name));
    if (values.interval()) texts.push_back(interval(*values.interval()));
    if (values.has_other_texts()) {
      Texts others;
      for (const std::string& text : values.other_than())
        others.push_back(value(Value(text), name));
      texts.push_back(others.empty()
                          ? word("any text", "任意文本")
                          : word("any text but ", "除下列以外的文本：") + listed(others));
    }
    return joined(texts, " or ", " 或 ");
  }

  /// "Amount is at most 500", "Port is not "Shanghai"": by what it is, or what it is not, whatever
  /// is shorter to say.
  std::string side(const Restriction& side) const {
    const auto& whole = side.whole.points();
    ValueSet others;
    for (const Value& value : whole) {
      if (!side.values.holds(value)) others.insert(value);
    }
    const bool is_listed = !side.whole.interval() && !side.whole.has_other_texts();
    if (is_listed && whole.size() > 2 && others.points().size() < side.values.points().size()) {
      Texts texts;
      for (const Value& other : others.points()) texts.push_back(value(other, side.fact));
      return fact(side.fact) + word(" is not ", " 不为 ") + joined(texts, " or ", " 或 ");
    }
    ValueSet values = side.values;
    if (values.interval() && side.whole.interval()) {
      Interval shown = *values.interval();
      const Interval& all = *side.whole.interval();
      const bool is_from_low = shown.low == all.low && shown.open_low == all.open_low;
      const bool is_to_high = shown.high == all.high && shown.open_high == all.open_high;
      if (is_from_low != is_to_high && shown.low != shown.high) {
        if (is_from_low) shown.low.reset();
        if (is_to_high) shown.high.reset();
        values = ValueSet::of(shown);
        for (const Value& point : side.values.points()) values.insert(point);
      }
    }
    return fact(side.fact) + word(" is ", " 为 ") + set(values, side.fact);
  }

  std::string region(const Restrictions& sides) const {
    Texts texts;
    for (const Restriction& one : sides) texts.push_back(side(one));
    if (texts.empty()) return word("in every case", "在所有情形下");
    return joined(texts, "; ", "；");
  }
  /// "where Amount is 1 to 5", or "in every case".
  std::string where(const Restrictions& sides) const {
    if (sides.empty()) return region(sides);
    return is_zh_ ? "当 " + region(sides) + " 时" : "where " + region(sides);
  }

  /// "decision Refund" as Element::where names it.
  std::string element(const std::string& where) const {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kKinds = {
        {{"decision service ", "决策服务 "},
         {"decision ", "决策 "},
         {"business knowledge model ", "业务知识模型 "}}};
    for (const auto& [en, zh] : kKinds) {
      if (is_zh_ && where.starts_with(en)) return std::string(zh) + where.substr(en.size());
    }
    return where;
  }

  std::string witness(const std::vector<Input>& inputs) const {
    Texts texts;
    for (const Input& input : inputs) {
      texts.push_back(fact(input.name) + " = " + value(input.value, input.name));
    }
    return joined(texts, ", ", "，");
  }

 private:
  std::string above(const std::string& end, bool is_open) const {
    return (is_open ? word("over ", "大于 ") : word("at least ", "不低于 ")) + end;
  }
  std::string below(const std::string& end, bool is_open) const {
    return (is_open ? word("under ", "小于 ") : word("at most ", "不高于 ")) + end;
  }

  bool is_zh_;
  Language language_;
  const FactLabels& labels_;
};

std::string capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 32);
  return text;
}

std::string sentence_of(const Finding& finding, const Speaker& speak) {
  const std::string rules = speak.rules(finding.rules);
  const std::string where = speak.where(finding.region);
  const std::string outcomes = [&] {
    Texts texts;
    const bool is_whole = finding.kind == FindingKind::unreachable_output || finding.rules.empty();
    for (const Value& value : finding.outcomes) {
      texts.push_back(is_whole ? speak.outcome(value) : speak.value(value));
    }
    return speak.listed(texts);
  }();
  const bool is_zh = speak.is_zh();
  const std::string table = speak.element(finding.where);
  switch (finding.kind) {
    case FindingKind::gap:
      return is_zh ? fmt::format("{}，{} 没有规则命中", where, table)
                   : fmt::format("no rule of {} hits {}", table, where);
    case FindingKind::overlap:
      return is_zh ? fmt::format("{}，{} 的{}同时命中（结果相同），而只允许一条命中", where, table,
                                 rules)
                   : fmt::format("{} of {} both hit {}, with the same outputs, and only one may",
                                 rules, table, where);
    case FindingKind::conflict:
      if (finding.rules.empty()) {
        return is_zh ? fmt::format("{}，{} 的答复不同：{}", where, table, outcomes)
                     : fmt::format("{} answer differently {}: {}", table, where, outcomes);
      }
      return is_zh ? fmt::format("{}，{} 的{}同时命中而答复不同：{}", where, table, rules, outcomes)
                   : fmt::format("{} of {} both hit {} and answer differently: {}", rules, table,
                                 where, outcomes);
    case FindingKind::subsumed: {
      const std::string first = speak.rules({finding.rules[0]});
      const bool is_by_one = finding.rules.size() > 1;
      const std::string other = is_by_one ? speak.rules({finding.rules[1]}) : "";
      if (is_zh) {
        return is_by_one ? fmt::format("{} 的{}多余：凡其命中之处，{}也命中且结果相同", table,
                                       first, other)
                         : fmt::format("{} 的{}多余：其后的规则给出相同结果", table, first);
      }
      return is_by_one
                 ? fmt::format("{} of {} can go: where it hits, {} hits with the same outputs",
                               first, table, other)
                 : fmt::format("{} of {} can go: rules behind it give the same outputs", first,
                               table);
    }
    case FindingKind::dead: {
      const std::string first = speak.rules({finding.rules[0]});
      const std::vector<std::size_t> others(finding.rules.begin() + 1, finding.rules.end());
      if (others.empty()) {
        return is_zh ? fmt::format("{} 的{}永不命中", table, first)
                     : fmt::format("{} of {} never hits", first, table);
      }
      return is_zh
                 ? fmt::format("{} 的{}永不起作用：{}总是先于它", table, first, speak.rules(others))
                 : fmt::format("{} of {} never counts: {} always come before it", first, table,
                               speak.rules(others));
    }
    case FindingKind::unreachable_output:
      return is_zh ? fmt::format("{} 永远不会给出 {}", table, outcomes)
                   : fmt::format("{} never answers {}", table, outcomes);
  }
  return {};
}

/// "12 more", "3 days earlier"; empty where the two have no difference.
std::string difference(const FactChange& change, const Speaker& speak) {
  const auto from = place_of(change.from);
  const auto to = place_of(change.to);
  const auto by = from && to ? subtract(*to, *from) : std::nullopt;
  if (!by || scale_of(change.from) != scale_of(change.to)) return {};
  const bool is_less = by->is_negative();
  const Decimal size = absolute(*by);
  if (scale_of(change.to) == TypeKind::number) {
    if (speak.is_zh()) return fmt::format("（差 {}）", size.text());
    return fmt::format(" ({} {})", size.text(), is_less ? "less" : "more");
  }
  if (scale_of(change.to) == TypeKind::date) {
    if (speak.is_zh()) return fmt::format("（差 {} 天）", size.text());
    return fmt::format(" ({} days {})", size.text(), is_less ? "earlier" : "later");
  }
  return {};
}

std::string percent(double share) {
  return fmt::format("{:.4g} %", std::round(share * 1e6) / 1e4);
}

}  // namespace

std::string describe(const ValueSet& values, Language language) {
  return Speaker(language, {}).set(values);
}

std::string describe(const Restrictions& region, Language language, const FactLabels& labels) {
  return Speaker(language, labels).region(region);
}

std::string describe(const Finding& finding, Language language, const FactLabels& labels) {
  const Speaker speak(language, labels);
  std::string text = sentence_of(finding, speak);
  if (!speak.is_zh()) text = capitalised(std::move(text));
  if (!finding.witness.empty()) {
    text += (speak.is_zh() ? "，例如：" : ", as with ") + speak.witness(finding.witness);
  }
  if (!finding.is_proved) text += speak.word(" (not proved)", "（未能证明）");
  return text + speak.word(".", "。");
}

std::string describe(const OutcomeChange& change, Language language, const FactLabels& labels) {
  const Speaker speak(language, labels);
  const std::string change_text = speak.change(change.before, change.after);
  const std::string where = speak.where(change.where);
  std::string text = speak.is_zh() ? fmt::format("{}，结果{}", where, change_text)
                                   : fmt::format("{}, the outcome changes {}", where, change_text);
  // Where all of the region changes, an example has nothing to add.
  if (!change.is_throughout) {
    text += speak.word(" (at the example; not settled elsewhere)", "（就示例而言，其余未能判定）");
    text += (speak.is_zh() ? "，例如：" : ", as with ") + speak.witness(change.witness);
  }
  return speak.is_zh() ? text + "。" : capitalised(std::move(text)) + ".";
}

std::string describe(const WhatIf& way, Language language, const FactLabels& labels) {
  const Speaker speak(language, labels);
  switch (way.kind) {
    case WhatIf::Kind::already:
      return speak.word("It is so already.", "按现有情况已经满足。");
    case WhatIf::Kind::impossible:
      return speak.word("No change of the facts that may change reaches it; that is proved.",
                        "可变更的事实无论如何变更都无法满足（已证明）。");
    case WhatIf::Kind::not_settled:
      return speak.word("Whether some change reaches it could not be settled.",
                        "未能判定是否存在可满足的变更。");
    case WhatIf::Kind::possible:
      break;
  }
  Texts changes;
  for (const FactChange& change : way.changes) {
    const std::string name = speak.fact(change.fact);
    const std::string to = speak.value(change.to, change.fact);
    const std::string from = speak.value(change.from, change.fact);
    changes.push_back((speak.is_zh() ? fmt::format("{} 由 {} 改为 {}", name, from, to)
                                     : fmt::format("{} from {} to {}", name, from, to)) +
                      difference(change, speak));
  }
  std::string text = speak.word("It would be reached with: ", "作如下变更即可满足：") +
                     speak.joined(changes, "; ", "；") + speak.word(".", "。");
  if (!way.is_least_proved) {
    text += speak.word(" A smaller change may do as well.", "可能存在更小的变更。");
  }
  return text;
}

std::string describe(const Asked& asked, Language language, const FactLabels& labels) {
  const Speaker speak(language, labels);
  if (asked.is_settled) {
    switch (asked.verdict) {
      case Verdict::yes:
        return speak.word("The answer is yes, whatever else is true.",
                          "无论其他情况如何，答复为“是”。");
      case Verdict::no:
        return speak.word("The answer is no, whatever else is true.",
                          "无论其他情况如何，答复为“否”。");
      case Verdict::depends:
        return speak.word("The answer is not settled by facts alone.", "仅凭事实尚不能确定答复。");
    }
  }
  Texts facts;
  for (const std::string& fact : asked.questions) facts.push_back(speak.fact(fact));
  return speak.word("It depends; ask for ", "视情况而定，请先询问：") + speak.listed(facts) +
         speak.word(".", "。");
}

std::string describe(const Readiness& readiness, Language language, const FactLabels& labels) {
  const Speaker speak(language, labels);
  std::string text = speak.is_zh() ? fmt::format("仅凭数据可自动决定 {} 的情形。",
                                                 percent(readiness.decidable_share))
                                   : fmt::format("{} of the cases can be decided by data alone.",
                                                 percent(readiness.decidable_share));
  for (const OpenCondition& condition : readiness.conditions) {
    if (!condition.blocks) continue;
    const std::string name = speak.fact(condition.fact);
    const char* origin = condition.origin == FactOrigin::judgement
                             ? speak.word("a judgement", "需要判断")
                             : speak.word("asked for", "需要询问");
    const std::string with = percent(condition.share_with_data);
    const std::string without = percent(condition.share_without);
    text += speak.is_zh() ? fmt::format("{}（{}）：若有数据为 {}，若取消该条件为 {}。", name,
                                        origin, with, without)
                          : fmt::format(" {} ({}): {} with data for it, {} without the condition.",
                                        name, origin, with, without);
  }
  if (!readiness.is_proved) text += speak.word(" (Not proved.)", "（未能证明。）");
  return text;
}

}  // namespace hq::rules
