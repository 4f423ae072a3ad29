// hongqiao rules eval, explain, check, prove on files of models.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <iterator>
#include <set>

#include "base/file.h"
#include "base/json.h"
#include "cli/models.h"

#include "cli/policies.h"
#include "cli/problems.h"
#include "hub/policies/policy_answers.h"
#include "rules/dmn/json_values.h"
#include "rules/dmn/reader.h"
#include "rules/explain/explain.h"
#include "rules/reason/reason.h"

namespace hq::cli {
namespace {

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

struct ExplainedAnswer {
  std::string decision;
  JsonText value;
  hub::WhyAnswer why;
};
BOOST_DESCRIBE_STRUCT(ExplainedAnswer, (), (decision, value, why))

struct FindingLine {
  std::string where;
  std::vector<uint64_t> rules;
  JsonText witness;
  bool is_proved = false;
  std::string text_zh;
  std::string text_en;
};
BOOST_DESCRIBE_STRUCT(FindingLine, (), (where, rules, witness, is_proved, text_zh, text_en))

struct FindingsAnswer {
  std::string decision;
  std::vector<FindingLine> findings;
  bool is_complete = false;
};
BOOST_DESCRIBE_STRUCT(FindingsAnswer, (), (decision, findings, is_complete))

rules::DateTime now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(since).count();
  return rules::from_utc_nanoseconds(nanoseconds, rules::Zone::utc()).value_or(rules::DateTime());
}

Result<std::shared_ptr<const rules::Program>> load(const RulesModelOptions& options) {
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

Result<std::string> read_text(const std::string& file) {
  if (file.empty()) return std::string("{}");
  if (file == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  return read_file(file);
}

Result<std::vector<rules::Input>> inputs_of(const std::string& text, const std::string& file,
                                            const rules::Program& program) {
  HQ_TRY(const JsonDocument document, JsonDocument::parse(text));
  if (document.root().type() != JsonType::object) {
    return fail(ErrorCode::parse_error, "the inputs are no JSON object", "输入不是 JSON 对象",
                file);
  }
  std::vector<rules::Input> inputs;
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

Result<> evaluate(const RulesModelOptions& options, const Console& console) {
  HQ_TRY(const ModelCase asked, read_case(options, console));
  tell_missing(*asked.program, options.decision, asked.inputs, console);
  HQ_TRY(const rules::Answer answer,
         rules::execute(*asked.program, asked.target, asked.inputs, evaluation_options()));
  DecisionAnswer shown{options.decision, {rules::json_of(answer.value)}, {}};
  for (const rules::Reason& report : answer.reports) {
    shown.reports.push_back({report.where, std::string(console.choose(report.en, report.zh))});
    console.note(report.where + ": " + report.en, report.where + "：" + report.zh);
  }
  console.line(console.json() ? to_json(shown) : shown.value.text);
  return {};
}

Result<> explain(const RulesModelOptions& options, const Console& console) {
  HQ_TRY(const ModelCase asked, read_case(options, console));
  rules::ExplainOptions explaining;
  explaining.evaluation = evaluation_options();
  HQ_TRY(const rules::Explanation explanation,
         rules::explain(*asked.program, asked.target, asked.inputs, explaining));
  if (console.json()) {
    console.line(to_json(ExplainedAnswer{options.decision,
                                         {rules::json_of(explanation.answer.value)},
                                         hub::answer_of(explanation.why, {})}));
    return {};
  }
  show_lines(hub::line_answers(explanation), options.is_whole, console);
  return {};
}

/// The values that a type allows, where it lists them: "domestic", "foreign".
std::vector<rules::Value> listed_values(const rules::Type& type) {
  std::vector<rules::Value> values;
  if (type.allowed == nullptr) return values;
  const rules::Expression& tests = *type.allowed;
  const bool is_list = tests.kind == rules::Kind::tests;
  for (std::size_t i = 0; i < (is_list ? tests.parts.size() : 1); ++i) {
    const rules::Expression& test = is_list ? *tests.parts[i] : tests;
    if (test.kind != rules::Kind::string_literal) return {};
    values.emplace_back(test.text);
  }
  return values;
}

Result<bool> prove(const RulesModelOptions& options, const Console& console) {
  HQ_TRY(const ModelCase asked, read_case(options, console));
  rules::Question question{*asked.program, asked.target};
  question.now = now();
  for (const rules::Element& element : asked.program->elements()) {
    if (element.kind != rules::ElementKind::input_data) continue;
    rules::FactDomain domain;
    domain.name = element.name;
    domain.type = element.type ? element.type : rules::simple(rules::TypeKind::any);
    domain.values = listed_values(*domain.type);
    question.facts.push_back(std::move(domain));
  }
  HQ_TRY(const rules::Findings found, rules::prove(question, {}));
  FindingsAnswer answer{options.decision, {}, found.is_complete};
  for (const rules::Finding& one : found.findings) {
    answer.findings.push_back({one.where,
                               {one.rules.begin(), one.rules.end()},
                               hub::json_text(one.witness),
                               one.is_proved,
                               rules::describe(one, Language::zh),
                               rules::describe(one, Language::en)});
  }
  if (console.json()) {
    console.line(to_json(answer));
  } else {
    show_findings(answer.findings, answer.is_complete, console);
  }
  return found.is_complete && found.findings.empty();
}

}  // namespace

Result<ModelCase> read_case(const RulesModelOptions& options, const Console& console) {
  if (options.decision.empty()) {
    return fail(ErrorCode::invalid_argument, "say which decision: --decision NAME",
                "请指明决策：--decision 名称");
  }
  ModelCase made;
  HQ_TRY(made.program, load(options));
  for (const Error& fault : made.program->faults()) {
    console.note(fault.text(), fault.text(Language::zh));
  }
  HQ_TRY(made.json, read_text(options.input));
  HQ_TRY(made.inputs, inputs_of(made.json, options.input, *made.program));
  made.target = {rules::ElementKind::decision, options.decision};
  return made;
}

rules::EvaluationOptions evaluation_options() {
  rules::EvaluationOptions options;
  options.now = now();
  return options;
}

int rules_eval(const RulesModelOptions& options, const Console& console) {
  const auto evaluated = evaluate(options, console);
  return evaluated ? 0 : console.fail(evaluated.error());
}

int rules_explain(const RulesModelOptions& options, const Console& console) {
  const auto explained = explain(options, console);
  return explained ? 0 : console.fail(explained.error());
}

int rules_check(const RulesModelOptions& options, const Console& console) {
  const auto program = load(options);
  if (!program) return console.fail(program.error());
  return show_problems({{"", rules::check(**program)}}, console);
}

int rules_prove(const RulesModelOptions& options, const Console& console) {
  const auto is_clean = prove(options, console);
  if (!is_clean) return console.fail(is_clean.error());
  return *is_clean ? 0 : 1;
}

}  // namespace hq::cli
