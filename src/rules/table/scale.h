// Scale: all values, cut by the constants that tests compare with into classes of equal answers.
//
// A constant is a class of its own, and so are the values between two that follow each other; null,
// true, false and the rest are classes too. Each has a code; those of one kind of value follow each
// other in its order, so that a test holds for a few ranges of codes. Built once, then read on any
// thread. Order and equality are those of compare() in feel/value.h.
//
//   const Scale scale({Value(int64_t{5}), Value(int64_t{9})});
//   scale.locate(Value(int64_t{7}));   // the class of numbers between 5 and 9
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "rules/feel/value.h"

namespace hq::rules {

using Code = uint32_t;

/// Codes from begin, before end.
struct CodeRange {
  Code begin = 0;
  Code end = 0;
  bool operator==(const CodeRange&) const = default;
};

/// In order, with a gap between each two.
using CodeSet = std::vector<CodeRange>;

CodeSet united(std::vector<CodeRange> ranges);
CodeSet complement(const CodeSet& set, Code size);
bool contains(const CodeSet& set, Code code);

class Scale {
 public:
  static constexpr Code kNull = 0;
  static constexpr Code kFalse = 1;
  static constexpr Code kTrue = 2;
  static constexpr Code kOther = 3;  // times, contexts, functions: no constant is one

  /// Constants that are no points (null, booleans, lists ...) are passed over.
  explicit Scale(const std::vector<Value>& constants);

  /// How many classes there are: codes are below it.
  Code size() const { return size_; }
  /// Nothing for a list or a range: about those a test asks more than a scale knows.
  std::optional<Code> locate(const Value& value) const;

  /// Of the kind of a value with an order, date-times with and without a zone apart; nothing for
  /// others.
  std::optional<CodeRange> kind_of(const Value& value) const;

  /// For each class of `finer`, whose constants are all of ours and more, the class that it is in.
  std::vector<Code> classes_of(const Scale& finer) const;

 private:
  /// The constants of one kind; `keys` are in the same order as the values, but may be equal for
  /// different ones.
  struct Points {
    Code begin = 0;  // the class of what is below all of them
    std::vector<int64_t> keys;
    std::vector<Value> values;

    Code locate(int64_t key, const Value& value) const;
  };
  /// The place of a value: which points, and its key.
  struct Place {
    std::size_t points = 0;
    int64_t key = 0;
  };
  static std::optional<Place> place_of(const Value& value);
  CodeRange range_of(const Points& points) const;

  static constexpr std::size_t kKinds = 7;
  std::array<Points, kKinds> points_;
  Code size_ = kOther + 1;
};

}  // namespace hq::rules
