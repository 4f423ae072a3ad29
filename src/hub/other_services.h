// OtherServices: the services of this program that one task has no use for.
//
// Whoever folds a log for one purpose (a timetable, a ledger, tables for queries) passes over the
// events of all others: they are known, and change nothing. Lives as long as the machine is used;
// one thread.
//
//   machine.add(timetables);
//   OtherServices others(machine);       // all that `machine` does not have yet
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <string_view>

#include "log/machine.h"

namespace hq::hub {

/// The prefix of every service. A new service has to be added here.
inline constexpr std::array<std::string_view, 4> kServicePrefixes = {"asset.", "credentials.",
                                                                     "ledger.", "timetables."};

class OtherServices {
 public:
  explicit OtherServices(log::Machine& machine) {
    for (const std::string_view prefix : kServicePrefixes) {
      const bool is_there = std::ranges::any_of(
          machine.services(), [&](const log::Service* one) { return one->prefix() == prefix; });
      if (!is_there) machine.add(passed_over_.emplace_back(prefix));
    }
  }
  OtherServices(const OtherServices&) = delete;
  OtherServices& operator=(const OtherServices&) = delete;

 private:
  class PassedOver : public log::Service {
   public:
    explicit PassedOver(std::string_view prefix) : prefix_(prefix) {}

    std::string_view prefix() const override { return prefix_; }
    Result<log::Decision> decide(const log::Command& command) const override {
      return fail(ErrorCode::unsupported, fmt::format("'{}' is not done here", command.type),
                  fmt::format("此处不处理“{}”", command.type), "type");
    }
    void evolve(const log::Event& /*event*/, const log::Commit& /*commit*/) override {}
    void add_state_to(Sha256Hasher& /*hasher*/) const override {}
    uint32_t state_version() const override { return 0; }
    void save(log::StateWriter& /*out*/) const override {}
    Result<> load(log::StateReader& /*in*/) override { return {}; }

   private:
    std::string_view prefix_;
  };

  std::deque<PassedOver> passed_over_;  // which do not move
};

}  // namespace hq::hub
