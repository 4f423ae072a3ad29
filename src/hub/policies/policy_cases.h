// Cases of a policy as text: a day, the facts, and the answer that is right (spec/rules/README.md).
//
// read_cases() reads a file, strictly; run_case() asks the service and tells what came out
// otherwise. Plain values; any thread.
//
//   HQ_TRY(const auto cases, read_cases(text, "departure-tax-refund.txt"));
//   for (const std::string& wrong : run_case(policies, cases.front(), now)) print(wrong);
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace hq::hub {

class PolicyService;

struct TextCase {
  std::string where;  // "departure-tax-refund.txt:41"
  std::string title;
  std::string policy;
  Date as_of{};
  Date known_at{};
  std::map<std::string, std::string> facts;  // JSON by name; what is not known is left out

  // What is expected; nothing: any.
  std::optional<std::string> version;
  std::optional<std::string> outcome;
  std::map<std::string, std::string> members;  // of the answer, as text
  std::optional<bool> is_assumed;
  /// Changes by fact, or one of already, impossible and not_settled by itself.
  std::optional<std::map<std::string, std::string>> what_if;
  std::optional<std::map<std::string, std::string>> ask;  // names of facts, without values
  std::optional<std::string> error;                       // name of its code
};

/// parse_error with file and line: a line that is none of the format, a key that is unknown or
/// stands twice, no case at all, a base that is not there, a case without a day or without what is
/// expected.
Result<std::vector<TextCase>> read_cases(std::string_view text, const std::string& file);

/// What came out otherwise than expected, a sentence each; none: the case holds.
std::vector<std::string> run_case(const PolicyService& policies, const TextCase& one, Instant now);

}  // namespace hq::hub
