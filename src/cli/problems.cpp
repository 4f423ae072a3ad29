#include "cli/problems.h"

#include "base/json.h"

namespace hq::cli {
namespace {

struct ProblemAnswer {
  std::string version;  // of a policy
  std::string severity;
  std::string code;
  std::string where;
  std::string text;    // the FEEL text
  uint32_t begin = 0;  // bytes of it
  uint32_t end = 0;
  std::string message_zh;
  std::string message_en;
};
BOOST_DESCRIBE_STRUCT(ProblemAnswer, (),
                      (version, severity, code, where, text, begin, end, message_zh, message_en))

struct ProblemsAnswer {
  std::vector<ProblemAnswer> problems;
};
BOOST_DESCRIBE_STRUCT(ProblemsAnswer, (), (problems))

std::string severity_of(rules::Severity severity, const Console& console) {
  switch (severity) {
    case rules::Severity::error:
      return std::string(console.choose("error", "错误"));
    case rules::Severity::warning:
      return std::string(console.choose("warning", "警告"));
    case rules::Severity::hint:
      break;
  }
  return std::string(console.choose("hint", "提示"));
}

}  // namespace

int show_problems(const std::vector<ProblemsOf>& all, const Console& console) {
  constexpr std::string_view kSeverities[] = {"error", "warning", "hint"};
  ProblemsAnswer answer;
  int code = 0;
  for (const auto& [version, problems] : all) {
    for (const rules::Problem& one : problems) {
      if (one.severity == rules::Severity::error) code = 1;
      answer.problems.push_back({version,
                                 std::string(kSeverities[static_cast<std::size_t>(one.severity)]),
                                 std::string(one.code), one.where(), one.text, one.span.begin,
                                 one.span.end, one.message_zh, one.message_en});
      if (console.json()) continue;
      console.line(fmt::format("{}{}: {}: {}", version.empty() ? "" : version + ": ",
                               severity_of(one.severity, console), one.where(),
                               console.choose(one.message_en, one.message_zh)));
    }
  }
  if (console.json()) {
    console.line(to_json(answer));
  } else if (answer.problems.empty()) {
    console.line(console.choose("nothing is wrong", "没有发现问题"));
  }
  return code;
}

}  // namespace hq::cli
