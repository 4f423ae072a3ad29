// Memory runs out: at each allocation in turn. Nothing acknowledged is lost, nothing is there
// twice, and who cannot go on says so.
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <fstream>

#include "log/sqlite_log.h"
#include "log/test_commits.h"
#include "log/writer.h"
#include "sim/memory/failing_memory.h"
#include "sim/node.h"

namespace hq::sim {
namespace {

constexpr std::size_t kGroup = 3;

/// The log is sound, ends at a whole group, holds all that was acknowledged, and goes on.
void expect_sound(Result<std::unique_ptr<log::Log>> log, uint64_t acknowledged) {
  ASSERT_TRUE(log) << log.error().text();
  const auto found = (*log)->verify();
  ASSERT_TRUE(found) << found.error().text();
  EXPECT_FALSE(found->damage);
  EXPECT_GE(found->head.seq, acknowledged);
  EXPECT_EQ(found->head.seq % kGroup, 0u);
  log::Head head = found->head;
  EXPECT_TRUE((*log)->append(log::test_commits(head, kGroup)));
}

TEST(SqliteMemory, runs_out_at_any_allocation_and_nothing_acknowledged_is_lost) {
  bool has_failed = true;
  int64_t n = 0;
  int errors = 0;
  while (has_failed) {
    SCOPED_TRACE(++n);
    Host host;
    uint64_t acknowledged = 0;
    {
      Process process(host, 1);
      const FailingMemory memory(FailingMemory::Of::sqlite, n);
      const auto work = [&]() -> Result<> {
        HQ_TRY(const auto log, log::open_log(kFolder, process.options(2)));
        log::Head head;
        for (int i = 0; i < 3; ++i) {
          HQ_TRY_VOID(log->append(log::test_commits(head, kGroup, 3000)));
          acknowledged = head.seq;
          HQ_TRY(const auto commit, log->find("c-2"));
          EXPECT_EQ(commit->seq, 2u);
        }
        return log->read(1, [](const log::Commit&) { return true; });
      };
      if (const Result<> done = work(); !done) {
        ++errors;
        EXPECT_FALSE(done.error().message.empty());
      }
      has_failed = memory.has_failed();
    }
    Random random(static_cast<uint64_t>(n));
    host.disk.lose_power(random);
    Process process(host, 2);
    expect_sound(log::open_log(kFolder, process.options()), acknowledged);
    if (HasFailure()) return;
  }
  fmt::print("{} allocations of SQLite, {} of them missed\n", n - 1, errors);
  EXPECT_GT(n, 200);
  EXPECT_GT(errors, 100);
}

TEST(AppendMemory, runs_out_at_any_allocation_and_becomes_an_error) {
  const log::TestFolder folder;
  log::Head head;
  const std::vector<log::Commit> first = log::test_commits(head, kGroup);
  const std::vector<log::Commit> second = log::test_commits(head, kGroup, 3000);
  bool has_failed = true;
  for (int64_t n = 1; has_failed; ++n) {
    SCOPED_TRACE(n);
    const std::filesystem::path at = folder.path() / fmt::format("{}", n);
    uint64_t acknowledged = kGroup;
    {
      const auto log = log::open_log(at).value();
      ASSERT_TRUE(log->append(first));
      Result<> appended;
      {
        const FailingMemory memory(FailingMemory::Of::operator_new, n);
        appended = log->append(second);
        has_failed = memory.has_failed();
      }
      ASSERT_EQ(appended.has_value(), !has_failed);
      if (appended) {
        acknowledged += kGroup;
      } else {
        EXPECT_EQ(appended.error().text(), "out of memory");
        EXPECT_FALSE(log->append(second)) << "its end is unknown until it is opened again";
      }
    }
    expect_sound(log::open_log(at), acknowledged);
    if (HasFailure()) return;
  }
}

/// Counts what it is sent. Without JSON: simdjson ends the process itself where it gets no memory,
/// and no word of ours can come before that.
class CountService final : public log::Service {
 public:
  std::string_view prefix() const override { return "count."; }
  Result<log::Decision> decide(const log::Command& command) const override {
    return log::Decision{{{"count.counted", command.body}}, "null"};
  }
  void evolve(const log::Event& event, const log::Commit&) override { bytes_ += event.body.size(); }
  void add_state_to(Sha256Hasher& hasher) const override { hasher.add(std::to_string(bytes_)); }
  uint32_t state_version() const override { return 1; }
  void save(log::StateWriter& out) const override { out.add(std::to_string(bytes_)); }
  Result<> load(log::StateReader&) override { return {}; }

 private:
  std::size_t bytes_ = 0;
};

log::Command count_command(uint64_t n) {
  log::Command command;
  command.id = fmt::format("a-rather-long-command-id-{}", n);
  command.type = "count.this";
  command.actor = "somebody with a name that is long";
  command.body = std::string(200 * n, 'x');
  return command;
}

/// In a process of its own: a writer that runs out of memory while it works. Says on `out` what
/// was acknowledged; ends with 3 where there were not so many allocations.
[[noreturn]] void write_until_memory_runs_out(const std::filesystem::path& folder, int64_t n,
                                              int out) {
  CountService service;
  log::Machine machine;
  machine.add(service);
  const auto log = log::open_log(folder).value();
  const auto writer = log::Writer::start(*log, machine).value();
  const FailingMemory memory(FailingMemory::Of::operator_new, n);
  for (uint64_t i = 1; i <= 3; ++i) {
    try {
      const auto receipt = writer->submit(count_command(i)).get();
      const char digit = static_cast<char>('0' + i);
      if (receipt && ::write(out, &digit, 1) != 1) std::_Exit(4);
    } catch (const std::exception&) {
      break;  // this thread had no memory to ask with; it asks no more
    }
  }
  std::_Exit(memory.has_failed() ? 0 : 3);
}

TEST(WriterMemory, runs_out_at_any_allocation_and_stops_the_process_with_a_word) {
  const log::TestFolder folder;
  int stopped = 0;
  for (int64_t n = 1;; ++n) {
    SCOPED_TRACE(n);
    const std::filesystem::path at = folder.path() / fmt::format("{}", n);
    const std::filesystem::path errors = folder.path() / "errors";
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::dup2(::open(errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
      write_until_memory_runs_out(at, n, ends[1]);
    }
    ::close(ends[1]);
    std::string acknowledged(3, ' ');
    std::size_t got = 0;
    while (const ssize_t more = ::read(ends[0], &acknowledged[got], 3 - got)) {
      ASSERT_GT(more, 0);
      got += static_cast<std::size_t>(more);
      if (got == 3) break;
    }
    ::close(ends[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    std::ifstream in(errors);
    const std::string word{std::istreambuf_iterator<char>(in), {}};
    ASSERT_TRUE(WIFEXITED(status)) << "it ended without a last word: " << word;
    if (WEXITSTATUS(status) == 3) break;
    if (WEXITSTATUS(status) != 0) {
      ++stopped;
      EXPECT_NE(word.find("All that was acknowledged is on disk"), std::string::npos) << word;
    }
    const auto log = log::open_log(at);
    ASSERT_TRUE(log) << log.error().text();
    EXPECT_FALSE((*log)->verify()->damage);
    for (std::size_t i = 0; i < got; ++i) {
      const std::string id = count_command(static_cast<uint64_t>(acknowledged[i] - '0')).id;
      const auto found = (*log)->find(id);
      ASSERT_TRUE(found && found->has_value()) << "lost: " << id;
    }
    if (HasFailure()) return;
  }
  fmt::print("{} processes stopped\n", stopped);
  EXPECT_GT(stopped, 20);
}

}  // namespace
}  // namespace hq::sim
