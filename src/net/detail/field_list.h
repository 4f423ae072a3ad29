// Lists in header fields (RFC 9110, 5.6.1): "gzip, br;q=0.8" as items, with or without weights.
//
// The views are into the text that was given. Never fails: what is not well-formed is skipped, as
// a preference that cannot be read is none.
#pragma once

#include <string_view>
#include <vector>

namespace hq::net::detail {

/// The items between commas, trimmed, empty ones left out. Commas in quotes do not divide.
std::vector<std::string_view> split_list(std::string_view list);

struct WeightedItem {
  std::string_view name;
  double quality = 1;  // 0 to 1
};

/// The items with their ";q=" weights; other parameters are ignored.
std::vector<WeightedItem> split_weighted(std::string_view list);

}  // namespace hq::net::detail
