#include "rules/compiled/program.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "rules/compiled/program_code.h"

namespace hq::rules {

struct PlanCode {
  /// An input whose value stands for an element.
  struct Given {
    std::size_t input = 0;
    uint32_t place = 0;
    const Element* element = nullptr;
    const Coercion* coercion = nullptr;
  };

  std::shared_ptr<const ProgramCode> program;
  std::vector<std::string> names;  // of the inputs
  std::vector<Given> givens;
  Requirements requirements;
  // What is asked for: a function, the outputs of a service, or the value of a place.
  const Value* function = nullptr;
  std::optional<ServiceOutputs> outputs;
  uint32_t place = 0;
};

CompiledProgram::CompiledProgram(std::shared_ptr<const Program> program)
    : code_(std::make_shared<const ProgramCode>(std::move(program))) {}

Result<Plan> CompiledProgram::plan_inputs(const Target& target,
                                          std::span<const Input> inputs) const {
  const Program& program = code_->program();
  const auto index = program.find(target.kind, target.name);
  if (!index) {
    return fail(ErrorCode::not_found, "the models have no element " + target.name,
                "模型中没有元素 " + target.name, target.name);
  }
  const Element& element = program.element(*index);
  auto plan = std::make_shared<PlanCode>();
  plan->program = code_;
  for (const Input& input : inputs) plan->names.push_back(input.name);
  if (element.kind == ElementKind::knowledge_model) {
    plan->function = &code_->function(*index);
    return Plan(std::move(plan));
  }
  Requirements::Maker maker(*code_);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    for (const std::size_t given : program.find_given(inputs[i].name_space, inputs[i].name)) {
      if (given == *index) continue;  // what is asked for is worked out
      plan->givens.push_back(
          {i, maker.give(given), &program.element(given), &code_->coercion(given)});
    }
  }
  if (element.kind == ElementKind::service) {
    // A parameter that is not given is null, also where it is a decision with a logic.
    for (const std::size_t parameter : element.parameters) maker.give(parameter);
    plan->outputs.emplace(*code_, *index, maker);
  } else {
    plan->place = maker.need(*index);
  }
  plan->requirements = maker.done();
  return Plan(std::move(plan));
}

Result<Plan> CompiledProgram::plan(const Target& target,
                                   std::span<const std::string> inputs) const {
  std::vector<Input> named;
  named.reserve(inputs.size());
  for (const std::string& name : inputs) named.push_back({name, {}, {}});
  return plan_inputs(target, named);
}

Result<Answer> CompiledProgram::execute(const Target& target, const std::vector<Input>& inputs,
                                        EvaluationOptions options) const {
  HQ_TRY(const Plan plan, plan_inputs(target, inputs));
  std::vector<Value> values;
  values.reserve(inputs.size());
  for (const Input& input : inputs) values.push_back(input.value);
  Machine machine(std::move(options));
  Answer answer;
  answer.value = plan.decide(values, machine);
  answer.reports = machine.reports();
  return answer;
}

const Value& Plan::decide(std::span<const Value> inputs, Machine& machine) const {
  HQ_ASSERT(inputs.size() == code_->names.size());
  Evaluation& evaluation = machine.evaluation_;
  evaluation.restart();
  const Evaluation::Nested nested(evaluation);
  if (code_->function != nullptr) {
    machine.answer_ = call(*code_->function, inputs, code_->names, evaluation);
    if (evaluation.is_spent()) machine.answer_ = evaluation.spent();
    return machine.answer_;
  }
  const uint32_t places = code_->requirements.places();
  if (machine.values_.size() < places) {
    machine.values_.resize(places);
    machine.standing_.resize(places);
  }
  std::fill_n(machine.standing_.begin(), places, &nothing_given());
  const std::span values = machine.values_;
  const std::span standing = machine.standing_;
  for (const PlanCode::Given& given : code_->givens) {
    evaluation.where = given.element->where;
    standing[given.place] =
        &given.coercion->apply(inputs[given.input], values[given.place], evaluation);
  }
  evaluation.where = {};
  code_->requirements.run(values, standing, evaluation);
  const std::optional<ServiceOutputs>& outputs = code_->outputs;
  const Value* value =
      outputs ? &(machine.answer_ = outputs->value(standing, evaluation)) : standing[code_->place];
  // What was worked out while no work could be done any more is no answer.
  if (evaluation.is_spent()) value = &(machine.answer_ = evaluation.spent());
  return *value;
}

}  // namespace hq::rules
