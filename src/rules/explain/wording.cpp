#include "rules/explain/wording.h"

#include <array>
#include <cctype>
#include <utility>

#include "rules/feel/arithmetic.h"
#include "rules/feel/parser.h"
#include "rules/feel/walker.h"

namespace hq::rules {
namespace {

/// In Chinese a blank parts what is Latin from what follows.
Wording operator+(Wording a, const Wording& b) {
  const bool is_latin = !a.zh.empty() && std::isalnum(static_cast<unsigned char>(a.zh.back())) != 0;
  // The first byte in UTF-8 of a character of the unified block, which punctuation is not.
  const auto first = static_cast<unsigned char>(b.zh.empty() ? 0 : b.zh.front());
  if (is_latin && first >= 0xE4 && first <= 0xE9) a.zh += ' ';
  return {std::move(a.en) + b.en, std::move(a.zh) + b.zh};
}

Wording same(const std::string& text) {
  return {text, text};
}

std::string counted(int64_t count, std::string_view unit) {
  return std::to_string(count).append(" ").append(unit).append(count == 1 ? "" : "s");
}

Wording date_words(const Date& date) {
  constexpr std::array kMonths = {"January",   "February", "March",    "April",
                                  "May",       "June",     "July",     "August",
                                  "September", "October",  "November", "December"};
  const CivilDate civil = date.civil();
  if (civil.year < 1 || civil.year > 9999) return same(text(date));
  const std::string year = std::to_string(civil.year);
  const std::string day = std::to_string(civil.day);
  return {day + " " + kMonths.at(static_cast<std::size_t>(civil.month - 1)) + " " + year,
          year + "年" + std::to_string(civil.month) + "月" + day + "日"};
}

struct Part {
  int64_t count;
  std::string_view en;
  std::string_view zh;
};

/// "2 days 3 hours"; parts that are 0 are left out.
Wording parts_words(std::initializer_list<Part> parts) {
  Wording words;
  for (const Part& part : parts) {
    if (part.count == 0) continue;
    const std::string_view blank = words.en.empty() ? "" : " ";
    words.en.append(blank).append(counted(part.count, part.en));
    words.zh.append(blank).append(std::to_string(part.count)).append(" ").append(part.zh);
  }
  return words;
}

Wording days_words(const DaysDuration& duration) {
  const bool is_plain = duration.nanoseconds > 0 && duration.seconds().is_integer();
  if (!is_plain) return same(text(duration));
  return parts_words({{duration.days(), "day", "天"},
                      {duration.hours(), "hour", "小时"},
                      {duration.minutes(), "minute", "分钟"},
                      {duration.seconds().to_int64().value_or(0), "second", "秒"}});
}

Wording months_words(const MonthsDuration& duration) {
  if (duration.months <= 0) return same(text(duration));
  return parts_words(
      {{duration.years(), "year", "年"}, {duration.months_of_year(), "month", "个月"}});
}

bool is_point_in_time(const Value& value) {
  return value.as<Date>() != nullptr || value.as<DateTime>() != nullptr ||
         value.as<Time>() != nullptr;
}

bool is_duration(const Value& value) {
  return value.as<DaysDuration>() != nullptr || value.as<MonthsDuration>() != nullptr;
}

struct ComparisonWords {
  Kind operation;
  Wording number;
  Wording time;
  Wording duration;
};

/// What stands before the operand.
const ComparisonWords& comparison_words(Kind operation) {
  static const std::array kWords = {
      ComparisonWords{Kind::equal, {"exactly ", "等于 "}, {"on ", "为 "}, {"exactly ", "等于 "}},
      ComparisonWords{Kind::not_equal,
                      {"other than ", "不等于 "},
                      {"not on ", "不为 "},
                      {"other than ", "不等于 "}},
      ComparisonWords{
          Kind::less, {"less than ", "低于 "}, {"before ", "早于 "}, {"shorter than ", "短于 "}},
      ComparisonWords{Kind::less_or_equal,
                      {"at most ", "不高于 "},
                      {"no later than ", "不晚于 "},
                      {"at most ", "不长于 "}},
      ComparisonWords{
          Kind::greater, {"more than ", "高于 "}, {"after ", "晚于 "}, {"longer than ", "长于 "}},
      ComparisonWords{Kind::greater_or_equal,
                      {"at least ", "不低于 "},
                      {"no earlier than ", "不早于 "},
                      {"at least ", "不短于 "}},
  };
  for (const ComparisonWords& words : kWords) {
    if (words.operation == operation) return words;
  }
  return kWords.front();
}

Wording before_operand(Kind operation, const Value& value) {
  const ComparisonWords& words = comparison_words(operation);
  if (is_point_in_time(value)) return words.time;
  if (is_duration(value)) return words.duration;
  if (value.as<Decimal>() != nullptr) return words.number;
  if (operation == Kind::equal) return {"", "为"};
  if (operation == Kind::not_equal) return {"other than ", "不为"};
  return words.number;
}

Kind opposite(Kind operation) {
  switch (operation) {
    case Kind::equal:
      return Kind::not_equal;
    case Kind::not_equal:
      return Kind::equal;
    case Kind::less:
      return Kind::greater_or_equal;
    case Kind::less_or_equal:
      return Kind::greater;
    case Kind::greater:
      return Kind::less_or_equal;
    default:
      return Kind::less;
  }
}

bool is_literal(const Expression& tree) {
  if (tree.kind == Kind::negate) return is_literal(*tree.parts[0]);
  return tree.kind <= Kind::at_literal || tree.kind == Kind::list || tree.kind == Kind::call;
}

Wording change_words(const Change& change, const Value& value, std::string_view name,
                     const Labels& labels) {
  Evaluation scratch{EvaluationOptions{}};
  const Value& by = change.by;
  const Value zero = calculate(Kind::subtract, by, by, {}, scratch);
  const int sign = compare(by, zero).value_or(0);
  if (sign == 0) return {"the limit itself does not count", "界限本身不算"};
  const Wording size = wording_of(sign < 0 ? negated(by, {}, scratch) : by, name, labels);
  std::string_view en = sign > 0 ? " short" : is_duration(value) ? " too long" : " too much";
  std::string_view zh = sign > 0 ? "差 " : "超出 ";
  if (is_point_in_time(value)) {
    en = sign > 0 ? " too early" : " too late";
    zh = sign > 0 ? "早 " : "晚 ";
  }
  const Wording amount =
      change.is_open ? Wording{"more than ", ""} + size + Wording{"", "以上"} : size;
  return Wording{"", std::string(zh)} + amount + Wording{std::string(en), ""};
}

}  // namespace

Wording label_of(std::string_view name, const Labels& labels) {
  const auto found = labels.names.find(name);
  if (found == labels.names.end()) return same(std::string(name));
  return found->second;
}

Kind mirrored(Kind operation) {
  switch (operation) {
    case Kind::less:
      return Kind::greater;
    case Kind::less_or_equal:
      return Kind::greater_or_equal;
    case Kind::greater:
      return Kind::less;
    case Kind::greater_or_equal:
      return Kind::less_or_equal;
    default:
      return operation;
  }
}

Wording wording_of(const Value& value, std::string_view name, const Labels& labels) {
  if (value.is_null()) return {"not known", "未知"};
  const std::string plain = to_text(value);
  for (const std::string_view key : {name, std::string_view()}) {
    const auto named = labels.values.find(key);
    if (named == labels.values.end()) continue;
    const auto found = named->second.find(plain);
    if (found != named->second.end()) return found->second;
  }
  if (const bool* truth = value.as<bool>()) {
    return *truth ? Wording{"yes", "是"} : Wording{"no", "否"};
  }
  if (value.as<std::string>() != nullptr) return {"\"" + plain + "\"", "“" + plain + "”"};
  const auto unit = labels.units.find(name);
  if (value.as<Decimal>() != nullptr && unit != labels.units.end()) {
    const auto& [many, one_en] = unit->second;
    return {plain + " " + (plain == "1" ? one_en : many.en), plain + " " + many.zh};
  }
  if (const Date* date = value.as<Date>()) return date_words(*date);
  if (const auto* days = value.as<DaysDuration>()) return days_words(*days);
  if (const auto* months = value.as<MonthsDuration>()) return months_words(*months);
  return same(plain);
}

std::string Requirement::written(const Expression& tree) const {
  return normalised_name(text_.substr(tree.span.begin, tree.span.end - tree.span.begin));
}

Wording Requirement::operand(const Expression& operand, const Value& value) const {
  Wording words = wording_of(value, name_, labels_);
  if (is_literal(operand)) return words;
  const Wording label = label_of(written(operand), labels_);
  if (value.is_null()) return {label.en + " (not known)", label.zh + "（未知）"};
  return {words.en + " (" + label.en + ")", words.zh + "（" + label.zh + "）"};
}

Wording Requirement::of_comparison(Kind operation, const Expression& operand,
                                   bool is_wanted) const {
  const Value value = evaluate(operand, scope_, evaluation_);
  const Kind wanted = is_wanted ? operation : opposite(operation);
  return before_operand(wanted, value) + this->operand(operand, value);
}

Wording Requirement::of_interval(const Expression& low, const Expression& high, bool open_low,
                                 bool open_high, bool is_wanted) const {
  const Kind above = open_low ? Kind::greater : Kind::greater_or_equal;
  const Kind below = open_high ? Kind::less : Kind::less_or_equal;
  const Wording from = of_comparison(above, low, is_wanted);
  const Wording to = of_comparison(below, high, is_wanted);
  const bool has_low = !evaluate(low, scope_, evaluation_).is_null();
  const bool has_high = !evaluate(high, scope_, evaluation_).is_null();
  if (!has_low || !has_high) return has_low ? from : to;
  return from + (is_wanted ? Wording{" and ", "且"} : Wording{" or ", "或"}) + to;
}

Wording Requirement::of_text(const Expression& tree, bool is_wanted) const {
  const std::string text = written(tree);
  if (!is_wanted) return {"not " + text, "非 " + text};
  return same(text);
}

/// "A, B or C".
Wording Requirement::of_values(std::span<const Value> values, std::span<const Wording> words,
                               bool is_wanted) const {
  Wording all = before_operand(is_wanted ? Kind::equal : Kind::not_equal, values[0]);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool is_last = i + 1 == words.size();
    if (i > 0) all = all + (is_last ? Wording{" or ", "或"} : Wording{", ", "、"});
    all = all + words[i];
  }
  return all;
}

/// A test that is an expression: a value, a list of values, or a range.
Wording Requirement::of_value(const Expression& tree, bool is_wanted) const {
  const Value value = evaluate(tree, scope_, evaluation_);
  if (value.is_null()) {
    return is_wanted ? Wording{"no value", "为未知"} : Wording{"some value", "为已知"};
  }
  const List* items = value.as<List>();
  if (items == nullptr || items->empty()) {
    if (items != nullptr || value.as<Range>() != nullptr) return of_text(tree, is_wanted);
    return of_comparison(Kind::equal, tree, is_wanted);
  }
  std::vector<Wording> words;
  for (const Value& item : *items) words.push_back(wording_of(item, name_, labels_));
  return of_values(*items, words, is_wanted);
}

/// Plain values stand together, "A, B or C", the other tests after them.
Wording Requirement::of_any(std::span<const ExpressionPtr> tests, bool is_wanted) const {
  std::vector<Value> values;
  std::vector<Wording> words;
  std::vector<Wording> all;
  for (const ExpressionPtr& test : tests) {
    const bool is_plain = test->kind > Kind::null_literal && test->kind <= Kind::name &&
                          test->text != "?" && test->kind != Kind::boolean_literal;
    const Value value = is_plain ? evaluate(*test, scope_, evaluation_) : Value();
    if (is_plain && !value.is_null() && value.as<List>() == nullptr && !value.as<Range>()) {
      values.push_back(value);
      words.push_back(operand(*test, value));
    } else {
      all.push_back(of_tests(*test, is_wanted));
    }
  }
  if (!values.empty()) all.insert(all.begin(), of_values(values, words, is_wanted));
  Wording joined = all.empty() ? Wording() : all[0];
  for (std::size_t i = 1; i < all.size(); ++i) {
    joined = joined + (is_wanted ? Wording{" or ", "或"} : Wording{" and ", "且"}) + all[i];
  }
  return joined;
}

Wording Requirement::of_tests(const Expression& tests, bool is_wanted) const {
  switch (tests.kind) {
    case Kind::any_test:
      return {"anything", "任意"};
    case Kind::negated_tests:
      return of_any(tests.parts, !is_wanted);
    case Kind::tests:
      return of_any(tests.parts, is_wanted);
    case Kind::unary_compare:
      return of_comparison(tests.compare, *tests.parts[0], is_wanted);
    case Kind::interval:
      return of_interval(*tests.parts[0], *tests.parts[1], tests.open_low, tests.open_high,
                         is_wanted);
    default:
      return mentions(tests, "?") ? of_text(tests, is_wanted) : of_value(tests, is_wanted);
  }
}

Wording sentence_of(const Condition& condition, const Wording& requirement, const Labels& labels) {
  const Wording name = label_of(condition.input, labels);
  const Wording value = wording_of(condition.value, condition.input, labels);
  Wording sentence = name;
  if (condition.value.is_null()) {
    sentence = sentence + Wording{" is not known", "未知"};
  } else {
    const bool is_text = condition.value.as<std::string>() != nullptr;
    sentence = sentence + Wording{" is ", is_text ? "为" : "为 "} + value;
  }
  // "Entitlement is fulfilled, fulfilled needed" says no more than its first half.
  const bool is_said = condition.truth == Truth::holds && requirement.en == value.en;
  if (!is_said) sentence = sentence + Wording{", ", "，需"} + requirement + Wording{" needed", ""};
  if (condition.truth == Truth::holds) return sentence + Wording{": met", "：符合"};
  if (condition.truth == Truth::unknown || !condition.change) return sentence;
  if (!condition.change->by.is_null()) {
    return sentence + Wording{": ", "："} +
           change_words(*condition.change, condition.value, condition.input, labels);
  }
  return sentence;
}

}  // namespace hq::rules
