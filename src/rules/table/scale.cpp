#include "rules/table/scale.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <span>

namespace hq::rules {
namespace {

int64_t local_seconds(const DateTime& value) {
  constexpr int64_t kSecondsPerDay = 86'400;
  return value.date.days * kSecondsPerDay + value.time.nanoseconds / kNanosecondsPerSecond;
}

/// What all texts among them begin with.
std::string common_prefix(const std::vector<Value>& values) {
  std::optional<std::string_view> prefix;
  for (const Value& value : values) {
    const std::string* text = value.as<std::string>();
    if (text == nullptr) continue;
    if (!prefix) prefix = *text;
    const auto [end, other] = std::ranges::mismatch(*prefix, *text);
    prefix = prefix->substr(0, static_cast<std::size_t>(end - prefix->begin()));
  }
  return std::string(prefix.value_or(""));
}

template <class Integer>
uint64_t loaded(const char* from) {
  Integer bytes = 0;
  std::memcpy(&bytes, from, sizeof bytes);
  return bytes;
}

/// Up to eight bytes, the first as the highest and zeros behind the last; without a copy of a size
/// that is not known. Two loads overlap where that covers them.
uint64_t first_bytes(std::span<const char> text) {
  static_assert(std::endian::native == std::endian::little);
  const std::size_t size = text.size();
  uint64_t bytes = 0;
  if (size >= 4) {
    bytes = loaded<uint32_t>(&text[0]) | loaded<uint32_t>(&text[size - 4]) << (size - 4) * 8;
  } else if (size > 0) {
    bytes = loaded<uint8_t>(&text[0]) | loaded<uint8_t>(&text[size / 2]) << size / 2 * 8 |
            loaded<uint8_t>(&text[size - 1]) << (size - 1) * 8;
  }
  return std::byteswap(bytes);
}

/// How many keys are below it.
std::size_t count_below(const std::vector<int64_t>& keys, int64_t key) {
  const int64_t* first = keys.data();
  std::size_t size = keys.size();
  while (size > 1) {
    const std::size_t half = size / 2;
    // A branch would be guessed wrong half of the time.
    first += __builtin_unpredictable(first[half - 1] < key) ? half : 0;
    size -= half;
  }
  const auto below = static_cast<std::size_t>(first - keys.data());
  return below + (size == 1 && *first < key ? 1 : 0);
}

}  // namespace

ClassSet united(std::vector<ClassRange> ranges) {
  std::erase_if(ranges, [](const ClassRange& one) { return one.begin >= one.end; });
  std::ranges::sort(ranges, {}, &ClassRange::begin);
  ClassSet set;
  for (const ClassRange& one : ranges) {
    if (!set.empty() && one.begin <= set.back().end) {
      set.back().end = std::max(set.back().end, one.end);
    } else {
      set.push_back(one);
    }
  }
  return set;
}

ClassSet complement(const ClassSet& set, ClassId size) {
  ClassSet rest;
  ClassId begin = 0;
  for (const ClassRange& one : set) {
    if (begin < one.begin) rest.push_back({begin, one.begin});
    begin = one.end;
  }
  if (begin < size) rest.push_back({begin, size});
  return rest;
}

bool contains(const ClassSet& set, ClassId id) {
  const auto after = std::ranges::upper_bound(set, id, {}, &ClassRange::begin);
  return after != set.begin() && id < std::prev(after)->end;
}

Scale::Key Scale::key_of(const Decimal& number) {
  const auto [count, is_exact] = number.millionths();
  return {count, is_exact};
}

/// Seven bytes behind the prefix, then how many there are.
Scale::Key Scale::key_of(std::string_view text, std::string_view prefix) {
  constexpr std::size_t kBytes = 7;
  if (!text.starts_with(prefix)) return {text < prefix ? INT64_MIN : INT64_MAX, false};
  const std::string_view rest = text.substr(prefix.size());
  const std::size_t size = std::min(rest.size(), kBytes + 1);
  const uint64_t number = first_bytes(rest.substr(0, kBytes)) | size;
  return {static_cast<int64_t>(number ^ uint64_t{1} << 63U), size <= kBytes};
}

/// Whole seconds.
Scale::Key Scale::key_of(Int128 nanoseconds) {
  const auto seconds = static_cast<int64_t>(nanoseconds / kNanosecondsPerSecond);
  const auto rest = static_cast<int64_t>(nanoseconds % kNanosecondsPerSecond);
  return {rest < 0 ? seconds - 1 : seconds, rest == 0};
}

Scale::Scale(const std::vector<Value>& constants) {
  struct Keyed {
    Key key;
    const Value* value;
  };
  points_[kTexts].prefix = common_prefix(constants);
  std::array<std::vector<Keyed>, kKinds> found;
  for (const Value& constant : constants) {
    if (const auto place = place_of(constant)) {
      found[place->points].push_back({place->key, &constant});
    }
  }
  for (std::size_t i = 0; i < kKinds; ++i) {
    std::ranges::sort(found[i], [](const Keyed& a, const Keyed& b) {
      return a.key.number != b.key.number ? a.key.number < b.key.number
                                          : compare(*a.value, *b.value).value_or(0) < 0;
    });
    Points& points = points_[i];
    points.begin = size_;
    for (const auto& [key, value] : found[i]) {
      if (!points.values.empty() && compare(points.values.back(), *value) == 0) continue;
      points.keys.push_back(key.number);
      points.values.push_back(*value);
      points.is_exact = points.is_exact && key.is_exact;
    }
    size_ += static_cast<ClassId>(2 * points.values.size() + 1);
  }
}

std::optional<Scale::Place> Scale::place_of(const Value& value) const {
  if (const auto* number = value.as<Decimal>()) return Place{kNumbers, key_of(*number)};
  if (const auto* text = value.as<std::string>()) {
    return Place{kTexts, key_of(*text, points_[kTexts].prefix)};
  }
  if (const auto* date = value.as<Date>()) return Place{2, {date->days}};
  if (const auto* moment = value.as<DateTime>()) {
    // The order of moments looks at whole seconds, so that these are exact.
    if (const auto utc = utc_nanoseconds(*moment)) return Place{3, {key_of(*utc).number}};
    return Place{4, {local_seconds(*moment)}};
  }
  if (const auto* days = value.as<DaysDuration>()) return Place{5, key_of(days->nanoseconds)};
  if (const auto* months = value.as<MonthsDuration>()) return Place{6, {months->months}};
  return std::nullopt;
}

ClassId Scale::Points::locate(Key key, const Value& value) const {
  const std::size_t at = count_below(keys, key.number);
  const bool is_alike = at < keys.size() && keys[at] == key.number;
  if ((is_exact && key.is_exact) || !is_alike) {
    return begin + static_cast<ClassId>(2 * at + (is_alike ? 1 : 0));
  }
  return locate_alike(at, key.number, value);
}

/// Among the constants from `at` on that have the key.
ClassId Scale::Points::locate_alike(std::size_t at, int64_t key, const Value& value) const {
  std::size_t end = key == INT64_MAX ? keys.size() : count_below(keys, key + 1);
  while (at < end) {
    const std::size_t middle = at + (end - at) / 2;
    const int order = compare(value, values[middle]).value_or(0);
    if (order == 0) return begin + static_cast<ClassId>(2 * middle + 1);
    if (order < 0) {
      end = middle;
    } else {
      at = middle + 1;
    }
  }
  return begin + static_cast<ClassId>(2 * at);
}

std::optional<ClassId> Scale::locate(const Value& value) const {
  // The usual kinds first, without the detour by a place.
  if (const auto* number = value.as<Decimal>()) {
    return points_[kNumbers].locate(key_of(*number), value);
  }
  if (const auto* text = value.as<std::string>()) {
    return points_[kTexts].locate(key_of(*text, points_[kTexts].prefix), value);
  }
  if (const bool* truth = value.as<bool>()) return *truth ? kTrue : kFalse;
  if (value.is_null()) return kNull;
  if (const auto place = place_of(value)) return points_[place->points].locate(place->key, value);
  if (value.as<List>() != nullptr || value.as<Range>() != nullptr) return std::nullopt;
  return kOther;
}

std::optional<Scale::Point> Scale::point(const Value& value) const {
  const auto place = place_of(value);
  if (!place) return std::nullopt;
  const Points& points = points_[place->points];
  const auto size = static_cast<ClassId>(2 * points.values.size() + 1);
  return Point{points.locate(place->key, value), {points.begin, points.begin + size}};
}

std::vector<ClassId> Scale::classes_of(const Scale& finer) const {
  std::vector<ClassId> classes = {kNull, kFalse, kTrue, kOther};
  for (std::size_t i = 0; i < kKinds; ++i) {
    const Points& ours = points_[i];
    ClassId id = ours.begin;
    classes.push_back(id);
    for (const Value& value : finer.points_[i].values) {
      id = locate(value).value_or(kOther);  // a point, so that it is told
      classes.push_back(id);
      // What lies above one of our own points is another class than that point.
      const bool is_point = (id - ours.begin) % 2 == 1;
      classes.push_back(is_point ? id + 1 : id);
    }
  }
  return classes;
}

}  // namespace hq::rules
