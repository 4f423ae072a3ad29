// What is particular to the log in PostgreSQL; what every backend does is in log_test.cpp.
#include "log/postgres_log.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "log/limits.h"
#include "log/test_postgres.h"

namespace hq::log {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class PostgresLogTest : public testing::Test {
 protected:
  void SetUp() override {
    HQ_REQUIRE_POSTGRES();
    server_ = &TestPostgres::shared();
    options_ = server_->options(stream_);
  }

  /// Three groups: commits 1 to 4, 5 to 9, 10 to 12.
  void fill() {
    auto log = open_postgres_log(options_).value();
    Head head;
    for (const std::size_t size : {4, 5, 3}) ASSERT_TRUE(log->append(test_commits(head, size)));
  }

  /// Changes a table behind the back of the program.
  void tamper(const std::string& statement) { server_->sql(statement); }

  std::string where() const { return fmt::format("stream = '{}'", stream_); }

  void expect_damage(const std::string& at, const std::string& what) {
    const auto log = open_postgres_log_reader(options_).value();
    const auto found = log->verify();
    ASSERT_TRUE(found) << found.error().text();
    ASSERT_TRUE(found->damage);
    EXPECT_EQ(found->damage->where, at);
    EXPECT_NE(found->damage->message.find(what), std::string::npos) << found->damage->message;
  }

  const std::string stream_ = fresh_stream();
  TestPostgres* server_ = nullptr;
  PostgresOptions options_;
};

TEST_F(PostgresLogTest, goes_on_where_the_last_writer_ended) {
  fill();
  auto log = open_postgres_log(options_).value();
  EXPECT_EQ(log->term(), 2u);
  Head head = log->last().value();
  EXPECT_EQ(head.seq, 12u);
  EXPECT_TRUE(log->append(test_commits(head, 2)));
  EXPECT_EQ(log->last()->seq, 14u);
}

TEST_F(PostgresLogTest, keeps_streams_apart) {
  fill();
  const auto other = open_postgres_log(server_->options(fresh_stream())).value();
  EXPECT_EQ(other->last(), Head{});
  Head head;
  EXPECT_TRUE(other->append(test_commits(head, 1)));  // the same ids as in the first
  EXPECT_EQ(open_postgres_log_reader(options_).value()->last()->seq, 12u);
}

TEST_F(PostgresLogTest, reads_over_many_pages) {
  auto log = open_postgres_log(options_).value();
  Head head;
  for (std::size_t i = 0; i < kPostgresPageGroups + 10; ++i) {
    ASSERT_TRUE(log->append(test_commits(head, 1)));
  }
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(log->append(test_commits(head, 2, 3'000'000)));
  uint64_t seen = 0;
  ASSERT_TRUE(log->read(1, [&](const Commit& commit) { return commit.seq == ++seen; }));
  EXPECT_EQ(seen, head.seq);
  EXPECT_FALSE(log->verify()->damage);
}

TEST_F(PostgresLogTest, a_reader_in_another_place_is_told_of_new_commits) {
  auto log = open_postgres_log(options_).value();
  const auto reader = open_postgres_log_reader(options_).value();
  Head head;
  ASSERT_TRUE(log->append(test_commits(head, 1)));
  EXPECT_EQ(reader->wait_for(1, milliseconds(0), {}), true);
  EXPECT_EQ(reader->wait_for(2, milliseconds(30), {}), false);
  // Far less than the interval of polling: it was the notification.
  int fast = 0;
  for (int i = 0; i < 10; ++i) {
    const uint64_t next = head.seq + 1;
    std::atomic<std::chrono::steady_clock::time_point> written{};
    std::jthread later([&] {
      std::this_thread::sleep_for(milliseconds(30));
      EXPECT_TRUE(log->append(test_commits(head, 1)));
      written = std::chrono::steady_clock::now();
    });
    ASSERT_EQ(reader->wait_for(next, seconds(30), {}), true);
    const auto told = std::chrono::steady_clock::now();
    later.join();
    if (told - written.load() < kPostgresPollInterval / 4) ++fast;
  }
  EXPECT_GE(fast, 7);
  std::stop_source stop;
  std::jthread stopper([&] {
    std::this_thread::sleep_for(milliseconds(20));
    stop.request_stop();
  });
  EXPECT_EQ(reader->wait_for(999, seconds(30), stop.get_token()), false);
}

TEST_F(PostgresLogTest, a_second_writer_is_refused_while_the_first_holds_the_lease) {
  const auto first = open_postgres_log(options_).value();
  const auto second = open_postgres_log(options_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::conflict);
  EXPECT_NE(second.error().message.find(first->holder()), std::string::npos);
  EXPECT_GT(second.error().retry_after_s, 0);
}

TEST_F(PostgresLogTest, a_writer_whose_term_is_over_writes_nothing) {
  auto zombie = open_postgres_log(options_).value();
  Head head;
  ASSERT_TRUE(zombie->append(test_commits(head, 2)));
  tamper("UPDATE hongqiao.lease SET expires = now() - interval '1 s' WHERE " + where());
  auto active = open_postgres_log(options_).value();
  EXPECT_GT(active->term(), zombie->term());
  // It would continue the sequence rightly, and nobody else has written.
  Head here = head;
  const auto refused = zombie->append(test_commits(here, 1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  EXPECT_EQ(active->last(), head);
  EXPECT_TRUE(active->append(test_commits(head, 1)));
  // And it stays refused.
  EXPECT_EQ(zombie->append(test_commits(here, 1)).error().code, ErrorCode::conflict);
}

TEST_F(PostgresLogTest, keys_keep_out_a_writer_that_holds_the_term_but_not_the_end) {
  auto log = open_postgres_log(options_).value();
  Head head;
  ASSERT_TRUE(log->append(test_commits(head, 2)));
  // A row that came by another way: the log does not know of it.
  Head other = head;
  const auto foreign = test_commits(other, 1, 10);
  std::string bytes;
  append_commit(bytes, foreign.front());
  std::string hex;
  for (const char c : bytes) hex += fmt::format("{:02x}", static_cast<uint8_t>(c));
  tamper(
      fmt::format("INSERT INTO hongqiao.commit_group VALUES ('{}', 3, 3, '\\x{}')", stream_, hex));
  const auto refused = log->append(test_commits(head, 1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
}

TEST_F(PostgresLogTest, finds_what_was_changed_behind_its_back) {
  fill();
  const std::string at_5 = where() + " AND first_seq = 5";
  tamper(
      "UPDATE hongqiao.commit_group SET commits = set_byte(commits, 100, "
      "get_byte(commits, 100) # 1) WHERE " +
      at_5);
  expect_damage("commit 5", "");
  tamper("DELETE FROM hongqiao.commit_group WHERE " + at_5);
  expect_damage("commit 5", "commits 5 to 9 are missing");
  const auto log = open_postgres_log_reader(options_).value();
  EXPECT_EQ(log->read(1, [](const Commit&) { return true; }).error().where, "commit 5");
}

TEST_F(PostgresLogTest, finds_an_end_cut_off_and_an_index_that_lies) {
  fill();
  tamper("UPDATE hongqiao.command SET seq = 3 WHERE id = 'c-8' AND " + where());
  expect_damage("commit 8", "index of commands");
  EXPECT_EQ(open_postgres_log_reader(options_).value()->find("c-8").error().code,
            ErrorCode::corrupt);
  tamper("UPDATE hongqiao.command SET seq = 8 WHERE id = 'c-8' AND " + where());
  tamper(fmt::format("INSERT INTO hongqiao.command VALUES ('{}', 'extra', 2)", stream_));
  expect_damage("commit 12", "13 entries for 12 commits");
  tamper("DELETE FROM hongqiao.command WHERE id = 'extra' AND " + where());
  tamper("DELETE FROM hongqiao.commit_group WHERE first_seq = 10 AND " + where());
  expect_damage("commit 10", "commits 10 to 12 are missing");
}

TEST_F(PostgresLogTest, refuses_to_start_behind_a_damaged_end) {
  fill();
  tamper(
      "UPDATE hongqiao.commit_group SET commits = substr(commits, 1, 100) "
      "WHERE first_seq = 10 AND " +
      where());
  const auto log = open_postgres_log(options_);
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().code, ErrorCode::corrupt);
  EXPECT_EQ(log.error().where, "commit 10");
}

TEST_F(PostgresLogTest, refuses_a_name_that_is_no_stream) {
  for (const char* name : {"", "A", "a b", "a\"b", "a_b", "-a"}) {
    options_.stream = name;
    EXPECT_EQ(open_postgres_log(options_).error().code, ErrorCode::invalid_argument) << name;
    EXPECT_EQ(open_postgres_log_reader(options_).error().code, ErrorCode::invalid_argument);
  }
}

TEST_F(PostgresLogTest, refuses_what_is_no_address_and_says_what_does_not_answer) {
  options_.connection = "postgresql://[half";
  EXPECT_EQ(open_postgres_log(options_).error().code, ErrorCode::invalid_argument);
  options_.reconnect_wait = milliseconds(0);
  options_.connection = "postgresql://127.0.0.1:1/none";
  EXPECT_EQ(open_postgres_log(options_).error().code, ErrorCode::unavailable);
  EXPECT_EQ(open_postgres_log_reader(options_).error().code, ErrorCode::unavailable);
  options_.connection = server_->connection() + "&user=nobody";
  EXPECT_EQ(open_postgres_log(options_).error().code, ErrorCode::forbidden);
  EXPECT_TRUE(is_postgres_address(options_.connection));
  EXPECT_FALSE(is_postgres_address("data"));
}

/// Each on a database of its own, since it changes what all streams share.
class PostgresDatabase : public PostgresLogTest {
 protected:
  void SetUp() override {
    PostgresLogTest::SetUp();
    if (server_ == nullptr) return;
    static int last = 0;
    name_ = fmt::format("d{}", ++last);
    server_->sql("CREATE DATABASE " + name_);
    options_ = server_->options("main", name_);
  }

  std::string name_;
};

TEST_F(PostgresDatabase, two_that_start_at_once_on_an_empty_one_get_one_log) {
  std::atomic<int> opened = 0;
  {
    std::vector<std::jthread> starters;
    starters.reserve(4);
    for (int i = 0; i < 4; ++i) {
      starters.emplace_back([&, i] {
        PostgresOptions mine = options_;
        mine.stream = fmt::format("s{}", i);
        const auto log = open_postgres_log(mine);
        if (log) ++opened;
        if (!log) ADD_FAILURE() << log.error().text();
      });
    }
  }
  EXPECT_EQ(opened, 4);
}

TEST_F(PostgresDatabase, a_reader_says_where_there_is_no_log) {
  EXPECT_EQ(open_postgres_log_reader(options_).error().code, ErrorCode::not_found);
}

TEST_F(PostgresDatabase, refuses_a_newer_format_and_what_is_none) {
  ASSERT_TRUE(open_postgres_log(options_));
  server_->sql("UPDATE hongqiao.log_format SET version = 2", name_);
  EXPECT_EQ(open_postgres_log(options_).error().code, ErrorCode::newer_version);
  EXPECT_EQ(open_postgres_log_reader(options_).error().code, ErrorCode::newer_version);
  server_->sql("DELETE FROM hongqiao.log_format", name_);
  EXPECT_EQ(open_postgres_log(options_).error().code, ErrorCode::corrupt);
}

TEST_F(PostgresDatabase, refuses_a_server_whose_commits_may_be_lost) {
  const auto with = [&](const std::string& setting) {
    server_->sql("ALTER DATABASE " + name_ + " SET " + setting);
    const auto log = open_postgres_log(options_);
    server_->sql("ALTER DATABASE " + name_ + " RESET ALL");
    return log ? "" : log.error().message;
  };
  EXPECT_EQ(with("synchronous_commit = local"), "");  // no standby is named: the disk is all
  EXPECT_NE(with("synchronous_commit = off").find("synchronous_commit is off"), std::string::npos);
}

/// A server of its own, to be killed and paused.
class PostgresServer : public testing::Test {
 protected:
  void SetUp() override { HQ_REQUIRE_POSTGRES(); }
};

TEST_F(PostgresServer, refuses_weak_commits_where_standbys_are_named_and_no_fsync) {
  TestPostgres server;
  const PostgresOptions options = server.options("main");
  ASSERT_TRUE(open_postgres_log(options));
  server.sql("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'");
  for (const char* weak : {"local", "remote_write", "off"}) {
    server.sql(fmt::format("ALTER SYSTEM SET synchronous_commit = '{}'", weak));
    server.sql("SELECT pg_reload_conf()");
    std::this_thread::sleep_for(milliseconds(300));
    const auto log = open_postgres_log(options);
    ASSERT_FALSE(log) << weak;
    EXPECT_EQ(log.error().code, ErrorCode::unsupported);
    EXPECT_NE(log.error().message.find(weak), std::string::npos) << log.error().message;
  }
  server.sql("ALTER SYSTEM RESET ALL");
  server.kill();
  server.start("fsync=off");
  EXPECT_NE(open_postgres_log(options).error().message.find("fsync"), std::string::npos);
}

TEST_F(PostgresServer, a_write_survives_the_death_of_the_server) {
  TestPostgres server;
  auto log = open_postgres_log(server.options("main")).value();
  Head head;
  for (int round = 0; round < 3; ++round) {
    ASSERT_TRUE(log->append(test_commits(head, 2)));
    server.kill();
    std::jthread writing([&] {
      const auto written = log->append(test_commits(head, 2));  // waits for it to come back
      EXPECT_TRUE(written) << written.error().text();
    });
    std::this_thread::sleep_for(milliseconds(100));
    server.start();
  }
  EXPECT_EQ(log->last()->seq, 12u);
  EXPECT_FALSE(log->verify()->damage);
}

TEST_F(PostgresServer, a_write_whose_answer_was_lost_is_found_and_not_doubled) {
  TestPostgres server;
  PostgresOptions options = server.options("main");
  options.answer_wait = milliseconds(700);
  auto log = open_postgres_log(options).value();
  Head head;
  ASSERT_TRUE(log->append(test_commits(head, 1)));
  // The commit stands, but waits for a standby that is not there: no answer comes in time.
  server.sql("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'");
  server.sql("SELECT pg_reload_conf()");
  std::this_thread::sleep_for(milliseconds(300));
  std::jthread later([&] {
    std::this_thread::sleep_for(milliseconds(2500));
    server.sql("ALTER SYSTEM RESET synchronous_standby_names");
    server.sql("SELECT pg_reload_conf()");
  });
  const auto start = std::chrono::steady_clock::now();
  const auto commits = test_commits(head, 3);
  const auto written = log->append(commits);
  ASSERT_TRUE(written) << written.error().text();
  EXPECT_GT(std::chrono::steady_clock::now() - start, seconds(2));
  later.join();
  EXPECT_EQ(server.sql("SELECT count(*) FROM hongqiao.commit_group"), "2");
  EXPECT_EQ(log->find("c-4"), commits.back());
  EXPECT_FALSE(log->verify()->damage);
}

TEST_F(PostgresServer, a_wait_for_the_quorum_that_is_cut_short_is_no_acknowledgement) {
  TestPostgres server;
  PostgresOptions options = server.options("main");
  options.reconnect_wait = seconds(3);
  options.answer_wait = seconds(1);
  auto log = open_postgres_log(options).value();
  Head head;
  server.sql("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'");
  server.sql("SELECT pg_reload_conf()");
  std::this_thread::sleep_for(milliseconds(300));
  std::atomic<bool> done = false;
  std::jthread impatient([&] {
    // Cancels every wait for a copy: PostgreSQL then says "committed", with a warning alone.
    while (!done) {
      server.sql(
          "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
      std::this_thread::sleep_for(milliseconds(50));
    }
  });
  const auto written = log->append(test_commits(head, 1));
  done = true;
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::unavailable);
}

TEST_F(PostgresServer, a_server_that_stays_away_fails_the_write_and_all_after_it) {
  TestPostgres server;
  PostgresOptions options = server.options("main");
  options.reconnect_wait = milliseconds(300);
  auto log = open_postgres_log(options).value();
  Head head;
  ASSERT_TRUE(log->append(test_commits(head, 1)));
  server.kill();
  Head next = head;
  EXPECT_EQ(log->append(test_commits(next, 1)).error().code, ErrorCode::unavailable);
  EXPECT_EQ(log->read(1, [](const Commit&) { return true; }).error().code, ErrorCode::unavailable);
  server.start();
  next = head;
  EXPECT_FALSE(log->append(test_commits(next, 1)));  // it does not pretend to know its end
  EXPECT_EQ(log->find("c-1")->value().seq, 1u);      // but reads go on
}

}  // namespace
}  // namespace hq::log
