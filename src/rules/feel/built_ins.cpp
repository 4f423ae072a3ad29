#include "rules/feel/built_ins.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>

#include "rules/feel/built_in_families.h"

namespace hq::rules {
namespace {

using Form = BuiltIn::Form;

std::vector<BuiltIn> sorted_table() {
  std::vector<BuiltIn> table;
  for (std::vector<BuiltIn> (*family)() :
       {number_built_ins, string_built_ins, pattern_built_ins, list_built_ins, sum_built_ins,
        temporal_built_ins, range_built_ins, context_built_ins}) {
    std::ranges::move(family(), std::back_inserter(table));
  }
  std::ranges::sort(table, {}, &BuiltIn::name);
  for (const BuiltIn& row : table) {
    for (const Form& form : row.forms) HQ_ASSERT(form.parameters.size() == form.accepts.size());
  }
  return table;
}

struct Words {
  Accepts accepts;
  std::string_view en;
  std::string_view zh;
};

constexpr std::array kWords = {
    Words{Accepts::anything, "any value", "任意值"},
    Words{Accepts::point, "a number, text, date, time or duration", "数值、文本、日期、时间或时长"},
    Words{Accepts::number, "a number", "数值"},
    Words{Accepts::integer, "a number of at most 64 bits", "不超过 64 位的数值"},
    Words{Accepts::quantity, "a number or a duration", "数值或时长"},
    Words{Accepts::string, "a text", "文本"},
    Words{Accepts::string_or_null, "a text or null", "文本或 null"},
    Words{Accepts::boolean_or_null, "true, false or null", "true、false 或 null"},
    Words{Accepts::date, "a date or a date and time", "日期或日期时间"},
    Words{Accepts::time, "a time", "时间"},
    Words{Accepts::duration, "a duration", "时长"},
    Words{Accepts::days_duration_or_null, "a days and time duration or null",
          "天时分秒时长或 null"},
    Words{Accepts::context, "a context", "上下文（context）"},
    Words{Accepts::function, "a function", "函数"},
    Words{Accepts::range, "a range", "区间"},
    Words{Accepts::list, "a list", "列表"},
    Words{Accepts::lists, "lists", "列表"},
    Words{Accepts::numbers, "a list of numbers", "数值列表"},
    Words{Accepts::booleans_or_nulls, "a list of true, false or null", "布尔值列表"},
    Words{Accepts::strings_or_nulls, "a list of texts", "文本列表"},
    Words{Accepts::contexts, "a list of contexts", "上下文列表"},
};

const Words& words(Accepts accepts) {
  const auto* place = std::ranges::find(kWords, accepts, &Words::accepts);
  HQ_ASSERT(place != kWords.end());
  return *place;
}

bool is_point(const Value& value) {
  return !value.is_null() && !value.as<List>() && !value.as<Context>() && !value.as<Range>() &&
         !value.as<Function>();
}

bool is_duration(const Value& value) {
  return value.as<DaysDuration>() || value.as<MonthsDuration>();
}

/// Of what wants no list.
bool is_one(const Value& value, Accepts accepts) {
  switch (accepts) {
    case Accepts::point:
      return is_point(value);
    case Accepts::number:
    case Accepts::integer:
      return value.as<Decimal>() != nullptr;
    case Accepts::quantity:
      return value.as<Decimal>() || is_duration(value);
    case Accepts::string:
      return value.as<std::string>() != nullptr;
    case Accepts::string_or_null:
      return value.is_null() || value.as<std::string>();
    case Accepts::boolean_or_null:
      return value.is_null() || value.as<bool>();
    case Accepts::date:
      return value.as<Date>() || value.as<DateTime>();
    case Accepts::time:
      return value.as<Time>() != nullptr;
    case Accepts::duration:
      return is_duration(value);
    case Accepts::days_duration_or_null:
      return value.is_null() || value.as<DaysDuration>();
    case Accepts::context:
      return value.as<Context>() != nullptr;
    case Accepts::function:
      return value.as<Function>() != nullptr;
    case Accepts::range:
      return value.as<Range>() != nullptr;
    default:
      return true;
  }
}

bool wants_list(Accepts accepts) {
  return accepts >= Accepts::list;
}

/// Of the items of a list that is wanted.
bool is_item(const Value& item, Accepts accepts) {
  switch (accepts) {
    case Accepts::numbers:
      return item.as<Decimal>() != nullptr;
    case Accepts::booleans_or_nulls:
      return item.is_null() || item.as<bool>();
    case Accepts::strings_or_nulls:
      return item.is_null() || item.as<std::string>();
    case Accepts::contexts:
      return item.as<Context>() != nullptr;
    case Accepts::lists:
      return !item.is_null();
    default:
      return true;
  }
}

Value as_list(const Value& value) {
  return value.as<List>() != nullptr ? value : Value(List{value});
}

/// The value as a parameter takes it; none where it does not.
std::optional<Value> fitted(const Value& value, Accepts accepts) {
  if (accepts == Accepts::anything) return value;
  if (wants_list(accepts)) {
    if (value.is_null()) return std::nullopt;
    Value list = as_list(value);
    const auto& items = get<List>(list);
    if (!std::ranges::all_of(items, [&](const Value& item) { return is_item(item, accepts); })) {
      return std::nullopt;
    }
    if (accepts != Accepts::lists) return list;
    List lists;
    std::ranges::transform(items, std::back_inserter(lists), as_list);
    return Value(std::move(lists));
  }
  const auto* list = value.as<List>();
  const Value& one = list != nullptr && list->size() == 1 ? list->front() : value;
  if (!is_one(one, accepts)) return std::nullopt;
  if (accepts != Accepts::integer) return one;
  const std::optional<Decimal> whole = round(get<Decimal>(one), 0, Rounding::down);
  const std::optional<int64_t> integer = whole ? whole->to_int64() : std::nullopt;
  return integer ? std::optional(Value(*integer)) : std::nullopt;
}

/// Is the value what fitted() would make of it?
bool fits(const Value& value, Accepts accepts) {
  const auto* list = value.as<List>();
  if (accepts == Accepts::anything) return true;
  if (wants_list(accepts)) {
    return accepts != Accepts::lists && list != nullptr &&
           std::ranges::all_of(*list, [&](const Value& item) { return is_item(item, accepts); });
  }
  const bool is_whole = accepts != Accepts::integer ||
                        (value.as<Decimal>() != nullptr && get<Decimal>(value).to_int64());
  return list == nullptr && is_whole && is_one(value, accepts);
}

/// Are the arguments, by position, what the form takes as they are?
bool fits(const Form& form, Arguments arguments) {
  const std::size_t count = form.parameters.size();
  if (form.is_variadic || arguments.size() > count || arguments.size() + form.optional < count) {
    return false;
  }
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (!fits(arguments[i], form.accepts[i])) return false;
  }
  return true;
}

/// The arguments in the order of the parameters, before they are fitted. None where the form does
/// not take as many, or not of these names.
std::optional<List> arranged(const Form& form, Arguments arguments,
                             std::span<const std::string> names) {
  const std::size_t count = form.parameters.size();
  const std::size_t needed = count - form.optional;
  if (names.empty()) {
    if (arguments.size() < needed || (!form.is_variadic && arguments.size() > count)) {
      return std::nullopt;
    }
    if (!form.is_variadic) return List(arguments.begin(), arguments.end());
    List list(arguments.begin(), arguments.begin() + static_cast<std::ptrdiff_t>(count) - 1);
    const Arguments rest = arguments.subspan(count - 1);
    const Accepts accepts = form.accepts.back();
    const bool is_the_list =
        rest.size() == 1 && accepts != Accepts::anything && accepts != Accepts::lists;
    list.push_back(is_the_list ? rest.front() : Value(List(rest.begin(), rest.end())));
    return list;
  }
  List list(count);
  std::vector<bool> is_given(count, false);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto place = std::ranges::find(form.parameters, std::string_view(names[i]));
    if (place == form.parameters.end()) return std::nullopt;
    const auto at = static_cast<std::size_t>(place - form.parameters.begin());
    if (is_given[at]) return std::nullopt;
    is_given[at] = true;
    list[at] = arguments[i];
  }
  if (form.is_optional_by_name) return list;
  const auto given =
      static_cast<std::size_t>(std::ranges::find(is_given, false) - is_given.begin());
  if (given < needed || given < names.size()) return std::nullopt;
  list.resize(given);
  if (form.is_variadic &&
      (form.accepts.back() == Accepts::anything || form.accepts.back() == Accepts::lists)) {
    list.back() = Value(List{list.back()});
  }
  return list;
}

/// The number of the first argument that does not fit; all are fitted before it.
std::optional<std::size_t> fit(const Form& form, List& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    std::optional<Value> value = fitted(arguments[i], form.accepts[i]);
    if (!value) return i;
    arguments[i] = std::move(*value);
  }
  return std::nullopt;
}

/// "floor(n), floor(n, scale)".
std::string signatures(const BuiltIn& function) {
  std::vector<std::string> all;
  const auto add = [&](const Form& form, std::size_t count) {
    const std::span parameters(form.parameters.begin(), count);
    std::string one = fmt::format("{}({}{})", function.name, fmt::join(parameters, ", "),
                                  form.is_variadic ? ", ..." : "");
    if (std::ranges::find(all, one) == all.end()) all.push_back(std::move(one));
  };
  for (const Form& form : function.forms) {
    for (std::size_t left_out = form.optional + 1; left_out-- > 0;) {
      add(form, form.parameters.size() - left_out);
    }
  }
  return fmt::format("{}", fmt::join(all, ", "));
}

struct Misfit {
  std::string_view parameter;
  std::vector<Accepts> accepts;
  std::string_view kind;
};

Value report_misfit(const BuiltIn& function, const Misfit& misfit, Evaluation& evaluation) {
  std::vector<std::string_view> en;
  std::vector<std::string_view> zh;
  for (const Accepts accepts : misfit.accepts) {
    en.push_back(words(accepts).en);
    zh.push_back(words(accepts).zh);
  }
  return failed(
      evaluation, function.name,
      fmt::format("{} must be {}; it is {}", misfit.parameter, fmt::join(en, ", or "), misfit.kind),
      fmt::format("参数 {} 应为{}，实际为 {}", misfit.parameter, fmt::join(zh, "，或"),
                  misfit.kind));
}

/// The items that have to be looked at, so that a long list costs what it takes.
uint64_t size_of(Arguments arguments) {
  uint64_t size = 1 + arguments.size();
  for (const Value& argument : arguments) {
    if (const auto* items = argument.as<List>()) size += items->size();
  }
  return size;
}

}  // namespace

std::span<const BuiltIn> all_built_ins() {
  static const std::vector<BuiltIn> table = sorted_table();
  return table;
}

const BuiltIn* find_built_in(std::string_view name) {
  const std::span<const BuiltIn> table = all_built_ins();
  const auto place = std::ranges::lower_bound(table, name, {}, &BuiltIn::name);
  return place != table.end() && place->name == name ? &*place : nullptr;
}

Value call_built_in(const BuiltIn& function, Arguments arguments,
                    std::span<const std::string> names, Evaluation& evaluation) {
  HQ_ASSERT(names.empty() || names.size() == arguments.size());
  if (!evaluation.spend(size_of(arguments))) return out_of_budget(evaluation);
  std::optional<Misfit> misfit;
  for (std::size_t i = 0; i < function.forms.size(); ++i) {
    const Form& form = function.forms[i];
    if (names.empty() && fits(form, arguments)) return function.run(arguments, i, evaluation);
    std::optional<List> list = arranged(form, arguments, names);
    if (!list) continue;
    const std::optional<std::size_t> wrong = fit(form, *list);
    if (!wrong) return function.run(*list, i, evaluation);
    if (!misfit) misfit = Misfit{form.parameters[*wrong], {}, kind_name((*list)[*wrong])};
    if (misfit->parameter == form.parameters[*wrong]) {
      misfit->accepts.push_back(form.accepts[*wrong]);
    }
  }
  if (misfit) return report_misfit(function, *misfit, evaluation);
  return failed(
      evaluation, function.name,
      fmt::format("no form takes these {} arguments; write {}", arguments.size(),
                  signatures(function)),
      fmt::format("没有接受这 {} 个参数的形式；请写作 {}", arguments.size(), signatures(function)));
}

}  // namespace hq::rules
