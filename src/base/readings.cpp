#include "base/readings.h"

#include <array>

namespace hq {
namespace {

constexpr Reading kNameReadings[] = {
    // Characters that are nearly always read so in names.
    {"长", "chang"},
    {"都", "du"},
    {"佛", "fo"},
    {"厦", "xia"},
    {"地", "di"},
    {"莘", "xin"},
    {"弄", "long"},
    {"翟", "zhai"},
    {"陂", "pi"},
    // Provinces, municipalities and cities.
    {"重庆", "chong qing"},
    {"西藏", "xi zang"},
    {"六安", "lu an"},
    {"六合", "lu he"},
    {"蚌埠", "beng bu"},
    {"喀什", "ka shi"},
    {"东阿", "dong e"},
    {"番禺", "pan yu"},
    // Counties and towns of the delta.
    {"乐清", "yue qing"},
    {"枞阳", "zong yang"},
    {"涡阳", "guo yang"},
    {"浒墅关", "xu shu guan"},
    {"浒关", "xu guan"},
    {"浒浦", "xu pu"},
    {"会稽", "kuai ji"},
    {"莘塍", "shen cheng"},
    {"阳陂湖", "yang bei hu"},
    {"石湫", "shi qiu"},
    {"仇毕", "qiu bi"},
    {"大校场", "da jiao chang"},
    // Towns whose 行 was a row of shops, and the like.
    {"闵行", "min hang"},
    {"刘行", "liu hang"},
    {"杨行", "yang hang"},
    {"庙行", "miao hang"},
    {"高行", "gao hang"},
    {"小行", "xiao hang"},
    {"杭行路", "hang hang lu"},
    {"银行", "yin hang"},
    {"浦发行", "pu fa hang"},
    // Counties and towns elsewhere.
    {"单县", "shan xian"},
    {"莘县", "shen xian"},
    {"长子县", "zhang zi xian"},
    {"洪洞", "hong tong"},
    {"繁峙", "fan shi"},
    {"牟平", "mu ping"},
    {"泊头", "bo tou"},
    {"乐亭", "lao ting"},
    {"蔚县", "yu xian"},
    {"尉犁", "yu li"},
    {"铅山", "yan shan"},
    {"泌阳", "bi yang"},
    {"浚县", "xun xian"},
    {"滑浚", "hua xun"},
    {"犍为", "qian wei"},
    {"筠连", "jun lian"},
    {"吴堡", "wu bu"},
    {"瓦窑堡", "wa yao bu"},
    {"双城堡", "shuang cheng pu"},
    {"柴沟堡", "chai gou bu"},
    {"十里堡", "shi li pu"},
    {"马家堡", "ma jia pu"},
    {"大栅栏", "da shi lan"},
    {"冠豸山", "guan zhai shan"},
    {"太姥山", "tai mu shan"},
    {"疏勒", "shu le"},
    // Words that stand in names of stations.
    {"音乐", "yin yue"},
    {"大厦", "da sha"},
    {"校长", "xiao zhang"},
    {"家长", "jia zhang"},
    {"会长", "hui zhang"},
};

constexpr Reading kSurnameReadings[] = {
    {"单", "shan"},      {"仇", "qiu"},         {"查", "zha"},         {"曾", "zeng"},
    {"解", "xie"},       {"区", "ou"},          {"朴", "piao"},        {"盖", "ge"},
    {"缪", "miao"},      {"覃", "qin"},         {"员", "yun"},         {"折", "she"},
    {"黑", "he"},        {"秘", "bi"},          {"乐", "yue"},         {"种", "chong"},
    {"繁", "po"},        {"召", "shao"},        {"洗", "xian"},        {"牟", "mu"},
    {"尉迟", "yu chi"},  {"万俟", "mo qi"},     {"长孙", "zhang sun"}, {"单于", "chan yu"},
    {"澹台", "tan tai"}, {"乐正", "yue zheng"}, {"拓跋", "tuo ba"},
};

}  // namespace

std::span<const Reading> name_readings() {
  return kNameReadings;
}

std::span<const Reading> surname_readings() {
  return kSurnameReadings;
}

}  // namespace hq
