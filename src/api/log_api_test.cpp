#include <fmt/format.h>

#include "api/api_testing.h"
#include "base/json.h"
#include "hub/ledger/ledger_json.h"

namespace hq::api {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kGood = "Bearer good";

/// What the page of the ledger asks for beside accounts and transfers: the log, assets, filters.
class LogApiTest : public ApiTest {
 protected:
  Response read(const std::string& path, std::vector<net::Parameter> query = {}) {
    return ask(Method::get, path, std::move(query), {}, kGood);
  }
  Response post(const std::string& path, std::string body) {
    return ask(Method::post, path, {}, std::move(body), kGood);
  }
  void open(int id, int asset = 156, int kind = 1, const std::string& more = {}) {
    const auto body = fmt::format(R"({{"accounts":[{{"id":"{}","asset":{},"kind":{}{}}}]}})", id,
                                  asset, kind, more);
    EXPECT_THAT(text(post("/ledger/accounts", body)), HasSubstr(R"("status":"created")"));
  }
  std::string ids(const std::vector<net::Parameter>& query) {
    const auto document = JsonDocument::parse(text(read("/ledger/accounts", query))).value();
    std::string list;
    for (const auto& account : document.root().find("accounts")->items()) {
      list += std::string(account.find("id")->as_string().value()) + " ";
    }
    return list;
  }
};

TEST_F(LogApiTest, gives_the_chain_that_leads_to_the_head) {
  EXPECT_THAT(text(read("/log/head")), HasSubstr(R"("seq":0)"));
  for (int id = 1; id <= 5; ++id) open(id);
  std::string bytes;
  for (int from = 1; from <= 5; from += 2) {
    bytes += text(read("/log/commits", {{"from", std::to_string(from)}, {"count", "2"}}));
  }
  log::ChainChecker chain;
  log::CommitDecoder decoder(bytes);
  while (!decoder.at_end()) {
    const auto commit = decoder.next();
    ASSERT_TRUE(commit) << commit.error().text();
    ASSERT_TRUE(chain.check(*commit));
  }
  EXPECT_EQ(chain.head().seq, 5u);
  EXPECT_THAT(text(read("/log/head")), HasSubstr(to_hex(chain.head().hash)));
  EXPECT_EQ(text(read("/log/commits", {{"from", "6"}})), "") << "nothing is behind the head";
}

TEST_F(LogApiTest, bounds_an_answer_by_its_bytes) {
  std::string batch;
  for (int i = 0; i < 1900; ++i) {
    batch += fmt::format(R"({{"id":"{}","asset":156,"kind":1}},)", 100 + i);
  }
  batch.back() = ']';
  const auto body = R"({"accounts":[)" + batch + "}";
  for (int i = 0; i < 2; ++i) EXPECT_EQ(post("/ledger/accounts", body).status, 200);
  std::vector<ledger::Transfer> transfers(8190);
  for (int round = 0; round < 2; ++round) {
    for (uint64_t i = 0; i < transfers.size(); ++i) {
      transfers[i] = {.id = 1 + i + 8190u * static_cast<uint64_t>(round),
                      .debit_account = 100 + i % 1900,
                      .credit_account = 100 + (i + 1) % 1900,
                      .amount = 1,
                      .asset = 156,
                      .code = 1};
    }
    headers_.set("Content-Type", "application/octet-stream");
    EXPECT_EQ(post("/ledger/transfers", hub::to_bytes(transfers)).status, 200);
  }
  headers_ = {};
  // Two commits of a megabyte fit, and more than 4 MiB never come with others.
  const auto all = text(read("/log/commits", {{"from", "1"}, {"count", "1000"}}));
  EXPECT_GT(all.size(), std::size_t{2} << 20);
  EXPECT_LT(all.size(), std::size_t{4} << 20);
}

TEST_F(LogApiTest, refuses_places_that_are_none) {
  EXPECT_EQ(read("/log/commits").status, 400);
  for (const auto& [name, value] : std::vector<net::Parameter>{
           {"from", "0"}, {"from", "x"}, {"count", "0"}, {"count", "1001"}, {"since", "1"}}) {
    std::vector<net::Parameter> query{{name, value}};
    if (name != "from") query.emplace_back("from", "1");
    EXPECT_EQ(read("/log/commits", query).status, 400) << name << "=" << value;
  }
}

TEST_F(LogApiTest, lists_and_describes_assets) {
  EXPECT_THAT(text(read("/ledger/assets")),
              HasSubstr(R"({"asset":392,"code":"JPY","exponent":0})"));
  const std::string body =
      R"({"asset":1001,"code":"KWH","exponent":3,"name":{"zh":"电量","en":"Energy"}})";
  EXPECT_THAT(text(read("/ledger/assets")), Not(HasSubstr("KWH")));
  const Response made = post("/ledger/assets", body);
  EXPECT_EQ(made.status, 201) << text(made);
  EXPECT_EQ(text(made), body);
  EXPECT_THAT(text(read("/ledger/assets")), HasSubstr(body));
  EXPECT_EQ(post("/ledger/assets", body).status, 201) << "the same again";
  EXPECT_EQ(post("/ledger/assets",
                 R"({"asset":1001,"code":"J","exponent":3,"name":{"zh":"焦","en":"J"}})")
                .status,
            409);
  EXPECT_EQ(post("/ledger/assets", "{}").status, 400);
}

TEST_F(LogApiTest, lists_the_accounts_that_a_filter_takes) {
  open(1);
  open(2, 840);
  open(3, 156, 2);
  open(4, 156, 1, R"(,"flags":["closed"])");
  EXPECT_EQ(ids({}), "1 2 3 4 ");
  EXPECT_EQ(ids({{"asset", "156"}}), "1 3 4 ");
  EXPECT_EQ(ids({{"asset", "156"}, {"kind", "1"}}), "1 4 ");
  EXPECT_EQ(ids({{"state", "closed"}}), "4 ");
  EXPECT_EQ(ids({{"state", "open"}, {"asset", "156"}, {"kind", "1"}}), "1 ");
  EXPECT_EQ(ids({{"asset", "978"}}), "");
  const auto page = text(read("/ledger/accounts", {{"asset", "156"}, {"limit", "1"}}));
  EXPECT_THAT(page, HasSubstr(R"("next":2)")) << "the next that it takes";
  EXPECT_EQ(ids({{"asset", "156"}, {"limit", "1"}, {"cursor", "2"}}), "3 ");
  EXPECT_EQ(read("/ledger/accounts", {{"state", "ajar"}}).status, 400);
  EXPECT_EQ(read("/ledger/accounts", {{"asset", "0"}}).status, 400);
}

TEST_F(LogApiTest, lists_the_limits_of_an_account) {
  open(1);
  open(2);
  for (const char* id : {"1", "2"}) {
    EXPECT_EQ(post("/ledger/limits",
                   fmt::format(R"({{"id":"{0}","value":"10","side":"debits","window":"none",)"
                               R"("weights":[{{"account":"{0}","weight":1}}]}})",
                               id))
                  .status,
              201);
  }
  const auto limits = text(read("/ledger/limits", {{"account", "2"}}));
  EXPECT_THAT(limits, HasSubstr(R"("id":"2")"));
  EXPECT_THAT(limits, Not(HasSubstr(R"("id":"1")")));
  EXPECT_EQ(read("/ledger/limits", {{"account", "x"}}).status, 400);
}

TEST_F(LogApiTest, knows_no_account_before_it_was_opened) {
  open(1);
  open(2);
  const auto at = [&](const char* name, const std::string& value) {
    return read("/ledger/accounts/2", {{name, value}}).status;
  };
  EXPECT_EQ(at("at_commit", "0"), 404);
  EXPECT_EQ(at("at_commit", "1"), 404);
  EXPECT_EQ(at("at_commit", "2"), 200);
  EXPECT_EQ(at("at_commit", "99"), 200);
  EXPECT_EQ(at("at_time", "2000-01-01T00:00:00Z"), 404);
  EXPECT_EQ(at("at_time", "9000-01-01T00:00:00Z"), 200);
  headers_.set("Accept-Language", "zh");
  EXPECT_THAT(text(read("/ledger/accounts/2", {{"at_commit", "1"}})), HasSubstr("尚未开立"));
}

TEST_F(LogApiTest, says_in_words_why_something_is_refused) {
  open(1);
  EXPECT_THAT(text(post("/ledger/accounts", R"({"accounts":[{"id":"1","asset":840,"kind":1}]})")),
              HasSubstr(R"("detail":{"zh":"该编号已用于另一请求","en":"The id is taken)"));
  EXPECT_THAT(text(post("/ledger/transfers",
                        R"({"transfers":[{"id":"5","debit_account":"1","credit_account":"2",)"
                        R"("amount":"1","asset":156,"code":1}]})")),
              HasSubstr(R"("en":"There is no such credit account")"));
  EXPECT_THAT(
      text(post("/ledger/limits", R"({"id":"1","value":"10","side":"debits","window":"none",)"
                                  R"("weights":[{"account":"9","weight":1}]})")),
      HasSubstr("It names no account"));
  const auto fine =
      text(post("/ledger/accounts", R"({"accounts":[{"id":"1","asset":156,"kind":1}]})"));
  EXPECT_THAT(fine, HasSubstr(R"("status":"exists")"));
  EXPECT_THAT(fine, Not(HasSubstr("detail")));
}

}  // namespace
}  // namespace hq::api
