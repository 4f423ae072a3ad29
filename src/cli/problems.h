// How what is wrong with models and policies is shown.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "cli/console.h"
#include "rules/check/check.h"

namespace hq::cli {

/// Problems of a model, and the version of a policy that it is of; empty: none.
using ProblemsOf = std::pair<std::string, std::vector<rules::Problem>>;

/// As lines or as JSON: 1 where one is an error, else 0.
int show_problems(const std::vector<ProblemsOf>& all, const Console& console);

/// Lines of findings, each with text_zh and text_en, and whether they are all.
template <class Findings>
void show_findings(const Findings& findings, bool is_complete, const Console& console) {
  for (const auto& one : findings) {
    console.line("- " + std::string(console.choose(one.text_en, one.text_zh)));
  }
  const std::string count = std::to_string(findings.size());
  console.line(console.choose(count + (is_complete ? " found; all cases were looked at"
                                                   : " found; not all cases could be looked at"),
                              is_complete ? "发现 " + count + " 项；已检查全部情形"
                                          : "发现 " + count + " 项；未能检查全部情形"));
}

}  // namespace hq::cli
