// The public suite under check: no alarm where a value is expected.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "base/file.h"
#include "rules/check/check.h"
#include "rules/dmn/tck.h"
#include "rules/dmn/tck_cases.h"

namespace hq::rules {
namespace {

namespace fs = std::filesystem;

TEST(Check, is_silent_where_the_public_suite_expects_a_value) {
  const fs::path cases = fs::path(HQ_SHARED_DIR) / "data/dmn-tck/cases";
  if (!fs::exists(cases)) GTEST_SKIP() << "the DMN TCK is not at " << cases;
  std::size_t files = 0;
  std::size_t values = 0;
  std::size_t errors_expected = 0;
  std::size_t errors_foreseen = 0;
  std::set<std::string> alarms;
  for (const auto& entry : fs::recursive_directory_iterator(cases)) {
    const std::string name = entry.path().filename().string();
    if (entry.path().extension() != ".xml" || !name.contains("-test-")) continue;
    const auto xml = read_file(entry.path());
    ASSERT_TRUE(xml);
    const auto file = read_tck_file(*xml, name);
    ASSERT_TRUE(file) << file.error().text();
    const auto program = load_tck_models(entry.path().parent_path(), file->model);
    ASSERT_TRUE(program) << name;
    ++files;
    std::map<std::string, Problem> errors;
    for (const Problem& problem : check(**program)) {
      if (problem.severity == Severity::error) errors.try_emplace(problem.element, problem);
    }
    for (const TckCase& test : file->cases) {
      for (const TckResult& result : test.results) {
        const auto found = errors.find("decision " + result.name);
        if (result.expected.is_null() || result.wants_error) {
          if (result.wants_error) ++errors_expected;
          if (result.wants_error && found != errors.end()) ++errors_foreseen;
          continue;
        }
        ++values;
        if (found == errors.end()) continue;
        const Problem& problem = found->second;
        alarms.insert(name + " " + result.name + ": " + std::string(problem.code) + ": " +
                      problem.message_en + " in " + problem.text);
      }
    }
  }
  for (const std::string& alarm : alarms) ADD_FAILURE() << alarm;
  EXPECT_EQ(files, 143u);
  EXPECT_EQ(values, 1423u);
  // Of the errors that the suite expects, most are seen before anything runs.
  EXPECT_EQ(errors_expected, 996u);
  EXPECT_GE(errors_foreseen, 969u);
}

}  // namespace
}  // namespace hq::rules
