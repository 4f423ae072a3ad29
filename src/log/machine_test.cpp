#include "log/machine.h"

#include <gtest/gtest.h>

#include "log/memory_log.h"
#include "log/test_commits.h"
#include "log/test_service.h"

namespace hq::log {
namespace {

Commit commit_with(Head& head, std::vector<Event> events) {
  Commit commit = test_commits(head, 1).front();
  head = {commit.seq - 1, commit.time, commit.previous};
  commit.events = std::move(events);
  seal(commit, head);
  return commit;
}

TEST(Machine, gives_each_command_and_event_to_the_service_of_its_prefix) {
  TestService a("a.");
  TestService b("b.");
  TestService ab("ab.");
  Machine machine;
  for (Service* one : {&b, &ab, &a}) machine.add(*one);
  Command command = add_command("id", 4);
  command.type = "ab.add";
  EXPECT_EQ(machine.decide(command)->events[0].type, "ab.added");
  Head head;
  ASSERT_TRUE(
      machine.evolve(commit_with(head, {{"a.added", "1"}, {"b.added", "2"}, {"a.added", "3"}})));
  machine.stage();
  machine.publish();
  EXPECT_EQ(a.published(), 4);
  EXPECT_EQ(b.published(), 2);
  EXPECT_EQ(ab.published(), 0);
}

TEST(Machine, an_event_of_nobody_is_refused_before_anything_changes) {
  TestService a("a.");
  Machine machine;
  machine.add(a);
  Head head;
  const auto result = machine.evolve(commit_with(head, {{"a.added", "1"}, {"gone.added", "2"}}));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::unsupported);
  EXPECT_EQ(result.error().where, "commit 1");
  EXPECT_NE(result.error().message.find("gone.added"), std::string::npos);
  machine.stage();
  machine.publish();
  EXPECT_EQ(a.published(), 0);
}

TEST(Machine, types_without_a_point_or_of_a_longer_word_have_no_owner) {
  TestService a("a.");
  Machine machine;
  machine.add(a);
  for (const char* type : {"", "a", "add", ".a", "aa.add", "A.add"}) {
    Command command = add_command("id", 1);
    command.type = type;
    EXPECT_EQ(machine.decide(command).error().code, ErrorCode::unsupported) << type;
  }
}

TEST(Machine, state_hash_does_not_depend_on_the_order_of_adding) {
  TestService a("a.");
  TestService b("b.");
  Machine one;
  one.add(a);
  one.add(b);
  Machine two;
  two.add(b);
  two.add(a);
  EXPECT_EQ(one.state_hash(), two.state_hash());
  Head head;
  ASSERT_TRUE(one.evolve(commit_with(head, {{"a.added", "1"}})));
  const Sha256 changed = two.state_hash();
  TestService fresh_a("a.");
  TestService fresh_b("b.");
  Machine fresh;
  fresh.add(fresh_a);
  fresh.add(fresh_b);
  EXPECT_NE(changed, fresh.state_hash());
}

TEST(MachineDeathTest, a_bad_prefix_or_one_that_is_taken_is_a_broken_invariant) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  for (const char* prefix : {"", ".", "a", "a.b.", "Ab.", "a "}) {
    TestService service(prefix);
    Machine machine;
    EXPECT_DEATH(machine.add(service), "is_prefix_well_formed") << prefix;
  }
  TestService one("a.");
  TestService two("a.");
  Machine machine;
  machine.add(one);
  EXPECT_DEATH(machine.add(two), "owner");
}

TEST(Replay, folds_all_publishes_and_tells_progress) {
  MemoryLog log;
  Head head;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(log.append(std::vector{commit_with(head, {{"test.added", "2"}})}));
  }
  TestService service;
  Machine machine;
  machine.add(service);
  uint64_t done = 0;
  EXPECT_EQ(replay(log, machine, [&](uint64_t seq, uint64_t) { done = seq; }), head);
  EXPECT_EQ(done, 3u);
  EXPECT_EQ(service.published(), 6);
}

TEST(Replay, goes_on_from_what_was_folded_before) {
  MemoryLog log;
  Head head;
  ASSERT_TRUE(log.append(std::vector{commit_with(head, {{"test.added", "2"}})}));
  TestService service;
  Machine machine;
  machine.add(service);
  const Head folded = replay(log, machine).value();
  EXPECT_EQ(replay(log, machine, {}, folded), folded);
  ASSERT_TRUE(log.append(std::vector{commit_with(head, {{"test.added", "3"}})}));
  EXPECT_EQ(replay(log, machine, {}, folded), head);
  EXPECT_EQ(service.published(), 5);
}

TEST(Replay, refuses_a_machine_that_folded_another_log) {
  MemoryLog log;
  Head head;
  ASSERT_TRUE(log.append(std::vector{commit_with(head, {{"test.added", "2"}})}));
  TestService service;
  Machine machine;
  machine.add(service);
  Head longer = head;
  longer.seq = 2;
  EXPECT_EQ(replay(log, machine, {}, longer).error().code, ErrorCode::conflict);
  Head other = head;
  other.hash[0] ^= 1;
  EXPECT_EQ(replay(log, machine, {}, other).error().code, ErrorCode::conflict);
  ASSERT_TRUE(log.append(std::vector{commit_with(head, {{"test.added", "3"}})}));
  EXPECT_EQ(replay(log, machine, {}, other).error().code, ErrorCode::conflict);
  EXPECT_EQ(service.published(), 0);
}

TEST(Replay, of_an_empty_log_is_the_fresh_state) {
  MemoryLog log;
  TestService service;
  Machine machine;
  machine.add(service);
  EXPECT_EQ(replay(log, machine), Head{});
}

TEST(Replay, stops_at_an_event_of_nobody) {
  MemoryLog log;
  Head head;
  ASSERT_TRUE(log.append(std::vector{commit_with(head, {{"gone.added", "2"}})}));
  TestService service;
  Machine machine;
  machine.add(service);
  EXPECT_EQ(replay(log, machine).error().code, ErrorCode::unsupported);
}

/// A log that knows of more commits than it gives.
class ShortLog final : public LogReader {
 public:
  Result<Head> last() const override { return Head{5, {}, {}}; }
  Result<> read(uint64_t, const Visit&) const override { return {}; }
  Result<std::optional<Commit>> find(std::string_view) const override { return std::nullopt; }
  Result<bool> wait_for(uint64_t, std::chrono::milliseconds, std::stop_token) const override {
    return false;
  }
  Result<Verification> verify(const Progress&) const override { return Verification{}; }
};

TEST(Replay, of_a_log_that_ends_early_is_damage) {
  TestService service;
  Machine machine;
  machine.add(service);
  const auto result = replay(ShortLog(), machine);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::corrupt);
  EXPECT_EQ(result.error().where, "commit 1");
}

}  // namespace
}  // namespace hq::log
