// Members and items: paths and filters.
#include <algorithm>
#include <utility>

#include "rules/compiled/feel_compiler.h"
#include "rules/feel/operations.h"

namespace hq::rules {
namespace {

class Path final : public Node {
 public:
  /// `items`: slots of items in whose members an unknown name may be meant.
  Path(NodePtr value, std::string name, std::vector<uint32_t> items, Span span)
      : value_(std::move(value)), name_(std::move(name)), items_(std::move(items)), span_(span) {}

  const Value& run(Frame& frame, Value& room) const override {
    const Value& value = value_->run(frame, room);
    if (const Context* context = value.as<Context>()) {
      if (const Value* member = context->find(name_)) return *member;
    }
    const bool is_quiet = std::ranges::any_of(
        items_, [&](uint32_t slot) { return frame.slots[slot]->as<Context>() != nullptr; });
    if (is_quiet && value.is_null() && value.reason() == nullptr) return value;
    room = member_of(value, name_, is_quiet, span_, frame.evaluation);
    return room;
  }

 private:
  NodePtr value_;
  std::string name_;
  std::vector<uint32_t> items_;
  Span span_;
};

class Filter final : public Node {
 public:
  Filter(NodePtr value, Block condition, uint32_t slot, const Expression& tree)
      : value_(std::move(value)),
        condition_(std::move(condition)),
        slot_(slot),
        is_place_(is_place(*tree.parts[1])),
        is_condition_(is_condition(tree.parts[1]->kind)),
        span_(tree.span),
        condition_span_(tree.parts[1]->span) {}

  const Value& run(Frame& frame, Value& room) const override {
    Value value_room;
    const Value& value = value_->run(frame, value_room);
    if (value.reason() != nullptr) {
      room = taken(value, value_room);
      return room;
    }
    const List* list = value.as<List>();
    std::span<const Value> items;
    if (list != nullptr) {
      items = *list;
    } else if (!value.is_null()) {
      items = {&value, 1};
    }
    if (is_place_) {
      const Value& place = condition_.run(frame, room);
      const Decimal* number = place.as<Decimal>();
      if (number == nullptr) return place;
      room = item_at(items, *number, span_, frame.evaluation);
    } else if (items.empty()) {
      room = of_nothing(frame);
    } else {
      room = checked_nesting(filtered(items, frame), span_, frame.evaluation);
    }
    return room;
  }

 private:
  /// Of nothing there is no item either; so a place gives null, a condition the empty list.
  Value of_nothing(Frame& frame) const {
    static const Value kNoItem{Context()};
    static const Value kNone{List()};
    if (is_condition_) return kNone;
    Value room;
    frame.slots[slot_] = &kNoItem;
    return condition_.run(frame, room).as<Decimal>() != nullptr ? Value() : kNone;
  }

  /// Those items for which the condition holds. A condition that gives a number is a place.
  Value filtered(std::span<const Value> items, Frame& frame) const {
    List kept;
    Value room;
    for (const Value& item : items) {
      frame.slots[slot_] = &item;
      const Value& verdict = condition_.run(frame, room);
      if (const Decimal* place = verdict.as<Decimal>()) {
        return item_at(items, *place, span_, frame.evaluation);
      }
      const bool* truth = verdict.as<bool>();
      if (truth == nullptr && !verdict.is_null()) {
        return frame.evaluation.null(condition_span_,
                                     "a filter is a condition or the place of an item",
                                     "过滤条件必须是布尔值或下标");
      }
      if (truth == nullptr || !*truth) continue;
      if (!frame.evaluation.hold(sizeof(Value))) return frame.evaluation.spent();
      kept.push_back(item);
    }
    return Value(std::move(kept));
  }

  NodePtr value_;
  Block condition_;
  uint32_t slot_;  // of the item
  bool is_place_;
  bool is_condition_;
  Span span_;
  Span condition_span_;
};

}  // namespace

Made FeelCompiler::path(const Expression& tree) {
  Made value = make(*tree.parts[0]);
  std::vector<uint32_t> items = scopes_.items();
  value.is_constant = value.is_constant && items.empty();
  value.node =
      std::make_unique<const Path>(std::move(value.node), tree.text, std::move(items), tree.span);
  return folded(std::move(value));
}

Made FeelCompiler::filter(const Expression& tree) {
  Made value = make(*tree.parts[0]);
  const uint32_t slot = scopes_.bind_item(false);
  Block condition = block(*tree.parts[1]);
  scopes_.drop();
  value.node =
      std::make_unique<const Filter>(std::move(value.node), std::move(condition), slot, tree);
  value.is_constant = false;
  return value;
}

}  // namespace hq::rules
