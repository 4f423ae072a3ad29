// Verification: each check in turn, with its reason.
#include <algorithm>

#include "credential/credential.h"
#include "credential/credential_model.h"
#include "credential/limits.h"

namespace hq::credential {
namespace {

std::unexpected<Error> refused(std::string message, std::string message_zh, std::string where) {
  return fail(ErrorCode::forbidden, std::move(message), std::move(message_zh), std::move(where));
}

// Gathers the checks of one document. A check after which nothing can be looked at answers false.
class Report {
 public:
  explicit Report(VerifyResult& result) : result_(result) {}

  bool add(CheckKind kind, const Result<>& outcome) {
    result_.checks.push_back(
        {kind, outcome ? Outcome::passed : Outcome::failed, outcome ? Error{} : outcome.error()});
    return outcome.has_value();
  }

  void skip(CheckKind kind) { result_.checks.push_back({kind, Outcome::not_asked, {}}); }

 private:
  VerifyResult& result_;
};

// The text as a document of its model; false where it is none.
bool read(std::string_view text, Report& report, VerifyResult& result) {
  auto document = Json::parse(text);
  if (!document) {
    return report.add(CheckKind::format, std::unexpected(std::move(document).error()));
  }
  report.add(CheckKind::format, {});
  result.document = std::move(*document);
  return true;
}

bool check_model(std::vector<Error> problems, Report& report) {
  if (problems.empty()) return report.add(CheckKind::model, {});
  return report.add(CheckKind::model, std::unexpected(std::move(problems.front())));
}

const DidDocuments& documents_of(const VerifyOptions& options) {
  static const DidDocuments none;
  return options.dids == nullptr ? none : *options.dids;
}

// Whether one of the keys that signed speaks for `party`.
Result<> check_speaker(const std::vector<VerifiedProof>& proofs, const std::string& party,
                       ProofPurpose purpose, const VerifyOptions& options) {
  const bool speaks = std::ranges::any_of(proofs, [&](const VerifiedProof& proof) {
    return documents_of(options).speaks_by(party, proof.method, purpose);
  });
  if (speaks) return {};
  return refused("it was signed by a key of somebody else", "签名密钥不属于其声称的主体", party);
}

void check_trust(const std::string& issuer, const VerifyOptions& options, Report& report) {
  if (options.trusted_issuers.empty()) return report.skip(CheckKind::trust);
  if (options.trusted_issuers.contains(issuer)) {
    report.add(CheckKind::trust, {});
  } else {
    report.add(CheckKind::trust, refused("this issuer is not trusted", "该签发方不受信任", issuer));
  }
}

Result<> check_span(std::optional<Instant> from, std::optional<Instant> until, Instant at) {
  if (from && at < *from) return refused("it is not valid yet", "尚未生效", "validFrom");
  if (until && at >= *until) return refused("it has expired", "已过期", "validUntil");
  return {};
}

Result<> check_validity(const Json& document, Instant at) {
  return check_span(time_of_field(document, "validFrom"), time_of_field(document, "validUntil"),
                    at);
}

// A list that says no end could be a copy from before a revocation, so its age counts.
Result<> check_age(const Json& list, const std::vector<VerifiedProof>& proofs,
                   const VerifyOptions& options) {
  if (list.find("validUntil") != nullptr) return {};
  std::optional<Instant> made = time_of_field(list, "validFrom");
  for (const VerifiedProof& proof : proofs) {
    if (proof.created) made = std::max(made, proof.created);
  }
  if (made && options.at - *made <= options.status_age_max) return {};
  return refused("the status list may be an old copy: it says no end, and is old or has no date",
                 "状态列表可能是旧副本：未注明有效期，且已过久或无日期", "validUntil");
}

// Proof, issuer and time of a status list, which only the credential's own issuer may keep: who is
// trusted for something else could otherwise take back a revocation.
Result<> check_list(const Json& list, const std::string& issuer, const VerifyOptions& options) {
  const auto problems = check_credential(list);
  if (!problems.empty()) return std::unexpected(problems.front());
  const std::string publisher = party_of(list, "issuer").value_or("");
  if (publisher != issuer) {
    return refused("the status list is of another issuer", "状态列表属于其他签发方", publisher);
  }
  HQ_TRY(const auto proofs, verify_proofs(list, {.at = options.at, .dids = options.dids}));
  HQ_TRY_VOID(check_speaker(proofs, publisher, ProofPurpose::assertion_method, options));
  HQ_TRY_VOID(check_age(list, proofs, options));
  return check_validity(list, options.at);
}

std::optional<Json> list_named(const std::string& id, const std::string& text) {
  auto list = Json::parse(text);
  const std::string* own = list ? list->find_string("id") : nullptr;
  if (own == nullptr || *own != id) return std::nullopt;
  return std::move(*list);
}

// The known list of an id; nothing where there is none.
std::optional<Json> find_list(const std::string& id, const VerifyOptions& options) {
  for (const std::string& text : options.status_lists) {
    if (auto list = list_named(id, text)) return list;
  }
  const auto text = options.find_status_list ? options.find_status_list(id) : std::nullopt;
  return text ? list_named(id, *text) : std::nullopt;
}

// True where the entry was looked up and says nothing against the credential; false where its list
// is not known and need not be.
Result<bool> check_entry(const Json& from, const std::string& issuer,
                         const VerifyOptions& options) {
  HQ_TRY(const StatusEntry entry, StatusEntry::read(from));
  const auto list = find_list(entry.list, options);
  if (!list && !options.is_status_required) return false;
  if (!list) {
    return fail(ErrorCode::unavailable, "the status list is not known here", "本地没有该状态列表",
                entry.list);
  }
  HQ_TRY_VOID(check_list(*list, issuer, options));
  HQ_TRY(const StatusList bits, list_of(*list, entry.purpose));
  // What hides a holder is how many others there are, however many bits each has.
  if (bits.size() / static_cast<std::size_t>(entry.bits) < kStatusBitsMin) {
    return fail(ErrorCode::invalid_argument, "a status list with too few entries to hide a holder",
                "状态列表条目过少，无法保护持有方", "encodedList");
  }
  HQ_TRY(const uint32_t value, bits.value(entry.index, entry.bits));
  if (value != 0 && entry.purpose == "revocation") {
    return refused("it was revoked", "已被撤销", "credentialStatus");
  }
  if (value != 0 && entry.purpose == "suspension") {
    return refused("it is suspended", "已被暂停", "credentialStatus");
  }
  return true;
}

void check_status(const Json& document, const std::string& issuer, const VerifyOptions& options,
                  Report& report) {
  const Json* status = document.find("credentialStatus");
  bool is_known = status != nullptr && !status->as_set().empty();
  if (status != nullptr) {
    for (const Json* entry : status->as_set()) {
      auto looked_up = check_entry(*entry, issuer, options);
      if (!looked_up) {
        report.add(CheckKind::status, std::unexpected(std::move(looked_up).error()));
        return;
      }
      is_known = is_known && *looked_up;
    }
  }
  is_known ? static_cast<void>(report.add(CheckKind::status, {})) : report.skip(CheckKind::status);
}

// The checks of a credential that was read. One without a proof of its own is secured by the
// presentation around it.
void verify_document(const VerifyOptions& options, bool is_secured_outside, VerifyResult& result) {
  Report report(result);
  if (!check_model(check_credential(result.document), report)) return;
  result.issuer = party_of(result.document, "issuer").value_or("");
  if (is_secured_outside && result.document.find("proof") == nullptr) {
    report.skip(CheckKind::signature);
  } else {
    auto proofs = verify_proofs(result.document, {.at = options.at, .dids = options.dids});
    if (!proofs) {
      report.add(CheckKind::signature, std::unexpected(std::move(proofs).error()));
    } else {
      report.add(CheckKind::signature, {});
      report.add(CheckKind::issuer,
                 check_speaker(*proofs, result.issuer, ProofPurpose::assertion_method, options));
    }
  }
  check_trust(result.issuer, options, report);
  report.add(CheckKind::validity,
             check_validity(result.document, options.valid_at.value_or(options.at)));
  check_status(result.document, result.issuer, options, report);
}

// Who a credential is about is who presents it, where both are said.
Result<> check_subjects(const Json& presentation, const std::string& holder) {
  const Json* credentials = presentation.find("verifiableCredential");
  if (credentials == nullptr) return {};
  for (const Json* credential : credentials->as_set()) {
    const Json* subjects = credential->find("credentialSubject");
    if (subjects == nullptr) continue;
    const auto all = subjects->as_set();
    const bool is_about = std::ranges::any_of(all, [&](const Json* one) {
      const std::string* id = one->find_string("id");
      return id == nullptr || *id == holder;
    });
    if (!is_about) {
      return refused("a credential is about somebody else than the holder", "凭证主体与持有方不符",
                     "credentialSubject");
    }
  }
  return {};
}

Result<> check_holder(const VerifyResult& result, const std::vector<VerifiedProof>& proofs,
                      const VerifyOptions& options) {
  HQ_TRY_VOID(check_speaker(proofs, result.holder, ProofPurpose::authentication, options));
  const auto problems = check_self_asserted(result.document);
  if (!problems.empty()) return std::unexpected(problems.front());
  if (!options.must_holder_be_subject) return {};
  return check_subjects(result.document, result.holder);
}

void verify_held(const VerifyOptions& options, VerifyResult& result) {
  const Json* credentials = result.document.find("verifiableCredential");
  if (credentials == nullptr) return;
  for (const Json* one : credentials->as_set()) {
    VerifyResult& held = result.credentials.emplace_back();
    held.document = *one;
    if (has_type(*one, "EnvelopedVerifiableCredential")) {
      Report(held).add(CheckKind::format,
                       fail(ErrorCode::unsupported,
                            "enveloped credentials are not read; present an SD-JWT VC by itself",
                            "不支持封装凭证，请单独出示 SD-JWT VC", "verifiableCredential"));
      continue;
    }
    verify_document(options, true, held);
  }
}

// The key that signed an SD-JWT VC: by "kid", a verification method of "iss" (or of itself).
Result<PublicKey> issuer_key(const Jws& jws, std::string& issuer, const VerifyOptions& options) {
  const std::string* kid = jws.header.find_string("kid");
  std::string method = kid == nullptr ? "" : *kid;
  if (issuer.starts_with("did:key:") && method.empty()) {
    method = issuer + "#" + issuer.substr(std::string_view("did:key:").size());
  }
  if (method.starts_with('#')) method = issuer + method;
  if (issuer.empty()) issuer = did_of(method);
  if (method.empty() ||
      !documents_of(options).speaks_by(issuer, method, ProofPurpose::assertion_method)) {
    return refused("no key of the issuer is named", "未指明签发方的密钥", "kid");
  }
  return documents_of(options).resolve(method, ProofPurpose::assertion_method, options.at);
}

Result<> check_token_model(const SdJwt& token) {
  const std::string* type = token.issued.header.find_string("typ");
  if (type == nullptr || (*type != kSdJwtVcType && *type != kSdJwtVcFormerType)) {
    return fail(ErrorCode::invalid_argument, "must be dc+sd-jwt", "须为 dc+sd-jwt", "typ");
  }
  // What says whether it holds is never among the disclosures.
  if (token.payload.find_string("vct") == nullptr) {
    return fail(ErrorCode::invalid_argument, "is missing", "缺失", "vct");
  }
  for (const std::string_view field : {"iat", "nbf", "exp"}) {
    const Json* value = token.payload.find(field);
    if (value != nullptr && !numeric_date(value)) {
      return fail(ErrorCode::invalid_argument, "must be seconds since 1970", "须为 1970 年起的秒数",
                  std::string(field));
    }
  }
  return {};
}

Result<> check_token_signature(const SdJwt& token, std::string& issuer,
                               const VerifyOptions& options) {
  HQ_TRY(const PublicKey key, issuer_key(token.issued, issuer, options));
  return verify_jws(token.issued, key);
}

Result<> check_token_claims(const SdJwt& token, Json& claims) {
  HQ_TRY(claims, disclosed_claims(token));
  for (const std::string_view name :
       {"iss", "nbf", "exp", "cnf", "vct", "status", "credentialStatus"}) {
    if (claims.find(name) != nullptr && token.payload.find(name) == nullptr) {
      return refused("this claim must not be hidden", "该声明不可被隐藏", std::string(name));
    }
  }
  return {};
}

void check_binding(const SdJwt& token, const VerifyOptions& options, Report& report) {
  if (token.key_binding.empty() && !options.is_key_binding_required) {
    return report.skip(CheckKind::key_binding);
  }
  if (!options.challenge || !options.domain) {
    report.add(CheckKind::key_binding, fail(ErrorCode::invalid_argument,
                                            "a key binding needs a nonce and an audience to expect",
                                            "验证密钥绑定须给出随机数与受众", "challenge"));
    return;
  }
  report.add(CheckKind::key_binding, verify_key_binding(token, {.audience = *options.domain,
                                                                .nonce = *options.challenge,
                                                                .at = options.at}));
}

}  // namespace

VerifyResult verify_credential(std::string_view text, const VerifyOptions& options) {
  VerifyResult result;
  Report report(result);
  if (read(text, report, result)) verify_document(options, false, result);
  return result;
}

VerifyResult verify_presentation(std::string_view text, const VerifyOptions& options) {
  VerifyResult result;
  Report report(result);
  if (!read(text, report, result)) return result;
  if (!check_model(check_presentation(result.document), report)) return result;
  result.holder = party_of(result.document, "holder").value_or("");
  auto proofs = verify_proofs(result.document, {.at = options.at,
                                                .dids = options.dids,
                                                .purpose = ProofPurpose::authentication,
                                                .domain = options.domain,
                                                .challenge = options.challenge});
  if (!proofs) {
    report.add(CheckKind::signature, std::unexpected(std::move(proofs).error()));
  } else {
    report.add(CheckKind::signature, {});
    // A presentation need not name its holder; then it is whoever signed.
    if (result.document.find("holder") == nullptr) result.holder = did_of(proofs->front().method);
    report.add(CheckKind::holder, check_holder(result, *proofs, options));
  }
  verify_held(options, result);
  return result;
}

VerifyResult verify_sd_jwt_vc(std::string_view text, const VerifyOptions& options) {
  VerifyResult result;
  Report report(result);
  auto token = parse_sd_jwt(text);
  if (!token) {
    report.add(CheckKind::format, std::unexpected(std::move(token).error()));
    return result;
  }
  report.add(CheckKind::format, {});
  if (!report.add(CheckKind::model, check_token_model(*token))) return result;
  const std::string* issuer = token->payload.find_string("iss");
  result.issuer = issuer == nullptr ? "" : *issuer;
  report.add(CheckKind::signature, check_token_signature(*token, result.issuer, options));
  check_trust(result.issuer, options, report);
  report.add(CheckKind::disclosure, check_token_claims(*token, result.document));
  report.add(CheckKind::validity, check_span(numeric_date(token->payload.find("nbf")),
                                             numeric_date(token->payload.find("exp")),
                                             options.valid_at.value_or(options.at)));
  if (token->payload.find("status") == nullptr) {
    check_status(token->payload, result.issuer, options, report);
  } else {
    report.add(CheckKind::status, fail(ErrorCode::unsupported, "token status lists are not read",
                                       "不支持令牌状态列表", "status"));
  }
  check_binding(*token, options, report);
  return result;
}

}  // namespace hq::credential
