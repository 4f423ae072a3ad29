// For tests: models by both executors.
//
//   EXPECT_EQ(agreed(*program, {ElementKind::decision, "d"}, {{"n", "3"}}), "6");
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "rules/compiled/agreement_testing.h"
#include "rules/compiled/program.h"
#include "rules/dmn/model_testing.h"
#include "rules/dmn/tck.h"

namespace hq::rules {

/// Executes compiled, and fails the test where the walker answers anything else.
inline Executor both(const std::shared_ptr<const Program>& program) {
  return [program, compiled = CompiledProgram(program)](const Target& target,
                                                        const std::vector<Input>& inputs,
                                                        const EvaluationOptions& options) {
    Result<Answer> answer = compiled.execute(target, inputs, options);
    const Result<Answer> walked = execute(*program, target, inputs, options);
    EXPECT_EQ(answer.has_value(), walked.has_value()) << target.name;
    const bool is_told =
        answer && walked && !is_limited(answer->reports) && !is_limited(walked->reports);
    if (is_told) {
      EXPECT_TRUE(agrees(answer->value, walked->value) &&
                  answer->reports.empty() == walked->reports.empty())
          << target.name << ": walked " << rules::said(walked->value, walked->reports)
          << "\ncompiled " << rules::said(answer->value, answer->reports);
    }
    return answer;
  };
}

/// What both say, as FEEL text, " !" behind it where an error was reported. Inputs are FEEL texts.
inline std::string agreed(const std::shared_ptr<const Program>& program, const Target& target,
                          const Inputs& inputs = {}) {
  std::vector<Input> given;
  for (const auto& [name, text] : inputs) given.push_back({name, feel(text), ""});
  const Result<Answer> answer = both(program)(target, given, {});
  return answer ? rules::said(*answer) : answer.error().text();
}

/// The same of a decision of one model.
inline std::string agreed(std::string_view content, std::string_view name,
                          const Inputs& inputs = {}) {
  return agreed(compiled({definitions(content)}), {ElementKind::decision, std::string(name)},
                inputs);
}

}  // namespace hq::rules
