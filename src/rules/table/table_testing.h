// Tables for tests, made of texts, and the plain way to tell which of their rules hit.
//
//   const CompiledTable table = table_of({{"< 5", "\"a\""}, {"-", "not(\"a\")"}});
//   naive_hits(table, {feel("3"), feel("\"a\"")});   // 0, 1 ...
#pragma once

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "rules/dmn/compile.h"
#include "rules/feel/evaluator.h"
#include "rules/feel/parser.h"

namespace hq::rules {

inline Feel tests_of(std::string_view text) {
  if (text.empty()) return {};
  auto tree = parse_unary_tests(text, Names());
  if (!tree) return {nullptr, std::move(tree).error(), std::string(text)};
  return {*std::move(tree), {}, std::string(text)};
}

/// A row of cells for each rule; nothing else of the table is set.
inline CompiledTable table_of(const std::vector<std::vector<std::string>>& rows) {
  CompiledTable table;
  for (const auto& row : rows) {
    table.inputs.resize(row.size());
    CompiledTable::Rule& rule = table.rules.emplace_back();
    for (const std::string& text : row) rule.inputs.push_back(tests_of(text));
  }
  return table;
}

inline Value feel_value(std::string_view text) {
  const auto tree = parse_expression(text, Names());
  EXPECT_TRUE(tree) << text;
  Evaluation evaluation({});
  return tree ? evaluate(**tree, Scope(), evaluation) : Value();
}

/// As decide_by_table looks at a cell.
inline bool naive_holds(const Feel& tests, const Value& value) {
  if (tests.is_empty()) return true;
  if (tests.fault) return false;
  Evaluation evaluation({});
  const Value verdict = passes(*tests.tree, value, Scope(), evaluation);
  const bool* holds = verdict.as<bool>();
  return holds != nullptr && *holds;
}

inline std::vector<std::size_t> naive_hits(const CompiledTable& table,
                                           const std::vector<Value>& inputs) {
  std::vector<std::size_t> hits;
  for (std::size_t rule = 0; rule < table.rules.size(); ++rule) {
    bool is_hit = true;
    for (std::size_t i = 0; is_hit && i < inputs.size(); ++i) {
      is_hit = naive_holds(table.rules[rule].inputs[i], inputs[i]);
    }
    if (is_hit) hits.push_back(rule);
  }
  return hits;
}

/// Texts of tests and values that often meet: few constants of each kind, in all forms.
class RandomTexts {
 public:
  explicit RandomTexts(uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t end) {
    return std::uniform_int_distribution<std::size_t>(0, end - 1)(random_);
  }

  /// Of one kind, which every column of a real table has.
  std::string constant(std::size_t kind) {
    const auto pick = [&](const std::vector<std::string>& texts) {
      return texts[below(texts.size())];
    };
    switch (kind) {
      case 0:
        return pick({"-2", "0", "0.1", "0.10", "1", "1.5", "2", "1e3", "12345678901234567890.1",
                     "12345678901234567890.2", "-1e400", "1e400", "1 + 1", "2 ** 3"});
      case 1:
        return pick({"\"\"", "\"a\"", "\"b\"", "\"上海市浦东新区\"", "\"上海市浦东\"",
                     "\"上海市闵行区\"", "\"abcdefgh\"", "\"abcdefghi\"", "\"\\u0000\""});
      case 2:
        return pick(
            {"date(\"2025-01-01\")", "@\"2025-01-02\"", "date(2024, 2, 29)", "@\"-99999-01-01\""});
      case 3:
        return pick({"@\"2025-01-01T00:00:00Z\"", "@\"2025-01-01T08:00:00+08:00\"",
                     "@\"2025-01-01T08:00:00@Asia/Shanghai\"", "@\"2025-01-01T00:00:00.5Z\"",
                     "date and time(\"2025-01-01T00:00:00\")", "@\"2024-12-31T23:59:59\""});
      case 4:
        return pick({"duration(\"P1D\")", "@\"PT24H\"", "@\"-PT0.5S\"", "@\"PT0.25S\"", "@\"PT0S\"",
                     "-duration(\"P1D\")"});
      case 5:
        return pick({"@\"P1Y\"", "@\"P12M\"", "@\"-P1M\"", "@\"P0M\""});
      case 6:
        return pick({"true", "false"});
      default:
        return "null";
    }
  }

  std::string test(std::size_t kind, int depth = 0) {
    if (below(12) == 0) kind = below(8);
    switch (below(depth < 2 ? 11 : 7)) {
      case 0:
        return std::vector<std::string>{"< ", "<= ", "> ", ">= ", "= ", "!= "}[below(6)] +
               constant(kind);
      case 1:
      case 2:
        return interval(kind);
      case 3:
        return "[" + item(kind) + ", " + item(kind) + ", " + item(kind) + "]";
      case 4:
      case 5:
      case 6:
        return constant(kind);
      case 7:
        return "not(" + test(kind, depth + 1) + ")";
      case 8:
        return depth == 0 ? "-" : constant(kind);
      default:
        return test(kind, depth + 1) + ", " + test(kind, depth + 1);
    }
  }

  std::string value(std::size_t kind) {
    const std::size_t which = below(20);
    if (which == 0) return "null";
    if (which == 1) return "[" + constant(kind) + ", " + constant(kind) + ", " + item(kind) + "]";
    if (which == 2) return interval(kind);
    if (which == 3) return "@\"08:00:00\"";
    if (which == 4) return "{a: 1}";
    return constant(which == 5 ? below(8) : kind);
  }

 private:
  std::string interval(std::size_t kind) {
    const std::string low = constant(kind);
    const std::string high = constant(below(8) == 0 ? 7 : kind);
    return (below(2) == 0 ? "[" : "(") + low + ".." + high + (below(2) == 0 ? "]" : ")");
  }
  std::string item(std::size_t kind) {
    switch (below(6)) {
      case 0:
        return interval(kind);
      case 1:
        return "[" + constant(kind) + "]";
      case 2:
        return "(< " + constant(kind) + ")";
      default:
        return constant(kind);
    }
  }

  std::mt19937_64 random_;
};

}  // namespace hq::rules
