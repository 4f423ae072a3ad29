// Files of secrets: keys and tokens that nobody but their owner may read.
//
//   HQ_TRY_VOID(make_secret_file(path, text));          // 0600; never replaces one that is there
//   HQ_TRY(std::string text, read_secret_file(path));
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"

namespace hq {

/// forbidden: others may read or write the file; not_found.
Result<std::string> read_secret_file(const std::filesystem::path& path, uint64_t bytes_max = 65536);

/// Makes the file, on disk when it returns. already_exists: there is one, which is left alone; of
/// two processes that make it at a time, one succeeds.
Result<> make_secret_file(const std::filesystem::path& path, std::string_view text);

}  // namespace hq
