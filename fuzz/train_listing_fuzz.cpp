// Any text as a train listing: read_train_listing must end with a sound Feed or an Error.
//
// The input is the listing; behind a line "=2" comes the second edition, behind "=s" a list of
// stations.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "route/train_listing.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace hq::route;
  std::string_view input(reinterpret_cast<const char*>(data), size);
  NamedText listing{"a.txt"}, second{"b.txt"}, stations{"s.csv"};
  NamedText* at = &listing;
  while (!input.empty()) {
    const std::size_t end = input.find('\n');
    const std::string_view line = input.substr(0, end == input.npos ? end : end + 1);
    input.remove_prefix(line.size());
    if (line.starts_with("=2")) {
      at = &second;
    } else if (line.starts_with("=s")) {
      at = &stations;
    } else {
      at->text += line;
    }
  }
  TrainListingOptions options;
  options.holidays = {hq::Date{}};
  ImportReport report;
  std::vector<NamedText> lists;
  if (!stations.text.empty()) lists.push_back(stations);
  const auto feed = read_train_listing(listing, second, lists, options, report);
  if (feed && !check(*feed)) std::abort();
  return 0;
}
