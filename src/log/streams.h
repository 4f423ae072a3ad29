// Streams: a data folder may hold several logs side by side, each with its own writer and chain.
//
// A stream is one log: a hub has "main"; a partition (an organisation, a hospital region, a book)
// is another. Streams share nothing but the folder. Values; any thread.
//
//   HQ_TRY(auto log, open_log("data", {.stream = "north"}));      // log-north.sqlite
//   HQ_TRY(const auto names, list_streams("data"));               // {"main", "north"}
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace hq::log {

inline constexpr std::string_view kMainStream = "main";
inline constexpr std::size_t kStreamNameBytesMax = 32;

/// invalid_argument unless it has 1 to 32 lower-case letters, digits and hyphens, the first of
/// them no hyphen.
Result<> check_stream_name(std::string_view stream);

/// "log" for the main stream, "log-north" for the stream "north".
std::string stream_file_stem(std::string_view stream);

/// The streams whose files lie in `folder`, the main one first. Empty where there are none.
Result<std::vector<std::string>> list_streams(const std::filesystem::path& folder);

}  // namespace hq::log
