#include "credential/jose.h"

#include <gtest/gtest.h>

#include "credential/multibase.h"
#include "credential/shared_data_testing.h"

namespace hq::credential {
namespace {

SigningKey test_key(char byte = '\7') {
  return *SigningKey::from_seed(std::string(32, byte));
}

// RFC 8037, appendix A.
constexpr std::string_view kRfc8037Key =
    R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})";
constexpr std::string_view kRfc8037Jws =
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

TEST(Jose, checks_the_signature_of_rfc_8037) {
  const auto key = key_from_jwk(parsed(kRfc8037Key));
  const auto jws = parse_jws(kRfc8037Jws);
  ASSERT_TRUE(key.has_value());
  ASSERT_TRUE(jws.has_value()) << why(jws);
  EXPECT_EQ(jws->payload, "Example of Ed25519 signing");
  EXPECT_TRUE(verify_jws(*jws, *key).has_value());
}

TEST(Jose, signs_what_it_can_check) {
  const SigningKey key = test_key();
  const auto jws = parse_jws(sign_jws(Json::object(), "{}", key));
  ASSERT_TRUE(jws.has_value());
  EXPECT_TRUE(verify_jws(*jws, key.public_key()).has_value());
  EXPECT_EQ(verify_jws(*jws, test_key('\1').public_key()).error().code, ErrorCode::forbidden);
  EXPECT_EQ(key_from_jwk(jwk_of(key.public_key())), key.public_key());
}

TEST(Jose, refuses_headers_that_it_does_not_understand) {
  for (const std::string_view header :
       {R"({"alg":"none"})", R"({"alg":"HS256"})", R"({"alg":"EdDSA","crit":["exp"]})",
        R"({"alg":"EdDSA","b64":false})"}) {
    const auto jws = parse_jws(base64url_encode(header) + ".e30.AAAA");
    EXPECT_EQ(jws.error().code, ErrorCode::unsupported) << header;
  }
  for (const std::string_view header :
       {"{}", "[]", R"({"alg":1})", R"({"alg":"EdDSA","alg":"EdDSA"})", ""}) {
    EXPECT_FALSE(parse_jws(base64url_encode(header) + ".e30.AAAA").has_value()) << header;
  }
}

TEST(Jose, lets_the_key_decide_the_algorithm) {
  const auto p256 = PublicKey::from_multikey("zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP");
  const auto jws = parse_jws(sign_jws(Json::object(), "{}", test_key()));
  EXPECT_EQ(verify_jws(*jws, *p256).error().where, "alg");
  EXPECT_EQ(key_from_jwk(jwk_of(*p256)), *p256);
}

TEST(Jose, refuses_keys_of_another_use_or_algorithm) {
  for (const std::string_view extra :
       {R"("use":"enc")", R"("key_ops":["encrypt"])", R"("alg":"ES256")", R"("use":1)"}) {
    const std::string key =
        std::string(kRfc8037Key.substr(0, kRfc8037Key.size() - 1)) + "," + std::string(extra) + "}";
    EXPECT_FALSE(key_from_jwk(parsed(key)).has_value()) << extra;
  }
  EXPECT_EQ(key_from_jwk(parsed(R"({"kty":"oct","k":"AAAA"})")).error().code,
            ErrorCode::unsupported);
  EXPECT_FALSE(key_from_jwk(parsed(R"({"kty":"OKP","crv":"Ed25519","x":"AAAA"})")).has_value());
}

bool is_accepted(const Result<PublicKey>& key, const Json& test) {
  const std::string* text = test.find_string("jws");
  const auto jws =
      text == nullptr ? Result<Jws>(fail(ErrorCode::parse_error, "")) : parse_jws(*text);
  return key && jws && verify_jws(*jws, *key);
}

// Every invalid case must be refused. Of the valid ones those of ES256 must be accepted; the others
// are of algorithms that are not supported (HMAC, RSA, P-521) and are refused as well.
TEST(Jose, passes_the_jws_vectors_of_wycheproof) {
  HQ_SKIP_WITHOUT_VECTORS();
  const Json file = shared_json("wycheproof/json_web_signature_test.json");
  int accepted = 0;
  int refused = 0;
  int left_out = 0;
  for (const Json& group : items_at(file, "testGroups")) {
    const Json* jwk = group.find("public");
    if (jwk == nullptr) jwk = group.find("private");
    ASSERT_NE(jwk, nullptr);
    const auto key = key_from_jwk(*jwk);
    const bool is_known = text_at(*jwk, "kty") == "EC" && text_at(*jwk, "crv") == "P-256";
    for (const Json& test : items_at(group, "tests")) {
      const bool is_valid = text_at(test, "result") == "valid";
      const bool is_expected = is_valid && is_known;
      EXPECT_EQ(is_accepted(key, test), is_expected) << at(test, "tcId").text();
      ++(is_expected ? accepted : is_valid ? left_out : refused);
    }
  }
  EXPECT_EQ(accepted, 2);
  EXPECT_EQ(accepted + refused + left_out, 401);
  RecordProperty("accepted", accepted);
  RecordProperty("refused", refused);
  RecordProperty("left_out", left_out);
}

TEST(Jose, passes_the_jwk_vectors_of_wycheproof) {
  HQ_SKIP_WITHOUT_VECTORS();
  const Json file = shared_json("wycheproof/json_web_key_test.json");
  int refused = 0;
  int left_out = 0;
  for (const Json& group : items_at(file, "testGroups")) {
    const Json* set = group.find("public");
    if (set == nullptr) set = group.find("private");
    for (const Json& test : items_at(group, "tests")) {
      const auto jws = parse_jws(text_at(test, "jws"));
      const auto key =
          jws ? key_from_set(*set, *jws) : Result<PublicKey>(std::unexpected(jws.error()));
      EXPECT_FALSE(is_accepted(key, test)) << at(test, "tcId").text();
      // The valid ones are all of HMAC or RSA.
      if (text_at(test, "result") == "valid") {
        EXPECT_EQ(jws.error().code, ErrorCode::unsupported);
        ++left_out;
      } else {
        ++refused;
      }
    }
  }
  EXPECT_EQ(refused + left_out, 26);
  RecordProperty("refused", refused);
  RecordProperty("left_out", left_out);
}

TEST(Jose, finds_a_key_of_a_set_by_its_kid) {
  const SigningKey key = test_key();
  Json jwk = jwk_of(key.public_key());
  jwk.set("kid", Json("a"));
  Json set = Json::object();
  set.set("keys", Json(Json::Array{jwk}));
  Json header = Json::object();
  header.set("kid", Json("a"));
  const auto jws = parse_jws(sign_jws(header, "", key));
  EXPECT_EQ(key_from_set(set, *jws), key.public_key());
  set.find("keys")->as_array()->push_back(jwk);
  EXPECT_EQ(key_from_set(set, *jws).error().where, "kid");
  set.set("keys", Json::array());
  EXPECT_EQ(key_from_set(set, *jws).error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace hq::credential
