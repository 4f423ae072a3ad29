// The built-in functions of FEEL (DMN 1.5, 10.3.4): one table for all of them.
//
// A row is a name with the parameter lists it may be called with; the same name may have several
// ("date" takes a text, or year, month and day). The parameters say what they accept, so that a
// function sees arguments of the right kinds only. Constant; any thread.
//
//   const BuiltIn* floor = find_built_in("floor");
//   call_built_in(*floor, std::vector{Value(*Decimal::parse("1.5"))}, {}, evaluation);  // 1
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/feel/evaluator.h"

namespace hq::rules {

/// What a parameter takes. A list of one is given as its item to those that want no list, any other
/// value as a list of one to those that want one; null fits where it is said.
enum class Accepts : uint8_t {
  anything,  // null too
  point,     // what has an order: no null, list, context, function or range
  number,
  integer,   // a number of 64 bits; given without its fraction
  quantity,  // a number or a duration
  string,
  string_or_null,
  boolean_or_null,
  date,  // a date, or a date and time
  time,
  duration,
  days_duration_or_null,
  context,
  function,
  range,
  list,
  lists,    // of a variadic parameter: each argument is a list
  numbers,  // lists of these only
  booleans_or_nulls,
  strings_or_nulls,
  contexts,
};

struct BuiltIn {
  std::string_view name;
  /// Each way to call it: names of parameters; `optional` of the last may be left out; where
  /// `is_variadic`, the last takes all further arguments (or one list).
  struct Form {
    std::vector<std::string_view> parameters;
    std::size_t optional = 0;
    bool is_variadic = false;
    std::vector<Accepts> accepts = {};  // of each parameter
    /// A call by name may leave out any: they are null. is() alone wants it.
    bool is_optional_by_name = false;
  };
  std::vector<Form> forms;
  /// `arguments` are in the order of the form `form`, and what it accepts; those left out are
  /// missing at the end. What a variadic parameter takes is one list.
  Value (*run)(std::span<const Value> arguments, std::size_t form, Evaluation& evaluation);
};

/// nullptr where there is none of that name.
const BuiltIn* find_built_in(std::string_view name);
/// All of them, by name.
std::span<const BuiltIn> all_built_ins();

/// Calls it by position, or by name where `names` is not empty; null with a reason where no form
/// fits.
Value call_built_in(const BuiltIn& function, std::span<const Value> arguments,
                    std::span<const std::string> names, Evaluation& evaluation);

}  // namespace hq::rules
