// Report: gathers problems, and knows where the check is just now.
//
// Lives as long as one check. A guard At sets the place for a while; the same problem at the same
// place is said once.
//
//   report.at({.element = &element});
//   report.add(Severity::error, "unknown_name", span, "there is nothing named x", "没有 x");
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "rules/check/check.h"

namespace hq::rules {

class Report {
 public:
  struct Place {
    std::string element = {};
    std::string file = {};
    uint32_t line = 0;
    std::size_t rule = 0;
    std::size_t column = 0;
    std::string_view text = {};  // of the FEEL that is looked at
  };

  /// The place for as long as it lives.
  class At {
   public:
    At(Report& report, Place place)
        : report_(report), outer_(std::exchange(report.place_, std::move(place))) {}
    At(const At&) = delete;
    At& operator=(const At&) = delete;
    ~At() { report_.place_ = std::move(outer_); }

   private:
    Report& report_;
    Place outer_;
  };

  const Place& place() const { return place_; }

  void add(Severity severity, std::string_view code, Span span, std::string en, std::string zh);

  std::vector<Problem> take();

 private:
  Place place_;
  std::vector<Problem> problems_;
  std::set<std::string> known_;
};

}  // namespace hq::rules
