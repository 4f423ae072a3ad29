// NaiveLedger: what a Ledger must do, said as plainly as possible. It keeps a list of records and
// nothing else: every balance, state and use is counted anew from the first one on. For tests.
#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <vector>

#include "ledger/ledger.h"

namespace hq::ledger {

class NaiveLedger {
 public:
  struct Record {
    Transfer transfer;
    std::optional<std::size_t> ends;  // the pending one that this one posts or voids
    bool moves = true;
  };

  explicit NaiveLedger(std::size_t accounts_max) : accounts_max_(accounts_max) {}

  void begin(uint64_t seq, int64_t time_us) {
    now_us_ = time_us;
    commits_.push_back({seq, time_us, records_.size()});
    std::vector<std::pair<int64_t, std::size_t>> over;
    for (std::size_t i = 0; i < records_.size(); ++i) {
      const Transfer& t = records_[i].transfer;
      const int64_t end_us = t.time_us + int64_t{t.timeout_s} * 1'000'000;
      if (t.timeout_s != 0 && state(i) == PendingState::pending && end_us <= time_us) {
        over.emplace_back(end_us, i);
      }
    }
    std::ranges::sort(over);
    for (const auto& [end_us, i] : over) {
      Transfer end;
      end.flags = kVoid | kExpired;
      add_end(end, i);
    }
  }

  Status open(const Account& wanted) {
    if (wanted.id == 0) return Status::id_zero;
    if (const Account* known = find(wanted.id)) {
      Account same = *known;
      same.time_us = 0;
      same.flags = wanted.flags;
      const bool differs = ((known->flags ^ wanted.flags) & ~kClosed) != 0;
      return same == wanted && !differs ? Status::exists : Status::exists_differently;
    }
    if (wanted.flags > 7) return Status::flags_unknown;
    if ((wanted.flags & 3) == 3) return Status::flags_conflict;
    if (wanted.asset == 0) return Status::asset_zero;
    if (wanted.kind == 0) return Status::kind_zero;
    if (accounts_.size() == accounts_max_) return Status::too_many_accounts;
    accounts_.push_back(wanted);
    accounts_.back().time_us = now_us_;
    return Status::created;
  }

  std::vector<Status> transfer(const std::vector<Transfer>& batch) {
    std::vector<Status> statuses(batch.size());
    for (std::size_t first = 0; first < batch.size();) {
      std::size_t last = first;
      while (last < batch.size() && (batch[last].flags & kLinked) != 0) ++last;
      const bool is_open = last == batch.size();
      const std::size_t end = is_open ? last : last + 1;
      const auto before = records_;
      std::optional<std::size_t> failed;
      if (is_open) {
        failed = last - 1;
        statuses[*failed] = Status::chain_open;
      }
      for (std::size_t i = first; i < end && !failed; ++i) {
        statuses[i] = make(batch[i]);
        const bool fine = statuses[i] == Status::created || statuses[i] == Status::exists;
        if (end - first == 1) continue;
        if (!fine || statuses[i] != statuses[first]) {
          failed = i;
          if (statuses[i] == Status::created) statuses[i] = Status::linked_failed;
        }
      }
      if (failed) {
        records_ = before;
        for (std::size_t i = first; i < end; ++i) {
          const bool was_made = i < *failed && statuses[i] == Status::exists;
          if (i != *failed && !was_made) statuses[i] = Status::linked_failed;
        }
      }
      first = end;
    }
    return statuses;
  }

  struct LimitState {
    Limit rule;
    std::vector<std::pair<int64_t, Uint128>> values;  // from when on; the last that holds
  };

  void add_limit(const Limit& rule) { limits_.push_back({rule, {{INT64_MIN, rule.value}}}); }
  void set_limit(std::size_t limit, Uint128 value, int64_t from_us) {
    auto& values = limits_[limit].values;
    from_us = std::max(from_us, now_us_);
    std::erase_if(values, [&](const auto& v) { return v.first >= from_us; });
    values.emplace_back(from_us, value);
  }
  Int128 value(std::size_t limit) const {
    Uint128 value = 0;
    for (const auto& [from_us, v] : limits_[limit].values) {
      if (from_us <= now_us_) value = v;
    }
    return static_cast<Int128>(value);
  }

  // A pending transfer uses what is pending or came to be posted, from when it was made; what is
  // posted on the other side counts from when it was posted.
  Int128 use(std::size_t limit) const {
    const Limit& rule = limits_[limit].rule;
    const bool net = rule.side == LimitSide::net_debits || rule.side == LimitSide::net_credits;
    const bool debits = rule.side == LimitSide::debits || rule.side == LimitSide::net_debits;
    Int128 sum = 0;
    for (std::size_t i = 0; i < records_.size(); ++i) {
      const Transfer& t = records_[i].transfer;
      if (!records_[i].moves || !is_in_window(rule, t.time_us)) continue;
      for (const LimitWeight& w : rule.weights) {
        const Uint128 own = debits ? t.debit_account : t.credit_account;
        const Uint128 other = debits ? t.credit_account : t.debit_account;
        if (own == w.account && !records_[i].ends) sum += counted(i) * w.weight;
        if (net && other == w.account) sum -= static_cast<Int128>(posted(i)) * w.weight;
      }
    }
    return sum;
  }

  PendingState state(std::size_t record) const {
    if ((records_[record].transfer.flags & kPending) == 0) return PendingState::none;
    for (const Record& r : records_) {
      if (r.ends != record) continue;
      if ((r.transfer.flags & kExpired) != 0) return PendingState::expired;
      return (r.transfer.flags & kPost) != 0 ? PendingState::posted : PendingState::voided;
    }
    return PendingState::pending;
  }

  Balances balances(Uint128 account, std::size_t record_end) const {
    Balances b;
    for (std::size_t i = 0; i < std::min(record_end, records_.size()); ++i) {
      if (!records_[i].moves) continue;
      const Transfer& t = records_[i].transfer;
      const bool is_debit = t.debit_account == account;
      if (!is_debit && t.credit_account != account) continue;
      Uint128& pending = is_debit ? b.debits_pending : b.credits_pending;
      Uint128& posted_sum = is_debit ? b.debits_posted : b.credits_posted;
      if ((t.flags & kPending) != 0) pending += t.amount;
      if (const auto ended = records_[i].ends) pending -= records_[*ended].transfer.amount;
      posted_sum += posted(i);
    }
    return b;
  }

  bool is_closed(const Account& account) const {
    if ((account.flags & kClosed) != 0) return true;
    for (std::size_t i = 0; i < records_.size(); ++i) {
      const Transfer& t = records_[i].transfer;
      const bool closes = ((t.flags & kClosingDebit) != 0 && t.debit_account == account.id) ||
                          ((t.flags & kClosingCredit) != 0 && t.credit_account == account.id);
      const PendingState s = state(i);
      if (closes && s != PendingState::voided && s != PendingState::expired) return true;
    }
    return false;
  }

  /// As it was when there were so many records.
  NaiveLedger until(std::size_t record_end) const {
    NaiveLedger past = *this;
    if (record_end < records_.size()) past.records_.resize(record_end);
    return past;
  }

  const Account* find(Uint128 id) const {
    const auto at = std::ranges::find(accounts_, id, &Account::id);
    return at == accounts_.end() ? nullptr : &*at;
  }
  std::optional<std::size_t> find_transfer(Uint128 id) const {
    for (std::size_t i = 0; i < records_.size(); ++i) {
      if (records_[i].transfer.id == id) return i;
    }
    return std::nullopt;
  }

  struct Commit {
    uint64_t seq;
    int64_t time_us;
    std::size_t record_begin;
  };
  const std::vector<Record>& records() const { return records_; }
  const std::vector<Account>& accounts() const { return accounts_; }
  const std::vector<LimitState>& limits() const { return limits_; }
  const std::vector<Commit>& commits() const { return commits_; }

 private:
  Uint128 posted(std::size_t record) const {
    const Transfer& t = records_[record].transfer;
    return (t.flags & (kPending | kVoid)) != 0 ? 0 : t.amount;
  }

  Int128 counted(std::size_t record) const {
    const Transfer& t = records_[record].transfer;
    const PendingState s = state(record);
    if (s == PendingState::voided || s == PendingState::expired) return 0;
    if (s != PendingState::posted) return static_cast<Int128>(t.amount);
    for (std::size_t i = 0; i < records_.size(); ++i) {
      if (records_[i].ends == record) return static_cast<Int128>(posted(i));
    }
    return 0;
  }

  bool is_in_window(const Limit& rule, int64_t time_us) const {
    using namespace std::chrono;
    if (rule.window == LimitWindow::none) return true;
    if (rule.window == LimitWindow::sliding) {
      return time_us > now_us_ - int64_t{rule.span_s} * 1'000'000;
    }
    const auto date = [&](int64_t us) {
      return year_month_day(
          floor<days>(sys_time<microseconds>(microseconds(us)) + seconds(rule.utc_offset_s)));
    };
    const auto key = [&](int64_t us) {
      const year_month_day d = date(us);
      const unsigned month = static_cast<unsigned>(d.month());
      switch (rule.window) {
        case LimitWindow::day:
          return std::tuple(int{d.year()}, month, static_cast<unsigned>(d.day()));
        case LimitWindow::month:
          return std::tuple(int{d.year()}, month, 0u);
        case LimitWindow::quarter:
          return std::tuple(int{d.year()}, (month - 1) / 3, 0u);
        default:
          return std::tuple(int{d.year()}, 0u, 0u);
      }
    };
    return key(time_us) == key(now_us_);
  }

  static bool has(uint16_t flags, int mask) { return (flags & mask) != 0; }

  Status alone(const Transfer& t) const {
    const bool ends = has(t.flags, kPost | kVoid);
    if (t.flags > kAllTransferFlags) return Status::flags_unknown;
    if (has(t.flags, kPost) && has(t.flags, kVoid)) return Status::flags_conflict;
    if (ends && has(t.flags, kPending | 32 | 64 | 128 | 256)) return Status::flags_conflict;
    if (!ends && has(t.flags, kWholeChain)) return Status::flags_conflict;
    if (has(t.flags, 128 | 256) && !has(t.flags, kPending)) return Status::flags_conflict;
    if (t.timeout_s != 0 && !has(t.flags, kPending)) return Status::timeout_without_pending;
    if (ends) return t.pending_id == 0 ? Status::pending_id_zero : Status::created;
    if (t.pending_id != 0) return Status::pending_id_not_allowed;
    if (t.asset == 0) return Status::asset_zero;
    if (t.code == 0) return Status::code_zero;
    if (t.amount == 0) return Status::amount_zero;
    if (t.debit_account == t.credit_account) return Status::accounts_equal;
    return Status::created;
  }

  Status make(const Transfer& wanted) {
    if (wanted.id == 0) return Status::id_zero;
    if (const auto known = find_transfer(wanted.id)) return again(wanted, *known);
    if (const Status status = alone(wanted); status != Status::created) return status;
    if (has(wanted.flags, kPost | kVoid)) return make_end(wanted);
    const Account* debit = find(wanted.debit_account);
    const Account* credit = find(wanted.credit_account);
    if (debit == nullptr) return Status::debit_account_unknown;
    if (credit == nullptr) return Status::credit_account_unknown;
    if (debit->asset != wanted.asset || credit->asset != wanted.asset) return Status::assets_differ;
    if (is_closed(*debit)) return Status::debit_account_closed;
    if (is_closed(*credit)) return Status::credit_account_closed;
    const Balances d = balances(debit->id, records_.size());
    const Balances c = balances(credit->id, records_.size());
    Transfer made = wanted;
    const auto left = [](Uint128 a, Uint128 b) { return a > b ? a - b : 0; };
    if (has(wanted.flags, kBalancingDebit)) {
      made.amount =
          std::min(made.amount, left(d.credits_posted, d.debits_posted + d.debits_pending));
      if (made.amount == 0) return Status::exceeds_credits;
    }
    if (has(wanted.flags, kBalancingCredit)) {
      made.amount =
          std::min(made.amount, left(c.debits_posted, c.credits_posted + c.credits_pending));
      if (made.amount == 0) return Status::exceeds_debits;
    }
    if ((debit->flags & 1) != 0 &&
        d.debits_posted + d.debits_pending + made.amount > d.credits_posted) {
      return Status::exceeds_credits;
    }
    if ((credit->flags & 2) != 0 &&
        c.credits_posted + c.credits_pending + made.amount > c.debits_posted) {
      return Status::exceeds_debits;
    }
    std::vector<Int128> before;
    before.reserve(limits_.size());
    for (std::size_t i = 0; i < limits_.size(); ++i) before.push_back(use(i));
    made.time_us = now_us_;
    records_.push_back({made, std::nullopt});
    for (std::size_t i = 0; i < limits_.size(); ++i) {
      const Int128 after = use(i);
      if (after > value(i) && after > before[i]) {
        records_.pop_back();
        return Status::exceeds_limit;
      }
    }
    return Status::created;
  }

  Status check_end(const Transfer& wanted, std::size_t pending) const {
    constexpr Status kEnded[] = {Status::not_pending, Status::created, Status::pending_posted,
                                 Status::pending_voided, Status::pending_expired};
    const Status status = kEnded[static_cast<std::size_t>(state(pending))];
    if (status != Status::created) return status;
    const Transfer& was = records_[pending].transfer;
    const auto other = [](auto given, auto known) { return given != 0 && given != known; };
    if (other(wanted.debit_account, was.debit_account) ||
        other(wanted.credit_account, was.credit_account) || other(wanted.asset, was.asset) ||
        other(wanted.code, was.code)) {
      return Status::pending_differs;
    }
    if (wanted.amount > was.amount) return Status::exceeds_pending_amount;
    if (has(wanted.flags, kVoid) && other(wanted.amount, was.amount)) {
      return Status::pending_differs;
    }
    return Status::created;
  }

  void add_end(Transfer end, std::size_t pending) {
    const Transfer& was = records_[pending].transfer;
    end.debit_account = was.debit_account;
    end.credit_account = was.credit_account;
    end.asset = was.asset;
    end.pending_id = was.id;
    if (end.amount == 0) end.amount = was.amount;
    if (end.code == 0) end.code = was.code;
    end.time_us = now_us_;
    records_.push_back({end, pending});
  }

  Status make_end(const Transfer& wanted) {
    const auto pending = find_transfer(wanted.pending_id);
    if (!pending) return Status::pending_unknown;
    if (!has(wanted.flags, kWholeChain)) {
      const Status status = check_end(wanted, *pending);
      if (status == Status::created) add_end(wanted, *pending);
      return status;
    }
    if (wanted.amount != 0 || wanted.debit_account != 0 || wanted.credit_account != 0 ||
        wanted.asset != 0 || wanted.code != 0) {
      return Status::pending_differs;
    }
    std::size_t first = *pending;
    while (first > 0 && has(records_[first - 1].transfer.flags, kLinked)) --first;
    std::vector<std::size_t> members;
    for (std::size_t i = first;; ++i) {
      if (has(records_[i].transfer.flags, kPending)) members.push_back(i);
      // Without more records it is the chain that is being made now: it ends with what is there.
      if (!has(records_[i].transfer.flags, kLinked) || i + 1 == records_.size()) break;
    }
    for (const std::size_t i : members) {
      if (const Status status = check_end(wanted, i); status != Status::created) return status;
    }
    if (members.empty()) return Status::not_pending;
    Transfer head = wanted;
    head.time_us = now_us_;
    records_.push_back({head, std::nullopt, false});
    for (const std::size_t i : members) {
      Transfer part = wanted;
      part.id = 0;
      part.reference = 0;
      add_end(part, i);
    }
    return Status::created;
  }

  Status again(const Transfer& wanted, std::size_t known) const {
    Transfer was = records_[known].transfer;
    was.time_us = 0;
    Transfer full = wanted;
    if (has(was.flags, kPost | kVoid)) {
      const auto pending = records_[known].ends;
      if (full.amount == 0 && pending) full.amount = records_[*pending].transfer.amount;
      if (full.debit_account == 0) full.debit_account = was.debit_account;
      if (full.credit_account == 0) full.credit_account = was.credit_account;
      if (full.asset == 0) full.asset = was.asset;
      if (full.code == 0) full.code = was.code;
    }
    if (has(was.flags, kBalancingDebit | kBalancingCredit) && full.amount >= was.amount) {
      full.amount = was.amount;
    }
    return full == was ? Status::exists : Status::exists_differently;
  }

  std::size_t accounts_max_;
  int64_t now_us_ = INT64_MIN;
  std::vector<Account> accounts_;
  std::vector<Record> records_;
  std::vector<Commit> commits_;
  std::vector<LimitState> limits_;
};

}  // namespace hq::ledger
