#include "log/lease.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "log/test_postgres.h"

namespace hq::log {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class LeaseTest : public testing::Test {
 protected:
  void SetUp() override {
    HQ_REQUIRE_POSTGRES();
    server_ = &TestPostgres::shared();
    options_ = server_->options(fresh_stream());
  }

  LeaseState state() { return LeaseReader(options_).read().value().value(); }

  void expire() {
    server_->sql(fmt::format(
        "UPDATE hongqiao.lease SET expires = now() - interval '1 s' WHERE stream = '{}'",
        options_.stream));
  }

  TestPostgres* server_ = nullptr;
  PostgresOptions options_;
};

TEST_F(LeaseTest, nobody_has_it_before_it_is_taken) {
  EXPECT_EQ(LeaseReader(options_).read().value(), std::nullopt);
}

TEST_F(LeaseTest, tells_who_holds_it_and_for_how_long) {
  options_.holder = "node one";
  options_.address = "http://one";
  const auto lease = Lease::take(options_).value();
  EXPECT_EQ(lease->holder(), "node one");
  const LeaseState now = state();
  EXPECT_EQ(now.holder, "node one");
  EXPECT_EQ(now.address, "http://one");
  EXPECT_EQ(now.term, 1u);
  EXPECT_TRUE(now.is_held());
  EXPECT_LE(now.left, options_.lease_time);
}

TEST_F(LeaseTest, is_given_back_at_the_end_and_each_taking_is_a_new_term) {
  for (uint64_t term = 1; term <= 3; ++term) {
    const auto lease = Lease::take(options_).value();
    EXPECT_EQ(lease->term(), term);
    EXPECT_EQ(Lease::take(options_).error().code, ErrorCode::conflict);
  }
  EXPECT_FALSE(state().is_held());
}

TEST_F(LeaseTest, is_renewed_for_as_long_as_its_holder_lives) {
  options_.lease_time = milliseconds(1000);
  const auto lease = Lease::take(options_).value();
  std::this_thread::sleep_for(milliseconds(2500));
  EXPECT_TRUE(state().is_held());
  EXPECT_EQ(state().term, 1u);
}

TEST_F(LeaseTest, one_of_many_gets_it) {
  std::atomic<int> winners = 0;
  std::vector<std::unique_ptr<Lease>> held(6);
  {
    std::vector<std::jthread> takers;
    takers.reserve(held.size());
    for (auto& place : held) {
      takers.emplace_back([&] {
        auto lease = Lease::take(options_);
        if (lease) {
          ++winners;
          place = *std::move(lease);
        } else {
          EXPECT_EQ(lease.error().code, ErrorCode::conflict) << lease.error().text();
        }
      });
    }
  }
  EXPECT_EQ(winners, 1);
}

TEST_F(LeaseTest, whoever_loses_it_is_told_once_with_the_name_of_the_next) {
  options_.lease_time = milliseconds(600);
  std::promise<Error> lost;
  PostgresOptions first = options_;
  first.holder = "first";
  first.on_lease_lost = [&](const Error& error) { lost.set_value(error); };
  const auto lease = Lease::take(first).value();
  // As after a pause that was longer than the lease.
  PostgresOptions second = options_;
  second.holder = "second";
  std::unique_ptr<Lease> next;
  for (int i = 0; i < 200 && !next; ++i) {
    expire();
    if (auto taken = Lease::take(second)) next = *std::move(taken);
  }
  ASSERT_NE(next, nullptr);
  EXPECT_EQ(next->term(), 2u);
  auto told = lost.get_future();
  ASSERT_EQ(told.wait_for(seconds(20)), std::future_status::ready);
  const Error error = told.get();
  EXPECT_EQ(error.code, ErrorCode::conflict);
  EXPECT_NE(error.message.find("second (term 2)"), std::string::npos) << error.message;
}

TEST_F(LeaseTest, a_loser_does_not_give_back_the_lease_of_the_next) {
  auto first = Lease::take(options_).value();
  expire();
  const auto second = Lease::take(options_).value();
  first.reset();
  EXPECT_TRUE(state().is_held());
  EXPECT_EQ(state().term, second->term());
}

TEST_F(LeaseTest, outlives_a_restart_of_the_server) {
  TestPostgres server;
  PostgresOptions options = server.options("main");
  options.lease_time = milliseconds(500);
  std::atomic<bool> lost = false;
  options.on_lease_lost = [&](const Error&) { lost = true; };
  const auto lease = Lease::take(options).value();
  server.kill();
  server.start();
  LeaseReader reader(options);
  bool renewed = false;
  for (int i = 0; i < 200 && !renewed; ++i) {
    std::this_thread::sleep_for(milliseconds(50));
    const auto now = reader.read();
    renewed = now && now->value().is_held();
  }
  EXPECT_TRUE(renewed);
  EXPECT_FALSE(lost);
  EXPECT_EQ(reader.read().value()->term, lease->term());
  std::this_thread::sleep_for(milliseconds(2));
  EXPECT_GT(reader.connected_for(), milliseconds(0));
}

TEST(Lease, the_last_word_of_a_node_names_what_happened) {
  EXPECT_EXIT(stop_node({ErrorCode::conflict, "term 3 is over", "任期 3 已结束", {}}),
              testing::ExitedWithCode(info(ErrorCode::conflict).exit_code),
              "lost its lease: term 3 is over");
}

}  // namespace
}  // namespace hq::log
