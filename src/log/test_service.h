// The service that the tests of the writer and of the machine fold: a sum that must not go below
// zero.
//
//   machine.add(service);
//   writer->submit(add_command("id-1", 5));
#pragma once

#include <fmt/format.h>

#include <atomic>
#include <semaphore>
#include <stdexcept>
#include <string>

#include "base/assert.h"
#include "base/json.h"
#include "log/limits.h"
#include "log/machine.h"

namespace hq::log {

inline Command add_command(std::string id, int amount) {
  Command command;
  command.id = std::move(id);
  command.type = "test.add";
  command.actor = "alice";
  command.organisation = "hub";
  command.body = fmt::format("{}", amount);
  return command;
}

class TestService : public Service {
 public:
  explicit TestService(std::string prefix = "test.") : prefix_(std::move(prefix)) {}

  std::string_view prefix() const override { return prefix_; }

  Result<Decision> decide(const Command& command) const override {
    HQ_TRY(const int amount, from_json<int>(command.body));
    if (command.type == "test.slow") {
      deciding_.release();
      go_on_.acquire();
    }
    if (command.type == "test.throw") throw std::runtime_error("out of a library");
    if (sum_ + amount < 0) return fail(ErrorCode::conflict, "below zero", "低于零");
    Decision decision{{{prefix_ + "added", fmt::format("{}", amount)}},
                      fmt::format("{}", sum_ + amount)};
    if (command.type == "test.large") decision.events[0].body.append(kBatchBytesTarget / 2, ' ');
    if (command.type == "test.huge") decision.events[0].body.append(kCommitBytesMax, ' ');
    return decision;
  }

  void evolve(const Event& event, const Commit& commit) override {
    const auto amount = from_json<int>(event.body);
    HQ_ASSERT(amount.has_value());
    sum_ += *amount;
    last_seq_ = commit.seq;
  }

  void stage() override { staged_ = sum_; }
  void publish() override { published_ = staged_; }

  void add_state_to(Sha256Hasher& hasher) const override {
    hasher.add(fmt::format("{} {}", sum_, last_seq_));
  }

  uint32_t state_version() const override { return 1; }
  void save(StateWriter& out) const override {
    out.add(to_json(std::vector<int64_t>{sum_, static_cast<int64_t>(last_seq_)}));
  }
  Result<> load(StateReader& in) override {
    HQ_TRY(const auto state, from_json<std::vector<int64_t>>(in.bytes()));
    sum_ = static_cast<int>(state.at(0));
    last_seq_ = static_cast<uint64_t>(state.at(1));
    return {};
  }

  int published() const { return published_; }

  /// A command of type "test.slow" is being decided, until it is let go.
  void wait_for_slow() const { deciding_.acquire(); }
  void let_slow_go() const { go_on_.release(); }

 private:
  std::string prefix_;
  int sum_ = 0;
  uint64_t last_seq_ = 0;
  int staged_ = 0;
  std::atomic<int> published_ = 0;
  mutable std::counting_semaphore<> deciding_{0};
  mutable std::counting_semaphore<> go_on_{0};
};

}  // namespace hq::log
