// Dates, instants, clock times, rules of time zones and ids of any text: what is read, written
// and read again is the same.

#include "base/assert.h"
#include "base/id.h"
#include "base/posix_tz.h"
#include "base/time.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace hq;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto date = parse_date(text)) {
    HQ_ASSERT(parse_date(format_date(*date)) == *date);
    HQ_ASSERT(parse_date(format_date_basic(*date)) == *date);
    HQ_ASSERT(weekday_index(*date) >= 0 && weekday_index(*date) < 7);
  }
  if (const auto instant = parse_instant(text)) {
    HQ_ASSERT(parse_instant(format_instant(*instant)) == *instant);
  }
  if (const auto clock = parse_clock(text)) {
    HQ_ASSERT(parse_clock(format_clock(*clock)) == *clock);
    HQ_ASSERT(parse_clock(format_clock_seconds(*clock)) == *clock);
  }
  if (const auto id = Id::parse(text)) HQ_ASSERT(Id::parse(id->text()) == *id);
  if (const auto rule = PosixTz::parse(text)) {
    for (const int64_t utc_s :
         {int64_t{0}, int64_t{1'795'305'600}, int64_t{1} << 59, -(int64_t{1} << 59)}) {
      const int32_t offset_s = rule->offset_s(utc_s);
      HQ_ASSERT(offset_s > -100'000 && offset_s < 100'000);
    }
  }
  return 0;
}
