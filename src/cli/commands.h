// The commands, as functions of plain options. Each returns the exit code of the process.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/console.h"
#include "hub/journeys/batch.h"
#include "hub/journeys/journeys.h"
#include "hub/journeys/reach.h"
#include "hub/timetables/import.h"
#include "server/server.h"

namespace hq::cli {

/// Where a command finds the hub, and which timetable it works on.
struct Sources {
  std::filesystem::path hub;  // empty: beside the program
  std::filesystem::path data = "data";
  std::string timetable;  // an id, a .hqt file, a GTFS zip or folder; empty: the active one
};

struct BuildOptions {
  Sources sources;
  std::filesystem::path output;
};

struct ImportOptions {
  Sources sources;
  hub::ImportSource source;
  bool activate = true;
};

struct ExportOptions {
  Sources sources;
  std::filesystem::path output;  // a zip, or a folder
};

struct DoctorOptions {
  Sources sources;
  hub::ImportSource source;  // an empty file: the data folder itself
  std::size_t defects_max = 20;
};

struct TimetablesOptions {
  Sources sources;
  std::string activate;  // id to switch to; empty: list
};

struct StopsOptions {
  Sources sources;
  std::string text;
  std::size_t limit = 10;
};

struct BatchFile {
  std::filesystem::path queries;  // "-": standard input; empty: no batch
  hub::BatchOptions options;
};

struct JourneyOptions {
  Sources sources;
  hub::JourneyRequest request;
  BatchFile batch;
};

enum class ReachFormat { table, csv, geojson };

struct ReachOptions {
  Sources sources;
  hub::ReachRequest request;
  ReachFormat format = ReachFormat::table;
  bool stations = false;
  BatchFile batch;
};

struct TokenOptions {
  Sources sources;
};

int serve(server::Options options, const Sources& sources, const Console& console);
int build_hub(const BuildOptions& options, const Console& console);
int import_feed(const ImportOptions& options, const Console& console);
int export_gtfs(const ExportOptions& options, const Console& console);
int doctor(const DoctorOptions& options, const Console& console);
int timetables(const TimetablesOptions& options, const Console& console);
int stops(const StopsOptions& options, const Console& console);
int journey(const JourneyOptions& options, const Console& console);
int reach(const ReachOptions& options, const Console& console);
int rotate_token(const TokenOptions& options, const Console& console);
int version(const Console& console);

}  // namespace hq::cli
