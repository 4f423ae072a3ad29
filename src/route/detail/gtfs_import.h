// GtfsImport: the state while one GTFS feed is read, and the steps in their order.
//
// Each step reads one or two files into `feed` and keeps the ids that later steps refer to. Used by
// read_gtfs alone. Lives on the stack of one call.
//
//   GtfsImport import{archive, options, report};
//   HQ_TRY_VOID(import.read_stops());
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "route/archive.h"
#include "route/detail/gtfs_table.h"
#include "route/feed.h"
#include "route/gtfs_reader.h"
#include "route/report.h"

namespace hq::route {

/// From the ids of one file to indices; found by views, without a copy.
class IdMap {
 public:
  /// False where the id is there already.
  bool add(std::string_view id, uint32_t index) {
    return index_of_.emplace(std::string(id), index).second;
  }
  uint32_t find(std::string_view id) const {
    const auto found = index_of_.find(id);
    return found == index_of_.end() ? kNone : found->second;
  }

  /// Gives each id the new index of its old one; ids whose new index is kNone go.
  void replace(const std::vector<uint32_t>& new_index) {
    for (auto& [id, index] : index_of_) index = new_index[index];
    std::erase_if(index_of_, [](const auto& entry) { return entry.second == kNone; });
  }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view id) const { return std::hash<std::string_view>()(id); }
  };
  std::unordered_map<std::string, uint32_t, Hash, std::equal_to<>> index_of_;
};

/// One row of stop_times.txt, until its trip is complete.
struct StopTimeRow {
  uint32_t trip;
  uint32_t sequence;
  uint32_t stop;
  int32_t arrival;  // kNoTime where not stated
  int32_t departure;
  float distance;  // shape_dist_traveled; NaN where not stated
  uint32_t line;   // of the file, at most UINT32_MAX
  bool can_board;
  bool can_alight;
};

inline constexpr int32_t kNoTime = -1;

struct GtfsImport {
  const Archive& archive;
  const GtfsOptions& options;
  ImportReport& report;
  Feed feed = {};
  IdMap agency_of = {}, stop_of = {}, line_of = {}, service_of = {}, trip_of = {};
  std::vector<std::string> parent_ids = {};            // by stop, as stated
  std::vector<std::size_t> stop_lines = {};            // line of stops.txt, by stop
  std::vector<std::size_t> trip_lines = {};            // line of trips.txt, by trip
  std::set<std::string, std::less<>> lost_trips = {};  // ids of trips that were dropped

  Result<> read_agencies();
  Result<> read_stops();
  void link_parents();
  Result<> read_lines();
  Result<> read_services();
  Result<> read_trips();
  Result<> read_stop_times();
  Result<> read_frequencies();
  Result<> read_transfers();
  Result<> read_feed_info();
  Result<> read_translations();
  void note_unused_files();
  void note_services_that_never_run();
  void note_hops_too_fast();

  /// The id of a new row, put into `ids` with `index`; where it is empty or taken, the row has to
  /// go, which is reported.
  std::optional<std::string> take_id(GtfsTable& table, int column, IdMap& ids, std::size_t index);

  /// The index an id refers to; kNone where there is no such thing, which is reported.
  uint32_t resolve(GtfsTable& table, int column, const IdMap& ids, DefectAction action_if_unknown);
};

}  // namespace hq::route
