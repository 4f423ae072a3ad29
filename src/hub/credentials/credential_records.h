// What credentials of the hub are in commands, in the log and in answers. Values; any thread.
//
//   HQ_TRY(auto wanted, from_json<IssueRequest>(body));
//   to_json(CredentialAnswer{...});                     //
//   {"id":"...","kind":"vc","type":[...],...}
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"

namespace hq::hub {

/// In JSON "vc" (W3C, eddsa-jcs-2022), "sd-jwt" (SD-JWT VC) and "presentation", which is verified
/// and never issued.
enum class CredentialForm : uint8_t { vc, sd_jwt, presentation };
void write_json(JsonWriter& out, CredentialForm form);
bool read_json(JsonReader& in, CredentialForm& form);

/// Body of "credentials.issue". It is not kept: the log has a digest of it.
struct IssueRequest {
  std::vector<std::string> type;  // besides VerifiableCredential; of an SD-JWT VC the one "vct"
  JsonText subject;               // an object of claims; its "id", a DID or URL, says about whom
  std::optional<Instant> valid_from;   // else when it is issued
  std::optional<Instant> valid_until;  // else no end
  std::optional<CredentialForm> kind;  // else vc
  std::optional<std::vector<std::string>>
      disclosable;           // of an SD-JWT VC: claims that may be hidden
  std::optional<bool> keep;  // the text in the log too; else it is not
};
BOOST_DESCRIBE_STRUCT(IssueRequest, (),
                      (type, subject, valid_from, valid_until, kind, disclosable, keep))

/// What the log keeps of a credential; body of the event "credentials.issued".
struct CredentialRecord {
  std::string id;  // a UUID; the credential calls itself urn:uuid:<id>
  CredentialForm kind = CredentialForm::vc;
  std::vector<std::string> type;
  std::optional<std::string> subject_id;
  Instant issued_at{};  // whole seconds
  Instant valid_from{};
  std::optional<Instant> valid_until;
  uint32_t status_list = 0;  // from 1
  uint32_t status_index = 0;
  std::string sha256;  // of the text, in hexadecimal digits
  std::optional<std::string> credential;
};
BOOST_DESCRIBE_STRUCT(CredentialRecord, (),
                      (id, kind, type, subject_id, issued_at, valid_from, valid_until, status_list,
                       status_index, sha256, credential))

/// The name and key that the hub issues with from then on; body of the event "credentials.signer".
struct SignerRecord {
  std::string did;
  std::string public_key;  // Multikey

  bool operator==(const SignerRecord&) const = default;
};
BOOST_DESCRIBE_STRUCT(SignerRecord, (), (did, public_key))

/// Body of "credentials.revoke" and of the event "credentials.revoked". The reason stays in the
/// log for ever, so it should name nobody.
struct RevokeRequest {
  std::string id;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(RevokeRequest, (), (id, reason))

/// A credential in the state, as a snapshot has it.
struct KeptCredential {
  CredentialRecord record;
  uint64_t seq = 0;          // commit that issued it
  uint64_t revoked_seq = 0;  // 0: not revoked
  Instant revoked_at{};
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(KeptCredential, (), (record, seq, revoked_seq, revoked_at, reason))

enum class CredentialStatus : uint8_t { valid, not_yet_valid, expired, revoked };
BOOST_DESCRIBE_ENUM(CredentialStatus, valid, not_yet_valid, expired, revoked)

/// A credential as it is shown: the record, where it stands, and how.
struct CredentialAnswer : CredentialRecord {
  CredentialStatus status = CredentialStatus::valid;
  uint64_t commit = 0;  // that issued it
  std::optional<Instant> revoked_at;
  std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(CredentialAnswer, (CredentialRecord), (status, commit, revoked_at, reason))

/// Newest first. `next` is the cursor of the next page; none at the end.
struct CredentialPage {
  std::vector<CredentialAnswer> credentials;
  std::optional<uint64_t> next;
};
BOOST_DESCRIBE_STRUCT(CredentialPage, (), (credentials, next))

struct CredentialFilter {
  Instant now{};
  std::size_t limit = 100;
  std::optional<uint64_t> cursor = {};
  std::optional<std::string> subject_id = {};
  std::optional<CredentialStatus> status = {};
};

/// Body of POST /credentials/verify.
struct VerifyRequest {
  std::string credential;                // credential, presentation or SD-JWT VC as text
  std::optional<std::string> challenge;  // of a presentation; nonce of a key binding
  std::optional<std::string> domain;     // of a presentation; audience of a key binding
  std::optional<Instant> at;             // else now
};
BOOST_DESCRIBE_STRUCT(VerifyRequest, (), (credential, challenge, domain, at))

/// One check, as credential::Check has it; the reason stands where it failed.
struct CheckAnswer {
  std::string kind;
  std::string title_zh;
  std::string title_en;
  std::string outcome;  // passed, failed, not_asked
  std::optional<std::string> reason_zh;
  std::optional<std::string> reason_en;
};
BOOST_DESCRIBE_STRUCT(CheckAnswer, (), (kind, title_zh, title_en, outcome, reason_zh, reason_en))

struct VerifyAnswer {
  bool is_valid = false;
  CredentialForm kind = CredentialForm::vc;
  std::optional<std::string> issuer;   // none where it is not known
  std::optional<std::string> subject;  // whom it is about
  std::optional<std::string> holder;   // who presents
  std::vector<CheckAnswer> checks;
  JsonText document;                      // as read; of an SD-JWT VC what is disclosed
  std::vector<VerifyAnswer> credentials;  // of a presentation
};
BOOST_DESCRIBE_STRUCT(VerifyAnswer, (),
                      (is_valid, kind, issuer, subject, holder, checks, document, credentials))

}  // namespace hq::hub
