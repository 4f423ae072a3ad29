#include "route/day_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace hq::route {
namespace {

constexpr int32_t kSpanMax = 14 * kDaySeconds;

Result<> check_options(const Timetable& timetable, const DayViewOptions& options) {
  const int64_t span = int64_t{options.to_s} - options.from_s;
  if (span <= 0 || span > kSpanMax || options.from_s < -kSpanMax || options.from_s > kSpanMax) {
    return fail(ErrorCode::invalid_argument,
                "the window of a day must be longer than 0 s, at most 14 days, and begin within 14 "
                "days of its date",
                "时间窗须大于 0 秒、不超过 14 天，且起点距该日不超过 14 天", "window");
  }
  if ((options.modes & kAllModes) == 0) {
    return fail(ErrorCode::invalid_argument, "no mode of transport is left to travel by",
                "没有可用的交通方式", "modes");
  }
  for (const uint32_t service : options.services) {
    if (service < timetable.services().size()) continue;
    return fail(ErrorCode::invalid_argument, fmt::format("there is no service {}", service),
                fmt::format("没有编号为 {} 的运行日历", service), "services");
  }
  return {};
}

int32_t floor_days(int32_t seconds) {
  return (seconds >= 0 ? seconds : seconds - kDaySeconds + 1) / kDaySeconds;
}

}  // namespace

Result<std::shared_ptr<const DayView>> DayView::build(std::shared_ptr<const Timetable> timetable,
                                                      Date date, const DayViewOptions& options) {
  HQ_TRY_VOID(check_options(*timetable, options));
  std::shared_ptr<DayView> view(new DayView);
  view->timetable_ = std::move(timetable);
  view->date_ = date;
  view->options_ = options;
  for (const StopRecord& stop : view->timetable_->stops()) {
    view->change_s_.push_back(stop.change_s);
  }
  view->add_runs();
  view->boardings_ = view->visits_by_stop(kCanBoard, true);
  view->alightings_ = view->visits_by_stop(kCanAlight, false);
  return view;
}

void DayView::add_runs() {
  const Timetable& timetable = *timetable_;
  const std::size_t service_count = timetable.services().size();
  std::vector<bool> allowed(service_count, options_.services.empty());
  for (const uint32_t service : options_.services) allowed[service] = true;

  // Service days that can touch the window, counted from the date, and who runs on them.
  const int32_t first_start_day = floor_days(options_.from_s - timetable.info().run_length_max_s);
  const int32_t last_start_day = floor_days(options_.to_s - 1);
  int32_t run_day_max = 0;
  for (const RunRecord& run : timetable.runs())
    run_day_max = std::max<int32_t>(run_day_max, run.day);
  const int32_t first_day = first_start_day - run_day_max;
  const auto day_count = static_cast<std::size_t>(last_start_day - first_day) + 1;
  std::vector<uint8_t> active(service_count * day_count);
  for (uint32_t service = 0; service < service_count; ++service) {
    if (!allowed[service]) continue;
    for (std::size_t i = 0; i < day_count; ++i) {
      const std::chrono::days offset{first_day + static_cast<int32_t>(i)};
      active[service * day_count + i] = timetable.runs_on(service, date_ + offset) ? 1 : 0;
    }
  }

  for (uint32_t p = 0; p < timetable.patterns().size(); ++p) {
    const PatternRecord& pattern = timetable.patterns()[p];
    if ((options_.modes & mask(static_cast<Mode>(pattern.mode))) == 0) continue;
    ViewPattern view{};
    view.first_stop = pattern.first_stop;
    view.stop_count = pattern.stop_count;
    view.first_run = static_cast<uint32_t>(starts_.size());
    view.pattern = p;
    // Days outside, runs inside: by the order of runs in a pattern this is sorted (image.h).
    for (int32_t day = first_start_day; day <= last_start_day; ++day) {
      for (uint32_t r = pattern.first_run; r < pattern.first_run + pattern.run_count; ++r) {
        const RunRecord& run = timetable.runs()[r];
        const auto service_day = static_cast<std::size_t>(day - run.day - first_day);
        if (active[run.service * day_count + service_day] == 0) continue;
        const int32_t start = day * kDaySeconds + run.start_s;
        const int32_t end = start + timetable.times()[run.times + pattern.stop_count - 1].arrival;
        if (start >= options_.to_s || end < options_.from_s) continue;
        starts_.push_back(start);
        rows_.push_back(run.times);
        sources_.push_back(r);
      }
    }
    view.run_count = static_cast<uint32_t>(starts_.size()) - view.first_run;
    if (view.run_count == 0) continue;
    const std::span<const uint32_t> rows = std::span(rows_).subspan(view.first_run);
    view.times = rows.front();
    view.one_row = std::ranges::all_of(rows, [&](uint32_t row) { return row == rows[0]; }) ? 1 : 0;
    const std::span<const int32_t> starts = std::span(starts_).subspan(view.first_run);
    const auto same_clock = [&](int32_t start) { return clock_of(start) == clock_of(starts[0]); };
    view.daily = view.one_row != 0 && std::ranges::all_of(starts, same_clock) ? 1 : 0;
    patterns_.push_back(view);
  }
}

DayView::VisitTable DayView::visits_by_stop(uint32_t flag, bool forward) const {
  const uint32_t stop_count = timetable_->stop_count();
  const std::span<const uint32_t> stops = timetable_->pattern_stops();
  VisitTable table;
  table.begin.assign(stop_count + 1, 0);
  for (const ViewPattern& pattern : patterns_) {
    for (const uint32_t stop : stops.subspan(pattern.first_stop, pattern.stop_count)) {
      if ((stop & flag) != 0) ++table.begin[(stop & kStopMask) + 1];
    }
  }
  for (uint32_t i = 0; i < stop_count; ++i) table.begin[i + 1] += table.begin[i];
  table.visits.resize(table.begin.back());
  std::vector<uint32_t> next(table.begin.begin(), table.begin.end() - 1);
  const auto place = [&](uint32_t daily) {
    for (uint32_t p = 0; p < patterns_.size(); ++p) {
      const ViewPattern& pattern = patterns_[p];
      if (pattern.daily != daily) continue;
      for (uint32_t i = 0; i < pattern.stop_count; ++i) {
        const uint32_t stop = stops[pattern.first_stop + i];
        if ((stop & flag) == 0) continue;
        const StopTimes& times = timetable_->times()[pattern.times + i];
        const int32_t start = starts_[pattern.first_run];
        const int32_t time = forward ? start + times.departure : -(start + times.arrival);
        const uint32_t order = forward ? i : pattern.stop_count - 1 - i;
        table.visits[next[stop & kStopMask]++] = {p, i, order, clock_of(time)};
      }
    }
  };
  place(1);
  table.middle = next;
  place(0);
  for (uint32_t stop = 0; stop < stop_count; ++stop) {
    const auto first = table.visits.begin();
    std::sort(first + table.begin[stop], first + table.middle[stop],
              [](const ViewVisit& a, const ViewVisit& b) {
                return std::tuple(a.clock_s, a.pattern, a.order) <
                       std::tuple(b.clock_s, b.pattern, b.order);
              });
  }
  return table;
}

std::size_t DayView::bytes() const {
  return sizeof(DayView) + patterns_.size() * sizeof(ViewPattern) +
         starts_.size() * (sizeof(int32_t) + 2 * sizeof(uint32_t)) +
         change_s_.size() * sizeof(int32_t) +
         (boardings_.begin.size() + alightings_.begin.size()) * 2 * sizeof(uint32_t) +
         (boardings_.visits.size() + alightings_.visits.size()) * sizeof(ViewVisit);
}

}  // namespace hq::route
