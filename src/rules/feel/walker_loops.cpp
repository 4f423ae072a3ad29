// for, some and every: iterators over lists and ranges.
#include <functional>
#include <utility>

#include "rules/feel/sequence.h"
#include "rules/feel/walker.h"

namespace hq::rules {
namespace {

/// Goes through all combinations of what the iterators of a for, some or every give, the last one
/// fastest. An iterator may use those before it.
class Combinations {
 public:
  /// False: it is enough.
  using Visit = std::function<bool(const Scope& scope)>;

  Combinations(const Expression& tree, Evaluation& evaluation, const Visit& visit)
      : tree_(tree), evaluation_(evaluation), visit_(visit) {}

  /// False where an iterator has nothing to go through: failure() says why.
  bool run(const Scope& scope) {
    is_failed_ = false;
    (void)step(0, scope);
    return !is_failed_;
  }
  const Value& failure() const { return failure_; }

 private:
  bool step(std::size_t iterator, const Scope& scope) {
    if (iterator + 1 == tree_.parts.size()) return visit_(scope);
    const Evaluation::Nested nested(evaluation_);
    const Expression& node = *tree_.parts[iterator];
    const std::optional<Sequence> sequence =
        nested.is_too_deep() ? fail({}, node) : sequence_at(node, scope);
    if (!sequence) return false;
    Value room;
    for (uint64_t i = 0; i < sequence->size; ++i) {
      if (!evaluation_.spend(1)) return false;
      Scope inner(&scope);
      inner.set(node.text, sequence->at(i, room));
      if (!step(iterator + 1, inner)) return false;
    }
    return true;
  }

  std::optional<Sequence> sequence_at(const Expression& node, const Scope& scope) {
    const Value first = walk(*node.parts[0], scope, evaluation_);
    const bool has_last = node.parts.size() > 1;
    const Value last = has_last ? walk(*node.parts[1], scope, evaluation_) : Value();
    std::optional<Sequence> found = has_last ? sequence_of(first, last) : sequence_of(first);
    return found ? found : fail({&first, &last}, node);
  }

  std::optional<Sequence> fail(std::initializer_list<const Value*> values, const Expression& node) {
    is_failed_ = true;
    failure_ = no_sequence(values, node.span, evaluation_);
    return std::nullopt;
  }

  const Expression& tree_;
  Evaluation& evaluation_;
  const Visit& visit_;
  Value failure_;
  bool is_failed_ = false;
};

}  // namespace

Value walk_for(const Expression& tree, const Scope& scope, Evaluation& evaluation) {
  const Expression& body = *tree.parts.back();
  const bool is_partial_used = mentions(body, "partial");
  Results results;
  const Combinations::Visit visit = [&](const Scope& inner) {
    Value value;
    if (is_partial_used) {
      Scope with_partial(&inner);
      with_partial.set("partial", results.partial());
      value = walk(body, with_partial, evaluation);
    } else {
      value = walk(body, inner, evaluation);
    }
    return results.add(std::move(value), evaluation);
  };
  Combinations combinations(tree, evaluation, visit);
  return combinations.run(scope) ? results.partial() : combinations.failure();
}

Value walk_quantified(const Expression& tree, const Scope& scope, Evaluation& evaluation) {
  const bool settles = tree.kind == Kind::some_in;
  bool is_settled = false;
  std::optional<Value> unknown;
  const Combinations::Visit visit = [&](const Scope& inner) {
    Value verdict = walk(*tree.parts.back(), inner, evaluation);
    const bool* truth = verdict.as<bool>();
    if (truth != nullptr) {
      is_settled = *truth == settles;
    } else if (!unknown) {
      unknown = verdict.is_null() ? std::move(verdict)
                                  : evaluation.null(tree.parts.back()->span,
                                                    "what some and every ask for is a boolean",
                                                    "some 与 every 的条件必须是布尔值");
    }
    return !is_settled;
  };
  Combinations combinations(tree, evaluation, visit);
  if (!combinations.run(scope)) return combinations.failure();
  if (is_settled) return Value(settles);
  return unknown ? *unknown : Value(!settles);
}

}  // namespace hq::rules
