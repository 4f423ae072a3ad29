// LimitBook: all limits, and the use of each as transfers move it.
//
// A transfer is a movement of each of its accounts. `move` adds it to every limit of the account
// and keeps what it did; then `first_exceeded` says whether one went too far, and `take_back`
// undoes it. Times go back only with `undo_time`. One thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ledger/detail/state_bytes.h"
#include "ledger/limit.h"

namespace hq::ledger {

/// What a transfer does to the balances of both of its accounts, on their sides.
struct Effect {
  Uint128 pending_added = 0;
  Uint128 pending_removed = 0;
  Uint128 posted = 0;
};

/// A transfer as limits see it.
struct Movement {
  Effect effect;
  uint32_t record = 0;  // index of the transfer
  int64_t time_us = 0;
  uint32_t origin = 0;  // of the pending transfer that it ends, else `record`
  int64_t origin_time_us = 0;
  bool is_undone = false;  // takes back what the same movement did before
};

class LimitBook {
 public:
  std::size_t size() const { return rules_.size(); }
  const Limit& rule(uint32_t limit) const { return rules_[limit]; }

  /// Goes to a time, which is not before the one until now. What is over by then may be forgotten.
  void set_time(int64_t time_us);

  /// Goes back to the time before set_time, once all movements since then are undone.
  void undo_time();

  /// Adds a limit nothing counts for yet. `heads` is where the limits of each weight's account
  /// begin (kNone for none); they are changed.
  uint32_t add(const Limit& rule, std::span<uint32_t* const> heads);

  /// Takes away the limit that was added last.
  void remove_last(std::span<uint32_t* const> heads);

  /// When what counts for a limit now begins; INT64_MIN where all does.
  int64_t counts_from_us(uint32_t limit) const;

  /// From a time on, not before now, the value is this one.
  void set_value(uint32_t limit, Uint128 value, int64_t from_us);

  LimitUse use(uint32_t limit) const;

  /// Begins to remember what limits were before they change; gives what was remembered till now.
  LimitUses mark();
  LimitUse marked_use(uint32_t limit) const;

  /// Asks for what `move` will touch, some time before it: first the one, then the other.
  void prefetch_links(uint32_t head) const {
    if (head != kNone) __builtin_prefetch(&links_[head]);
  }
  void prefetch_states(uint32_t head) const {
    if (head == kNone) return;
    const State& state = states_[links_[head].limit];
    __builtin_prefetch(&state.tally, 1);
    __builtin_prefetch(&state.window, 1);
  }

  /// Begins the movements of one transfer; those of the one before stand.
  void begin() { steps_.clear(); }

  /// Moves the limits of one account. False where a use would not fit; then take_back.
  bool move(uint32_t head, bool is_debit, const Movement& movement);

  /// Moves one limit, for its account of this weight.
  bool move_one(uint32_t limit, uint32_t weight, bool is_debit, const Movement& movement);

  /// The first limit that the movements since begin() have raised, and over its value; or kNone.
  uint32_t first_exceeded() const;

  /// Undoes the movements since begin().
  void take_back();

  /// All of it as bytes, and back into an empty book.
  void save(const PutBytes& put) const;
  void load(TakeState& take);

 private:
  /// What raises a use and what lowers it, weighted. Kept apart, since what raised it can be taken
  /// away at any time without going below zero. Differences of unsigned numbers wrap, and sums of
  /// them come out right.
  struct Tally {
    Uint128 raised = 0;
    Uint128 lowered = 0;

    bool operator==(const Tally&) const = default;
    Int128 use() const { return static_cast<Int128>(raised - lowered); }
    Tally operator+(const Tally& o) const { return {raised + o.raised, lowered + o.lowered}; }
    Tally operator-(const Tally& o) const { return {raised - o.raised, lowered - o.lowered}; }
  };
  struct Counted {  // in a sliding window
    uint32_t record;
    int64_t time_us;
    Tally tally;
  };
  struct Change {
    int64_t from_us;
    Int128 value;
  };
  struct State {
    Tally tally;
    Int128 value = 0;
    int64_t window_begin_us = INT64_MIN;  // of a calendar window
    int64_t window_end_us = INT64_MIN;
    int64_t next_us = INT64_MIN;             // before it nothing ends and nothing changes by itself
    LimitWindow window = LimitWindow::none;  // of its rule, at hand where it is moved
  };
  struct Link {  // a limit of an account
    uint32_t limit;
    uint32_t next;
    uint32_t weight;
    LimitSide side;  // of its rule
  };
  /// A limit before time moved it on.
  struct Before {
    uint32_t limit;
    State state;
    std::size_t counted_begin;
  };
  struct Step {
    uint32_t limit;
    uint32_t record;
    int64_t time_us;
    Tally before;
    Tally added;
  };

  State present(uint32_t limit) const;
  void remember(uint32_t limit);
  void advance(uint32_t limit);
  void forget(uint32_t limit);
  bool move_side(uint32_t limit, LimitSide side, uint32_t weight, bool is_debit,
                 const Movement& movement);
  bool shift(uint32_t limit, const Tally& added, uint32_t record, int64_t time_us);
  void count(uint32_t limit, const Tally& added, uint32_t record, int64_t time_us);

  int64_t now_us_ = INT64_MIN;
  int64_t before_us_ = INT64_MIN;  // the time until set_time
  std::vector<Before> before_;     // limits that were brought on to now since then
  std::vector<Limit> rules_;
  std::vector<State> states_;
  std::vector<std::vector<Counted>> counted_;  // of sliding windows, oldest first
  std::vector<std::size_t> counted_begin_;     // the first that still counts
  std::vector<std::vector<Change>> changes_;   // earliest first
  std::vector<Link> links_;
  std::vector<Step> steps_;
  LimitUses marked_;
  std::vector<bool> is_marked_;  // whether it is in there: mostly nothing has to be looked up
};

}  // namespace hq::ledger
