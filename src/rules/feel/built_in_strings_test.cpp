#include "rules/feel/built_ins_testing.h"

namespace hq::rules {
namespace {

TEST(BuiltInStrings, cut_out_code_points) {
  expect_answers({
      {R"x(substring("foobar", 3))x", "obar"},
      {R"x(substring("foobar", 3, 3))x", "oba"},
      {R"x(substring("foobar", 3, 3.8))x", "oba"},
      {R"x(substring("foobar", 3, 100))x", "obar"},
      {R"x(substring("foobar", -2, 1))x", "a"},
      {R"x(substring("foobar", -6, 6))x", "foobar"},
      {R"x(substring(string: "foobar", start position: 3))x", "obar"},
      {R"x(substring("🐎ab", 2))x", "ab"},
      {R"x(substring("上海虹桥", -2))x", "虹桥"},
      {R"x(substring("foobar", 0))x", "error"},
      {R"x(substring("foobar", 7))x", "error"},
      {R"x(substring("foobar", -7))x", "error"},
      {R"x(substring("foobar", 1, 0))x", "error"},
      {R"x(substring(null, 1))x", "error"},
  });
}

TEST(BuiltInStrings, count_code_points) {
  expect_answers({
      {R"x(string length(""))x", "0"},
      {R"x(string length("🐎ab"))x", "3"},
      {R"x(string length(string: "虹桥"))x", "2"},
      {"string length(1)", "error"},
  });
}

TEST(BuiltInStrings, change_case_as_unicode_has_it) {
  expect_answers({
      {R"x(upper case("aBc4"))x", "ABC4"},
      {R"x(upper case("straße"))x", "STRASSE"},
      {R"x(lower case("ÄΣ"))x", "äς"},
      {R"x(lower case("I"))x", "i"},
      {"lower case(null)", "error"},
  });
}

TEST(BuiltInStrings, cut_before_and_after_a_match) {
  expect_answers({
      {R"x(substring before("foobar", "bar"))x", "foo"},
      {R"x(substring before("foobar", "o"))x", "f"},
      {R"x(substring before("foobar", "x"))x", ""},
      {R"x(substring before("", ""))x", ""},
      {R"x(substring after("foobar", "ob"))x", "ar"},
      {R"x(substring after("foobar", "x"))x", ""},
      {R"x(substring after("", "a"))x", ""},
      {R"x(substring after("foobar", ""))x", "foobar"},
      {R"x(substring after("one two three four five six", "two three four five"))x", " six"},
  });
}

TEST(BuiltInStrings, look_for_texts) {
  expect_answers({
      {R"x(contains("foobar", "of"))x", "false"},
      {R"x(contains("foobar", "ob"))x", "true"},
      {R"x(contains("abc", ""))x", "true"},
      {R"x(contains(null, "bar"))x", "error"},
      {R"x(contains("bar", null))x", "error"},
      {R"x(starts with("foobar", "fo"))x", "true"},
      {R"x(ends with("foobar", "r"))x", "true"},
      {R"x(ends with("r", "foobar"))x", "false"},
      {R"x(contains("aaaaaaaaaaaaaaaaaaaaab", "aaaaaaaaaaaaaaaaaaaab"))x", "true"},
      {R"x(contains("aaaaaaaaaaaaaaaaaaaaab", "baaaaaaaaaaaaaaaaaaaa"))x", "false"},
  });
}

TEST(BuiltInStrings, join_without_nulls) {
  expect_answers({
      {R"x(string join(["a", "b", "c"], " and "))x", "a and b and c"},
      {R"x(string join(["a", "b"], null))x", "ab"},
      {R"x(string join(["a", null, "c"], "X"))x", "aXc"},
      {R"x(string join([null, "", "c"], "X"))x", "Xc"},
      {R"x(string join([]))x", ""},
      {R"x(string join([1, 2], "X"))x", "error"},
      {R"x(string join(null, "X"))x", "error"},
      {R"x(string join(delimiter: "X", list: ["a", "c"]))x", "aXc"},
  });
}

TEST(BuiltInStrings, write_values_down) {
  expect_answers({
      {"string(1.10)", "1.1"},
      {"string(\"a\")", "a"},
      {"string(null)", "null"},
      {"string(true)", "true"},
      {R"x(string([1, "a"]))x", R"x([1, "a"])x"},
      {R"x(string({a: "foo"}))x", R"x({a: "foo"})x"},
      {R"x(string(date("2018-12-10")))x", "2018-12-10"},
      {"string()", "error"},
  });
}

TEST(BuiltInStrings, read_numbers_with_separators) {
  expect_answers({
      {R"x(number("1,000,000.01", ",", "."))x", "1000000.01"},
      {R"x(number("1.000.000,01", ".", ","))x", "1000000.01"},
      {R"x(number("1 000,5", " ", ","))x", "1000.5"},
      {R"x(number("1000000.01", null, "."))x", "1000000.01"},
      {R"x(number("1,000.25", ",", null))x", "1000.25"},
      {R"x(number("-5", null, null))x", "-5"},
      {R"x(number(from: "1.000,01", decimal separator: ",", grouping separator: "."))x", "1000.01"},
      {R"x(number("1,000.01", " ", "."))x", "error"},
      {R"x(number("1,000.01", ":", "."))x", "error"},
      {R"x(number("1.5", null, ","))x", "error"},
      {R"x(number("1,5", ",", ","))x", "error"},
      {R"x(number("1.5", ".", "."))x", "error"},
      {R"x(number("one", null, null))x", "error"},
      {R"x(number("", null, null))x", "error"},
      {R"x(number("1.000.000,01", "."))x", "error"},
      {R"x(number(123, ".", ","))x", "error"},
  });
}

TEST(BuiltInPatterns, find_matches) {
  expect_answers({
      {R"x(matches("foobar", "^fo*b"))x", "true"},
      {R"x(matches("abc", "ABC"))x", "false"},
      {R"x(matches("abc", "ABC", "i"))x", "true"},
      {R"x(matches("abracadabra", "bra", null))x", "true"},
      {R"x(matches("abracadabra", "bra", "p"))x", "error"},
      {R"x(matches("x", "[A-Z-[OI]]", "i"))x", "true"},
      {R"x(matches("h", "(.)\2"))x", "error"},
      {R"x(matches("input"))x", "error"},
      {R"x(matches(null, "a"))x", "error"},
  });
}

TEST(BuiltInPatterns, replace_matches) {
  expect_answers({
      {R"x(replace("banana", "a", "o"))x", "bonono"},
      {R"x(replace("abracadabra", "a(.)", "a$1$1"))x", "abbraccaddabbra"},
      {R"x(replace("abracadabra", "a.*?a", "*"))x", "*c*bra"},
      {R"x(replace("abc", "[A-Z]", "#", "i"))x", "###"},
      {R"x(replace("abc", ".^[d-z]*", "#", "smix"))x", "abc"},
      {R"x(replace(input: "abc", pattern: "[a-z]", replacement: "#"))x", "###"},
      {R"x(replace("abc", "x*", "#"))x", "error"},
      {R"x(replace("abc", "[", "#"))x", "error"},
  });
}

TEST(BuiltInPatterns, split_at_matches) {
  expect_answers({
      {R"x(split("John Doe", "\s"))x", R"x(["John", "Doe"])x"},
      {R"x(split("a;b;c;;", ";"))x", R"x(["a", "b", "c", "", ""])x"},
      {R"x(split(delimiter: ",", string: "foo,bar"))x", R"x(["foo", "bar"])x"},
      {R"x(split("", ";"))x", R"x([""])x"},
      {R"x(split("foo"))x", "error"},
      {R"x(split(null, null))x", "error"},
  });
}

}  // namespace
}  // namespace hq::rules
