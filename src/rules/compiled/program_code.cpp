#include "rules/compiled/program_code.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/assert.h"
#include "rules/compiled/boxed_compiler.h"
#include "rules/compiled/function.h"
#include "rules/dmn/logic.h"

namespace hq::rules {

/// A business knowledge model.
struct KnowledgeCode {
  const Element& element;
  const Coercion& coercion;
  FunctionCode function;
  std::optional<Code> external;  // what describes it, where it is no function of FEEL
};

/// A service that is called as a function: each call is a request of its own.
struct ServiceCode {
  Requirements requirements;
  std::vector<uint32_t> parameters;  // places
  ServiceOutputs outputs;
};

namespace {

TypePtr or_any(const TypePtr& type) {
  return type ? type : simple(TypeKind::any);
}

class KnowledgeFunction final : public Function {
 public:
  explicit KnowledgeFunction(const KnowledgeCode& code)
      : Function(code.element.logic->names, or_any(code.element.type)), code_(code) {}

  Value call(std::span<const Value> arguments, Evaluation& evaluation) const override {
    const std::string_view outer = std::exchange(evaluation.where, code_.element.where);
    Value room = code_.external
                     ? call_external(*code_.external, arguments, evaluation)
                     : run_function(code_.function, arguments, nullptr, nullptr, evaluation);
    put(code_.coercion.apply(room, room, evaluation), room);
    evaluation.where = outer;
    return room;
  }

 private:
  Value call_external(const Code& external, std::span<const Value> arguments,
                      Evaluation& evaluation) const {
    Slots slots(external.slots);
    Frame frame{evaluation, slots.data()};
    Value room;
    const Value& body = external.body.run(frame, room);
    Value function = external_function(*code_.element.logic, body, evaluation);
    const Function* callee = function.as<Function>();
    return callee == nullptr ? function : callee->call(arguments, evaluation);
  }

  const KnowledgeCode& code_;
};

class ServiceFunction final : public Function {
 public:
  ServiceFunction(const Program& program, const Element& element,
                  const std::unique_ptr<ServiceCode>& code)
      : Function(program.parameters_of(element), or_any(element.type)), code_(code) {}

  Value call(std::span<const Value> arguments, Evaluation& evaluation) const override {
    const Evaluation::Deeper deeper(evaluation);
    const Evaluation::Nested nested(evaluation);
    if (deeper.is_too_deep() || nested.is_too_deep()) {
      return evaluation.null({}, "services call each other too deep", "服务调用层次过深");
    }
    std::vector<Value> values(code_->requirements.places());
    std::vector<const Value*> standing(values.size(), &nothing_given());
    for (std::size_t i = 0; i < code_->parameters.size() && i < arguments.size(); ++i) {
      standing[code_->parameters[i]] = &arguments[i];
    }
    code_->requirements.run(values, standing, evaluation);
    return code_->outputs.value(standing, evaluation);
  }

 private:
  const std::unique_ptr<ServiceCode>& code_;  // made after what calls it
};

bool is_value(const Element& element) {
  return element.kind == ElementKind::decision || element.kind == ElementKind::input_data;
}

/// Binds what an element requires; its slots are told to `code`.
void bind_needs(const ProgramCode& program, const Element& element, Scopes& scopes,
                DecisionCode& code) {
  std::map<std::string, ImportedNames> imports;
  for (const Element::Need& need : element.needs) {
    const Element& other = program.element(need.element);
    // A knowledge model sees knowledge only.
    const bool has_value = is_value(other) && element.kind == ElementKind::decision;
    if (!need.prefix.empty()) {
      imports[need.prefix].members.push_back(
          {other.name, need.element, program.function(need.element), has_value});
    } else if (has_value) {
      code.sources.push_back({scopes.bind(other.name, other.type), need.element});
    } else {
      scopes.bind_constant(other.name, program.function(need.element));
    }
  }
  for (auto& [prefix, names] : imports) {
    if (std::ranges::any_of(names.members, &ImportedNames::Member::is_value)) {
      names.slot = scopes.bind(prefix);
      code.imports.push_back(std::move(names));
    } else {
      Context functions;
      for (ImportedNames::Member& one : names.members) functions.set(one.name, one.function);
      scopes.bind_constant(prefix, Value(std::move(functions)));
    }
  }
}

}  // namespace

const Value& nothing_given() {
  static const Value null;
  return null;
}

ServiceOutputs::ServiceOutputs(const ProgramCode& code, std::size_t service,
                               Requirements::Maker& maker)
    : coercion_(code.coercion(service)), where_(code.element(service).where) {
  for (const std::size_t output : code.element(service).outputs) {
    names_.emplace_back(code.element(output).name);
    places_.push_back(maker.need(output));
  }
}

Value ServiceOutputs::value(std::span<const Value*> standing, Evaluation& evaluation) const {
  Value room;
  if (places_.size() == 1) {
    room = *standing[places_[0]];
  } else {
    Context context;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      context.set(std::string(names_[i]), *standing[places_[i]]);
    }
    room = Value(std::move(context));
  }
  const std::string_view outer = std::exchange(evaluation.where, where_);
  put(coercion_.apply(room, room, evaluation), room);
  evaluation.where = outer;
  return room;
}

ProgramCode::~ProgramCode() = default;

ProgramCode::ProgramCode(std::shared_ptr<const Program> program) : program_(std::move(program)) {
  const std::vector<Element>& elements = program_->elements();
  const auto options_of = [&](const Element& element) {
    EvaluationOptions options;
    options.find_type = [this, model = element.model](std::string_view name) {
      return program_->types().find(model, name);
    };
    return options;
  };
  // All that may be called has to be there before what calls it.
  parts_.reserve(elements.size());
  for (const Element& element : elements) {
    parts_.push_back({nullptr, nullptr, nullptr, {}, Coercion(element.type, options_of(element))});
    Part& part = parts_.back();
    if (element.kind == ElementKind::service) {
      part.function = Value(std::shared_ptr<const Function>(
          std::make_shared<const ServiceFunction>(*program_, element, part.service)));
    }
    const bool has_function = element.kind == ElementKind::knowledge_model &&
                              element.logic != nullptr &&
                              element.logic->kind == BoxedKind::function;
    if (!has_function) continue;
    part.knowledge = std::make_unique<KnowledgeCode>(element, part.coercion);
    part.function = Value(std::shared_ptr<const Function>(
        std::make_shared<const KnowledgeFunction>(*part.knowledge)));
  }
  for (std::size_t i = 0; i < elements.size(); ++i) compile(i, options_of(elements[i]));
  // Services come last, since they rest on what their decisions require.
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (elements[i].kind != ElementKind::service) continue;
    Requirements::Maker maker(*this);
    std::vector<uint32_t> parameters;
    for (const std::size_t element : elements[i].parameters) {
      parameters.push_back(maker.give(element));
    }
    ServiceOutputs outputs(*this, i, maker);
    parts_[i].service =
        std::make_unique<ServiceCode>(maker.done(), std::move(parameters), std::move(outputs));
  }
}

void ProgramCode::compile(std::size_t index, const EvaluationOptions& options) {
  const Element& element = program_->element(index);
  Part& part = parts_[index];
  if (element.kind == ElementKind::decision && element.logic != nullptr) {
    compile_decision(element, part, options);
  }
  if (part.knowledge) compile_knowledge(element, part, options);
}

void ProgramCode::compile_decision(const Element& element, Part& part,
                                   const EvaluationOptions& options) {
  part.decision = std::make_unique<DecisionCode>();
  FeelCompiler compiler(options);
  bind_needs(*this, element, compiler.scopes(), *part.decision);
  part.decision->code = BoxedCompiler(compiler, options).code(*element.logic, element.type);
}

void ProgramCode::compile_knowledge(const Element& element, Part& part,
                                    const EvaluationOptions& options) {
  FeelCompiler compiler(options);
  Scopes& scopes = compiler.scopes();
  DecisionCode needs;
  bind_needs(*this, element, scopes, needs);
  scopes.bind_constant(element.name, part.function);
  BoxedCompiler boxed(compiler, options);
  KnowledgeCode& code = *part.knowledge;
  const LogicPtr& body = element.logic->parts[0];
  if (element.logic->function_kind != FunctionKind::feel) {
    Made made = boxed.part(body);
    code.external = Code{{std::move(made.node), made.steps + 1}, scopes.slots()};
    return;
  }
  scopes.enter("");
  for (const Function::Parameter& parameter : element.logic->names) scopes.bind(parameter.name);
  Made made = boxed.part(body);
  code.function.code = {{std::move(made.node), made.steps + 1}, scopes.slots()};
  const std::vector<Capture> captures = scopes.leave();
  HQ_ASSERT(captures.empty());  // all around it is constant
}

}  // namespace hq::rules
