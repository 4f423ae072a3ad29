#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/file.h"
#include "base/json.h"
#include "cli/command_testing.h"
#include "log/checkpoint.h"
#include "log/sqlite_log.h"
#include "log/test_commits.h"
#include "log/test_postgres.h"

namespace hq::cli {
namespace {

namespace fs = std::filesystem;

using testing::HasSubstr;
using testing::Not;

/// A data folder with two accounts and one transfer: three commits.
class LogCommandTest : public CommandTest {
 protected:
  LogCommandTest() {
    for (const char* id : {"1", "2"}) {
      EXPECT_EQ(ledger({"account", id, "--asset", "156"}).exit_code, 0);
    }
    transfer("1");
  }

  Outcome ledger(std::vector<std::string> words, const std::string& data = "data") const {
    words.insert(words.begin(), "ledger");
    words.insert(words.end(), {"--data", path(data), "--ledger-transfers", "100000"});
    return hongqiao(words);
  }
  void transfer(const std::string& id, const std::string& data = "data",
                const std::string& amount = "5") const {
    EXPECT_EQ(ledger({"transfer", id, "--debit", "1", "--credit", "2", "--amount", amount,
                      "--asset", "156", "--code", "7"},
                     data)
                  .exit_code,
              0);
  }
  Outcome log(std::vector<std::string> words, bool json = false) const {
    words.insert(words.begin(), "log");
    if (json) words.insert(words.begin(), "--json");
    return hongqiao(words);
  }
  /// With the data folder of the test.
  Outcome data_log(std::vector<std::string> words, bool json = false) const {
    words.insert(words.end(), {"--data", path("data")});
    return log(words, json);
  }
  Outcome drill(std::vector<std::string> more = {}) const {
    std::vector<std::string> words = {"drill", "--from",    path("backup"),   "--hub",
                                      kHub,    "--scratch", folder_.string(), "--ledger-transfers",
                                      "100000"};
    words.insert(words.end(), more.begin(), more.end());
    return log(words);
  }
  std::string public_key() const {
    std::string key = data_log({"checkpoint", "--public-key"}).out;
    key.erase(key.find('\n'));
    return key;
  }
  static void damage(const std::string& file, std::size_t at) {
    std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
    const int byte = bytes.seekg(static_cast<std::streamoff>(at)).get();
    bytes.seekp(static_cast<std::streamoff>(at)).put(static_cast<char>(byte ^ 8));
  }
  /// A stream beside the main one; its commits belong to no service.
  void add_stream(const std::string& name, std::size_t commits) const {
    const auto opened = log::open_log(path("data"), {.stream = name}).value();
    log::Head head;
    ASSERT_TRUE(opened->append(log::test_commits(head, commits)));
  }
};

TEST_F(LogCommandTest, works_on_the_stream_that_is_named) {
  add_stream("north", 7);
  EXPECT_THAT(data_log({"verify"}).out, HasSubstr("sound, commits: 3;"));
  EXPECT_THAT(data_log({"verify", "--stream", "north"}).out, HasSubstr("sound, commits: 7;"));
  EXPECT_THAT(data_log({"tail", "--stream", "north", "-n", "1"}).out, HasSubstr(R"("seq":7)"));
  EXPECT_THAT(data_log({"export", "--stream", "north", "--out", path("e")}).out,
              HasSubstr("commits: 7"));
  EXPECT_THAT(data_log({"checkpoint", "--stream", "north"}).out, HasSubstr(R"("stream":"north")"));
  EXPECT_THAT(data_log({"verify", "--stream", "south"}).err, HasSubstr("no stream 'south'"));
  EXPECT_EQ(data_log({"verify", "--stream", "a/b"}).exit_code, 64);
}

TEST_F(LogCommandTest, signs_and_an_auditor_checks_without_the_hub) {
  EXPECT_THAT(data_log({"checkpoint", "--out", path("cp")}).err, HasSubstr("signed commit 3"));
  transfer("2");
  EXPECT_EQ(data_log({"checkpoint", "--out", path("cp")}).exit_code, 0);
  EXPECT_EQ(data_log({"export", "--out", path("e.hqlog")}).exit_code, 0);
  const std::string key = public_key();
  EXPECT_EQ(key.size(), 64u);
  EXPECT_THAT(data_log({"checkpoint", "--public-key"}, true).out, HasSubstr(R"("public_key":")"));
  const Outcome own = data_log({"verify", "--checkpoint", path("cp")});
  EXPECT_THAT(own.out, HasSubstr("checkpoints that fit: 2")) << own.err;
  fs::rename(path("data"), path("far away"));
  const Outcome offline =
      log({"verify", "--export", path("e.hqlog"), "--checkpoint", path("cp"), "--public-key", key});
  EXPECT_EQ(offline.exit_code, 0) << offline.err;
  EXPECT_THAT(offline.out, HasSubstr("checkpoints that fit: 2"));
  EXPECT_THAT(log({"verify", "--export", path("e.hqlog"), "--checkpoint", path("cp")}).err,
              HasSubstr("--public-key"));
  EXPECT_THAT(log({"verify", "--export", path("e.hqlog"), "--checkpoint", path("cp"),
                   "--public-key", std::string(64, '7')})
                  .err,
              HasSubstr("not among the given public keys"));
  EXPECT_EQ(
      log({"verify", "--export", path("e.hqlog"), "--checkpoint", path("cp"), "--public-key", "7"})
          .exit_code,
      64);
  EXPECT_EQ(log({"verify", "--export", path("e.hqlog"), "--checkpoint", path("none"),
                 "--public-key", key})
                .exit_code,
            66);
}

TEST_F(LogCommandTest, names_what_does_not_fit_a_checkpoint) {
  const std::string key = public_key();
  ASSERT_EQ(data_log({"export", "--out", path("short.hqlog")}).exit_code, 0);
  transfer("2");
  ASSERT_EQ(data_log({"checkpoint", "--out", path("cp")}).exit_code, 0);
  const auto verify = [&](const std::string& file, const std::string& checkpoints) {
    return log(
        {"verify", "--export", path(file), "--checkpoint", path(checkpoints), "--public-key", key});
  };
  const Outcome beyond = verify("short.hqlog", "cp");
  EXPECT_NE(beyond.exit_code, 0);
  EXPECT_THAT(beyond.err, HasSubstr("no commits beyond 3"));
  EXPECT_THAT(beyond.err, HasSubstr(path("cp") + ": checkpoint 1"));
  // A log of the same length that holds something else.
  for (const char* id : {"1", "2"}) ledger({"account", id, "--asset", "156"}, "other");
  transfer("1", "other", "6");
  transfer("2", "other", "6");
  ASSERT_EQ(log({"export", "--data", path("other"), "--out", path("other.hqlog")}).exit_code, 0);
  EXPECT_THAT(verify("other.hqlog", "cp").err, HasSubstr("the log was rewritten"));
  EXPECT_THAT(
      log({"verify", "--data", path("other"), "--checkpoint", path("cp"), "--public-key", key}).err,
      HasSubstr("the log was rewritten"));
  add_stream("north", 4);
  ASSERT_EQ(data_log({"export", "--stream", "north", "--out", path("north.hqlog")}).exit_code, 0);
  EXPECT_THAT(verify("north.hqlog", "cp").err, HasSubstr("stream 'main', not of 'north'"));
  std::string line = read_file(path("cp")).value();
  line[line.find("signature\":\"") + 20] ^= 1;
  ASSERT_TRUE(write_file_atomically(path("forged"), line));
  EXPECT_NE(verify("short.hqlog", "forged").exit_code, 0);
  EXPECT_THAT(log({"verify", "--data", path("other"), "--checkpoint", path("cp")}).err,
              HasSubstr("checkpoint_key"));  // that folder has never signed
}

TEST_F(LogCommandTest, signs_no_damaged_log) {
  const std::string file = path("data") + "/log.sqlite";
  damage(file, fs::file_size(file) - 200);
  const Outcome refused = data_log({"checkpoint", "--out", path("cp")});
  EXPECT_EQ(refused.exit_code, data_log({"verify"}).exit_code);
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_FALSE(fs::exists(path("cp")));
  EXPECT_NE(data_log({"export", "--out", path("e")}).exit_code, 0);
  EXPECT_NE(data_log({"backup", "--out", path("backup")}).exit_code, 0);
}

TEST_F(LogCommandTest, exports_parts_and_both_forms) {
  const Outcome lines = data_log({"export", "--format", "json", "--out", "-"});
  EXPECT_THAT(lines.out, HasSubstr(R"({"format":"hongqiao log export","version":1)"));
  EXPECT_THAT(data_log({"export", "--out", path("e"), "--from", "2", "--to", "2"}, true).out,
              HasSubstr(R"({"stream":"main","commits":1,"last":2,"hash":")"));
  EXPECT_THAT(log({"verify", "--export", path("e")}).out, HasSubstr("first commit: 2"));
  EXPECT_EQ(data_log({"export", "--out", path("e"), "--from", "9"}).exit_code, 64);
  EXPECT_EQ(data_log({"export", "--out", path("no/where")}).exit_code, 66);
  EXPECT_EQ(log({"export", "--data", path("none"), "--out", path("e")}).exit_code, 66);
  EXPECT_EQ(log({"verify", "--export", path("none")}).exit_code, 66);
}

TEST_F(LogCommandTest, backs_up_restores_and_serves_the_same) {
  add_stream("north", 2);
  const Outcome made = data_log({"backup", "--out", path("backup")}, true);
  EXPECT_EQ(made.exit_code, 0) << made.err;
  EXPECT_THAT(made.out, HasSubstr(R"("stream":"north","commits":2)"));
  transfer("2");
  EXPECT_THAT(data_log({"backup", "--out", path("backup")}).out, HasSubstr("commits 4; "));
  const Outcome restored = log({"restore", "--from", path("backup"), "--data", path("new")});
  EXPECT_EQ(restored.exit_code, 0) << restored.err;
  EXPECT_EQ(log({"export", "--data", path("new"), "--out", path("1")}).exit_code, 0);
  EXPECT_EQ(data_log({"export", "--out", path("2")}).exit_code, 0);
  EXPECT_EQ(read_file(path("1")), read_file(path("2")));
  EXPECT_EQ(ledger({"balance"}, "new").out, ledger({"balance"}).out);
  transfer("3", "new");
  EXPECT_THAT(log({"restore", "--from", path("backup"), "--data", path("new")}).err,
              HasSubstr("already"));
  EXPECT_EQ(log({"restore", "--from", path("none"), "--data", path("x")}).exit_code, 66);
  EXPECT_EQ(log({"backup", "--data", path("none"), "--out", path("x")}).exit_code, 66);
  fs::create_directories(path("empty"));
  EXPECT_THAT(log({"backup", "--data", path("empty"), "--out", path("x")}).err,
              HasSubstr("no log"));
}

TEST_F(LogCommandTest, drills_and_compares_with_the_live_log) {
  ASSERT_EQ(data_log({"backup", "--out", path("backup")}).exit_code, 0);
  transfer("2");  // the live log goes on
  const Outcome alone = drill();
  EXPECT_EQ(alone.exit_code, 0) << alone.err;
  EXPECT_THAT(alone.out, HasSubstr("  state "));
  EXPECT_THAT(alone.out, Not(HasSubstr("live")));
  const Outcome compared = drill({"--data", path("data"), "--public-key", public_key()});
  EXPECT_EQ(compared.exit_code, 0) << compared.err;
  EXPECT_THAT(compared.out, HasSubstr("the live log gives the same state"));
  for (const auto& entry : fs::directory_iterator(folder_)) {
    EXPECT_THAT(entry.path().string(), Not(HasSubstr("hongqiao-drill")));
  }
  EXPECT_NE(drill({"--public-key", std::string(64, '1')}).exit_code, 0);
  EXPECT_EQ(
      log({"drill", "--from", path("backup"), "--hub", kHub, "--scratch", path("none")}).exit_code,
      66);
}

TEST_F(LogCommandTest, a_drill_tells_a_live_log_that_is_another) {
  ASSERT_EQ(data_log({"backup", "--out", path("backup")}).exit_code, 0);
  ledger({"account", "1", "--asset", "156"}, "other");
  EXPECT_THAT(drill({"--data", path("other")}).err, HasSubstr("ends at commit 1"));
  ledger({"account", "2", "--asset", "156"}, "other");
  transfer("1", "other");
  EXPECT_THAT(drill({"--data", path("other")}).err, HasSubstr("its commit 3 is another"));
  EXPECT_EQ(drill({"--data", path("none")}).exit_code, 66);
}

TEST_F(LogCommandTest, a_drill_fails_where_nothing_can_fold_what_is_there) {
  add_stream("north", 2);
  ASSERT_EQ(data_log({"backup", "--out", path("backup")}).exit_code, 0);
  EXPECT_THAT(drill().err, HasSubstr("no service here knows the event 'test.added'"));
}

TEST_F(LogCommandTest, a_drill_finds_a_damaged_backup) {
  ASSERT_EQ(data_log({"backup", "--out", path("backup")}).exit_code, 0);
  const fs::path part = fs::directory_iterator(path("backup") + "/streams/main")->path();
  damage(part, 300);
  const Outcome found = drill();
  EXPECT_NE(found.exit_code, 0);
  EXPECT_THAT(found.err, HasSubstr(part.string()));
  EXPECT_EQ(log({"restore", "--from", path("backup"), "--data", path("new")}).exit_code,
            found.exit_code);
  EXPECT_FALSE(fs::exists(path("new")));
}

TEST_F(LogCommandTest, backs_up_the_timetables_that_the_log_names) {
  ASSERT_EQ(hongqiao({"export", "gtfs", path("plan.zip"), "--hub", kHub}).exit_code, 0);
  ASSERT_EQ(hongqiao({"import", "gtfs", path("plan.zip"), "--name", "plan", "--hub", kHub, "--data",
                      path("data")})
                .exit_code,
            0);
  ASSERT_EQ(data_log({"backup", "--out", path("backup")}).exit_code, 0);
  const Outcome drilled = drill({"--data", path("data")});
  EXPECT_EQ(drilled.exit_code, 0) << drilled.err;
  EXPECT_THAT(drilled.out, HasSubstr("files: 2"));
  fs::path image;
  for (const auto& entry : fs::directory_iterator(path("data") + "/timetables")) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".hqt") && !name.starts_with("reference-")) image = entry.path();
  }
  fs::remove(image);
  const Outcome without = data_log({"backup", "--out", path("another")});
  EXPECT_EQ(without.exit_code, 66);
  EXPECT_THAT(without.err, HasSubstr("commit 4 refers to the file 'timetables/"));
}

TEST_F(LogCommandTest, moves_a_hub_into_postgresql_and_back) {
  using log::TestPostgres;
  HQ_REQUIRE_POSTGRES();
  const std::string database = TestPostgres::shared().connection();
  ASSERT_EQ(data_log({"backup", "--out", path("backup")}).exit_code, 0);
  const Outcome there =
      log({"restore", "--from", path("backup"), "--data", path("node"), "--database", database});
  ASSERT_EQ(there.exit_code, 0) << there.err;
  EXPECT_FALSE(fs::exists(path("node") + "/log.sqlite"));
  EXPECT_THAT(log({"verify", "--database", database}).out, HasSubstr("sound, commits: 3;"));
  EXPECT_THAT(drill({"--database", database}).out, HasSubstr("gives the same state"));
  EXPECT_NE(
      log({"restore", "--from", path("backup"), "--data", path("node 2"), "--database", database})
          .exit_code,
      0);  // the stream is not empty any more
  ASSERT_EQ(
      log({"backup", "--data", path("node"), "--database", database, "--out", path("backup 2")})
          .exit_code,
      0);
  const Outcome back = log({"restore", "--from", path("backup 2"), "--data", path("back")});
  ASSERT_EQ(back.exit_code, 0) << back.err;
  EXPECT_EQ(log({"export", "--data", path("back"), "--out", path("1")}).exit_code, 0);
  EXPECT_EQ(data_log({"export", "--out", path("2")}).exit_code, 0);
  EXPECT_EQ(read_file(path("1")), read_file(path("2")));
}

}  // namespace
}  // namespace hq::cli
