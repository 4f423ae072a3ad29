#include "credential/data_integrity.h"

#include <algorithm>
#include <set>

#include "base/hash.h"
#include "credential/canonical_json.h"
#include "credential/limits.h"
#include "credential/multibase.h"

namespace hq::credential {
namespace {

constexpr std::string_view kProofType = "DataIntegrityProof";
constexpr std::string_view kEddsaJcs = "eddsa-jcs-2022";
constexpr std::string_view kEcdsaJcs = "ecdsa-jcs-2019";

std::unexpected<Error> bad_proof(std::string message, std::string message_zh, std::string where) {
  return fail(ErrorCode::forbidden, std::move(message), std::move(message_zh), std::move(where));
}

std::string digest(const Json& value) {
  const Sha256 hash = sha256(canonical_json(value));
  return {hash.begin(), hash.end()};
}

std::vector<const Json*> proofs_of(const Json& document) {
  const Json* proof = document.find("proof");
  return proof == nullptr ? std::vector<const Json*>() : proof->as_set();
}

// The document as a proof signs it: without proofs, or with those that came before it.
Result<Json> unsecured(const Json& document, const std::vector<const Json*>& proofs,
                       const std::vector<std::string>& previous) {
  Json plain = document;
  plain.erase("proof");
  if (previous.empty()) return plain;
  Json::Array before;
  for (const std::string& id : previous) {
    const auto found = std::ranges::find_if(proofs, [&](const Json* proof) {
      const std::string* own = proof->find_string("id");
      return own != nullptr && *own == id;
    });
    if (found == proofs.end()) {
      return fail(ErrorCode::not_found, "a previous proof is missing", "缺少先前的证明", id);
    }
    before.push_back(**found);
  }
  plain.set("proof", Json(std::move(before)));
  return plain;
}

// Strings of a field that is one or an array of them.
Result<std::vector<std::string>> texts(const Json& proof, std::string_view field) {
  std::vector<std::string> all;
  const Json* value = proof.find(field);
  if (value == nullptr) return all;
  for (const Json* one : value->as_set()) {
    if (one->as_string() == nullptr) {
      return bad_proof("a proof with a wrong field", "证明的字段有误", std::string(field));
    }
    all.push_back(*one->as_string());
  }
  return all;
}

Result<std::optional<Instant>> time_of(const Json& proof, std::string_view field) {
  const Json* value = proof.find(field);
  if (value == nullptr) return std::nullopt;
  const std::string* text = value->as_string();
  const auto time = text == nullptr ? std::nullopt : std::optional(parse_instant(*text));
  if (!time || !*time) return bad_proof("not a time", "不是时刻", std::string(field));
  return **time;
}

Result<> check_suite(const Json& proof) {
  const std::string* type = proof.find_string("type");
  const std::string* suite = proof.find_string("cryptosuite");
  if (type == nullptr) return bad_proof("a proof without type", "证明缺少类型", "type");
  if (*type != kProofType || suite == nullptr || (*suite != kEddsaJcs && *suite != kEcdsaJcs)) {
    const std::string name = suite == nullptr ? *type : *suite;
    return fail(ErrorCode::unsupported,
                "the proof suite " + name + " is not supported; use eddsa-jcs-2022",
                "不支持证明套件 " + name + "，请使用 eddsa-jcs-2022", "cryptosuite");
  }
  return {};
}

Result<> check_times(const Json& proof, Instant at, VerifiedProof& verified) {
  HQ_TRY(verified.created, time_of(proof, "created"));
  HQ_TRY(const auto expires, time_of(proof, "expires"));
  if (verified.created && *verified.created > at + kClockSkewMax) {
    return bad_proof("the proof was made later than now", "证明的生成时间在未来", "created");
  }
  if (expires && at >= *expires) return bad_proof("the proof has expired", "证明已过期", "expires");
  return {};
}

Result<> check_expectation(const Json& proof, const ProofExpectation& expected) {
  const std::string* purpose = proof.find_string("proofPurpose");
  if (purpose == nullptr || *purpose != name_of(expected.purpose)) {
    return bad_proof("the proof was made for another purpose", "证明用途不符", "proofPurpose");
  }
  HQ_TRY(const auto domains, texts(proof, "domain"));
  if (expected.domain && std::ranges::count(domains, *expected.domain) == 0) {
    return bad_proof("the proof was made for another domain", "证明的域不符", "domain");
  }
  const std::string* challenge = proof.find_string("challenge");
  if (expected.challenge && (challenge == nullptr || *challenge != *expected.challenge)) {
    return bad_proof("the proof answers another challenge", "证明的挑战值不符", "challenge");
  }
  return {};
}

// The contexts that a proof signs must stand first in the document, in their order; what follows
// them is not part of what is signed (eddsa-jcs-2022, 3.3.2).
Result<> take_context(const Json& proof, Json& document) {
  const Json* signed_context = proof.find("@context");
  if (signed_context == nullptr) return {};
  const Json* context = document.find("@context");
  const auto wanted = signed_context->as_set();
  const auto present = context == nullptr ? std::vector<const Json*>() : context->as_set();
  bool is_start = wanted.size() <= present.size();
  for (std::size_t i = 0; is_start && i < wanted.size(); ++i) is_start = *wanted[i] == *present[i];
  if (!is_start) {
    return bad_proof("the context is not the one that was signed", "上下文与签名时不一致",
                     "@context");
  }
  document.set("@context", *signed_context);
  return {};
}

Result<> check_signature(const Json& document, const std::vector<const Json*>& proofs,
                         const Json& proof, const PublicKey& key) {
  const std::string* value = proof.find_string("proofValue");
  if (value == nullptr || !value->starts_with('z')) {
    return bad_proof("a proof without a base58 value", "证明缺少 base58 值", "proofValue");
  }
  HQ_TRY(const auto previous, texts(proof, "previousProof"));
  HQ_TRY(Json plain, unsecured(document, proofs, previous));
  HQ_TRY_VOID(take_context(proof, plain));
  Json config = proof;
  config.erase("proofValue");
  HQ_TRY(const std::string signature, multibase_decode(*value));
  if (!key.verify(proof_hash_data(plain, config), signature)) {
    return bad_proof("the signature is wrong: the document is not what was signed",
                     "签名无效：文档与签名时不一致", "proofValue");
  }
  return {};
}

Result<VerifiedProof> verify_one(const Json& document, const std::vector<const Json*>& proofs,
                                 const Json& proof, const ProofExpectation& expected) {
  HQ_TRY_VOID(check_suite(proof));
  HQ_TRY_VOID(check_expectation(proof, expected));
  const std::string* method = proof.find_string("verificationMethod");
  if (method == nullptr) {
    return bad_proof("a proof without a method", "证明缺少验证方法", "verificationMethod");
  }
  VerifiedProof verified{*method, {}};
  HQ_TRY_VOID(check_times(proof, expected.at, verified));
  const DidDocuments none;
  const DidDocuments& dids = expected.dids == nullptr ? none : *expected.dids;
  HQ_TRY(const PublicKey key, dids.resolve(*method, expected.purpose, expected.at));
  if ((key.type() == KeyType::p256) != (*proof.find_string("cryptosuite") == kEcdsaJcs)) {
    return bad_proof("the key is not one of the proof's suite", "密钥与证明套件不符",
                     "verificationMethod");
  }
  HQ_TRY_VOID(check_signature(document, proofs, proof, key));
  return verified;
}

}  // namespace

std::string proof_hash_data(const Json& unsecured_document, const Json& proof_config) {
  return digest(proof_config) + digest(unsecured_document);
}

Result<Json> add_proof(const Json& document, const ProofOptions& options, const SigningKey& key) {
  if (document.as_object() == nullptr) {
    return fail(ErrorCode::invalid_argument, "only an object can have a proof", "只有对象可附证明");
  }
  const auto proofs = proofs_of(document);
  HQ_TRY(const Json plain, unsecured(document, proofs, options.previous_proofs));
  Json proof = Json::object();
  proof.set("type", Json(kProofType));
  if (options.id) proof.set("id", Json(*options.id));
  proof.set("cryptosuite", Json(kEddsaJcs));
  if (options.created) proof.set("created", Json(format_instant(*options.created)));
  if (options.expires) proof.set("expires", Json(format_instant(*options.expires)));
  proof.set("verificationMethod", Json(options.method));
  proof.set("proofPurpose", Json(name_of(options.purpose)));
  if (options.domain) proof.set("domain", Json(*options.domain));
  if (options.challenge) proof.set("challenge", Json(*options.challenge));
  if (options.previous_proofs.size() == 1) {
    proof.set("previousProof", Json(options.previous_proofs[0]));
  } else if (!options.previous_proofs.empty()) {
    proof.set("previousProof", Json::strings(options.previous_proofs));
  }
  if (const Json* context = document.find("@context")) proof.set("@context", *context);
  const std::string signature = key.sign(proof_hash_data(plain, proof));
  proof.set("proofValue", Json("z" + base58btc_encode(signature)));

  Json secured = document;
  if (proofs.empty()) {
    secured.set("proof", std::move(proof));
    return secured;
  }
  Json::Array all;
  for (const Json* one : proofs) all.push_back(*one);
  all.push_back(std::move(proof));
  secured.set("proof", Json(std::move(all)));
  return secured;
}

Result<> verify_own_proof(const Json& document, const PublicKey& key) {
  const auto proofs = proofs_of(document);
  if (proofs.size() != 1)
    return bad_proof("there must be one proof", "须有且仅有一个证明", "proof");
  HQ_TRY_VOID(check_suite(*proofs.front()));
  return check_signature(document, proofs, *proofs.front(), key);
}

Result<std::vector<VerifiedProof>> verify_proofs(const Json& document,
                                                 const ProofExpectation& expected) {
  const auto proofs = proofs_of(document);
  if (proofs.empty()) {
    return fail(ErrorCode::not_found, "there is no proof", "没有证明", "proof");
  }
  if (proofs.size() > kProofsMax) {
    return fail(ErrorCode::limit_exceeded, "too many proofs", "证明过多", "proof");
  }
  std::set<std::string_view> ids;
  for (const Json* proof : proofs) {
    const std::string* id = proof->find_string("id");
    if (id != nullptr && !ids.insert(*id).second) {
      return bad_proof("two proofs of one id", "证明标识重复", *id);
    }
  }
  std::vector<VerifiedProof> verified;
  for (const Json* proof : proofs) {
    HQ_TRY(VerifiedProof one, verify_one(document, proofs, *proof, expected));
    verified.push_back(std::move(one));
  }
  return verified;
}

}  // namespace hq::credential
