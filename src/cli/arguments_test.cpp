#include "cli/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/json.h"
#include "cli/command_testing.h"

namespace hq::cli {
namespace {

using testing::HasSubstr;

TEST(CommandLine, shows_help_without_a_command_and_in_both_languages) {
  EXPECT_THAT(hongqiao({}).out, HasSubstr("journey"));
  testing::internal::CaptureStdout();
  EXPECT_EQ(run({"--lang", "zh", "journey", "--help"}), 0);
  EXPECT_THAT(testing::internal::GetCapturedStdout(), HasSubstr("最多换乘次数"));
}

TEST(CommandLine, refuses_what_it_does_not_know) {
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{"fly"},
                                                {"journey", "--speed", "9"},
                                                {"hub"},
                                                {"reach", "AOH", "--limit-min", "9999"},
                                                {"journey", "AOH", "NKH", "--modes", "broom"},
                                                {"reach", "AOH", "--window-from", "late"}}) {
    const Outcome outcome = hongqiao(wrong);
    EXPECT_EQ(outcome.exit_code, 64) << wrong[0];
    EXPECT_THAT(outcome.err, HasSubstr("--help"));
    EXPECT_EQ(outcome.out, "");
  }
}

TEST(CommandLine, tells_errors_as_json_where_answers_are) {
  const Outcome outcome =
      hongqiao({"--json", "journey", "NOWHERE", "AOH", "--hub", kHub, "--data", "/nonexistent"});
  EXPECT_EQ(outcome.exit_code, 66);
  const auto document = JsonDocument::parse(outcome.err).value();
  EXPECT_EQ(document.root().find("error")->find("code")->as_string().value(), "not_found");
}

TEST(CommandLine, completes_every_command) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const Outcome outcome = hongqiao({"completion", shell});
    EXPECT_EQ(outcome.exit_code, 0);
    for (const char* word : {"serve", "tail", "gtfs"}) EXPECT_THAT(outcome.out, HasSubstr(word));
  }
  EXPECT_EQ(hongqiao({"completion", "cmd"}).exit_code, 64);
}

TEST_F(CommandTest, builds_exports_examines_imports_and_switches) {
  EXPECT_EQ(hongqiao({"hub", "build", "--hub", kHub, "--out", path("plan.hqt")}).exit_code, 0);
  EXPECT_EQ(hongqiao({"export", "gtfs", path("plan.zip"), "--hub", kHub}).exit_code, 0);
  const Outcome doctor = hongqiao({"--json", "doctor", path("plan.zip"), "--hub", kHub});
  EXPECT_EQ(doctor.exit_code, 0) << doctor.err;
  EXPECT_THAT(doctor.out, HasSubstr(R"("stops":)"));
  const Outcome imported = hongqiao({"--json", "import", "gtfs", path("plan.zip"), "--name", "plan",
                                     "--hub", kHub, "--data", path("data")});
  EXPECT_EQ(imported.exit_code, 0) << imported.err;
  EXPECT_THAT(imported.out, HasSubstr(R"("active":true)"));
  const Outcome list = hongqiao({"timetables", "--hub", kHub, "--data", path("data")});
  EXPECT_THAT(list.out, HasSubstr("* plan"));
  EXPECT_EQ(hongqiao({"timetables", "--hub", kHub, "--data", path("data"), "--activate",
                      "0123456789abcdef"})
                .exit_code,
            66);
  EXPECT_EQ(hongqiao({"log", "verify", "--data", path("data")}).exit_code, 0);
  EXPECT_THAT(hongqiao({"log", "tail", "--data", path("data")}).out,
              HasSubstr("timetables.imported"));
  // The export is the same network: a journey on it is the journey on the plan.
  const auto journey = [&](std::vector<std::string> more) {
    std::vector<std::string> words = {"journey",          "AOH",   "NKH", "--time",
                                      "2026-11-24T08:00", "--hub", kHub,  "--data"};
    words.insert(words.end(), more.begin(), more.end());
    return hongqiao(words).out;
  };
  const std::string on_plan = journey({"/nonexistent", "--timetable", path("plan.hqt")});
  EXPECT_THAT(on_plan, HasSubstr("Shanghai Hongqiao → Nanjing South"));
  EXPECT_EQ(journey({path("data")}), on_plan);

  EXPECT_EQ(hongqiao({"doctor", "--hub", kHub, "--data", path("data")}).exit_code, 0);
  const auto document = JsonDocument::parse(imported.out).value();
  const auto id = std::string(document.root().find("id")->as_string().value());
  ASSERT_TRUE(write_file_atomically(path("data/timetables/" + id + ".hqt"), "damaged"));
  const Outcome damaged = hongqiao({"doctor", "--hub", kHub, "--data", path("data")});
  EXPECT_EQ(damaged.exit_code, 65);
  EXPECT_THAT(damaged.err, HasSubstr(id));
  EXPECT_THAT(damaged.out, HasSubstr("sound"));
}

TEST_F(CommandTest, says_what_is_wrong_with_a_file) {
  ASSERT_TRUE(write_file_atomically(path("x.zip"), "no zip"));
  ASSERT_TRUE(write_file_atomically(path("x.hqt"), "no timetable"));
  EXPECT_EQ(hongqiao({"doctor", path("x.zip"), "--hub", kHub}).exit_code, 65);
  EXPECT_EQ(hongqiao({"doctor", path("none.zip"), "--hub", kHub}).exit_code, 66);
  EXPECT_NE(hongqiao({"stops", "x", "--hub", kHub, "--timetable", path("x.hqt")}).exit_code, 0);
  EXPECT_EQ(hongqiao({"log", "verify", "--data", path("nothing")}).exit_code, 66);
  EXPECT_EQ(hongqiao({"stops", "x", "--hub", kHub, "--data", path("nothing"), "--timetable",
                      "0123456789abcdef"})
                .exit_code,
            66);
  EXPECT_EQ(hongqiao({"stops", "x", "--hub", path("nothing")}).exit_code, 66);
}

TEST_F(CommandTest, answers_a_batch_and_fails_with_the_line_that_failed) {
  ASSERT_TRUE(write_file_atomically(path("q.csv"),
                                    "from,to,date,departure\nAOH,NKH,2026-11-24,08:00\n"
                                    "AOH,X,2026-11-24,08:00\n"));
  const Outcome outcome =
      hongqiao({"journey", "--batch", path("q.csv"), "--hub", kHub, "--data", "/nonexistent"});
  EXPECT_EQ(outcome.exit_code, 65);
  EXPECT_THAT(outcome.out, HasSubstr("\n3,AOH,X,"));
  EXPECT_THAT(outcome.err, HasSubstr("1 failed"));
}

TEST_F(CommandTest, rotates_the_operator_token) {
  const Outcome first = hongqiao({"token", "rotate", "--data", folder_.string()});
  EXPECT_EQ(first.exit_code, 0) << first.err;
  EXPECT_THAT(first.out, HasSubstr("hq_"));
  EXPECT_NE(hongqiao({"token", "rotate", "--data", folder_.string()}).out, first.out);
}

}  // namespace
}  // namespace hq::cli
