#include "hub/journeys/stop_search.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <tuple>

#include "base/text.h"

namespace hq::hub {
namespace {

// How well a text fits, in points; 0 is not at all. Each doubling of importance is a point more,
// so 虹桥 finds the great station 上海虹桥 before a small stop whose name starts with it.
constexpr double kWhole = 14;
constexpr double kStart = 7;
constexpr double kInitials = 7;
constexpr double kWordStart = 5.5;
constexpr double kAnywhere = 4;
constexpr double kTypingError = 1;

/// The first `count` code points of valid UTF-8.
std::string_view first_code_points(std::string_view text, std::size_t count) {
  std::size_t end = 0;
  while (end < text.size() && (count > 0 || (static_cast<uint8_t>(text[end]) & 0xC0) == 0x80)) {
    if ((static_cast<uint8_t>(text[end]) & 0xC0) != 0x80) --count;
    ++end;
  }
  return text.substr(0, end);
}

std::string without_blanks(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c != ' ' && c != '\'' && c != '-' && c != '.') result += c;
  }
  return result;
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// "hongqiaorailwaystation", "railwaystation", "station": the name from each of its words on.
std::vector<std::string> word_starts(std::string_view folded) {
  std::vector<std::string> starts;
  for (std::size_t blank = folded.find(' '); blank != std::string_view::npos;
       blank = folded.find(' ', blank + 1)) {
    starts.push_back(without_blanks(folded.substr(blank + 1)));
  }
  return starts;
}

/// The letters with which the words of an English name start: "sh" of "Shanghai Hongqiao".
std::string word_initials(std::string_view folded) {
  std::string initials;
  for (std::size_t i = 0; i < folded.size(); ++i) {
    if (folded[i] != ' ' && (i == 0 || folded[i - 1] == ' ')) initials += folded[i];
  }
  return initials;
}

int errors_allowed(std::string_view folded) {
  const std::size_t length = code_point_count(folded);
  if (!is_ascii(folded)) return length >= 3 ? 1 : 0;
  return length >= 8 ? 2 : length >= 4 ? 1 : 0;
}

/// Whether `text` is within `errors_max` of the start of `name` that is about as long.
bool starts_nearly(std::string_view name, std::string_view text, int errors_max) {
  const auto length = static_cast<int>(code_point_count(text));
  for (int more = -errors_max; more <= errors_max; ++more) {
    const auto part = first_code_points(name, static_cast<std::size_t>(std::max(0, length + more)));
    if (edit_distance_at_most(part, text, errors_max) <= errors_max) return true;
  }
  return false;
}

}  // namespace

StopSearch::StopSearch(const std::vector<SearchEntry>& entries) {
  entries_.reserve(entries.size());
  for (const SearchEntry& given : entries) {
    Entry& entry = entries_.emplace_back();
    entry.id = given.id;
    entry.importance = given.importance;
    if (!given.names.empty()) entry.name_length = code_point_count(given.names.front());
    for (const std::string& name : given.names) {
      const SearchKeys keys = search_keys(name);
      entry.folded.push_back(without_blanks(keys.folded));
      if (is_ascii(keys.folded)) {
        std::ranges::move(word_starts(keys.folded), std::back_inserter(entry.words));
        if (auto initials = word_initials(keys.folded); initials.size() > 1) {
          entry.initials.push_back(std::move(initials));
        }
      } else {
        entry.spoken.push_back(keys.pinyin);
        entry.initials.push_back(keys.initials);
      }
    }
  }
}

double StopSearch::fit(const Entry& entry, std::string_view folded) {
  double best = 0;
  const auto offer = [&](const std::vector<std::string>& names, double whole, double start,
                         double inside) {
    for (const std::string& name : names) {
      const std::size_t at = name.find(folded);
      if (at == std::string::npos) continue;
      best = std::max(best, at > 0 ? inside : name.size() == folded.size() ? whole : start);
    }
  };
  offer(entry.folded, kWhole, kStart, kAnywhere);
  if (!is_ascii(folded)) return best;
  offer(entry.spoken, kWhole, kStart, kAnywhere);
  offer(entry.words, kWordStart, kWordStart, 0);
  offer(entry.initials, kInitials, folded.size() > 1 ? kWordStart : 0, 0);
  return best;
}

double StopSearch::fit_with_errors(const Entry& entry, std::string_view folded, int errors_max) {
  const auto fits = [&](const std::string& name) {
    return starts_nearly(name, folded, errors_max);
  };
  const bool found = std::ranges::any_of(entry.folded, fits) ||
                     std::ranges::any_of(entry.spoken, fits) ||
                     std::ranges::any_of(entry.words, fits);
  return found ? kTypingError : 0;
}

std::vector<uint32_t> StopSearch::find(std::string_view text, std::size_t limit) const {
  const std::string folded = without_blanks(search_keys(text).folded);
  if (folded.empty()) return {};
  std::vector<std::pair<double, const Entry*>> found;
  const auto collect = [&](auto&& fit_of) {
    for (const Entry& entry : entries_) {
      const double fit = fit_of(entry);
      if (fit > 0) found.emplace_back(fit + std::log2(1.0 + entry.importance), &entry);
    }
  };
  collect([&](const Entry& entry) { return fit(entry, folded); });
  if (const int errors = errors_allowed(folded); found.empty() && errors > 0) {
    collect([&](const Entry& entry) { return fit_with_errors(entry, folded, errors); });
  }
  const auto order = [](const auto& hit) {
    const auto& [points, entry] = hit;
    return std::tuple(-points, entry->name_length, entry->id);
  };
  const std::size_t count = std::min(limit, found.size());
  std::ranges::partial_sort(found, found.begin() + static_cast<std::ptrdiff_t>(count), {}, order);
  std::vector<uint32_t> ids;
  ids.reserve(count);
  for (std::size_t i = 0; i < count; ++i) ids.push_back(found[i].second->id);
  return ids;
}

}  // namespace hq::hub
