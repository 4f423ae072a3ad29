// CredentialService: credentials of the hub behind the log: issued, revoked, listed, verified.
//
// The log keeps of a credential its id, type, whom it is about, validity, place in a status list
// and digest, and its text only where that was asked for: claims about people do not belong into
// what cannot be erased. The text is made by `text_of` out of the request, to the same bytes each
// time, as long as the key is the same. A revocation is an event and cannot be undone; status lists
// are signed when they are asked for. What decisions need stands at the end: receipts are signed
// and facts are taken out of credentials without the log. As a log::Service it is owned by the
// writer's thread; everything else may be called on any thread and sees what is on disk.
//
//   HQ_TRY(auto credentials, CredentialService::open({.data = "data", .hub = "hubs/hongqiao"}));
//   machine.add(*credentials);
//   writer->submit({.id = "c-1", .type = "credentials.issue", .body = to_json(request)});
#pragma once

#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "hub/credentials/credential_records.h"
#include "hub/credentials/hub_identity.h"
#include "hub/credentials/known_issuers.h"
#include "hub/credentials/limits.h"
#include "log/machine.h"

namespace hq::hub {

struct CredentialOptions {
  std::filesystem::path data;      // keys, and what is known of others
  std::filesystem::path hub = {};  // DID documents that come with the hub
  std::string public_url = {};     // "https://hub.example"; empty: the hub is a did:key
  KnownIssuers::OnPassedOver on_passed_over = {};
  std::size_t issued_max = kIssuedMax;
};

/// A presented credential whose checks have all passed. Facts are taken out of it where a policy
/// trusts `issuer` for them.
struct AcceptedCredential {
  CredentialForm form = CredentialForm::vc;
  std::string issuer;  // a DID, or the URL of a controlled identifier
  std::string id;      // empty where it has none
  std::vector<std::string> types;
  std::string subject;                   // id of whom it is about; empty where it does not say
  bool is_presented_by_subject = false;  // the holder has shown their key
  credential::Json claims;               // the document; of an SD-JWT VC what is disclosed

  bool has_type(std::string_view type) const;
  /// The claim at a path of names and indexes of lists, "credentialSubject.degree.level". Of an
  /// SD-JWT VC "credentialSubject" stands for the claims themselves. Null where it is not there;
  /// not a word in it is trusted more than the issuer.
  const credential::Json* claim(std::string_view path) const;
};

struct AcceptOptions {
  Instant now{};       // for signatures and status lists
  Instant valid_at{};  // when it must be valid: the date that a decision is asked for
  std::optional<std::string> challenge = {};  // as in VerifyRequest
  std::optional<std::string> domain = {};
};

/// The moment at which a credential is to be valid for a decision of a day: now on that day, the
/// end of a day that is gone, the beginning of one to come.
Instant moment_of(Date day, Instant now);

class CredentialService : public log::Service {
 public:
  /// Errors as of HubIdentity::open.
  static Result<std::unique_ptr<CredentialService>> open(const CredentialOptions& options);

  /// With a key that nobody keeps: to fold a log and read, away from the keys of its hub.
  static std::unique_ptr<CredentialService> open_without_keys();

  std::string_view prefix() const override { return "credentials."; }
  /// "credentials.issue" (IssueRequest) and "credentials.revoke" (RevokeRequest). invalid_argument;
  /// not_found; limit_exceeded. A reply holds the id alone. To revoke again changes nothing.
  Result<log::Decision> decide(const log::Command& command) const override;
  void evolve(const log::Event& event, const log::Commit& commit) override;
  void stage() override;
  void publish() override;
  void add_state_to(Sha256Hasher& hasher) const override;
  uint32_t state_version() const override { return 1; }
  void save(log::StateWriter& out) const override;
  Result<> load(log::StateReader& in) override;

  std::optional<CredentialAnswer> find(std::string_view id, Instant now) const;
  CredentialPage list(const CredentialFilter& filter) const;

  /// The text of what was issued for this request. conflict: the key or the name of the hub has
  /// changed since, so it cannot be made anew.
  Result<std::string> text_of(const IssueRequest& request, const CredentialRecord& issued) const;

  /// The credential of a status list, valid for a short time. not_found: there is none.
  Result<std::string> status_list(uint32_t number, Instant at) const;

  /// Whether what was issued can still be verified: conflict where it was issued under another
  /// name, or with a key that is not there any more. To be asked after replay.
  Result<> check_signers() const;

  /// DID and DID document of the hub.
  const HubIdentity& identity() const { return identity_; }

  /// Each check of a credential, presentation or SD-JWT VC, with what is known here. A key binding
  /// is asked for where a challenge is given. Never an Error: what cannot be read is not valid.
  VerifyAnswer verify(const VerifyRequest& request, Instant now) const;

  /// The credentials in a text (those of a presentation, else the one), if all is well with each;
  /// else the first check that failed. A plain credential is accepted from whoever brings it.
  Result<std::vector<AcceptedCredential>> accept(std::string_view text,
                                                 const AcceptOptions& options) const;

  /// Signs a credential in the name of the hub; its issuer may be left out. The same bytes for the
  /// same text and time. invalid_argument: it is none, or names another issuer.
  Result<std::string> sign_receipt(std::string_view credential_without_proof, Instant at) const;

 private:
  /// A status list: which places are taken, and which are revoked, in the order of the log.
  struct List {
    std::vector<bool> taken;
    uint32_t count = 0;
    struct Revoked {
      uint64_t seq = 0;
      uint32_t index = 0;
    };
    std::vector<Revoked> revoked;
  };
  /// A list as it was signed last.
  struct SignedList {
    std::size_t revoked = 0;  // how many of its revocations it shows
    Instant made_at{};
    std::string text;
  };

  explicit CredentialService(HubIdentity identity, const CredentialOptions& options);

  Result<log::Decision> decide_issue(const log::Command& command) const;
  Result<log::Decision> decide_revoke(const log::Command& command) const;
  void keep(KeptCredential kept);
  std::pair<uint32_t, uint32_t> free_place(std::string_view seed) const;
  CredentialAnswer answer(const KeptCredential& kept, Instant now) const;
  credential::VerifyOptions options_of(const std::shared_ptr<const KnownIssuers::Snapshot>& known,
                                       Instant now) const;

  const HubIdentity identity_;
  const KnownIssuers known_;
  const std::size_t issued_max_;

  // Readers pass over what is not on disk yet: whatever has a higher number than published_seq_.
  mutable std::shared_mutex mutex_;
  std::deque<KeptCredential> kept_;                  // in the order of the log
  std::unordered_map<std::string, uint64_t> by_id_;  // place in kept_
  std::vector<List> lists_;                          // list 1 first
  std::vector<SignerRecord> signers_;                // the last one issued last
  uint64_t seq_ = 0;                                 // of the last commit that changed it
  uint64_t staged_seq_ = 0;
  uint64_t published_seq_ = 0;

  mutable std::mutex signed_mutex_;
  mutable std::map<uint32_t, SignedList> signed_;
};

}  // namespace hq::hub
