// What the server says to its operator while it runs: lines on standard error.
//
// As JSON, one object a line, for machines (the default where standard error is no terminal), or
// as text for people. Requests are said at level info, failures at warning and error. Any thread.
//
//   LogLines lines({.json = true});
//   lines.warning("the writer is behind", {{"queue", 16000}});
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace hq::server {

enum class LogLevel { info, warning, error };

struct LogOptions {
  bool json = false;
  LogLevel level = LogLevel::info;
};

/// A text, or a number that stays one in JSON.
using LogValue = std::variant<std::string_view, uint64_t, double>;

class LogLines {
 public:
  using Fields = std::initializer_list<std::pair<std::string_view, LogValue>>;

  explicit LogLines(const LogOptions& options);
  ~LogLines();

  void info(std::string_view message, Fields fields = {}) const;
  void warning(std::string_view message, Fields fields = {}) const;
  void error(std::string_view message, Fields fields = {}) const;

 private:
  struct Sink;
  void write(LogLevel level, std::string_view message, Fields fields) const;

  std::unique_ptr<Sink> sink_;
};

}  // namespace hq::server
