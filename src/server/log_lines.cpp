#include "server/log_lines.h"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/json.h"
#include "base/time.h"

namespace hq::server {
namespace {

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

constexpr std::string_view name_of(LogLevel level) {
  constexpr std::string_view kNames[] = {"info", "warning", "error"};
  return kNames[static_cast<std::size_t>(level)];
}

std::string json_line(LogLevel level, std::string_view message, LogLines::Fields fields) {
  std::string line;
  JsonWriter out(line);
  out.begin_object().field("time", format_instant(now())).field("level", name_of(level));
  out.field("message", message);
  for (const auto& [name, value] : fields) {
    std::visit([&](const auto& v) { out.field(name, v); }, value);
  }
  out.end_object();
  return line;
}

std::string text_line(LogLevel level, std::string_view message, LogLines::Fields fields) {
  std::string line = format_instant(now()).substr(11, 8);
  line.append(" ").append(name_of(level)).append(": ").append(message);
  for (const auto& [name, value] : fields) {
    line.append(" ").append(name).append("=");
    std::visit([&](const auto& v) { fmt::format_to(std::back_inserter(line), "{}", v); }, value);
  }
  return line;
}

}  // namespace

struct LogLines::Sink {
  LogOptions options;
  spdlog::logger logger{"", std::make_shared<spdlog::sinks::stderr_sink_mt>()};
};

LogLines::LogLines(const LogOptions& options) : sink_(std::make_unique<Sink>()) {
  sink_->options = options;
  sink_->logger.set_pattern("%v");
  sink_->logger.set_level(spdlog_level(options.level));
}

LogLines::~LogLines() = default;

void LogLines::info(std::string_view message, Fields fields) const {
  write(LogLevel::info, message, fields);
}
void LogLines::warning(std::string_view message, Fields fields) const {
  write(LogLevel::warning, message, fields);
}
void LogLines::error(std::string_view message, Fields fields) const {
  write(LogLevel::error, message, fields);
}

void LogLines::write(LogLevel level, std::string_view message, Fields fields) const {
  const auto known = spdlog_level(level);
  if (!sink_->logger.should_log(known)) return;
  sink_->logger.log(known, sink_->options.json ? json_line(level, message, fields)
                                               : text_line(level, message, fields));
}

}  // namespace hq::server
