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
              static_cast<int>(Status::not_pending) == 21 && static_cast<int>(Field::kind) == 11);

constexpr std::array<std::string_view, kStatusCount> kStatusIds = {
    "created",
    "exists",
    "exists_differently",
    "linked_failed",
    "chain_open",
    "id_zero",
    "reserved_not_zero",
    "flags_unknown",
    "flags_conflict",
    "asset_zero",
    "kind_zero",
    "code_zero",
    "amount_zero",
    "timeout_without_pending",
    "pending_id_not_allowed",
    "pending_id_zero",
    "debit_account_unknown",
    "credit_account_unknown",
    "accounts_equal",
    "assets_differ",
    "pending_unknown",
    "not_pending",
    "pending_posted",
    "pending_voided",
    "pending_expired",
    "pending_differs",
    "exceeds_pending_amount",
    "debit_account_closed",
    "credit_account_closed",
    "overflows",
    "exceeds_credits",
    "exceeds_debits",
    "exceeds_limit",
    "too_many_accounts",
    "too_many_transfers",
};

constexpr std::array<std::string_view, 12> kFieldIds = {
    "none", "debit_account", "credit_account", "amount", "pending_id", "reference",
    "note", "asset",         "timeout_s",      "code",   "flags",      "kind"};

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
  HQ_ASSERT(index < kStatusIds.size());
  return kStatusIds[index];
}

std::string_view id(Field field) {
  const auto index = static_cast<std::size_t>(field);
  HQ_ASSERT(index < kFieldIds.size());
  return kFieldIds[index];
}

}  // namespace hq::ledger
