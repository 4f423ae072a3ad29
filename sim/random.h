// Random: numbers from a seed, the same on every machine (the standard distributions are not).
//
// SplitMix64 (Steele, Lea, Flood 2014). A plain value; one thread.
//
//   Random random(seed);
//   if (random.one_in(4)) repeat(random.below(commands.size()));
#pragma once

#include <cstdint>

namespace hq::sim {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t next() {
    state_ += 0x9E37'79B9'7F4A'7C15;
    uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58'476D'1CE4'E5B9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D0'49BB'1331'11EB;
    return mixed ^ (mixed >> 31);
  }

  /// From 0 to `end` - 1; 0 for an `end` of 0.
  uint64_t below(uint64_t end) { return end == 0 ? 0 : next() % end; }
  uint64_t between(uint64_t first, uint64_t last) { return first + below(last - first + 1); }
  bool one_in(uint64_t chances) { return below(chances) == 0; }

  /// Another sequence that depends on this one, so that what draws from it disturbs nothing here.
  Random fork() { return Random(next()); }

 private:
  uint64_t state_;
};

}  // namespace hq::sim
