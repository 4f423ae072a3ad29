#include "rules/explain/explain.h"

#include <utility>

#include "rules/explain/watcher.h"
#include "rules/explain/wording.h"

namespace hq::rules {

Result<Explanation> explain(const Program& program, const Target& target,
                            const std::vector<Input>& inputs, ExplainOptions options) {
  Watcher watcher(options);
  EvaluationOptions evaluation = options.evaluation;
  evaluation.observer = &watcher;
  Explanation explanation;
  HQ_TRY(explanation.answer, execute(program, target, inputs, std::move(evaluation)));
  if (auto root = watcher.root()) {
    explanation.why = *std::move(root);
  } else {
    // Nothing to be worked out: input data, or a knowledge model that cannot be called.
    explanation.why.name = target.name;
    explanation.why.label = label_of(target.name, options.labels);
    explanation.why.kind = target.kind;
    explanation.why.reports = explanation.answer.reports;
  }
  explanation.why.value = explanation.answer.value;
  explanation.why.value_text = wording_of(explanation.answer.value, target.name, options.labels);
  explanation.is_cut = watcher.is_cut();
  return explanation;
}

}  // namespace hq::rules
