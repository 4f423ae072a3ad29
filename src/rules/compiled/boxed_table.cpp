// Decision tables over their index. Rules with a cell that no index can hold are tried as the
// walker tries them, cell by cell, since such a cell may have something to report.
#include <algorithm>
#include <utility>

#include "rules/compiled/boxed_compiler.h"
#include "rules/dmn/hit_policy.h"
#include "rules/table/table_index.h"

namespace hq::rules {
namespace {

/// What a table works with.
struct TableWork {
  std::vector<const Value*> inputs;
  TableIndex::Query query;
};

/// Work kept by the thread for the next table; a table that is asked while another works has one
/// of its own.
class Lease {
 public:
  Lease() : free_(free()) {
    if (!free_.empty()) {
      work_ = std::move(free_.back());
      free_.pop_back();
    } else {
      work_ = std::make_unique<TableWork>();
    }
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease() { free_.push_back(std::move(work_)); }

  TableWork& operator*() { return *work_; }

 private:
  using Works = std::vector<std::unique_ptr<TableWork>>;
  static Works& free() {
    thread_local Works works;
    return works;
  }

  Works& free_;
  std::unique_ptr<TableWork> work_;
};

struct InputCode {
  NodePtr value;                 // coerced
  std::optional<Tests> allowed;  // none: all values
  std::optional<uint32_t> slot;  // of a name: the value stands there
};

struct CellCode {
  std::optional<Tests> tests;  // none: it holds for all, or its text has a fault
  NodePtr fault;               // reports it

  bool holds(const Value& value, Frame& frame) const {
    if (tests) return tests->holds(value, frame);
    Value room;
    if (fault) fault->run(frame, room);
    return !fault;
  }
};

/// With a cell that no index holds.
struct OpaqueRule {
  std::size_t rule = 0;
  std::vector<CellCode> cells;
};

struct RowCode {
  std::vector<Block> outputs;  // coerced
  std::optional<Value> whole;  // of all of them, where they are constants
};

struct OutputCode {
  NodePtr fallback;          // coerced; nullptr where there is none
  std::vector<Tests> order;  // of values, the highest priority first
};

/// A table as it is compiled.
struct TableCode {
  TableCode(const CompiledTable& from, const IsVariable& is_variable)
      : table(from), index(from, is_variable) {}

  const CompiledTable& table;
  TableIndex index;
  std::vector<InputCode> inputs;
  std::size_t rooms = 0;           // inputs that are no names
  std::vector<OpaqueRule> opaque;  // in order
  std::vector<RowCode> rows;
  std::vector<OutputCode> outputs;
};

/// One decision, where it takes more than a look at a constant.
class OutputsInFrame final : public TableOutputs {
 public:
  OutputsInFrame(const TableCode& code, Frame& frame) : code_(code), frame_(frame) {}

  Value output(std::size_t rule, std::size_t column) override {
    Value room;
    return taken(code_.rows[rule].outputs[column].run(frame_, room), room);
  }
  Value fallback(std::size_t column) override {
    if (code_.outputs[column].fallback == nullptr) return Value();
    Value room;
    return taken(code_.outputs[column].fallback->run(frame_, room), room);
  }
  bool is_at(std::size_t place, std::size_t column, const Value& value) override {
    return code_.outputs[column].order[place].holds(value, frame_);
  }

 private:
  const TableCode& code_;
  Frame& frame_;
};

class TableNode final : public Node {
 public:
  explicit TableNode(TableCode code) : code_(std::move(code)) {}

  const Value& run(Frame& frame, Value& room) const override {
    Lease lease;
    TableWork& work = *lease;
    work.inputs.resize(code_.inputs.size());
    std::vector<Value> rooms(code_.rooms);
    auto free = rooms.begin();
    for (std::size_t i = 0; i < work.inputs.size(); ++i) {
      const InputCode& input = code_.inputs[i];
      const Value& value =
          input.slot ? *frame.slots[*input.slot] : input.value->run(frame, *free++);
      work.inputs[i] = &value;
      if (input.allowed && !value.is_null() && !input.allowed->holds(value, frame)) {
        room = input_not_allowed(i, value, frame.evaluation);
        return room;
      }
    }
    if (!frame.evaluation.spend(code_.index.words() + 1)) {
      room = frame.evaluation.spent();
      return room;
    }
    const HitPolicy policy = code_.table.hit_policy;
    // Up to two hits settle these.
    const bool is_single = policy == HitPolicy::first || policy == HitPolicy::unique;
    std::size_t hit = 0;
    std::size_t count = 0;
    std::vector<std::size_t> hits;
    each_hit(work, frame, [&](std::size_t rule) {
      if (!is_single || count == 1) hits.push_back(rule);
      if (count++ == 0) hit = rule;
      return policy != HitPolicy::first;
    });
    if (is_single && count > 0) {
      const std::optional<Value>& whole = code_.rows[hit].whole;
      if (count == 1 && whole) return *whole;
      hits.insert(hits.begin(), hit);
    }
    OutputsInFrame outputs(code_, frame);
    room = apply_hit_policy(code_.table, hits, outputs, frame.evaluation);
    return room;
  }

 private:
  /// Calls `visit` with each rule that hits, in order, until it says that it is enough.
  template <class Visit>
  void each_hit(TableWork& work, Frame& frame, const Visit& visit) const {
    const auto& [inputs, query] = work;
    code_.index.locate(inputs, work.query);
    auto opaque = code_.opaque.begin();
    for (std::optional<std::size_t> found = code_.index.first(query);;
         found = code_.index.first(query, *found + 1)) {
      const std::size_t end = found ? *found + 1 : code_.rows.size();
      bool is_opaque = false;
      for (; opaque != code_.opaque.end() && opaque->rule < end; ++opaque) {
        is_opaque = found && opaque->rule == *found;
        if (holds(*opaque, inputs, frame) && !visit(opaque->rule)) return;
      }
      if (!found || (!is_opaque && !visit(*found))) return;
    }
  }

  static bool holds(const OpaqueRule& rule, std::span<const Value* const> inputs, Frame& frame) {
    if (!frame.evaluation.spend(1)) return false;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (!rule.cells[i].holds(*inputs[i], frame)) return false;
    }
    return true;
  }

  TableCode code_;
};

CellCode cell(const Feel& feel, BoxedCompiler& boxed, FeelCompiler& compiler) {
  CellCode made;
  if (feel.fault) {
    made.fault = boxed.feel(feel).node;
  } else if (feel.tree && feel.tree->kind != Kind::any_test) {
    made.tests = compiler.tests(*feel.tree);
  }
  return made;
}

RowCode row(const CompiledTable& table, std::size_t rule, BoxedCompiler& boxed) {
  RowCode made;
  Context whole;
  bool is_constant = true;
  for (std::size_t i = 0; i < table.outputs.size(); ++i) {
    Made output = boxed.feel_as(table.rules[rule].outputs[i], table.outputs[i].type);
    is_constant = is_constant && output.is_constant;
    if (is_constant) whole.set(table.outputs[i].name, constant_value(*output.node));
    made.outputs.push_back({std::move(output.node), output.steps + 1});
  }
  if (!is_constant) return made;
  made.whole = table.outputs.size() == 1 ? whole.members()[0].value : Value(std::move(whole));
  return made;
}

}  // namespace

Made BoxedCompiler::table(const CompiledTable& table) {
  TableCode code(
      table, [&](std::string_view name) { return !compiler_.scopes().find(name).is_unknown(); });
  Made whole;
  for (const CompiledTable::Input& input : table.inputs) {
    Made value = feel_as(input.expression, input.type);
    whole.steps += value.steps + 1;
    InputCode& made = code.inputs.emplace_back();
    made.slot = value.node->slot();
    made.value = std::move(value.node);
    code.rooms += made.slot ? 0 : 1;
    if (input.allowed.tree && input.allowed.tree->kind != Kind::any_test) {
      made.allowed = compiler_.tests(*input.allowed.tree);
    }
  }
  for (std::size_t i = 0; i < table.rules.size(); ++i) {
    code.rows.push_back(row(table, i, *this));
    if (code.index.opaque_columns(i).empty()) continue;
    OpaqueRule& rule = code.opaque.emplace_back();
    rule.rule = i;
    for (const Feel& feel : table.rules[i].inputs) {
      rule.cells.push_back(cell(feel, *this, compiler_));
    }
  }
  for (const CompiledTable::Output& output : table.outputs) {
    OutputCode& made = code.outputs.emplace_back();
    if (!output.fallback.is_empty()) {
      made.fallback = feel_as(output.fallback, output.type).node;
    }
    if (output.order == nullptr) continue;
    for (const ExpressionPtr& test : output.order->parts) {
      made.order.push_back(compiler_.tests(*test));
    }
  }
  whole.node = std::make_unique<const TableNode>(std::move(code));
  return whole;
}

}  // namespace hq::rules
