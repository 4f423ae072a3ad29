// The DMN Technology Compatibility Kit: runs its cases and counts, as vendors do and strictly.
//
// Lenient is what vendors publish: numbers within 1e-8, a missing member is null, anything equals
// a text that is its text. Strict is exact: the same decimal, the same members, the same zone, and
// an error was reported where the case says errorResult, and nowhere else. Two lists in tck.cpp
// name the exceptions: where the suite itself writes a number with fewer digits than a decimal has
// (kRounded), only those digits count; where it leaves errorResult out (kUnmarked), it does.
//
//   HQ_TRY(const TckScore score, run_tck("dmn-tck/cases", {}));
//   score.passed; score.strict_passed;
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "rules/dmn/execute.h"
#include "rules/feel/value.h"

namespace hq::rules {

struct TckFailure {
  std::string folder;
  std::string case_id;
  std::string result;    // name of the decision
  std::string expected;  // texts of the values
  std::string got;
  std::string reason;  // what was reported
  bool is_strict_only = false;
};

/// Counts of cases; a case passes where all its results do.
struct TckScore {
  std::size_t total = 0;
  std::size_t passed = 0;
  std::size_t non_null = 0;  // cases that expect some value
  std::size_t non_null_passed = 0;
  std::size_t strict_passed = 0;
  std::size_t strict_by_exception = 0;  // of these: only by kRounded or kUnmarked
  std::vector<TckFailure> failures;
};

/// Takes decisions of one program, as execute() does.
using Executor = std::function<Result<Answer>(
    const Target& target, const std::vector<Input>& inputs, EvaluationOptions options)>;

struct TckOptions {
  std::optional<DateTime> now = std::nullopt;  // of now() and today()
  /// What takes the decisions of a program; empty: execute().
  std::function<Executor(std::shared_ptr<const Program> program)> executor = nullptr;
};

/// The model of that file, with those beside it for its imports.
Result<std::shared_ptr<const Program>> load_tck_models(const std::filesystem::path& folder,
                                                       const std::string& main);

/// Runs every *-test-*.xml below the folder, with the models beside it. not_found where there is
/// none; a file that cannot be read fails all its cases, or where they cannot be told, the run.
Result<TckScore> run_tck(const std::filesystem::path& folder, const TckOptions& options);

/// Is `got` what is expected, as vendors compare?
bool equals_leniently(const Value& expected, const Value& got);
/// The same kind and value throughout.
bool equals_strictly(const Value& expected, const Value& got);
/// Strictly, but a number only to as many digits behind the point as are expected, or to 12 digits.
bool equals_rounded(const Value& expected, const Value& got);

}  // namespace hq::rules
