// One transfer: is it allowed, and what does it do?
#include <algorithm>

#include "base/assert.h"
#include "ledger/ledger.h"

namespace hq::ledger {
namespace {

bool has(uint16_t flags, int mask) {
  return (flags & mask) != 0;
}

/// What can be said of a transfer without looking at anything else.
Status check_alone(const Transfer& t) {
  const bool ends = has(t.flags, kPost | kVoid);
  if (t.reserved != 0 || t.time_us != 0) return Status::reserved_not_zero;
  if (has(t.flags, ~kAllTransferFlags)) return Status::flags_unknown;
  if (has(t.flags, kPost) && has(t.flags, kVoid)) return Status::flags_conflict;
  constexpr int kOnlyNew =
      kPending | kBalancingDebit | kBalancingCredit | kClosingDebit | kClosingCredit;
  if (ends && has(t.flags, kOnlyNew)) return Status::flags_conflict;
  if (!ends && has(t.flags, kWholeChain)) return Status::flags_conflict;
  if (has(t.flags, kClosingDebit | kClosingCredit) && !has(t.flags, kPending)) {
    return Status::flags_conflict;
  }
  if (t.timeout_s != 0 && !has(t.flags, kPending)) return Status::timeout_without_pending;
  if (ends) return t.pending_id == 0 ? Status::pending_id_zero : Status::created;
  if (t.pending_id != 0) return Status::pending_id_not_allowed;
  if (t.asset == 0) return Status::asset_zero;
  if (t.code == 0) return Status::code_zero;
  if (t.amount == 0) return Status::amount_zero;
  if (t.debit_account == t.credit_account) return Status::accounts_equal;
  return Status::created;
}

/// a + b + c, or the largest number where that would not fit.
Uint128 sum(Uint128 a, Uint128 b, Uint128 c = 0) {
  Uint128 result = 0;
  if (__builtin_add_overflow(a, b, &result) || __builtin_add_overflow(result, c, &result)) {
    return ~Uint128{0};
  }
  return result;
}

Uint128 excess(Uint128 of, Uint128 over) {
  return of > over ? of - over : 0;
}

}  // namespace

Status Ledger::apply(const Transfer& wanted, const Sides& sides, Outcome& outcome) {
  if (wanted.id == 0) return Status::id_zero;
  if (const auto done = find_transfer(wanted.id)) return exists(wanted, *done, outcome);
  if (const Status alone = check_alone(wanted); alone != Status::created) return alone;
  if (has(wanted.flags, kPost | kVoid)) return apply_end(wanted, outcome);
  return apply_new(wanted, sides, outcome);
}

Status Ledger::apply_new(const Transfer& wanted, const Sides& sides, Outcome& outcome) {
  if (sides.debit == kNone) return Status::debit_account_unknown;
  if (sides.credit == kNone) return Status::credit_account_unknown;
  const Row& debit_row = rows_[sides.debit];
  const Row& credit_row = rows_[sides.credit];
  if (debit_row.asset != wanted.asset || credit_row.asset != wanted.asset) {
    return Status::assets_differ;
  }
  if (has(debit_row.flags, kClosed)) return Status::debit_account_closed;
  if (has(credit_row.flags, kClosed)) return Status::credit_account_closed;

  const Balances& debit = balances_[sides.debit];
  const Balances& credit = balances_[sides.credit];
  Transfer record = wanted;
  if (has(wanted.flags, kBalancingDebit)) {
    const Uint128 used = sum(debit.debits_posted, debit.debits_pending);
    record.amount = std::min(record.amount, excess(debit.credits_posted, used));
    if (record.amount == 0) return Status::exceeds_credits;
  }
  if (has(wanted.flags, kBalancingCredit)) {
    const Uint128 used = sum(credit.credits_posted, credit.credits_pending);
    record.amount = std::min(record.amount, excess(credit.debits_posted, used));
    if (record.amount == 0) return Status::exceeds_debits;
  }
  const Uint128 debits = sum(debit.debits_posted, debit.debits_pending, record.amount);
  const Uint128 credits = sum(credit.credits_posted, credit.credits_pending, record.amount);
  if (debits == ~Uint128{0} || credits == ~Uint128{0}) return Status::overflows;
  if (has(debit_row.flags, kDebitsMustNotExceedCredits) && debits > debit.credits_posted) {
    return Status::exceeds_credits;
  }
  if (has(credit_row.flags, kCreditsMustNotExceedDebits) && credits > credit.debits_posted) {
    return Status::exceeds_debits;
  }
  return post(record, {sides.debit, sides.credit, kNone, kNone}, outcome);
}

Status Ledger::apply_end(const Transfer& wanted, Outcome& outcome) {
  const auto pending = find_transfer(wanted.pending_id);
  if (!pending) return Status::pending_unknown;
  if (has(wanted.flags, kWholeChain)) return apply_chain_end(wanted, *pending, outcome);
  if (const Status status = check_end(wanted, *pending); status != Status::created) return status;
  return end_pending(wanted, *pending, outcome);
}

Status Ledger::check_end(const Transfer& wanted, uint32_t pending) const {
  const Transfer& known = transfers_[pending];
  switch (pending_state(pending)) {
    case PendingState::none:
      return Status::not_pending;
    case PendingState::posted:
      return Status::pending_posted;
    case PendingState::voided:
      return Status::pending_voided;
    case PendingState::expired:
      return Status::pending_expired;
    case PendingState::pending:
      break;
  }
  const auto agrees = [](auto given, auto was) { return given == 0 || given == was; };
  if (!agrees(wanted.debit_account, known.debit_account) ||
      !agrees(wanted.credit_account, known.credit_account) || !agrees(wanted.asset, known.asset) ||
      !agrees(wanted.code, known.code)) {
    return Status::pending_differs;
  }
  if (wanted.amount > known.amount) return Status::exceeds_pending_amount;
  if (has(wanted.flags, kVoid) && !agrees(wanted.amount, known.amount)) {
    return Status::pending_differs;
  }
  return Status::created;
}

/// Posts or voids one pending transfer; `record` says how, and may leave out what that one says.
Status Ledger::end_pending(Transfer record, uint32_t pending, Outcome& outcome) {
  const Transfer& known = transfers_[pending];
  record.debit_account = known.debit_account;
  record.credit_account = known.credit_account;
  record.pending_id = known.id;
  record.asset = known.asset;
  if (record.amount == 0) record.amount = known.amount;
  if (record.code == 0) record.code = known.code;
  return post(record, {traces_[pending].debit, traces_[pending].credit, kNone, pending}, outcome);
}

// A chain lies in one piece among the records, each but its last linked to the next. The record of
// the request comes first and moves nothing itself; what it does to each follows, without ids.
Status Ledger::apply_chain_end(const Transfer& wanted, uint32_t pending, Outcome& outcome) {
  uint32_t first = pending;
  while (first > 0 && has(transfers_[first - 1].flags, kLinked)) --first;
  uint32_t last = pending;
  // A chain that is being made is linked to nothing yet; behind it lies what was undone.
  while (last + 1 < transfers_.size() && has(transfers_[last].flags, kLinked)) ++last;
  if (wanted.amount != 0 || wanted.debit_account != 0 || wanted.credit_account != 0 ||
      wanted.asset != 0 || wanted.code != 0) {
    return Status::pending_differs;  // there is no one amount of a chain
  }
  Transfer part = wanted;
  part.id = 0;
  uint32_t parts = 0;
  for (uint32_t i = first; i <= last; ++i) {
    if (!has(transfers_[i].flags, kPending)) continue;
    if (const Status status = check_end(part, i); status != Status::created) return status;
    ++parts;
  }
  if (parts == 0) return Status::not_pending;
  if (transfers_.size() + parts + 1 + expiring_ > transfers_.capacity())
    return Status::too_many_transfers;
  const Status made = post(wanted, {}, outcome);
  HQ_ASSERT(made == Status::created);
  part.reference = 0;
  for (uint32_t i = first; i <= last; ++i) {
    if (!has(transfers_[i].flags, kPending)) continue;
    const Status ended = end_pending(part, i, outcome);
    HQ_ASSERT(ended == Status::created);
  }
  return Status::created;
}

/// Makes a record of what is allowed, unless a limit forbids it.
Status Ledger::post(const Transfer& record, Trace trace, Outcome& outcome) {
  const bool ends = trace.other != kNone;
  const uint32_t expiring =
      expiring_ + (record.timeout_s != 0) - (ends && transfers_[trace.other].timeout_s != 0);
  if (transfers_.size() + 1 + expiring > transfers_.capacity()) return Status::too_many_transfers;
  const auto index = static_cast<uint32_t>(transfers_.size());
  const Sides sides{trace.debit, trace.credit};
  if (trace.debit != kNone) {
    const uint32_t debit_limits = rows_[trace.debit].limits;
    const uint32_t credit_limits = rows_[trace.credit].limits;
    if (debit_limits != kNone || credit_limits != kNone) {
      const uint32_t origin = ends ? trace.other : index;
      const Movement movement{effect_of(record, trace), index, now_us_, origin,
                              ends ? transfers_[origin].time_us : now_us_};
      limits_.begin();
      const bool fits = limits_.move(debit_limits, true, movement) &&
                        limits_.move(credit_limits, false, movement);
      // What ends a pending transfer frees or keeps what was counted, so no limit stops it.
      outcome.limit = fits && !ends ? limits_.first_exceeded() : kNone;
      if (!fits || outcome.limit != kNone) {
        limits_.take_back();
        return fits ? Status::exceeds_limit : Status::overflows;
      }
    }
    history_.add(rows_[trace.debit].history, index, balances_[trace.debit]);
    history_.add(rows_[trace.credit].history, index, balances_[trace.credit]);
    move_balances(sides, effect_of(record, trace), true);
    if (has(record.flags, kClosingDebit)) rows_[trace.debit].flags |= kClosed;
    if (has(record.flags, kClosingCredit)) rows_[trace.credit].flags |= kClosed;
  }
  expiring_ = expiring;
  if (ends) {
    traces_[trace.other].other = index;
    if (!has(record.flags, kPost)) reopen(trace.other);
  }
  transfers_.push_back(record).time_us = now_us_;
  trace.same_reference = enter_ids_of(index);
  traces_.push_back(trace);
  if (record.timeout_s != 0) expect_end(index);
  return Status::created;
}

/// Puts a record into the tables of ids. Gives the one before it of the same reference.
uint32_t Ledger::enter_ids_of(uint32_t record) {
  const Transfer& transfer = transfers_[record];
  if (transfer.id != 0) transfer_ids_.insert(transfer_ids_.hash(transfer.id), record);
  if (transfer.reference == 0) return kNone;
  const uint32_t hash = references_.hash(transfer.reference);
  const uint32_t before = references_.find(
      hash, [&](uint32_t i) { return transfers_[i].reference == transfer.reference; });
  if (before == kNone) {
    references_.insert(hash, record);
  } else {
    references_.replace(hash, before, record);
  }
  return before;
}

/// Undoes the last record, exactly.
void Ledger::undo_last() {
  const auto index = static_cast<uint32_t>(transfers_.size() - 1);
  const Transfer& record = transfers_[index];
  const Trace trace = traces_[index];
  if (record.reference != 0) {
    const uint32_t hash = references_.hash(record.reference);
    if (trace.same_reference == kNone) {
      references_.erase(hash, index);
    } else {
      references_.replace(hash, index, trace.same_reference);
    }
  }
  if (record.id != 0) transfer_ids_.erase(transfer_ids_.hash(record.id), index);
  if (trace.other != kNone) {
    traces_[trace.other].other = kNone;
    expiring_ += transfers_[trace.other].timeout_s != 0;
    if (!has(record.flags, kPost)) close(trace.other);
    if (has(record.flags, kExpired)) expect_end(trace.other);
  }
  if (trace.debit != kNone) {
    if (has(record.flags, kClosingDebit)) rows_[trace.debit].flags &= ~kClosed;
    if (has(record.flags, kClosingCredit)) rows_[trace.credit].flags &= ~kClosed;
    move_balances({trace.debit, trace.credit}, effect_of(index), false);
    history_.remove_last(rows_[trace.credit].history);
    history_.remove_last(rows_[trace.debit].history);
    Movement movement = movement_of(index);
    movement.is_undone = true;
    limits_.begin();
    const bool fits = limits_.move(rows_[trace.debit].limits, true, movement) &&
                      limits_.move(rows_[trace.credit].limits, false, movement);
    HQ_ASSERT(fits);
  }
  // Where the record has a time to end, the heap keeps it: expire_until sees that it is not so.
  expiring_ -= record.timeout_s != 0;
  transfers_.pop_back();
  traces_.pop_back();
}

/// The accounts that a pending transfer has closed are open again, for it was voided or is over.
void Ledger::reopen(uint32_t pending) {
  const uint16_t flags = transfers_[pending].flags;
  if (has(flags, kClosingDebit)) rows_[traces_[pending].debit].flags &= ~kClosed;
  if (has(flags, kClosingCredit)) rows_[traces_[pending].credit].flags &= ~kClosed;
}

void Ledger::close(uint32_t pending) {
  const uint16_t flags = transfers_[pending].flags;
  if (has(flags, kClosingDebit)) rows_[traces_[pending].debit].flags |= kClosed;
  if (has(flags, kClosingCredit)) rows_[traces_[pending].credit].flags |= kClosed;
}

Effect Ledger::effect_of(const Transfer& record, const Trace& trace) const {
  if (has(record.flags, kPending)) return {.pending_added = record.amount};
  if (trace.other == kNone) return {.posted = record.amount};
  const Uint128 reserved = transfers_[trace.other].amount;
  return {.pending_removed = reserved, .posted = has(record.flags, kPost) ? record.amount : 0};
}

Effect Ledger::effect_of(uint32_t record) const {
  return effect_of(transfers_[record], traces_[record]);
}

Movement Ledger::movement_of(uint32_t record) const {
  const bool ends = !has(transfers_[record].flags, kPending) && traces_[record].other != kNone;
  const uint32_t origin = ends ? traces_[record].other : record;
  return {effect_of(record), record, transfers_[record].time_us, origin,
          transfers_[origin].time_us};
}

void Ledger::move_balances(const Sides& sides, const Effect& effect, bool forward) {
  Balances& debit = balances_[sides.debit];
  Balances& credit = balances_[sides.credit];
  const Uint128 pending = effect.pending_added - effect.pending_removed;  // may wrap: sums do not
  debit.debits_pending += forward ? pending : -pending;
  debit.debits_posted += forward ? effect.posted : -effect.posted;
  credit.credits_pending += forward ? pending : -pending;
  credit.credits_posted += forward ? effect.posted : -effect.posted;
}

Status Ledger::exists(const Transfer& wanted, uint32_t record, Outcome& outcome) const {
  const Transfer& known = transfers_[record];
  outcome.record = record;
  const bool ends = has(known.flags, kPost | kVoid);
  const uint32_t pending = ends ? traces_[record].other : kNone;
  const Uint128 amount =
      wanted.amount == 0 && pending != kNone ? transfers_[pending].amount : wanted.amount;
  // What an end may leave out, it may leave out again.
  const auto agrees = [&](auto given, auto was) { return given == was || (ends && given == 0); };
  const bool is_balancing = has(known.flags, kBalancingDebit | kBalancingCredit);
  const auto differs = [&]() -> Field {
    if (wanted.flags != known.flags) return Field::flags;
    if (!agrees(wanted.debit_account, known.debit_account)) return Field::debit_account;
    if (!agrees(wanted.credit_account, known.credit_account)) return Field::credit_account;
    if (is_balancing ? amount < known.amount : amount != known.amount) return Field::amount;
    if (wanted.pending_id != known.pending_id) return Field::pending_id;
    if (wanted.reference != known.reference) return Field::reference;
    if (wanted.note != known.note) return Field::note;
    if (!agrees(wanted.asset, known.asset)) return Field::asset;
    if (wanted.timeout_s != known.timeout_s) return Field::timeout_s;
    if (!agrees(wanted.code, known.code)) return Field::code;
    return Field::none;
  };
  outcome.field = differs();
  return outcome.field == Field::none ? Status::exists : Status::exists_differently;
}

void Ledger::answer(uint32_t record, Outcome& outcome) const {
  outcome.record = record;
  outcome.amount = transfers_[record].amount;
  const Trace& trace = traces_[record];
  if (trace.debit == kNone) return;
  outcome.debit = balances_[trace.debit];
  outcome.credit = balances_[trace.credit];
}

}  // namespace hq::ledger
