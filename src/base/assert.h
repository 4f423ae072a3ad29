// HQ_ASSERT: a broken invariant of our own ends the process, in every build.
//
// The log is the truth, so stopping is safe and going on is not (crash-only). Use it for
// programmer errors alone; whatever input, disk or peer can cause is a Result.
//
//   HQ_ASSERT(index < stops.size());
#pragma once

namespace hq {

[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);

}  // namespace hq

#define HQ_ASSERT(condition) \
  ((condition) ? static_cast<void>(0) : ::hq::assertion_failed(#condition, __FILE__, __LINE__))
