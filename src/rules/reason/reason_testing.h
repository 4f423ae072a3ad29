// Random small models for the tests of reasoning, with all their inputs, so that each answer can be
// compared with what execute() says of every one of them.
//
//   RandomModel random(seed);
//   const auto program = compiled({random.xml()});
//   for (const auto& point : points_of(space, space.whole)) ...
#pragma once

#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "rules/dmn/model_testing.h"
#include "rules/reason/region.h"

namespace hq::rules {

/// HQ_SEED, or a fixed one.
inline uint64_t testing_seed() {
  const char* seed = std::getenv("HQ_SEED");
  return seed != nullptr ? std::strtoull(seed, nullptr, 10) : 4;
}
/// HQ_ROUNDS, or so many.
inline uint64_t testing_rounds(uint64_t rounds) {
  const char* asked = std::getenv("HQ_ROUNDS");
  return asked != nullptr ? std::strtoull(asked, nullptr, 10) : rounds;
}

inline std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    out += c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : std::string(1, c);
  }
  return out;
}

/// A table as text, which is also that of spec/rules/reason: cells parted by "|", a line each.
struct TableText {
  std::string hit_policy = "UNIQUE";
  std::string aggregation = {};
  std::vector<std::string> inputs = {};
  std::vector<std::string> outputs = {};             // names
  std::vector<std::string> allowed = {};             // of outputs, may be shorter
  std::vector<std::vector<std::string>> rules = {};  // cells of inputs, then of outputs

  std::string xml() const {
    std::string out = "<decisionTable hitPolicy=\"" + hit_policy + "\"";
    if (!aggregation.empty()) out += " aggregation=\"" + aggregation + "\"";
    out += ">";
    for (const std::string& input : inputs) {
      out +=
          "<input><inputExpression><text>" + escaped(input) + "</text></inputExpression></input>";
    }
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      out += outputs.size() == 1 ? "<output>" : "<output name=\"" + outputs[i] + "\">";
      if (i < allowed.size() && !allowed[i].empty()) {
        out += "<outputValues><text>" + escaped(allowed[i]) + "</text></outputValues>";
      }
      out += "</output>";
    }
    for (const auto& rule : rules) {
      out += "<rule>";
      for (std::size_t i = 0; i < rule.size(); ++i) {
        const std::string tag = i < inputs.size() ? "inputEntry" : "outputEntry";
        out += "<" + tag + "><text>" + escaped(rule[i]) + "</text></" + tag + ">";
      }
      out += "</rule>";
    }
    return out + "</decisionTable>";
  }
};

/// All points of a region that is finite.
inline std::vector<std::vector<Input>> points_of(const Space& space, const Region& region) {
  std::vector<std::vector<Input>> points = {{}};
  for (std::size_t i = 0; i < region.size(); ++i) {
    std::vector<std::vector<Input>> longer;
    const auto values = region[i].listed(1000);
    EXPECT_TRUE(values.has_value());
    for (const auto& point : points) {
      for (const Value& value : *values) {
        longer.push_back(point);
        longer.back().push_back({space.names[i], value, ""});
      }
    }
    points = std::move(longer);
  }
  return points;
}

inline std::string text_of(const std::vector<Input>& point) {
  std::string out;
  for (const Input& input : point) {
    out += (out.empty() ? "" : ", ") + input.name + "=" + to_text(input.value);
  }
  return out;
}
inline std::string text_of(const Space& space, const Region& region) {
  std::string out;
  for (std::size_t i = 0; i < region.size(); ++i) {
    out += space.names[i] + ": " + describe(region[i], Language::en) + "; ";
  }
  return out;
}

/// Is the value among those that the abstract one holds?
inline bool may_be(const Abstract& abstract, const Value& value) {
  if (abstract.is_anything) return true;
  for (const Value& point : abstract.set.points()) {
    if (is_same(point, value)) return true;
  }
  if (!value.is_null() && abstract.set.holds(value)) return true;
  const List* list = value.as<List>();
  if (abstract.items && list != nullptr && list->size() == abstract.items->size()) {
    bool is_in = true;
    for (std::size_t i = 0; i < list->size(); ++i) {
      is_in = is_in && may_be((*abstract.items)[i], (*list)[i]);
    }
    if (is_in) return true;
  }
  const Context* context = value.as<Context>();
  if (abstract.members && context != nullptr) {
    bool is_in = context->members().size() == abstract.members->size();
    for (const auto& member : *abstract.members) {
      const Value* found = context->find(member.name);
      is_in = is_in && found != nullptr && may_be(member.value, *found);
    }
    if (is_in) return true;
  }
  return false;
}

/// Two to four facts of few values; decisions Low (of facts) and Top (of facts and Low), either a
/// table or an expression.
class RandomModel {
 public:
  explicit RandomModel(uint64_t seed) : random_(seed) {
    facts_ = 2 + below(3);
    for (std::size_t i = 0; i < facts_; ++i) kinds_.push_back(below(4));
    has_low_ = below(3) != 0;
    if (has_low_) {
      low_kind_ = below(2);
      low_ = below(4) == 0 ? expression_xml(low_kind_, false)
                           : table(false, low_kind_ == 0 ? 0 : 1).xml();
    }
    top_ = table(has_low_, 1);
    top_xml_ = below(6) == 0 ? expression_xml(below(2), has_low_) : top_.xml();
  }

  /// The same facts with one more or changed rule: a later version.
  std::string changed_xml() {
    TableText changed = top_;
    const std::size_t at = below(changed.rules.size());
    changed.rules[at] = rule(has_low_, changed.hit_policy, 1, changed.inputs);
    return model(changed.xml());
  }
  std::string xml() const { return model(top_xml_); }
  std::size_t facts() const { return facts_; }

  Question question(const Program& program) const {
    Question question{program, {ElementKind::decision, "Top"}};
    for (std::size_t i = 0; i < facts_; ++i) {
      FactDomain fact;
      fact.name = name(i);
      switch (kinds_[i]) {
        case 0:
          fact.type = simple(TypeKind::number);
          fact.min = Value(int64_t{0});
          fact.max = Value(int64_t{5});
          fact.step = Decimal(1);
          break;
        case 1:
          fact.values = {Value("a"), Value("b"), Value("c")};
          break;
        case 2:
          fact.type = simple(TypeKind::boolean);
          break;
        default:
          fact.type = simple(TypeKind::date);
          fact.min = Value(*Date::from_civil(2026, 1, 30));
          fact.max = Value(*Date::from_civil(2026, 2, 3));
          break;
      }
      fact.may_be_null = i == 1;
      question.facts.push_back(std::move(fact));
    }
    return question;
  }

  Region some_region(const Space& space) {
    Region region = space.whole;
    for (ValueSet& set : region) {
      const std::size_t cuts = below(4);
      for (std::size_t i = 0; i < cuts; ++i) {
        const auto cut = set.halved();
        if (!cut) continue;
        auto [first, second] = set.split(*cut);
        ValueSet part = below(2) == 0 ? first : second;
        if (!part.is_empty()) set = std::move(part);
      }
    }
    return region;
  }

  std::size_t below(std::size_t end) { return random_() % end; }

 private:
  static std::string name(std::size_t fact) { return std::string("Fact ") + char('A' + fact); }

  std::string model(const std::string& top) const {
    std::string out;
    std::string needs;
    for (std::size_t i = 0; i < facts_; ++i) {
      const char* types[] = {"number", "string", "boolean", "date"};
      out += input(name(i), types[kinds_[i]]);
      needs += needs_input(name(i));
    }
    if (has_low_) out += decision("Low", low_, needs);
    return definitions(out + decision("Top", top, needs + (has_low_ ? needs_decision("Low") : "")));
  }

  std::string number() { return std::to_string(below(7)); }
  std::string date() {
    const char* dates[] = {"2026-01-30", "2026-01-31", "2026-02-01", "2026-02-02", "2026-02-28"};
    return std::string("@\"") + dates[below(5)] + "\"";
  }
  std::string text() { return std::string("\"") + char('a' + below(3)) + "\""; }

  /// A literal of a kind: 0 number, 1 text, 2 boolean, 3 date.
  std::string literal_of(std::size_t kind) {
    switch (kind) {
      case 0:
        return number();
      case 1:
        return text();
      case 2:
        return below(2) == 0 ? "true" : "false";
      default:
        return date();
    }
  }

  std::string cell(std::size_t kind) {
    if (below(3) == 0) return "-";
    const bool is_ordered = kind == 0 || kind == 3;
    const std::string a = literal_of(kind);
    const std::string b = literal_of(kind);
    switch (below(is_ordered ? 8 : 4)) {
      case 0:
        return a;
      case 1:
        return a + ", " + b;
      case 2:
        return "not(" + a + ")";
      case 3:
        return below(4) == 0 ? "null" : below(3) == 0 ? "? != " + a : a;
      case 4:
        return "< " + a;
      case 5:
        return ">= " + a;
      case 6:
        return (below(2) == 0 ? "[" : "(") + a + ".." + b + (below(2) == 0 ? "]" : ")");
      default:
        return "<= " + a + ", > " + b;
    }
  }

  /// A number made of facts, or a condition.
  std::string operand(std::size_t kind) {
    std::vector<std::string> found;
    for (std::size_t i = 0; i < facts_; ++i) {
      if (kinds_[i] == kind) found.push_back(name(i));
    }
    if (found.empty() || below(4) == 0) return literal_of(kind);
    return found[below(found.size())];
  }
  std::string number_expression() {
    const std::string a = operand(0);
    const std::string b = operand(0);
    switch (below(11)) {
      case 0:
        return a + " + " + b;
      case 1:
        return a + " - " + b;
      case 2:
        return a + " * " + b;
      case 3:
        return a + " / " + b;
      case 4:
        return "min(" + a + ", " + b + ")";
      case 5:
        return "max([" + a + ", " + b + ", 3])";
      case 6:
        return "if " + condition() + " then " + a + " else " + b;
      case 7:
        return "floor(" + a + " / 2)";
      case 8:
        return "abs(" + a + " - 3)";
      case 9:
        return "(" + operand(3) + " - " + operand(3) + ").days";
      default:
        return "sum([" + a + ", -" + b + "])";
    }
  }
  std::string condition() {
    const std::size_t kind = below(4);
    const std::string a = operand(kind);
    const std::string b = operand(kind);
    switch (below(kind == 0 || kind == 3 ? 7 : 5)) {
      case 0:
        return "(" + a + " = " + b + ")";
      case 1:
        return "(" + a + " != " + b + " and " + operand(2) + ")";
      case 2:
        return "(" + operand(2) + " or " + a + " = " + b + ")";
      case 3:
        return "not(" + a + " = " + b + ")";
      case 4:
        return "(" + a + " in (" + cell_or_literal(kind) + "))";
      case 5:
        return "(" + a + " < " + b + ")";
      default:
        return "(" + a + " between " + literal_of(kind) + " and " + b + ")";
    }
  }
  std::string cell_or_literal(std::size_t kind) {
    const std::string made = cell(kind);
    return made == "-" || made.starts_with("not") ? literal_of(kind) : made;
  }

  std::string expression_xml(std::size_t kind, bool uses_low) {
    std::string text = kind == 0 ? number_expression() : condition();
    if (uses_low && below(2) == 0)
      text = "if Low = " + literal_of(low_kind_) + " then null else " + text;
    return literal(escaped(text));
  }

  std::vector<std::string> rule(bool uses_low, const std::string& policy, std::size_t output_kind,
                                const std::vector<std::string>& inputs) {
    std::vector<std::string> cells;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const bool is_low = uses_low && inputs[i] == "Low";
      std::size_t kind = 0;
      for (std::size_t k = 0; k < facts_; ++k) {
        if (inputs[i] == name(k)) kind = kinds_[k];
      }
      cells.push_back(cell(is_low ? low_kind_ : kind));
    }
    const bool is_computed = output_kind == 0 && below(3) == 0;
    cells.push_back(policy == "COLLECT" || output_kind == 0
                        ? (is_computed ? number_expression() : number())
                        : text());
    return cells;
  }

  TableText table(bool uses_low, std::size_t output_kind) {
    const char* policies[] = {"UNIQUE",  "FIRST",      "ANY",   "PRIORITY",
                              "COLLECT", "RULE ORDER", "UNIQUE"};
    TableText table;
    const std::size_t policy = below(7);
    table.hit_policy = policies[policy];
    if (policy == 4) {
      const char* aggregations[] = {"SUM", "COUNT", "MAX", ""};
      table.aggregation = aggregations[below(4)];
    }
    for (std::size_t i = 0; i < facts_; ++i) {
      if (below(4) != 0) table.inputs.push_back(name(i));
    }
    if (below(5) == 0) table.inputs.push_back(number_expression());
    if (uses_low) table.inputs.emplace_back("Low");
    if (table.inputs.empty()) table.inputs.push_back(name(0));
    table.outputs = {"out"};
    if (policy == 3) table.allowed = {"\"b\", \"a\", \"c\""};
    const std::size_t rules = 1 + below(5);
    for (std::size_t i = 0; i < rules; ++i) {
      table.rules.push_back(rule(uses_low, table.hit_policy, output_kind, table.inputs));
    }
    return table;
  }

  std::mt19937_64 random_;
  std::size_t facts_ = 0;
  std::vector<std::size_t> kinds_;
  bool has_low_ = false;
  std::size_t low_kind_ = 0;
  std::string low_;
  TableText top_;
  std::string top_xml_;
};

}  // namespace hq::rules
