// Time zone files of any bytes: nothing crashes, also when the zone is used.

#include "base/assert.h"
#include "base/time_zone.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace hq;
  const auto zone = TimeZone::parse({reinterpret_cast<const char*>(data), size}, "x");
  if (!zone) return 0;
  constexpr int64_t kInstantsS[] = {-62'167'219'200, -2'000'000'000, 0,
                                    1'000'000'000,   1'795'305'600,  4'102'444'800,
                                    253'402'300'799};
  for (const int64_t utc_s : kInstantsS) {
    const LocalTime local = zone->to_local(Instant(std::chrono::seconds(utc_s)));
    HQ_ASSERT(local.seconds() >= 0 && local.seconds() < 86'400);
    const Instant start = zone->service_day_start(local.date);
    HQ_ASSERT(zone->to_utc(local.date, 43'200) - start == std::chrono::hours(12));
  }
  return 0;
}
