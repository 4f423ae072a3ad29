// A small policy folder for tests: a refund from 500, from 2025-04-27 on from 200, and from 2026 on
// only for residents of elsewhere.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "base/file.h"

namespace hq::hub {

inline constexpr std::string_view kTinyToml = R"(id = "tiny"
title_zh = "小退税"
title_en = "Tiny refund"
summary_zh = "购物可退税。"
summary_en = "A refund for purchases."
articles = ["A5"]
decision = "Refund"
result = "status"

[[outcomes]]
value = "granted"
verdict = "yes"
label_zh = "可以退税"
label_en = "Refund granted"
[[outcomes]]
value = "refused"
verdict = "no"
label_zh = "不能退税"
label_en = "No refund"
[[outcomes]]
value = "unknown"
verdict = "depends"
label_zh = "情况不明"
label_en = "Facts are missing"

[[versions]]
id = "1"
model = "one.dmn"
effective_from = "2015-07-01"
known_since = "2015-01-06"
source_zh = "旧公告"
source_en = "old notice"
basis = "sourced"
[[versions]]
id = "2"
model = "two.dmn"
effective_from = "2026-01-01"
known_since = "2025-12-01"
source_zh = "推定"
source_en = "a guess"
basis = "assumed"

[[facts]]
name = "Amount"
label_zh = "金额"
label_en = "Amount"
question_zh = "多少钱？"
question_en = "How much?"
unit = "CNY"
min = "0"
max = "10000"
step = "0.01"
origin = "asked"
change_weight = "1"
[[facts]]
name = "Residence"
label_zh = "居住地"
label_en = "Residence"
question_zh = "住在哪里？"
question_en = "Resident where?"
values = ["here", "elsewhere"]
values_zh = ["本地", "外地"]
values_en = ["here", "elsewhere"]
origin = "data"
credential = "credentialSubject.residence"

[[terms]]
name = "Status"
label_zh = "结论"
label_en = "Finding"
values = ["granted", "refused", "unknown"]
values_zh = ["可退", "不退", "不明"]
values_en = ["may be refunded", "not refunded", "not known"]

[[trust]]
fact = "Residence"
issuer = "$ISSUER"
type = "Resident"
effective_from = "2020-01-01"
effective_to = "2027-01-01"
basis = "assumed"
source_zh = "示例"
source_en = "example"
)";

inline constexpr std::string_view kTinyParameters =
    "name,value,effective_from,effective_to,known_since,basis,source_zh,source_en,url,label_zh,"
    "label_en,unit\n"
    "Least,500,2015-07-01,,2015-01-06,sourced,旧公告,old notice,,起退点,Least purchase,CNY\n"
    "Least,200,2025-04-27,,2025-04-26,sourced,新公告,new notice,,起退点,Least purchase,CNY\n";

/// The model: a table of amount and residence; in the first version anyone may have it.
inline std::string tiny_model(bool is_second) {
  const std::string_view who = is_second ? "\"elsewhere\"" : "-";
  const auto rule = [](std::string_view amount, std::string_view residence, std::string_view out,
                       std::string_view article) {
    return "<rule><inputEntry><text>" + std::string(amount) +
           "</text></inputEntry><inputEntry><text>" + std::string(residence) +
           "</text></inputEntry><outputEntry><text>\"" + std::string(out) +
           "\"</text></outputEntry><annotationEntry><text>" + std::string(article) +
           "</text></annotationEntry></rule>";
  };
  std::string rules = rule("? &gt;= Least", who, "granted", "article 1") +
                      rule("? &lt; Least", "-", "refused", "article 2") +
                      rule("null", who, "unknown", "article 3");
  if (is_second) {
    rules += rule("? &gt;= Least", "\"here\"", "refused", "article 4") +
             rule("? &gt;= Least", "null", "unknown", "article 4") +
             rule("null", "\"here\"", "refused", "article 4") +
             rule("null", "null", "unknown", "article 3");
  }
  return R"(<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="tiny"
    namespace="urn:tiny">
  <inputData name="Amount" id="a"><variable name="Amount" typeRef="number"/></inputData>
  <inputData name="Residence" id="r"><variable name="Residence" typeRef="string"/></inputData>
  <inputData name="Least" id="l"><variable name="Least" typeRef="number"/></inputData>
  <decision name="Status" id="s"><variable name="Status" typeRef="string"/>
    <informationRequirement><requiredInput href="#a"/></informationRequirement>
    <informationRequirement><requiredInput href="#r"/></informationRequirement>
    <informationRequirement><requiredInput href="#l"/></informationRequirement>
    <decisionTable hitPolicy="UNIQUE">
      <input><inputExpression typeRef="number"><text>Amount</text></inputExpression></input>
      <input><inputExpression typeRef="string"><text>Residence</text></inputExpression></input>
      <output/><annotation name="article"/>)" +
         rules + R"(</decisionTable></decision>
  <decision name="Refund" id="d"><variable name="Refund"/>
    <informationRequirement><requiredDecision href="#s"/></informationRequirement>
    <informationRequirement><requiredInput href="#a"/></informationRequirement>
    <context>
      <contextEntry><variable name="status"/>
        <literalExpression><text>Status</text></literalExpression></contextEntry>
      <contextEntry><variable name="refund"/><literalExpression>
        <text>if Status = "granted" then Amount * 0.09 else 0</text></literalExpression>
      </contextEntry>
    </context></decision>
</definitions>)";
}

/// A folder of policies with the one in it; goes with the object.
class TinyPolicy {
 public:
  explicit TinyPolicy(const std::string& issuer = "did:web:register.example")
      : folder_(std::filesystem::path(testing::TempDir()) /
                ("policies-" +
                 std::string(testing::UnitTest::GetInstance()->current_test_info()->name()))) {
    std::filesystem::create_directories(folder_ / "tiny");
    std::string toml(kTinyToml);
    toml.replace(toml.find("$ISSUER"), 7, issuer);
    write("policy.toml", toml);
    write("parameters.csv", kTinyParameters);
    write("one.dmn", tiny_model(false));
    write("two.dmn", tiny_model(true));
    write("card.zh.md", "# 小退税\n");
    write("card.en.md", "# Tiny refund\n");
  }
  ~TinyPolicy() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  TinyPolicy(const TinyPolicy&) = delete;
  TinyPolicy& operator=(const TinyPolicy&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  void write(const std::string& file, std::string_view text) const {
    EXPECT_TRUE(write_file_atomically(folder_ / "tiny" / file, text));
  }

 private:
  std::filesystem::path folder_;
};

}  // namespace hq::hub
