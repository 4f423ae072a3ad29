// Regex: the regular expressions of XPath and XQuery Functions 3.1, which FEEL refers to.
//
// A pattern is checked strictly by the grammar of the standard (XSD 1.1 with the additions of
// XPath, section 5.6.1), so that what is no XPath pattern is an error, and is then run by PCRE2. A
// message begins with the code of the standard: FORX0001 flags, FORX0002 pattern, FORX0003 a
// pattern that matches the empty string, FORX0004 replacement. Immutable; any thread may use it.
//
//   HQ_TRY(auto regex, Regex::compile("[A-Z-[OI]]+", "i"));
//   HQ_TRY(bool found, regex.matches("xyz"));                 // anywhere in the text
//   HQ_TRY(auto swapped, regex.replace("a-b", "<$0>"));       // "<a>-<b>"
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "rules/regex/limits.h"

namespace hq::rules {

enum class RegexMode {
  xpath,       // found anywhere; anchors, back-references, reluctant quantifiers
  xsd_schema,  // the pattern facet of a schema: the whole text; ^ and $ stand for themselves
};

class Regex {
 public:
  /// `pattern` is UTF-8; `flags` are any of "smixq". Errors: invalid_argument with FORX0001 or
  /// FORX0002, limit_exceeded or too_large for a pattern over a limit of limits.h.
  static Result<Regex> compile(std::string_view pattern, std::string_view flags = {},
                               RegexMode mode = RegexMode::xpath);

  /// fn:matches. Errors of this and the next two: limit_exceeded once the work is used up,
  /// too_large for a text over its limit, invalid_argument for one that is not UTF-8.
  Result<bool> matches(std::string_view text, RegexWork& work) const;
  Result<bool> matches(std::string_view text) const;

  /// fn:replace: all matches, from left to right. `replacement` may have $N, \$ and \\, else
  /// FORX0004; with flag q it is taken as it is. FORX0003 where matches_empty().
  Result<std::string> replace(std::string_view text, std::string_view replacement,
                              RegexWork& work) const;
  Result<std::string> replace(std::string_view text, std::string_view replacement) const;

  /// fn:tokenize: what stands between the matches; nothing for an empty text. FORX0003 where
  /// matches_empty().
  Result<std::vector<std::string>> tokenize(std::string_view text, RegexWork& work) const;
  Result<std::vector<std::string>> tokenize(std::string_view text) const;

  /// Where the first match is, as byte offsets of the whole and of each group (npos, npos where a
  /// group took no part); empty where there is none.
  struct Span {
    std::size_t begin = std::string_view::npos;
    std::size_t end = std::string_view::npos;
    bool operator==(const Span&) const = default;
  };
  Result<std::vector<Span>> find(std::string_view text, RegexWork& work) const;

  bool matches_empty() const;
  uint32_t group_count() const;

 private:
  struct Compiled;
  explicit Regex(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}

  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace hq::rules
