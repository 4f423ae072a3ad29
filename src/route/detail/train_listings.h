// The steps between the text of a train listing and trains that can be believed. Used by
// read_train_listing alone; each step puts what it finds into the report.
//
//   auto listings = parse_listings(listing, report);
//   restore_stations(listings, second, listing.name, report);
//   replace_scrambled(listings, second, listing.name, report);
//   auto trains = merge_twins(std::move(listings), listing.name, report);
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "route/report.h"
#include "route/train_listing.h"

namespace hq::route {

/// A call of a train. Times are seconds of the day as read; unroll() adds the days.
struct ListedCall {
  std::string station = {};
  int32_t arrival = 0;
  int32_t departure = 0;
  std::size_t line = 0;

  bool same_as(const ListedCall& other) const {
    return station == other.station && arrival == other.arrival && departure == other.departure;
  }
};

struct Listing {
  std::vector<std::string> numbers = {};  // one as read; more once twins are merged
  std::size_t line = 0;
  std::vector<ListedCall> calls = {};
};

/// Bad rows are dropped; so are trains without a call, and a number's second listing.
std::vector<Listing> parse_listings(const NamedText& text, ImportReport& report);

/// Puts stations in place of train numbers, or drops the call.
void restore_stations(std::vector<Listing>& listings, const std::vector<Listing>& second,
                      const std::string& file, ImportReport& report);

/// Adds days, so that time never runs back. False where a hop or stay takes `hop_max` seconds or
/// more, or the run passes the end of the service clock; then nothing is changed.
bool unroll(std::vector<ListedCall>& calls, int32_t hop_max);

/// Unrolls all; a listing that cannot be is replaced by that of the second edition or dropped.
/// Listings with fewer than two calls are dropped.
void replace_scrambled(std::vector<Listing>& listings, const std::vector<Listing>& second,
                       const std::string& file, ImportReport& report);

/// Puts listings of one train together under all its numbers, lowest first.
std::vector<Listing> merge_twins(std::vector<Listing> listings, const std::string& file,
                                 ImportReport& report);

}  // namespace hq::route
