#include "credential/public_key.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cctype>

#include "credential/multibase.h"
#include "credential/shared_data_testing.h"

namespace hq::credential {
namespace {

const std::string kSeed(32, '\7');

TEST(Multibase, writes_and_reads_base58_and_base64url) {
  EXPECT_EQ(base58btc_encode("Hello World!"), "2NEpo7TZRRrLZSi2U");
  EXPECT_EQ(base58btc_decode("2NEpo7TZRRrLZSi2U"), "Hello World!");
  EXPECT_EQ(base58btc_encode(std::string("\0\0\x28\x7f\xb4\xcd", 6)), "11233QC4");
  EXPECT_EQ(base64url_encode("\xFB\xFF"), "-_8");
  EXPECT_EQ(multibase_decode("u-_8"), "\xFB\xFF");
  EXPECT_EQ(multibase_decode("z2NEpo7TZRRrLZSi2U"), "Hello World!");
}

TEST(Multibase, refuses_a_second_text_for_the_same_bytes) {
  for (const std::string_view text : {"-_9", "-_8=", "-", "+/8", "-_ 8", "AA\n"}) {
    EXPECT_FALSE(base64url_decode(text).has_value()) << text;
  }
  for (int byte = 0; byte < 256; ++byte) {
    const auto letter = static_cast<char>(byte);
    const bool is_letter = std::isalnum(byte) != 0 || letter == '-' || letter == '_';
    EXPECT_EQ(base64url_decode(std::string{letter, 'A'}).has_value(), byte < 128 && is_letter)
        << byte;
  }
  for (const std::string_view text : {"0", "O", "I", "l", " 2"}) {
    EXPECT_FALSE(base58btc_decode(text).has_value()) << text;
  }
  EXPECT_EQ(multibase_decode("mAAAA").error().code, ErrorCode::unsupported);
  EXPECT_EQ(multibase_decode("").error().code, ErrorCode::unsupported);
  EXPECT_EQ(base58btc_decode(std::string(1000, '2')).error().code, ErrorCode::too_large);
}

RC_GTEST_PROP(Multibase, gives_back_any_bytes, (const std::string& bytes)) {
  RC_ASSERT(*base64url_decode(base64url_encode(bytes)) == bytes);
  if (bytes.size() <= 150) RC_ASSERT(*base58btc_decode(base58btc_encode(bytes)) == bytes);
}

TEST(PublicKey, signs_and_checks_with_ed25519) {
  const auto key = SigningKey::from_seed(kSeed);
  ASSERT_TRUE(key.has_value());
  const std::string signature = key->sign("虹桥");
  EXPECT_TRUE(key->public_key().verify("虹桥", signature));
  EXPECT_FALSE(key->public_key().verify("虹橋", signature));
  EXPECT_FALSE(key->public_key().verify("虹桥", signature.substr(1)));
  EXPECT_FALSE(key->public_key().verify("虹桥", ""));
}

TEST(PublicKey, is_the_same_through_a_multikey) {
  const auto key = SigningKey::from_seed(kSeed);
  const std::string text = key->public_key().multikey();
  EXPECT_TRUE(text.starts_with("z6Mk"));
  EXPECT_EQ(PublicKey::from_multikey(text), key->public_key());
  const std::string p256 = "zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP";
  const auto other = PublicKey::from_multikey(p256);
  ASSERT_TRUE(other.has_value()) << why(other);
  EXPECT_EQ(other->type(), KeyType::p256);
  EXPECT_EQ(other->multikey(), p256);
}

TEST(SigningKey, is_the_same_through_its_secret_text) {
  const SigningKey key = *SigningKey::from_seed(std::string(32, '\7'));
  const auto again = SigningKey::from_multikey(key.secret_multikey());
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->public_key(), key.public_key());
  EXPECT_EQ(again->sign("text"), key.sign("text"));
  EXPECT_FALSE(PublicKey::from_multikey(key.secret_multikey()));
}

TEST(PublicKey, refuses_wrong_lengths_points_and_kinds) {
  EXPECT_FALSE(PublicKey::ed25519(std::string(31, 'a')).has_value());
  EXPECT_FALSE(PublicKey::ed25519(std::string(33, 'a')).has_value());
  EXPECT_FALSE(SigningKey::from_seed("short").has_value());
  EXPECT_FALSE(PublicKey::p256(std::string(65, '\4')).has_value());
  EXPECT_FALSE(PublicKey::p256(std::string(1, '\0')).has_value());
  EXPECT_FALSE(PublicKey::p256("").has_value());
  const std::string other = "z" + base58btc_encode("\xE7\x01" + std::string(33, '\2'));
  EXPECT_EQ(PublicKey::from_multikey(other).error().code, ErrorCode::unsupported);
  const std::string shorter = "z" + base58btc_encode("\xED\x01" + std::string(31, '\2'));
  EXPECT_FALSE(PublicKey::from_multikey(shorter).has_value());
}

// Runs the signatures of one Wycheproof file; gives how many there were.
template <class KeyOf>
int run_wycheproof(const std::string& name, KeyOf key_of) {
  const Json file = shared_json(name);
  int count = 0;
  for (const Json& group : items_at(file, "testGroups")) {
    const Result<PublicKey> key = key_of(at(group, "publicKey"));
    for (const Json& test : items_at(group, "tests")) {
      const bool good = key && key->verify(bytes_at(test, "msg"), bytes_at(test, "sig"));
      EXPECT_EQ(good, text_at(test, "result") == "valid") << name << " " << at(test, "tcId").text();
      ++count;
    }
  }
  return count;
}

TEST(PublicKey, passes_all_ed25519_vectors_of_wycheproof) {
  HQ_SKIP_WITHOUT_VECTORS();
  EXPECT_EQ(run_wycheproof("wycheproof/ed25519_test.json",
                           [](const Json& key) { return PublicKey::ed25519(bytes_at(key, "pk")); }),
            151);
}

TEST(PublicKey, passes_all_p256_vectors_of_wycheproof) {
  HQ_SKIP_WITHOUT_VECTORS();
  EXPECT_EQ(run_wycheproof(
                "wycheproof/ecdsa_secp256r1_sha256_p1363_test.json",
                [](const Json& key) { return PublicKey::p256(bytes_at(key, "uncompressed")); }),
            262);
}

}  // namespace
}  // namespace hq::credential
