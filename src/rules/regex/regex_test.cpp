#include "rules/regex/regex.h"

#include <gtest/gtest.h>

#include <string>

#include "base/text.h"

namespace hq::rules {
namespace {

const std::string kKelvin = "\xE2\x84\xAA";

bool matches(std::string_view text, std::string_view pattern, std::string_view flags = {}) {
  const auto regex = Regex::compile(pattern, flags);
  EXPECT_TRUE(regex) << pattern << ": " << (regex ? "" : regex.error().text());
  if (!regex) return false;
  const auto found = regex->matches(text);
  EXPECT_TRUE(found) << pattern << ": " << (found ? "" : found.error().text());
  return found && *found;
}

// "", or the first word of the error: FORX0002, or the code where the message has none.
std::string refusal(std::string_view pattern, std::string_view flags = {},
                    RegexMode mode = RegexMode::xpath) {
  const auto regex = Regex::compile(pattern, flags, mode);
  if (regex) return {};
  const Error& error = regex.error();
  EXPECT_FALSE(error.message_zh.empty());
  if (error.message.starts_with("FORX")) return error.message.substr(0, 8);
  return std::string(info(error.code).id);
}

std::string replaced(std::string_view text, std::string_view pattern, std::string_view replacement,
                     std::string_view flags = {}) {
  const auto regex = Regex::compile(pattern, flags);
  if (!regex) return regex.error().message;
  const auto result = regex->replace(text, replacement);
  return result ? *result : result.error().message.substr(0, 8);
}

std::string tokens(std::string_view text, std::string_view pattern, std::string_view flags = {}) {
  const auto regex = Regex::compile(pattern, flags);
  if (!regex) return regex.error().message;
  const auto result = regex->tokenize(text);
  if (!result) return result.error().message.substr(0, 8);
  std::string line;
  for (const std::string& token : *result) line += "<" + token + ">";
  return line;
}

TEST(Regex, finds_a_match_anywhere) {
  EXPECT_TRUE(matches("上海虹桥站", "虹桥"));
  EXPECT_FALSE(matches("上海虹桥站", "虹.桥"));
  EXPECT_TRUE(matches("abracadabra", "^a.*a$"));
  EXPECT_FALSE(matches("abracadabra", "^bra"));
  EXPECT_TRUE(matches("", ""));
  EXPECT_TRUE(matches("ac", "a(|b)c"));
  EXPECT_TRUE(matches("ac", "a()c"));
}

TEST(Regex, knows_the_flags) {
  EXPECT_FALSE(matches("a\nb", "a.b"));
  EXPECT_FALSE(matches("a\rb", "a.b"));
  EXPECT_TRUE(matches("a\nb", "a.b", "s"));
  EXPECT_FALSE(matches("a\nb", "^b"));
  EXPECT_TRUE(matches("a\nb", "^b", "m"));
  EXPECT_TRUE(matches("a\nb", "a$", "m"));
  EXPECT_FALSE(matches("a\n", "a$"));
  EXPECT_FALSE(matches("a\n", "^$", "m"));  // nothing begins behind a line feed at the end
  EXPECT_TRUE(matches("helloworld", "hello world", "x"));
  EXPECT_TRUE(matches("hello world", "hello[ ]world", "x"));
  EXPECT_TRUE(matches("a]b", "a [\\]] b", "x"));
  EXPECT_TRUE(matches("a.b", ".", "q"));
  EXPECT_FALSE(matches("ab", ".", "q"));
  EXPECT_TRUE(matches("A+B", "a+b", "qi"));
  EXPECT_EQ(refusal("a", "g"), "FORX0001");
  EXPECT_EQ(refusal("a", " "), "FORX0001");
}

TEST(Regex, folds_case_by_the_variants_of_each_character) {
  EXPECT_TRUE(matches(kKelvin, "k", "i"));
  EXPECT_TRUE(matches(kKelvin, "[a-z]", "i"));
  EXPECT_TRUE(matches("k", kKelvin, "i"));
  EXPECT_TRUE(matches("k" + kKelvin, "^(k)\\1$", "i"));
  EXPECT_FALSE(matches("q", "[^Q]", "i"));
  EXPECT_FALSE(matches("o", "[A-Z-[OI]]", "i"));
  EXPECT_TRUE(matches("x", "[A-Z-[OI]]", "i"));
  EXPECT_FALSE(matches("m", "\\p{Lu}", "i"));  // a category stays what it is
  EXPECT_TRUE(matches("σςΣ", "^Σ{3}$", "i"));
  EXPECT_TRUE(matches("\xC4\xB1", "I", "i"));    // dotless i has the upper case I
  EXPECT_FALSE(matches("\xC4\xB0", "i", "i"));   // the lower case of dotted I is two characters
  EXPECT_FALSE(matches("ss", "\xC3\x9F", "i"));  // no folding to more characters
  EXPECT_TRUE(matches("\xE1\xBA\x9E", "ß", "i"));
}

TEST(Regex, knows_classes) {
  EXPECT_TRUE(matches("-", "[a-]"));
  EXPECT_TRUE(matches("-", "[-a]"));
  EXPECT_TRUE(matches("-", "^[0-9-.]$"));
  EXPECT_FALSE(matches("b", "^[a-d-[b-c]]$"));
  EXPECT_TRUE(matches("b", "^[a-d-[a-c-[b]]]$"));
  EXPECT_FALSE(matches("e", "^[^a-d-[e]]$"));
  EXPECT_FALSE(matches("a", "[a-[a]]"));  // an empty set is a pattern, and matches nothing
  EXPECT_TRUE(matches("^", "[\\^]"));
  for (const char* const bad : {"[]", "[^]", "[a", "[b-a]", "[a--]", "[--z]", "[[a]]", "[-[a]]",
                                "[a-\\d]", "[a-[b]c]", "a]", "[\\1]", "[a-"}) {
    EXPECT_EQ(refusal(bad), "FORX0002") << bad;
  }
}

TEST(Regex, knows_categories_and_blocks_and_escapes) {
  EXPECT_TRUE(matches("虹", "\\p{Lo}"));
  EXPECT_TRUE(matches("虹", "\\p{IsCJKUnifiedIdeographs}"));
  EXPECT_FALSE(matches("虹", "\\P{IsCJKUnifiedIdeographs}"));
  EXPECT_TRUE(matches("é", "\\p{IsLatin-1Supplement}"));
  EXPECT_TRUE(matches("α", "\\p{IsGreek}") && matches("α", "\\p{IsGreekandCoptic}"));
  for (const char* const name : {"LatinExtended-A", "SuperscriptsandSubscripts", "Phags-pa",
                                 "Cypro-Minoan", "CJKUnifiedIdeographsExtensionA",
                                 "SupplementaryPrivateUseArea-B", "CombiningMarksforSymbols"}) {
    EXPECT_EQ(refusal("\\p{Is" + std::string(name) + "}"), "") << name;
  }
  EXPECT_TRUE(matches("٣", "^\\d$"));
  EXPECT_TRUE(matches("_:虹", "^_\\i\\w$") && matches("$", "\\w") && !matches("_", "\\w"));
  EXPECT_TRUE(matches("-", "\\c") && !matches("-", "\\i") && matches(" ", "\\C\\I?"));
  EXPECT_FALSE(matches("\u00A0", "\\s"));
  EXPECT_TRUE(matches("\\|.?*+(){}-[]^$", "^\\\\\\|\\.\\?\\*\\+\\(\\)\\{\\}\\-\\[\\]\\^\\$$"));
  for (const char* const bad : {"\\p{Cs}", "\\p{Xx}", "\\p{IsNowhere}", "\\p{Isbasiclatin}", "\\pL",
                                "\\p{L", "\\b", "\\x41", "\\u0041", "\\0", "\\", "\\é"}) {
    EXPECT_EQ(refusal(bad), "FORX0002") << bad;
  }
}

TEST(Regex, knows_quantifiers) {
  EXPECT_TRUE(matches("aaa", "^a{3}$") && matches("aaa", "^a{2,}$") && matches("aaa", "^a{0,3}$"));
  EXPECT_EQ(replaced("aaa", "a{1,2}?", "b"), "bbb");
  EXPECT_EQ(replaced("aaa", "a+?", "b"), "bbb");
  EXPECT_FALSE(matches("aaa", "a{2147483647}"));
  EXPECT_FALSE(matches("aaa", "(a){99999999999999999999999999}"));
  EXPECT_TRUE(matches("aaa", "^a{0,99999999999999999999999999}$"));
  EXPECT_TRUE(matches("alpha", "alp^?ha") && matches("alpha", "^{2}alpha"));
  for (const char* const bad :
       {"*a", "a**", "a{2,1}", "a{,2}", "a{2", "a{x}", "{1}", "a{1}{2}", "a++", "|*", "(+)"}) {
    EXPECT_EQ(refusal(bad), "FORX0002") << bad;
  }
}

TEST(Regex, knows_groups_and_back_references) {
  EXPECT_TRUE(matches("abab", "^(ab)\\1$"));
  EXPECT_TRUE(matches("aa0", "^(a)\\10$"));  // there is no group 10, so a 0 follows group 1
  EXPECT_TRUE(matches("abcdefghijj", "^(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\\10$"));
  EXPECT_TRUE(matches("bc", "^(a)?b\\1c$"));  // a group that took no part matches nothing
  EXPECT_TRUE(matches("abb", "^(?:a)(b)\\1$"));
  for (const char* const bad :
       {"(a\\1)", "\\1(a)", "(a)\\2", "(a", "a)", "(?a)", "(?=a)", "(?<n>a)", "(?i)a", "(?"}) {
    EXPECT_EQ(refusal(bad), "FORX0002") << bad;
  }
}

TEST(Regex, says_where_a_pattern_is_wrong) {
  const auto regex = Regex::compile("虹 [b-a]", "x");
  ASSERT_FALSE(regex);
  EXPECT_EQ(regex.error().where, "pattern, character 7");
  EXPECT_EQ(Regex::compile("(").error().where, "pattern, character 2");
  EXPECT_EQ(refusal("\xFF"), "FORX0002");
}

TEST(Regex, replaces_with_groups) {
  EXPECT_EQ(replaced("abracadabra", "a(.)", "a$1$1"), "abbraccaddabbra");
  EXPECT_EQ(replaced("abcd", "(ab)|(a)", "[1=$1][2=$2]"), "[1=ab][2=]cd");
  EXPECT_EQ(replaced("ab", "(a)", "$12$5\\$\\\\$0"), "a2$\\ab");
  EXPECT_EQ(replaced("a.b", ".", "$1\\", "q"), "a$1\\b");
  EXPECT_EQ(replaced("aab", "^a", "x"), "xab");
  EXPECT_EQ(replaced("虹桥", "桥", "<$0>"), "虹<桥>");
  EXPECT_EQ(replaced("abc", "x", "$1"), "abc");
  for (const char* const bad : {"$", "$x", "\\", "\\n", "a\\1"}) {
    EXPECT_EQ(replaced("a", "x", bad), "FORX0004") << bad;
  }
  EXPECT_EQ(replaced("a", "x?", "y"), "FORX0003");
  EXPECT_EQ(replaced("a", "^|x", "y"), "FORX0003");
}

TEST(Regex, tokenizes) {
  EXPECT_EQ(tokens("1, 15,24", ",\\s*"), "<1><15><24>");
  EXPECT_EQ(tokens(",a,", ","), "<><a><>");
  EXPECT_EQ(tokens("", ","), "");
  EXPECT_EQ(tokens("abc", "x"), "<abc>");
  EXPECT_EQ(tokens("A.BRA", "a.", "qi"), "<><BRA>");
  EXPECT_EQ(tokens("abc", "x*"), "FORX0003");
}

TEST(Regex, knows_the_patterns_of_schemas) {
  const auto whole = [](std::string_view text, std::string_view pattern) {
    return Regex::compile(pattern, {}, RegexMode::xsd_schema).value().matches(text).value();
  };
  EXPECT_TRUE(whole("AB12", "[A-Z]{2}\\d{2}"));
  EXPECT_FALSE(whole("xAB12", "[A-Z]{2}\\d{2}"));
  EXPECT_FALSE(whole("AB12\n", "[A-Z]{2}\\d{2}"));
  EXPECT_TRUE(whole("b", "a|b") && !whole("ab", "a|b"));
  EXPECT_TRUE(whole("^a$", "^a$"));
  for (const char* const bad : {"(a)\\1", "a*?", "(?:a)", "\\$", "a+?"}) {
    EXPECT_EQ(refusal(bad, {}, RegexMode::xsd_schema), "FORX0002") << bad;
  }
}

TEST(Regex, refuses_patterns_over_a_limit) {
  const auto repeated = [](std::string_view text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += text;
    return all;
  };
  EXPECT_EQ(refusal(repeated("a", kRegexPatternCodePointsMax)), "");
  EXPECT_EQ(refusal(repeated("a", kRegexPatternCodePointsMax + 1)), "too_large");
  EXPECT_EQ(refusal(repeated("虹", kRegexPatternCodePointsMax * 4)), "too_large");
  const auto nested = [&](std::size_t n) { return repeated("(", n) + "a" + repeated(")", n); };
  EXPECT_EQ(refusal(nested(kRegexNestingMax)), "");
  EXPECT_EQ(refusal(nested(kRegexNestingMax + 1)), "limit_exceeded");
  EXPECT_EQ(refusal(nested(2000)), "limit_exceeded");
  EXPECT_EQ(refusal(repeated("[a-", 1000)), "limit_exceeded");
  EXPECT_EQ(refusal(repeated("()", kRegexGroupsMax)), "");
  EXPECT_EQ(refusal(repeated("()", kRegexGroupsMax + 1)), "limit_exceeded");
  EXPECT_EQ(refusal("a{65535}"), "");
  EXPECT_EQ(refusal("a{65536}"), "limit_exceeded");
  EXPECT_EQ(refusal("(a{1000}){1001}"), "limit_exceeded");
  EXPECT_EQ(refusal("((ab){999}){999}"), "too_large");
  EXPECT_EQ(refusal(repeated("(a?", 90) + repeated("){0,9}", 90)), "limit_exceeded");
}

// Each large class takes some 6 KB in PCRE2, of 64 in all: many of them are written once.
TEST(Regex, has_room_for_many_large_classes) {
  std::string pattern = "^";
  std::string text;
  for (int i = 0; i < 200; ++i) {
    pattern += i % 2 == 0 ? "(\\w+)" : "(\\W|\\p{Zs})";
    text += i % 2 == 0 ? "虹a" : "-";
  }
  EXPECT_TRUE(matches(text, pattern + "$"));
  EXPECT_FALSE(matches(text + "-", pattern + "$"));
  EXPECT_EQ(replaced(text, pattern, "$1,$199,$200"), "虹a,虹a,-");  // groups keep their numbers
}

TEST(Regex, ends_with_an_error_when_the_work_is_used_up) {
  const std::string many(60, 'a');
  const auto regex = Regex::compile("^(a+)+[$]").value();
  const auto refused = regex.matches(many);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::limit_exceeded);
  RegexWork work{.left = 1000};
  EXPECT_FALSE(regex.matches(many, work));
  EXPECT_EQ(work.left, 0U);
  EXPECT_FALSE(regex.matches("aab", work));  // nothing is left for the next call either
  work.left = 1000;
  EXPECT_FALSE(regex.matches("aab", work).value());
  EXPECT_GT(work.left, 0U);
  EXPECT_LT(work.left, 1000U);
  EXPECT_EQ(Regex::compile("(a+)+b").value().replace(many, "x").error().code,
            ErrorCode::limit_exceeded);
}

TEST(Regex, refuses_texts_that_are_too_long_or_not_utf8) {
  const auto regex = Regex::compile("b$").value();
  EXPECT_TRUE(regex.matches(std::string(kRegexTextBytesMax - 1, 'a') + "b").value());
  EXPECT_EQ(regex.matches(std::string(kRegexTextBytesMax + 1, 'a')).error().code,
            ErrorCode::too_large);
  EXPECT_EQ(regex.matches("\xFF").error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(regex.replace("b", "\xFF").error().code, ErrorCode::invalid_argument);
  const auto doubled = Regex::compile("a").value().replace(std::string(kRegexTextBytesMax / 8, 'a'),
                                                           std::string(100, '$') + "0");
  EXPECT_FALSE(doubled);
  EXPECT_EQ(Regex::compile("a")
                .value()
                .replace(std::string(kRegexTextBytesMax / 8, 'a'), std::string(100, 'b'))
                .error()
                .code,
            ErrorCode::too_large);
}

TEST(Regex, cuts_a_long_text_within_the_default_work) {
  std::string text;
  while (text.size() < kRegexTextBytesMax - 10) text += "hongqiao, ";
  const auto words = Regex::compile(",\\s+").value().tokenize(text);
  ASSERT_TRUE(words) << words.error().text();
  EXPECT_EQ(words->size(), text.size() / 10 + 1);
}

}  // namespace
}  // namespace hq::rules
