#include "cli/rules_arguments.h"

#include <CLI/CLI.hpp>

namespace hq::cli {

void RulesArguments::add(CLI::App& app) {
  CLI::App* parent = command(app, "rules", "Decision models (DMN)", "决策模型（DMN）", {});
  add_tck(*parent);
  add_eval(*parent);
}

void RulesArguments::add_tck(CLI::App& parent) {
  CLI::App* app =
      command(parent, "tck", "Run the DMN compatibility test suite", "运行 DMN 兼容性测试套件",
              [this](const Console& console) { return rules_tck(tck_, console); });
  app->add_option("folder", tck_.folder, tr("Folder with the cases", "测试用例所在文件夹"))
      ->required();
  app->add_option("--failures", tck_.failures_max,
                  tr("Most failures to show (20)", "最多显示的失败数（20）"));
}

void RulesArguments::add_eval(CLI::App& parent) {
  CLI::App* app = command(parent, "eval", "Take a decision", "求一项决策的结果",
                          [this](const Console& console) { return rules_eval(eval_, console); });
  app->add_option("model", eval_.model, tr("File of the model, .dmn", "模型文件 .dmn"))->required();
  app->add_option("--decision", eval_.decision, tr("Name of the decision", "决策名称"))->required();
  app->add_option("--input", eval_.input,
                  tr("JSON object of the inputs: a file, or - for standard input",
                     "输入的 JSON 对象：文件，或 - 表示标准输入"));
  app->add_option(
      "--import", eval_.imports,
      tr("File of a model that it imports; may be repeated", "其导入的模型文件，可重复"));
}

}  // namespace hq::cli
