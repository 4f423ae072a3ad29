#include "rules/table/scale.h"

#include <gtest/gtest.h>

#include "rules/table/table_testing.h"

namespace hq::rules {
namespace {

std::vector<Value> values_of(const std::vector<std::string>& texts) {
  std::vector<Value> values;
  values.reserve(texts.size());
  for (const std::string& text : texts) values.push_back(feel_value(text));
  return values;
}

TEST(Scale, tells_numbers_apart_that_are_one_double) {
  const Scale scale(values_of({"12345678901234567890.1", "12345678901234567890.3"}));
  const auto at = [&](std::string_view text) { return *scale.locate(feel_value(text)); };
  const ClassId first = at("12345678901234567890.1");
  EXPECT_EQ(at("12345678901234567890.0"), first - 1);
  EXPECT_EQ(at("12345678901234567890.2"), first + 1);
  EXPECT_EQ(at("12345678901234567890.3"), first + 2);
  EXPECT_EQ(at("12345678901234567890.30"), first + 2);
  EXPECT_EQ(at("12345678901234567890.4"), first + 3);
}

TEST(Scale, tells_texts_apart_that_begin_alike) {
  std::vector<std::string> texts;
  for (char c = 'b'; c <= 'y'; ++c) texts.push_back("\"12345678" + std::string(1, c) + "\"");
  const Scale scale(values_of(texts));
  const ClassId begin = scale.point(Value("a"))->kind.begin;
  EXPECT_EQ(scale.locate(Value("12345678")), begin);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto place = static_cast<ClassId>(2 * i + 1);
    EXPECT_EQ(scale.locate(feel_value(texts[i])), begin + place);
    const std::string longer = texts[i].substr(0, texts[i].size() - 1) + "-\"";
    EXPECT_EQ(scale.locate(feel_value(longer)), begin + place + 1);
  }
}

TEST(Scale, places_texts_that_lack_what_all_constants_begin_with) {
  const Scale scale(values_of({"\"区\"", "\"区域\"", "\"区域一二三四\""}));
  const ClassId begin = scale.point(Value("a"))->kind.begin;
  const std::vector<std::pair<std::string, ClassId>> places = {{"", 0},
                                                               {"a", 0},
                                                               {"\xE5\x8C", 0},
                                                               {"区", 1},
                                                               {"区\x01", 2},
                                                               {std::string("区\0", 4), 2},
                                                               {"区域", 3},
                                                               {"区域一", 4},
                                                               {"区域一二三四", 5},
                                                               {"区域一二三四五", 6},
                                                               {"区有", 6},
                                                               {"镇", 6}};
  for (const auto& [text, place] : places)
    EXPECT_EQ(scale.locate(Value(text)), begin + place) << text;
}

TEST(Scale, has_a_class_for_the_zoned_and_one_for_the_zoneless) {
  const Scale scale(values_of({"@\"2025-01-01T08:00:00+08:00\"", "@\"2025-01-01T00:00:00Z\""}));
  const auto moment = feel_value("@\"2025-01-01T01:00:00+01:00\"");
  EXPECT_EQ(scale.locate(moment), scale.point(moment)->kind.begin + 1);
  const auto local = feel_value("@\"2025-01-01T00:00:00\"");
  EXPECT_EQ(scale.locate(local), scale.point(local)->kind.begin);
  EXPECT_EQ(scale.size(), Scale::kOther + 1 + 7 + 2);
}

TEST(Scale, tells_nothing_of_lists_and_ranges) {
  const Scale scale({});
  EXPECT_FALSE(scale.locate(feel_value("[1]")));
  EXPECT_FALSE(scale.locate(feel_value("[1..2]")));
  EXPECT_EQ(scale.locate(feel_value("@\"08:00:00\"")), Scale::kOther);
  EXPECT_EQ(scale.locate(feel_value("{a: 1}")), Scale::kOther);
  EXPECT_EQ(scale.locate(Value()), Scale::kNull);
}

TEST(Scale, finds_its_own_class_for_each_of_a_finer_one) {
  const Scale scale(values_of({"1", "3", "\"b\""}));
  const auto constants = values_of({"0", "1", "2", "3", "4", "\"a\"", "\"b\"", "@\"2025-01-01\""});
  const Scale finer(constants);
  const std::vector<ClassId> classes = scale.classes_of(finer);
  ASSERT_EQ(classes.size(), finer.size());
  auto probes = constants;
  for (const char* text :
       {"-1", "0.5", "1.5", "2.5", "3.5", "9", "\"\"", "\"aa\"", "\"c\"", "null", "true", "false",
        "@\"08:00:00\"", "@\"2024-01-01\"", "@\"2026-01-01\""}) {
    probes.push_back(feel_value(text));
  }
  for (const Value& probe : probes) {
    EXPECT_EQ(classes[*finer.locate(probe)], *scale.locate(probe)) << to_text(probe);
  }
}

TEST(ClassSet, unites_what_touches) {
  EXPECT_EQ(united({{5, 7}, {1, 2}, {2, 4}, {6, 6}, {6, 9}}), (ClassSet{{1, 4}, {5, 9}}));
  EXPECT_EQ(complement({{1, 4}, {5, 9}}, 10), (ClassSet{{0, 1}, {4, 5}, {9, 10}}));
  EXPECT_EQ(complement({{0, 10}}, 10), ClassSet{});
  const ClassSet set = {{1, 4}, {5, 9}};
  for (const ClassId id : {1U, 3U, 5U, 8U}) EXPECT_TRUE(contains(set, id)) << id;
  for (const ClassId id : {0U, 4U, 9U}) EXPECT_FALSE(contains(set, id)) << id;
}

}  // namespace
}  // namespace hq::rules
