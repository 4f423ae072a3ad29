// How the ledger behaves as it grows: durable transfers through a SQLite log with snapshots.
//
//   ledger_growth [FOLDER] [millions of transfers] [accounts]
//
// FOLDER is on the disk to be measured.
//
// A line each time the transfers have doubled, or so: the speed since the line before, the longest
// wait for an answer with four batches under way, memory that is the process's own, bytes on disk.
// Waits are longest when a snapshot has begun, as pages that change then are copied first. At last
// a start as the server makes it: from the newest snapshot and what the log holds behind it. The
// log has about 180 bytes a transfer.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <semaphore>

#include "hub/ledger/ledger_service.h"
#include "ledger_work.h"
#include "log/snapshot.h"
#include "log/sqlite_log.h"
#include "log/writer.h"

namespace {

using namespace hq;
using namespace hq::bench;

constexpr uint32_t kBatch = 8190;

struct Hub {
  std::unique_ptr<log::Log> log;
  std::unique_ptr<hub::LedgerService> ledger;
  log::Machine machine;
  std::optional<log::SnapshotStore> snapshots;
  std::unique_ptr<log::Writer> writer;
  log::Head folded;

  Result<> open(const std::filesystem::path& folder, const ledger::LedgerOptions& capacity) {
    HQ_TRY(log, log::open_log(folder));
    ledger = std::make_unique<hub::LedgerService>(capacity);
    machine.add(*ledger);
    HQ_TRY(snapshots, log::SnapshotStore::open(folder / "snapshots"));
    HQ_TRY(folded, snapshots->load(machine, *log));
    log::WriterOptions options;
    options.folded = folded;
    options.queue_wait_max = std::chrono::hours(1);  // the longest wait is measured, not refused
    options.snapshots = &*snapshots;
    options.on_snapshot = [](const Result<log::Head>& kept) {
      if (!kept) fmt::print(stderr, "{}\n", kept.error().text());
    };
    HQ_TRY(writer, log::Writer::start(*log, machine, std::move(options)));
    return {};
  }
};

/// Resident memory but for pages of files, in MB.
double own_memory_mb() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("RssAnon:")) return std::atof(line.c_str() + 8) / 1024;
  }
  return 0;
}

double disk_mb(const std::filesystem::path& folder) {
  uintmax_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    std::error_code gone;
    const auto size = std::filesystem::file_size(entry.path(), gone);
    if (!gone && entry.is_regular_file(gone)) bytes += size;
  }
  return static_cast<double>(bytes) / 1e6;
}

Result<> grow(Hub& hub, const std::filesystem::path& folder, const Work& work) {
  for (uint32_t first = 1; first <= work.accounts; first += kBatch) {
    const uint32_t count = std::min(kBatch, work.accounts - first + 1);
    HQ_TRY_VOID(hub.writer
                    ->submit(command_of(first + (1u << 31), "ledger.open",
                                        hub::to_bytes(make_accounts(first, count))))
                    .get());
  }
  constexpr std::ptrdiff_t kUnderWay = 4;
  std::counting_semaphore<kUnderWay> free(kUnderWay);
  std::mt19937_64 random(1);
  uint32_t made = 0;
  uint32_t made_before = 0;
  uint32_t next_line = 1'000'000;
  std::atomic<double> longest_s = 0;  // written on one thread
  auto start = Clock::now();
  while (made + kBatch <= work.transfers) {
    std::vector<Transfer> batch(kBatch);
    fill(batch, work, made, random);
    free.acquire();
    hub.writer->submit(command_of(made, "ledger.transfer", hub::to_bytes(batch)),
                       [&, sent = Clock::now()](const auto& receipt) {
                         expect_done(receipt);
                         longest_s = std::max(longest_s.load(), seconds_since(sent));
                         free.release();
                       });
    made += kBatch;
    if (made < next_line && made + kBatch <= work.transfers) continue;
    fmt::print(
        "{:>11} transfers   {:>8.0f} /s since the last line   longest answer {:>4.0f} ms   "
        "{:>6.0f} MB memory   {:>6.0f} MB disk\n",
        made, (made - made_before) / seconds_since(start), longest_s.exchange(0) * 1e3,
        own_memory_mb(), disk_mb(folder));
    std::fflush(stdout);
    made_before = made;
    next_line *= 2;
    start = Clock::now();
  }
  for (std::ptrdiff_t i = 0; i < kUnderWay; ++i) free.acquire();
  hub.writer->stop();
  return {};
}

Result<> run(const std::filesystem::path& folder, const Work& work) {
  const ledger::LedgerOptions capacity{.accounts_max = work.accounts,
                                       .transfers_max = work.transfers};
  {
    Hub hub;
    HQ_TRY_VOID(hub.open(folder, capacity));
    HQ_TRY_VOID(grow(hub, folder, work));
  }
  const auto start = Clock::now();
  Hub again;
  HQ_TRY_VOID(again.open(folder, capacity));
  const auto records =
      again.ledger->read([](const auto& ledger, const auto&) { return ledger.transfers().size(); });
  fmt::print("restart: {} transfers in {:.1f} s, from the snapshot of commit {} of {}\n", records,
             seconds_since(start), again.folded.seq, again.writer->last_seq());
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  const std::filesystem::path parent = argc > 1 ? argv[1] : ".";
  const auto transfers = static_cast<uint32_t>(argc > 2 ? std::atoi(argv[2]) : 10) * 1'000'000;
  const auto accounts = static_cast<uint32_t>(argc > 3 ? std::atoi(argv[3]) : 1'000'000);
  const auto folder = parent / fmt::format("ledger_growth.{}", ::getpid());
  const auto done = run(folder, {accounts, transfers, kBatch, accounts, false});
  std::filesystem::remove_all(folder);
  if (!done) return fmt::print(stderr, "{}\n", done.error().text()), 1;
  return 0;
}
