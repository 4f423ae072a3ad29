#include "rules/table/scale.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <span>
#include <type_traits>

namespace hq::rules {
namespace {

// Keys: integers in the order of the values. Two values of one key are told apart by compare().

/// The nearest double, whose bits are in its order once those of negative ones are turned over.
int64_t key_of(const Decimal& number) {
  const auto bits = std::bit_cast<int64_t>(number.to_double());
  return bits >= 0 ? bits : bits ^ INT64_MAX;
}

/// The first eight bytes.
int64_t key_of(const std::string& text) {
  uint64_t bytes = 0;
  std::memcpy(&bytes, text.data(), std::min(text.size(), sizeof bytes));
  if constexpr (std::endian::native == std::endian::little) bytes = std::byteswap(bytes);
  return static_cast<int64_t>(bytes ^ uint64_t{1} << 63U);
}

int64_t seconds_of(Int128 nanoseconds) {
  const Int128 seconds = nanoseconds / kNanosecondsPerSecond;
  return static_cast<int64_t>(nanoseconds % kNanosecondsPerSecond < 0 ? seconds - 1 : seconds);
}

int64_t local_seconds(const DateTime& value) {
  constexpr int64_t kSecondsPerDay = 86'400;
  return value.date.days * kSecondsPerDay + value.time.nanoseconds / kNanosecondsPerSecond;
}

/// How many keys are below it.
std::size_t count_below(const std::vector<int64_t>& keys, int64_t key) {
  const int64_t* first = keys.data();
  std::size_t size = keys.size();
  while (size > 1) {  // without a branch that could be guessed wrong
    const std::size_t half = size / 2;
    first += first[half - 1] < key ? half : 0;
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

Scale::Scale(const std::vector<Value>& constants) {
  struct Keyed {
    int64_t key;
    const Value* value;
  };
  std::array<std::vector<Keyed>, kKinds> found;
  for (const Value& constant : constants) {
    if (const auto place = place_of(constant)) {
      found[place->points].push_back({place->key, &constant});
    }
  }
  for (std::size_t i = 0; i < kKinds; ++i) {
    std::ranges::sort(found[i], [](const Keyed& a, const Keyed& b) {
      return a.key != b.key ? a.key < b.key : compare(*a.value, *b.value).value_or(0) < 0;
    });
    Points& points = points_[i];
    points.begin = size_;
    for (const Keyed& one : found[i]) {
      if (!points.values.empty() && compare(points.values.back(), *one.value) == 0) continue;
      points.keys.push_back(one.key);
      points.values.push_back(*one.value);
    }
    size_ += static_cast<ClassId>(2 * points.values.size() + 1);
  }
}

std::optional<Scale::Place> Scale::place_of(const Value& value) {
  const auto place = [](const auto& held) -> std::optional<Place> {
    using T = std::remove_cvref_t<decltype(held)>;
    if constexpr (std::is_same_v<T, Decimal>) {
      return Place{0, key_of(held)};
    } else if constexpr (std::is_same_v<T, std::shared_ptr<const std::string>>) {
      return Place{1, key_of(*held)};
    } else if constexpr (std::is_same_v<T, Date>) {
      return Place{2, held.days};
    } else if constexpr (std::is_same_v<T, DateTime>) {
      if (const auto utc = utc_nanoseconds(held)) return Place{3, seconds_of(*utc)};
      return Place{4, local_seconds(held)};
    } else if constexpr (std::is_same_v<T, DaysDuration>) {
      return Place{5, seconds_of(held.nanoseconds)};
    } else if constexpr (std::is_same_v<T, MonthsDuration>) {
      return Place{6, held.months};
    } else {
      return std::nullopt;
    }
  };
  return std::visit(place, value.kind());
}

ClassId Scale::Points::locate(int64_t key, const Value& value) const {
  std::size_t at = count_below(keys, key);
  if (at < keys.size() && keys[at] == key) {
    const std::size_t end = key == INT64_MAX ? keys.size() : count_below(keys, key + 1);
    const auto is_below = [&](const Value& one) { return compare(one, value).value_or(0) < 0; };
    const auto alike = std::span(values).subspan(at, end - at);
    at += static_cast<std::size_t>(std::ranges::partition_point(alike, is_below) - alike.begin());
    if (at < end && compare(values[at], value) == 0)
      return begin + static_cast<ClassId>(2 * at + 1);
  }
  return begin + static_cast<ClassId>(2 * at);
}

std::optional<ClassId> Scale::locate(const Value& value) const {
  if (const auto place = place_of(value)) return points_[place->points].locate(place->key, value);
  if (value.is_null()) return kNull;
  if (const bool* truth = value.as<bool>()) return *truth ? kTrue : kFalse;
  if (value.as<List>() != nullptr || value.as<Range>() != nullptr) return std::nullopt;
  return kOther;
}

ClassRange Scale::range_of(const Points& points) const {
  return {points.begin, points.begin + static_cast<ClassId>(2 * points.values.size() + 1)};
}

std::optional<ClassRange> Scale::kind_of(const Value& value) const {
  const auto place = place_of(value);
  if (!place) return std::nullopt;
  return range_of(points_[place->points]);
}

std::vector<ClassId> Scale::classes_of(const Scale& finer) const {
  std::vector<ClassId> classes = {kNull, kFalse, kTrue, kOther};
  for (std::size_t i = 0; i < kKinds; ++i) {
    const Points& ours = points_[i];
    ClassId id = ours.begin;
    classes.push_back(id);
    const Points& theirs = finer.points_[i];
    for (std::size_t k = 0; k < theirs.values.size(); ++k) {
      id = ours.locate(theirs.keys[k], theirs.values[k]);
      classes.push_back(id);
      // What lies above one of our own points is another class than that point.
      const bool is_point = (id - ours.begin) % 2 == 1;
      classes.push_back(is_point ? id + 1 : id);
    }
  }
  return classes;
}

}  // namespace hq::rules
