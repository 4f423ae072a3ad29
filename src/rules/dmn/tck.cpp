#include "rules/dmn/tck.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "base/file.h"
#include "rules/dmn/reader.h"
#include "rules/dmn/tck_cases.h"

namespace hq::rules {
namespace {

namespace fs = std::filesystem;

/// What the suite writes with fewer digits than a decimal has: roots, exponentials, logarithms,
/// deviations, cosines, powers with fractions, and quotients that do not end (loan payments,
/// means). Some were worked out in binary doubles. A folder, and with what names of results begin.
constexpr std::pair<std::string_view, std::string_view> kRounded[] = {
    {"0003-iteration", "MonthlyPayment"},
    {"0004-lending", ""},
    {"0005-literal-invocation", "MonthlyPayment"},
    {"0008-LX-arithmetic", "payment"},
    {"0009-invocation-arithmetic", "MonthlyPayment"},
    {"0012-list-functions", "mean"},
    {"0014-loan-comparison", ""},
    {"0040-singlenestedcontext", ""},
    {"0041-multiple-nestedcontext", ""},
    {"0051-feel-sqrt-function", ""},
    {"0052-feel-exp-function", ""},
    {"0053-feel-log-function", ""},
    {"0063-feel-stddev-function", ""},
    {"0075-feel-exponent", ""},
    {"0076-feel-external-java", "literal_001"},
    {"0100-arithmetic", "exponent_"},
};

/// Here a null out of an error is not marked by errorResult, though the same expressions are marked
/// in other folders (10 * null, 1 / 0): the mark is not looked at where null is expected.
constexpr std::string_view kUnmarked[] = {"0078-feel-infinity", "0105-feel-math"};

constexpr std::size_t kReasonBytesMax = 300;

bool is_rounded(std::string_view folder, std::string_view result) {
  return std::ranges::any_of(kRounded, [&](const auto& one) {
    return one.first == folder && result.starts_with(one.second);
  });
}

bool is_unmarked(std::string_view folder, const TckResult& result) {
  return result.expected.is_null() && !result.wants_error &&
         std::ranges::find(kUnmarked, folder) != std::end(kUnmarked);
}

/// Both contexts have the same members, each of which passes `is_equal`; null where one is missing
/// if `may_miss`.
template <class Equal>
bool same_members(const Context& a, const Context& b, bool may_miss, Equal is_equal) {
  const auto covers = [&](const Context& one, const Context& other) {
    return std::ranges::all_of(one.members(), [&](const Context::Member& member) {
      const Value* found = other.find(member.name);
      if (found == nullptr) return may_miss && member.value.is_null();
      return is_equal(member.value, *found);
    });
  };
  return covers(a, b) && std::ranges::all_of(b.members(), [&](const Context::Member& member) {
           return a.find(member.name) != nullptr || (may_miss && member.value.is_null());
         });
}

/// Compares structure, and leaves to `leaf` what is neither list nor context on both sides.
template <class Leaf>
bool same_structure(const Value& expected, const Value& got, bool may_miss, Leaf leaf) {
  const auto again = [&](const Value& a, const Value& b) {
    return same_structure(a, b, may_miss, leaf);
  };
  const List* list = expected.as<List>();
  const List* other_list = got.as<List>();
  if (list != nullptr && other_list != nullptr) {
    return std::ranges::equal(*list, *other_list, again);
  }
  const Context* context = expected.as<Context>();
  const Context* other_context = got.as<Context>();
  if (context != nullptr && other_context != nullptr) {
    return same_members(*context, *other_context, may_miss, again);
  }
  return leaf(expected, got);
}

bool within(const Decimal& a, const Decimal& b, const Decimal& limit) {
  const auto difference = subtract(a, b);
  return difference && absolute(*difference) < limit;
}

/// Digits behind the point as written, which the value itself does not keep.
int64_t scale_of(const Decimal& number) {
  const std::string text = number.text();
  if (text.contains('E')) return 0;
  const std::size_t point = text.find('.');
  return point == std::string::npos ? 0 : static_cast<int64_t>(text.size() - point - 1);
}

std::string reasons(const std::vector<Reason>& reports) {
  std::string text;
  for (const Reason& report : reports) {
    if (!text.empty()) text += "; ";
    text += report.en;
    if (text.size() > kReasonBytesMax) break;
  }
  return text;
}

bool is_all_null(const TckCase& test) {
  return std::ranges::all_of(test.results,
                             [](const TckResult& result) { return result.expected.is_null(); });
}

/// Runs the cases of one folder.
class FolderRun {
 public:
  FolderRun(const fs::path& folder, const TckOptions& options, TckScore& score)
      : folder_(folder), options_(options), score_(score) {}

  Result<> run(const fs::path& test_file) {
    HQ_TRY(const std::string xml, read_file(test_file));
    HQ_TRY(const TckFile file, read_tck_file(xml, test_file.filename().string()));
    const Result<Executor> executor = load(file.model);
    for (const TckCase& test : file.cases) count(test, executor);
    return {};
  }

 private:
  /// What executes the model of that file and those beside it.
  Result<Executor> load(const std::string& main) const {
    HQ_TRY(const std::shared_ptr<const Program> program, load_tck_models(folder_, main));
    if (options_.executor) return options_.executor(program);
    return [program](const Target& target, const std::vector<Input>& inputs,
                     EvaluationOptions options) {
      return execute(*program, target, inputs, std::move(options));
    };
  }

  void count(const TckCase& test, const Result<Executor>& executor) {
    ++score_.total;
    bool has_passed = true;
    bool has_strictly = true;
    bool has_exactly = true;
    for (const TckResult& result : test.results) {
      TckFailure failure{folder_.filename().string(),
                         test.id,
                         result.name,
                         to_text(result.expected),
                         "",
                         "",
                         false};
      bool passed = false;
      bool strictly = false;
      bool exactly = false;
      if (!executor) {
        failure.reason = executor.error().text();
      } else {
        std::tie(passed, strictly, exactly) = check(*executor, test, result, failure);
      }
      has_exactly = has_exactly && exactly;
      has_passed = has_passed && passed;
      has_strictly = has_strictly && strictly;
      if (passed && strictly) continue;
      failure.is_strict_only = passed;
      score_.failures.push_back(std::move(failure));
    }
    const bool is_null = is_all_null(test);
    score_.passed += has_passed ? 1 : 0;
    score_.strict_passed += has_strictly ? 1 : 0;
    score_.strict_by_exception += has_strictly && !has_exactly ? 1 : 0;
    score_.non_null += is_null ? 0 : 1;
    score_.non_null_passed += !is_null && has_passed ? 1 : 0;
  }

  /// Did it pass, did it strictly, and did it without an exception?
  std::tuple<bool, bool, bool> check(const Executor& executor, const TckCase& test,
                                     const TckResult& result, TckFailure& failure) const {
    EvaluationOptions options;
    options.now = options_.now;
    const bool is_decision = test.kind == ElementKind::decision;
    auto answer = executor({test.kind, is_decision ? result.name : test.invocable}, test.inputs,
                           std::move(options));
    if (!answer) {
      failure.reason = answer.error().text();
      return {false, false, false};
    }
    Value got = answer->value;
    // A service with several outputs is asked for one of them.
    const Context* outputs = got.as<Context>();
    if (test.kind == ElementKind::service && outputs != nullptr) {
      if (const Value* output = outputs->find(result.name)) got = Value(*output);
    }
    failure.got = to_text(got);
    failure.reason = reasons(answer->reports);
    const bool passed = equals_leniently(result.expected, got);
    const bool is_exact = equals_strictly(result.expected, got);
    const bool is_right = is_exact || (is_rounded(failure.folder, result.name) &&
                                       equals_rounded(result.expected, got));
    const bool is_error = !answer->reports.empty();
    const bool is_marked_right =
        is_error == result.wants_error || is_unmarked(failure.folder, result);
    if (!is_marked_right) {
      failure.reason = (is_error ? "an error is reported: " : "no error is reported") +
                       (is_error ? failure.reason : "");
    }
    return {passed, passed && is_right && is_marked_right,
            is_exact && is_error == result.wants_error};
  }

  fs::path folder_;
  const TckOptions& options_;
  TckScore& score_;
};

}  // namespace

bool equals_leniently(const Value& expected, const Value& got) {
  static constexpr int64_t kTolerance = -8;  // 1e-8
  return same_structure(expected, got, true, [](const Value& a, const Value& b) {
    if (a.is_null() || b.is_null()) return a.is_null() && b.is_null();
    const Decimal* number = a.as<Decimal>();
    const Decimal* other = b.as<Decimal>();
    if (number != nullptr && other != nullptr) {
      return within(*number, *other, Decimal::scaled(1, kTolerance).value_or(Decimal()));
    }
    if (equal(a, b) == true) return true;
    const std::string* text = a.as<std::string>();
    return text != nullptr && *text == to_text(b);
  });
}

bool equals_strictly(const Value& expected, const Value& got) {
  return same_structure(expected, got, false,
                        [](const Value& a, const Value& b) { return is_same(a, b); });
}

bool equals_rounded(const Value& expected, const Value& got) {
  return same_structure(expected, got, false, [](const Value& a, const Value& b) {
    const Decimal* number = a.as<Decimal>();
    const Decimal* other = b.as<Decimal>();
    if (number == nullptr || other == nullptr) return is_same(a, b);
    const int64_t scale = scale_of(*number);
    // Whoever wrote the number rounded it, or cut it off.
    for (const Rounding rounding : {Rounding::half_even, Rounding::half_up, Rounding::down}) {
      if (round(*other, scale, rounding) == *number) return true;
    }
    // Worked out in doubles: 12 digits are right.
    const auto limit = multiply(absolute(*number), Decimal::scaled(1, -12).value_or(Decimal()));
    return limit && within(*number, *other, *limit);
  });
}

Result<std::shared_ptr<const Program>> load_tck_models(const fs::path& folder,
                                                       const std::string& main) {
  std::vector<Model> models;
  HQ_TRY(const std::string xml, read_file(folder / main));
  HQ_TRY(models.emplace_back(), read_model(xml, main));
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (entry.path().extension() != ".dmn" || name == main) continue;
    HQ_TRY(const std::string other, read_file(entry.path()));
    HQ_TRY(models.emplace_back(), read_model(other, name));
  }
  return compile(models);
}

Result<TckScore> run_tck(const fs::path& folder, const TckOptions& options) {
  std::error_code error;
  std::vector<fs::path> files;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (name.contains("-test-") && name.ends_with(".xml")) files.push_back(at->path());
  }
  if (error || files.empty()) {
    return fail(ErrorCode::not_found, "the folder has no *-test-*.xml; name one of the DMN TCK",
                "该文件夹没有 *-test-*.xml；请给出 DMN TCK 的文件夹", folder.string());
  }
  std::ranges::sort(files);
  TckScore score;
  for (const fs::path& file : files) {
    HQ_TRY_VOID(FolderRun(file.parent_path(), options, score).run(file));
  }
  return score;
}

}  // namespace hq::rules
