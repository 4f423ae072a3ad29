#include "base/posix_tz.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/assert.h"

namespace hq {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::year_month_day;

// The calendar repeats after 400 years, days of the week included.
constexpr int64_t kCycleS = int64_t{146'097} * 86'400;
constexpr int64_t kYear2000S = 946'684'800;

int64_t floor_div(int64_t a, int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

int64_t start_of_day_s(sys_days day) {
  return int64_t{day.time_since_epoch().count()} * 86'400;
}

}  // namespace

struct PosixTz::Parser {
  std::string_view rest;

  bool take(char c) {
    if (rest.empty() || rest.front() != c) return false;
    rest.remove_prefix(1);
    return true;
  }

  std::optional<int> number(int greatest) {
    int value = 0;
    std::size_t size = 0;
    while (size < rest.size() && size < 4 && rest[size] >= '0' && rest[size] <= '9') {
      value = value * 10 + (rest[size++] - '0');
    }
    if (size == 0 || value > greatest) return std::nullopt;
    rest.remove_prefix(size);
    return value;
  }

  /// "EST" or "<+0330>".
  bool name() {
    const bool quoted = take('<');
    std::size_t size = 0;
    for (; size < rest.size(); ++size) {
      const char c = rest[size];
      const bool is_letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
      const bool is_other = (c >= '0' && c <= '9') || c == '+' || c == '-';
      if (!is_letter && !(quoted && is_other)) break;
    }
    rest.remove_prefix(size);
    return size >= 3 && (!quoted || take('>'));
  }

  /// "[+-]hh[:mm[:ss]]" in seconds.
  std::optional<int32_t> clock(int hours_max) {
    const bool negative = take('-');
    if (!negative) take('+');
    const auto hours = number(hours_max);
    const auto minutes = hours && take(':') ? number(59) : std::optional(0);
    const auto secs = minutes && take(':') ? number(59) : std::optional(0);
    if (!hours || !minutes || !secs) return std::nullopt;
    const int32_t value = *hours * 3600 + *minutes * 60 + *secs;
    return negative ? -value : value;
  }

  /// "M3.2.0", "J60" or "59", with "/time" (02:00 where it is not given).
  std::optional<When> when() {
    When when;
    if (take('M')) {
      const auto month = number(12);
      const auto week = month && take('.') ? number(5) : std::nullopt;
      const auto day = week && take('.') ? number(6) : std::nullopt;
      if (!day || *month < 1 || *week < 1) return std::nullopt;
      when = {DayKind::month_week_day, *month, *week, *day, 0};
    } else {
      const bool julian = take('J');
      const auto day = number(365);
      if (!day || (julian && *day < 1)) return std::nullopt;
      when = {julian ? DayKind::julian : DayKind::zero_based, 0, 0, *day, 0};
    }
    const auto clock_s = take('/') ? clock(167) : std::optional(7200);
    if (!clock_s) return std::nullopt;
    when.clock_s = *clock_s;
    return when;
  }
};

Result<PosixTz> PosixTz::parse(std::string_view text) {
  const auto refuse = [&] {
    return fail(ErrorCode::parse_error, fmt::format("'{}' is not a POSIX time zone rule", text),
                fmt::format("“{}”不是 POSIX 时区规则", text));
  };
  Parser parser{text};
  PosixTz rule;
  const auto standard = parser.name() ? parser.clock(24) : std::nullopt;
  if (!standard) return refuse();
  rule.standard_offset_s_ = -*standard;  // POSIX counts westward
  if (parser.rest.empty()) return rule;

  Summer summer;
  if (!parser.name()) return refuse();
  summer.offset_s = rule.standard_offset_s_ + 3600;
  if (!parser.rest.empty() && parser.rest.front() != ',') {
    const auto offset = parser.clock(24);
    if (!offset) return refuse();
    summer.offset_s = -*offset;
  }
  const auto start = parser.take(',') ? parser.when() : std::nullopt;
  const auto end = start && parser.take(',') ? parser.when() : std::nullopt;
  if (!end || !parser.rest.empty()) return refuse();
  summer.start = *start;
  summer.end = *end;
  rule.summer_ = summer;
  return rule;
}

int64_t PosixTz::local_s(const When& when, int year_number) {
  const std::chrono::year year{year_number};
  const sys_days january_1{year / 1 / 1};
  sys_days day = january_1;
  switch (when.kind) {
    case DayKind::julian:  // 1 to 365; February 29 is never counted
      day += days(when.day - 1 + (year.is_leap() && when.day >= 60 ? 1 : 0));
      break;
    case DayKind::zero_based:
      day += days(when.day);
      break;
    case DayKind::month_week_day: {
      const auto month = year / std::chrono::month(static_cast<unsigned>(when.month));
      const std::chrono::weekday weekday(static_cast<unsigned>(when.day));
      day = when.week == 5 ? sys_days{month / weekday[std::chrono::last]}
                           : sys_days{month / weekday[static_cast<unsigned>(when.week)]};
      break;
    }
  }
  return start_of_day_s(day) + when.clock_s;
}

std::vector<PosixTz::Change> PosixTz::changes(int64_t from_s, int64_t to_s) const {
  std::vector<Change> changes;
  if (!summer_ || from_s >= to_s) return changes;
  HQ_ASSERT(to_s - from_s <= kCycleS);
  // Counted in the 400 years from 2000 on, where std::chrono's years do not run out.
  const int64_t shift_s = floor_div(from_s - kYear2000S, kCycleS) * kCycleS;
  const auto year_of = [](int64_t utc_s) {
    return static_cast<int>(year_month_day{floor<days>(sys_seconds{seconds{utc_s}})}.year());
  };
  const int last_year = year_of(to_s - shift_s) + 1;
  for (int year = year_of(from_s - shift_s) - 1; year <= last_year; ++year) {
    const Change end{local_s(summer_->end, year) - summer_->offset_s + shift_s, standard_offset_s_};
    const Change start{local_s(summer_->start, year) - standard_offset_s_ + shift_s,
                       summer_->offset_s};
    for (const Change& change : {end, start}) {
      if (change.at_s >= from_s && change.at_s < to_s) changes.push_back(change);
    }
  }
  // Of two at one instant the start of summer time is the later: it lasts all year then.
  std::sort(changes.begin(), changes.end(), [&](const Change& a, const Change& b) {
    if (a.at_s != b.at_s) return a.at_s < b.at_s;
    return a.offset_s == standard_offset_s_ && b.offset_s != standard_offset_s_;
  });
  return changes;
}

int32_t PosixTz::offset_s(int64_t utc_s) const {
  if (!summer_) return standard_offset_s_;
  // There is a change at least once in any 54 weeks and the hours a rule may be off.
  const auto before = changes(utc_s - int64_t{400} * 86'400, utc_s + 1);
  return before.empty() ? standard_offset_s_ : before.back().offset_s;
}

}  // namespace hq
