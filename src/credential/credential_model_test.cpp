#include "credential/credential_model.h"

#include <gtest/gtest.h>

#include "credential/shared_data_testing.h"

namespace hq::credential {
namespace {

Json credential() {
  return parsed(R"({"@context":["https://www.w3.org/ns/credentials/v2"],
      "type":["VerifiableCredential"],"issuer":"did:web:hub.example",
      "validFrom":"2026-01-01T00:00:00Z","credentialSubject":{"id":"did:example:a","n":1}})");
}

// Where the first problem of the credential is once it is changed; empty where there is none.
template <class Change>
std::string problem(Change change) {
  Json one = credential();
  change(one);
  const auto problems = check_credential(one);
  for (const Error& found : problems) EXPECT_FALSE(found.message_zh.empty());
  return problems.empty() ? "" : problems.front().where;
}

TEST(CredentialModel, takes_a_plain_credential) {
  EXPECT_EQ(problem([](Json&) {}), "");
}

TEST(CredentialModel, names_the_field_that_is_wrong) {
  EXPECT_EQ(problem([](Json& one) { one.erase("issuer"); }), "issuer");
  EXPECT_EQ(problem([](Json& one) { one.set("issuer", parsed(R"({"name":"x"})")); }), "issuer");
  EXPECT_EQ(problem([](Json& one) { one.set("type", Json("Other")); }), "type");
  EXPECT_EQ(problem([](Json& one) { one.set("validUntil", Json("2025-01-01T00:00:00Z")); }),
            "validUntil");
  EXPECT_EQ(problem([](Json& one) { one.set("validFrom", Json("2026-01-01")); }), "validFrom");
  EXPECT_EQ(problem([](Json& one) { one.set("credentialSubject", Json::array()); }),
            "credentialSubject");
  EXPECT_EQ(problem([](Json& one) { one.set("@context", Json(kBaseContext)); }), "@context");
  EXPECT_EQ(problem([](Json& one) { one.set("credentialStatus", parsed(R"({"type":"X"})")); }),
            "credentialStatus/type");
}

TEST(CredentialModel, lets_the_issuer_come_later_before_issue) {
  Json one = credential();
  one.erase("issuer");
  EXPECT_TRUE(check_credential(one, ModelStage::before_issue).empty());
  EXPECT_FALSE(check_credential(one, ModelStage::issued).empty());
}

TEST(CredentialModel, tells_all_problems) {
  Json one = credential();
  one.erase("issuer");
  one.erase("type");
  EXPECT_EQ(check_credential(one).size(), 2U);
  EXPECT_EQ(check_credential(Json("text")).size(), 1U);
}

TEST(CredentialModel, knows_urls) {
  for (const std::string_view text :
       {"https://a.example/b?c#d", "did:web:a", "urn:uuid:1", "a:b"}) {
    EXPECT_TRUE(is_url(text)) << text;
  }
  for (const std::string_view text : {"", "a", ":b", "https ://a", "1a:b", "a:", "a:b c", "a:<"}) {
    EXPECT_FALSE(is_url(text)) << text;
  }
}

// The inputs of the W3C test suite. Those for credentials have no issuer: whoever issues them puts
// it in. Two have words in the place of times.
Json suite_input(const std::string& name) {
  Json input = shared_json("vcdm20-input/" + name);
  for (const std::string_view field : {"validFrom", "validUntil"}) {
    const std::string* text = input.find_string(field);
    if (text == nullptr || !text->ends_with(" DATE")) continue;
    const bool is_past = text->starts_with("PAST");
    input.set(field, Json(is_past ? "2020-01-01T00:00:00Z" : "2030-01-01T00:00:00Z"));
  }
  return input;
}

bool is_taken(const std::string& name) {
  const Json input = suite_input(name);
  if (name.starts_with("presentation-")) {
    return check_presentation(input).empty() &&
           (!name.contains("self-asserted") || check_self_asserted(input).empty());
  }
  return check_credential(input, ModelStage::before_issue).empty();
}

TEST(CredentialModel, judges_the_inputs_of_the_w3c_suite) {
  HQ_SKIP_WITHOUT_VECTORS();
  int taken = 0;
  int refused = 0;
  int injected = 0;
  int unnamed = 0;
  for (const auto& entry : std::filesystem::directory_iterator(shared_path("vcdm20-input"))) {
    const std::string name = entry.path().filename();
    if (!name.ends_with(".json")) continue;
    const bool is_ok = name.ends_with("-ok.json");
    EXPECT_EQ(is_taken(name), is_ok) << name;
    if (is_ok) {
      ++taken;
    } else if (name.ends_with("-fail.json")) {
      ++refused;
    } else if (name.ends_with("-fail-or-inject.json")) {
      ++injected;  // either is allowed; nothing is injected here
    } else {
      ++unnamed;  // credentials that a holder asserts who is not their issuer
    }
  }
  EXPECT_EQ(taken, 45);
  EXPECT_EQ(refused, 45);
  EXPECT_EQ(injected, 3);
  EXPECT_EQ(unnamed, 3);
}

}  // namespace
}  // namespace hq::credential
