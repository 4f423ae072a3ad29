// StopSearch: finds stops by what a person types: Chinese, pinyin, initials or English.
//
// An index over (id, names, importance), built once for a timetable and read on any thread.
// Ranking: how well the text fits (the whole name, its start, initials, the start of a word,
// anywhere, a typing error away) together with importance, on a scale of doublings. Typing errors
// are tried only where nothing else fits: one in 4 to 7 letters, two in 8 or more, one in 3 or more
// Chinese characters.
//
//   StopSearch search({{.id = 0, .names = {"上海虹桥", "Shanghai Hongqiao"}, .importance = 945}});
//   search.find("shhq", 10);       // {0}
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hq::hub {

struct SearchEntry {
  uint32_t id = 0;                 // the caller's index
  std::vector<std::string> names;  // in any language, the main one first
  uint32_t importance = 0;         // more is better
};

class StopSearch {
 public:
  StopSearch() = default;
  explicit StopSearch(const std::vector<SearchEntry>& entries);

  /// Ids of at most `limit` entries that fit `text`, the best first; empty for blank text.
  std::vector<uint32_t> find(std::string_view text, std::size_t limit) const;

 private:
  struct Entry {
    uint32_t id = 0;
    uint32_t importance = 0;
    std::size_t name_length = 0;      // of the main name, in code points
    std::vector<std::string> folded;  // names without case, width or blanks
    std::vector<std::string> spoken;  // pinyin of Chinese names; other names without blanks
    std::vector<std::string> words;   // starts of words: "Hongqiao" of "Shanghai Hongqiao"
    std::vector<std::string> initials;
  };

  static double fit(const Entry& entry, std::string_view folded);
  static double fit_with_errors(const Entry& entry, std::string_view folded, int errors_max);

  std::vector<Entry> entries_;
};

}  // namespace hq::hub
