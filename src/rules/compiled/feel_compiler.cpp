// Literals, names, lists and contexts; constants are worked out as they are met.
#include "rules/compiled/feel_compiler.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "rules/feel/built_ins.h"
#include "rules/feel/operations.h"

namespace hq::rules {
namespace {

class Constant final : public Node {
 public:
  explicit Constant(Value value) : value_(std::move(value)) {}
  const Value& run(Frame& /*frame*/, Value& /*room*/) const override { return value_; }

 private:
  Value value_;
};

class Failing final : public Node {
 public:
  Failing(Span span, std::string en, std::string zh)
      : span_(span), en_(std::move(en)), zh_(std::move(zh)) {}
  const Value& run(Frame& frame, Value& room) const override {
    room = frame.evaluation.null(span_, en_, zh_);
    return room;
  }

 private:
  Span span_;
  std::string en_;
  std::string zh_;
};

class Variable final : public Node {
 public:
  explicit Variable(uint32_t slot) : slot_(slot) {}
  const Value& run(Frame& frame, Value& /*room*/) const override { return *frame.slots[slot_]; }
  std::optional<uint32_t> slot() const override { return slot_; }

 private:
  uint32_t slot_;
};

/// A name that is no plain variable: what a function saw, its own name, or perhaps a member of the
/// item of a filter.
class Name final : public Node {
 public:
  Name(std::string name, NamePlace place, std::vector<uint32_t> items, Span span)
      : name_(std::move(name)),
        place_(std::move(place)),
        items_(std::move(items)),
        is_built_in_(find_built_in(name_) != nullptr),
        span_(span) {}

  const Value& run(Frame& frame, Value& room) const override {
    if (const Value* found = place_.find(name_, frame, room)) return *found;
    const bool is_quiet = std::ranges::any_of(
        items_, [&](uint32_t slot) { return frame.slots[slot]->as<Context>() != nullptr; });
    if (is_built_in_) {
      room = built_in_value(name_).value_or(Value());
    } else if (is_quiet) {
      room = Value();
    } else {
      room = frame.evaluation.null(span_, "there is nothing named \"" + name_ + "\" here",
                                   "这里没有名为“" + name_ + "”的变量或函数");
    }
    return room;
  }

 private:
  std::string name_;
  NamePlace place_;
  std::vector<uint32_t> items_;
  bool is_built_in_;
  Span span_;
};

class ListNode final : public Node {
 public:
  ListNode(std::vector<NodePtr> parts, Span span) : parts_(std::move(parts)), span_(span) {}

  const Value& run(Frame& frame, Value& room) const override {
    if (!frame.evaluation.hold(parts_.size() * sizeof(Value))) {
      room = frame.evaluation.spent();
      return room;
    }
    List items;
    items.reserve(parts_.size());
    for (const NodePtr& part : parts_) {
      Value& item = items.emplace_back();
      put(part->run(frame, item), item);
    }
    room = checked_nesting(Value(std::move(items)), span_, frame.evaluation);
    return room;
  }

 private:
  std::vector<NodePtr> parts_;
  Span span_;
};

class ContextNode final : public Node {
 public:
  struct Entry {
    std::string name;
    uint32_t slot = 0;
    NodePtr value;
    Span span;
  };
  /// `twice`: the place of the first entry whose name stands before; it ends there.
  ContextNode(std::vector<Entry> entries, std::size_t twice, Span span)
      : entries_(std::move(entries)), twice_(twice), span_(span) {}

  const Value& run(Frame& frame, Value& room) const override {
    std::vector<Context::Member> members;
    members.reserve(entries_.size());
    for (std::size_t i = 0; i < twice_; ++i) {
      const Entry& entry = entries_[i];
      if (!frame.evaluation.hold(entry.name.size() + sizeof(Value))) {
        room = frame.evaluation.spent();
        return room;
      }
      Value& value = members.emplace_back(entry.name, Value()).value;
      put(entry.value->run(frame, value), value);
      frame.slots[entry.slot] = &value;
    }
    if (twice_ < entries_.size()) {
      const Entry& entry = entries_[twice_];
      room = frame.evaluation.null(entry.span, "the entry \"" + entry.name + "\" stands twice",
                                   "上下文中的条目“" + entry.name + "”重复");
      return room;
    }
    room = checked_nesting(Value(Context(std::move(members))), span_, frame.evaluation);
    return room;
  }

 private:
  std::vector<Entry> entries_;
  std::size_t twice_;
  Span span_;
};

/// Of a whole whose parts come one by one: constant as long as they are.
Made nothing() {
  return {nullptr, 0, true};
}

}  // namespace

Made constant(Value value) {
  return {std::make_unique<const Constant>(std::move(value)), 0, true};
}

Value constant_value(const Node& node) {
  Evaluation evaluation({});
  Frame frame{evaluation, nullptr};
  Value room;
  return node.run(frame, room);
}

Made failing(Span span, std::string en, std::string zh) {
  return {std::make_unique<const Failing>(span, std::move(en), std::move(zh)), 0, false};
}

Made FeelCompiler::literal(const Expression& tree) {
  Evaluation evaluation({});
  Value value = evaluate(tree, Scope(), evaluation);
  if (evaluation.reports().empty()) return constant(std::move(value));
  const Reason& why = evaluation.reports().front();
  return failing(tree.span, why.en, why.zh);
}

Made FeelCompiler::name(const Expression& tree) {
  NamePlace place = scopes_.find(tree.text);
  if (place.is_fixed() && place.where == NamePlace::Where::slot) {
    return {std::make_unique<const Variable>(place.index)};
  }
  if (place.is_fixed() && place.where == NamePlace::Where::constant) {
    // What calls it must not be worked out now: its code may not be there yet.
    return {std::make_unique<const Constant>(std::move(place.constant))};
  }
  return {std::make_unique<const Name>(tree.text, std::move(place), scopes_.items(), tree.span)};
}

Made FeelCompiler::list(const Expression& tree) {
  std::vector<NodePtr> parts;
  Made whole = nothing();
  for (const ExpressionPtr& part : tree.parts) {
    Made made = make(*part);
    whole.steps += made.steps;
    whole.is_constant = whole.is_constant && made.is_constant;
    parts.push_back(std::move(made.node));
  }
  whole.node = std::make_unique<const ListNode>(std::move(parts), tree.span);
  return folded(std::move(whole));
}

Made FeelCompiler::context(const Expression& tree) {
  std::vector<ContextNode::Entry> entries;
  std::size_t twice = tree.parts.size();
  Made whole = nothing();
  for (std::size_t i = 0; i < tree.parts.size(); ++i) {
    const Expression& entry = *tree.parts[i];
    const bool is_known =
        std::ranges::find(entries, entry.text, &ContextNode::Entry::name) != entries.end();
    if (is_known) twice = std::min(twice, i);
    const Expression& part = *entry.parts.front();
    Made made = part.kind == Kind::function ? function(part, entry.text) : make(part);
    whole.steps += made.steps;
    whole.is_constant = whole.is_constant && made.is_constant;
    entries.push_back({entry.text, scopes_.bind(entry.text), std::move(made.node), entry.span});
  }
  scopes_.drop(entries.size());
  whole.node = std::make_unique<const ContextNode>(std::move(entries), twice, tree.span);
  return folded(std::move(whole));
}

Made FeelCompiler::folded(Made made) {
  const std::size_t reports = folding_.reports().size();
  if (!made.is_constant || folding_.is_spent() || reports == Evaluation::kReportsMax) {
    made.is_constant = false;
    return made;
  }
  Slots slots(scopes_.slots());
  Frame frame{folding_, slots.data()};
  Value room;
  Value value = taken(made.node->run(frame, room), room);
  if (!folding_.is_spent() && folding_.reports().size() == reports) {
    return constant(std::move(value));
  }
  made.is_constant = false;
  return made;
}

Made FeelCompiler::plain(const Expression& tree) {
  switch (tree.kind) {
    case Kind::name:
      return name(tree);
    case Kind::list:
      return list(tree);
    case Kind::context:
      return context(tree);
    case Kind::negate:
      return negation(tree);
    case Kind::logical_and:
    case Kind::logical_or:
      return logic(tree);
    case Kind::between:
      return between(tree);
    case Kind::in:
      return in(tree);
    case Kind::interval:
      return interval(tree);
    case Kind::unary_compare:
      return unary_compare(tree);
    case Kind::any_test:
    case Kind::negated_tests:
    case Kind::tests:
      return tests_of_name(tree);
    case Kind::instance_of:
      return instance_of(tree);
    case Kind::conditional:
      return conditional(tree);
    case Kind::for_in:
    case Kind::some_in:
    case Kind::every_in:
      return loop(tree);
    case Kind::function:
      return function(tree, "");
    case Kind::call:
    case Kind::named_call:
      return call(tree);
    case Kind::path:
      return path(tree);
    case Kind::filter:
      return filter(tree);
    default:
      return tree.kind >= Kind::add && tree.kind <= Kind::greater_or_equal ? operation(tree)
                                                                           : literal(tree);
  }
}

Made FeelCompiler::make(const Expression& tree) {
  Made made = plain(tree);
  ++made.steps;
  return made;
}

Block FeelCompiler::block(const Expression& tree) {
  Made made = make(tree);
  return {std::move(made.node), made.steps};
}

Code FeelCompiler::code(const Expression& tree) {
  Block body = block(tree);
  return {std::move(body), scopes_.slots()};
}

}  // namespace hq::rules
