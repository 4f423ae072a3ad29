// Tests: compiled unary tests: a cell of a decision table, allowed values, the right side of `in`.
//
// Immutable; any number of threads, each with a frame of its own.
//
//   const Value verdict = tests.verdict(value, frame);   // null where it cannot be told
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "rules/compiled/node.h"

namespace hq::rules {

class Tests {
 public:
  struct One {
    enum class Form : uint8_t { any, compare, condition, match, tests };
    Form form = Form::any;
    Kind compare = Kind::equal;          // of compare
    Block operand = {};                  // of compare, condition (which reads `?`) and match
    std::unique_ptr<const Tests> tests;  // tests within tests
  };

  Tests(std::vector<One> parts, bool is_negated, uint32_t slot)
      : parts_(std::move(parts)), is_negated_(is_negated), slot_(slot) {}

  /// `tested` stands in the frame as `?`. Null, for a reason where a test fails.
  Value verdict(const Value& tested, Frame& frame) const;
  bool holds(const Value& tested, Frame& frame) const {
    const Value passed = verdict(tested, frame);
    const bool* truth = passed.as<bool>();
    return truth != nullptr && *truth;
  }

  const std::vector<One>& parts() const { return parts_; }

 private:
  static Value verdict_of(const One& one, const Value& tested, Frame& frame);

  std::vector<One> parts_;
  bool is_negated_;
  uint32_t slot_;  // of `?`
};

}  // namespace hq::rules
