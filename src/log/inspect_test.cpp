#include "log/inspect.h"

#include <gtest/gtest.h>

#include <semaphore>
#include <thread>

#include "base/json.h"
#include "log/memory_log.h"
#include "log/sqlite_log.h"
#include "log/test_commits.h"

namespace hq::log {
namespace {

/// The sequence numbers of the lines that tail prints.
std::vector<std::string> tailed(const LogReader& log, const TailOptions& options) {
  std::vector<std::string> seqs;
  EXPECT_TRUE(tail(log, options, [&](std::string_view line) {
    const std::string_view start = R"({"seq":)";
    EXPECT_TRUE(line.starts_with(start));
    line.remove_prefix(start.size());
    seqs.emplace_back(line.substr(0, line.find(',')));
    return true;
  }));
  return seqs;
}

using Lines = std::vector<std::string>;

TEST(Tail, gives_the_last_commits_or_those_from_a_number_on) {
  MemoryLog log;
  EXPECT_EQ(tailed(log, {}), Lines{});
  Head head;
  ASSERT_TRUE(log.append(test_commits(head, 12)));
  EXPECT_EQ(tailed(log, {.count = 2}), (Lines{"11", "12"}));
  EXPECT_EQ(tailed(log, {}).size(), 10u);
  EXPECT_EQ(tailed(log, {.count = 100}).size(), 12u);
  EXPECT_EQ(tailed(log, {.count = 0}), Lines{});
  EXPECT_EQ(tailed(log, {.from_seq = 11}), (Lines{"11", "12"}));
}

TEST(Tail, stops_when_the_printer_does) {
  MemoryLog log;
  Head head;
  ASSERT_TRUE(log.append(test_commits(head, 5)));
  int lines = 0;
  EXPECT_TRUE(tail(log, {}, [&](std::string_view) { return ++lines < 2; }));
  EXPECT_EQ(lines, 2);
}

TEST(Tail, follows_a_log_that_another_connection_writes) {
  TestFolder folder;
  const auto log = open_log(folder.path()).value();
  Head head;
  ASSERT_TRUE(log->append(test_commits(head, 3)));
  int lines = 0;
  std::binary_semaphore started(0);
  std::jthread tailing([&] {
    EXPECT_TRUE(tail_folder(folder.path(), {.count = 1, .follow = true}, [&](std::string_view) {
      if (lines == 0) started.release();
      return ++lines < 3;
    }));
  });
  started.acquire();  // it has begun with what was there
  ASSERT_TRUE(log->append(test_commits(head, 1)));
  ASSERT_TRUE(log->append(test_commits(head, 4)));
  tailing.join();
  EXPECT_EQ(lines, 3);
}

TEST(Tail, of_a_folder_without_a_log_is_not_found) {
  TestFolder folder;
  EXPECT_EQ(tail_folder(folder.path(), {}, [](std::string_view) { return true; }).error().code,
            ErrorCode::not_found);
  EXPECT_EQ(verify_folder(folder.path()).error().code, ErrorCode::not_found);
}

TEST(Verify, of_a_folder_runs_beside_the_writer) {
  TestFolder folder;
  const auto log = open_log(folder.path()).value();
  Head head;
  ASSERT_TRUE(log->append(test_commits(head, 5)));
  uint64_t progress = 0;
  const auto found =
      verify_folder(folder.path(), [&](uint64_t done, uint64_t) { progress = done; });
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->damage);
  EXPECT_EQ(found->head, head);
  EXPECT_EQ(progress, 5u);
}

TEST(JsonLine, has_every_field_on_one_line) {
  Head head;
  Commit commit;
  commit.time = Instant(std::chrono::seconds(1));
  commit.actor = "a\"b";
  commit.organisation = "枢纽";
  commit.command_id = "id";
  commit.type = "t.c";
  commit.events = {{"t.e", "{\"n\":\n1}"}, {"t.raw", std::string("\x01not json", 9)}};
  commit.reply = "null";
  seal(commit, head);
  const std::string zeros(64, '0');
  EXPECT_EQ(to_json_line(commit),
            R"({"seq":1,"time":"1970-01-01T00:00:01Z","actor":"a\"b","organisation":"枢纽",)"
            R"("command_id":"id","type":"t.c","events":[{"type":"t.e","body":{"n": 1}},)"
            R"({"type":"t.raw","body":"\u0001not json"}],"reply":null,"request":")" +
                zeros + R"(","previous":")" + zeros + R"(","hash":")" + to_hex(commit.hash) +
                "\"}");
}

TEST(JsonLine, writes_records_as_hexadecimal_digits) {
  Head head;
  Commit commit;
  commit.command_id = "id";
  commit.events = {{"t.records", std::string("\x01\0\xFF", 3)}, {"t.zero", std::string(2, '\0')}};
  commit.reply = "null";
  seal(commit, head);
  const std::string line = to_json_line(commit);
  EXPECT_NE(line.find(R"("body":{"hex":"0100ff"}})"), std::string::npos) << line;
  EXPECT_NE(line.find(R"("body":{"hex":"0000"}})"), std::string::npos) << line;
}

}  // namespace
}  // namespace hq::log
