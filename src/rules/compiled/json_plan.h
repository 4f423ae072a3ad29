// JsonPlan: a Plan whose inputs are the fields of a JSON object, and whose answer is JSON.
//
// Immutable; any number of threads, each with a Machine of its own. JSON has no dates: a text is
// one where the type of the input data says so (dmn/json_values.h).
//
//   HQ_TRY(const JsonPlan plan, JsonPlan::make(program, {ElementKind::decision, "Risk"}));
//   Machine machine;
//   std::string answer;
//   HQ_TRY_VOID(plan.decide(R"({"Age": 44})", machine, answer));    // "high"
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "rules/compiled/program.h"

namespace hq::rules {

class JsonPlan {
 public:
  /// For all input data of its models. not_found where they have no such element.
  static Result<JsonPlan> make(std::shared_ptr<const Program> program, const Target& target);

  /// Sets `answer`. A field that is left out is null. parse_error where it is no JSON object, has a
  /// field that is no input, or one whose text is not of its type.
  Result<> decide(std::string_view json, Machine& machine, std::string& answer) const;

 private:
  struct Input {
    std::string name;
    TypePtr type;
  };
  JsonPlan(Plan plan, std::vector<Input> inputs)
      : plan_(std::move(plan)), inputs_(std::move(inputs)) {}

  Plan plan_;
  std::vector<Input> inputs_;
};

}  // namespace hq::rules
