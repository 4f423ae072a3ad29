// Check: what is wrong with a model before anything runs.
//
// check() infers the types of all expressions, whether they may be null, and looks at each cell of
// each table. Types are believed as they are declared: an input has the members of its type and no
// others. What it says is about a part whenever that part is evaluated, whatever the inputs are;
// overlaps and gaps of tables are proved elsewhere. Pure; any thread.
//
//   for (const Problem& problem : check(*program)) print(problem.where(), problem.message_en);
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rules/dmn/compile.h"

namespace hq::rules {

enum class Severity : uint8_t {
  error,    // the part is null, or reports an error, whenever it is evaluated
  warning,  // it may silently do what was not meant
  hint,     // style
};

struct Problem {
  Severity severity = Severity::error;
  std::string_view code;   // "unknown_name"; the table in README.md has all
  std::string element;     // "decision Risk"; may be empty
  std::size_t rule = 0;    // of a table, from 1; 0: none
  std::size_t column = 0;  // from 1, inputs and then outputs; 0: none
  std::string file;
  uint32_t line = 0;  // 0 where it is not known
  std::string text;   // the FEEL text
  Span span;          // in `text`
  std::string message_en;
  std::string message_zh;

  /// "refund.dmn:12: decision Refund, rule 3, column 2"
  std::string where() const;
};

struct CheckOptions {
  /// Input data that is given in every request, by name: it is never null.
  std::set<std::string, std::less<>> always_given = {};
};

/// In the order of the elements; the most severe first within each.
std::vector<Problem> check(const Program& program, const CheckOptions& options = {});

}  // namespace hq::rules
