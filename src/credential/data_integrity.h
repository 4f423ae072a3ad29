// Data Integrity proofs (W3C Data Integrity 1.0) with JSON canonicalisation.
//
// Made: eddsa-jcs-2022. Checked: eddsa-jcs-2022 and ecdsa-jcs-2019 with P-256, alone, as sets and
// as chains (previousProof); every proof of a document must hold. Suites that need RDF
// canonicalisation (eddsa-rdfc-2022, ecdsa-rdfc-2019, ecdsa-sd-2023, bbs-2023) and other proof
// types are refused as unsupported. Pure functions on any thread; the time is a parameter.
//
//   HQ_TRY(Json signed_one, add_proof(credential, {.method = key.did_method()}, key));
//   HQ_TRY(auto proofs, verify_proofs(signed_one, {.at = now, .dids = &dids}));
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "credential/did.h"
#include "credential/json_tree.h"
#include "credential/public_key.h"

namespace hq::credential {

struct ProofOptions {
  std::string method = {};  // verification method of the key
  ProofPurpose purpose = ProofPurpose::assertion_method;
  std::optional<Instant> created = {};
  std::optional<Instant> expires = {};
  std::optional<std::string> id = {};  // by which later proofs of a chain name this one
  std::optional<std::string> domain = {};
  std::optional<std::string> challenge = {};
  std::vector<std::string> previous_proofs = {};  // ids of proofs that this one signs too
};

/// The document with one more proof. not_found: a previous proof is not there.
Result<Json> add_proof(const Json& document, const ProofOptions& options, const SigningKey& key);

struct ProofExpectation {
  Instant at = {};
  const DidDocuments* dids = nullptr;  // null where only did:key is known
  ProofPurpose purpose = ProofPurpose::assertion_method;
  std::optional<std::string> domain = {};     // must be among those of each proof
  std::optional<std::string> challenge = {};  // must be that of each proof
};

struct VerifiedProof {
  std::string method;
  std::optional<Instant> created;
};

/// All proofs of a document, in their order. not_found: there is none; forbidden: one is wrong,
/// over, or made for something else; unsupported: of a suite that is not known.
Result<std::vector<VerifiedProof>> verify_proofs(const Json& document,
                                                 const ProofExpectation& expected);

/// Whether the one proof of a document is an eddsa-jcs-2022 signature by this very key; time and
/// purpose are not looked at.
Result<> verify_own_proof(const Json& document, const PublicKey& key);

/// What is signed: the hash of the proof without its value, then that of the document without (or
/// with only the previous) proofs.
std::string proof_hash_data(const Json& unsecured_document, const Json& proof_config);

}  // namespace hq::credential
