// Boxed contexts, lists, relations, invocations, conditions and functions.
#include <algorithm>
#include <utility>

#include "rules/compiled/boxed_compiler.h"
#include "rules/dmn/logic.h"

namespace hq::rules {
namespace {

class BoxedContext final : public Node {
 public:
  struct Entry {
    std::string name;
    uint32_t slot = 0;
    std::size_t member = 0;  // its place in the context
    NodePtr value;
  };
  /// `result`: what is given instead of the context; nullptr where that is the context.
  BoxedContext(std::vector<Entry> entries, NodePtr result)
      : entries_(std::move(entries)), result_(std::move(result)) {}

  const Value& run(Frame& frame, Value& room) const override {
    std::vector<Context::Member> members;
    members.reserve(entries_.size());
    for (const Entry& entry : entries_) {
      Value value_room;
      Value value = taken(entry.value->run(frame, value_room), value_room);
      if (entry.member == members.size()) members.emplace_back(entry.name, Value());
      members[entry.member].value = std::move(value);
      frame.slots[entry.slot] = &members[entry.member].value;
    }
    // The result may be one of the entries, which end here.
    if (result_) return put(result_->run(frame, room), room);
    room = Value(Context(std::move(members)));
    return room;
  }

 private:
  std::vector<Entry> entries_;
  NodePtr result_;
};

class BoxedList final : public Node {
 public:
  explicit BoxedList(std::vector<NodePtr> parts) : parts_(std::move(parts)) {}

  const Value& run(Frame& frame, Value& room) const override {
    List items(parts_.size());
    for (std::size_t i = 0; i < items.size(); ++i) put(parts_[i]->run(frame, items[i]), items[i]);
    room = Value(std::move(items));
    return room;
  }

 private:
  std::vector<NodePtr> parts_;
};

class Relation final : public Node {
 public:
  struct Cell {
    std::string column;
    NodePtr value;
  };
  explicit Relation(std::vector<std::vector<Cell>> rows) : rows_(std::move(rows)) {}

  const Value& run(Frame& frame, Value& room) const override {
    List rows;
    for (const std::vector<Cell>& row : rows_) {
      Context context;
      for (const Cell& cell : row) {
        Value cell_room;
        context.set(cell.column, taken(cell.value->run(frame, cell_room), cell_room));
      }
      rows.emplace_back(std::move(context));
    }
    room = Value(std::move(rows));
    return room;
  }

 private:
  std::vector<std::vector<Cell>> rows_;
};

class Invocation final : public Node {
 public:
  Invocation(NodePtr callee, std::vector<NodePtr> parts, std::vector<std::string> names)
      : callee_(std::move(callee)), parts_(std::move(parts)), names_(std::move(names)) {}

  const Value& run(Frame& frame, Value& room) const override {
    Value callee_room;
    const Value& callee = callee_->run(frame, callee_room);
    std::vector<Value> values(parts_.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      put(parts_[i]->run(frame, values[i]), values[i]);
    }
    room = call(callee, values, names_, frame.evaluation);
    return room;
  }

 private:
  NodePtr callee_;
  std::vector<NodePtr> parts_;
  std::vector<std::string> names_;
};

class BoxedConditional final : public Node {
 public:
  BoxedConditional(NodePtr condition, Block then, Block otherwise)
      : condition_(std::move(condition)),
        then_(std::move(then)),
        otherwise_(std::move(otherwise)) {}

  const Value& run(Frame& frame, Value& room) const override {
    const Value& condition = condition_->run(frame, room);
    const bool* holds = condition.as<bool>();
    if (holds == nullptr && !condition.is_null()) {
      room = frame.evaluation.null({}, "the condition is no boolean", "条件不是布尔值");
      return room;
    }
    return (holds != nullptr && *holds ? then_ : otherwise_).run(frame, room);
  }

 private:
  NodePtr condition_;
  Block then_;
  Block otherwise_;
};

/// A function that is none of FEEL.
class BoxedExternal final : public Node {
 public:
  BoxedExternal(const Logic& logic, NodePtr body) : logic_(logic), body_(std::move(body)) {}

  const Value& run(Frame& frame, Value& room) const override {
    room = external_function(logic_, body_->run(frame, room), frame.evaluation);
    return room;
  }

 private:
  const Logic& logic_;
  NodePtr body_;
};

}  // namespace

Made BoxedCompiler::context(const Logic& logic) {
  std::vector<BoxedContext::Entry> entries;
  NodePtr result;
  Made whole;
  std::size_t members = 0;
  for (std::size_t i = 0; i < logic.parts.size() && result == nullptr; ++i) {
    const Function::Parameter& name = logic.names[i];
    Made made = part(logic.parts[i]);
    whole.steps += made.steps + 1;
    if (name.name.empty()) {
      result = std::move(made.node);
      continue;
    }
    made = coerced(std::move(made), name.type);
    const auto same = std::ranges::find(entries, name.name, &BoxedContext::Entry::name);
    const std::size_t member = same == entries.end() ? members++ : same->member;
    entries.push_back(
        {name.name, compiler_.scopes().bind(name.name), member, std::move(made.node)});
  }
  compiler_.scopes().drop(entries.size());
  whole.node = std::make_unique<const BoxedContext>(std::move(entries), std::move(result));
  return whole;
}

Made BoxedCompiler::list(const Logic& logic) {
  std::vector<NodePtr> parts;
  Made whole{nullptr, 0, true};
  for (const LogicPtr& one : logic.parts) {
    Made made = part(one);
    whole.steps += made.steps + 1;
    whole.is_constant = whole.is_constant && made.is_constant;
    parts.push_back(std::move(made.node));
  }
  whole.node = std::make_unique<const BoxedList>(std::move(parts));
  return compiler_.folded(std::move(whole));
}

Made BoxedCompiler::relation(const Logic& logic) {
  std::vector<std::vector<Relation::Cell>> rows;
  Made whole{nullptr, 0, true};
  for (const LogicPtr& row : logic.parts) {
    std::vector<Relation::Cell>& cells = rows.emplace_back();
    for (std::size_t i = 0; row && i < row->parts.size() && i < logic.names.size(); ++i) {
      Made made = coerced(part(row->parts[i]), logic.names[i].type);
      whole.steps += made.steps + 1;
      whole.is_constant = whole.is_constant && made.is_constant;
      cells.push_back({logic.names[i].name, std::move(made.node)});
    }
  }
  whole.node = std::make_unique<const Relation>(std::move(rows));
  return compiler_.folded(std::move(whole));
}

Made BoxedCompiler::invocation(const Logic& logic) {
  Made whole = part(logic.parts[0]);
  std::vector<NodePtr> parts;
  std::vector<std::string> names;
  for (std::size_t i = 1; i < logic.parts.size(); ++i) {
    Made made = part(logic.parts[i]);
    whole.steps += made.steps + 1;
    parts.push_back(std::move(made.node));
    names.push_back(logic.names[i - 1].name);
  }
  whole.is_constant = false;
  whole.node =
      std::make_unique<const Invocation>(std::move(whole.node), std::move(parts), std::move(names));
  return whole;
}

Made BoxedCompiler::conditional(const Logic& logic) {
  Made whole = part(logic.parts[0]);
  Block then = block(logic.parts[1]);
  Block otherwise = block(logic.parts[2]);
  whole.is_constant = false;
  whole.node = std::make_unique<const BoxedConditional>(std::move(whole.node), std::move(then),
                                                        std::move(otherwise));
  return whole;
}

Made BoxedCompiler::function(const Logic& logic) {
  if (logic.function_kind != FunctionKind::feel) {
    Made body = part(logic.parts[0]);
    body.is_constant = false;
    body.node = std::make_unique<const BoxedExternal>(logic, std::move(body.node));
    return body;
  }
  Scopes& scopes = compiler_.scopes();
  FunctionCode function;
  function.parameters = logic.names;
  function.result = simple(TypeKind::any);
  scopes.enter("");
  for (const Function::Parameter& parameter : function.parameters) scopes.bind(parameter.name);
  Block body = block(logic.parts[0]);
  function.code = {std::move(body), scopes.slots()};
  return function_node(std::move(function), scopes.leave(), {});
}

}  // namespace hq::rules
