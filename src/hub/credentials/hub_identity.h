// HubIdentity: the name and the keys with which the hub issues credentials.
//
// The keys lie in the file `credential_keys` of the data folder (0600), which is made at first use.
// The newest key signs; of those before it the public half stays in the DID document, so that what
// they signed can still be verified. A hub with a public address is did:web, another is did:key and
// so gets a new name with a new key. Every node of a cluster needs the same file. A value that is
// read by any thread.
//
//   HQ_TRY(const auto hub, HubIdentity::open("data", "https://hub.example"));
//   credential::issue(text, hub.issuer(), now());      // did:web:hub.example
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "credential/credential.h"

namespace hq::hub {

inline constexpr const char* kCredentialKeysFile = "credential_keys";

class HubIdentity {
 public:
  /// The keys of `folder`, made if there are none. `public_url`: "https://hub.example" or with a
  /// port; empty: did:key. invalid_argument: another kind of URL; forbidden: others may read or
  /// write the file; corrupt; newer_version.
  static Result<HubIdentity> open(const std::filesystem::path& folder,
                                  std::string_view public_url = {});

  /// A did:key that nobody keeps.
  static HubIdentity passing();

  /// Makes a new key that signs from the next start on; gives its public half as a Multikey.
  static Result<std::string> rotate(const std::filesystem::path& folder);

  const std::string& did() const { return did_; }
  /// Refers to this object.
  credential::Issuer issuer() const { return {did_, method_, key_}; }
  /// Whether a key, as a Multikey, is one of those in the DID document.
  bool has_key(std::string_view public_key) const { return document_.contains(public_key); }
  /// The DID document as JSON.
  const std::string& document() const { return document_; }

  /// "https://hub.example/api/v1/credentials/status/1", or a path of the did:key.
  std::string status_list_id(uint32_t number) const;
  /// The number of a list of this hub; nothing where it is of another.
  std::optional<uint32_t> status_list_number(std::string_view id) const;

  /// Salts that follow from the key and the name alone, so that a credential can be made anew to
  /// the same bytes; nobody without the key can tell them. Refers to this object.
  credential::SaltSource salts(std::string_view name) const;

 private:
  explicit HubIdentity(credential::SigningKey key);  // as a did:key

  credential::SigningKey key_;
  std::string salt_secret_;  // follows from the key; nobody else can tell it
  std::string did_;
  std::string method_;
  std::string document_;
  std::string status_base_;  // of list ids
};

}  // namespace hq::hub
