// GET /reach (P2), as JSON, CSV or GeoJSON.
#include "hub/journeys/reach.h"
#include "api/api.h"
#include "api/parameters.h"
#include "base/json.h"
#include "net/etag.h"

namespace hq::api {
namespace {

enum class Format { json, csv, geojson };

/// By `format`, else by the first of our types that Accept names, else JSON.
Format choose_format(Parameters& query, const net::Request& request) {
  const std::string accept = request.headers.joined("Accept");
  std::size_t otherwise = 0;
  std::size_t first = accept.size();
  const std::pair<std::string_view, std::size_t> kTypes[] = {
      {"application/json", 0}, {"text/csv", 1}, {"application/geo+json", 2}};
  for (const auto& [type, index] : kTypes) {
    if (const std::size_t at = accept.find(type); at < first) {
      first = at;
      otherwise = index;
    }
  }
  return static_cast<Format>(query.choice("format", {"json", "csv", "geojson"}, otherwise));
}

net::Response download(std::string body, std::string_view type, std::string_view name) {
  net::Response response = net::Response::text(std::move(body), type);
  response.headers.set("Content-Disposition", "attachment; filename=\"" + std::string(name) + "\"");
  return response;
}

Result<net::Response> get_reach(const Services& services, const net::Request& request) {
  Parameters query(request);
  hub::ReachRequest wanted;
  wanted.from = query.required_text("from");
  wanted.limit_min = static_cast<int32_t>(query.integer("limit_min", 15, 360, 120));
  wanted.measure =
      static_cast<hub::Measure>(query.choice("measure", {"depart", "best", "p50", "p90"}, 0));
  wanted.time = query.text("time").value_or("");
  wanted.now = services.clock();
  wanted.window_from_s = query.clock("window_from", wanted.window_from_s);
  wanted.window_to_s = query.clock("window_to", wanted.window_to_s);
  wanted.changes_max = static_cast<int32_t>(query.integer("changes_max", 0, 7, wanted.changes_max));
  if (const auto minutes = query.integer("change_min", 0, 120)) {
    wanted.change_min = static_cast<int32_t>(*minutes);
  }
  wanted.modes = query.modes("modes", wanted.modes);
  wanted.walking = query.flag("walking", true);
  const Format format = choose_format(query, request);
  const bool rows_are_stations = query.choice("rows", {"cities", "stations"}, 0) == 1;
  const auto timetable = query.text("timetable");
  HQ_TRY_VOID(query.check());
  HQ_TRY(const auto network, services.networks.get(timetable.value_or("")));
  HQ_TRY(const hub::ReachAnswer answer, hub::find_reach(*network, wanted));

  net::Response response;
  if (format == Format::csv) {
    response = download(rows_are_stations ? reach_stops_csv(answer) : reach_cities_csv(answer),
                        "text/csv; charset=utf-8", "reach.csv");
  } else if (format == Format::geojson) {
    response = download(reach_geojson(answer), "application/geo+json", "reach.geojson");
  } else {
    response = net::Response::json(to_json(answer));
  }
  response.headers.add_vary("Accept");
  return net::answer_with_etag(request, std::move(response));
}

}  // namespace

void add_reach_routes(net::Router& router, Services& services) {
  router.add(net::Method::get, "/api/v1/reach",
             [&services](const net::Request& request) { return get_reach(services, request); });
}

}  // namespace hq::api
