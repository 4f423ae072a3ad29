#include "rules/feel/arithmetic.h"

#include <utility>

namespace hq::rules {
namespace {

/// What the tables say of two operands: no row for them, or a value, which may be out of range.
struct Outcome {
  bool has_row = false;
  std::optional<Value> value = std::nullopt;
};

template <class T>
std::optional<Value> made(const T& value) {
  return Value(value);
}
template <class T>
std::optional<Value> made(const std::optional<T>& value) {
  if (!value) return std::nullopt;
  return Value(*value);
}

/// One row: where the operands are an A and a B, the outcome is what `work` makes of them.
template <class A, class B, class Work>
bool row(Outcome& outcome, const Value& left, const Value& right, Work work) {
  const A* a = left.as<A>();
  const B* b = right.as<B>();
  if (a == nullptr || b == nullptr) return false;
  outcome = {.has_row = true, .value = made(work(*a, *b))};
  return true;
}

constexpr auto kAdd = [](const auto& a, const auto& b) { return add(a, b); };
constexpr auto kAddTo = [](const auto& a, const auto& b) { return add(b, a); };
constexpr auto kSubtract = [](const auto& a, const auto& b) { return subtract(a, b); };
constexpr auto kMultiply = [](const auto& a, const auto& b) { return multiply(a, b); };
constexpr auto kMultiplyBy = [](const auto& a, const auto& b) { return multiply(b, a); };
constexpr auto kDivide = [](const auto& a, const auto& b) { return divide(a, b); };
constexpr auto kPower = [](const auto& a, const auto& b) { return power(a, b); };

Outcome sum(const Value& a, const Value& b) {
  Outcome out;
  (void)(row<Decimal, Decimal>(out, a, b, kAdd) || row<DateTime, MonthsDuration>(out, a, b, kAdd) ||
         row<DateTime, DaysDuration>(out, a, b, kAdd) ||
         row<MonthsDuration, DateTime>(out, a, b, kAddTo) ||
         row<DaysDuration, DateTime>(out, a, b, kAddTo) ||
         row<Date, MonthsDuration>(out, a, b, kAdd) || row<Date, DaysDuration>(out, a, b, kAdd) ||
         row<MonthsDuration, Date>(out, a, b, kAddTo) ||
         row<DaysDuration, Date>(out, a, b, kAddTo) || row<Time, DaysDuration>(out, a, b, kAdd) ||
         row<DaysDuration, Time>(out, a, b, kAddTo) ||
         row<MonthsDuration, MonthsDuration>(out, a, b, kAdd) ||
         row<DaysDuration, DaysDuration>(out, a, b, kAdd));
  return out;
}

Outcome difference(const Value& a, const Value& b) {
  Outcome out;
  (void)(row<Decimal, Decimal>(out, a, b, kSubtract) ||
         row<DateTime, DateTime>(out, a, b, kSubtract) ||
         row<DateTime, Date>(out, a, b, kSubtract) || row<Date, DateTime>(out, a, b, kSubtract) ||
         row<Date, Date>(out, a, b, kSubtract) || row<Time, Time>(out, a, b, kSubtract) ||
         row<DateTime, MonthsDuration>(out, a, b, kSubtract) ||
         row<DateTime, DaysDuration>(out, a, b, kSubtract) ||
         row<Date, MonthsDuration>(out, a, b, kSubtract) ||
         row<Date, DaysDuration>(out, a, b, kSubtract) ||
         row<Time, DaysDuration>(out, a, b, kSubtract) ||
         row<MonthsDuration, MonthsDuration>(out, a, b, kSubtract) ||
         row<DaysDuration, DaysDuration>(out, a, b, kSubtract));
  return out;
}

Outcome product(const Value& a, const Value& b) {
  Outcome out;
  (void)(row<Decimal, Decimal>(out, a, b, kMultiply) ||
         row<MonthsDuration, Decimal>(out, a, b, kMultiply) ||
         row<Decimal, MonthsDuration>(out, a, b, kMultiplyBy) ||
         row<DaysDuration, Decimal>(out, a, b, kMultiply) ||
         row<Decimal, DaysDuration>(out, a, b, kMultiplyBy));
  return out;
}

Outcome quotient(const Value& a, const Value& b) {
  Outcome out;
  (void)(row<Decimal, Decimal>(out, a, b, kDivide) ||
         row<MonthsDuration, Decimal>(out, a, b, kDivide) ||
         row<DaysDuration, Decimal>(out, a, b, kDivide) ||
         row<MonthsDuration, MonthsDuration>(out, a, b, kDivide) ||
         row<DaysDuration, DaysDuration>(out, a, b, kDivide));
  return out;
}

Outcome outcome_of(Kind operation, const Value& a, const Value& b) {
  switch (operation) {
    case Kind::add:
      return sum(a, b);
    case Kind::subtract:
      return difference(a, b);
    case Kind::multiply:
      return product(a, b);
    case Kind::divide:
      return quotient(a, b);
    default: {
      Outcome out;
      (void)row<Decimal, Decimal>(out, a, b, kPower);
      return out;
    }
  }
}

struct Sign {
  std::string_view sign;
  std::string_view zh;
};

Sign sign_of(Kind operation) {
  switch (operation) {
    case Kind::add:
      return {"+", "相加"};
    case Kind::subtract:
      return {"-", "相减"};
    case Kind::multiply:
      return {"*", "相乘"};
    case Kind::divide:
      return {"/", "相除"};
    case Kind::power:
      return {"**", "乘方"};
    case Kind::equal:
      return {"=", "比较"};
    case Kind::not_equal:
      return {"!=", "比较"};
    case Kind::less:
      return {"<", "比较"};
    case Kind::less_or_equal:
      return {"<=", "比较"};
    case Kind::greater:
      return {">", "比较"};
    default:
      return {">=", "比较"};
  }
}

std::string words(std::string_view a, std::string_view b, std::string_view c) {
  return std::string(a).append(b).append(c);
}

Value no_row(Kind operation, const Value& left, const Value& right, Span span,
             Evaluation& evaluation) {
  const Sign sign = sign_of(operation);
  const std::string pair =
      words(kind_name(left), std::string(" ").append(sign.sign).append(" "), kind_name(right));
  return null_of({&left, &right}, evaluation, span, words("FEEL has no ", pair, ""),
                 words("FEEL 不能对这两种值", sign.zh, words("：", pair, "")));
}

Value out_of_range(Kind operation, const Value& left, const Value& right, Span span,
                   Evaluation& evaluation) {
  if (operation == Kind::divide) {
    return evaluation.null(span, "division by 0, or the result is out of range",
                           "除数为 0，或结果超出范围");
  }
  const bool is_temporal = operation == Kind::subtract && left.as<Decimal>() == nullptr &&
                           right.as<DaysDuration>() == nullptr &&
                           right.as<MonthsDuration>() == nullptr;
  if (is_temporal) {
    return evaluation.null(span, "of times with and without a zone there is no difference",
                           "有时区的时间与无时区的时间不能相减");
  }
  return evaluation.null(span, words("the result of ", sign_of(operation).sign, " is out of range"),
                         words("", sign_of(operation).zh, "的结果超出范围"));
}

Value joined(const std::string& left, const std::string& right, Evaluation& evaluation) {
  if (!evaluation.hold(left.size() + right.size())) return evaluation.spent();
  return Value(left + right);
}

}  // namespace

Value null_of(std::initializer_list<const Value*> operands, Evaluation& evaluation, Span span,
              std::string en, std::string zh) {
  for (const Value* operand : operands) {
    if (operand->reason() != nullptr) return *operand;
  }
  return evaluation.null(span, std::move(en), std::move(zh));
}

Value calculate(Kind operation, const Value& left, const Value& right, Span span,
                Evaluation& evaluation) {
  if (operation == Kind::add) {
    const std::string* a = left.as<std::string>();
    const std::string* b = right.as<std::string>();
    if (a != nullptr && b != nullptr) return joined(*a, *b, evaluation);
  }
  const Outcome outcome = outcome_of(operation, left, right);
  if (!outcome.has_row) return no_row(operation, left, right, span, evaluation);
  if (!outcome.value) return out_of_range(operation, left, right, span, evaluation);
  return *outcome.value;
}

Value negated(const Value& value, Span span, Evaluation& evaluation) {
  if (const Decimal* number = value.as<Decimal>()) return Value(negate(*number));
  if (const DaysDuration* days = value.as<DaysDuration>()) return Value(negate(*days));
  if (const MonthsDuration* months = value.as<MonthsDuration>()) return Value(negate(*months));
  return null_of({&value}, evaluation, span, words("FEEL has no - of a ", kind_name(value), ""),
                 words("FEEL 不能对这种值取负：", kind_name(value), ""));
}

std::optional<bool> holds(Kind operation, const Value& left, const Value& right) {
  if (operation == Kind::equal || operation == Kind::not_equal) {
    const std::optional<bool> result = equal(left, right);
    if (!result) return std::nullopt;
    return *result == (operation == Kind::equal);
  }
  const std::optional<int> order = compare(left, right);
  if (!order) return std::nullopt;
  switch (operation) {
    case Kind::less:
      return *order < 0;
    case Kind::less_or_equal:
      return *order <= 0;
    case Kind::greater:
      return *order > 0;
    default:
      return *order >= 0;
  }
}

Value compared(Kind operation, const Value& left, const Value& right, Span span,
               Evaluation& evaluation) {
  const std::optional<bool> result = holds(operation, left, right);
  if (result) return Value(*result);
  if (left.reason() != nullptr) return left;
  if (right.reason() != nullptr) return right;
  if (left.is_null() || right.is_null()) return Value();
  const bool is_alike = left.kind().index() == right.kind().index();
  if (is_alike && (left.as<Time>() != nullptr || left.as<DateTime>() != nullptr)) {
    return evaluation.null(span, "times with and without a zone cannot be compared",
                           "有时区的时间与无时区的时间不能比较");
  }
  return no_row(operation, left, right, span, evaluation);
}

}  // namespace hq::rules
