// What the families of built-in functions share: their tables, their messages, their budget.
//
// Each family is one file and one function that gives its rows of the table (built_ins.h). A
// function gets arguments of the kinds that its row accepts, and answers what is wrong beyond that
// with failed(). Pure functions, any thread.
//
//   if (!can_afford(evaluation, items.size())) return out_of_budget(evaluation);
//   return failed(evaluation, "sqrt", "the number is negative", "该数为负数");
#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/assert.h"
#include "rules/feel/built_ins.h"

namespace hq::rules {

using Arguments = std::span<const Value>;

std::vector<BuiltIn> number_built_ins();
std::vector<BuiltIn> string_built_ins();
std::vector<BuiltIn> pattern_built_ins();
std::vector<BuiltIn> list_built_ins();
std::vector<BuiltIn> sum_built_ins();
std::vector<BuiltIn> temporal_built_ins();
std::vector<BuiltIn> range_built_ins();
std::vector<BuiltIn> context_built_ins();

struct Parameter {
  std::string_view name;
  Accepts accepts = Accepts::anything;
};

/// A way to call a function; the last `optional` parameters may be left out.
BuiltIn::Form form(std::initializer_list<Parameter> parameters, std::size_t optional = 0);
/// The last parameter takes all further arguments.
BuiltIn::Form variadic_form(std::initializer_list<Parameter> parameters);

/// The argument as T, which its parameter accepts.
template <class T>
const T& get(const Value& argument) {
  const T* value = argument.as<T>();
  HQ_ASSERT(value != nullptr);
  return *value;
}
/// Of a parameter that accepts integer.
int64_t integer(const Value& argument);

/// Null, and why: "function: en".
Value failed(Evaluation& evaluation, std::string_view function, std::string_view en,
             std::string_view zh);
/// The number; where there is none, null: it is too large.
Value number_or_failed(const std::optional<Decimal>& number, Evaluation& evaluation,
                       std::string_view function);

/// hq::rules::call by position, after which call_span is what it was.
Value call_back(const Value& function, Arguments arguments, Evaluation& evaluation);

/// Counts the work on `items` values, and the memory of as many. False once a limit is passed.
bool can_afford(Evaluation& evaluation, std::size_t items);
/// The same of a text of so many bytes.
bool can_afford_text(Evaluation& evaluation, std::size_t bytes);
/// The answer after that.
Value out_of_budget(const Evaluation& evaluation);

/// What it takes to compare the value or to write it down: 1 and more, by what it holds at any
/// depth. Counted as spent; none where that is beyond the limit.
std::optional<uint64_t> weight(const Value& value, Evaluation& evaluation);

}  // namespace hq::rules
