#include "rules/feel/operations.h"

#include <algorithm>
#include <string>

#include "rules/feel/arithmetic.h"
#include "rules/feel/properties.h"

namespace hq::rules {
namespace {

/// Is the value in the list, itself or in a range of it? Items of other kinds do not count.
bool is_in_list(const Value& value, const List& items) {
  return std::ranges::any_of(items, [&](const Value& item) {
    const Range* range = item.as<Range>();
    if (range != nullptr && value.as<Range>() == nullptr) {
      return contains(*range, value).value_or(false);
    }
    return equal(item, value).value_or(false);
  });
}

}  // namespace

Value interval(Value low, Value high, bool open_low, bool open_high, Span span,
               Evaluation& evaluation) {
  if (low.reason() != nullptr) return low;
  if (high.reason() != nullptr) return high;
  const auto is_end = [](const Value& end) {
    return end.is_null() || compare(end, end).has_value();
  };
  const bool is_alike =
      low.is_null() || high.is_null() || low.kind().index() == high.kind().index();
  if (!is_alike || !is_end(low) || !is_end(high)) {
    return evaluation.null(span,
                           "the ends of a range are two values of one kind that have an order",
                           "区间两端必须是同类且可排序的值");
  }
  if (!evaluation.hold(sizeof(Range))) return evaluation.spent();
  return Value(Range{std::move(low), std::move(high), open_low, open_high});
}

Value test_range(Kind compare, Value operand, Evaluation& evaluation) {
  if (operand.reason() != nullptr) return operand;
  if (!evaluation.hold(sizeof(Range))) return evaluation.spent();
  Range range;
  range.test = compare;
  switch (compare) {
    case Kind::less:
    case Kind::less_or_equal:
      range.high = std::move(operand);
      range.open_low = true;
      range.open_high = compare == Kind::less;
      break;
    case Kind::greater:
    case Kind::greater_or_equal:
      range.low = std::move(operand);
      range.open_low = compare == Kind::greater;
      range.open_high = true;
      break;
    default:
      range.low = operand;
      range.high = std::move(operand);
      break;
  }
  return Value(std::move(range));
}

Value between(const Value& value, const Value& low, const Value& high, Span span,
              Evaluation& evaluation) {
  const std::optional<int> from_low = compare(value, low);
  const std::optional<int> from_high = compare(value, high);
  if (from_low && from_high) return Value(*from_low >= 0 && *from_high <= 0);
  return null_of({&value, &low, &high}, evaluation, span,
                 "between takes three values of one kind that have an order",
                 "between 需要三个同类且可排序的值");
}

std::optional<bool> matches(const Value& value, const Value& wanted) {
  if (const List* items = wanted.as<List>()) {
    return is_in_list(value, *items) || equal(value, wanted).value_or(false);
  }
  const Range* range = wanted.as<Range>();
  if (range != nullptr && value.as<Range>() == nullptr) return contains(*range, value);
  // A condition about other things than the value: it holds or it does not.
  const bool* truth = wanted.as<bool>();
  if (truth != nullptr && value.as<bool>() == nullptr && !value.is_null()) return *truth;
  return equal(value, wanted);
}

bool has_open_null(const Value& range) {
  const Range* ends = range.as<Range>();
  if (ends == nullptr || ends->test) return false;
  return (ends->low.is_null() && ends->open_low) || (ends->high.is_null() && ends->open_high);
}

Value not_testable(const Value& value, Span span, Evaluation& evaluation) {
  return evaluation.null(span,
                         std::string("a ").append(kind_name(value)).append(" cannot be tested so"),
                         std::string("不能这样检验这种值：").append(kind_name(value)));
}

Value member_of(const Value& value, std::string_view name, bool is_quiet, Span span,
                Evaluation& evaluation) {
  if (const Context* context = value.as<Context>()) {
    if (const Value* found = context->find(name)) return *found;
    if (is_quiet) return Value();
    const std::string quoted(name);
    return evaluation.null(span, "the context has no entry \"" + quoted + "\"",
                           "上下文没有条目“" + quoted + "”");
  }
  const List* items = value.as<List>();
  if (items == nullptr) return property(value, name, span, evaluation);
  if (!evaluation.spend(items->size()) || !evaluation.hold(items->size() * sizeof(Value))) {
    return evaluation.spent();
  }
  List members;
  members.reserve(items->size());
  for (const Value& item : *items) {
    const Context* context = item.as<Context>();
    if (context != nullptr) {
      const Value* found = context->find(name);
      members.push_back(found == nullptr ? Value() : *found);
    } else if (item.is_null()) {
      members.emplace_back();
    } else {
      members.push_back(member_of(item, name, is_quiet, span, evaluation));
    }
  }
  return Value(std::move(members));
}

Value item_at(std::span<const Value> items, const Decimal& place, Span span,
              Evaluation& evaluation) {
  const std::optional<int64_t> index = place.to_int64();
  if (!index) {
    return evaluation.null(span, "the place of an item is an integer", "列表下标必须是整数");
  }
  const auto size = static_cast<int64_t>(items.size());
  if (*index > 0 && *index <= size) return items[static_cast<std::size_t>(*index - 1)];
  if (*index < 0 && *index >= -size) return items[static_cast<std::size_t>(size + *index)];
  return Value();
}

bool is_place(const Expression& filter) {
  if (filter.kind == Kind::negate) return is_place(*filter.parts[0]);
  return filter.kind == Kind::number_literal;
}

bool is_condition(Kind filter) {
  return filter == Kind::boolean_literal || (filter >= Kind::equal && filter <= Kind::in);
}

bool is_known_type(const TypeExpression& type, const Evaluation& evaluation) {
  if (built_in_type(type.name)) return true;
  return evaluation.options().find_type && evaluation.options().find_type(type.name) != nullptr;
}

Value external_function(const Value& body, const std::vector<Function::Parameter>& parameters,
                        Span span, Evaluation& evaluation) {
  if (body.reason() != nullptr) return body;
  std::vector<std::string> names;
  names.reserve(parameters.size());
  for (const Function::Parameter& parameter : parameters) names.push_back(parameter.name);
  std::shared_ptr<const Function> found;
  if (evaluation.options().find_external) found = evaluation.options().find_external(body, names);
  if (found) return Value(std::move(found));
  return evaluation.null(span, "there is no such external function: " + to_text(body),
                         "没有这个外部函数：" + to_text(body));
}

Value checked_nesting(Value value, Span span, Evaluation& evaluation) {
  if (value.nesting() <= Evaluation::kNestingMax) return value;
  return evaluation.null(span, "lists and contexts are nested too deeply in each other",
                         "列表与上下文相互嵌套过深");
}

}  // namespace hq::rules
