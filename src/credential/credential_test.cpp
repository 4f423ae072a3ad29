#include "credential/credential.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "credential/canonical_json.h"
#include "credential/credential_testing.h"

namespace hq::credential {
namespace {

TEST(Credential, verifies_what_was_issued) {
  const World world;
  const VerifyResult result = verify_credential(world.issued(world.badge()), world.options());
  EXPECT_EQ(failures(result), "");
  EXPECT_TRUE(result.is_valid());
  EXPECT_EQ(result.issuer, kHub);
  EXPECT_EQ(result.find(CheckKind::signature)->outcome, Outcome::passed);
  EXPECT_EQ(result.find(CheckKind::issuer)->outcome, Outcome::passed);
  EXPECT_EQ(result.find(CheckKind::status)->outcome, Outcome::not_asked);
  EXPECT_EQ(result.find(CheckKind::trust)->outcome, Outcome::not_asked);
  EXPECT_EQ(result.find(CheckKind::key_binding), nullptr);
}

TEST(Credential, holds_within_its_time_alone) {
  const World world;
  const std::string text = world.issued(world.badge());
  const auto at = [&](std::string_view time) {
    VerifyOptions options = world.options();
    options.at = instant(time);
    return failures(verify_credential(text, options));
  };
  EXPECT_EQ(at("2026-12-31T23:59:59Z"), "");
  EXPECT_EQ(at("2027-01-01T00:00:00Z"), "validity");
  // Before it was signed its proof is from the future too.
  EXPECT_EQ(at("2025-12-31T23:59:59Z"), "signature validity");
  Json later = world.badge();
  later.set("validFrom", Json("2026-11-22T00:00:01Z"));
  EXPECT_EQ(failures(verify_credential(world.issued(later), world.options())), "validity");
}

// What was valid on a day is asked today: keys and proofs are looked at as of now.
TEST(Credential, is_asked_for_another_day_than_that_of_its_proof) {
  const World world;
  const std::string text = world.issued(world.badge());
  VerifyOptions options = world.options();
  options.valid_at = instant("2026-01-01T00:00:00Z");  // before it was signed
  EXPECT_EQ(failures(verify_credential(text, options)), "");
  options.valid_at = instant("2025-12-31T23:59:59Z");
  EXPECT_EQ(failures(verify_credential(text, options)), "validity");
  options.valid_at = instant("2027-01-01T00:00:00Z");
  EXPECT_EQ(failures(verify_credential(text, options)), "validity");
}

TEST(Credential, needs_the_document_of_its_issuer) {
  const World world;
  const std::string text = world.issued(world.badge());
  const DidDocuments none;
  for (const DidDocuments* dids : {&none, static_cast<const DidDocuments*>(nullptr)}) {
    VerifyOptions options = world.options();
    options.dids = dids;
    const VerifyResult result = verify_credential(text, options);
    EXPECT_EQ(failures(result), "signature");
    EXPECT_FALSE(result.is_valid());
    EXPECT_EQ(result.find(CheckKind::signature)->reason.code, ErrorCode::not_found);
    EXPECT_EQ(result.find(CheckKind::issuer), nullptr) << "nothing is known of the key";
  }
  DidDocuments other;
  ASSERT_TRUE(other.add(make_did_document(kHub, world.holder_key.public_key()).text()));
  VerifyOptions options = world.options();
  options.dids = &other;
  EXPECT_EQ(failures(verify_credential(text, options)), "signature");
}

TEST(Credential, must_be_signed_by_its_issuer) {
  const World world;
  Json forged = world.badge();
  forged.set("issuer", Json(kHub));
  const auto signed_one =
      add_proof(forged, {.method = world.holder.method, .created = kAt}, world.holder_key);
  ASSERT_TRUE(signed_one.has_value());
  EXPECT_EQ(failures(verify_credential(signed_one->text(), world.options())), "issuer");
}

TEST(Credential, trusts_only_whom_it_is_told_to) {
  const World world;
  const std::string text = world.issued(world.badge());
  VerifyOptions options = world.options();
  options.trusted_issuers = {world.holder.id};
  EXPECT_EQ(failures(verify_credential(text, options)), "trust");
  options.trusted_issuers.insert(std::string(kHub));
  const VerifyResult result = verify_credential(text, options);
  EXPECT_EQ(failures(result), "");
  EXPECT_EQ(result.find(CheckKind::trust)->outcome, Outcome::passed);
}

TEST(Credential, says_what_cannot_be_read) {
  const World world;
  EXPECT_EQ(failures(verify_credential("{", world.options())), "format");
  EXPECT_EQ(failures(verify_credential("[]", world.options())), "model");
  EXPECT_EQ(failures(verify_credential(world.badge().text(), world.options())), "model");
  Json unsigned_one = world.badge();
  unsigned_one.set("issuer", Json(kHub));
  EXPECT_EQ(failures(verify_credential(unsigned_one.text(), world.options())), "signature");
  EXPECT_FALSE(VerifyResult().is_valid()) << "nothing was looked at";
}

TEST(Credential, is_not_issued_where_it_could_not_be_verified) {
  const World world;
  const auto code = [&](const Json& plain, const Issuer& issuer) {
    const auto text = issue(plain.text(), issuer, kAt);
    return text ? ErrorCode::internal : text.error().code;
  };
  const Json badge = world.badge();
  EXPECT_EQ(code(badge, world.hub), ErrorCode::internal) << "unchanged it is issued";
  EXPECT_EQ(code(parsed(world.issued(badge)), world.hub), ErrorCode::invalid_argument);
  Json of_other = badge;
  of_other.set("issuer", Json("did:web:other.example"));
  EXPECT_EQ(code(of_other, world.hub), ErrorCode::invalid_argument);
  Json no_subject = badge;
  no_subject.erase("credentialSubject");
  EXPECT_EQ(code(no_subject, world.hub), ErrorCode::invalid_argument);
  const Issuer other_method{std::string(kHub), world.holder.method, world.hub_key};
  EXPECT_EQ(code(badge, other_method), ErrorCode::invalid_argument);
  // The key of a did:key is in its name.
  const Issuer other_key{world.holder.id, world.holder.method, world.hub_key};
  EXPECT_EQ(code(badge, other_key), ErrorCode::invalid_argument);
  EXPECT_EQ(issue("{", world.hub, kAt).error().code, ErrorCode::parse_error);
}

TEST(Credential, puts_the_issuer_in_where_it_is_missing) {
  const World world;
  Json named = world.badge();
  named.set("issuer", parsed(R"({"name":"Hub"})"));
  const Json text = parsed(world.issued(named));
  EXPECT_EQ(text_at(at(text, "issuer"), "id"), kHub);
  EXPECT_EQ(text_at(at(text, "issuer"), "name"), "Hub");
  EXPECT_EQ(failures(verify_credential(text.text(), world.options())), "");
}

// Whether a changed text is told from the one that was signed: it verifies if and only if its
// canonical form is the same.
void expect_told_apart(const World& world, const std::string& good, const std::string& changed) {
  const auto canonical = canonical_json(changed);
  const bool is_same = canonical && *canonical == *canonical_json(good);
  EXPECT_EQ(verify_credential(changed, world.options()).is_valid(), is_same) << changed;
}

TEST(Credential, fails_with_any_one_byte_changed) {
  const World world;
  const std::string good = world.issued(world.badge());
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (const int flip : {0x01, 0x20, 0x80}) {
      std::string changed = good;
      changed[i] = static_cast<char>(changed[i] ^ flip);
      expect_told_apart(world, good, changed);
    }
    expect_told_apart(world, good, good.substr(0, i) + good.substr(i + 1));
    expect_told_apart(world, good, good.substr(0, i) + good[i] + good.substr(i));
  }
}

RC_GTEST_PROP(Credential, fails_with_any_byte_put_in_the_place_of_another, ()) {
  const World world;
  const std::string good = world.issued(world.badge());
  for (int i = 0; i < 20; ++i) {
    std::string changed = good;
    changed[*rc::gen::inRange<std::size_t>(0, good.size())] = *rc::gen::arbitrary<char>();
    expect_told_apart(world, good, changed);
  }
}

TEST(Credential, verifies_however_it_is_written_down) {
  const World world;
  const std::string good = world.issued(world.badge());
  EXPECT_NE(*canonical_json(good), good);
  expect_told_apart(world, good, *canonical_json(good));
  expect_told_apart(world, good, " " + good + "\n");
  std::string digits = good;
  digits.replace(digits.find("1.50"), 4, "15e-1");
  EXPECT_TRUE(verify_credential(digits, world.options()).is_valid());
}

}  // namespace
}  // namespace hq::credential
