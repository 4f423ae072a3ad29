// The tables and marks of a log file, and the check that a file is one that we can read.
// docs/format/log.md says the same in words.
//
//   HQ_TRY_VOID(check_format(database, file, "main"));          // before reading
//   HQ_TRY_VOID(prepare_for_writing(database, file, "main", 0));  // creates what a new file lacks
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/error.h"
#include "log/detail/sqlite.h"

namespace hq::log {

/// PRAGMA application_id: "HQLG" as a big-endian number.
inline constexpr int64_t kApplicationId = 0x48514C47;

/// PRAGMA user_version: raised when an older program could no longer read the file rightly.
/// Version 1 has no sums in its pages and no name of its stream: it is the main one. Such a file is
/// written on as it is.
inline constexpr int64_t kFormatVersion = 2;

/// newer_version, corrupt (not ours), conflict (the file of another stream), or not_found for a
/// file that nothing has been put into yet.
Result<> check_format(Database& database, const std::filesystem::path& file,
                      std::string_view stream);

/// Checks the format, creates the tables of a new file, and sets WAL and synchronous=FULL.
Result<> prepare_for_writing(Database& database, const std::filesystem::path& file,
                             std::string_view stream, uint64_t bytes_max);

}  // namespace hq::log
