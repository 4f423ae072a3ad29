// ValueSet: the values that a fact may have in a region, or an expression there.
//
// A union of single values, at most one interval of an ordered kind, and "every other text". Small
// values; any thread. Intervals count along a scale of decimals: numbers as they are, dates in
// days, times, date-times and durations in seconds, years-and-months durations in months. A step
// makes an interval a grid of its multiples; then its ends are closed and on the grid.
//
//   ValueSet amount = ValueSet::between(Value(int64_t{0}), Value(int64_t{500}), Decimal(1));
//   const auto [low, high] = amount.split({Value(int64_t{200}), Cut::Side::above});
//   amount.witness();   // one value that is in it
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "rules/feel/type.h"
#include "rules/feel/value.h"

namespace hq::rules {

/// Where a value stands on the scale of its kind; nothing for kinds without one (texts, booleans).
/// Times and date-times count in whole seconds, as FEEL compares them: in UTC, or by the local
/// clock where they have no zone.
std::optional<Decimal> place_of(const Value& value);
/// The kind of a value that has a place.
TypeKind scale_of(const Value& value);
/// Of a time or date-time; none for other values.
Zone zone_of(const Value& value);

/// From low to high on the scale of a kind; no end: unbounded there.
struct Interval {
  TypeKind kind = TypeKind::number;  // number, date, time, date_time or a duration
  std::optional<Decimal> low = std::nullopt;
  std::optional<Decimal> high = std::nullopt;
  bool open_low = false;  // the end does not belong to it; false where there is none
  bool open_high = false;
  std::optional<Decimal> step = std::nullopt;  // none: dense
  Zone zone = {};                              // of times and date-times

  bool is_empty() const;
  /// The place of a value of this kind, with a zone where this has one.
  std::optional<Decimal> place(const Value& value) const;
  bool is_alike(const Interval& other) const {
    return kind == other.kind && has_zone() == other.has_zone();
  }
  bool has_zone() const { return !zone.is_none(); }
  bool holds(const Decimal& place) const;
  bool holds(const Interval& other) const;
  std::optional<Interval> common(const Interval& other) const;  // none: empty
  /// Both and what lies between them; of one kind.
  Interval hull(const Interval& other) const;
  /// The value at a place of the scale, which must be one of the kind.
  Value value_at(const Decimal& place) const;
  /// Onto the grid, where there is a step.
  void tighten();
  /// How many values; nothing where they are without end, or over `max`.
  std::optional<uint64_t> size(uint64_t max) const;
  /// One place in it: a closed end, else one with few digits.
  Decimal some_place() const;
  /// Where to cut one that has both ends in two halves: after this place.
  Decimal middle() const;
  /// The place in it that is nearest to `from`; `is_reached` is false where it is an open end that
  /// only can be approached: the place is then one close by.
  struct Nearest {
    Decimal place;
    Decimal distance;  // from `from` to the end itself
    bool is_reached = true;
  };
  Nearest nearest(const Decimal& from) const;

  bool operator==(const Interval&) const = default;
};

/// A way to cut a set in two.
struct Cut {
  enum class Side : uint8_t {
    below,  // values of its scale up to and with it, and those above
    above,  // values of its scale before it, and those from it on
    pick,   // the value alone, and all others
  };
  Value at;
  Side side = Side::pick;
};

class ValueSet {
 public:
  ValueSet() = default;  // empty
  static ValueSet of(Value value);
  static ValueSet of(std::vector<Value> values);
  static ValueSet of(Interval interval);
  /// Both ends belong to it; an end that is null is unbounded.
  static ValueSet between(const Value& low, const Value& high, std::optional<Decimal> step);
  static ValueSet any_text();

  /// Single values, each once; null with a reason is another value than null without one.
  const std::vector<Value>& points() const { return points_; }
  const std::optional<Interval>& interval() const { return interval_; }
  /// Every text but those in other_than().
  bool has_other_texts() const { return has_other_texts_; }
  const std::vector<std::string>& other_than() const { return other_than_; }

  bool is_empty() const { return points_.empty() && !interval_ && !has_other_texts_; }
  /// The only value of the set.
  const Value* single() const;
  bool holds(const Value& value) const;
  bool holds(const ValueSet& other) const;
  bool meets(const ValueSet& other) const;
  /// Its interval and texts, which are of one kind each.
  ValueSet without_points() const;
  /// The interval from the least to the greatest; nothing where not all are on one scale.
  std::optional<Interval> spanned() const;
  /// All its values, where there are at most `max`.
  std::optional<std::vector<Value>> listed(uint64_t max) const;

  void insert(Value value);
  /// Grows to hold the other too, and what lies between their intervals. False where that cannot
  /// be, as they have intervals of two kinds.
  bool join(const ValueSet& other);
  /// The union, where one set is exactly it.
  static std::optional<ValueSet> united(const ValueSet& a, const ValueSet& b);

  /// The two parts; one is empty where the cut does not go through. Null and values that are not
  /// on the scale of the cut go with the first part.
  std::pair<ValueSet, ValueSet> split(const Cut& cut) const;
  /// A cut into two halves; nothing where that cannot be told (one value, texts without names).
  std::optional<Cut> halved() const;

  /// One value of a set that is not empty; not null where there is another.
  Value witness() const;

  bool operator==(const ValueSet& other) const;

 private:
  std::vector<Value> points_;
  std::optional<Interval> interval_;
  bool has_other_texts_ = false;
  std::vector<std::string> other_than_;  // sorted
};

/// "200 to 499.99", "at most 5", "\"a\" or \"b\"", "any text but \"a\"", "unknown" for null.
std::string describe(const ValueSet& values, Language language);

}  // namespace hq::rules
