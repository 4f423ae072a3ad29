// Requirements: the decisions that an answer takes, each once, in an order in which each finds what
// it requires; every element has a place.
//
// Immutable once made; any thread.
//
//   Requirements::Maker maker(program);
//   maker.give(input);                                // its value will be there
//   const uint32_t place = maker.need(decision);
//   const Requirements requirements = maker.done();
//   requirements.run(values, standing, evaluation);   // *standing[place] is the answer
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "rules/compiled/coercion.h"
#include "rules/compiled/node.h"
#include "rules/dmn/compile.h"

namespace hq::rules {

/// What a name of a decision stands for.
struct Source {
  uint32_t slot = 0;
  std::size_t element = 0;
};

/// Elements of a model that is imported with a prefix: members of one context.
struct ImportedNames {
  struct Member {
    std::string name;
    std::size_t element = 0;  // where it is a decision or an input
    Value function = {};      // else
    bool is_value = true;
  };
  uint32_t slot = 0;
  std::vector<Member> members;
};

struct DecisionCode {
  Code code;
  std::vector<Source> sources;
  std::vector<ImportedNames> imports;
};

/// What has the compiled decisions.
class DecisionCodes {
 public:
  virtual ~DecisionCodes() = default;
  virtual const Element& element(std::size_t index) const = 0;
  virtual const DecisionCode& decision(std::size_t index) const = 0;
};

class Requirements {
 public:
  class Maker;

  uint32_t places() const { return places_; }
  /// `values` is room for the values that are made, `standing` where each value is: both of
  /// places(). What is given stands there already; a constant stands in the program.
  void run(std::span<Value> values, std::span<const Value*> standing, Evaluation& evaluation) const;

 private:
  enum class Work : uint8_t { decide, no_logic, requires_itself, too_deep };
  struct Link {
    uint32_t slot = 0;
    uint32_t place = 0;
  };
  struct Step {
    Work work = Work::decide;
    uint32_t place = 0;
    std::string_view where;
    const DecisionCode* code = nullptr;
    std::vector<Link> links;
    std::vector<std::vector<uint32_t>> import_places;  // of each member, where it is a value
  };
  static const Value& value_of(const Step& step, std::span<const Value*> standing,
                               Evaluation& evaluation, Value& room);
  static const Value& decide(const Step& step, std::span<const Value*> standing,
                             Evaluation& evaluation, Value& room);

  uint32_t places_ = 0;
  std::vector<Step> steps_;
};

class Requirements::Maker {
 public:
  explicit Maker(const DecisionCodes& codes) : codes_(codes) {}

  /// The place where the caller puts the value, in place of what it would be.
  uint32_t give(std::size_t element);
  uint32_t need(std::size_t element);
  Requirements done() { return std::move(made_); }

 private:
  uint32_t place_of(std::size_t element);
  void plan(std::size_t element, uint32_t place);

  const DecisionCodes& codes_;
  Requirements made_;
  std::map<std::size_t, uint32_t> places_;
  std::set<std::size_t> known_;    // given, or planned
  std::set<std::size_t> running_;  // on the way to what is planned now
};

}  // namespace hq::rules
