// Sums and differences of temporal texts as texts, for tests of this folder.
//
//   result("2021-01-31", '+', "P1M");                 // "2021-02-28"
//   result("P1D", '*', "2021-01-31");                 // "none": there is no such operation
#pragma once

#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "rules/temporal/temporal.h"

namespace hq::rules {

/// What a text holds; the test fails with an exception where it holds nothing.
using Operand = std::variant<Date, Time, DateTime, DaysDuration, MonthsDuration, Decimal>;

inline Operand operand(std::string_view text) {
  if (const auto number = Decimal::parse(text)) return *number;
  return std::visit([](const auto& it) { return Operand(it); }, parse_temporal(text).value());
}

template <class Value>
std::string shown(const Value& value) {
  if constexpr (requires { value.has_value(); }) {
    return value ? shown(*value) : "none";
  } else if constexpr (std::is_same_v<Value, Duration>) {
    return std::visit([](const auto& it) { return text(it); }, value);
  } else if constexpr (std::is_same_v<Value, Decimal>) {
    return value.text();
  } else if constexpr (std::is_same_v<Value, std::strong_ordering>) {
    return value < 0 ? "less" : value > 0 ? "greater" : "equal";
  } else {
    return text(value);
  }
}

/// What `a operation b` is: + - * / and ? for compare. "none" also where there is no such
/// operation.
inline std::string result(std::string_view a, char operation, std::string_view b) {
  const auto apply = [operation]<class A, class B>(const A& x, const B& y) -> std::string {
    constexpr bool kIsNumber = std::is_same_v<A, Decimal> && std::is_same_v<B, Decimal>;
    if constexpr (!kIsNumber) {
      if constexpr (requires { add(x, y); }) {
        if (operation == '+') return shown(add(x, y));
      }
      if constexpr (requires { subtract(x, y); }) {
        if (operation == '-') return shown(subtract(x, y));
      }
      if constexpr (requires { multiply(x, y); }) {
        if (operation == '*') return shown(multiply(x, y));
      }
      if constexpr (requires { divide(x, y); }) {
        if (operation == '/') return shown(divide(x, y));
      }
      if constexpr (requires { compare(x, y); }) {
        if (operation == '?') return shown(compare(x, y));
      } else if constexpr (requires { x <=> y; }) {
        if (operation == '?') return shown(x <=> y);
      }
    }
    return "none";
  };
  return std::visit(apply, operand(a), operand(b));
}

}  // namespace hq::rules
