// Value: what a FEEL expression gives (DMN 1.5, table 42).
//
// Immutable; copies share what is large. A null may say why it is one: FEEL turns every error into
// null, and who asked must be able to learn which. Any thread.
//
//   Value price(Decimal(12));
//   price.as<Decimal>();                       // const Decimal*, or nullptr
//   Value list(List{price, Value("a"), Value()});
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/decimal.h"
#include "rules/feel/ast.h"
#include "rules/temporal/temporal.h"

namespace hq::rules {

class Value;
class Context;
class Function;
struct Range;

using List = std::vector<Value>;

/// Why a value is null, and where in its expression that came about.
struct Reason {
  std::string en;
  std::string zh;
  Span span;
  std::string where;  // the element of the model, "decision Risk, row 3"; may be empty
};

struct Null {
  std::shared_ptr<const Reason> reason;  // empty: null was meant
};

class Value {
 public:
  using Kind = std::variant<Null, bool, Decimal, std::shared_ptr<const std::string>, Date, Time,
                            DateTime, DaysDuration, MonthsDuration, std::shared_ptr<const List>,
                            std::shared_ptr<const Context>, std::shared_ptr<const Range>,
                            std::shared_ptr<const Function>>;

  Value() = default;  // null
  explicit Value(Null null) : kind_(std::move(null)) {}
  explicit Value(std::same_as<bool> auto value) : kind_(value) {}
  explicit Value(Decimal value) : kind_(value) {}
  explicit Value(int64_t value) : kind_(Decimal(value)) {}
  explicit Value(std::string text) : kind_(std::make_shared<const std::string>(std::move(text))) {}
  explicit Value(const char* text) : Value(std::string(text)) {}
  explicit Value(Date value) : kind_(value) {}
  explicit Value(Time value) : kind_(value) {}
  explicit Value(DateTime value) : kind_(value) {}
  explicit Value(DaysDuration value) : kind_(value) {}
  explicit Value(MonthsDuration value) : kind_(value) {}
  explicit Value(List items);
  explicit Value(Context members);
  explicit Value(Range range);
  explicit Value(std::shared_ptr<const Function> function);
  /// Shares the list; `nesting` is at least one more than that of any item.
  Value(std::shared_ptr<const List> items, uint32_t nesting)
      : kind_(std::move(items)), nesting_(nesting) {}

  /// In place, for what is held whole; quicker than the assignment of a Value.
  template <class T>
    requires std::same_as<T, bool> || std::same_as<T, Decimal>
  Value& operator=(T value) {
    kind_ = value;
    nesting_ = 0;
    return *this;
  }

  bool is_null() const { return std::holds_alternative<Null>(kind_); }
  /// Why it is null; nullptr where it is not, or where null was meant.
  const Reason* reason() const;

  /// Held in the value itself, not shared.
  template <class T>
  static constexpr bool kIsWhole =
      std::same_as<T, Null> || std::same_as<T, bool> || std::same_as<T, Decimal> ||
      std::same_as<T, Date> || std::same_as<T, Time> || std::same_as<T, DateTime> ||
      std::same_as<T, DaysDuration> || std::same_as<T, MonthsDuration>;

  /// The value as T: bool, Decimal, std::string, Date, Time, DateTime, DaysDuration,
  /// MonthsDuration, List, Context, Range, Function; nullptr where it is another.
  template <class T>
  const T* as() const {
    if constexpr (kIsWhole<T>) {
      return std::get_if<T>(&kind_);
    } else {
      const auto* shared = std::get_if<std::shared_ptr<const T>>(&kind_);
      return shared == nullptr ? nullptr : shared->get();
    }
  }
  const Kind& kind() const { return kind_; }

  /// How many lists, contexts and functions lie in each other: 0 for a number, 1 for [1]. The
  /// evaluator bounds it, as what is nested is compared and freed by recursion.
  uint32_t nesting() const { return nesting_; }

 private:
  Kind kind_;
  uint32_t nesting_ = 0;
};

/// Named members in their order; a name stands once.
class Context {
 public:
  struct Member {
    std::string name;
    Value value;
  };

  Context() = default;
  explicit Context(std::vector<Member> members) : members_(std::move(members)) {}

  const Value* find(std::string_view name) const;
  /// Adds it, or replaces the value of that name.
  void set(std::string name, Value value);
  const std::vector<Member>& members() const { return members_; }

 private:
  std::vector<Member> members_;
};

/// From low to high. An end that is null can be compared with nothing, but for a range that was
/// written as a test, `(< 10)`: there it is no bound. `(= 10)` and `(!= 10)` have both ends 10.
struct Range {
  Value low;
  Value high;
  bool open_low = false;
  bool open_high = false;
  std::optional<hq::rules::Kind> test = std::nullopt;  // equal ... greater_or_equal, if one
};

/// FEEL equality (DMN 1.5, table 47): nothing where the two cannot be compared; null is equal to
/// null alone. `is_same` is the
/// function is(): the same kind and the same value, null for nothing but null.
std::optional<bool> equal(const Value& a, const Value& b);
bool is_same(const Value& a, const Value& b);

/// Order (table 49): less than 0, 0, more; nothing where they have none.
std::optional<int> compare(const Value& a, const Value& b);

/// Is it in the range? Nothing where it cannot be compared with an end.
std::optional<bool> contains(const Range& range, const Value& value);

/// FEEL text of a value: strings in quotes within lists and contexts, bare at the top.
std::string to_text(const Value& value);

/// "number", "list" ...: the name of its kind for messages.
std::string_view kind_name(const Value& value);

}  // namespace hq::rules
