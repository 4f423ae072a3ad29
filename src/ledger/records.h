// Accounts and transfers as they are stored and sent: fixed records of 128 bytes, little-endian.
//
// Amounts count the least unit of an asset (a fen, a kilogram, a place on a flight), unsigned, in
// 128 bits; there is no sign and no fraction. An id is chosen by the caller and never zero. Plain
// values without padding: the bytes in memory are those of docs/format/ledger.md.
//
//   Transfer rent{.id = 7, .debit_account = 1, .credit_account = 2, .amount = 4500, .asset = 156};
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/error.h"

namespace hq::ledger {

__extension__ using Uint128 = unsigned __int128;
__extension__ using Int128 = __int128;

inline constexpr uint32_t kNone = UINT32_MAX;  // no index

/// Decimal digits, as ids and amounts are written wherever people or JSON read them.
std::string to_text(Uint128 number);
std::string to_text(Int128 number);  // with a minus where it is below zero
/// ErrorCode::invalid_argument where `text` is not such digits, or too large a number.
Result<Uint128> parse_uint128(std::string_view text);

/// What has been moved out of (debits) and into (credits) an account.
struct Balances {
  Uint128 debits_pending = 0;
  Uint128 debits_posted = 0;
  Uint128 credits_pending = 0;
  Uint128 credits_posted = 0;

  bool operator==(const Balances&) const = default;
};

enum AccountFlags : uint16_t {
  kDebitsMustNotExceedCredits = 1,  // pending debits counted
  kCreditsMustNotExceedDebits = 2,  // pending credits counted
  kClosed = 4,                      // takes part in nothing but posts and voids of what is pending
};
inline constexpr uint16_t kAllAccountFlags = 7;

struct Account {
  Uint128 id = 0;
  Balances balances = {};  // zero when it is opened
  Uint128 reference = 0;   // the caller's, for instance the id of its owner
  int64_t time_us = 0;     // when it was opened; given by the ledger
  uint32_t asset = 0;      // number of the asset; not zero
  uint16_t kind = 0;       // the caller's, for instance a code of its chart of accounts; not zero
  uint16_t flags = 0;      // AccountFlags
  uint64_t reserved = 0;   // zero
  uint64_t reserved_2 = 0;

  bool operator==(const Account&) const = default;
};

enum TransferFlags : uint16_t {
  kLinked = 1,       // stands or falls with the next one: a chain ends at the first without it
  kPending = 2,      // reserves the amount until it is posted, voided or its time is over
  kPost = 4,         // posts `pending_id`, wholly or in part
  kVoid = 8,         // voids `pending_id`
  kWholeChain = 16,  // with kPost or kVoid: every pending transfer of the chain of `pending_id`
  kBalancingDebit =
      32,  // at most what the debit account has (credits less debits, pending counted)
  kBalancingCredit = 64,  // at most what the credit account lacks (debits less credits)
  kClosingDebit = 128,    // closes the debit account; pending alone, so that a void opens it again
  kClosingCredit = 256,   // closes the credit account
  kExpired = 512,         // made by the ledger when the time of `pending_id` is over
};
inline constexpr uint16_t kAllTransferFlags = 511;  // those that a caller may set

struct Transfer {
  Uint128 id = 0;              // zero for what the ledger made itself: expiries, parts of a chain
  Uint128 debit_account = 0;   // with kPost and kVoid zero, or that of the pending transfer
  Uint128 credit_account = 0;  // likewise
  Uint128 amount = 0;          // with kPost zero posts all; balancing transfers: the most
  Uint128 pending_id = 0;      // with kPost and kVoid
  Uint128 reference = 0;       // the caller's; looked up by `Ledger::by_reference` unless zero
  int64_t time_us = 0;         // of the commit; given by the ledger
  uint64_t note = 0;           // the caller's; not looked up
  uint32_t asset = 0;          // that of both accounts; with kPost and kVoid zero, or the same
  uint32_t timeout_s = 0;      // with kPending: seconds after which it expires; 0 for never
  uint16_t code = 0;      // the caller's reason; not zero. With kPost and kVoid zero or its own
  uint16_t flags = 0;     // TransferFlags
  uint32_t reserved = 0;  // zero

  bool operator==(const Transfer&) const = default;
};

static_assert(sizeof(Account) == 128 && std::is_trivially_copyable_v<Account>);
static_assert(sizeof(Transfer) == 128 && std::is_trivially_copyable_v<Transfer>);

/// What became of a request. Nothing but `created` leaves a trace, so an id that was refused may
/// be used again; `exists` says that the very same request was done before.
enum class Status : uint16_t {
  created,
  exists,
  exists_differently,  // the id is taken; Outcome::field says what differs
  linked_failed,       // another one of the chain was refused
  chain_open,          // the last of a batch is linked to nothing
  id_zero,
  reserved_not_zero,  // reserved bytes, a time, or balances of a new account
  flags_unknown,
  flags_conflict,
  asset_zero,
  kind_zero,
  code_zero,
  amount_zero,
  timeout_without_pending,
  pending_id_not_allowed,
  pending_id_zero,
  debit_account_unknown,
  credit_account_unknown,
  accounts_equal,
  assets_differ,  // of the accounts, or of the transfer and its accounts
  pending_unknown,
  not_pending,  // a transfer that never was
  pending_posted,
  pending_voided,
  pending_expired,
  pending_differs,  // accounts, asset or code are not those of the pending transfer
  exceeds_pending_amount,
  debit_account_closed,
  credit_account_closed,
  overflows,          // a balance or a weighted use would not fit
  exceeds_credits,    // of the debit account
  exceeds_debits,     // of the credit account
  exceeds_limit,      // Outcome::limit says which
  too_many_accounts,  // the capacity given at the start is used up
  too_many_transfers,
};
inline constexpr uint16_t kStatusCount = static_cast<uint16_t>(Status::too_many_transfers) + 1;

/// Stable lower-case ids: "created", "exceeds_limit" ...
std::string_view id(Status status);
/// What it means, as a sentence for people without its full stop.
std::string_view text(Status status, Language language);

/// The field of a request that differs from the one done before under its id.
enum class Field : uint16_t {
  none,
  debit_account,
  credit_account,
  amount,
  pending_id,
  reference,
  note,
  asset,
  timeout_s,
  code,
  flags,
};
std::string_view id(Field field);

/// The answer to one transfer. Balances are those right after it: of the accounts of the one that
/// stands, also where it existed before (then as they are now). Sent as it lies in memory.
struct Outcome {
  Status status = Status::created;
  Field field = Field::none;
  uint32_t limit = kNone;   // index in Ledger::limits()
  uint32_t record = kNone;  // index of the transfer that stands, in Ledger::transfers()
  uint32_t reserved = 0;    // zero
  Uint128 amount = 0;       // moved or reserved
  Balances debit;
  Balances credit;
};

static_assert(sizeof(Outcome) == 160 && std::is_trivially_copyable_v<Outcome>);

}  // namespace hq::ledger
