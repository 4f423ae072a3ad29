#include <gtest/gtest.h>

#include "credential/credential.h"
#include "credential/credential_testing.h"

namespace hq::credential {
namespace {

// What the check of the status says: the code of its failure, or internal where it did not fail.
ErrorCode status_code(const VerifyResult& result) {
  const Check* status = result.find(CheckKind::status);
  EXPECT_NE(status, nullptr);
  const bool has_failed = status != nullptr && status->outcome == Outcome::failed;
  EXPECT_EQ(failures(result), has_failed ? "status" : "");
  EXPECT_EQ(result.is_valid(), !has_failed);
  return has_failed ? status->reason.code : ErrorCode::internal;
}

// The status of a badge at index 4711 of a list.
ErrorCode status_by(const World& world, const std::string& list,
                    const std::string& purpose = "revocation") {
  VerifyOptions options = world.options();
  options.status_lists = {list};
  return status_code(verify_credential(world.issued_with_status(purpose), options));
}

// A list credential that was changed before the hub signed it.
template <class Change>
std::string odd_list(const World& world, Change change) {
  Json plain = make_status_credential(kList, kHub, "revocation", *StatusList::make(kStatusBitsMin));
  change(plain);
  const auto text = issue(plain.text(), world.hub, kAt);
  EXPECT_TRUE(text.has_value()) << why(text);
  return text.value_or("");
}

TEST(Status, of_a_credential_that_is_not_revoked_passes) {
  const World world;
  VerifyOptions options = world.options();
  options.status_lists = {"{", world.list("revocation")};
  const VerifyResult result = verify_credential(world.issued_with_status("revocation"), options);
  EXPECT_EQ(failures(result), "");
  EXPECT_EQ(result.find(CheckKind::status)->outcome, Outcome::passed);
}

TEST(Status, of_a_revoked_credential_fails_and_stays_so) {
  const World world;
  const auto revoked = set_status(world.list("revocation"), 4711, true, world.hub, kAt);
  ASSERT_TRUE(revoked.has_value()) << why(revoked);
  EXPECT_EQ(failures(verify_credential(*revoked, world.options())), "");
  EXPECT_EQ(status_by(world, *revoked), ErrorCode::forbidden);
  EXPECT_EQ(set_status(*revoked, 4711, false, world.hub, kAt).error().code, ErrorCode::conflict);
  EXPECT_TRUE(set_status(*revoked, 4711, true, world.hub, kAt).has_value());
  // Its neighbours are not concerned.
  const auto neighbours = set_status(world.list("revocation"), 4710, true, world.hub, kAt);
  EXPECT_EQ(status_by(world, *set_status(*neighbours, 4712, true, world.hub, kAt)),
            ErrorCode::internal);
}

TEST(Status, of_a_suspended_credential_fails_until_it_is_lifted) {
  const World world;
  const auto suspended = set_status(world.list("suspension"), 4711, true, world.hub, kAt);
  ASSERT_TRUE(suspended.has_value()) << why(suspended);
  EXPECT_EQ(status_by(world, *suspended, "suspension"), ErrorCode::forbidden);
  const auto lifted = set_status(*suspended, 4711, false, world.hub, kAt);
  ASSERT_TRUE(lifted.has_value()) << why(lifted);
  EXPECT_EQ(status_by(world, *lifted, "suspension"), ErrorCode::internal);
}

TEST(Status, needs_its_list_unless_told_otherwise) {
  const World world;
  const std::string text = world.issued_with_status("revocation");
  VerifyOptions options = world.options();
  EXPECT_EQ(status_code(verify_credential(text, options)), ErrorCode::unavailable);
  options.is_status_required = false;
  const VerifyResult result = verify_credential(text, options);
  EXPECT_EQ(status_code(result), ErrorCode::internal);
  EXPECT_EQ(result.find(CheckKind::status)->outcome, Outcome::not_asked);
  // A list that is there counts all the same.
  options.status_lists = {*set_status(world.list("revocation"), 4711, true, world.hub, kAt)};
  EXPECT_EQ(status_code(verify_credential(text, options)), ErrorCode::forbidden);
}

TEST(Status, looks_at_every_entry) {
  const World world;
  Json badge = world.badge();
  Json::Array both = {StatusEntry{"revocation", std::string(kList), 1, 1}.json(),
                      StatusEntry{"revocation", std::string(kList), 2, 1}.json()};
  badge.set("credentialStatus", Json(both));
  VerifyOptions options = world.options();
  const std::string text = world.issued(badge);
  options.status_lists = {world.list("revocation")};
  EXPECT_EQ(status_code(verify_credential(text, options)), ErrorCode::internal);
  options.status_lists = {*set_status(world.list("revocation"), 2, true, world.hub, kAt)};
  EXPECT_EQ(status_code(verify_credential(text, options)), ErrorCode::forbidden);
  // None at all is nothing to look at.
  badge.set("credentialStatus", Json::array());
  const VerifyResult none = verify_credential(world.issued(badge), options);
  EXPECT_EQ(none.find(CheckKind::status)->outcome, Outcome::not_asked);
}

TEST(Status, refuses_a_list_of_another_purpose_or_range_or_size) {
  const World world;
  EXPECT_EQ(status_by(world, world.list("suspension")), ErrorCode::forbidden);
  VerifyOptions options = world.options();
  options.status_lists = {world.list("revocation")};
  EXPECT_EQ(
      status_code(verify_credential(world.issued_with_status("revocation", 131'071), options)),
      ErrorCode::internal);
  EXPECT_EQ(
      status_code(verify_credential(world.issued_with_status("revocation", 131'072), options)),
      ErrorCode::invalid_argument);
  // gzip of ten zero bytes.
  const std::string too_short = odd_list(world, [](Json& list) {
    list.find("credentialSubject")->set("encodedList", Json("uH4sIAAAAAAACA2NggAEAdmiK4woAAAA"));
  });
  EXPECT_EQ(status_by(world, too_short), ErrorCode::invalid_argument);
}

// Two bits for each make half as many entries.
TEST(Status, counts_the_least_size_in_entries_not_in_bits) {
  const World world;
  Json badge = world.badge();
  badge.set("credentialStatus", StatusEntry{"message", std::string(kList), 5, 2}.json());
  const std::string text = world.issued(badge);
  const auto code = [&](std::size_t bits) {
    const Json list = make_status_credential(kList, kHub, "message", *StatusList::make(bits));
    VerifyOptions options = world.options();
    options.status_lists = {*issue(list.text(), world.hub, kAt)};
    return status_code(verify_credential(text, options));
  };
  EXPECT_EQ(code(kStatusBitsMin), ErrorCode::invalid_argument);
  EXPECT_EQ(code(2 * kStatusBitsMin - 8), ErrorCode::invalid_argument);
  EXPECT_EQ(code(2 * kStatusBitsMin), ErrorCode::internal);
}

TEST(Status, takes_no_list_of_a_foreign_issuer) {
  const World world;
  const std::string foreign = *issue_status_list(kList, "revocation", world.holder, kAt);
  EXPECT_EQ(status_by(world, foreign), ErrorCode::forbidden);
  EXPECT_EQ(set_status(foreign, 1, true, world.hub, kAt).error().code, ErrorCode::forbidden);
  // Nor may one that is trusted keep the list of another.
  VerifyOptions options = world.options();
  options.status_lists = {foreign};
  options.trusted_issuers = {std::string(kHub), world.holder.id};
  EXPECT_EQ(status_code(verify_credential(world.issued_with_status("revocation"), options)),
            ErrorCode::forbidden);
  // Whoever signs in the name of the hub is not the hub.
  const Json forged = make_status_credential(kList, kHub, "revocation", *StatusList::make());
  const auto signed_one =
      add_proof(forged, {.method = world.holder.method, .created = kAt}, world.holder_key);
  EXPECT_EQ(status_by(world, signed_one->text()), ErrorCode::forbidden);
  EXPECT_EQ(set_status(signed_one->text(), 1, true, world.hub, kAt).error().code,
            ErrorCode::forbidden);
}

TEST(Status, takes_no_list_that_was_changed_or_is_over) {
  const World world;
  Json cleared = parsed(*set_status(world.list("revocation"), 4711, true, world.hub, kAt));
  cleared.find("credentialSubject")->set("encodedList", Json(StatusList::make()->encode()));
  EXPECT_EQ(status_by(world, cleared.text()), ErrorCode::forbidden);
  EXPECT_EQ(set_status(cleared.text(), 1, true, world.hub, kAt).error().code, ErrorCode::forbidden);
  cleared.erase("proof");
  EXPECT_EQ(status_by(world, cleared.text()), ErrorCode::not_found);
  const std::string over =
      odd_list(world, [](Json& list) { list.set("validUntil", Json("2026-11-21T00:00:00Z")); });
  EXPECT_EQ(status_by(world, over), ErrorCode::forbidden);
}

// A copy from before a revocation would hide it.
TEST(Status, believes_a_list_without_an_end_for_a_while_alone) {
  const World world;
  VerifyOptions options = world.options();
  options.status_lists = {world.list("revocation")};
  const std::string text = world.issued_with_status("revocation");
  options.at = kAt + kStatusAgeMax;
  EXPECT_EQ(status_code(verify_credential(text, options)), ErrorCode::internal);
  options.at += std::chrono::seconds(1);
  EXPECT_EQ(status_code(verify_credential(text, options)), ErrorCode::forbidden);
  options.status_age_max *= 2;
  EXPECT_EQ(status_code(verify_credential(text, options)), ErrorCode::internal);
  // One that says its end is believed until then, one without any date never.
  options.status_age_max = {};
  options.status_lists = {
      odd_list(world, [](Json& list) { list.set("validUntil", Json("2026-12-21T00:00:00Z")); })};
  EXPECT_EQ(status_code(verify_credential(text, options)), ErrorCode::internal);
  const Json undated = make_status_credential(kList, kHub, "revocation", *StatusList::make());
  const auto signed_one = add_proof(undated, {.method = world.hub.method}, world.hub_key);
  options = world.options();
  options.status_lists = {signed_one->text()};
  EXPECT_EQ(status_code(verify_credential(text, options)), ErrorCode::forbidden);
}

TEST(Status, asks_for_a_list_by_its_name) {
  const World world;
  VerifyOptions options = world.options();
  std::string asked;
  std::string given = *set_status(world.list("revocation"), 4711, true, world.hub, kAt);
  options.find_status_list = [&](std::string_view id) -> std::optional<std::string> {
    asked = id;
    return given.empty() ? std::nullopt : std::optional(given);
  };
  const std::string text = world.issued_with_status("revocation");
  EXPECT_EQ(status_code(verify_credential(text, options)), ErrorCode::forbidden);
  EXPECT_EQ(asked, kList);
  for (const char* other : {"", "{", "{}", R"({"id":"https://hub.example/status/2"})"}) {
    given = other;
    EXPECT_EQ(status_code(verify_credential(text, options)), ErrorCode::unavailable) << other;
  }
}

TEST(Status, lists_are_for_revocation_or_suspension) {
  const World world;
  EXPECT_EQ(issue_status_list(kList, "message", world.hub, kAt).error().code,
            ErrorCode::invalid_argument);
  EXPECT_EQ(set_status(world.list("revocation"), 131'072, true, world.hub, kAt).error().code,
            ErrorCode::invalid_argument);
  EXPECT_EQ(set_status(world.issued(world.badge()), 1, true, world.hub, kAt).error().code,
            ErrorCode::unsupported);
}

// A presentation of credentials, to "verifier.example" with the challenge "c-1".
std::string presented(const World& world, const std::vector<std::string>& credentials) {
  const auto text = present(
      {.credentials = credentials, .challenge = "c-1", .domain = "verifier.example", .at = kAt},
      world.holder);
  EXPECT_TRUE(text.has_value()) << why(text);
  return text.value_or("");
}

// What a holder presents without having been asked.
PresentOptions unasked(const std::vector<std::string>& credentials) {
  return {.credentials = credentials, .challenge = "", .domain = "", .at = kAt};
}

VerifyOptions asked(const World& world) {
  VerifyOptions options = world.options();
  options.challenge = "c-1";
  options.domain = "verifier.example";
  return options;
}

TEST(Presentation, verifies_with_all_its_credentials) {
  const World world;
  const std::string badge = world.issued(world.badge());
  const VerifyResult result = verify_presentation(presented(world, {badge, badge}), asked(world));
  EXPECT_EQ(failures(result), "");
  EXPECT_TRUE(result.is_valid());
  EXPECT_EQ(result.holder, world.holder.id);
  ASSERT_EQ(result.credentials.size(), 2U);
  for (const VerifyResult& one : result.credentials) {
    EXPECT_EQ(failures(one), "");
    EXPECT_EQ(one.issuer, kHub);
    EXPECT_EQ(one.find(CheckKind::signature)->outcome, Outcome::passed);
  }
}

TEST(Presentation, answers_one_challenge_in_one_domain) {
  const World world;
  const std::string text = presented(world, {world.issued(world.badge())});
  VerifyOptions options = asked(world);
  options.challenge = "c-2";
  VerifyResult result = verify_presentation(text, options);
  EXPECT_EQ(failures(result), "signature");
  EXPECT_EQ(result.find(CheckKind::signature)->reason.where, "challenge");
  options = asked(world);
  options.domain = "other.example";
  result = verify_presentation(text, options);
  EXPECT_EQ(failures(result), "signature");
  EXPECT_EQ(result.find(CheckKind::signature)->reason.where, "domain");
  const auto text_unasked = present(unasked({}), world.holder);
  ASSERT_TRUE(text_unasked.has_value()) << why(text_unasked);
  EXPECT_EQ(failures(verify_presentation(*text_unasked, asked(world))), "signature");
  EXPECT_EQ(failures(verify_presentation(*text_unasked, world.options())), "");
}

TEST(Presentation, is_by_whom_its_credentials_are_about) {
  const World world;
  Json of_other = world.badge();
  of_other.find("credentialSubject")->set("id", Json("did:web:somebody.example"));
  const std::string text = presented(world, {world.issued(world.badge()), world.issued(of_other)});
  VerifyOptions options = asked(world);
  const VerifyResult result = verify_presentation(text, options);
  EXPECT_EQ(failures(result), "holder");
  EXPECT_FALSE(result.is_valid());
  options.must_holder_be_subject = false;
  EXPECT_TRUE(verify_presentation(text, options).is_valid());
  // Whoever holds a credential that names nobody may present it.
  of_other.find("credentialSubject")->erase("id");
  EXPECT_TRUE(
      verify_presentation(presented(world, {world.issued(of_other)}), asked(world)).is_valid());
}

TEST(Presentation, is_signed_by_its_holder) {
  const World world;
  Json stolen = parsed(presented(world, {world.issued(world.badge())}));
  stolen.erase("proof");
  const auto signed_one = add_proof(stolen,
                                    {.method = world.hub.method,
                                     .purpose = ProofPurpose::authentication,
                                     .created = kAt,
                                     .domain = "verifier.example",
                                     .challenge = "c-1"},
                                    world.hub_key);
  ASSERT_TRUE(signed_one.has_value());
  EXPECT_EQ(failures(verify_presentation(signed_one->text(), asked(world))), "holder");
  // Without a holder it is by whoever signed, who is not the subject.
  stolen.erase("holder");
  const auto unnamed = add_proof(stolen,
                                 {.method = world.hub.method,
                                  .purpose = ProofPurpose::authentication,
                                  .created = kAt,
                                  .domain = "verifier.example",
                                  .challenge = "c-1"},
                                 world.hub_key);
  const VerifyResult result = verify_presentation(unnamed->text(), asked(world));
  EXPECT_EQ(result.holder, kHub);
  EXPECT_EQ(failures(result), "holder");
  EXPECT_EQ(failures(verify_presentation(stolen.text(), asked(world))), "signature");
}

TEST(Presentation, is_no_better_than_its_credentials) {
  const World world;
  VerifyOptions options = asked(world);
  options.status_lists = {*set_status(world.list("revocation"), 4711, true, world.hub, kAt)};
  const std::string revoked = world.issued_with_status("revocation");
  const VerifyResult result =
      verify_presentation(presented(world, {world.issued(world.badge()), revoked}), options);
  EXPECT_EQ(failures(result), "");
  ASSERT_EQ(result.credentials.size(), 2U);
  EXPECT_EQ(failures(result.credentials[0]), "");
  EXPECT_EQ(failures(result.credentials[1]), "status");
  EXPECT_FALSE(result.is_valid());
  Json enveloped = parsed(R"({"@context":"https://www.w3.org/ns/credentials/v2",
      "id":"data:application/vc+sd-jwt,x","type":"EnvelopedVerifiableCredential"})");
  const VerifyResult other =
      verify_presentation(presented(world, {enveloped.text()}), asked(world));
  ASSERT_EQ(other.credentials.size(), 1U);
  EXPECT_EQ(other.credentials[0].find(CheckKind::format)->reason.code, ErrorCode::unsupported);
  EXPECT_FALSE(other.is_valid());
}

TEST(Presentation, lets_its_holder_alone_assert_without_a_proof) {
  const World world;
  Json own = world.badge();
  own.set("issuer", Json(world.holder.id));
  const VerifyResult result = verify_presentation(presented(world, {own.text()}), asked(world));
  EXPECT_EQ(failures(result), "");
  EXPECT_TRUE(result.is_valid());
  EXPECT_EQ(result.credentials[0].find(CheckKind::signature)->outcome, Outcome::not_asked);
  own.set("issuer", Json(kHub));
  EXPECT_EQ(failures(verify_presentation(presented(world, {own.text()}), asked(world))), "holder");
}

TEST(Presentation, is_no_credential_nor_the_other_way_round) {
  const World world;
  const std::string badge = world.issued(world.badge());
  EXPECT_EQ(failures(verify_presentation(badge, world.options())), "model");
  EXPECT_EQ(failures(verify_credential(presented(world, {badge}), world.options())), "model");
  EXPECT_EQ(present(unasked({"{"}), world.holder).error().code, ErrorCode::parse_error);
  const Issuer other_method{world.holder.id, world.hub.method, world.holder_key};
  EXPECT_EQ(present(unasked({badge}), other_method).error().code, ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace hq::credential
