#include "log/streams.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "log/sqlite_log.h"
#include "log/test_commits.h"

namespace hq::log {
namespace {

using Names = std::vector<std::string>;

TEST(Streams, have_names_that_are_good_file_names) {
  for (const char* good : {"main", "a", "7", "north-2", "a-"}) {
    EXPECT_TRUE(check_stream_name(good)) << good;
  }
  EXPECT_TRUE(check_stream_name(std::string(32, 'a')));
  for (const std::string bad : {"", "-a", "A", "a.b", "a/b", "a b", "北", "../x"}) {
    const auto checked = check_stream_name(bad);
    ASSERT_FALSE(checked) << bad;
    EXPECT_EQ(checked.error().code, ErrorCode::invalid_argument);
  }
  EXPECT_FALSE(check_stream_name(std::string(33, 'a')));
  TestFolder folder;
  EXPECT_EQ(open_log(folder.path(), {.stream = "a/b"}).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(open_log_reader(folder.path(), {.stream = ""}).error().code,
            ErrorCode::invalid_argument);
}

TEST(Streams, lie_side_by_side_and_are_listed_with_the_main_one_first) {
  TestFolder folder;
  EXPECT_EQ(list_streams(folder.path()), Names{});
  for (const char* stream : {"south", "main", "a", "log"}) {
    ASSERT_TRUE(open_log(folder.path(), {.stream = stream}));
  }
  std::ofstream(folder.path() / "log-Bad.sqlite").flush();
  std::ofstream(folder.path() / "log-main.sqlite").flush();
  std::ofstream(folder.path() / "other.sqlite").flush();
  EXPECT_EQ(list_streams(folder.path()), (Names{"main", "a", "log", "south"}));
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "log.lock"));
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "log-south.lock"));
  EXPECT_EQ(list_streams(folder.path() / "nowhere").error().code, ErrorCode::not_found);
}

TEST(Streams, that_are_not_there_are_said_by_name) {
  TestFolder folder;
  const auto none = open_log_reader(folder.path(), {.stream = "north"});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::not_found);
  EXPECT_NE(none.error().message.find("'north'"), std::string::npos);
}

TEST(Streams, have_a_writer_each) {
  TestFolder folder;
  const auto main = open_log(folder.path());
  const auto north = open_log(folder.path(), {.stream = "north"});
  ASSERT_TRUE(main && north);
  EXPECT_EQ(open_log(folder.path(), {.stream = "north"}).error().code, ErrorCode::conflict);
}

TEST(Streams, are_written_in_parallel_without_a_trace_of_each_other) {
  TestFolder folder;
  constexpr int kGroups = 60;
  const Names streams = {"main", "north", "south"};
  {
    std::vector<std::jthread> writers;
    writers.reserve(streams.size());
    for (std::size_t i = 0; i < streams.size(); ++i) {
      writers.emplace_back([&, i] {
        const auto log = open_log(folder.path(), {.stream = streams[i]}).value();
        Head head;
        for (int group = 0; group < kGroups; ++group) {
          ASSERT_TRUE(log->append(test_commits(head, 1 + i)));
        }
      });
    }
  }
  for (std::size_t i = 0; i < streams.size(); ++i) {
    const auto log = open_log_reader(folder.path(), {.stream = streams[i]}).value();
    const auto found = log->verify();
    ASSERT_TRUE(found);
    EXPECT_FALSE(found->damage);
    EXPECT_EQ(found->head.seq, kGroups * (1 + i));
    Head head;
    test_commits(head, kGroups * (1 + i));
    EXPECT_EQ(found->head, head);
  }
}

TEST(Streams, refuse_a_file_that_was_renamed) {
  TestFolder folder;
  {
    Head head;
    ASSERT_TRUE(
        open_log(folder.path(), {.stream = "north"}).value()->append(test_commits(head, 2)));
  }
  std::filesystem::copy(folder.path() / "log-north.sqlite", folder.path() / "log-south.sqlite");
  std::filesystem::copy(folder.path() / "log-north.sqlite", folder.path() / "log.sqlite");
  for (const char* stream : {"south", "main"}) {
    for (const Error& error : {open_log(folder.path(), {.stream = stream}).error(),
                               open_log_reader(folder.path(), {.stream = stream}).error()}) {
      EXPECT_EQ(error.code, ErrorCode::conflict);
      EXPECT_NE(error.message.find(fmt::format("stream 'north', not '{}'", stream)),
                std::string::npos)
          << error.text();
      EXPECT_FALSE(error.message_zh.empty());
    }
  }
  EXPECT_TRUE(open_log_reader(folder.path(), {.stream = "north"}));
}

}  // namespace
}  // namespace hq::log
