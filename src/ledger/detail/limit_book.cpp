#include "ledger/detail/limit_book.h"

#include <algorithm>
#include <chrono>

#include "base/assert.h"

namespace hq::ledger {
namespace {

constexpr int64_t kSecondUs = 1'000'000;
// So that sums and differences of two fit 128 bits with a sign.
constexpr Uint128 kMost = ~Uint128{0} >> 2;

Int128 at_most(Uint128 value) {
  return static_cast<Int128>(std::min(value, kMost));
}

struct Span {
  int64_t begin_us;
  int64_t end_us;
};

/// The window of the calendar at an offset from UTC that a time lies in.
Span calendar_window(LimitWindow window, int32_t utc_offset_s, int64_t time_us) {
  namespace chrono = std::chrono;
  const chrono::microseconds offset = chrono::seconds(utc_offset_s);
  const auto day = chrono::floor<chrono::days>(
      chrono::sys_time<chrono::microseconds>(chrono::microseconds(time_us)) + offset);
  const chrono::year_month_day date(day);
  struct Days {
    chrono::sys_days begin;
    chrono::sys_days end;
  };
  const unsigned month = static_cast<unsigned>(date.month());
  const auto begins = [&](unsigned first_month, chrono::months length) {
    const auto first = date.year() / chrono::month(first_month) / 1;
    return Days{chrono::sys_days(first), chrono::sys_days(first + length)};
  };
  Days days{day, day + chrono::days(1)};
  if (window == LimitWindow::month) {
    days = begins(month, chrono::months(1));
  } else if (window == LimitWindow::quarter) {
    days = begins((month - 1) / 3 * 3 + 1, chrono::months(3));
  } else if (window == LimitWindow::year) {
    days = begins(1, chrono::months(12));
  }
  const auto at = [&](chrono::sys_days days) {
    return (chrono::sys_time<chrono::microseconds>(days) - offset).time_since_epoch().count();
  };
  return {at(days.begin), at(days.end)};
}

}  // namespace

uint32_t LimitBook::add(const Limit& rule, std::span<uint32_t* const> heads) {
  HQ_ASSERT(heads.size() == rule.weights.size());
  const auto limit = static_cast<uint32_t>(rules_.size());
  rules_.push_back(rule);
  State& state = states_.emplace_back();
  state.value = at_most(rule.value);
  state.window = rule.window;
  is_marked_.push_back(false);
  counted_.emplace_back();
  counted_begin_.push_back(0);
  changes_.emplace_back();
  for (std::size_t i = 0; i < heads.size(); ++i) {
    links_.push_back({limit, *heads[i], rule.weights[i].weight, rule.side});
    *heads[i] = static_cast<uint32_t>(links_.size() - 1);
  }
  states_[limit] = present(limit);
  return limit;
}

int64_t LimitBook::counts_from_us(uint32_t limit) const {
  const Limit& rule = rules_[limit];
  if (rule.window == LimitWindow::sliding) return now_us_ - rule.span_s * kSecondUs + 1;
  return present(limit).window_begin_us;
}

void LimitBook::set_value(uint32_t limit, Uint128 value, int64_t from_us) {
  remember(limit);
  auto& changes = changes_[limit];
  const auto later =
      std::ranges::lower_bound(changes, from_us, {}, [](const Change& c) { return c.from_us; });
  changes.erase(later, changes.end());  // what was planned for later is overruled
  changes.push_back({from_us, at_most(value)});
  states_[limit].next_us = INT64_MIN;
  advance(limit);
}

LimitUse LimitBook::use(uint32_t limit) const {
  const State state = present(limit);
  LimitUse answer{.use = state.tally.use(), .value = state.value};
  if (state.window == LimitWindow::sliding) {
    answer.window_begin_us = counts_from_us(limit);
  } else if (state.window != LimitWindow::none) {
    answer.window_begin_us = state.window_begin_us;
    answer.window_end_us = state.window_end_us;
  }
  return answer;
}

LimitUses LimitBook::mark() {
  for (const uint32_t limit : marked_.limits) is_marked_[limit] = false;
  return std::exchange(marked_, {});
}

LimitUse LimitBook::marked_use(uint32_t limit) const {
  return is_marked_[limit] ? *marked_.find(limit) : use(limit);
}

void LimitBook::remember(uint32_t limit) {
  if (is_marked_[limit]) return;
  is_marked_[limit] = true;
  marked_.limits.push_back(limit);
  marked_.uses.push_back(use(limit));
}

void LimitBook::remove_last(std::span<uint32_t* const> heads) {
  for (auto head = heads.rbegin(); head != heads.rend(); ++head) {
    **head = links_.back().next;
    links_.pop_back();
  }
  rules_.pop_back();
  states_.pop_back();
  std::erase_if(before_, [&](const Before& before) { return before.limit == states_.size(); });
  counted_.pop_back();
  counted_begin_.pop_back();
  changes_.pop_back();
  if (is_marked_.back()) {
    const auto at = std::ranges::find(marked_.limits, size()) - marked_.limits.begin();
    marked_.limits.erase(marked_.limits.begin() + at);
    marked_.uses.erase(marked_.uses.begin() + at);
  }
  is_marked_.pop_back();
}

/// A limit as it is at the present time.
LimitBook::State LimitBook::present(uint32_t limit) const {
  State state = states_[limit];
  if (now_us_ < state.next_us) return state;
  state.next_us = INT64_MAX;
  const Limit& rule = rules_[limit];
  if (rule.window == LimitWindow::sliding) {
    const int64_t span_us = rule.span_s * kSecondUs;
    for (std::size_t i = counted_begin_[limit]; i < counted_[limit].size(); ++i) {
      const Counted& counted = counted_[limit][i];
      state.next_us = counted.time_us + span_us;
      if (state.next_us > now_us_) break;
      state.tally = state.tally - counted.tally;
      state.next_us = INT64_MAX;
    }
  } else if (rule.window != LimitWindow::none) {
    if (now_us_ >= state.window_end_us) {
      const Span span = calendar_window(rule.window, rule.utc_offset_s, now_us_);
      state.window_begin_us = span.begin_us;
      state.window_end_us = span.end_us;
      state.tally = {};
    }
    state.next_us = state.window_end_us;
  }
  for (const Change& change : changes_[limit]) {
    if (change.from_us > now_us_) {
      state.next_us = std::min(state.next_us, change.from_us);
      break;
    }
    state.value = change.value;
  }
  return state;
}

/// Brings a limit to the present time.
void LimitBook::advance(uint32_t limit) {
  if (now_us_ < states_[limit].next_us) return;
  before_.push_back({limit, states_[limit], counted_begin_[limit]});
  states_[limit] = present(limit);
  if (rules_[limit].window != LimitWindow::sliding) return;
  const auto& counted = counted_[limit];
  std::size_t& begin = counted_begin_[limit];
  const int64_t span_us = rules_[limit].span_s * kSecondUs;
  while (begin < counted.size() && counted[begin].time_us + span_us <= now_us_) ++begin;
}

/// Forgets what no longer counts, and never will again.
void LimitBook::forget(uint32_t limit) {
  std::erase_if(changes_[limit], [&](const Change& change) { return change.from_us <= now_us_; });
  auto& counted = counted_[limit];
  std::size_t& begin = counted_begin_[limit];
  if (begin * 2 <= counted.size()) return;
  counted.erase(counted.begin(), counted.begin() + static_cast<std::ptrdiff_t>(begin));
  begin = 0;
}

void LimitBook::set_time(int64_t time_us) {
  for (const Before& before : before_) forget(before.limit);
  before_.clear();
  before_us_ = now_us_;
  now_us_ = time_us;
}

void LimitBook::undo_time() {
  for (auto before = before_.rbegin(); before != before_.rend(); ++before) {
    states_[before->limit] = before->state;
    counted_begin_[before->limit] = before->counted_begin;
  }
  before_.clear();
  now_us_ = before_us_;
}

bool LimitBook::move(uint32_t head, bool is_debit, const Movement& movement) {
  for (uint32_t link = head; link != kNone; link = links_[link].next) {
    const Link& to = links_[link];
    if (!move_side(to.limit, to.side, to.weight, is_debit, movement)) return false;
  }
  return true;
}

bool LimitBook::move_one(uint32_t limit, uint32_t weight, bool is_debit, const Movement& movement) {
  return move_side(limit, rules_[limit].side, weight, is_debit, movement);
}

bool LimitBook::move_side(uint32_t limit, LimitSide side, uint32_t weight, bool is_debit,
                          const Movement& movement) {
  const bool is_net = side == LimitSide::net_debits || side == LimitSide::net_credits;
  const bool is_own = is_debit == (side == LimitSide::debits || side == LimitSide::net_debits);
  const Effect& effect = movement.effect;
  if (!is_own && !is_net) return true;
  const auto weighted = [&](Uint128 amount, Uint128& result) {
    return !__builtin_mul_overflow(amount, Uint128{weight}, &result) && result <= kMost;
  };
  Uint128 added = 0;
  Uint128 posted = 0;
  Uint128 removed = 0;
  if (!weighted(effect.pending_added, added) || !weighted(effect.posted, posted) ||
      !weighted(effect.pending_removed, removed)) {
    return false;
  }
  // What is posted has counted since it was pending; against a use it counts from now.
  Tally tally = is_own ? Tally{added + posted - removed, 0} : Tally{0, posted};
  if (movement.is_undone) tally = Tally() - tally;
  return is_own ? shift(limit, tally, movement.origin, movement.origin_time_us)
                : shift(limit, tally, movement.record, movement.time_us);
}

bool LimitBook::shift(uint32_t limit, const Tally& added, uint32_t record, int64_t time_us) {
  if (added == Tally()) return true;
  advance(limit);
  State& state = states_[limit];
  const LimitWindow window = state.window;
  if (window == LimitWindow::sliding ? time_us <= now_us_ - rules_[limit].span_s * kSecondUs
                                     : time_us < state.window_begin_us) {
    return true;  // it no longer counts
  }
  const Tally sum = state.tally + added;
  remember(limit);
  if (sum.raised > kMost || sum.lowered > kMost) return false;
  steps_.push_back({limit, record, time_us, state.tally, added});
  if (window == LimitWindow::sliding) count(limit, added, record, time_us);
  state.tally = sum;
  return true;
}

/// Keeps for a sliding window when an amount ceases to count: with its record.
void LimitBook::count(uint32_t limit, const Tally& added, uint32_t record, int64_t time_us) {
  auto& counted = counted_[limit];
  const auto begin = counted.begin() + static_cast<std::ptrdiff_t>(counted_begin_[limit]);
  const auto at = std::lower_bound(begin, counted.end(), record,
                                   [](const Counted& c, uint32_t r) { return c.record < r; });
  if (at != counted.end() && at->record == record) {
    at->tally = at->tally + added;
    // A record that was undone leaves nothing behind: another one may come by its number, later.
    if (at->tally == Tally() && at + 1 == counted.end()) counted.pop_back();
    return;
  }
  counted.insert(at, {record, time_us, added});  // nearly always at the end
  State& state = states_[limit];
  state.next_us = std::min(state.next_us, time_us + rules_[limit].span_s * kSecondUs);
}

uint32_t LimitBook::first_exceeded() const {
  for (const Step& step : steps_) {
    const State& state = states_[step.limit];
    if (state.tally.use() <= state.value) continue;
    // A limit may have been moved by both accounts; its first step knows the use before.
    const auto first = std::ranges::find(steps_, step.limit, &Step::limit);
    if (state.tally.use() > first->before.use()) return step.limit;
  }
  return kNone;
}

void LimitBook::take_back() {
  for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
    states_[step->limit].tally = step->before;
    if (states_[step->limit].window == LimitWindow::sliding) {
      count(step->limit, Tally() - step->added, step->record, step->time_us);
    }
  }
  steps_.clear();
}

void LimitBook::save(const PutBytes& put) const {
  put_value(put, now_us_);
  put_array(put, std::span(states_));
  put_array(put, std::span(links_));
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    const Limit& rule = rules_[i];
    put_value(put, rule.id);
    put_value(put, rule.value);
    put_value(put, rule.side);
    put_value(put, rule.window);
    put_value(put, rule.span_s);
    put_value(put, rule.utc_offset_s);
    put_array(put, std::span(rule.weights));
    put_array(put, std::span(changes_[i]));
    put_array(put, std::span(counted_[i]).subspan(counted_begin_[i]));
  }
}

void LimitBook::load(TakeState& take) {
  HQ_ASSERT(rules_.empty());
  now_us_ = take.value<int64_t>();
  before_us_ = now_us_;
  take.array(states_);
  take.array(links_);
  rules_.resize(states_.size());
  changes_.resize(states_.size());
  counted_.resize(states_.size());
  counted_begin_.assign(states_.size(), 0);
  is_marked_.assign(states_.size(), false);
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    Limit& rule = rules_[i];
    rule.id = take.value<Uint128>();
    rule.value = take.value<Uint128>();
    rule.side = take.value<LimitSide>();
    rule.window = take.value<LimitWindow>();
    rule.span_s = take.value<uint32_t>();
    rule.utc_offset_s = take.value<int32_t>();
    take.array(rule.weights);
    take.array(changes_[i]);
    take.array(counted_[i]);
  }
}

}  // namespace hq::ledger
