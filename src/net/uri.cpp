#include "net/uri.h"

#include "base/hash.h"
#include "base/text.h"
#include "net/limits.h"

namespace hq::net {
namespace {

std::unexpected<Error> bad_target(std::string message, std::string message_zh) {
  return fail(ErrorCode::invalid_argument, std::move(message), std::move(message_zh));
}

bool has_control_character(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return true;
  }
  return false;
}

bool has_dot_segment(std::string_view path) {
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::string_view segment = path.substr(0, path.find('/'));
    if (segment == "." || segment == "..") return true;
    path.remove_prefix(segment.size());
  }
  return false;
}

Result<std::string> decode_path(std::string_view raw) {
  HQ_TRY(std::string path, percent_decode(raw));
  // Each '/' and '\' of the decoded path must have been there undecoded; '\' not even so.
  std::size_t slashes_raw = 0;
  std::size_t slashes = 0;
  for (const char c : raw) slashes_raw += c == '/';
  for (const char c : path) {
    slashes += c == '/';
    if (c == '\\') return bad_target("the path contains a backslash", "路径中含有反斜杠");
  }
  if (slashes != slashes_raw) {
    return bad_target("the path contains an encoded slash (%2F)", "路径中含有编码的斜杠（%2F）");
  }
  if (!is_valid_utf8(path)) return bad_target("the path is not UTF-8", "路径不是 UTF-8 编码");
  if (has_control_character(path)) {
    return bad_target("the path contains a control character", "路径中含有控制字符");
  }
  if (has_dot_segment(path)) {
    return bad_target("the path contains a '.' or '..' segment", "路径中含有“.”或“..”段");
  }
  return path;
}

Result<std::string> decode_query_part(std::string_view raw) {
  std::string with_blanks(raw);
  for (char& c : with_blanks) {
    if (c == '+') c = ' ';
  }
  HQ_TRY(std::string text, percent_decode(with_blanks));
  if (!is_valid_utf8(text)) return bad_target("the query is not UTF-8", "查询参数不是 UTF-8 编码");
  return text;
}

}  // namespace

Result<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      decoded += text[at];
      continue;
    }
    const auto byte = from_hex(text.substr(at + 1, 2));
    if (!byte || byte->size() != 1) {
      return bad_target("a percent sign is not followed by two hexadecimal digits",
                        "百分号后面不是两位十六进制数字");
    }
    decoded += *byte;
    at += 2;
  }
  return decoded;
}

std::string percent_encode(std::string_view text) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded.append({'%', kDigits[byte >> 4], kDigits[byte & 15]});
  }
  return encoded;
}

Result<std::vector<Parameter>> parse_query(std::string_view query) {
  std::vector<Parameter> parameters;
  while (!query.empty()) {
    const auto ampersand = query.find('&');
    const std::string_view pair = query.substr(0, ampersand);
    query.remove_prefix(ampersand == std::string_view::npos ? query.size() : ampersand + 1);
    if (pair.empty()) continue;
    if (parameters.size() == kQueryParameterCountMax) {
      return bad_target("the query has too many parameters", "查询参数过多");
    }
    const auto equals = pair.find('=');
    HQ_TRY(std::string name, decode_query_part(pair.substr(0, equals)));
    std::string value;
    if (equals != std::string_view::npos) {
      HQ_TRY(value, decode_query_part(pair.substr(equals + 1)));
    }
    parameters.emplace_back(std::move(name), std::move(value));
  }
  return parameters;
}

Result<Target> parse_target(std::string_view target) {
  if (target == "*") return Target{"*", {}};
  // A client may send the absolute form to any server, not only to a proxy (RFC 9112, 3.2.2).
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!target.starts_with(scheme)) continue;
    const auto path = target.find_first_of("/?", scheme.size());
    if (path == std::string_view::npos) return Target{"/", {}};
    target.remove_prefix(path);
  }
  const auto question = target.find('?');
  std::string_view raw_path = target.substr(0, question);
  if (raw_path.empty() && question == 0) raw_path = "/";
  if (!raw_path.starts_with('/')) {
    return bad_target("the request target must begin with a slash", "请求目标必须以斜杠开头");
  }
  if (target.find('#') != std::string_view::npos) {
    return bad_target("the request target contains '#'", "请求目标中含有“#”");
  }
  Target parsed;
  HQ_TRY(parsed.path, decode_path(raw_path));
  if (question != std::string_view::npos) {
    HQ_TRY(parsed.query, parse_query(target.substr(question + 1)));
  }
  return parsed;
}

}  // namespace hq::net
