// Weather: what goes wrong with the calls of one simulated process, from a seed; its judge.
//
// A disk is of one kind for a whole run. Honest ones fail calls, are slow, run full and lose power,
// but do not lie: on them nothing acknowledged may be lost. The others do harm, which has to be
// named. One process; asked on whichever thread makes the call, one at a time.
//
//   Weather weather(DiskKind::failing, random.fork(), host, met);
//   process.set_judge([&](const CallInfo& call) { return weather.judge(call); });
#pragma once

#include <functional>

#include "sim/host.h"
#include "sim/met.h"
#include "sim/random.h"

namespace hq::sim {

enum class DiskKind : uint8_t {
  honest,
  failing,  // calls fail now and then, reads come short
  lying,    // syncs are lost
  astray,   // writes land elsewhere
  rotting,  // bits flip at rest
};

class Weather {
 public:
  Weather(DiskKind kind, Random random, Host& host, Met& met)
      : kind_(kind), random_(random), host_(host), met_(met) {}

  Fate judge(const CallInfo& call);

  /// The process dies at this call of those to come, or of those that change the disk; 0 for none.
  void die_at(uint64_t call) { calls_left_ = call; }
  void die_at_change(uint64_t call) { changes_left_ = call; }
  /// Syncs do nothing, and nobody is told: a defect of the program, not of the disk.
  void ignore_syncs() { ignores_syncs_ = true; }
  /// In fair weather nothing happens.
  void set_fair(bool is_fair) { is_fair_ = is_fair; }
  /// Called before writes and syncs now and then, while somebody has something to do beside.
  void set_beside(std::function<void()> beside) { beside_ = std::move(beside); }

 private:
  Fate failure(Call call);
  bool is_time_to_die(Call call);

  const DiskKind kind_;
  Random random_;
  Host& host_;
  Met& met_;
  std::function<void()> beside_;
  uint64_t calls_left_ = 0;
  uint64_t changes_left_ = 0;
  bool ignores_syncs_ = false;
  bool is_fair_ = false;
  bool is_beside_ = false;
};

}  // namespace hq::sim
