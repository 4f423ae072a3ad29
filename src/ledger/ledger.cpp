#include "ledger/ledger.h"

#include <algorithm>

#include "base/assert.h"

namespace hq::ledger {
namespace {

constexpr std::size_t kAhead = 32;  // transfers whose accounts are looked up together
constexpr int64_t kSecondUs = 1'000'000;

std::size_t chunks_max(const LedgerOptions& options) {
  return std::size_t{options.transfers_max} * 2 / History::kChunkEntries + options.accounts_max;
}

}  // namespace

Ledger::Ledger(const LedgerOptions& options)
    : rows_(options.accounts_max),
      balances_(options.accounts_max),
      account_ids_(options.hash_seed),
      transfers_(options.transfers_max),
      traces_(options.transfers_max),
      transfer_ids_(options.hash_seed + 1),
      references_(options.hash_seed + 2),
      limit_ids_(options.hash_seed + 3),
      history_(chunks_max(options)),
      moments_(std::size_t{options.transfers_max} + 1) {}

void Ledger::make_records_ready(uint32_t begin, uint32_t end) const {
  transfers_.make_ready(begin, end);
  traces_.make_ready(begin, end);
}

void Ledger::make_history_ready(uint32_t begin, uint32_t end) const {
  history_.make_ready(begin, end);
}

void Ledger::begin(int64_t time_us) {
  HQ_ASSERT(time_us >= now_us_);
  first_record_ = static_cast<uint32_t>(transfers_.size());
  first_account_ = static_cast<uint32_t>(rows_.size());
  before_us_ = std::exchange(now_us_, time_us);
  limits_.set_time(time_us);
  expire_until(time_us);
}

void Ledger::commit(uint64_t seq) {
  if (transfers_.size() > first_record_) moments_.push_back({seq, now_us_, first_record_});
}

void Ledger::rollback() {
  while (transfers_.size() > first_record_) undo_last();
  while (rows_.size() > first_account_) {
    const auto last = static_cast<uint32_t>(rows_.size() - 1);
    account_ids_.erase(account_ids_.hash(rows_[last].id), last);
    rows_.pop_back();
    balances_.pop_back();
  }
  now_us_ = before_us_;
  limits_.undo_time();
}

void Ledger::expire_until(int64_t time_us) {
  while (!expiries_.empty() && expiries_.front().time_us <= time_us) {
    const Expiry over = expiries_.front();
    std::ranges::pop_heap(expiries_, std::greater());
    expiries_.pop_back();
    // The heap also names records that were undone, whose place another one may have now.
    if (over.record >= transfers_.size()) continue;
    const Transfer& pending = transfers_[over.record];
    if (pending.timeout_s == 0 || pending_state(over.record) != PendingState::pending ||
        pending.time_us + pending.timeout_s * kSecondUs != over.time_us) {
      continue;
    }
    Transfer record;
    record.flags = kVoid | kExpired;
    Outcome outcome;
    const Status ended = end_pending(record, over.record, outcome);
    HQ_ASSERT(ended == Status::created);
  }
}

/// Puts a pending transfer on the heap of those whose time will be over.
void Ledger::expect_end(uint32_t pending) {
  const Transfer& transfer = transfers_[pending];
  expiries_.push_back({transfer.time_us + transfer.timeout_s * kSecondUs, pending});
  std::ranges::push_heap(expiries_, std::greater());
}

uint32_t Ledger::find_account(Uint128 id) const {
  return account_ids_.find(account_ids_.hash(id), [&](uint32_t i) { return rows_[i].id == id; });
}

void Ledger::open_accounts(std::span<const Account> accounts, std::span<Status> statuses) {
  HQ_ASSERT(statuses.size() == accounts.size());
  for (std::size_t i = 0; i < accounts.size(); ++i) statuses[i] = open(accounts[i]);
}

Status Ledger::open(const Account& account) {
  if (account.id == 0) return Status::id_zero;
  if (const uint32_t known = find_account(account.id); known != kNone) {
    const Row& row = rows_[known];
    const bool same = row.reference == account.reference && row.asset == account.asset &&
                      row.kind == account.kind &&
                      (row.flags & ~kClosed) == (account.flags & ~kClosed);
    return same ? Status::exists : Status::exists_differently;
  }
  if (account.reserved != 0 || account.reserved_2 != 0 || account.time_us != 0 ||
      account.balances != Balances{}) {
    return Status::reserved_not_zero;
  }
  if ((account.flags & ~kAllAccountFlags) != 0) return Status::flags_unknown;
  constexpr uint16_t kBoth = kDebitsMustNotExceedCredits | kCreditsMustNotExceedDebits;
  if ((account.flags & kBoth) == kBoth) return Status::flags_conflict;
  if (account.asset == 0) return Status::asset_zero;
  if (account.kind == 0) return Status::kind_zero;
  if (rows_.size() == rows_.capacity()) return Status::too_many_accounts;
  const auto index = static_cast<uint32_t>(rows_.size());
  account_ids_.insert(account_ids_.hash(account.id), index);
  rows_.push_back({account.id, account.reference, now_us_, account.asset, account.kind,
                   account.flags, HistoryEnd{}, kNone, 0});
  balances_.push_back({});
  return Status::created;
}

// A transfer touches a dozen places in memory far from each other. They are asked for some
// transfers ahead, so that they come while others are made: first the slots of the tables, then
// what these lead to.
void Ledger::prepare(std::span<const Transfer> transfers, std::size_t begin, std::size_t end) {
  std::array<uint32_t, kAhead> debits;
  std::array<uint32_t, kAhead> credits;
  for (std::size_t i = begin; i < end; ++i) {
    debits[i - begin] = account_ids_.hash(transfers[i].debit_account);
    credits[i - begin] = account_ids_.hash(transfers[i].credit_account);
    account_ids_.prefetch(debits[i - begin]);
    account_ids_.prefetch(credits[i - begin]);
    transfer_ids_.prefetch(transfer_ids_.hash(transfers[i].id));
    if (transfers[i].reference != 0) {
      references_.prefetch(references_.hash(transfers[i].reference));
    }
  }
  for (std::size_t i = begin; i < end; ++i) {
    for (const uint32_t hash : {debits[i - begin], credits[i - begin]}) {
      const uint32_t guess = account_ids_.guess(hash);
      if (guess == kNone) continue;
      __builtin_prefetch(&rows_[guess], 1);
      __builtin_prefetch(&balances_[guess], 1);
    }
  }
  for (std::size_t i = begin; i < end; ++i) {
    const auto find = [&](uint32_t hash, Uint128 id) {
      const uint32_t found =
          account_ids_.find(hash, [&](uint32_t account) { return rows_[account].id == id; });
      if (found == kNone) return kNone;
      history_.prefetch(rows_[found].history);
      limits_.prefetch_links(rows_[found].limits);
      return found;
    };
    sides_[i] = {find(debits[i - begin], transfers[i].debit_account),
                 find(credits[i - begin], transfers[i].credit_account)};
  }
  if (limits_.size() == 0) return;
  for (std::size_t i = begin; i < end; ++i) {
    for (const uint32_t side : {sides_[i].debit, sides_[i].credit}) {
      if (side != kNone) limits_.prefetch_states(rows_[side].limits);
    }
  }
}

void Ledger::transfer(std::span<const Transfer> transfers, std::span<Outcome> outcomes) {
  HQ_ASSERT(outcomes.size() == transfers.size());
  HQ_ASSERT(now_us_ != INT64_MIN);
  if (sides_.size() < transfers.size()) sides_.resize(transfers.size());
  std::size_t prepared = 0;
  for (std::size_t first = 0; first < transfers.size();) {
    std::size_t last = first;
    while (last < transfers.size() && (transfers[last].flags & kLinked) != 0) ++last;
    const bool is_open = last == transfers.size();
    const std::size_t end = is_open ? last : last + 1;
    while (prepared < end) {
      const std::size_t next = std::min(prepared + kAhead, transfers.size());
      prepare(transfers, prepared, next);
      prepared = next;
    }
    const auto part = outcomes.subspan(first, end - first);
    std::ranges::fill(part, Outcome{});
    if (is_open) {
      part.back().status = Status::chain_open;
      fail_chain(part, part.size() - 1, static_cast<uint32_t>(transfers_.size()));
    } else {
      run_chain(transfers.subspan(first, end - first), &sides_[first], part);
    }
    first = end;
  }
}

// A chain that was made before is answered with `exists` for each; one of which some were, is not
// the same chain.
void Ledger::run_chain(std::span<const Transfer> chain, const Sides* sides,
                       std::span<Outcome> outcomes) {
  const auto records_before = static_cast<uint32_t>(transfers_.size());
  for (std::size_t i = 0; i < chain.size(); ++i) {
    Outcome& outcome = outcomes[i];
    const auto record = static_cast<uint32_t>(transfers_.size());
    outcome.status = apply(chain[i], sides[i], outcome);
    if (outcome.status == Status::created) {
      answer(record, outcome);
    } else if (outcome.status == Status::exists) {
      answer(outcome.record, outcome);
    } else if (sides[i].debit != kNone && sides[i].credit != kNone) {
      outcome.debit = balances_[sides[i].debit];
      outcome.credit = balances_[sides[i].credit];
    }
    const bool goes_on =
        i == 0 ? outcome.status <= Status::exists : outcome.status == outcomes[0].status;
    if (goes_on || chain.size() == 1) continue;
    if (outcome.status == Status::created) outcome.status = Status::linked_failed;
    return fail_chain(outcomes, i, records_before);
  }
}

/// All of the chain is refused: because of `failed`, whose answer stays.
void Ledger::fail_chain(std::span<Outcome> outcomes, std::size_t failed, uint32_t records_before) {
  while (transfers_.size() > records_before) undo_last();
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (i != failed && outcomes[i].status != Status::exists) {
      outcomes[i] = Outcome{};
      outcomes[i].status = Status::linked_failed;
    }
  }
}

Status Ledger::add_limit(const Limit& limit) {
  if (limit.id == 0) return Status::id_zero;
  if (const uint32_t known = find_limit(limit.id); known != kNone) {
    return limits_.rule(known) == limit ? Status::exists : Status::exists_differently;
  }
  if ((limit.window == LimitWindow::sliding) != (limit.span_s != 0)) return Status::flags_conflict;
  std::vector<uint32_t> accounts;
  std::vector<uint32_t*> heads;
  for (const LimitWeight& weight : limit.weights) {
    const uint32_t account = find_account(weight.account);
    if (account == kNone || weight.weight == 0) return Status::debit_account_unknown;
    if (std::ranges::find(accounts, account) != accounts.end()) return Status::accounts_equal;
    accounts.push_back(account);
    heads.push_back(&rows_[account].limits);
  }
  if (accounts.empty()) return Status::debit_account_unknown;
  const uint32_t index = limits_.add(limit, heads);
  if (!count_past(index, accounts)) {
    limits_.remove_last(heads);
    return Status::overflows;
  }
  limit_ids_.insert(limit_ids_.hash(limit.id), index);
  return Status::created;
}

uint32_t Ledger::find_limit(Uint128 id) const {
  return limit_ids_.find(limit_ids_.hash(id), [&](uint32_t i) { return limits_.rule(i).id == id; });
}

/// Counts for a new limit what its accounts have done within its window.
bool Ledger::count_past(uint32_t limit, std::span<const uint32_t> accounts) {
  const Limit& rule = limits_.rule(limit);
  limits_.begin();
  if (rule.window == LimitWindow::none) {
    for (std::size_t i = 0; i < accounts.size(); ++i) {
      const Balances& b = balances_[accounts[i]];
      const uint32_t weight = rule.weights[i].weight;
      Movement debits;
      debits.effect = {b.debits_pending, 0, b.debits_posted};
      Movement credits;
      credits.effect = {b.credits_pending, 0, b.credits_posted};
      if (!limits_.move_one(limit, weight, true, debits) ||
          !limits_.move_one(limit, weight, false, credits)) {
        return false;
      }
    }
    return true;
  }
  const int64_t from_us = limits_.counts_from_us(limit);
  const uint32_t begin = from_us == INT64_MIN ? 0 : records_at_time(from_us - 1);
  for (uint32_t record = begin; record < transfers_.size(); ++record) {
    const Trace& trace = traces_[record];
    for (std::size_t i = 0; i < accounts.size(); ++i) {
      const bool is_debit = accounts[i] == trace.debit;
      if (!is_debit && accounts[i] != trace.credit) continue;
      if (!limits_.move_one(limit, rule.weights[i].weight, is_debit, movement_of(record))) {
        return false;
      }
    }
  }
  return true;
}

bool Ledger::set_limit(Uint128 id, Uint128 value, int64_t from_us) {
  const uint32_t limit = find_limit(id);
  if (limit != kNone) limits_.set_value(limit, value, std::max(from_us, now_us_));
  return limit != kNone;
}

}  // namespace hq::ledger
