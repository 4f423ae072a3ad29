#include "hub/credentials/credential_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "credential/credential_model.h"
#include "hub/credentials/limits.h"

namespace hq::hub {
namespace {

using credential::Json;

constexpr std::string_view kCredentialType = "VerifiableCredential";
// Gives a meaning to terms that no context defines (VCDM 2.0, B.1).
constexpr std::string_view kUndefinedTerms = "https://www.w3.org/ns/credentials/undefined-terms/v2";

// Claims of an SD-JWT VC that the hub itself makes.
constexpr std::array<std::string_view, 12> kOwnClaims = {
    "iss", "sub",    "vct", "jti", "iat", "nbf", "exp", "cnf", "status", "credentialStatus",
    "_sd", "_sd_alg"};

std::unexpected<Error> bad(std::string where, std::string message, std::string message_zh) {
  return fail(ErrorCode::invalid_argument, std::move(message), std::move(message_zh),
              std::move(where));
}

int64_t seconds_of(Instant time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

Result<Json> read_subject(const IssueRequest& request) {
  if (request.subject.text.size() > kSubjectBytesMax) {
    return fail(ErrorCode::too_large, fmt::format("the claims are over {} bytes", kSubjectBytesMax),
                fmt::format("声明超过 {} 字节", kSubjectBytesMax), "subject");
  }
  auto subject = Json::parse(request.subject.text);
  if (!subject) return std::unexpected(std::move(subject).error().at("subject"));
  if (subject->as_object() == nullptr || subject->as_object()->empty()) {
    return bad("subject", "must be an object with claims", "须为含有声明的对象");
  }
  return subject;
}

Result<> describe_types(const IssueRequest& request, CredentialRecord& record) {
  std::ranges::copy_if(request.type, std::back_inserter(record.type),
                       [](const std::string& type) { return type != kCredentialType; });
  const bool is_long = std::ranges::any_of(record.type, [](const std::string& type) {
    return type.empty() || type.size() > kTypeBytesMax;
  });
  if (record.type.size() > kTypesMax || is_long) {
    return bad("type", fmt::format("at most {} types of 1 to {} bytes", kTypesMax, kTypeBytesMax),
               fmt::format("最多 {} 个类型，各 1 至 {} 字节", kTypesMax, kTypeBytesMax));
  }
  if (record.kind == CredentialForm::sd_jwt && record.type.size() != 1) {
    return bad("type", "an SD-JWT VC has one type", "SD-JWT VC 须有且仅有一个类型");
  }
  return {};
}

Json status_entry(const CredentialRecord& record, const HubIdentity& identity) {
  return credential::StatusEntry{"revocation", identity.status_list_id(record.status_list),
                                 record.status_index, 1}
      .json();
}

Result<std::string> make_vc(const Json& subject, const CredentialRecord& record,
                            const HubIdentity& identity) {
  std::vector<std::string> types{std::string(kCredentialType)};
  std::ranges::copy(record.type, std::back_inserter(types));
  Json vc = Json::object();
  vc.set("@context",
         Json::strings({std::string(credential::kBaseContext), std::string(kUndefinedTerms)}));
  vc.set("id", Json(credential_urn(record.id)));
  vc.set("type", Json::strings(types));
  vc.set("issuer", Json(identity.did()));
  vc.set("validFrom", Json(format_instant(record.valid_from)));
  if (record.valid_until) vc.set("validUntil", Json(format_instant(*record.valid_until)));
  vc.set("credentialSubject", subject);
  vc.set("credentialStatus", status_entry(record, identity));
  return credential::issue(vc.text(), identity.issuer(), record.issued_at);
}

Result<std::string> make_sd_jwt(Json claims, const IssueRequest& request,
                                const CredentialRecord& record, const HubIdentity& identity) {
  for (const std::string_view name : kOwnClaims) {
    if (claims.find(name) != nullptr) {
      return bad("subject", fmt::format("'{}' is a claim that the hub makes", name),
                 fmt::format("“{}”由枢纽填写", name));
    }
  }
  credential::SdJwtOptions options;
  options.method = identity.issuer().method;
  claims.erase("id");
  claims.set("iss", Json(identity.did()));
  claims.set("vct", Json(record.type.front()));
  claims.set("jti", Json(credential_urn(record.id)));
  claims.set("iat", Json(seconds_of(record.issued_at)));
  claims.set("nbf", Json(seconds_of(record.valid_from)));
  if (record.valid_until) claims.set("exp", Json(seconds_of(*record.valid_until)));
  if (record.subject_id) {
    claims.set("sub", Json(*record.subject_id));
    // Who is named by a key shows the credential with that key; others are bound to none.
    if (record.subject_id->starts_with("did:key:")) {
      HQ_TRY(options.holder, credential::PublicKey::from_multikey(
                                 record.subject_id->substr(std::string_view("did:key:").size())));
    }
  }
  claims.set("credentialStatus", status_entry(record, identity));
  options.claims = std::move(claims);
  const std::vector<std::string> hidden = request.disclosable.value_or(std::vector<std::string>());
  if (!hidden.empty()) options.frame.set("_sd", Json::strings(hidden));
  return credential::issue_sd_jwt(options, identity.salts(record.id), identity.issuer().key);
}

}  // namespace

std::string credential_urn(std::string_view id) {
  return "urn:uuid:" + std::string(id);
}

Result<> describe_credential(const IssueRequest& request, CredentialRecord& record) {
  record.kind = request.kind.value_or(CredentialForm::vc);
  if (record.kind == CredentialForm::presentation) {
    return bad("kind", "a presentation is made by the holder; issue vc or sd-jwt",
               "出示由持有方制作，请签发 vc 或 sd-jwt");
  }
  HQ_TRY_VOID(describe_types(request, record));
  HQ_TRY(const Json subject, read_subject(request));
  if (const Json* id = subject.find("id")) {
    const std::string* text = id->as_string();
    if (text == nullptr || !credential::is_url(*text)) {
      return bad("subject/id", "must be a DID or URL", "须为 DID 或 URL");
    }
    record.subject_id = *text;
  }
  const std::vector<std::string> hidden = request.disclosable.value_or(std::vector<std::string>());
  if (record.kind == CredentialForm::vc && !hidden.empty()) {
    return bad("disclosable", "only claims of an sd-jwt can be hidden",
               "仅 sd-jwt 的声明可选择性披露");
  }
  for (const std::string& name : hidden) {
    if (hidden.size() > kDisclosableMax || name == "id" || subject.find(name) == nullptr) {
      return bad("disclosable",
                 fmt::format("at most {} names of claims that the subject has", kDisclosableMax),
                 fmt::format("须为主体所含声明的名称，最多 {} 个", kDisclosableMax));
    }
  }
  const auto seconds = [](Instant time) { return std::chrono::floor<std::chrono::seconds>(time); };
  record.valid_from = seconds(request.valid_from.value_or(record.issued_at));
  if (request.valid_until) record.valid_until = seconds(*request.valid_until);
  if (record.valid_until && *record.valid_until <= record.valid_from) {
    return bad("valid_until", "must be after valid_from, and after now where that is left out",
               "须晚于 valid_from；未给出时须晚于当前");
  }
  return {};
}

Result<std::string> make_credential_text(const IssueRequest& request,
                                         const CredentialRecord& record,
                                         const HubIdentity& identity) {
  HQ_TRY(Json subject, read_subject(request));
  return record.kind == CredentialForm::vc
             ? make_vc(subject, record, identity)
             : make_sd_jwt(std::move(subject), request, record, identity);
}

}  // namespace hq::hub
