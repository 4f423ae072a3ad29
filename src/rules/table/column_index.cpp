#include "rules/table/column_index.h"

#include <algorithm>
#include <bit>
#include <unordered_map>
#include <utility>

namespace hq::rules {
namespace {

Scale scale_of(std::span<const Cell> cells) {
  std::vector<Value> constants;
  for (const Cell& cell : cells) add_constants(cell, constants);
  return Scale(constants);
}

/// A random number for each rule (splitmix64); those of a set, XORed, name the set.
uint64_t name_of(uint64_t rule) {
  uint64_t bits = (rule + 1) * 0x9E37'79B9'7F4A'7C15;
  bits = (bits ^ bits >> 30U) * 0xBF58'476D'1CE4'E5B9;
  bits = (bits ^ bits >> 27U) * 0x94D0'49BB'1331'11EB;
  return bits ^ bits >> 31U;
}

uint64_t bit_of(uint32_t rule) {
  return uint64_t{1} << (rule % 64);
}

}  // namespace

ColumnIndex::ColumnIndex(std::span<const Cell> cells)
    : scale_(scale_of(cells)), words_(words_of(cells.size())), mask_of_(scale_.size()) {
  std::vector<ClassSet> sets;
  sets.reserve(cells.size());
  std::vector<Change> changes;
  for (uint32_t rule = 0; rule < cells.size(); ++rule) {
    sets.push_back(verdicts_of(cells[rule], scale_).holds);
    for (const ClassRange& range : sets.back()) {
      changes.push_back({range.begin, rule, true});
      changes.push_back({range.end, rule, false});
    }
  }
  std::ranges::sort(changes, {}, [](const Change& one) { return std::pair(one.id, one.rule); });
  if (index_exactly(changes)) return;
  index_in_groups(changes);
  for (const ClassSet& set : sets) {
    begins_.push_back(static_cast<uint32_t>(ranges_.size()));
    ranges_.insert(ranges_.end(), set.begin(), set.end());
  }
  begins_.push_back(static_cast<uint32_t>(ranges_.size()));
}

/// A mask for each different set of rules; false where there are too many.
bool ColumnIndex::index_exactly(std::span<const Change> changes) {
  std::unordered_map<uint64_t, uint16_t> masks;  // by name, or the next free one after it
  std::vector<uint64_t> current(words_);
  uint64_t name = 0;
  const auto is_current = [&](std::size_t mask) {
    return std::ranges::equal(std::span(masks_).subspan(mask * words_, words_), current);
  };
  for (ClassId id = 0; id < scale_.size(); ++id) {
    if (id > 0 && (changes.empty() || changes.front().id != id)) {
      mask_of_[id] = mask_of_[id - 1];
      continue;
    }
    for (; !changes.empty() && changes.front().id == id; changes = changes.subspan(1)) {
      const uint32_t rule = changes.front().rule;
      current[rule / 64] ^= bit_of(rule);
      name ^= name_of(rule);
    }
    uint64_t key = name;
    auto found = masks.find(key);
    while (found != masks.end() && !is_current(found->second)) found = masks.find(++key);
    if (found == masks.end()) {
      if (masks.size() == kMasksMax) return false;
      found = masks.emplace(key, static_cast<uint16_t>(masks.size())).first;
      masks_.insert(masks_.end(), current.begin(), current.end());
    }
    mask_of_[id] = found->second;
  }
  return true;
}

/// kMasksMax masks, each of about as many classes where something changes.
void ColumnIndex::index_in_groups(std::span<const Change> changes) {
  masks_.clear();
  std::size_t steps = 1;
  for (std::size_t i = 1; i < changes.size(); ++i) {
    if (changes[i].id != changes[i - 1].id) ++steps;
  }
  const std::size_t group_steps = (steps + kMasksMax - 1) / kMasksMax;
  std::vector<uint64_t> current(words_);
  std::size_t step = 0;
  for (ClassId id = 0; id < scale_.size(); ++id) {
    const bool is_step = !changes.empty() && changes.front().id == id;
    const bool is_new = id == 0 || (is_step && step % group_steps == 0);
    for (; !changes.empty() && changes.front().id == id; changes = changes.subspan(1)) {
      const auto [at, rule, is_begin] = changes.front();
      current[rule / 64] ^= bit_of(rule);
      if (is_begin && !is_new) masks_[masks_.size() - words_ + rule / 64] |= bit_of(rule);
    }
    if (is_new) masks_.insert(masks_.end(), current.begin(), current.end());
    if (is_step) ++step;
    mask_of_[id] = static_cast<uint16_t>(masks_.size() / words_ - 1);
  }
}

bool ColumnIndex::holds(std::size_t rule, ClassId id) const {
  const auto ranges = std::span(ranges_).subspan(begins_[rule], begins_[rule + 1] - begins_[rule]);
  const auto after = std::ranges::upper_bound(ranges, id, {}, &ClassRange::begin);
  return after != ranges.begin() && id < std::prev(after)->end;
}

double ColumnIndex::density() const {
  std::size_t bits = 0;
  for (const uint64_t word : masks_) bits += static_cast<std::size_t>(std::popcount(word));
  return static_cast<double>(bits) / static_cast<double>(masks_.size());
}

}  // namespace hq::rules
