// hongqiao rules tck, rules eval.
#include "cli/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <iterator>
#include <set>

#include "base/file.h"
#include "base/json.h"
#include "rules/dmn/execute.h"
#include "rules/dmn/json_values.h"
#include "rules/dmn/reader.h"
#include "rules/dmn/tck.h"

namespace hq::cli {
namespace {

struct FailureLine {
  std::string folder;
  std::string test;
  std::string result;
  std::string expected;
  std::string got;
  std::string reason;
  bool strict_only = false;
};
BOOST_DESCRIBE_STRUCT(FailureLine, (), (folder, test, result, expected, got, reason, strict_only))

struct ScoreAnswer {
  uint64_t total = 0;
  uint64_t passed = 0;
  uint64_t non_null = 0;
  uint64_t non_null_passed = 0;
  uint64_t strict_passed = 0;
  uint64_t strict_by_exception = 0;
  std::vector<FailureLine> failures;
};
BOOST_DESCRIBE_STRUCT(ScoreAnswer, (),
                      (total, passed, non_null, non_null_passed, strict_passed, strict_by_exception,
                       failures))

struct ReportLine {
  std::string where;
  std::string message;
};
BOOST_DESCRIBE_STRUCT(ReportLine, (), (where, message))

struct DecisionAnswer {
  std::string decision;
  JsonText value;
  std::vector<ReportLine> reports;
};
BOOST_DESCRIBE_STRUCT(DecisionAnswer, (), (decision, value, reports))

rules::DateTime now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(since).count();
  return rules::from_utc_nanoseconds(nanoseconds, rules::Zone::utc()).value_or(rules::DateTime());
}

ScoreAnswer answer_of(const rules::TckScore& score, std::size_t failures_max) {
  ScoreAnswer answer{score.total,
                     score.passed,
                     score.non_null,
                     score.non_null_passed,
                     score.strict_passed,
                     score.strict_by_exception,
                     {}};
  for (const rules::TckFailure& one : score.failures) {
    if (answer.failures.size() == failures_max) break;
    answer.failures.push_back({one.folder, one.case_id, one.result, one.expected, one.got,
                               one.reason, one.is_strict_only});
  }
  return answer;
}

void show(const ScoreAnswer& answer, const Console& console) {
  for (const FailureLine& one : answer.failures) {
    console.line(fmt::format("{}{} {} {}: {} {}, {} {}{}{}", one.strict_only ? "~ " : "- ",
                             one.folder, one.test, one.result, console.choose("expected", "应为"),
                             one.expected, console.choose("got", "实为"), one.got,
                             one.reason.empty() ? "" : ": ", one.reason));
  }
  const auto row = [&](std::string_view en, std::string_view zh, uint64_t passed, uint64_t of) {
    return std::vector<std::string>{std::string(console.choose(en, zh)), std::to_string(passed),
                                    std::to_string(of)};
  };
  console.table(
      {std::string(console.choose("cases", "用例")), std::string(console.choose("passed", "通过")),
       std::string(console.choose("of", "总数"))},
      {row("all", "全部", answer.passed, answer.total),
       row("that expect a value", "结果非空", answer.non_null_passed, answer.non_null),
       row("strictly", "严格", answer.strict_passed, answer.total),
       row("of these, by a declared exception", "其中依据已声明的例外", answer.strict_by_exception,
           answer.strict_passed)});
}

Result<std::shared_ptr<const rules::Program>> load(const RulesEvalOptions& options) {
  std::vector<std::filesystem::path> files = options.imports;
  files.insert(files.begin(), options.model);
  std::vector<rules::Model> models;
  for (const std::filesystem::path& file : files) {
    HQ_TRY(const std::string xml, read_file(file));
    HQ_TRY(rules::Model model, rules::read_model(xml, file.string()));
    models.push_back(std::move(model));
  }
  return rules::compile(models);
}

/// What may be given under that name: input data, or a decision in place of its logic.
std::optional<std::size_t> find_input(const rules::Program& program, std::string_view name) {
  const auto found = program.find(rules::ElementKind::input_data, name);
  return found ? found : program.find(rules::ElementKind::decision, name);
}

/// A name that is misspelt must not pass for one that was left out.
Error unknown_input(const rules::Program& program, std::string_view name) {
  std::string known;
  for (const rules::Element& element : program.elements()) {
    if (element.kind != rules::ElementKind::input_data) continue;
    known += (known.empty() ? "" : ", ") + element.name;
  }
  return {ErrorCode::invalid_argument, "the models have no such input; they have: " + known,
          "模型没有此输入；现有输入：" + known, std::string(name)};
}

/// Tells of input data that the decision rests on and that is not given: it counts as null.
void tell_missing(const rules::Program& program, std::string_view decision,
                  const std::vector<rules::Input>& inputs, const Console& console) {
  std::vector<std::size_t> waiting;
  if (const auto start = program.find(rules::ElementKind::decision, decision)) {
    waiting.push_back(*start);
  }
  std::set<std::size_t> met;
  while (!waiting.empty()) {
    const std::size_t index = waiting.back();
    waiting.pop_back();
    const rules::Element& element = program.element(index);
    const bool is_given = std::ranges::any_of(
        inputs, [&](const rules::Input& input) { return input.name == element.name; });
    if (is_given || !met.insert(index).second) continue;
    if (element.kind == rules::ElementKind::input_data) {
      console.note("input data " + element.name + ": not given, so it is null",
                   "输入数据 " + element.name + "：未给出，按 null 处理");
    }
    for (const rules::Element::Need& need : element.needs) waiting.push_back(need.element);
  }
}

Result<std::vector<rules::Input>> read_inputs(const std::string& file,
                                              const rules::Program& program) {
  std::vector<rules::Input> inputs;
  if (file.empty()) return inputs;
  std::string text;
  if (file == "-") {
    text.assign(std::istreambuf_iterator<char>(std::cin), {});
  } else {
    HQ_TRY(text, read_file(file));
  }
  HQ_TRY(const JsonDocument document, JsonDocument::parse(text));
  if (document.root().type() != JsonType::object) {
    return fail(ErrorCode::parse_error, "the inputs are no JSON object", "输入不是 JSON 对象",
                file);
  }
  for (const auto& [name, json] : document.root().members()) {
    const auto found = find_input(program, name);
    if (!found) return std::unexpected(unknown_input(program, name));
    static const rules::Type kAny;
    const rules::TypePtr& type = program.element(*found).type;
    auto value = rules::value_from_json(json, type ? *type : kAny);
    if (!value) return std::unexpected(std::move(value).error().at(name));
    inputs.push_back({std::string(name), *std::move(value), ""});
  }
  return inputs;
}

Result<> evaluate(const RulesEvalOptions& options, const Console& console) {
  HQ_TRY(const auto program, load(options));
  for (const Error& fault : program->faults()) {
    console.note(fault.text(), fault.text(Language::zh));
  }
  HQ_TRY(const auto inputs, read_inputs(options.input, *program));
  tell_missing(*program, options.decision, inputs, console);
  rules::EvaluationOptions evaluation;
  evaluation.now = now();
  HQ_TRY(const rules::Answer answer,
         rules::execute(*program, {rules::ElementKind::decision, options.decision}, inputs,
                        std::move(evaluation)));
  DecisionAnswer shown{options.decision, {rules::json_of(answer.value)}, {}};
  for (const rules::Reason& report : answer.reports) {
    shown.reports.push_back({report.where, std::string(console.choose(report.en, report.zh))});
    console.note(report.where + ": " + report.en, report.where + "：" + report.zh);
  }
  console.line(console.json() ? to_json(shown) : shown.value.text);
  return {};
}

}  // namespace

int rules_tck(const RulesTckOptions& options, const Console& console) {
  const auto score = rules::run_tck(options.folder, {now()});
  if (!score) return console.fail(score.error());
  const ScoreAnswer answer = answer_of(*score, options.failures_max);
  if (console.json()) {
    console.line(to_json(answer));
  } else {
    show(answer, console);
  }
  return answer.strict_passed == answer.total ? 0 : 1;
}

int rules_eval(const RulesEvalOptions& options, const Console& console) {
  const auto evaluated = evaluate(options, console);
  return evaluated ? 0 : console.fail(evaluated.error());
}

}  // namespace hq::cli
