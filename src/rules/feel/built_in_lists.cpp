// Functions that make lists of lists, or look into them (DMN 1.5, tables 76 and 83).
#include <algorithm>
#include <utility>

#include "rules/feel/built_in_families.h"

namespace hq::rules {
namespace {

/// Where a position of FEEL is: 1 is the first, -1 the last. None where there is no such item.
std::optional<std::ptrdiff_t> place_of(int64_t position, std::size_t size) {
  const auto count = static_cast<int64_t>(size);
  if (position == 0 || position > count || position < -count) return std::nullopt;
  return position > 0 ? position - 1 : count + position;
}

Value no_such_position(Evaluation& evaluation, std::string_view function) {
  return failed(evaluation, function,
                "the list has no such position; the first is 1, and -1 is the last",
                "列表没有该位置；首项为 1，末项为 -1");
}

Value list_contains(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  const std::optional<uint64_t> cost = weight(arguments[1], evaluation);
  if (!cost) return out_of_budget(evaluation);
  for (const Value& item : get<List>(arguments[0])) {
    if (!evaluation.spend(*cost)) return out_of_budget(evaluation);
    if (equal(item, arguments[1]).value_or(false)) return Value(true);
  }
  return Value(false);
}

Value count(Arguments arguments, std::size_t /*form*/, Evaluation& /*evaluation*/) {
  return Value(static_cast<int64_t>(get<List>(arguments[0]).size()));
}

Value sublist(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  const auto& items = get<List>(arguments[0]);
  const std::optional<std::ptrdiff_t> begin = place_of(integer(arguments[1]), items.size());
  if (!begin) return no_such_position(evaluation, "sublist");
  const auto rest = static_cast<int64_t>(items.size()) - *begin;
  const int64_t length = arguments.size() > 2 ? integer(arguments[2]) : rest;
  if (length < 1 || length > rest) {
    return failed(evaluation, "sublist", "length must be 1 or more, and end within the list",
                  "长度 length 应不小于 1，且不超出列表末尾");
  }
  if (!can_afford(evaluation, static_cast<std::size_t>(length))) return out_of_budget(evaluation);
  return Value(List(items.begin() + *begin, items.begin() + *begin + length));
}

Value append(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  const auto& items = get<List>(arguments[0]);
  const auto& more = get<List>(arguments[1]);
  if (!can_afford(evaluation, items.size() + more.size())) return out_of_budget(evaluation);
  List result = items;
  result.insert(result.end(), more.begin(), more.end());
  return Value(std::move(result));
}

Value concatenate(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  List result;
  for (const Value& list : get<List>(arguments[0])) {
    const auto& items = get<List>(list);
    if (!can_afford(evaluation, items.size())) return out_of_budget(evaluation);
    result.insert(result.end(), items.begin(), items.end());
  }
  return Value(std::move(result));
}

Value insert_before(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  const auto& items = get<List>(arguments[0]);
  const std::optional<std::ptrdiff_t> place = place_of(integer(arguments[1]), items.size());
  if (!place) return no_such_position(evaluation, "insert before");
  if (!can_afford(evaluation, items.size() + 1)) return out_of_budget(evaluation);
  List result = items;
  result.insert(result.begin() + *place, arguments[2]);
  return Value(std::move(result));
}

Value remove(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  const auto& items = get<List>(arguments[0]);
  const std::optional<std::ptrdiff_t> place = place_of(integer(arguments[1]), items.size());
  if (!place) return no_such_position(evaluation, "remove");
  if (!can_afford(evaluation, items.size())) return out_of_budget(evaluation);
  List result = items;
  result.erase(result.begin() + *place);
  return Value(std::move(result));
}

/// What a function that compares two items says; none where it says neither true nor false.
std::optional<bool> verdict(const Value& function, const Value& a, const Value& b,
                            Evaluation& evaluation) {
  const std::vector<Value> items{a, b};
  const Value answer = call_back(function, items, evaluation);
  const bool* is_so = answer.as<bool>();
  return is_so == nullptr ? std::nullopt : std::optional(*is_so);
}

Value no_verdict(Evaluation& evaluation, std::string_view function) {
  if (evaluation.is_spent()) return out_of_budget(evaluation);
  return failed(evaluation, function,
                "the function that is given must take two items and answer true or false",
                "所给函数须接受两个参数并返回 true 或 false");
}

Value list_replace(Arguments arguments, std::size_t form, Evaluation& evaluation) {
  const auto& items = get<List>(arguments[0]);
  if (!can_afford(evaluation, items.size())) return out_of_budget(evaluation);
  List result = items;
  if (form == 0) {
    const std::optional<std::ptrdiff_t> place = place_of(integer(arguments[1]), items.size());
    if (!place) return no_such_position(evaluation, "list replace");
    result[static_cast<std::size_t>(*place)] = arguments[2];
    return Value(std::move(result));
  }
  for (Value& item : result) {
    const std::optional<bool> matches = verdict(arguments[1], item, arguments[2], evaluation);
    if (!matches) return no_verdict(evaluation, "list replace");
    if (*matches) item = arguments[2];
  }
  return Value(std::move(result));
}

Value reverse(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  const auto& items = get<List>(arguments[0]);
  if (!can_afford(evaluation, items.size())) return out_of_budget(evaluation);
  return Value(List(items.rbegin(), items.rend()));
}

Value index_of(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  const auto& items = get<List>(arguments[0]);
  const std::optional<uint64_t> cost = weight(arguments[1], evaluation);
  if (!cost || !can_afford(evaluation, items.size())) return out_of_budget(evaluation);
  List positions;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!evaluation.spend(*cost)) return out_of_budget(evaluation);
    if (equal(items[i], arguments[1]).value_or(false)) {
      positions.emplace_back(static_cast<int64_t>(i) + 1);
    }
  }
  return Value(std::move(positions));
}

/// The items without those that equal an earlier one; none where the limit is passed.
std::optional<List> distinct(const List& items, Evaluation& evaluation) {
  List result;
  for (const Value& item : items) {
    const std::optional<uint64_t> cost = weight(item, evaluation);
    if (!cost) return std::nullopt;
    bool is_new = true;
    for (std::size_t i = 0; i < result.size() && is_new; ++i) {
      if (!evaluation.spend(*cost)) return std::nullopt;
      is_new = !equal(result[i], item).value_or(false);
    }
    if (!is_new) continue;
    if (!can_afford(evaluation, 1)) return std::nullopt;
    result.push_back(item);
  }
  return result;
}

Value distinct_values(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  std::optional<List> result = distinct(get<List>(arguments[0]), evaluation);
  return result ? Value(std::move(*result)) : out_of_budget(evaluation);
}

Value union_of(Arguments arguments, std::size_t form, Evaluation& evaluation) {
  const Value all = concatenate(arguments, form, evaluation);
  if (all.is_null()) return all;
  return distinct_values(std::vector{all}, form, evaluation);
}

Value flatten(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  // A stack of its own, the next item on top: lists may be nested deeper than calls may be.
  List result;
  std::vector<const Value*> open{&arguments[0]};
  while (!open.empty()) {
    const Value& one = *open.back();
    open.pop_back();
    if (!can_afford(evaluation, 1)) return out_of_budget(evaluation);
    const auto* items = one.as<List>();
    if (items == nullptr) {
      result.push_back(one);
      continue;
    }
    for (auto item = items->rbegin(); item != items->rend(); ++item) open.push_back(&*item);
  }
  return Value(std::move(result));
}

/// Merge sort: stable, and at home with a function that contradicts itself. False where the
/// function gave no verdict.
bool merge_sort(List& items, const Value& precedes, Evaluation& evaluation) {
  List merged(items.size());
  for (std::size_t width = 1; width < items.size(); width *= 2) {
    for (std::size_t begin = 0; begin < items.size(); begin += 2 * width) {
      const std::size_t middle = std::min(begin + width, items.size());
      const std::size_t end = std::min(middle + width, items.size());
      std::size_t left = begin;
      std::size_t right = middle;
      for (std::size_t to = begin; to < end; ++to) {
        bool takes_right = left == middle;
        if (left < middle && right < end) {
          const auto answer = verdict(precedes, items[right], items[left], evaluation);
          if (!answer) return false;
          takes_right = *answer;
        }
        merged[to] = items[takes_right ? right++ : left++];
      }
    }
    items.swap(merged);
  }
  return true;
}

Value sort(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  const auto& items = get<List>(arguments[0]);
  if (!can_afford(evaluation, 2 * items.size())) return out_of_budget(evaluation);
  List result = items;
  if (!merge_sort(result, arguments[1], evaluation)) return no_verdict(evaluation, "sort");
  return Value(std::move(result));
}

}  // namespace

std::vector<BuiltIn> list_built_ins() {
  const Parameter list{"list", Accepts::list};
  const Parameter position{"position", Accepts::integer};
  const Parameter new_item{"newItem", Accepts::anything};
  const Parameter match{"match", Accepts::anything};
  const BuiltIn::Form lists = variadic_form({{"list", Accepts::lists}});
  return {
      {"list contains", {form({list, {"element", Accepts::anything}})}, list_contains},
      {"count", {form({list})}, count},
      {"sublist",
       {form({list, {"start position", Accepts::integer}, {"length", Accepts::integer}}, 1)},
       sublist},
      {"append", {variadic_form({list, {"item", Accepts::anything}})}, append},
      {"concatenate", {lists}, concatenate},
      {"insert before", {form({list, position, new_item})}, insert_before},
      {"remove", {form({list, position})}, remove},
      {"list replace",
       {form({list, position, new_item}), form({list, {"match", Accepts::function}, new_item})},
       list_replace},
      {"reverse", {form({list})}, reverse},
      {"index of", {form({list, match})}, index_of},
      {"union", {lists}, union_of},
      {"distinct values", {form({list})}, distinct_values},
      {"flatten", {form({list})}, flatten},
      {"sort", {form({list, {"precedes", Accepts::function}})}, sort},
  };
}

}  // namespace hq::rules
