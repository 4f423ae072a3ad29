#include "rules/reason/merge.h"

#include <algorithm>
#include <string>
#include <unordered_map>

namespace hq::rules {
namespace {

std::string key_of(const ValueSet& set) {
  std::string key;
  for (const Value& point : set.points())
    key += std::string(kind_name(point)) + to_text(point) + "\x1f";
  if (const auto& interval = set.interval()) {
    key += std::to_string(static_cast<int>(interval->kind));
    key += interval->open_low ? "(" : "[";
    key += (interval->low ? interval->low->text() : "") + ".." +
           (interval->high ? interval->high->text() : "");
    key += interval->open_high ? ")" : "]";
  }
  if (set.has_other_texts()) {
    key += "*";
    for (const std::string& text : set.other_than()) key += text + "\x1f";
  }
  return key + "\x1e";
}

/// Merges along one fact; true where something was.
bool merge_along(std::size_t fact, std::vector<Region>& regions) {
  std::unordered_map<std::string, std::vector<std::size_t>> alike;
  for (std::size_t i = 0; i < regions.size(); ++i) {
    std::string key;
    for (std::size_t k = 0; k < regions[i].size(); ++k) {
      if (k != fact) key += key_of(regions[i][k]);
    }
    alike[key].push_back(i);
  }
  std::vector<bool> is_gone(regions.size(), false);
  bool has_merged = false;
  for (const auto& [key, group] : alike) {
    for (bool has_grown = group.size() > 1; has_grown;) {
      has_grown = false;
      for (std::size_t a = 0; a < group.size(); ++a) {
        for (std::size_t b = a + 1; b < group.size(); ++b) {
          if (is_gone[group[a]] || is_gone[group[b]]) continue;
          auto united = ValueSet::united(regions[group[a]][fact], regions[group[b]][fact]);
          if (!united) continue;
          regions[group[a]][fact] = std::move(*united);
          is_gone[group[b]] = true;
          has_grown = has_merged = true;
        }
      }
    }
  }
  std::vector<Region> kept;
  for (std::size_t i = 0; i < regions.size(); ++i) {
    if (!is_gone[i]) kept.push_back(std::move(regions[i]));
  }
  regions = std::move(kept);
  return has_merged;
}

}  // namespace

std::vector<Region> merged(std::vector<Region> regions) {
  if (regions.size() > kMergedMax || regions.empty()) return regions;
  const std::size_t facts = regions[0].size();
  for (bool has_merged = true; has_merged;) {
    has_merged = false;
    for (std::size_t fact = 0; fact < facts; ++fact) {
      has_merged = merge_along(fact, regions) || has_merged;
    }
  }
  return regions;
}

}  // namespace hq::rules
