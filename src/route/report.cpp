#include "route/report.h"

#include <array>

#include "base/assert.h"

namespace hq::route {
namespace {

constexpr std::array<DefectText, kDefectKindCount> kTexts = {{
    {"missing_file", "A file of the feed is missing", "缺少文件"},
    {"missing_column", "A column is missing", "缺少列"},
    {"padded_cell", "Cells are padded with blanks", "单元格带有多余空格"},
    {"broken_row", "A row does not fit its header or has an open quote",
     "行与表头不符或引号未闭合"},
    {"bad_value", "A value cannot be read or is not allowed", "取值无法识别或不允许"},
    {"duplicate_id", "The same id or key stands twice", "标识或键重复"},
    {"unknown_reference", "A reference leads to nothing", "引用的对象不存在"},
    {"missing_position", "A stop has no position", "站点没有坐标"},
    {"implausible_position", "A stop stands where it cannot be", "站点坐标不可信"},
    {"trip_without_stop_times", "A trip has no stop times", "车次没有停站时刻"},
    {"trip_with_one_stop", "A trip has one stop only", "车次只有一个停站"},
    {"missing_time", "A time is missing", "缺少时刻"},
    {"time_runs_back", "Time runs back along a trip", "车次时刻倒流"},
    {"stop_sequence_out_of_order", "Stop times do not stand in order", "停站顺序错乱"},
    {"service_never_runs", "A service has no day on which it runs", "运行日历没有任何运行日"},
    {"too_fast", "A hop is too fast to be true", "区间速度高得不可信"},
    {"number_in_station_field", "A train number stands in the station field", "站名处写着车次"},
    {"twin_listing", "One train is listed under several numbers", "同一列车以多个车次列出"},
    {"scrambled_listing", "Two runs are mixed in one listing", "一个车次混入了两趟列车的停站"},
    {"unknown_station", "A station is in no station list", "车站不在站名表中"},
    {"unsupported_feature", "A feature of the format is not carried out", "格式中的此项功能未采用"},
    {"unused_column", "A column is not used", "未采用的列"},
    {"unused_file", "A file is not used", "未采用的文件"},
}};

}  // namespace

const DefectText& text(DefectKind kind) {
  const auto index = static_cast<std::size_t>(kind);
  HQ_ASSERT(index < kTexts.size());
  return kTexts[index];
}

std::string_view id(DefectAction action) {
  switch (action) {
    case DefectAction::noted:
      return "noted";
    case DefectAction::repaired:
      return "repaired";
    case DefectAction::dropped:
      return "dropped";
  }
  HQ_ASSERT(false);
}

void ImportReport::add(DefectKind kind, DefectAction action, std::string where,
                       std::string detail) {
  const bool keep = count(kind) < kDefectsKeptMax;
  ++counts_[{kind, action}];
  if (keep) defects_.push_back({kind, action, std::move(where), std::move(detail)});
}

uint64_t ImportReport::count(DefectKind kind) const {
  return count(kind, DefectAction::noted) + count(kind, DefectAction::repaired) +
         count(kind, DefectAction::dropped);
}

uint64_t ImportReport::count(DefectKind kind, DefectAction action) const {
  const auto found = counts_.find({kind, action});
  return found == counts_.end() ? 0 : found->second;
}

uint64_t ImportReport::total() const {
  uint64_t sum = 0;
  for (const auto& [key, count] : counts_) sum += count;
  return sum;
}

}  // namespace hq::route
