// LogicCompiler: the boxed expressions of one model to Logic, each FEEL text parsed with the names
// that are in scope where it stands.
//
// A helper of compile(); lives as long as one model is worked on. What cannot be parsed is kept in
// its Feel and added to the list of faults.
//
//   LogicCompiler compiler(model, 0, types, members, faults);
//   LogicPtr logic = compiler.logic(*decision.logic, names);
#pragma once

#include <string>
#include <vector>

#include "rules/dmn/compile.h"
#include "rules/feel/parser.h"

namespace hq::rules {

/// Compiles the logic of one element: knows the model and where faults go.
class LogicCompiler {
 public:
  LogicCompiler(const Model& model, std::size_t index, const TypeTable& types, const Names& members,
                std::vector<Error>& faults)
      : model_(model), index_(index), types_(types), members_(members), faults_(faults) {}

  std::string element;  // for messages
  TypePtr expected;     // of the variable that its value goes to; nullptr: any

  /// nullptr where the reference is empty or unknown; that is a fault.
  TypePtr type(const std::string& reference, const Place& place);
  LogicPtr logic(const Boxed& boxed, const Names& names);

 private:
  Feel expression(const std::string& text, const Names& names, const Place& place);
  Feel tests(const std::string& text, const Names& names, const Place& place);
  std::unique_ptr<const CompiledTable> table(const Boxed& boxed, const Names& names,
                                             const TypePtr& table_type);
  CompiledTable::Output output(const OutputClause& clause, const Names& names, const Place& place,
                               const TypePtr& table_type);
  void parts(const Boxed& boxed, const Names& names, Logic& out);
  Feel kept(Result<ExpressionPtr> parsed, const std::string& text, const Place& place);
  void add_fault(const Place& place, Error why) {
    const std::string where = model_.file + ":" + std::to_string(place.line) + ": " + element;
    faults_.push_back(std::move(why).at(where));
  }
  LogicPtr part(const Boxed& boxed, std::size_t i, const Names& names) {
    return i < boxed.parts.size() && boxed.parts[i] ? logic(*boxed.parts[i], names) : nullptr;
  }

  const Model& model_;
  std::size_t index_;
  const TypeTable& types_;
  const Names& members_;
  std::vector<Error>& faults_;
};

}  // namespace hq::rules
