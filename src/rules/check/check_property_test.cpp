// What the check calls an error is one whenever it runs: random expressions are checked and run.
#include <gtest/gtest.h>

#include <random>

#include "rules/check/check.h"
#include "rules/dmn/model_testing.h"

namespace hq::rules {
namespace {

/// Expressions of which every part is always evaluated: no `if`, `and`, `or`, no empty loops.
class Writer {
 public:
  explicit Writer(unsigned seed) : random_(seed) {}

  std::string expression(int depth) {
    if (depth == 0) return leaf();
    const std::string a = expression(depth - 1);
    switch (pick(11)) {
      case 0:
        return "(" + a + one_of({" + ", " - ", " * ", " / "}) + expression(depth - 1) + ")";
      case 1:
        return "(" + a + one_of({" = ", " != ", " < ", " >= "}) + expression(depth - 1) + ")";
      case 2:
        return one_of({"floor(", "string length(", "not(", "count(", "abs(", "sum(", "upper case(",
                       "string(", "day of week(", "max(", "reverse("}) +
               a + ")";
      case 3:
        return one_of({"contains(", "modulo(", "append(", "list contains(", "starts with("}) + a +
               ", " + expression(depth - 1) + ")";
      case 4:
        return "[" + a + ", " + leaf() + "]";
      case 5:
        return "{k: " + a + "}" + one_of({".k", ".j", ""});
      case 6:
        return "(" + a + ")" + one_of({".year", ".age", ".days", ".start"});
      case 7:
        return "(" + a + " between " + leaf() + " and " + leaf() + ")";
      case 8:
        return "(" + a + " in " + one_of({"[1..5]", "(\"a\", \"b\")", "(1, \"a\")"}) + ")";
      case 9:
        return "(for i in [" + a + "] return i" + one_of({" + 1", "", " + s"}) + ")";
      default:
        return "-(" + a + ")";
    }
  }

 private:
  std::size_t pick(std::size_t count) {
    return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_);
  }
  std::string one_of(std::initializer_list<std::string_view> texts) {
    return std::string(texts.begin()[pick(texts.size())]);
  }
  std::string leaf() {
    return one_of({"n", "s", "b", "d", "p", "l", "p.age", "1", "2.5", "\"a\"", "true",
                   "@\"2026-01-01\"", "@\"P1D\"", "@\"P1M\"", "[1, 2]", "z"});
  }

  std::mt19937 random_;
};

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '<' ? std::string("&lt;") : std::string(1, c);
  return out;
}

TEST(CheckProperty, an_error_is_one_whenever_it_runs) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Writer writer(seed);
  std::string head =
      "<itemDefinition name='tP'><itemComponent name='age'><typeRef>number</typeRef>"
      "</itemComponent></itemDefinition><itemDefinition name='tL' isCollection='true'><typeRef>"
      "number</typeRef></itemDefinition>";
  std::string needs;
  for (const auto& [name, type] : {std::pair("n", "number"),
                                   {"s", "string"},
                                   {"b", "boolean"},
                                   {"d", "date"},
                                   {"p", "tP"},
                                   {"l", "tL"}}) {
    head += input(name, type);
    needs += needs_input(name);
  }
  const Inputs inputs = {{"n", "3"},        {"s", "\"ab\""},
                         {"b", "false"},    {"d", "@\"2026-05-05\""},
                         {"p", "{age: 7}"}, {"l", "[4, 5]"}};
  std::size_t wrong = 0;
  std::size_t right = 0;
  for (int i = 0; i < 3000; ++i) {
    const std::string text = writer.expression(1 + i % 3);
    const auto program =
        compiled({definitions(head + decision("out", literal(escaped(text)), needs))});
    ASSERT_NE(program, nullptr);
    const auto problems = check(*program, {.always_given = {"n", "s", "b", "d", "p", "l"}});
    const bool is_wrong = std::ranges::any_of(
        problems, [](const Problem& one) { return one.severity == Severity::error; });
    const Answer answer = run(*program, {ElementKind::decision, "out"}, inputs);
    if (is_wrong) {
      ++wrong;
      EXPECT_FALSE(answer.reports.empty())
          << text << " is " << to_text(answer.value) << "; " << problems[0].message_en;
    } else if (answer.reports.empty()) {
      ++right;
    }
  }
  EXPECT_GT(wrong, 300u);
  EXPECT_GT(right, 300u);
}

}  // namespace
}  // namespace hq::rules
