// hongqiao hub build, import, export, doctor, timetables.
#include <fmt/format.h>

#include "base/file.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/desk.h"
#include "cli/logs.h"
#include "cli/sources.h"
#include "hub/reference/reference.h"
#include "log/inspect.h"
#include "route/compile.h"
#include "route/feed_summary.h"
#include "route/gtfs_writer.h"

namespace hq::cli {
namespace {

namespace fs = std::filesystem;

struct DoctorAnswer {
  std::string file;
  uint64_t stops = 0;
  uint64_t lines = 0;
  uint64_t trips = 0;
  uint64_t stop_times = 0;
  std::optional<Date> first_day;
  std::optional<Date> last_day;
  std::vector<hub::ReportCount> counts;
  std::vector<hub::ReportDefect> defects;
};
BOOST_DESCRIBE_STRUCT(DoctorAnswer, (),
                      (file, stops, lines, trips, stop_times, first_day, last_day, counts, defects))

struct TimetableList {
  std::vector<hub::TimetableAnswer> timetables;
};
BOOST_DESCRIBE_STRUCT(TimetableList, (), (timetables))

void show_report(const hub::ReportAnswer& report, std::size_t defects_max, const Console& console) {
  std::vector<std::vector<std::string>> rows;
  rows.reserve(report.counts.size());
  for (const hub::ReportCount& count : report.counts) {
    rows.push_back({std::to_string(count.count), count.action,
                    std::string(console.choose(count.text.en, count.text.zh))});
  }
  if (!rows.empty()) {
    console.table(
        {std::string(console.choose("count", "数量")), std::string(console.choose("done", "处理")),
         std::string(console.choose("what was met", "发现的问题"))},
        rows);
  }
  std::size_t shown = 0;
  for (const hub::ReportDefect& defect : report.defects) {
    if (shown++ == defects_max) break;
    console.line(
        fmt::format("  {}: {} ({}) {}", defect.where, defect.kind, defect.action, defect.detail));
  }
  if (report.defects.size() > defects_max) {
    console.note(fmt::format("{} more; --all shows them", report.defects.size() - defects_max),
                 fmt::format("另有 {} 条；用 --all 显示全部", report.defects.size() - defects_max));
  }
}

std::string timetable_line(const hub::TimetableAnswer& answer, const Console& console) {
  return fmt::format("{} {} ({}): {} {}, {} – {}", answer.active ? "*" : " ", answer.name,
                     answer.id, answer.trips, console.choose("trips", "个班次"),
                     format_date(answer.first_day), format_date(answer.last_day));
}

/// The log, then each timetable that it names.
int examine_data(const Sources& sources, const Console& console) {
  LogVerifyOptions options;
  options.source.data = sources.data;
  if (const int code = log_verify(options, console); code != 0) return code;
  const auto examine = [&]() -> Result<> {
    HQ_TRY(const auto hub, load_hub(sources));
    HQ_TRY(const auto timetables, read_timetables(sources, *hub));
    for (const hub::TimetableAnswer& answer : timetables->list()) {
      HQ_TRY_VOID(timetables->open(answer.id));
      if (!console.json()) console.line(timetable_line(answer, console));
    }
    return {};
  };
  const auto examined = examine();
  return examined ? 0 : console.fail(examined.error());
}

}  // namespace

int build_hub(const BuildOptions& options, const Console& console) {
  const auto build = [&]() -> Result<hub::TimetableRecord> {
    HQ_TRY(const auto hub, load_hub(options.sources));
    HQ_TRY(const route::Feed feed, hub::build_feed(*hub));
    route::ImportReport report;
    HQ_TRY(std::string image, route::compile(feed, {}, report));
    HQ_TRY_VOID(write_file_atomically(options.output, image));
    HQ_TRY(const auto timetable, route::Timetable::from_bytes(std::move(image)));
    return hub::describe_timetable(*timetable, "reference", hub::TimetableKind::reference);
  };
  const auto record = build();
  if (!record) return console.fail(record.error());
  if (console.json()) {
    console.line(to_json(*record));
  } else {
    console.line(fmt::format("{}: {} {}, {} {}, {} – {}", options.output.string(), record->stops,
                             console.choose("stops", "个车站"), record->trips,
                             console.choose("trips", "个班次"), format_date(record->first_day),
                             format_date(record->last_day)));
  }
  return 0;
}

int import_feed(const ImportOptions& options, const Console& console) {
  const auto import = [&]() -> Result<std::pair<hub::TimetableAnswer, hub::ReportAnswer>> {
    HQ_TRY(const auto desk, TimetableDesk::open(options.sources));
    HQ_TRY(const auto prepared,
           hub::prepare_import(options.source, desk->timetables->folder(), *desk->hub,
                               [&](std::string_view step) { console.progress(step, 0); }));
    console.end_progress();
    HQ_TRY_VOID(desk->desk.submit("timetables.import",
                                  to_json(hub::ImportCommand{prepared.record, options.activate})));
    return std::pair(desk->timetables->find(prepared.record.id).value(), prepared.report);
  };
  const auto imported = import();
  if (!imported) return console.fail(imported.error());
  if (console.json()) {
    console.line(to_json(imported->first));
    return 0;
  }
  show_report(imported->second, 0, console);
  console.line(timetable_line(imported->first, console));
  return 0;
}

int export_gtfs(const ExportOptions& options, const Console& console) {
  const auto export_all = [&]() -> Result<route::FeedSummary> {
    HQ_TRY(const auto hub, load_hub(options.sources));
    HQ_TRY(const route::Feed feed, hub::build_feed(*hub));
    HQ_TRY_VOID(route::write_gtfs(feed, options.output));
    return route::summarize(feed);
  };
  const auto summary = export_all();
  if (!summary) return console.fail(summary.error());
  if (console.json()) {
    std::string text;
    JsonWriter out(text);
    out.begin_object().field("file", options.output.string()).field("stops", summary->stops);
    out.field("trips", summary->trips).field("stop_times", summary->stop_times).end_object();
    console.line(text);
  } else {
    console.line(fmt::format("{}: {} {}, {} {}", options.output.string(), summary->stops,
                             console.choose("stops", "个车站"), summary->trips,
                             console.choose("trips", "个班次")));
  }
  return 0;
}

int doctor(const DoctorOptions& options, const Console& console) {
  if (options.source.file.empty()) return examine_data(options.sources, console);
  const auto examine = [&]() -> Result<DoctorAnswer> {
    HQ_TRY(const auto hub, load_hub(options.sources));
    route::ImportReport report;
    console.progress(console.choose("reading", "读取"), 0);
    HQ_TRY(const route::Feed feed, hub::read_feed(options.source, *hub, report));
    HQ_TRY_VOID(route::compile(feed, {}, report));
    console.end_progress();
    const route::FeedSummary summary = route::summarize(feed);
    auto described = hub::describe_report(report);
    return DoctorAnswer{options.source.file.string(),
                        summary.stops,
                        summary.lines,
                        summary.trips,
                        summary.stop_times,
                        summary.first_day,
                        summary.last_day,
                        std::move(described.counts),
                        std::move(described.defects)};
  };
  const auto answer = examine();
  if (!answer) return console.fail(answer.error());
  if (console.json()) {
    console.line(to_json(*answer));
    return 0;
  }
  console.line(fmt::format("{}: {} {}, {} {}, {} {}, {} {}", answer->file, answer->stops,
                           console.choose("stops", "个车站"), answer->lines,
                           console.choose("lines", "条线路"), answer->trips,
                           console.choose("trips", "个班次"), answer->stop_times,
                           console.choose("stop times", "个停站时刻")));
  const auto& first = answer->first_day;
  const auto& last = answer->last_day;
  if (first && last) {
    console.line(fmt::format("{} – {}", format_date(*first), format_date(*last)));
  }
  show_report({answer->counts, answer->defects}, options.defects_max, console);
  if (answer->counts.empty()) console.note("nothing wrong was found", "未发现问题");
  return 0;
}

int timetables(const TimetablesOptions& options, const Console& console) {
  const auto act = [&]() -> Result<std::vector<hub::TimetableAnswer>> {
    if (options.activate.empty()) {
      HQ_TRY(const auto hub, load_hub(options.sources));
      HQ_TRY(const auto timetables, read_timetables(options.sources, *hub));
      return timetables->list();
    }
    HQ_TRY(const auto desk, TimetableDesk::open(options.sources));
    HQ_TRY_VOID(
        desk->desk.submit("timetables.activate", to_json(hub::ActivateCommand{options.activate})));
    return desk->timetables->list();
  };
  const auto list = act();
  if (!list) return console.fail(list.error());
  if (console.json()) {
    console.line(to_json(TimetableList{*list}));
    return 0;
  }
  for (const hub::TimetableAnswer& answer : *list) console.line(timetable_line(answer, console));
  return 0;
}

}  // namespace hq::cli
