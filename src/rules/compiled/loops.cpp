// for, some and every.
#include <utility>

#include "rules/compiled/feel_compiler.h"
#include "rules/feel/operations.h"
#include "rules/feel/sequence.h"
#include "rules/feel/walker.h"

namespace hq::rules {
namespace {

struct Iterator {
  uint32_t slot = 0;
  Block first;
  Block last;  // no node where there is none
  Span span;
};

/// Goes through all combinations of what the iterators give, the last one fastest. An iterator may
/// use those before it.
class Combinations {
 public:
  explicit Combinations(std::vector<Iterator> iterators) : iterators_(std::move(iterators)) {}

  /// Until `visit` says that it is enough. Null with a reason where an iterator has nothing to go
  /// through, which ends it.
  template <class Visit>
  std::optional<Value> run(Frame& frame, const Visit& visit) const {
    std::optional<Value> failure;
    (void)step(0, frame, failure, visit);
    return failure;
  }

 private:
  template <class Visit>
  bool step(std::size_t place, Frame& frame, std::optional<Value>& failure,
            const Visit& visit) const {
    if (place == iterators_.size()) return visit();
    const Iterator& iterator = iterators_[place];
    const Evaluation::Nested nested(frame.evaluation);
    if (nested.is_too_deep()) {
      failure = no_sequence({}, iterator.span, frame.evaluation);
      return false;
    }
    const std::optional<Sequence> sequence = sequence_at(iterator, frame, failure);
    if (!sequence) return false;
    Value room;
    for (uint64_t i = 0; i < sequence->size; ++i) {
      if (!frame.evaluation.spend(1)) return false;
      frame.slots[iterator.slot] = &sequence->at(i, room);
      if (!step(place + 1, frame, failure, visit)) return false;
    }
    return true;
  }

  static std::optional<Sequence> sequence_at(const Iterator& iterator, Frame& frame,
                                             std::optional<Value>& failure) {
    Value first_room;
    Value last_room;
    const Value& first = iterator.first.run(frame, first_room);
    const Value& last = iterator.last.node ? iterator.last.run(frame, last_room) : last_room;
    std::optional<Sequence> found =
        iterator.last.node ? sequence_of(first, last) : sequence_of(first);
    if (!found) failure = no_sequence({&first, &last}, iterator.span, frame.evaluation);
    return found;
  }

  std::vector<Iterator> iterators_;
};

class For final : public Node {
 public:
  /// `partial`: the slot of the results so far, where the body reads them.
  For(Combinations combinations, Block body, std::optional<uint32_t> partial, Span span)
      : combinations_(std::move(combinations)),
        body_(std::move(body)),
        partial_(partial),
        span_(span) {}

  const Value& run(Frame& frame, Value& room) const override {
    Results results;
    const auto visit = [&] {
      Value body_room;
      Value value;
      if (partial_) {
        const Value partial = results.partial();
        frame.slots[*partial_] = &partial;
        value = taken(body_.run(frame, body_room), body_room);
      } else {
        value = taken(body_.run(frame, body_room), body_room);
      }
      return results.add(checked_nesting(std::move(value), span_, frame.evaluation),
                         frame.evaluation);
    };
    std::optional<Value> failure = combinations_.run(frame, visit);
    room =
        failure ? *std::move(failure) : checked_nesting(results.partial(), span_, frame.evaluation);
    return room;
  }

 private:
  Combinations combinations_;
  Block body_;
  std::optional<uint32_t> partial_;
  Span span_;
};

/// some, which `true` settles, and every, which `false` does.
class Quantified final : public Node {
 public:
  Quantified(Combinations combinations, Block condition, bool settles, Span span)
      : combinations_(std::move(combinations)),
        condition_(std::move(condition)),
        settles_(settles),
        span_(span) {}

  const Value& run(Frame& frame, Value& room) const override {
    bool is_settled = false;
    std::optional<Value> unknown;
    const auto visit = [&] {
      Value verdict_room;
      const Value& verdict = condition_.run(frame, verdict_room);
      const bool* truth = verdict.as<bool>();
      if (truth != nullptr) {
        is_settled = *truth == settles_;
      } else if (!unknown) {
        unknown = verdict.is_null()
                      ? taken(verdict, verdict_room)
                      : frame.evaluation.null(span_, "what some and every ask for is a boolean",
                                              "some 与 every 的条件必须是布尔值");
      }
      return !is_settled;
    };
    if (std::optional<Value> failure = combinations_.run(frame, visit)) {
      room = *std::move(failure);
    } else if (!is_settled && unknown) {
      room = *std::move(unknown);
    } else {
      room = is_settled == settles_;
    }
    return room;
  }

 private:
  Combinations combinations_;
  Block condition_;
  bool settles_;
  Span span_;  // of the condition
};

}  // namespace

Made FeelCompiler::loop(const Expression& tree) {
  std::vector<Iterator> iterators;
  for (std::size_t i = 0; i + 1 < tree.parts.size(); ++i) {
    const Expression& from = *tree.parts[i];
    Iterator& iterator = iterators.emplace_back();
    iterator.span = from.span;
    iterator.first = block(*from.parts[0]);
    if (from.parts.size() > 1) iterator.last = block(*from.parts[1]);
    iterator.slot = scopes_.bind(from.text);
  }
  const std::size_t bound = iterators.size();
  Combinations combinations(std::move(iterators));
  const Expression& body = *tree.parts.back();
  Made made;
  if (tree.kind == Kind::for_in) {
    std::optional<uint32_t> partial;
    if (mentions(body, "partial")) partial = scopes_.bind("partial");
    made.node =
        std::make_unique<const For>(std::move(combinations), block(body), partial, tree.span);
    if (partial) scopes_.drop();
  } else {
    made.node = std::make_unique<const Quantified>(std::move(combinations), block(body),
                                                   tree.kind == Kind::some_in, body.span);
  }
  scopes_.drop(bound);
  return made;
}

}  // namespace hq::rules
