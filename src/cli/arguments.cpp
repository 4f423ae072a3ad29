#include "cli/arguments.h"

#include <CLI/CLI.hpp>

#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>

#include "base/time.h"
#include "cli/commands.h"
#include "cli/completion.h"
#include "cli/credential_arguments.h"
#include "cli/ledger_arguments.h"
#include "cli/log_arguments.h"
#include "cli/rules_arguments.h"
#include "cli/views_arguments.h"

namespace hq::cli {
namespace {

Language language_of_environment() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') {
      return std::string_view(value).starts_with("zh") ? Language::zh : Language::en;
    }
  }
  return Language::en;
}

/// --lang has to be known before the help texts are made.
Language language_of(const std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    std::string value;
    if (arguments[i] == "--lang" && i + 1 < arguments.size()) value = arguments[i + 1];
    if (arguments[i].starts_with("--lang=")) value = arguments[i].substr(7);
    if (!value.empty()) return value == "zh" ? Language::zh : Language::en;
  }
  return language_of_environment();
}

/// The command line being put together: one CLI11 app, and what the chosen command will do.
class CommandLine {
 public:
  explicit CommandLine(Language language);
  int run(std::vector<std::string> arguments);

 private:
  using Action = std::function<int(const Console&)>;

  const char* tr(const char* en, const char* zh) const {
    return language_ == Language::zh ? zh : en;
  }
  CLI::App* command(CLI::App* parent, const char* name, const char* en, const char* zh,
                    Action action);
  void add_data(CLI::App* app, Sources& sources);
  void add_sources(CLI::App* app, Sources& sources);
  void add_modes(CLI::App* app, std::vector<hub::Mode>& modes);
  void add_batch(CLI::App* app, BatchFile& batch);
  void add_serve();
  void add_hub();
  void add_import();
  void add_import_kind(CLI::App* parent, const char* name, hub::TimetableKind kind, const char* en,
                       const char* zh);
  void add_export();
  void add_doctor();
  void add_timetables();
  void add_stops();
  void add_journey();
  void add_reach();
  void add_reach_measure(CLI::App* app, hub::ReachRequest& request);
  void add_others();
  void fill_batch_rules();
  std::vector<CompletedCommand> completed() const;

  Language language_;
  bool json_ = false;
  std::string lang_;  // read by language_of before all else
  CLI::App app_;
  Action action_;
  CredentialArguments credential_;
  LedgerArguments ledger_;
  LogArguments log_;
  RulesArguments rules_;
  ViewsArguments views_;

  server::Options serve_;
  std::string log_format_;
  bool quiet_ = false;
  Sources sources_;
  BuildOptions build_;
  ImportOptions import_;
  bool keep_active_ = false;
  ExportOptions export_;
  DoctorOptions doctor_;
  bool all_defects_ = false;
  TimetablesOptions timetables_;
  StopsOptions stops_;
  JourneyOptions journey_;
  ReachOptions reach_;
  bool no_walking_ = false;
  std::string shell_;
};

CommandLine::CommandLine(Language language)
    : language_(language),
      app_(tr("Hongqiao, an operating system for an open hub", "虹桥：开放枢纽的操作系统"),
           "hongqiao"),
      credential_(language, [this](Action action) { action_ = std::move(action); }),
      ledger_(language, [this](Action action) { action_ = std::move(action); }),
      log_(language, [this](Action action) { action_ = std::move(action); }),
      rules_(language, [this](Action action) { action_ = std::move(action); }),
      views_(language, [this](Action action) { action_ = std::move(action); }) {
  app_.require_subcommand(0, 1);
  app_.fallthrough();
  app_.set_help_flag("-h,--help", tr("Show this help", "显示帮助"));
  app_.add_flag("--json", json_, tr("Answer in JSON", "以 JSON 输出"));
  app_.add_option(
          "--lang", lang_,
          tr("Language: en or zh (default: that of the system)", "语言：en 或 zh（默认随系统）"))
      ->check(CLI::IsMember({"en", "zh"}));
  add_serve();
  add_hub();
  add_import();
  add_export();
  add_doctor();
  add_timetables();
  add_stops();
  add_journey();
  add_reach();
  credential_.add(app_);
  ledger_.add(app_);
  log_.add(app_);
  rules_.add(app_);
  views_.add(app_);
  add_others();
}

CLI::App* CommandLine::command(CLI::App* parent, const char* name, const char* en, const char* zh,
                               Action action) {
  CLI::App* app = parent->add_subcommand(name, tr(en, zh));
  app->fallthrough();
  app->set_help_flag("-h,--help", tr("Show this help", "显示帮助"));
  if (action) {
    app->callback([this, chosen = std::move(action)] { action_ = chosen; });
  } else {
    app->require_subcommand(1);
  }
  return app;
}

void CommandLine::add_data(CLI::App* app, Sources& sources) {
  app->add_option("--data", sources.data,
                  tr("Data folder (default ./data)", "数据文件夹（默认 ./data）"));
}

void CommandLine::add_sources(CLI::App* app, Sources& sources) {
  add_data(app, sources);
  app->add_option("--hub", sources.hub, tr("Folder of the hub", "枢纽数据文件夹"));
  app->add_option("--timetable", sources.timetable,
                  tr("Id, .hqt file, GTFS zip or folder (default: the active one)",
                     "编号、.hqt 文件、GTFS 压缩包或文件夹（默认：当前时刻表）"));
}

void CommandLine::add_modes(CLI::App* app, std::vector<hub::Mode>& modes) {
  app->add_option_function<std::vector<std::string>>(
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

void CommandLine::add_batch(CLI::App* app, BatchFile& batch) {
  app->add_option("--batch", batch.queries,
                  tr("CSV of queries, - for standard input", "查询 CSV，- 表示标准输入"));
  app->add_option("--threads", batch.options.threads,
                  tr("Threads of a batch (default: all cores)", "批量线程数（默认：全部核心）"))
      ->check(CLI::Range(1, 1024));
}

void CommandLine::add_serve() {
  CLI::App* app = command(&app_, "serve", "Serve the page and the API", "启动网页与接口服务",
                          [this](const Console& console) {
                            const bool terminal = ::isatty(STDERR_FILENO) != 0;
                            serve_.log.json =
                                log_format_.empty() ? !terminal : log_format_ == "json";
                            if (quiet_ || (terminal && log_format_.empty())) {
                              serve_.log.level = server::LogLevel::warning;
                            }
                            return serve(serve_, sources_, console);
                          });
  add_data(app, sources_);
  app->add_option("--hub", sources_.hub, tr("Folder of the hub", "枢纽数据文件夹"));
  app->add_option(
      "--port", serve_.port,
      tr("Port (default 8080; 0: any free one)", "端口（默认 8080；0 为任一空闲端口）"));
  app->add_option("--address", serve_.address,
                  tr("Address to listen on (default 127.0.0.1)", "监听地址（默认 127.0.0.1）"));
  app->add_option("--database", serve_.log_address,
                  tr("postgresql://... : be a node of a cluster that shares this log; without it "
                     "the log is in the data folder",
                     "postgresql://…：作为共享该日志的集群节点；省略时日志在数据文件夹中"));
  app->add_option("--stream", serve_.stream,
                  tr("Stream of the log in PostgreSQL", "PostgreSQL 中的日志流"));
  app->add_option("--advertise", serve_.advertised,
                  tr("URL at which other nodes name this one to those who write",
                     "其他节点告知写入者的本节点网址"));
  app->add_option("--public-url", serve_.public_url,
                  tr("https://HOST of this hub: it issues credentials as did:web:HOST",
                     "本枢纽的 https://主机：以 did:web:主机 签发凭证"));
  app->add_option("--tls-certificate", serve_.tls_certificate,
                  tr("PEM file: serve by TLS", "PEM 证书文件：启用 TLS"));
  app->add_option("--tls-key", serve_.tls_key, tr("PEM file of its key", "PEM 私钥文件"));
  app->add_option("--allow-origin", serve_.allowed_origins,
                  tr("Origin of pages that may use the API (CORS); repeatable",
                     "允许使用接口的网页来源（CORS），可重复"));
  ledger_.add_capacity(*app, serve_.ledger);
  app->add_option("--workers", serve_.workers, tr("Threads that answer", "应答线程数"))
      ->check(CLI::Range(1, 256));
  app->add_option("--log", log_format_,
                  tr("json or text (default: text with warnings on a terminal, else json)",
                     "json 或 text（默认：终端为 text 且只含警告，否则为 json）"))
      ->check(CLI::IsMember({"json", "text"}));
  app->add_flag("--quiet", quiet_, tr("Warnings and errors alone", "仅输出警告和错误"));
}

void CommandLine::add_hub() {
  CLI::App* hub = command(&app_, "hub", "The hub as data", "枢纽数据", {});
  CLI::App* app =
      command(hub, "build", "Compile the service plan into a timetable", "将运行计划编译为时刻表",
              [this](const Console& console) { return build_hub(build_, console); });
  app->add_option("--hub", build_.sources.hub, tr("Folder of the hub", "枢纽数据文件夹"));
  app->add_option("--out", build_.output, tr("File to write (.hqt)", "输出文件（.hqt）"))
      ->required();
}

void CommandLine::add_import() {
  CLI::App* app =
      command(&app_, "import", "Import a timetable, and switch to it", "导入时刻表并启用", {});
  add_import_kind(app, "gtfs", hub::TimetableKind::gtfs, "A GTFS zip or folder",
                  "GTFS 压缩包或文件夹");
  add_import_kind(app, "trains", hub::TimetableKind::trains,
                  "A plain train listing: number, then station, arrival, departure a line",
                  "纯文本车次表：车次，随后每行为车站、到达、出发");
}

void CommandLine::add_import_kind(CLI::App* parent, const char* name, hub::TimetableKind kind,
                                  const char* en, const char* zh) {
  CLI::App* app = command(parent, name, en, zh, [this, kind](const Console& console) {
    import_.source.kind = kind;
    import_.activate = !keep_active_;
    return import_feed(import_, console);
  });
  add_data(app, import_.sources);
  app->add_option("--hub", import_.sources.hub, tr("Folder of the hub", "枢纽数据文件夹"));
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

void CommandLine::add_export() {
  CLI::App* parent = command(&app_, "export", "Write data for other programs", "导出数据", {});
  CLI::App* app =
      command(parent, "gtfs", "The reference service plan as GTFS", "将参考运行计划导出为 GTFS",
              [this](const Console& console) { return export_gtfs(export_, console); });
  app->add_option("--hub", export_.sources.hub, tr("Folder of the hub", "枢纽数据文件夹"));
  app->add_option("file", export_.output, tr("Zip, or folder", "压缩包或文件夹"))->required();
}

void CommandLine::add_doctor() {
  CLI::App* app = command(&app_, "doctor", "Examine a feed, or without one the data folder",
                          "检查数据源；不指定时检查数据文件夹", [this](const Console& console) {
                            const bool is_listing = doctor_.source.file.extension() == ".txt";
                            doctor_.source.kind =
                                is_listing ? hub::TimetableKind::trains : hub::TimetableKind::gtfs;
                            doctor_.source.name = "feed";
                            if (all_defects_) doctor_.defects_max = SIZE_MAX;
                            return doctor(doctor_, console);
                          });
  add_data(app, doctor_.sources);
  app->add_option("--hub", doctor_.sources.hub, tr("Folder of the hub", "枢纽数据文件夹"));
  app->add_option(
      "file", doctor_.source.file,
      tr("GTFS zip or folder, or train listing (.txt)", "GTFS 压缩包或文件夹，或车次表（.txt）"));
  app->add_option("--stations", doctor_.source.station_files,
                  tr("Station lists for a train listing", "车次表所用的车站表"));
  app->add_flag("--all", all_defects_, tr("Show every defect kept", "显示全部问题"));
}

void CommandLine::add_timetables() {
  CLI::App* app =
      command(&app_, "timetables", "List the timetables kept, or switch", "列出时刻表或切换",
              [this](const Console& console) { return timetables(timetables_, console); });
  add_data(app, timetables_.sources);
  app->add_option("--hub", timetables_.sources.hub, tr("Folder of the hub", "枢纽数据文件夹"));
  app->add_option("--activate", timetables_.activate, tr("Switch to this id", "切换到此编号"));
}

void CommandLine::add_stops() {
  CLI::App* app = command(&app_, "stops", "Search stops", "搜索车站",
                          [this](const Console& console) { return stops(stops_, console); });
  add_sources(app, stops_.sources);
  app->add_option("text", stops_.text,
                  tr("Chinese, pinyin, initials or English", "中文、拼音、首字母或英文"))
      ->required();
  app->add_option("--limit", stops_.limit, tr("How many at most", "最多条数"))
      ->check(CLI::Range(1, 1000));
}

void CommandLine::add_journey() {
  CLI::App* app = command(&app_, "journey", "Journeys from one point to another", "查询出行方案",
                          [this](const Console& console) {
                            fill_batch_rules();
                            journey_.request.now = now();
                            return journey(journey_, console);
                          });
  hub::JourneyRequest& request = journey_.request;
  add_sources(app, journey_.sources);
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
  add_modes(app, request.modes);
  add_batch(app, journey_.batch);
  app->add_flag("--all", journey_.batch.options.all_journeys,
                tr("Batch: every Pareto-optimal journey", "批量：全部帕累托最优方案"));
  app->add_option("--services", journey_.batch.options.services,
                  tr("Batch: only these services", "批量：仅限这些运行日类型"))
      ->delimiter(',');
  app->add_flag("--no-walking", no_walking_,
                tr("Batch: no walks between stops", "批量：不在车站之间步行"));
}

void CommandLine::add_reach_measure(CLI::App* app, hub::ReachRequest& request) {
  app->add_option_function<std::string>(
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
  app->add_option_function<std::string>(
      "--window-from", clock(request.window_from_s),
      tr("Window of departures (06:00)", "出发时段起点（06:00）"));
  app->add_option_function<std::string>("--window-to", clock(request.window_to_s),
                                        tr("Its end (22:00)", "出发时段终点（22:00）"));
}

void CommandLine::add_reach() {
  CLI::App* app = command(&app_, "reach", "Cities, people and stations within a time",
                          "指定时间内可达的城市、人口与车站", [this](const Console& console) {
                            fill_batch_rules();
                            reach_.request.now = now();
                            reach_.request.walking = !no_walking_;
                            return reach(reach_, console);
                          });
  hub::ReachRequest& request = reach_.request;
  add_sources(app, reach_.sources);
  app->add_option("from", request.from,
                  tr("Stop id, place:ID, city:NAME or LAT,LNG",
                     "车站编号、place:编号、city:名称 或 纬度,经度"));
  app->add_option("--limit-min", request.limit_min, tr("Minutes (120)", "分钟数（120）"))
      ->check(CLI::Range(15, 360));
  app->add_option("--time", request.time, tr("Local date and time", "当地日期与时间"));
  add_reach_measure(app, request);
  app->add_option("--changes-max", request.changes_max,
                  tr("Most changes; 0: direct trains only", "最多换乘次数，0 为仅直达"))
      ->check(CLI::Range(0, 7));
  app->add_option("--change-min", request.change_min,
                  tr("Minutes for every change", "每次换乘的分钟数"))
      ->check(CLI::Range(0, 120));
  app->add_flag("--no-walking", no_walking_, tr("No walks between stops", "不在车站之间步行"));
  add_modes(app, request.modes);
  app->add_flag("--stations", reach_.stations, tr("Rows are stations", "按车站列出"));
  app->add_flag_callback("--csv", [this] { reach_.format = ReachFormat::csv; }, "CSV");
  app->add_flag_callback("--geojson", [this] { reach_.format = ReachFormat::geojson; }, "GeoJSON");
  add_batch(app, reach_.batch);
}

void CommandLine::fill_batch_rules() {
  const auto format = json_ ? hub::BatchFormat::jsonl : hub::BatchFormat::csv;
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

void CommandLine::add_others() {
  CLI::App* tokens = command(&app_, "token", "The operator token", "操作员令牌", {});
  CLI::App* token =
      command(tokens, "rotate", "Make a new one; the old one ends", "生成新令牌，旧令牌失效",
              [this](const Console& console) { return rotate_token({sources_}, console); });
  add_data(token, sources_);
  command(&app_, "version", "Show the version", "显示版本", version);
  CLI::App* completion = command(&app_, "completion", "Print a shell's completion script",
                                 "输出命令补全脚本", [this](const Console& console) {
                                   console.line(completion_script(shell_, completed()));
                                   return 0;
                                 });
  completion->add_option("shell", shell_, "bash, zsh, fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
}

std::vector<CompletedCommand> CommandLine::completed() const {
  std::vector<CompletedCommand> commands;
  const std::function<void(const CLI::App&, const std::string&)> add =
      [&](const CLI::App& app, const std::string& words) {
        CompletedCommand command{words, {}, {}};
        for (const CLI::Option* option : app.get_options()) {
          for (const std::string& name : option->get_lnames())
            command.options.push_back("--" + name);
        }
        const auto children = app.get_subcommands([](const CLI::App*) { return true; });
        for (const CLI::App* child : children) command.subcommands.push_back(child->get_name());
        commands.push_back(std::move(command));
        for (const CLI::App* child : children) {
          add(*child, words.empty() ? child->get_name() : words + " " + child->get_name());
        }
      };
  add(app_, "");
  return commands;
}

int CommandLine::run(std::vector<std::string> arguments) {
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
  try {
    app_.parse(arguments);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
      return app_.exit(error);  // help
    }
    const Error shown{.code = ErrorCode::invalid_argument,
                      .message = std::string(error.what()) + " (see --help)",
                      .message_zh = std::string("命令行有误：") + error.what() + "（参见 --help）",
                      .where = {}};
    return Console(language_, json_).fail(shown);
  }
  if (!action_) {
    Console(language_, json_).line(app_.help());
    return 0;
  }
  return action_(Console(language_, json_));
}

}  // namespace

int run(const std::vector<std::string>& arguments) {
  return CommandLine(language_of(arguments)).run(arguments);
}

}  // namespace hq::cli
