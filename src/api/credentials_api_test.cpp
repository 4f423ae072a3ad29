#include "api/api_testing.h"
#include "base/json.h"

namespace hq::api {
namespace {

using testing::HasSubstr;
using testing::Not;

class CredentialsApiTest : public ApiTest {
 protected:
  Response post(const std::string& path, const std::string& body, bool is_operator = true) {
    return ask(Method::post, "/credentials" + path, {}, body, is_operator ? "Bearer good" : "");
  }
  std::string issue(const std::string& more = "") {
    const Response response =
        post("", R"({"type":["Badge"],"subject":{"id":"did:example:1","level":"B"})" + more + "}");
    EXPECT_EQ(response.status, 201) << text(response);
    return text(response);
  }
  Response read(const std::string& path, std::vector<net::Parameter> query = {}) {
    return ask(Method::get, "/credentials" + path, std::move(query), {}, "Bearer good");
  }
  std::string verify(const std::string& credential) {
    hub::VerifyRequest request;
    request.credential = credential;
    return text(post("/verify", to_json(request), false));
  }
  Response did() {
    Request request;
    request.method = Method::get;
    request.path = "/.well-known/did.json";
    return net::wait_for_later(request, router_(request).value());
  }
};

std::string field(const std::string& json, std::string_view name) {
  const auto document = JsonDocument::parse(json).value();
  return std::string(document.root().find(name)->as_string().value());
}

TEST_F(CredentialsApiTest, issues_verifies_and_revokes) {
  const std::string issued = issue();
  const std::string id = field(issued, "id");
  EXPECT_THAT(verify(field(issued, "credential")), HasSubstr(R"("is_valid":true)"));
  const Response revoked = post("/" + id + "/revoke", R"({"reason":"lost"})");
  EXPECT_EQ(revoked.status, 200);
  EXPECT_THAT(text(revoked), HasSubstr(R"("status":"revoked")"));
  const std::string answer = verify(field(issued, "credential"));
  EXPECT_THAT(answer, HasSubstr(R"("is_valid":false)"));
  EXPECT_THAT(answer, HasSubstr("已被撤销"));
}

TEST_F(CredentialsApiTest, gives_the_text_once_unless_it_is_kept) {
  const std::string issued = issue();
  const std::string once = text(read("/" + field(issued, "id")));
  EXPECT_THAT(once, HasSubstr(R"("subject_id":"did:example:1")"));
  EXPECT_THAT(once, Not(HasSubstr("credentialSubject")));
  const std::string kept = issue(R"(,"keep":true)");
  EXPECT_EQ(field(text(read("/" + field(kept, "id"))), "credential"), field(kept, "credential"));
}

TEST_F(CredentialsApiTest, repeats_its_answer_for_the_same_key) {
  headers_.set("Idempotency-Key", "badge-1");
  const std::string first = issue(R"(,"kind":"sd-jwt","disclosable":["level"])");
  EXPECT_EQ(issue(R"(,"kind":"sd-jwt","disclosable":["level"])"), first);
  EXPECT_EQ(post("", R"({"type":["Badge"],"subject":{"level":"A"}})").status, 409);
  EXPECT_THAT(verify(field(first, "credential")), HasSubstr(R"("kind":"sd-jwt")"));
}

TEST_F(CredentialsApiTest, lists_in_pages_by_subject_and_status) {
  const std::string first = issue();
  issue(R"(,"valid_from":"2027-01-01T00:00:00Z")");
  const std::string page = text(read("", {{"limit", "1"}}));
  EXPECT_THAT(page, HasSubstr(R"("status":"not_yet_valid")"));
  EXPECT_THAT(page, HasSubstr(R"("next":1)"));
  EXPECT_THAT(text(read("", {{"cursor", "1"}})), HasSubstr(field(first, "id")));
  EXPECT_THAT(text(read("", {{"status", "valid"}})), HasSubstr(field(first, "id")));
  EXPECT_EQ(text(read("", {{"status", "revoked"}})), R"({"credentials":[]})");
  EXPECT_EQ(text(read("", {{"subject", "did:example:2"}})), R"({"credentials":[]})");
  EXPECT_EQ(read("", {{"status", ""}}).status, 400);
  EXPECT_EQ(read("", {{"limit", "0"}}).status, 400);
}

TEST_F(CredentialsApiTest, lets_anyone_verify_and_only_the_operator_do_the_rest) {
  const std::string body = R"({"type":["Badge"],"subject":{"level":"B"}})";
  EXPECT_EQ(post("", body, false).status, 401);
  EXPECT_EQ(get("/credentials").status, 401);
  const std::string id = field(issue(), "id");
  EXPECT_EQ(get("/credentials/" + id).status, 401);
  EXPECT_EQ(post("/" + id + "/revoke", R"({"reason":"lost"})", false).status, 401);
  EXPECT_EQ(post("/verify", R"({"credential":"x"})", false).status, 200);
  EXPECT_EQ(get("/credentials/status/1").status, 200);
  EXPECT_EQ(did().status, 200);
}

TEST_F(CredentialsApiTest, publishes_its_status_lists_and_its_keys) {
  EXPECT_EQ(get("/credentials/status/1").status, 404);
  issue();
  const Response list = get("/credentials/status/1");
  EXPECT_EQ(*list.headers.find("Content-Type"), "application/vc");
  EXPECT_THAT(verify(text(list)), HasSubstr(R"("is_valid":true)"));
  headers_.set("If-None-Match", *list.headers.find("ETag"));
  EXPECT_EQ(get("/credentials/status/1").status, 304);
  EXPECT_EQ(get("/credentials/status/4294967297").status, 404);
  EXPECT_EQ(get("/credentials/status/one").status, 400);
  EXPECT_EQ(field(text(did()), "id"), field(text(list), "issuer"));
}

TEST_F(CredentialsApiTest, refuses_what_is_wrong) {
  EXPECT_EQ(post("", "{").status, 400);
  EXPECT_EQ(post("", R"({"type":[],"subject":{}})").status, 400);
  EXPECT_EQ(post("/none/revoke", R"({"reason":"lost"})").status, 404);
  EXPECT_EQ(post("/" + field(issue(), "id") + "/revoke", R"({"reason":""})").status, 400);
  EXPECT_EQ(read("/none").status, 404);
  EXPECT_EQ(post("/verify", R"({"credential":1})", false).status, 400);
  EXPECT_EQ(post("/verify", std::string((1 << 20) + 1, 'x'), false).status, 413);
}

}  // namespace
}  // namespace hq::api
