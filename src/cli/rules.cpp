// hongqiao rules tck.
#include "cli/rules.h"

#include <fmt/format.h>

#include <chrono>

#include "base/json.h"
#include "rules/compiled/program.h"
#include "rules/dmn/tck.h"

namespace hq::cli {
namespace {

struct FailureLine {
  std::string folder;
  std::string test;
  std::string result;
  std::string expected;
  std::string got;
  std::string reason;
  bool strict_only = false;
};
BOOST_DESCRIBE_STRUCT(FailureLine, (), (folder, test, result, expected, got, reason, strict_only))

struct ScoreAnswer {
  uint64_t total = 0;
  uint64_t passed = 0;
  uint64_t non_null = 0;
  uint64_t non_null_passed = 0;
  uint64_t strict_passed = 0;
  uint64_t strict_by_exception = 0;
  std::vector<FailureLine> failures;
};
BOOST_DESCRIBE_STRUCT(ScoreAnswer, (),
                      (total, passed, non_null, non_null_passed, strict_passed, strict_by_exception,
                       failures))

rules::DateTime now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(since).count();
  return rules::from_utc_nanoseconds(nanoseconds, rules::Zone::utc()).value_or(rules::DateTime());
}

ScoreAnswer answer_of(const rules::TckScore& score, std::size_t failures_max) {
  ScoreAnswer answer{score.total,
                     score.passed,
                     score.non_null,
                     score.non_null_passed,
                     score.strict_passed,
                     score.strict_by_exception,
                     {}};
  for (const rules::TckFailure& one : score.failures) {
    if (answer.failures.size() == failures_max) break;
    answer.failures.push_back({one.folder, one.case_id, one.result, one.expected, one.got,
                               one.reason, one.is_strict_only});
  }
  return answer;
}

void show(const ScoreAnswer& answer, const Console& console) {
  for (const FailureLine& one : answer.failures) {
    console.line(fmt::format("{}{} {} {}: {} {}, {} {}{}{}", one.strict_only ? "~ " : "- ",
                             one.folder, one.test, one.result, console.choose("expected", "应为"),
                             one.expected, console.choose("got", "实为"), one.got,
                             one.reason.empty() ? "" : ": ", one.reason));
  }
  const auto row = [&](std::string_view en, std::string_view zh, uint64_t passed, uint64_t of) {
    return std::vector<std::string>{std::string(console.choose(en, zh)), std::to_string(passed),
                                    std::to_string(of)};
  };
  console.table(
      {std::string(console.choose("cases", "用例")), std::string(console.choose("passed", "通过")),
       std::string(console.choose("of", "总数"))},
      {row("all", "全部", answer.passed, answer.total),
       row("that expect a value", "结果非空", answer.non_null_passed, answer.non_null),
       row("strictly", "严格", answer.strict_passed, answer.total),
       row("of these, by a declared exception", "其中依据已声明的例外", answer.strict_by_exception,
           answer.strict_passed)});
}

}  // namespace

int rules_tck(const RulesTckOptions& options, const Console& console) {
  rules::TckOptions how{.now = now()};
  if (!options.is_walked) {
    how.executor = [](std::shared_ptr<const rules::Program> program) -> rules::Executor {
      return [compiled = rules::CompiledProgram(std::move(program))](
                 const rules::Target& target, const std::vector<rules::Input>& inputs,
                 rules::EvaluationOptions limits) {
        return compiled.execute(target, inputs, std::move(limits));
      };
    };
  }
  const auto score = rules::run_tck(options.folder, how);
  if (!score) return console.fail(score.error());
  const ScoreAnswer answer = answer_of(*score, options.failures_max);
  if (console.json()) {
    console.line(to_json(answer));
  } else {
    show(answer, console);
  }
  return answer.strict_passed == answer.total ? 0 : 1;
}

}  // namespace hq::cli
