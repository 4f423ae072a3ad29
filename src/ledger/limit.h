// Limit: how far the use of some accounts together may go.
//
// Use is a sum over accounts, each with a whole weight from 1 on: what has been debited or
// credited, or one less the other, since ever or within a window. What is pending counts as used;
// against it counts only what is posted. A transfer that would raise the use over the value is
// refused. The value may be set below the use: that refuses what would raise it further, and undoes
// nothing.
//
// The cross-border pool rule is one: weighted debt of all members, at no moment above the quota.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "ledger/records.h"

namespace hq::ledger {

enum class LimitSide : uint8_t {
  debits,       // pending + posted debits
  credits,      // pending + posted credits
  net_debits,   // pending + posted debits - posted credits
  net_credits,  // pending + posted credits - posted debits
};

enum class LimitWindow : uint8_t {
  none,     // the balances themselves
  sliding,  // the last `span_s` seconds
  day,      // of the calendar at `utc_offset_s`; what is posted counts when it became pending
  month,
  quarter,
  year,
};

struct LimitWeight {
  Uint128 account = 0;
  uint32_t weight = 1;  // not zero

  bool operator==(const LimitWeight&) const = default;
};

struct Limit {
  Uint128 id = 0;
  Uint128 value = 0;  // in weighted least units
  LimitSide side = LimitSide::debits;
  LimitWindow window = LimitWindow::none;
  uint32_t span_s = 0;                    // of a sliding window; not zero
  int32_t utc_offset_s = 0;               // of a calendar window
  std::vector<LimitWeight> weights = {};  // each account once

  bool operator==(const Limit&) const = default;
};

/// A limit as it stands at a moment.
struct LimitUse {
  Int128 use = 0;
  Int128 value = 0;
  int64_t window_begin_us = 0;  // zero without a window
  int64_t window_end_us = 0;    // of a calendar window, else zero
};

/// How some of the limits stood at a moment. One of them is seldom asked for, so it is searched.
struct LimitUses {
  std::vector<uint32_t> limits;  // by index
  std::vector<LimitUse> uses;    // of each

  /// Null where the limit is not among them.
  const LimitUse* find(uint32_t limit) const {
    const auto at = std::ranges::find(limits, limit);
    return at == limits.end() ? nullptr : &uses[static_cast<std::size_t>(at - limits.begin())];
  }
};

}  // namespace hq::ledger
