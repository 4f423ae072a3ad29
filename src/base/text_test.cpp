#include "base/text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <filesystem>
#include <numeric>

#include "base/csv.h"
#include "base/file.h"
#include "base/readings.h"

namespace hq {
namespace {

TEST(Text, trims_both_ends) {
  EXPECT_EQ(trimmed(" \ta b\t "), "a b");
  EXPECT_EQ(trimmed("a"), "a");
  EXPECT_EQ(trimmed(" \t"), "");
  EXPECT_EQ(trimmed("--a-b-", "-"), "a-b");
}

TEST(Utf8, only_the_shortest_form_of_a_scalar_value_is_valid) {
  EXPECT_TRUE(is_valid_utf8(""));
  EXPECT_TRUE(is_valid_utf8("a虹é🚄\U0010FFFF\x7f\u0080\u07ff\u0800\uffff\U00010000"));
  for (const std::string_view bad :
       {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2\x41", "\xe0\x9f\xbf", "\xe8\x99",
        "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf0\x9f\x9a",
        "\xf5\x80\x80\x80", "\xff", "ok\xfe"}) {
    EXPECT_FALSE(is_valid_utf8(bad));
  }
}

TEST(Utf8, a_bad_byte_is_one_replacement) {
  EXPECT_EQ(code_points("a\xff虹\xe8\x99"), U"a\uFFFD虹\uFFFD\uFFFD");
  EXPECT_EQ(code_point_count("a\xff虹"), 3u);
  EXPECT_EQ(to_utf8(U"é虹🚄"), "é虹🚄");
  EXPECT_EQ(to_utf8(std::u32string{0xD800, 0x110000}), "\uFFFD\uFFFD");
}

RC_GTEST_PROP(Utf8, code_points_come_back, ()) {
  const auto points = *rc::gen::container<std::vector<uint32_t>>(
      rc::gen::suchThat(rc::gen::inRange<uint32_t>(0, 0x110000),
                        [](uint32_t c) { return c < 0xD800 || c > 0xDFFF; }));
  const std::u32string text(points.begin(), points.end());
  RC_ASSERT(is_valid_utf8(to_utf8(text)));
  RC_ASSERT(code_points(to_utf8(text)) == text);
  RC_ASSERT(code_point_count(to_utf8(text)) == text.size());
}

TEST(Text, fold_removes_case_width_and_outer_blanks) {
  EXPECT_EQ(fold("ＨｏｎｇＱｉａｏ　Ｔ２"), "hongqiao t2");
  EXPECT_EQ(fold("  Lu'an \t Station\n"), "lu'an station");
  EXPECT_EQ(fold("Straße ①"), "strasse 1");
  EXPECT_EQ(fold("虹橋（２号）"), "虹橋(2号)");
  EXPECT_EQ(fold(" \xff "), "\uFFFD");
  EXPECT_EQ(fold("\u3000"), "");
}

TEST(SearchKeys, of_a_station) {
  EXPECT_EQ(search_keys("上海虹桥"), (SearchKeys{"上海虹桥", "shanghaihongqiao", "shhq"}));
  EXPECT_EQ(search_keys("虹桥２号航站楼"),
            (SearchKeys{"虹桥2号航站楼", "hongqiao2haohangzhanlou", "hq2hhzl"}));
  EXPECT_EQ(search_keys("Hongqiao Railway Station T2"),
            (SearchKeys{"hongqiao railway station t2", "hongqiaorailwaystationt2", "hrst2"}));
  EXPECT_EQ(search_keys("国家会展中心(17号线)").initials, "gjhzzx17hx");
  EXPECT_EQ(search_keys("一大会址·黄陂南路").pinyin, "yidahuizhihuangpinanlu");
  EXPECT_EQ(search_keys("").pinyin, "");
  EXPECT_EQ(search_keys("!?").initials, "");
  EXPECT_EQ(search_keys("Café Zürich").pinyin, "cafezvrich");
}

TEST(SearchKeys, u_with_two_dots_is_v_but_not_before_e) {
  EXPECT_EQ(search_keys("吕梁").pinyin, "lvliang");
  EXPECT_EQ(search_keys("绿地").pinyin, "lvdi");
  EXPECT_EQ(search_keys("略阳").pinyin, "lueyang");
}

TEST(SearchKeys, places_are_read_as_their_people_read_them) {
  const std::pair<std::string_view, std::string_view> kNames[] = {
      {"重庆", "chongqing"},    {"长沙", "changsha"},     {"长兴", "changxing"},
      {"长宁", "changning"},    {"厦门", "xiamen"},       {"六安", "luan"},
      {"六合", "luhe"},         {"蚌埠", "bengbu"},       {"亳州", "bozhou"},
      {"歙县", "shexian"},      {"黟县", "yixian"},       {"枞阳", "zongyang"},
      {"台州", "taizhou"},      {"丽水", "lishui"},       {"嵊州", "shengzhou"},
      {"乐清", "yueqing"},      {"鄞州", "yinzhou"},      {"莘庄", "xinzhuang"},
      {"七莘路", "qixinlu"},    {"莘塍", "shencheng"},    {"朱家角", "zhujiajiao"},
      {"曹路", "caolu"},        {"大场", "dachang"},      {"行知路", "xingzhilu"},
      {"七宝", "qibao"},        {"浒墅关", "xushuguan"},  {"盱眙", "xuyi"},
      {"邗江", "hanjiang"},     {"睢宁", "suining"},      {"邳州", "pizhou"},
      {"濮院", "puyuan"},       {"单县", "shanxian"},     {"东阿", "donge"},
      {"栟茶", "bencha"},       {"缙云", "jinyun"},       {"瑞安", "ruian"},
      {"衢州", "quzhou"},       {"甪直", "luzhi"},        {"泗泾", "sijing"},
      {"洞泾", "dongjing"},     {"金厍桥", "jinsheqiao"}, {"漕河泾", "caohejing"},
      {"曹杨路", "caoyanglu"},  {"颛桥", "zhuanqiao"},    {"枫泾", "fengjing"},
      {"硖石", "xiashi"},       {"澉浦", "ganpu"},        {"埇桥", "yongqiao"},
      {"临朐", "linqu"},        {"闵行", "minhang"},      {"刘行", "liuhang"},
      {"成都", "chengdu"},      {"新天地", "xintiandi"},  {"西藏北路", "xizangbeilu"},
      {"佛山", "foshan"},       {"涡阳", "guoyang"},      {"会稽山", "kuaijishan"},
      {"延长路", "yanchanglu"}, {"闸弄口", "zhalongkou"}, {"番禺", "panyu"},
  };
  for (const auto& [name, pinyin] : kNames) EXPECT_EQ(search_keys(name).pinyin, pinyin) << name;
}

TEST(SearchKeys, surnames_have_their_own_reading_and_only_in_front) {
  const auto person = [](std::string_view name) {
    return search_keys(name, NameKind::person).pinyin;
  };
  EXPECT_EQ(person("单田芳"), "shantianfang");
  EXPECT_EQ(person("仇和"), "qiuhe");
  EXPECT_EQ(person("查良镛"), "zhaliangyong");
  EXPECT_EQ(person("曾国藩"), "zengguofan");
  EXPECT_EQ(person("解缙"), "xiejin");
  EXPECT_EQ(person("尉迟恭"), "yuchigong");
  EXPECT_EQ(person("万俟卨").substr(0, 4), "moqi");
  EXPECT_EQ(person("长孙无忌"), "zhangsunwuji");
  EXPECT_EQ(person("欧阳修"), "ouyangxiu");
  EXPECT_EQ(person("诸葛亮"), "zhugeliang");
  EXPECT_EQ(person("司马光"), "simaguang");
  EXPECT_EQ(person("朴树"), "piaoshu");
  EXPECT_EQ(person("区楚良"), "ouchuliang");
  EXPECT_EQ(person("任贤齐"), "renxianqi");
  EXPECT_EQ(person("王单"), "wangdan");
  EXPECT_EQ(search_keys("单田芳").pinyin, "dantianfang");
  EXPECT_EQ(search_keys("尉迟恭", NameKind::person).initials, "ycg");
}

TEST(SearchKeys, no_entry_of_the_table_is_hidden_by_another) {
  const auto joined = [](std::string_view syllables) {
    std::string text(syllables);
    std::erase(text, ' ');
    return text;
  };
  for (const Reading& reading : name_readings()) {
    EXPECT_EQ(search_keys(reading.characters).pinyin, joined(reading.syllables));
  }
  for (const Reading& reading : surname_readings()) {
    EXPECT_EQ(search_keys(reading.characters, NameKind::person).pinyin, joined(reading.syllables));
  }
}

/// Prints what differs and returns the share that is equal.
double share_of_equal(const std::vector<std::pair<std::string, std::string>>& stations) {
  std::size_t equal = 0;
  for (const auto& [name, pinyin] : stations) {
    const std::string ours = search_keys(name).pinyin;
    if (ours == pinyin) {
      ++equal;
    } else {
      std::printf("%s: %s, the railway writes %s\n", name.c_str(), ours.c_str(), pinyin.c_str());
    }
  }
  return static_cast<double>(equal) / static_cast<double>(stations.size());
}

TEST(SearchKeys, agree_with_the_railway_on_its_stations) {
  const std::string path = std::string(HQ_SHARED_DIR) + "/data/transport/stations.csv";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there";
  const std::string bytes = read_file(path).value();
  auto csv = CsvReader::open(bytes, "stations.csv").value();
  const int name = csv.require_column("name").value();
  const int pinyin = csv.require_column("pinyin").value();
  const int province = csv.require_column("yrd_province").value();
  std::vector<std::pair<std::string, std::string>> all;
  std::vector<std::pair<std::string, std::string>> delta;
  while (csv.next()) {
    if (csv.cell(pinyin).empty()) continue;
    all.emplace_back(csv.cell(name), csv.cell(pinyin));
    if (!csv.cell(province).empty()) delta.push_back(all.back());
  }
  ASSERT_GT(delta.size(), 200u);
  ASSERT_GT(all.size(), 1000u);
  EXPECT_GE(share_of_equal(delta), 0.99);
  EXPECT_GE(share_of_equal(all), 0.985);
}

TEST(EditDistance, counts_edits_of_code_points) {
  EXPECT_EQ(edit_distance_at_most("", "", 0), 0);
  EXPECT_EQ(edit_distance_at_most("hongqiao", "hongqiao", 0), 0);
  EXPECT_EQ(edit_distance_at_most("hongqiao", "hongqaio", 2), 1);
  EXPECT_EQ(edit_distance_at_most("hongqiao", "hogqiao", 2), 1);
  EXPECT_EQ(edit_distance_at_most("hongqiao", "honggqiao", 2), 1);
  EXPECT_EQ(edit_distance_at_most("hongqiao", "hungqiao", 2), 1);
  EXPECT_EQ(edit_distance_at_most("上海红桥", "上海虹桥", 2), 1);
  EXPECT_EQ(edit_distance_at_most("桥虹", "虹桥", 2), 1);
  EXPECT_EQ(edit_distance_at_most("ca", "abc", 3), 3);  // no part is edited twice
  EXPECT_EQ(edit_distance_at_most("abc", "", 3), 3);
}

TEST(EditDistance, stops_beyond_the_limit) {
  EXPECT_EQ(edit_distance_at_most("abc", "xyz", 2), 3);
  EXPECT_EQ(edit_distance_at_most("abc", "abcdef", 2), 3);
  EXPECT_EQ(edit_distance_at_most("ab", "ba", 0), 1);
  EXPECT_EQ(edit_distance_at_most(std::string(5000, 'a'), std::string(5000, 'b'), 2), 3);
}

int slow_edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::vector<int>> d(a.size() + 1, std::vector<int>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = static_cast<int>(i);
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = static_cast<int>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      d[i][j] =
          std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

RC_GTEST_PROP(EditDistance, is_that_of_the_whole_table, ()) {
  const auto word = rc::gen::container<std::string>(rc::gen::inRange('a', 'd'));
  const std::string a = *word;
  const std::string b = *word;
  const int max = *rc::gen::inRange(0, 6);
  RC_ASSERT(edit_distance_at_most(a, b, max) == std::min(slow_edit_distance(a, b), max + 1));
}

TEST(DisplayWidth, wide_characters_take_two_columns) {
  EXPECT_EQ(display_width("abc"), 3);
  EXPECT_EQ(display_width("虹桥T2"), 6);
  EXPECT_EQ(display_width("ａ，"), 4);
  EXPECT_EQ(display_width("e\u0301\u200b"), 1);
  EXPECT_EQ(display_width("🚄"), 2);
  EXPECT_EQ(display_width("é°·…"), 4);
}

TEST(DisplayWidth, padding_and_cutting) {
  EXPECT_EQ(pad_right("虹桥", 6), "虹桥  ");
  EXPECT_EQ(pad_left("虹桥", 6), "  虹桥");
  EXPECT_EQ(pad_left("虹桥", 3), "虹桥");
  EXPECT_EQ(truncate_to_width("上海虹桥", 8), "上海虹桥");
  EXPECT_EQ(truncate_to_width("上海虹桥", 7), "上海虹…");
  EXPECT_EQ(truncate_to_width("上海虹桥", 6), "上海…");
  EXPECT_EQ(truncate_to_width("上海虹桥", 1), "…");
  EXPECT_EQ(truncate_to_width("上海虹桥", 0), "");
}

}  // namespace
}  // namespace hq
