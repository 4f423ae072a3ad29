// The compiled form and the walker agree: on all texts of the tests of FEEL, on random trees, and
// on random texts. HQ_RUNS multiplies how many; HQ_SEED is the first seed.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "base/file.h"
#include "base/text.h"
#include "rules/compiled/agreement_testing.h"
#include "rules/compiled/runs_testing.h"
#include "rules/compiled/text_maker_testing.h"
#include "rules/feel/parser.h"
#include "rules/feel/tree_maker_testing.h"
#include "rules/feel/tree_testing.h"

namespace hq::rules {
namespace {

namespace fs = std::filesystem;

EvaluationOptions options() {
  EvaluationOptions options;
  options.now = parse_date_time("2026-11-22T08:00:00+08:00").value();
  options.steps_max = 200'000;
  options.bytes_max = 8 << 20;
  return options;
}

/// Values of all kinds, among them those that a name has more than one use for.
Value some_value(Random& random) {
  static const std::vector<Value> values = [] {
    // The trees of functions have to live as long as their values.
    static std::vector<ExpressionPtr> trees;
    std::vector<Value> made;
    for (const char* text : {"null",
                             "true",
                             "false",
                             "0",
                             "1",
                             "-2.5",
                             "12",
                             "1e40",
                             R"("")",
                             R"("x")",
                             R"("中🐎")",
                             R"(@"2024-02-29")",
                             R"(@"10:20:30")",
                             R"(@"10:20:30+01:00")",
                             R"(@"2024-02-29T10:00:00")",
                             R"(@"P1DT2H")",
                             R"(@"P1Y2M")",
                             "[]",
                             "[1, 2, 3]",
                             "[1]",
                             R"([1, null, "x"])",
                             "{}",
                             "{m: 1, start: 2}",
                             "{a: 1, b: [1, 2], item: 3}",
                             R"([{a: 1, b: 2}, {a: 2, m: "x"}, {b: null}])",
                             "[1..10]",
                             "(1..10)",
                             "[1..null]",
                             R"(["a".."d"])",
                             "(< 5)",
                             "(= 5)",
                             "[[1, 2], [3]]",
                             "function(a) a",
                             "function(a, b) a + b",
                             "abs",
                             "sum",
                             "{f: function(a) a, m: {m: 1}}"}) {
      auto tree = parse_expression(text, {});
      EXPECT_TRUE(tree) << text;
      Evaluation evaluation({});
      made.push_back(evaluate(**tree, Scope(), evaluation));
      trees.push_back(*std::move(tree));
    }
    return made;
  }();
  return values[random() % values.size()];
}

/// Every text in quotes of a C++ source, and each line of those that have several, up to " => ".
std::set<std::string> texts_of(std::string_view source) {
  std::set<std::string> texts;
  const auto add = [&](std::string_view text) {
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      const std::string_view line = text.substr(0, end);
      texts.emplace(trimmed(line.substr(0, line.find(" => "))));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  };
  for (std::size_t i = 0; i < source.size(); ++i) {
    if (source.substr(i, 3) == "R\"(") {
      const std::size_t end = std::min(source.find(")\"", i), source.size());
      add(source.substr(i + 3, end - i - 3));
      i = end + 1;
    } else if (source[i] == '"') {
      std::string text;
      for (++i; i < source.size() && source[i] != '"'; ++i) {
        const bool is_escaped = source[i] == '\\' && i + 1 < source.size();
        if (is_escaped) ++i;
        text += is_escaped && source[i] == 'n' ? '\n' : source[i];
      }
      add(text);
    }
  }
  return texts;
}

TEST(Agreement, on_the_texts_of_the_tests_of_feel) {
  int count = 0;
  for (const fs::directory_entry& entry :
       fs::directory_iterator(fs::path(HQ_SOURCE_DIR) / "src/rules/feel")) {
    if (!entry.path().filename().string().ends_with("_test.cpp")) continue;
    const auto source = read_file(entry.path());
    ASSERT_TRUE(source);
    for (const std::string& text : texts_of(*source)) {
      for (const bool are_tests : {false, true}) {
        const auto tree = are_tests ? parse_unary_tests(text, TreeMaker::names())
                                    : parse_expression(text, TreeMaker::names());
        if (!tree) continue;
        ++count;
        for (const int64_t a : {int64_t{1}, int64_t{7}}) {
          const Variables variables = {{"a", Value(a)}, {"?", Value(a)}};
          EXPECT_EQ(difference(**tree, variables, options()), std::nullopt) << text;
        }
      }
    }
  }
  EXPECT_GT(count, 1'500);
}

TEST(Agreement, on_random_trees) {
  const uint64_t first = seed_of_tests();
  const uint64_t runs = runs_of_tests(6'000);
  for (uint64_t seed = first; seed < first + runs; ++seed) {
    Random random(seed);
    const ExpressionPtr tree = TreeMaker(random).tree(1 + static_cast<int>(seed % 5));
    Variables variables;
    for (const std::string_view name : TreeMaker::kNames) {
      if (random() % 4 != 0) variables.emplace_back(name, some_value(random));
    }
    ASSERT_EQ(difference(*tree, variables, options()), std::nullopt) << "seed " << seed << "\n"
                                                                     << feel_text(*tree);
  }
}

TEST(Agreement, on_random_texts) {
  const uint64_t first = seed_of_tests();
  const uint64_t runs = runs_of_tests(6'000);
  uint64_t good = 0;
  for (uint64_t seed = first; seed < first + runs; ++seed) {
    Random random(seed);
    const std::string text = TextMaker(random).any(1 + static_cast<int>(seed % 5));
    const auto tree = parse_expression(text, TextMaker::names());
    ASSERT_TRUE(tree) << "seed " << seed << "\n" << text << "\n" << tree.error().text();
    const Variables variables = TextMaker::variables();
    ASSERT_EQ(difference(**tree, variables, options()), std::nullopt) << "seed " << seed << "\n"
                                                                      << text;
    Evaluation evaluation(options());
    Scope scope;
    for (const auto& [name, value] : variables) scope.set(name, value);
    const Value value = evaluate(**tree, scope, evaluation);
    good += !value.is_null() && evaluation.reports().empty() ? 1 : 0;
  }
  // Or else the texts would tell little.
  EXPECT_GT(good, runs / 2);
}

}  // namespace
}  // namespace hq::rules
