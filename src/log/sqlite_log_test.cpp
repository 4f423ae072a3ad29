// What is particular to the log in a file: locks, versions, damage, a full disk.
#include "log/sqlite_log.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <thread>

#include "base/file.h"
#include "log/detail/sqlite.h"
#include "log/detail/sqlite_schema.h"
#include "log/test_commits.h"

namespace hq::log {
namespace {

class SqliteLog : public testing::Test {
 protected:
  std::filesystem::path file() const { return folder_.path() / kLogFileName; }

  /// A closed log of four groups: 1-3, 4, 5-9, 10-12.
  void fill() {
    auto log = open_log(folder_.path()).value();
    Head head;
    for (const std::size_t size : {3, 1, 5, 3}) {
      ASSERT_TRUE(log->append(test_commits(head, size)));
    }
  }

  /// Runs SQL on the closed file, as a vandal would.
  void tamper(const std::string& sql) {
    auto database = Database::open(file(), Database::Access::write, kBusyWait).value();
    const auto done = database.run(sql.c_str());
    ASSERT_TRUE(done) << done.error().text();
  }

  /// Changes the bytes of the group that begins at `first_seq`.
  void tamper(uint64_t first_seq, const std::function<void(std::string&)>& change) {
    auto database = Database::open(file(), Database::Access::write, kBusyWait).value();
    auto get = database.prepare("SELECT commits FROM commit_group WHERE first_seq = ?1").value();
    ASSERT_EQ(get.bind(1, static_cast<int64_t>(first_seq)).step(), true);
    std::string bytes(get.bytes(0));
    get.reset();
    change(bytes);
    auto put =
        database.prepare("UPDATE commit_group SET commits = ?2 WHERE first_seq = ?1").value();
    ASSERT_TRUE(put.bind(1, static_cast<int64_t>(first_seq)).bind_blob(2, bytes).run());
  }

  Error damage() {
    const auto log = open_log_reader(folder_.path());
    if (!log) return log.error();
    const auto found = (*log)->verify();
    if (!found) return found.error();
    return found->damage.value_or(Error{ErrorCode::internal, "no damage found", {}, {}});
  }

  void expect_damage(const std::string& where, const std::string& message) {
    const Error error = damage();
    EXPECT_EQ(error.code, ErrorCode::corrupt);
    EXPECT_EQ(error.where, where) << error.text();
    EXPECT_NE(error.message.find(message), std::string::npos) << error.text();
    EXPECT_FALSE(error.message_zh.empty());
  }

  TestFolder folder_;
};

TEST_F(SqliteLog, keeps_everything_across_a_restart) {
  fill();
  auto log = open_log(folder_.path()).value();
  Head head = log->last().value();
  EXPECT_EQ(head.seq, 12u);
  ASSERT_TRUE(log->append(test_commits(head, 1)));
  EXPECT_EQ(log->find("c-7")->value().seq, 7u);
  EXPECT_FALSE(log->verify()->damage);
}

TEST_F(SqliteLog, makes_the_folder) {
  const auto inner = folder_.path() / "a" / "b";
  EXPECT_TRUE(open_log(inner));
  EXPECT_TRUE(std::filesystem::exists(inner / kLogFileName));
}

TEST_F(SqliteLog, has_one_row_per_group) {
  fill();
  auto database = Database::open(file(), Database::Access::read, kBusyWait).value();
  EXPECT_EQ(database.integer("SELECT count(*) FROM commit_group"), 4);
}

// A killed process cannot show whether a write survives a loss of power; the settings can.
TEST_F(SqliteLog, asks_for_durable_writes) {
  auto database = Database::open(file(), Database::Access::write, kBusyWait).value();
  ASSERT_TRUE(prepare_for_writing(database, file(), kMainStream, 0));
  EXPECT_EQ(database.text("PRAGMA journal_mode"), "wal");
  EXPECT_EQ(database.integer("PRAGMA synchronous"), 2);  // FULL
}

TEST_F(SqliteLog, refuses_a_second_writer_with_the_process_that_holds_it) {
  const auto log = open_log(folder_.path());
  const auto second = open_log(folder_.path());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::conflict);
  EXPECT_NE(second.error().message.find(fmt::format("process {}", ::getpid())), std::string::npos);
}

TEST_F(SqliteLog, can_be_opened_again_after_the_writer_is_gone) {
  open_log(folder_.path()).value().reset();
  EXPECT_TRUE(open_log(folder_.path()));
}

TEST_F(SqliteLog, readers_follow_a_writer_through_the_file) {
  auto log = open_log(folder_.path()).value();
  const auto reader = open_log_reader(folder_.path()).value();
  EXPECT_EQ(reader->last(), Head{});
  EXPECT_EQ(reader->wait_for(1, std::chrono::milliseconds(1)), false);
  std::jthread writing([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    Head head;
    EXPECT_TRUE(log->append(test_commits(head, 2)));
  });
  EXPECT_EQ(reader->wait_for(2, std::chrono::seconds(30)), true);
  writing.join();
  EXPECT_EQ(reader->last(), log->last());
  EXPECT_FALSE(reader->verify()->damage);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(reader->wait_for(3, std::chrono::seconds(30), stop.get_token()), false);
}

TEST_F(SqliteLog, reader_of_a_closed_log_needs_no_writer) {
  fill();
  EXPECT_EQ(open_log_reader(folder_.path()).value()->last()->seq, 12u);
}

TEST_F(SqliteLog, reader_says_where_there_is_no_log) {
  const auto none = open_log_reader(folder_.path());
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::not_found);
  std::ofstream(file()).flush();  // an empty file: the server has just begun
  const auto empty = open_log_reader(folder_.path());
  ASSERT_FALSE(empty);
  EXPECT_EQ(empty.error().code, ErrorCode::not_found);
}

TEST_F(SqliteLog, refuses_a_newer_version_and_leaves_it_alone) {
  fill();
  tamper("PRAGMA user_version = 3");
  const std::string before = read_file(file()).value();
  const auto log = open_log(folder_.path());
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().code, ErrorCode::newer_version);
  EXPECT_NE(log.error().message.find("format 3"), std::string::npos);
  EXPECT_EQ(open_log_reader(folder_.path()).error().code, ErrorCode::newer_version);
  EXPECT_EQ(read_file(file()).value(), before);
}

TEST_F(SqliteLog, refuses_a_file_that_is_not_ours) {
  const auto expect_refused = [&] {
    const auto log = open_log(folder_.path());
    ASSERT_FALSE(log);
    EXPECT_EQ(log.error().code, ErrorCode::corrupt);
    EXPECT_NE(log.error().message.find("not a log"), std::string::npos) << log.error().text();
  };
  ASSERT_TRUE(write_file_atomically(file(), std::string(5000, 'x')));
  expect_refused();
  std::filesystem::remove(file());
  tamper("CREATE TABLE other(x)");  // some other program's database
  expect_refused();
  std::filesystem::remove(file());
  tamper(fmt::format("PRAGMA application_id = {}", 0x48514C47));  // ours, but of no version
  expect_refused();
}

TEST_F(SqliteLog, a_folder_that_cannot_be_made_is_an_error) {
  std::ofstream(folder_.path() / "taken").flush();
  const auto log = open_log(folder_.path() / "taken");
  ASSERT_FALSE(log);
  const auto below = open_log(folder_.path() / "taken" / "below");
  ASSERT_FALSE(below);
}

TEST_F(SqliteLog, finds_a_changed_byte_of_a_commit) {
  fill();
  tamper(5, [](std::string& bytes) { bytes[bytes.find("c-6") + 2] = '7'; });
  expect_damage("commit 6", "does not match its hash");
}

TEST_F(SqliteLog, finds_rows_cut_short) {
  fill();
  tamper(5, [](std::string& bytes) { bytes.pop_back(); });
  expect_damage("commit 9", "shorter than its length");
}

TEST_F(SqliteLog, finds_a_group_that_ends_early) {
  fill();
  // Commit 4 has a row of its own: with an empty one in its place the row claims what it lacks.
  tamper(4, [](std::string& bytes) { bytes.clear(); });
  expect_damage("commit 4", "claims commits up to 4");
}

TEST_F(SqliteLog, finds_a_row_without_commits) {
  fill();
  tamper("INSERT INTO commit_group VALUES(13, 12, x'')");
  expect_damage("commit 13", "holds no commit");
  const auto log = open_log_reader(folder_.path()).value();
  EXPECT_EQ(log->read(1, [](const Commit&) { return true; }).error().where, "commit 13");
  EXPECT_EQ(log->last().error().where, "commit 13");
}

TEST_F(SqliteLog, finds_deleted_rows) {
  fill();
  tamper("DELETE FROM commit_group WHERE first_seq = 5");
  expect_damage("commit 5", "commits 5 to 9 are missing");
  const auto log = open_log_reader(folder_.path()).value();
  EXPECT_EQ(log->read(1, [](const Commit&) { return true; }).error().where, "commit 5");
}

TEST_F(SqliteLog, finds_rows_cut_off_at_the_end) {
  fill();
  tamper("DELETE FROM commit_group WHERE first_seq = 10");
  expect_damage("commit 10", "commits 10 to 12 are missing");
}

TEST_F(SqliteLog, finds_exchanged_rows) {
  fill();
  tamper(
      "CREATE TEMP TABLE t AS SELECT * FROM commit_group;"
      "UPDATE commit_group SET commits = (SELECT commits FROM t WHERE first_seq = 10) "
      "WHERE first_seq = 1;"
      "UPDATE commit_group SET commits = (SELECT commits FROM t WHERE first_seq = 1) "
      "WHERE first_seq = 10;");
  expect_damage("commit 1", "commit 10 stands where 1 belongs");
}

TEST_F(SqliteLog, finds_rows_with_a_wrong_place) {
  fill();
  tamper("UPDATE commit_group SET first_seq = 6 WHERE first_seq = 5");
  expect_damage("commit 5", "commits 5 to 5 are missing");
}

TEST_F(SqliteLog, finds_a_damaged_index_of_commands) {
  fill();
  tamper("UPDATE command SET seq = 3 WHERE id = 'c-8'");
  expect_damage("commit 8", "index of commands");
  tamper("UPDATE command SET seq = 8 WHERE id = 'c-8'; DELETE FROM command WHERE id = 'c-2'");
  expect_damage("commit 2", "index of commands");
  tamper("INSERT INTO command VALUES('c-2', 2), ('c-extra', 2)");
  expect_damage("commit 12", "13 entries for 12 commits");
}

TEST_F(SqliteLog, find_does_not_take_a_wrong_index_at_its_word) {
  fill();
  tamper("UPDATE command SET seq = 3 WHERE id = 'c-8'");
  const auto log = open_log_reader(folder_.path()).value();
  const auto found = log->find("c-8");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::corrupt);
}

TEST_F(SqliteLog, refuses_to_start_behind_a_damaged_end) {
  fill();
  tamper(10, [](std::string& bytes) { bytes.resize(100); });
  const auto log = open_log(folder_.path());
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().code, ErrorCode::corrupt);
  EXPECT_EQ(log.error().where, "commit 10");
}

TEST_F(SqliteLog, says_disk_full_at_its_bound_and_keeps_what_it_had) {
  uint64_t acknowledged = 0;
  {
    auto log = open_log(folder_.path(), {.bytes_max = 256 << 10}).value();
    Head head;
    Result<> appended;
    while (true) {
      const auto commits = test_commits(head, 5, 2000);
      appended = log->append(commits);
      if (!appended) break;
      acknowledged = commits.back().seq;
      ASSERT_LT(acknowledged, 1000u);
    }
    EXPECT_EQ(appended.error().code, ErrorCode::disk_full);
    EXPECT_GT(acknowledged, 20u);
    EXPECT_EQ(log->last()->seq, acknowledged);
    // Once a write has failed, the log does not pretend to know its end.
    Head again = log->last().value();
    EXPECT_EQ(log->append(test_commits(again, 1)).error().code, ErrorCode::disk_full);
  }
  auto log = open_log(folder_.path()).value();
  Head head = log->last().value();
  EXPECT_EQ(head.seq, acknowledged);
  EXPECT_FALSE(log->verify()->damage);
  EXPECT_TRUE(log->append(test_commits(head, 5, 2000)));
}

TEST_F(SqliteLog, waits_for_a_foreign_lock_and_then_says_so) {
  auto log = open_log(folder_.path(), {.busy_wait = std::chrono::milliseconds(30)}).value();
  auto foreign = Database::open(file(), Database::Access::write, kBusyWait).value();
  ASSERT_TRUE(foreign.run("BEGIN IMMEDIATE"));
  Head head;
  const auto commits = test_commits(head, 1);
  const auto locked = log->append(commits);
  ASSERT_FALSE(locked);
  EXPECT_EQ(locked.error().code, ErrorCode::unavailable);
  ASSERT_TRUE(foreign.run("COMMIT"));
  EXPECT_TRUE(log->append(commits));  // nothing had been written, so it may go on
}

}  // namespace
}  // namespace hq::log
