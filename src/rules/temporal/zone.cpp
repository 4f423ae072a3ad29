#include "rules/temporal/zone.h"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <mutex>

#include "base/time_zone.h"
#include "rules/temporal/detail/calendar.h"

namespace hq::rules {
namespace {

using detail::days_from_civil;

// Zones have changes from the 19th century on, and rules for all time after.
constexpr int64_t kBeforeAllChanges = days_from_civil(1200, 1, 1);
constexpr int64_t kRuleAlone = days_from_civil(2400, 1, 1);

/// A day with the same offsets as `days` in each zone, from 1200 to 2799.
int64_t folded(int64_t days) {
  if (days < kBeforeAllChanges) {
    return kBeforeAllChanges +
           detail::floor_divide(days - kBeforeAllChanges, detail::kDaysPerEra).rest;
  }
  if (days >= kRuleAlone) return kRuleAlone + (days - kRuleAlone) % detail::kDaysPerEra;
  return days;
}

hq::Date chrono_day(int64_t days) {
  return hq::Date(std::chrono::days(static_cast<std::chrono::days::rep>(days)));
}

/// The offset, if it is the same from 1800 to 2100: no zone has had two within a few weeks only.
std::optional<int32_t> constant_offset_of(const TimeZone& zone) {
  constexpr int64_t kStep = 14;
  const int32_t offset_s = zone.offset_s(chrono_day(days_from_civil(1800, 1, 1)));
  for (int64_t day = days_from_civil(1800, 1, 1); day < days_from_civil(2100, 1, 1); day += kStep) {
    if (zone.offset_s(chrono_day(day)) != offset_s) return std::nullopt;
  }
  return offset_s;
}

}  // namespace

struct Zone::Named {
  std::string name;
  TimeZone zone;
  std::optional<int32_t> constant_offset_s;
};

std::optional<Zone> Zone::fixed(int64_t offset_s) {
  if (offset_s < -kOffsetMax_s || offset_s > kOffsetMax_s) return std::nullopt;
  return Zone(Kind::fixed, static_cast<int32_t>(offset_s));
}

Result<Zone> Zone::named(std::string_view name) {
  HQ_TRY(const Named* found, find(name));
  Zone zone(Kind::named, 0);
  zone.named_ = found;
  return zone;
}

Result<const Zone::Named*> Zone::find(std::string_view name) {
  // Zones are as constant as the files they are read from; only names that exist are kept.
  static std::mutex mutex;
  static std::map<std::string, std::unique_ptr<const Named>, std::less<>> zones;
  const std::scoped_lock lock(mutex);
  if (const auto at = zones.find(name); at != zones.end()) return at->second.get();
  Result<TimeZone> zone = TimeZone::load(name);
  if (!zone) {
    return fail(ErrorCode::not_found, fmt::format("there is no time zone \"{}\"", name),
                fmt::format("没有名为“{}”的时区", name));
  }
  const std::optional<int32_t> offset_s = constant_offset_of(*zone);
  auto made = std::make_unique<const Named>(std::string(name), *std::move(zone), offset_s);
  return zones.emplace(name, std::move(made)).first->second.get();
}

std::string_view Zone::name() const {
  return named_ != nullptr ? std::string_view(named_->name) : std::string_view();
}

std::string Zone::text() const {
  if (is_none()) return {};
  if (is_named()) return "@" + named_->name;
  if (offset_s_ == 0) return "Z";
  const int32_t size_s = offset_s_ < 0 ? -offset_s_ : offset_s_;
  std::string text =
      fmt::format("{}{:02}:{:02}", offset_s_ < 0 ? '-' : '+', size_s / 3600, size_s / 60 % 60);
  if (size_s % 60 != 0) text += fmt::format(":{:02}", size_s % 60);
  return text;
}

std::optional<int32_t> Zone::constant_offset_s() const {
  if (is_none()) return std::nullopt;
  return is_named() ? named_->constant_offset_s : offset_s_;
}

int32_t Zone::offset_at_utc_s(int64_t days, int32_t seconds_of_day) const {
  if (!is_named()) return offset_s_;
  return named_->zone.offset_s(chrono_day(folded(days)) + std::chrono::seconds(seconds_of_day));
}

int32_t Zone::offset_at_local_s(int64_t days, int32_t seconds_of_day) const {
  if (!is_named()) return offset_s_;
  const hq::Date day = chrono_day(folded(days));
  const Instant shown = day + std::chrono::seconds(seconds_of_day);
  const Instant utc = named_->zone.to_utc(day, seconds_of_day);
  return static_cast<int32_t>(
      std::chrono::duration_cast<std::chrono::seconds>(shown - utc).count());
}

}  // namespace hq::rules
