#include "rules/table/cell.h"

#include <algorithm>
#include <utility>

#include "rules/feel/built_ins.h"
#include "rules/feel/evaluator.h"

namespace hq::rules {
namespace {

// What the constants of a cell may cost; tests that need more are left to who evaluates them.
constexpr uint64_t kStepsMax = 10'000;
constexpr uint64_t kBytesMax = uint64_t{1} << 20;

bool is_pure_call(const Expression& callee, const IsVariable& is_variable) {
  return callee.kind == Kind::name && callee.text != "now" && callee.text != "today" &&
         find_built_in(callee.text) != nullptr && !(is_variable && is_variable(callee.text));
}

/// Does a scale tell whether a value of any class but lists and ranges is equal to it?
bool is_told(const Value& constant) {
  return constant.as<Time>() == nullptr && constant.as<Context>() == nullptr &&
         constant.as<Function>() == nullptr;
}

bool is_told(const Range& range) {
  return is_told(range.low) && is_told(range.high);
}

bool is_match_told(const Value& constant) {
  if (const Range* range = constant.as<Range>()) return is_told(*range);
  if (const List* items = constant.as<List>()) {
    return std::ranges::all_of(*items, [](const Value& item) {
      const Range* range = item.as<Range>();
      return range != nullptr ? is_told(*range) : is_told(item);
    });
  }
  return is_told(constant);
}

ClassSet all_but(const ClassSet& set, const Scale& scale) {
  return complement(set, scale.size());
}

ClassRange only(ClassId id) {
  return {id, id + 1};
}

/// `= constant`.
Verdicts equality(const Value& constant, const Scale& scale) {
  if (constant.is_null()) return {{only(Scale::kNull)}, {only(Scale::kNull)}};
  // Lists and ranges are equal to none of the classes, and null differs from all.
  std::vector<ClassRange> alike = {only(Scale::kNull)};
  ClassSet holds;
  if (const bool* truth = constant.as<bool>()) {
    holds = {only(*truth ? Scale::kTrue : Scale::kFalse)};
    alike.push_back({Scale::kFalse, Scale::kTrue + 1});
  } else if (const auto point = scale.point(constant)) {
    holds = {only(point->id)};
    alike.push_back(point->kind);
  }
  std::vector<ClassRange> not_false = all_but(united(std::move(alike)), scale);
  not_false.insert(not_false.end(), holds.begin(), holds.end());
  return {std::move(holds), united(std::move(not_false))};
}

Verdicts negated(const Verdicts& verdicts, const Scale& scale) {
  return {all_but(verdicts.not_false, scale), all_but(verdicts.holds, scale)};
}

/// Between two ends, either of which may be missing; all other values of their kind are false.
Verdicts between(ClassRange holds, ClassRange kind, const Scale& scale) {
  std::vector<ClassRange> not_false = all_but({kind}, scale);
  not_false.push_back(holds);
  return {united({holds}), united(std::move(not_false))};
}

Verdicts never_told(const Scale& scale) {
  return {{}, {{0, scale.size()}}};
}

/// `< constant` and the like.
Verdicts order(Kind test, const Value& constant, const Scale& scale) {
  const auto point = scale.point(constant);
  if (!point) return never_told(scale);
  const auto [id, kind] = *point;
  switch (test) {
    case Kind::less:
      return between({kind.begin, id}, kind, scale);
    case Kind::less_or_equal:
      return between({kind.begin, id + 1}, kind, scale);
    case Kind::greater:
      return between({id + 1, kind.end}, kind, scale);
    default:
      return between({id, kind.end}, kind, scale);
  }
}

Verdicts comparison(Kind test, const Value& constant, const Scale& scale) {
  if (test == Kind::equal) return equality(constant, scale);
  if (test == Kind::not_equal) return negated(equality(constant, scale), scale);
  return order(test, constant, scale);
}

Verdicts within(const Range& range, const Scale& scale) {
  if (range.test) {
    const bool has_low_only = range.high.is_null();
    return comparison(*range.test, has_low_only ? range.low : range.high, scale);
  }
  const auto low = scale.point(range.low);
  const auto high = scale.point(range.high);
  if (!low || !high || low->kind != high->kind) return never_told(scale);
  const ClassId begin = low->id + (range.open_low ? 1 : 0);
  const ClassId end = high->id + (range.open_high ? 0 : 1);
  return between({begin, std::max(begin, end)}, low->kind, scale);
}

/// A truth is a condition about other things than a value, unless the value is one too.
Verdicts truth_match(bool truth, const Scale& scale) {
  if (!truth) return {{only(Scale::kFalse)}, {only(Scale::kFalse)}};
  const ClassSet holds = {{Scale::kTrue, scale.size()}};
  return {holds, holds};
}

Verdicts match(const Value& constant, const Scale& scale) {
  if (const Range* range = constant.as<Range>()) return within(*range, scale);
  if (const bool* truth = constant.as<bool>()) return truth_match(*truth, scale);
  const List* items = constant.as<List>();
  if (items == nullptr) return equality(constant, scale);
  std::vector<ClassRange> holds;
  for (const Value& item : *items) {
    const Range* range = item.as<Range>();
    const Verdicts one = range != nullptr ? within(*range, scale) : equality(item, scale);
    holds.insert(holds.end(), one.holds.begin(), one.holds.end());
  }
  ClassSet set = united(std::move(holds));
  return {set, set};
}

Verdicts any_of(const std::vector<Cell>& parts, const Scale& scale) {
  std::vector<ClassRange> holds;
  std::vector<ClassRange> not_false;
  for (const Cell& part : parts) {
    const Verdicts one = verdicts_of(part, scale);
    holds.insert(holds.end(), one.holds.begin(), one.holds.end());
    not_false.insert(not_false.end(), one.not_false.begin(), one.not_false.end());
  }
  return {united(std::move(holds)), united(std::move(not_false))};
}

void add_point(const Value& constant, std::vector<Value>& constants) {
  if (const Range* range = constant.as<Range>()) {
    constants.push_back(range->low);
    constants.push_back(range->high);
  } else {
    constants.push_back(constant);
  }
}

}  // namespace

bool is_closed(const Expression& tree, const IsVariable& is_variable) {
  std::span<const ExpressionPtr> parts = tree.parts;
  switch (tree.kind) {
    case Kind::null_literal:
    case Kind::boolean_literal:
    case Kind::number_literal:
    case Kind::string_literal:
    case Kind::at_literal:
    case Kind::list:
    case Kind::negate:
    case Kind::add:
    case Kind::subtract:
    case Kind::multiply:
    case Kind::divide:
    case Kind::power:
    case Kind::interval:
    case Kind::unary_compare:
    case Kind::argument:
      break;
    case Kind::call:
    case Kind::named_call:
      if (!is_pure_call(*parts.front(), is_variable)) return false;
      parts = parts.subspan(1);
      break;
    default:
      return false;
  }
  return std::ranges::all_of(
      parts, [&](const ExpressionPtr& part) { return is_closed(*part, is_variable); });
}

std::optional<Value> constant_of(const Expression& tree, const IsVariable& is_variable) {
  if (!is_closed(tree, is_variable)) return std::nullopt;
  Evaluation evaluation({.steps_max = kStepsMax, .bytes_max = kBytesMax});
  Value value = evaluate(tree, Scope(), evaluation);
  if (!evaluation.reports().empty()) return std::nullopt;
  return value;
}

std::optional<Cell> cell_of(const Expression& tests, const IsVariable& is_variable) {
  switch (tests.kind) {
    case Kind::any_test:
      return Cell{};
    case Kind::tests:
    case Kind::negated_tests: {
      const bool is_some = tests.kind == Kind::tests;
      Cell cell{.form = is_some ? Cell::Form::some_of : Cell::Form::none_of};
      for (const ExpressionPtr& part : tests.parts) {
        std::optional<Cell> one = cell_of(*part, is_variable);
        if (!one) return std::nullopt;
        cell.parts.push_back(*std::move(one));
      }
      return cell;
    }
    case Kind::unary_compare: {
      std::optional<Value> constant = constant_of(*tests.parts[0], is_variable);
      if (!constant || !is_told(*constant)) return std::nullopt;
      return Cell{
          .form = Cell::Form::compare, .test = tests.compare, .constant = *std::move(constant)};
    }
    default: {
      std::optional<Value> constant = constant_of(tests, is_variable);
      if (!constant || !is_match_told(*constant)) return std::nullopt;
      return Cell{.form = Cell::Form::match, .constant = *std::move(constant)};
    }
  }
}

void add_constants(const Cell& cell, std::vector<Value>& constants) {
  if (const List* items = cell.constant.as<List>()) {
    for (const Value& item : *items) add_point(item, constants);
  } else {
    add_point(cell.constant, constants);
  }
  for (const Cell& part : cell.parts) add_constants(part, constants);
}

Verdicts verdicts_of(const Cell& cell, const Scale& scale) {
  switch (cell.form) {
    case Cell::Form::any:
      return {{{0, scale.size()}}, {{0, scale.size()}}};
    case Cell::Form::compare:
      return comparison(cell.test, cell.constant, scale);
    case Cell::Form::match:
      return match(cell.constant, scale);
    case Cell::Form::some_of:
      return any_of(cell.parts, scale);
    case Cell::Form::none_of:
      return negated(any_of(cell.parts, scale), scale);
  }
  return {};
}

}  // namespace hq::rules
