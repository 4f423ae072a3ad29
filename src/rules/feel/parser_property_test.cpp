#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <utility>

#include "rules/feel/parser.h"
#include "rules/feel/tree_maker_testing.h"
#include "rules/feel/tree_testing.h"

namespace hq::rules {
namespace {

TEST(ParserProperty, gives_back_every_tree_that_is_written_out) {
  const Names names = TreeMaker::names();
  for (uint64_t seed = 1; seed <= 3'000; ++seed) {
    Random random(seed);
    const ExpressionPtr tree = TreeMaker(random).tree(1 + static_cast<int>(seed % 5));
    const std::string text = feel_text(*tree);
    const Result<ExpressionPtr> read = parse_expression(text, names);
    ASSERT_TRUE(read) << "seed " << seed << "\n" << text << "\n" << read.error().text();
    ASSERT_TRUE(is_same_tree(*tree, **read)) << "seed " << seed << "\n"
                                             << text << "\n"
                                             << sketch(*tree) << "\n"
                                             << sketch(**read);
  }
}

TEST(ParserProperty, gives_back_unary_tests_that_are_written_out) {
  const Names names = TreeMaker::names();
  for (uint64_t seed = 1; seed <= 1'000; ++seed) {
    Random random(seed);
    const ExpressionPtr tree = TreeMaker(random).unary_tests(1 + static_cast<int>(seed % 4));
    const std::string text = feel_text(*tree);
    const Result<ExpressionPtr> read = parse_unary_tests(text, names);
    ASSERT_TRUE(read) << "seed " << seed << "\n" << text << "\n" << read.error().text();
    ASSERT_TRUE(is_same_tree(*tree, **read)) << "seed " << seed << "\n"
                                             << text << "\n"
                                             << sketch(*tree) << "\n"
                                             << sketch(**read);
  }
}

/// All that stands in the tree lies within it, in bytes of the text.
bool has_sound_places(const Expression& tree, std::size_t size) {
  return tree.span.begin <= tree.span.end && tree.span.end <= size &&
         std::ranges::all_of(tree.parts, [&](const ExpressionPtr& part) {
           return part->span.begin >= tree.span.begin && part->span.end <= tree.span.end &&
                  has_sound_places(*part, size);
         });
}

/// Whatever the text: there is an answer, and one that makes sense.
void expect_sound(const std::string& text, const Names& names) {
  for (const bool are_tests : {false, true}) {
    const Result<ExpressionPtr> read =
        are_tests ? parse_unary_tests(text, names) : parse_expression(text, names);
    if (read) {
      EXPECT_TRUE(has_sound_places(**read, text.size())) << text;
    } else {
      EXPECT_FALSE(read.error().message.empty()) << text;
      EXPECT_FALSE(read.error().message_zh.empty()) << text;
    }
  }
  const Result<TypeExpression> type = parse_type(text, names);
  if (type) EXPECT_FALSE(type->name.empty()) << text;
}

TEST(ParserProperty, survives_random_bytes_and_random_tokens) {
  constexpr std::array<std::string_view, 52> kTokens = {
      "(",   ")",   "[",           "]",     "{",         "}",         ",",       ":",
      "..",  ".",   "+",           "-",     "*",         "**",        "/",       "=",
      "!=",  "<",   "<=",          ">",     ">=",        "@",         "\"x\"",   "\"",
      "1",   ".5",  "a",           "c d",   "a-b",       "if",        "then",    "else",
      "for", "in",  "some",        "every", "return",    "satisfies", "between", "and",
      "or",  "not", "instance of", "list<", "function(", "external",  "null",    "?",
      "/*",  "*/",  "//",          "\n"};
  const Names names = TreeMaker::names();
  for (uint64_t seed = 1; seed <= 6'000; ++seed) {
    Random random(seed);
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::string text;
    for (uint64_t left = random() % 30; left > 0; --left) {
      if (seed % 4 == 0) {
        text += static_cast<char>(random() % 256);
      } else {
        text += kTokens[random() % kTokens.size()];
        if (random() % 2 == 0) text += ' ';
      }
    }
    expect_sound(text, names);
  }
}

TEST(ParserProperty, survives_texts_with_parts_cut_doubled_and_changed) {
  const Names names = TreeMaker::names();
  for (uint64_t seed = 1; seed <= 3'000; ++seed) {
    Random random(seed);
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::string text = feel_text(*TreeMaker(random).tree(4));
    for (uint64_t left = 1 + random() % 3; left > 0 && !text.empty(); --left) {
      const std::size_t at = random() % text.size();
      const std::size_t size = 1 + random() % 8;
      switch (random() % 3) {
        case 0:
          text.erase(at, size);
          break;
        case 1:
          text.insert(random() % text.size(), text.substr(at, size));
          break;
        default:
          text[at] = "()[]{},.:\"-<=@ ain1"[random() % 19];
      }
    }
    expect_sound(text, names);
  }
}

}  // namespace
}  // namespace hq::rules
