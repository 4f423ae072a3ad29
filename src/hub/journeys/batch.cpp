#include "hub/journeys/batch.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "base/json.h"
#include "hub/journeys/limits.h"

namespace hq::hub {
namespace {

constexpr std::size_t kChunkQueries = 2048;

/// One question as it was read, and its lines of output.
struct Question {
  std::size_t line = 0;
  std::vector<std::string> cells;  // in the order of `names` below
  std::string output;
  enum class Outcome : uint8_t { answered, without_way, failed } outcome = Outcome::answered;
};

std::string rules_text(const BatchOptions& options) {
  std::string modes;
  for (const Mode mode : options.modes) {
    modes +=
        fmt::format("{}{}", modes.empty() ? "" : "+", boost::describe::enum_to_string(mode, ""));
  }
  return fmt::format(
      "services={};change={};walking={};changes_max={};modes={}",
      options.services.empty() ? "calendar" : fmt::format("{}", fmt::join(options.services, "+")),
      options.change_min ? fmt::format("{}min", *options.change_min) : "stop", options.walking,
      options.changes_max, modes.empty() ? "all" : modes);
}

Result<std::vector<uint32_t>> service_indices(const Network& network, const BatchOptions& options) {
  std::vector<uint32_t> indices;
  for (const std::string& id : options.services) {
    const auto found = network.timetable().find_service(id);
    if (!found) {
      return fail(ErrorCode::not_found, fmt::format("the timetable has no service '{}'", id),
                  fmt::format("时刻表没有运行日类型“{}”", id), "services");
    }
    indices.push_back(*found);
  }
  return indices;
}

/// Runs `answer` over all questions in chunks, on all threads, and writes in their order.
template <class Answer>
Result<BatchCounts> run_batch(CsvReader& queries, const std::vector<std::string_view>& names,
                              const BatchOptions& options, const Answer& answer,
                              const WriteText& write, const BatchProgress& progress) {
  std::vector<int> columns;
  columns.reserve(names.size());
  for (const std::string_view name : names) columns.push_back(queries.column(name));
  const unsigned threads =
      options.threads != 0 ? options.threads : std::max(1u, std::thread::hardware_concurrency());
  BatchCounts counts;
  std::vector<Question> chunk;
  for (bool more = true; more;) {
    chunk.clear();
    while (chunk.size() < kChunkQueries && (more = queries.next())) {
      Question& question = chunk.emplace_back();
      question.line = queries.line();
      for (const int column : columns) question.cells.emplace_back(queries.cell(column));
    }
    std::atomic<std::size_t> next = 0;
    {
      std::vector<std::jthread> pool;
      pool.reserve(threads);
      for (unsigned i = 0; i < threads; ++i) {
        pool.emplace_back([&] {
          for (std::size_t at = next++; at < chunk.size(); at = next++) answer(chunk[at]);
        });
      }
    }
    for (const Question& question : chunk) {
      HQ_TRY_VOID(write(question.output));
      ++counts.queries;
      ++(question.outcome == Question::Outcome::answered      ? counts.answered
         : question.outcome == Question::Outcome::without_way ? counts.without_way
                                                              : counts.failed);
    }
    if (progress) progress(counts.queries);
  }
  return counts;
}

struct JourneyLine {
  uint64_t query = 0;
  std::string from;
  std::string to;
  std::string date;
  std::string departure;
  std::optional<std::string> leave;
  std::optional<std::string> arrive;
  std::optional<int32_t> minutes;
  std::optional<int32_t> changes;
  std::optional<int32_t> walk_minutes;
  std::optional<std::string> runs;
  std::string timetable;
  std::string rules;
  std::optional<std::string> error;
};
BOOST_DESCRIBE_STRUCT(JourneyLine, (),
                      (query, from, to, date, departure, leave, arrive, minutes, changes,
                       walk_minutes, runs, timetable, rules, error))

struct ReachLine {
  uint64_t query = 0;
  std::string from;
  std::string limit_min;
  std::string measure;
  std::string date;
  std::string time;
  std::string window_from;
  std::string window_to;
  std::optional<int32_t> cities;
  std::optional<int64_t> population;
  std::optional<int32_t> stops;
  std::string timetable;
  std::string rules;
  std::optional<std::string> error;
};
BOOST_DESCRIBE_STRUCT(ReachLine, (),
                      (query, from, limit_min, measure, date, time, window_from, window_to, cities,
                       population, stops, timetable, rules, error))

template <class T>
std::string cell_text(const T& value) {
  if constexpr (requires { value.has_value(); }) {
    return value ? cell_text(*value) : std::string();
  } else if constexpr (std::is_integral_v<T>) {
    return std::to_string(value);
  } else {
    return value;
  }
}

/// A described struct as one line of the chosen format.
template <class Line>
std::string line_text(const Line& line, BatchFormat format) {
  if (format == BatchFormat::jsonl) return to_json(line) + "\n";
  std::vector<std::string> cells;
  boost::mp11::mp_for_each<boost::describe::describe_members<Line, boost::describe::mod_public>>(
      [&](auto member) { cells.push_back(cell_text(line.*member.pointer)); });
  return csv_row(cells);
}

template <class Line>
std::string header_text(BatchFormat format) {
  if (format == BatchFormat::jsonl) return {};
  std::vector<std::string> names;
  boost::mp11::mp_for_each<boost::describe::describe_members<Line, boost::describe::mod_public>>(
      [&](auto member) { names.emplace_back(member.name); });
  return csv_row(names);
}

void fill(JourneyLine& line, const Network& network, const route::Journey& journey) {
  line.leave = format_clock_seconds(std::max(0, journey.departure_s));
  line.arrive = format_clock_seconds(journey.arrival_s);
  line.minutes = (journey.duration_s() + 59) / 60;
  line.changes = static_cast<int32_t>(std::max(1u, journey.trips)) - 1;
  int32_t walk_s = 0;
  std::string runs;
  for (const route::Leg& leg : journey.legs) {
    if (leg.kind != route::LegKind::ride) {
      walk_s += leg.arrival_s - leg.departure_s;
      continue;
    }
    const route::Timetable& timetable = network.timetable();
    auto name = timetable.text(timetable.trip(leg.trip).short_name);
    if (name.empty()) name = timetable.text(timetable.line(leg.line).short_name);
    runs.append(runs.empty() ? "" : " ").append(name);
  }
  line.walk_minutes = (walk_s + 59) / 60;
  line.runs = runs;
}

Result<route::JourneyAnswer> ask(const Network& network, const JourneyLine& line,
                                 const BatchOptions& options,
                                 const std::vector<uint32_t>& services) {
  HQ_TRY(const Endpoints from, network.resolve(line.from, "from"));
  HQ_TRY(const Endpoints to, network.resolve(line.to, "to"));
  HQ_TRY(const Date date, parse_date(line.date));
  HQ_TRY(const int32_t time, parse_clock(line.departure));
  HQ_TRY(const auto day, network.day(date, mode_mask(options.modes), services));
  route::JourneyQuery query;
  query.from = from.access;
  query.to = to.access;
  query.time_s = time;
  query.rules.max_changes = options.changes_max;
  query.rules.walking = options.walking;
  query.rules.work_max = kQueryWorkMax;
  if (options.change_min) query.rules.change_s = *options.change_min * 60;
  return network.with_router([&](route::Router& router) {
    return options.all_journeys ? router.journeys(*day, query) : router.fastest(*day, query);
  });
}

void answer_journey(const Network& network, const BatchOptions& options,
                    const std::vector<uint32_t>& services, const std::string& rules,
                    Question& question) {
  JourneyLine line;
  line.query = question.line;
  line.from = question.cells[0];
  line.to = question.cells[1];
  line.date = question.cells[2];
  line.departure = question.cells[3];
  line.timetable = network.id();
  line.rules = rules;
  const auto answer = ask(network, line, options, services);
  if (!answer) {
    question.outcome = Question::Outcome::failed;
    line.error = answer.error().text();
  } else if (answer->journeys.empty()) {
    question.outcome = Question::Outcome::without_way;
  } else {
    for (const route::Journey& journey : answer->journeys) {
      fill(line, network, journey);
      question.output += line_text(line, options.format);
    }
    return;
  }
  question.output = line_text(line, options.format);
}

Result<ReachRequest> reach_request(const ReachLine& line, const BatchOptions& options) {
  ReachRequest request;
  request.from = line.from;
  request.changes_max = options.changes_max;
  request.change_min = options.change_min;
  request.walking = options.walking;
  if (!options.modes.empty()) request.modes = options.modes;
  if (!line.limit_min.empty()) {
    // Minutes in the form of a clock would be a trap; digits alone are read.
    if (line.limit_min.size() > 3 ||
        line.limit_min.find_first_not_of("0123456789") != std::string::npos) {
      return fail(ErrorCode::invalid_argument, "not a number of minutes", "不是分钟数",
                  "limit_min");
    }
    request.limit_min = std::stoi(line.limit_min);
  }
  if (!line.measure.empty() &&
      !boost::describe::enum_from_string(line.measure.c_str(), request.measure)) {
    return fail(ErrorCode::invalid_argument, "one of depart, best, p50, p90",
                "应为 depart、best、p50 或 p90", "measure");
  }
  request.time = line.date + (line.time.empty() ? "" : "T" + line.time);
  if (!line.window_from.empty()) {
    HQ_TRY(request.window_from_s, parse_clock(line.window_from));
  }
  if (!line.window_to.empty()) {
    HQ_TRY(request.window_to_s, parse_clock(line.window_to));
  }
  if (line.date.empty()) {
    return fail(ErrorCode::invalid_argument, "a date is needed (2026-11-24)",
                "需要日期（如 2026-11-24）", "date");
  }
  return request;
}

void answer_reach(const Network& network, const BatchOptions& options, const std::string& rules,
                  Question& question) {
  ReachLine line{question.line,
                 question.cells[0],
                 question.cells[1],
                 question.cells[2],
                 question.cells[3],
                 question.cells[4],
                 question.cells[5],
                 question.cells[6],
                 {},
                 {},
                 {},
                 network.id(),
                 rules,
                 {}};
  const auto request = reach_request(line, options);
  const auto answer = request ? find_reach(network, *request)
                              : Result<ReachAnswer>(std::unexpected(request.error()));
  if (!answer) {
    question.outcome = Question::Outcome::failed;
    line.error = answer.error().text();
  } else if (options.format == BatchFormat::jsonl) {
    question.output = to_json(*answer) + "\n";
    return;
  } else {
    line.cities = answer->city_count;
    line.population = answer->population;
    line.stops = answer->stop_count;
  }
  question.output = line_text(line, options.format);
}

}  // namespace

Result<BatchCounts> run_journey_batch(const Network& network, CsvReader& queries,
                                      const BatchOptions& options, const WriteText& write,
                                      const BatchProgress& progress) {
  for (const std::string_view name : {"from", "to", "date", "departure"}) {
    HQ_TRY_VOID(queries.require_column(name));
  }
  HQ_TRY(const auto services, service_indices(network, options));
  const std::string rules = rules_text(options);
  HQ_TRY_VOID(write(header_text<JourneyLine>(options.format)));
  return run_batch(
      queries, {"from", "to", "date", "departure"}, options,
      [&](Question& question) { answer_journey(network, options, services, rules, question); },
      write, progress);
}

Result<BatchCounts> run_reach_batch(const Network& network, CsvReader& queries,
                                    const BatchOptions& options, const WriteText& write,
                                    const BatchProgress& progress) {
  HQ_TRY_VOID(queries.require_column("from"));
  if (!options.services.empty()) {
    return fail(ErrorCode::unsupported, "circles are by date; services cannot be chosen",
                "可达范围按日期计算，不能选择运行日类型", "services");
  }
  const std::string rules = rules_text(options);
  HQ_TRY_VOID(write(header_text<ReachLine>(options.format)));
  return run_batch(
      queries, {"from", "limit_min", "measure", "date", "time", "window_from", "window_to"},
      options, [&](Question& question) { answer_reach(network, options, rules, question); }, write,
      progress);
}

}  // namespace hq::hub
