#include "hub/ledger/ledger_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace hq::hub {
namespace {

using ledger::Uint128;

// In the order of their bits.
constexpr std::array<std::string_view, 3> kAccountFlags = {
    "debits_must_not_exceed_credits", "credits_must_not_exceed_debits", "closed"};
constexpr std::array<std::string_view, 10> kTransferFlags = {
    "linked",          "pending",          "post",          "void",           "whole_chain",
    "balancing_debit", "balancing_credit", "closing_debit", "closing_credit", "expired"};
static_assert(1 << (kAccountFlags.size() - 1) == ledger::kClosed);
static_assert(1 << (kTransferFlags.size() - 1) == ledger::kExpired);

using Names = std::span<const std::string_view>;

void write_flags(JsonWriter& out, Names names, uint16_t bits) {
  out.begin_array();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if ((bits >> i & 1) != 0) out.string(names[i]);
  }
  out.end_array();
}

bool read_flags(JsonReader& in, Names names, uint16_t& bits) {
  bits = 0;
  return in.array([&](std::size_t) {
    std::string_view name;
    if (!in.string(name)) return false;
    const auto at = std::ranges::find(names, name);
    const unsigned bit = at == names.end() ? 0 : 1u << (at - names.begin());
    if (bit == 0 || (bits & bit) != 0) {
      const std::string known = fmt::format("{}", fmt::join(names, ", "));
      return in.refuse("expected each once, out of: " + known, "应为其中各项且不重复：" + known);
    }
    bits = static_cast<uint16_t>(bits | bit);
    return true;
  });
}

Result<uint16_t> flags_from(std::string_view text, Names names) {
  unsigned bits = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('|'), text.size());
    const auto at = std::ranges::find(names, text.substr(0, end));
    if (at == names.end()) {
      return fail(ErrorCode::invalid_argument,
                  fmt::format("'{}' is no flag; known are, with | between: {}", text.substr(0, end),
                              fmt::join(names, ", ")),
                  fmt::format("“{}”不是标志；可用（以 | 分隔）：{}", text.substr(0, end),
                              fmt::join(names, "、")));
    }
    bits |= 1u << (at - names.begin());
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return static_cast<uint16_t>(bits);
}

template <class T>
std::optional<Decimal> unless_zero(T value) {
  if (value == 0) return std::nullopt;
  return Decimal{value};
}

Uint128 value_of(const std::optional<Decimal>& given) {
  return given ? given->value : Uint128{0};
}

std::optional<Name> detail_of(ledger::Status status) {
  if (status <= ledger::Status::exists) return std::nullopt;
  return Name{std::string(text(status, Language::zh)), std::string(text(status, Language::en))};
}

Instant instant_of(int64_t time_us) {
  return Instant(std::chrono::microseconds(time_us));
}

/// As many as a command may hold.
Result<> check_count(std::size_t count, std::string_view where) {
  if (count > 0 && count <= kLedgerBatchMax) return {};
  return fail(ErrorCode::invalid_argument,
              fmt::format("send 1 to {} at a time, not {}", kLedgerBatchMax, count),
              fmt::format("一次可提交 1 至 {} 条，而不是 {} 条", kLedgerBatchMax, count),
              std::string(where));
}

}  // namespace

void write_json(JsonWriter& out, const AccountFlagSet& flags) {
  write_flags(out, kAccountFlags, flags.bits);
}
void write_json(JsonWriter& out, const TransferFlagSet& flags) {
  write_flags(out, kTransferFlags, flags.bits);
}
bool read_json(JsonReader& in, AccountFlagSet& flags) {
  return read_flags(in, kAccountFlags, flags.bits);
}
bool read_json(JsonReader& in, TransferFlagSet& flags) {
  return read_flags(in, kTransferFlags, flags.bits);
}
Result<uint16_t> transfer_flags_from(std::string_view names) {
  return flags_from(names, kTransferFlags);
}
Result<uint16_t> account_flags_from(std::string_view names) {
  return flags_from(names, kAccountFlags);
}

Result<std::vector<ledger::Account>> records_of(const AccountBatch& batch) {
  HQ_TRY_VOID(check_count(batch.accounts.size(), "/accounts"));
  std::vector<ledger::Account> records;
  records.reserve(batch.accounts.size());
  for (const AccountRequest& one : batch.accounts) {
    records.push_back({.id = one.id.value,
                       .reference = value_of(one.reference),
                       .asset = one.asset,
                       .kind = one.kind,
                       .flags = one.flags.value_or(AccountFlagSet{}).bits});
  }
  return records;
}

Result<std::vector<ledger::Transfer>> records_of(const TransferBatch& batch) {
  HQ_TRY_VOID(check_count(batch.transfers.size(), "/transfers"));
  std::vector<ledger::Transfer> records;
  records.reserve(batch.transfers.size());
  for (const TransferRequest& one : batch.transfers) {
    const Uint128 note = value_of(one.note);
    if (note > UINT64_MAX) {
      return fail(ErrorCode::invalid_argument, "a note has at most 64 bits", "备注不超过 64 位",
                  fmt::format("/transfers/{}/note", records.size()));
    }
    records.push_back({.id = one.id.value,
                       .debit_account = value_of(one.debit_account),
                       .credit_account = value_of(one.credit_account),
                       .amount = value_of(one.amount),
                       .pending_id = value_of(one.pending_id),
                       .reference = value_of(one.reference),
                       .note = static_cast<uint64_t>(note),
                       .asset = one.asset.value_or(0),
                       .timeout_s = one.timeout_s.value_or(0),
                       .code = one.code.value_or(0),
                       .flags = one.flags.value_or(TransferFlagSet{}).bits});
  }
  return records;
}

BalancesAnswer answer_of(const ledger::Balances& balances) {
  return {{balances.debits_pending},
          {balances.debits_posted},
          {balances.credits_pending},
          {balances.credits_posted}};
}

AccountAnswer answer_of(const ledger::Account& account) {
  return {{account.id},
          account.asset,
          account.kind,
          {account.flags},
          unless_zero(account.reference),
          instant_of(account.time_us),
          answer_of(account.balances)};
}

TrialBalanceAnswer answer_of(const ledger::TrialBalance& balance) {
  return {balance.asset, balance.accounts, answer_of(balance.sums)};
}

TransferAnswer transfer_answer(const ledger::Ledger& ledger, uint32_t record, uint32_t record_end) {
  const ledger::Transfer& transfer = ledger.transfers()[record];
  TransferAnswer answer;
  answer.record = record;
  answer.commit = ledger.commit_of(record);
  answer.id = unless_zero(transfer.id);
  answer.debit_account = unless_zero(transfer.debit_account);
  answer.credit_account = unless_zero(transfer.credit_account);
  answer.amount = {transfer.amount};
  answer.pending_id = unless_zero(transfer.pending_id);
  answer.reference = unless_zero(transfer.reference);
  answer.note = unless_zero(transfer.note);
  if (transfer.asset != 0) answer.asset = transfer.asset;
  if (transfer.timeout_s != 0) answer.timeout_s = transfer.timeout_s;
  if (transfer.code != 0) answer.code = transfer.code;
  answer.flags = {transfer.flags};
  answer.time = instant_of(transfer.time_us);
  const ledger::PendingState state = ledger.pending_state(record, record_end);
  if (state != ledger::PendingState::none) answer.state = state;
  return answer;
}

StatementRowAnswer row_answer(const ledger::Ledger& ledger, Uint128 account,
                              const ledger::StatementRow& row, uint32_t record_end) {
  const bool is_debit = ledger.transfers()[row.record].debit_account == account;
  return {is_debit ? Side::debit : Side::credit, transfer_answer(ledger, row.record, record_end),
          answer_of(row.after)};
}

AccountOutcomeAnswer outcome_answer(Uint128 account, ledger::Status status) {
  return {{account}, std::string(id(status)), detail_of(status)};
}

TransferOutcomeAnswer outcome_answer(const ledger::Ledger& ledger, const ledger::Transfer& wanted,
                                     const ledger::Outcome& outcome) {
  TransferOutcomeAnswer answer;
  answer.id = {wanted.id};
  answer.status = id(outcome.status);
  answer.detail = detail_of(outcome.status);
  if (outcome.field != ledger::Field::none) answer.field = id(outcome.field);
  if (outcome.limit != ledger::kNone) answer.limit = Decimal{ledger.limit(outcome.limit).id};
  if (outcome.record != ledger::kNone) {
    answer.record = outcome.record;
    answer.amount = Decimal{outcome.amount};
  }
  answer.debit = answer_of(outcome.debit);
  answer.credit = answer_of(outcome.credit);
  return answer;
}

LimitAnswer limit_answer(const ledger::Limit& limit, const ledger::LimitUse& use) {
  LimitAnswer answer;
  answer.id = {limit.id};
  answer.value = ledger::to_text(use.value);
  answer.use = ledger::to_text(use.use);
  answer.side = limit.side;
  answer.window = limit.window;
  if (limit.span_s != 0) answer.span_s = limit.span_s;
  if (limit.utc_offset_s != 0) answer.utc_offset_s = limit.utc_offset_s;
  if (limit.window != ledger::LimitWindow::none) {
    answer.window_begin = instant_of(use.window_begin_us);
    if (limit.window != ledger::LimitWindow::sliding) {
      answer.window_end = instant_of(use.window_end_us);
    }
  }
  for (const ledger::LimitWeight& weight : limit.weights) {
    answer.weights.push_back({{weight.account}, weight.weight});
  }
  return answer;
}

}  // namespace hq::hub
