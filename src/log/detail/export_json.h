// A commit as one line of JSON that gives it back bit by bit: docs/format/log.md.
//
// Unlike to_json_line of inspect.h, which is for looking at. A text that is JSON on one line stands
// as it is ("body"), any other text as a string ("body_text"), and bytes as hexadecimal digits
// ("body_hex").
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "log/commit.h"

namespace hq::log {

std::string export_line(const Commit& commit);

/// parse_error where the line is no commit. The hash is not checked here.
Result<Commit> commit_from_export_line(std::string_view line);

/// No line of a commit that the log takes is longer.
std::size_t export_line_bytes_max();

}  // namespace hq::log
