// Kills the writing process with SIGKILL, again and again, and looks for what it had acknowledged.
//
// This shows that a process may die at any moment. It cannot show what a loss of power does: the
// kernel keeps what a dead process has written. For that the log relies on fsync (see
// SqliteLog.asks_for_durable_writes).
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <fstream>
#include <latch>
#include <random>
#include <sstream>
#include <thread>

#include "log/crash_service.h"
#include "log/sqlite_log.h"
#include "log/test_commits.h"

namespace hq::log {
namespace {

constexpr int kRounds = 200;
constexpr unsigned kWorkers = 8;

/// hq_log_crash_child, with the reading end of its standard output.
class Child {
 public:
  Child(const std::filesystem::path& folder, uint64_t first, uint64_t bytes_max = 0,
        rlim_t file_bytes_max = RLIM_INFINITY, const std::string& errors = "/dev/null") {
    int ends[2];
    HQ_ASSERT(::pipe2(ends, O_CLOEXEC) == 0);
    const std::string arguments[] = {HQ_LOG_CRASH_CHILD, folder.string(), fmt::format("{}", first),
                                     fmt::format("{}", kWorkers), fmt::format("{}", bytes_max)};
    std::vector<char*> raw;
    for (const std::string& argument : arguments)
      raw.push_back(const_cast<char*>(argument.c_str()));
    raw.push_back(nullptr);
    pid_ = ::fork();
    HQ_ASSERT(pid_ >= 0);
    if (pid_ == 0) {  // only calls that are safe after fork
      ::dup2(ends[1], STDOUT_FILENO);
      const int error_file = ::open(errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
      ::dup2(error_file, STDERR_FILENO);
      if (file_bytes_max != RLIM_INFINITY) {
        ::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{file_bytes_max, file_bytes_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
      }
      ::execv(raw[0], raw.data());
      ::_exit(127);
    }
    ::close(ends[1]);
    out_ = ends[0];
  }
  ~Child() {
    if (pid_ > 0) kill_and_wait();
    ::close(out_);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  int kill_and_wait() {
    ::kill(pid_, SIGKILL);
    return wait();
  }
  int wait() {
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    return status;
  }

  /// All that it said, to the end; whole lines only. `said_something` is let go with the first
  /// of it, or at the end.
  std::string read_all(std::latch* said_something = nullptr) {
    std::string text;
    char buffer[65536];
    for (ssize_t got = 1; got > 0;) {
      got = ::read(out_, buffer, sizeof buffer);
      if (got > 0) text.append(buffer, static_cast<std::size_t>(got));
      if (said_something != nullptr) std::exchange(said_something, nullptr)->count_down();
    }
    text.resize(text.rfind('\n') + 1);
    return text;
  }

 private:
  pid_t pid_ = -1;
  int out_ = -1;
};

struct Acknowledged {
  unsigned worker = 0;
  uint64_t n = 0;
  uint64_t seq = 0;
  bool repeated = false;
};

std::vector<Acknowledged> parse(const std::string& text) {
  std::vector<Acknowledged> all;
  std::istringstream lines(text);
  for (Acknowledged one; lines >> one.worker >> one.n >> one.seq >> one.repeated;) {
    all.push_back(one);
  }
  return all;
}

/// What the log must hold, built up round by round.
class Expectation {
 public:
  /// Reads what is new in the log and checks it, then each acknowledgement against it.
  void check(LogReader& log, const std::vector<Acknowledged>& acknowledged) {
    const auto read = log.read(checker_.head().seq + 1, [&](const Commit& commit) {
      EXPECT_TRUE(checker_.check(commit));
      check_content(commit);
      return !testing::Test::HasFatalFailure();
    });
    ASSERT_TRUE(read) << read.error().text();
    for (const Acknowledged& one : acknowledged) {
      const auto found = seq_of_.find(crash_command_id(one.worker, one.n));
      ASSERT_NE(found, seq_of_.end()) << "lost: " << one.worker << "-" << one.n;
      ASSERT_EQ(found->second, one.seq) << one.worker << "-" << one.n;
      repeated_ += one.repeated ? 1 : 0;
    }
    acknowledged_ += acknowledged.size();
  }

  /// Where the next process begins: some way back, so that it sends known commands again.
  uint64_t next_first() const { return last_n_ > 3 ? last_n_ - 3 : 1; }

  uint64_t commits() const { return checker_.head().seq; }
  uint64_t acknowledged() const { return acknowledged_; }
  uint64_t repeated() const { return repeated_; }

 private:
  void check_content(const Commit& commit) {
    const auto count = from_json<CrashCount>(commit.events.at(0).body);
    ASSERT_TRUE(count) << commit.seq;
    const Command sent = crash_command(count->worker, count->n);
    ASSERT_EQ(commit.command_id, sent.id);
    ASSERT_EQ(commit.events, (std::vector<Event>{{"crash.counted", sent.body}}));
    ASSERT_EQ(commit.reply, fmt::format("{}", count->n));
    ASSERT_TRUE(seq_of_.emplace(commit.command_id, commit.seq).second)
        << "twice: " << commit.command_id;
    last_n_ = std::max(last_n_, count->n);
  }

  ChainChecker checker_;
  std::unordered_map<std::string, uint64_t> seq_of_;
  uint64_t last_n_ = 0;
  uint64_t acknowledged_ = 0;
  uint64_t repeated_ = 0;
};

TEST(Crash, killed_at_any_moment_loses_and_doubles_nothing) {
  const unsigned seed = std::random_device()();
  fmt::print("seed {}\n", seed);
  std::mt19937 random(seed);
  TestFolder folder;
  Expectation expected;
  int killed_in_work = 0;
  for (int round = 0; round < kRounds; ++round) {
    SCOPED_TRACE(fmt::format("seed {} round {}", seed, round));
    Child child(folder.path(), expected.next_first());
    std::string output;
    std::latch working(1);
    std::jthread reading([&] { output = child.read_all(&working); });
    // Some die while they start and replay, most while they write.
    if (round % 8 != 0) working.wait();
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 40'000));
    const int status = child.kill_and_wait();
    ASSERT_TRUE(WIFSIGNALED(status)) << "it ended by itself: " << status;
    reading.join();
    const auto acknowledged = parse(output);
    killed_in_work += acknowledged.empty() ? 0 : 1;
    const auto log = open_log(folder.path());
    ASSERT_TRUE(log) << log.error().text();
    expected.check(**log, acknowledged);
    if (HasFatalFailure() || HasNonfatalFailure()) return;
    if (round % 20 == 19) ASSERT_FALSE((*log)->verify()->damage);
  }
  fmt::print("{} commits, {} acknowledged, {} of them again; killed in work {} of {} times\n",
             expected.commits(), expected.acknowledged(), expected.repeated(), killed_in_work,
             kRounds);
  EXPECT_GE(killed_in_work, kRounds * 7 / 8);
  EXPECT_GT(expected.repeated(), 0u);
}

/// Starts from what a stopped process left: all acknowledged is there, and writing goes on.
void expect_all_there_and_working(const TestFolder& folder, const std::string& output) {
  const auto acknowledged = parse(output);
  ASSERT_FALSE(acknowledged.empty());
  const auto log = open_log(folder.path());
  ASSERT_TRUE(log) << log.error().text();
  Expectation expected;
  expected.check(**log, acknowledged);
  EXPECT_FALSE((*log)->verify()->damage);
  Head head = (*log)->last().value();
  EXPECT_TRUE((*log)->append(test_commits(head, 1)));
}

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Crash, a_full_log_stops_the_process_with_a_clear_word_and_loses_nothing) {
  TestFolder folder;
  const std::filesystem::path errors = folder.path() / "errors";
  Child child(folder.path(), 1, 512 << 10, RLIM_INFINITY, errors.string());
  const std::string output = child.read_all();
  const int status = child.wait();
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 74);
  EXPECT_NE(text_of(errors).find("is full"), std::string::npos) << text_of(errors);
  EXPECT_NE(text_of(errors).find("All that was acknowledged is on disk"), std::string::npos);
  expect_all_there_and_working(folder, output);
}

// A file size limit makes write(2) itself fail in the middle of a transaction, as a full disk does.
TEST(Crash, a_write_refused_by_the_kernel_stops_the_process_and_loses_nothing) {
  TestFolder folder;
  const std::filesystem::path errors = folder.path() / "errors";
  Child child(folder.path(), 1, 0, 700'001, errors.string());
  const std::string output = child.read_all();
  const int status = child.wait();
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 74);
  EXPECT_NE(text_of(errors).find("the disk is full"), std::string::npos) << text_of(errors);
  expect_all_there_and_working(folder, output);
}

TEST(Crash, a_second_process_on_the_folder_is_refused) {
  TestFolder folder;
  const auto log = open_log(folder.path()).value();
  const std::filesystem::path errors = folder.path() / "errors";
  Child child(folder.path(), 1, 0, RLIM_INFINITY, errors.string());
  EXPECT_EQ(child.read_all(), "");
  EXPECT_EQ(WEXITSTATUS(child.wait()), 2);
  EXPECT_NE(text_of(errors).find("in use by process"), std::string::npos) << text_of(errors);
}

}  // namespace
}  // namespace hq::log
