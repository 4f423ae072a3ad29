#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/json.h"
#include "cli/command_testing.h"

namespace hq::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view kBadge =
    R"({"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],)"
    R"("credentialSubject":{"level":"B"}})";

/// An issuer and a holder with a key file each.
class CredentialCommandTest : public CommandTest {
 protected:
  CredentialCommandTest() {
    issuer_ = key("issuer.key");
    holder_ = key("holder.key");
    write("badge.json", kBadge);
  }

  void write(const std::string& name, std::string_view text) const {
    EXPECT_TRUE(write_file_atomically(path(name), text));
  }
  std::string read(const std::string& name) const { return read_file(path(name)).value(); }
  static Outcome credential(std::vector<std::string> words) {
    words.insert(words.begin(), "credential");
    return hongqiao(words);
  }
  std::string key(const std::string& name) const {
    const Outcome made = credential({"key", "new", path(name)});
    EXPECT_EQ(made.exit_code, 0) << made.err;
    return made.out.substr(0, made.out.find('\n'));
  }
  Outcome issue(const std::string& in, const std::string& out,
                std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"issue", path(in), "--key", path("issuer.key"), "--out", path(out)});
    return credential(more);
  }
  Outcome verify(const std::string& name, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"verify", path(name)});
    return credential(more);
  }

  std::string issuer_;  // DIDs
  std::string holder_;
};

TEST_F(CredentialCommandTest, makes_a_key_once_and_shows_its_did) {
  EXPECT_THAT(issuer_, StartsWith("did:key:z6Mk"));
  EXPECT_NE(issuer_, holder_);
  EXPECT_EQ(credential({"key", "new", path("issuer.key")}).exit_code, 73);
  EXPECT_EQ(credential({"key", "show", path("issuer.key")}).out, issuer_ + "\n");
  EXPECT_THAT(credential({"key", "show", path("issuer.key"), "--json"}).out,
              HasSubstr(R"("public_key":"z6Mk)"));
  EXPECT_EQ(credential({"key", "show", path("none")}).exit_code, 66);
  std::filesystem::permissions(path("issuer.key"), std::filesystem::perms(0644));
  EXPECT_EQ(credential({"key", "show", path("issuer.key")}).exit_code, 77);
  write("note.key", "no key");
  std::filesystem::permissions(path("note.key"), std::filesystem::perms(0600));
  EXPECT_EQ(credential({"key", "show", path("note.key")}).exit_code, 65);
}

TEST_F(CredentialCommandTest, issues_and_verifies_offline) {
  EXPECT_EQ(issue("badge.json", "signed.json").exit_code, 0);
  const Outcome valid = verify("signed.json");
  EXPECT_EQ(valid.exit_code, 0) << valid.out;
  EXPECT_THAT(valid.out, StartsWith("valid\nissuer " + issuer_));
  std::string changed = read("signed.json");
  changed.replace(changed.find("\"B\""), 3, "\"A\"");
  write("changed.json", changed);
  const Outcome refused = verify("changed.json");
  EXPECT_EQ(refused.exit_code, 77);
  EXPECT_THAT(refused.out, HasSubstr("the document is not what was signed"));
  EXPECT_THAT(verify("changed.json", {"--json"}).out, HasSubstr(R"("is_valid":false,"kind":"vc")"));
  testing::internal::CaptureStdout();
  EXPECT_EQ(run({"--lang", "zh", "credential", "verify", path("changed.json")}), 77);
  EXPECT_THAT(testing::internal::GetCapturedStdout(), HasSubstr("签名无效"));
  EXPECT_EQ(verify("signed.json", {"--trust", holder_}).exit_code, 77);
  EXPECT_EQ(verify("signed.json", {"--trust", issuer_}).exit_code, 0);
  EXPECT_EQ(verify("signed.json", {"--at", "2000-01-01T00:00:00Z"}).exit_code, 77);
  EXPECT_EQ(verify("signed.json", {"--at", "soon"}).exit_code, 64);
  EXPECT_EQ(verify("none.json").exit_code, 66);
  EXPECT_EQ(verify("badge.json").exit_code, 64) << "no issuer, no proof";
}

TEST_F(CredentialCommandTest, knows_a_did_web_by_its_document) {
  const std::string did = "did:web:school.example";
  EXPECT_EQ(issue("badge.json", "signed.json", {"--method", did + "#key-1"}).exit_code, 0);
  EXPECT_EQ(verify("signed.json").exit_code, 66) << "its document is not at hand";
  const std::string key = issuer_.substr(8);
  write("did.json",
        fmt::format(R"({{"id":"{0}","verificationMethod":[{{"id":"#key-1","type":"Multikey",)"
                    R"("controller":"{0}","publicKeyMultibase":"{1}"}}],)"
                    R"("assertionMethod":["#key-1"]}})",
                    did, key));
  EXPECT_EQ(verify("signed.json", {"--did", path("did.json")}).exit_code, 0);
  EXPECT_THAT(verify("signed.json", {"--did", path("badge.json")}).err, HasSubstr("badge.json"));
}

TEST_F(CredentialCommandTest, revokes_in_a_list_of_ones_own) {
  const std::string list = "https://office.example/status/1";
  const auto revoke = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"revoke", "--list", path("list.json"), "--key", path("issuer.key")});
    return credential(more);
  };
  EXPECT_EQ(revoke({}).exit_code, 66) << "none there, and no name to make it by";
  EXPECT_EQ(revoke({"--list-id", list}).exit_code, 0);
  write("badge.json",
        fmt::format(R"({{"@context":["https://www.w3.org/ns/credentials/v2"],)"
                    R"("type":["VerifiableCredential"],"credentialSubject":{{"level":"B"}},)"
                    R"("credentialStatus":{{"type":"BitstringStatusListEntry",)"
                    R"("statusPurpose":"revocation","statusListIndex":"7",)"
                    R"("statusListCredential":"{}"}}}})",
                    list));
  EXPECT_EQ(issue("badge.json", "signed.json").exit_code, 0);
  EXPECT_EQ(verify("signed.json").exit_code, 69) << "the list is not at hand";
  EXPECT_EQ(verify("signed.json", {"--status-optional"}).exit_code, 0);
  EXPECT_EQ(verify("signed.json", {"--status", path("list.json")}).exit_code, 0);
  EXPECT_EQ(revoke({"--index", "7"}).exit_code, 0);
  EXPECT_EQ(revoke({"--at", "2100-01-01T00:00:00Z"}).exit_code, 0) << "signed anew, no bit lost";
  EXPECT_EQ(verify("signed.json", {"--status", path("list.json"), "--at", "2100-01-01T00:00:00Z"})
                .exit_code,
            77);
  EXPECT_EQ(revoke({"--index", "200000"}).exit_code, 64);
}

TEST_F(CredentialCommandTest, presents_credentials_to_one_verifier) {
  EXPECT_EQ(issue("badge.json", "signed.json").exit_code, 0);
  const Outcome presented =
      credential({"present", path("signed.json"), "--key", path("holder.key"), "--challenge", "c-1",
                  "--domain", "gate.example", "--out", path("shown.json")});
  EXPECT_EQ(presented.exit_code, 0) << presented.err;
  const Outcome valid = verify("shown.json", {"--challenge", "c-1", "--domain", "gate.example"});
  EXPECT_EQ(valid.exit_code, 0) << valid.out;
  EXPECT_THAT(valid.out, HasSubstr("holder " + holder_));
  EXPECT_THAT(valid.out, HasSubstr("credential of " + issuer_));
  EXPECT_EQ(verify("shown.json", {"--challenge", "c-2", "--domain", "gate.example"}).exit_code, 77);
  EXPECT_EQ(credential({"present", path("signed.json")}).exit_code, 64) << "no key";
}

TEST_F(CredentialCommandTest, hides_claims_of_an_sd_jwt) {
  write("claims.json", R"({"vct":"Badge","name":"虹桥","level":"B"})");
  EXPECT_EQ(
      issue("claims.json", "token",
            {"--sd-jwt", "--disclosable", "name", "--disclosable", "level", "--holder", holder_})
          .exit_code,
      0);
  const auto present = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"present", path("token"), "--key", path("holder.key"), "--disclose",
                               "level", "--out", path("shown")});
    return credential(more).exit_code;
  };
  EXPECT_EQ(present({}), 64);
  EXPECT_EQ(present({"--challenge", "n-1", "--domain", "gate.example"}), 0);
  const Outcome valid =
      verify("shown", {"--challenge", "n-1", "--domain", "gate.example", "--json"});
  EXPECT_EQ(valid.exit_code, 0) << valid.out;
  EXPECT_THAT(valid.out, HasSubstr(R"("kind":"sd-jwt")"));
  EXPECT_THAT(valid.out, HasSubstr(R"("level":"B")"));
  EXPECT_THAT(valid.out, Not(HasSubstr("虹桥")));
  EXPECT_EQ(verify("token", {"--challenge", "n-1", "--domain", "gate.example"}).exit_code, 77);
  const Outcome shown = credential({"show", path("token")});
  EXPECT_THAT(shown.out, HasSubstr("虹桥"));
  EXPECT_THAT(shown.out, HasSubstr("\"vct\": \"Badge\""));
  EXPECT_THAT(shown.err, HasSubstr("Nothing was verified"));
  EXPECT_THAT(credential({"show", path("shown"), "--json"}).out,
              HasSubstr(R"("has_key_binding":true)"));
  EXPECT_EQ(issue("claims.json", "x", {"--disclosable", "name"}).exit_code, 64);
  EXPECT_NE(issue("claims.json", "x", {"--sd-jwt", "--holder", "somebody"}).exit_code, 0);
  EXPECT_EQ(issue("claims.json", "x", {"--sd-jwt", "--disclosable", "none"}).exit_code, 64);
}

TEST_F(CredentialCommandTest, shows_a_credential_line_by_line) {
  EXPECT_THAT(
      credential({"show", path("badge.json")}).out,
      HasSubstr("{\n  \"@context\": [\n    \"https://www.w3.org/ns/credentials/v2\"\n  ],"));
  EXPECT_THAT(credential({"show", path("badge.json"), "--json"}).out,
              HasSubstr(R"({"kind":"vc","document":{"@context")"));
  write("broken.json", "{");
  EXPECT_EQ(credential({"show", path("broken.json")}).exit_code, 65);
  write("broken", "a.b.c~");
  EXPECT_EQ(credential({"show", path("broken")}).exit_code, 65);
}

TEST_F(CredentialCommandTest, issues_in_the_name_of_a_hub_through_its_log) {
  write("request.json", R"({"type":["Badge"],"subject":{"id":"did:example:1","level":"B"}})");
  const auto at_hub = [&](std::vector<std::string> words, std::vector<std::string> more = {}) {
    words.insert(words.end(), {"--data", path("data")});
    words.insert(words.end(), more.begin(), more.end());
    return credential(words);
  };
  const Outcome issued = at_hub({"issue", path("request.json")}, {"--out", path("signed.json")});
  EXPECT_EQ(issued.exit_code, 0) << issued.err;
  EXPECT_EQ(verify("signed.json", {"--status-optional"}).exit_code, 0);
  const Outcome listed = at_hub({"list"});
  EXPECT_THAT(listed.out, HasSubstr("did:example:1"));
  EXPECT_THAT(listed.out, HasSubstr("valid"));
  const std::string id = issued.err.substr(issued.err.find(' ') + 1, 36);
  EXPECT_THAT(at_hub({"revoke", id, "--reason", "lost"}).out, HasSubstr("revoked"));
  EXPECT_THAT(at_hub({"list"}, {"--json", "--subject", "did:example:1"}).out,
              HasSubstr(R"("status":"revoked")"));
  EXPECT_THAT(at_hub({"list"}, {"--subject", "did:example:2"}).out, Not(HasSubstr("Badge")));
  EXPECT_EQ(at_hub({"revoke", "none", "--reason", "lost"}).exit_code, 66);
  EXPECT_EQ(at_hub({"revoke", id}).exit_code, 64) << "no reason";
  EXPECT_EQ(at_hub({"issue", path("badge.json")}).exit_code, 65);
  EXPECT_EQ(at_hub({"issue", path("request.json")}, {"--sd-jwt"}).exit_code, 64);
  EXPECT_THAT(at_hub({"issue", path("request.json")}, {"--json"}).out,
              HasSubstr(R"("credential":")"));
  EXPECT_THAT(at_hub({"key", "rotate"}).out, StartsWith("z6Mk"));
  EXPECT_EQ(credential({"key", "rotate", "--data", path("none")}).exit_code, 66);
  // What else reads the folder passes over the credentials.
  EXPECT_EQ(hongqiao({"timetables", "--hub", kHub, "--data", path("data")}).exit_code, 0);
  EXPECT_EQ(hongqiao({"log", "verify", "--data", path("data")}).exit_code, 0);
}

TEST_F(CredentialCommandTest, leaves_the_keys_of_the_hub_out_of_a_backup_unless_asked) {
  write("request.json", R"({"type":["Badge"],"subject":{"level":"B"}})");
  EXPECT_EQ(credential({"issue", path("request.json"), "--data", path("data")}).exit_code, 0);
  const auto backup = [&](const std::string& out, std::vector<std::string> more) {
    more.insert(more.begin(), {"log", "backup", "--data", path("data"), "--out", path(out)});
    EXPECT_EQ(hongqiao(more).exit_code, 0);
    EXPECT_EQ(
        hongqiao({"log", "restore", "--from", path(out), "--data", path(out + "-data")}).exit_code,
        0);
    return std::filesystem::exists(path(out + "-data/credential_keys"));
  };
  EXPECT_FALSE(backup("without", {}));
  EXPECT_TRUE(backup("with", {"--with-key"}));
  const Outcome drill = hongqiao({"log", "drill", "--from", path("without"), "--hub", kHub});
  EXPECT_EQ(drill.exit_code, 0) << drill.err;
}

}  // namespace
}  // namespace hq::cli
