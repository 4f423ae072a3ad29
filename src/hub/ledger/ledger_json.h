// Accounts, transfers, limits and answers of the ledger as JSON, for the API and the command line.
//
// Ids and amounts are decimal digits in a string, since JSON numbers of many readers end at 2^53.
// What is zero, and may be, is left out; flags are a list of names. Values; any thread.
//
//   HQ_TRY(auto batch, from_json<TransferBatch>(body));
//   std::vector<ledger::Transfer> transfers = records_of(batch);
//   to_json(transfer_answer(ledger.transfers()[record]));
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "hub/ledger/ledger_service.h"
#include "hub/name.h"
#include "ledger/ledger.h"

namespace hq::ledger {

BOOST_DESCRIBE_ENUM(PendingState, none, pending, posted, voided, expired)

}  // namespace hq::ledger

namespace hq::hub {

/// Flags as names: ["linked","pending"]. An unknown or repeated name is refused.
struct AccountFlagSet {
  uint16_t bits = 0;
};
struct TransferFlagSet {
  uint16_t bits = 0;
};
void write_json(JsonWriter& out, const AccountFlagSet& flags);
void write_json(JsonWriter& out, const TransferFlagSet& flags);
bool read_json(JsonReader& in, AccountFlagSet& flags);
bool read_json(JsonReader& in, TransferFlagSet& flags);

/// "linked|pending" as bits; invalid_argument for a name that is none.
Result<uint16_t> transfer_flags_from(std::string_view names);
Result<uint16_t> account_flags_from(std::string_view names);

struct BalancesAnswer {
  Decimal debits_pending;
  Decimal debits_posted;
  Decimal credits_pending;
  Decimal credits_posted;
};
BOOST_DESCRIBE_STRUCT(BalancesAnswer, (),
                      (debits_pending, debits_posted, credits_pending, credits_posted))

struct AccountRequest {
  Decimal id;
  uint32_t asset = 0;
  uint16_t kind = 0;
  std::optional<AccountFlagSet> flags;
  std::optional<Decimal> reference;
};
BOOST_DESCRIBE_STRUCT(AccountRequest, (), (id, asset, kind, flags, reference))

struct AccountBatch {
  std::vector<AccountRequest> accounts;
};
BOOST_DESCRIBE_STRUCT(AccountBatch, (), (accounts))

struct TransferRequest {
  Decimal id;
  std::optional<Decimal> debit_account;
  std::optional<Decimal> credit_account;
  std::optional<Decimal> amount;
  std::optional<Decimal> pending_id;
  std::optional<Decimal> reference;
  std::optional<Decimal> note;  // at most 64 bits
  std::optional<uint32_t> asset;
  std::optional<uint32_t> timeout_s;
  std::optional<uint16_t> code;
  std::optional<TransferFlagSet> flags;
};
BOOST_DESCRIBE_STRUCT(TransferRequest, (),
                      (id, debit_account, credit_account, amount, pending_id, reference, note,
                       asset, timeout_s, code, flags))

struct TransferBatch {
  std::vector<TransferRequest> transfers;
};
BOOST_DESCRIBE_STRUCT(TransferBatch, (), (transfers))

struct AccountAnswer {
  Decimal id;
  uint32_t asset = 0;
  uint16_t kind = 0;
  AccountFlagSet flags;
  std::optional<Decimal> reference;
  Instant time{};  // when it was opened
  BalancesAnswer balances;
};
BOOST_DESCRIBE_STRUCT(AccountAnswer, (), (id, asset, kind, flags, reference, time, balances))

/// A transfer that stands: as it was asked for, with what it could leave out.
struct TransferAnswer {
  uint32_t record = 0;        // its number in the ledger, from 0
  uint64_t commit = 0;        // that made it
  std::optional<Decimal> id;  // none for what the ledger made itself
  std::optional<Decimal> debit_account;
  std::optional<Decimal> credit_account;
  Decimal amount;
  std::optional<Decimal> pending_id;
  std::optional<Decimal> reference;
  std::optional<Decimal> note;
  std::optional<uint32_t> asset;
  std::optional<uint32_t> timeout_s;
  std::optional<uint16_t> code;
  TransferFlagSet flags;
  Instant time{};
  std::optional<ledger::PendingState> state;  // of a pending transfer
};
BOOST_DESCRIBE_STRUCT(TransferAnswer, (),
                      (record, commit, id, debit_account, credit_account, amount, pending_id,
                       reference, note, asset, timeout_s, code, flags, time, state))

enum class Side { debit, credit };
BOOST_DESCRIBE_ENUM(Side, debit, credit)

struct StatementRowAnswer {
  Side side = Side::debit;
  TransferAnswer transfer;
  BalancesAnswer balances;  // of the account, right after it
};
BOOST_DESCRIBE_STRUCT(StatementRowAnswer, (), (side, transfer, balances))

struct AccountOutcomeAnswer {
  Decimal id;
  std::string status;
  std::optional<Name> detail;  // what the status means, where it is a refusal
};
BOOST_DESCRIBE_STRUCT(AccountOutcomeAnswer, (), (id, status, detail))

struct TransferOutcomeAnswer {
  Decimal id;
  std::string status;
  std::optional<Name> detail;
  std::optional<std::string> field;
  std::optional<Decimal> limit;    // id of the limit that refused it
  std::optional<uint32_t> record;  // of the transfer that stands
  std::optional<Decimal> amount;   // moved or reserved
  BalancesAnswer debit;
  BalancesAnswer credit;
};
BOOST_DESCRIBE_STRUCT(TransferOutcomeAnswer, (),
                      (id, status, detail, field, limit, record, amount, debit, credit))

/// A limit as it stood when the ledger last changed.
struct LimitAnswer {
  Decimal id;
  std::string value;
  std::string use;  // may be below zero where it is net
  ledger::LimitSide side = ledger::LimitSide::debits;
  ledger::LimitWindow window = ledger::LimitWindow::none;
  std::optional<uint32_t> span_s;
  std::optional<int32_t> utc_offset_s;
  std::optional<Instant> window_begin;
  std::optional<Instant> window_end;
  std::vector<LimitWeightText> weights;
};
BOOST_DESCRIBE_STRUCT(LimitAnswer, (),
                      (id, value, use, side, window, span_s, utc_offset_s, window_begin, window_end,
                       weights))

struct TrialBalanceAnswer {
  uint32_t asset = 0;
  uint64_t accounts = 0;
  BalancesAnswer sums;
};
BOOST_DESCRIBE_STRUCT(TrialBalanceAnswer, (), (asset, accounts, sums))

/// invalid_argument where a note has more than 64 bits.
Result<std::vector<ledger::Account>> records_of(const AccountBatch& batch);
Result<std::vector<ledger::Transfer>> records_of(const TransferBatch& batch);

BalancesAnswer answer_of(const ledger::Balances& balances);
AccountAnswer answer_of(const ledger::Account& account);
TrialBalanceAnswer answer_of(const ledger::TrialBalance& balance);
TransferAnswer transfer_answer(const ledger::Ledger& ledger, uint32_t record, uint32_t record_end);
StatementRowAnswer row_answer(const ledger::Ledger& ledger, ledger::Uint128 account,
                              const ledger::StatementRow& row, uint32_t record_end);
AccountOutcomeAnswer outcome_answer(ledger::Uint128 account, ledger::Status status);
TransferOutcomeAnswer outcome_answer(const ledger::Ledger& ledger, const ledger::Transfer& wanted,
                                     const ledger::Outcome& outcome);
LimitAnswer limit_answer(const ledger::Limit& limit, const ledger::LimitUse& use);

}  // namespace hq::hub
