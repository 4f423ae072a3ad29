// Result, Error and ErrorCode: the one way in which anything here fails.
//
// Bad input, a full disk or a lost peer is a Result with an Error; a broken invariant of ours is
// HQ_ASSERT. One table (error.cpp) gives each code its stable text id, HTTP status, CLI exit
// code and a title in Chinese and English. Values; safe on any thread.
//
//   Result<Feed> read(const std::string& path) {
//     HQ_TRY(auto bytes, read_file(path));
//     if (bytes.empty()) return fail(ErrorCode::parse_error, "an empty file", "文件为空", path);
//     ...
//   }
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace hq {

enum class ErrorCode {
  invalid_argument,  // a value that was given is wrong
  parse_error,       // a document or file cannot be read as what it claims to be
  not_found,
  method_not_allowed,
  conflict,  // the state does not allow it now
  already_exists,
  unauthenticated,
  forbidden,
  too_large,       // a body, file or answer over its limit
  limit_exceeded,  // a count or depth over its limit
  unsupported,     // a media type, option or feature we do not have
  rate_limited,
  overloaded,   // try again soon
  unavailable,  // a part we need is not there now
  timeout,
  io_error,
  disk_full,
  corrupt,        // stored bytes are not what was written
  newer_version,  // a file or folder written by a newer version of this program
  cancelled,
  internal,
};

/// What a code means outside: stable id, HTTP status, process exit code, titles.
struct ErrorInfo {
  ErrorCode code;
  std::string_view id;
  int http_status;
  int exit_code;
  std::string_view title_en;
  std::string_view title_zh;
};

/// The row of the table for `code`.
const ErrorInfo& info(ErrorCode code);

/// All rows, in the order of ErrorCode; for documentation and the OpenAPI check.
std::span<const ErrorInfo> all_error_infos();

/// The code whose stable id is `id`, if there is one.
std::optional<ErrorCode> error_code_from_id(std::string_view id);

enum class Language { en, zh };

struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;     // English: what is wrong and what to do
  std::string message_zh;  // the same in Chinese; empty where only the English is known
  std::string where;       // file:line:column, field path or parameter; may be empty
  int retry_after_s = 0;   // after so many seconds the same call may succeed; 0 where unknown

  /// One line for people: "where: message", or the title where there is no message.
  std::string text(Language language = Language::en) const;

  /// The same error seen from one level further out: "outer: where".
  Error at(std::string_view outer) &&;

  bool operator==(const Error&) const = default;
};

template <class T = void>
using Result = std::expected<T, Error>;

/// An Error to return from a function whose type is any Result.
inline std::unexpected<Error> fail(ErrorCode code, std::string message, std::string message_zh = {},
                                   std::string where = {}) {
  return std::unexpected(Error{code, std::move(message), std::move(message_zh), std::move(where)});
}

/// The last word of a process that cannot go on: writes `word` to standard error and ends the
/// process at once with the exit code of the error. No destructor runs, so nothing more is written.
[[noreturn]] void end_process(const Error& error, std::string_view word);

/// The Error for a failed system call: `error_number` is errno; `what` names the thing acted on.
Error system_error(int error_number, std::string_view what);

}  // namespace hq

#define HQ_TRY_NAME_2(line) hq_try_##line
#define HQ_TRY_NAME(line) HQ_TRY_NAME_2(line)
#define HQ_TRY_2(result, declaration, ...)                        \
  auto&& result = (__VA_ARGS__);                                  \
  if (!result) return std::unexpected(std::move(result).error()); \
  declaration = *std::move(result)
#define HQ_TRY_1(result, ...)                              \
  if (auto&& result = (__VA_ARGS__); result) { /* go on */ \
  } else                                                   \
    return std::unexpected(std::move(result).error())

/// HQ_TRY(auto x, f()) binds the value or returns the error; HQ_TRY_VOID(f()) only checks.
#define HQ_TRY(declaration, ...) HQ_TRY_2(HQ_TRY_NAME(__LINE__), declaration, __VA_ARGS__)
#define HQ_TRY_VOID(...) HQ_TRY_1(HQ_TRY_NAME(__LINE__), __VA_ARGS__)
