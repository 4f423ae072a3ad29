// /policies and /decisions over the policies of the hub.
#include "api/api_testing.h"

namespace hq::api {
namespace {

using testing::HasSubstr;

class PoliciesApiTest : public ApiTest {
 protected:
  Response post(const std::string& path, std::string body) {
    return ask(Method::post, path, {}, std::move(body));
  }
};

TEST_F(PoliciesApiTest, shows_policies_to_anyone) {
  const Response all = get("/policies");
  EXPECT_EQ(all.status, 200);
  EXPECT_THAT(text(all), HasSubstr(R"("id":"departure-tax-refund")"));
  const Response one = get("/policies/departure-tax-refund", {{"as_of", "2016-01-01"}});
  EXPECT_THAT(text(one), HasSubstr(R"("version":"2015")"));
  EXPECT_EQ(get("/policies/none").status, 404);
  EXPECT_EQ(get("/policies/departure-tax-refund", {{"as_of", "soon"}}).status, 400);
  EXPECT_EQ(get("/policies/departure-tax-refund", {{"when", "2016-01-01"}}).status, 400);
}

TEST_F(PoliciesApiTest, decides_and_takes_the_decision_again) {
  const Response decided = post("/decisions", R"({"policy":"departure-tax-refund",
    "as_of":"2025-05-01","facts":{"Residence":"mainland"},"receipt":true})");
  EXPECT_EQ(decided.status, 200) << text(decided);
  EXPECT_THAT(text(decided), HasSubstr(R"("verdict":"no")"));
  const std::string answer = text(decided);
  const std::size_t at = answer.find(R"("receipt":)");
  ASSERT_NE(at, std::string::npos);
  const std::string receipt = answer.substr(at + 10, answer.size() - at - 11);
  const Response again = post("/decisions/replay", R"({"receipt":)" + receipt + "}");
  EXPECT_THAT(text(again), HasSubstr(R"({"is_same":true,"receipt_valid":true,"is_own":true)"));
}

TEST_F(PoliciesApiTest, says_what_is_wrong_with_a_question) {
  EXPECT_EQ(post("/decisions", "{}").status, 400);
  EXPECT_EQ(post("/decisions", R"({"policy":"none","facts":{}})").status, 404);
  const Response bad = post("/decisions", R"({"policy":"departure-tax-refund",
    "facts":{"Residence":"moon"}})");
  EXPECT_EQ(bad.status, 400);
  EXPECT_THAT(text(bad), HasSubstr("Residence"));
}

TEST_F(PoliciesApiTest, asks_and_finds_ways) {
  const Response asked = post("/decisions/ask", R"({"policy":"departure-tax-refund",
    "as_of":"2025-05-01","facts":{"Residence":"foreign"}})");
  EXPECT_EQ(asked.status, 200) << text(asked);
  EXPECT_THAT(text(asked), HasSubstr(R"("verdict":"depends")"));
  const Response way = post("/decisions/what-if", R"({"policy":"departure-tax-refund",
    "as_of":"2025-05-01","facts":{"Residence":"mainland"}})");
  EXPECT_EQ(way.status, 200) << text(way);
  EXPECT_THAT(text(way), HasSubstr(R"("verdict":"impossible")"));
}

TEST_F(PoliciesApiTest, proves_and_compares) {
  EXPECT_EQ(get("/policies/departure-tax-refund/proofs", {{"version", "2015"}}).status, 200);
  EXPECT_EQ(get("/policies/departure-tax-refund/readiness").status, 200);
  const Response diff =
      get("/policies/departure-tax-refund/diff", {{"from", "2015"}, {"to", "2025"}});
  EXPECT_EQ(diff.status, 200) << text(diff);
  EXPECT_EQ(get("/policies/departure-tax-refund/diff", {{"from", "2015"}}).status, 400);
  EXPECT_EQ(
      ask(Method::post, "/policies/departure-tax-refund/diff", {}, R"({"from":"2015","to":"9"})")
          .status,
      404);
}

}  // namespace
}  // namespace hq::api
