// ColumnIndex: which rules of a table hit, as far as one input can tell: a mask of rules for each
// class of its values.
//
// Bounds, for r rules whose cells have n constants: at most kMasksMax masks of r/8 bytes, 64 bytes
// a rule. Where there are more different ones, neighbouring classes share a mask that has the rules
// of all of them, and each rule keeps the classes that it holds for (8 bytes for a range). Built
// once, then read on any thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "rules/table/cell.h"
#include "rules/table/scale.h"

namespace hq::rules {

/// How many 64-bit words have a bit for each rule.
constexpr std::size_t words_of(std::size_t rules) {
  return (rules + 63) / 64;
}

class ColumnIndex {
 public:
  static constexpr std::size_t kMasksMax = 512;

  /// A cell for each rule, of which there is one at least.
  explicit ColumnIndex(std::span<const Cell> cells);

  const Scale& scale() const { return scale_; }
  /// Rules whose cell holds, or may where masks are not exact: bit i of word i / 64.
  const uint64_t* mask(ClassId id) const {
    // Without a multiplication where a word is all.
    return words_ == 1 ? &masks_[mask_of_[id]] : mask_numbered(mask_of_[id]);
  }
  uint16_t mask_number(ClassId id) const { return mask_of_[id]; }
  const uint64_t* mask_numbered(std::size_t number) const { return &masks_[number * words_]; }
  /// Every rule of a mask holds for every class of it.
  bool is_exact() const { return begins_.empty(); }
  std::size_t masks() const { return masks_.size() / words_; }
  /// Of a rule in the mask, where that is not exact.
  bool holds(std::size_t rule, ClassId id) const;
  /// The part of all rules that a mask has, on average: how little it tells.
  double density() const;

 private:
  /// At a class the rule starts to hold, or stops to.
  struct Change {
    ClassId id = 0;
    uint32_t rule = 0;
    bool is_begin = false;
  };
  bool index_exactly(std::span<const Change> changes);
  void index_in_groups(std::span<const Change> changes);

  Scale scale_;
  std::size_t words_ = 0;
  std::vector<uint16_t> mask_of_;  // by class
  std::vector<uint64_t> masks_;    // words_ of each
  std::vector<uint32_t> begins_;   // by rule: of its ranges, and one more; empty where exact
  std::vector<ClassRange> ranges_;
};

}  // namespace hq::rules
