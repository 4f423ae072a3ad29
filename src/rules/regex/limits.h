// The limits of regular expressions, which come from outside and are hostile until shown otherwise.
//
// Whatever a pattern asks for, compiling and matching end: a pattern over a limit is an error when
// it is compiled, a match over the work budget is an error when it is run. The budget counts the
// steps of the matcher, some 30 to 200 ns each; one call may use at most kRegexWorkMax of them.
// Constants.
//
//   RegexWork work{.left = 100'000};      // what an evaluation still has
//   regex.matches(text, work);            // limit_exceeded once it is used up
#pragma once

#include <cstddef>
#include <cstdint>

namespace hq::rules {

inline constexpr std::size_t kRegexPatternCodePointsMax = 4096;
inline constexpr std::size_t kRegexTextBytesMax = std::size_t{1} << 20;
inline constexpr std::size_t kRegexResultBytesMax = std::size_t{8} << 20;  // what replace makes
inline constexpr int kRegexNestingMax = 100;      // groups and classes within each other
inline constexpr uint32_t kRegexGroupsMax = 500;  // capturing groups
inline constexpr uint64_t kRegexQuantifierMax = 65'535;
inline constexpr uint64_t kRegexRepeatProductMax = 1'000'000;  // of quantifiers within each other
inline constexpr std::size_t kRegexEmittedBytesMax = std::size_t{1} << 20;
inline constexpr uint64_t kRegexWorkMax = 4'000'000;
inline constexpr uint32_t kRegexHeapKibMax = 64 * 1024;  // of one match
inline constexpr uint32_t kRegexDepthMax = 10'000'000;   // backtracking points of one match

/// What may still be used; each call takes from it what it needed.
struct RegexWork {
  uint64_t left = kRegexWorkMax;
};

}  // namespace hq::rules
