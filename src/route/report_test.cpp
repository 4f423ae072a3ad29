#include "route/report.h"

#include <gtest/gtest.h>

#include <set>

namespace hq::route {
namespace {

TEST(Report, every_kind_has_its_own_id_and_both_texts) {
  std::set<std::string_view> ids;
  for (std::size_t i = 0; i < kDefectKindCount; ++i) {
    const DefectText& row = text(static_cast<DefectKind>(i));
    EXPECT_TRUE(ids.insert(row.id).second) << row.id;
    EXPECT_FALSE(row.en.empty());
    EXPECT_FALSE(row.zh.empty());
  }
  EXPECT_EQ(text(DefectKind::time_runs_back).id, "time_runs_back");
  EXPECT_EQ(text(DefectKind::unused_file).id, "unused_file");
}

TEST(Report, actions_have_ids) {
  EXPECT_EQ(id(DefectAction::noted), "noted");
  EXPECT_EQ(id(DefectAction::repaired), "repaired");
  EXPECT_EQ(id(DefectAction::dropped), "dropped");
}

TEST(Report, counts_by_kind_and_action) {
  ImportReport report;
  report.add(DefectKind::bad_value, DefectAction::dropped, "a:1");
  report.add(DefectKind::bad_value, DefectAction::repaired, "a:2", "x");
  report.add(DefectKind::too_fast, DefectAction::noted, "a:3");
  EXPECT_EQ(report.total(), 3u);
  EXPECT_EQ(report.count(DefectKind::bad_value), 2u);
  EXPECT_EQ(report.count(DefectKind::bad_value, DefectAction::repaired), 1u);
  EXPECT_EQ(report.count(DefectKind::padded_cell), 0u);
  ASSERT_EQ(report.defects().size(), 3u);
  EXPECT_EQ(report.defects()[1].where, "a:2");
  EXPECT_EQ(report.defects()[1].detail, "x");
}

TEST(Report, keeps_the_first_of_each_kind_and_counts_all) {
  ImportReport report;
  for (std::size_t i = 0; i < kDefectsKeptMax + 10; ++i) {
    report.add(DefectKind::too_fast, DefectAction::noted, std::to_string(i));
  }
  report.add(DefectKind::bad_value, DefectAction::dropped, "last");
  EXPECT_EQ(report.count(DefectKind::too_fast), kDefectsKeptMax + 10);
  EXPECT_EQ(report.defects().size(), kDefectsKeptMax + 1);
  EXPECT_EQ(report.defects().back().where, "last");
}

}  // namespace
}  // namespace hq::route
