// StoredGroup: the commits of one durable write as a backend keeps them, and their way back.
//
// Values; any thread.
//
//   ChainChecker checker = ChainChecker::starting_at(group.first_seq);
//   HQ_TRY(std::vector<Commit> commits, decode_group(group, checker));
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "log/commit.h"

namespace hq::log {

/// One row: the commits of one durable write, as bytes.
struct StoredGroup {
  uint64_t first_seq = 0;
  uint64_t last_seq = 0;
  std::string commits;
};

/// The commits of `group`, each checked by `checker`; ErrorCode::corrupt at the first bad one.
Result<std::vector<Commit>> decode_group(const StoredGroup& group, ChainChecker& checker);

/// The Error for commits that no row holds.
Error commits_missing(uint64_t first, uint64_t last);

}  // namespace hq::log
