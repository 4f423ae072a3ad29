// write_gtfs: a Feed as a GTFS Schedule feed, a zip (path ending in .zip) or a folder.
//
// Beside the files of the standard's core it writes feed_info.txt, whose publisher name carries the
// caveat, and translations.txt with the English names. What GTFS has no field for stands in columns
// of our own, which other readers pass over: stops.txt stop_aliases, position_quality;
// feed_info.txt feed_id, feed_title(_zh), feed_caveat(_zh). Equal feeds give equal bytes.
//
// Reading back gives the same Feed, if check() holds, texts have no outer blanks, dates of services
// without weekdays are left at Date{}, and trips stand in the order of their stop times.
//
//   HQ_TRY_VOID(write_gtfs(feed, "hongqiao.zip"));
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "base/error.h"
#include "route/feed.h"

namespace hq::route {

/// Fails where check(feed) fails or the file cannot be written.
Result<> write_gtfs(const Feed& feed, const std::filesystem::path& zip_or_folder);

/// The files by name, for tests and for sending.
Result<std::map<std::string, std::string>> gtfs_files(const Feed& feed);

}  // namespace hq::route
