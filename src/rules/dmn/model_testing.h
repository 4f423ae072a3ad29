// Small models for tests, written as the XML within <definitions>.
//
//   const Answer answer = decide(R"(<decision ...>...</decision>)", "Risk", {{"Age", "44"}});
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/dmn/execute.h"
#include "rules/dmn/reader.h"
#include "rules/feel/parser.h"

namespace hq::rules {

inline std::string definitions(std::string_view content, std::string_view name_space = "urn:main") {
  return "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" name=\"m\" "
         "namespace=\"" +
         std::string(name_space) + "\">" + std::string(content) + "</definitions>";
}

/// A decision of the given logic that requires nothing.
inline std::string decision(std::string_view name, std::string_view logic,
                            std::string_view more = "") {
  const std::string quoted(name);
  return "<decision name=\"" + quoted + "\" id=\"_" + quoted + "\"><variable name=\"" + quoted +
         "\"/>" + std::string(more) + std::string(logic) + "</decision>";
}
inline std::string literal(std::string_view text) {
  return "<literalExpression><text>" + std::string(text) + "</text></literalExpression>";
}
inline std::string input(std::string_view name, std::string_view type = "Any") {
  const std::string quoted(name);
  return "<inputData name=\"" + quoted + "\" id=\"_" + quoted + "\"><variable name=\"" + quoted +
         "\" typeRef=\"" + std::string(type) + "\"/></inputData>";
}
inline std::string needs_input(std::string_view id) {
  return "<informationRequirement><requiredInput href=\"#_" + std::string(id) +
         "\"/></informationRequirement>";
}
inline std::string needs_decision(std::string_view id) {
  return "<informationRequirement><requiredDecision href=\"#_" + std::string(id) +
         "\"/></informationRequirement>";
}
inline std::string needs_knowledge(std::string_view id) {
  return "<knowledgeRequirement><requiredKnowledge href=\"#_" + std::string(id) +
         "\"/></knowledgeRequirement>";
}

inline Value feel(std::string_view text) {
  auto tree = parse_expression(text, {});
  EXPECT_TRUE(tree) << text;
  Evaluation evaluation({});
  return tree ? evaluate(**tree, Scope(), evaluation) : Value();
}

inline std::shared_ptr<const Program> compiled(const std::vector<std::string>& xmls) {
  std::vector<Model> models;
  for (const std::string& xml : xmls) {
    auto model = read_model(xml, "test.dmn");
    EXPECT_TRUE(model) << (model ? "" : model.error().text());
    if (model) models.push_back(*std::move(model));
  }
  auto program = compile(models);
  EXPECT_TRUE(program) << (program ? "" : program.error().text());
  return program ? *program : nullptr;
}

/// The inputs are FEEL texts.
using Inputs = std::vector<std::pair<std::string, std::string>>;

inline Answer run(const Program& program, const Target& target, const Inputs& inputs = {}) {
  std::vector<Input> given;
  for (const auto& [name, text] : inputs) given.push_back({name, feel(text), ""});
  auto answer = execute(program, target, given, {});
  EXPECT_TRUE(answer) << (answer ? "" : answer.error().text());
  return answer ? *answer : Answer();
}

/// What a decision says, as FEEL text; " !" behind it where an error was reported.
inline std::string said(const Answer& answer) {
  return to_text(answer.value) + (answer.reports.empty() ? "" : " !");
}

inline std::string decide(std::string_view content, std::string_view name,
                          const Inputs& inputs = {}) {
  const auto program = compiled({definitions(content)});
  if (program == nullptr) return "";
  return said(run(*program, {ElementKind::decision, std::string(name)}, inputs));
}

}  // namespace hq::rules
