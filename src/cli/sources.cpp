#include "cli/sources.h"

#include <fmt/format.h>

#include "hub/other_services.h"
#include "hub/reference/reference.h"
#include "log/sqlite_log.h"
#include "route/compile.h"

namespace hq::cli {
namespace {

namespace fs = std::filesystem;

/// A timetable file of ours, or a GTFS feed that is compiled on the spot.
Result<std::shared_ptr<const route::Timetable>> open_file(const fs::path& file,
                                                          const hub::ReferenceHub& hub,
                                                          const Console& console) {
  if (file.extension() == ".hqt") return route::Timetable::open(file);
  route::ImportReport report;
  console.progress(console.choose("reading the feed", "读取数据源"), 0);
  HQ_TRY(const route::Feed feed, hub::read_feed({.file = file, .name = "feed"}, hub, report));
  HQ_TRY(std::string image, route::compile(feed, {}, report));
  console.end_progress();
  return route::Timetable::from_bytes(std::move(image));
}

}  // namespace

Result<fs::path> find_hub_folder(const fs::path& given) {
  if (!given.empty()) return given;
  std::error_code failure;
  const fs::path program = fs::read_symlink("/proc/self/exe", failure);
  for (fs::path folder = program.parent_path(); !failure; folder = folder.parent_path()) {
    for (const char* place : {"hubs/hongqiao", "share/hongqiao/hubs/hongqiao"}) {
      if (fs::exists(folder / place / "hub.toml")) return folder / place;
    }
    if (!folder.has_relative_path()) break;
  }
  return fail(ErrorCode::not_found, "the hub's folder was not found; name it with --hub",
              "未找到枢纽数据文件夹；请用 --hub 指定");
}

Result<std::shared_ptr<const hub::ReferenceHub>> load_hub(const Sources& sources) {
  HQ_TRY(const fs::path folder, find_hub_folder(sources.hub));
  HQ_TRY(hub::ReferenceHub hub, hub::load_hub(folder));
  return std::make_shared<const hub::ReferenceHub>(std::move(hub));
}

Result<std::unique_ptr<hub::Timetables>> read_timetables(const Sources& sources,
                                                         const hub::ReferenceHub& hub) {
  HQ_TRY(const fs::path hub_folder, find_hub_folder(sources.hub));
  const bool has_data = fs::exists(sources.data / log::kLogFileName);
  const fs::path folder = sources.data / "timetables";
  HQ_TRY(auto reference, hub::open_reference(hub, hub_folder, has_data ? folder : fs::path()));
  auto timetables = std::make_unique<hub::Timetables>(folder, std::move(reference));
  if (!has_data) return timetables;
  HQ_TRY(const auto reader, log::open_log_reader(sources.data));
  log::Machine machine;
  machine.add(*timetables);
  const hub::OtherServices others(machine);
  HQ_TRY_VOID(log::replay(*reader, machine));
  return timetables;
}

Result<std::shared_ptr<const hub::Network>> load_network(const Sources& sources,
                                                         const Console& console) {
  HQ_TRY(auto hub, load_hub(sources));
  const bool is_file = sources.timetable.find_first_of("./") != std::string::npos;
  if (is_file) {
    HQ_TRY(auto timetable, open_file(sources.timetable, *hub, console));
    return hub::Network::make(timetable, hub, hub::timetable_id(*timetable));
  }
  HQ_TRY(const auto timetables, read_timetables(sources, *hub));
  std::string id = sources.timetable.empty() ? timetables->active_id() : sources.timetable;
  HQ_TRY(auto timetable, timetables->open(id));
  return hub::Network::make(std::move(timetable), std::move(hub), std::move(id));
}

}  // namespace hq::cli
