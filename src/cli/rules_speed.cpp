// hongqiao rules bench: decisions per second of a model, by each way to take them.
#include <fmt/format.h>

#include <chrono>

#include "base/json.h"
#include "cli/models.h"
#include "rules/compiled/json_plan.h"

namespace hq::cli {
namespace {

using Clock = std::chrono::steady_clock;

struct SpeedAnswer {
  double walked = 0;      // decisions a second: the walker over the trees
  double compiled = 0;    // the plan, inputs by position
  double json = 0;        // the plan, JSON in and out
  double compile_ms = 0;  // from the parsed model to the plan
};
BOOST_DESCRIBE_STRUCT(SpeedAnswer, (), (walked, compiled, json, compile_ms))

/// How often `once` runs in a second, tried for some.
template <class Once>
Result<double> rate(double seconds, Once once) {
  uint64_t runs = 0;
  const auto begin = Clock::now();
  double past = 0;
  for (uint64_t batch = 1; past < seconds; batch *= 2) {
    for (uint64_t i = 0; i < batch; ++i) HQ_TRY_VOID(once());
    runs += batch;
    past = std::chrono::duration<double>(Clock::now() - begin).count();
  }
  return static_cast<double>(runs) / past;
}

Result<SpeedAnswer> measure(const RulesModelOptions& options, const Console& console) {
  HQ_TRY(const ModelCase asked, read_case(options, console));
  SpeedAnswer answer;
  HQ_TRY(answer.walked, rate(options.seconds, [&]() -> Result<> {
           HQ_TRY_VOID(rules::execute(*asked.program, asked.target, asked.inputs, {}));
           return {};
         }));
  std::vector<std::string> names;
  std::vector<rules::Value> values;
  for (const rules::Input& input : asked.inputs) {
    names.push_back(input.name);
    values.push_back(input.value);
  }
  const auto begin = Clock::now();
  const rules::CompiledProgram compiled(asked.program);
  HQ_TRY(const rules::Plan plan, compiled.plan(asked.target, names));
  answer.compile_ms = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
  rules::Machine machine;
  HQ_TRY(answer.compiled, rate(options.seconds, [&]() -> Result<> {
           plan.decide(values, machine);
           return {};
         }));
  HQ_TRY(const auto json, rules::JsonPlan::make(asked.program, asked.target));
  std::string text;
  HQ_TRY(answer.json,
         rate(options.seconds, [&] { return json.decide(asked.json, machine, text); }));
  return answer;
}

}  // namespace

int rules_bench(const RulesModelOptions& options, const Console& console) {
  const auto answer = measure(options, console);
  if (!answer) return console.fail(answer.error());
  if (console.json()) {
    console.line(to_json(*answer));
    return 0;
  }
  const auto row = [&](std::string_view en, std::string_view zh, double rate) {
    return std::vector<std::string>{std::string(console.choose(en, zh)),
                                    fmt::format("{:.0f}", rate)};
  };
  console.table(
      {std::string(console.choose("one thread", "单线程")),
       std::string(console.choose("decisions/s", "决策/秒"))},
      {row("walker", "逐树求值", answer->walked), row("compiled", "编译执行", answer->compiled),
       row("compiled, JSON in and out", "编译执行，JSON 输入输出", answer->json)});
  console.note(fmt::format("compiled in {:.1f} ms", answer->compile_ms),
               fmt::format("编译用时 {:.1f} 毫秒", answer->compile_ms));
  return 0;
}

}  // namespace hq::cli
