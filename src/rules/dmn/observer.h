// Observer: sees how values come about while a Program is executed (EvaluationOptions::observer).
//
// Calls come in pairs and nest as the work does: a decision begins, reads what it requires (which
// may begin and end within it), its logic begins and ends, it ends. Nothing is called for a value
// that is known already. Where there is no observer all of this costs a look at a pointer.
// It must not change anything, and is called on the thread of the execution.
//
//   struct Count : Observer { ... };
//   Count count;
//   execute(program, target, inputs, {.observer = &count});
#pragma once

#include <span>

#include "rules/dmn/compile.h"
#include "rules/feel/evaluator.h"

namespace hq::rules {

class Observer {
 public:
  virtual ~Observer() = default;

  /// A decision, or a call of a knowledge model or service with its arguments.
  virtual void begin(const Element& element, std::span<const Value> arguments,
                     const Evaluation& evaluation) = 0;
  /// What began last reads a decision or input data that it requires.
  virtual void reads(const Element& other, const Value& value) = 0;
  virtual void end(const Element& element, const Value& value, const Evaluation& evaluation) = 0;

  /// A boxed expression, in the scope in which it is worked out.
  virtual void begin(const Logic& logic, const Scope& scope) = 0;
  virtual void end(const Logic& logic, const Scope& scope, const Value& value) = 0;

  /// The table of the logic that began last: its inputs, coerced, and the rules that hit. Under
  /// FIRST only the first of them.
  virtual void decided(const CompiledTable& table, const Scope& scope,
                       std::span<const Value> inputs, std::span<const std::size_t> hits) = 0;
};

}  // namespace hq::rules
