// Functions with regular expressions, those of XPath (DMN 1.5, table 74).
#include <algorithm>

#include "rules/feel/built_in_families.h"
#include "rules/regex/regex.h"

namespace hq::rules {
namespace {

/// Compiling costs more than most steps do; a step of the matcher costs less.
constexpr uint64_t kStepsPerPatternByte = 8;
constexpr uint64_t kWorkPerStep = 4;

struct Pattern {
  std::string_view pattern;
  std::string_view flags;
};

/// Runs `use(regex, work)`, counts what it took, and gives its value or the error as null.
template <class Use>
Value with_regex(const Pattern& pattern, std::string_view text, std::string_view function,
                 Evaluation& evaluation, Use use) {
  if (!can_afford_text(evaluation, text.size()) ||
      !evaluation.spend(kStepsPerPatternByte * pattern.pattern.size())) {
    return out_of_budget(evaluation);
  }
  const Result<Regex> regex = Regex::compile(pattern.pattern, pattern.flags);
  if (!regex) {
    return failed(evaluation, function, regex.error().message, regex.error().message_zh);
  }
  const uint64_t steps_max = std::min(evaluation.options().steps_max, kRegexWorkMax);
  const uint64_t allowed = std::min(kRegexWorkMax, kWorkPerStep * steps_max);
  RegexWork work{.left = allowed};
  auto result = use(*regex, work);
  if (!evaluation.spend((allowed - std::min(work.left, allowed)) / kWorkPerStep)) {
    return out_of_budget(evaluation);
  }
  if (!result) {
    return failed(evaluation, function, result.error().message, result.error().message_zh);
  }
  return Value(std::move(*result));
}

/// Flags that are left out, or null, are none.
std::string_view flags_of(Arguments arguments, std::size_t place) {
  const auto* flags = place < arguments.size() ? arguments[place].as<std::string>() : nullptr;
  return flags == nullptr ? std::string_view() : std::string_view(*flags);
}

Value matches(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  const auto& input = get<std::string>(arguments[0]);
  const Pattern pattern{get<std::string>(arguments[1]), flags_of(arguments, 2)};
  return with_regex(
      pattern, input, "matches", evaluation,
      [&](const Regex& regex, RegexWork& work) { return regex.matches(input, work); });
}

Value replace(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  const auto& input = get<std::string>(arguments[0]);
  const auto& replacement = get<std::string>(arguments[2]);
  const Pattern pattern{get<std::string>(arguments[1]), flags_of(arguments, 3)};
  if (!can_afford_text(evaluation, replacement.size())) return out_of_budget(evaluation);
  Value result = with_regex(
      pattern, input, "replace", evaluation,
      [&](const Regex& regex, RegexWork& work) { return regex.replace(input, replacement, work); });
  const auto* text = result.as<std::string>();
  if (text != nullptr && !can_afford_text(evaluation, text->size())) {
    return out_of_budget(evaluation);
  }
  return result;
}

Value split(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  const auto& text = get<std::string>(arguments[0]);
  const Pattern delimiter{get<std::string>(arguments[1]), {}};
  if (!can_afford(evaluation, text.size())) return out_of_budget(evaluation);
  return with_regex(delimiter, text, "split", evaluation,
                    [&](const Regex& regex, RegexWork& work) -> Result<List> {
                      HQ_TRY(const std::vector<std::string> parts, regex.tokenize(text, work));
                      List items;
                      for (const std::string& part : parts) items.emplace_back(part);
                      // fn:tokenize has no part of an empty text; FEEL has the text itself.
                      if (text.empty()) items.emplace_back(text);
                      return items;
                    });
}

}  // namespace

std::vector<BuiltIn> pattern_built_ins() {
  const Parameter input{"input", Accepts::string};
  const Parameter pattern{"pattern", Accepts::string};
  const Parameter flags{"flags", Accepts::string_or_null};
  return {
      {"matches", {form({input, pattern, flags}, 1)}, matches},
      {"replace", {form({input, pattern, {"replacement", Accepts::string}, flags}, 1)}, replace},
      {"split", {form({{"string", Accepts::string}, {"delimiter", Accepts::string}})}, split},
  };
}

}  // namespace hq::rules
