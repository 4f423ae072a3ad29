#include "credential/did.h"

#include <gtest/gtest.h>

#include "credential/shared_data_testing.h"

namespace hq::credential {
namespace {

const Instant kAt = instant("2026-11-22T00:00:00Z");
constexpr std::string_view kHub = "did:web:hub.example";

SigningKey test_key() {
  return *SigningKey::from_seed(std::string(32, '\7'));
}

// The document of the hub, changed by `change`.
template <class Change>
Result<DidDocuments> documents(Change change) {
  Json document = make_did_document(kHub, test_key().public_key());
  change(document);
  DidDocuments dids;
  HQ_TRY_VOID(dids.add(document.text()));
  return dids;
}

Json& method_of(Json& document) {
  return document.find("verificationMethod")->as_array()->front();
}

TEST(Did, key_carries_its_key) {
  const SigningKey key = test_key();
  const DidDocuments none;
  for (const auto purpose : {ProofPurpose::assertion_method, ProofPurpose::authentication}) {
    EXPECT_EQ(none.resolve(key.did_method(), purpose, kAt), key.public_key());
  }
  EXPECT_TRUE(none.speaks_by(key.did(), key.did_method(), ProofPurpose::assertion_method));
  EXPECT_FALSE(none.resolve(key.did(), ProofPurpose::assertion_method, kAt).has_value());
  EXPECT_FALSE(none.resolve(key.did() + "#other", ProofPurpose::assertion_method, kAt).has_value());
}

TEST(Did, web_is_looked_up_among_known_documents) {
  const auto dids = documents([](Json&) {});
  ASSERT_TRUE(dids.has_value()) << why(dids);
  EXPECT_EQ(dids->resolve("did:web:hub.example#key-1", ProofPurpose::assertion_method, kAt),
            test_key().public_key());
  EXPECT_EQ(
      dids->resolve("did:web:hub.example#key-2", ProofPurpose::assertion_method, kAt).error().code,
      ErrorCode::not_found);
  EXPECT_EQ(dids->resolve("did:web:other.example#key-1", ProofPurpose::assertion_method, kAt)
                .error()
                .code,
            ErrorCode::not_found);
  EXPECT_EQ(dids->resolve("did:ion:x#key-1", ProofPurpose::assertion_method, kAt).error().code,
            ErrorCode::unsupported);
}

TEST(Did, key_counts_only_for_the_purpose_that_names_it) {
  const auto dids = documents([](Json& document) { document.erase("assertionMethod"); });
  const std::string method = "did:web:hub.example#key-1";
  EXPECT_EQ(dids->resolve(method, ProofPurpose::assertion_method, kAt).error().code,
            ErrorCode::forbidden);
  EXPECT_TRUE(dids->resolve(method, ProofPurpose::authentication, kAt).has_value());
}

TEST(Did, key_counts_only_until_it_expires_or_is_revoked) {
  for (const std::string_view field : {"expires", "revoked"}) {
    const auto dids = documents(
        [&](Json& document) { method_of(document).set(field, Json("2026-11-22T00:00:00Z")); });
    const std::string method = "did:web:hub.example#key-1";
    EXPECT_EQ(dids->resolve(method, ProofPurpose::assertion_method, kAt).error().code,
              ErrorCode::forbidden);
    EXPECT_TRUE(dids->resolve(method, ProofPurpose::assertion_method, kAt - std::chrono::seconds(1))
                    .has_value());
  }
}

TEST(Did, methods_may_be_relative_embedded_or_jwk) {
  const auto dids = documents([](Json& document) {
    Json method = method_of(document);
    method.set("id", Json("#inside"));
    document.set("assertionMethod", Json(Json::Array{method}));
    document.set("authentication", Json::strings({"#key-1"}));
    Json& first = method_of(document);
    first.set("type", Json("JsonWebKey"));
    first.erase("publicKeyMultibase");
    first.set("publicKeyJwk", parsed(R"({"kty":"OKP","crv":"Ed25519",
                         "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})"));
  });
  ASSERT_TRUE(dids.has_value()) << why(dids);
  EXPECT_EQ(dids->resolve("did:web:hub.example#inside", ProofPurpose::assertion_method, kAt),
            test_key().public_key());
  EXPECT_TRUE(
      dids->resolve("did:web:hub.example#key-1", ProofPurpose::authentication, kAt).has_value());
}

TEST(Did, refuses_documents_that_claim_what_is_not_theirs) {
  const auto refused = [](auto change) { return !documents(change).has_value(); };
  EXPECT_TRUE(refused([](Json& one) { one.erase("id"); }));
  EXPECT_TRUE(refused([](Json& one) { one.set("id", Json("did:key:z6Mk")); }));
  EXPECT_TRUE(refused([](Json& one) { method_of(one).set("controller", Json("did:web:x")); }));
  EXPECT_TRUE(refused([](Json& one) { method_of(one).set("id", Json("did:web:x#key-1")); }));
  EXPECT_TRUE(refused([](Json& one) { method_of(one).erase("publicKeyMultibase"); }));
  EXPECT_TRUE(refused([](Json& one) { method_of(one).set("publicKeyMultibase", Json("z6")); }) ||
              !documents([](Json& one) { method_of(one).set("publicKeyMultibase", Json("z6")); })
                   ->resolve("did:web:hub.example#key-1", ProofPurpose::assertion_method, kAt)
                   .has_value());
  EXPECT_TRUE(refused([](Json& one) { method_of(one).set("expires", Json("soon")); }));
  DidDocuments dids;
  const std::string text = make_did_document(kHub, test_key().public_key()).text();
  EXPECT_TRUE(dids.add(text).has_value());
  EXPECT_EQ(dids.add(text).error().code, ErrorCode::already_exists);
}

TEST(Did, document_of_several_keys_knows_them_all) {
  const SigningKey old_key = *SigningKey::from_seed(std::string(32, '\1'));
  const SigningKey new_key = *SigningKey::from_seed(std::string(32, '\2'));
  DidDocuments dids;
  ASSERT_TRUE(dids.add(make_did_document("did:web:hub.example",
                                         {{"did:web:hub.example#key-1", old_key.public_key()},
                                          {"did:web:hub.example#key-2", new_key.public_key()}})
                           .text()));
  const auto key = [&](const char* method) {
    return dids.resolve(method, ProofPurpose::assertion_method, {});
  };
  EXPECT_EQ(key("did:web:hub.example#key-1").value(), old_key.public_key());
  EXPECT_EQ(key("did:web:hub.example#key-2").value(), new_key.public_key());
  EXPECT_FALSE(key("did:web:hub.example#key-3"));
}

TEST(Did, web_says_where_its_document_is_published) {
  EXPECT_EQ(did_web_url("did:web:hub.example"), "https://hub.example/.well-known/did.json");
  EXPECT_EQ(did_web_url("did:web:hub.example%3A8443:org:a"),
            "https://hub.example:8443/org/a/did.json");
  for (const std::string_view text :
       {"did:web:", "did:web:a::b", "did:web:a/b", "did:web:a:..", "did:web:a?b", "did:key:z6Mk"}) {
    EXPECT_FALSE(did_web_url(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace hq::credential
