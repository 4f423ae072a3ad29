#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "hub/credentials/credential_desk_testing.h"
#include "hub/credentials/credential_service.h"

namespace hq::hub {
namespace {

using credential::Issuer;
using credential::Json;
using credential::SigningKey;
using testing::ElementsAre;
using testing::HasSubstr;

SigningKey key_of(char byte) {
  return *SigningKey::from_seed(std::string(32, byte));
}

constexpr std::string_view kForeign = "did:web:school.example";

/// A hub, a school that it knows by files, and a holder.
class Acceptance : public CredentialDeskTest {
 protected:
  Acceptance() {
    std::filesystem::create_directories(folder_ / "credentials/dids");
    std::filesystem::create_directories(folder_ / "credentials/status");
    write("credentials/dids/school.json",
          make_did_document(kForeign, school_key_.public_key()).text());
    status(false);
  }
  void write(const std::string& name, const std::string& text) const {
    EXPECT_TRUE(write_file_atomically(folder_ / name, text));
  }
  // The school's status list, with the diploma of `diploma()` revoked or not.
  void status(bool is_revoked) const {
    std::string list =
        *issue_status_list("https://school.example/status/1", "revocation", school_, kIssueTime);
    if (is_revoked) list = *set_status(list, 7, true, school_, kIssueTime);
    write("credentials/status/school.json", list);
  }
  std::string diploma() const {
    Json plain = *Json::parse(R"({"@context":["https://www.w3.org/ns/credentials/v2",
        "https://www.w3.org/ns/credentials/undefined-terms/v2"],
        "id":"urn:example:diploma","type":["VerifiableCredential","Diploma"],
        "validFrom":"2020-01-01T00:00:00Z","validUntil":"2026-11-23T00:00:00Z",
        "credentialSubject":{"degree":{"level":"master","years":[2015,2018]}}})");
    plain.find("credentialSubject")->set("id", Json(holder_key_.did()));
    plain.set(
        "credentialStatus",
        credential::StatusEntry{"revocation", "https://school.example/status/1", 7, 1}.json());
    return *issue(plain.text(), school_, kIssueTime);
  }
  Result<std::vector<AcceptedCredential>> accept(const std::string& text,
                                                 const AcceptOptions& options = kNow) const {
    return service_->accept(text, options);
  }

  inline static const AcceptOptions kNow{.now = kIssueTime, .valid_at = kIssueTime};
  SigningKey school_key_ = key_of('\3');
  SigningKey holder_key_ = key_of('\2');
  Issuer school_{std::string(kForeign), std::string(kForeign) + "#key-1", school_key_};
  Issuer holder_{holder_key_.did(), holder_key_.did_method(), holder_key_};
  std::unique_ptr<CredentialService> service_ = CredentialService::open({.data = folder_}).value();
};

TEST_F(Acceptance, gives_the_facts_of_a_credential) {
  const auto accepted = accept(diploma());
  ASSERT_TRUE(accepted) << accepted.error().text();
  ASSERT_EQ(accepted->size(), 1U);
  const AcceptedCredential& one = accepted->front();
  EXPECT_EQ(one.issuer, kForeign);
  EXPECT_EQ(one.id, "urn:example:diploma");
  EXPECT_EQ(one.subject, holder_.id);
  EXPECT_TRUE(one.has_type("Diploma"));
  EXPECT_FALSE(one.has_type("Badge"));
  EXPECT_FALSE(one.is_presented_by_subject);
  EXPECT_EQ(*one.claim("credentialSubject.degree.level")->as_string(), "master");
  EXPECT_EQ(one.claim("credentialSubject.degree.years.1")->as_int(), 2018);
  for (const char* path : {"credentialSubject.degree.years.2", "credentialSubject.degree.years.x",
                           "credentialSubject.degree.years.", "credentialSubject.none", "none.x",
                           "credentialSubject.degree.level.x", ""}) {
    EXPECT_EQ(one.claim(path), nullptr) << path;
  }
}

TEST_F(Acceptance, asks_whether_it_was_valid_on_the_day_of_the_decision) {
  AcceptOptions options = kNow;
  options.valid_at = parse_instant("2020-01-01T00:00:00Z").value();
  EXPECT_TRUE(accept(diploma(), options));
  options.valid_at -= std::chrono::seconds(1);
  EXPECT_EQ(accept(diploma(), options).error().where, "validity: validFrom");
  options.valid_at = parse_instant("2026-11-23T00:00:00Z").value();
  EXPECT_EQ(accept(diploma(), options).error().where, "validity: validUntil");
  // What the service is asked for anybody's sake says the same.
  VerifyRequest request{diploma(), {}, {}, options.valid_at};
  EXPECT_FALSE(service_->verify(request, kIssueTime).is_valid);
  request.at = kIssueTime;
  EXPECT_TRUE(service_->verify(request, kIssueTime).is_valid);
}

TEST_F(Acceptance, counts_what_was_issued_today_for_a_decision_of_today) {
  const Date today = parse_date("2026-11-22").value();
  const Instant noon = Instant(today) + std::chrono::hours(12);
  EXPECT_EQ(moment_of(today, noon), noon);
  EXPECT_EQ(format_instant(moment_of(today - std::chrono::days(1), noon)),
            "2026-11-21T23:59:59.999999Z");
  EXPECT_EQ(format_instant(moment_of(today + std::chrono::days(1), noon)), "2026-11-23T00:00:00Z");
}

TEST_F(Acceptance, takes_nothing_that_was_revoked_changed_or_is_of_nobody_known) {
  status(true);
  EXPECT_EQ(accept(diploma()).error().code, ErrorCode::forbidden);
  service_ = CredentialService::open({.data = folder_}).value();
  status(false);
  std::string text = diploma();
  text.replace(text.find("master"), 6, "doctor");
  EXPECT_EQ(accept(text).error().where, "signature: proofValue");
  const auto self_made = issue(R"({"@context":["https://www.w3.org/ns/credentials/v2"],
      "type":["VerifiableCredential"],"credentialSubject":{"x":1}})",
                               holder_, kIssueTime);
  EXPECT_EQ(accept(*self_made)->front().issuer, holder_.id) << "whom a policy trusts is not ours";
  for (const char* none : {"", "{", "{}", "x", "a.b.c~", "[]"}) {
    EXPECT_FALSE(accept(none)) << none;
    EXPECT_FALSE(service_->verify({none, {}, {}, {}}, kIssueTime).is_valid) << none;
  }
}

TEST_F(Acceptance, knows_who_presents) {
  CredentialDesk desk(log_, folder_);
  IssueRequest request = badge();
  request.subject.text = fmt::format(R"({{"id":"{}","level":"B"}})", holder_.id);
  const std::string own = desk.text(request, desk.issued(request));
  const auto presentation = present({.credentials = {diploma(), own},
                                     .challenge = "c-1",
                                     .domain = "hub.example",
                                     .at = kIssueTime},
                                    holder_);
  AcceptOptions options = kNow;
  options.challenge = "c-1";
  options.domain = "hub.example";
  const auto accepted = desk.service->accept(*presentation, options);
  ASSERT_TRUE(accepted) << accepted.error().text();
  ASSERT_EQ(accepted->size(), 2U);
  EXPECT_TRUE(accepted->at(0).is_presented_by_subject);
  EXPECT_EQ(accepted->at(1).issuer, desk.service->identity().did());
  options.challenge = "c-2";
  EXPECT_EQ(desk.service->accept(*presentation, options).error().where, "signature: challenge");
  // A revoked one spoils the whole.
  ASSERT_TRUE(desk.revoke(desk.service->list({.now = kIssueTime}).credentials.at(0).id));
  EXPECT_EQ(desk.service->accept(*presentation, kNow).error().where, "status: credentialStatus");
  VerifyRequest asked{*presentation, "c-1", "hub.example", {}};
  const VerifyAnswer answer = desk.service->verify(asked, kIssueTime);
  EXPECT_EQ(answer.kind, CredentialForm::presentation);
  EXPECT_EQ(answer.holder, holder_.id);
  EXPECT_FALSE(answer.is_valid);
  ASSERT_EQ(answer.credentials.size(), 2U);
  EXPECT_TRUE(answer.credentials[0].is_valid);
}

TEST_F(Acceptance, takes_facts_of_what_an_sd_jwt_shows) {
  CredentialDesk desk(log_, folder_);
  IssueRequest request = badge();
  request.kind = CredentialForm::sd_jwt;
  request.subject.text = fmt::format(R"({{"id":"{}","level":"B","name":"x"}})", holder_.id);
  request.disclosable = {{"level", "name"}};
  const std::string text = desk.text(request, desk.issued(request));
  const std::string shown =
      select_disclosures(text, *Json::parse(R"({"level":true})")).value() + "\n";
  const auto accepted = desk.service->accept(shown, kNow);
  ASSERT_TRUE(accepted) << accepted.error().text();
  const AcceptedCredential& one = accepted->front();
  EXPECT_EQ(one.form, CredentialForm::sd_jwt);
  EXPECT_THAT(one.types, ElementsAre("Badge"));
  EXPECT_FALSE(one.is_presented_by_subject);
  EXPECT_EQ(*one.claim("credentialSubject.level")->as_string(), "B");
  EXPECT_EQ(*one.claim("level")->as_string(), "B");
  EXPECT_EQ(*one.claim("credentialSubject.id")->as_string(), holder_.id);
  EXPECT_EQ(one.claim("credentialSubject"), &one.claims);
  EXPECT_EQ(one.claim("credentialSubject.name"), nullptr);
  EXPECT_EQ(one.claim("credentialSubjects.level"), nullptr);
  AcceptOptions options = kNow;
  options.challenge = "n-1";
  options.domain = "hub.example";
  EXPECT_FALSE(desk.service->accept(shown, options));
  const auto bound = bind_key(text, {"hub.example", "n-1", kIssueTime}, holder_key_);
  EXPECT_TRUE(desk.service->accept(*bound, options)->front().is_presented_by_subject);
}

TEST_F(Acceptance, says_which_files_of_others_it_passes_over) {
  write("credentials/dids/broken.json", "{");
  write("credentials/dids/note.txt", "no document");
  write("credentials/dids/twin.json", make_did_document(kForeign, holder_key_.public_key()).text());
  write("credentials/status/nameless.json", "{}");
  std::vector<std::string> told;
  service_ = CredentialService::open(
                 {.data = folder_,
                  .on_passed_over = [&](const Error& error) { told.push_back(error.text()); }})
                 .value();
  EXPECT_TRUE(accept(diploma()));
  EXPECT_THAT(told, ElementsAre(HasSubstr("broken.json"), HasSubstr("twin.json"),
                                HasSubstr("nameless.json")));
}

TEST_F(Acceptance, lets_no_file_speak_for_the_hub_itself) {
  const std::string did = "did:web:hub.example";
  write("credentials/dids/hub.json", make_did_document(did, holder_key_.public_key()).text());
  service_ =
      CredentialService::open({.data = folder_, .public_url = "https://hub.example"}).value();
  const Issuer forger{did, did + "#key-1", holder_key_};
  const std::string plain = R"({"@context":["https://www.w3.org/ns/credentials/v2"],
      "type":["VerifiableCredential"],"credentialSubject":{"x":1}})";
  EXPECT_FALSE(accept(*issue(plain, forger, kIssueTime)));
  EXPECT_TRUE(accept(*service_->sign_receipt(plain, kIssueTime)));
}

}  // namespace
}  // namespace hq::hub
