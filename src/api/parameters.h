// Parameters: the query of a request, read strictly.
//
// Each getter takes the name, bounds and default of openapi.json. A name that was not asked for, a
// value out of bounds or a repeated name is an Error that names the parameter; the first one is
// kept and check() returns it, so that a handler reads all it needs and checks once.
//
//   Parameters query(request);
//   const auto limit = query.integer("limit", 1, 1000, 20);
//   HQ_TRY_VOID(query.check());
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "hub/journeys/answers.h"
#include "ledger/records.h"
#include "net/message.h"

namespace hq::api {

class Parameters {
 public:
  explicit Parameters(const net::Request& request) : request_(request) {}

  std::optional<std::string> text(std::string_view name, std::size_t bytes_max = 200);
  std::string required_text(std::string_view name, std::size_t bytes_max = 200);
  std::optional<int64_t> integer(std::string_view name, int64_t min, int64_t max);
  int64_t integer(std::string_view name, int64_t min, int64_t max, int64_t otherwise);
  bool flag(std::string_view name, bool otherwise);
  int32_t clock(std::string_view name, int32_t otherwise_s);
  std::optional<Instant> instant(std::string_view name);         // RFC 3339
  std::optional<Date> date(std::string_view name);               // 2026-11-22
  std::optional<ledger::Uint128> number(std::string_view name);  // of at most 128 bits
  std::vector<hub::Mode> modes(std::string_view name, std::vector<hub::Mode> otherwise = {});
  /// Index of the value in `choices`, or `otherwise`.
  std::size_t choice(std::string_view name, const std::vector<std::string_view>& choices,
                     std::size_t otherwise);

  /// The first Error met, among them parameters that no getter asked for.
  Result<> check();

 private:
  std::optional<std::string_view> value(std::string_view name);
  void refuse(std::string_view name, std::string message, std::string message_zh);

  const net::Request& request_;
  std::set<std::string, std::less<>> asked_;
  std::optional<Error> error_;
};

/// A parameter of the path that is an id of the ledger.
Result<ledger::Uint128> path_number(const net::Request& request, std::string_view name);

}  // namespace hq::api
