// Speed of the ledger: transfers per second of the engine alone, and durable ones through the log.
//
//   ledger_bench [FOLDER] [accounts] [transfers] [batch]   FOLDER on the disk to be measured; .
//
// Random pairs of accounts, every id and reference indexed, history kept; then the same between
// four accounts only, and with a limit on every account. Durable: batches go through the writer to
// a SQLite log, four of them under way, and each is answered with the outcome of every transfer.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <semaphore>

#include "hub/ledger/ledger_service.h"
#include "hub/ledger/limit_json.h"
#include "ledger_work.h"
#include "log/sqlite_log.h"
#include "log/writer.h"

namespace {

using namespace hq;
using namespace hq::bench;
using ledger::Ledger;

ledger::Limit limit_on(uint32_t account) {
  return {.id = account, .value = 1'000'000'000'000, .weights = {{account, 1}}};
}

void measure_engine(const char* name, const Work& work) {
  Ledger ledger({.accounts_max = work.accounts, .transfers_max = work.transfers});
  ledger.begin(0);
  std::vector<Status> statuses(work.accounts);
  ledger.open_accounts(make_accounts(1, work.accounts), statuses);
  for (uint32_t i = 1; work.limits && i <= work.accounts; ++i) {
    if (ledger.add_limit(limit_on(i)) != Status::created) std::exit(1);
  }
  const std::size_t bytes_before = ledger.bytes();
  std::mt19937_64 random(1);
  std::vector<Transfer> batch(work.batch);
  std::vector<Outcome> outcomes(work.batch);
  double seconds = 0;
  uint32_t made = 0;
  for (; made + work.batch <= work.transfers; made += work.batch) {
    fill(batch, work, made, random);
    const auto start = Clock::now();
    ledger.begin(made);
    ledger.transfer(batch, outcomes);
    ledger.commit(made + 1);
    seconds += seconds_since(start);
    expect_created(outcomes);
  }
  fmt::print("engine   {:<30} {:>9.0f} transfers/s   {:>4.0f} bytes a transfer\n", name,
             made / seconds, static_cast<double>(ledger.bytes() - bytes_before) / made);
}

/// Adds a limit on each account, many under way at once.
void add_limits(log::Writer& writer, uint32_t accounts) {
  constexpr std::ptrdiff_t kUnderWay = 4096;
  std::counting_semaphore<kUnderWay> free(kUnderWay);
  for (uint32_t i = 1; i <= accounts; ++i) {
    free.acquire();
    writer.submit(command_of(i + (3U << 30), "ledger.limit", hub::to_json_text(limit_on(i))),
                  [&](const auto& receipt) {
                    expect_done(receipt);
                    free.release();
                  });
  }
  for (std::ptrdiff_t i = 0; i < kUnderWay; ++i) free.acquire();
}

Result<> measure_durable(const std::filesystem::path& folder, const char* name, const Work& work) {
  HQ_TRY(const auto log, log::open_log(folder));
  hub::LedgerService service({.accounts_max = work.accounts, .transfers_max = work.transfers});
  log::Machine machine;
  machine.add(service);
  HQ_TRY(const auto writer, log::Writer::start(*log, machine));
  for (uint32_t first = 1; first <= work.accounts; first += 8000) {
    const uint32_t count = std::min(8000u, work.accounts - first + 1);
    HQ_TRY_VOID(writer
                    ->submit(command_of(first + (1u << 31), "ledger.open",
                                        hub::to_bytes(make_accounts(first, count))))
                    .get());
  }
  if (work.limits) add_limits(*writer, work.accounts);
  constexpr std::ptrdiff_t kUnderWay = 4;
  std::counting_semaphore<kUnderWay> free(kUnderWay);
  std::mt19937_64 random(1);
  std::vector<double> batch_ms;
  uint32_t made = 0;
  const auto start = Clock::now();
  for (; made + work.batch <= work.transfers; made += work.batch) {
    std::vector<Transfer> batch(work.batch);
    fill(batch, work, made, random);
    free.acquire();
    std::string body = hub::to_bytes(batch);
    writer->submit(command_of(made, "ledger.transfer", std::move(body)),
                   [&, sent = Clock::now(), batch = std::move(batch)](const auto& receipt) {
                     expect_done(receipt);
                     expect_created(service.outcomes(batch, *receipt).value());
                     batch_ms.push_back(seconds_since(sent) * 1e3);
                     free.release();
                   });
  }
  for (std::ptrdiff_t i = 0; i < kUnderWay; ++i) free.acquire();
  const double seconds = seconds_since(start);
  writer->stop();
  std::ranges::sort(batch_ms);
  fmt::print("durable  {:<30} {:>9.0f} transfers/s   batch p50 {:.1f} p99 {:.1f} ms\n", name,
             made / seconds, batch_ms[batch_ms.size() / 2], batch_ms[batch_ms.size() * 99 / 100]);
  const auto restart = Clock::now();
  hub::LedgerService again({.accounts_max = work.accounts, .transfers_max = work.transfers});
  log::Machine folded;
  folded.add(again);
  HQ_TRY_VOID(log::replay(*log, folded));
  fmt::print("replay   {:<30} {:>9.0f} transfers/s\n", name, made / seconds_since(restart));
  return {};
}

uint32_t argument(int argc, char** argv, int i, uint32_t otherwise) {
  return argc > i ? static_cast<uint32_t>(std::max(1, std::atoi(argv[i]))) : otherwise;
}

}  // namespace

int main(int argc, char** argv) {
  const std::filesystem::path parent = argc > 1 ? argv[1] : ".";
  const uint32_t accounts = argument(argc, argv, 2, 1'000'000);
  const uint32_t transfers = argument(argc, argv, 3, 2'000'000);
  const uint32_t batch = std::min<uint32_t>(argument(argc, argv, 4, 8190), 8190);
  const std::pair<const char*, Work> works[] = {
      {"uniform", {accounts, transfers, batch, accounts, false}},
      {"uniform, limit on each account", {accounts, transfers, batch, accounts, true}},
      {"4 hot accounts", {accounts, transfers, batch, 4, false}},
  };
  for (const auto& [name, work] : works) measure_engine(name, work);
  const auto folder = parent / fmt::format("ledger_bench.{}", ::getpid());
  for (const auto& [name, work] : works) {
    const auto done = measure_durable(folder, name, work);
    std::filesystem::remove_all(folder);
    if (!done) return fmt::print(stderr, "{}\n", done.error().text()), 1;
  }
  return 0;
}
