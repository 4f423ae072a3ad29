// ProgramCode: the elements of a Program as they are compiled, and its functions.
//
// Immutable once made; any thread. Internal to program.h.
//
//   const ProgramCode code(program);
//   code.function(index);   // of a knowledge model or service
#pragma once

#include <memory>
#include <vector>

#include "rules/compiled/requirements.h"
#include "rules/dmn/compile.h"

namespace hq::rules {

class BoxedCompiler;
struct KnowledgeCode;
struct ServiceCode;

class ProgramCode final : public DecisionCodes {
 public:
  explicit ProgramCode(std::shared_ptr<const Program> program);
  ~ProgramCode() override;

  const Program& program() const { return *program_; }
  const Element& element(std::size_t index) const override { return program_->element(index); }
  const DecisionCode& decision(std::size_t index) const override { return *parts_[index].decision; }
  /// A knowledge model or service as a value; null where it is none, or has no function.
  const Value& function(std::size_t index) const { return parts_[index].function; }
  const Coercion& coercion(std::size_t index) const { return parts_[index].coercion; }

 private:
  /// What an element has; most are empty.
  struct Part {
    std::unique_ptr<DecisionCode> decision;
    std::unique_ptr<KnowledgeCode> knowledge;
    std::unique_ptr<ServiceCode> service;
    Value function;
    Coercion coercion;  // to the type of its variable
  };
  void compile(std::size_t index, const EvaluationOptions& options);
  void compile_decision(const Element& element, Part& part, const EvaluationOptions& options);
  void compile_knowledge(const Element& element, Part& part, const EvaluationOptions& options);

  std::shared_ptr<const Program> program_;
  std::vector<Part> parts_;  // by element
};

/// The outputs of a service as its one value.
class ServiceOutputs {
 public:
  ServiceOutputs(const ProgramCode& code, std::size_t service, Requirements::Maker& maker);
  Value value(std::span<const Value*> standing, Evaluation& evaluation) const;

 private:
  const Coercion& coercion_;
  std::string_view where_;
  std::vector<std::string_view> names_;
  std::vector<uint32_t> places_;
};

/// The value that stands where nothing was given.
const Value& nothing_given();

}  // namespace hq::rules
