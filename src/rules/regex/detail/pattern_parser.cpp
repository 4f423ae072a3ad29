#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/assert.h"
#include "base/text.h"
#include "rules/regex/detail/class_parser.h"
#include "rules/regex/detail/pattern.h"
#include "rules/regex/detail/unicode_sets.h"
#include "rules/regex/limits.h"

namespace hq::rules {
namespace {

using Kind = PatternNode::Kind;

bool is_blank(char32_t one) {
  return one == ' ' || one == '\t' || one == '\n' || one == '\r';
}

uint64_t saturating_product(uint64_t a, uint64_t b) {
  return a != 0 && b > kUnlimited / a ? kUnlimited : a * b;
}

uint64_t saturating_sum(uint64_t a, uint64_t b) {
  return a > kUnlimited - b ? kUnlimited : a + b;
}

// The code points of `text` with their places; for flag x without the blanks outside of classes.
// A backslash holds on to the next character that is not a blank.
std::vector<PatternCharacter> characters_of(std::u32string_view text, bool without_blanks) {
  std::vector<PatternCharacter> characters;
  characters.reserve(text.size());
  int depth = 0;
  bool escaped = false;
  for (uint32_t i = 0; i < text.size(); ++i) {
    const char32_t one = text[i];
    if (without_blanks && depth == 0 && is_blank(one)) continue;
    characters.push_back({one, i + 1});
    if (!escaped && one == '[') ++depth;
    if (!escaped && one == ']' && depth > 0) --depth;
    escaped = !escaped && one == '\\';
  }
  return characters;
}

// Recursive descent over regExp, branch, piece and atom of the grammar.
class PatternParser {
 public:
  PatternParser(std::vector<PatternCharacter> text, const PatternOptions& options)
      : cursor_(std::move(text)) {
    pattern_.options = options;
  }

  Result<Pattern> parse() {
    if (pattern_.options.literal) {
      pattern_.root = literal();
      return std::move(pattern_);
    }
    HQ_TRY(pattern_.root, choice(0));
    if (!cursor_.at_end()) return cursor_.invalid("there is no ( for this )", "此 ) 没有对应的 (");
    return std::move(pattern_);
  }

 private:
  uint32_t add(PatternNode node) {
    pattern_.nodes.push_back(std::move(node));
    return static_cast<uint32_t>(pattern_.nodes.size() - 1);
  }

  uint32_t add_set(CodePointSet set) {
    const auto next = static_cast<uint32_t>(pattern_.sets.size());
    const auto [known, is_new] = set_indices_.try_emplace(std::move(set), next);
    if (is_new) pattern_.sets.push_back(known->first);
    return add({.kind = Kind::set, .number = known->second, .children = {}, .length_min = 1});
  }

  uint32_t add_character(char32_t one) {
    CodePointSet set = CodePointSet::of(one);
    return add_set(pattern_.options.case_insensitive ? with_case_variants(set) : std::move(set));
  }

  uint32_t add_sequence(std::vector<uint32_t> parts) {
    if (parts.size() == 1) return parts.front();
    uint64_t length = 0;
    for (const uint32_t part : parts) {
      length = saturating_sum(length, pattern_.nodes[part].length_min);
    }
    return add({.kind = Kind::sequence, .children = std::move(parts), .length_min = length});
  }

  uint32_t literal() {
    std::vector<uint32_t> parts;
    while (!cursor_.at_end()) parts.push_back(add_character(cursor_.take()));
    return add_sequence(std::move(parts));
  }

  Result<uint32_t> choice(int depth) {
    if (depth > kRegexNestingMax) {
      return cursor_.over_limit("groups are nested too deep", "分组嵌套过深");
    }
    std::vector<uint32_t> branches;
    uint64_t length = kUnlimited;
    do {
      HQ_TRY(const uint32_t one, branch(depth));
      branches.push_back(one);
      length = std::min(length, pattern_.nodes[one].length_min);
    } while (cursor_.take_if('|'));
    if (branches.size() == 1) return branches.front();
    return add({.kind = Kind::choice, .children = std::move(branches), .length_min = length});
  }

  Result<uint32_t> branch(int depth) {
    std::vector<uint32_t> parts;
    while (!cursor_.at_end() && cursor_.peek() != '|' && cursor_.peek() != ')') {
      HQ_TRY(const uint32_t one, atom(depth));
      HQ_TRY(const uint32_t whole, quantified(one));
      parts.push_back(whole);
    }
    return add_sequence(std::move(parts));
  }

  Result<uint32_t> atom(int depth) {
    const bool is_xsd = pattern_.options.xsd_schema;
    switch (cursor_.peek()) {
      case '(':
        return group(depth);
      case '[': {
        cursor_.take();
        HQ_TRY(CodePointSet set, parse_class_expression(cursor_, pattern_.options, depth));
        return add_set(std::move(set));
      }
      case '\\':
        cursor_.take();
        return escape();
      case '.':
        cursor_.take();
        return dot();
      case '?':
      case '*':
      case '+':
      case '{':
        return cursor_.invalid("there is nothing here to repeat", "此处没有可重复的内容");
      case '}':
      case ']':
        return cursor_.invalid("this character needs a backslash", "此字符前须有反斜杠");
      case '^':
        if (is_xsd) break;
        cursor_.take();
        return add({.kind = Kind::line_start, .children = {}});
      case '$':
        if (is_xsd) break;
        cursor_.take();
        return add({.kind = Kind::line_end, .children = {}});
      default:
        break;
    }
    return add_character(cursor_.take());
  }

  uint32_t dot() {
    CodePointSet set = CodePointSet::all();
    if (!pattern_.options.dot_matches_all) {
      set.subtract(CodePointSet({{'\n', '\n'}, {'\r', '\r'}}));
    }
    return add_set(std::move(set));
  }

  Result<uint32_t> escape() {
    const char32_t next = cursor_.peek();
    if (!pattern_.options.xsd_schema && next >= '1' && next <= '9') return back_reference();
    HQ_TRY(Escape found, parse_escape(cursor_, pattern_.options));
    return found.is_one ? add_character(found.one) : add_set(std::move(found.set));
  }

  // F&O 3.1, 5.6.1: further digits belong to the number as long as so many groups have begun.
  Result<uint32_t> back_reference() {
    uint32_t number = cursor_.take() - '0';
    while (cursor_.peek() >= '0' && cursor_.peek() <= '9') {
      const uint32_t longer = number * 10 + (cursor_.peek() - '0');
      if (longer > pattern_.group_count) break;
      number = longer;
      cursor_.take();
    }
    if (number > pattern_.group_count) {
      return cursor_.invalid(fmt::format("there is no group {} before this", number),
                             fmt::format("此前没有第 {} 个分组", number));
    }
    if (std::ranges::find(open_groups_, number) != open_groups_.end()) {
      return cursor_.invalid(fmt::format("group {} is not closed before this", number),
                             fmt::format("第 {} 个分组在此之前尚未结束", number));
    }
    pattern_.has_back_references = true;
    return add({.kind = Kind::back_reference, .number = number, .children = {}});
  }

  Result<uint32_t> group(int depth) {
    cursor_.take();
    const bool captures = pattern_.options.xsd_schema || cursor_.peek() != '?';
    if (!captures) {
      cursor_.take();
      if (!cursor_.take_if(':')) {
        return cursor_.invalid("only : may follow (?", "(? 之后只能是 :");
      }
    }
    const uint32_t number = captures ? ++pattern_.group_count : 0;
    if (number > kRegexGroupsMax)
      return cursor_.over_limit("there are too many groups", "分组过多");
    if (captures) open_groups_.push_back(number);
    HQ_TRY(const uint32_t inner, choice(depth + 1));
    if (!cursor_.take_if(')')) return cursor_.invalid("the group has no )", "分组缺少 )");
    if (!captures) return inner;
    open_groups_.pop_back();
    const uint64_t length = pattern_.nodes[inner].length_min;
    return add(
        {.kind = Kind::capture, .number = number, .children = {inner}, .length_min = length});
  }

  Result<uint32_t> quantified(uint32_t one) {
    uint64_t least = 0;
    uint64_t most = kUnlimited;
    switch (cursor_.peek()) {
      case '?':
        most = 1;
        break;
      case '*':
        break;
      case '+':
        least = 1;
        break;
      case '{':
        break;
      default:
        return one;
    }
    if (cursor_.take() == '{') {
      HQ_TRY_VOID(quantity(least, most));
    }
    const bool reluctant = !pattern_.options.xsd_schema && cursor_.take_if('?');
    const uint64_t length = saturating_product(least, pattern_.nodes[one].length_min);
    return add({.kind = Kind::repeat,
                .reluctant = reluctant,
                .least = least,
                .most = most,
                .children = {one},
                .length_min = length});
  }

  // n} or n,} or n,m}
  Result<> quantity(uint64_t& least, uint64_t& most) {
    HQ_TRY(least, digits());
    most = least;
    if (cursor_.take_if(',')) {
      most = kUnlimited;
      if (cursor_.peek() != '}') {
        HQ_TRY(most, digits());
      }
    }
    if (!cursor_.take_if('}')) return cursor_.invalid("the quantifier has no }", "量词缺少 }");
    if (least > most) {
      return cursor_.invalid("the quantifier ends below its start", "量词的上限小于下限");
    }
    return {};
  }

  // Numbers beyond 64 bits are as good as the greatest that is not "unlimited".
  Result<uint64_t> digits() {
    if (cursor_.peek() < '0' || cursor_.peek() > '9') {
      return cursor_.invalid("a number must stand here", "此处须为数字");
    }
    uint64_t number = 0;
    while (cursor_.peek() >= '0' && cursor_.peek() <= '9') {
      number = saturating_sum(saturating_product(number, 10), cursor_.take() - '0');
    }
    return std::min(number, kUnlimited - 1);
  }

  PatternCursor cursor_;
  Pattern pattern_;
  std::map<CodePointSet, uint32_t> set_indices_;
  std::vector<uint32_t> open_groups_;
};

}  // namespace

Result<PatternOptions> parse_flags(std::string_view flags) {
  PatternOptions options;
  for (const char flag : flags) {
    switch (flag) {
      case 's':
        options.dot_matches_all = true;
        break;
      case 'm':
        options.multiline = true;
        break;
      case 'i':
        options.case_insensitive = true;
        break;
      case 'x':
        options.ignore_blanks = true;
        break;
      case 'q':
        options.literal = true;
        break;
      default:
        return fail(ErrorCode::invalid_argument, "FORX0001: flags may only be s, m, i, x and q",
                    "FORX0001：标志只能是 s、m、i、x 和 q", "flags");
    }
  }
  return options;
}

Result<Pattern> parse_pattern(std::string_view text, const PatternOptions& options) {
  if (text.size() > kRegexPatternCodePointsMax * 4) {
    return fail(ErrorCode::too_large, "the pattern is too long", "表达式过长", "pattern");
  }
  if (!is_valid_utf8(text)) {
    return fail(ErrorCode::invalid_argument, "FORX0002: the pattern is not UTF-8",
                "FORX0002：表达式不是 UTF-8", "pattern");
  }
  const std::u32string points = code_points(text);
  if (points.size() > kRegexPatternCodePointsMax) {
    return fail(ErrorCode::too_large, "the pattern is too long", "表达式过长", "pattern");
  }
  const bool without_blanks = options.ignore_blanks && !options.literal;
  return PatternParser(characters_of(points, without_blanks), options).parse();
}

}  // namespace hq::rules
