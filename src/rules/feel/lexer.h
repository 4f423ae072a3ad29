// Lexer of FEEL: the token at a place of the text (DMN 1.5, grammar rules 21 to 36, 61 to 66).
//
// Pure functions, no state: what is a name depends on scope, so the parser chooses where the next
// token begins. The text must be valid UTF-8. Any thread.
//
//   const Token token = token_at("a  >= 10", 1);
//   token.kind == TokenKind::greater_or_equal;  // bytes 3 to 5
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace hq::rules {

enum class TokenKind : uint8_t {
  end,
  word,    // the longest run of name characters: `income`, `if`
  number,  // 12, .5, 1.2e-3
  text,    // "..." with its quotes
  at,
  dot,
  dot_dot,
  comma,
  colon,
  left_paren,
  right_paren,
  left_bracket,
  right_bracket,
  left_brace,
  right_brace,
  plus,
  minus,
  star,
  star_star,
  slash,
  equal,
  not_equal,
  less,
  less_or_equal,
  greater,
  greater_or_equal,
  open_text,     // a text without its end
  open_comment,  // a comment without its end
  unknown,       // a character that FEEL has no use for
};

struct Token {
  TokenKind kind = TokenKind::end;
  uint32_t begin = 0;
  uint32_t end = 0;
};

/// The first token at or after `position`.
Token token_at(std::string_view text, uint32_t position);

/// Where blanks and comments that begin at `position` are over. An open comment is none.
uint32_t skip_blanks(std::string_view text, uint32_t position);

/// May a name begin with it, or go on with it (rules 28 and 29)?
bool is_name_start(char32_t c);
bool is_name_part(char32_t c);
/// White space of FEEL (rules 61 and 62).
bool is_blank(char32_t c);

/// The end of the part of a name that begins at `position`: a run of name characters, or one sign
/// that names may hold (rule 30, and signs that mean nothing else in FEEL); `position` where there
/// is none.
uint32_t name_part_end(std::string_view text, uint32_t position);

/// What a text token means, `"..."` with its quotes: escapes resolved (rules 35 and 64). What is no
/// escape stays as it is, such as `\d` in a pattern. parse_error: half a surrogate pair, or beyond
/// Unicode.
Result<std::string> unescaped(std::string_view quoted);

}  // namespace hq::rules
