#include "hub/policies/kept_answers.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <stdexcept>
#include <thread>
#include <vector>

namespace hq::hub {
namespace {

TEST(KeptAnswers, works_out_once_what_is_asked_again) {
  KeptAnswers<int> kept(2);
  int works = 0;
  const auto work = [&]() -> Result<int> { return ++works; };
  EXPECT_EQ(kept.get("a", work), 1);
  EXPECT_EQ(kept.get("a", work), 1);
  EXPECT_EQ(kept.get("b", work), 2);
  EXPECT_EQ(works, 2);
}

TEST(KeptAnswers, lets_go_what_was_not_asked_for_the_longest_time) {
  KeptAnswers<int> kept(2);
  int works = 0;
  const auto work = [&]() -> Result<int> { return ++works; };
  for (const char* key : {"a", "b", "a", "c"}) ASSERT_TRUE(kept.get(key, work));  // b goes
  EXPECT_EQ(kept.get("a", work), 1);
  EXPECT_EQ(kept.get("c", work), 3);
  EXPECT_EQ(kept.get("b", work), 4);
}

TEST(KeptAnswers, works_out_once_what_many_ask_at_the_same_time) {
  constexpr int kThreads = 8;
  KeptAnswers<int> kept(4);
  std::atomic<int> works = 0;
  std::atomic<int> right = 0;
  std::latch begin(kThreads);
  std::vector<std::jthread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      begin.arrive_and_wait();
      const auto answer = kept.get("a", [&]() -> Result<int> {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        return ++works;
      });
      if (answer == 1) ++right;
    });
  }
  threads.clear();
  EXPECT_EQ(works, 1);
  EXPECT_EQ(right, kThreads);
}

TEST(KeptAnswers, does_not_keep_faults) {
  KeptAnswers<int> kept(2);
  EXPECT_FALSE(kept.get(
      "a", []() -> Result<int> { return fail(ErrorCode::not_found, "none", "没有", "a"); }));
  EXPECT_EQ(kept.get("a", []() -> Result<int> { return 1; }), 1);
  EXPECT_THROW((void)kept.get("b", []() -> Result<int> { throw std::runtime_error("full"); }),
               std::runtime_error);
  EXPECT_EQ(kept.get("b", []() -> Result<int> { return 2; }), 2);
}

}  // namespace
}  // namespace hq::hub
