#include "rules/compiled/function.h"

#include <algorithm>
#include <utility>

namespace hq::rules {

Value run_function(const FunctionCode& function, std::span<const Value> arguments,
                   const Value* captured, const CompiledFunction* self, Evaluation& evaluation) {
  const Evaluation::Deeper deeper(evaluation);
  const Evaluation::Nested nested(evaluation);
  if (deeper.is_too_deep() || nested.is_too_deep()) {
    return evaluation.null(function.span, "functions call each other too deeply",
                           "函数调用层次过深");
  }
  Slots slots(function.code.slots);
  for (std::size_t i = 0; i < arguments.size(); ++i) slots.data()[i] = &arguments[i];
  Frame frame{evaluation, slots.data(), captured, self};
  Value room;
  return taken(function.code.body.run(frame, room), room);
}

CompiledFunction::CompiledFunction(const FunctionCode& code, std::vector<Value> captured)
    : Function(code.parameters, code.result), code_(code), captured_(std::move(captured)) {
  for (const Value& value : captured_) nesting_ = std::max(nesting_, value.nesting());
}

}  // namespace hq::rules
