#include "rules/compiled/scopes.h"

#include <algorithm>
#include <ranges>
#include <utility>

#include "base/assert.h"
#include "rules/compiled/function.h"

namespace hq::rules {
namespace {

/// Kept by a function in place of a name that stood for nothing where it was written.
const std::shared_ptr<const Reason>& missing() {
  static const auto reason = std::make_shared<const Reason>();
  return reason;
}

}  // namespace

const Value* NamePlace::find(std::string_view name, Frame& frame, Value& room) const {
  for (const uint32_t slot : items) {
    const Context* context = frame.slots[slot]->as<Context>();
    if (context == nullptr) continue;
    if (const Value* member = context->find(name)) return member;
  }
  switch (where) {
    case Where::slot:
      return frame.slots[index];
    case Where::captured: {
      const Value& value = frame.captured[index];
      return value.reason() == missing().get() ? nullptr : &value;
    }
    case Where::self:
      room = frame.self->value();
      return &room;
    case Where::constant:
      return &constant;
    case Where::nowhere:
      break;
  }
  return nullptr;
}

Value Capture::take(Frame& frame) const {
  Value room;
  const Value* found = from.find(name, frame, room);
  return found == nullptr ? Value(Null{missing()}) : taken(*found, room);
}

uint32_t Scopes::push(Role role, std::string name) {
  Body& body = bodies_.back();
  const uint32_t slot = body.slots_used++;
  body.slots = std::max(body.slots, body.slots_used);
  body.layers.push_back({role, std::move(name), slot});
  return slot;
}

uint32_t Scopes::bind(std::string name, TypePtr type) {
  const uint32_t slot = push(Role::variable, std::move(name));
  bodies_.back().layers.back().type = std::move(type);
  return slot;
}

void Scopes::bind_constant(std::string name, Value value) {
  push(Role::constant, std::move(name));
  bodies_.back().layers.back().constant = std::move(value);
}

uint32_t Scopes::bind_item(bool is_boxed) {
  return push(is_boxed ? Role::boxed_item : Role::item, "item");
}

void Scopes::drop(std::size_t count) {
  Body& body = bodies_.back();
  HQ_ASSERT(count <= body.layers.size());
  body.layers.resize(body.layers.size() - count);
  body.slots_used -= static_cast<uint32_t>(count);
}

NamePlace Scopes::find_in(std::size_t index, std::string_view name) {
  NamePlace place;
  for (const Layer& layer : std::views::reverse(bodies_[index].layers)) {
    if (layer.role == Role::item) place.items.push_back(layer.slot);
    if (layer.name == name) {
      const bool is_constant = layer.role == Role::constant;
      place.where = is_constant ? NamePlace::Where::constant : NamePlace::Where::slot;
      place.index = layer.slot;
      place.constant = layer.constant;
      if (place.is_fixed()) place.type = layer.type;
      return place;
    }
    if (layer.role == Role::boxed_item) place.items.push_back(layer.slot);
  }
  if (bodies_[index].self == name) {
    place.where = NamePlace::Where::self;
    return place;
  }
  if (index == 0) return place;
  std::vector<Capture>& captures = bodies_[index].captures;
  auto known = std::ranges::find(captures, name, &Capture::name);
  if (known == captures.end()) {
    NamePlace from = find_in(index - 1, name);
    if (from.is_unknown()) return place;
    if (from.is_fixed() && from.where == NamePlace::Where::constant) {
      place.where = from.where;
      place.constant = std::move(from.constant);
      return place;
    }
    known = captures.insert(captures.end(), {std::string(name), std::move(from)});
  }
  place.where = NamePlace::Where::captured;
  place.index = static_cast<uint32_t>(known - captures.begin());
  return place;
}

std::vector<uint32_t> Scopes::items() const {
  std::vector<uint32_t> slots;
  for (const Layer& layer : bodies_.back().layers) {
    if (layer.role == Role::item) slots.push_back(layer.slot);
  }
  return slots;
}

void Scopes::enter(std::string self) {
  bodies_.emplace_back().self = std::move(self);
}

std::vector<Capture> Scopes::leave() {
  std::vector<Capture> captures = std::move(bodies_.back().captures);
  bodies_.pop_back();
  return captures;
}

}  // namespace hq::rules
