#include "hub/ledger/ledger_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "log/memory_log.h"
#include "log/writer.h"

namespace hq::hub {
namespace {

using ledger::Account;
using ledger::Outcome;
using ledger::Status;
using ledger::Transfer;
using testing::ElementsAre;

const ledger::LedgerOptions kOptions{.accounts_max = 100, .transfers_max = 100'000};

/// A ledger behind a writer on a log in memory; the clock goes on a second a command.
struct Book {
  explicit Book(log::Log& log) : service(kOptions) {
    machine.add(service);
    log::WriterOptions options;
    options.clock = [this] { return Instant(std::chrono::seconds(++second)); };
    writer = log::Writer::start(log, machine, options).value();
  }
  ~Book() { writer->stop(); }

  Result<log::Receipt> send(std::string id, std::string type, std::string body) {
    log::Command command;
    command.id = std::move(id);
    command.type = std::move(type);
    command.actor = "test";
    command.body = std::move(body);
    return writer->submit(std::move(command)).get();
  }
  Result<std::vector<Outcome>> transfer(std::string id, const std::vector<Transfer>& batch) {
    HQ_TRY(const log::Receipt receipt, send(std::move(id), "ledger.transfer", to_bytes(batch)));
    return service.outcomes(batch, receipt);
  }

  LedgerService service;
  log::Machine machine;
  std::atomic<int> second = 0;
  std::unique_ptr<log::Writer> writer;
};

std::vector<Account> accounts(uint32_t count) {
  std::vector<Account> result(count);
  for (uint32_t i = 0; i < count; ++i) result[i] = {.id = i + 1, .asset = 156, .kind = 1};
  return result;
}

Transfer move(uint64_t id, uint64_t debit, uint64_t credit, uint64_t amount, uint16_t flags = 0) {
  return {.id = id,
          .debit_account = debit,
          .credit_account = credit,
          .amount = amount,
          .asset = 156,
          .code = 1,
          .flags = flags};
}

TEST(LedgerService, answers_a_batch_and_the_same_again) {
  log::MemoryLog log;
  Book book(log);
  const auto receipt = book.send("a", "ledger.open", to_bytes(accounts(3))).value();
  EXPECT_THAT(book.service.statuses(3, receipt).value(),
              ElementsAre(Status::created, Status::created, Status::created));
  const std::vector<Transfer> batch = {move(10, 1, 2, 5), move(11, 1, 9, 5), move(12, 2, 3, 7)};
  const auto first = book.transfer("b", batch).value();
  EXPECT_EQ(first[0].status, Status::created);
  EXPECT_EQ(first[0].credit.debits_posted, 0u) << "right after it, not after the batch";
  EXPECT_EQ(first[1].status, Status::credit_account_unknown);
  EXPECT_EQ(first[2].debit.debits_posted, 7u);
  const auto again = book.transfer("b", batch).value();
  EXPECT_EQ(again[0].credit, first[0].credit);
  EXPECT_EQ(again[2].debit, first[2].debit);
  EXPECT_EQ(again[1].status, Status::credit_account_unknown);
  const auto other = book.transfer("c", batch).value();
  EXPECT_EQ(other[0].status, Status::exists);
}

TEST(LedgerService, refuses_bytes_that_are_no_batch) {
  log::MemoryLog log;
  Book book(log);
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{127}, 128 * (kLedgerBatchMax + 1)}) {
    EXPECT_EQ(book.send("x", "ledger.transfer", std::string(bytes, 'x')).error().code,
              ErrorCode::invalid_argument);
  }
  EXPECT_EQ(book.send("x", "ledger.limit", "{}").error().code, ErrorCode::parse_error);
  EXPECT_EQ(book.send("x", "ledger.nothing", "").error().code, ErrorCode::unsupported);
  EXPECT_EQ(book.send("x", "ledger.set_limit", limit_change_text(1, 2, Instant{})).error().code,
            ErrorCode::not_found);
}

TEST(LedgerService, keeps_limits) {
  log::MemoryLog log;
  Book book(log);
  (void)book.send("a", "ledger.open", to_bytes(accounts(3)));
  const ledger::Limit limit{.id = 7,
                            .value = 10,
                            .side = ledger::LimitSide::net_debits,
                            .window = ledger::LimitWindow::sliding,
                            .span_s = 60,
                            .weights = {{1, 2}, {2, 1}}};
  EXPECT_EQ(limit_from(to_json_text(limit)).value(), limit);
  ASSERT_TRUE(book.send("l", "ledger.limit", to_json_text(limit)));
  EXPECT_EQ(book.transfer("b", {move(1, 1, 3, 6)}).value()[0].status, Status::exceeds_limit);
  ASSERT_TRUE(book.send("s", "ledger.set_limit", limit_change_text(7, 12, Instant{})));
  EXPECT_EQ(book.transfer("c", {move(1, 1, 3, 6)}).value()[0].status, Status::created);
}

// Random batches, refusals and expiries among them: the log gives the same state twice, also after
// commands that came to nothing.
TEST(LedgerService, is_the_same_again_from_the_log) {
  log::MemoryLog log;
  std::mt19937_64 random(1);
  Sha256 live{};
  {
    Book book(log);
    (void)book.send("a", "ledger.open", to_bytes(accounts(8)));
    const ledger::Limit limit{.id = 7,
                              .value = 4000,
                              .window = ledger::LimitWindow::sliding,
                              .span_s = 50,
                              .weights = {{1, 1}, {2, 1}}};
    (void)book.send("l", "ledger.limit", to_json_text(limit));
    for (int command = 0; command < 400; ++command) {
      std::vector<Transfer> batch(1 + random() % 6);
      for (Transfer& t : batch) {
        t = move(1 + random() % 3000, 1 + random() % 9, 1 + random() % 9, random() % 100);
        if (random() % 2 == 0) t.flags = ledger::kPending;
        if (t.flags != 0) t.timeout_s = 1 + random() % 30;
        if (random() % 6 == 0) {
          t = Transfer{.id = t.id, .pending_id = 1 + random() % 3000, .flags = ledger::kPost};
        }
        if (random() % 5 == 0) t.flags |= ledger::kLinked;
      }
      ASSERT_TRUE(book.transfer(std::to_string(command), batch));
    }
    book.writer->stop();
    live = book.machine.state_hash();
    book.service.read([&](const ledger::Ledger& ledger, const LedgerExtent& extent) {
      EXPECT_EQ(extent.records, ledger.transfers().size());
      EXPECT_EQ(extent.accounts, 8u);
      EXPECT_GT(extent.records, 300u);
    });
  }
  for (int time = 0; time < 2; ++time) {
    LedgerService folded(kOptions);
    log::Machine machine;
    machine.add(folded);
    ASSERT_TRUE(log::replay(log, machine));
    EXPECT_EQ(machine.state_hash(), live);
  }
}

// What is refused leaves no trace in the log, so its time must not bind what comes after it.
TEST(LedgerService, goes_on_when_the_clock_is_set_back_behind_a_refused_command) {
  log::MemoryLog log;
  Book book(log);
  (void)book.send("a", "ledger.open", to_bytes(accounts(3)));
  Transfer pending = move(1, 1, 2, 5, ledger::kPending);
  pending.timeout_s = 60;
  ASSERT_TRUE(book.transfer("b", {pending}));
  book.second = 1000;  // the pending transfer would expire
  EXPECT_EQ(book.send("c", "ledger.set_limit", limit_change_text(7, 2, Instant{})).error().code,
            ErrorCode::not_found);
  book.second = 10;
  const Transfer post{.id = 2, .pending_id = 1, .flags = ledger::kPost};
  EXPECT_EQ(book.transfer("d", {post}).value()[0].status, Status::created);
  book.writer->stop();
  LedgerService folded(kOptions);
  log::Machine machine;
  machine.add(folded);
  ASSERT_TRUE(log::replay(log, machine));
  EXPECT_EQ(machine.state_hash(), book.machine.state_hash());
}

TEST(LedgerService, says_when_the_log_holds_more_than_it_may) {
  log::MemoryLog log;
  {
    Book book(log);
    (void)book.send("a", "ledger.open", to_bytes(accounts(4)));
    // A chain whose first half fits: the second is refused for the first one's sake.
    (void)book.transfer("b", {move(1, 1, 2, 3, ledger::kLinked), move(2, 1, 2, 3)});
    (void)book.transfer("c", {move(3, 1, 2, 3)});
    EXPECT_TRUE(book.service.fits());
  }
  for (const ledger::LedgerOptions& small :
       {ledger::LedgerOptions{.accounts_max = 3}, ledger::LedgerOptions{.transfers_max = 1}}) {
    LedgerService folded(small);
    log::Machine machine;
    machine.add(folded);
    ASSERT_TRUE(log::replay(log, machine));
    EXPECT_EQ(folded.fits().error().code, ErrorCode::limit_exceeded);
  }
}

TEST(LedgerService, is_read_while_it_is_written) {
  log::MemoryLog log;
  Book book(log);
  (void)book.send("a", "ledger.open", to_bytes(accounts(4)));
  std::atomic<bool> done = false;
  std::jthread reader([&] {
    while (!done) {
      book.service.read([&](const ledger::Ledger& ledger, const LedgerExtent& extent) {
        const auto one = ledger.balances_at(1, extent.records);
        const auto two = ledger.balances_at(2, extent.records);
        if (one && two) EXPECT_EQ(one->debits_posted, two->credits_posted);
      });
    }
  });
  for (int i = 0; i < 300; ++i) {
    ASSERT_TRUE(book.transfer(std::to_string(i), {move(static_cast<uint64_t>(i) + 1, 1, 2, 3)}));
  }
  done = true;
}

}  // namespace
}  // namespace hq::hub
