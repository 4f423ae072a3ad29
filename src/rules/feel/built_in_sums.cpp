// Functions that make one value of a list: sums, extremes, statistics, all and any (DMN 1.5,
// table 76).
#include <algorithm>

#include "rules/feel/built_in_families.h"

namespace hq::rules {
namespace {

/// Of a parameter that accepts numbers.
std::vector<Decimal> numbers(const Value& list) {
  std::vector<Decimal> result;
  for (const Value& item : get<List>(list)) result.push_back(get<Decimal>(item));
  return result;
}

std::optional<Decimal> total(std::span<const Decimal> numbers) {
  std::optional<Decimal> sum = Decimal(0);
  for (const Decimal& number : numbers) {
    sum = add(*sum, number);
    if (!sum) break;
  }
  return sum;
}

std::optional<Decimal> average(std::span<const Decimal> numbers) {
  const std::optional<Decimal> sum = total(numbers);
  if (!sum) return std::nullopt;
  return divide(*sum, Decimal(static_cast<int64_t>(numbers.size())));
}

/// The first item that no other one is before (sign 1) or behind (sign -1).
Value extreme(const List& items, int sign, std::string_view function, Evaluation& evaluation) {
  if (items.empty()) return {};
  const Value* best = &items.front();
  for (const Value& item : items) {
    const std::optional<int> order = compare(item, *best);
    if (!order || item.is_null()) {
      return failed(evaluation, function, "the items have no order among each other",
                    "列表各项之间无法比较大小");
    }
    if (*order * sign < 0) best = &item;
  }
  return *best;
}

Value min(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  return extreme(get<List>(arguments[0]), 1, "min", evaluation);
}

Value max(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  return extreme(get<List>(arguments[0]), -1, "max", evaluation);
}

// Of no numbers there is no sum, mean or median: null, and no error. product and stddev of none
// are errors, as the test suite has it.

Value sum(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  const std::vector<Decimal> all = numbers(arguments[0]);
  return all.empty() ? Value() : number_or_failed(total(all), evaluation, "sum");
}

Value mean(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  const std::vector<Decimal> all = numbers(arguments[0]);
  return all.empty() ? Value() : number_or_failed(average(all), evaluation, "mean");
}

Value median(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  std::vector<Decimal> all = numbers(arguments[0]);
  if (all.empty()) return {};
  std::ranges::sort(all);
  const std::size_t middle = all.size() / 2;
  if (all.size() % 2 == 1) return Value(all[middle]);
  return number_or_failed(average(std::span(all).subspan(middle - 1, 2)), evaluation, "median");
}

Value product(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  const std::vector<Decimal> all = numbers(arguments[0]);
  if (all.empty()) return failed(evaluation, "product", "the list is empty", "列表为空");
  std::optional<Decimal> result = Decimal(1);
  for (const Decimal& number : all) {
    result = multiply(*result, number);
    if (!result) break;
  }
  return number_or_failed(result, evaluation, "product");
}

/// Of a sample: the squares are divided by one less than there are numbers.
std::optional<Decimal> standard_deviation(std::span<const Decimal> numbers) {
  const std::optional<Decimal> mean = average(numbers);
  if (!mean) return std::nullopt;
  std::optional<Decimal> squares = Decimal(0);
  for (const Decimal& number : numbers) {
    const std::optional<Decimal> distance = subtract(number, *mean);
    const std::optional<Decimal> square = distance ? multiply(*distance, *distance) : std::nullopt;
    squares = square ? add(*squares, *square) : std::nullopt;
    if (!squares) return std::nullopt;
  }
  const auto variance = divide(*squares, Decimal(static_cast<int64_t>(numbers.size()) - 1));
  return variance ? square_root(*variance) : std::nullopt;
}

Value stddev(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  const std::vector<Decimal> all = numbers(arguments[0]);
  if (all.size() < 2) {
    return failed(evaluation, "stddev", "it takes two numbers or more", "至少需要两个数值");
  }
  return number_or_failed(standard_deviation(all), evaluation, "stddev");
}

/// The numbers that are there most often, the smallest first.
Value mode(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  std::vector<Decimal> all = numbers(arguments[0]);
  if (!can_afford(evaluation, all.size())) return out_of_budget(evaluation);
  std::ranges::sort(all);
  List result;
  std::ptrdiff_t most = 0;
  for (auto run = all.begin(); run != all.end();) {
    const auto end = std::upper_bound(run, all.end(), *run);
    if (end - run > most) result.clear();
    if (end - run >= most) result.emplace_back(*run);
    most = std::max(most, end - run);
    run = end;
  }
  return Value(std::move(result));
}

/// True, false, or null where an item that is null could decide.
Value all_are(const List& items, bool sought) {
  bool has_null = false;
  for (const Value& item : items) {
    if (item.is_null()) {
      has_null = true;
    } else if (get<bool>(item) != sought) {
      return Value(!sought);
    }
  }
  return has_null ? Value() : Value(sought);
}

Value all(Arguments arguments, std::size_t /*form*/, Evaluation& /*evaluation*/) {
  return all_are(get<List>(arguments[0]), true);
}

Value any(Arguments arguments, std::size_t /*form*/, Evaluation& /*evaluation*/) {
  return all_are(get<List>(arguments[0]), false);
}

}  // namespace

std::vector<BuiltIn> sum_built_ins() {
  const BuiltIn::Form items = variadic_form({{"list", Accepts::list}});
  const BuiltIn::Form numbers = variadic_form({{"list", Accepts::numbers}});
  const BuiltIn::Form booleans = variadic_form({{"list", Accepts::booleans_or_nulls}});
  return {
      {"min", {items}, min},         {"max", {items}, max},         {"sum", {numbers}, sum},
      {"mean", {numbers}, mean},     {"median", {numbers}, median}, {"product", {numbers}, product},
      {"stddev", {numbers}, stddev}, {"mode", {numbers}, mode},     {"all", {booleans}, all},
      {"any", {booleans}, any},
  };
}

}  // namespace hq::rules
