// The receipt of a decision: a credential that says which law, which figures, which facts and from
// whom, and what came out, so that the decision can be taken again and compared to the byte.
//
// Pure functions; any thread. The hashes are SHA-256 in hexadecimal: of the files of the model, and
// of the canonical JSON (RFC 8785) of parameters, facts and result.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hub/policies/policy_answers.h"

namespace hq::hub {

/// The credential without its proof.
std::string receipt_of(const rules::InForce& law, const std::vector<rules::Input>& facts,
                       const DecisionAnswer& answer, std::string_view engine, Instant issued_at);

/// What a replay needs of a receipt.
struct Receipt {
  std::string policy;
  Date as_of{};
  Date known_at{};
  JsonText facts;
  std::vector<ProvenanceAnswer> provenance;
  std::vector<AssumptionAnswer> assumptions;
  Instant issued_at{};
};

/// parse_error where it is no receipt of a decision. Signatures are not looked at.
Result<Receipt> read_receipt(std::string_view credential);

/// What the subjects of two receipts say differently.
std::vector<ReplayDifference> differences(std::string_view receipt, std::string_view now);

}  // namespace hq::hub
