// DMN of any bytes: it is refused, or all that it asks for is answered alike by both executors,
// within limits.
#include "base/assert.h"
#include "rules/compiled/agreement_testing.h"
#include "rules/compiled/program.h"
#include "rules/dmn/execute.h"
#include "rules/dmn/reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace hq::rules;
  const std::string_view xml(reinterpret_cast<const char*>(data), size);
  auto model = read_model(xml, "fuzz.dmn");
  if (!model) {
    HQ_ASSERT(!model.error().message.empty() && !model.error().message_zh.empty());
    return 0;
  }
  std::vector<Model> models;
  models.push_back(*std::move(model));
  const auto program = compile(models);
  if (!program) return 0;
  const CompiledProgram compiled(*program);
  EvaluationOptions options;
  options.steps_max = 20'000;
  options.bytes_max = 1 << 20;
  options.depth_max = 60;
  std::size_t count = 0;
  for (const Element& element : (*program)->elements()) {
    constexpr std::size_t kElementsMax = 20;
    if (element.kind == ElementKind::input_data || ++count > kElementsMax) continue;
    const Target target{element.kind, element.name};
    const auto walked = execute(**program, target, {}, options);
    const auto run = compiled.execute(target, {}, options);
    HQ_ASSERT(walked.has_value() == run.has_value());
    if (!walked || is_limited(walked->reports) || is_limited(run->reports)) continue;
    HQ_ASSERT(agrees(walked->value, run->value));
    HQ_ASSERT(walked->reports.empty() == run->reports.empty());
  }
  return 0;
}
