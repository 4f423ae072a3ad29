#include "rules/dmn/execute.h"

#include <map>
#include <memory>
#include <set>
#include <utility>

#include "rules/dmn/logic.h"
#include "rules/dmn/native_shims.h"
#include "rules/dmn/observer.h"

namespace hq::rules {
namespace {

/// What all parts of a request share: the model whose type names are in scope just now.
struct Session {
  const Program& program;
  std::size_t model = 0;
};
using SessionPtr = std::shared_ptr<Session>;

/// Names, while it lives, the element that is worked on.
class At {
 public:
  At(Session& session, Evaluation& evaluation, const Element& element)
      : session_(session),
        evaluation_(evaluation),
        model_(std::exchange(session.model, element.model)),
        where_(std::exchange(evaluation.where, element.where)) {}
  At(const At&) = delete;
  At& operator=(const At&) = delete;
  ~At() {
    session_.model = model_;
    evaluation_.where = where_;
  }

 private:
  Session& session_;
  Evaluation& evaluation_;
  std::size_t model_;
  std::string_view where_;
};

/// Tells the observer, where there is one, that an element is worked on, and what came of it.
class Watched {
 public:
  Watched(const Element& element, std::span<const Value> arguments, const Evaluation& evaluation)
      : observer_(evaluation.options().observer), element_(element), evaluation_(evaluation) {
    if (observer_ != nullptr) observer_->begin(element, arguments, evaluation);
  }
  void reads(const Element& other, const Value& value) const {
    if (observer_ != nullptr) observer_->reads(other, value);
  }
  Value end(Value value) const {
    if (observer_ != nullptr) observer_->end(element_, value, evaluation_);
    return value;
  }

 private:
  Observer* observer_;
  const Element& element_;
  const Evaluation& evaluation_;
};

Value knowledge_value(const SessionPtr& session, std::size_t index);

/// Values by their names, those of imports as members of a context with the name of the import.
class Surroundings {
 public:
  explicit Surroundings(Scope& scope) : scope_(scope) {}

  void set(const std::string& prefix, const std::string& name, Value value) {
    if (prefix.empty()) {
      scope_.set(name, std::move(value));
    } else {
      imports_[prefix].set(name, std::move(value));
    }
  }
  void finish() {
    for (auto& [prefix, members] : imports_) scope_.set(prefix, Value(std::move(members)));
  }

 private:
  Scope& scope_;
  std::map<std::string, Context> imports_;
};

/// A request: the values that were given, and those that were worked out so far.
class Run {
 public:
  Run(SessionPtr session, Evaluation& evaluation)
      : session_(std::move(session)), evaluation_(evaluation) {}

  /// A value that stands in place of what the element would be.
  void give(std::size_t index, Value value) { values_.insert_or_assign(index, std::move(value)); }

  void give_if_missing(std::size_t index) { values_.try_emplace(index); }

  Value value_of(std::size_t index) {
    if (const auto found = values_.find(index); found != values_.end()) return found->second;
    const Element& element = session_->program.element(index);
    if (element.kind != ElementKind::decision) return Value();  // an input that is not given
    Value value = decide(index, element);
    values_.insert_or_assign(index, value);
    return value;
  }

  /// The outputs of a service, as its one value.
  Value serve(const Element& service, std::span<const Value> arguments = {}) {
    const Program& program = session_->program;
    const Watched watched(service, arguments, evaluation_);
    Context context;
    for (const std::size_t output : service.outputs) {
      Value value = value_of(output);
      watched.reads(program.element(output), value);
      context.set(program.element(output).name, std::move(value));
    }
    const Value value =
        service.outputs.size() == 1 ? context.members()[0].value : Value(std::move(context));
    const At at(*session_, evaluation_, service);
    return watched.end(coerce_to(service.type, value, Scope(), evaluation_));
  }

 private:
  Value decide(std::size_t index, const Element& element) {
    const At at(*session_, evaluation_, element);
    const Evaluation::Deeper deeper(evaluation_);
    if (deeper.is_too_deep()) {
      return evaluation_.null({}, "decisions require each other too deep", "决策依赖层次过深");
    }
    if (!running_.insert(index).second) {
      return evaluation_.null({}, "the decision requires itself", "决策循环依赖自身");
    }
    const Watched watched(element, {}, evaluation_);
    Value value;
    if (element.logic == nullptr) {
      value = evaluation_.null({}, "the decision has no logic, and no value was given",
                               "决策没有逻辑，也没有给出其值");
    } else {
      Scope scope;
      Surroundings surroundings(scope);
      for (const Element::Need& need : element.needs) {
        const Element& other = session_->program.element(need.element);
        const bool is_value =
            other.kind == ElementKind::decision || other.kind == ElementKind::input_data;
        Value known = is_value ? value_of(need.element) : knowledge_value(session_, need.element);
        if (is_value) watched.reads(other, known);
        surroundings.set(need.prefix, other.name, std::move(known));
      }
      surroundings.finish();
      value = evaluate_logic(*element.logic, scope, evaluation_);
      value = coerce_to(element.type, value, scope, evaluation_);
    }
    running_.erase(index);
    return watched.end(std::move(value));
  }

  SessionPtr session_;
  Evaluation& evaluation_;
  std::map<std::size_t, Value> values_;
  std::set<std::size_t> running_;
};

/// A business knowledge model as a function. What it requires is bound when it is called, so that
/// it may call itself.
class KnowledgeFunction : public Function {
 public:
  KnowledgeFunction(SessionPtr session, const Element& element)
      : Function(element.logic->names, element.type ? element.type : simple(TypeKind::any)),
        session_(std::move(session)),
        element_(element) {}

  Value call(std::span<const Value> arguments, Evaluation& evaluation) const override {
    const At at(*session_, evaluation, element_);
    const Watched watched(element_, arguments, evaluation);
    Scope outer;
    Surroundings surroundings(outer);
    const Program& program = session_->program;
    for (const Element::Need& need : element_.needs) {
      surroundings.set(need.prefix, program.element(need.element).name,
                       knowledge_value(session_, need.element));
    }
    surroundings.set("", element_.name,
                     Value(std::make_shared<const KnowledgeFunction>(session_, element_)));
    surroundings.finish();
    Value function = function_value(*element_.logic, outer, element_.type, evaluation);
    const Function* body = function.as<Function>();
    if (body == nullptr) return watched.end(std::move(function));
    const Value value = body->call(arguments, evaluation);
    return watched.end(coerce_to(element_.type, value, outer, evaluation));
  }

 private:
  SessionPtr session_;
  const Element& element_;
};

/// A decision service as a function: each call is a request of its own.
class ServiceFunction : public Function {
 public:
  ServiceFunction(SessionPtr session, const Element& element)
      : Function(session->program.parameters_of(element),
                 element.type ? element.type : simple(TypeKind::any)),
        session_(std::move(session)),
        element_(element) {}

  Value call(std::span<const Value> arguments, Evaluation& evaluation) const override {
    const Evaluation::Deeper deeper(evaluation);
    if (deeper.is_too_deep()) {
      return evaluation.null({}, "services call each other too deep", "服务调用层次过深");
    }
    Run run(session_, evaluation);
    for (std::size_t i = 0; i < element_.parameters.size() && i < arguments.size(); ++i) {
      run.give(element_.parameters[i], arguments[i]);
    }
    return run.serve(element_, arguments);
  }

 private:
  SessionPtr session_;
  const Element& element_;
};

Value knowledge_value(const SessionPtr& session, std::size_t index) {
  const Element& element = session->program.element(index);
  if (element.kind == ElementKind::service) {
    return Value(std::make_shared<const ServiceFunction>(session, element));
  }
  if (element.kind != ElementKind::knowledge_model || element.logic == nullptr ||
      element.logic->kind != BoxedKind::function) {
    return Value();
  }
  return Value(std::make_shared<const KnowledgeFunction>(session, element));
}

Value call_by_inputs(const Value& function, const std::vector<Input>& inputs,
                     Evaluation& evaluation) {
  std::vector<Value> arguments;
  std::vector<std::string> names;
  for (const Input& input : inputs) {
    arguments.push_back(input.value);
    names.push_back(input.name);
  }
  return call(function, arguments, names, evaluation);
}

}  // namespace

Result<Answer> execute(const Program& program, const Target& target,
                       const std::vector<Input>& inputs, EvaluationOptions options) {
  const auto index = program.find(target.kind, target.name);
  if (!index) {
    return fail(ErrorCode::not_found, "the models have no element " + target.name,
                "模型中没有元素 " + target.name, target.name);
  }
  const auto session = std::make_shared<Session>(program);
  if (!options.find_type) {
    options.find_type = [session](std::string_view name) {
      return session->program.types().find(session->model, name);
    };
  }
  if (!options.find_external) options.find_external = find_native_function;
  Evaluation evaluation(std::move(options));
  const Element& element = program.element(*index);
  Answer answer;
  if (element.kind == ElementKind::knowledge_model) {
    answer.value = call_by_inputs(knowledge_value(session, *index), inputs, evaluation);
  } else {
    Run run(session, evaluation);
    for (const Input& input : inputs) {
      for (const std::size_t given : program.find_given(input.name_space, input.name)) {
        if (given == *index) continue;  // what is asked for is worked out
        const Element& to = program.element(given);
        const At at(*session, evaluation, to);
        run.give(given, coerce_to(to.type, input.value, Scope(), evaluation));
      }
    }
    if (element.kind == ElementKind::service) {
      // A parameter that is not given is null, also where it is a decision with a logic.
      for (const std::size_t parameter : element.parameters) run.give_if_missing(parameter);
      answer.value = run.serve(element);
    } else {
      answer.value = run.value_of(*index);
    }
  }
  // What was worked out while no work could be done any more is no answer.
  if (evaluation.is_spent()) answer.value = evaluation.spent();
  answer.reports = evaluation.reports();
  return answer;
}

}  // namespace hq::rules
