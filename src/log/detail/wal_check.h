// Finds a changed bit in the write-ahead file of a log, which SQLite would take for its end.
//
// SQLite ends the recovery of a `-wal` file at the first frame whose sum is wrong, as it must for a
// write that was cut off; a bit that rotted there would take all commits behind it along, without a
// word. A frame that one single bit sets right, of a transaction whose other frames are there to
// its end, was whole once and no cut-off write: that is told here. The format is that of
// https://www.sqlite.org/fileformat2.html#walformat.
//
//   HQ_TRY_VOID(check_wal("data/log.sqlite", ""));   // before SQLite looks at the file
#pragma once

#include <filesystem>
#include <string>

#include "base/error.h"

namespace hq::log {

/// corrupt, with the frame (from 1; 0 is the head of the file), where one bit of the write-ahead
/// file of the database `file` has changed. `vfs` names the SQLite file system; empty for the
/// system's. Others may be writing meanwhile.
Result<> check_wal(const std::filesystem::path& file, const std::string& vfs);

}  // namespace hq::log
