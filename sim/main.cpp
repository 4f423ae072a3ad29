// hq_sim: simulated runs of the log and the ledger, as many as wanted.
//
//   hq_sim --seeds 10000 --from 1          a line of progress, then what was met
//   hq_sim --seeds 1 --from 17 --verbose   one of them, step by step
//
// Ends with 1 at the first seed that breaks a promise, and says how to run it again.
#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string_view>

#include "sim/scenario.h"

namespace {

using namespace hq::sim;

struct Wanted {
  uint64_t seeds = 200;
  uint64_t from = 1;
  bool is_verbose = false;
};

std::optional<Wanted> parse(int count, char** arguments) {
  Wanted wanted;
  for (int i = 1; i < count; ++i) {
    const std::string_view name = arguments[i];
    if (name == "--verbose") {
      wanted.is_verbose = true;
      continue;
    }
    if ((name != "--seeds" && name != "--from") || i + 1 == count) return std::nullopt;
    const std::string_view text = arguments[++i];
    uint64_t& value = name == "--seeds" ? wanted.seeds : wanted.from;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  }
  return wanted;
}

int run(const Wanted& wanted, const char* program) {
  const auto start = std::chrono::steady_clock::now();
  const auto seconds = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  Met met;
  for (uint64_t done = 0; done < wanted.seeds; ++done) {
    ScenarioOptions options{.seed = wanted.from + done};
    if (wanted.is_verbose) options.tell = [](const std::string& line) { fmt::print("{}\n", line); };
    const Outcome outcome = run_scenario(options);
    met += outcome.met;
    if (!outcome.result) {
      fmt::print("seed {} breaks a promise: {}\nrun it again: {} --seeds 1 --from {} --verbose\n",
                 options.seed, outcome.result.error().text(), program, options.seed);
      return 1;
    }
    if (wanted.is_verbose) fmt::print("trace {:016x}\n", outcome.trace);
    if ((done + 1) % 500 == 0) {
      fmt::print("{} of {} seeds, {:.0f} s\n", done + 1, wanted.seeds, seconds());
      std::fflush(stdout);
    }
  }
  fmt::print("{} seeds from {} on, {:.1f} s, no promise broken; met on the way:\n{}", wanted.seeds,
             wanted.from, seconds(), to_text(met));
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const std::optional<Wanted> wanted = parse(count, arguments);
  if (!wanted) {
    fmt::print(stderr, "usage: {} [--seeds N] [--from N] [--verbose]\n", arguments[0]);
    return 2;
  }
  return run(*wanted, arguments[0]);
}
