// Tests of a value: cells, `in`, `between`, intervals.
#include "rules/compiled/tests.h"

#include <utility>

#include "rules/compiled/feel_compiler.h"
#include "rules/feel/arithmetic.h"
#include "rules/feel/operations.h"
#include "rules/feel/walker.h"

namespace hq::rules {
namespace {

Value made(std::optional<bool> verdict) {
  return verdict ? Value(*verdict) : Value();
}

class Between final : public Node {
 public:
  Between(NodePtr value, NodePtr low, NodePtr high, Span span)
      : value_(std::move(value)), low_(std::move(low)), high_(std::move(high)), span_(span) {}

  const Value& run(Frame& frame, Value& room) const override {
    Value low_room;
    Value high_room;
    const Value& value = value_->run(frame, room);
    const Value& low = low_->run(frame, low_room);
    const Value& high = high_->run(frame, high_room);
    room = between(value, low, high, span_, frame.evaluation);
    return room;
  }

 private:
  NodePtr value_;
  NodePtr low_;
  NodePtr high_;
  Span span_;
};

class Interval final : public Node {
 public:
  Interval(NodePtr low, NodePtr high, const Expression& tree)
      : low_(std::move(low)),
        high_(std::move(high)),
        open_low_(tree.open_low),
        open_high_(tree.open_high),
        span_(tree.span) {}

  const Value& run(Frame& frame, Value& room) const override {
    Value high_room;
    Value low = taken(low_->run(frame, room), room);
    Value high = taken(high_->run(frame, high_room), high_room);
    room =
        interval(std::move(low), std::move(high), open_low_, open_high_, span_, frame.evaluation);
    return room;
  }

 private:
  NodePtr low_;
  NodePtr high_;
  bool open_low_;
  bool open_high_;
  Span span_;
};

class TestRange final : public Node {
 public:
  TestRange(NodePtr operand, Kind compare) : operand_(std::move(operand)), compare_(compare) {}

  const Value& run(Frame& frame, Value& room) const override {
    room = test_range(compare_, taken(operand_->run(frame, room), room), frame.evaluation);
    return room;
  }

 private:
  NodePtr operand_;
  Kind compare_;
};

class In final : public Node {
 public:
  In(NodePtr value, Tests tests, bool is_interval, Span span)
      : value_(std::move(value)),
        tests_(std::move(tests)),
        is_interval_(is_interval),
        span_(span) {}

  const Value& run(Frame& frame, Value& room) const override {
    Value value_room;
    const Value& value = value_->run(frame, value_room);
    if (value.reason() != nullptr) {
      room = taken(value, value_room);
      return room;
    }
    room = tests_.verdict(value, frame);
    if (!room.is_null() || room.reason() != nullptr) return room;
    if (is_interval_ && !value.is_null()) {
      Value range_room;
      if (has_open_null(tests_.parts()[0].operand.run(frame, range_room))) return room;
    }
    room = not_testable(value, span_, frame.evaluation);
    return room;
  }

 private:
  NodePtr value_;
  Tests tests_;
  bool is_interval_;  // its one test is an interval
  Span span_;
};

/// Tests that stand where an expression does: of what `?` is there.
class TestsOfName final : public Node {
 public:
  TestsOfName(Tests tests, NamePlace place) : tests_(std::move(tests)), place_(std::move(place)) {}

  const Value& run(Frame& frame, Value& room) const override {
    const Value* tested = place_.find("?", frame, room);
    const Value value = tested == nullptr ? Value() : *tested;
    room = tests_.verdict(value, frame);
    return room;
  }

 private:
  Tests tests_;
  NamePlace place_;
};

}  // namespace

Value Tests::verdict_of(const One& one, const Value& tested, Frame& frame) {
  if (one.form == One::Form::any) return Value(true);
  if (one.form == One::Form::tests) return one.tests->verdict(tested, frame);
  Value room;
  const Value& operand = one.operand.run(frame, room);
  if (operand.reason() != nullptr) return taken(operand, room);
  switch (one.form) {
    case One::Form::compare:
      return made(rules::holds(one.compare, tested, operand));
    case One::Form::condition:
      return operand.as<bool>() != nullptr ? taken(operand, room) : Value();
    default:
      return made(matches(tested, operand));
  }
}

Value Tests::verdict(const Value& tested, Frame& frame) const {
  frame.slots[slot_] = &tested;
  Value unknown;
  bool is_unknown = false;
  for (const One& one : parts_) {
    Value verdict = verdict_of(one, tested, frame);
    if (const bool* truth = verdict.as<bool>()) {
      if (*truth) return Value(!is_negated_);
      continue;
    }
    if (!is_unknown || unknown.reason() == nullptr) unknown = std::move(verdict);
    is_unknown = true;
  }
  return is_unknown ? unknown : Value(is_negated_);
}

Tests::One FeelCompiler::test(const Expression& tree, uint32_t slot) {
  Tests::One one;
  if (tree.kind == Kind::any_test) return one;
  if (tree.kind == Kind::tests || tree.kind == Kind::negated_tests) {
    one.form = Tests::One::Form::tests;
    one.tests = std::make_unique<const Tests>(tests_in(tree, slot));
  } else if (tree.kind == Kind::unary_compare) {
    one.form = Tests::One::Form::compare;
    one.compare = tree.compare;
    one.operand = block(*tree.parts[0]);
  } else {
    one.form = mentions(tree, "?") ? Tests::One::Form::condition : Tests::One::Form::match;
    one.operand = block(tree);
  }
  return one;
}

Tests FeelCompiler::tests_in(const Expression& tree, uint32_t slot) {
  std::vector<Tests::One> parts;
  if (tree.kind == Kind::tests || tree.kind == Kind::negated_tests) {
    for (const ExpressionPtr& part : tree.parts) parts.push_back(test(*part, slot));
  } else {
    parts.push_back(test(tree, slot));
  }
  return {std::move(parts), tree.kind == Kind::negated_tests, slot};
}

Tests FeelCompiler::tests(const Expression& tree) {
  const uint32_t slot = scopes_.bind("?");
  Tests all = tests_in(tree, slot);
  scopes_.drop();
  return all;
}

Made FeelCompiler::between(const Expression& tree) {
  Made value = make(*tree.parts[0]);
  Made low = make(*tree.parts[1]);
  Made high = make(*tree.parts[2]);
  return folded({std::make_unique<const Between>(std::move(value.node), std::move(low.node),
                                                 std::move(high.node), tree.span),
                 value.steps + low.steps + high.steps,
                 value.is_constant && low.is_constant && high.is_constant});
}

Made FeelCompiler::in(const Expression& tree) {
  Made value = make(*tree.parts[0]);
  const uint32_t slot = scopes_.bind("?");
  std::vector<Tests::One> parts;
  for (std::size_t i = 1; i < tree.parts.size(); ++i) parts.push_back(test(*tree.parts[i], slot));
  scopes_.drop();
  const bool is_interval = tree.parts.size() == 2 && tree.parts[1]->kind == Kind::interval;
  return {std::make_unique<const In>(std::move(value.node), Tests(std::move(parts), false, slot),
                                     is_interval, tree.span),
          value.steps};
}

Made FeelCompiler::interval(const Expression& tree) {
  Made low = make(*tree.parts[0]);
  Made high = make(*tree.parts[1]);
  return folded({std::make_unique<const Interval>(std::move(low.node), std::move(high.node), tree),
                 low.steps + high.steps, low.is_constant && high.is_constant});
}

Made FeelCompiler::unary_compare(const Expression& tree) {
  Made operand = make(*tree.parts[0]);
  operand.node = std::make_unique<const TestRange>(std::move(operand.node), tree.compare);
  return folded(std::move(operand));
}

Made FeelCompiler::tests_of_name(const Expression& tree) {
  NamePlace place = scopes_.find("?");
  return {std::make_unique<const TestsOfName>(tests(tree), std::move(place))};
}

}  // namespace hq::rules
