#include "log/writer.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <semaphore>
#include <thread>

#include "log/memory_log.h"
#include "log/sqlite_log.h"
#include "log/test_commits.h"
#include "log/test_service.h"

namespace hq::log {
namespace {

using std::chrono::seconds;

/// A log whose writes can be held up and made to fail.
class TestLog final : public Log {
 public:
  Result<> append(std::span<const Commit> group) override {
    appending_.release();
    if (held_) let_go_.acquire();
    if (failure_) return std::unexpected(*failure_);
    groups_.push_back(group.size());
    return inner_.append(group);
  }
  Result<Head> last() const override { return inner_.last(); }
  Result<> read(uint64_t from, const Visit& visit) const override {
    return inner_.read(from, visit);
  }
  Result<std::optional<Commit>> find(std::string_view id) const override {
    if (find_failure_) return std::unexpected(*find_failure_);
    return inner_.find(id);
  }
  Result<bool> wait_for(uint64_t seq, std::chrono::milliseconds timeout,
                        std::stop_token stop) const override {
    return inner_.wait_for(seq, timeout, stop);
  }
  Result<Verification> verify(const Progress& progress) const override {
    return inner_.verify(progress);
  }

  MemoryLog inner_;
  std::atomic<bool> held_ = false;
  std::counting_semaphore<> appending_{0};  // one for each append that began
  std::counting_semaphore<> let_go_{0};
  std::optional<Error> failure_;
  std::optional<Error> find_failure_;
  std::vector<std::size_t> groups_;
};

class WriterTest : public testing::Test {
 protected:
  WriterTest() { machine_.add(service_); }

  void start(WriterOptions options = {}) {
    writer_ = Writer::start(log_, machine_, std::move(options)).value();
  }

  Result<Receipt> add(const std::string& id, int amount) {
    return writer_->submit(add_command(id, amount)).get();
  }

  /// Holds up the writer inside a write, with `id` in the open group.
  std::future<Result<Receipt>> hold(const std::string& id) {
    while (log_.appending_.try_acquire()) {
    }
    log_.held_ = true;
    auto receipt = writer_->submit(add_command(id, 1));
    log_.appending_.acquire();
    return receipt;
  }
  void let_go() {
    log_.held_ = false;
    log_.let_go_.release();
  }
  /// Holds up both threads of a writer with one commit a group: one group is being written, one is
  /// decided and waits for its place. What comes then stays in the queue.
  void hold_all() {
    static_cast<void>(hold("first"));
    static_cast<void>(writer_->submit(add_command("second", 1)));
    while (writer_->metrics().queue_commands > 0) std::this_thread::yield();
  }

  TestLog log_;
  TestService service_;
  Machine machine_;
  std::unique_ptr<Writer> writer_;
};

TEST_F(WriterTest, answers_with_the_place_in_the_log_and_the_reply) {
  start({.clock = [] { return Instant(seconds(100)); }});
  const auto first = add("a", 5);
  EXPECT_EQ(first, (Receipt{1, Instant(seconds(100)), "5", false}));
  EXPECT_EQ(add("b", 7)->reply, "12");
  const Commit commit = log_.find("b")->value();
  EXPECT_EQ(commit.seq, 2u);
  EXPECT_EQ(commit.actor, "alice");
  EXPECT_EQ(commit.organisation, "hub");
  EXPECT_EQ(commit.type, "test.add");
  EXPECT_EQ(commit.events, (std::vector<Event>{{"test.added", "7"}}));
  EXPECT_EQ(writer_->last_seq(), 2u);
  EXPECT_EQ(service_.published(), 12);
}

TEST_F(WriterTest, a_refusal_leaves_no_trace_and_may_be_tried_again) {
  start();
  const auto refused = add("a", -1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  EXPECT_EQ(log_.last()->seq, 0u);
  EXPECT_TRUE(add("b", 1));
  EXPECT_EQ(add("a", -1)->reply, "0");  // the state allows it now
}

TEST_F(WriterTest, a_type_that_nobody_owns_is_unsupported) {
  start();
  Command command = add_command("a", 1);
  command.type = "other.add";
  EXPECT_EQ(writer_->submit(command).get().error().code, ErrorCode::unsupported);
}

TEST_F(WriterTest, an_exception_in_a_decision_is_an_answer_not_an_end) {
  start();
  Command command = add_command("a", 1);
  command.type = "test.throw";
  const auto thrown = writer_->submit(command).get();
  ASSERT_FALSE(thrown);
  EXPECT_EQ(thrown.error().code, ErrorCode::internal);
  EXPECT_TRUE(add("b", 1));
}

TEST_F(WriterTest, refuses_commands_without_id_or_over_the_limits) {
  start();
  const auto code = [&](const std::function<void(Command&)>& change) {
    Command command = add_command("a", 1);
    change(command);
    return writer_->submit(command).get().error();
  };
  const std::string long_name(kNameBytesMax + 1, 'n');
  EXPECT_EQ(code([](Command& c) { c.id.clear(); }).code, ErrorCode::invalid_argument);
  EXPECT_EQ(code([](Command& c) { c.type.clear(); }).code, ErrorCode::invalid_argument);
  EXPECT_EQ(code([&](Command& c) { c.id = long_name; }).code, ErrorCode::too_large);
  EXPECT_EQ(code([&](Command& c) { c.actor = long_name; }).where, "actor");
  EXPECT_EQ(code([&](Command& c) { c.organisation = long_name; }).where, "organisation");
  EXPECT_EQ(code([&](Command& c) { c.body.assign(kCommitBytesMax + 1, ' '); }).where, "body");
}

TEST_F(WriterTest, a_result_over_the_limit_is_refused_and_changes_nothing) {
  start();
  Command command = add_command("a", 1);
  command.type = "test.huge";
  EXPECT_EQ(writer_->submit(command).get().error().code, ErrorCode::too_large);
  EXPECT_EQ(add("b", 1)->reply, "1");
}

TEST_F(WriterTest, the_same_id_again_gets_the_same_answer) {
  start();
  const Receipt first = add("a", 5).value();
  add("b", 1).value();
  Receipt repeated = first;
  repeated.repeated = true;
  EXPECT_EQ(add("a", 5), repeated);
  EXPECT_EQ(log_.last()->seq, 2u);
  EXPECT_EQ(service_.published(), 6);
  EXPECT_EQ(writer_->metrics().repeated, 1u);
}

TEST_F(WriterTest, the_same_id_in_one_group_is_done_once) {
  start();
  static_cast<void>(hold("first"));
  auto one = writer_->submit(add_command("same", 3));
  auto two = writer_->submit(add_command("same", 3));
  auto other = writer_->submit(add_command("same", 4));
  let_go();
  EXPECT_EQ(one.get(), (Receipt{2, log_.find("same")->value().time, "4", false}));
  EXPECT_EQ(two.get()->seq, 2u);
  EXPECT_EQ(other.get().error().code, ErrorCode::conflict);
  writer_->stop();
  EXPECT_EQ(log_.groups_, (std::vector<std::size_t>{1, 1}));
}

TEST_F(WriterTest, the_same_id_for_another_command_is_a_conflict) {
  start();
  add("a", 5).value();
  const auto expect_conflict = [&](const std::function<void(Command&)>& change) {
    Command command = add_command("a", 5);
    change(command);
    const auto result = writer_->submit(command).get();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::conflict);
    EXPECT_EQ(result.error().where, "a");
  };
  expect_conflict([](Command& c) { c.body = "6"; });
  expect_conflict([](Command& c) { c.type = "test.other"; });
  expect_conflict([](Command& c) { c.actor = "bob"; });
  expect_conflict([](Command& c) { c.organisation = "elsewhere"; });
}

TEST_F(WriterTest, the_same_id_after_a_restart_gets_the_same_answer) {
  TestFolder folder;
  Receipt first;
  {
    const auto log = open_log(folder.path()).value();
    const auto writer = Writer::start(*log, machine_).value();
    first = writer->submit(add_command("a", 5)).get().value();
  }
  TestService service;
  Machine machine;
  machine.add(service);
  const auto log = open_log(folder.path()).value();
  const auto writer = Writer::start(*log, machine).value();
  EXPECT_EQ(service.published(), 5);
  first.repeated = true;
  EXPECT_EQ(writer->submit(add_command("a", 5)).get(), first);
  EXPECT_EQ(writer->submit(add_command("b", 1)).get()->seq, 2u);
}

TEST_F(WriterTest, commands_that_wait_share_one_write_and_see_each_other) {
  start();
  static_cast<void>(hold("first"));
  std::vector<std::future<Result<Receipt>>> waiting;
  waiting.reserve(50);
  for (int i = 0; i < 50; ++i)
    waiting.push_back(writer_->submit(add_command(fmt::format("w{}", i), 1)));
  let_go();
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(waiting[static_cast<std::size_t>(i)].get()->reply, fmt::format("{}", i + 2));
  writer_->stop();
  EXPECT_EQ(log_.groups_, (std::vector<std::size_t>{1, 50}));
  const WriterMetrics metrics = writer_->metrics();
  EXPECT_EQ(metrics.commits, 51u);
  EXPECT_EQ(metrics.groups, 2u);
  EXPECT_EQ(metrics.group_commits_max, 50u);
  uint64_t counted = 0;
  for (const uint64_t bucket : metrics.latency_us_log2) counted += bucket;
  EXPECT_EQ(counted, 51u);
}

TEST_F(WriterTest, large_commits_close_a_group_early) {
  start();
  static_cast<void>(hold("first"));
  std::vector<std::future<Result<Receipt>>> waiting;
  for (int i = 0; i < 5; ++i) {
    Command command = add_command(fmt::format("w{}", i), 1);
    command.type = "test.large";  // its event has kBatchBytesTarget / 2 bytes
    waiting.push_back(writer_->submit(command));
  }
  let_go();
  for (auto& one : waiting) EXPECT_TRUE(one.get());
  writer_->stop();
  for (const std::size_t commits : log_.groups_) EXPECT_LE(commits, 2u);
}

TEST_F(WriterTest, a_large_commit_is_written_while_the_next_is_decided) {
  start();
  const auto submit = [&](const char* id, const char* type) {
    Command command = add_command(id, 1);
    command.type = type;
    return writer_->submit(command);
  };
  auto first = submit("first", "test.slow");
  service_.wait_for_slow();
  auto large = submit("large", "test.large");
  auto next = submit("next", "test.slow");
  service_.let_slow_go();  // both others are now taken out of the queue at once
  service_.wait_for_slow();
  EXPECT_TRUE(first.get());
  EXPECT_TRUE(large.get());
  EXPECT_EQ(next.wait_for(seconds(0)), std::future_status::timeout);
  service_.let_slow_go();
  EXPECT_TRUE(next.get());
}

TEST_F(WriterTest, nothing_is_answered_or_shown_before_it_is_on_disk) {
  start();
  auto held = hold("first");
  EXPECT_EQ(held.wait_for(std::chrono::milliseconds(30)), std::future_status::timeout);
  EXPECT_EQ(service_.published(), 0);
  EXPECT_EQ(writer_->last_seq(), 0u);
  let_go();
  EXPECT_TRUE(held.get());
  EXPECT_EQ(service_.published(), 1);
}

TEST_F(WriterTest, what_is_decided_while_a_group_is_written_is_not_shown_with_it) {
  start();
  auto first = hold("first");
  auto second = writer_->submit(add_command("second", 1));
  while (writer_->metrics().queue_commands > 0) std::this_thread::yield();
  log_.let_go_.release();  // the first alone
  EXPECT_TRUE(first.get());
  log_.appending_.acquire();
  EXPECT_EQ(service_.published(), 1);
  let_go();
  EXPECT_EQ(second.get()->reply, "2");
  EXPECT_EQ(service_.published(), 2);
}

TEST_F(WriterTest, a_full_queue_says_overloaded_with_a_time_to_wait) {
  start({.queue_commands_max = 3, .group_commits_max = 1});
  hold_all();
  std::vector<std::future<Result<Receipt>>> waiting;
  waiting.reserve(3);
  for (int i = 0; i < 3; ++i)
    waiting.push_back(writer_->submit(add_command(fmt::format("w{}", i), 1)));
  const auto refused = add("too-many", 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::overloaded);
  EXPECT_GT(refused.error().retry_after_s, 0);
  EXPECT_EQ(writer_->metrics().queue_commands, 3u);
  EXPECT_GT(writer_->metrics().queue_bytes, 0u);
  EXPECT_EQ(writer_->metrics().overloaded, 1u);
  EXPECT_EQ(writer_->overload(), refused.error());
  let_go();
  for (auto& one : waiting) EXPECT_TRUE(one.get());
  EXPECT_EQ(writer_->overload(), std::nullopt);
  EXPECT_TRUE(add("too-many", 1));
  EXPECT_EQ(writer_->metrics().queue_bytes, 0u);
}

TEST_F(WriterTest, a_queue_that_does_not_move_takes_nothing_more) {
  start({.queue_wait_max = std::chrono::milliseconds(200), .group_commits_max = 1});
  hold_all();
  auto waiting = writer_->submit(add_command("waits", 1));
  auto in_time = writer_->submit(add_command("in-time", 1));
  std::this_thread::sleep_for(std::chrono::milliseconds(250));
  const auto refused = add("too-late", 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::overloaded);
  EXPECT_GT(refused.error().retry_after_s, 0);
  let_go();
  EXPECT_TRUE(waiting.get());
  EXPECT_TRUE(in_time.get());
  EXPECT_TRUE(add("too-late", 1));
}

TEST_F(WriterTest, the_queue_is_bounded_in_bytes_too) {
  start({.queue_bytes_max = 10'000, .group_commits_max = 1});
  hold_all();
  Command large = add_command("large", 1);
  large.body = "1" + std::string(9000, ' ');
  auto waiting = writer_->submit(large);
  large.id = "larger";
  EXPECT_EQ(writer_->submit(large).get().error().code, ErrorCode::overloaded);
  EXPECT_EQ(writer_->metrics().queue_commands, 1u);
  let_go();
  EXPECT_TRUE(waiting.get());
}

TEST_F(WriterTest, time_never_goes_back) {
  std::atomic<int64_t> clock = 100;
  start({.clock = [&] { return Instant(seconds(clock)); }});
  EXPECT_EQ(add("a", 1)->time, Instant(seconds(100)));
  clock = 50;
  EXPECT_EQ(add("b", 1)->time, Instant(seconds(100)));
  writer_.reset();
  TestService service;
  Machine machine;
  machine.add(service);
  writer_ =
      Writer::start(log_, machine, {.clock = [&] { return Instant(seconds(clock)); }}).value();
  EXPECT_EQ(add("c", 1)->time, Instant(seconds(100)));
  clock = 200;
  EXPECT_EQ(add("d", 1)->time, Instant(seconds(200)));
}

TEST_F(WriterTest, stop_finishes_what_waits_and_takes_nothing_more) {
  start();
  auto held = hold("first");
  auto waiting = writer_->submit(add_command("second", 1));
  std::jthread stopper([&] { writer_->stop(); });
  while (true) {  // until the stop has been seen
    const auto late = writer_->submit(add_command("late", 1));
    if (late.wait_for(seconds(0)) == std::future_status::ready) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  let_go();
  stopper.join();
  EXPECT_TRUE(held.get());
  EXPECT_TRUE(waiting.get());
  const auto late = add("later", 1);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::unavailable);
  writer_->stop();  // again is harmless
}

TEST_F(WriterTest, a_failed_write_ends_it_and_acknowledges_nothing) {
  std::optional<Error> last_word;
  start({.on_fatal = [&](const Error& error) { last_word = error; }});
  add("a", 1).value();
  log_.failure_ = Error{ErrorCode::disk_full, "full", "满", {}};
  auto held = hold("b");
  auto refused = writer_->submit(add_command("c", -100));  // a refusal may rest on b
  auto waiting = writer_->submit(add_command("d", 1));
  let_go();
  for (auto* one : {&held, &refused, &waiting}) {
    const auto result = one->get();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::unavailable);
  }
  EXPECT_EQ(add("e", 1).error().code, ErrorCode::unavailable);
  writer_->stop();
  ASSERT_TRUE(last_word);
  EXPECT_EQ(last_word->code, ErrorCode::disk_full);
  EXPECT_EQ(log_.last()->seq, 1u);
  EXPECT_EQ(service_.published(), 1);
}

TEST_F(WriterTest, without_a_handler_a_failed_write_ends_the_process_with_a_last_word) {
  const auto run = [&] {
    start();
    log_.failure_ = Error{ErrorCode::disk_full, "the disk is full", "磁盘已满", "log.sqlite"};
    static_cast<void>(add("a", 1));
  };
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_EXIT(run(), testing::ExitedWithCode(74), "log.sqlite: the disk is full.*stops now");
}

TEST_F(WriterTest, a_log_that_cannot_be_searched_refuses_the_command) {
  start();
  log_.find_failure_ = Error{ErrorCode::io_error, "bad sector", {}, {}};
  EXPECT_EQ(add("a", 1).error().code, ErrorCode::io_error);
  EXPECT_EQ(log_.last()->seq, 0u);
}

TEST_F(WriterTest, subscribers_get_each_commit_once_it_is_on_disk) {
  start();
  std::vector<uint64_t> seen;
  const uint64_t subscription = writer_->subscribe([&](std::span<const Commit> commits) {
    for (const Commit& commit : commits) {
      seen.push_back(commit.seq);
      EXPECT_GE(log_.last()->seq, commit.seq);
    }
  });
  add("a", 1).value();
  add("a", 1).value();  // a repeat and a refusal are no commits
  static_cast<void>(add("r", -100));
  add("b", 1).value();
  auto third = hold("c");
  let_go();
  third.get().value();
  writer_->unsubscribe(subscription);
  add("d", 1).value();
  EXPECT_EQ(seen, (std::vector<uint64_t>{1, 2, 3}));
}

TEST_F(WriterTest, many_callers_lose_and_double_nothing) {
  TestFolder folder;
  const auto log = open_log(folder.path()).value();
  const auto writer = Writer::start(*log, machine_).value();
  std::atomic<int> wrong = 0;
  {
    std::vector<std::jthread> callers;
    callers.reserve(8);
    for (int caller = 0; caller < 8; ++caller) {
      callers.emplace_back([&, caller] {
        for (int i = 0; i < 100; ++i) {
          const std::string id = fmt::format("{}-{}", caller, i);
          const auto receipt = writer->submit(add_command(id, 1)).get();
          if (!receipt || receipt->repeated) ++wrong;
        }
      });
    }
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(log->last()->seq, 800u);
  EXPECT_EQ(service_.published(), 800);
  EXPECT_FALSE(log->verify()->damage);
}

TEST_F(WriterTest, folding_the_log_again_gives_the_same_state) {
  start();
  for (int i = 0; i < 200; ++i) static_cast<void>(add(fmt::format("{}", i), (i * 7919) % 13 - 4));
  writer_->stop();
  const auto folded = [&] {
    TestService service;
    Machine machine;
    machine.add(service);
    EXPECT_EQ(replay(log_, machine), log_.last());
    return to_hex(machine.state_hash());
  };
  EXPECT_EQ(folded(), to_hex(machine_.state_hash()));
  EXPECT_EQ(folded(), folded());
  TestService empty;
  Machine other;
  other.add(empty);
  EXPECT_NE(to_hex(other.state_hash()), folded());
}

}  // namespace
}  // namespace hq::log
