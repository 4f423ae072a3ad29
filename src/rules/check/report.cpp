#include "rules/check/report.h"

#include <fmt/format.h>

#include <utility>

namespace hq::rules {

void Report::add(Severity severity, std::string_view code, Span span, std::string en,
                 std::string zh) {
  const std::string key =
      fmt::format("{}\n{}\n{} {} {} {} {}\n{}\n{}", code, place_.element, place_.line, place_.rule,
                  place_.column, span.begin, span.end, place_.text, en);
  if (!known_.insert(key).second) return;
  problems_.push_back({severity, code, place_.element, place_.rule, place_.column, place_.file,
                       place_.line, std::string(place_.text), span, std::move(en), std::move(zh)});
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
