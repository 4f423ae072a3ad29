#include "cli/feed_arguments.h"

#include <CLI/CLI.hpp>

namespace hq::cli {

void FeedArguments::add(CLI::App& app) {
  add_build(app);
  add_import(app);
  add_export(app);
  add_doctor(app);
  add_timetables(app);
}

void FeedArguments::add_build(CLI::App& parent) {
  CLI::App* hub = command(parent, "hub", "The hub as data", "枢纽数据", {});
  CLI::App* app =
      command(*hub, "build", "Compile the service plan into a timetable", "将运行计划编译为时刻表",
              [this](const Console& console) { return build_hub(build_, console); });
  add_hub(*app, build_.sources.hub);
  app->add_option("--out", build_.output, tr("File to write (.hqt)", "输出文件（.hqt）"))
      ->required();
}

void FeedArguments::add_import(CLI::App& parent) {
  CLI::App* app =
      command(parent, "import", "Import a timetable, and switch to it", "导入时刻表并启用", {});
  add_import_kind(*app, "gtfs", hub::TimetableKind::gtfs, "A GTFS zip or folder",
                  "GTFS 压缩包或文件夹");
  add_import_kind(*app, "trains", hub::TimetableKind::trains,
                  "A plain train listing: number, then station, arrival, departure a line",
                  "纯文本车次表：车次，随后每行为车站、到达、出发");
}

void FeedArguments::add_import_kind(CLI::App& parent, const char* name, hub::TimetableKind kind,
                                    const char* en, const char* zh) {
  CLI::App* app = command(parent, name, en, zh, [this, kind](const Console& console) {
    import_.source.kind = kind;
    import_.activate = !keep_active_;
    return import_feed(import_, console);
  });
  add_data(*app, import_.sources.data);
  add_hub(*app, import_.sources.hub);
  app->add_option("file", import_.source.file, tr("File", "文件"))->required();
  app->add_option(
         "--name", import_.source.name,
         tr("Short name: lower-case letters, digits, hyphens", "名称：小写字母、数字、连字符"))
      ->required();
  app->add_flag("--keep-active", keep_active_, tr("Do not switch to it", "不切换到此时刻表"));
  if (kind == hub::TimetableKind::trains) {
    app->add_option("--stations", import_.source.station_files,
                    tr("Station lists beside the hub's own: 12306 list or CSV; repeatable",
                       "补充车站表：12306 车站表或 CSV，可重复"));
    app->add_option(
        "--earlier", import_.source.earlier_edition,
        tr("Earlier edition to repair damaged listings from", "用于修复受损车次的较早版本"));
  }
}

void FeedArguments::add_export(CLI::App& parent) {
  CLI::App* exports = command(parent, "export", "Write data for other programs", "导出数据", {});
  CLI::App* app =
      command(*exports, "gtfs", "The reference service plan as GTFS", "将参考运行计划导出为 GTFS",
              [this](const Console& console) { return export_gtfs(export_, console); });
  add_hub(*app, export_.sources.hub);
  app->add_option("file", export_.output, tr("Zip, or folder", "压缩包或文件夹"))->required();
}

void FeedArguments::add_doctor(CLI::App& parent) {
  CLI::App* app = command(parent, "doctor", "Examine a feed, or without one the data folder",
                          "检查数据源；不指定时检查数据文件夹", [this](const Console& console) {
                            const bool is_listing = doctor_.source.file.extension() == ".txt";
                            doctor_.source.kind =
                                is_listing ? hub::TimetableKind::trains : hub::TimetableKind::gtfs;
                            doctor_.source.name = "feed";
                            if (all_defects_) doctor_.defects_max = SIZE_MAX;
                            return doctor(doctor_, console);
                          });
  add_data(*app, doctor_.sources.data);
  add_hub(*app, doctor_.sources.hub);
  app->add_option(
      "file", doctor_.source.file,
      tr("GTFS zip or folder, or train listing (.txt)", "GTFS 压缩包或文件夹，或车次表（.txt）"));
  app->add_option("--stations", doctor_.source.station_files,
                  tr("Station lists for a train listing", "车次表所用的车站表"));
  app->add_flag("--all", all_defects_, tr("Show every defect kept", "显示全部问题"));
}

void FeedArguments::add_timetables(CLI::App& parent) {
  CLI::App* app =
      command(parent, "timetables", "List the timetables kept, or switch", "列出时刻表或切换",
              [this](const Console& console) { return timetables(timetables_, console); });
  add_data(*app, timetables_.sources.data);
  add_hub(*app, timetables_.sources.hub);
  app->add_option("--activate", timetables_.activate, tr("Switch to this id", "切换到此编号"));
}

}  // namespace hq::cli
