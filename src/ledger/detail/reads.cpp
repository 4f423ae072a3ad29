// What can be asked of a ledger.
#include <algorithm>
#include <map>

#include "base/assert.h"
#include "ledger/ledger.h"

namespace hq::ledger {

std::optional<Account> Ledger::account(Uint128 id, uint32_t record_end) const {
  const uint32_t index = find_account(id);
  if (index == kNone) return std::nullopt;
  return account_at(index, record_end);
}

Account Ledger::account_at(uint32_t index, uint32_t record_end) const {
  const Row& row = rows_[index];
  Account account{.id = row.id,
                  .balances = balances_[index],
                  .reference = row.reference,
                  .time_us = row.time_us,
                  .asset = row.asset,
                  .kind = row.kind,
                  .flags = row.flags};
  if (record_end >= transfers_.size()) return account;
  account.balances = balances_after(index, history_.find(row.history, record_end));
  account.flags &= ~kClosed;
  if (is_closed(index, record_end)) account.flags |= kClosed;
  return account;
}

// A closed account takes part in nothing but ends of what is pending. So the last of its transfers
// that is no such end says whether it is closed, unless the end of a closing one comes later.
bool Ledger::is_closed(uint32_t account, uint32_t record_end) const {
  const Row& row = rows_[account];
  if (row.history.chunk == kNone) return (row.flags & kClosed) != 0;  // opened so, or never
  for (History::Place place = history_.find(row.history, record_end); place.chunk != kNone;
       place = history_.before(place)) {
    const uint32_t record = history_.record(place);
    const uint16_t flags = transfers_[record].flags;
    const bool ends = (flags & (kPost | kVoid)) != 0;
    const uint32_t origin = ends ? traces_[record].other : record;
    const uint16_t closing = traces_[origin].debit == account ? kClosingDebit : kClosingCredit;
    const bool closes = (transfers_[origin].flags & closing) != 0;
    if (!ends || closes) return closes && (flags & kVoid) == 0;
  }
  return false;
}

std::optional<uint32_t> Ledger::find_transfer(Uint128 id) const {
  const uint32_t found = transfer_ids_.find(transfer_ids_.hash(id),
                                            [&](uint32_t i) { return transfers_[i].id == id; });
  if (found == kNone) return std::nullopt;
  return found;
}

PendingState Ledger::pending_state(uint32_t record, uint32_t record_end) const {
  if ((transfers_[record].flags & kPending) == 0) return PendingState::none;
  const uint32_t end = traces_[record].other;
  if (end == kNone || end >= record_end) return PendingState::pending;
  const uint16_t flags = transfers_[end].flags;
  if ((flags & kExpired) != 0) return PendingState::expired;
  return (flags & kPost) != 0 ? PendingState::posted : PendingState::voided;
}

void Ledger::by_reference(Uint128 reference, const std::function<bool(uint32_t record)>& visit,
                          uint32_t behind) const {
  uint32_t record =
      behind == kNone
          ? references_.find(references_.hash(reference),
                             [&](uint32_t i) { return transfers_[i].reference == reference; })
          : traces_[behind].same_reference;
  while (record != kNone && visit(record)) record = traces_[record].same_reference;
}

uint64_t Ledger::commit_of(uint32_t record) const {
  const auto after = std::ranges::upper_bound(moments_.span(), record, {}, &Moment::record_begin);
  HQ_ASSERT(record < transfers_.size() && after != moments_.span().begin());
  return std::prev(after)->seq;
}

uint32_t Ledger::records_of_moments(std::size_t moments) const {
  return static_cast<uint32_t>(moments < moments_.size() ? moments_[moments].record_begin
                                                         : transfers_.size());
}

uint32_t Ledger::records_at_commit(uint64_t seq) const {
  const auto after = std::ranges::upper_bound(moments_.span(), seq, {}, &Moment::seq);
  return records_of_moments(static_cast<std::size_t>(after - moments_.span().begin()));
}

uint32_t Ledger::records_at_time(int64_t time_us) const {
  const auto after = std::ranges::upper_bound(moments_.span(), time_us, {}, &Moment::time_us);
  return records_of_moments(static_cast<std::size_t>(after - moments_.span().begin()));
}

/// The balances of a chunk's beginning, and what its records did up to an entry.
Balances Ledger::balances_after(uint32_t account, History::Place place) const {
  if (place.chunk == kNone) return {};
  const History::Chunk& chunk = history_.chunk(place.chunk);
  Balances balances = chunk.before;
  for (uint32_t entry = 0; entry <= place.entry; ++entry) {
    const uint32_t record = chunk.records[entry];
    const Effect effect = effect_of(record);
    const bool is_debit = traces_[record].debit == account;
    Uint128& pending = is_debit ? balances.debits_pending : balances.credits_pending;
    Uint128& posted = is_debit ? balances.debits_posted : balances.credits_posted;
    pending += effect.pending_added - effect.pending_removed;
    posted += effect.posted;
  }
  return balances;
}

std::optional<Balances> Ledger::balances_at(Uint128 account, uint32_t record_end) const {
  const uint32_t index = find_account(account);
  if (index == kNone) return std::nullopt;
  return balances_after(index, history_.find(rows_[index].history, record_end));
}

void Ledger::complete(const Transfer& wanted, uint32_t record_end, Outcome& outcome) const {
  Sides sides;
  if (outcome.status <= Status::exists) {
    const auto record = find_transfer(wanted.id);
    HQ_ASSERT(record.has_value());
    outcome.record = *record;
    outcome.amount = transfers_[*record].amount;
    sides = {traces_[*record].debit, traces_[*record].credit};
    if (outcome.status == Status::created) record_end = *record + 1;
  } else {
    sides = {find_account(wanted.debit_account), find_account(wanted.credit_account)};
  }
  if (sides.debit == kNone || sides.credit == kNone) return;
  const auto balances = [&](uint32_t account) {
    return balances_after(account, history_.find(rows_[account].history, record_end));
  };
  outcome.debit = balances(sides.debit);
  outcome.credit = balances(sides.credit);
}

void Ledger::statement(Uint128 account, const StatementFilter& filter,
                       const std::function<bool(const StatementRow&)>& visit) const {
  const uint32_t index = find_account(account);
  if (index == kNone) return;
  for (History::Place place = history_.find(rows_[index].history, filter.record_end);
       place.chunk != kNone && history_.record(place) >= filter.record_begin;
       place = history_.before(place)) {
    const uint32_t record = history_.record(place);
    const Transfer& transfer = transfers_[record];
    const bool is_debit = traces_[record].debit == index;
    const bool is_wanted =
        (is_debit ? filter.debits : filter.credits) &&
        (!filter.code || *filter.code == transfer.code) &&
        (!filter.reference || *filter.reference == transfer.reference) &&
        (!filter.pending_at || pending_state(record, *filter.pending_at) == PendingState::pending);
    if (is_wanted && !visit({record, balances_after(index, place)})) return;
  }
}

// The sums of now, less what the records since did: each did the same to both of its sides.
std::vector<TrialBalance> Ledger::trial_balance(uint32_t account_end, uint32_t record_end) const {
  std::map<uint32_t, TrialBalance> assets;
  for (uint32_t i = 0; i < rows_.size() && i < account_end; ++i) {
    TrialBalance& sum = assets[rows_[i].asset];
    sum.asset = rows_[i].asset;
    ++sum.accounts;
    sum.sums.debits_pending += balances_[i].debits_pending;
    sum.sums.debits_posted += balances_[i].debits_posted;
    sum.sums.credits_pending += balances_[i].credits_pending;
    sum.sums.credits_posted += balances_[i].credits_posted;
  }
  for (std::size_t i = transfers_.size(); i-- > record_end;) {
    const auto record = static_cast<uint32_t>(i);
    const auto undo = [&](uint32_t account, Uint128 Balances::* pending,
                          Uint128 Balances::* posted) {
      if (account == kNone || account >= account_end) return;
      Balances& sums = assets[rows_[account].asset].sums;
      const Effect effect = effect_of(record);
      sums.*pending -= effect.pending_added - effect.pending_removed;
      sums.*posted -= effect.posted;
    };
    undo(traces_[record].debit, &Balances::debits_pending, &Balances::debits_posted);
    undo(traces_[record].credit, &Balances::credits_pending, &Balances::credits_posted);
  }
  std::vector<TrialBalance> answer;
  answer.reserve(assets.size());
  for (const auto& [asset, sum] : assets) answer.push_back(sum);
  return answer;
}

std::size_t Ledger::bytes() const {
  return rows_.bytes() + balances_.bytes() + account_ids_.bytes() + transfers_.bytes() +
         traces_.bytes() + transfer_ids_.bytes() + references_.bytes() + history_.bytes() +
         moments_.bytes();
}

}  // namespace hq::ledger
