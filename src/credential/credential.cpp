#include "credential/credential.h"

#include <algorithm>
#include <array>

#include "base/assert.h"
#include "credential/credential_model.h"

namespace hq::credential {
namespace {

struct KindWords {
  std::string_view name;
  std::string_view title_en;
  std::string_view title_zh;
};

constexpr std::array<KindWords, 10> kKinds = {{
    {"format", "Format", "格式"},
    {"model", "Data model", "数据模型"},
    {"signature", "Signature", "签名"},
    {"issuer", "Issuer", "签发方"},
    {"trust", "Trust in the issuer", "签发方信任"},
    {"validity", "Validity period", "有效期"},
    {"status", "Revocation and suspension", "撤销与暂停"},
    {"disclosure", "Disclosed claims", "披露的声明"},
    {"holder", "Holder", "持有方"},
    {"key_binding", "Key binding", "密钥绑定"},
}};

Result<> first_of(const std::vector<Error>& problems) {
  if (problems.empty()) return {};
  return std::unexpected(problems.front());
}

// The document of a text that must be a credential, before it is signed.
Result<Json> read_unsigned(std::string_view text) {
  HQ_TRY(Json document, Json::parse(text));
  if (document.find("proof") != nullptr) {
    return fail(ErrorCode::invalid_argument, "it is signed already", "已经签名", "proof");
  }
  HQ_TRY_VOID(first_of(check_credential(document, ModelStage::before_issue)));
  return document;
}

Result<> check_signer(const Issuer& issuer) {
  const bool is_did_key = issuer.id.starts_with("did:key:");
  if (did_of(issuer.method) != issuer.id ||
      (is_did_key && issuer.method != issuer.key.did_method())) {
    return fail(ErrorCode::invalid_argument, "the verification method is not one of the signer",
                "验证方法不属于签名者", issuer.method);
  }
  return {};
}

}  // namespace

std::string_view name_of(CheckKind kind) {
  return kKinds[static_cast<std::size_t>(kind)].name;
}

std::string_view title_of(CheckKind kind, Language language) {
  const KindWords& words = kKinds[static_cast<std::size_t>(kind)];
  return language == Language::zh ? words.title_zh : words.title_en;
}

bool VerifyResult::is_valid() const {
  return !checks.empty() && std::ranges::none_of(checks, [](const Check& check) {
    return check.outcome == Outcome::failed;
  }) && std::ranges::all_of(credentials, &VerifyResult::is_valid);
}

const Check* VerifyResult::find(CheckKind kind) const {
  const auto found = std::ranges::find(checks, kind, &Check::kind);
  return found == checks.end() ? nullptr : &*found;
}

Result<std::string> issue(std::string_view credential, const Issuer& issuer, Instant at) {
  HQ_TRY(Json document, read_unsigned(credential));
  HQ_TRY_VOID(check_signer(issuer));
  const Json* named = document.find("issuer");
  const auto name = party_of(document, "issuer");
  if (name && *name != issuer.id) {
    return fail(ErrorCode::invalid_argument, "the credential names another issuer",
                "凭证指定了其他签发方", "issuer");
  }
  if (named == nullptr) {
    document.set("issuer", Json(issuer.id));
  } else if (!name) {
    document.find("issuer")->set("id", Json(issuer.id));
  }
  HQ_TRY(const Json secured,
         add_proof(document, {.method = issuer.method, .created = at}, issuer.key));
  return secured.text();
}

Result<std::string> present(const PresentOptions& options, const Issuer& holder) {
  HQ_TRY_VOID(check_signer(holder));
  Json presentation = Json::object();
  presentation.set("@context", Json::strings({std::string(kBaseContext)}));
  presentation.set("type", Json::strings({"VerifiablePresentation"}));
  presentation.set("holder", Json(holder.id));
  Json& credentials = presentation.set("verifiableCredential", Json::array());
  for (const std::string& text : options.credentials) {
    HQ_TRY(Json credential, Json::parse(text));
    credentials.as_array()->push_back(std::move(credential));
  }
  HQ_TRY_VOID(first_of(check_presentation(presentation)));
  ProofOptions proof{
      .method = holder.method, .purpose = ProofPurpose::authentication, .created = options.at};
  if (!options.challenge.empty()) proof.challenge = options.challenge;
  if (!options.domain.empty()) proof.domain = options.domain;
  HQ_TRY(const Json secured, add_proof(presentation, proof, holder.key));
  return secured.text();
}

Result<std::string> issue_status_list(std::string_view id, std::string_view purpose,
                                      const Issuer& issuer, Instant at) {
  if (purpose != "revocation" && purpose != "suspension") {
    return fail(ErrorCode::invalid_argument, "the purpose is revocation or suspension",
                "用途须为 revocation 或 suspension", "statusPurpose");
  }
  HQ_TRY(const StatusList list, StatusList::make());
  return issue(make_status_credential(id, issuer.id, purpose, list).text(), issuer, at);
}

Result<std::string> set_status(std::string_view list, int64_t index, bool value,
                               const Issuer& issuer, Instant at) {
  HQ_TRY_VOID(check_signer(issuer));
  HQ_TRY(Json document, Json::parse(list));
  HQ_TRY_VOID(first_of(check_credential(document)));
  // The list must be one of this issuer and key, whatever it says of its time.
  const Json* proof = document.find("proof");
  const std::string* method = proof == nullptr ? nullptr : proof->find_string("verificationMethod");
  Json unsecured = document;
  unsecured.erase("proof");
  if (party_of(document, "issuer") != issuer.id || method == nullptr || *method != issuer.method) {
    return fail(ErrorCode::forbidden, "the status list is of another issuer",
                "状态列表属于其他签发方", "issuer");
  }
  HQ_TRY_VOID(verify_own_proof(document, issuer.key.public_key()));
  const std::string* purpose = document.find("credentialSubject")->find_string("statusPurpose");
  if (purpose == nullptr) {
    return fail(ErrorCode::unsupported, "a status list of several purposes", "状态列表有多个用途",
                "statusPurpose");
  }
  HQ_TRY(StatusList bits, list_of(document, *purpose));
  HQ_TRY(const uint32_t before, bits.value(index));
  if (*purpose == "revocation" && before != 0 && !value) {
    return fail(ErrorCode::conflict, "a revocation cannot be undone; issue a new credential",
                "撤销不可恢复，请重新签发凭证", "statusListIndex");
  }
  HQ_TRY_VOID(bits.set(index, value));
  unsecured.find("credentialSubject")->set("encodedList", Json(bits.encode()));
  return issue(unsecured.text(), issuer, at);
}

}  // namespace hq::credential
