// Many queries at once, for planners: a CSV of questions in, CSV or JSON lines out, in the order of
// the questions, on all cores, in memory that does not grow with their number.
//
// A question that cannot be answered has its own line with the error; the batch goes on. Every line
// names the timetable and the rules it was answered by.
//
//   HQ_TRY(CsvReader queries, CsvReader::open(bytes, "queries.csv"));
//   HQ_TRY(BatchCounts counts, run_journey_batch(*network, queries, {}, print));
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/csv.h"
#include "hub/journeys/reach.h"

namespace hq::hub {

enum class BatchFormat : uint8_t { csv, jsonl };

struct BatchOptions {
  BatchFormat format = BatchFormat::csv;
  unsigned threads = 0;                    // 0: as many as there are cores
  bool all_journeys = false;               // every Pareto-optimal journey, else the fastest alone
  std::vector<std::string> services = {};  // run only these, on the days they run; empty for all
  std::vector<Mode> modes = {};
  int32_t changes_max = 7;
  std::optional<int32_t> change_min = {};
  bool walking = true;
};

struct BatchCounts {
  uint64_t queries = 0;
  uint64_t answered = 0;  // with a journey, or for circles with an answer
  uint64_t without_way = 0;
  uint64_t failed = 0;
};

/// Takes output as it comes; an Error ends the batch.
using WriteText = std::function<Result<>(std::string_view)>;

/// Told now and then how many queries are done.
using BatchProgress = std::function<void(uint64_t)>;

/// Columns in: from, to (see Network::resolve), date (2026-11-24), departure (HH:MM).
/// Columns out: query (line of the input), from, to, date, departure, leave, arrive, minutes,
/// changes, walk_minutes, runs, timetable, rules, error.
Result<BatchCounts> run_journey_batch(const Network& network, CsvReader& queries,
                                      const BatchOptions& options, const WriteText& write,
                                      const BatchProgress& progress = {});

/// Columns in: from; and if they are there limit_min, measure, date, time (HH:MM), window_from,
/// window_to. Columns out: query, from, limit_min, measure, date, time, window_from, window_to,
/// cities, population, stops, timetable, rules, error; as JSON lines the whole answer.
Result<BatchCounts> run_reach_batch(const Network& network, CsvReader& queries,
                                    const BatchOptions& options, const WriteText& write,
                                    const BatchProgress& progress = {});

}  // namespace hq::hub
