#include "rules/explain/watcher.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "rules/explain/conditions.h"
#include "rules/explain/table.h"
#include "rules/explain/wording.h"
#include "rules/feel/parser.h"

namespace hq::rules {
namespace {

Origin origin_of(BoxedKind kind) {
  switch (kind) {
    case BoxedKind::literal:
      return Origin::literal;
    case BoxedKind::decision_table:
      return Origin::table;
    case BoxedKind::context:
      return Origin::context;
    default:
      return Origin::other;
  }
}

struct Branch {
  std::string_view name;
  std::string_view zh;
};
constexpr Branch kBranches[] = {{"if", "如果"}, {"then", "则"}, {"else", "否则"}};

/// What the part of a boxed expression is called there; empty where it has no name.
std::string part_name(const Logic& whole, const Logic& part) {
  for (std::size_t i = 0; i < whole.parts.size(); ++i) {
    if (whole.parts[i].get() != &part) continue;
    if (whole.kind == BoxedKind::context) return whole.names[i].name;
    if (whole.kind == BoxedKind::conditional) return std::string(kBranches[i].name);
  }
  return "";
}

Wording part_label(const std::string& name, const Labels& labels) {
  if (name.empty()) return {"result", "结果"};
  for (const Branch& branch : kBranches) {
    if (branch.name == name) return {name, std::string(branch.zh)};
  }
  return label_of(name, labels);
}

std::vector<std::string> parameter_names(const Element& element, std::size_t count) {
  std::vector<std::string> names(count);
  if (element.kind == ElementKind::knowledge_model && element.logic != nullptr) {
    const auto& parameters = element.logic->names;
    for (std::size_t i = 0; i < std::min(count, parameters.size()); ++i) {
      names[i] = parameters[i].name;
    }
  }
  return names;
}

}  // namespace

Watcher::Watcher(const ExplainOptions& options)
    : options_(options), looking_(EvaluationOptions{}), frames_(1), explained_(1) {}

bool Watcher::takes_a_node() {
  if (nodes_ == options_.nodes_max) is_cut_ = true;
  return !is_cut_ && ++nodes_ > 0;
}

Why Watcher::named(const std::string& name, ElementKind kind) const {
  Why why;
  why.name = name;
  why.label = label_of(name, options_.labels);
  why.kind = kind;
  return why;
}

void Watcher::set(Why& why, const Value& value) const {
  why.value = value;
  why.value_text = wording_of(value, why.name, options_.labels);
}

Why Watcher::leaf(const Element& element, const Value& value) const {
  Why why = named(element.name, element.kind);
  set(why, value);
  const bool is_input = element.kind == ElementKind::input_data;
  why.origin = is_input && value.is_null()            ? Origin::missing
               : explained_.back().contains(&element) ? Origin::repeated
                                                      : Origin::given;
  for (const Reason& report : evaluation_->reports()) {
    if (is_input && report.where == element.where) why.reports.push_back(report);
  }
  return why;
}

void Watcher::begin(const Element& element, std::span<const Value> arguments,
                    const Evaluation& evaluation) {
  if (evaluation_ == nullptr) {
    evaluation_ = &evaluation;
    EvaluationOptions options = evaluation.options();
    options.observer = nullptr;
    looking_ = Evaluation(std::move(options));
  }
  Frame frame;
  frame.element = &element;
  frame.reports = evaluation.reports().size();
  frame.is_left_out = !takes_a_node();
  frame.why = named(element.name, element.kind);
  const auto names = parameter_names(element, arguments.size());
  for (std::size_t i = 0; i < arguments.size() && element.kind != ElementKind::service; ++i) {
    Why& argument = frame.why.needs.emplace_back(named(names[i], ElementKind::input_data));
    argument.origin = arguments[i].is_null() ? Origin::missing : Origin::given;
    set(argument, arguments[i]);
  }
  frames_.push_back(std::move(frame));
  if (element.kind == ElementKind::service) explained_.emplace_back();
}

void Watcher::reads(const Element& other, const Value& value) {
  Frame& frame = frames_.back();
  // Worked out for it just now, it is there already.
  if (std::exchange(frame.ended, nullptr) == &other || frame.is_left_out) return;
  if (takes_a_node()) frame.why.needs.push_back(leaf(other, value));
}

void Watcher::end(const Element& element, const Value& value, const Evaluation& evaluation) {
  Frame frame = std::move(frames_.back());
  frames_.pop_back();
  if (element.kind == ElementKind::service) explained_.pop_back();
  if (element.kind == ElementKind::decision) explained_.back().insert(&element);
  Frame& outer = frames_.back();
  outer.ended = &element;
  if (frame.is_left_out) return;
  set(frame.why, value);
  for (std::size_t i = frame.reports; i < evaluation.reports().size(); ++i) {
    const Reason& report = evaluation.reports()[i];
    if (report.where == element.where) frame.why.reports.push_back(report);
  }
  // A decision is needed by a decision or service; a call is part of the logic that calls.
  auto& place = outer.logic == nullptr ? outer.why.needs : outer.why.parts;
  place.push_back(std::move(frame.why));
}

void Watcher::begin(const Logic& logic, const Scope& /*scope*/) {
  Frame frame;
  frame.logic = &logic;
  const Frame& outer = frames_.back();
  // The logic of an element itself is no node of its own.
  frame.is_left_out = outer.is_left_out || (outer.logic != nullptr && !takes_a_node());
  frame.why = named(outer.logic == nullptr ? outer.why.name : part_name(*outer.logic, logic),
                    outer.why.kind);
  frame.why.is_part = true;
  if (outer.logic != nullptr) frame.why.label = part_label(frame.why.name, options_.labels);
  frame.why.origin = origin_of(logic.kind);
  frames_.push_back(std::move(frame));
}

void Watcher::merge(Why logic, Why& into) const {
  into.origin = logic.origin;
  into.text = std::move(logic.text);
  into.table = std::move(logic.table);
  into.conditions = std::move(logic.conditions);
  std::ranges::move(logic.parts, std::back_inserter(into.parts));
}

void Watcher::end(const Logic& logic, const Scope& scope, const Value& value) {
  if (logic.kind == BoxedKind::literal && !frames_.back().is_left_out) {
    Why& why = frames_.back().why;
    why.text = normalised_name(logic.feel.text);
    why.conditions = Conditions(scope, looking_, options_.labels).of_text(logic.feel);
  }
  Frame frame = std::move(frames_.back());
  frames_.pop_back();
  Frame& outer = frames_.back();
  if (frame.is_left_out) return;
  set(frame.why, value);
  if (outer.logic == nullptr) {
    merge(std::move(frame.why), outer.why);
    return;
  }
  // Entries and branches are worth a line; of items, arguments and turns of loops only what was
  // called or decided in them.
  const bool is_named =
      outer.logic->kind == BoxedKind::context || outer.logic->kind == BoxedKind::conditional;
  if (is_named || frame.why.table || !frame.why.parts.empty()) {
    outer.why.parts.push_back(std::move(frame.why));
  } else {
    --nodes_;
  }
}

void Watcher::decided(const CompiledTable& table, const Scope& scope, std::span<const Value> inputs,
                      std::span<const std::size_t> hits) {
  Frame& frame = frames_.back();
  if (frame.is_left_out) return;
  frame.why.table =
      explained_table(table, frame.why.name, inputs, hits,
                      Conditions(scope, looking_, options_.labels), options_.misses_max);
}

std::optional<Why> Watcher::root() {
  auto& needs = frames_.front().why.needs;
  if (needs.empty()) return std::nullopt;
  return std::move(needs.front());
}

}  // namespace hq::rules
