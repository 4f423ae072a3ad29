// Scale: all values, cut by the constants that tests compare with into classes of equal answers.
//
// A constant is a class of its own, and so are the values between two that follow each other; null,
// true, false and the rest are classes too. Each has an id; those of one kind follow each other in
// its order, so that a test holds for a few ranges of ids. Built once, then read on any thread.
// Order and equality are those of compare() in feel/value.h.
//
//   const Scale scale({Value(int64_t{5}), Value(int64_t{9})});
//   scale.locate(Value(int64_t{7}));   // the class of numbers between 5 and 9
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/feel/value.h"

namespace hq::rules {

using ClassId = uint32_t;

/// Ids from begin, before end.
struct ClassRange {
  ClassId begin = 0;
  ClassId end = 0;
  bool operator==(const ClassRange&) const = default;
};

/// In order, with a gap between each two.
using ClassSet = std::vector<ClassRange>;

ClassSet united(std::vector<ClassRange> ranges);
ClassSet complement(const ClassSet& set, ClassId size);
bool contains(const ClassSet& set, ClassId id);

class Scale {
 public:
  static constexpr ClassId kNull = 0;
  static constexpr ClassId kFalse = 1;
  static constexpr ClassId kTrue = 2;
  static constexpr ClassId kOther = 3;  // times, contexts, functions: no constant is one

  /// Constants that are no points (null, booleans, lists ...) are passed over.
  explicit Scale(const std::vector<Value>& constants);

  /// How many classes there are: ids are below it.
  ClassId size() const { return size_; }
  /// Nothing for a list or a range: about those a test asks more than a scale knows.
  std::optional<ClassId> locate(const Value& value) const;

  /// A value with an order: its class, and those of its kind.
  struct Point {
    ClassId id = 0;
    ClassRange kind;
  };
  /// Nothing for a value without an order. Date-times with and without a zone are two kinds.
  std::optional<Point> point(const Value& value) const;

  /// For each class of `finer`, whose constants are all of ours and more, the class that it is in.
  std::vector<ClassId> classes_of(const Scale& finer) const;

 private:
  /// An integer in the order of the values of one kind. It may be one for different values, unless
  /// it is exact for both.
  struct Key {
    int64_t number = 0;
    bool is_exact = true;
  };
  /// The constants of one kind.
  struct Points {
    ClassId begin = 0;  // the class of what is below all of them
    std::vector<int64_t> keys;
    std::vector<Value> values;
    bool is_exact = true;  // all keys are
    std::string prefix;    // that all have, where they are texts; their keys are of the rest

    ClassId locate(Key key, const Value& value) const;
    ClassId locate_alike(std::size_t at, int64_t key, const Value& value) const;
  };
  /// Which points a value belongs to, and its key.
  struct Place {
    std::size_t points = 0;
    Key key;
  };
  static Key key_of(const Decimal& number);
  static Key key_of(std::string_view text, std::string_view prefix);
  static Key key_of(Int128 nanoseconds);
  std::optional<Place> place_of(const Value& value) const;

  static constexpr std::size_t kKinds = 7;
  static constexpr std::size_t kNumbers = 0;
  static constexpr std::size_t kTexts = 1;
  std::array<Points, kKinds> points_;
  ClassId size_ = kOther + 1;
};

}  // namespace hq::rules
