#include "rules/compiled/expression.h"

#include <utility>

#include "base/assert.h"
#include "rules/compiled/feel_compiler.h"
#include "rules/dmn/native_shims.h"
#include "rules/feel/parser.h"

namespace hq::rules {
namespace {

EvaluationOptions with_natives(EvaluationOptions options) {
  if (!options.find_external) options.find_external = find_native_function;
  return options;
}

}  // namespace

Machine::Machine(EvaluationOptions options) : evaluation_(with_natives(std::move(options))) {}

Value CompiledExpression::run(std::span<const Value> inputs, Machine& machine) const {
  HQ_ASSERT(inputs.size() == inputs_);
  Evaluation& evaluation = machine.evaluation_;
  evaluation.restart();
  const Evaluation::Nested nested(evaluation);
  Slots slots(code_->slots);
  for (std::size_t i = 0; i < inputs.size(); ++i) slots.data()[i] = &inputs[i];
  Frame frame{evaluation, slots.data()};
  Value room;
  const Value& value = code_->body.run(frame, room);
  // What was made while nothing could be made any more is no answer.
  return evaluation.is_spent() ? evaluation.spent() : taken(value, room);
}

CompiledExpression compile_expression(const Expression& tree, std::span<const std::string> names,
                                      const EvaluationOptions& options) {
  FeelCompiler compiler(options);
  for (const std::string& name : names) compiler.scopes().bind(name);
  CompiledExpression compiled;
  compiled.code_ = std::make_shared<const Code>(compiler.code(tree));
  compiled.inputs_ = names.size();
  return compiled;
}

Result<CompiledExpression> compile_expression(std::string_view text,
                                              std::span<const std::string> names,
                                              const EvaluationOptions& options) {
  Names known;
  for (const std::string& name : names) known.add(name);
  HQ_TRY(const ExpressionPtr tree, parse_expression(text, known));
  return compile_expression(*tree, names, options);
}

}  // namespace hq::rules
