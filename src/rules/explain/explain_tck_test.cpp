// The public suite explained: watching changes no answer, and every explanation can be written.
#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.h"
#include "rules/dmn/tck.h"
#include "rules/dmn/tck_cases.h"
#include "rules/explain/explain.h"

namespace hq::rules {
namespace {

namespace fs = std::filesystem;

TEST(Explain, changes_no_answer_of_the_public_suite) {
  const fs::path cases = fs::path(HQ_SHARED_DIR) / "data/dmn-tck/cases";
  if (!fs::exists(cases)) GTEST_SKIP() << "the DMN TCK is not at " << cases;
  EvaluationOptions options;
  options.now = *parse_date_time("2026-11-22T08:00:00+08:00");
  std::size_t compared = 0;
  for (const auto& entry : fs::recursive_directory_iterator(cases)) {
    const std::string name = entry.path().filename().string();
    if (entry.path().extension() != ".xml" || !name.contains("-test-")) continue;
    const auto xml = read_file(entry.path());
    ASSERT_TRUE(xml);
    const auto file = read_tck_file(*xml, name);
    ASSERT_TRUE(file) << file.error().text();
    const auto program = load_tck_models(entry.path().parent_path(), file->model);
    ASSERT_TRUE(program) << name;
    for (const TckCase& test : file->cases) {
      for (const TckResult& result : test.results) {
        Target target{ElementKind::decision, result.name};
        if (!test.invocable.empty()) target = {test.kind, test.invocable};
        const auto plain = execute(**program, target, test.inputs, options);
        const auto why = explain(**program, target, test.inputs, {.evaluation = options});
        ASSERT_EQ(plain.has_value(), why.has_value()) << name << " " << result.name;
        if (!plain) continue;
        ++compared;
        EXPECT_EQ(to_text(plain->value), to_text(why->answer.value)) << name << " " << test.id;
        EXPECT_EQ(plain->reports.size(), why->answer.reports.size()) << name << " " << test.id;
        EXPECT_FALSE(why->is_cut) << name << " " << test.id;
        for (const ExplanationLine& line : lines_of(*why)) {
          EXPECT_FALSE(line.text.en.empty() || line.text.zh.empty()) << name << " " << test.id;
        }
      }
    }
  }
  EXPECT_GT(compared, 2000u);
}

}  // namespace
}  // namespace hq::rules
