// Finds what a command works on: the hub's folder, and a timetable with the hub around it.
#pragma once

#include <filesystem>
#include <memory>

#include "cli/commands.h"
#include "hub/journeys/network.h"

namespace hq::cli {

/// `given`, or hubs/hongqiao of the checkout or of the installation that this program stands in.
Result<std::filesystem::path> find_hub_folder(const std::filesystem::path& given);

Result<std::shared_ptr<const hub::ReferenceHub>> load_hub(const Sources& sources);

/// The timetables on record in the data folder, without locking it; the reference plan alone where
/// there is no data.
Result<std::unique_ptr<hub::Timetables>> read_timetables(const Sources& sources,
                                                         const hub::ReferenceHub& hub);

/// The timetable that `sources` names: a file, an id of the data folder, or the active one there.
Result<std::shared_ptr<const hub::Network>> load_network(const Sources& sources,
                                                         const Console& console);

}  // namespace hq::cli
