#include "rules/regex/detail/code_point_set.h"

#include <algorithm>

namespace hq::rules {
namespace {

constexpr char32_t kSurrogateFirst = 0xD800;
constexpr char32_t kSurrogateLast = 0xDFFF;
constexpr char32_t kLast = 0x10FFFF;

}  // namespace

void CodePointSet::normalize() {
  std::ranges::sort(ranges_);
  std::vector<CodePointRange> merged;
  merged.reserve(ranges_.size());
  const auto append = [&](char32_t first, char32_t last) {
    if (first > last) return;
    if (!merged.empty() && first <= merged.back().last + 1) {
      merged.back().last = std::max(merged.back().last, last);
    } else {
      merged.push_back({first, last});
    }
  };
  for (const auto& [first, last] : ranges_) {
    if (first < kSurrogateFirst) append(first, std::min<char32_t>(last, kSurrogateFirst - 1));
    if (last > kSurrogateLast)
      append(std::max<char32_t>(first, kSurrogateLast + 1), std::min(last, kLast));
  }
  ranges_ = std::move(merged);
}

void CodePointSet::add(std::span<const CodePointRange> ranges) {
  ranges_.insert(ranges_.end(), ranges.begin(), ranges.end());
  normalize();
}

CodePointSet CodePointSet::complement() const {
  std::vector<CodePointRange> outside;
  outside.reserve(ranges_.size() + 2);
  char32_t next = 0;
  for (const auto& [first, last] : ranges_) {
    if (first > next) outside.push_back({next, first - 1});
    next = last + 1;
  }
  if (next <= kLast) outside.push_back({next, kLast});
  return CodePointSet(std::move(outside));
}

void CodePointSet::subtract(const CodePointSet& other) {
  // What is in neither the complement of this nor the other.
  CodePointSet outside = complement();
  outside.add(other);
  *this = outside.complement();
}

bool CodePointSet::contains(char32_t one) const {
  const auto above = std::ranges::upper_bound(ranges_, one, {}, &CodePointRange::first);
  return above != ranges_.begin() && std::prev(above)->last >= one;
}

std::size_t CodePointSet::count() const {
  std::size_t sum = 0;
  for (const auto& [first, last] : ranges_) sum += last - first + 1;
  return sum;
}

}  // namespace hq::rules
