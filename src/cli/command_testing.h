// CommandTest: a command line as a person types it, and what it prints. For tests.
//
//   const Outcome outcome = hongqiao({"stops", "AOH", "--hub", kHub});
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "cli/arguments.h"

namespace hq::cli {

struct Outcome {
  int exit_code = 0;
  std::string out;
  std::string err;
};

inline Outcome hongqiao(std::vector<std::string> arguments) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  arguments.insert(arguments.begin(), {"--lang", "en"});
  Outcome outcome;
  outcome.exit_code = run(arguments);
  outcome.out = testing::internal::GetCapturedStdout();
  outcome.err = testing::internal::GetCapturedStderr();
  return outcome;
}

inline const std::string kHub = std::string(HQ_SOURCE_DIR) + "/hubs/hongqiao";

class CommandTest : public testing::Test {
 protected:
  CommandTest() { std::filesystem::create_directories(folder_); }
  ~CommandTest() override { std::filesystem::remove_all(folder_); }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  std::filesystem::path folder_ = std::filesystem::path(testing::TempDir()) /
                                  testing::UnitTest::GetInstance()->current_test_info()->name();
};

}  // namespace hq::cli
