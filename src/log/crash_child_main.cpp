// The process that crash_test.cpp kills: writes commands as fast as it can, and says on its
// standard output, one line each, which ones the log acknowledged.
//
//   hq_log_crash_child FOLDER FIRST WORKERS [BYTES_MAX]
//
// Worker w sends commands "w-FIRST", "w-FIRST+1", ... one after the other; each must be answered
// before the next. A line is "w n seq repeated". Ends with 2 where the log cannot be opened and
// with the code of the last word where it cannot be written.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

#include "log/crash_service.h"
#include "log/snapshot.h"
#include "log/sqlite_log.h"
#include "log/writer.h"

namespace {

using namespace hq;
using namespace hq::log;

void write_line(const std::string& line) {
  // One write of less than PIPE_BUF bytes is whole or not there at all.
  if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) std::_Exit(3);
}

void work(Writer& writer, unsigned worker, uint64_t first) {
  for (uint64_t n = first;; ++n) {
    const Result<Receipt> receipt = writer.submit(crash_command(worker, n)).get();
    if (!receipt) return;
    write_line(fmt::format("{} {} {} {}\n", worker, n, receipt->seq, receipt->repeated ? 1 : 0));
  }
}

struct Parts {
  std::unique_ptr<Log> log;
  CrashService service;
  Machine machine;
  std::optional<SnapshotStore> snapshots;
  std::unique_ptr<Writer> writer;

  Result<> open(const std::string& folder, uint64_t bytes_max) {
    constexpr uint64_t kSnapshotAfter = 4096;  // so that some are under way when it is killed
    HQ_TRY(log, open_log(folder, {.bytes_max = bytes_max}));
    machine.add(service);
    HQ_TRY(snapshots, SnapshotStore::open(std::filesystem::path(folder) / "snapshots"));
    HQ_TRY(const Head folded, snapshots->load(machine, *log, [](const Error& why) {
      fmt::print(stderr, "passed over: {}\n", why.text());
    }));
    WriterOptions options;
    options.folded = folded;
    options.snapshots = &*snapshots;
    options.snapshot_bytes = kSnapshotAfter;
    HQ_TRY(writer, Writer::start(*log, machine, std::move(options)));
    return {};
  }
};

int run(const std::string& folder, uint64_t first, unsigned workers, uint64_t bytes_max) {
  Parts parts;
  if (const auto opened = parts.open(folder, bytes_max); !opened) {
    fmt::print(stderr, "{}\n", opened.error().text());
    return 2;
  }
  std::vector<std::jthread> threads;
  threads.reserve(workers);
  for (unsigned w = 0; w < workers; ++w) {
    threads.emplace_back([&, w] { work(*parts.writer, w, first); });
  }
  return 0;  // after the threads, which end only with the log or the process
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 64;
  const uint64_t bytes_max = argc > 4 ? std::strtoull(argv[4], nullptr, 10) : 0;
  return run(argv[1], std::strtoull(argv[2], nullptr, 10),
             static_cast<unsigned>(std::strtoul(argv[3], nullptr, 10)), bytes_max);
}
