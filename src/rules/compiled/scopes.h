// Scopes: which name stands for what while an expression is compiled, so that nothing is looked up
// when it runs, but for names that may be members of the item of a filter.
//
// Lives while one expression is compiled; one thread.
//
//   const uint32_t slot = scopes.bind("x");
//   scopes.find("x");    // {.where = slot, .index = slot}
//   scopes.drop();
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rules/compiled/node.h"

namespace hq::rules {

/// Where the value of a name is.
struct NamePlace {
  enum class Where : uint8_t { nowhere, slot, captured, self, constant };

  std::vector<uint32_t> items = {};  // slots of items of filters, whose members come first
  Where where = Where::nowhere;
  uint32_t index = 0;
  Value constant = {};
  TypePtr type = {};  // what it is, or null; nullptr where that is not known

  bool is_fixed() const { return items.empty(); }
  bool is_unknown() const { return items.empty() && where == Where::nowhere; }

  /// nullptr where there is nothing of the name now. `room` is for the function itself.
  const Value* find(std::string_view name, Frame& frame, Value& room) const;
};

/// What a function has to keep of where it is written.
struct Capture {
  std::string name;
  NamePlace from;

  /// The value; a mark where there is nothing of the name.
  Value take(Frame& frame) const;
};

class Scopes {
 public:
  Scopes() { bodies_.emplace_back(); }

  /// Hides what had the name before, until drop(). Gives its slot. `type`: what it always is, where
  /// it is not null; nullptr where that is not known.
  uint32_t bind(std::string name, TypePtr type = nullptr);
  void bind_constant(std::string name, Value value);
  /// `item`, and the members of it where it is a context. Those of a filter as a box come after
  /// the name `item` itself, and a name that is none of them is unknown there as anywhere.
  uint32_t bind_item(bool is_boxed);
  void drop(std::size_t count = 1);

  NamePlace find(std::string_view name) { return find_in(bodies_.size() - 1, name); }
  /// Items in whose members an unknown name may be meant: then it is null, and no error.
  std::vector<uint32_t> items() const;

  /// A function begins, which may call itself by the name `self`.
  void enter(std::string self);
  /// What it has to keep.
  std::vector<Capture> leave();

  /// Slots of the body so far.
  uint32_t slots() const { return bodies_.back().slots; }

 private:
  enum class Role : uint8_t { variable, constant, item, boxed_item };
  struct Layer {
    Role role = Role::variable;
    std::string name;
    uint32_t slot = 0;
    Value constant = {};
    TypePtr type = {};
  };
  struct Body {
    std::string self;
    std::vector<Layer> layers;
    std::vector<Capture> captures;
    uint32_t slots_used = 0;
    uint32_t slots = 0;
  };

  uint32_t push(Role role, std::string name);
  NamePlace find_in(std::size_t body, std::string_view name);

  std::vector<Body> bodies_;
};

}  // namespace hq::rules
