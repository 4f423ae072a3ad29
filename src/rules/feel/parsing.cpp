#include "rules/feel/parsing.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "rules/feel/limits.h"

namespace hq::rules {
namespace {

constexpr std::size_t kShownMax = 20;  // code points of the text in a message

std::string shown(std::string_view text) {
  std::size_t at = 0;
  for (std::size_t count = 0; at < text.size() && count < kShownMax; ++count) {
    at += std::max<std::size_t>(1, decode_utf8(text.substr(at)).size);
  }
  return std::string(text.substr(0, at)) + (at < text.size() ? "…" : "");
}

}  // namespace

Parsing::Parsing(std::string_view text, const Names& names) : text_(text), names_(names) {}

bool Parsing::is_word(std::string_view word) const {
  return is(TokenKind::word) && spelling() == word;
}

std::string_view Parsing::spelling() const {
  return text_.substr(token_.begin, token_.end - token_.begin);
}

void Parsing::advance() {
  move_to(token_.end);
}

void Parsing::move_to(uint32_t position) {
  last_end_ = position;
  token_ = token_at(text_, position);
}

bool Parsing::take(TokenKind kind) {
  if (!is(kind)) return false;
  advance();
  return true;
}

bool Parsing::take_word(std::string_view word) {
  if (!is_word(word)) return false;
  advance();
  return true;
}

Result<> Parsing::expect(TokenKind kind, std::string_view sign) {
  if (take(kind)) return {};
  const std::string quoted = "\"" + std::string(sign) + "\"";
  return expected(quoted, quoted);
}

Result<> Parsing::expect_word(std::string_view word) {
  if (take_word(word)) return {};
  const std::string quoted = "\"" + std::string(word) + "\"";
  return expected(quoted, quoted);
}

void Parsing::back_to(const Mark& mark) {
  token_ = mark.token;
  last_end_ = mark.last_end;
  locals_.shrink(mark.locals);
}

std::optional<FoundName> Parsing::known_name() const {
  const std::array<const NameSet*, 5> sets = {&names_.names(), &built_in_names(), &locals_.names(),
                                              &names_.members(), &members_};
  return longest_name(text_, token_.begin, std::span(sets).first(filters_ == 0 ? 3 : 5));
}

std::optional<FoundName> Parsing::known_member() const {
  const std::array<const NameSet*, 3> sets = {&names_.members(), &members_, &built_in_members()};
  return longest_name(text_, token_.begin, sets);
}

std::optional<FoundName> Parsing::new_name(std::string_view stop) const {
  if (!is(TokenKind::word)) return {};
  FoundName name;
  for (uint32_t at = token_.begin;;) {
    const uint32_t end = name_part_end(text_, at);
    if (end == at) break;
    const std::string_view part = text_.substr(at, end - at);
    if (!stop.empty() && part == stop && !name.name.empty()) break;
    if (!name.name.empty() && at != name.end) name.name += ' ';
    name.name += part;
    name.end = end;
    at = skip_blanks(text_, end);
  }
  return name;
}

Result<std::string> Parsing::declared_name(const Words& what, std::string_view stop) {
  std::optional<FoundName> name = new_name(stop);
  if (!name) return expected(what.en, what.zh);
  move_to(name->end);
  return std::move(name->name);
}

Result<ExpressionPtr> Parsing::finish(Expression node) const {
  node.span.end = std::max(node.span.begin, last_end_);
  for (const ExpressionPtr& part : node.parts)
    node.height = std::max(node.height, part->height + 1);
  if (node.height > kHeightMax) {
    return failed_at(node.span.begin, ErrorCode::limit_exceeded,
                     "the expression is too long a chain; split it up",
                     "表达式的连续运算过长；请拆分");
  }
  return std::make_unique<const Expression>(std::move(node));
}

Expression Parsing::begun(Kind kind) const {
  Expression node;
  node.kind = kind;
  node.span.begin = token_.begin;
  return node;
}

Expression Parsing::begun(Kind kind, uint32_t begin, ExpressionPtr first) {
  Expression node;
  node.kind = kind;
  node.span.begin = begin;
  node.parts.push_back(std::move(first));
  return node;
}

std::unexpected<Error> Parsing::expected(std::string_view en, std::string_view zh) const {
  const uint32_t at = token_.begin;
  const auto failed = [&](std::string text, std::string text_zh) {
    return failed_at(at, ErrorCode::parse_error, std::move(text), std::move(text_zh));
  };
  if (is(TokenKind::open_text)) {
    return failed("this text has no closing quote", "此文本缺少右引号");
  }
  if (is(TokenKind::open_comment)) {
    return failed("this comment is not closed by */", "此注释缺少结尾 */");
  }
  const std::string what(en);
  const std::string what_zh(zh);
  if (is(TokenKind::end)) {
    return failed("expected " + what + " but the text ends",
                  "此处应为" + what_zh + "，但文本已结束");
  }
  const std::string found = shown(spelling());
  return failed("expected " + what + " but found " + found,
                "此处应为" + what_zh + "，实际为 " + found);
}

std::unexpected<Error> Parsing::failed_at(uint32_t position, ErrorCode code, std::string en,
                                          std::string zh) const {
  return fail(code, std::move(en), std::move(zh), place(position));
}

std::string Parsing::place(uint32_t position) const {
  const std::string_view before = text_.substr(0, position);
  const auto line = std::ranges::count(before, '\n') + 1;
  const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
  const std::size_t column = code_point_count(before.substr(line_begin)) + 1;
  return std::to_string(line) + ":" + std::to_string(column);
}

}  // namespace hq::rules
