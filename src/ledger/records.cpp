#include "ledger/records.h"

#include <array>

#include "base/assert.h"

namespace hq::ledger {
namespace {

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
