#include "rules/compiled/json_plan.h"

#include <algorithm>
#include <utility>

#include "rules/dmn/json_values.h"

namespace hq::rules {

Result<JsonPlan> JsonPlan::make(std::shared_ptr<const Program> program, const Target& target) {
  std::vector<Input> inputs;
  std::vector<std::string> names;
  for (const Element& element : program->elements()) {
    if (element.kind != ElementKind::input_data) continue;
    if (std::ranges::find(names, element.name) != names.end()) continue;
    names.push_back(element.name);
    const TypePtr any = simple(TypeKind::any);
    inputs.push_back({element.name, element.type != nullptr ? element.type : any});
  }
  HQ_TRY(Plan plan, CompiledProgram(std::move(program)).plan(target, names));
  return JsonPlan(std::move(plan), std::move(inputs));
}

Result<> JsonPlan::decide(std::string_view json, Machine& machine, std::string& answer) const {
  std::vector<Value> values(inputs_.size());
  std::vector<bool> is_given(inputs_.size());
  JsonReader in(json, {});
  std::size_t next = 0;  // fields mostly come in the order of the inputs
  const auto read_field = [&](std::string_view name) {
    if (next == inputs_.size() || inputs_[next].name != name) {
      const auto found = std::ranges::find(inputs_, name, &Input::name);
      if (found == inputs_.end()) return in.unknown_field();
      next = static_cast<std::size_t>(found - inputs_.begin());
    }
    if (is_given[next]) return in.repeated_field();
    is_given[next] = true;
    if (!read_value(in, *inputs_[next].type, values[next])) return false;
    ++next;
    return true;
  };
  if (!in.document([&] { return in.object(read_field); })) {
    return std::unexpected(in.take_error());
  }
  answer.clear();
  JsonWriter out(answer);
  write_value(out, plan_.decide(values, machine));
  return {};
}

}  // namespace hq::rules
