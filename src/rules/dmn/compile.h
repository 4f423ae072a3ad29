// Program: DMN models made ready to be executed: every text parsed once, every reference resolved.
//
// Immutable after compile(); any number of threads may execute it at once. Values that hold
// functions refer to it, so it must outlive them. A text that cannot be parsed, or a reference to
// nothing, does not refuse the model: what needs it is null and reports why; faults() lists all.
//
//   HQ_TRY(const auto program, compile(std::move(models)));  // the first is the main one
//   program->find(ElementKind::decision, "Risk");
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "rules/dmn/model.h"
#include "rules/dmn/types.h"
#include "rules/feel/ast.h"
#include "rules/feel/evaluator.h"

namespace hq::rules {

/// A parsed text; empty where there was none.
struct Feel {
  ExpressionPtr tree;
  std::optional<Error> fault;  // why it cannot be parsed
  std::string text;            // as it was written; spans of the tree refer to it

  bool is_empty() const { return tree == nullptr && !fault; }
};

struct CompiledTable {
  struct Input {
    Feel expression;
    TypePtr type;  // nullptr: any
    Feel allowed;
  };
  struct Output {
    std::string name;
    TypePtr type;
    Feel allowed;
    Feel fallback;                      // the default output
    const Expression* order = nullptr;  // tests, the highest priority first; of allowed or a type
  };
  struct Rule {
    std::vector<Feel> inputs;
    std::vector<Feel> outputs;
    std::vector<std::string> annotations;
    uint32_t line = 0;  // of the file of its model
  };

  HitPolicy hit_policy = HitPolicy::unique;
  Aggregation aggregation = Aggregation::none;
  std::vector<Input> inputs;
  std::vector<Output> outputs;
  std::vector<std::string> annotations;  // names of the columns
  std::vector<Rule> rules;
};

struct Logic;
using LogicPtr = std::unique_ptr<const Logic>;

/// A Boxed, with its texts parsed; names and parts as there.
struct Logic {
  BoxedKind kind = BoxedKind::literal;
  uint32_t line = 0;  // of the file of its model
  TypePtr type;       // of its value; nullptr: any
  Feel feel;
  std::vector<Function::Parameter> names;
  std::vector<LogicPtr> parts;
  std::unique_ptr<const CompiledTable> table;
  FunctionKind function_kind = FunctionKind::feel;
  bool uses_partial = false;  // of for_in: its body may read the results so far
};

enum class ElementKind : uint8_t { input_data, decision, knowledge_model, service };

/// An element of the requirement graph.
struct Element {
  /// Another one that it needs, and by which name: "prefix.name" where it is imported.
  struct Need {
    std::size_t element = 0;
    std::string prefix;
  };

  ElementKind kind = ElementKind::input_data;
  std::size_t model = 0;
  std::string id;
  std::string name;   // of its variable
  std::string where;  // "decision Risk"
  uint32_t line = 0;  // of the file of its model
  TypePtr type;       // of its variable, of a service or knowledge model that of its result
  LogicPtr logic;     // of a knowledge model: a function
  std::vector<Need> needs;
  std::vector<std::size_t> outputs;     // of a service: its output decisions
  std::vector<std::size_t> parameters;  // of a service: input data, then input decisions
};

class Program {
 public:
  const std::vector<Element>& elements() const { return elements_; }
  const Element& element(std::size_t index) const { return elements_[index]; }
  const TypeTable& types() const { return types_; }
  const std::string& name_space(std::size_t model) const { return name_spaces_[model]; }
  /// The file that the model was read from, for messages.
  const std::string& file(std::size_t model) const { return files_[model]; }

  /// By name, first in the main model, then in the others.
  std::optional<std::size_t> find(ElementKind kind, std::string_view name) const;
  /// By name in the model of that namespace.
  std::optional<std::size_t> find_in(std::string_view name_space, ElementKind kind,
                                     std::string_view name) const;

  /// What an input of that name is for, of any model where the namespace is empty: input data or,
  /// where there is none, decisions.
  std::vector<std::size_t> find_given(std::string_view name_space, std::string_view name) const;

  /// Of a decision service that is called as a function.
  std::vector<Function::Parameter> parameters_of(const Element& service) const;

  /// What cannot be parsed or found; `where` is "file:line: element".
  const std::vector<Error>& faults() const { return faults_; }

 private:
  friend class Compiler;
  explicit Program(const std::vector<Model>& models) : types_(models) {}

  std::vector<Element> elements_;
  TypeTable types_;
  std::vector<std::string> name_spaces_;
  std::vector<std::string> files_;
  std::vector<Error> faults_;
};

/// The first model is the main one, the others those that it imports. already_exists where two have
/// one namespace, or two elements one id; invalid_argument where there is no model.
Result<std::shared_ptr<const Program>> compile(const std::vector<Model>& models);

}  // namespace hq::rules
