// Change times and links of a compiled timetable, from the transfers of a feed.
//
// Rules, in this order: a transfer that names a station holds for its members; one that names
// platforms stands above it; what the feed says nothing about gets the default by mode, between
// platforms of one station too; then links are chained up to a limit, and never replace a link
// that is stated. Works on plain vectors, on one thread.
//
//   Links links = compile_links(feed, members, modes, options, report);
#pragma once

#include <vector>

#include "route/compile.h"
#include "route/detail/image.h"
#include "route/feed.h"
#include "route/report.h"

namespace hq::route {

struct Links {
  std::vector<int32_t> change_s;              // per stop, or kCannotChange
  std::vector<std::vector<LinkRecord>> from;  // per stop, shortest first
};

/// `members` and `modes` (ModeMask) are per stop, as in StopRecord.
Links compile_links(const Feed& feed, const std::vector<std::vector<uint32_t>>& members,
                    const std::vector<uint32_t>& modes, const CompileOptions& options,
                    ImportReport& report);

}  // namespace hq::route
