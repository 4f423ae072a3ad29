#include "server/log_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hq::server {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

std::string said(const LogOptions& options) {
  testing::internal::CaptureStderr();
  const LogLines lines(options);
  lines.info("request", {{"path", "/stops"}, {"bytes", uint64_t{42}}, {"ms", 1.25}});
  return testing::internal::GetCapturedStderr();
}

TEST(LogLines, are_json_with_numbers_as_numbers) {
  const std::string line = said({.json = true});
  EXPECT_THAT(line, StartsWith(R"({"time":"2)"));
  EXPECT_THAT(line, EndsWith(R"(Z","level":"info","message":"request","path":"/stops","bytes":42,)"
                             R"("ms":1.25})"
                             "\n"));
}

TEST(LogLines, are_text_for_people) {
  EXPECT_THAT(said({}), HasSubstr(" info: request path=/stops bytes=42 ms=1.25\n"));
}

TEST(LogLines, leave_out_what_is_below_their_level) {
  EXPECT_EQ(said({.json = true, .level = LogLevel::warning}), "");
}

}  // namespace
}  // namespace hq::server
