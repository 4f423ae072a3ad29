// Ledger: double entry over any asset, in memory, one batch at a time.
//
// Accounts hold one asset each; a transfer moves an amount from a debit account to a credit
// account. Transfers may be pending, stand or fall together in chains, and are held against
// limits. What is refused leaves no trace; every answer carries the balances right after it. All
// that happened is kept in order, so a balance is known for every commit and time of the past.
//
// The caller gives time and sequence of each commit, and keeps what was asked for; the same calls
// give the same state. One thread writes; others may read while it does not.
//
//   Ledger ledger({.accounts_max = 1'000'000});
//   ledger.begin(time_us);                            // what is over by then expires
//   ledger.open_accounts(accounts, statuses);
//   ledger.transfer(transfers, outcomes);
//   ledger.commit(seq);                               // or rollback()
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "ledger/detail/history.h"
#include "ledger/detail/id_table.h"
#include "ledger/detail/limit_book.h"
#include "ledger/detail/reserved_array.h"
#include "ledger/detail/state_bytes.h"
#include "ledger/limit.h"
#include "ledger/records.h"

namespace hq::ledger {

struct LedgerOptions {
  uint32_t accounts_max = 1'000'000;
  uint32_t transfers_max = 16'000'000;  // what the ledger makes itself counted
  uint64_t hash_seed = 0;               // any number; answers do not depend on it
};

/// What became of a pending transfer.
enum class PendingState : uint8_t { none, pending, posted, voided, expired };

/// A row of a statement: a transfer, and the balances of the account right after it.
struct StatementRow {
  uint32_t record = kNone;
  Balances after;
};

/// Which rows: all of these hold together.
struct StatementFilter {
  uint32_t record_begin = 0;    // from this record on
  uint32_t record_end = kNone;  // up to, not with, this one
  std::optional<uint16_t> code = {};
  std::optional<Uint128> reference = {};
  std::optional<uint32_t> pending_at = {};  // only what was pending after so many records
  bool debits = true;                       // rows where the account is debited
  bool credits = true;                      // rows where it is credited
};

/// Sums over all accounts of an asset; debits equal credits, or the ledger is broken.
struct TrialBalance {
  uint32_t asset = 0;
  uint64_t accounts = 0;
  Balances sums;
};

class Ledger {
 public:
  explicit Ledger(const LedgerOptions& options);

  /// Begins a commit, not earlier than the one before: what is over by then expires.
  void begin(int64_t time_us);
  /// Ends it under a sequence number above those before.
  void commit(uint64_t seq);
  /// Undoes the accounts and transfers since begin, expiries and the time itself included, so that
  /// what comes next may be earlier. Limits stand.
  void rollback();

  /// Opens accounts, each for itself. `statuses` is as long as `accounts`.
  void open_accounts(std::span<const Account> accounts, std::span<Status> statuses);

  /// Makes transfers in order. `outcomes` is as long as `transfers`.
  void transfer(std::span<const Transfer> transfers, std::span<Outcome> outcomes);

  /// Adds a limit; what its accounts have done counts. Refused: id_zero, exists (the same again),
  /// exists_differently, debit_account_unknown (an account or none at all), accounts_equal (an
  /// account twice), flags_conflict (a window without a span, or the other way), overflows.
  Status add_limit(const Limit& limit);
  /// Sets the value of a limit from a time on. False where there is no such limit.
  bool set_limit(Uint128 id, Uint128 value, int64_t from_us);

  // Reads. Those that take a `record_end` tell how it was when there were so many records: a
  // reader that passes the same one to all sees one moment.
  std::optional<Account> account(Uint128 id, uint32_t record_end = kNone) const;
  std::optional<uint32_t> find_transfer(Uint128 id) const;
  std::span<const Transfer> transfers() const { return transfers_.span(); }
  PendingState pending_state(uint32_t record, uint32_t record_end = kNone) const;
  uint32_t account_count() const { return static_cast<uint32_t>(rows_.size()); }
  uint32_t find_account(Uint128 id) const;  // its place in the order of opening, or kNone
  Account account_at(uint32_t index, uint32_t record_end = kNone) const;

  /// Transfers of a reference, latest first, until `visit` returns false; with `behind`, a record
  /// of that reference, those before it.
  void by_reference(Uint128 reference, const std::function<bool(uint32_t record)>& visit,
                    uint32_t behind = kNone) const;

  /// The commit that made a record.
  uint64_t commit_of(uint32_t record) const;

  /// How many records there were after a commit, or at the end of a time.
  uint32_t records_at_commit(uint64_t seq) const;
  uint32_t records_at_time(int64_t time_us) const;

  /// Balances as they were when there were so many records. None where the account is unknown.
  std::optional<Balances> balances_at(Uint128 account, uint32_t record_end) const;

  /// Fills what an answer says of record, amount and balances: right after the transfer where it
  /// was created, else as they were when there were so many records.
  void complete(const Transfer& wanted, uint32_t record_end, Outcome& outcome) const;

  /// Rows of an account, latest first, until `visit` returns false.
  void statement(Uint128 account, const StatementFilter& filter,
                 const std::function<bool(const StatementRow&)>& visit) const;

  /// By asset, over the first `account_end` accounts, which are all that the records name.
  std::vector<TrialBalance> trial_balance(uint32_t account_end = kNone,
                                          uint32_t record_end = kNone) const;

  std::size_t limit_count() const { return limits_.size(); }
  uint32_t find_limit(Uint128 id) const;  // its place in the order of adding, or kNone
  const Limit& limit(uint32_t index) const { return limits_.rule(index); }
  LimitUse limit_use(uint32_t index) const { return limits_.use(index); }

  /// Marks how the limits stand; gives back what those that changed since the last mark were then.
  LimitUses mark_limits() { return limits_.mark(); }
  /// A limit as it stood at the mark, but for what time alone has changed since.
  LimitUse marked_limit_use(uint32_t index) const { return limits_.marked_use(index); }

  /// Has memory found for what is yet to come, begin to end: records, or chunks of the history of
  /// accounts. May run beside all else.
  void make_records_ready(uint32_t begin, uint32_t end) const;
  void make_history_ready(uint32_t begin, uint32_t end) const;
  uint32_t history_chunks() const { return static_cast<uint32_t>(history_.chunks().size()); }

  std::size_t bytes() const;  // in use, what is read from a file counted

  /// All but the transfers, as bytes of this program's memory: for a snapshot. Raise the number
  /// where what they mean changes.
  static constexpr uint32_t kStateVersion = 2;
  void save(const PutBytes& put) const;
  /// Takes that into a fresh ledger, and the transfers from a file that holds their records.
  /// limit_exceeded: there is no room for so many; corrupt; or what is wrong with the file.
  Result<> load(std::string_view state, const std::string& transfers_file);
  /// From now on the first `count` transfers are read from such a file, and their memory is free.
  /// Must not run beside reads.
  Result<> read_from(const std::string& transfers_file, std::size_t count);

 private:
  /// One account: what a transfer touches of it, on a cache line beside that of its balances.
  struct alignas(64) Row {
    Uint128 id;
    Uint128 reference;
    int64_t time_us;
    uint32_t asset;
    uint16_t kind;
    uint16_t flags;
    HistoryEnd history;
    uint32_t limits;  // where its limits begin
    uint32_t reserved;
  };
  /// What the ledger knows of a record beside it.
  struct Trace {
    uint32_t debit = kNone;  // indices of accounts; kNone where it moves nothing itself
    uint32_t credit = kNone;
    uint32_t same_reference = kNone;  // the one before
    uint32_t other = kNone;           // of a pending one what ended it, of that one the pending one
  };
  struct Moment {
    uint64_t seq;
    int64_t time_us;
    uint32_t record_begin;
  };
  struct Expiry {
    int64_t time_us;
    uint32_t record;
    auto operator<=>(const Expiry&) const = default;
  };
  struct Sides {
    uint32_t debit = kNone;
    uint32_t credit = kNone;
  };

  // ledger.cpp
  Status open(const Account& account);
  void prepare(std::span<const Transfer> transfers, std::size_t begin, std::size_t end);
  void run_chain(std::span<const Transfer> chain, const Sides* sides, std::span<Outcome> outcomes);
  void fail_chain(std::span<Outcome> outcomes, std::size_t failed, uint32_t records_before);
  void expire_until(int64_t time_us);
  void expect_end(uint32_t pending);
  bool count_past(uint32_t limit, std::span<const uint32_t> accounts);

  // detail/apply.cpp
  Status apply(const Transfer& wanted, const Sides& sides, Outcome& outcome);
  Status apply_new(const Transfer& wanted, const Sides& sides, Outcome& outcome);
  Status apply_end(const Transfer& wanted, Outcome& outcome);
  Status apply_chain_end(const Transfer& wanted, uint32_t pending, Outcome& outcome);
  Status check_end(const Transfer& wanted, uint32_t pending) const;
  Status end_pending(Transfer record, uint32_t pending, Outcome& outcome);
  Status exists(const Transfer& wanted, uint32_t record, Outcome& outcome) const;
  Status post(const Transfer& record, Trace trace, Outcome& outcome);
  uint32_t enter_ids_of(uint32_t record);
  void undo_last();
  void reopen(uint32_t pending);
  void close(uint32_t pending);
  void answer(uint32_t record, Outcome& outcome) const;
  Effect effect_of(uint32_t record) const;
  Effect effect_of(const Transfer& record, const Trace& trace) const;
  Movement movement_of(uint32_t record) const;
  void move_balances(const Sides& sides, const Effect& effect, bool forward);

  // detail/state.cpp
  void enter_ids();

  // detail/reads.cpp
  Balances balances_after(uint32_t account, History::Place place) const;
  bool is_closed(uint32_t account, uint32_t record_end) const;
  uint32_t records_of_moments(std::size_t moments) const;

  std::vector<Sides> sides_;  // of the batch that is being made

  ReservedArray<Row> rows_;
  ReservedArray<Balances> balances_;
  IdTable account_ids_;
  ReservedArray<Transfer> transfers_;
  ReservedArray<Trace> traces_;
  IdTable transfer_ids_;
  IdTable references_;
  IdTable limit_ids_;
  History history_;
  LimitBook limits_;
  ReservedArray<Moment> moments_;  // of commits that made records
  std::vector<Expiry> expiries_;   // a heap, earliest first
  uint32_t first_record_ = 0;      // of the commit that is open
  uint32_t first_account_ = 0;
  uint32_t expiring_ = 0;  // pending transfers with a time: each keeps a place for its end
  int64_t now_us_ = INT64_MIN;
  int64_t before_us_ = INT64_MIN;  // until begin
};

}  // namespace hq::ledger
