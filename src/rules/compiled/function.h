// CompiledFunction: a function of a compiled expression, with the values it saw where it was
// written.
//
// Its code belongs to the expression, which has to live as long. Any thread.
//
//   Value function(std::make_shared<const CompiledFunction>(code, std::move(captured)));
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "rules/compiled/node.h"
#include "rules/feel/evaluator.h"

namespace hq::rules {

/// A function as it is written. Its parameters have the first slots.
struct FunctionCode {
  Code code;
  std::vector<Function::Parameter> parameters;
  TypePtr result;
  Span span;  // of the body
};

/// The value of the body; null where functions call each other too deeply.
Value run_function(const FunctionCode& function, std::span<const Value> arguments,
                   const Value* captured, const CompiledFunction* self, Evaluation& evaluation);

class CompiledFunction final : public Function,
                               public std::enable_shared_from_this<CompiledFunction> {
 public:
  CompiledFunction(const FunctionCode& code, std::vector<Value> captured);

  Value call(std::span<const Value> arguments, Evaluation& evaluation) const override {
    return run_function(code_, arguments, captured_.data(), this, evaluation);
  }
  Value value() const { return Value(std::shared_ptr<const Function>(shared_from_this())); }

 private:
  const FunctionCode& code_;
  std::vector<Value> captured_;
};

}  // namespace hq::rules
