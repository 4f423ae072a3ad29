#include "auth/attempt_limit.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "auth/limits.h"

namespace hq::auth {
namespace {

using std::chrono::seconds;

const Instant kStart{seconds(1'800'000'000)};
constexpr const char* kRemote = "192.0.2.7";

void fail_times(AttemptLimit& limit, int times, std::string_view remote, Instant time) {
  for (int i = 0; i < times; ++i) limit.count_failure(remote, time);
}

TEST(AttemptLimit, lets_so_many_failures_through_and_no_more) {
  AttemptLimit limit;
  for (int i = 0; i < kRemoteFailuresMax; ++i) {
    EXPECT_TRUE(limit.check_remote(kRemote, kStart)) << i;
    limit.count_failure(kRemote, kStart);
  }
  const auto refused = limit.check_remote(kRemote, kStart);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::rate_limited);
  EXPECT_EQ(refused.error().retry_after_s, kRemoteRefill.count());
  EXPECT_TRUE(limit.check_remote("192.0.2.8", kStart));
}

TEST(AttemptLimit, the_time_it_names_is_enough_and_none_less) {
  AttemptLimit limit;
  fail_times(limit, kRemoteFailuresMax + 2, kRemote, kStart);
  const auto refused = limit.check_remote(kRemote, kStart);
  ASSERT_FALSE(refused);
  const seconds wait(refused.error().retry_after_s);
  EXPECT_EQ(wait, 3 * kRemoteRefill);
  EXPECT_FALSE(limit.check_remote(kRemote, kStart + wait - seconds(1)));
  EXPECT_TRUE(limit.check_remote(kRemote, kStart + wait));
}

TEST(AttemptLimit, failures_wear_off) {
  AttemptLimit limit;
  fail_times(limit, kRemoteFailuresMax, kRemote, kStart);
  const Instant later = kStart + kRemoteFailuresMax * kRemoteRefill;
  fail_times(limit, kRemoteFailuresMax - 1, kRemote, later);
  EXPECT_TRUE(limit.check_remote(kRemote, later));
  limit.count_failure(kRemote, later);
  EXPECT_FALSE(limit.check_remote(kRemote, later));
}

TEST(AttemptLimit, all_addresses_together_have_a_limit) {
  AttemptLimit limit;
  for (int i = 0; i < kAllFailuresMax; ++i) {
    EXPECT_TRUE(limit.check_all(kStart)) << i;
    limit.count_failure(fmt::format("198.51.100.{}", i), kStart);
  }
  const auto refused = limit.check_all(kStart);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::rate_limited);
  EXPECT_EQ(refused.error().retry_after_s, kAllRefill.count());
  EXPECT_TRUE(limit.check_all(kStart + kAllRefill));
}

TEST(AttemptLimit, a_clock_set_back_neither_locks_out_nor_lets_in) {
  AttemptLimit limit;
  fail_times(limit, kRemoteFailuresMax, kRemote, kStart);
  const Instant back = kStart - std::chrono::hours(1000);
  const auto refused = limit.check_remote(kRemote, back);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().retry_after_s, kRemoteRefill.count());
  EXPECT_TRUE(limit.check_remote(kRemote, back + kRemoteRefill));
}

TEST(AttemptLimit, remembers_a_bounded_number_of_addresses_the_latest) {
  AttemptLimit limit;
  fail_times(limit, kRemoteFailuresMax, "first", kStart);
  fail_times(limit, kRemoteFailuresMax, "kept", kStart);
  for (std::size_t i = 0; i + 2 < kRemotesMax; ++i) {
    limit.count_failure(fmt::format("other {}", i), kStart);
  }
  limit.count_failure("kept", kStart);  // touched again, so it is not the oldest
  EXPECT_EQ(limit.remembered(), kRemotesMax);
  limit.count_failure("one more", kStart);
  EXPECT_EQ(limit.remembered(), kRemotesMax);
  EXPECT_TRUE(limit.check_remote("first", kStart));
  EXPECT_FALSE(limit.check_remote("kept", kStart));
}

TEST(AttemptLimit, counts_ipv6_by_subscriber_and_mapped_ipv4_as_ipv4) {
  EXPECT_EQ(remote_key("2001:db8:1:2:3:4:5:6"), remote_key("2001:db8:1:2::9"));
  EXPECT_NE(remote_key("2001:db8:1:2::1"), remote_key("2001:db8:1:3::1"));
  EXPECT_EQ(remote_key("::ffff:192.0.2.7"), "192.0.2.7");
  EXPECT_NE(remote_key("192.0.2.7"), remote_key("192.0.2.8"));
  EXPECT_EQ(remote_key(""), "");
  EXPECT_LE(remote_key(std::string(100'000, 'x')).size(), 64u);
}

}  // namespace
}  // namespace hq::auth
