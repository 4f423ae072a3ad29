// Node: a compiled expression. Names are places in a frame, constants are worked out, and what is
// known before anything runs is known to the node.
//
// Immutable; any number of threads run it, each with a frame of its own. A value is not copied
// where it can be pointed to: run() gives the value in `room`, or where it stands already.
//
//   Value room;
//   const Value& value = node.run(frame, room);   // until room is written, or the frame ends
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "rules/feel/evaluator.h"

namespace hq::rules {

class CompiledFunction;

/// What the names of one function body, or of one whole expression, stand for while it runs.
struct Frame {
  Evaluation& evaluation;
  const Value** slots;              // of variables; whoever binds one keeps the value meanwhile
  const Value* captured = nullptr;  // what a function saw where it was written
  const CompiledFunction* self = nullptr;  // the function that runs
};

class Node {
 public:
  Node() = default;
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  virtual ~Node() = default;

  virtual const Value& run(Frame& frame, Value& room) const = 0;
  /// Of a name: its slot, where the value stands. Others run to tell.
  virtual std::optional<uint32_t> slot() const { return std::nullopt; }
};
using NodePtr = std::unique_ptr<const Node>;

/// The value of its own, made of what run() gave. What is in `room` is moved out.
inline Value taken(const Value& given, Value& room) {
  if (&given == &room) return std::move(room);
  return given;
}

/// Writes what run() gave into `room`, which may be what keeps it.
inline const Value& put(const Value& given, Value& room) {
  if (&given != &room) room = Value(given);
  return room;
}

/// A part that runs another number of times than what stands around it. The steps of all that then
/// runs for certain are counted at once.
struct Block {
  NodePtr node;
  uint64_t steps = 0;

  const Value& run(Frame& frame, Value& room) const {
    if (frame.evaluation.spend(steps)) return node->run(frame, room);
    room = frame.evaluation.spent();
    return room;
  }
};

/// A function body or whole expression.
struct Code {
  Block body;
  uint32_t slots = 0;
};

/// The slots of a frame. Each is written before it is read, so none is set here.
class Slots {
 public:
  explicit Slots(uint32_t size) {
    if (size > few_.size()) many_ = std::make_unique<const Value*[]>(size);
  }
  const Value** data() { return many_ ? many_.get() : few_.data(); }

 private:
  std::array<const Value*, 24> few_;
  std::unique_ptr<const Value*[]> many_;
};

}  // namespace hq::rules
