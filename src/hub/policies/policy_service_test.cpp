#include "hub/policies/policy_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hub/credentials/credential_desk_testing.h"
#include "hub/policies/tiny_policy_testing.h"

namespace hq::hub {
namespace {

using rules::Verdict;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kRegister = "did:web:register.example";

Date day(std::string_view text) {
  return parse_date(text).value();
}

/// A hub with the tiny policy; it trusts itself for where people live.
class PolicyServiceTest : public testing::Test {
 protected:
  DecisionRequest request(std::string_view as_of, std::string facts) const {
    DecisionRequest wanted;
    wanted.policy = "tiny";
    wanted.as_of = day(as_of);
    wanted.facts.text = std::move(facts);
    return wanted;
  }
  DecisionAnswer decided(const DecisionRequest& wanted) const {
    auto answer = service_.decide(wanted, kIssueTime);
    EXPECT_TRUE(answer) << (answer ? "" : answer.error().text());
    return answer ? *std::move(answer) : DecisionAnswer();
  }
  std::string error(const DecisionRequest& wanted) const {
    const auto answer = service_.decide(wanted, kIssueTime);
    return answer ? "" : answer.error().text();
  }
  std::string resident(const std::string& residence, const std::string& type = "Resident") const {
    IssueRequest wanted;
    wanted.type = {"VerifiableCredential", type};
    wanted.subject.text = R"({"id":"did:example:1","residence":")" + residence + "\"}";
    return desk_->text(wanted, desk_->issued(wanted));
  }

  std::filesystem::path data_ =
      std::filesystem::path(testing::TempDir()) /
      ("policy-data-" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
  log::MemoryLog log_;
  std::unique_ptr<CredentialDesk> desk_ = [this] {
    std::filesystem::remove_all(data_);
    std::filesystem::create_directories(data_);
    return std::make_unique<CredentialDesk>(log_, data_);
  }();
  TinyPolicy tiny_{desk_->service->identity().did()};
  PolicyService service_{load_policies(tiny_.folder()).value(), *desk_->service, "hongqiao test"};
};

TEST_F(PolicyServiceTest, lists_its_policies_and_says_what_is_assumed) {
  const PoliciesAnswer all = service_.list();
  ASSERT_THAT(all.policies, SizeIs(1));
  EXPECT_TRUE(all.policies[0].has_assumed);
  EXPECT_EQ(all.policies[0].versions.at(1).basis, "assumed");
}

TEST_F(PolicyServiceTest, shows_a_policy_under_the_law_of_a_day) {
  const auto detail = service_.get("tiny", day("2020-01-01"), {}, kIssueTime).value();
  EXPECT_EQ(detail.version, "1");
  ASSERT_THAT(detail.parameters, SizeIs(1));
  EXPECT_EQ(detail.parameters[0].value.text, "500");
  EXPECT_EQ(detail.facts.at(1).values.at(1).label_zh, "外地");
  EXPECT_EQ(detail.facts.at(0).step.text, "0.01");
  const auto before = service_.get("tiny", day("2010-01-01"), {}, kIssueTime).value();
  EXPECT_FALSE(before.version);
  EXPECT_THAT(before.facts, IsEmpty());
  EXPECT_EQ(service_.get("huge", {}, {}, kIssueTime).error().code, ErrorCode::not_found);
}

TEST_F(PolicyServiceTest, decides_by_the_law_of_the_day_and_says_why) {
  const std::string facts = R"({"Amount":300,"Residence":"here"})";
  const DecisionAnswer old = decided(request("2020-01-01", facts));
  EXPECT_EQ(old.verdict, Verdict::no);
  EXPECT_EQ(old.version, "1");
  EXPECT_FALSE(old.is_assumed);
  const DecisionAnswer lowered = decided(request("2025-05-01", facts));
  EXPECT_EQ(lowered.verdict, Verdict::yes);
  EXPECT_EQ(lowered.outcome.text, R"("granted")");
  EXPECT_EQ(lowered.value.text, R"({"status":"granted","refund":27})");
  const DecisionAnswer now = decided(request("2026-02-01", facts));
  EXPECT_EQ(now.verdict, Verdict::no);
  EXPECT_EQ(now.label_zh, "不能退税");
  EXPECT_TRUE(now.is_assumed);
  EXPECT_THAT(to_json(now.why), HasSubstr(R"("article":"article 4")"));
  EXPECT_THAT(to_json(now.why), HasSubstr(R"("label_zh":"金额")"));
  EXPECT_THAT(to_json(now.why), HasSubstr(R"("label_zh":"结论")"));
  EXPECT_THAT(to_json(now.why), HasSubstr(R"("value_zh":"不退")"));
  EXPECT_FALSE(now.lines.empty());
}

TEST_F(PolicyServiceTest, answers_as_it_was_known) {
  DecisionRequest wanted = request("2026-02-01", R"({"Amount":300,"Residence":"here"})");
  wanted.known_at = day("2025-11-30");
  EXPECT_EQ(decided(wanted).version, "1");
  EXPECT_EQ(decided(wanted).verdict, Verdict::yes);
}

TEST_F(PolicyServiceTest, a_missing_fact_is_no_yes) {
  EXPECT_EQ(decided(request("2026-02-01", R"({"Amount":300})")).verdict, Verdict::depends);
  EXPECT_EQ(decided(request("2026-02-01", R"({"Amount":300,"Residence":null})")).verdict,
            Verdict::depends);
  EXPECT_EQ(decided(request("2026-02-01", R"({"Amount":100})")).verdict, Verdict::no);
}

TEST_F(PolicyServiceTest, refuses_what_it_is_not_asked_rightly) {
  EXPECT_THAT(error(request("2020-01-01", "[]")), HasSubstr("no JSON object"));
  EXPECT_THAT(error(request("2020-01-01", "")), HasSubstr("facts: empty"));
  EXPECT_THAT(error(request("2020-01-01", "{")), HasSubstr("JSON"));
  EXPECT_THAT(error(request("2020-01-01", R"({"Amount":-1})")), HasSubstr("cannot be -1"));
  EXPECT_THAT(error(request("2020-01-01", R"({"Least":1})")), HasSubstr("no such fact"));
  EXPECT_THAT(error(request("2010-01-01", "{}")), HasSubstr("no version"));
}

TEST_F(PolicyServiceTest, takes_a_fact_from_a_credential_whose_issuer_it_trusts) {
  DecisionRequest wanted = request("2026-11-22", R"({"Amount":300})");
  wanted.credentials = {resident("elsewhere")};
  const DecisionAnswer answer = decided(wanted);
  EXPECT_EQ(answer.verdict, Verdict::yes);
  ASSERT_THAT(answer.provenance, SizeIs(2));
  EXPECT_EQ(answer.provenance[0].origin, "stated");
  EXPECT_EQ(answer.provenance[1].origin, "credential");
  EXPECT_EQ(answer.provenance[1].issuer, desk_->service->identity().did());
  EXPECT_THAT(to_json(answer.assumptions), HasSubstr("trust"));
}

TEST_F(PolicyServiceTest, believes_no_other_credential) {
  DecisionRequest wanted = request("2026-11-22", R"({"Amount":300})");
  wanted.credentials = {resident("elsewhere", "Neighbour")};
  EXPECT_THAT(error(wanted), HasSubstr("does not take any fact"));
  std::string changed = resident("elsewhere");
  changed.replace(changed.find("elsewhere"), 9, "elsewhera");
  wanted.credentials = {changed};
  EXPECT_NE(error(wanted), "");
  // Trusted only until the end of 2026, and the credential is from November.
  wanted = request("2027-01-01", R"({"Amount":300})");
  wanted.known_at = wanted.as_of;
  wanted.credentials = {resident("elsewhere")};
  EXPECT_THAT(error(wanted), HasSubstr("does not take any fact"));
  // An issuer whom nobody named.
  const TinyPolicy other(kRegister);
  const PolicyService strict(load_policies(other.folder()).value(), *desk_->service, "test");
  wanted = request("2026-11-22", R"({"Amount":300})");
  wanted.credentials = {resident("elsewhere")};
  EXPECT_EQ(strict.decide(wanted, kIssueTime).error().code, ErrorCode::forbidden);
}

TEST_F(PolicyServiceTest, refuses_a_fact_that_a_credential_contradicts) {
  DecisionRequest wanted = request("2026-11-22", R"({"Amount":300,"Residence":"here"})");
  wanted.credentials = {resident("elsewhere")};
  EXPECT_EQ(service_.decide(wanted, kIssueTime).error().code, ErrorCode::conflict);
  wanted.facts.text = R"({"Amount":300,"Residence":"elsewhere"})";
  EXPECT_EQ(decided(wanted).verdict, Verdict::yes);
}

TEST_F(PolicyServiceTest, replays_a_receipt_to_the_same_bytes) {
  DecisionRequest wanted = request("2026-11-22", R"({"Amount":300})");
  wanted.credentials = {resident("elsewhere")};
  wanted.receipt = true;
  const DecisionAnswer answer = decided(wanted);
  const Instant later = kIssueTime + std::chrono::days(400);
  const ReplayAnswer again = service_.replay({answer.receipt}, later).value();
  EXPECT_TRUE(again.is_same) << to_json(again.differences);
  EXPECT_TRUE(again.receipt_valid) << to_json(again.checks);
  EXPECT_TRUE(again.is_own);
  ASSERT_TRUE(again.decision);
  EXPECT_EQ(again.decision->verdict, Verdict::yes);
  EXPECT_EQ(decided(wanted).receipt.text, answer.receipt.text);
}

TEST_F(PolicyServiceTest, replays_elsewhere_but_knows_what_is_its_own) {
  DecisionRequest wanted = request("2020-01-01", R"({"Amount":300})");
  wanted.receipt = true;
  const DecisionAnswer answer = decided(wanted);
  const auto without_keys = CredentialService::open_without_keys();
  const PolicyService auditor(load_policies(tiny_.folder()).value(), *without_keys,
                              "hongqiao test");
  const ReplayAnswer again = auditor.replay({answer.receipt}, kIssueTime).value();
  EXPECT_TRUE(again.is_same);
  EXPECT_TRUE(again.receipt_valid);
  EXPECT_FALSE(again.is_own);
}

TEST_F(PolicyServiceTest, a_changed_receipt_is_neither_valid_nor_the_same) {
  DecisionRequest wanted = request("2020-01-01", R"({"Amount":300})");
  wanted.receipt = true;
  std::string receipt = decided(wanted).receipt.text;
  const std::size_t at = receipt.find(R"("outcome":"refused")");
  ASSERT_NE(at, std::string::npos) << receipt;
  receipt.replace(at, 19, R"("outcome":"granted")");
  const ReplayAnswer again = service_.replay({{receipt}}, kIssueTime).value();
  EXPECT_FALSE(again.receipt_valid);
  EXPECT_FALSE(again.is_same);
  ASSERT_THAT(again.differences, SizeIs(1));
  EXPECT_EQ(again.differences[0].field, "outcome");
}

TEST_F(PolicyServiceTest, a_replay_names_a_changed_model) {
  DecisionRequest wanted = request("2020-01-01", R"({"Amount":300})");
  wanted.receipt = true;
  const std::string receipt = decided(wanted).receipt.text;
  tiny_.write("one.dmn", tiny_model(false) + "\n");
  const PolicyService changed(load_policies(tiny_.folder()).value(), *desk_->service,
                              "hongqiao test");
  const ReplayAnswer again = changed.replay({{receipt}}, kIssueTime).value();
  EXPECT_TRUE(again.receipt_valid);
  EXPECT_FALSE(again.is_same);
  ASSERT_THAT(again.differences, SizeIs(1));
  EXPECT_EQ(again.differences[0].field, "modelSha256");
}

TEST_F(PolicyServiceTest, says_what_is_no_receipt) {
  for (const char* text : {"{}", "[]", R"({"type":["DecisionReceipt"],"credentialSubject":{}})",
                           R"({"type":["VerifiableCredential"],"credentialSubject":{}})"}) {
    const ReplayAnswer answer = service_.replay({{text}}, kIssueTime).value();
    EXPECT_FALSE(answer.receipt_valid);
    EXPECT_FALSE(answer.is_same);
    EXPECT_THAT(answer.reason_en.value_or(""), HasSubstr("receipt")) << text;
  }
}

TEST_F(PolicyServiceTest, finds_the_least_change_that_makes_it_yes) {
  WhatIfRequest wanted;
  wanted.policy = "tiny";
  wanted.as_of = day("2025-05-01");
  wanted.facts.text = R"({"Amount":150,"Residence":"here"})";
  const WhatIfAnswer way = service_.what_if(wanted, kIssueTime).value();
  EXPECT_EQ(way.verdict, "possible");
  ASSERT_THAT(way.changes, SizeIs(1));
  EXPECT_EQ(way.changes[0].to.text, "200");
  EXPECT_EQ(way.cost.text, "50");
  EXPECT_TRUE(way.is_least_proved);
  EXPECT_THAT(way.text_zh, HasSubstr("金额"));
  wanted.fixed = {"Amount"};
  EXPECT_EQ(service_.what_if(wanted, kIssueTime)->verdict, "impossible");
  wanted.fixed.reset();
  wanted.weights.emplace().emplace("Amount", JsonText{"2"});
  EXPECT_EQ(service_.what_if(wanted, kIssueTime)->cost.text, "100");
  wanted.weights.emplace().emplace("Amount", JsonText{"-2"});
  EXPECT_EQ(service_.what_if(wanted, kIssueTime).error().code, ErrorCode::invalid_argument);
  wanted.weights.emplace().emplace("Amuont", JsonText{"2"});
  EXPECT_EQ(service_.what_if(wanted, kIssueTime).error().code, ErrorCode::invalid_argument);
}

TEST_F(PolicyServiceTest, asks_for_what_is_needed_and_no_more) {
  AskRequest wanted;
  wanted.policy = "tiny";
  wanted.as_of = day("2026-11-22");
  wanted.facts.text = R"({"Amount":100})";
  EXPECT_EQ(service_.ask(wanted, kIssueTime)->verdict, Verdict::no);
  EXPECT_THAT(service_.ask(wanted, kIssueTime)->questions, IsEmpty());
  wanted.facts.text = R"({"Amount":300,"Residence":null})";
  const AskAnswer open = service_.ask(wanted, kIssueTime).value();
  EXPECT_EQ(open.verdict, Verdict::depends);
  ASSERT_THAT(open.questions, SizeIs(1));
  EXPECT_EQ(open.questions[0].name, "Residence");
  EXPECT_THAT(open.needed_facts, ElementsAre("Residence"));
}

TEST_F(PolicyServiceTest, proves_its_tables) {
  const ProofsAnswer proofs = service_.prove("tiny", "2", {}, kIssueTime).value();
  EXPECT_TRUE(proofs.is_complete);
  EXPECT_THAT(proofs.findings, IsEmpty()) << to_json(proofs);
  EXPECT_EQ(service_.prove("tiny", "3", {}, kIssueTime).error().code, ErrorCode::not_found);
}

TEST_F(PolicyServiceTest, tells_two_versions_apart) {
  DiffRequest wanted{"1", "2", std::nullopt};
  const DiffAnswer found = service_.diff("tiny", wanted, kIssueTime).value();
  EXPECT_TRUE(found.is_complete);
  EXPECT_FALSE(found.changes.empty());
  wanted.population.emplace();
  for (const char* person :
       {R"({"Amount":300,"Residence":"here"})", R"({"Amount":300,"Residence":"elsewhere"})",
        R"({"Amount":100,"Residence":"here"})", R"({"Amount":150,"Residence":"elsewhere"})"}) {
    wanted.population->push_back({person});
  }
  const DiffAnswer people = service_.diff("tiny", wanted, kIssueTime).value();
  ASSERT_TRUE(people.population);
  EXPECT_EQ(people.population->size, 4U);
  EXPECT_EQ(people.population->changed, 1U);
}

TEST_F(PolicyServiceTest, takes_a_version_that_was_replaced_with_the_figures_of_its_last_day) {
  const DiffAnswer found = service_.diff("tiny", {"1", "2", std::nullopt}, kIssueTime).value();
  EXPECT_EQ(found.from_as_of, parse_date("2025-12-31").value());
  EXPECT_EQ(found.to_as_of, parse_date("2026-11-22").value());
  // Before the second version was known, the first one still held.
  const Instant before = parse_instant("2025-11-30T00:00:00Z").value();
  EXPECT_EQ(service_.prove("tiny", "1", {}, before)->as_of, parse_date("2025-11-30").value());
}

TEST_F(PolicyServiceTest, says_what_keeps_it_from_being_automatic) {
  const ReadinessAnswer found = service_.readiness("tiny", "2", {}, kIssueTime).value();
  ASSERT_FALSE(found.conditions.empty());
  EXPECT_EQ(found.conditions[0].fact, "Amount");
  EXPECT_LT(found.decidable_share, 1);
}

TEST_F(PolicyServiceTest, gives_a_kept_answer_only_to_the_same_question) {
  const auto proofs = [&](const char* version, std::optional<Date> as_of) {
    return to_json(service_.prove("tiny", version, as_of, kIssueTime).value());
  };
  EXPECT_EQ(proofs("2", {}), proofs("2", {}));
  EXPECT_NE(proofs("1", {}), proofs("2", {}));
  EXPECT_NE(proofs("2", day("2026-01-01")), proofs("2", day("2026-01-02")));
  const auto changes = [&](const char* from, const char* to) {
    return to_json(service_.diff("tiny", {from, to, std::nullopt}, kIssueTime).value());
  };
  EXPECT_EQ(changes("1", "2"), changes("1", "2"));
  EXPECT_NE(changes("1", "2"), changes("2", "1"));
  DiffRequest people{"1", "2", {{{R"({"Amount":300,"Residence":"here"})"}}}};
  EXPECT_TRUE(service_.diff("tiny", people, kIssueTime)->population);
  EXPECT_FALSE(service_.diff("tiny", {"1", "2", std::nullopt}, kIssueTime)->population);
  EXPECT_EQ(to_json(service_.readiness("tiny", "2", {}, kIssueTime).value()),
            to_json(service_.readiness("tiny", "2", {}, kIssueTime).value()));
}

}  // namespace
}  // namespace hq::hub
