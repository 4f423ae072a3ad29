// Functions of texts by Unicode code points (DMN 1.5, table 74), and the conversions string() and
// number() (table 73). Those with patterns are in built_in_patterns.cpp.
#include <unicode/locid.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <functional>
#include <string>

#include "base/text.h"
#include "rules/feel/built_in_families.h"

namespace hq::rules {
namespace {

const std::string& text_of(const Value& argument) {
  return get<std::string>(argument);
}

Value substring(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  const std::string& whole = text_of(arguments[0]);
  if (!can_afford_text(evaluation, 4 * whole.size())) return out_of_budget(evaluation);
  const std::u32string points = code_points(whole);
  const auto size = static_cast<int64_t>(points.size());
  const int64_t position = integer(arguments[1]);
  if (position == 0 || position > size || position < -size) {
    return failed(evaluation, "substring",
                  "the text has no such start position; the first is 1, and -1 is the last",
                  "文本没有该起始位置；首字符为 1，末字符为 -1");
  }
  const int64_t begin = position > 0 ? position - 1 : size + position;
  const int64_t length =
      arguments.size() > 2 ? std::min(integer(arguments[2]), size - begin) : size - begin;
  if (length < 1) {
    return failed(evaluation, "substring", "length must be 1 or more", "长度 length 应不小于 1");
  }
  return Value(to_utf8(std::u32string_view(points).substr(static_cast<std::size_t>(begin),
                                                          static_cast<std::size_t>(length))));
}

Value string_length(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  const std::string& text = text_of(arguments[0]);
  if (!can_afford_text(evaluation, text.size())) return out_of_budget(evaluation);
  return Value(static_cast<int64_t>(code_point_count(text)));
}

Value upper_case(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  const std::string& text = text_of(arguments[0]);
  if (!can_afford_text(evaluation, 4 * text.size())) return out_of_budget(evaluation);
  std::string result;
  icu::UnicodeString::fromUTF8(text).toUpper(icu::Locale::getRoot()).toUTF8String(result);
  return Value(std::move(result));
}

Value lower_case(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  const std::string& text = text_of(arguments[0]);
  if (!can_afford_text(evaluation, 4 * text.size())) return out_of_budget(evaluation);
  std::string result;
  icu::UnicodeString::fromUTF8(text).toLower(icu::Locale::getRoot()).toUTF8String(result);
  return Value(std::move(result));
}

/// Where `match` first stands in the text; npos where it does not. Linear also for texts that were
/// made to be searched slowly.
std::size_t find_in(const std::string& text, const std::string& match) {
  constexpr std::size_t kShort = 16;
  if (match.size() <= kShort) return text.find(match);
  const auto place =
      std::search(text.begin(), text.end(), std::boyer_moore_searcher(match.begin(), match.end()));
  return place == text.end() ? std::string::npos : static_cast<std::size_t>(place - text.begin());
}

bool can_afford_search(Arguments arguments, Evaluation& evaluation) {
  return can_afford_text(evaluation,
                         text_of(arguments[0]).size() + 16 * text_of(arguments[1]).size());
}

Value substring_before(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  if (!can_afford_search(arguments, evaluation)) return out_of_budget(evaluation);
  const std::string& text = text_of(arguments[0]);
  const std::size_t place = find_in(text, text_of(arguments[1]));
  return Value(place == std::string::npos ? std::string() : text.substr(0, place));
}

Value substring_after(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  if (!can_afford_search(arguments, evaluation)) return out_of_budget(evaluation);
  const std::string& text = text_of(arguments[0]);
  const std::string& match = text_of(arguments[1]);
  const std::size_t place = find_in(text, match);
  return Value(place == std::string::npos ? std::string() : text.substr(place + match.size()));
}

Value contains_text(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  if (!can_afford_search(arguments, evaluation)) return out_of_budget(evaluation);
  return Value(find_in(text_of(arguments[0]), text_of(arguments[1])) != std::string::npos);
}

Value starts_with(Arguments arguments, std::size_t /*form*/, Evaluation& /*evaluation*/) {
  return Value(text_of(arguments[0]).starts_with(text_of(arguments[1])));
}

Value ends_with(Arguments arguments, std::size_t /*form*/, Evaluation& /*evaluation*/) {
  return Value(text_of(arguments[0]).ends_with(text_of(arguments[1])));
}

Value string_join(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  const auto* delimiter = arguments.size() > 1 ? arguments[1].as<std::string>() : nullptr;
  std::string result;
  bool is_first = true;
  for (const Value& item : get<List>(arguments[0])) {
    const auto* text = item.as<std::string>();
    if (text == nullptr) continue;  // null items are left out
    const std::size_t more = text->size() + (delimiter != nullptr ? delimiter->size() : 0);
    if (!can_afford_text(evaluation, more)) return out_of_budget(evaluation);
    if (!is_first && delimiter != nullptr) result += *delimiter;
    result += *text;
    is_first = false;
  }
  return Value(std::move(result));
}

Value string(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  if (arguments[0].is_null()) return {};
  if (arguments[0].as<std::string>() != nullptr) return arguments[0];
  if (!weight(arguments[0], evaluation)) return out_of_budget(evaluation);
  std::string text = to_text(arguments[0]);
  if (!can_afford_text(evaluation, text.size())) return out_of_budget(evaluation);
  return Value(std::move(text));
}

/// The separator, "" for null; none where it is not one of those allowed.
std::optional<std::string> separator(const Value& value, std::string_view allowed) {
  if (value.is_null()) return std::string();
  const std::string& text = text_of(value);
  if (text.size() != 1 || !allowed.contains(text.front())) return std::nullopt;
  return text;
}

Value number(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  const std::string& from = text_of(arguments[0]);
  if (!can_afford_text(evaluation, from.size())) return out_of_budget(evaluation);
  const std::optional<std::string> grouping = separator(arguments[1], " ,.");
  const std::optional<std::string> point = separator(arguments[2], ",.");
  if (!grouping || !point || (*grouping == *point && !point->empty())) {
    return failed(evaluation, "number",
                  "the grouping separator must be space, comma, point or null, the decimal "
                  "separator comma, point or null, and they must differ",
                  "分组符应为空格、逗号、点或 null，小数点应为逗号、点或 null，且两者不同");
  }
  std::string digits = from;
  if (!grouping->empty()) std::erase(digits, grouping->front());
  if (*point == ",") {
    // A point that is left is none of the number.
    const auto swapped = [](char c) { return c == ',' ? '.' : c == '.' ? ',' : c; };
    std::ranges::transform(digits, digits.begin(), swapped);
  }
  const std::optional<Decimal> result = Decimal::parse(digits);
  if (result) return Value(*result);
  return failed(evaluation, "number", "the text is no number with these separators",
                "按这些分隔符，该文本不是数值");
}

}  // namespace

std::vector<BuiltIn> string_built_ins() {
  const Parameter text{"string", Accepts::string};
  const BuiltIn::Form one = form({text});
  const BuiltIn::Form searched = form({text, {"match", Accepts::string}});
  return {
      {"substring",
       {form({text, {"start position", Accepts::integer}, {"length", Accepts::integer}}, 1)},
       substring},
      {"string length", {one}, string_length},
      {"upper case", {one}, upper_case},
      {"lower case", {one}, lower_case},
      {"substring before", {searched}, substring_before},
      {"substring after", {searched}, substring_after},
      {"contains", {searched}, contains_text},
      {"starts with", {searched}, starts_with},
      {"ends with", {searched}, ends_with},
      {"string join",
       {form({{"list", Accepts::strings_or_nulls}, {"delimiter", Accepts::string_or_null}}, 1)},
       string_join},
      {"string", {form({{"from", Accepts::anything}})}, string},
      {"number",
       {form({{"from", Accepts::string},
              {"grouping separator", Accepts::string_or_null},
              {"decimal separator", Accepts::string_or_null}})},
       number},
  };
}

}  // namespace hq::rules
