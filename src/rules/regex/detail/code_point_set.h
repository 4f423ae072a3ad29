// CodePointSet: a set of Unicode code points as sorted ranges, for character classes.
//
// Surrogates are never members: no text in UTF-8 has them, and the complement leaves them out.
// Values; one thread builds, any may read.
//
//   CodePointSet letters = CodePointSet::range('A', 'Z');
//   letters.subtract(CodePointSet::of('O'));
//   letters.contains('P');   // true
#pragma once

#include <compare>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace hq::rules {

struct CodePointRange {
  char32_t first = 0;
  char32_t last = 0;  // included
  auto operator<=>(const CodePointRange&) const = default;
};

class CodePointSet {
 public:
  CodePointSet() = default;
  explicit CodePointSet(std::vector<CodePointRange> ranges) : ranges_(std::move(ranges)) {
    normalize();
  }
  static CodePointSet of(char32_t one) { return range(one, one); }
  static CodePointSet range(char32_t first, char32_t last) { return CodePointSet({{first, last}}); }
  static CodePointSet all() { return range(0, 0x10FFFF); }

  /// In any order; they may overlap.
  void add(std::span<const CodePointRange> ranges);
  void add(const CodePointSet& other) { add(other.ranges_); }
  void subtract(const CodePointSet& other);
  CodePointSet complement() const;

  bool contains(char32_t one) const;
  bool is_empty() const { return ranges_.empty(); }
  std::size_t count() const;  // of code points
  std::span<const CodePointRange> ranges() const { return ranges_; }

  auto operator<=>(const CodePointSet&) const = default;

 private:
  void normalize();

  std::vector<CodePointRange> ranges_;  // sorted, with a gap between any two
};

}  // namespace hq::rules
