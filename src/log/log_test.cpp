// What every backend must do, asked of each.
#include "log/log.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "log/limits.h"
#include "log/memory_log.h"
#include "log/postgres_log.h"
#include "log/sqlite_log.h"
#include "log/test_commits.h"
#include "log/test_postgres.h"

namespace hq::log {
namespace {

struct MemoryBackend {
  std::unique_ptr<Log> log = std::make_unique<MemoryLog>();
};

struct SqliteBackend {
  TestFolder folder;
  std::unique_ptr<Log> log = open_log(folder.path()).value();
};

struct PostgresBackend {
  static bool is_there() { return !TestPostgres::programs().empty(); }

  std::unique_ptr<Log> log =
      is_there() ? open_postgres_log(TestPostgres::shared().options(fresh_stream())).value()
                 : std::unique_ptr<PostgresLog>();
};

template <class Backend>
class LogConformance : public testing::Test {
 protected:
  void SetUp() override {
    if (backend_.log == nullptr) GTEST_SKIP() << "PostgreSQL is not installed: not tried";
  }

  Log& log() { return *backend_.log; }

  /// Appends `count` commits in one group and gives them back.
  std::vector<Commit> add(std::size_t count, std::size_t filler_bytes = 0) {
    std::vector<Commit> commits = test_commits(head_, count, filler_bytes);
    EXPECT_TRUE(log().append(commits));
    return commits;
  }

  std::vector<Commit> read_from(uint64_t seq) {
    std::vector<Commit> commits;
    EXPECT_TRUE(log().read(seq, [&](const Commit& commit) {
      commits.push_back(commit);
      return true;
    }));
    return commits;
  }

  Head head_;

 private:
  Backend backend_;
};

using Backends = testing::Types<MemoryBackend, SqliteBackend, PostgresBackend>;
TYPED_TEST_SUITE(LogConformance, Backends);

TYPED_TEST(LogConformance, is_empty_at_first) {
  EXPECT_EQ(this->log().last(), Head{});
  EXPECT_TRUE(this->read_from(1).empty());
  EXPECT_EQ(this->log().find("c-1"), std::nullopt);
  const auto found = this->log().verify();
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->damage);
  EXPECT_EQ(found->head, Head{});
}

TYPED_TEST(LogConformance, gives_back_what_was_appended_in_order) {
  std::vector<Commit> all;
  for (const std::size_t size : {1, 5, 1, 300}) {
    for (Commit& commit : this->add(size)) all.push_back(std::move(commit));
  }
  EXPECT_EQ(this->read_from(1), all);
  EXPECT_EQ(this->log().last(), this->head_);
}

TYPED_TEST(LogConformance, reads_from_any_commit) {
  this->add(3);
  this->add(4);
  for (uint64_t from = 0; from <= 9; ++from) {
    const auto commits = this->read_from(from);
    const uint64_t first = std::max<uint64_t>(from, 1);
    ASSERT_EQ(commits.size(), first <= 7 ? 8 - first : 0) << from;
    if (!commits.empty()) EXPECT_EQ(commits.front().seq, first);
  }
}

TYPED_TEST(LogConformance, stops_reading_when_the_visitor_says_so) {
  this->add(5);
  std::size_t seen = 0;
  EXPECT_TRUE(this->log().read(1, [&](const Commit&) { return ++seen < 2; }));
  EXPECT_EQ(seen, 2u);
}

TYPED_TEST(LogConformance, says_which_commands_it_knows) {
  const auto commits = this->add(3);
  this->add(2);
  const std::vector<std::string_view> ids = {"c-9", "c-2", "", "c-5", "c-2 "};
  auto known = this->log().known(ids).value();
  std::ranges::sort(known);
  EXPECT_EQ(known, (std::vector<std::string>{"c-2", "c-5"}));
  EXPECT_TRUE(this->log().known({}).value().empty());
}

TYPED_TEST(LogConformance, finds_each_commit_by_its_command) {
  const auto first = this->add(3);
  const auto second = this->add(2);
  EXPECT_EQ(this->log().find("c-2"), first[1]);
  EXPECT_EQ(this->log().find("c-5"), second[1]);
  EXPECT_EQ(this->log().find("c-6"), std::nullopt);
  EXPECT_EQ(this->log().find(""), std::nullopt);
}

TYPED_TEST(LogConformance, takes_an_empty_group_as_nothing) {
  EXPECT_TRUE(this->log().append({}));
  EXPECT_EQ(this->log().last(), Head{});
}

TYPED_TEST(LogConformance, refuses_commits_that_do_not_continue_it) {
  this->add(3);
  const auto expect_conflict = [&](std::vector<Commit> commits) {
    const auto result = this->log().append(commits);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::conflict);
  };
  Head none;
  expect_conflict(test_commits(none, 1));  // seq 1 again
  Head gap = this->head_;
  test_commits(gap, 1);
  expect_conflict(test_commits(gap, 1));  // seq 5 after 3
  Head other = this->head_;
  other.hash[0] ^= 1;
  expect_conflict(test_commits(other, 1));  // another past
  Head earlier = this->head_;
  auto back_in_time = test_commits(earlier, 1);
  back_in_time[0].time = Instant{};
  expect_conflict(back_in_time);
  this->add(1);  // and it still works
  EXPECT_EQ(this->log().last()->seq, 4u);
}

TYPED_TEST(LogConformance, refuses_a_command_id_that_it_has) {
  this->add(3);
  const auto with_id = [&](std::string id) {
    Head head = this->head_;
    Commit commit = test_commits(head, 1).front();
    commit.command_id = std::move(id);
    head = this->head_;
    seal(commit, head);
    return std::vector<Commit>{commit};
  };
  const auto repeated = this->log().append(with_id("c-2"));
  ASSERT_FALSE(repeated);
  EXPECT_EQ(repeated.error().code, ErrorCode::already_exists);
  EXPECT_EQ(repeated.error().where, "c-2");
  const auto none = this->log().append(with_id(""));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::invalid_argument);
  const auto too_long = this->log().append(with_id(std::string(kNameBytesMax + 1, 'i')));
  ASSERT_FALSE(too_long);
  EXPECT_EQ(too_long.error().code, ErrorCode::too_large);
  EXPECT_EQ(this->log().last(), this->head_);
  this->add(1);
  EXPECT_EQ(this->read_from(1).size(), 4u);
}

TYPED_TEST(LogConformance, refuses_one_id_twice_in_a_group_and_keeps_nothing_of_it) {
  Head head;
  std::vector<Commit> commits = test_commits(head, 1);
  head = {commits[0].seq, commits[0].time, commits[0].hash};
  Commit again = commits[0];
  seal(again, head);
  commits.push_back(again);
  const auto result = this->log().append(commits);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::already_exists);
  EXPECT_TRUE(this->read_from(1).empty());
}

TYPED_TEST(LogConformance, refuses_a_commit_over_the_limit) {
  Head head;
  std::vector<Commit> commits = test_commits(head, 1);
  commits[0].reply.assign(kCommitBytesMax, ' ');
  const auto one = this->log().append(commits);
  ASSERT_FALSE(one);
  EXPECT_EQ(one.error().code, ErrorCode::too_large);

  head = {};
  const auto three = this->log().append(test_commits(head, 3, kCommitBytesMax * 3 / 4));
  ASSERT_FALSE(three);
  EXPECT_EQ(three.error().code, ErrorCode::too_large);
  EXPECT_EQ(this->log().last(), Head{});
}

TYPED_TEST(LogConformance, keeps_large_commits) {
  const auto commits = this->add(2, 3'000'000);
  EXPECT_EQ(this->read_from(1), commits);
}

TYPED_TEST(LogConformance, keeps_any_bytes_in_a_name) {
  Head head;
  Commit commit = test_commits(head, 1).front();
  commit.command_id = std::string("\0\xff '\"\n", 6);
  head = {};
  seal(commit, head);
  ASSERT_TRUE(this->log().append(std::vector{commit}));
  EXPECT_EQ(this->log().find(commit.command_id), commit);
}

TYPED_TEST(LogConformance, verify_tells_progress_and_finds_nothing_wrong) {
  this->add(2);
  this->add(3);
  uint64_t last_done = 0;
  const auto found = this->log().verify([&](uint64_t done, uint64_t total) {
    EXPECT_GT(done, last_done);
    EXPECT_EQ(total, 5u);
    last_done = done;
  });
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->damage);
  EXPECT_EQ(found->head, this->head_);
  EXPECT_EQ(last_done, 5u);
}

TYPED_TEST(LogConformance, wait_for_ends_with_the_commit_the_time_or_the_stop) {
  using std::chrono::milliseconds;
  EXPECT_EQ(this->log().wait_for(1, milliseconds(1), {}), false);
  std::jthread later([&] {
    std::this_thread::sleep_for(milliseconds(20));
    this->add(2);
  });
  EXPECT_EQ(this->log().wait_for(2, std::chrono::seconds(30), {}), true);
  later.join();
  EXPECT_EQ(this->log().wait_for(1, milliseconds(0), {}), true);
  std::stop_source stop;
  std::jthread stopper([&] {
    std::this_thread::sleep_for(milliseconds(20));
    stop.request_stop();
  });
  EXPECT_EQ(this->log().wait_for(3, std::chrono::seconds(30), stop.get_token()), false);
}

TYPED_TEST(LogConformance, follow_gives_old_and_new_commits_each_once) {
  this->add(2);
  std::vector<uint64_t> seen;
  std::stop_source stop;
  std::jthread follower([&] {
    EXPECT_TRUE(follow(
        this->log(), 2,
        [&](const Commit& c) {
          seen.push_back(c.seq);
          return c.seq < 40;
        },
        stop.get_token()));
  });
  for (int i = 0; i < 19; ++i) this->add(2);
  follower.join();
  std::vector<uint64_t> expected;
  for (uint64_t seq = 2; seq <= 40; ++seq) expected.push_back(seq);
  EXPECT_EQ(seen, expected);
}

TYPED_TEST(LogConformance, follow_ends_when_asked) {
  std::stop_source stop;
  std::jthread follower([&] {
    EXPECT_TRUE(follow(this->log(), 1, [](const Commit&) { return true; }, stop.get_token()));
  });
  stop.request_stop();
  follower.join();
}

TYPED_TEST(LogConformance, readers_see_a_sound_chain_while_it_grows) {
  std::atomic<bool> done = false;
  std::atomic<uint64_t> reads = 0;
  std::vector<std::jthread> readers;
  readers.reserve(3);
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      do {
        uint64_t last_seq = 0;
        const uint64_t at_least = this->log().last()->seq;
        EXPECT_TRUE(this->log().read(1, [&](const Commit& commit) {
          EXPECT_EQ(commit.seq, last_seq + 1);
          last_seq = commit.seq;
          return true;
        }));
        EXPECT_GE(last_seq, at_least);
        ++reads;
      } while (!done);
    });
  }
  for (int i = 0; i < 100; ++i) this->add(1 + static_cast<std::size_t>(i % 7));
  done = true;
  readers.clear();
  EXPECT_GE(reads, 3u);
  EXPECT_EQ(this->read_from(1).size(), this->head_.seq);
}

}  // namespace
}  // namespace hq::log
