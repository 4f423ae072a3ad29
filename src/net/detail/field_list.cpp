#include "net/detail/field_list.h"

#include <charconv>

#include "base/text.h"

namespace hq::net::detail {

// A comma within quotes parts nothing: an entity tag may hold one (RFC 9110, 5.6.1 and 8.8.3).
std::vector<std::string_view> split_list(std::string_view list) {
  std::vector<std::string_view> items;
  std::size_t start = 0;
  bool is_quoted = false;
  for (std::size_t at = 0; at <= list.size(); ++at) {
    if (at < list.size() && list[at] == '"') is_quoted = !is_quoted;
    const bool ends = at == list.size() || (list[at] == ',' && !is_quoted);
    if (!ends) continue;
    const std::string_view item = trimmed(list.substr(start, at - start));
    if (!item.empty()) items.push_back(item);
    start = at + 1;
  }
  return items;
}

std::vector<WeightedItem> split_weighted(std::string_view list) {
  std::vector<WeightedItem> items;
  for (std::string_view rest : split_list(list)) {
    WeightedItem item;
    auto semicolon = rest.find(';');
    item.name = trimmed(rest.substr(0, semicolon));
    while (semicolon != std::string_view::npos) {
      rest.remove_prefix(semicolon + 1);
      semicolon = rest.find(';');
      const std::string_view parameter = trimmed(rest.substr(0, semicolon));
      if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) continue;
      double quality = 0;
      const char* end = parameter.data() + parameter.size();
      const auto read = std::from_chars(parameter.data() + 2, end, quality);
      const bool good = read.ec == std::errc() && read.ptr == end && quality >= 0 && quality <= 1;
      item.quality = good ? quality : 0;  // what cannot be read asks for nothing
    }
    if (!item.name.empty()) items.push_back(item);
  }
  return items;
}

}  // namespace hq::net::detail
