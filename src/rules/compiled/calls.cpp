// Functions that are written out, and calls.
#include <algorithm>
#include <utility>

#include "rules/compiled/feel_compiler.h"
#include "rules/feel/built_ins.h"
#include "rules/feel/operations.h"
#include "rules/feel/walker.h"

namespace hq::rules {
namespace {

class FunctionNode final : public Node {
 public:
  FunctionNode(FunctionCode code, std::vector<Capture> captures, Span span)
      : code_(std::move(code)), captures_(std::move(captures)), span_(span) {}

  const Value& run(Frame& frame, Value& room) const override {
    Evaluation& evaluation = frame.evaluation;
    if (!evaluation.spend(captures_.size()) ||
        !evaluation.hold(captures_.size() * sizeof(Context::Member))) {
      room = evaluation.spent();
      return room;
    }
    std::vector<Value> captured;
    captured.reserve(captures_.size());
    for (const Capture& capture : captures_) captured.push_back(capture.take(frame));
    room =
        checked_nesting(Value(std::shared_ptr<const Function>(
                            std::make_shared<const CompiledFunction>(code_, std::move(captured)))),
                        span_, evaluation);
    return room;
  }

 private:
  FunctionCode code_;
  std::vector<Capture> captures_;
  Span span_;
};

class ExternalFunction final : public Node {
 public:
  ExternalFunction(NodePtr body, std::vector<Function::Parameter> parameters, Span span)
      : body_(std::move(body)), parameters_(std::move(parameters)), span_(span) {}

  const Value& run(Frame& frame, Value& room) const override {
    room = external_function(body_->run(frame, room), parameters_, span_, frame.evaluation);
    return room;
  }

 private:
  NodePtr body_;
  std::vector<Function::Parameter> parameters_;
  Span span_;
};

/// What stands between the parentheses of a call.
class Arguments {
 public:
  Arguments(std::vector<NodePtr> parts, std::vector<std::string> names)
      : parts_(std::move(parts)), names_(std::move(names)) {}

  /// Gives them to `call(arguments, names)`; null where the evaluation is spent.
  template <class Call>
  Value give(Frame& frame, const Call& call) const {
    if (parts_.size() <= kFew) {
      std::array<Value, kFew> few;
      return give_in(std::span(few).first(parts_.size()), frame, call);
    }
    std::vector<Value> many(parts_.size());
    return give_in(many, frame, call);
  }

 private:
  static constexpr std::size_t kFew = 3;

  template <class Call>
  Value give_in(std::span<Value> values, Frame& frame, const Call& call) const {
    for (std::size_t i = 0; i < values.size(); ++i)
      put(parts_[i]->run(frame, values[i]), values[i]);
    if (frame.evaluation.is_spent()) return frame.evaluation.spent();
    return call(std::span<const Value>(values), std::span(names_));
  }

  std::vector<NodePtr> parts_;
  std::vector<std::string> names_;  // empty where they are given by position
};

Value called(const BuiltIn& built_in, const Arguments& arguments, Span span, Frame& frame) {
  return arguments.give(frame, [&](std::span<const Value> values, const auto& names) {
    const CallPlace place(frame.evaluation, span);
    return checked_nesting(call_built_in(built_in, values, names, frame.evaluation), span,
                           frame.evaluation);
  });
}

Value called(const Value& callee, const Arguments& arguments, Span span, Frame& frame) {
  if (callee.reason() != nullptr) return callee;
  return arguments.give(frame, [&](std::span<const Value> values, const auto& names) {
    const CallPlace place(frame.evaluation, span);
    return checked_nesting(call(callee, values, names, frame.evaluation), span, frame.evaluation);
  });
}

class BuiltInCall final : public Node {
 public:
  BuiltInCall(const BuiltIn& built_in, Arguments arguments, Span span)
      : built_in_(built_in), arguments_(std::move(arguments)), span_(span) {}

  const Value& run(Frame& frame, Value& room) const override {
    room = called(built_in_, arguments_, span_, frame);
    return room;
  }

 private:
  const BuiltIn& built_in_;
  Arguments arguments_;
  Span span_;
};

class Call final : public Node {
 public:
  Call(NodePtr callee, Arguments arguments, Span span)
      : callee_(std::move(callee)), arguments_(std::move(arguments)), span_(span) {}

  const Value& run(Frame& frame, Value& room) const override {
    Value callee_room;
    room = called(callee_->run(frame, callee_room), arguments_, span_, frame);
    return room;
  }

 private:
  NodePtr callee_;
  Arguments arguments_;
  Span span_;
};

/// A call by a name. It may be that nothing has it now: then the function that is built in is
/// meant, where there is one.
class CallOfName final : public Node {
 public:
  CallOfName(const Expression& callee, NamePlace place, Arguments arguments, Span span)
      : name_(callee.text),
        place_(std::move(place)),
        built_in_(find_built_in(name_)),
        arguments_(std::move(arguments)),
        name_span_(callee.span),
        span_(span) {}

  const Value& run(Frame& frame, Value& room) const override {
    Value callee_room;
    if (const Value* callee = place_.find(name_, frame, callee_room)) {
      room = called(*callee, arguments_, span_, frame);
    } else if (built_in_ != nullptr) {
      room = called(*built_in_, arguments_, span_, frame);
    } else {
      room = frame.evaluation.null(name_span_, "there is no function \"" + name_ + "\"",
                                   "没有名为“" + name_ + "”的函数");
    }
    return room;
  }

 private:
  std::string name_;
  NamePlace place_;
  const BuiltIn* built_in_;  // nullptr where there is none
  Arguments arguments_;
  Span name_span_;
  Span span_;
};

}  // namespace

Made function_node(FunctionCode code, std::vector<Capture> captures, Span span) {
  return {std::make_unique<const FunctionNode>(std::move(code), std::move(captures), span)};
}

Made FeelCompiler::function(const Expression& tree, const std::string& self) {
  FunctionCode function;
  for (std::size_t i = 0; i + 1 < tree.parts.size(); ++i) {
    const Expression& part = *tree.parts[i];
    function.parameters.push_back(
        {part.text, part.type ? resolve(*part.type, types_) : simple(TypeKind::any)});
  }
  const Expression& body = *tree.parts.back();
  if (tree.is_external) {
    Made made = make(body);
    made.node = std::make_unique<const ExternalFunction>(std::move(made.node),
                                                         std::move(function.parameters), tree.span);
    made.is_constant = false;
    return made;
  }
  scopes_.enter(self);
  for (const Function::Parameter& parameter : function.parameters) scopes_.bind(parameter.name);
  function.code = code(body);
  function.result = inferred_type(body, function.parameters);
  function.span = body.span;
  return function_node(std::move(function), scopes_.leave(), tree.span);
}

Made FeelCompiler::call(const Expression& tree) {
  const Expression& callee = *tree.parts.front();
  const bool is_name = callee.kind == Kind::name;
  NamePlace place = is_name ? scopes_.find(callee.text) : NamePlace();
  const bool is_unknown = is_name && place.is_unknown();
  const BuiltIn* built_in = is_unknown ? find_built_in(callee.text) : nullptr;
  Made made = is_name ? Made() : make(callee);
  made.is_constant = built_in != nullptr;
  std::vector<NodePtr> parts;
  std::vector<std::string> names;
  for (std::size_t i = 1; i < tree.parts.size(); ++i) {
    const Expression& part = *tree.parts[i];
    const bool is_named = part.kind == Kind::argument;
    if (is_named) names.push_back(part.text);
    Made value = make(is_named ? *part.parts.front() : part);
    made.steps += value.steps;
    made.is_constant = made.is_constant && value.is_constant;
    parts.push_back(std::move(value.node));
  }
  Arguments given(std::move(parts), std::move(names));
  if (built_in != nullptr) {
    made.node = std::make_unique<const BuiltInCall>(*built_in, std::move(given), tree.span);
    return folded(std::move(made));
  }
  if (is_name) {
    made.node =
        std::make_unique<const CallOfName>(callee, std::move(place), std::move(given), tree.span);
  } else {
    made.node = std::make_unique<const Call>(std::move(made.node), std::move(given), tree.span);
  }
  return made;
}

}  // namespace hq::rules
