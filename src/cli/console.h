// Console: what a command prints. Answers go to standard output, everything else to standard error.
//
// One for a process, on its main thread; progress may be told from any. In JSON mode answers are
// JSON and errors are {"error":{...}} on standard error. Progress shows on a terminal only.
//
//   console.table({"stop", "name"}, rows);
//   return console.fail(error);                       // prints it, gives its exit code
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace hq::cli {

class Console {
 public:
  Console(Language language, bool json) : language_(language), json_(json) {}

  Language language() const { return language_; }
  bool json() const { return json_; }
  std::string_view choose(std::string_view en, std::string_view zh) const {
    return language_ == Language::zh ? zh : en;
  }

  /// A line, or ready text without a line end, on standard output. io_error or disk_full where it
  /// cannot be written (a full disk behind a redirection).
  void line(std::string_view text) const;
  Result<> text(std::string_view text) const;

  /// Columns as wide as their widest cell, by display width.
  void table(const std::vector<std::string>& header,
             const std::vector<std::vector<std::string>>& rows) const;

  /// A line on standard error for people; nothing in JSON mode.
  void note(std::string_view en, std::string_view zh) const;

  /// "reading feed ... 12,000" in place on a terminal; nothing elsewhere. `total` 0: unknown.
  void progress(std::string_view what, uint64_t done, uint64_t total = 0) const;
  void end_progress() const;

  /// Prints the error; its exit code.
  int fail(const Error& error) const;

 private:
  Language language_;
  bool json_;
};

}  // namespace hq::cli
