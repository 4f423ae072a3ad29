#include "hub/ledger/opening.h"

#include <gtest/gtest.h>

#include "hub/ledger/ledger_service.h"
#include "log/memory_log.h"

namespace hq::hub {
namespace {

constexpr Instant kNoon{std::chrono::microseconds(1'000'000)};

/// Commits of a kind, at one time unless said otherwise; each opens an account of its number.
class OpeningTest : public testing::Test {
 protected:
  void commit(Instant time, uint64_t account) {
    log::Commit one;
    one.time = time;
    one.actor = "test";
    one.command_id = std::to_string(account);
    one.type = "ledger.open";
    const ledger::Account opened{.id = account, .asset = 156, .kind = 1};
    one.events.push_back({"ledger.opened", to_bytes({&opened, 1})});
    log::seal(one, head_);
    ASSERT_TRUE(log_.append({&one, 1}));
  }
  bool was_open_at(uint64_t account, uint64_t seq, Instant opened = kNoon) const {
    const ledger::Account known{.id = account, .time_us = opened.time_since_epoch().count()};
    return was_open(log_, known, seq).value();
  }

  log::Head head_;
  log::MemoryLog log_;
};

TEST_F(OpeningTest, tells_commits_of_one_time_apart) {
  for (uint64_t account = 1; account <= 3; ++account) commit(kNoon, account);
  EXPECT_FALSE(was_open_at(2, 0));
  EXPECT_FALSE(was_open_at(2, 1));
  EXPECT_TRUE(was_open_at(2, 2));
  EXPECT_TRUE(was_open_at(2, 3));
  EXPECT_TRUE(was_open_at(2, 99)) << "of a commit to come: open";
}

TEST_F(OpeningTest, goes_by_time_where_times_differ) {
  const Instant later = kNoon + std::chrono::seconds(1);
  commit(kNoon, 1);
  commit(later, 2);
  EXPECT_FALSE(was_open_at(2, 1, later));
  EXPECT_TRUE(was_open_at(2, 2, later));
  EXPECT_TRUE(was_open_at(1, 1));
  EXPECT_EQ(not_yet_open({.id = 2}).error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace hq::hub
