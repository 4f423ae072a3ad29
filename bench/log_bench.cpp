// Durable commits per second: the log alone at several group sizes, and the whole writer with
// callers that each wait for their answer.
//
//   log_bench [FOLDER] [SECONDS]      a folder on the disk to be measured; default: ., 1 s each
//   log_bench postgresql://... [SECONDS]      or a database, in streams of its own
//
// Rows are printed from one run; compare them with each other, not with another machine's.
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <thread>

#include "base/json.h"
#include "log/postgres_log.h"
#include "log/sqlite_log.h"
#include "log/writer.h"

namespace {

using namespace hq;
using namespace hq::log;
using Clock = std::chrono::steady_clock;

/// Counts; its work is as good as nothing, so that the log is what is measured.
class CountService final : public Service {
 public:
  std::string_view prefix() const override { return "bench."; }
  Result<Decision> decide(const Command& command) const override {
    return Decision{{{"bench.counted", command.body}}, "null"};
  }
  void evolve(const Event&, const Commit&) override { ++count_; }
  void add_state_to(Sha256Hasher& hasher) const override { hasher.add(fmt::format("{}", count_)); }
  uint32_t state_version() const override { return 1; }
  void save(StateWriter& out) const override { out.add(to_json(count_)); }
  Result<> load(StateReader& in) override {
    HQ_TRY(count_, from_json<uint64_t>(in.bytes()));
    return {};
  }

 private:
  uint64_t count_ = 0;
};

std::string body_of_200_bytes() {
  return to_json(std::string(198, 'b'));
}

/// A fresh log at `place`: a folder, or the address of a database.
Result<std::unique_ptr<Log>> open_fresh(const std::string& place) {
  if (!is_postgres_address(place)) return open_log(place);
  static int last = 0;
  PostgresOptions options;
  options.connection = place;
  options.stream = fmt::format("bench-{}-{}", ::getpid(), ++last);
  return open_postgres_log(options);
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

Result<> bench_append(const std::string& place, std::size_t group, double seconds) {
  HQ_TRY(const auto log, open_fresh(place));
  Head head;
  const auto start = Clock::now();
  while (seconds_since(start) < seconds) {
    std::vector<Commit> commits(group);
    for (Commit& commit : commits) {
      commit.time = head.time;
      commit.command_id = fmt::format("{:016}", head.seq + 1);
      commit.type = "bench.count";
      commit.events = {{"bench.counted", body_of_200_bytes()}};
      seal(commit, head);
    }
    HQ_TRY_VOID(log->append(commits));
  }
  const double took = seconds_since(start);
  fmt::print("append   {:>5} commits a group   {:>9.0f} commits/s   {:>7.3f} ms a write\n", group,
             static_cast<double>(head.seq) / took,
             took * 1e3 * static_cast<double>(group) / static_cast<double>(head.seq));
  return {};
}

Result<> bench_writer(const std::string& place, unsigned callers, double seconds) {
  HQ_TRY(const auto log, open_fresh(place));
  CountService service;
  Machine machine;
  machine.add(service);
  HQ_TRY(const auto writer, Writer::start(*log, machine));
  std::atomic<bool> stop = false;
  const auto start = Clock::now();
  {
    std::vector<std::jthread> threads;
    threads.reserve(callers);
    for (unsigned caller = 0; caller < callers; ++caller) {
      threads.emplace_back([&, caller] {
        for (uint64_t n = 0; !stop; ++n) {
          Command command;
          command.id = fmt::format("{:08}{:08}", caller, n);
          command.type = "bench.count";
          command.body = body_of_200_bytes();
          if (!writer->submit(std::move(command)).get()) return;
        }
      });
    }
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    stop = true;
  }
  const double took = seconds_since(start);
  const WriterMetrics metrics = writer->metrics();
  const auto commits = static_cast<double>(metrics.commits);
  fmt::print(
      "writer   {:>5} callers           {:>9.0f} commits/s   {:>7.3f} ms an answer   "
      "{:.1f} commits a group\n",
      callers, commits / took, static_cast<double>(metrics.latency_us_sum) / commits / 1e3,
      commits / static_cast<double>(metrics.groups));
  return {};
}

Result<> run(const std::string& base, double seconds) {
  const bool is_folder = !is_postgres_address(base);
  const std::string place = is_folder ? fmt::format("{}/log_bench.{}", base, ::getpid()) : base;
  const auto fresh = [&] {
    if (is_folder) std::filesystem::remove_all(place);
  };
  for (const std::size_t group : {1, 10, 100, 1000}) {
    HQ_TRY_VOID(bench_append(place, group, seconds));
    fresh();
  }
  for (const unsigned callers : {1u, 8u, 64u}) {
    HQ_TRY_VOID(bench_writer(place, callers, seconds));
    fresh();
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  const auto done = run(argc > 1 ? argv[1] : ".", argc > 2 ? std::strtod(argv[2], nullptr) : 1.0);
  if (done) return 0;
  fmt::print(stderr, "{}\n", done.error().text());
  return 1;
}
