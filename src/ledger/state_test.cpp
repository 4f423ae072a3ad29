// What load() refuses. That it gives back what save() took is in ledger_property_test.cpp.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "ledger/ledger.h"

namespace hq::ledger {
namespace {

constexpr LedgerOptions kOptions{.accounts_max = 10, .transfers_max = 200};

class LedgerStateTest : public testing::Test {
 protected:
  LedgerStateTest() {
    ledger_.begin(1);
    const Account accounts[] = {{.id = 1, .asset = 156, .kind = 1},
                                {.id = 2, .asset = 156, .kind = 1}};
    Status statuses[2];
    ledger_.open_accounts(accounts, statuses);
    EXPECT_EQ(ledger_.add_limit({.id = 7, .value = 1'000'000, .weights = {{1, 2}}}),
              Status::created);
    std::vector<Transfer> transfers(100);
    for (std::size_t i = 0; i < transfers.size(); ++i) {
      transfers[i] = {.id = i + 1,
                      .debit_account = 1,
                      .credit_account = 2,
                      .amount = 5,
                      .reference = i % 7,
                      .asset = 156,
                      .code = 1};
    }
    std::vector<Outcome> outcomes(transfers.size());
    ledger_.transfer(transfers, outcomes);
    ledger_.commit(1);
    ledger_.save([&](std::string_view bytes) { state_.append(bytes); });
    write_file(transfers.size() * sizeof(Transfer));
  }
  ~LedgerStateTest() override { std::filesystem::remove(file_); }

  void write_file(std::size_t bytes) {
    const int file = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    EXPECT_EQ(::write(file, ledger_.transfers().data(), bytes), static_cast<ssize_t>(bytes));
    ::close(file);
  }
  ErrorCode code_of_load(std::string_view state, const LedgerOptions& options = kOptions) {
    Ledger loaded(options);
    const auto result = loaded.load(state, file_);
    return result ? ErrorCode{} : result.error().code;
  }

  Ledger ledger_{kOptions};
  std::string state_;
  std::string file_ = testing::TempDir() + "/hq_ledger_state_" + std::to_string(::getpid());
};

TEST_F(LedgerStateTest, is_taken_back_whole) {
  Ledger loaded(kOptions);
  ASSERT_TRUE(loaded.load(state_, file_));
  EXPECT_EQ(loaded.account(2)->balances.credits_posted, 500u);
  EXPECT_EQ(loaded.find_transfer(100), 99u);
  EXPECT_EQ(static_cast<int64_t>(loaded.limit_use(0).use), 1000);
  EXPECT_EQ(loaded.limit(0), ledger_.limit(0));
}

TEST_F(LedgerStateTest, that_is_cut_short_or_too_long_is_corrupt) {
  for (std::size_t size = 0; size < state_.size(); size += 3) {
    ASSERT_EQ(code_of_load(std::string_view(state_).substr(0, size)), ErrorCode::corrupt) << size;
  }
  EXPECT_EQ(code_of_load(state_ + "x"), ErrorCode::corrupt);
}

TEST_F(LedgerStateTest, needs_room) {
  EXPECT_EQ(code_of_load(state_, {.accounts_max = 1, .transfers_max = 200}),
            ErrorCode::limit_exceeded);
  EXPECT_EQ(code_of_load(state_, {.accounts_max = 10, .transfers_max = 99}),
            ErrorCode::limit_exceeded);
}

TEST_F(LedgerStateTest, needs_the_file_of_transfers) {
  write_file(99 * sizeof(Transfer));
  EXPECT_EQ(code_of_load(state_), ErrorCode::io_error);
  std::filesystem::remove(file_);
  EXPECT_EQ(code_of_load(state_), ErrorCode::not_found);
  EXPECT_FALSE(ledger_.read_from(file_, 100));
}

}  // namespace
}  // namespace hq::ledger
