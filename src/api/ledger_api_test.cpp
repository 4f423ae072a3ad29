#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "api/api_testing.h"
#include "base/json.h"
#include "hub/ledger/ledger_json.h"

namespace hq::api {
namespace {

using ledger::Outcome;
using ledger::Status;
using ledger::Transfer;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kGood = "Bearer good";

/// Accounts 1 to 4 of asset 156, a clock that stands, and answers as JSON.
class LedgerApiTest : public ApiTest {
 protected:
  LedgerApiTest() {
    std::string body = R"({"accounts":[)";
    for (int id = 1; id <= 4; ++id) {
      body += R"({"id":")" + std::to_string(id) + R"(","asset":156,"kind":1},)";
    }
    body.back() = ']';
    EXPECT_EQ(post("/accounts", body + "}").status, 200);
  }

  Response post(const std::string& path, std::string body) {
    return ask(Method::post, "/ledger" + path, {}, std::move(body), kGood);
  }
  Response put(const std::string& path, std::string body) {
    return ask(Method::put, "/ledger" + path, {}, std::move(body), kGood);
  }
  Response read(const std::string& path, std::vector<net::Parameter> query = {}) {
    return ask(Method::get, "/ledger" + path, std::move(query), {}, kGood);
  }
  std::string transfer(const std::string& items) {
    return text(post("/transfers", R"({"transfers":[)" + items + "]}"));
  }
  static std::string item(int id, int debit, int credit, int amount, const std::string& more = {}) {
    return fmt::format(R"({{"id":"{}","debit_account":"{}","credit_account":"{}","amount":"{}",)"
                       R"("asset":156,"code":7{}}})",
                       id, debit, credit, amount, more);
  }
  /// The values of a field of each row of a list.
  static std::vector<std::string> column(const std::string& body, std::string_view list,
                                         const std::vector<std::string_view>& path) {
    const auto document = JsonDocument::parse(body).value();
    std::vector<std::string> values;
    for (const auto& row : document.root().find(list)->items()) {
      auto value = row.find(path[0]);
      for (std::size_t i = 1; value && i < path.size(); ++i) value = value->find(path[i]);
      values.emplace_back(value ? value->as_string().value() : "none");
    }
    return values;
  }
};

TEST_F(LedgerApiTest, needs_the_token_for_every_route) {
  for (const std::string& name : router_.route_names()) {
    if (!name.contains("/ledger/") && !name.contains("/log/")) continue;
    const auto space = name.find(' ');
    std::string path = name.substr(space + std::string_view(" /api/v1").size());
    if (const auto at = path.find("{id}"); at != std::string::npos) path.replace(at, 4, "1");
    const auto method = net::method_from_name(name.substr(0, space)).value();
    const Response response = ask(method, path, {{"nonsense", "1"}}, "nonsense");
    EXPECT_EQ(response.status, 401) << name;
    EXPECT_EQ(ask(method, path, {}, "{}", "Bearer bad").status, 401) << name;
  }
  EXPECT_EQ(writer_->last_seq(), 1u) << "nothing was written";
}

TEST_F(LedgerApiTest, only_a_few_transfers_of_someone_known_are_quick) {
  Request request;
  request.method = Method::post;
  request.path = "/api/v1/ledger/transfers";
  request.body = std::string(2048, ' ');
  EXPECT_TRUE(is_quick(*services_, request));
  request.body.push_back(' ');
  EXPECT_FALSE(is_quick(*services_, request));
  request.body.clear();
  request.path = "/api/v1/ledger/accounts";
  EXPECT_FALSE(is_quick(*services_, request));
  request.path = "/api/v1/ledger/transfers";
  request.method = Method::get;
  EXPECT_FALSE(is_quick(*services_, request));
  request.method = Method::post;
  authenticator_.quick = false;
  EXPECT_FALSE(is_quick(*services_, request));
}

TEST_F(LedgerApiTest, opens_accounts_and_says_what_became_of_each) {
  const auto answer = text(post("/accounts", R"({"accounts":[
      {"id":"5","asset":840,"kind":2,"flags":["debits_must_not_exceed_credits"],"reference":"77"},
      {"id":"1","asset":156,"kind":1},{"id":"1","asset":840,"kind":1},{"id":"0","asset":1,"kind":1},
      {"id":"6","asset":1,"kind":1,"flags":["debits_must_not_exceed_credits",
                                            "credits_must_not_exceed_debits"]}]})"));
  EXPECT_EQ(column(answer, "outcomes", {"status"}),
            (std::vector<std::string>{"created", "exists", "exists_differently", "id_zero",
                                      "flags_conflict"}));
  EXPECT_THAT(answer, HasSubstr(R"("commit":2)"));
  const auto account = text(read("/accounts/5"));
  EXPECT_THAT(account, HasSubstr(R"("flags":["debits_must_not_exceed_credits"])"));
  EXPECT_THAT(account, HasSubstr(R"("reference":"77")"));
  EXPECT_THAT(account, HasSubstr(R"("debits_pending":"0")"));
}

TEST_F(LedgerApiTest, lists_accounts_in_pages) {
  const auto first = text(read("/accounts", {{"limit", "3"}}));
  EXPECT_EQ(column(first, "accounts", {"id"}), (std::vector<std::string>{"1", "2", "3"}));
  EXPECT_THAT(first, HasSubstr(R"("next":3)"));
  const auto second = text(read("/accounts", {{"limit", "3"}, {"cursor", "3"}}));
  EXPECT_EQ(column(second, "accounts", {"id"}), (std::vector<std::string>{"4"}));
  EXPECT_THAT(second, Not(HasSubstr("next")));
}

TEST_F(LedgerApiTest, makes_transfers_and_gives_the_balances_right_after_each) {
  const auto answer = transfer(item(10, 1, 2, 5) + "," + item(11, 1, 9, 5) + "," +
                               item(12, 2, 3, 7, R"(,"flags":["pending"],"timeout_s":60)"));
  EXPECT_EQ(column(answer, "outcomes", {"status"}),
            (std::vector<std::string>{"created", "credit_account_unknown", "created"}));
  EXPECT_EQ(column(answer, "outcomes", {"amount"}), (std::vector<std::string>{"5", "none", "7"}));
  EXPECT_EQ(column(answer, "outcomes", {"debit", "debits_pending"}),
            (std::vector<std::string>{"0", "0", "7"}));
  EXPECT_EQ(column(answer, "outcomes", {"credit", "credits_posted"}),
            (std::vector<std::string>{"5", "0", "0"}));
  const auto found = text(read("/transfers/12"));
  EXPECT_THAT(found, HasSubstr(R"("state":"pending")"));
  EXPECT_THAT(found, HasSubstr(R"("commit":2)"));
  EXPECT_EQ(read("/transfers/11").status, 404);
  EXPECT_EQ(read("/transfers/x").status, 400);
}

TEST_F(LedgerApiTest, posts_and_voids_and_chains) {
  (void)transfer(item(10, 1, 2, 5, R"(,"flags":["linked","pending"])") + "," +
                 item(11, 3, 4, 6, R"(,"flags":["pending"])"));
  EXPECT_EQ(column(transfer(R"({"id":"12","pending_id":"10","flags":["post","whole_chain"]})"),
                   "outcomes", {"status"}),
            (std::vector<std::string>{"created"}));
  EXPECT_THAT(text(read("/transfers/11")), HasSubstr(R"("state":"posted")"));
  EXPECT_THAT(text(read("/transfers/12")), HasSubstr(R"("flags":["post","whole_chain"])"));
  EXPECT_EQ(column(transfer(item(13, 1, 2, 5, R"(,"flags":["linked"])") + "," + item(14, 1, 9, 5)),
                   "outcomes", {"status"}),
            (std::vector<std::string>{"linked_failed", "credit_account_unknown"}));
  const auto differs = transfer(item(10, 1, 2, 6, R"(,"flags":["linked","pending"])") + "," +
                                item(11, 3, 4, 6, R"(,"flags":["pending"])"));
  EXPECT_EQ(column(differs, "outcomes", {"status"})[0], "exists_differently");
  EXPECT_EQ(column(differs, "outcomes", {"field"})[0], "amount");
}

std::string bytes_of(const std::vector<Transfer>& transfers) {
  return hub::to_bytes(transfers);
}

TEST_F(LedgerApiTest, answers_records_as_it_answers_json) {
  const auto records = [](uint64_t from) {
    return std::vector<Transfer>{
        {.id = from, .debit_account = 1, .credit_account = 2, .amount = 9, .asset = 156, .code = 1},
        {.id = from + 1, .debit_account = 1, .credit_account = 2, .asset = 156, .code = 1},
        {.id = from + 2,
         .debit_account = 2,
         .credit_account = 3,
         .amount = 4,
         .asset = 156,
         .code = 1,
         .flags = ledger::kPending}};
  };
  headers_.set("Content-Type", "application/octet-stream");
  const Response binary = post("/transfers", bytes_of(records(10)));
  ASSERT_EQ(binary.status, 200) << text(binary);
  EXPECT_EQ(*binary.headers.find("Content-Type"), "application/octet-stream");
  EXPECT_EQ(*binary.headers.find("X-Commit"), "2");
  EXPECT_EQ(*binary.headers.find("X-Commit-Time"), format_instant(log_.last().value().time));
  const auto body = text(binary);
  ASSERT_EQ(body.size(), 3 * 160u);
  std::vector<Outcome> outcomes(3);
  std::memcpy(outcomes.data(), body.data(), body.size());
  EXPECT_EQ(outcomes[0].status, Status::created);
  EXPECT_EQ(outcomes[1].status, Status::amount_zero);
  EXPECT_EQ(outcomes[2].debit, (ledger::Balances{4, 0, 0, 9}));
  // The same requests under other ids, as JSON and as records that ask for JSON.
  headers_.set("Accept", "application/json");
  const auto asked = text(post("/transfers", bytes_of(records(20))));
  headers_ = {};
  const auto json = transfer(
      R"({"id":"30","debit_account":"1","credit_account":"2","amount":"9","asset":156,"code":1},
         {"id":"31","debit_account":"1","credit_account":"2","asset":156,"code":1},
         {"id":"32","debit_account":"2","credit_account":"3","amount":"4","asset":156,"code":1,
          "flags":["pending"]})");
  for (const auto& path : std::vector<std::vector<std::string_view>>{{"status"}, {"amount"}}) {
    EXPECT_EQ(column(asked, "outcomes", path), column(json, "outcomes", path));
  }
  EXPECT_EQ(column(asked, "outcomes", {"status"}),
            (std::vector<std::string>{"created", "amount_zero", "created"}));
  EXPECT_EQ(column(asked, "outcomes", {"credit", "credits_posted"})[0], "18");
  EXPECT_EQ(column(json, "outcomes", {"credit", "credits_posted"})[0], "27");
}

TEST_F(LedgerApiTest, opens_accounts_from_records) {
  headers_.set("Content-Type", "application/octet-stream; charset=binary");
  const std::vector<ledger::Account> accounts = {{.id = 8, .asset = 1, .kind = 1},
                                                 {.id = 9, .asset = 0, .kind = 1}};
  const auto body = text(post("/accounts", hub::to_bytes(accounts)));
  ASSERT_EQ(body.size(), 4u);
  std::vector<Status> statuses(2);
  std::memcpy(statuses.data(), body.data(), body.size());
  EXPECT_EQ(statuses, (std::vector<Status>{Status::created, Status::asset_zero}));
}

TEST_F(LedgerApiTest, does_a_command_once_under_its_key) {
  headers_.set("Idempotency-Key", "k");
  const auto first = transfer(item(10, 1, 2, 5) + "," + item(11, 1, 9, 5));
  const auto again = transfer(item(10, 1, 2, 5) + "," + item(11, 1, 9, 5));
  EXPECT_THAT(first, HasSubstr(R"("repeated":false)"));
  EXPECT_THAT(again, HasSubstr(R"("repeated":true)"));
  EXPECT_EQ(first.substr(first.find("outcomes")), again.substr(again.find("outcomes")));
  EXPECT_EQ(post("/transfers", R"({"transfers":[)" + item(12, 1, 2, 5) + "]}").status, 409);
  headers_.set("Idempotency-Key", std::string(300, 'k'));
  EXPECT_EQ(post("/transfers", R"({"transfers":[)" + item(12, 1, 2, 5) + "]}").status, 413);
}

TEST_F(LedgerApiTest, refuses_what_is_no_batch) {
  const auto refused = [&](const std::string& path, const std::string& body) {
    const Response response = post(path, body);
    EXPECT_EQ(response.status, 400) << body;
    return text(response);
  };
  EXPECT_THAT(refused("/transfers", "{"), HasSubstr("parse_error"));
  EXPECT_THAT(refused("/transfers", R"({"transfers":[]})"), HasSubstr("8190"));
  EXPECT_THAT(refused("/accounts", R"({"accounts":[]})"), HasSubstr("8190"));
  EXPECT_THAT(refused("/transfers", R"({"transfers":[{"id":7}]})"), HasSubstr("/transfers/0/id"));
  EXPECT_THAT(refused("/transfers", R"({"transfers":[{"id":"-7"}]})"), HasSubstr("128 bits"));
  EXPECT_THAT(refused("/transfers", R"({"transfers":[{"id":"7","flags":["green"]}]})"),
              HasSubstr("whole_chain"));
  EXPECT_THAT(refused("/transfers", R"({"transfers":[{"id":"7","flags":["post","post"]}]})"),
              HasSubstr("each once"));
  EXPECT_THAT(refused("/transfers", R"({"transfers":[{"id":"7","note":"18446744073709551616"}]})"),
              HasSubstr("64 bits"));
  std::string many = R"({"transfers":[)";
  for (int i = 0; i < 8191; ++i) many += R"({"id":"7"},)";
  many.back() = ']';
  EXPECT_THAT(refused("/transfers", many + "}"), HasSubstr("8191"));
  headers_.set("Content-Type", "application/octet-stream");
  EXPECT_THAT(refused("/transfers", "short"), HasSubstr("128 bytes"));
  EXPECT_THAT(refused("/accounts", ""), HasSubstr("128 bytes"));
  headers_.set("Content-Type", "text/plain");
  EXPECT_EQ(post("/transfers", "x").status, 415);
  EXPECT_EQ(post("/accounts", "x").status, 415);
}

TEST_F(LedgerApiTest, knows_balances_of_the_past) {
  (void)transfer(item(10, 1, 2, 5));
  (void)transfer(item(11, 1, 2, 6));
  const auto posted = [&](std::vector<net::Parameter> query) {
    const auto body = text(read("/accounts/1", std::move(query)));
    const auto document = JsonDocument::parse(body).value();
    return std::string(
        document.root().find("balances")->find("debits_posted")->as_string().value());
  };
  EXPECT_EQ(posted({}), "11");
  EXPECT_EQ(posted({{"at_commit", "1"}}), "0");
  EXPECT_EQ(posted({{"at_commit", "2"}}), "5");
  EXPECT_EQ(posted({{"at_commit", "99"}}), "11");
  EXPECT_EQ(posted({{"at_time", "9000-01-01T00:00:00Z"}}), "11");
  EXPECT_EQ(read("/accounts/9").status, 404);
  EXPECT_EQ(read("/accounts/one").status, 400);
  EXPECT_EQ(read("/accounts/1", {{"at_time", "noon"}}).status, 400);
  EXPECT_EQ(read("/accounts/1", {{"at_commit", "-1"}}).status, 400);
  const auto both = read("/accounts/1", {{"at_commit", "1"}, {"at_time", "2000-01-01T00:00:00Z"}});
  EXPECT_EQ(both.status, 400);
}

TEST_F(LedgerApiTest, gives_a_statement_with_running_balances) {
  for (int i = 0; i < 5; ++i) {
    const std::string reference = i % 2 == 0 ? R"(,"reference":"42")" : "";
    (void)transfer(item(10 + i, 1, 2, 10, reference));
  }
  (void)transfer(item(20, 2, 1, 1));
  const auto ids = [&](std::vector<net::Parameter> query) {
    return column(text(read("/accounts/1/statement", std::move(query))), "rows",
                  {"transfer", "id"});
  };
  using Ids = std::vector<std::string>;
  EXPECT_EQ(ids({}), (Ids{"20", "14", "13", "12", "11", "10"}));
  EXPECT_EQ(ids({{"side", "credit"}}), (Ids{"20"}));
  EXPECT_EQ(ids({{"side", "debit"}, {"reference", "42"}}), (Ids{"14", "12", "10"}));
  EXPECT_EQ(ids({{"code", "8"}}), Ids{});
  EXPECT_EQ(ids({{"to_time", "2000-01-01T00:00:00Z"}}), Ids{});
  EXPECT_EQ(ids({{"from_time", "2000-01-01T00:00:00Z"}, {"limit", "1"}}), Ids{"20"});
  EXPECT_EQ(ids({{"from_time", "9000-01-01T00:00:00Z"}}), Ids{});
  const auto page = text(read("/accounts/1/statement", {{"limit", "2"}, {"cursor", "4"}}));
  EXPECT_EQ(column(page, "rows", {"transfer", "id"}), (Ids{"13", "12"}));
  EXPECT_EQ(column(page, "rows", {"balances", "debits_posted"}), (Ids{"40", "30"}));
  EXPECT_EQ(column(page, "rows", {"side"}), (Ids{"debit", "debit"}));
  EXPECT_THAT(page, HasSubstr(R"("next":2)"));
  EXPECT_EQ(read("/accounts/9/statement").status, 404);
  EXPECT_EQ(read("/accounts/1/statement", {{"side", "left"}}).status, 400);
  EXPECT_EQ(read("/accounts/1/statement", {{"reference", "x"}}).status, 400);
  EXPECT_EQ(read("/accounts/1/statement", {{"from_time", "x"}}).status, 400);
}

TEST_F(LedgerApiTest, gives_what_is_pending_with_the_balances_that_it_makes) {
  for (int i = 0; i < 3; ++i) (void)transfer(item(10 + i, 1, 2, 10, R"(,"flags":["pending"])"));
  (void)transfer(R"({"id":"20","pending_id":"11","flags":["void"]})");
  const auto first = text(read("/accounts/1/pending", {{"limit", "1"}}));
  EXPECT_EQ(column(first, "transfers", {"id"}), std::vector<std::string>{"12"});
  EXPECT_THAT(first, HasSubstr(R"("debits_pending":"20")"));
  EXPECT_THAT(first, HasSubstr(R"("next":2)"));
  const auto second = text(read("/accounts/1/pending", {{"cursor", "2"}}));
  EXPECT_EQ(column(second, "transfers", {"id"}), std::vector<std::string>{"10"});
  EXPECT_EQ(read("/accounts/9/pending").status, 404);
}

TEST_F(LedgerApiTest, finds_transfers_by_reference) {
  for (int i = 0; i < 3; ++i) (void)transfer(item(10 + i, 1, 2, 1, R"(,"reference":"42")"));
  (void)transfer(item(20, 1, 2, 1));
  const auto first = text(read("/transfers", {{"reference", "42"}, {"limit", "2"}}));
  EXPECT_EQ(column(first, "transfers", {"id"}), (std::vector<std::string>{"12", "11"}));
  EXPECT_THAT(first, HasSubstr(R"("next":1)"));
  const auto second = text(read("/transfers", {{"reference", "42"}, {"cursor", "1"}}));
  EXPECT_EQ(column(second, "transfers", {"id"}), std::vector<std::string>{"10"});
  EXPECT_THAT(text(read("/transfers", {{"reference", "0"}})), HasSubstr(R"("transfers":[])"));
  EXPECT_EQ(read("/transfers", {{"reference", "42"}, {"cursor", "3"}}).status, 400);
  EXPECT_EQ(read("/transfers", {{"reference", "42"}, {"cursor", "9"}}).status, 400);
  EXPECT_EQ(read("/transfers").status, 400);
}

TEST_F(LedgerApiTest, balances_every_asset) {
  (void)transfer(item(10, 1, 2, 5));
  const auto answer = text(read("/trial-balance"));
  EXPECT_THAT(answer, HasSubstr(R"("asset":156,"accounts":4)"));
  EXPECT_THAT(answer,
              HasSubstr(R"("debits_posted":"5","credits_pending":"0","credits_posted":"5")"));
  EXPECT_THAT(answer, HasSubstr(R"("records":1)"));
}

TEST_F(LedgerApiTest, keeps_limits_and_shows_their_use) {
  const std::string limit =
      R"({"id":"7","value":"10","side":"debits","window":"day","utc_offset_s":28800,)"
      R"("weights":[{"account":"1","weight":2}]})";
  const Response added = post("/limits", limit);
  EXPECT_EQ(added.status, 201) << text(added);
  EXPECT_THAT(text(added), HasSubstr(R"("use":"0")"));
  EXPECT_EQ(post("/limits", limit).status, 201) << "the same again";
  const auto refused = transfer(item(10, 1, 2, 6));
  EXPECT_EQ(column(refused, "outcomes", {"status"})[0], "exceeds_limit");
  EXPECT_EQ(column(refused, "outcomes", {"limit"})[0], "7");
  EXPECT_EQ(column(transfer(item(10, 1, 2, 5)), "outcomes", {"status"})[0], "created");
  EXPECT_THAT(text(put("/limits/7", R"({"value":"8"})")), HasSubstr(R"("value":"8","use":"10")"));
  EXPECT_THAT(text(put("/limits/7", R"({"value":"50","from":"9000-01-01T00:00:00Z"})")),
              HasSubstr(R"("value":"8")"));
  const auto list = text(read("/limits"));
  EXPECT_THAT(list, HasSubstr(R"("weights":[{"account":"1","weight":2}])"));
  EXPECT_THAT(list, HasSubstr(R"("window_end":)"));
}

TEST_F(LedgerApiTest, gives_limits_in_pages) {
  for (int i = 1; i <= 5; ++i) {
    const auto limit = fmt::format(R"({{"id":"{}","value":"10","side":"debits","window":"none",)"
                                   R"("weights":[{{"account":"{}","weight":1}}]}})",
                                   i, i % 2 == 0 ? 2 : 1);
    ASSERT_EQ(post("/limits", limit).status, 201);
  }
  const auto expect_page = [&](std::vector<net::Parameter> query,
                               const std::vector<std::string>& ids, const std::string& next) {
    const std::string body = text(read("/limits", std::move(query)));
    EXPECT_EQ(column(body, "limits", {"id"}), ids) << body;
    EXPECT_TRUE(body.ends_with(next)) << body;
  };
  expect_page({{"limit", "2"}}, {"1", "2"}, R"("next":2})");
  expect_page({{"limit", "2"}, {"cursor", "2"}}, {"3", "4"}, R"("next":4})");
  expect_page({{"limit", "2"}, {"cursor", "4"}}, {"5"}, "]}");
  expect_page({{"limit", "2"}, {"account", "1"}}, {"1", "3"}, R"("next":4})");
  expect_page({{"limit", "3"}, {"account", "1"}}, {"1", "3", "5"}, "]}");
  expect_page({{"cursor", "5"}}, {}, "]}");
  EXPECT_EQ(read("/limits", {{"limit", "0"}}).status, 400);
  EXPECT_EQ(read("/limits", {{"cursor", "x"}}).status, 400);
}

TEST_F(LedgerApiTest, refuses_limits_that_make_no_sense) {
  const auto limit = [](const std::string& account, const std::string& window) {
    return R"({"id":"7","value":"10","side":"debits","window":")" + window +
           R"(","weights":[{"account":")" + account + R"(","weight":1}]})";
  };
  EXPECT_THAT(text(post("/limits", limit("99", "none"))), HasSubstr("debit_account_unknown"));
  EXPECT_THAT(text(post("/limits", limit("1", "sliding"))), HasSubstr("flags_conflict"));
  EXPECT_EQ(post("/limits", limit("1", "decade")).status, 400);
  EXPECT_EQ(post("/limits", "{}").status, 400);
  EXPECT_EQ(post("/limits", limit("1", "none")).status, 201);
  EXPECT_EQ(post("/limits", limit("2", "none")).status, 400);
  EXPECT_EQ(put("/limits/8", R"({"value":"8"})").status, 404);
  EXPECT_EQ(put("/limits/x", R"({"value":"8"})").status, 400);
  EXPECT_EQ(put("/limits/7", R"({"value":8})").status, 400);
}

TEST_F(LedgerApiTest, answers_reads_privately_and_spares_a_client_that_has_them) {
  const Response first = read("/accounts");
  EXPECT_EQ(*first.headers.find("Cache-Control"), "private, no-cache");
  headers_.set("If-None-Match", *first.headers.find("ETag"));
  EXPECT_EQ(read("/accounts").status, 304);
}

// The writer decides ahead of the disk. Readers see none of it until it is there.
TEST_F(LedgerApiTest, shows_nothing_that_is_not_on_disk) {
  uint64_t seq = writer_->last_seq();
  const auto decide = [&](const std::string& type, std::string body) {
    log::Command command;
    command.type = "ledger." + type;
    command.body = std::move(body);
    command.time = log_.last().value().time;
    log::Commit commit;
    commit.seq = ++seq;
    commit.time = command.time;
    commit.events = machine_.decide(command).value().events;
    ASSERT_TRUE(machine_.evolve(commit));
  };
  const ledger::Account account{.id = 5, .asset = 156, .kind = 1};
  const Transfer transfer{.id = 10,
                          .debit_account = 5,
                          .credit_account = 1,
                          .amount = 3,
                          .reference = 42,
                          .asset = 156,
                          .code = 1,
                          .flags = ledger::kPending};
  const auto expect_shown = [&](bool shown) {
    EXPECT_EQ(read("/accounts/5").status, shown ? 200 : 404);
    EXPECT_EQ(read("/transfers/10").status, shown ? 200 : 404);
    const auto rows = [&](const std::string& path, std::string_view list,
                          std::vector<net::Parameter> query = {}) {
      const auto body = text(read(path, std::move(query)));
      return JsonDocument::parse(body).value().root().find(list)->size();
    };
    EXPECT_EQ(rows("/accounts", "accounts"), shown ? 5u : 4u);
    EXPECT_EQ(rows("/accounts/1/statement", "rows"), shown ? 1u : 0u);
    EXPECT_EQ(rows("/accounts/1/pending", "transfers"), shown ? 1u : 0u);
    EXPECT_EQ(rows("/transfers", "transfers", {{"reference", "42"}}), shown ? 1u : 0u);
    EXPECT_EQ(rows("/limits", "limits"), shown ? 1u : 0u);
    EXPECT_THAT(text(read("/accounts/1", {{"at_commit", "99"}})),
                HasSubstr(shown ? R"("credits_pending":"3")" : R"("credits_pending":"0")"));
    EXPECT_THAT(text(read("/trial-balance")),
                HasSubstr(shown ? R"("accounts":5)" : R"("accounts":4)"));
  };
  decide("open", hub::to_bytes({&account, 1}));
  decide("transfer", hub::to_bytes({&transfer, 1}));
  decide("limit", hub::to_json_text({.id = 7, .value = 9, .weights = {{5, 1}}}));
  expect_shown(false);
  machine_.stage();
  machine_.publish();
  expect_shown(true);
}

TEST_F(LedgerApiTest, says_when_it_is_full) {
  std::string accounts = R"({"accounts":[)";
  for (int id = 100; id < 2100; ++id) {
    accounts += R"({"id":")" + std::to_string(id) + R"(","asset":156,"kind":1},)";
  }
  accounts.back() = ']';
  const auto answer = column(text(post("/accounts", accounts + "}")), "outcomes", {"status"});
  EXPECT_EQ(std::ranges::count(answer, "created"), 1996);
  EXPECT_EQ(answer.back(), "too_many_accounts");
}

}  // namespace
}  // namespace hq::api
