// Files of models, read for a command: the program, its inputs, its decision.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/rules.h"
#include "rules/dmn/execute.h"

namespace hq::cli {

/// What a command works on.
struct ModelCase {
  std::shared_ptr<const rules::Program> program;
  std::vector<rules::Input> inputs;
  std::string json;  // the inputs as they were given
  rules::Target target;
};

/// Notes what in the model cannot be parsed. invalid_argument without a decision, or for an input
/// that the model does not have.
Result<ModelCase> read_case(const RulesModelOptions& options, const Console& console);

/// now() of the decision is the present.
rules::EvaluationOptions evaluation_options();

}  // namespace hq::cli
