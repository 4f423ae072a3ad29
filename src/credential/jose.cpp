#include "credential/jose.h"

#include <algorithm>
#include <set>

#include "credential/limits.h"
#include "credential/multibase.h"

namespace hq::credential {
namespace {

constexpr std::size_t kCoordinateBytes = 32;

std::unexpected<Error> bad_jwk(std::string_view field) {
  return fail(ErrorCode::invalid_argument, "a JWK with a missing or wrong field",
              "JWK 的字段缺失或有误", std::string(field));
}

bool is_text(const Json* value, std::string_view text) {
  return value != nullptr && value->as_string() != nullptr && *value->as_string() == text;
}

// What a key says of its use must allow the checking of signatures by `alg`.
Result<> check_use(const Json& jwk, std::string_view alg, std::string_view other_alg) {
  const Json* use = jwk.find("use");
  if (use != nullptr && !is_text(use, "sig")) return bad_jwk("use");
  if (const Json* operations = jwk.find("key_ops")) {
    const auto all = operations->as_set();
    if (std::ranges::none_of(all, [](const Json* one) { return is_text(one, "verify"); })) {
      return bad_jwk("key_ops");
    }
  }
  const Json* stated = jwk.find("alg");
  if (stated != nullptr && !is_text(stated, alg) && !is_text(stated, other_alg)) {
    return bad_jwk("alg");
  }
  return {};
}

Result<std::string> coordinate(const Json& jwk, std::string_view name) {
  const std::string* text = jwk.find_string(name);
  if (text == nullptr) return bad_jwk(name);
  HQ_TRY(std::string bytes, base64url_decode(*text));
  if (bytes.size() != kCoordinateBytes) return bad_jwk(name);
  return bytes;
}

bool fits(std::string_view alg, KeyType type) {
  return type == KeyType::p256 ? alg == "ES256" : alg == "EdDSA" || alg == "Ed25519";
}

std::unexpected<Error> bad_jws(std::string message, std::string message_zh) {
  return fail(ErrorCode::parse_error, std::move(message), std::move(message_zh));
}

}  // namespace

Result<PublicKey> key_from_jwk(const Json& jwk) {
  if (is_text(jwk.find("kty"), "OKP") && is_text(jwk.find("crv"), "Ed25519")) {
    HQ_TRY_VOID(check_use(jwk, "EdDSA", "Ed25519"));
    HQ_TRY(const std::string x, coordinate(jwk, "x"));
    return PublicKey::ed25519(x);
  }
  if (is_text(jwk.find("kty"), "EC") && is_text(jwk.find("crv"), "P-256")) {
    HQ_TRY_VOID(check_use(jwk, "ES256", "ES256"));
    HQ_TRY(const std::string x, coordinate(jwk, "x"));
    HQ_TRY(const std::string y, coordinate(jwk, "y"));
    return PublicKey::p256("\4" + x + y);
  }
  return fail(ErrorCode::unsupported, "a JWK that is neither Ed25519 nor P-256",
              "仅支持 Ed25519 与 P-256 的 JWK");
}

Json jwk_of(const PublicKey& key) {
  Json jwk = Json::object();
  if (key.type() == KeyType::ed25519) {
    jwk.set("kty", Json("OKP"));
    jwk.set("crv", Json("Ed25519"));
    jwk.set("x", Json(base64url_encode(key.bytes())));
    return jwk;
  }
  const std::string_view point = key.bytes();
  jwk.set("kty", Json("EC"));
  jwk.set("crv", Json("P-256"));
  jwk.set("x", Json(base64url_encode(point.substr(1, kCoordinateBytes))));
  jwk.set("y", Json(base64url_encode(point.substr(1 + kCoordinateBytes))));
  return jwk;
}

Result<Jws> parse_jws(std::string_view compact) {
  if (compact.size() > kTextBytesMax) {
    return fail(ErrorCode::too_large, "a JWS that is too long", "JWS 过长");
  }
  const std::size_t first = compact.find('.');
  const std::size_t second = first == compact.npos ? first : compact.find('.', first + 1);
  if (second == compact.npos || compact.find('.', second + 1) != compact.npos) {
    return bad_jws("a compact JWS has three parts", "紧凑 JWS 应有三段");
  }
  Jws jws;
  HQ_TRY(const std::string header, base64url_decode(compact.substr(0, first)));
  HQ_TRY(jws.payload, base64url_decode(compact.substr(first + 1, second - first - 1)));
  HQ_TRY(jws.signature, base64url_decode(compact.substr(second + 1)));
  HQ_TRY(jws.header, Json::parse(header));
  jws.signing_input = compact.substr(0, second);
  const std::string* alg = jws.header.find_string("alg");
  if (alg == nullptr) return bad_jws("a JWS header without alg", "JWS 头缺少 alg");
  if (jws.header.find("crit") != nullptr || jws.header.find("b64") != nullptr) {
    return fail(ErrorCode::unsupported, "a JWS with critical extensions", "不支持 JWS 关键扩展");
  }
  if (!fits(*alg, KeyType::ed25519) && !fits(*alg, KeyType::p256)) {
    return fail(ErrorCode::unsupported, "the signature algorithm " + *alg + " is not accepted",
                "不接受签名算法 " + *alg);
  }
  return jws;
}

Result<> verify_jws(const Jws& jws, const PublicKey& key) {
  const std::string* alg = jws.header.find_string("alg");
  if (alg == nullptr || !fits(*alg, key.type())) {
    return fail(ErrorCode::forbidden, "the signature algorithm is not that of the key",
                "签名算法与密钥不符", "alg");
  }
  if (!key.verify(jws.signing_input, jws.signature)) {
    return fail(ErrorCode::forbidden, "the signature is wrong", "签名无效");
  }
  return {};
}

Result<PublicKey> key_from_set(const Json& set, const Jws& jws) {
  const Json* keys = set.find("keys");
  const std::string* wanted = jws.header.find_string("kid");
  if (keys == nullptr || keys->as_array() == nullptr || wanted == nullptr) return bad_jwk("keys");
  const Json* found = nullptr;
  std::set<std::string_view> kids;
  for (const Json& key : *keys->as_array()) {
    const std::string* kid = key.find_string("kid");
    if (is_text(key.find("kty"), "oct")) return bad_jwk("kty");
    if (kid == nullptr) continue;
    if (!kids.insert(*kid).second) return bad_jwk("kid");
    if (*kid == *wanted) found = &key;
  }
  if (found == nullptr) {
    return fail(ErrorCode::not_found, "no key of that kid", "没有该 kid 的密钥", "kid");
  }
  return key_from_jwk(*found);
}

std::string sign_jws(Json header, std::string_view payload, const SigningKey& key) {
  header.set("alg", Json("EdDSA"));
  std::string text = base64url_encode(header.text()) + "." + base64url_encode(payload);
  const std::string signature = key.sign(text);
  return text + "." + base64url_encode(signature);
}

}  // namespace hq::credential
