#include "hub/journeys/stop_search.h"

#include <gtest/gtest.h>

namespace hq::hub {
namespace {

using Ids = std::vector<uint32_t>;

StopSearch small_search() {
  return StopSearch(
      {{0, {"上海虹桥", "Shanghai Hongqiao"}, 700},
       {1, {"虹桥路", "Hongqiao Road"}, 30},
       {2, {"上海", "Shanghai"}, 350},
       {3, {"国家会展中心", "National Exhibition and Convention Center", "徐泾东"}, 30},
       {4, {"重庆北", "Chongqing North"}, 100},
       {5, {"南京南", "Nanjing South"}, 500}});
}

TEST(StopSearch, finds_by_chinese_pinyin_initials_and_english) {
  const StopSearch search = small_search();
  EXPECT_EQ(search.find("上海虹桥", 9).front(), 0u);
  EXPECT_EQ(search.find("shanghaihongqiao", 9).front(), 0u);
  EXPECT_EQ(search.find("shhq", 9).front(), 0u);
  EXPECT_EQ(search.find("Shanghai Hongqiao", 9).front(), 0u);
  EXPECT_EQ(search.find("nanjing s", 9).front(), 5u);
  EXPECT_EQ(search.find("chongqing", 9).front(), 4u);
  EXPECT_EQ(search.find("exhibition", 9).front(), 3u);
}

TEST(StopSearch, finds_by_an_older_name) {
  EXPECT_EQ(small_search().find("徐泾东", 9), Ids{3});
  EXPECT_EQ(small_search().find("xujingdong", 9), Ids{3});
}

TEST(StopSearch, puts_the_important_stop_first_and_the_whole_name_before_all) {
  const StopSearch search = small_search();
  EXPECT_EQ(search.find("虹桥", 9), (Ids{0, 1}));
  EXPECT_EQ(search.find("hongqiao", 9), (Ids{0, 1}));
  EXPECT_EQ(search.find("上海", 9).front(), 2u);
}

TEST(StopSearch, forgives_typing_errors_only_where_nothing_else_fits) {
  const StopSearch search = small_search();
  EXPECT_EQ(search.find("nanjnig", 9), Ids{5});
  EXPECT_EQ(search.find("shanghaihonqgiao", 9), Ids{0});
  EXPECT_EQ(search.find("徐经东", 9), Ids{3});
  EXPECT_EQ(search.find("xyzxyz", 9), Ids{});
}

TEST(StopSearch, ignores_case_width_and_blanks) {
  const StopSearch search = small_search();
  EXPECT_EQ(search.find("  ＳＨＨＱ ", 9).front(), 0u);
  EXPECT_EQ(search.find("   ", 9), Ids{});
  EXPECT_EQ(search.find("", 9), Ids{});
}

TEST(StopSearch, gives_no_more_than_the_limit) {
  EXPECT_EQ(small_search().find("s", 1).size(), 1u);
}

}  // namespace
}  // namespace hq::hub
