#include "hub/credentials/credential_service.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "hub/credentials/credential_desk_testing.h"
#include "hub/credentials/credential_text.h"
#include "hub/credentials/limits.h"
#include "log/memory_log.h"
#include "log/snapshot.h"

namespace hq::hub {
namespace {

using credential::Json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

log::Commit commit_at(uint64_t seq) {
  log::Commit commit;
  commit.seq = seq;
  commit.time = kIssueTime;
  return commit;
}

class Credentials : public CredentialDeskTest {};

TEST_F(Credentials, are_issued_and_verify_offline) {
  CredentialDesk desk(log_, folder_);
  const CredentialAnswer issued = desk.issued(badge());
  EXPECT_EQ(issued.status, CredentialStatus::valid);
  EXPECT_THAT(issued.type, ElementsAre("Badge"));
  EXPECT_EQ(issued.subject_id, "did:example:1");
  const std::string text = desk.text(badge(), issued);
  EXPECT_EQ(to_hex(sha256(text)), issued.sha256);
  // With what the hub publishes, and nothing else of it.
  credential::VerifyOptions options{.at = kIssueTime};
  options.status_lists = {desk.service->status_list(issued.status_list, kIssueTime).value()};
  const auto result = credential::verify_credential(text, options);
  EXPECT_TRUE(result.is_valid());
  EXPECT_EQ(result.find(credential::CheckKind::status)->outcome, credential::Outcome::passed);
  EXPECT_EQ(result.issuer, desk.service->identity().did());
  EXPECT_EQ(*result.document.find("credentialSubject")->find_string("level"), "B");
  EXPECT_EQ(*result.document.find_string("id"), "urn:uuid:" + issued.id);
  EXPECT_EQ(*result.document.find_string("validFrom"), "2026-11-22T00:00:00Z");
}

TEST_F(Credentials, keep_no_claim_in_the_log) {
  CredentialDesk desk(log_, folder_);
  desk.issued(badge());
  IssueRequest kept = badge();
  kept.keep = true;
  const CredentialAnswer second = desk.issued(kept);
  EXPECT_EQ(second.credential, desk.text(kept, second));
  std::vector<std::string> bodies;
  ASSERT_TRUE(log_.read(1, [&](const log::Commit& commit) {
    bodies.push_back(commit.events.back().body + commit.reply);
    return true;
  }));
  ASSERT_EQ(bodies.size(), 2U);
  EXPECT_THAT(bodies[0], Not(HasSubstr("level")));
  EXPECT_THAT(bodies[1], HasSubstr("level"));
}

TEST_F(Credentials, hide_claims_where_that_is_asked_for) {
  CredentialDesk desk(log_, folder_);
  const credential::SigningKey holder = *credential::SigningKey::from_seed(std::string(32, '\2'));
  IssueRequest request = badge();
  request.kind = CredentialForm::sd_jwt;
  request.subject.text = R"({"id":")" + holder.did() + R"(","name":"虹桥","level":"B"})";
  request.valid_until = kIssueTime + std::chrono::hours(24);
  request.disclosable = {{"name", "level"}};
  const CredentialAnswer issued = desk.issued(request);
  const std::string text = desk.text(request, issued);
  const std::string shown =
      credential::select_disclosures(text, *Json::parse(R"({"level":true})")).value();
  const VerifyAnswer unbound = desk.service->verify({shown, {}, {}, {}}, kIssueTime);
  EXPECT_TRUE(unbound.is_valid);
  EXPECT_EQ(unbound.kind, CredentialForm::sd_jwt);
  EXPECT_EQ(unbound.subject, holder.did());
  EXPECT_THAT(unbound.document.text, HasSubstr(R"("level":"B")"));
  EXPECT_THAT(unbound.document.text, Not(HasSubstr("name")));
  EXPECT_THAT(unbound.document.text, HasSubstr(R"("jti":"urn:uuid:)" + issued.id));
  const std::string bound =
      credential::bind_key(shown, {"https://verifier.example", "n-1", kIssueTime}, holder).value();
  VerifyRequest asked{bound, "n-1", "https://verifier.example", {}};
  EXPECT_TRUE(desk.service->verify(asked, kIssueTime).is_valid);
  asked.challenge = "n-2";
  EXPECT_FALSE(desk.service->verify(asked, kIssueTime).is_valid);
  asked.credential = shown;
  EXPECT_FALSE(desk.service->verify(asked, kIssueTime).is_valid) << "no binding at all";
  // Revoked like any other.
  ASSERT_TRUE(desk.revoke(issued.id));
  EXPECT_FALSE(desk.service->verify({shown, {}, {}, {}}, kIssueTime).is_valid);
}

TEST_F(Credentials, are_revoked_for_good) {
  CredentialDesk desk(log_, folder_);
  const CredentialAnswer issued = desk.issued(badge());
  const std::string text = desk.text(badge(), issued);
  EXPECT_TRUE(desk.service->verify({text, {}, {}, {}}, kIssueTime).is_valid);
  ASSERT_TRUE(desk.revoke(issued.id, "lost"));
  const uint64_t commits = desk.writer->last_seq();
  ASSERT_TRUE(desk.revoke(issued.id, "again"));
  const auto revoked = desk.service->find(issued.id, kIssueTime);
  EXPECT_EQ(revoked->status, CredentialStatus::revoked);
  EXPECT_EQ(revoked->reason, "lost") << "what came first stands";
  EXPECT_EQ(desk.writer->last_seq(), commits + 1);
  const VerifyAnswer answer = desk.service->verify({text, {}, {}, {}}, kIssueTime);
  EXPECT_FALSE(answer.is_valid);
  const auto status = std::ranges::find(answer.checks, "status", &CheckAnswer::kind);
  ASSERT_NE(status, answer.checks.end());
  EXPECT_EQ(status->outcome, "failed");
  EXPECT_THAT(*status->reason_en, HasSubstr("revoked"));
  EXPECT_THAT(*status->reason_zh, HasSubstr("撤销"));
  EXPECT_EQ(desk.revoke("none").error().code, ErrorCode::not_found);
  EXPECT_EQ(desk.revoke(issued.id, "").error().where, "reason");
  EXPECT_EQ(desk.revoke(issued.id, std::string(501, 'x')).error().where, "reason");
}

TEST_F(Credentials, are_the_same_for_a_repeated_command) {
  CredentialDesk desk(log_, folder_);
  const auto first = desk.send("c-1", "credentials.issue", to_json(badge()));
  const auto second = desk.send("c-1", "credentials.issue", to_json(badge()));
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->reply, second->reply);
  EXPECT_TRUE(second->repeated);
  const auto page = desk.service->list({.now = kIssueTime});
  ASSERT_EQ(page.credentials.size(), 1U);
  EXPECT_EQ(desk.text(badge(), page.credentials[0]), desk.text(badge(), page.credentials[0]));
  // Of another request there is no text under this id.
  IssueRequest other = badge();
  other.subject.text = R"({"level":"A"})";
  EXPECT_EQ(desk.service->text_of(other, page.credentials[0]).error().code, ErrorCode::conflict);
}

TEST_F(Credentials, refuse_what_is_no_request) {
  CredentialDesk desk(log_, folder_);
  const auto where = [&](auto change) {
    IssueRequest request = badge();
    change(request);
    const auto done = desk.send("", "credentials.issue", to_json(request));
    return done ? "done" : done.error().where;
  };
  using R = IssueRequest;
  EXPECT_EQ(where([](R& r) { r.type = std::vector<std::string>(9, "T"); }), "type");
  EXPECT_EQ(where([](R& r) { r.type = {""}; }), "type");
  EXPECT_EQ(where([](R& r) { r.type = {std::string(201, 'x')}; }), "type");
  EXPECT_EQ(where([](R& r) { r.subject.text = "{}"; }), "subject");
  EXPECT_EQ(where([](R& r) { r.subject.text = "[1]"; }), "subject");
  EXPECT_EQ(where([](R& r) { r.subject.text = R"({"id":"anna","x":1})"; }), "subject/id");
  EXPECT_EQ(where([](R& r) { r.subject.text = R"({"x":")" + std::string(66'000, 'x') + "\"}"; }),
            "subject");
  EXPECT_EQ(where([](R& r) { r.valid_until = kIssueTime; }), "valid_until");
  EXPECT_EQ(where([](R& r) { r.kind = CredentialForm::presentation; }), "kind");
  EXPECT_EQ(where([](R& r) { r.disclosable = {{"level"}}; }), "disclosable");
  const auto token = [&](auto change) {
    return where([&](R& r) {
      r.kind = CredentialForm::sd_jwt;
      change(r);
    });
  };
  EXPECT_EQ(token([](R&) {}), "done");
  EXPECT_EQ(token([](R& r) { r.type = {"A", "B"}; }), "type");
  EXPECT_EQ(token([](R& r) { r.disclosable = {{"none"}}; }), "disclosable");
  EXPECT_EQ(token([](R& r) { r.disclosable = {{"id"}}; }), "disclosable");
  EXPECT_EQ(token([](R& r) { r.subject.text = R"({"iss":"did:web:other.example"})"; }), "subject");
  EXPECT_NE(token([](R& r) { r.subject.text = R"({"id":"did:key:z6Mk","x":1})"; }), "done");
  EXPECT_NE(token([](R& r) { r.subject.text = R"({"_sd":[]})"; }), "done");
  EXPECT_EQ(desk.send("", "credentials.issue", "{").error().code, ErrorCode::parse_error);
  EXPECT_EQ(desk.send("", "credentials.forget", "{}").error().code, ErrorCode::unsupported);
}

TEST_F(Credentials, are_listed_newest_first_in_pages) {
  CredentialDesk desk(log_, folder_);
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) {
    IssueRequest request = badge();
    request.subject.text = fmt::format(R"({{"id":"did:example:{}","level":"B"}})", i % 2);
    if (i == 0) request.valid_until = kIssueTime + std::chrono::hours(1);
    if (i == 4) request.valid_from = kIssueTime + std::chrono::hours(2);
    ids.insert(ids.begin(), desk.issued(request).id);
  }
  ASSERT_TRUE(desk.revoke(ids[2]));
  const Instant later = kIssueTime + std::chrono::hours(1);
  CredentialFilter filter{.now = later, .limit = 2};
  std::vector<std::string> seen;
  std::vector<CredentialStatus> statuses;
  while (true) {
    const CredentialPage page = desk.service->list(filter);
    for (const CredentialAnswer& one : page.credentials) {
      seen.push_back(one.id);
      statuses.push_back(one.status);
    }
    if (!page.next) break;
    filter.cursor = page.next;
  }
  EXPECT_EQ(seen, ids);
  using enum CredentialStatus;
  EXPECT_THAT(statuses, ElementsAre(not_yet_valid, valid, revoked, valid, expired));
  EXPECT_EQ(desk.service->list({.now = later, .subject_id = "did:example:1"}).credentials.size(),
            2U);
  const auto only = desk.service->list({.now = later, .status = revoked});
  ASSERT_EQ(only.credentials.size(), 1U);
  EXPECT_EQ(only.credentials[0].id, ids[2]);
  EXPECT_EQ(desk.service->list({.now = later, .cursor = 0}).credentials.size(), 0U);
  EXPECT_FALSE(desk.service->find("none", later));
}

// What is allotted is never given twice; what is set is what was revoked, and nothing else.
TEST_F(Credentials, have_a_place_each_in_the_status_lists) {
  CredentialDesk desk(log_, folder_);
  std::set<std::pair<uint32_t, uint32_t>> places;
  std::set<uint32_t> revoked;
  for (int i = 0; i < 300; ++i) {
    const CredentialAnswer issued = desk.issued(badge());
    EXPECT_TRUE(places.emplace(issued.status_list, issued.status_index).second);
    if (i % 3 != 0) continue;
    ASSERT_TRUE(desk.revoke(issued.id));
    revoked.insert(issued.status_index);
  }
  const auto text = desk.service->status_list(1, kIssueTime);
  ASSERT_TRUE(text);
  const auto bits = credential::list_of(*Json::parse(*text), "revocation").value();
  for (uint32_t i = 0; i < bits.size(); ++i) {
    ASSERT_EQ(bits.value(i).value(), revoked.contains(i) ? 1U : 0U) << i;
  }
  EXPECT_EQ(desk.service->status_list(0, kIssueTime).error().code, ErrorCode::not_found);
  EXPECT_EQ(desk.service->status_list(2, kIssueTime).error().code, ErrorCode::not_found);
}

TEST_F(Credentials, have_a_bound) {
  const auto service = CredentialService::open({.data = folder_, .issued_max = 1}).value();
  const auto decide = [&](const char* id) {
    return service->decide(command_of(id, "credentials.issue", to_json(badge())));
  };
  const auto decision = decide("c-1");
  ASSERT_TRUE(decision);
  service->evolve(decision->events.back(), commit_at(1));
  EXPECT_EQ(decide("c-2").error().code, ErrorCode::limit_exceeded);
}

TEST_F(Credentials, begin_a_new_list_before_the_last_one_is_full) {
  // Events as a log has them; deciding each would sign each.
  auto folded = CredentialService::open({.data = folder_}).value();
  CredentialRecord record;
  record.status_list = 1;
  for (uint32_t i = 0; i < kListPlacesMax; ++i) {
    record.id = std::to_string(i);
    record.status_index = i;
    folded->evolve({"credentials.issued", to_json(record)}, commit_at(i + 1));
  }
  std::set<uint32_t> lists;
  for (int i = 0; i < 3; ++i) {
    const auto decision =
        folded->decide(command_of(std::to_string(i), "credentials.issue", to_json(badge())));
    ASSERT_TRUE(decision);
    lists.insert(from_json<CredentialRecord>(decision->events.back().body)->status_list);
  }
  EXPECT_THAT(lists, ElementsAre(2U));
}

TEST_F(Credentials, status_list_is_signed_anew_before_it_ends) {
  CredentialDesk desk(log_, folder_);
  const CredentialAnswer issued = desk.issued(badge());
  const auto list = [&](auto later) {
    return desk.service->status_list(1, kIssueTime + later).value();
  };
  using std::chrono::minutes;
  const std::string first = list(minutes(0));
  EXPECT_THAT(first, HasSubstr(R"("validUntil":"2026-11-22T01:00:00Z")"));
  EXPECT_EQ(list(minutes(14)), first);
  EXPECT_NE(list(minutes(15)), first);
  EXPECT_THAT(list(minutes(-1)), HasSubstr(R"("validUntil":"2026-11-22T00:59:00Z")"));
  const std::string before = list(minutes(20));
  ASSERT_TRUE(desk.revoke(issued.id));
  EXPECT_NE(list(minutes(20)), before) << "a revocation shows at once";
}

TEST_F(Credentials, are_the_same_again_from_the_log_and_from_a_snapshot) {
  Sha256 live{};
  auto snapshots = log::SnapshotStore::open(folder_ / "snapshots").value();
  {
    CredentialDesk desk(log_, folder_);
    const std::string id = desk.issued(badge()).id;
    desk.issued(badge());
    desk.revoke(id);
    desk.writer->stop();
    live = desk.machine.state_hash();
    const log::Head head = log_.last().value();
    ASSERT_TRUE(snapshots.write(desk.machine, head));
    ASSERT_TRUE(snapshots.keep(desk.machine, head));
  }
  for (const bool is_from_snapshot : {false, true}) {
    auto folded = CredentialService::open({.data = folder_}).value();
    log::Machine machine;
    machine.add(*folded);
    log::Head head;
    if (is_from_snapshot) head = snapshots.load(machine, log_).value();
    EXPECT_EQ(head.seq, is_from_snapshot ? 3U : 0U);
    ASSERT_TRUE(log::replay(log_, machine, {}, head));
    EXPECT_EQ(machine.state_hash(), live);
    EXPECT_EQ(folded->list({.now = kIssueTime}).credentials.size(), 2U);
    EXPECT_EQ(
        folded->list({.now = kIssueTime, .status = CredentialStatus::revoked}).credentials.size(),
        1U);
  }
}

TEST_F(Credentials, tell_where_the_key_or_name_they_were_issued_with_is_gone) {
  const auto folded = [&](const std::string& url = {}) {
    auto service = CredentialService::open({.data = folder_, .public_url = url}).value();
    log::Machine machine;
    machine.add(*service);
    EXPECT_TRUE(log::replay(log_, machine));
    return service->check_signers();
  };
  const std::string url = "https://hub.example";
  EXPECT_TRUE(folded());
  CredentialDesk(log_, folder_, url).issued(badge());
  EXPECT_TRUE(folded(url));
  ASSERT_TRUE(HubIdentity::rotate(folder_));
  EXPECT_TRUE(folded(url)) << "the public half of the earlier key is there";
  CredentialDesk(log_, folder_, url).issued(badge());
  EXPECT_EQ(folded().error().where, "did:web:hub.example");
  std::filesystem::remove(folder_ / kCredentialKeysFile);
  EXPECT_EQ(folded(url).error().code, ErrorCode::conflict);
  EXPECT_THAT(folded(url).error().where, HasSubstr("z6Mk"));
}

TEST_F(Credentials, show_nothing_that_is_not_on_disk) {
  auto service = CredentialService::open({.data = folder_}).value();
  const auto decision = service->decide(command_of("c-1", "credentials.issue", to_json(badge())));
  ASSERT_TRUE(decision);
  const std::string id = from_json<CredentialRecord>(decision->events.back().body)->id;
  service->evolve(decision->events.back(), commit_at(1));
  service->stage();
  EXPECT_FALSE(service->find(id, kIssueTime));
  EXPECT_TRUE(service->list({.now = kIssueTime}).credentials.empty());
  service->publish();
  EXPECT_TRUE(service->find(id, kIssueTime));
  const std::string before = service->status_list(1, kIssueTime).value();
  service->evolve({"credentials.revoked", to_json(RevokeRequest{id, "lost"})}, commit_at(2));
  service->stage();
  EXPECT_EQ(service->find(id, kIssueTime)->status, CredentialStatus::valid);
  EXPECT_EQ(service->status_list(1, kIssueTime).value(), before);
  service->publish();
  EXPECT_EQ(service->find(id, kIssueTime)->status, CredentialStatus::revoked);
}

TEST_F(Credentials, can_be_read_while_they_are_issued_and_revoked) {
  CredentialDesk desk(log_, folder_);
  const std::string text = desk.text(badge(), desk.issued(badge()));
  std::atomic<bool> is_done = false;
  const auto read = [&] {
    std::size_t seen = 0;
    while (!is_done) {
      const auto page = desk.service->list({.now = kIssueTime, .limit = 1000});
      EXPECT_GE(page.credentials.size(), seen);
      seen = page.credentials.size();
      EXPECT_TRUE(desk.service->find(page.credentials.front().id, kIssueTime));
      EXPECT_TRUE(desk.service->verify({text, {}, {}, {}}, kIssueTime).is_valid);
    }
  };
  std::jthread first(read);
  std::jthread second(read);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(desk.revoke(desk.issued(badge()).id));
  is_done = true;
}

TEST_F(Credentials, receipts_are_signed_to_the_same_bytes) {
  CredentialDesk desk(log_, folder_);
  const std::string plain =
      R"({"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],)"
      R"("credentialSubject":{"outcome":"granted"}})";
  const auto receipt = desk.service->sign_receipt(plain, kIssueTime);
  ASSERT_TRUE(receipt);
  EXPECT_EQ(desk.service->sign_receipt(plain, kIssueTime), receipt);
  EXPECT_TRUE(desk.service->verify({*receipt, {}, {}, {}}, kIssueTime).is_valid);
  EXPECT_EQ(desk.service->sign_receipt("{}", kIssueTime).error().code, ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace hq::hub
