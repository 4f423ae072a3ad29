// ImportReport: what a reader met in a feed and what it did about it.
//
// Nothing is silently dropped: each defect has a kind, a place and what was done. The report counts
// all of them and keeps the first kDefectsKeptMax of each kind in full. Used on one thread.
//
//   report.add(DefectKind::time_runs_back, DefectAction::dropped, csv.where(), "trip G7322");
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hq::route {

inline constexpr std::size_t kDefectsKeptMax = 1000;

enum class DefectAction : uint8_t { noted, repaired, dropped };

enum class DefectKind : uint8_t {
  missing_file,
  missing_column,
  padded_cell,
  broken_row,
  bad_value,
  duplicate_id,
  unknown_reference,
  missing_position,
  implausible_position,
  trip_without_stop_times,
  trip_with_one_stop,
  missing_time,
  time_runs_back,
  stop_sequence_out_of_order,
  service_never_runs,
  too_fast,
  number_in_station_field,
  twin_listing,
  scrambled_listing,
  unknown_station,
  unsupported_feature,
  unused_column,
  unused_file,
};

inline constexpr std::size_t kDefectKindCount = static_cast<int>(DefectKind::unused_file) + 1;

struct DefectText {
  std::string_view id;
  std::string_view en;
  std::string_view zh;
};

/// The stable id of a kind and what it means in both languages.
const DefectText& text(DefectKind kind);
std::string_view id(DefectAction action);

struct Defect {
  DefectKind kind;
  DefectAction action;
  std::string where;   // "stop_times.txt:1207" or "stop_times.txt:1207:arrival_time"
  std::string detail;  // the value or thing met, and what was done where that is not plain
};

class ImportReport {
 public:
  void add(DefectKind kind, DefectAction action, std::string where, std::string detail = {});

  /// How often (kind, action) was met, in the order of the kinds.
  const std::map<std::pair<DefectKind, DefectAction>, uint64_t>& counts() const { return counts_; }
  uint64_t count(DefectKind kind) const;
  uint64_t count(DefectKind kind, DefectAction action) const;
  uint64_t total() const;

  /// The defects kept in full, in the order they were met.
  const std::vector<Defect>& defects() const { return defects_; }

 private:
  std::map<std::pair<DefectKind, DefectAction>, uint64_t> counts_;
  std::vector<Defect> defects_;  // at most kDefectsKeptMax of each kind
};

}  // namespace hq::route
