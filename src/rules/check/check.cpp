#include "rules/check/check.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include "rules/check/inference.h"
#include "rules/check/tables.h"
#include "rules/feel/walker.h"

namespace hq::rules {
namespace {

bool is_value(const Element& element) {
  return element.kind == ElementKind::decision || element.kind == ElementKind::input_data;
}

bool mentions_in(const Feel& feel, std::string_view name) {
  // What cannot be parsed could.
  return feel.fault || (feel.tree != nullptr && mentions(*feel.tree, name));
}

bool mentions_in(const Logic& logic, std::string_view name) {
  const auto has = [name](const Feel& feel) { return mentions_in(feel, name); };
  if (has(logic.feel)) return true;
  if (logic.table != nullptr) {
    const CompiledTable& table = *logic.table;
    for (const auto& input : table.inputs) {
      if (has(input.expression) || has(input.allowed)) return true;
    }
    for (const auto& rule : table.rules) {
      if (std::ranges::any_of(rule.inputs, has) || std::ranges::any_of(rule.outputs, has)) {
        return true;
      }
    }
    for (const auto& output : table.outputs) {
      if (has(output.fallback)) return true;
    }
  }
  return std::ranges::any_of(
      logic.parts, [name](const LogicPtr& part) { return part && mentions_in(*part, name); });
}

/// Checks the elements of all models, each once, after those it needs.
class ProgramCheck {
 public:
  ProgramCheck(const Program& program, const CheckOptions& options)
      : program_(program), options_(options), results_(program.elements().size()) {}

  std::vector<Problem> run() {
    for (const Error& fault : program_.faults()) add_fault(fault);
    for (std::size_t i = 0; i < program_.elements().size(); ++i) result_of(i);
    unneeded();
    std::map<std::string, std::size_t> order;
    for (std::size_t i = 0; i < program_.elements().size(); ++i) {
      order.try_emplace(program_.element(i).where, i + 1);
    }
    std::vector<Problem> problems = report_.take();
    std::ranges::sort(problems, {}, [&](const Problem& problem) {
      const auto found = order.find(problem.element);
      return std::tuple(found == order.end() ? 0 : found->second, problem.severity, problem.rule,
                        problem.column, problem.span.begin, problem.code);
    });
    return problems;
  }

 private:
  Report::Place place(const Element& element) const {
    return {.element = element.where, .file = program_.file(element.model), .line = element.line};
  }

  /// `where` of a fault is "file:line: element: line and column of the text".
  void add_fault(const Error& fault) {
    Report::Place place;
    std::string_view rest = fault.where;
    const std::size_t colon = rest.find(':');
    place.file = rest.substr(0, colon);
    rest = colon == std::string_view::npos ? "" : rest.substr(colon + 1);
    std::from_chars(rest.data(), rest.data() + rest.size(), place.line);
    const std::size_t begin = rest.find(": ");
    rest = begin == std::string_view::npos ? "" : rest.substr(begin + 2);
    for (const Element& element : program_.elements()) {
      if (rest.starts_with(element.where) && element.where.size() > place.element.size()) {
        place.element = element.where;
      }
    }
    rest = rest.substr(place.element.size());
    if (rest.starts_with(": ")) rest = rest.substr(2);
    Error inner = fault;
    inner.where = rest;
    const Report::At at(report_, place);
    report_.add(Severity::error, "fault", {}, inner.text(), inner.text(Language::zh));
  }

  /// What is known of its value; of a knowledge model or service of the function that it is.
  Inferred result_of(std::size_t index) {
    const Element& element = program_.element(index);
    if (const auto& known = results_[index]) return *known;
    if (std::ranges::find(running_, index) != running_.end()) {
      if (element.kind == ElementKind::decision) {
        const Report::At at(report_, place(element));
        report_.add(Severity::error, "cycle", {}, "the decision requires itself",
                    "决策循环依赖自身");
      }
      return element.kind == ElementKind::decision ? Inferred() : inferred(TypeKind::function);
    }
    running_.push_back(index);
    const Report::At at(report_, place(element));
    Inferred result;
    switch (element.kind) {
      case ElementKind::input_data:
        result.type = element.type ? element.type : simple(TypeKind::any);
        result.may_be_null = !options_.always_given.contains(element.name);
        break;
      case ElementKind::decision:
        result = decision(element);
        break;
      case ElementKind::knowledge_model:
        result = knowledge_model(element);
        break;
      case ElementKind::service:
        result = service(element);
        break;
    }
    running_.pop_back();
    results_[index] = result;
    return result;
  }

  Environment names_of(const Element& element) {
    Environment names;
    std::map<std::string, Type> imports;
    for (const Element::Need& need : element.needs) {
      const Element& other = program_.element(need.element);
      Inferred value = result_of(need.element);
      if (need.prefix.empty()) {
        names.set(other.name, std::move(value));
      } else {
        imports[need.prefix].members.push_back({other.name, value.type});
      }
      const std::string& name = need.prefix.empty() ? other.name : need.prefix;
      if (element.logic != nullptr && !mentions_in(*element.logic, name)) {
        report_.add(Severity::hint, "unused_requirement", {},
                    "it requires " + name + " but does not use it",
                    "依赖了 " + name + " 却没有使用");
      }
    }
    for (auto& [prefix, type] : imports) {
      type.kind = TypeKind::context;
      names.set(prefix, {std::make_shared<const Type>(std::move(type))});
    }
    return names;
  }

  Inferred decision(const Element& element) {
    const Environment names = names_of(element);
    if (element.logic == nullptr) {
      report_.add(Severity::warning, "no_logic", {},
                  "the decision has no logic: its value has to be given",
                  "决策没有逻辑，其值必须由外部给出");
      return {element.type ? element.type : simple(TypeKind::any), true};
    }
    Inference inference(program_, element.model, report_);
    const Inferred value = logic(*element.logic, names, inference);
    return inference.as(value, element.type, {});
  }

  Inferred knowledge_model(const Element& element) {
    Environment names = names_of(element);
    if (element.logic == nullptr || element.logic->kind != BoxedKind::function) {
      return inferred(TypeKind::any);
    }
    names.set(element.name, inferred(TypeKind::function));  // it may call itself
    Inference inference(program_, element.model, report_);
    Inferred function = logic(*element.logic, names, inference);
    if (element.type == nullptr || element.type->kind == TypeKind::any) return function;
    Type type = *function.type;
    if (type.result) inference.as({type.result}, element.type, {});
    type.result = element.type;
    return {std::make_shared<const Type>(std::move(type))};
  }

  Inferred service(const Element& element) {
    Type type{.kind = TypeKind::function};
    for (const std::size_t parameter : element.parameters) {
      const Element& other = program_.element(parameter);
      type.members.push_back({other.name, other.type ? other.type : simple(TypeKind::any)});
    }
    type.result = element.type ? element.type : simple(TypeKind::any);
    return {std::make_shared<const Type>(std::move(type))};
  }

  Inferred part(const LogicPtr& part, const Environment& names, Inference& inference) {
    if (part) return logic(*part, names, inference);
    report_.add(Severity::error, "no_expression", {}, "the expression is missing", "缺少表达式");
    return {};
  }

  Inferred logic(const Logic& logic, const Environment& names, Inference& inference) {
    Report::Place here = report_.place();
    here.line = logic.line;
    here.text = logic.feel.text;
    const Report::At at(report_, here);
    const Span span = logic.feel.tree != nullptr ? logic.feel.tree->span : Span();
    return inference.as(plain(logic, names, inference), logic.type, span);
  }

  Inferred plain(const Logic& logic, const Environment& names, Inference& inference) {
    switch (logic.kind) {
      case BoxedKind::literal:
        if (logic.feel.is_empty()) return part(nullptr, names, inference);
        return logic.feel.tree ? inference.of(*logic.feel.tree, names) : Inferred();
      case BoxedKind::decision_table:
        return check_table(*logic.table, names, inference, report_);
      case BoxedKind::context:
        return context(logic, names, inference);
      case BoxedKind::invocation:
        return invocation(logic, names, inference);
      case BoxedKind::list:
        return list(logic, names, inference);
      case BoxedKind::relation:
        return relation(logic, names, inference);
      case BoxedKind::function:
        return function(logic, names, inference);
      case BoxedKind::conditional: {
        inference.condition(part(logic.parts[0], names, inference), {});
        const Inferred then = part(logic.parts[1], names, inference);
        return either(then, part(logic.parts[2], names, inference));
      }
      case BoxedKind::filter: {
        const Inferred list = part(logic.parts[0], names, inference);
        Environment inner(&names);
        Inference::add_item(inference.item_of(list), inner);
        inference.condition(part(logic.parts[1], inner, inference), {});
        return list.kind() == TypeKind::list ? list : inferred(TypeKind::list);
      }
      case BoxedKind::for_in:
      case BoxedKind::some_in:
      case BoxedKind::every_in:
        return loop(logic, names, inference);
    }
    return {};
  }

  Inferred context(const Logic& logic, const Environment& names, Inference& inference) {
    Environment inner(&names);
    Type type{.kind = TypeKind::context};
    for (std::size_t i = 0; i < logic.parts.size(); ++i) {
      const Function::Parameter& entry = logic.names[i];
      Inferred value = part(logic.parts[i], inner, inference);
      if (entry.name.empty()) return value;
      value = inference.as(value, entry.type, {});
      type.members.push_back({entry.name, value.type});
      inner.set(entry.name, std::move(value));
    }
    return {std::make_shared<const Type>(std::move(type))};
  }

  Inferred invocation(const Logic& logic, const Environment& names, Inference& inference) {
    const Logic* callee = logic.parts[0].get();
    const Expression* name = callee != nullptr ? callee->feel.tree.get() : nullptr;
    const Inferred function = part(logic.parts[0], names, inference);
    std::vector<Inferred> arguments;
    std::vector<std::string> argument_names;
    for (std::size_t i = 1; i < logic.parts.size(); ++i) {
      arguments.push_back(part(logic.parts[i], names, inference));
      argument_names.push_back(logic.names[i - 1].name);
    }
    if (name != nullptr && name->kind == Kind::name && names.find(name->text) == nullptr) {
      return {};  // built in: as any function it takes its arguments by name
    }
    return inference.call(function, arguments, argument_names, {});
  }

  Inferred list(const Logic& logic, const Environment& names, Inference& inference) {
    std::optional<Inferred> element;
    for (const LogicPtr& one : logic.parts) {
      const Inferred item = part(one, names, inference);
      element = element ? either(*element, item) : item;
    }
    return {list_of(element ? element->type : simple(TypeKind::any))};
  }

  Inferred relation(const Logic& logic, const Environment& names, Inference& inference) {
    Type row{.kind = TypeKind::context};
    for (const Function::Parameter& column : logic.names) {
      row.members.push_back({column.name, column.type});
    }
    for (const LogicPtr& one : logic.parts) {
      for (std::size_t i = 0; one && i < one->parts.size() && i < logic.names.size(); ++i) {
        inference.as(part(one->parts[i], names, inference), logic.names[i].type, {});
      }
    }
    return {list_of(std::make_shared<const Type>(std::move(row)))};
  }

  Inferred function(const Logic& logic, const Environment& names, Inference& inference) {
    Environment inner(&names);
    Type type{.kind = TypeKind::function};
    for (const Function::Parameter& parameter : logic.names) {
      inner.set(parameter.name, {parameter.type});
      type.members.push_back({parameter.name, parameter.type});
    }
    const bool is_feel = logic.function_kind == FunctionKind::feel;
    const Inferred body = part(logic.parts[0], inner, inference);
    type.result = is_feel ? body.type : simple(TypeKind::any);
    return {std::make_shared<const Type>(std::move(type))};
  }

  Inferred loop(const Logic& logic, const Environment& names, Inference& inference) {
    const Inferred list = part(logic.parts[0], names, inference);
    Environment inner(&names);
    inner.set(logic.names[0].name, inference.item_of(list));
    const bool is_for = logic.kind == BoxedKind::for_in;
    if (is_for) inner.set("partial", inferred(TypeKind::list));
    const Inferred body = part(logic.parts[1], inner, inference);
    if (is_for) return {list_of(body.type)};
    inference.condition(body, {});
    return inferred(TypeKind::boolean);
  }

  /// Input data that nothing reads, and decisions that nothing needs.
  void unneeded() {
    std::vector<bool> is_needed(program_.elements().size(), false);
    for (const Element& element : program_.elements()) {
      for (const Element::Need& need : element.needs) is_needed[need.element] = true;
      for (const std::size_t other : element.outputs) is_needed[other] = true;
      for (const std::size_t other : element.parameters) is_needed[other] = true;
    }
    std::vector<std::size_t> decisions;
    for (std::size_t i = 0; i < is_needed.size(); ++i) {
      const Element& element = program_.element(i);
      if (is_needed[i] || !is_value(element)) continue;
      if (element.kind == ElementKind::decision) {
        decisions.push_back(i);
        continue;
      }
      const Report::At at(report_, place(element));
      report_.add(Severity::hint, "unused_input", {}, "no decision reads it", "没有决策使用它");
    }
    for (const std::size_t i : decisions) {
      if (decisions.size() == 1) break;  // it is what the model is for
      const Report::At at(report_, place(program_.element(i)));
      report_.add(Severity::hint, "unneeded", {}, "no other decision needs it: is it an answer?",
                  "没有其他决策需要它：它是最终答案吗？");
    }
  }

  const Program& program_;
  const CheckOptions& options_;
  Report report_;
  std::vector<std::optional<Inferred>> results_;
  std::vector<std::size_t> running_;
};

}  // namespace

std::vector<Problem> check(const Program& program, const CheckOptions& options) {
  return ProgramCheck(program, options).run();
}

}  // namespace hq::rules
