// Speed of the route engine on a region of trains and metros; prints medians and 95th percentiles.
//
//   route_bench FOLDER [queries] [seed]
//
// FOLDER holds gtfs_yrd_rail.zip, gtfs_yrd_metro.zip and transfers_rail_metro.csv. Two networks are
// measured: the rail feed alone, and both feeds joined with the links between them. Origins and
// targets are random stops that something calls at, departures random within 00-24 h. One thread;
// times are processor time of that thread.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <random>
#include <string>

#include "base/csv.h"
#include "base/file.h"
#include "route/gtfs_reader.h"
#include "route/route.h"

namespace {

using hq::Result;
using hq::route::Access;
using hq::route::DayView;
using hq::route::Feed;
using hq::route::Router;
using hq::route::Timetable;

/// Processor time of this thread: what others do on the machine counts less than by the wall clock.
double now_ms() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

void print_row(const char* what, std::vector<double> ms, double found) {
  std::ranges::sort(ms);
  double sum = 0;
  for (const double value : ms) sum += value;
  std::printf("  %-44s median %8.4f  p95 %8.4f  mean %8.4f ms  found %.2f\n", what,
              ms[ms.size() / 2], ms[ms.size() * 95 / 100], sum / static_cast<double>(ms.size()),
              found / static_cast<double>(ms.size()));
}

struct Question {
  uint32_t from;
  uint32_t to;
  int32_t time_s;
};

/// Runs all questions, five times over; of each question the least time counts, as the machine may
/// be shared. `ask` returns how much it found.
void measure(const char* what, std::span<const Question> questions,
             const std::function<Result<std::size_t>(const Question&)>& ask) {
  std::vector<double> ms(questions.size(), 1e9);
  double found = 0;
  for (int round = 0; round < 5; ++round) {
    found = 0;
    for (std::size_t i = 0; i < questions.size(); ++i) {
      const double start = now_ms();
      const auto answer = ask(questions[i]);
      ms[i] = std::min(ms[i], now_ms() - start);
      if (!answer) {
        std::fprintf(stderr, "%s\n", answer.error().text().c_str());
        std::exit(1);
      }
      found += static_cast<double>(*answer);
    }
  }
  print_row(what, std::move(ms), found);
}

std::vector<Question> random_questions(const Timetable& timetable, int count, uint64_t seed) {
  std::vector<uint32_t> served;
  for (uint32_t stop = 0; stop < timetable.stop_count(); ++stop) {
    if (!timetable.visits(stop).empty()) served.push_back(stop);
  }
  std::mt19937_64 random(seed);
  const auto any = [&] { return served[random() % served.size()]; };
  std::vector<Question> questions;
  for (int i = 0; i < count; ++i) {
    const uint32_t from = any();
    const uint32_t to = any();
    questions.push_back({from, to, static_cast<int32_t>(random() % 86400)});
  }
  return questions;
}

void measure_queries(const DayView& view, std::span<const Question> questions) {
  Router router;
  hq::route::QueryRules loose;
  loose.tight = false;
  hq::route::QueryRules tight;
  const auto fastest = [&](const hq::route::QueryRules& rules) {
    return [&, rules](const Question& q) -> Result<std::size_t> {
      HQ_TRY(const auto answer,
             router.fastest(
                 view, {.from = {{q.from}}, .to = {{q.to}}, .time_s = q.time_s, .rules = rules}));
      return answer.journeys.size();
    };
  };
  measure("earliest arrival", questions, fastest(loose));
  measure("earliest arrival, leaving as late as can be", questions, fastest(tight));
  measure("Pareto (arrival, trips), as late as can be", questions,
          [&](const Question& q) -> Result<std::size_t> {
            HQ_TRY(const auto answer,
                   router.journeys(view, {.from = {{q.from}}, .to = {{q.to}}, .time_s = q.time_s}));
            return answer.journeys.size();
          });
  measure("one to all", questions, [&](const Question& q) -> Result<std::size_t> {
    HQ_TRY(const auto answer, router.reach(view, {.from = {{q.from}}, .time_s = q.time_s}));
    return static_cast<std::size_t>(
        std::ranges::count_if(answer.time_s, [](int32_t t) { return t != INT32_MAX; }));
  });
  const auto some = questions.first(std::max<std::size_t>(1, questions.size() / 4));
  measure("24 h profile", some, [&](const Question& q) -> Result<std::size_t> {
    HQ_TRY(const auto answer, router.profile(view, {.from = {{q.from}}, .to = {{q.to}}}));
    return answer.journeys.size();
  });
  const auto few = questions.first(std::max<std::size_t>(1, questions.size() / 20));
  measure("one to all, best of 06-22 h", few, [&](const Question& q) -> Result<std::size_t> {
    HQ_TRY(const auto answer, router.reach_window(view, {.from = {{q.from}}}));
    return static_cast<std::size_t>(
        std::ranges::count_if(answer.best_s, [](int32_t t) { return t != INT32_MAX; }));
  });
}

int measure_network(const char* name, const Feed& feed, int queries, uint64_t seed) {
  std::printf("%s: %zu stops, %zu trips, %zu stop times\n", name, feed.stops.size(),
              feed.trips.size(), feed.stop_times.size());
  double start = now_ms();
  hq::route::ImportReport report;
  auto image = hq::route::compile(feed, {}, report);
  if (!image) return std::fprintf(stderr, "%s\n", image.error().text().c_str()), 1;
  std::printf("  compile %.1f ms, image %.2f MB\n", now_ms() - start,
              static_cast<double>(image->size()) / 1e6);
  start = now_ms();
  const auto timetable = Timetable::from_bytes(*std::move(image));
  if (!timetable) return std::fprintf(stderr, "%s\n", timetable.error().text().c_str()), 1;
  std::printf("  load with checksum and check of all indices %.2f ms; %zu patterns, %zu runs\n",
              now_ms() - start, (*timetable)->patterns().size(), (*timetable)->runs().size());
  const hq::Date date = std::chrono::sys_days{std::chrono::year{2026} / 11 / 22};
  std::vector<double> build_ms;
  std::shared_ptr<const DayView> view;
  for (int i = 0; i < 9; ++i) {
    start = now_ms();
    const auto built = DayView::build(*timetable, date, {});
    build_ms.push_back(now_ms() - start);
    if (!built) return std::fprintf(stderr, "%s\n", built.error().text().c_str()), 1;
    view = *built;
  }
  std::ranges::sort(build_ms);
  std::printf("  day view (3 days) %.2f ms, %zu runs, %.2f MB\n", build_ms[4], view->run_count(),
              static_cast<double>(view->bytes()) / 1e6);
  measure_queries(*view, random_questions(**timetable, queries, seed));
  return 0;
}

Result<> add_links(Feed& feed, const std::string& path) {
  HQ_TRY(const std::string bytes, hq::read_file(path));
  HQ_TRY(hq::CsvReader csv, hq::CsvReader::open(bytes, path));
  HQ_TRY(const int rail, csv.require_column("rail_station_id"));
  HQ_TRY(const int metro, csv.require_column("metro_stop_id"));
  HQ_TRY(const int seconds, csv.require_column("walk_seconds_derived"));
  const auto stop = [&](std::string_view id) {
    const auto at = std::ranges::find(feed.stops, id, &hq::route::Stop::id);
    return at == feed.stops.end() ? hq::route::kNone
                                  : static_cast<uint32_t>(at - feed.stops.begin());
  };
  while (csv.next()) {
    hq::route::Transfer link;
    link.from = stop(csv.cell(rail));
    link.to = stop(csv.cell(metro));
    link.kind = hq::route::TransferKind::minimum_time;
    link.seconds = std::atoi(std::string(csv.cell(seconds)).c_str());
    if (link.from == hq::route::kNone || link.to == hq::route::kNone) continue;
    feed.transfers.push_back(link);
    std::swap(link.from, link.to);
    feed.transfers.push_back(link);
  }
  return {};
}

Result<int> run(const std::string& folder, int queries, uint64_t seed) {
  hq::route::ImportReport report;
  HQ_TRY(Feed rail, hq::route::read_gtfs(folder + "/gtfs_yrd_rail.zip", report));
  HQ_TRY(const Feed metro, hq::route::read_gtfs(folder + "/gtfs_yrd_metro.zip", report));
  if (measure_network("rail", rail, queries, seed) != 0) return 1;
  Feed both = hq::route::join(std::move(rail), metro, "m:");
  HQ_TRY_VOID(add_links(both, folder + "/transfers_rail_metro.csv"));
  return measure_network("rail and metro", both, queries, seed);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("usage: route_bench FOLDER [queries] [seed]\n", stderr);
    return 64;
  }
  const int queries = argc > 2 ? std::max(1, std::atoi(argv[2])) : 2000;
  const uint64_t seed = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 1;
  const auto code = run(argv[1], queries, seed);
  if (!code) {
    std::fprintf(stderr, "%s\n", code.error().text().c_str());
    return 1;
  }
  return *code;
}
