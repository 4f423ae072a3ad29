#include "rules/check/report.h"

#include <algorithm>

namespace hq::rules {

void Report::add(Severity severity, std::string_view code, Span span, std::string en,
                 std::string zh) {
  if (is_silent_) return;
  Problem problem{severity,      code,          place_.element, place_.rule,
                  place_.column, place_.file,   place_.line,    std::string(place_.text),
                  span,          std::move(en), std::move(zh)};
  const bool is_known = std::ranges::any_of(problems_, [&](const Problem& one) {
    return one.code == problem.code && one.element == problem.element && one.rule == problem.rule &&
           one.column == problem.column && one.span == problem.span && one.text == problem.text &&
           one.message_en == problem.message_en;
  });
  if (!is_known) problems_.push_back(std::move(problem));
}

std::vector<Problem> Report::take() {
  return std::move(problems_);
}

std::string Problem::where() const {
  std::string place = file;
  if (line > 0) place += ":" + std::to_string(line);
  if (!element.empty()) place += (place.empty() ? "" : ": ") + element;
  if (rule > 0) place += ", rule " + std::to_string(rule);
  if (column > 0) place += ", column " + std::to_string(column);
  return place;
}

}  // namespace hq::rules
