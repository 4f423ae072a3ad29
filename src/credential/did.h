// DIDs: from the name of a verification method to its public key, offline.
//
// did:key carries its key within itself. did:web, and an https URL as a controlled identifier,
// are looked up among documents that the caller has; nothing is fetched. A method counts only if
// the document names it for the purpose (assertionMethod, authentication), and at the time asked
// for it is neither expired nor revoked. DidDocuments is filled by one thread, then read by any.
//
//   DidDocuments dids;
//   HQ_TRY_VOID(dids.add(R"({"id":"did:web:hub.example", "verificationMethod":[...], ...})"));
//   HQ_TRY(PublicKey key, dids.resolve(method, ProofPurpose::assertion_method, at));
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "credential/json_tree.h"
#include "credential/public_key.h"

namespace hq::credential {

enum class ProofPurpose {
  assertion_method,  // to state a credential
  authentication,    // to present one
};

/// "assertionMethod", "authentication".
std::string_view name_of(ProofPurpose purpose);

struct VerificationMethod {
  std::string id;  // absolute
  std::string controller;
  PublicKey key;
  std::optional<Instant> expires;
  std::optional<Instant> revoked;
};

struct DidDocument {
  std::string id;
  std::vector<VerificationMethod> methods;  // those of a kind that is known
  std::set<std::string> assertion_methods;  // ids; may be of other documents
  std::set<std::string> authentications;

  static Result<DidDocument> parse(std::string_view text);
  const std::set<std::string>& methods_for(ProofPurpose purpose) const;
};

class DidDocuments {
 public:
  /// Adds a document of a did:web or an https URL. already_exists: there is one of that id.
  Result<> add(std::string_view text);

  const DidDocument* find(std::string_view id) const;

  /// The key of a verification method ("did:key:z6Mk...#z6Mk..."). not_found: its document is not
  /// known; forbidden: not for this purpose, expired or revoked; unsupported: another DID method.
  Result<PublicKey> resolve(std::string_view method, ProofPurpose purpose, Instant at) const;

  /// Whether `subject` (a DID or URL) speaks by that method: it is its own, or its document names
  /// it.
  bool speaks_by(std::string_view subject, std::string_view method, ProofPurpose purpose) const;

 private:
  std::map<std::string, DidDocument, std::less<>> documents_;
};

/// What stands before the fragment of a verification method.
std::string_view did_of(std::string_view method);

struct NamedKey {
  std::string method;  // "did:web:hub.example#key-1"
  PublicKey key;
};

/// A document with Ed25519 or P-256 keys, each for both purposes.
Json make_did_document(std::string_view id, const std::vector<NamedKey>& keys);
/// The same with one key; method "#key-1".
Json make_did_document(std::string_view id, const PublicKey& key);

/// Where the document of a did:web is published: "https://hub.example/.well-known/did.json".
Result<std::string> did_web_url(std::string_view did);

}  // namespace hq::credential
