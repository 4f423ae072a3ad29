#include "hub/toml/toml.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace hq::hub {
namespace {

constexpr std::string_view kBlanks = " \t";
// The signs of a bare key in TOML 1.0.
constexpr std::string_view kKeySigns =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

}  // namespace

/// Reads a document line by line; `rest_` is what is left of the present line.
class TomlParser {
 public:
  TomlParser(std::string_view bytes, const std::string& file) : bytes_(bytes), file_(file) {
    document_.root = TomlTable(file, {}, 1);
  }

  Result<TomlDocument> parse() {
    while (next_line()) {
      skip_blanks();
      if (at_end()) continue;
      if (rest_.starts_with('[')) {
        HQ_TRY_VOID(read_header());
      } else {
        HQ_TRY_VOID(read_entry());
      }
      skip_blanks();
      if (!at_end()) return wrong("something follows on the line", "行内有多余内容");
    }
    return std::move(document_);
  }

 private:
  bool next_line() {
    if (bytes_.empty()) return false;
    const std::size_t end = bytes_.find('\n');
    rest_ = bytes_.substr(0, end);
    bytes_.remove_prefix(end == std::string_view::npos ? bytes_.size() : end + 1);
    if (rest_.ends_with('\r')) rest_.remove_suffix(1);
    ++line_;
    return true;
  }

  void skip_blanks() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlanks), rest_.size()));
  }

  /// Nothing but a comment is left of the line.
  bool at_end() const { return rest_.empty() || rest_.starts_with('#'); }

  bool take(std::string_view sign) {
    skip_blanks();
    if (!rest_.starts_with(sign)) return false;
    rest_.remove_prefix(sign.size());
    return true;
  }

  std::string take_key() {
    skip_blanks();
    const std::size_t end = std::min(rest_.find_first_not_of(kKeySigns), rest_.size());
    std::string key(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return key;
  }

  Result<> read_header() {
    if (!rest_.starts_with("[[")) {
      return wrong("a header here has two brackets: [[name]]", "此处的表头应为[[名称]]");
    }
    rest_.remove_prefix(2);
    std::string name = take_key();
    if (name.empty() || !take("]]")) return wrong("a header is [[name]]", "表头应为[[名称]]");
    document_.tables.emplace_back(file_, std::move(name), line_);
    return {};
  }

  Result<> read_entry() {
    std::string key = take_key();
    if (key.empty() || !take("=")) return wrong("a line is key = value", "每行应为“键 = 值”");
    HQ_TRY(TomlTable::Value value, read_value());
    TomlTable& table = document_.tables.empty() ? document_.root : document_.tables.back();
    const auto [entry, is_new] = table.entries_.try_emplace(key);
    if (!is_new) {
      return wrong(fmt::format("the key '{}' stands twice", key), fmt::format("键“{}”重复", key));
    }
    entry->second = {std::move(value), line_};
    return {};
  }

  Result<TomlTable::Value> read_value() {
    skip_blanks();
    if (rest_.starts_with('"')) return read_text();
    if (take("[")) return read_list();
    int64_t number = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
    if (error != std::errc()) {
      return wrong("a value is a text in double quotes, a whole number or a list of texts",
                   "值应为双引号内的文本、整数或文本列表");
    }
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return number;
  }

  Result<std::string> read_text() {
    rest_.remove_prefix(1);
    std::string text;
    while (!rest_.empty()) {
      char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') return text;
      if (static_cast<unsigned char>(c) < ' ' && c != '\t') {
        return wrong("a text holds a control character", "文本含有控制字符");
      }
      if (c == '\\') {
        c = rest_.empty() ? '\0' : rest_.front();
        if (c != '"' && c != '\\') {
          return wrong("after a backslash only \\ or \" may stand", "反斜杠之后只能是\\或\"");
        }
        rest_.remove_prefix(1);
      }
      text.push_back(c);
    }
    return wrong("a text is not closed on its line", "文本没有在同一行内结束");
  }

  /// After the opening bracket; a comma after the last text is allowed, as in TOML.
  Result<std::vector<std::string>> read_list() {
    std::vector<std::string> texts;
    while (!take("]")) {
      if (!texts.empty() && !take(",")) return wrong("a list is not closed", "列表没有结束");
      if (!texts.empty() && take("]")) break;
      skip_blanks();
      if (!rest_.starts_with('"')) {
        return wrong("a list holds texts in double quotes, on one line",
                     "列表应在一行内，由双引号内的文本组成");
      }
      HQ_TRY(std::string text, read_text());
      texts.push_back(std::move(text));
    }
    return texts;
  }

  std::unexpected<Error> wrong(std::string message, std::string message_zh) const {
    return fail(ErrorCode::parse_error, std::move(message), std::move(message_zh),
                fmt::format("{}:{}", file_, line_));
  }

  std::string_view bytes_;
  std::string_view rest_;
  const std::string& file_;
  int line_ = 0;
  TomlDocument document_;
};

Result<std::string> TomlTable::text(std::string_view key) const {
  const auto found = entries_.find(key);
  if (found != entries_.end()) {
    const auto* value = std::get_if<std::string>(&found->second.value);
    if (value != nullptr && !value->empty()) return *value;
  }
  return fail(ErrorCode::parse_error, fmt::format("the text '{}' is missing", key),
              fmt::format("缺少文本“{}”", key), where(key));
}

Result<int> TomlTable::whole(std::string_view key, int least, int most) const {
  const auto found = entries_.find(key);
  if (found != entries_.end()) {
    const auto* value = std::get_if<int64_t>(&found->second.value);
    if (value != nullptr && *value >= least && *value <= most) return static_cast<int>(*value);
  }
  return fail(ErrorCode::parse_error,
              fmt::format("'{}' is missing or not a whole number from {} to {}", key, least, most),
              fmt::format("“{}”缺失，或不是{}到{}之间的整数", key, least, most), where(key));
}

Result<std::vector<std::string>> TomlTable::texts(std::string_view key) const {
  const auto found = entries_.find(key);
  if (found != entries_.end()) {
    const auto* value = std::get_if<std::vector<std::string>>(&found->second.value);
    if (value != nullptr && !value->empty()) return *value;
  }
  return fail(ErrorCode::parse_error, fmt::format("the list of texts '{}' is missing", key),
              fmt::format("缺少文本列表“{}”", key), where(key));
}

Result<std::string> TomlTable::optional_text(std::string_view key) const {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return std::string();
  if (const auto* value = std::get_if<std::string>(&found->second.value)) return *value;
  return fail(ErrorCode::parse_error, fmt::format("'{}' is not a text in double quotes", key),
              fmt::format("“{}”不是双引号内的文本", key), where(key));
}

Result<> TomlTable::check_keys(std::span<const std::string_view> known) const {
  for (const auto& [key, entry] : entries_) {
    if (std::ranges::find(known, key) != known.end()) continue;
    return fail(
        ErrorCode::parse_error,
        fmt::format("there is no key '{}' here; known are: {}", key, fmt::join(known, ", ")),
        fmt::format("此处没有键“{}”；可用的键：{}", key, fmt::join(known, "、")), where(key));
  }
  return {};
}

std::string TomlTable::where(std::string_view key) const {
  const auto found = entries_.find(key);
  return fmt::format("{}:{}:{}", file_, found == entries_.end() ? line_ : found->second.line, key);
}

std::vector<const TomlTable*> TomlDocument::list(std::string_view name) const {
  std::vector<const TomlTable*> found;
  for (const TomlTable& table : tables) {
    if (table.name() == name) found.push_back(&table);
  }
  return found;
}

Result<TomlDocument> parse_toml(std::string_view bytes, const std::string& file) {
  if (!is_valid_utf8(bytes)) {
    return fail(ErrorCode::parse_error, "the file is not UTF-8; save it as UTF-8",
                "文件不是UTF-8编码，请另存为UTF-8", file);
  }
  return TomlParser(bytes, file).parse();
}

}  // namespace hq::hub
