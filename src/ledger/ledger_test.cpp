#include "ledger/ledger.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>

namespace hq::ledger {
namespace {

constexpr int64_t kSecondUs = 1'000'000;
constexpr Uint128 kHuge = ~Uint128{0};

/// Accounts 1 to 6 of asset 156, and 11, 12 of asset 344.
class LedgerTest : public testing::Test {
 protected:
  LedgerTest() {
    ledger_.begin(0);
    for (Uint128 id : {1, 2, 3, 4, 5, 6, 11, 12})
      EXPECT_EQ(open(id, id > 10 ? 344 : 156), "created");
  }

  std::string_view open(Uint128 account, uint32_t asset, uint16_t flags = 0) {
    const Account wanted{.id = account, .asset = asset, .kind = 10, .flags = flags};
    Status status{};
    ledger_.open_accounts({&wanted, 1}, {&status, 1});
    return id(status);
  }

  Transfer move(Uint128 transfer, Uint128 debit, Uint128 credit, Uint128 amount,
                uint16_t flags = 0) {
    return {.id = transfer,
            .debit_account = debit,
            .credit_account = credit,
            .amount = amount,
            .asset = debit > 10 ? 344u : 156u,
            .code = 1,
            .flags = flags};
  }
  Transfer end(Uint128 transfer, Uint128 pending, uint16_t flags, Uint128 amount = 0) {
    return {.id = transfer, .amount = amount, .pending_id = pending, .flags = flags};
  }

  std::vector<std::string_view> make(const std::vector<Transfer>& batch) {
    outcomes_.assign(batch.size(), {});
    ledger_.transfer(batch, outcomes_);
    std::vector<std::string_view> statuses;
    statuses.reserve(outcomes_.size());
    for (const Outcome& outcome : outcomes_) statuses.push_back(id(outcome.status));
    return statuses;
  }
  std::string_view make(const Transfer& transfer) { return make(std::vector{transfer})[0]; }

  Balances balances(Uint128 account) const { return ledger_.account(account)->balances; }
  void at(int64_t second) {
    ledger_.commit(++seq_);
    ledger_.begin(second * kSecondUs);
  }

  using Statuses = std::vector<std::string_view>;

  Ledger ledger_{{.accounts_max = 20, .transfers_max = 1000}};
  std::vector<Outcome> outcomes_;
  uint64_t seq_ = 1;
};

TEST_F(LedgerTest, moves_an_amount_and_answers_with_both_balances) {
  EXPECT_EQ(make(move(100, 1, 2, 4500)), "created");
  EXPECT_EQ(outcomes_[0].debit.debits_posted, 4500u);
  EXPECT_EQ(outcomes_[0].credit.credits_posted, 4500u);
  EXPECT_EQ(balances(1), outcomes_[0].debit);
  EXPECT_EQ(balances(2), outcomes_[0].credit);
}

TEST_F(LedgerTest, answers_a_refusal_with_what_there_is) {
  open(7, 156, kDebitsMustNotExceedCredits);
  make(move(100, 1, 7, 30));
  EXPECT_EQ(make(move(101, 7, 2, 31)), "exceeds_credits");
  EXPECT_EQ(outcomes_[0].debit.credits_posted, 30u);
  EXPECT_EQ(make(move(101, 7, 2, 30)), "created") << "an id that was refused may be used again";
}

TEST_F(LedgerTest, does_the_same_request_once_and_names_what_differs) {
  Transfer wanted = move(100, 1, 2, 10);
  EXPECT_EQ(make(wanted), "created");
  EXPECT_EQ(make(wanted), "exists");
  EXPECT_EQ(outcomes_[0].debit.debits_posted, 10u);
  wanted.note = 7;
  EXPECT_EQ(make(wanted), "exists_differently");
  EXPECT_EQ(id(outcomes_[0].field), "note");
  wanted = move(100, 1, 3, 10);
  EXPECT_EQ(make(wanted), "exists_differently");
  EXPECT_EQ(id(outcomes_[0].field), "credit_account");
}

TEST_F(LedgerTest, refuses_reserved_bytes_and_a_time_of_the_callers) {
  Transfer wanted = move(100, 1, 2, 10);
  wanted.reserved = 1;
  EXPECT_EQ(make(wanted), "reserved_not_zero");
  wanted.reserved = 0;
  wanted.time_us = 5;
  EXPECT_EQ(make(wanted), "reserved_not_zero");
  wanted = move(100, 1, 2, 10, kExpired);
  EXPECT_EQ(make(wanted), "flags_unknown");
  Account account{.id = 9, .asset = 1, .kind = 1};
  account.balances.credits_posted = 1;
  Status status{};
  ledger_.open_accounts({&account, 1}, {&status, 1});
  EXPECT_EQ(id(status), "reserved_not_zero");
  account = {.id = 9, .asset = 1};
  ledger_.open_accounts({&account, 1}, {&status, 1});
  EXPECT_EQ(id(status), "kind_zero");
}

TEST_F(LedgerTest, holds_sums_that_do_not_fit_back) {
  EXPECT_EQ(make(move(100, 1, 2, kHuge - 1)), "created");
  EXPECT_EQ(make(move(101, 1, 3, 1)), "overflows");
  EXPECT_EQ(make(move(102, 3, 2, 5)), "overflows");
  EXPECT_EQ(make(move(103, 2, 1, kHuge - 1)), "created");
}

TEST_F(LedgerTest, posts_in_part_and_frees_the_rest) {
  make(move(100, 1, 2, 50, kPending));
  EXPECT_EQ(balances(1).debits_pending, 50u);
  EXPECT_EQ(make(end(101, 100, kPost, 51)), "exceeds_pending_amount");
  EXPECT_EQ(make(end(101, 100, kPost, 20)), "created");
  EXPECT_EQ(balances(1).debits_pending, 0u);
  EXPECT_EQ(balances(2).credits_posted, 20u);
  EXPECT_EQ(make(end(101, 100, kPost, 20)), "exists");
  EXPECT_EQ(make(end(101, 100, kPost)), "exists_differently") << "all is not 20 of 50";
  EXPECT_EQ(make(end(102, 100, kVoid)), "pending_posted");
}

// Expiry is an event of its own, in the order of when things were over, before anything else of
// the commit: whoever reads sees the balance and the pending transfers of one moment.
TEST_F(LedgerTest, expires_in_order_before_the_commit) {
  open(7, 156, kDebitsMustNotExceedCredits);
  make(move(100, 1, 7, 10));
  Transfer late = move(101, 7, 2, 4, kPending);
  late.timeout_s = 20;
  Transfer soon = move(102, 7, 3, 6, kPending);
  soon.timeout_s = 10;
  EXPECT_EQ(make({late, soon}), Statuses({"created", "created"}));
  at(9);
  const auto pendings = [&] {
    std::vector<uint32_t> records;
    ledger_.statement(7, {.pending_at = kNone}, [&](const StatementRow& row) {
      records.push_back(row.record);
      return true;
    });
    return records;
  };
  EXPECT_EQ(pendings(), (std::vector<uint32_t>{2, 1}));
  EXPECT_EQ(make(move(103, 7, 2, 1)), "exceeds_credits");
  at(20);
  EXPECT_EQ(make(move(104, 7, 2, 10)), "created");
  EXPECT_EQ(make(end(105, 102, kPost)), "pending_expired");
  EXPECT_TRUE(pendings().empty());
  ASSERT_EQ(ledger_.transfers().size(), 6u);
  EXPECT_EQ(ledger_.transfers()[3].pending_id, 102u);
  EXPECT_EQ(ledger_.transfers()[4].pending_id, 101u);
  EXPECT_EQ(ledger_.pending_state(1), PendingState::expired);
  EXPECT_EQ(ledger_.balances_at(7, 3)->debits_pending, 10u);
}

TEST_F(LedgerTest, rolls_a_commit_back_with_what_expired_in_it) {
  Transfer timed = move(100, 1, 2, 5, kPending);
  timed.timeout_s = 10;
  make(timed);
  at(10);
  EXPECT_EQ(ledger_.pending_state(0), PendingState::expired);
  EXPECT_EQ(open(8, 156), "created");
  EXPECT_EQ(make(move(101, 8, 2, 7)), "created");
  ledger_.rollback();
  EXPECT_FALSE(ledger_.account(8));
  EXPECT_FALSE(ledger_.find_transfer(101));
  EXPECT_EQ(balances(1).debits_pending, 5u);
  ledger_.begin(11 * kSecondUs);
  EXPECT_EQ(ledger_.pending_state(0), PendingState::expired);
  EXPECT_EQ(ledger_.transfers()[1].time_us, 11 * kSecondUs);
}

TEST_F(LedgerTest, makes_a_chain_wholly_or_not_at_all) {
  open(7, 156, kDebitsMustNotExceedCredits);
  EXPECT_EQ(make({move(100, 1, 2, 5, kLinked), move(101, 11, 12, 8, kLinked), move(102, 7, 1, 1)}),
            Statuses({"linked_failed", "linked_failed", "exceeds_credits"}));
  EXPECT_EQ(balances(1), Balances());
  EXPECT_EQ(balances(11), Balances());
  EXPECT_FALSE(ledger_.find_transfer(100));
  // Delivery against payment: two assets, one chain.
  const std::vector<Transfer> sale = {move(100, 1, 2, 5, kLinked), move(101, 11, 12, 8)};
  EXPECT_EQ(make(sale), Statuses({"created", "created"}));
  EXPECT_EQ(make(sale), Statuses({"exists", "exists"}));
  EXPECT_EQ(make({move(100, 1, 2, 5, kLinked), move(103, 11, 12, 8)}),
            Statuses({"exists", "linked_failed"}));
  EXPECT_EQ(make({move(104, 1, 2, 5), move(105, 1, 2, 5, kLinked)}),
            Statuses({"created", "chain_open"}));
}

TEST_F(LedgerTest, posts_and_voids_a_chain_as_a_whole) {
  const auto chain = [&](Uint128 first) {
    return std::vector<Transfer>{move(first, 1, 2, 5, kPending | kLinked),
                                 move(first + 1, 3, 4, 7, kLinked),
                                 move(first + 2, 11, 12, 8, kPending)};
  };
  make(chain(100));
  EXPECT_EQ(make(end(110, 102, kPost | kWholeChain)), "created");
  EXPECT_EQ(balances(2).credits_posted, 5u);
  EXPECT_EQ(balances(12).credits_posted, 8u);
  EXPECT_EQ(balances(4).credits_posted, 7u);
  EXPECT_EQ(make(end(110, 102, kPost | kWholeChain)), "exists");
  make(chain(200));
  EXPECT_EQ(make(end(210, 200, kVoid)), "created");
  EXPECT_EQ(make(end(211, 202, kPost | kWholeChain)), "pending_voided");
  EXPECT_EQ(balances(12).credits_pending, 8u);
}

// Behind the last record lies what was undone; the chain that is being made ends before it.
TEST_F(LedgerTest, ends_no_chain_that_is_being_made) {
  make(move(100, 1, 2, 5, kPending));
  EXPECT_EQ(make({move(200, 1, 2, 5, kPending | kLinked), move(201, 1, 2, 5, kPending | kLinked),
                  move(202, 1, 2, 5, kPending | kLinked), move(203, 1, 99, 5)})[3],
            "credit_account_unknown");
  EXPECT_EQ(make({end(300, 100, kPost | kLinked), end(301, 300, kPost | kWholeChain)}),
            (Statuses{"linked_failed", "not_pending"}));
  EXPECT_EQ(make(end(300, 100, kPost)), "created");
  EXPECT_EQ(balances(1), (Balances{.debits_posted = 5}));
}

TEST_F(LedgerTest, moves_at_most_what_there_is) {
  make(move(100, 1, 2, 30));
  make(move(101, 2, 3, 10, kPending));
  EXPECT_EQ(make(move(102, 2, 4, 100, kBalancingDebit)), "created");
  EXPECT_EQ(outcomes_[0].amount, 20u);
  EXPECT_EQ(make(move(103, 2, 4, 100, kBalancingDebit)), "exceeds_credits");
  EXPECT_EQ(make(move(102, 2, 4, 100, kBalancingDebit)), "exists");
}

TEST_F(LedgerTest, closes_an_account_and_opens_it_again_with_a_void) {
  EXPECT_EQ(make(move(100, 1, 2, 1, kPending | kClosingDebit)), "created");
  EXPECT_EQ(make(move(101, 1, 2, 1)), "debit_account_closed");
  EXPECT_EQ(make(end(102, 100, kVoid)), "created");
  EXPECT_EQ(make(move(101, 1, 2, 1)), "created");
}

TEST_F(LedgerTest, says_when_it_is_full_and_still_ends_what_has_a_time) {
  Ledger small({.accounts_max = 2, .transfers_max = 3});
  small.begin(0);
  std::array<Account, 3> accounts{};
  for (uint32_t i = 0; i < 3; ++i) accounts[i] = {.id = i + 1, .asset = 156, .kind = 1};
  std::array<Status, 3> statuses{};
  small.open_accounts(accounts, statuses);
  EXPECT_EQ(id(statuses[2]), "too_many_accounts");
  Transfer timed = move(100, 1, 2, 5, kPending);
  timed.timeout_s = 5;
  const std::array<Transfer, 3> batch = {timed, move(101, 1, 2, 5), move(102, 1, 2, 5)};
  std::array<Outcome, 3> outcomes{};
  small.transfer(batch, outcomes);
  EXPECT_EQ(id(outcomes[1].status), "created");
  EXPECT_EQ(id(outcomes[2].status), "too_many_transfers");
  small.begin(5 * kSecondUs);
  EXPECT_EQ(small.pending_state(0), PendingState::expired);
}

// The cross-border pool of 2021: when the quota was cut, contracts that stood ran on.
TEST_F(LedgerTest, lowers_a_limit_without_touching_what_stands) {
  const Limit pool{
      .id = 1, .value = 1000, .side = LimitSide::net_debits, .weights = {{1, 2}, {2, 3}}};
  EXPECT_EQ(id(ledger_.add_limit(pool)), "created");
  EXPECT_EQ(make(move(100, 1, 5, 200, kPending)), "created");  // 400
  EXPECT_EQ(make(move(101, 2, 5, 201)), "exceeds_limit");      // 1003
  EXPECT_EQ(outcomes_[0].limit, 0u);
  EXPECT_EQ(make(move(102, 2, 5, 200)), "created");  // 1000
  EXPECT_TRUE(ledger_.set_limit(1, 500, 0));
  EXPECT_EQ(make(move(103, 1, 5, 1)), "exceeds_limit");
  EXPECT_EQ(make(end(104, 100, kPost)), "created") << "what was reserved is used";
  EXPECT_EQ(make(move(105, 5, 2, 150)), "created") << "what lowers the use is always allowed";
  EXPECT_EQ(ledger_.limit_use(0).use, 550);
  EXPECT_EQ(make(move(106, 1, 2, 10)), "created") << "between members, 20 more and 30 less";
  EXPECT_FALSE(ledger_.set_limit(9, 500, 0));
}

TEST_F(LedgerTest, counts_by_calendar_month_of_the_place) {
  const Limit monthly{.id = 1,
                      .value = 100,
                      .side = LimitSide::debits,
                      .window = LimitWindow::month,
                      .utc_offset_s = 8 * 3600,
                      .weights = {{1, 1}}};
  ledger_.add_limit(monthly);
  using namespace std::chrono;
  const auto second = [](sys_days day, int hour) {
    return duration_cast<seconds>(day.time_since_epoch()).count() + hour * int64_t{3600};
  };
  at(second(2026y / November / 30, 15));  // 23:00 in Shanghai
  EXPECT_EQ(make(move(100, 1, 2, 100)), "created");
  EXPECT_EQ(make(move(101, 1, 2, 1)), "exceeds_limit");
  at(second(2026y / November / 30, 16));  // December has begun there
  EXPECT_EQ(make(move(101, 1, 2, 100)), "created");
  EXPECT_EQ(ledger_.limit_use(0).window_begin_us, second(2026y / November / 30, 16) * kSecondUs);
}

TEST_F(LedgerTest, counts_what_was_done_before_a_limit_came) {
  at(100);
  make(move(100, 1, 2, 60, kPending));
  at(150);
  make(move(101, 1, 2, 30));
  at(160);
  const Limit sliding{.id = 1,
                      .value = 95,
                      .side = LimitSide::debits,
                      .window = LimitWindow::sliding,
                      .span_s = 60,
                      .weights = {{1, 1}}};
  EXPECT_EQ(id(ledger_.add_limit(sliding)), "created");
  EXPECT_EQ(id(ledger_.add_limit(sliding)), "exists");
  EXPECT_EQ(ledger_.limit_use(0).use, 30) << "the first is 60 seconds old";
  EXPECT_EQ(make(move(102, 1, 2, 66)), "exceeds_limit");
  at(210);
  EXPECT_EQ(make(move(102, 1, 2, 95)), "created");
}

TEST_F(LedgerTest, refuses_a_limit_that_makes_no_sense) {
  Limit limit{.id = 1, .value = 5, .weights = {{1, 1}, {1, 1}}};
  EXPECT_EQ(id(ledger_.add_limit(limit)), "accounts_equal");
  limit.weights = {{99, 1}};
  EXPECT_EQ(id(ledger_.add_limit(limit)), "debit_account_unknown");
  limit.weights = {};
  EXPECT_EQ(id(ledger_.add_limit(limit)), "debit_account_unknown");
  limit.weights = {{1, 1}};
  limit.span_s = 5;
  EXPECT_EQ(id(ledger_.add_limit(limit)), "flags_conflict");
  limit.span_s = 0;
  make(move(100, 1, 2, kHuge / 2));
  EXPECT_EQ(id(ledger_.add_limit(limit)), "overflows");
  EXPECT_EQ(ledger_.limit_count(), 0u);
  EXPECT_EQ(make(move(101, 1, 3, 5)), "created") << "nothing is left of the limit";
  limit.weights = {{4, 2}};
  EXPECT_EQ(id(ledger_.add_limit(limit)), "created");
  EXPECT_EQ(make(move(102, 4, 3, kHuge / 2)), "overflows");
  EXPECT_EQ(make(move(102, 4, 3, 2)), "created");
}

TEST_F(LedgerTest, keeps_nothing_of_a_limit_that_does_not_fit_beside_what_was) {
  const Uint128 half = kHuge / 8 + 2;  // of what a limit can count, and a little more
  EXPECT_EQ(make({move(100, 1, 2, half), move(101, 4, 2, half)}), Statuses(2, "created"));
  Limit limit{.id = 1, .value = 5, .weights = {{1, 1}, {4, 1}}};
  EXPECT_EQ(id(ledger_.add_limit(limit)), "overflows");
  limit = {.id = 1, .value = 7, .weights = {{3, 1}}};
  EXPECT_EQ(id(ledger_.add_limit(limit)), "created");
  EXPECT_EQ(ledger_.marked_limit_use(0).value, Int128{7});
  EXPECT_TRUE(ledger_.mark_limits().limits.empty());
}

TEST_F(LedgerTest, finds_a_balance_of_the_past_in_a_long_history) {
  Ledger big({.accounts_max = 2, .transfers_max = 100'000});
  big.begin(0);
  const std::array<Account, 2> accounts = {Account{.id = 1, .asset = 156, .kind = 1},
                                           Account{.id = 2, .asset = 156, .kind = 1}};
  std::array<Status, 2> statuses{};
  big.open_accounts(accounts, statuses);
  for (uint32_t i = 0; i < 100'000; ++i) {
    const Transfer t = move(i + 1, 1, 2, 1);
    Outcome outcome;
    big.begin(i);
    big.transfer({&t, 1}, {&outcome, 1});
    big.commit(i + 2);
  }
  for (uint32_t at = 0; at <= 100'000; at += 37) {
    ASSERT_EQ(big.balances_at(1, at)->debits_posted, at);
    ASSERT_EQ(big.records_at_commit(at + 1), at);
  }
}

TEST(Records, write_numbers_in_decimal_and_read_them_back) {
  for (const Uint128 number : {Uint128{0}, Uint128{10}, kHuge, kHuge / 3}) {
    EXPECT_EQ(parse_uint128(to_text(number)).value(), number);
  }
  EXPECT_EQ(to_text(kHuge), "340282366920938463463374607431768211455");
  EXPECT_EQ(to_text(Int128{-42}), "-42");
  for (const char* wrong : {"", "-1", "1.0", "340282366920938463463374607431768211456", " 1"}) {
    EXPECT_EQ(parse_uint128(wrong).error().code, ErrorCode::invalid_argument) << wrong;
  }
}

TEST(Records, have_an_id_and_words_for_every_status) {
  for (uint16_t i = 0; i < kStatusCount; ++i) {
    const auto status = static_cast<Status>(i);
    EXPECT_FALSE(id(status).empty());
    EXPECT_FALSE(text(status, Language::en).empty());
    EXPECT_NE(text(status, Language::en), text(status, Language::zh));
  }
  EXPECT_EQ(text(Status::exceeds_limit, Language::zh), "将超出限额");
  EXPECT_EQ(id(Status::too_many_transfers), "too_many_transfers");
  EXPECT_EQ(id(Field::flags), "flags");
}

}  // namespace
}  // namespace hq::ledger
