// Looking at a log from outside: `hongqiao log verify` and `hongqiao log tail` are these calls.
//
// They open the folder for reading only, so they run beside the server that writes it.
//
//   HQ_TRY(Verification found, verify_folder("data", show_progress));
//   if (found.damage) return std::unexpected(*found.damage);
//   HQ_TRY_VOID(tail_folder("data", {.follow = true}, print_line, stop));
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/error.h"
#include "log/log.h"

namespace hq::log {

/// Walks the whole chain of the log in `folder`. not_found where there is no log.
Result<Verification> verify_folder(const std::filesystem::path& folder,
                                   const LogReader::Progress& progress = {});

struct TailOptions {
  uint64_t count = 10;                              // the last so many commits
  std::optional<uint64_t> from_seq = std::nullopt;  // or all from this one on
  bool follow = false;                              // then go on with new ones until stopped
};

/// Gives each commit as one line of JSON, without the line end, until `print` returns false.
using PrintLine = std::function<bool(std::string_view line)>;
Result<> tail(const LogReader& log, const TailOptions& options, const PrintLine& print,
              std::stop_token stop = {});
Result<> tail_folder(const std::filesystem::path& folder, const TailOptions& options,
                     const PrintLine& print, std::stop_token stop = {});

/// {"seq":1,"time":"...","actor":...,"type":...,"events":[{"type":...,"body":...}],...}; a body
/// that is not JSON stands as a string; one that is no text, as {"hex": its bytes}.
std::string to_json_line(const Commit& commit);

}  // namespace hq::log
