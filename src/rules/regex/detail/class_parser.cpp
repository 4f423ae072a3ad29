#include "rules/regex/detail/class_parser.h"

#include <fmt/format.h>

#include "base/text.h"
#include "rules/regex/detail/unicode_sets.h"
#include "rules/regex/limits.h"

namespace hq::rules {
namespace {

// \p{..} and \P{..} behind the letter.
Result<CodePointSet> parse_property(PatternCursor& cursor, bool complement) {
  if (!cursor.take_if('{'))
    return cursor.invalid("{ must follow \\p or \\P", "\\p 或 \\P 后须为 {");
  std::u32string name;
  while (cursor.peek() != '}') {
    if (cursor.at_end()) return cursor.invalid("\\p{ has no }", "\\p{ 缺少 }");
    name += cursor.take();
  }
  const std::string text = to_utf8(name);
  if (text.starts_with("Is")) {
    const auto found = block(std::string_view(text).substr(2));
    if (!found) {
      return cursor.invalid(fmt::format("no Unicode block is named {}", text),
                            fmt::format("没有名为 {} 的 Unicode 区块", text));
    }
    cursor.take();
    return complement ? found->complement() : *found;
  }
  const CodePointSet* found = general_category(text);
  if (found == nullptr) {
    return cursor.invalid(fmt::format("no Unicode category is named {}", text),
                          fmt::format("没有名为 {} 的 Unicode 类别", text));
  }
  cursor.take();
  return complement ? found->complement() : *found;
}

// The sets of \d \D \w and so on; null where `letter` is none of them.
const CodePointSet* named_set(char32_t letter) {
  switch (letter) {
    case 'd':
      return &decimal_digits();
    case 'w':
      return &word_characters();
    case 's':
      return &blanks();
    case 'i':
      return &name_starts();
    case 'c':
      return &name_characters();
    default:
      return nullptr;
  }
}

struct ClassItem {
  char32_t one = 0;
  bool is_hyphen = false;  // a hyphen without a backslash
};

// The second end of a range, behind its hyphen.
Result<char32_t> parse_range_end(PatternCursor& cursor, const PatternOptions& options) {
  if (cursor.at_end()) return cursor.invalid("the class has no ]", "字符类缺少 ]");
  if (cursor.peek() == '-') {
    return cursor.invalid("a hyphen cannot end a range; write \\-",
                          "连字符不能作范围终点；请写 \\-");
  }
  if (!cursor.take_if('\\')) return cursor.take();
  HQ_TRY(const Escape escape, parse_escape(cursor, options));
  if (!escape.is_one) {
    return cursor.invalid("a range must end with one character", "范围的终点须为单个字符");
  }
  return escape.one;
}

// One character of a class, or a range that starts with it. XSD 1.1 on the hyphen behind it: before
// [ it subtracts, before ] and before -[ it is a character, else it makes a range.
Result<CodePointRange> parse_range(PatternCursor& cursor, const ClassItem& first,
                                   const PatternOptions& options) {
  if (cursor.peek() != '-') return CodePointRange{first.one, first.one};
  const char32_t next = cursor.peek(1);
  if (next == '[' || next == ']' || (next == '-' && cursor.peek(2) == '[')) {
    return CodePointRange{first.one, first.one};
  }
  if (first.is_hyphen) {
    return cursor.invalid("a hyphen cannot start a range; write \\-",
                          "连字符不能作范围起点；请写 \\-");
  }
  cursor.take();
  HQ_TRY(const char32_t last, parse_range_end(cursor, options));
  if (last < first.one) {
    return cursor.invalid("the range ends before it starts", "范围的终点小于起点");
  }
  return CodePointRange{first.one, last};
}

struct ClassParts {
  std::vector<CodePointRange> ranges;   // flag i applies to them
  std::vector<CodePointRange> escapes;  // and not to these
  bool is_empty() const { return ranges.empty() && escapes.empty(); }
};

Result<> parse_part(PatternCursor& cursor, const PatternOptions& options, ClassParts& parts) {
  ClassItem first;
  if (cursor.take_if('\\')) {
    HQ_TRY(const Escape escape, parse_escape(cursor, options));
    if (!escape.is_one) {
      const auto ranges = escape.set.ranges();
      parts.escapes.insert(parts.escapes.end(), ranges.begin(), ranges.end());
      return {};
    }
    first.one = escape.one;
  } else if (cursor.peek() == '[') {
    return cursor.invalid("[ in a class must be written \\[", "字符类中的 [ 须写作 \\[");
  } else {
    first.one = cursor.take();
    first.is_hyphen = first.one == '-';
  }
  HQ_TRY(const CodePointRange range, parse_range(cursor, first, options));
  parts.ranges.push_back(range);
  return {};
}

}  // namespace

std::string PatternCursor::where() const {
  const uint32_t place = at_ < text_.size() ? text_[at_].place
                         : text_.empty()    ? 1
                                            : text_.back().place + 1;
  return fmt::format("pattern, character {}", place);
}

std::unexpected<Error> PatternCursor::invalid(std::string_view en, std::string_view zh) const {
  return fail(ErrorCode::invalid_argument, fmt::format("FORX0002: {}", en),
              fmt::format("FORX0002：{}", zh), where());
}

std::unexpected<Error> PatternCursor::over_limit(std::string_view en, std::string_view zh) const {
  return fail(ErrorCode::limit_exceeded, std::string(en), std::string(zh), where());
}

Result<Escape> parse_escape(PatternCursor& cursor, const PatternOptions& options) {
  if (cursor.at_end()) {
    return cursor.invalid("nothing follows the backslash", "反斜杠之后没有字符");
  }
  const char32_t letter = cursor.peek();
  const auto one = [&](char32_t value) {
    cursor.take();
    return Escape{.set = {}, .one = value, .is_one = true};
  };
  const auto set = [](CodePointSet value) {
    return Escape{.set = std::move(value), .one = 0, .is_one = false};
  };
  if (letter == 'n') return one('\n');
  if (letter == 'r') return one('\r');
  if (letter == 't') return one('\t');
  if (letter < 0x80 && std::string_view("\\|.?*+(){}-[]^").contains(static_cast<char>(letter))) {
    return one(letter);
  }
  if (letter == '$' && !options.xsd_schema) return one(letter);
  if (letter == 'p' || letter == 'P') {
    cursor.take();
    HQ_TRY(CodePointSet property, parse_property(cursor, letter == 'P'));
    return set(std::move(property));
  }
  if (const CodePointSet* named = named_set(letter)) {
    cursor.take();
    return set(*named);
  }
  if (letter < 0x80) {
    if (const CodePointSet* named = named_set(letter | 0x20)) {
      cursor.take();
      return set(named->complement());
    }
  }
  return cursor.invalid("there is no such escape", "没有这样的转义");
}

Result<CodePointSet> parse_class_expression(PatternCursor& cursor, const PatternOptions& options,
                                            int depth) {
  if (depth > kRegexNestingMax) {
    return cursor.over_limit("classes are nested too deep", "字符类嵌套过深");
  }
  const bool complement = cursor.take_if('^');
  ClassParts parts;
  std::optional<CodePointSet> subtracted;
  while (!cursor.take_if(']')) {
    if (cursor.at_end()) return cursor.invalid("the class has no ]", "字符类缺少 ]");
    if (cursor.peek() == '-' && cursor.peek(1) == '[') {
      if (parts.is_empty()) {
        return cursor.invalid("nothing stands before the subtraction", "差集之前没有字符");
      }
      cursor.take();
      cursor.take();
      HQ_TRY(subtracted, parse_class_expression(cursor, options, depth + 1));
      if (!cursor.take_if(']')) {
        return cursor.invalid("] must follow the subtraction", "差集之后须为 ]");
      }
      break;
    }
    HQ_TRY_VOID(parse_part(cursor, options, parts));
  }
  if (parts.is_empty()) return cursor.invalid("the class is empty", "字符类为空");
  CodePointSet set(std::move(parts.ranges));
  if (options.case_insensitive) set = with_case_variants(set);
  set.add(parts.escapes);
  if (complement) set = set.complement();
  if (subtracted) set.subtract(*subtracted);
  return set;
}

}  // namespace hq::rules
