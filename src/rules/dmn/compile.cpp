#include "rules/dmn/compile.h"

#include <algorithm>
#include <map>
#include <utility>

#include "rules/dmn/logic_compiler.h"
#include "rules/feel/parser.h"

namespace hq::rules {

/// Compiles all models together.
class Compiler {
 public:
  explicit Compiler(const std::vector<Model>& models) : models_(models) {}

  Result<std::shared_ptr<const Program>> compile();

 private:
  Result<> add(std::size_t model, ElementKind kind, const Place& place, const std::string& name,
               std::string_view word);
  Result<> add_elements(std::size_t model);
  void link(std::size_t model);
  void link_decision(const Decision& decision, Element& element, LogicCompiler& logic);
  void link_knowledge(const BusinessKnowledgeModel& model, Element& element, LogicCompiler& logic);
  void link_service(const DecisionService& service, Element& element, LogicCompiler& logic);
  std::optional<Element::Need> need(std::size_t model, const Href& href, const Place& place);
  void add_needs(const std::vector<Href>& hrefs, Element& element, const Place& place);
  std::vector<std::size_t> targets(const std::vector<Href>& hrefs, const Element& element,
                                   const Place& place);
  Names names_of(const Element& element) const;
  void add_members(const Boxed& boxed);

  const std::vector<Model>& models_;
  std::shared_ptr<Program> program_;
  std::map<std::pair<std::size_t, std::string>, std::size_t> by_id_;  // model and id
  Names members_;
};

Result<> Compiler::add(std::size_t model, ElementKind kind, const Place& place,
                       const std::string& name, std::string_view word) {
  Element element;
  element.kind = kind;
  element.model = model;
  element.id = place.id;
  element.name = name;
  element.where = std::string(word) + " " + name;
  element.line = place.line;
  if (!place.id.empty() &&
      !by_id_.emplace(std::pair(model, place.id), program_->elements_.size()).second) {
    return fail(ErrorCode::already_exists, "two elements have the id " + place.id,
                "两个元素的 id 相同：" + place.id,
                models_[model].file + ":" + std::to_string(place.line));
  }
  program_->elements_.push_back(std::move(element));
  return {};
}

Result<> Compiler::add_elements(std::size_t index) {
  const Model& model = models_[index];
  for (const InputData& one : model.input_data) {
    HQ_TRY_VOID(add(index, ElementKind::input_data, one.place, one.variable.name, "input data"));
  }
  for (const Decision& one : model.decisions) {
    HQ_TRY_VOID(add(index, ElementKind::decision, one.place, one.variable.name, "decision"));
    if (one.logic) add_members(*one.logic);
  }
  for (const BusinessKnowledgeModel& one : model.knowledge_models) {
    HQ_TRY_VOID(add(index, ElementKind::knowledge_model, one.place, one.variable.name,
                    "business knowledge model"));
    if (one.logic) add_members(*one.logic);
  }
  for (const DecisionService& one : model.services) {
    HQ_TRY_VOID(add(index, ElementKind::service, one.place, one.variable.name, "decision service"));
  }
  return {};
}

/// Names that values of boxed expressions have as members.
void Compiler::add_members(const Boxed& boxed) {
  if (boxed.kind == BoxedKind::context || boxed.kind == BoxedKind::relation) {
    for (const Variable& name : boxed.names) members_.add_member(name.name);
  }
  if (boxed.table != nullptr) {
    for (const OutputClause& output : boxed.table->outputs) members_.add_member(output.name);
  }
  for (const BoxedPtr& part : boxed.parts) {
    if (part) add_members(*part);
  }
}

std::optional<Element::Need> Compiler::need(std::size_t model, const Href& href,
                                            const Place& place) {
  const std::size_t hash = href.find('#');
  const std::string_view name_space = std::string_view(href).substr(0, std::min(hash, href.size()));
  const std::string id = hash == std::string::npos ? href : href.substr(hash + 1);
  Element::Need need;
  std::optional<std::size_t> target;
  if (hash == std::string::npos || name_space.empty() || name_space == models_[model].name_space) {
    target = model;
  }
  for (const Import& import : models_[model].imports) {
    if (target || import.name_space != name_space) continue;
    for (std::size_t i = 0; i < models_.size(); ++i) {
      if (models_[i].name_space == name_space) target = i;
    }
    need.prefix = import.name;
  }
  const auto found = target ? by_id_.find({*target, id}) : by_id_.end();
  if (found == by_id_.end()) {
    program_->faults_.push_back(fail(ErrorCode::not_found, "nothing has the reference " + href,
                                     "引用没有对应的元素：" + href,
                                     models_[model].file + ":" + std::to_string(place.line))
                                    .error());
    return std::nullopt;
  }
  need.element = found->second;
  return need;
}

void Compiler::add_needs(const std::vector<Href>& hrefs, Element& element, const Place& place) {
  for (const Href& href : hrefs) {
    if (auto one = need(element.model, href, place)) element.needs.push_back(std::move(*one));
  }
}

std::vector<std::size_t> Compiler::targets(const std::vector<Href>& hrefs, const Element& element,
                                           const Place& place) {
  std::vector<std::size_t> targets;
  for (const Href& href : hrefs) {
    if (const auto one = need(element.model, href, place)) targets.push_back(one->element);
  }
  return targets;
}

Names Compiler::names_of(const Element& element) const {
  Names names = members_;
  for (const std::string& type : program_->types_.names(element.model)) names.add(type);
  for (const Element::Need& need : element.needs) {
    const std::string& name = program_->elements_[need.element].name;
    if (need.prefix.empty()) {
      names.add(name);
    } else {
      names.add(need.prefix);
      names.add_member(name);
    }
  }
  return names;
}

/// Of a type that is a function: what it gives; else the type itself.
static TypePtr result_of(TypePtr type) {
  if (type == nullptr || type->kind != TypeKind::function) return type;
  return type->result;
}

void Compiler::link_decision(const Decision& decision, Element& element, LogicCompiler& logic) {
  add_needs(decision.required_decisions, element, decision.place);
  add_needs(decision.required_inputs, element, decision.place);
  add_needs(decision.required_knowledge, element, decision.place);
  element.type = logic.type(decision.variable.type_ref, decision.place);
  logic.expected = element.type;
  if (decision.logic) element.logic = logic.logic(*decision.logic, names_of(element));
}

void Compiler::link_knowledge(const BusinessKnowledgeModel& model, Element& element,
                              LogicCompiler& logic) {
  add_needs(model.required_knowledge, element, model.place);
  element.type = result_of(logic.type(model.variable.type_ref, model.place));
  logic.expected = element.type;
  if (!model.logic) return;
  Names names = names_of(element);
  names.add(element.name);
  element.logic = logic.logic(*model.logic, names);
}

void Compiler::link_service(const DecisionService& service, Element& element,
                            LogicCompiler& logic) {
  element.type = result_of(logic.type(service.variable.type_ref, service.place));
  element.outputs = targets(service.output_decisions, element, service.place);
  element.parameters = targets(service.input_data, element, service.place);
  const auto decisions = targets(service.input_decisions, element, service.place);
  element.parameters.insert(element.parameters.end(), decisions.begin(), decisions.end());
}

void Compiler::link(std::size_t index) {
  const Model& model = models_[index];
  LogicCompiler logic(model, index, program_->types_, members_, program_->faults_);
  // Elements stand in the order in which add_elements put them.
  std::size_t at = 0;
  while (program_->elements_[at].model != index) ++at;
  const auto next = [&]() -> Element& {
    Element& element = program_->elements_[at++];
    logic.element = element.where;
    return element;
  };
  for (const InputData& one : model.input_data) {
    next().type = logic.type(one.variable.type_ref, one.place);
  }
  for (const Decision& one : model.decisions) link_decision(one, next(), logic);
  for (const BusinessKnowledgeModel& one : model.knowledge_models) {
    link_knowledge(one, next(), logic);
  }
  for (const DecisionService& one : model.services) link_service(one, next(), logic);
}

Result<std::shared_ptr<const Program>> Compiler::compile() {
  if (models_.empty()) {
    return fail(ErrorCode::invalid_argument, "there is no model to compile", "没有可编译的模型");
  }
  program_ = std::shared_ptr<Program>(new Program(models_));
  program_->faults_ = program_->types_.faults();
  for (const std::string& member : program_->types_.members()) members_.add_member(member);
  for (std::size_t i = 0; i < models_.size(); ++i) {
    for (const std::string& name_space : program_->name_spaces_) {
      if (name_space != models_[i].name_space) continue;
      return fail(ErrorCode::already_exists, "two models have the namespace " + name_space,
                  "两个模型的命名空间相同：" + name_space, models_[i].file);
    }
    program_->name_spaces_.push_back(models_[i].name_space);
    program_->files_.push_back(models_[i].file);
    HQ_TRY_VOID(add_elements(i));
  }
  for (std::size_t i = 0; i < models_.size(); ++i) {
    const bool has_elements = std::ranges::any_of(
        program_->elements_, [&](const Element& element) { return element.model == i; });
    if (has_elements) link(i);
  }
  return std::shared_ptr<const Program>(std::move(program_));
}

std::optional<std::size_t> Program::find(ElementKind kind, std::string_view name) const {
  const std::string wanted = normalised_name(name);
  for (std::size_t i = 0; i < elements_.size(); ++i) {
    if (elements_[i].kind == kind && elements_[i].name == wanted) return i;
  }
  return std::nullopt;
}

std::optional<std::size_t> Program::find_in(std::string_view name_space, ElementKind kind,
                                            std::string_view name) const {
  const std::string wanted = normalised_name(name);
  for (std::size_t i = 0; i < elements_.size(); ++i) {
    const Element& element = elements_[i];
    if (element.kind == kind && element.name == wanted &&
        name_spaces_[element.model] == name_space) {
      return i;
    }
  }
  return std::nullopt;
}

std::vector<std::size_t> Program::find_given(std::string_view name_space,
                                             std::string_view name) const {
  std::vector<std::size_t> found;
  for (const ElementKind kind : {ElementKind::input_data, ElementKind::decision}) {
    for (std::size_t i = 0; i < elements_.size(); ++i) {
      const Element& element = elements_[i];
      if (element.kind != kind || element.name != name) continue;
      if (name_space.empty() || name_space == name_spaces_[element.model]) found.push_back(i);
    }
    if (!found.empty()) return found;
  }
  return found;
}

std::vector<Function::Parameter> Program::parameters_of(const Element& service) const {
  std::vector<Function::Parameter> parameters;
  for (const std::size_t index : service.parameters) {
    const Element& element = elements_[index];
    parameters.push_back({element.name, element.type ? element.type : simple(TypeKind::any)});
  }
  return parameters;
}

Result<std::shared_ptr<const Program>> compile(const std::vector<Model>& models) {
  return Compiler(models).compile();
}

}  // namespace hq::rules
