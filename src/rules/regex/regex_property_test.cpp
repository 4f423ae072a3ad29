#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <random>

#include "base/text.h"
#include "rules/regex/detail/pattern.h"
#include "rules/regex/naive_matcher_testing.h"
#include "rules/regex/regex.h"

namespace hq::rules {
namespace {

uint64_t setting(const char* name, uint64_t otherwise) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}
  uint64_t below(uint64_t limit) { return engine_() % limit; }
  template <std::size_t n>
  std::string one_of(const char* const (&choices)[n]) {
    return choices[below(n)];
  }

 private:
  std::mt19937_64 engine_;
};

// A pattern by the grammar; `groups` counts those closed so far.
std::string random_pattern(Random& random, int depth, int& groups) {
  static constexpr const char* kAtoms[] = {
      "a",   "b",       "k",        "\xE2\x84\xAA", ".", "[ab]", "[^a]",     "[a-k-[b]]", "\\w",
      "\\d", "\\p{Lu}", "[\\s\\-]", "\\n",          "^", "$",    "\xC3\xA9", "\\P{L}",    "[K-Z]"};
  static constexpr const char* kQuantifiers[] = {"",    "",     "",       "",      "*",   "+",
                                                 "?",   "*?",   "+?",     "??",    "{2}", "{1,2}",
                                                 "{0}", "{2,}", "{0,2}?", "{2,3}?"};
  std::string text;
  const uint64_t parts = random.below(4);
  for (uint64_t i = 0; i < parts; ++i) {
    const uint64_t kind = random.below(8);
    if (kind == 0 && depth > 0) {
      text += "(" + random_pattern(random, depth - 1, groups) + ")";
      ++groups;
    } else if (kind == 1 && depth > 0) {
      text += "(?:" + random_pattern(random, depth - 1, groups) + ")";
    } else if (kind == 2 && depth > 0) {
      text += "(?:" + random_pattern(random, depth - 1, groups) + "|" +
              random_pattern(random, depth - 1, groups) + ")";
    } else if (kind == 3) {
      text += "(?:\\1)";  // often a reference to no group, which both must refuse
    } else {
      text += random.one_of(kAtoms);
    }
    text += random.one_of(kQuantifiers);
  }
  return text;
}

std::string random_text(Random& random) {
  static constexpr const char* kLetters[] = {"a", "a", "b",  "k", "K",        "\xE2\x84\xAA",
                                             "A", "1", "\n", "-", "\xC3\xA9", "\xC3\x89"};
  std::string text;
  for (uint64_t i = random.below(8); i > 0; --i) text += random.one_of(kLetters);
  return text;
}

std::size_t byte_offset(const std::u32string& text, std::size_t at) {
  return to_utf8(std::u32string_view(text).substr(0, at)).size();
}

TEST(RegexProperty, finds_what_a_naive_matcher_finds) {
  const uint64_t runs = setting("HQ_PROPERTY_RUNS", 20'000);
  const uint64_t seed = setting("HQ_PROPERTY_SEED", 4);
  std::cout << "HQ_PROPERTY_RUNS=" << runs << " HQ_PROPERTY_SEED=" << seed << '\n';
  Random random(seed);
  uint64_t compared = 0;
  uint64_t found_count = 0;
  for (uint64_t run = 0; run < runs; ++run) {
    int groups = 0;
    const std::string text_of_pattern = random_pattern(random, 3, groups);
    static constexpr const char* kFlags[] = {"", "i", "m", "s", "ims"};
    const std::string flags = random.one_of(kFlags);
    const auto regex = Regex::compile(text_of_pattern, flags);
    const auto pattern = parse_pattern(text_of_pattern, parse_flags(flags).value());
    ASSERT_EQ(regex.has_value(), pattern.has_value()) << text_of_pattern;
    if (!regex) continue;
    for (int i = 0; i < 3; ++i) {
      const std::string text = random_text(random);
      const std::u32string points = code_points(text);
      const auto wanted = NaiveMatcher(*pattern, points).find();
      if (!wanted) continue;
      RegexWork work;
      const auto got = regex->find(text, work);
      ASSERT_TRUE(got) << text_of_pattern << " on " << text << ": " << got.error().text();
      ++compared;
      found_count += wanted->empty() ? 0 : 1;
      std::vector<Regex::Span> spans;
      for (const auto& span : *wanted) {
        if (span)
          spans.push_back({byte_offset(points, span->first), byte_offset(points, span->second)});
        if (!span) spans.push_back({});
      }
      const auto show = [](const std::vector<Regex::Span>& all) {
        std::string line;
        for (const auto& [begin, end] : all) {
          line += std::to_string(begin) + "-" + std::to_string(end) + " ";
        }
        return line;
      };
      ASSERT_EQ(show(*got), show(spans))
          << "pattern " << text_of_pattern << " flags " << flags << " text " << text;
    }
  }
  std::cout << compared << " compared, of which " << found_count << " found something\n";
  EXPECT_GT(found_count, compared / 10);
  EXPECT_LT(found_count, compared);
}

// Anything at all, mostly made of what means something in a pattern.
std::string random_bytes(Random& random, uint64_t length) {
  static constexpr const char* kPieces[] = {"a",
                                            "b",
                                            "(",
                                            ")",
                                            "(?:",
                                            "[",
                                            "]",
                                            "[^",
                                            "-[",
                                            "-",
                                            "^",
                                            "$",
                                            "*",
                                            "+",
                                            "?",
                                            "{2,3}",
                                            "{9,}",
                                            "{",
                                            "}",
                                            ",",
                                            "|",
                                            ".",
                                            "\\",
                                            "\\1",
                                            "\\12",
                                            "\\p{L}",
                                            "\\P{IsBasicLatin}",
                                            "\\w",
                                            "\\i",
                                            "\\C",
                                            "a-z",
                                            "\xE8\x99\xB9",
                                            "\xF0\x9F\x98\x80",
                                            " ",
                                            "\n",
                                            "0",
                                            "99999",
                                            "&&"};
  std::string text;
  for (uint64_t i = 0; i < length; ++i) {
    if (random.below(200) == 0) {
      text += static_cast<char>(random.below(256));
    } else {
      text += random.one_of(kPieces);
    }
  }
  return text;
}

TEST(RegexProperty, answers_any_pattern_within_its_budget) {
  const uint64_t runs = setting("HQ_PROPERTY_RUNS", 20'000);
  const uint64_t seed = setting("HQ_PROPERTY_SEED", 5);
  std::cout << "HQ_PROPERTY_RUNS=" << runs << " HQ_PROPERTY_SEED=" << seed << '\n';
  Random random(seed);
  uint64_t valid = 0;
  uint64_t over = 0;
  for (uint64_t run = 0; run < runs; ++run) {
    const std::string pattern = random_bytes(random, random.below(random.below(2) == 0 ? 8 : 40));
    static constexpr const char* kFlags[] = {"", "i", "x", "q", "smix", "z"};
    const auto mode = random.below(4) == 0 ? RegexMode::xsd_schema : RegexMode::xpath;
    const auto regex = Regex::compile(pattern, random.one_of(kFlags), mode);
    if (!regex) {
      const ErrorCode code = regex.error().code;
      EXPECT_TRUE(code == ErrorCode::invalid_argument || code == ErrorCode::limit_exceeded ||
                  code == ErrorCode::too_large);
      continue;
    }
    ++valid;
    const std::string text = random_bytes(random, random.below(60));
    RegexWork work{.left = 200'000};
    const auto begin = std::chrono::steady_clock::now();
    const auto found = regex->matches(text, work);
    if (!found && found.error().code == ErrorCode::limit_exceeded) ++over;
    const auto replaced = regex->replace(text, "<$0>", work);
    const auto tokens = regex->tokenize(text, work);
    if (found && replaced && tokens) {
      EXPECT_EQ(*found, tokens->size() > 1);
      std::string joined;
      for (const std::string& token : *tokens) joined += token;
      EXPECT_LE(joined.size(), text.size());
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    EXPECT_LT(took.count(), 5) << pattern;  // a shared machine; alone it is milliseconds
  }
  std::cout << valid << " of " << runs << " were patterns, " << over << " ran out of work\n";
  EXPECT_GT(valid, runs / 100);
}

}  // namespace
}  // namespace hq::rules
