// ClassParser: the escapes and the bracketed classes of a pattern, as sets of code points.
//
// PatternCursor walks over the code points of a pattern and makes the errors, which tell where;
// class_escape and class_expression read from it. They carry out XSD 1.1, G.4.2, with the hyphen
// rules of its charGroup. Values within one call of parse_pattern.
//
//   HQ_TRY(CodePointSet set, parse_class_expression(cursor, options));   // behind the first '['
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "rules/regex/detail/pattern.h"

namespace hq::rules {

/// A code point with its place in the pattern as it was given, counted from 1.
struct PatternCharacter {
  char32_t value = 0;
  uint32_t place = 0;
};

class PatternCursor {
 public:
  explicit PatternCursor(std::vector<PatternCharacter> text) : text_(std::move(text)) {}

  bool at_end() const { return at_ == text_.size(); }
  /// The code point `ahead` of here; 0x110000, which is none, behind the end.
  char32_t peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead].value : 0x110000;
  }
  char32_t take() { return text_[at_++].value; }
  bool take_if(char32_t wanted) {
    if (peek() != wanted) return false;
    ++at_;
    return true;
  }

  /// FORX0002 at the present place.
  std::unexpected<Error> invalid(std::string_view en, std::string_view zh) const;
  /// limit_exceeded at the present place.
  std::unexpected<Error> over_limit(std::string_view en, std::string_view zh) const;

 private:
  std::string where() const;

  std::vector<PatternCharacter> text_;
  std::size_t at_ = 0;
};

/// What stands behind a backslash, other than a back-reference.
struct Escape {
  CodePointSet set;
  char32_t one = 0;  // the character, where it stands for just that
  bool is_one = false;
};

/// Reads an escape behind its backslash.
Result<Escape> parse_escape(PatternCursor& cursor, const PatternOptions& options);

/// Reads a class behind its '[', to its ']'.
Result<CodePointSet> parse_class_expression(PatternCursor& cursor, const PatternOptions& options,
                                            int depth);

}  // namespace hq::rules
