#include "hub/journeys/networks.h"

#include <algorithm>

#include "hub/journeys/limits.h"

namespace hq::hub {

Result<std::shared_ptr<const Network>> Networks::get(std::string_view id) {
  const std::string wanted = id.empty() ? timetables_.active_id() : std::string(id);
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(kept_, wanted, [](const auto& kept) { return kept->id(); });
  if (found != kept_.end()) {
    kept_.splice(kept_.begin(), kept_, found);
    return kept_.front();
  }
  HQ_TRY(auto timetable, timetables_.open(wanted));
  HQ_TRY(auto network, Network::make(std::move(timetable), hub_, wanted));
  kept_.push_front(std::move(network));
  if (kept_.size() > kNetworksMax) kept_.pop_back();
  return kept_.front();
}

}  // namespace hq::hub
