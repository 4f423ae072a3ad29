// Speed of the ledger engine alone, without a log: transfers per second, one thread.
//
//   ledger_bench [accounts] [transfers] [batch]
//
// Random pairs of accounts, each transfer with a reference that is indexed; then the same between
// four accounts only.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "ledger/ledger.h"

namespace {

using hq::ledger::Account;
using hq::ledger::Ledger;
using hq::ledger::Outcome;
using hq::ledger::Status;
using hq::ledger::Transfer;

struct Work {
  uint32_t accounts;
  uint32_t transfers;
  uint32_t batch;
  uint32_t used;  // of the accounts
};

int measure(const char* name, const Work& work) {
  Ledger ledger({.accounts_max = work.accounts, .transfers_max = work.transfers});
  std::vector<Account> accounts(work.accounts);
  for (uint32_t i = 0; i < work.accounts; ++i) {
    accounts[i].id = i + 1;
    accounts[i].asset = 156;
    accounts[i].kind = 1;
  }
  std::vector<Status> statuses(accounts.size());
  ledger.begin(0);
  ledger.open_accounts(accounts, statuses);
  std::mt19937_64 random(1);
  std::vector<Transfer> batch(work.batch);
  std::vector<Outcome> outcomes(work.batch);
  double seconds = 0;
  double slowest_ms = 0;
  uint32_t made = 0;
  while (made + work.batch <= work.transfers) {
    for (Transfer& t : batch) {
      t = Transfer{};
      t.id = ++made;
      t.debit_account = 1 + random() % work.used;
      t.credit_account =
          1 + (static_cast<uint64_t>(t.debit_account) + random() % (work.used - 1)) % work.used;
      t.amount = 1 + random() % 1000;
      t.reference = random();
      t.asset = 156;
      t.code = 1;
    }
    const auto start = std::chrono::steady_clock::now();
    ledger.begin(made);
    ledger.transfer(batch, outcomes);
    ledger.commit(made);
    const double took =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    seconds += took;
    slowest_ms = std::max(slowest_ms, took * 1e3);
    for (const Outcome& outcome : outcomes) {
      if (outcome.status == Status::created) continue;
      std::fprintf(stderr, "refused: %s\n", std::string(id(outcome.status)).c_str());
      return 1;
    }
  }
  std::printf("%-22s %9.0f transfers/s, slowest batch %.1f ms, %.0f bytes a transfer\n", name,
              made / seconds, slowest_ms,
              (static_cast<double>(ledger.bytes()) - 128.0 * work.accounts) / made);
  return 0;
}

uint32_t argument(int argc, char** argv, int i, uint32_t otherwise) {
  return argc > i ? static_cast<uint32_t>(std::max(1, std::atoi(argv[i]))) : otherwise;
}

}  // namespace

int main(int argc, char** argv) {
  const uint32_t accounts = argument(argc, argv, 1, 1'000'000);
  const uint32_t transfers = argument(argc, argv, 2, 5'000'000);
  const uint32_t batch = argument(argc, argv, 3, 8190);
  return measure("uniform", {accounts, transfers, batch, accounts}) +
         measure("4 hot accounts", {accounts, transfers, batch, 4});
}
