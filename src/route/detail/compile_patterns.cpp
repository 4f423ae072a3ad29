#include "route/detail/compile_patterns.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace hq::route {
namespace {

using Row = std::vector<StopTimes>;

struct Run {
  int32_t start_s;  // 0 ... 86399
  int16_t day;
  uint32_t row;  // within its group
  uint32_t trip;
  bool by_headway;
};

/// Runs of equal stops, boarding rules and mode.
struct Group {
  uint32_t mode = 0;
  std::vector<uint32_t> stops;  // with kCanBoard, kCanAlight
  std::vector<Row> rows;        // different from one another
  std::map<std::vector<int32_t>, uint32_t> row_numbers;
  std::vector<Run> runs;
};

/// `a` starting at `a_start` is nowhere later than `b` starting at `b_start`.
bool never_later(const Row& a, int32_t a_start, const Row& b, int32_t b_start) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a_start + a[i].arrival > b_start + b[i].arrival) return false;
    if (a_start + a[i].departure > b_start + b[i].departure) return false;
  }
  return true;
}

bool row_before(const Row& a, const Row& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].arrival != b[i].arrival) return a[i].arrival < b[i].arrival;
    if (a[i].departure != b[i].departure) return a[i].departure < b[i].departure;
  }
  return false;
}

class PatternCompiler {
 public:
  PatternCompiler(const Feed& feed, const std::vector<uint32_t>& line_modes,
                  const CompileOptions& options)
      : feed_(feed), line_modes_(line_modes), options_(options) {}

  Result<Patterns> run() {
    sort_frequencies();
    out_.trips.resize(feed_.trips.size());
    for (uint32_t trip = 0; trip < feed_.trips.size(); ++trip) {
      add_trip(trip);
      if (run_count_ > options_.runs_max) {
        return fail(ErrorCode::limit_exceeded,
                    fmt::format("the feed has more than {} runs; raise the limit or shorten its "
                                "frequencies",
                                options_.runs_max),
                    fmt::format("车次（含按间隔展开的班次）超过 {}；请提高上限或缩短间隔时段",
                                options_.runs_max));
      }
    }
    for (Group& group : groups_) split(group);
    return std::move(out_);
  }

 private:
  void sort_frequencies() {
    frequencies_.resize(feed_.trips.size());
    for (uint32_t i = 0; i < feed_.frequencies.size(); ++i) {
      frequencies_[feed_.frequencies[i].trip].push_back(i);
    }
  }

  void add_trip(uint32_t index) {
    const Trip& trip = feed_.trips[index];
    const StopTime* times = feed_.stop_times.data() + trip.first_stop_time;
    Group& group = group_of(trip, times);
    const uint32_t row = row_of(group, times, trip.stop_time_count);
    const auto& frequencies = frequencies_[index];
    if (frequencies.empty()) add_run(group, row, index, times[0].departure, false);
    for (const uint32_t i : frequencies) {
      const Frequency& frequency = feed_.frequencies[i];
      for (int64_t start = frequency.start; start < frequency.end; start += frequency.headway_s) {
        add_run(group, row, index, static_cast<int32_t>(start), !frequency.exact);
        if (run_count_ > options_.runs_max) return;
      }
    }
  }

  Group& group_of(const Trip& trip, const StopTime* times) {
    std::vector<uint32_t> key;
    key.reserve(trip.stop_time_count + 1);
    for (uint32_t i = 0; i < trip.stop_time_count; ++i) {
      // Getting on at the last stop or off at the first leads nowhere; equal rules group better.
      const bool board = times[i].can_board && i + 1 < trip.stop_time_count;
      const bool alight = times[i].can_alight && i > 0;
      key.push_back(times[i].stop | (board ? kCanBoard : 0) | (alight ? kCanAlight : 0));
    }
    const uint32_t mode = line_modes_[trip.line];
    key.push_back(mode);
    const auto [at, is_new] = group_numbers_.try_emplace(key, groups_.size());
    if (is_new) {
      key.pop_back();
      groups_.push_back({mode, std::move(key), {}, {}, {}});
    }
    return groups_[at->second];
  }

  uint32_t row_of(Group& group, const StopTime* times, uint32_t count) {
    std::vector<int32_t> key;
    Row row;
    key.reserve(std::size_t{count} * 2);
    for (uint32_t i = 0; i < count; ++i) {
      row.push_back(
          {times[i].arrival - times[0].departure, times[i].departure - times[0].departure});
      key.push_back(row.back().arrival);
      key.push_back(row.back().departure);
    }
    out_.run_length_max_s = std::max(out_.run_length_max_s, row.back().arrival);
    const auto [at, is_new] =
        group.row_numbers.try_emplace(std::move(key), static_cast<uint32_t>(group.rows.size()));
    if (is_new) group.rows.push_back(std::move(row));
    return at->second;
  }

  void add_run(Group& group, uint32_t row, uint32_t trip, int32_t start, bool by_headway) {
    Patterns::TripRuns& runs = out_.trips[trip];
    if (runs.runs == 0 || start < runs.start_s) runs.start_s = start;
    ++runs.runs;
    ++run_count_;
    group.runs.push_back(
        {start % kDaySeconds, static_cast<int16_t>(start / kDaySeconds), row, trip, by_headway});
  }

  /// First fit: each run goes to the first pattern of its group that stays sorted with it.
  void split(Group& group) {
    std::ranges::sort(group.runs, [&](const Run& a, const Run& b) {
      if (a.start_s != b.start_s) return a.start_s < b.start_s;
      if (a.row != b.row) return row_before(group.rows[a.row], group.rows[b.row]);
      return std::pair(a.trip, a.day) < std::pair(b.trip, b.day);
    });
    std::vector<std::vector<uint32_t>> chains;
    for (uint32_t i = 0; i < group.runs.size(); ++i) {
      const auto fits = [&](const std::vector<uint32_t>& chain) {
        const Run& run = group.runs[i];
        const Run& first = group.runs[chain.front()];
        const Run& last = group.runs[chain.back()];
        const Row& row = group.rows[run.row];
        return never_later(group.rows[last.row], last.start_s, row, run.start_s) &&
               never_later(row, run.start_s, group.rows[first.row], first.start_s + kDaySeconds);
      };
      const auto chain = std::ranges::find_if(chains, fits);
      if (chain == chains.end()) {
        chains.push_back({i});
      } else {
        chain->push_back(i);
      }
    }
    for (const auto& chain : chains) write(group, chain);
  }

  void write(const Group& group, const std::vector<uint32_t>& chain) {
    PatternRecord pattern{};
    const auto number = static_cast<uint32_t>(out_.patterns.size());
    pattern.first_stop = static_cast<uint32_t>(out_.pattern_stops.size());
    pattern.stop_count = static_cast<uint32_t>(group.stops.size());
    pattern.first_run = static_cast<uint32_t>(out_.runs.size());
    pattern.run_count = static_cast<uint32_t>(chain.size());
    pattern.first_times = static_cast<uint32_t>(out_.times.size());
    pattern.mode = group.mode;
    out_.pattern_stops.insert(out_.pattern_stops.end(), group.stops.begin(), group.stops.end());
    std::map<uint32_t, uint32_t> placed;  // row of the group -> index of its times
    for (const uint32_t i : chain) {
      const Run& run = group.runs[i];
      const auto [at, is_new] =
          placed.try_emplace(run.row, static_cast<uint32_t>(out_.times.size()));
      if (is_new) {
        const Row& row = group.rows[run.row];
        out_.times.insert(out_.times.end(), row.begin(), row.end());
      }
      out_.runs.push_back({run.start_s, at->second, run.trip, feed_.trips[run.trip].service,
                           run.day, static_cast<uint16_t>(run.by_headway ? 1 : 0)});
      out_.trips[run.trip].pattern = number;
      out_.trips[run.trip].times = at->second;
    }
    pattern.row_count = static_cast<uint32_t>(placed.size());
    out_.patterns.push_back(pattern);
  }

  const Feed& feed_;
  const std::vector<uint32_t>& line_modes_;
  const CompileOptions& options_;
  std::vector<std::vector<uint32_t>> frequencies_;  // per trip
  std::vector<Group> groups_;
  std::map<std::vector<uint32_t>, std::size_t> group_numbers_;
  uint64_t run_count_ = 0;
  Patterns out_;
};

}  // namespace

Result<Patterns> compile_patterns(const Feed& feed, const std::vector<uint32_t>& line_modes,
                                  const CompileOptions& options) {
  return PatternCompiler(feed, line_modes, options).run();
}

}  // namespace hq::route
