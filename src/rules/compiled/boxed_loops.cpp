// Boxed iterations: for, some, every and filter.
#include <utility>

#include "rules/compiled/boxed_compiler.h"
#include "rules/dmn/items.h"
#include "rules/feel/operations.h"
#include "rules/feel/sequence.h"

namespace hq::rules {
namespace {

/// What all have: a list, and a part that is worked out for each item of it.
class BoxedLoop : public Node {
 public:
  BoxedLoop(NodePtr list, uint32_t slot, Block body)
      : body_(std::move(body)), slot_(slot), list_(std::move(list)) {}

  const Value& run(Frame& frame, Value& room) const override {
    auto items = Items::of(taken(list_->run(frame, room), room));
    room =
        items ? answer(*items, frame)
              : frame.evaluation.null({}, "what is iterated over is no list", "被遍历的值不是列表");
    return room;
  }

 protected:
  virtual Value answer(Items& items, Frame& frame) const = 0;

  const Value& body_of(const Value& item, Frame& frame, Value& room) const {
    frame.slots[slot_] = &item;
    return body_.run(frame, room);
  }

 private:
  Block body_;
  uint32_t slot_;  // of the item
  NodePtr list_;
};

class BoxedFor final : public BoxedLoop {
 public:
  /// `partial`: the slot of the results so far, where the body reads them.
  BoxedFor(NodePtr list, uint32_t slot, Block body, std::optional<uint32_t> partial)
      : BoxedLoop(std::move(list), slot, std::move(body)), partial_(partial) {}

 private:
  Value answer(Items& items, Frame& frame) const override {
    Results results;
    while (const std::optional<Value> item = items.next(frame.evaluation)) {
      Value room;
      Value value;
      if (partial_) {
        const Value partial = results.partial();
        frame.slots[*partial_] = &partial;
        value = taken(body_of(*item, frame, room), room);
      } else {
        value = taken(body_of(*item, frame, room), room);
      }
      value = checked_nesting(std::move(value), {}, frame.evaluation);
      if (!results.add(std::move(value), frame.evaluation)) break;
    }
    return results.partial();
  }

  std::optional<uint32_t> partial_;
};

class BoxedQuantified final : public BoxedLoop {
 public:
  BoxedQuantified(NodePtr list, uint32_t slot, Block body, bool is_some)
      : BoxedLoop(std::move(list), slot, std::move(body)), is_some_(is_some) {}

 private:
  Value answer(Items& items, Frame& frame) const override {
    bool is_decided = false;
    while (const std::optional<Value> item = items.next(frame.evaluation)) {
      Value room;
      const bool* holds = body_of(*item, frame, room).as<bool>();
      if (holds == nullptr) {
        return frame.evaluation.null({}, "the condition is no boolean", "条件不是布尔值");
      }
      is_decided = is_decided || *holds == is_some_;
    }
    return Value(is_decided == is_some_);
  }

  bool is_some_;
};

class BoxedFilter final : public BoxedLoop {
 public:
  using BoxedLoop::BoxedLoop;

 private:
  Value answer(Items& items, Frame& frame) const override {
    List kept;
    while (const std::optional<Value> item = items.next(frame.evaluation)) {
      Value room;
      const bool* holds = body_of(*item, frame, room).as<bool>();
      if (holds == nullptr) {
        return frame.evaluation.null({}, "the condition of the filter is no boolean",
                                     "过滤条件不是布尔值");
      }
      if (*holds) kept.push_back(*item);
    }
    return Value(std::move(kept));
  }
};

}  // namespace

Made BoxedCompiler::loop(const Logic& logic) {
  Scopes& scopes = compiler_.scopes();
  Made whole = part(logic.parts[0]);
  whole.is_constant = false;
  if (logic.kind == BoxedKind::filter) {
    const uint32_t slot = scopes.bind_item(true);
    whole.node =
        std::make_unique<const BoxedFilter>(std::move(whole.node), slot, block(logic.parts[1]));
    scopes.drop();
    return whole;
  }
  const bool is_for = logic.kind == BoxedKind::for_in;
  std::optional<uint32_t> partial;
  if (is_for && logic.uses_partial) partial = scopes.bind("partial");
  const uint32_t slot = scopes.bind(logic.names[0].name);
  Block body = block(logic.parts[1]);
  scopes.drop(partial ? 2 : 1);
  if (is_for) {
    whole.node =
        std::make_unique<const BoxedFor>(std::move(whole.node), slot, std::move(body), partial);
  } else {
    whole.node = std::make_unique<const BoxedQuantified>(
        std::move(whole.node), slot, std::move(body), logic.kind == BoxedKind::some_in);
  }
  return whole;
}

}  // namespace hq::rules
