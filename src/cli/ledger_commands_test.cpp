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

constexpr const char* kHeader = "id,debit_account,credit_account,amount,asset,code,reference,flags";

/// Accounts 1 to 3 of asset 156 in a data folder of its own.
class LedgerCommandTest : public CommandTest {
 protected:
  LedgerCommandTest() {
    for (const char* id : {"1", "2", "3"}) {
      EXPECT_EQ(ledger({"account", id, "--asset", "156"}).exit_code, 0);
    }
  }

  Outcome ledger(std::vector<std::string> words, bool json = false) const {
    words.insert(words.begin(), "ledger");
    if (json) words.insert(words.begin(), "--json");
    words.insert(words.end(), {"--data", path("data"), "--ledger-transfers", "100000"});
    return hongqiao(words);
  }
  Outcome transfer(const std::string& id, const std::string& amount,
                   std::vector<std::string> more = {}) const {
    std::vector<std::string> words = {"transfer", id,     "--debit", "1",   "--credit", "2",
                                      "--amount", amount, "--asset", "156", "--code",   "7"};
    words.insert(words.end(), more.begin(), more.end());
    return ledger(words);
  }
  Outcome import(const std::string& rows, bool json = false) const {
    EXPECT_TRUE(write_file_atomically(path("t.csv"), kHeader + ("\n" + rows)));
    return ledger({"import", "csv", path("t.csv")}, json);
  }
};

TEST_F(LedgerCommandTest, opens_accounts_and_refuses_wrong_ones) {
  EXPECT_EQ(ledger({"account", "3", "--asset", "156"}).exit_code, 0) << "the same again";
  const Outcome other = ledger({"account", "3", "--asset", "840"});
  EXPECT_EQ(other.exit_code, 64);
  EXPECT_THAT(other.err, HasSubstr("exists_differently"));
  EXPECT_THAT(ledger({"account", "x", "--asset", "156"}).err, HasSubstr("'x'"));
  EXPECT_THAT(ledger({"account", "4", "--asset", "156", "--flags", "green"}).err,
              HasSubstr("'green' is no flag"));
  EXPECT_THAT(ledger({"account", "4", "--asset", "156", "--reference", "r"}).err,
              HasSubstr("--reference"));
  EXPECT_EQ(ledger({"account", "4"}).exit_code, 64);
  EXPECT_THAT(
      ledger({"account", "4", "--asset", "156", "--flags", "debits_must_not_exceed_credits|closed"},
             true)
          .out,
      HasSubstr(R"("flags":["debits_must_not_exceed_credits","closed"])"));
}

TEST_F(LedgerCommandTest, transfers_and_shows_balances_of_now_and_then) {
  const Outcome made = transfer("10", "500");
  EXPECT_EQ(made.exit_code, 0) << made.err;
  EXPECT_THAT(made.out, HasSubstr("created 10: 500 (5.00 CNY)"));
  EXPECT_EQ(transfer("11", "20", {"--flags", "pending", "--timeout", "86400"}).exit_code, 0);
  const Outcome now = ledger({"balance", "1"}, true);
  EXPECT_THAT(now.out, HasSubstr(R"("debits_pending":"20","debits_posted":"500")"));
  EXPECT_THAT(ledger({"balance", "1", "--at-commit", "3"}, true).out,
              HasSubstr(R"("debits_posted":"0")"));
  const Outcome early = ledger({"balance", "1", "--at-time", "2000-01-01T00:00:00Z"});
  EXPECT_EQ(early.exit_code, 66);
  EXPECT_THAT(early.err, HasSubstr("was not open yet"));
  EXPECT_EQ(ledger({"balance", "2", "--at-commit", "1"}).exit_code, 66);
  EXPECT_EQ(ledger({"balance", "2", "--at-commit", "2"}).exit_code, 0);
  EXPECT_THAT(ledger({"balance"}, true).out, HasSubstr(R"("asset":156,"accounts":3)"));
  EXPECT_THAT(ledger({"balance"}).out, HasSubstr("debits pending"));
  EXPECT_THAT(ledger({"balance", "1"}).out, HasSubstr("5.00 (500)"));
  EXPECT_EQ(ledger({"balance", "9"}).exit_code, 66);
  EXPECT_EQ(ledger({"balance", "1", "--at-time", "noon"}).exit_code, 64);
  EXPECT_EQ(
      ledger({"balance", "1", "--at-time", "2000-01-01T00:00:00Z", "--at-commit", "1"}).exit_code,
      64);
}

TEST_F(LedgerCommandTest, describes_assets_and_shows_their_amounts) {
  EXPECT_EQ(ledger({"account", "7", "--asset", "1001"}).exit_code, 0);
  EXPECT_THAT(ledger({"balance", "7"}).out, HasSubstr("1001  "));
  EXPECT_THAT(ledger({"asset"}).out, HasSubstr("only currencies"));
  const std::vector<std::string> words = {"asset", "1001",      "--code", "KWH",       "--exponent",
                                          "3",     "--name-zh", "电量",   "--name-en", "Energy"};
  EXPECT_THAT(ledger(words).out, HasSubstr("KWH"));
  EXPECT_THAT(ledger({"asset"}, true).out, HasSubstr(R"("code":"KWH","exponent":3)"));
  EXPECT_THAT(ledger({"asset"}).out, HasSubstr("Energy"));
  EXPECT_THAT(ledger({"balance", "7"}).out, HasSubstr("1001 KWH"));
  EXPECT_THAT(ledger({"balance", "7"}).out, HasSubstr("0.000 (0)"));
  EXPECT_EQ(
      ledger({"asset", "1002", "--code", "KWH", "--name-zh", "a", "--name-en", "b"}).exit_code, 75);
  EXPECT_EQ(ledger({"asset", "1002"}).exit_code, 64);
}

TEST_F(LedgerCommandTest, says_why_a_transfer_is_refused) {
  EXPECT_EQ(transfer("10", "500").exit_code, 0);
  const Outcome differs = transfer("10", "501");
  EXPECT_EQ(differs.exit_code, 64);
  EXPECT_THAT(differs.err, HasSubstr("(exists_differently): The id is taken"));
  EXPECT_THAT(transfer("11", "lots").err, HasSubstr("--amount"));
  EXPECT_THAT(transfer("11", "5", {"--flags", "pending|none"}).err, HasSubstr("'none'"));
  const Outcome json = ledger({"transfer", "12", "--pending-id", "99", "--flags", "post"}, true);
  EXPECT_THAT(json.out, HasSubstr(R"("status":"pending_unknown")"));
  EXPECT_EQ(json.exit_code, 64);
}

TEST_F(LedgerCommandTest, shows_a_statement) {
  EXPECT_EQ(transfer("10", "500", {"--reference", "42"}).exit_code, 0);
  EXPECT_EQ(transfer("11", "20").exit_code, 0);
  const auto ids = [&](std::vector<std::string> more) {
    std::vector<std::string> words = {"statement", "1"};
    words.insert(words.end(), more.begin(), more.end());
    const auto document = JsonDocument::parse(ledger(words, true).out).value();
    std::string list;
    for (const auto& row : document.root().find("rows")->items()) {
      list += std::string(row.find("transfer")->find("id")->as_string().value()) + " ";
    }
    return list;
  };
  EXPECT_EQ(ids({}), "11 10 ");
  EXPECT_EQ(ids({"--limit", "1"}), "11 ");
  EXPECT_EQ(ids({"--reference", "42"}), "10 ");
  EXPECT_EQ(ids({"--code", "8"}), "");
  EXPECT_EQ(ids({"--side", "credit"}), "");
  EXPECT_EQ(ids({"--from-time", "2000-01-01T00:00:00Z", "--to-time", "2000-01-02T00:00:00Z"}), "");
  EXPECT_THAT(ledger({"statement", "1"}).out, HasSubstr("520"));
  EXPECT_EQ(ledger({"statement", "9"}).exit_code, 66);
  EXPECT_EQ(ledger({"statement", "1", "--from-time", "x"}).exit_code, 64);
  EXPECT_EQ(ledger({"statement", "1", "--reference", "x"}).exit_code, 64);
}

TEST_F(LedgerCommandTest, adds_sets_and_lists_limits) {
  ASSERT_TRUE(write_file_atomically(path("limit.json"),
                                    R"({"id":"7","value":"100","side":"debits","window":"none",)"
                                    R"("weights":[{"account":"1","weight":1}]})"));
  EXPECT_THAT(ledger({"limits"}).out, HasSubstr("There are no limits."));
  EXPECT_THAT(ledger({"limits", "--add", path("limit.json")}).out, HasSubstr("7"));
  EXPECT_THAT(transfer("10", "500").err, HasSubstr("exceeds_limit"));
  EXPECT_THAT(ledger({"limits", "--set", "7", "--value", "600"}, true).out,
              HasSubstr(R"("value":"600","use":"0")"));
  EXPECT_EQ(transfer("10", "500").exit_code, 0);
  EXPECT_THAT(ledger({"limits"}, true).out, HasSubstr(R"("use":"500")"));
  EXPECT_EQ(ledger({"limits", "--set", "8", "--value", "1"}).exit_code, 66);
  EXPECT_EQ(ledger({"limits", "--set", "7"}).exit_code, 64);
  EXPECT_EQ(ledger({"limits", "--set", "7", "--value", "x"}).exit_code, 64);
  EXPECT_EQ(ledger({"limits", "--set", "7", "--value", "1", "--from", "x"}).exit_code, 64);
  EXPECT_EQ(ledger({"limits", "--add", path("none.json")}).exit_code, 66);
  ASSERT_TRUE(write_file_atomically(path("limit.json"), "{}"));
  EXPECT_THAT(ledger({"limits", "--add", path("limit.json")}).err, HasSubstr("limit.json"));
}

TEST_F(LedgerCommandTest, imports_a_table_once) {
  const std::string rows =
      "10,1,2,500,156,7,42,\n11,1,2,5,156,7,,linked|pending\n12,2,3,5,156,7,,pending\n";
  const Outcome first = import(rows);
  EXPECT_EQ(first.exit_code, 0) << first.err;
  EXPECT_THAT(first.out, HasSubstr("3 made, 0 made before, 0 refused"));
  EXPECT_THAT(import(rows).out, HasSubstr("0 made, 3 made before"));
  EXPECT_THAT(ledger({"balance", "1"}, true).out, HasSubstr(R"("debits_posted":"500")"));
}

TEST_F(LedgerCommandTest, names_the_line_of_what_it_cannot_import) {
  const Outcome refused = import("10,1,2,500,156,7,,\n11,1,9,5,156,7,,\n");
  EXPECT_EQ(refused.exit_code, 65);
  EXPECT_THAT(refused.out, HasSubstr("t.csv:3: credit_account_unknown"));
  EXPECT_THAT(refused.err, HasSubstr("t.csv:3"));
  EXPECT_THAT(
      import("11,1,9,5,156,7,,\n", true).out,
      HasSubstr(R"("refused":[{"line":2,"status":"credit_account_unknown","detail":{"zh":)"));
  EXPECT_THAT(import("20,1,2,500,156,7,,\n21,1,2,five,156,7,,\n").err, HasSubstr("t.csv:3:amount"));
  EXPECT_THAT(import("20,1,2,500,156,70000,,\n").err, HasSubstr("'70000' is too large"));
  EXPECT_THAT(import("20,1,2,500,156,7,,fast\n").err, HasSubstr("t.csv:2:flags"));
  EXPECT_THAT(import("20,1,2,500,156,7,,\"pending\n").err, HasSubstr("quote"));
  EXPECT_THAT(ledger({"balance", "1"}, true).out, HasSubstr(R"("debits_posted":"500")"))
      << "nothing of a file that cannot be read";
  ASSERT_TRUE(write_file_atomically(path("t.csv"), "id,amount\n1,2\n"));
  EXPECT_THAT(ledger({"import", "csv", path("t.csv")}).err, HasSubstr("debit_account"));
  EXPECT_EQ(ledger({"import", "csv", path("none.csv")}).exit_code, 66);
}

TEST_F(LedgerCommandTest, keeps_a_chain_in_one_batch) {
  std::string rows;
  for (int i = 0; i < 8189; ++i) rows += fmt::format("{},1,2,1,156,7,,\n", 100 + i);
  rows += "50,1,2,1,156,7,,linked\n51,1,2,1,156,7,,\n";
  const Outcome outcome = import(rows);
  EXPECT_THAT(outcome.out, HasSubstr("8191 made")) << outcome.err;
  std::string chain;
  for (int i = 0; i < 8191; ++i) chain += fmt::format("{},1,2,1,156,7,,linked\n", 20'000 + i);
  chain += "60,1,2,1,156,7,,\n";
  const Outcome too_long = import(chain);
  EXPECT_EQ(too_long.exit_code, 65);
  EXPECT_THAT(too_long.err, HasSubstr("line 2"));
}

TEST_F(LedgerCommandTest, says_when_the_log_holds_more_than_there_is_room_for) {
  for (std::vector<std::string> words :
       {std::vector<std::string>{"balance"}, {"account", "4", "--asset", "156"}}) {
    words.insert(words.begin(), "ledger");
    words.insert(words.end(), {"--data", path("data"), "--ledger-accounts", "2"});
    const Outcome outcome = hongqiao(words);
    EXPECT_EQ(outcome.exit_code, 65);
    EXPECT_THAT(outcome.err, HasSubstr("--ledger-accounts"));
  }
  EXPECT_EQ(hongqiao({"ledger", "balance", "--data", path("nothing")}).exit_code, 66);
}

// One log holds timetables and the ledger; each command folds what it needs of it.
TEST_F(LedgerCommandTest, measures_a_ledger_in_process) {
  const auto bench = [&](std::vector<std::string> more) {
    std::vector<std::string> words = {"ledger",      "bench", "--folder", folder_.string(),
                                      "--transfers", "1000",  "--batch",  "100",
                                      "--accounts",  "50",    "--json"};
    words.insert(words.end(), more.begin(), more.end());
    return hongqiao(words);
  };
  const Outcome measured = bench({"--hot", "2"});
  EXPECT_THAT(measured.out, HasSubstr(R"({"transfers":1000,"transfers_per_s":)")) << measured.err;
  EXPECT_EQ(bench({"--hot", "1"}).exit_code, 64);
  EXPECT_EQ(bench({"--hot", "51"}).exit_code, 64);
  EXPECT_EQ(bench({"--batch", "8191"}).exit_code, 64);
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    EXPECT_FALSE(entry.path().filename().string().starts_with("hongqiao-bench")) << entry.path();
  }
  EXPECT_EQ(hongqiao({"ledger", "bench", "--url", "ftp://x"}).exit_code, 64);
  EXPECT_NE(hongqiao({"ledger", "bench", "--url", "http://127.0.0.1:1"}).exit_code, 0);
}

TEST_F(LedgerCommandTest, shares_the_log_with_timetables) {
  EXPECT_EQ(hongqiao({"export", "gtfs", path("plan.zip"), "--hub", kHub}).exit_code, 0);
  const Outcome imported = hongqiao({"import", "gtfs", path("plan.zip"), "--name", "plan", "--hub",
                                     kHub, "--data", path("data")});
  EXPECT_EQ(imported.exit_code, 0) << imported.err;
  EXPECT_THAT(hongqiao({"timetables", "--hub", kHub, "--data", path("data")}).out,
              HasSubstr("* plan"));
  EXPECT_EQ(transfer("10", "500").exit_code, 0);
  EXPECT_THAT(ledger({"balance", "1"}).out, HasSubstr("500"));
  EXPECT_THAT(hongqiao({"timetables", "--hub", kHub, "--data", path("data")}).out,
              Not(HasSubstr("* reference")));
}

}  // namespace
}  // namespace hq::cli
