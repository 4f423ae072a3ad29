#include "cli/console.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "base/json.h"
#include "base/text.h"

namespace hq::cli {
namespace {

constexpr int kBarWidth = 30;

void print_error_line(std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), stderr);
  std::fputc('\n', stderr);
}

}  // namespace

void Console::line(std::string_view line) const {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
}

Result<> Console::text(std::string_view text) const {
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) {
    return std::unexpected(system_error(errno != 0 ? errno : EIO, "standard output"));
  }
  return {};
}

void Console::table(const std::vector<std::string>& header,
                    const std::vector<std::vector<std::string>>& rows) const {
  std::vector<int> widths;
  widths.reserve(header.size());
  for (const std::string& name : header) widths.push_back(display_width(name));
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(row[i]));
    }
  }
  const auto print = [&](const std::vector<std::string>& row) {
    std::string text;
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += i + 1 < row.size() ? pad_right(row[i], widths[i] + 2) : row[i];
    }
    line(text);
  };
  print(header);
  for (const auto& row : rows) print(row);
}

void Console::note(std::string_view en, std::string_view zh) const {
  if (!json_) print_error_line(choose(en, zh));
}

void Console::progress(std::string_view what, uint64_t done, uint64_t total) const {
  if (json_ || ::isatty(STDERR_FILENO) == 0) return;
  std::string text = fmt::format("\r\x1b[K{} ", what);
  if (total > 0) {
    const auto filled = static_cast<std::size_t>(std::min(done, total) * kBarWidth / total);
    text += fmt::format("[{}{}] {} %", std::string(filled, '#'),
                        std::string(kBarWidth - filled, ' '), std::min(done, total) * 100 / total);
  } else if (done > 0) {
    text += std::to_string(done);
  } else {
    text += "...";
  }
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void Console::end_progress() const {
  if (!json_ && ::isatty(STDERR_FILENO) != 0) std::fputs("\r\x1b[K", stderr);
}

int Console::fail(const Error& error) const {
  end_progress();
  if (json_) {
    std::string text;
    JsonWriter out(text);
    out.begin_object().key("error").begin_object();
    out.field("code", info(error.code).id).field("message", error.text(language_));
    if (!error.where.empty()) out.field("where", error.where);
    out.end_object().end_object();
    print_error_line(text);
  } else {
    print_error_line(fmt::format("hongqiao: {}", error.text(language_)));
  }
  return info(error.code).exit_code;
}

}  // namespace hq::cli
