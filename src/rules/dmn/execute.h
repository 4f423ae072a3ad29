// Execution of a Program: decisions, business knowledge models and decision services.
//
// The requirement graph is walked from what is asked for; each decision is worked out at most once
// for a request, only where it is needed. A cycle is null with a reason. Values are coerced by the
// types of inputs, parameters and results. One thread per request, any number of requests at once.
//
//   HQ_TRY(const Answer answer, execute(*program, {ElementKind::decision, "Risk"},
//                                       {{"Age", Value(int64_t{44})}}, {}));
//   answer.value; answer.reports;   // the reports say why something became null
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "rules/dmn/compile.h"
#include "rules/feel/evaluator.h"

namespace hq::rules {

/// The value of input data, of a decision (in place of its logic), or of a parameter.
struct Input {
  std::string name;
  Value value;
  std::string name_space;  // of its model; empty: any
};

struct Target {
  ElementKind kind = ElementKind::decision;
  std::string name;
};

struct Answer {
  Value value;
  std::vector<Reason> reports;  // every error on the way, oldest first
};

/// not_found where the models have no such element. The options may leave out find_type and
/// find_external: the types of the models and the native functions of native_shims.h stand in.
Result<Answer> execute(const Program& program, const Target& target,
                       const std::vector<Input>& inputs, EvaluationOptions options);

}  // namespace hq::rules
