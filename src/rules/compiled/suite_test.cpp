// Both executors on the public suite (DMN TCK), as it is and with changed literals, and on random
// decision tables.
#include <gtest/gtest.h>

#include <filesystem>
#include <random>
#include <sstream>

#include "base/file.h"
#include "rules/compiled/program_testing.h"
#include "rules/compiled/runs_testing.h"
#include "rules/dmn/tck_cases.h"

namespace hq::rules {
namespace {

namespace fs = std::filesystem;
using Random = std::mt19937_64;

fs::path suite() {
  return fs::path(HQ_SHARED_DIR) / "data/dmn-tck/cases";
}

EvaluationOptions options() {
  EvaluationOptions options;
  options.now = parse_date_time("2026-11-22T08:00:00+08:00").value();
  options.steps_max = 200'000;
  options.bytes_max = 8 << 20;
  return options;
}

TEST(Suite, passes_compiled_as_it_does_walked) {
  if (!fs::exists(suite())) GTEST_SKIP() << "the DMN TCK is not at " << suite();
  const auto score = run_tck(suite(), {options().now, both});
  ASSERT_TRUE(score) << score.error().text();
  std::ostringstream failures;
  for (const TckFailure& one : score->failures) {
    failures << "\n" << one.folder << " " << one.case_id << " " << one.result << ": " << one.reason;
  }
  EXPECT_EQ(score->total, 2374u);
  EXPECT_EQ(score->strict_passed, 2374u) << failures.str();
}

/// The XML with other digits in some numbers of its texts, and other letters in some of their words
/// in quotes.
std::string with_other_literals(std::string xml, Random& random) {
  bool is_text = false;
  for (std::size_t i = 0; i < xml.size(); ++i) {
    if (xml[i] == '<') is_text = std::string_view(xml).substr(i).find("text>") < 12;
    const bool is_digit = xml[i] >= '0' && xml[i] <= '9';
    if (!is_text || !is_digit || random() % 4 != 0) continue;
    xml[i] = static_cast<char>('0' + random() % 10);
  }
  return xml;
}

TEST(Suite, agrees_where_its_literals_are_changed) {
  if (!fs::exists(suite())) GTEST_SKIP() << "the DMN TCK is not at " << suite();
  const uint64_t first = seed_of_tests();
  int count = 0;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(suite())) {
    const std::string name = entry.path().filename().string();
    if (!name.contains("-test-") || !name.ends_with(".xml")) continue;
    const auto test = read_tck_file(*read_file(entry.path()), name);
    ASSERT_TRUE(test) << name;
    const auto xml = read_file(entry.path().parent_path() / test->model);
    ASSERT_TRUE(xml) << name;
    for (uint64_t seed = first; seed < first + runs_of_tests(1); ++seed) {
      Random random(seed);
      auto model = read_model(with_other_literals(*xml, random), test->model);
      if (!model) continue;
      std::vector<Model> models;
      models.push_back(*std::move(model));
      const auto program = compile(models);
      if (!program) continue;
      const Executor executor = both(*program);
      for (const TckCase& one : test->cases) {
        for (const TckResult& result : one.results) {
          const bool is_decision = one.kind == ElementKind::decision;
          (void)executor({one.kind, is_decision ? result.name : one.invocable}, one.inputs,
                         options());
          ++count;
        }
      }
      ASSERT_FALSE(::testing::Test::HasFailure()) << name << ", seed " << seed;
    }
  }
  EXPECT_GT(count, 1'500);
}

/// A decision table of random cells, of which some are opaque and some have a fault.
class TableMaker {
 public:
  explicit TableMaker(Random& random) : random_(random) {}

  std::string model() {
    const std::string policy =
        one_of({"UNIQUE", "FIRST", "ANY", "PRIORITY", "OUTPUT ORDER", "RULE ORDER", "COLLECT"});
    std::string attributes = "hitPolicy=\"" + policy + "\"";
    if (policy == "COLLECT") {
      attributes +=
          one_of({"", " aggregation=\"SUM\"", " aggregation=\"COUNT\"", " aggregation=\"MIN\""});
    }
    const std::string type = one_of({"", "number", "string"});
    std::string table = "<decisionTable " + attributes + ">";
    for (const std::string& input : {one_of({"n", "n + 1", "nix"}), one_of({"s", "n"})}) {
      table += "<input><inputExpression typeRef=\"" + one_of({"", "Any", type}) + "\"><text>" +
               input + "</text></inputExpression>" +
               one_of({"", "", "", "<inputValues><text>&lt; 9</text></inputValues>"}) + "</input>";
    }
    const bool has_two = below(3) == 0;
    const std::string order =
        one_of({"", "<outputValues><text>3, 2, \"x\", 1</text></outputValues>"});
    const std::string fallback =
        one_of({"", "<defaultOutputEntry><text>n</text></defaultOutputEntry>"});
    table += "<output name=\"a\">" + order + fallback + "</output>";
    if (has_two) table += "<output name=\"b\" typeRef=\"" + type + "\">" + order + "</output>";
    for (uint64_t i = below(8); i > 0; --i) {
      table += "<rule>" + entry("inputEntry", cell()) + entry("inputEntry", cell()) +
               entry("outputEntry", output());
      if (has_two) table += entry("outputEntry", output());
      table += "</rule>";
    }
    return input("n", one_of({"Any", "number"})) + input("s") +
           decision("d", table + "</decisionTable>", needs_input("n") + needs_input("s"));
  }

  Inputs inputs() { return {{"n", value()}, {"s", value()}}; }

 private:
  uint64_t below(uint64_t bound) { return random_() % bound; }
  std::string one_of(std::initializer_list<std::string> texts) {
    return texts.begin()[below(texts.size())];
  }
  static std::string entry(std::string_view tag, const std::string& text) {
    const std::string name(tag);
    return "<" + name + "><text>" + text + "</text></" + name + ">";
  }

  std::string value() {
    return one_of({"0", "1", "2", "3", "4.5", "9", "\"x\"", "\"y\"", "null", "[1]", "[1, 2]",
                   "[1..3]", "true", "@\"2026-01-01\"", "{a: 1}"});
  }
  std::string cell() {
    return one_of({"-",
                   "-",
                   "-",
                   "1",
                   "2",
                   "&lt; 3",
                   "&gt;= 2",
                   "[1..3]",
                   "(1..3)",
                   "1, 2, &gt; 4",
                   "not(1, 2)",
                   "\"x\"",
                   "not(\"x\")",
                   "null",
                   "not(null)",
                   "true",
                   "&lt; @\"2026-02-01\"",
                   "[1, 2]",
                   "n",
                   "s",
                   "&gt; n",
                   "? = 1",
                   "? + n &gt; 3",
                   "count(?) = 2",
                   "nix",
                   "nix(1)",
                   "1 + \"a\"",
                   "&lt; &lt;",
                   "[1..\"a\"]",
                   "{a: 1}",
                   "1 + 1",
                   "-2",
                   "[n..3]"});
  }
  std::string output() {
    return one_of({"1", "2", "3", "\"x\"", "1", "2", "n", "n + 1", "nix", "[1, 2]", "null", ""});
  }

  Random& random_;
};

TEST(Suite, agrees_on_random_tables) {
  const uint64_t first = seed_of_tests();
  for (uint64_t seed = first; seed < first + runs_of_tests(2'000); ++seed) {
    Random random(seed);
    TableMaker maker(random);
    const std::string model = maker.model();
    const auto program = compiled({definitions(model)});
    ASSERT_NE(program, nullptr);
    for (int i = 0; i < 6; ++i) {
      const Inputs inputs = maker.inputs();
      (void)agreed(program, {ElementKind::decision, "d"}, inputs);
      ASSERT_FALSE(::testing::Test::HasFailure())
          << "seed " << seed << ", n: " << inputs[0].second << ", s: " << inputs[1].second << "\n"
          << model;
    }
  }
}

}  // namespace
}  // namespace hq::rules
