#include "rules/compiled/requirements.h"

#include <utility>

namespace hq::rules {

uint32_t Requirements::Maker::place_of(std::size_t element) {
  const auto [at, is_new] = places_.try_emplace(element, made_.places_);
  if (is_new) ++made_.places_;
  return at->second;
}

uint32_t Requirements::Maker::give(std::size_t element) {
  known_.insert(element);
  return place_of(element);
}

uint32_t Requirements::Maker::need(std::size_t element) {
  const uint32_t place = place_of(element);
  // An input that is not given is null.
  if (codes_.element(element).kind == ElementKind::decision && !known_.contains(element)) {
    plan(element, place);
    known_.insert(element);
  }
  return place;
}

void Requirements::Maker::plan(std::size_t index, uint32_t place) {
  const Element& element = codes_.element(index);
  Step step;
  step.place = place;
  step.where = element.where;
  if (running_.size() >= EvaluationOptions().depth_max) {
    step.work = Work::too_deep;
  } else if (!running_.insert(index).second) {
    step.work = Work::requires_itself;
  } else {
    if (element.logic == nullptr) {
      step.work = Work::no_logic;
    } else {
      step.code = &codes_.decision(index);
      // In the order in which they are stated: what comes first may be worked out first.
      for (const Element::Need& one : element.needs) {
        const ElementKind kind = codes_.element(one.element).kind;
        if (kind == ElementKind::decision || kind == ElementKind::input_data) need(one.element);
      }
      for (const Source& source : step.code->sources) {
        step.links.push_back({source.slot, place_of(source.element)});
      }
      for (const ImportedNames& import : step.code->imports) {
        std::vector<uint32_t>& places = step.import_places.emplace_back();
        for (const ImportedNames::Member& member : import.members) {
          places.push_back(member.is_value ? place_of(member.element) : 0);
        }
      }
    }
    running_.erase(index);
  }
  made_.steps_.push_back(std::move(step));
}

const Value& Requirements::decide(const Step& step, std::span<const Value*> standing,
                                  Evaluation& evaluation, Value& room) {
  Slots slots(step.code->code.slots);
  for (const Link& link : step.links) slots.data()[link.slot] = standing[link.place];
  Frame frame{evaluation, slots.data()};
  if (step.import_places.empty()) return step.code->code.body.run(frame, room);
  std::vector<Value> imports;
  imports.reserve(step.import_places.size());
  for (std::size_t i = 0; i < step.import_places.size(); ++i) {
    const ImportedNames& import = step.code->imports[i];
    Context context;
    for (std::size_t k = 0; k < import.members.size(); ++k) {
      const ImportedNames::Member& member = import.members[k];
      context.set(member.name,
                  member.is_value ? *standing[step.import_places[i][k]] : member.function);
    }
    slots.data()[import.slot] = &imports.emplace_back(std::move(context));
  }
  return put(step.code->code.body.run(frame, room), room);  // it may be a part of the imports
}

const Value& Requirements::value_of(const Step& step, std::span<const Value*> standing,
                                    Evaluation& evaluation, Value& room) {
  switch (step.work) {
    case Work::no_logic:
      room = evaluation.null({}, "the decision has no logic, and no value was given",
                             "决策没有逻辑，也没有给出其值");
      return room;
    case Work::requires_itself:
      room = evaluation.null({}, "the decision requires itself", "决策循环依赖自身");
      return room;
    case Work::too_deep:
      room = evaluation.null({}, "decisions require each other too deep", "决策依赖层次过深");
      return room;
    case Work::decide:
      break;
  }
  return decide(step, standing, evaluation, room);
}

void Requirements::run(std::span<Value> values, std::span<const Value*> standing,
                       Evaluation& evaluation) const {
  for (const Step& step : steps_) {
    const std::string_view outer = std::exchange(evaluation.where, step.where);
    // Not in place: a decision that requires itself reads there what it is while it is worked out.
    Value room;
    const Value* value = &value_of(step, standing, evaluation, room);
    if (value == &room) value = &(values[step.place] = std::move(room));
    standing[step.place] = value;
    evaluation.where = outer;
  }
}

}  // namespace hq::rules
