#include "sim/met.h"

#include <fmt/format.h>

namespace hq::sim {

std::string_view id(Event event) {
  constexpr std::string_view kIds[kEventCount] = {
      "starts of a writer",
      "commands sent",
      "commands acknowledged",
      "commands sent again",
      "ids sent again with another command",
      "commands sent after later ones",
      "groups decided while another was written",
      "reads by another process while one was written",
      "jumps of the clock",
      "slow calls of the disk",
      "writers stopped in order",
      "processes killed",
      "losses of power",
      "processes that died while starting",
      "sectors dropped",
      "sectors torn",
      "sectors kept though earlier ones were lost",
      "calls of the disk that failed",
      "short reads",
      "full disks",
      "last words of a writer",
      "syncs that did nothing",
      "writes that went astray",
      "bits flipped at rest",
      "second writers refused by the lock",
      "second writers refused by the sequence",
      "damage named by the log",
      "acknowledged commits found missing after a lie of the disk",
      "wrong answers of a harmed log that then named its damage",
      "snapshots kept",
      "starts from a snapshot",
      "snapshots harmed",
      "snapshots passed over with a word",
  };
  return kIds[static_cast<std::size_t>(event)];
}

Met& Met::operator+=(const Met& other) {
  for (std::size_t i = 0; i < kEventCount; ++i) counts_[i] += other.counts_[i];
  return *this;
}

std::string to_text(const Met& met) {
  std::string text;
  for (std::size_t i = 0; i < kEventCount; ++i) {
    const auto event = static_cast<Event>(i);
    text += fmt::format("{:>12} {}\n", met[event], id(event));
  }
  return text;
}

}  // namespace hq::sim
