// hongqiao stops, journey, reach; one at a time for people, or a file of them for planners.
#include <fmt/format.h>

#include <cstdio>
#include <iostream>
#include <iterator>

#include "base/file.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/sources.h"

namespace hq::cli {
namespace {

using hub::Name;

struct StopList {
  std::vector<hub::StopAnswer> stops;
};
BOOST_DESCRIBE_STRUCT(StopList, (), (stops))

std::string pick(const Name& name, const Console& console) {
  return std::string(console.choose(name.en, name.zh));
}

/// "08:05" of "2026-11-24T08:05:00+08:00", with "+1" where it is not the first day.
std::string clock_of(const std::string& time, const std::string& day) {
  std::string text = time.substr(11, 5);
  if (time.substr(0, 10) != day) text += "+";
  return text;
}

std::string leg_text(const hub::Leg& leg, const std::string& day, const Console& console) {
  const std::string from = pick(leg.from.name, console);
  const std::string to = pick(leg.to.name, console);
  if (leg.kind == hub::LegKind::walk) {
    return fmt::format("    {} {} → {} ({} {})", console.choose("walk", "步行"), from, to,
                       leg.minutes, console.choose("min", "分钟"));
  }
  std::string line = leg.line ? pick(*leg.line, console) : "";
  if (leg.run_number && *leg.run_number != line) line += " " + *leg.run_number;
  return fmt::format("    {} {} → {} {}  {}", clock_of(leg.departure, day), from,
                     clock_of(leg.arrival, day), to, line);
}

void show_journeys(const hub::JourneysAnswer& answer, const Console& console) {
  console.line(
      fmt::format("{} → {}", pick(answer.from.name, console), pick(answer.to.name, console)));
  for (const hub::JourneyAnswer& journey : answer.journeys) {
    const std::string day = journey.departure.substr(0, 10);
    console.line(fmt::format("{} {} – {}  {} {}  {} {}", day, clock_of(journey.departure, day),
                             clock_of(journey.arrival, day), journey.minutes,
                             console.choose("min", "分钟"), journey.changes,
                             console.choose("changes", "次换乘")));
    for (const hub::Leg& leg : journey.legs) console.line(leg_text(leg, day, console));
  }
  for (const Name& note : answer.notes) console.note(note.en, note.zh);
  console.note(answer.rules.change.en, answer.rules.change.zh);
  if (!answer.caveat.en.empty()) console.note(answer.caveat.en, answer.caveat.zh);
}

void show_reach(const hub::ReachAnswer& answer, bool stations, const Console& console) {
  std::vector<std::vector<std::string>> rows;
  const std::vector<std::string> header = {std::string(console.choose("min", "分钟")),
                                           std::string(console.choose("name", "名称")),
                                           std::string(console.choose("people", "人口"))};
  if (stations) {
    for (const hub::ReachStop& stop : answer.stops) {
      rows.push_back({std::to_string(stop.minutes), pick(stop.name, console), ""});
    }
  } else {
    for (const hub::ReachCity& city : answer.cities) {
      rows.push_back({std::to_string(city.minutes), pick(city.name, console),
                      std::to_string(city.population)});
    }
  }
  console.table(header, rows);
  console.line(console.language() == Language::zh
                   ? fmt::format("{} 分钟内：{} 个城市，{} 人（长三角共 {} 人），{} 个车站",
                                 answer.limit_min, answer.city_count, answer.population,
                                 answer.population_of_delta, answer.stop_count)
                   : fmt::format("within {} min: {} cities, {} people (of {} in the delta), {} "
                                 "stations",
                                 answer.limit_min, answer.city_count, answer.population,
                                 answer.population_of_delta, answer.stop_count));
  console.note(answer.definition.text.en, answer.definition.text.zh);
  console.note(answer.definition.rules.change.en, answer.definition.rules.change.zh);
  if (!answer.caveat.en.empty()) console.note(answer.caveat.en, answer.caveat.zh);
}

Result<std::string> read_queries(const std::filesystem::path& file) {
  if (file != "-") return read_file(file);
  return std::string(std::istreambuf_iterator<char>(std::cin), {});
}

/// Runs a batch of either kind; the counts go to standard error.
template <class Run>
int run_batch(const Sources& sources, const BatchFile& batch, const Run& run,
              const Console& console) {
  const auto work = [&]() -> Result<hub::BatchCounts> {
    HQ_TRY(const auto network, load_network(sources, console));
    HQ_TRY(const std::string bytes, read_queries(batch.queries));
    HQ_TRY(CsvReader queries, CsvReader::open(bytes, batch.queries.string()));
    const auto write = [&](std::string_view text) { return console.text(text); };
    const auto progress = [&](uint64_t done) {
      console.progress(console.choose("answered", "已完成"), done);
    };
    return run(*network, queries, batch.options, write, progress);
  };
  const auto counts = work();
  console.end_progress();
  if (!counts) return console.fail(counts.error());
  console.note(fmt::format("{} queries: {} answered, {} without a way, {} failed", counts->queries,
                           counts->answered, counts->without_way, counts->failed),
               fmt::format("{} 个查询：{} 个有结果，{} 个无可行方案，{} 个失败", counts->queries,
                           counts->answered, counts->without_way, counts->failed));
  return counts->failed == 0 ? 0 : info(ErrorCode::parse_error).exit_code;
}

}  // namespace

int stops(const StopsOptions& options, const Console& console) {
  const auto network = load_network(options.sources, console);
  if (!network) return console.fail(network.error());
  StopList list;
  for (const uint32_t stop : (*network)->search(options.text, options.limit)) {
    list.stops.push_back((*network)->stop_answer(stop));
  }
  if (console.json()) {
    console.line(to_json(list));
    return 0;
  }
  std::vector<std::vector<std::string>> rows;
  rows.reserve(list.stops.size());
  for (const hub::StopAnswer& stop : list.stops) {
    rows.push_back({stop.id, stop.name.zh, stop.name.en, stop.city.value_or("")});
  }
  if (rows.empty()) {
    console.note("no stop fits", "没有匹配的车站");
    return info(ErrorCode::not_found).exit_code;
  }
  console.table(
      {"id", std::string(console.choose("Chinese", "中文")),
       std::string(console.choose("English", "英文")), std::string(console.choose("city", "城市"))},
      rows);
  return 0;
}

int journey(const JourneyOptions& options, const Console& console) {
  if (!options.batch.queries.empty()) {
    return run_batch(options.sources, options.batch, hub::run_journey_batch, console);
  }
  const auto find = [&]() -> Result<hub::JourneysAnswer> {
    HQ_TRY(const auto network, load_network(options.sources, console));
    return hub::find_journeys(*network, options.request);
  };
  const auto answer = find();
  if (!answer) return console.fail(answer.error());
  if (console.json()) {
    console.line(to_json(*answer));
  } else {
    show_journeys(*answer, console);
  }
  return answer->journeys.empty() ? info(ErrorCode::not_found).exit_code : 0;
}

int reach(const ReachOptions& options, const Console& console) {
  if (!options.batch.queries.empty()) {
    return run_batch(options.sources, options.batch, hub::run_reach_batch, console);
  }
  const auto find = [&]() -> Result<hub::ReachAnswer> {
    HQ_TRY(const auto network, load_network(options.sources, console));
    return hub::find_reach(*network, options.request);
  };
  const auto answer = find();
  if (!answer) return console.fail(answer.error());
  Result<> written;
  if (options.format == ReachFormat::csv) {
    written = console.text(options.stations ? hub::reach_stops_csv(*answer)
                                            : hub::reach_cities_csv(*answer));
  } else if (options.format == ReachFormat::geojson) {
    written = console.text(hub::reach_geojson(*answer) + "\n");
  } else if (console.json()) {
    written = console.text(to_json(*answer) + "\n");
  } else {
    show_reach(*answer, options.stations, console);
  }
  return written ? 0 : console.fail(written.error());
}

}  // namespace hq::cli
