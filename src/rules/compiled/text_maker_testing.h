// For tests: random FEEL texts that mostly make sense: numbers are added to numbers, functions get
// what they take. Now and then a part of any kind stands where another is wanted. One thread.
//
//   Random random(seed);
//   TextMaker(random).any(3);   // "if n > 2 then sum(ns) else 1 + m.a"
#pragma once

#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "rules/compiled/agreement_testing.h"
#include "rules/feel/parser.h"

namespace hq::rules {

class TextMaker {
 public:
  explicit TextMaker(std::mt19937_64& random) : random_(random) {}

  /// The names of variables() and of their members.
  static Names names() {
    Names names;
    for (const auto& [name, value] : variables()) names.add(name);
    names.add_member("deep value");
    return names;
  }

  static Variables variables() {
    const auto of = [](std::string_view text) {
      const auto tree = parse_expression(text, {});
      Evaluation evaluation({});
      return tree ? evaluate(**tree, Scope(), evaluation) : Value(tree.error().text());
    };
    static const Variables all = {
        {"n", of("3")},
        {"n 2", of("-1.5")},
        {"s", of(R"("text")")},
        {"t", of("true")},
        {"nothing", of("null")},
        {"day", of(R"(@"2024-02-29")")},
        {"ns", of("[1, 2, 3, 4]")},
        {"ss", of(R"(["a", "b", "text"])")},
        {"m", of(R"({a: 1, b: "text", "deep value": {a: 2}, item: 5})")},
        {"rows", of(R"([{a: 1, b: "x", n: 10}, {a: 2, b: "y"}, {a: 3, b: null, s: "in"}])")},
    };
    return all;
  }

  std::string any(int depth) {
    switch (below(7)) {
      case 0:
        return text(depth);
      case 1:
        return truth(depth);
      case 2:
        return numbers(depth);
      case 3:
        return rows(depth);
      case 4:
        return context(depth);
      case 5:
        return day(depth);
      default:
        return number(depth);
    }
  }

 private:
  uint64_t below(uint64_t bound) { return random_() % bound; }
  std::string one_of(std::initializer_list<std::string_view> texts) {
    return std::string(texts.begin()[below(texts.size())]);
  }
  /// One in so many times something else.
  bool strays(int depth) { return depth > 0 && below(25) == 0; }

  std::string number(int depth) {
    if (strays(depth)) return any(depth - 1);
    if (depth <= 0) return one_of({"n", "n 2", "0", "1", "2.50", "17", "m.a", "m.deep value.a"});
    const int d = depth - 1;
    switch (below(15)) {
      case 0:
      case 1:
      case 2:
        return "(" + number(d) + one_of({" + ", " - ", " * ", " / "}) + number(d) + ")";
      case 3:
        return "-" + number(0);
      case 4:
        return one_of({"sum", "min", "max", "count", "mean", "median"}) + "(" + numbers(d) + ")";
      case 5:
        return one_of({"abs", "floor", "ceiling"}) + "(" + number(d) + ")";
      case 6:
        return "(if " + truth(d) + " then " + number(d) + " else " + number(d) + ")";
      case 7:
        return "string length(" + text(d) + ")";
      case 8:
        return numbers(d) + "[" + one_of({"1", "-1", "2", "n", "count(ns)"}) + "]";
      case 9:
        return context(d) + ".a";
      case 10:
        return "(function(a, x) " + number(d) + ")(" + number(d) + ", " + number(d) + ")";
      case 11:
        return "{f: function(a: number) if a < 1 then " + number(d) + " else a + f(a - 1), r: f(" +
               one_of({"3", "n", number(d)}) + ")}.r";
      case 12:
        return "(" + day(d) + " - " + day(d) + ").days";
      case 13:
        return day(d) + "." + one_of({"year", "month", "day", "weekday"});
      default:
        return "round half up(n: " + number(d) + ", scale: " + number(0) + ")";
    }
  }

  std::string text(int depth) {
    if (strays(depth)) return any(depth - 1);
    if (depth <= 0) return one_of({"s", R"("")", R"("x")", R"("text")", "m.b"});
    const int d = depth - 1;
    switch (below(8)) {
      case 0:
        return "(" + text(d) + " + " + text(d) + ")";
      case 1:
        return one_of({"upper case", "lower case"}) + "(" + text(d) + ")";
      case 2:
        return "substring(" + text(d) + ", " + one_of({"1", "2", "-1", number(d)}) + ")";
      case 3:
        return "string(" + number(d) + ")";
      case 4:
        return "string join(" + one_of({"ss", "rows.b", "rows.b[item != null]"}) + ", " + text(d) +
               ")";
      case 5:
        return "(if " + truth(d) + " then " + text(d) + " else " + text(d) + ")";
      case 6:
        return "replace(" + text(d) + ", \"[a-t]\", \"-\")";
      default:
        return rows(d) + "[1].b";
    }
  }

  std::string truth(int depth) {
    if (strays(depth)) return any(depth - 1);
    if (depth <= 0) return one_of({"t", "true", "false", "(n > 2)", "(n = 3)", "(nothing = null)"});
    const int d = depth - 1;
    switch (below(14)) {
      case 0:
      case 1:
        return "(" + number(d) + one_of({" < ", " <= ", " > ", " >= ", " = ", " != "}) + number(d) +
               ")";
      case 2:
        return "(" + truth(d) + one_of({" and ", " or "}) + truth(d) + ")";
      case 3:
        return "not(" + truth(d) + ")";
      case 4:
        return "(" + number(d) + " between " + number(d) + " and " + number(d) + ")";
      case 5:
        return "(" + number(d) + " in (" + test(d) + ", " + test(d) + "))";
      case 6:
        return "(" + one_of({"some", "every"}) + " x in " + numbers(d) + " satisfies " +
               one_of({"x > 1", "x > n", "x = " + number(d)}) + ")";
      case 7:
        return "(" + one_of({"some", "every"}) + " x in " + rows(d) + ", y in " + numbers(0) +
               " satisfies x.a = y)";
      case 8:
        return "list contains(" + numbers(d) + ", " + number(d) + ")";
      case 9:
        return "(" + any(d) + " instance of " +
               one_of({"number", "string", "list<number>", "context<a: number>", "Any"}) + ")";
      case 10:
        return one_of({"contains", "starts with", "ends with", "matches"}) + "(" + text(d) + ", " +
               text(d) + ")";
      case 11:
        return "(" + text(d) + one_of({" = ", " < "}) + text(d) + ")";
      case 12:
        return "(" + day(d) + one_of({" = ", " < ", " >= "}) + day(d) + ")";
      default:
        return "(" + context(d) + " = " + context(d) + ")";
    }
  }

  std::string test(int depth) {
    switch (below(6)) {
      case 0:
        return one_of({"< ", ">= ", "!= "}) + number(depth);
      case 1:
        return "[" + number(depth) + ".." + number(depth) + "]";
      case 2:
        return "(" + number(depth) + ".." + number(depth) + ")";
      case 3:
        return "? * 2 = " + number(depth);
      default:
        return number(depth);
    }
  }

  std::string numbers(int depth) {
    if (strays(depth)) return any(depth - 1);
    if (depth <= 0) return one_of({"ns", "[]", "[1, 2]", "rows.a"});
    const int d = depth - 1;
    switch (below(10)) {
      case 0:
        return "[" + number(d) + ", " + number(d) + "]";
      case 1:
        return numbers(d) + "[item " + one_of({"> ", "= ", "< "}) + number(d) + "]";
      case 2:
        return "(for x in " + numbers(d) + " return " + one_of({"x", "x * 2", number(d)}) + ")";
      case 3:
        return "(for x in 1.." + one_of({"3", "n", "0"}) + ", y in " + numbers(d) +
               " return x + y)";
      case 4:
        return "(for x in 1..4 return if x = 1 then " + number(d) + " else partial[-1] + x)";
      case 5:
        return rows(d) + ".a";
      case 6:
        return one_of({"reverse", "distinct values", "flatten"}) + "(" + numbers(d) + ")";
      case 7:
        return "append(" + numbers(d) + ", " + number(d) + ")";
      case 8:
        return "sort(" + numbers(d) + ", function(x, y) x " + one_of({"<", ">"}) + " y)";
      default:
        return "(for x in " + rows(d) + " return x.a + " + number(d) + ")";
    }
  }

  std::string rows(int depth) {
    if (strays(depth)) return any(depth - 1);
    if (depth <= 0) return one_of({"rows", "[m]", "[]"});
    const int d = depth - 1;
    switch (below(7)) {
      case 0:
        return "[" + context(d) + ", " + context(d) + "]";
      case 1:
        return rows(d) + "[a > " + number(d) + "]";
      case 2:
        return rows(d) + "[" + truth(d) + "]";
      case 3:
        return rows(d) + "[b = " + text(d) + " or n = 10]";
      case 4:
        return rows(d) + "[count(ns[item = a]) > 0]";
      case 5:
        return rows(d) + "[(function(x) x + a)(n) > 4]";
      default:
        return "(for x in " + numbers(d) + " return " + context(d) + ")";
    }
  }

  std::string context(int depth) {
    if (strays(depth)) return any(depth - 1);
    if (depth <= 0) return one_of({"m", "{a: 1}", "{a: n, b: s}"});
    const int d = depth - 1;
    switch (below(5)) {
      case 0:
        return "{a: " + number(d) + ", b: " + any(d) + "}";
      case 1:
        return "{a: " + number(d) + ", b: a + " + number(d) + ", a 2: {a: b}}";
      case 2:
        return "context put(" + context(d) + ", \"a\", " + number(d) + ")";
      case 3:
        return "context merge([" + context(d) + ", " + context(d) + "])";
      default:
        return rows(d) + "[" + one_of({"1", "-1", "a = 2", "n"}) + "]";
    }
  }

  std::string day(int depth) {
    if (strays(depth)) return any(depth - 1);
    if (depth <= 0) return one_of({"day", R"(@"2025-01-31")", R"(date("2020-12-01"))"});
    const int d = depth - 1;
    switch (below(4)) {
      case 0:
        return "(" + day(d) + one_of({" + ", " - "}) + one_of({R"(@"P3D")", R"(@"P1M")"}) + ")";
      case 1:
        return "date(" + number(0) + " + 2000, 1 + " + number(0) + ", 5)";
      case 2:
        return "(if " + truth(d) + " then " + day(d) + " else " + day(d) + ")";
      default:
        return "(day + duration(\"P\" + string(floor(abs(" + number(d) + "))) + \"D\"))";
    }
  }

  std::mt19937_64& random_;
};

}  // namespace hq::rules
