// Operators: arithmetic, comparison, and, or, if, instance of.
#include <utility>

#include "base/assert.h"
#include "rules/compiled/feel_compiler.h"
#include "rules/feel/arithmetic.h"
#include "rules/feel/operations.h"

namespace hq::rules {
namespace {

class Negation final : public Node {
 public:
  Negation(NodePtr operand, Span span) : operand_(std::move(operand)), span_(span) {}

  const Value& run(Frame& frame, Value& room) const override {
    room = negated(operand_->run(frame, room), span_, frame.evaluation);
    return room;
  }

 private:
  NodePtr operand_;
  Span span_;
};

/// What two numbers give; nothing where that is for calculate() to say.
template <Kind kOperation>
std::optional<Decimal> of_numbers(const Decimal& a, const Decimal& b) {
  if constexpr (kOperation == Kind::add) return add(a, b);
  if constexpr (kOperation == Kind::subtract) return subtract(a, b);
  if constexpr (kOperation == Kind::multiply) return multiply(a, b);
  return std::nullopt;
}

template <Kind kOperation>
bool holds_of_numbers(const Decimal& a, const Decimal& b) {
  if constexpr (kOperation == Kind::equal) return a == b;
  if constexpr (kOperation == Kind::not_equal) return a != b;
  if constexpr (kOperation == Kind::less) return a < b;
  if constexpr (kOperation == Kind::less_or_equal) return a <= b;
  if constexpr (kOperation == Kind::greater) return a > b;
  return a >= b;
}

/// Numbers, by far the most frequent, go a way of their own to the same functions.
template <Kind kOperation>
class Operation final : public Node {
 public:
  Operation(NodePtr left, NodePtr right, Span span)
      : left_(std::move(left)), right_(std::move(right)), span_(span) {}

  const Value& run(Frame& frame, Value& room) const override {
    constexpr bool kCompares = kOperation >= Kind::equal;
    Value right_room;
    const Value& left = left_->run(frame, room);
    const Value& right = right_->run(frame, right_room);
    const Decimal* a = left.as<Decimal>();
    const Decimal* b = right.as<Decimal>();
    if (a != nullptr && b != nullptr) {
      if constexpr (kCompares) {
        room = holds_of_numbers<kOperation>(*a, *b);
        return room;
      } else if (const std::optional<Decimal> number = of_numbers<kOperation>(*a, *b)) {
        room = *number;
        return room;
      }
    }
    if constexpr (kCompares) {
      room = compared(kOperation, left, right, span_, frame.evaluation);
    } else {
      room = calculate(kOperation, left, right, span_, frame.evaluation);
    }
    return room;
  }

 private:
  NodePtr left_;
  NodePtr right_;
  Span span_;
};

template <Kind kOperation>
NodePtr operation_of(NodePtr left, NodePtr right, Span span) {
  return std::make_unique<const Operation<kOperation>>(std::move(left), std::move(right), span);
}

NodePtr operation_node(Kind operation, NodePtr left, NodePtr right, Span span) {
  using Maker = NodePtr (*)(NodePtr, NodePtr, Span);
  // In the order of Kind.
  constexpr std::array<Maker, 11> kMakers = {operation_of<Kind::add>,
                                             operation_of<Kind::subtract>,
                                             operation_of<Kind::multiply>,
                                             operation_of<Kind::divide>,
                                             operation_of<Kind::power>,
                                             operation_of<Kind::equal>,
                                             operation_of<Kind::not_equal>,
                                             operation_of<Kind::less>,
                                             operation_of<Kind::less_or_equal>,
                                             operation_of<Kind::greater>,
                                             operation_of<Kind::greater_or_equal>};
  static_assert(static_cast<int>(Kind::greater_or_equal) - static_cast<int>(Kind::add) == 10);
  const auto place = static_cast<std::size_t>(operation) - static_cast<std::size_t>(Kind::add);
  return kMakers.at(place)(std::move(left), std::move(right), span);
}

/// Three-valued: what settles it (false of `and`, true of `or`) wins, else an operand that is no
/// boolean makes it null, which is no error.
class AndOr final : public Node {
 public:
  AndOr(NodePtr left, Block right, bool settles)
      : left_(std::move(left)), right_(std::move(right)), settles_(settles) {}

  const Value& run(Frame& frame, Value& room) const override {
    const Value& left = left_->run(frame, room);
    const bool* a = left.as<bool>();
    if (a != nullptr && *a == settles_) return left;
    const bool is_open = a != nullptr;
    const Value why = left.reason() != nullptr ? taken(left, room) : Value();
    const Value& right = right_.run(frame, room);
    const bool* b = right.as<bool>();
    if (b != nullptr && (*b == settles_ || is_open)) return right;
    if (why.reason() == nullptr && right.reason() != nullptr) return right;
    room = why;
    return room;
  }

 private:
  NodePtr left_;
  Block right_;
  bool settles_;
};

class Conditional final : public Node {
 public:
  Conditional(NodePtr condition, Block then, Block otherwise, Span span)
      : condition_(std::move(condition)),
        then_(std::move(then)),
        otherwise_(std::move(otherwise)),
        span_(span) {}

  const Value& run(Frame& frame, Value& room) const override {
    const Value& condition = condition_->run(frame, room);
    const bool* truth = condition.as<bool>();
    if (truth == nullptr && !condition.is_null()) {
      room =
          frame.evaluation.null(span_, "the condition of if is no boolean", "if 的条件不是布尔值");
      return room;
    }
    return (truth != nullptr && *truth ? then_ : otherwise_).run(frame, room);
  }

 private:
  NodePtr condition_;
  Block then_;
  Block otherwise_;
  Span span_;  // of the condition
};

class InstanceOf final : public Node {
 public:
  /// `type`: nullptr where there is none of the name.
  InstanceOf(NodePtr value, TypePtr type, std::string name, Span span)
      : value_(std::move(value)), type_(std::move(type)), name_(std::move(name)), span_(span) {}

  const Value& run(Frame& frame, Value& room) const override {
    const Value& value = value_->run(frame, room);
    if (type_ != nullptr) {
      room = is_instance(value, *type_);
    } else {
      room = frame.evaluation.null(span_, "there is no type named \"" + name_ + "\"",
                                   "没有名为“" + name_ + "”的类型");
    }
    return room;
  }

 private:
  NodePtr value_;
  TypePtr type_;
  std::string name_;
  Span span_;
};

}  // namespace

Made FeelCompiler::negation(const Expression& tree) {
  Made operand = make(*tree.parts[0]);
  operand.node = std::make_unique<const Negation>(std::move(operand.node), tree.span);
  return folded(std::move(operand));
}

Made FeelCompiler::operation(const Expression& tree) {
  Made left = make(*tree.parts[0]);
  Made right = make(*tree.parts[1]);
  return folded({operation_node(tree.kind, std::move(left.node), std::move(right.node), tree.span),
                 left.steps + right.steps, left.is_constant && right.is_constant});
}

Made FeelCompiler::logic(const Expression& tree) {
  Made left = make(*tree.parts[0]);
  Made right = make(*tree.parts[1]);
  const bool is_constant = left.is_constant && right.is_constant;
  return folded({std::make_unique<const AndOr>(std::move(left.node),
                                               Block{std::move(right.node), right.steps},
                                               tree.kind == Kind::logical_or),
                 left.steps, is_constant});
}

Made FeelCompiler::conditional(const Expression& tree) {
  Made condition = make(*tree.parts[0]);
  Made then = make(*tree.parts[1]);
  Made otherwise = make(*tree.parts[2]);
  const bool is_constant = condition.is_constant && then.is_constant && otherwise.is_constant;
  return folded({std::make_unique<const Conditional>(
                     std::move(condition.node), Block{std::move(then.node), then.steps},
                     Block{std::move(otherwise.node), otherwise.steps}, tree.parts[0]->span),
                 condition.steps, is_constant});
}

Made FeelCompiler::instance_of(const Expression& tree) {
  Made value = make(*tree.parts[0]);
  HQ_ASSERT(tree.type != nullptr);
  TypePtr type = is_known_type(*tree.type, types_) ? resolve(*tree.type, types_) : nullptr;
  value.node = std::make_unique<const InstanceOf>(std::move(value.node), std::move(type),
                                                  tree.type->name, tree.span);
  return folded(std::move(value));
}

}  // namespace hq::rules
