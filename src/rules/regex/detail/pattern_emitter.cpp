#include "rules/regex/detail/pattern_emitter.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/assert.h"
#include "rules/regex/limits.h"

namespace hq::rules {
namespace {

using Kind = PatternNode::Kind;

// Below so many ranges a class is written in place, whatever the style.
constexpr std::size_t kSharedRangesMin = 24;

std::string code_point(char32_t one) {
  const bool is_plain =
      (one >= '0' && one <= '9') || (one >= 'A' && one <= 'Z') || (one >= 'a' && one <= 'z');
  if (is_plain) return std::string(1, static_cast<char>(one));
  return fmt::format("\\x{{{:X}}}", static_cast<uint32_t>(one));
}

// The shorter of the set and its complement. PCRE2 looks at the ranges in the order of the text,
// so the wide ones, which hold most characters, come first.
std::string class_text(const CodePointSet& set) {
  if (set.count() == 1) return code_point(set.ranges().front().first);
  if (set.is_empty()) return "(?:(?!))";
  const CodePointSet complement = set.complement();
  if (complement.is_empty()) return ".";
  const bool negated = complement.ranges().size() < set.ranges().size();
  const auto chosen = negated ? complement.ranges() : set.ranges();
  std::vector<CodePointRange> ranges(chosen.begin(), chosen.end());
  std::ranges::sort(ranges, [](const CodePointRange& a, const CodePointRange& b) {
    const auto width = [](const CodePointRange& one) { return one.last - one.first; };
    return width(a) != width(b) ? width(a) > width(b) : a < b;
  });
  std::string text = negated ? "[^" : "[";
  for (const auto& [first, last] : ranges) {
    text += code_point(first);
    if (last == first) continue;
    text += '-';
    text += code_point(last);
  }
  return text += ']';
}

class Emitter {
 public:
  Emitter(const Pattern& pattern, ClassStyle style)
      : pattern_(pattern), style_(style), texts_(pattern.sets.size()) {}

  Result<std::string> emit() {
    // One lazy run in front finds the first match from any start. So the search has one start for
    // PCRE2, whose match limit counts anew for each, and then binds all of it.
    const bool is_xsd = pattern_.options.xsd_schema;
    out_ = is_xsd ? "\\A(?:" : ".*?\\K(?:";
    HQ_TRY_VOID(node(pattern_.root, 1));
    out_ += is_xsd ? ")\\z" : ")";
    if (!shared_.empty()) out_ += "(?(DEFINE)" + shared_ + ")";
    return std::move(out_);
  }

 private:
  Result<> node(uint32_t index, uint64_t repeats) {
    if (out_.size() + shared_.size() > kRegexEmittedBytesMax) {
      return fail(ErrorCode::too_large, "the pattern has too many large classes",
                  "表达式中的大字符类过多", "pattern");
    }
    const PatternNode& one = pattern_.nodes[index];
    switch (one.kind) {
      case Kind::set:
        out_ += set_text(one.number);
        return {};
      case Kind::line_start:
        out_ += pattern_.options.multiline ? "(?:^)" : "(?:\\A)";
        return {};
      case Kind::line_end:
        out_ += pattern_.options.multiline ? "(?:$)" : "(?:\\z)";
        return {};
      case Kind::back_reference:
        out_ += pattern_.options.case_insensitive ? fmt::format("(?i:\\g{{{}}})", one.number)
                                                  : fmt::format("\\g{{{}}}", one.number);
        return {};
      case Kind::repeat:
        return repeat(one, repeats);
      case Kind::capture:
        return children(one, repeats, "(", ")");
      case Kind::sequence:
        return children(one, repeats, "(?:", ")");
      case Kind::choice:
        return children(one, repeats, "(?:", ")");
    }
    HQ_ASSERT(false);
  }

  Result<> children(const PatternNode& one, uint64_t repeats, std::string_view open,
                    std::string_view close) {
    out_ += open;
    for (std::size_t i = 0; i < one.children.size(); ++i) {
      if (i > 0 && one.kind == Kind::choice) out_ += '|';
      HQ_TRY_VOID(node(one.children[i], repeats));
    }
    out_ += close;
    return {};
  }

  // Numbers beyond any text need not be counted: {n} never matches then, {0,n} is *.
  Result<> repeat(const PatternNode& one, uint64_t repeats) {
    const uint64_t length = pattern_.nodes[one.children.front()].length_min;
    const bool is_impossible = one.least > kRegexTextBytesMax && length > 0;
    const bool is_open = one.most > kRegexTextBytesMax;
    const uint64_t least = is_impossible ? 0 : one.least;
    const uint64_t most = is_open ? std::max<uint64_t>(least, 1) : one.most;
    if (most > kRegexQuantifierMax) {
      return fail(ErrorCode::limit_exceeded, "a quantifier is too large", "量词过大", "pattern");
    }
    repeats *= std::max<uint64_t>(most, 1);
    if (repeats > kRegexRepeatProductMax) {
      return fail(ErrorCode::limit_exceeded, "quantifiers within each other are too large",
                  "嵌套的量词过大", "pattern");
    }
    if (is_impossible) return children(one, repeats, "(?:(?!)", ")");
    // A class needs no group; without one PCRE2 repeats it in one step.
    const bool is_set = pattern_.nodes[one.children.front()].kind == Kind::set;
    HQ_TRY_VOID(children(one, repeats, is_set ? "" : "(?:", is_set ? "" : ")"));
    if (is_open) {
      fmt::format_to(std::back_inserter(out_), "{{{},}}", least);
    } else {
      fmt::format_to(std::back_inserter(out_), "{{{},{}}}", least, one.most);
    }
    if (one.reluctant) out_ += '?';
    return {};
  }

  const std::string& set_text(uint32_t index) {
    std::string& text = texts_[index];
    if (!text.empty()) return text;
    const CodePointSet& set = pattern_.sets[index];
    text = class_text(set);
    if (style_ == ClassStyle::shared && set.ranges().size() >= kSharedRangesMin) {
      shared_ += "(" + text + ")";
      text = fmt::format("(?{})", pattern_.group_count + ++shared_count_);
    }
    return text;
  }

  const Pattern& pattern_;
  ClassStyle style_;
  std::vector<std::string> texts_;
  std::string out_;
  std::string shared_;
  uint32_t shared_count_ = 0;
};

}  // namespace

Result<std::string> emit_pattern(const Pattern& pattern, ClassStyle style) {
  return Emitter(pattern, style).emit();
}

}  // namespace hq::rules
