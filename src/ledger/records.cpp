#include "ledger/records.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/assert.h"

namespace hq::ledger {
namespace {

// docs/format/ledger.md states these places.
static_assert(offsetof(Account, reference) == 80 && offsetof(Account, time_us) == 96 &&
              offsetof(Account, asset) == 104 && offsetof(Account, kind) == 108 &&
              offsetof(Account, flags) == 110 && offsetof(Account, reserved) == 112);
static_assert(offsetof(Transfer, amount) == 48 && offsetof(Transfer, pending_id) == 64 &&
              offsetof(Transfer, time_us) == 96 && offsetof(Transfer, note) == 104 &&
              offsetof(Transfer, asset) == 112 && offsetof(Transfer, timeout_s) == 116 &&
              offsetof(Transfer, code) == 120 && offsetof(Transfer, flags) == 122);
static_assert(offsetof(Outcome, field) == 2 && offsetof(Outcome, limit) == 4 &&
              offsetof(Outcome, record) == 8 && offsetof(Outcome, amount) == 16 &&
              offsetof(Outcome, debit) == 32 && offsetof(Outcome, credit) == 96);
static_assert(static_cast<int>(Status::too_many_transfers) == 34 &&
              static_cast<int>(Status::not_pending) == 21 && static_cast<int>(Field::flags) == 10);

struct StatusWords {
  std::string_view id;
  std::string_view en;
  std::string_view zh;
};

// In the order of Status.
constexpr std::array<StatusWords, kStatusCount> kStatusWords = {{
    {"created", "Done", "已完成"},
    {"exists", "The very same was done before", "完全相同的请求先前已完成"},
    {"exists_differently", "The id is taken by a different request", "该编号已用于另一请求"},
    {"linked_failed", "Another one of its chain was refused", "同一链中的另一笔被拒绝"},
    {"chain_open", "The last of the batch is linked to nothing",
     "批次的最后一笔没有可相连的下一笔"},
    {"id_zero", "The id is zero", "编号为零"},
    {"reserved_not_zero", "Something that must be zero on sending is not",
     "提交时应为零的部分不为零"},
    {"flags_unknown", "There is no such flag", "没有此标志"},
    {"flags_conflict", "These flags exclude each other", "这些标志互相排斥"},
    {"asset_zero", "No asset is given", "未给出资产"},
    {"kind_zero", "No kind is given", "未给出类别"},
    {"code_zero", "No code is given", "未给出事由代码"},
    {"amount_zero", "The amount is zero", "数额为零"},
    {"timeout_without_pending", "Only a pending transfer can expire", "只有待定转账才能设过期时间"},
    {"pending_id_not_allowed", "A pending transfer is named, but neither posted nor voided",
     "指明了待定转账，却既不入账也不撤销"},
    {"pending_id_zero", "It does not say which pending transfer to post or void",
     "未指明要入账或撤销哪一笔待定转账"},
    {"debit_account_unknown", "There is no such debit account", "没有此借方账户"},
    {"credit_account_unknown", "There is no such credit account", "没有此贷方账户"},
    {"accounts_equal", "Debit and credit account are the same", "借方与贷方是同一账户"},
    {"assets_differ", "The accounts do not hold this asset, or not the same one",
     "双方账户的资产不同，或不是此资产"},
    {"pending_unknown", "There is no such pending transfer", "没有此待定转账"},
    {"not_pending", "That transfer was never pending", "该转账并非待定转账"},
    {"pending_posted", "The pending transfer has been posted already", "该待定转账已入账"},
    {"pending_voided", "The pending transfer has been voided already", "该待定转账已撤销"},
    {"pending_expired", "The pending transfer has expired", "该待定转账已过期"},
    {"pending_differs", "It does not agree with the pending transfer it names",
     "与所指的待定转账不符"},
    {"exceeds_pending_amount", "The amount is more than what is pending", "数额超过待定数额"},
    {"debit_account_closed", "The debit account is closed", "借方账户已关闭"},
    {"credit_account_closed", "The credit account is closed", "贷方账户已关闭"},
    {"overflows", "A balance would grow beyond the largest number", "余额将超出可表示的最大数"},
    {"exceeds_credits", "The debit account has too little: its debits may not exceed its credits",
     "借方账户余额不足：其借方不得超过贷方"},
    {"exceeds_debits",
     "The credit account lacks less than that: its credits may not exceed its debits",
     "超过贷方账户可贷记的数额：其贷方不得超过借方"},
    {"exceeds_limit", "A limit would be exceeded", "将超出限额"},
    {"too_many_accounts", "The ledger has no room for more accounts", "账本的账户数已达上限"},
    {"too_many_transfers", "The ledger has no room for more transfers", "账本的转账笔数已达上限"},
}};

constexpr std::array<std::string_view, 11> kFieldIds = {
    "none", "debit_account", "credit_account", "amount", "pending_id", "reference",
    "note", "asset",         "timeout_s",      "code",   "flags"};

}  // namespace

std::string to_text(Uint128 number) {
  std::string digits;
  do {
    digits.push_back(static_cast<char>('0' + static_cast<int>(number % 10)));
    number /= 10;
  } while (number != 0);
  std::ranges::reverse(digits);
  return digits;
}

std::string to_text(Int128 number) {
  if (number >= 0) return to_text(static_cast<Uint128>(number));
  return "-" + to_text(Uint128{0} - static_cast<Uint128>(number));
}

Result<Uint128> parse_uint128(std::string_view text) {
  Uint128 number = 0;
  bool fits = !text.empty();
  for (const char c : text) {
    fits = fits && c >= '0' && c <= '9' && !__builtin_mul_overflow(number, Uint128{10}, &number) &&
           !__builtin_add_overflow(number, static_cast<Uint128>(c - '0'), &number);
  }
  if (fits) return number;
  return fail(ErrorCode::invalid_argument,
              fmt::format("'{}' is not a whole number of at most 128 bits", text.substr(0, 60)),
              fmt::format("“{}”不是不超过 128 位的整数", text.substr(0, 60)));
}

std::string_view id(Status status) {
  const auto index = static_cast<std::size_t>(status);
  HQ_ASSERT(index < kStatusWords.size());
  return kStatusWords[index].id;
}

std::string_view text(Status status, Language language) {
  const auto index = static_cast<std::size_t>(status);
  HQ_ASSERT(index < kStatusWords.size());
  return language == Language::zh ? kStatusWords[index].zh : kStatusWords[index].en;
}

std::string_view id(Field field) {
  const auto index = static_cast<std::size_t>(field);
  HQ_ASSERT(index < kFieldIds.size());
  return kFieldIds[index];
}

}  // namespace hq::ledger
