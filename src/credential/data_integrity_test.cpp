#include "credential/data_integrity.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "credential/canonical_json.h"
#include "credential/shared_data_testing.h"

namespace hq::credential {
namespace {

const Instant kAt = instant("2026-11-22T00:00:00Z");

SigningKey test_key(char byte = '\7') {
  return *SigningKey::from_seed(std::string(32, byte));
}

Json document() {
  return parsed(R"({"@context":["https://www.w3.org/ns/credentials/v2"],"name":"虹桥","n":1.50})");
}

ProofExpectation expecting(Instant at = kAt) {
  return {.at = at};
}

Json with_proof(const ProofOptions& options = {}, char byte = '\7') {
  const SigningKey key = test_key(byte);
  ProofOptions all = options;
  if (all.method.empty()) all.method = key.did_method();
  return *add_proof(document(), all, key);
}

TEST(DataIntegrity, checks_what_it_signed) {
  const Json secured = with_proof({.created = kAt});
  const auto proofs = verify_proofs(secured, expecting());
  ASSERT_TRUE(proofs.has_value()) << why(proofs);
  EXPECT_EQ(proofs->front().method, test_key().did_method());
  EXPECT_EQ(proofs->front().created, kAt);
  // Another order and other blanks are the same document.
  EXPECT_TRUE(verify_proofs(parsed(canonical_json(secured)), expecting()).has_value());
}

TEST(DataIntegrity, refuses_a_changed_document_or_proof) {
  const auto refused = [](auto change) {
    Json secured = with_proof({.created = kAt, .challenge = "c"});
    change(secured);
    return !verify_proofs(secured, expecting()).has_value();
  };
  EXPECT_FALSE(refused([](Json&) {}));
  EXPECT_TRUE(refused([](Json& one) { one.set("name", Json("虹橋")); }));
  EXPECT_TRUE(refused([](Json& one) { one.set("more", Json(true)); }));
  EXPECT_TRUE(refused([](Json& one) { one.erase("n"); }));
  EXPECT_TRUE(refused([](Json& one) { one.set("@context", Json::array()); }));
  EXPECT_TRUE(refused([](Json& one) { one.find("proof")->set("challenge", Json("d")); }));
  EXPECT_TRUE(refused([](Json& one) { one.find("proof")->erase("challenge"); }));
  EXPECT_TRUE(refused([](Json& one) { one.find("proof")->erase("created"); }));
  EXPECT_TRUE(refused([](Json& one) { one.find("proof")->erase("proofValue"); }));
  EXPECT_TRUE(refused([](Json& one) { one.find("proof")->erase("@context"); }));
  EXPECT_TRUE(refused([](Json& one) { one.erase("proof"); }));
  EXPECT_TRUE(refused([](Json& one) {
    one.find("proof")->set("verificationMethod", Json(test_key('\1').did_method()));
  }));
}

TEST(DataIntegrity, holds_a_proof_to_what_is_expected) {
  const Json secured = with_proof(
      {.purpose = ProofPurpose::authentication, .domain = "hub.example", .challenge = "c"});
  ProofExpectation expected = expecting();
  const auto where = [&] { return verify_proofs(secured, expected).error().where; };
  EXPECT_EQ(where(), "proofPurpose");
  expected.purpose = ProofPurpose::authentication;
  EXPECT_TRUE(verify_proofs(secured, expected).has_value());
  expected.challenge = "d";
  EXPECT_EQ(where(), "challenge");
  expected.challenge = "c";
  expected.domain = "other.example";
  EXPECT_EQ(where(), "domain");
  expected.domain = "hub.example";
  EXPECT_TRUE(verify_proofs(secured, expected).has_value());
}

TEST(DataIntegrity, looks_at_the_time_of_a_proof) {
  const Json secured = with_proof({.created = kAt, .expires = kAt + std::chrono::hours(1)});
  EXPECT_TRUE(verify_proofs(secured, expecting(kAt)).has_value());
  EXPECT_EQ(verify_proofs(secured, expecting(kAt + std::chrono::hours(1))).error().where,
            "expires");
  EXPECT_EQ(verify_proofs(secured, expecting(kAt - std::chrono::hours(1))).error().where,
            "created");
}

TEST(DataIntegrity, says_which_suites_it_does_not_know) {
  for (const std::string_view suite :
       {"eddsa-rdfc-2022", "ecdsa-rdfc-2019", "ecdsa-sd-2023", "bbs-2023"}) {
    Json secured = with_proof();
    secured.find("proof")->set("cryptosuite", Json(suite));
    const auto proofs = verify_proofs(secured, expecting());
    EXPECT_EQ(proofs.error().code, ErrorCode::unsupported);
    EXPECT_TRUE(proofs.error().message.contains(suite));
    EXPECT_TRUE(proofs.error().message_zh.contains(suite));
  }
  Json secured = with_proof();
  secured.find("proof")->set("type", Json("Ed25519Signature2020"));
  EXPECT_EQ(verify_proofs(secured, expecting()).error().code, ErrorCode::unsupported);
}

TEST(DataIntegrity, checks_every_proof_of_a_set) {
  const SigningKey second = test_key('\2');
  Json secured = *add_proof(with_proof(), {.method = second.did_method()}, second);
  ASSERT_EQ(secured.find("proof")->as_array()->size(), 2U);
  EXPECT_EQ(verify_proofs(secured, expecting())->size(), 2U);
  Json& proof = secured.find("proof")->as_array()->back();
  proof.set("proofValue", *secured.find("proof")->as_array()->front().find("proofValue"));
  EXPECT_FALSE(verify_proofs(secured, expecting()).has_value());
}

TEST(DataIntegrity, chains_sign_the_proofs_before_them) {
  const SigningKey second = test_key('\2');
  const ProofOptions endorses{.method = second.did_method(), .previous_proofs = {"urn:x:1"}};
  Json secured = *add_proof(with_proof({.id = "urn:x:1"}), endorses, second);
  EXPECT_EQ(verify_proofs(secured, expecting())->size(), 2U);
  // Another first proof, valid by itself, is not the one that was endorsed.
  const Json other = with_proof({.created = kAt, .id = "urn:x:1"});
  secured.find("proof")->as_array()->front() = *other.find("proof");
  EXPECT_EQ(verify_proofs(secured, expecting()).error().where, "proofValue");
  secured.find("proof")->as_array()->erase(secured.find("proof")->as_array()->begin());
  EXPECT_EQ(verify_proofs(secured, expecting()).error().code, ErrorCode::not_found);
  EXPECT_EQ(add_proof(document(), endorses, second).error().code, ErrorCode::not_found);
}

TEST(DataIntegrity, refuses_two_proofs_of_one_id) {
  const SigningKey second = test_key('\2');
  const Json secured = *add_proof(with_proof({.id = "urn:x:1"}),
                                  {.method = second.did_method(), .id = "urn:x:1"}, second);
  EXPECT_EQ(verify_proofs(secured, expecting()).error().where, "urn:x:1");
}

// Steps of a published signature: canonical texts, both hashes, signature.
struct Steps {
  std::string folder;
  std::string suffix;
};

std::string line(const std::string& name) {
  return std::string(trimmed(shared_text(name), " \r\n"));
}

std::string hash_of(const Json& value) {
  return to_hex(sha256(canonical_json(value)));
}

void check_steps(const Steps& steps) {
  const auto file = [&](const std::string& name, const std::string& end) {
    return line(steps.folder + "/" + name + steps.suffix + end);
  };
  const Json secured = shared_json(steps.folder + "/signed" + steps.suffix + ".json");
  Json plain = secured;
  plain.erase("proof");
  Json config = at(secured, "proof");
  config.erase("proofValue");
  EXPECT_EQ(canonical_json(plain), file("canonDoc", ".txt"));
  EXPECT_EQ(canonical_json(config), file("proofCanon", ".txt"));
  EXPECT_EQ(hash_of(plain), file("docHash", ".txt"));
  EXPECT_EQ(hash_of(config), file("proofHash", ".txt"));
  const std::string hashes = proof_hash_data(plain, config);
  EXPECT_EQ(to_hex({reinterpret_cast<const uint8_t*>(hashes.data()), hashes.size()}),
            file("combinedHash", ".txt"));
  EXPECT_EQ(text_at(at(secured, "proof"), "proofValue"), file("sigBTC58", ".txt"));
  const auto proofs = verify_proofs(secured, expecting());
  EXPECT_TRUE(proofs.has_value()) << why(proofs);
}

TEST(DataIntegrity, follows_the_published_steps_of_eddsa_jcs) {
  HQ_SKIP_WITHOUT_VECTORS();
  check_steps({"eddsa/TestVectors/eddsa-jcs-2022", "JCS"});
}

TEST(DataIntegrity, follows_the_published_steps_of_ecdsa_jcs_p256) {
  HQ_SKIP_WITHOUT_VECTORS();
  check_steps({"ecdsa/ecdsa-jcs-2019-p256", "JCSECDSAP256"});
}

TEST(DataIntegrity, makes_the_published_eddsa_jcs_signature) {
  HQ_SKIP_WITHOUT_VECTORS();
  const std::string folder = "eddsa/TestVectors/";
  const Json pair = shared_json(folder + "keyPair.json");
  const auto key = SigningKey::from_multikey(text_at(pair, "privateKeyMultibase"));
  ASSERT_TRUE(key.has_value());
  EXPECT_EQ(key->public_key().multikey(), text_at(pair, "publicKeyMultibase"));
  const auto secured =
      add_proof(shared_json(folder + "unsigned.json"),
                {.method = key->did_method(), .created = instant("2023-02-24T23:36:38Z")}, *key);
  ASSERT_TRUE(secured.has_value());
  EXPECT_EQ(*secured, shared_json(folder + "eddsa-jcs-2022/signedJCS.json"));
}

// Suites that are not supported: their signed documents must be refused as such.
TEST(DataIntegrity, refuses_the_published_documents_of_other_suites_as_unsupported) {
  HQ_SKIP_WITHOUT_VECTORS();
  for (const std::string name : {"eddsa/TestVectors/eddsa-rdfc-2022/signedDataInt.json",
                                 "eddsa/TestVectors/eddsa-rdfc-2022/employ/signedDataInt.json",
                                 "eddsa/TestVectors/Ed25519Signature2020/signedEdSig.json",
                                 "eddsa/TestVectors/proof-set-chain/signedProofSet1.json",
                                 "eddsa/TestVectors/proof-set-chain/signedProofSet2.json",
                                 "eddsa/TestVectors/proof-set-chain/signedProofChain1.json",
                                 "eddsa/TestVectors/proof-set-chain/signedProofChain2.json",
                                 "ecdsa/ecdsa-rdfc-2019-p256/signedECDSAP256.json",
                                 "ecdsa/ecdsa-rdfc-2019-p256/employ/signedECDSAP256.json",
                                 "ecdsa/ecdsa-rdfc-2019-p384/signedECDSAP384.json",
                                 "ecdsa/ecdsa-rdfc-2019-p384/employ/signedECDSAP384.json",
                                 "ecdsa/ecdsa-jcs-2019-p384/signedJCSECDSAP384.json",
                                 "ecdsa/ecdsa-sd-2023/employ/addSignedSDBase.json",
                                 "ecdsa/ecdsa-sd-2023/employ/derivedRevealDocument.json",
                                 "ecdsa/ecdsa-sd-2023/prc/addSignedSDBase.json"}) {
    const auto proofs = verify_proofs(shared_json(name), expecting());
    ASSERT_FALSE(proofs.has_value()) << name;
    if (name.ends_with("derivedRevealDocument.json")) continue;  // it has no proof yet
    EXPECT_EQ(proofs.error().code, ErrorCode::unsupported) << name << why(proofs);
  }
}

TEST(DataIntegrity, checks_the_published_keys_of_sets_and_chains) {
  HQ_SKIP_WITHOUT_VECTORS();
  const Json pairs = shared_json("eddsa/TestVectors/proof-set-chain/multiKeyPairs.json");
  for (const JsonField& pair : *pairs.as_object()) {
    const auto key = SigningKey::from_multikey(text_at(pair.value, "privateKeyMultibase"));
    ASSERT_TRUE(key.has_value());
    EXPECT_EQ(key->public_key().multikey(), text_at(pair.value, "publicKeyMultibase"));
  }
}

}  // namespace
}  // namespace hq::credential
