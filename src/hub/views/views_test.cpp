// Building, going on after a kill, following, waiting, and all that is refused.
#include "hub/views/views.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <future>
#include <thread>

#include "base/file.h"
#include "hub/views/database_testing.h"
#include "hub/views/views_testing.h"
#include "log/memory_log.h"
#include "log/sqlite_log.h"

namespace hq::hub {
namespace {

using log::TestFolder;
using log::TestPostgres;
using std::chrono::milliseconds;
using testing::UnitTest;
using views::Dialect;

class ViewsIn : public testing::TestWithParam<Dialect> {
 protected:
  void SetUp() override {
    if (GetParam() == Dialect::postgres) HQ_REQUIRE_POSTGRES();
    database_ = std::make_unique<TestDatabase>(GetParam());
  }

  Result<> build(const log::LogReader& log, ViewsOptions options = {}) const {
    HQ_TRY(const auto views, Views::open(database_->place(), options));
    return views->fold(log);
  }

  std::vector<std::string> rebuilt(const log::LogReader& log) const {
    TestDatabase other(GetParam());
    EXPECT_TRUE(Views::open(other.place(), {}).value()->fold(log));
    return other.dump();
  }

  std::unique_ptr<TestDatabase> database_;
};

TEST_P(ViewsIn, are_the_same_made_bit_by_bit_and_at_once) {
  log::MemoryLog log;
  const uint64_t seed = static_cast<uint64_t>(UnitTest::GetInstance()->random_seed()) + 1;
  RandomHub hub(log, seed);
  std::mt19937_64 random(seed);
  for (int run = 0; run < 15; ++run) {
    hub.work(static_cast<int>(1 + random() % 40));
    const auto built = build(log, {.rows_per_transaction = 1 + random() % 50});
    ASSERT_TRUE(built) << built.error().text();
  }
  const auto expected = rebuilt(log);
  EXPECT_GT(expected.size(), 400u);
  EXPECT_EQ(database_->dump(), expected);
  ASSERT_TRUE(build(log));  // nothing new
  EXPECT_EQ(database_->dump(), expected);
  ASSERT_TRUE(build(log, {.rebuild = true}));
  EXPECT_EQ(database_->dump(), expected);
}

TEST_P(ViewsIn, stand_at_nothing_for_an_empty_log) {
  log::MemoryLog log;
  ASSERT_TRUE(build(log));
  EXPECT_EQ(database_->value("SELECT seq FROM as_of"), "0");
  EXPECT_EQ(wait_for_views(database_->place(), 0, milliseconds(0)).value().seq, 0u);
}

TEST_P(ViewsIn, go_on_only_on_the_log_that_they_are_of) {
  log::MemoryLog log;
  RandomHub hub(log, 1);
  hub.work(30);
  ASSERT_TRUE(build(log));
  const auto before = database_->dump();
  log::MemoryLog other;
  RandomHub other_hub(other, 2);
  for (const int more : {1, 60}) {  // that ends before them, and beyond
    other_hub.work(more);
    const auto built = build(other);
    ASSERT_FALSE(built);
    EXPECT_EQ(built.error().code, ErrorCode::conflict);
    EXPECT_NE(built.error().message.find("--rebuild"), std::string::npos);
    EXPECT_NE(built.error().message_zh.find("--rebuild"), std::string::npos);
    EXPECT_EQ(database_->dump(), before);
  }
  ASSERT_TRUE(build(other, {.rebuild = true}));
  EXPECT_EQ(database_->dump(), rebuilt(other));
}

TEST_P(ViewsIn, are_written_by_one_at_a_time) {
  log::MemoryLog log;
  RandomHub hub(log, 1);
  hub.work(30);
  const auto first = Views::open(database_->place(), {}).value();
  const auto second = Views::open(database_->place(), {}).value();
  ASSERT_TRUE(first->fold(log));
  const auto late = second->fold(log);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::conflict);
  EXPECT_NE(late.error().message.find("another program"), std::string::npos);
  EXPECT_EQ(database_->dump(), rebuilt(log));
}

TEST_P(ViewsIn, say_when_the_ledger_is_larger_than_its_room) {
  log::MemoryLog log;
  RandomHub hub(log, 1);
  hub.work(200);
  const auto built = build(log, {.capacity = {.accounts_max = 1000, .transfers_max = 20}});
  ASSERT_FALSE(built);
  EXPECT_EQ(built.error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(database_->value("SELECT seq FROM as_of"), "0");
  EXPECT_EQ(database_->value("SELECT count(*) FROM commits"), "0");
}

TEST_P(ViewsIn, follow_the_log_and_are_waited_for) {
  log::MemoryLog log;
  RandomHub hub(log, 5);
  hub.work(20);
  auto waiting = std::async(std::launch::async, [&] {
    return wait_for_views(database_->place(), log.last().value().seq + 20,
                          std::chrono::seconds(20));
  });
  const auto views = Views::open(database_->place(), {}).value();
  uint64_t folds = 0;
  Result<> followed;
  std::jthread following([&](const std::stop_token& stop) {
    followed = views->follow(log, [&](const Standing&) { ++folds; }, stop);
  });
  while (log.last().value().seq < 60) hub.work(1);
  const auto reached = waiting.get();
  ASSERT_TRUE(reached) << reached.error().text();
  EXPECT_GE(reached->seq, 20u);
  ASSERT_TRUE(wait_for_views(database_->place(), 60, std::chrono::seconds(20)));
  following.request_stop();
  following.join();
  ASSERT_TRUE(followed) << followed.error().text();
  EXPECT_GT(folds, 0u);
  ASSERT_TRUE(build(log));
  EXPECT_EQ(database_->dump(), rebuilt(log));
}

TEST_P(ViewsIn, may_be_waited_for_while_they_are_made) {
  for (int round = 0; round < 10; ++round) {
    const TestDatabase database(GetParam());
    const std::jthread waiting([&](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        const auto found = wait_for_views(database.place(), 0, milliseconds(0));
        if (found) return;
        EXPECT_EQ(found.error().code, ErrorCode::timeout) << found.error().text();
      }
    });
    EXPECT_TRUE(Views::open(database.place(), {}));
  }
}

TEST_P(ViewsIn, say_how_far_they_are_when_waiting_was_in_vain) {
  const auto never = wait_for_views(database_->place(), 1, milliseconds(60));
  ASSERT_FALSE(never);
  EXPECT_EQ(never.error().code, ErrorCode::timeout);
  EXPECT_NE(never.error().message.find("no tables yet"), std::string::npos);
  log::MemoryLog log;
  RandomHub hub(log, 1);
  hub.work(10);
  ASSERT_TRUE(build(log));
  const uint64_t seq = log.last().value().seq;
  const auto late = wait_for_views(database_->place(), seq + 1, milliseconds(60));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::timeout);
  EXPECT_NE(late.error().message.find(fmt::format("at commit {};", seq)), std::string::npos);
  EXPECT_NE(late.error().message_zh.find(fmt::format("第 {} 号", seq)), std::string::npos);
}

TEST_P(ViewsIn, of_a_newer_format_are_refused_and_untouched) {
  log::MemoryLog log;
  RandomHub hub(log, 1);
  hub.work(10);
  ASSERT_TRUE(build(log));
  const bool is_sqlite = GetParam() == Dialect::sqlite;
  database_->rows(is_sqlite ? "UPDATE as_of SET format = 2; PRAGMA user_version = 2"
                            : "UPDATE as_of SET format = 2");
  const auto before = database_->dump();
  for (const bool rebuild : {false, true}) {
    const auto built = build(log, {.rebuild = rebuild});
    ASSERT_FALSE(built);
    EXPECT_EQ(built.error().code, ErrorCode::newer_version);
  }
  EXPECT_EQ(wait_for_views(database_->place(), 1, milliseconds(0)).error().code,
            ErrorCode::newer_version);
  EXPECT_EQ(database_->dump(), before);
}

TEST_P(ViewsIn, of_an_older_format_ask_to_be_made_anew) {
  log::MemoryLog log;
  RandomHub hub(log, 1);
  hub.work(10);
  ASSERT_TRUE(build(log));
  const bool is_sqlite = GetParam() == Dialect::sqlite;
  database_->rows(is_sqlite ? "UPDATE as_of SET format = 0; PRAGMA user_version = 0"
                            : "UPDATE as_of SET format = 0");
  const auto built = build(log);
  ASSERT_FALSE(built);
  EXPECT_EQ(built.error().code, ErrorCode::conflict);
  EXPECT_NE(built.error().message.find("--rebuild"), std::string::npos);
  ASSERT_TRUE(build(log, {.rebuild = true}));
  EXPECT_EQ(database_->dump(), rebuilt(log));
}

INSTANTIATE_TEST_SUITE_P(Both, ViewsIn, testing::Values(Dialect::sqlite, Dialect::postgres),
                         [](const auto& one) {
                           return one.param == Dialect::sqlite ? "sqlite" : "postgres";
                         });

/// hq_hub_views_child, with its standard error in a file.
class Child {
 public:
  Child(const std::filesystem::path& folder, const std::string& place,
        const std::string& file_bytes_max = {}) {
    errors_ = folder / "errors";
    int ends[2];
    HQ_ASSERT(::pipe2(ends, O_CLOEXEC) == 0);
    std::vector<std::string> arguments = {HQ_VIEWS_CHILD, folder.string(), place};
    if (!file_bytes_max.empty()) arguments.push_back(file_bytes_max);
    std::vector<char*> raw;
    raw.reserve(arguments.size() + 1);
    for (std::string& argument : arguments) raw.push_back(argument.data());
    raw.push_back(nullptr);
    const std::string errors = errors_.string();
    pid_ = ::fork();
    HQ_ASSERT(pid_ >= 0);
    if (pid_ == 0) {  // only calls that are safe after fork
      ::dup2(ends[1], STDOUT_FILENO);
      ::dup2(::open(errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
      ::execv(raw[0], raw.data());
      ::_exit(127);
    }
    ::close(ends[1]);
    out_ = ends[0];
  }
  ~Child() {
    if (pid_ > 0) kill();
    ::close(out_);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Waits until it is at work, or has ended.
  void wait_until_open() {
    char text[8];
    [[maybe_unused]] const ssize_t got = ::read(out_, text, sizeof text);
  }
  int kill() {
    ::kill(pid_, SIGKILL);
    return wait();
  }
  int wait() {
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    return status;
  }
  std::string errors() const { return read_file(errors_).value(); }

 private:
  std::filesystem::path errors_;
  pid_t pid_ = -1;
  int out_ = -1;
};

/// The tables are those of one commit: what the services say of that moment.
void expect_whole(const TestDatabase& database, const RandomHub& hub) {
  const std::string seq = database.value("SELECT seq FROM as_of");
  EXPECT_EQ(database.value("SELECT count(*) FROM commits"), seq);
  hub.ledger.read([&](const ledger::Ledger& ledger, const LedgerExtent&) {
    const uint32_t end = ledger.records_at_commit(std::stoull(seq));
    EXPECT_EQ(database.value("SELECT count(*) FROM ledger_transfers"), std::to_string(end));
    uint32_t pending = 0;
    for (uint32_t i = 0; i < end; ++i) {
      pending += ledger.pending_state(i, end) == ledger::PendingState::pending ? 1 : 0;
    }
    EXPECT_EQ(database.value("SELECT count(*) FROM open_pendings"), std::to_string(pending));
    for (const auto& row :
         database.rows("SELECT id, debits_pending, debits_posted, credits_pending, credits_posted "
                       "FROM ledger_accounts")) {
      const auto balances = ledger.balances_at(ledger::parse_uint128(row[0]).value(), end).value();
      EXPECT_EQ(row[1], ledger::to_text(balances.debits_pending));
      EXPECT_EQ(row[2], ledger::to_text(balances.debits_posted));
      EXPECT_EQ(row[3], ledger::to_text(balances.credits_pending));
      EXPECT_EQ(row[4], ledger::to_text(balances.credits_posted));
    }
  });
}

TEST(Views, killed_at_any_moment_are_whole_and_go_on) {
  TestFolder folder;
  const auto log = log::open_log(folder.path()).value();
  const uint64_t seed = static_cast<uint64_t>(UnitTest::GetInstance()->random_seed()) + 1;
  log::MemoryLog memory;  // at work faster than a disk
  RandomHub hub(memory, seed);
  hub.work(5000);
  std::vector<log::Commit> commits;
  ASSERT_TRUE(memory.read(1, [&](const log::Commit& commit) {
    commits.push_back(commit);
    return true;
  }));
  for (std::size_t i = 0; i < commits.size(); i += log::kBatchCommitsMax) {
    ASSERT_TRUE(log->append(
        std::span(commits).subspan(i, std::min(log::kBatchCommitsMax, commits.size() - i))));
  }
  std::mt19937_64 random(seed);
  for (const Dialect dialect : {Dialect::sqlite, Dialect::postgres}) {
    if (dialect == Dialect::postgres && TestPostgres::programs().empty()) continue;
    const TestDatabase database(dialect);
    int killed = 0;
    uint64_t stood = 0;
    // Each is killed some way further on, in the middle of something.
    for (int round = 0; round < 12 && stood < commits.size() - 500; ++round) {
      SCOPED_TRACE(fmt::format("seed {} round {}", seed, round));
      Child child(folder.path(), database.place());
      child.wait_until_open();
      const uint64_t further = stood + random() % 400;
      // Asked again at once: by the next look of a wait that sleeps, it would all be done.
      const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
      for (uint64_t seq = 0; seq < further;) {
        const auto at = wait_for_views(database.place(), 0, milliseconds(0));
        ASSERT_TRUE(at) << at.error().text() << child.errors();
        ASSERT_LT(std::chrono::steady_clock::now(), deadline);
        seq = at->seq;
      }
      std::this_thread::sleep_for(std::chrono::microseconds(random() % 3000));
      const int status = child.kill();
      ASSERT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0) << child.errors();
      killed += WIFSIGNALED(status) ? 1 : 0;
      stood = std::stoull(database.value("SELECT seq FROM as_of"));
      EXPECT_GE(stood, further);
      expect_whole(database, hub);
      if (testing::Test::HasFailure()) return;
    }
    fmt::print("killed {} times, last at commit {} of {}\n", killed, stood, commits.size());
    EXPECT_GT(killed, 0);
    EXPECT_GT(stood, 0u);
    const auto views = Views::open(database.place(), {}).value();
    ASSERT_TRUE(views->fold(*log));
    TestDatabase other(dialect);
    ASSERT_TRUE(Views::open(other.place(), {}).value()->fold(*log));
    EXPECT_EQ(database.dump(), other.dump());
  }
}

TEST(Views, say_that_the_disk_is_full_and_go_on_once_there_is_room) {
  TestFolder folder;
  const auto log = log::open_log(folder.path()).value();
  RandomHub hub(*log, 9);
  hub.work(1500);
  const TestDatabase database(Dialect::sqlite);
  Child child(folder.path(), database.place(), "300000");
  const int status = child.wait();
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), info(ErrorCode::disk_full).exit_code);
  EXPECT_NE(child.errors().find("free some space and run this again"), std::string::npos)
      << child.errors();
  EXPECT_NE(child.errors().find("磁盘已满"), std::string::npos);
  expect_whole(database, hub);
  ASSERT_TRUE(Views::open(database.place(), {}).value()->fold(*log));
  EXPECT_EQ(database.value("SELECT seq FROM as_of"), std::to_string(log->last().value().seq));
}

/// The effective user of this thread is nobody, so that rights count; root has all of them.
class AsNobody {
 public:
  AsNobody() {
    if (::geteuid() == 0) HQ_ASSERT(::seteuid(65534) == 0);
  }
  ~AsNobody() {
    if (::getuid() == 0) HQ_ASSERT(::seteuid(0) == 0);
  }
};

TEST(Views, say_that_they_may_not_be_written) {
  log::MemoryLog log;
  RandomHub hub(log, 1);
  hub.work(10);
  const TestDatabase database(Dialect::sqlite);
  ASSERT_TRUE(Views::open(database.place(), {}).value()->fold(log));
  std::filesystem::permissions(database.place(), std::filesystem::perms(0444));
  std::filesystem::permissions(database.folder(), std::filesystem::perms(0555));
  for (const std::string& place : {database.place(), (database.folder() / "new").string()}) {
    const AsNobody nobody;
    const auto opened = Views::open(place, {});
    ASSERT_FALSE(opened) << place;
    EXPECT_EQ(opened.error().code, ErrorCode::forbidden) << opened.error().text();
    EXPECT_NE(opened.error().message.find("may not be written"), std::string::npos);
    EXPECT_NE(opened.error().message_zh.find("不可写"), std::string::npos);
    EXPECT_EQ(opened.error().where, place);
  }
  std::filesystem::permissions(database.folder(), std::filesystem::perms(0755));
}

TEST(Views, say_that_there_is_no_such_folder) {
  const TestFolder folder;
  const auto opened = Views::open((folder.path() / "none" / "views.sqlite").string(), {});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::not_found);
  EXPECT_NE(opened.error().message.find("folder of the file does not exist"), std::string::npos);
  EXPECT_NE(opened.error().message_zh.find("不存在"), std::string::npos);
}

TEST(Views, refuse_a_file_of_something_else_and_leave_it_as_it_is) {
  TestFolder folder;
  const auto log = log::open_log(folder.path()).value();
  RandomHub hub(*log, 1);
  hub.work(10);
  const auto expect_refused = [&](const std::filesystem::path& file, const char* words) {
    const std::string before = read_file(file).value();
    for (const bool rebuild : {false, true}) {
      const auto opened = Views::open(file.string(), {.rebuild = rebuild});
      ASSERT_FALSE(opened) << file;
      EXPECT_NE(opened.error().message.find(words), std::string::npos) << opened.error().message;
      EXPECT_NE(opened.error().message.find("othing was changed"), std::string::npos);
      EXPECT_NE(opened.error().message_zh.find("未被改动"), std::string::npos);
    }
    EXPECT_EQ(read_file(file).value(), before) << file;
  };
  expect_refused(folder.path() / log::kLogFileName, "something else");  // the log itself
  const TestDatabase foreign(Dialect::sqlite);
  foreign.rows("CREATE TABLE accounts (id)");
  expect_refused(foreign.place(), "something else");
  const std::filesystem::path text = folder.path() / "notes.txt";
  ASSERT_TRUE(write_file_atomically(text, std::string(5000, 'x')));
  expect_refused(text, "no SQLite database");
}

TEST(Views, refuse_a_schema_of_something_else_and_leave_it_as_it_is) {
  HQ_REQUIRE_POSTGRES();
  const TestDatabase database(Dialect::postgres);
  database.rows("CREATE SCHEMA hongqiao_views; CREATE TABLE hongqiao_views.t (x int)");
  for (const bool rebuild : {false, true}) {
    const auto opened = Views::open(database.place(), {.rebuild = rebuild});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::conflict);
    EXPECT_NE(opened.error().message.find("something else"), std::string::npos);
  }
  EXPECT_EQ(database.value("SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = "
                           "c.relnamespace WHERE nspname = 'hongqiao_views'"),
            "1");
}

TEST(Views, say_that_postgres_does_not_let_them_be_written) {
  HQ_REQUIRE_POSTGRES();
  const TestDatabase database(Dialect::postgres);
  database.rows("DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN");
  std::string place = database.place();
  place.replace(place.find("user=hongqiao"), 13, "user=reader");
  const auto opened = Views::open(place, {});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::forbidden) << opened.error().text();
  EXPECT_NE(opened.error().message.find("does not let this user"), std::string::npos);
  EXPECT_NE(opened.error().message_zh.find("不允许"), std::string::npos);
}

TEST(Views, keep_what_others_were_granted_and_refuse_to_drop_what_they_built_upon) {
  HQ_REQUIRE_POSTGRES();
  log::MemoryLog log;
  RandomHub hub(log, 1);
  hub.work(10);
  const TestDatabase database(Dialect::postgres);
  ASSERT_TRUE(Views::open(database.place(), {}).value()->fold(log));
  const auto before = database.dump();
  database.rows("CREATE VIEW public.mine AS SELECT * FROM hongqiao_views.commits");
  const auto refused = Views::open(database.place(), {.rebuild = true});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("depend"), std::string::npos) << refused.error().message;
  EXPECT_FALSE(refused.error().message_zh.empty());
  EXPECT_EQ(database.dump(), before);
  database.rows("DROP VIEW public.mine");
  ASSERT_TRUE(Views::open(database.place(), {.rebuild = true}));
  EXPECT_EQ(database.value("SELECT seq FROM as_of"), "0");
}

TEST(Views, say_that_another_holds_the_file) {
  const TestDatabase database(Dialect::sqlite);
  ASSERT_TRUE(Views::open(database.place(), {}));
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(database.place().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  log::MemoryLog log;
  RandomHub hub(log, 1);
  hub.work(5);
  const auto folded = Views::open(database.place(), {}).value()->fold(log);
  sqlite3_close(other);
  ASSERT_FALSE(folded);
  EXPECT_EQ(folded.error().code, ErrorCode::unavailable);
  EXPECT_NE(folded.error().message.find("holds a lock"), std::string::npos);
  EXPECT_NE(folded.error().message_zh.find("锁定"), std::string::npos);
}

}  // namespace
}  // namespace hq::hub
