// Both executors on models: the public suite, and each way in which a model may be at fault.
#include "rules/compiled/program.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

#include "rules/compiled/agreement_testing.h"
#include "rules/dmn/model_testing.h"
#include "rules/dmn/tck.h"

namespace hq::rules {
namespace {

namespace fs = std::filesystem;

/// Executes compiled, and fails the test where the walker answers anything else.
Executor both(const std::shared_ptr<const Program>& program) {
  return [program, compiled = CompiledProgram(program)](const Target& target,
                                                        const std::vector<Input>& inputs,
                                                        const EvaluationOptions& options) {
    Result<Answer> answer = compiled.execute(target, inputs, options);
    const Result<Answer> walked = execute(*program, target, inputs, options);
    EXPECT_EQ(answer.has_value(), walked.has_value()) << target.name;
    if (answer && walked) {
      EXPECT_TRUE(agrees(answer->value, walked->value) &&
                  answer->reports.empty() == walked->reports.empty())
          << target.name << ": walked " << said(walked->value, walked->reports) << "\ncompiled "
          << said(answer->value, answer->reports);
    }
    return answer;
  };
}

TEST(CompiledProgram, passes_the_public_suite_as_the_walker_does) {
  const fs::path cases = fs::path(HQ_SHARED_DIR) / "data/dmn-tck/cases";
  if (!fs::exists(cases)) GTEST_SKIP() << "the DMN TCK is not at " << cases;
  const auto now = parse_date_time("2026-11-22T08:00:00+08:00");
  ASSERT_TRUE(now);
  const auto score = run_tck(cases, {*now, both});
  ASSERT_TRUE(score) << score.error().text();
  std::ostringstream failures;
  for (const TckFailure& one : score->failures) {
    failures << "\n" << one.folder << " " << one.case_id << " " << one.result << ": " << one.reason;
  }
  EXPECT_EQ(score->total, 2374u);
  EXPECT_EQ(score->strict_passed, 2374u) << failures.str();
}

}  // namespace
}  // namespace hq::rules
