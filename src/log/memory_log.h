// A log in memory: for tests and simulation. Gone with the process.
//
//   MemoryLog log;
//   auto writer = Writer::start(log, machine);
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "log/log.h"

namespace hq::log {

class MemoryLog final : public Log {
 public:
  Result<> append(std::span<const Commit> group) override;
  Result<Head> last() const override;
  Result<> read(uint64_t from_seq, const Visit& visit) const override;
  Result<std::optional<Commit>> find(std::string_view command_id) const override;
  Result<bool> wait_for(uint64_t seq, std::chrono::milliseconds timeout,
                        std::stop_token stop) const override;
  Result<Verification> verify(const Progress& progress) const override;

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable_any grown_;
  std::vector<Commit> commits_;  // commit n is at n - 1
  std::unordered_map<std::string, uint64_t> seq_of_command_;
};

}  // namespace hq::log
