// Networks: the Network of a timetable, made on first use and kept while it is among the last few
// used. Any thread; while one is being made, others wait for it.
//
//   HQ_TRY(auto network, networks.get({}));            // of the timetable that answers now
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <string_view>

#include "hub/journeys/network.h"
#include "hub/timetables/timetables.h"

namespace hq::hub {

class Networks {
 public:
  /// `timetables` outlives this.
  Networks(const Timetables& timetables, std::shared_ptr<const ReferenceHub> hub)
      : timetables_(timetables), hub_(std::move(hub)) {}

  /// Of the timetable of this id, or of the active one for an empty id.
  Result<std::shared_ptr<const Network>> get(std::string_view id);

 private:
  const Timetables& timetables_;
  std::shared_ptr<const ReferenceHub> hub_;
  std::mutex mutex_;
  std::list<std::shared_ptr<const Network>> kept_;  // last used first
};

}  // namespace hq::hub
