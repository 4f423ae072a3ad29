#include "cli/rules_arguments.h"

#include <CLI/CLI.hpp>

namespace hq::cli {

void RulesArguments::add(CLI::App& app) {
  CLI::App* parent =
      command(app, "rules", "Decision models (DMN) and policies", "决策模型（DMN）与政策", {});
  add_eval(*parent);
  add_explain(*parent);
  add_what_if(*parent);
  add_ask(*parent);
  add_check(*parent);
  add_prove(*parent);
  add_diff(*parent);
  add_readiness(*parent);
  add_replay(*parent);
  add_cases(*parent);
  add_tck(*parent);
  add_bench(*parent);
}

RulesModelOptions RulesArguments::model() const {
  RulesModelOptions options = model_;
  options.model = policy_.policy;
  options.input = policy_.input;
  options.is_whole = policy_.is_whole;
  return options;
}

void RulesArguments::add_target(CLI::App& app) {
  app.add_option("target", policy_.policy,
                 tr("File of a model (.dmn); or a policy: its folder, or its id in the hub",
                    "模型文件（.dmn）；或政策：其文件夹，或在枢纽中的编号"))
      ->required();
  app.add_option("--decision", model_.decision,
                 tr("Name of the decision of a model", "模型中的决策名称"));
  app.add_option(
      "--import", model_.imports,
      tr("File of a model that it imports; may be repeated", "其导入的模型文件，可重复"));
  add_hub(app, policy_.hub);
}

void RulesArguments::add_policy(CLI::App& app) {
  app.add_option("policy", policy_.policy,
                 tr("Folder of the policy, or its id in the hub", "政策的文件夹，或在枢纽中的编号"))
      ->required();
  add_hub(app, policy_.hub);
}

void RulesArguments::add_days(CLI::App& app) {
  app.add_option("--as-of", policy_.as_of,
                 tr("Day whose law is asked for (today)", "适用哪一天的规定（今天）"));
  app.add_option("--known-at", policy_.known_at,
                 tr("Day by which it was published (today)", "以哪一天已公布的为准（今天）"));
}

void RulesArguments::add_input(CLI::App& app) {
  app.add_option("--input", policy_.input,
                 tr("JSON object of the inputs: a file, or - for standard input",
                    "输入的 JSON 对象：文件，或 - 表示标准输入"));
}

void RulesArguments::add_version(CLI::App& app) {
  app.add_option("--version-id", policy_.version,
                 tr("Version of the policy (the one in force)", "政策版本（现行版本）"));
  app.add_option("--as-of", policy_.as_of,
                 tr("Day of the figures (the last of the version, or today)",
                    "数值适用日（该版本末日或今天）"));
}

void RulesArguments::add_tck(CLI::App& parent) {
  CLI::App* app =
      command(parent, "tck", "Run the DMN compatibility test suite", "运行 DMN 兼容性测试套件",
              [this](const Console& console) { return rules_tck(tck_, console); });
  app->add_option("folder", tck_.folder, tr("Folder with the cases", "测试用例所在文件夹"))
      ->required();
  app->add_option("--failures", tck_.failures_max,
                  tr("Most failures to show (20)", "最多显示的失败数（20）"));
  app->add_option_function<std::string>(
         "--executor", [this](const std::string& name) { tck_.is_walked = name == "walker"; },
         tr("What executes: compiled (usual) or walker",
            "执行方式：compiled（编译，默认）或 walker（遍历）"))
      ->check(CLI::IsMember({"compiled", "walker"}));
}

void RulesArguments::add_eval(CLI::App& parent) {
  CLI::App* app = command(parent, "eval", "Take a decision", "求一项决策的结果",
                          [this](const Console& console) {
                            return is_policy(policy_.policy) ? policy_eval(policy_, console)
                                                             : rules_eval(model(), console);
                          });
  add_target(*app);
  add_input(*app);
  add_days(*app);
}

void RulesArguments::add_explain(CLI::App& parent) {
  CLI::App* app = command(parent, "explain", "Take a decision and say why, with the nearest misses",
                          "求一项决策并说明理由与最接近的规则", [this](const Console& console) {
                            return is_policy(policy_.policy) ? policy_explain(policy_, console)
                                                             : rules_explain(model(), console);
                          });
  add_target(*app);
  add_input(*app);
  add_days(*app);
  app->add_flag("--whole", policy_.is_whole,
                tr("Also the rules and facts that the answer did not turn on",
                   "也显示未影响结论的规则与事实"));
}

void RulesArguments::add_check(CLI::App& parent) {
  CLI::App* app = command(parent, "check", "Find what is wrong with a model before anything runs",
                          "运行前检查模型的问题", [this](const Console& console) {
                            return is_policy(policy_.policy) ? policy_check(policy_, console)
                                                             : rules_check(model(), console);
                          });
  add_target(*app);
}

void RulesArguments::add_what_if(CLI::App& parent) {
  CLI::App* app = command(parent, "whatif", "The least change of the facts that makes it yes",
                          "使结论变为“是”所需的最小改变", [this](const Console& console) {
                            return policy_what_if(policy_, console);
                          });
  add_policy(*app);
  add_input(*app);
  add_days(*app);
  app->add_option("--fixed", policy_.fixed,
                  tr("A fact that must not change; may be repeated", "不得改变的事实，可重复"));
  app->add_option("--weight", policy_.weights,
                  tr("Fact=2: what changing it by one costs; may be repeated",
                     "事实=2：改变一个单位的代价，可重复"));
}

void RulesArguments::add_ask(CLI::App& parent) {
  CLI::App* app = command(parent, "ask", "What else needs to be known", "还需要知道什么",
                          [this](const Console& console) { return policy_ask(policy_, console); });
  add_policy(*app);
  add_input(*app);
  add_days(*app);
}

void RulesArguments::add_prove(CLI::App& parent) {
  CLI::App* app =
      command(parent, "prove", "Gaps, overlaps, conflicts and dead rules, or that there are none",
              "查找空档、重叠、冲突与无效规则，或证明没有", [this](const Console& console) {
                return is_policy(policy_.policy) ? policy_prove(policy_, console)
                                                 : rules_prove(model(), console);
              });
  add_target(*app);
  add_version(*app);
}

void RulesArguments::add_diff(CLI::App& parent) {
  CLI::App* app = command(parent, "diff", "Where two versions of a policy answer differently",
                          "两个政策版本结果不同之处",
                          [this](const Console& console) { return policy_diff(policy_, console); });
  add_policy(*app);
  app->add_option("--from", policy_.from, tr("Version", "版本"))->required();
  app->add_option("--to", policy_.to, tr("Version", "版本"))->required();
  app->add_option("--population", policy_.population,
                  tr("JSON array of facts: for how many the outcome changes",
                     "事实的 JSON 数组：统计多少个的结果改变"));
}

void RulesArguments::add_readiness(CLI::App& parent) {
  CLI::App* app =
      command(parent, "readiness", "What keeps a policy from being decided automatically",
              "哪些条件妨碍自动决定",
              [this](const Console& console) { return policy_readiness(policy_, console); });
  add_policy(*app);
  add_version(*app);
}

void RulesArguments::add_bench(CLI::App& parent) {
  CLI::App* app =
      command(parent, "bench", "Measure decisions per second of a model", "测量模型每秒决策数",
              [this](const Console& console) { return rules_bench(model(), console); });
  add_target(*app);
  add_input(*app);
  app->add_option("--seconds", model_.seconds, tr("Of each measurement (1)", "每项测量秒数（1）"));
}

void RulesArguments::add_replay(CLI::App& parent) {
  CLI::App* app =
      command(parent, "replay", "Take the decision of a receipt again", "按回执重新作出决定",
              [this](const Console& console) { return policy_replay(policy_, console); });
  app->add_option("receipt", policy_.receipt, tr("File of the receipt", "回执文件"))->required();
  add_book(*app);
}

void RulesArguments::add_cases(CLI::App& parent) {
  CLI::App* app = command(
      parent, "cases", "Run cases of policies that are written as text", "运行以文本书写的政策用例",
      [this](const Console& console) { return policy_cases(policy_, console); });
  app->add_option("files", policy_.cases, tr("Files of cases", "用例文件"))->required();
  add_book(*app);
}

void RulesArguments::add_book(CLI::App& app) {
  app.add_option("--policy", policy_.policy,
                 tr("Folder of the policy (that of the hub)", "政策文件夹（枢纽自带）"));
  add_hub(app, policy_.hub);
}

}  // namespace hq::cli
