// Met: how often simulated runs came upon what they are there for. Rare things that were never met
// were never tested.
//
//   Met met;
//   met[Event::power_lost] += 1;
//   fmt::print("{}", to_text(met));
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace hq::sim {

enum class Event : uint8_t {
  starts,
  commands,
  acknowledged,
  repeated_commands,
  reused_ids,
  late_commands,
  groups_decided_beside_a_write,
  reads_beside_a_write,
  clock_jumps,
  slow_calls,
  clean_stops,
  killed_processes,
  power_lost,
  died_while_starting,
  sectors_dropped,
  sectors_torn,
  sectors_reordered,
  failed_calls,
  short_reads,
  full_disks,
  last_words,
  lost_syncs,
  writes_astray,
  bits_flipped,
  second_writers_refused_by_the_lock,
  second_writers_refused_by_the_sequence,
  damage_named,
  losses_found,
  wrong_answers_with_damage_named,
  snapshots_kept,
  starts_from_a_snapshot,
  snapshots_harmed,
  snapshots_passed_over,
};
inline constexpr std::size_t kEventCount = 33;

std::string_view id(Event event);

class Met {
 public:
  uint64_t& operator[](Event event) { return counts_[static_cast<std::size_t>(event)]; }
  uint64_t operator[](Event event) const { return counts_[static_cast<std::size_t>(event)]; }
  Met& operator+=(const Met& other);

  bool operator==(const Met&) const = default;

 private:
  std::array<uint64_t, kEventCount> counts_{};
};

/// A line for each event: "      12 full disks".
std::string to_text(const Met& met);

}  // namespace hq::sim
