// CompiledExpression: one FEEL text made ready to be evaluated often.
//
// Same answers as evaluate() of feel/evaluator.h, which walks the tree, and a report where that has
// one; only what is counted (steps, depth, bytes) may differ a little. Immutable: any number of
// threads, each with a Machine of its own. Functions that it gives refer to it.
//
//   HQ_TRY(const auto total, compile_expression("price * count", {{"price", "count"}}));
//   Machine machine;
//   total.run(std::vector{Value(int64_t{3}), Value(int64_t{4})}, machine);   // 12
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "rules/compiled/node.h"
#include "rules/feel/evaluator.h"

namespace hq::rules {

/// What a run needs and may keep for the next one. One thread at a time.
class Machine {
 public:
  /// Without find_external the functions of native_shims.h stand in; find_type and observer are not
  /// looked at: types are found when something is compiled.
  explicit Machine(EvaluationOptions options = {});

  const EvaluationOptions& options() const { return evaluation_.options(); }
  /// Of the run that was last.
  const std::vector<Reason>& reports() const { return evaluation_.reports(); }

 private:
  friend class CompiledExpression;
  friend class Plan;

  Evaluation evaluation_;
  std::vector<Value> values_;           // of the decisions of a plan
  std::vector<const Value*> standing_;  // where the value of each place of a plan is
  Value answer_;                        // of a plan, where it stands nowhere else
};

class CompiledExpression {
 public:
  /// As many inputs as names, in their order; they live until it is done.
  Value run(std::span<const Value> inputs, Machine& machine) const;

 private:
  friend CompiledExpression compile_expression(const Expression& tree,
                                               std::span<const std::string> names,
                                               const EvaluationOptions& options);
  std::shared_ptr<const Code> code_;
  std::size_t inputs_ = 0;
};

/// Of the options only find_type counts. The tree is not referred to afterwards.
CompiledExpression compile_expression(const Expression& tree, std::span<const std::string> names,
                                      const EvaluationOptions& options = {});
/// parse_error as parse_expression().
Result<CompiledExpression> compile_expression(std::string_view text,
                                              std::span<const std::string> names,
                                              const EvaluationOptions& options = {});

}  // namespace hq::rules
