// Limits as JSON: in commands and events of the log, in the API and on the command line.
//
// Ids and amounts are decimal digits in a string, since JSON numbers of many readers end at 2^53.
// Values; any thread.
//
//   HQ_TRY(const ledger::Limit limit, limit_from(body));
//   desk.submit("ledger.limit", to_json_text(limit));
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "ledger/limit.h"

namespace hq::ledger {

BOOST_DESCRIBE_ENUM(LimitSide, debits, credits, net_debits, net_credits)
BOOST_DESCRIBE_ENUM(LimitWindow, none, sliding, day, month, quarter, year)

}  // namespace hq::ledger

namespace hq::hub {

/// An id or an amount.
struct Decimal {
  ledger::Uint128 value = 0;

  std::string text() const { return ledger::to_text(value); }
  static Result<Decimal> parse(std::string_view text);
  bool operator==(const Decimal&) const = default;
};

struct LimitWeightText {
  Decimal account;
  uint32_t weight = 1;
};
BOOST_DESCRIBE_STRUCT(LimitWeightText, (), (account, weight))

/// What a limit is set to from a time on; a time in the past means at once.
struct LimitChange {
  Decimal id;
  Decimal value;
  Instant from{};
};
BOOST_DESCRIBE_STRUCT(LimitChange, (), (id, value, from))

std::string to_json_text(const ledger::Limit& limit);
Result<ledger::Limit> limit_from(std::string_view json);

/// {"id":"1","value":"500","from":"2026-12-01T00:00:00Z"}, and back.
std::string limit_change_text(ledger::Uint128 id, ledger::Uint128 value, Instant from);
Result<LimitChange> limit_change_from(std::string_view json);

/// Why a limit was not added. Some statuses mean another thing here than they do of a transfer.
std::unexpected<Error> limit_refused(ledger::Status status);

}  // namespace hq::hub
