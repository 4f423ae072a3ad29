// One fixed piece of work over the simulated disk, with the n-th call of it made to fail, or the
// last that the process makes: for every n. After each the log is opened again, and everything
// acknowledged is there, once.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "log/inspect.h"
#include "log/test_commits.h"
#include "sim/node.h"
#include "sim/oracle.h"
#include "sim/workload.h"

namespace hq::sim {
namespace {

constexpr uint64_t kSeed = 5;
constexpr int kWalPages = 6;  // so that the write-ahead log is folded in between
constexpr std::size_t kGroups = 8;

/// Starts a writer, sends groups and stops it in order. What was sent and received is told to the
/// oracle; false where it did not come to the end.
struct Work {
  Oracle oracle;
  std::optional<Error> refused;    // the start
  std::optional<Error> last_word;  // of a writer that was stopped by a failed write
  bool is_done = false;

  Result<> run(Process& process) {
    Workload workload{Random(kSeed)};
    auto node = Node::start(process, {.wal_pages = kWalPages});
    if (!node) {
      refused = node.error();
      return {};
    }
    for (std::size_t i = 0; i < kGroups && process.is_alive(); ++i) {
      process.host().clock.advance(1'000'000);
      auto commands = workload.next_group(5);
      for (const log::Command& command : commands) oracle.sent(command);
      for (const Answered& answered : (*node)->send(std::move(commands))) {
        HQ_TRY_VOID(oracle.received(answered));
      }
    }
    last_word = (*node)->last_word();
    is_done = process.is_alive();
    (*node)->stop();
    return {};
  }
};

/// A fresh process finds everything that was acknowledged, and can go on.
void expect_all_there(Host& host, Oracle& oracle, const std::string& what) {
  SCOPED_TRACE(what);
  Process process(host, 99);
  auto node = Node::start(process, {.wal_pages = kWalPages});
  ASSERT_TRUE(node) << node.error().text();
  const auto found = oracle.inspect((*node)->log());
  ASSERT_TRUE(found) << found.error().text();
  EXPECT_FALSE(found->damage);
  log::Command command;
  command.id = "one-more";
  command.type = "ledger.limit";
  command.body = "{}";
  const auto answered = (*node)->send({command});
  ASSERT_EQ(answered.size(), 1u);
  EXPECT_EQ(answered[0].result.error().code, ErrorCode::parse_error) << "it works";
}

class SimCalls : public testing::TestWithParam<std::pair<const char*, Fate>> {
 protected:
  /// The number of calls that the work makes, all of them.
  static uint64_t calls() {
    Host host;
    seed_sqlite(kSeed);
    Process process(host, 1);
    Work work;
    EXPECT_TRUE(work.run(process));
    EXPECT_TRUE(work.is_done);
    return process.calls();
  }
};

/// Whether the system could make this call fail in this way.
bool can_be(Call call, Fate fate) {
  switch (fate) {
    case Fate::disk_full:
    case Fate::fail_partly:
      return call == Call::write;
    case Fate::short_read:
      return call == Call::read;
    default:
      return call != Call::unlock && call != Call::unlock_shared && call != Call::close;
  }
}

TEST_P(SimCalls, the_nth_fails_and_nothing_acknowledged_is_lost) {
  const uint64_t last = calls();
  ASSERT_GT(last, 300u);
  int refused = 0;
  int stopped = 0;
  int unharmed = 0;
  for (uint64_t n = 1; n <= last; ++n) {
    Host host;
    seed_sqlite(kSeed);
    Call failed = Call::close;
    Work work;
    {
      Process process(host, 1);
      process.set_judge([&](const CallInfo& call) {
        if (call.number != n || !can_be(call.call, GetParam().second)) return Fate::pass;
        failed = call.call;
        return GetParam().second;
      });
      const Result<> run = work.run(process);
      ASSERT_TRUE(run) << n << ": " << run.error().text();
    }
    if (failed == Call::close) continue;  // not a call that can fail so
    refused += work.refused ? 1 : 0;
    stopped += work.last_word ? 1 : 0;
    unharmed += work.is_done ? 1 : 0;
    // A write that fails is either told, or made good by SQLite before anything is acknowledged.
    if (work.refused) EXPECT_FALSE(work.refused->message.empty()) << n;
    if (work.last_word) EXPECT_FALSE(work.last_word->text().empty()) << n;
    Random random(n);
    if (n % 2 == 0) host.disk.lose_power(random);
    expect_all_there(host, work.oracle, fmt::format("call {}: {}", n, id(failed)));
    if (HasFailure()) return;
  }
  fmt::print("{} calls: {} refused starts, {} stopped writers, {} runs to the end\n", last, refused,
             stopped, unharmed);
  EXPECT_GT(refused, 0);
  // The pages of so small a log are all in memory when it is written: no read comes short then.
  if (GetParam().second != Fate::short_read) EXPECT_GT(stopped, 0);
}

// A crash is a call that fails as well, and all after it.
INSTANTIATE_TEST_SUITE_P(Each, SimCalls,
                         testing::Values(std::pair("fails", Fate::fail),
                                         std::pair("fails_half_way", Fate::fail_partly),
                                         std::pair("finds_the_disk_full", Fate::disk_full),
                                         std::pair("reads_short", Fate::short_read)),
                         [](const auto& info) { return info.param.first; });

TEST(SimCrash, at_any_call_loses_and_doubles_nothing) {
  Host whole;
  uint64_t last = 0;
  {
    seed_sqlite(kSeed);
    Process process(whole, 1);
    Work work;
    ASSERT_TRUE(work.run(process));
    last = process.calls();
  }
  for (uint64_t n = 1; n <= last; ++n) {
    for (const bool after : {false, true}) {
      Host host;
      seed_sqlite(kSeed);
      Work work;
      {
        Process process(host, 1);
        process.set_judge([&](const CallInfo& call) {
          if (call.number != n) return Fate::pass;
          return after && changes_disk(call.call) ? Fate::die_after : Fate::die_before;
        });
        const Result<> run = work.run(process);
        ASSERT_TRUE(run) << n << ": " << run.error().text();
      }
      Random random(n);
      host.disk.lose_power(random);
      expect_all_there(host, work.oracle, fmt::format("call {} {}", n, after ? "after" : "before"));
      if (testing::Test::HasFailure()) return;
    }
  }
}

// SQLite takes what a read did not bring for zeros, as behind the end of a file. Within the file
// that would be a page half empty: an id that was used would look new.
TEST(SimCalls, a_page_that_comes_short_is_an_error) {
  Host host;
  seed_sqlite(kSeed);
  {
    Process process(host, 1);
    auto log = log::open_log(kFolder, process.options()).value();
    log::Head head;
    ASSERT_TRUE(log->append(log::test_commits(head, 60)));
  }
  for (uint64_t seed = 2; seed < 60; ++seed) {
    Process process(host, seed);
    const auto log = log::open_log(kFolder, process.options()).value();
    const auto fresh = log::open_log_reader(kFolder, process.options()).value();
    process.set_judge([](const CallInfo& call) {
      const bool is_page = call.call == Call::read && call.bytes >= 4096 && call.offset > 0;
      return is_page ? Fate::short_read : Fate::pass;
    });
    for (const char* command : {"c-7", "c-42", "c-60"}) {
      EXPECT_FALSE(fresh->find(command)) << "it was found, or it was said not to be there";
    }
    process.set_judge({});
    EXPECT_EQ(fresh->find("c-42").value()->seq, 42u);
  }
}

// A second sync of pages that the first one lost may say that all is well: nobody must rely on it.
TEST(SimCalls, a_fold_of_the_write_ahead_log_that_fails_ends_the_writing_and_loses_nothing) {
  Host host;
  seed_sqlite(kSeed);
  log::Head head;
  {
    Process process(host, 1);
    auto log = log::open_log(kFolder, process.options(2)).value();
    process.set_judge([](const CallInfo& call) {
      return call.call == Call::sync && call.file.ends_with(".sqlite") ? Fate::fail : Fate::pass;
    });
    Result<> appended;
    for (int i = 0; i < 100 && appended; ++i) {
      appended = log->append(log::test_commits(head, 1, 3000));
    }
    ASSERT_FALSE(appended);
    EXPECT_EQ(appended.error().code, ErrorCode::io_error);
    process.set_judge({});
    log::Head next = head;
    EXPECT_FALSE(log->append(log::test_commits(next, 1)));
  }
  // What the file may lack stayed in the write-ahead log, though the log was closed in order.
  Random random(3);
  host.disk.lose_power(random);
  Process process(host, 2);
  const auto log = log::open_log(kFolder, process.options()).value();
  EXPECT_EQ(log->last(), head);
  EXPECT_FALSE(log->verify()->damage);
}

// A process that was killed before its sync leaves commits in the memory of the system. The next
// one answers from them, so it must not rely on what a loss of power would take.
TEST(SimCrash, what_a_killed_process_had_only_written_is_on_disk_for_the_next) {
  Host host;
  seed_sqlite(kSeed);
  log::Head head;
  {
    Process process(host, 1);
    auto log = log::open_log(kFolder, process.options()).value();
    ASSERT_TRUE(log->append(log::test_commits(head, 1)));
    process.set_judge([](const CallInfo& call) {
      return call.call == Call::sync ? Fate::die_before : Fate::pass;
    });
    EXPECT_FALSE(log->append(log::test_commits(head, 1)));
  }
  const auto last_seq = [&](uint64_t seed) {
    Process process(host, seed);
    auto log = log::open_log(kFolder, process.options()).value();
    process.set_judge([](const CallInfo&) { return Fate::die_before; });  // not closed in order
    return log->last()->seq;
  };
  EXPECT_EQ(last_seq(2), 2u);
  Random random(3);
  host.disk.lose_power(random);
  EXPECT_EQ(last_seq(3), 2u);
}

}  // namespace
}  // namespace hq::sim
