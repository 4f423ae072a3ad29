// emit_pattern: the text of a Pattern in the language of PCRE2.
//
// The text is ASCII, written for PCRE2_UTF, PCRE2_DOTALL, PCRE2_MULTILINE by flag m and
// PCRE2_MATCH_UNSET_BACKREF. Capturing groups keep their numbers. Pure.
//
//   HQ_TRY(const std::string text, emit_pattern(pattern, ClassStyle::in_place));
//   // "(?:a(?:b|c)*)" becomes ".*?\K(?:a(?:b|c)*)", which finds it from any start
#pragma once

#include <string>

#include "base/error.h"
#include "rules/regex/detail/pattern.h"

namespace hq::rules {

/// Where large classes are written: at each place, which runs fast, or once behind the pattern and
/// called from each place, which keeps within the 64 KiB that PCRE2 allows to a compiled pattern.
enum class ClassStyle { in_place, shared };

/// limit_exceeded for quantifiers over the limits, too_large where the text would be.
Result<std::string> emit_pattern(const Pattern& pattern, ClassStyle style);

}  // namespace hq::rules
