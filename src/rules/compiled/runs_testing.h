// For property tests: how often they run, and from which seed. HQ_RUNS multiplies the runs, HQ_SEED
// is the first seed.
//
//   for (uint64_t seed = seed_of_tests(); seed < seed_of_tests() + runs_of_tests(1'000); ++seed)
#pragma once

#include <cstdint>
#include <cstdlib>

namespace hq::rules {

inline uint64_t number_in_environment(const char* variable, uint64_t otherwise) {
  const char* text = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): nothing sets it
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

inline uint64_t seed_of_tests() {
  return number_in_environment("HQ_SEED", 1);
}

inline uint64_t runs_of_tests(uint64_t usual) {
  return usual * number_in_environment("HQ_RUNS", 1);
}

}  // namespace hq::rules
