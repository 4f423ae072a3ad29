#include <gtest/gtest.h>

#include <charconv>

#include "base/text.h"
#include "rules/regex/regex.h"
#include "rules/regex/xpath_cases_testing.h"

namespace hq::rules {
namespace {

std::unexpected<Error> not_applicable(std::string reason) {
  return fail(ErrorCode::unsupported, std::move(reason));
}

bool is_true(const XPathSequence& one) {
  if (one.empty()) return false;
  const bool* value = std::get_if<bool>(&one.front());
  return value == nullptr || *value;
}

// A character reference of XQuery at `at`, which stands behind its &.
Result<std::string> character_reference(std::string_view text, std::size_t& at) {
  const std::size_t end = text.find(';', at);
  if (end == std::string_view::npos) return not_applicable("an entity without ;");
  const std::string_view name = text.substr(at, end - at);
  at = end + 1;
  if (name == "amp") return "&";
  if (name == "lt") return "<";
  if (name == "gt") return ">";
  if (!name.starts_with("#")) return not_applicable("an entity");
  const bool is_hex = name.starts_with("#x");
  uint32_t value = 0;
  const std::string_view digits = name.substr(is_hex ? 2 : 1);
  std::from_chars(digits.data(), digits.data() + digits.size(), value, is_hex ? 16 : 10);
  return to_utf8(std::u32string(1, value));
}

}  // namespace

std::string xpath_text(const XPathSequence& sequence) {
  std::string text;
  for (std::size_t i = 0; i < sequence.size(); ++i) {
    if (i > 0) text += ' ';
    const XPathItem& item = sequence[i];
    if (const auto* string = std::get_if<std::string>(&item)) text += *string;
    if (const auto* number = std::get_if<int64_t>(&item)) text += std::to_string(*number);
    if (const auto* truth = std::get_if<bool>(&item)) text += *truth ? "true" : "false";
  }
  return text;
}

void XPathCase::skip_blanks() {
  while (at_ < text_.size() && std::string_view(" \t\r\n").contains(text_[at_])) ++at_;
}

bool XPathCase::take(std::string_view token) {
  skip_blanks();
  if (!text_.substr(at_).starts_with(token)) return false;
  at_ += token.size();
  return true;
}

std::string_view XPathCase::take_name() {
  skip_blanks();
  const std::size_t begin = at_;
  const auto is_part = [](char one) {
    return (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z') || one == '-' || one == ':' ||
           (one >= '0' && one <= '9') || one == '_';
  };
  while (at_ < text_.size() && is_part(text_[at_]) && !text_.substr(at_).starts_with(":=")) ++at_;
  return text_.substr(begin, at_ - begin);
}

bool XPathCase::take_word(std::string_view word) {
  const std::size_t before = at_;
  if (take_name() == word) return true;
  at_ = before;
  return false;
}

std::unexpected<Error> XPathCase::unsupported() const {
  std::string_view rest = text_.substr(at_);
  rest = rest.substr(0, rest.find_first_of(" \t\r\n"));
  return not_applicable("other syntax of XPath or XQuery: " + std::string(rest.substr(0, 24)));
}

Result<XPathSequence> XPathCase::evaluate() {
  HQ_TRY(XPathSequence result, sequence());
  skip_blanks();
  if (at_ != text_.size()) return unsupported();
  return result;
}

Result<XPathSequence> XPathCase::sequence() {
  HQ_TRY(XPathSequence all, single());
  while (take(",")) {
    HQ_TRY(const XPathSequence more, single());
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

Result<XPathSequence> XPathCase::single() {
  if (take_word("let")) return let();
  if (take_word("every")) return every();
  return either();
}

Result<XPathSequence> XPathCase::let() {
  do {
    if (!take("$")) return unsupported();
    const std::string name(take_name());
    if (!take(":=")) return unsupported();
    HQ_TRY(variables_[name], single());
  } while (take(","));
  if (!take_word("return")) return unsupported();
  return single();
}

Result<XPathSequence> XPathCase::every() {
  if (!take("$")) return unsupported();
  const std::string name(take_name());
  if (!take_word("in")) return unsupported();
  HQ_TRY(const XPathSequence items, single());
  if (!take_word("satisfies")) return unsupported();
  const std::size_t body = at_;
  ++only_read_;
  HQ_TRY_VOID(single());
  --only_read_;
  if (only_read_ > 0) return XPathSequence{};
  bool all = true;
  for (const XPathItem& item : items) {
    at_ = body;
    variables_[name] = {item};
    HQ_TRY(const XPathSequence one, single());
    all = all && is_true(one);
  }
  return XPathSequence{all};
}

Result<XPathSequence> XPathCase::either() {
  HQ_TRY(XPathSequence left, both());
  while (take_word("or")) {
    HQ_TRY(const XPathSequence right, both());
    left = {is_true(left) || is_true(right)};
  }
  return left;
}

Result<XPathSequence> XPathCase::both() {
  HQ_TRY(XPathSequence left, comparison());
  while (take_word("and")) {
    HQ_TRY(const XPathSequence right, comparison());
    left = {is_true(left) && is_true(right)};
  }
  return left;
}

Result<XPathSequence> XPathCase::comparison() {
  HQ_TRY(XPathSequence left, joined());
  if (!take_word("eq")) return left;
  HQ_TRY(const XPathSequence right, joined());
  return XPathSequence{left == right};
}

Result<XPathSequence> XPathCase::joined() {
  HQ_TRY(XPathSequence left, mapped());
  while (take("||")) {
    HQ_TRY(const XPathSequence right, mapped());
    left = {xpath_text(left) + xpath_text(right)};
  }
  return left;
}

Result<XPathSequence> XPathCase::mapped() {
  HQ_TRY(const XPathSequence items, arrow());
  if (!take("!")) return items;
  const std::size_t body = at_;
  ++only_read_;
  HQ_TRY_VOID(arrow());
  --only_read_;
  XPathSequence all;
  for (const XPathItem& item : items) {
    at_ = body;
    context_ = {item};
    HQ_TRY(const XPathSequence one, arrow());
    all.insert(all.end(), one.begin(), one.end());
  }
  return all;
}

Result<XPathSequence> XPathCase::arrow() {
  HQ_TRY(XPathSequence value, primary());
  skip_blanks();
  if (at_ < text_.size() && text_[at_] == '[') return unsupported();
  while (take("=>")) {
    const std::string_view name = take_name();
    HQ_TRY(Arguments given, arguments());
    given.insert(given.begin(), value);
    HQ_TRY(value, call(name, given));
  }
  return value;
}

Result<XPathSequence> XPathCase::primary() {
  skip_blanks();
  if (at_ == text_.size()) return unsupported();
  const char next = text_[at_];
  if (next == '"' || next == '\'') return literal();
  if (next >= '0' && next <= '9') {
    const std::string_view digits = take_name();
    int64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return XPathSequence{value};
  }
  if (take("$")) {
    const auto variable = variables_.find(take_name());
    if (variable == variables_.end())
      return only_read_ > 0 ? Result<XPathSequence>{} : unsupported();
    return variable->second;
  }
  if (take(".")) return context_;
  if (take("(:")) return unsupported();
  if (take("(")) {
    if (take(")")) return XPathSequence{};
    HQ_TRY(XPathSequence inner, sequence());
    if (!take(")")) return unsupported();
    return inner;
  }
  const std::size_t begin = at_;
  const std::string_view name = take_name();
  if (name.empty() || !text_.substr(at_).starts_with("(")) {
    at_ = begin;
    return unsupported();
  }
  HQ_TRY(const Arguments given, arguments());
  return call(name, given);
}

Result<XPathSequence> XPathCase::literal() {
  const char quote = text_[at_++];
  std::string value;
  while (at_ < text_.size()) {
    const char one = text_[at_++];
    if (one == quote) {
      if (at_ == text_.size() || text_[at_] != quote) return XPathSequence{value};
      ++at_;
    }
    if (one == '&' && dialect_ == XPathDialect::xquery) {
      HQ_TRY(const std::string character, character_reference(text_, at_));
      value += character;
    } else {
      value += one;
    }
  }
  return unsupported();
}

Result<XPathCase::Arguments> XPathCase::arguments() {
  if (!take("(")) return unsupported();
  Arguments given;
  if (take(")")) return given;
  do {
    HQ_TRY(given.emplace_back(), single());
  } while (take(","));
  if (!take(")")) return unsupported();
  return given;
}

Result<XPathSequence> XPathCase::regex_call(std::string_view name, const Arguments& given) const {
  const std::size_t least = name == "replace" ? 3 : 2;
  if (name == "tokenize" && given.size() == 1) {
    return not_applicable("tokenize of one argument, which has no regular expression");
  }
  if (given.size() < least || given.size() > least + 1) {
    return not_applicable("a wrong number of arguments, which is the caller's to refuse");
  }
  for (std::size_t i = 1; i < given.size(); ++i) {
    if (given[i].size() != 1) {
      return not_applicable("an argument that is no string, which is the caller's to refuse");
    }
  }
  const std::string text = xpath_text(given[0]);
  const std::string flags = given.size() > least ? xpath_text(given[least]) : "";
  HQ_TRY(const Regex regex, Regex::compile(xpath_text(given[1]), flags));
  if (name == "matches") {
    HQ_TRY(const bool found, regex.matches(text));
    return XPathSequence{found};
  }
  if (name == "replace") {
    HQ_TRY(std::string replaced, regex.replace(text, xpath_text(given[2])));
    return XPathSequence{std::move(replaced)};
  }
  HQ_TRY(const std::vector<std::string> tokens, regex.tokenize(text));
  return XPathSequence(tokens.begin(), tokens.end());
}

Result<XPathSequence> XPathCase::call(std::string_view name, const Arguments& given) const {
  if (only_read_ > 0) return XPathSequence{};
  if (name.starts_with("fn:")) name.remove_prefix(3);
  if (name == "matches" || name == "replace" || name == "tokenize") return regex_call(name, given);
  if (name == "true" && given.empty()) return XPathSequence{true};
  if (name == "false" && given.empty()) return XPathSequence{false};
  if (name == "concat") {
    std::string all;
    for (const XPathSequence& one : given) all += xpath_text(one);
    return XPathSequence{all};
  }
  if (name == "deep-equal" && given.size() == 2) return XPathSequence{given[0] == given[1]};
  if (name == "string-join" && given.size() == 2) {
    std::string all;
    for (std::size_t i = 0; i < given[0].size(); ++i) {
      if (i > 0) all += xpath_text(given[1]);
      all += xpath_text({given[0][i]});
    }
    return XPathSequence{all};
  }
  if (given.size() != 1) return not_applicable("a function other than these: " + std::string(name));
  if (name == "not") return XPathSequence{!is_true(given[0])};
  if (name == "count") return XPathSequence{static_cast<int64_t>(given[0].size())};
  if (name == "empty") return XPathSequence{given[0].empty()};
  if (name == "boolean") {
    if (given[0].size() == 1 && std::holds_alternative<std::string>(given[0][0])) {
      return XPathSequence{!std::get<std::string>(given[0][0]).empty()};
    }
    return XPathSequence{is_true(given[0])};
  }
  if (name == "xs:string" || name == "string") return XPathSequence{xpath_text(given[0])};
  if (name == "codepoints-to-string") {
    std::u32string points;
    for (const XPathItem& item : given[0]) {
      points += static_cast<char32_t>(std::get<int64_t>(item));
    }
    return XPathSequence{to_utf8(points)};
  }
  if (name == "string-to-codepoints") {
    XPathSequence points;
    for (const char32_t one : code_points(xpath_text(given[0]))) points.emplace_back(int64_t{one});
    return points;
  }
  return not_applicable("a function other than these: " + std::string(name));
}

TEST(XPathCase, evaluates_what_the_cases_are_written_in) {
  const auto value = [](std::string_view text, XPathDialect dialect = XPathDialect::xpath) {
    const auto got = XPathCase(text, dialect).evaluate();
    return got ? xpath_text(*got) : got.error().message;
  };
  EXPECT_EQ(value("concat('it''s', \"a\", codepoints-to-string((98, 99)))"), "it'sabc");
  EXPECT_EQ(value("(every $s in tokenize('a,b', ',') satisfies matches($s, '[ab]')) and true()"),
            "true");
  EXPECT_EQ(value("every $s in tokenize('a,c', ',') satisfies matches($s, 'a')"), "false");
  EXPECT_EQ(value("every $s in tokenize('', ',') satisfies matches($s, '(')"), "true");
  EXPECT_EQ(value("let $d := 'x' return ($d||$d, 'y') ! concat(., '1')"), "xx1 y1");
  EXPECT_EQ(value("'&#x41;'"), "&#x41;");
  EXPECT_EQ(value("'&#x41;'", XPathDialect::xquery), "A");
  EXPECT_EQ(value("for $x in (1) return $x"), "other syntax of XPath or XQuery: for");
}

}  // namespace hq::rules
