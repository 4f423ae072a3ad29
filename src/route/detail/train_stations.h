// StationDirectory: station names of a train listing, with their ids and places.
//
//   StationDirectory stations;
//   HQ_TRY_VOID(stations.add({"stations.csv", text}, report));
//   if (const Station* found = stations.find("上海虹桥")) use(found->id);
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/error.h"
#include "base/geo.h"
#include "route/detail/train_listings.h"
#include "route/report.h"
#include "route/train_listing.h"

namespace hq::route {

struct Station {
  std::string id;
  std::string name;
  LatLng position = {};
  bool has_position = false;
  std::string position_quality = {};
};

class StationDirectory {
 public:
  /// Adds a list of either form (see TrainListingOptions). What stands in several lists keeps its
  /// first id and its first place.
  Result<> add(const NamedText& list, ImportReport& report);

  /// Takes a digit off names such as "济南2" where the name without it is known and this is not.
  void mend_names(Listing& train, const std::string& file, ImportReport& report) const;

  const Station* find(const std::string& name) const;
  std::size_t size() const { return stations_.size(); }

 private:
  void add_telecodes(const NamedText& list, ImportReport& report);
  Result<> add_csv(const NamedText& list, ImportReport& report);
  void put(Station station, const std::string& where, ImportReport& report);

  std::vector<Station> stations_;
  std::unordered_map<std::string, std::size_t> by_name_;
  std::unordered_set<std::string> ids_;
};

}  // namespace hq::route
