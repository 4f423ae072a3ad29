#include "rules/feel/lexer.h"

#include <gtest/gtest.h>

#include <vector>

namespace hq::rules {
namespace {

/// The tokens of a text as written, the last with its kind where the lexer stops.
std::vector<std::string> tokens(std::string_view text) {
  std::vector<std::string> all;
  for (uint32_t at = 0;;) {
    const Token token = token_at(text, at);
    if (token.kind == TokenKind::end) return all;
    if (token.kind == TokenKind::open_text) all.emplace_back("open text");
    if (token.kind == TokenKind::open_comment) all.emplace_back("open comment");
    if (token.kind == TokenKind::unknown) all.emplace_back("unknown");
    if (token.kind >= TokenKind::open_text) return all;
    all.emplace_back(text.substr(token.begin, token.end - token.begin));
    at = token.end;
  }
}

using Tokens = std::vector<std::string>;

TEST(Lexer, reads_numbers_up_to_what_is_no_part_of_them) {
  EXPECT_EQ(tokens("12 .5 1.25 1e3 1.2E-3 1e+3"),
            (Tokens{"12", ".5", "1.25", "1e3", "1.2E-3", "1e+3"}));
  EXPECT_EQ(tokens("1..10"), (Tokens{"1", "..", "10"}));
  EXPECT_EQ(tokens("1.5...5"), (Tokens{"1.5", "..", ".5"}));
  EXPECT_EQ(tokens("1e 1.x 1e+"), (Tokens{"1", "e", "1", ".", "x", "1", "e", "+"}));
}

TEST(Lexer, takes_the_longest_sign) {
  EXPECT_EQ(tokens("***"), (Tokens{"**", "*"}));
  EXPECT_EQ(tokens("<=>=!=<>="), (Tokens{"<=", ">=", "!=", "<", ">="}));
  EXPECT_EQ(tokens("a..b.c"), (Tokens{"a", "..", "b", ".", "c"}));
}

TEST(Lexer, skips_blanks_of_unicode_and_comments) {
  EXPECT_EQ(tokens("\xEF\xBB\xBF"
                   "1\u3000+\u00A0 /* 1 + */ 2 // 3\n+4//"),
            (Tokens{"1", "+", "2", "+", "4"}));
  EXPECT_EQ(tokens("1 /* // */ 2 /**/"), (Tokens{"1", "2"}));
}

TEST(Lexer, tells_what_is_not_closed) {
  EXPECT_EQ(tokens("1 /* 2"), (Tokens{"1", "open comment"}));
  EXPECT_EQ(tokens("1 /*/"), (Tokens{"1", "open comment"}));
  EXPECT_EQ(tokens("\"abc"), (Tokens{"open text"}));
  EXPECT_EQ(tokens("\"abc\\\""), (Tokens{"open text"}));
  EXPECT_EQ(tokens("\"abc\n\""), (Tokens{"open text"}));
  EXPECT_EQ(tokens("a ! b"), (Tokens{"a", "unknown"}));
  EXPECT_EQ(tokens(std::string_view("\0", 1)), (Tokens{"unknown"}));
}

TEST(Lexer, reads_words_of_any_script_and_emoji) {
  EXPECT_EQ(tokens("收入 été_2 🐎 ☀️ ?"), (Tokens{"收入", "été_2", "🐎", "☀️", "?"}));
  EXPECT_EQ(tokens("a×b"), (Tokens{"a", "unknown"}));
}

TEST(Lexer, ends_a_text_at_its_quote) {
  EXPECT_EQ(tokens(R"("a\"b" "" "\\" c)"), (Tokens{R"("a\"b")", R"("")", R"("\\")", "c"}));
}

TEST(Lexer, resolves_escapes) {
  EXPECT_EQ(unescaped(R"("a\n\t\r\"\'\\b")").value(), "a\n\t\r\"'\\b");
  EXPECT_EQ(unescaped(R"("\u0041\u4E2D\uFFFD")").value(), "A中\uFFFD");
  EXPECT_EQ(unescaped(R"("\uD83D\uDCA9\ud83d\udc0e")").value(), "💩🐎");
  EXPECT_EQ(unescaped(R"("\U01F40Efoo")").value(), "🐎foo");
  EXPECT_EQ(unescaped(R"("\\u0009")").value(), "\\u0009");
}

TEST(Lexer, leaves_what_is_no_escape) {
  EXPECT_EQ(unescaped(R"("\d+\s(.)\1")").value(), R"(\d+\s(.)\1)");
  EXPECT_EQ(unescaped(R"("\u12 \u12G4 \U01F40")").value(), R"(\u12 \u12G4 \U01F40)");
  EXPECT_EQ(unescaped("\"\\\"").value(), "\\");
}

TEST(Lexer, refuses_escapes_that_are_no_character) {
  EXPECT_EQ(unescaped(R"("\uD83D")").error().code, ErrorCode::parse_error);
  EXPECT_EQ(unescaped(R"("\uD83D\u0041")").error().code, ErrorCode::parse_error);
  EXPECT_EQ(unescaped(R"("\uDCA9")").error().code, ErrorCode::parse_error);
  EXPECT_EQ(unescaped(R"("\U110000")").error().code, ErrorCode::parse_error);
  EXPECT_NE(unescaped(R"("\U110000")").error().message_zh, "");
}

TEST(Lexer, parts_of_names_are_words_and_signs_without_other_use) {
  EXPECT_EQ(name_part_end("ab2-c", 0), 3U);
  EXPECT_EQ(name_part_end("-c", 0), 1U);
  EXPECT_EQ(name_part_end("’s", 0), 3U);
  for (const std::string_view none :
       {"", " a", "(", ")", "[", "]", "{", "}", ",", ":", "<", ">", "=", "!", "\"", "@", "\n"}) {
    EXPECT_EQ(name_part_end(none, 0), 0U) << none;
  }
}

}  // namespace
}  // namespace hq::rules
