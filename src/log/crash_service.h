// The small service that the tests of the log fold, and the commands that crash tests send; the
// same in the test and in the process that it kills.
//
//   machine.add(service);
//   writer->submit(crash_command(3, 17));        // counts 17 for worker 3
#pragma once

#include <fmt/format.h>

#include <map>
#include <string>

#include "base/json.h"
#include "log/machine.h"

namespace hq::log {

struct CrashCount {
  unsigned worker = 0;
  uint64_t n = 0;
  std::string filler;
};
BOOST_DESCRIBE_STRUCT(CrashCount, (), (worker, n, filler))

inline std::string crash_command_id(unsigned worker, uint64_t n) {
  return fmt::format("{}-{}", worker, n);
}

inline Command crash_command(unsigned worker, uint64_t n) {
  // Sizes from a few bytes to several pages, so that rows of all shapes are torn.
  const std::size_t filler = n % 61 == 0 ? 9000 : n % 200;
  Command command;
  command.id = crash_command_id(worker, n);
  command.type = "crash.count";
  command.actor = "test";
  command.body = to_json(CrashCount{worker, n, std::string(filler, 'x')});
  return command;
}

/// Counts commands and remembers the last number of each worker.
class CrashService final : public Service {
 public:
  std::string_view prefix() const override { return "crash."; }
  Result<Decision> decide(const Command& command) const override {
    HQ_TRY(const CrashCount count, from_json<CrashCount>(command.body));
    return Decision{{{"crash.counted", command.body}}, to_json(count.n)};
  }
  void evolve(const Event& event, const Commit&) override {
    const auto count = from_json<CrashCount>(event.body);
    HQ_ASSERT(count.has_value());
    last_of_worker_[count->worker] = count->n;
    ++total_;
  }
  void add_state_to(Sha256Hasher& hasher) const override {
    hasher.add(fmt::format("{}", total_));
    for (const auto& [worker, n] : last_of_worker_) hasher.add(fmt::format(",{}:{}", worker, n));
  }
  uint32_t state_version() const override { return 1; }
  void save(StateWriter& out) const override {
    std::vector<uint64_t> numbers{total_};
    for (const auto& [worker, n] : last_of_worker_) {
      numbers.push_back(worker);
      numbers.push_back(n);
    }
    out.add(to_json(numbers));
  }
  Result<> load(StateReader& in) override {
    HQ_TRY(const auto numbers, from_json<std::vector<uint64_t>>(in.bytes()));
    total_ = numbers.at(0);
    for (std::size_t i = 1; i + 1 < numbers.size(); i += 2) {
      last_of_worker_[static_cast<unsigned>(numbers[i])] = numbers[i + 1];
    }
    return {};
  }

 private:
  std::map<unsigned, uint64_t> last_of_worker_;
  uint64_t total_ = 0;
};

}  // namespace hq::log
