#include "rules/regex/regex.h"

#include <algorithm>

#include "base/assert.h"
#include "base/text.h"
#include "rules/regex/detail/pattern_emitter.h"
#include "rules/regex/detail/pcre_code.h"

namespace hq::rules {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

Result<PcreText> checked(std::string_view text) {
  if (text.size() > kRegexTextBytesMax) {
    return fail(ErrorCode::too_large, "the text is too long for a regular expression",
                "文本过长，无法用正则表达式处理", "text");
  }
  if (!is_valid_utf8(text)) {
    return fail(ErrorCode::invalid_argument, "the text is not UTF-8", "文本不是 UTF-8", "text");
  }
  const bool is_ascii =
      std::ranges::all_of(text, [](char one) { return static_cast<unsigned char>(one) < 0x80; });
  return PcreText{text, is_ascii};
}

std::unexpected<Error> matches_nothing() {
  return fail(ErrorCode::invalid_argument,
              "FORX0003: the pattern matches the empty string, so it cannot cut a text",
              "FORX0003：表达式可匹配空字符串，无法据此切分文本", "pattern");
}

std::unexpected<Error> bad_replacement(std::string_view en, std::string_view zh) {
  return fail(ErrorCode::invalid_argument, "FORX0004: " + std::string(en),
              "FORX0004：" + std::string(zh), "replacement");
}

// A replacement is literal text and groups in turn.
struct ReplacementPart {
  std::string text;
  uint32_t group = 0;
  bool is_group = false;
};

// F&O 3.1, 5.6.4: $N takes as many digits as make a group that there is; a single digit of a group
// that there is not stands for nothing.
ReplacementPart group_part(std::string_view replacement, std::size_t& at, uint32_t group_count) {
  auto number = static_cast<uint32_t>(replacement[at++] - '0');
  while (at < replacement.size() && replacement[at] >= '0' && replacement[at] <= '9') {
    const uint32_t longer = number * 10 + static_cast<uint32_t>(replacement[at] - '0');
    if (longer > group_count) break;
    number = longer;
    ++at;
  }
  return {.text = {}, .group = number, .is_group = true};
}

Result<std::vector<ReplacementPart>> parse_replacement(std::string_view replacement,
                                                       uint32_t group_count) {
  std::vector<ReplacementPart> parts;
  std::string text;
  for (std::size_t at = 0; at < replacement.size();) {
    const char one = replacement[at++];
    if (one == '\\') {
      if (at == replacement.size() || (replacement[at] != '\\' && replacement[at] != '$')) {
        return bad_replacement("only \\ or $ may follow a backslash", "反斜杠之后只能是 \\ 或 $");
      }
      text += replacement[at++];
    } else if (one == '$') {
      if (at == replacement.size() || replacement[at] < '0' || replacement[at] > '9') {
        return bad_replacement("a digit must follow $; write \\$ for the sign itself",
                               "$ 之后须为数字；$ 本身请写作 \\$");
      }
      if (!text.empty()) parts.push_back({.text = std::exchange(text, {})});
      parts.push_back(group_part(replacement, at, group_count));
    } else {
      text += one;
    }
  }
  if (!text.empty()) parts.push_back({.text = std::move(text)});
  return parts;
}

void append_part(const ReplacementPart& part, std::string_view text,
                 const std::vector<std::size_t>& offsets, std::string& out) {
  if (!part.is_group) {
    out += part.text;
    return;
  }
  const std::size_t index = std::size_t{part.group} * 2;
  if (index + 1 >= offsets.size() || offsets[index] == kNone) return;
  out += text.substr(offsets[index], offsets[index + 1] - offsets[index]);
}

uint64_t branch_count(const Pattern& pattern) {
  return static_cast<uint64_t>(std::ranges::count_if(
      pattern.nodes, [](const PatternNode& one) { return one.kind != PatternNode::Kind::set; }));
}

uint64_t ranges_max(const Pattern& pattern) {
  std::size_t most = 0;
  for (const CodePointSet& set : pattern.sets) most = std::max(most, set.ranges().size());
  return most;
}

}  // namespace

struct Regex::Compiled {
  PcreCode code;
  uint32_t group_count = 0;
  bool literal = false;
  bool matches_empty = false;
};

Result<Regex> Regex::compile(std::string_view pattern, std::string_view flags, RegexMode mode) {
  HQ_TRY(PatternOptions options, parse_flags(flags));
  options.xsd_schema = mode == RegexMode::xsd_schema;
  HQ_TRY(const Pattern parsed, parse_pattern(pattern, options));
  const PcreOptions pcre_options{.multiline = options.multiline,
                                 .has_back_references = parsed.has_back_references,
                                 .length_min = parsed.nodes[parsed.root].length_min,
                                 .branch_count = branch_count(parsed),
                                 .ranges_max = ranges_max(parsed)};
  const auto compiled_with = [&](ClassStyle style) -> Result<PcreCode> {
    HQ_TRY(const std::string text, emit_pattern(parsed, style));
    return PcreCode::compile(text, pcre_options);
  };
  auto code = compiled_with(ClassStyle::in_place);
  if (!code && code.error().code == ErrorCode::too_large) code = compiled_with(ClassStyle::shared);
  if (!code) return std::unexpected(std::move(code).error());
  auto compiled = std::make_shared<Compiled>(
      Compiled{.code = *std::move(code),
               .group_count = parsed.group_count,
               .literal = options.literal,
               // On the empty text every anchor holds and every back-reference is empty.
               .matches_empty = pcre_options.length_min == 0});
  return Regex(std::move(compiled));
}

Result<bool> Regex::matches(std::string_view text, RegexWork& work) const {
  HQ_TRY(const PcreText subject, checked(text));
  std::vector<std::size_t> offsets;
  return compiled_->code.find(subject, 0, work, offsets);
}

Result<bool> Regex::matches(std::string_view text) const {
  RegexWork work;
  return matches(text, work);
}

Result<std::vector<Regex::Span>> Regex::find(std::string_view text, RegexWork& work) const {
  HQ_TRY(const PcreText subject, checked(text));
  std::vector<std::size_t> offsets;
  HQ_TRY(const bool found, compiled_->code.find(subject, 0, work, offsets));
  std::vector<Span> spans;
  if (!found) return spans;
  for (std::size_t group = 0; group <= compiled_->group_count; ++group) {
    spans.push_back({offsets[2 * group], offsets[2 * group + 1]});
  }
  return spans;
}

Result<std::string> Regex::replace(std::string_view text, std::string_view replacement,
                                   RegexWork& work) const {
  HQ_TRY(const PcreText subject, checked(text));
  HQ_TRY_VOID(checked(replacement));
  if (compiled_->matches_empty) return matches_nothing();
  std::vector<ReplacementPart> parts{{.text = std::string(replacement)}};
  if (!compiled_->literal) {
    HQ_TRY(parts, parse_replacement(replacement, compiled_->group_count));
  }
  std::string out;
  std::vector<std::size_t> offsets;
  std::size_t at = 0;
  while (true) {
    HQ_TRY(const bool found, compiled_->code.find(subject, at, work, offsets));
    if (!found) break;
    HQ_ASSERT(offsets[1] > at);  // or it would match the empty string
    out += text.substr(at, offsets[0] - at);
    for (const auto& part : parts) append_part(part, text, offsets, out);
    if (out.size() > kRegexResultBytesMax) {
      return fail(ErrorCode::too_large, "the text after the replacement is too long",
                  "替换后的文本过长", "replacement");
    }
    at = offsets[1];
  }
  return out += text.substr(at);
}

Result<std::string> Regex::replace(std::string_view text, std::string_view replacement) const {
  RegexWork work;
  return replace(text, replacement, work);
}

Result<std::vector<std::string>> Regex::tokenize(std::string_view text, RegexWork& work) const {
  HQ_TRY(const PcreText subject, checked(text));
  if (compiled_->matches_empty) return matches_nothing();
  std::vector<std::string> tokens;
  if (text.empty()) return tokens;
  std::vector<std::size_t> offsets;
  std::size_t at = 0;
  while (true) {
    HQ_TRY(const bool found, compiled_->code.find(subject, at, work, offsets));
    if (!found) break;
    HQ_ASSERT(offsets[1] > at);
    tokens.emplace_back(text.substr(at, offsets[0] - at));
    at = offsets[1];
  }
  tokens.emplace_back(text.substr(at));
  return tokens;
}

Result<std::vector<std::string>> Regex::tokenize(std::string_view text) const {
  RegexWork work;
  return tokenize(text, work);
}

bool Regex::matches_empty() const {
  return compiled_->matches_empty;
}

uint32_t Regex::group_count() const {
  return compiled_->group_count;
}

}  // namespace hq::rules
