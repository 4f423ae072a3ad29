// CompiledProgram: decision models made ready to be executed often.
//
// Same answers as execute() of dmn/execute.h, which walks the trees, and a report where that has
// one; only what is counted (steps, depth, bytes) may differ a little, and allowed values of item
// definitions see no names. No observer is told. Immutable: any number of threads. A Plan keeps
// what it needs alive; functions that are values refer to the program.
//
//   const CompiledProgram program(*compile(models));
//   HQ_TRY(const Plan plan, program.plan({ElementKind::decision, "Risk"}, {{"Age", "Income"}}));
//   Machine machine;
//   const Value risk = plan.decide(std::vector{age, income}, machine);
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "rules/compiled/expression.h"
#include "rules/dmn/execute.h"

namespace hq::rules {

class ProgramCode;
struct PlanCode;

/// One decision, knowledge model or service with its inputs by position.
class Plan {
 public:
  /// As many inputs as were planned for, in their order. The answer stands as long as the inputs
  /// do and the machine decides nothing else. Machine::reports() has the reports.
  const Value& decide(std::span<const Value> inputs, Machine& machine) const;

 private:
  friend class CompiledProgram;
  explicit Plan(std::shared_ptr<const PlanCode> code) : code_(std::move(code)) {}

  std::shared_ptr<const PlanCode> code_;
};

class CompiledProgram {
 public:
  explicit CompiledProgram(std::shared_ptr<const Program> program);

  /// As execute() of dmn/execute.h: not_found where the models have no such element.
  Result<Answer> execute(const Target& target, const std::vector<Input>& inputs,
                         EvaluationOptions options) const;

  /// For the elements of these names, of whichever model. What has none of the names is passed
  /// over, as execute() does. not_found as above.
  Result<Plan> plan(const Target& target, std::span<const std::string> inputs) const;

 private:
  /// The values of the inputs are not looked at.
  Result<Plan> plan_inputs(const Target& target, std::span<const Input> inputs) const;

  std::shared_ptr<const ProgramCode> code_;
};

}  // namespace hq::rules
