// Work for the benches of the ledger: accounts, and random transfers between them.
//
//   std::mt19937_64 random(1);
//   fill(batch, work, made, random);           // ids go on behind `made`
#pragma once

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "ledger/ledger.h"
#include "log/command_sink.h"

namespace hq::bench {

using Clock = std::chrono::steady_clock;
using ledger::Account;
using ledger::Outcome;
using ledger::Status;
using ledger::Transfer;

struct Work {
  uint32_t accounts;
  uint32_t transfers;
  uint32_t batch;
  uint32_t used;  // of the accounts
  bool limits;
};

inline double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

inline std::vector<Account> make_accounts(uint32_t first, uint32_t count) {
  std::vector<Account> accounts(count);
  for (uint32_t i = 0; i < count; ++i) accounts[i] = {.id = first + i, .asset = 156, .kind = 1};
  return accounts;
}

/// Fills a batch with transfers that come after `made` ones.
inline void fill(std::vector<Transfer>& batch, const Work& work, uint32_t made,
                 std::mt19937_64& random) {
  for (Transfer& t : batch) {
    t = Transfer{};
    t.id = ++made;
    const uint64_t debit = random() % work.used;
    t.debit_account = 1 + debit;
    t.credit_account = 1 + (debit + 1 + random() % (work.used - 1)) % work.used;
    t.amount = 1 + random() % 1000;
    t.reference = random();
    t.asset = 156;
    t.code = 1;
  }
}

inline void expect_created(std::span<const Outcome> outcomes) {
  for (const Outcome& outcome : outcomes) {
    if (outcome.status == Status::created) continue;
    fmt::print(stderr, "refused: {}\n", id(outcome.status));
    std::exit(1);
  }
}

/// Ends the program where a command was refused.
inline void expect_done(const Result<log::Receipt>& receipt) {
  if (receipt) return;
  fmt::print(stderr, "refused: {}\n", receipt.error().text());
  std::exit(1);
}

inline log::Command command_of(uint32_t number, const char* type, std::string body) {
  log::Command command;
  command.id = fmt::format("{}", number);
  command.type = type;
  command.actor = "bench";
  command.body = std::move(body);
  return command;
}

}  // namespace hq::bench
