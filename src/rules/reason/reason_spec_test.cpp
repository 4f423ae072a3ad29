// The cases of spec/rules/reason; its README says how they are written.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/text.h"
#include "rules/reason/reason_testing.h"

namespace hq::rules {
namespace {

std::string trim(std::string_view text) {
  return std::string(trimmed(text, " \t\r"));
}

/// Split at a sign, quotes aside.
std::vector<std::string> parts(const std::string& text, char sign) {
  std::vector<std::string> found = {""};
  bool is_quoted = false;
  for (const char c : text) {
    if (c == '"') is_quoted = !is_quoted;
    if (c == sign && !is_quoted) {
      found.emplace_back();
    } else {
      found.back() += c;
    }
  }
  for (std::string& part : found) part = trim(part);
  if (found.size() == 1 && found[0].empty()) found.clear();
  return found;
}

std::vector<Input> facts_of(const std::string& text) {
  std::vector<Input> facts;
  for (const std::string& part : parts(text, ',')) {
    const auto sign = part.find('=');
    facts.push_back({trim(part.substr(0, sign)), feel(trim(part.substr(sign + 1))), ""});
  }
  return facts;
}

/// "number 0..1000 step 1 or null", "\"a\", \"b\"".
FactDomain domain_of(const std::string& name, std::string text) {
  FactDomain fact;
  fact.name = name;
  if (text.ends_with(" or null")) {
    fact.may_be_null = true;
    text.resize(text.size() - 8);
  }
  std::istringstream words(text);
  std::string kind;
  words >> kind;
  const auto type = built_in_type(kind);
  if (!type) {
    for (const std::string& value : parts(text, ',')) fact.values.push_back(feel(value));
    return fact;
  }
  fact.type = simple(*type);
  for (std::string word; words >> word;) {
    if (word == "step") {
      words >> word;
      fact.step = Decimal::parse(word);
      continue;
    }
    const auto dots = word.find("..");
    EXPECT_NE(dots, std::string::npos) << word;
    const auto end = [&](const std::string& one) -> std::optional<Value> {
      if (one.empty()) return std::nullopt;
      return feel(*type == TypeKind::number ? one : "@\"" + one + "\"");
    };
    fact.min = end(word.substr(0, dots));
    fact.max = end(word.substr(dots + 2));
  }
  return fact;
}

/// One case, as it is read.
struct Case {
  std::string name;
  std::vector<FactDomain> facts;
  std::vector<TableText> tables;          // the first one, and the later one
  std::vector<std::string> expectations;  // lines behind the tables
};

TableText read_table(const std::string& policy, std::istream& lines) {
  TableText table;
  table.hit_policy = policy.starts_with("COLLECT ") ? "COLLECT" : policy;
  if (policy.starts_with("COLLECT ")) table.aggregation = policy.substr(8);
  for (std::string line; std::getline(lines, line) && !trim(line).empty();) {
    std::vector<std::string> cells = parts(line, '|');
    if (table.inputs.empty()) {
      table.outputs = {cells.back()};
      cells.pop_back();
      table.inputs = cells;
    } else {
      EXPECT_EQ(cells.size(), table.inputs.size() + 1) << line;
      table.rules.push_back(cells);
    }
  }
  return table;
}

std::vector<Case> read_cases(const std::filesystem::path& file) {
  std::ifstream lines(file);
  std::vector<Case> cases;
  for (std::string line; std::getline(lines, line);) {
    line = trim(line);
    if (line.empty() || line.starts_with("#")) continue;
    const auto space = line.find(' ');
    const std::string word = line.substr(0, space);
    const std::string rest = trim(line.substr(std::min(space, line.size())));
    if (word == "case") {
      cases.emplace_back().name = rest;
    } else if (word == "fact") {
      const auto colon = rest.find(':');
      cases.back().facts.push_back(domain_of(rest.substr(0, colon), trim(rest.substr(colon + 1))));
    } else if (word == "table" || word == "later") {
      cases.back().tables.push_back(read_table(rest, lines));
    } else {
      cases.back().expectations.push_back(line);
    }
  }
  return cases;
}

std::shared_ptr<const Program> program_of(const Case& one, const TableText& table) {
  std::string xml;
  std::string needs;
  for (const FactDomain& fact : one.facts) {
    xml += input(fact.name);
    needs += needs_input(fact.name);
  }
  return compiled({definitions(xml + decision("Answer", table.xml(), needs))});
}

class SpecCase {
 public:
  explicit SpecCase(const Case& one) : case_(one) {
    for (const TableText& table : one.tables) {
      programs_.push_back(program_of(one, table));
      questions_.push_back({*programs_.back(), {ElementKind::decision, "Answer"}});
      questions_.back().facts = one.facts;
    }
  }

  void check() {
    std::multiset<std::string> wanted;
    for (const std::string& line : case_.expectations) {
      const std::string word = line.substr(0, line.find(' '));
      const std::string rest = trim(line.substr(word.size()));
      if (word == "gap") {
        gaps_.push_back(rest);
      } else if (word == "what-if") {
        check_what_if(parts(rest, '|'));
      } else if (word == "ask") {
        check_ask(parts(rest, '|'));
      } else if (word == "changed" || word == "unchanged") {
        check_change(parts(rest, '|'));
      } else {
        wanted.insert(line);
      }
    }
    check_findings(wanted);
    if (questions_.size() > 1) check_number_of_changes();
  }

 private:
  static bool is_within(const std::vector<Input>& point, const Restrictions& region) {
    return std::ranges::all_of(region, [&](const Restriction& side) {
      const auto fact = std::ranges::find(point, side.fact, &Input::name);
      return fact != point.end() && side.values.holds(fact->value);
    });
  }

  void check_findings(const std::multiset<std::string>& wanted) {
    const Findings found = prove(questions_[0], {}).value();
    EXPECT_TRUE(found.is_complete);
    std::multiset<std::string> others;
    std::vector<const Finding*> gaps;
    const char* kinds[] = {"gap", "overlap", "conflict", "subsumed", "dead"};
    for (const Finding& finding : found.findings) {
      EXPECT_TRUE(finding.is_proved);
      if (finding.kind == FindingKind::gap) {
        gaps.push_back(&finding);
        continue;
      }
      std::string text = kinds[static_cast<std::size_t>(finding.kind)];
      const bool is_dead = finding.kind == FindingKind::dead;
      for (std::size_t i = 0; i < (is_dead ? 1 : finding.rules.size()); ++i) {
        text += " " + std::to_string(finding.rules[i]);
      }
      others.insert(text);
    }
    EXPECT_EQ(others, wanted);
    EXPECT_EQ(gaps.empty(), gaps_.empty());
    for (const std::string& gap : gaps_) {
      const std::vector<Input> point = facts_of(gap);
      EXPECT_TRUE(std::ranges::any_of(gaps, [&](const Finding* finding) {
        return is_within(point, finding->region);
      })) << gap;
    }
  }

  static Goal goal_of(const std::string& wanted) {
    return Goal([value = feel(wanted)](const Value& outcome) {
      return is_same(outcome, value) ? Verdict::yes : Verdict::no;
    });
  }

  void check_what_if(const std::vector<std::string>& fields) {
    ASSERT_EQ(fields.size(), 4U);
    std::vector<Changeable> changeable;
    for (const std::string& part : parts(fields[1].substr(fields[1].find(' ')), ',')) {
      const bool is_flat = part.contains(" flat ");
      const auto at = part.rfind(is_flat ? " flat " : " by ");
      changeable.push_back({trim(part.substr(0, at)),
                            Decimal::parse(trim(part.substr(part.rfind(' ') + 1))).value(),
                            is_flat});
    }
    const Goal goal = goal_of(fields[2].substr(3));
    const WhatIf way = what_if(questions_[0], facts_of(fields[0]), changeable, goal, {}).value();
    std::string said = way.kind == WhatIf::Kind::already      ? "already"
                       : way.kind == WhatIf::Kind::impossible ? "impossible"
                                                              : way.cost.text() + ":";
    const char* separator = " ";
    for (const FactChange& change : way.changes) {
      said += separator + text_of({{change.fact, change.to, ""}});
      separator = ", ";
    }
    std::string wanted = fields[3];
    if (const auto colon = wanted.find(':'); colon != std::string::npos) {
      wanted.resize(colon + 1);
      separator = " ";
      for (const Input& fact : facts_of(fields[3].substr(colon + 1))) {
        wanted += separator + text_of({fact});
        separator = ", ";
      }
      EXPECT_TRUE(way.is_least_proved);
    }
    EXPECT_EQ(said, wanted) << fields[0];
  }

  void check_ask(const std::vector<std::string>& fields) {
    ASSERT_EQ(fields.size(), 3U);
    const Asked asked =
        ask(questions_[0], facts_of(fields[0]), goal_of(fields[1].substr(4)), {}).value();
    EXPECT_TRUE(asked.is_proved);
    std::string said = asked.verdict == Verdict::yes ? "yes" : "no";
    if (!asked.is_settled) {
      said.clear();
      for (const std::string& fact : asked.questions) said += (said.empty() ? "" : ", ") + fact;
    }
    EXPECT_EQ(said, fields[2]) << fields[0];
  }

  void check_change(const std::vector<std::string>& fields) {
    const Difference found = diff(questions_.at(0), questions_.at(1), {}, {}).value();
    EXPECT_TRUE(found.is_complete);
    const std::vector<Input> point = facts_of(fields[0]);
    const auto change = std::ranges::find_if(
        found.changes, [&](const OutcomeChange& one) { return is_within(point, one.where); });
    ASSERT_EQ(change != found.changes.end(), fields.size() > 1) << fields[0];
    if (fields.size() == 1) return;
    has_change_ = true;
    const auto arrow = fields[1].find("->");
    EXPECT_EQ(to_text(change->before), to_text(feel(trim(fields[1].substr(0, arrow)))));
    EXPECT_EQ(to_text(change->after), to_text(feel(trim(fields[1].substr(arrow + 2)))));
  }

  void check_number_of_changes() {
    EXPECT_EQ(diff(questions_[0], questions_[1], {}, {})->changes.empty(), !has_change_);
  }

  const Case& case_;
  std::vector<std::shared_ptr<const Program>> programs_;
  std::vector<Question> questions_;
  std::vector<std::string> gaps_;
  bool has_change_ = false;
};

TEST(ReasonSpec, cases_are_found_as_they_are_written) {
  std::size_t cases = 0;
  for (const auto& file : std::filesystem::directory_iterator(HQ_SOURCE_DIR "/spec/rules/reason")) {
    if (file.path().extension() != ".txt") continue;
    for (const Case& one : read_cases(file.path())) {
      SCOPED_TRACE(file.path().filename().string() + ": " + one.name);
      SpecCase(one).check();
      ++cases;
    }
  }
  EXPECT_GE(cases, 10U);
}

}  // namespace
}  // namespace hq::rules
