#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "cli/command_testing.h"

namespace hq::cli {
namespace {

using testing::HasSubstr;

/// A data folder with two accounts and one transfer: three commits.
class ViewsCommandTest : public CommandTest {
 protected:
  ViewsCommandTest() {
    ledger({"account", "1", "--asset", "156"});
    ledger({"account", "2", "--asset", "156"});
    ledger({"transfer", "9", "--debit", "1", "--credit", "2", "--amount", "5", "--asset", "156",
            "--code", "7"});
  }

  void ledger(std::vector<std::string> words) const {
    words.insert(words.begin(), "ledger");
    words.insert(words.end(), {"--data", path("data"), "--ledger-transfers", "100000"});
    EXPECT_EQ(hongqiao(words).exit_code, 0);
  }
  Outcome build(std::vector<std::string> more = {}) const {
    std::vector<std::string> words = {"views",      "build", "--data",
                                      path("data"), "--to",  path("views.sqlite")};
    words.insert(words.end(), more.begin(), more.end());
    return hongqiao(words);
  }
  Outcome wait(const std::string& seq, const std::string& timeout = "0") const {
    return hongqiao(
        {"views", "wait", "--to", path("views.sqlite"), "--at-least", seq, "--timeout", timeout});
  }
};

TEST_F(ViewsCommandTest, makes_the_tables_and_goes_on_where_they_stand) {
  EXPECT_THAT(build().out, HasSubstr("the tables stand at commit 3 "));
  ledger({"account", "3", "--asset", "156"});
  EXPECT_EQ(wait("4").exit_code, 75) << wait("4").err;
  EXPECT_THAT(wait("4").err, HasSubstr("stand at commit 3; waited for 4"));
  EXPECT_THAT(build({"--json"}).out, HasSubstr(R"({"seq":4,"hash":")"));
  EXPECT_THAT(wait("4").out, HasSubstr("commit 4 "));
  EXPECT_EQ(wait("4").exit_code, 0);
  EXPECT_THAT(build({"--rebuild"}).out, HasSubstr("commit 4 "));
}

TEST_F(ViewsCommandTest, says_what_is_wrong) {
  EXPECT_EQ(hongqiao({"views", "build", "--data", path("data")}).exit_code, 64);  // no --to
  EXPECT_EQ(hongqiao({"views", "wait", "--to", path("views.sqlite")}).exit_code, 64);
  EXPECT_THAT(hongqiao({"views", "build", "--data", path("none"), "--to", path("v")}).err,
              HasSubstr("none"));
  ASSERT_TRUE(write_file_atomically(path("views.sqlite"), std::string(5000, 'x')));
  EXPECT_THAT(build().err, HasSubstr("no SQLite database"));
  EXPECT_THAT(build({"--ledger-transfers", "0"}).err, HasSubstr("--ledger-transfers"));
}

TEST_F(ViewsCommandTest, asks_for_a_rebuild_where_the_log_is_another) {
  EXPECT_EQ(build().exit_code, 0);
  std::filesystem::rename(path("data"), path("old"));
  ledger({"account", "8", "--asset", "392"});
  const Outcome refused = build();
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_THAT(refused.err, HasSubstr("--rebuild"));
  EXPECT_THAT(build({"--rebuild"}).out, HasSubstr("commit 1 "));
}

}  // namespace
}  // namespace hq::cli
