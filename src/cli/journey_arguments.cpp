#include "cli/journey_arguments.h"

#include <CLI/CLI.hpp>

#include "base/time.h"

namespace hq::cli {

void JourneyArguments::add(CLI::App& app) {
  add_stops(app);
  add_journey(app);
  add_reach(app);
}

void JourneyArguments::add_sources(CLI::App& app, Sources& sources) {
  add_data(app, sources.data);
  add_hub(app, sources.hub);
  app.add_option("--timetable", sources.timetable,
                 tr("Id, .hqt file, GTFS zip or folder (default: the active one)",
                    "编号、.hqt 文件、GTFS 压缩包或文件夹（默认：当前时刻表）"));
}

void JourneyArguments::add_modes(CLI::App& app, std::vector<hub::Mode>& modes) {
  app.add_option_function<std::vector<std::string>>(
         "--modes",
         [&modes](const std::vector<std::string>& words) {
           modes.clear();
           for (const std::string& word : words) {
             hub::Mode mode{};
             if (!boost::describe::enum_from_string(word.c_str(), mode) ||
                 mode == hub::Mode::walk) {
               throw CLI::ValidationError("--modes", word);
             }
             modes.push_back(mode);
           }
         },
         tr("Only these, with commas between: rail,metro,tram,bus,coach,ferry,air,cable",
            "仅限这些交通方式，逗号分隔：rail,metro,tram,bus,coach,ferry,air,cable"))
      ->delimiter(',');
}

void JourneyArguments::add_batch(CLI::App& app, BatchFile& batch) {
  app.add_option("--batch", batch.queries,
                 tr("CSV of queries, - for standard input", "查询 CSV，- 表示标准输入"));
  app.add_option("--threads", batch.options.threads,
                 tr("Threads of a batch (default: all cores)", "批量线程数（默认：全部核心）"))
      ->check(CLI::Range(1, 1024));
}

void JourneyArguments::add_stops(CLI::App& parent) {
  CLI::App* app = command(parent, "stops", "Search stops", "搜索车站",
                          [this](const Console& console) { return stops(stops_, console); });
  add_sources(*app, stops_.sources);
  app->add_option("text", stops_.text,
                  tr("Chinese, pinyin, initials or English", "中文、拼音、首字母或英文"))
      ->required();
  app->add_option("--limit", stops_.limit, tr("How many at most", "最多条数"))
      ->check(CLI::Range(1, 1000));
}

void JourneyArguments::add_journey(CLI::App& parent) {
  CLI::App* app = command(parent, "journey", "Journeys from one point to another", "查询出行方案",
                          [this](const Console& console) {
                            fill_batch_rules(console);
                            journey_.request.now = now();
                            return journey(journey_, console);
                          });
  hub::JourneyRequest& request = journey_.request;
  add_sources(*app, journey_.sources);
  app->add_option("from", request.from,
                  tr("Stop id, place:ID, city:NAME or LAT,LNG",
                     "车站编号、place:编号、city:名称 或 纬度,经度"));
  app->add_option("to", request.to, tr("The same", "同上"));
  app->add_option(
      "--time", request.time,
      tr("Local time (2026-11-24T08:00; default now)", "当地时间（2026-11-24T08:00，默认现在）"));
  app->add_flag("--arrive-by", request.arrive_by,
                tr("The time is the latest arrival", "该时间为最晚到达时间"));
  app->add_option("--changes-max", request.changes_max, tr("Most changes", "最多换乘次数"))
      ->check(CLI::Range(0, 7));
  app->add_option("--change-min", request.change_min,
                  tr("Minutes for every change", "每次换乘的分钟数"))
      ->check(CLI::Range(0, 120));
  app->add_option("--window-min", request.window_min,
                  tr("Minutes of departures to look at", "查询的出发时间范围（分钟）"))
      ->check(CLI::Range(0, 1440));
  app->add_option("--limit", request.limit, tr("How many at most", "最多条数"))
      ->check(CLI::Range(1, 50));
  add_modes(*app, request.modes);
  add_batch(*app, journey_.batch);
  app->add_flag("--all", journey_.batch.options.all_journeys,
                tr("Batch: every Pareto-optimal journey", "批量：全部帕累托最优方案"));
  app->add_option("--services", journey_.batch.options.services,
                  tr("Batch: only these services", "批量：仅限这些运行日类型"))
      ->delimiter(',');
  app->add_flag("--no-walking", no_walking_,
                tr("Batch: no walks between stops", "批量：不在车站之间步行"));
}

void JourneyArguments::add_reach_measure(CLI::App& app, hub::ReachRequest& request) {
  app.add_option_function<std::string>(
         "--measure",
         [&request](const std::string& word) {
           boost::describe::enum_from_string(word.c_str(), request.measure);
         },
         tr("depart (default), best, p50 or p90", "depart（默认）、best、p50 或 p90"))
      ->check(CLI::IsMember({"depart", "best", "p50", "p90"}));
  const auto clock = [](int32_t& target) {
    return [&target](const std::string& text) {
      const auto seconds = parse_clock(text);
      if (!seconds) throw CLI::ValidationError(seconds.error().message);
      target = *seconds;
    };
  };
  app.add_option_function<std::string>("--window-from", clock(request.window_from_s),
                                       tr("Window of departures (06:00)", "出发时段起点（06:00）"));
  app.add_option_function<std::string>("--window-to", clock(request.window_to_s),
                                       tr("Its end (22:00)", "出发时段终点（22:00）"));
}

void JourneyArguments::add_reach(CLI::App& parent) {
  CLI::App* app = command(parent, "reach", "Cities, people and stations within a time",
                          "指定时间内可达的城市、人口与车站", [this](const Console& console) {
                            fill_batch_rules(console);
                            reach_.request.now = now();
                            reach_.request.walking = !no_walking_;
                            return reach(reach_, console);
                          });
  hub::ReachRequest& request = reach_.request;
  add_sources(*app, reach_.sources);
  app->add_option("from", request.from,
                  tr("Stop id, place:ID, city:NAME or LAT,LNG",
                     "车站编号、place:编号、city:名称 或 纬度,经度"));
  app->add_option("--limit-min", request.limit_min, tr("Minutes (120)", "分钟数（120）"))
      ->check(CLI::Range(15, 360));
  app->add_option("--time", request.time, tr("Local date and time", "当地日期与时间"));
  add_reach_measure(*app, request);
  app->add_option("--changes-max", request.changes_max,
                  tr("Most changes; 0: direct trains only", "最多换乘次数，0 为仅直达"))
      ->check(CLI::Range(0, 7));
  app->add_option("--change-min", request.change_min,
                  tr("Minutes for every change", "每次换乘的分钟数"))
      ->check(CLI::Range(0, 120));
  app->add_flag("--no-walking", no_walking_, tr("No walks between stops", "不在车站之间步行"));
  add_modes(*app, request.modes);
  app->add_flag("--stations", reach_.stations, tr("Rows are stations", "按车站列出"));
  app->add_flag_callback("--csv", [this] { reach_.format = ReachFormat::csv; }, "CSV");
  app->add_flag_callback("--geojson", [this] { reach_.format = ReachFormat::geojson; }, "GeoJSON");
  add_batch(*app, reach_.batch);
}

void JourneyArguments::fill_batch_rules(const Console& console) {
  const auto format = console.json() ? hub::BatchFormat::jsonl : hub::BatchFormat::csv;
  hub::BatchOptions& journeys = journey_.batch.options;
  journeys.format = format;
  journeys.modes = journey_.request.modes;
  journeys.change_min = journey_.request.change_min;
  journeys.changes_max = journey_.request.changes_max;
  journeys.walking = !no_walking_;
  hub::BatchOptions& circles = reach_.batch.options;
  circles.format = format;
  circles.modes = reach_.request.modes;
  circles.change_min = reach_.request.change_min;
  circles.changes_max = reach_.request.changes_max;
  circles.walking = !no_walking_;
}

}  // namespace hq::cli
