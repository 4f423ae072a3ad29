// The little of XPath that the W3C's cases for regular expressions are written in.
//
// Evaluates calls of fn:matches, fn:replace and fn:tokenize by Regex, with literals, sequences,
// concat, codepoints-to-string, every, let and a few more around them. What else a case uses is an
// error of code unsupported, whose message is the reason. For tests alone; one thread.
//
//   XPathCase("matches('abc', 'b')", XPathDialect::xpath).evaluate();   // (true)
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"

namespace hq::rules {

using XPathItem = std::variant<std::string, int64_t, bool>;
using XPathSequence = std::vector<XPathItem>;

/// In XQuery a literal may have character references (&#x9;), in XPath it may not.
enum class XPathDialect { xpath, xquery };

/// As fn:string writes it, items with a blank between them.
std::string xpath_text(const XPathSequence& sequence);

class XPathCase {
 public:
  XPathCase(std::string_view text, XPathDialect dialect) : text_(text), dialect_(dialect) {}
  Result<XPathSequence> evaluate();

 private:
  using Arguments = std::vector<XPathSequence>;
  Result<XPathSequence> sequence();
  Result<XPathSequence> single();
  Result<XPathSequence> let();
  Result<XPathSequence> every();
  Result<XPathSequence> either();
  Result<XPathSequence> both();
  Result<XPathSequence> comparison();
  Result<XPathSequence> joined();
  Result<XPathSequence> mapped();
  Result<XPathSequence> arrow();
  Result<XPathSequence> primary();
  Result<XPathSequence> literal();
  Result<Arguments> arguments();
  Result<XPathSequence> call(std::string_view name, const Arguments& given) const;
  Result<XPathSequence> regex_call(std::string_view name, const Arguments& given) const;

  void skip_blanks();
  bool take(std::string_view token);
  bool take_word(std::string_view word);
  std::string_view take_name();
  std::unexpected<Error> unsupported() const;

  std::string_view text_;
  XPathDialect dialect_;
  std::size_t at_ = 0;
  int only_read_ = 0;  // above 0: nothing is called, all values are empty
  std::map<std::string, XPathSequence, std::less<>> variables_;
  XPathSequence context_;
};

}  // namespace hq::rules
