// Credentials: issue, present, verify offline, revoke. The facade of this folder.
//
// Two forms: W3C Verifiable Credentials 2.0 with eddsa-jcs-2022 proofs, and SD-JWT VC. Nothing here
// reads a clock, a file or the network: time, salts, DID documents and status lists come with the
// call. A verification does not stop at the first fault: each check is told with its reason in
// English and Chinese, and a check that could not be made is never taken for one that passed. Any
// thread.
//
//   const Issuer hub{"did:web:hub.example", "did:web:hub.example#key-1", key};
//   HQ_TRY(std::string credential, issue(R"({"@context":[...], ...})", hub, at));
//   VerifyResult result = verify_credential(credential, {.at = at, .dids = &dids});
//   if (!result.is_valid()) show(result.checks);
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "credential/data_integrity.h"
#include "credential/did.h"
#include "credential/json_tree.h"
#include "credential/limits.h"
#include "credential/public_key.h"
#include "credential/sd_jwt.h"
#include "credential/status_list.h"

namespace hq::credential {

/// Who signs: an issuer, or a holder who presents.
struct Issuer {
  std::string id;      // a DID
  std::string method;  // verification method of the key; did:key: key.did_method()
  const SigningKey& key;
};

/// What was looked at.
enum class CheckKind {
  format,       // it can be read
  model,        // it has the fields of its kind
  signature,    // it is what was signed, by a key that is known
  issuer,       // that key speaks for the issuer
  trust,        // the issuer is among those who are trusted
  validity,     // the time is within its span
  status,       // it is neither revoked nor suspended
  disclosure,   // what is disclosed is what was signed
  holder,       // it is presented by whom it is about
  key_binding,  // whoever presents has the holder's key, and means this verifier
};

enum class Outcome {
  passed,
  failed,
  not_asked,  // the document or the options give no reason to look
};

struct Check {
  CheckKind kind;
  Outcome outcome;
  Error reason;  // why it failed; empty otherwise
};

/// "signature" and its title for people: "Signature", "签名".
std::string_view name_of(CheckKind kind);
std::string_view title_of(CheckKind kind, Language language);

struct VerifyOptions {
  Instant at = {};                                          // of proofs and status lists: now
  std::optional<Instant> valid_at = {};                     // when it is to be valid; none: `at`
  const DidDocuments* dids = nullptr;                       // null where only did:key is known
  std::set<std::string, std::less<>> trusted_issuers = {};  // empty: whoever
  std::vector<std::string> status_lists = {};               // texts of list credentials
  // Gives the text of a list credential by its id, where it is not among those above.
  std::function<std::optional<std::string>(std::string_view id)> find_status_list = {};
  bool is_status_required = true;  // a status whose list is not known fails; else is not asked
  std::chrono::seconds status_age_max = kStatusAgeMax;  // of a list that says no end
  std::optional<std::string> challenge = {};            // of a presentation; nonce of a key binding
  std::optional<std::string> domain = {};  // of a presentation; audience of a key binding
  bool must_holder_be_subject = true;      // of each credential in a presentation that says who
  bool is_key_binding_required = true;     // of an SD-JWT VC
};

struct VerifyResult {
  std::vector<Check> checks;
  std::string issuer;                     // empty where it is not known
  std::string holder;                     // of a presentation
  Json document;                          // as read; of an SD-JWT VC the disclosed claims
  std::vector<VerifyResult> credentials;  // of a presentation

  /// No check failed, here and in each credential.
  bool is_valid() const;
  const Check* find(CheckKind kind) const;
};

VerifyResult verify_credential(std::string_view text, const VerifyOptions& options);
VerifyResult verify_presentation(std::string_view text, const VerifyOptions& options);
VerifyResult verify_sd_jwt_vc(std::string_view text, const VerifyOptions& options);

/// Signs a credential. Its issuer may be missing and is then put in. invalid_argument: it is not
/// of the model, or names another issuer.
Result<std::string> issue(std::string_view credential, const Issuer& issuer, Instant at);

struct PresentOptions {
  std::vector<std::string> credentials;  // texts
  std::string challenge;
  std::string domain;
  Instant at = {};
};

/// A presentation signed by the holder.
Result<std::string> present(const PresentOptions& options, const Issuer& holder);

/// A new status list, signed. `purpose`: revocation or suspension.
Result<std::string> issue_status_list(std::string_view id, std::string_view purpose,
                                      const Issuer& issuer, Instant at);

/// The list with one index set or cleared, signed anew. conflict: a revocation cannot be undone;
/// forbidden: the list is not signed by this issuer.
Result<std::string> set_status(std::string_view list, int64_t index, bool value,
                               const Issuer& issuer, Instant at);

}  // namespace hq::credential
