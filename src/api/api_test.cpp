#include "api/api.h"

#include <set>

#include "api/api_testing.h"
#include "api/openapi.h"
#include "base/json.h"

namespace hq::api {
namespace {

using testing::HasSubstr;

TEST_F(ApiTest, has_the_routes_that_the_contract_describes_and_no_others) {
  const auto document = JsonDocument::parse(openapi_text()).value();
  std::set<std::string> described;
  for (const auto& [path, operations] : document.root().find("paths")->members()) {
    // A path with a server of its own stands outside /api/v1.
    const std::string base = operations.find("servers") ? "" : "/api/v1";
    for (const auto& [method, operation] : operations.members()) {
      if (method == "servers") continue;
      std::string name(method);
      std::ranges::transform(name, name.begin(), [](char c) {
        return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      });
      described.insert(name + " " + base + std::string(path));
    }
  }
  const auto names = router_.route_names();
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()), described);
}

TEST_F(ApiTest, answers_with_an_etag_and_spares_a_client_that_has_it) {
  const Response first = get("/places");
  EXPECT_EQ(first.status, 200);
  ASSERT_TRUE(first.headers.has("ETag"));
  headers_.set("If-None-Match", *first.headers.find("ETag"));
  EXPECT_EQ(get("/places").status, 304);
}

TEST_F(ApiTest, gives_the_hub_with_its_places_and_cities) {
  EXPECT_THAT(text(get("/hub")), HasSubstr("虹桥国际开放枢纽"));
  const auto cities = JsonDocument::parse(text(get("/cities"))).value();
  EXPECT_EQ(cities.root().find("cities")->size(), 41u);
  EXPECT_EQ(cities.root().find("population")->as_int().value(), 235'213'670);
}

TEST_F(ApiTest, refuses_parameters_that_are_wrong_or_unknown) {
  const auto refused = [&](const std::string& path, std::vector<net::Parameter> query) {
    const Response response = get(path, std::move(query));
    EXPECT_EQ(response.status, 400);
    return text(response);
  };
  EXPECT_THAT(refused("/hub", {{"colour", "red"}}), HasSubstr("colour"));
  EXPECT_THAT(refused("/stops", {{"limit", "0"}}), HasSubstr("limit"));
  EXPECT_THAT(refused("/stops", {{"limit", "ten"}}), HasSubstr("limit"));
  EXPECT_THAT(refused("/stops", {{"q", "a"}, {"q", "b"}}), HasSubstr("once"));
  EXPECT_THAT(refused("/stops", {{"q", std::string(500, 'x')}}), HasSubstr("longer"));
  EXPECT_THAT(refused("/stops", {{"modes", "broom"}}), HasSubstr("broom"));
  EXPECT_THAT(refused("/stops", {{"modes", ""}}), HasSubstr("modes"));
  EXPECT_THAT(refused("/journeys", {{"from", "AOH"}}), HasSubstr("to"));
  EXPECT_THAT(refused("/journeys", {{"from", "AOH"}, {"to", "NKH"}, {"arrive_by", "maybe"}}),
              HasSubstr("arrive_by"));
  EXPECT_THAT(refused("/reach", {{"from", "AOH"}, {"window_from", "6"}}), HasSubstr("window_from"));
  EXPECT_THAT(refused("/reach", {{"from", "AOH"}, {"measure", "worst"}}), HasSubstr("measure"));
}

TEST_F(ApiTest, lists_all_stops_in_pages) {
  std::set<std::string> seen;
  std::string cursor;
  for (int page = 0; page < 10; ++page) {
    std::vector<net::Parameter> query = {{"limit", "1000"}};
    if (!cursor.empty()) query.emplace_back("cursor", cursor);
    const auto document = JsonDocument::parse(text(get("/stops", query))).value();
    for (const auto& stop : document.root().find("stops")->items()) {
      EXPECT_TRUE(seen.insert(std::string(stop.find("id")->as_string().value())).second);
    }
    const auto next = document.root().find("next");
    if (!next) break;
    cursor = next->as_string().value();
  }
  EXPECT_EQ(seen.size(), networks_.get({}).value()->public_stops().size());
}

TEST_F(ApiTest, finds_stops_and_journeys_and_circles) {
  EXPECT_THAT(text(get("/stops", {{"q", "shhq"}, {"limit", "1"}})), HasSubstr(R"("id":"AOH")"));
  EXPECT_THAT(text(get("/stops/AOH")), HasSubstr("Shanghai Hongqiao"));
  EXPECT_EQ(get("/stops/NOWHERE").status, 404);
  const auto journeys =
      text(get("/journeys", {{"from", "AOH"}, {"to", "NKH"}, {"time", "2026-11-24T08:00"}}));
  EXPECT_THAT(journeys, HasSubstr(R"("kind":"ride")"));
  // Without a time, the present counts: 08:00 in Shanghai.
  EXPECT_THAT(text(get("/journeys", {{"from", "AOH"}, {"to", "NKH"}})),
              HasSubstr(R"("time":"2026-11-24T08:00:00+08:00")"));
  EXPECT_THAT(text(get("/reach", {{"from", "AOH"}})), HasSubstr(R"("city_count":)"));
}

TEST_F(ApiTest, gives_the_circle_in_the_form_that_is_asked_for) {
  const std::vector<net::Parameter> query = {{"from", "AOH"}};
  headers_.set("Accept", "text/csv, application/json;q=0.5");
  const Response csv = get("/reach", query);
  EXPECT_EQ(*csv.headers.find("Content-Type"), "text/csv; charset=utf-8");
  EXPECT_TRUE(csv.headers.has("Vary"));
  const Response geojson = get("/reach", {{"from", "AOH"}, {"format", "geojson"}});
  EXPECT_EQ(*geojson.headers.find("Content-Type"), "application/geo+json");
  EXPECT_THAT(text(get("/reach", {{"from", "AOH"}, {"rows", "stations"}})),
              HasSubstr("stop,name_zh"));
}

TEST_F(ApiTest, lets_only_the_operator_write) {
  const std::vector<net::Parameter> query = {{"kind", "gtfs"}, {"name", "x"}};
  EXPECT_EQ(ask(Method::post, "/timetables", query, "zip").status, 401);
  EXPECT_EQ(ask(Method::post, "/timetables", query, "zip", "Bearer bad").status, 401);
  EXPECT_EQ(ask(Method::put, "/timetables/active", {}, R"({"id":"x"})").status, 401);
}

TEST_F(ApiTest, refuses_an_import_that_is_no_feed_and_keeps_no_file_of_it) {
  const std::vector<net::Parameter> query = {{"kind", "gtfs"}, {"name", "x"}};
  const Response response = ask(Method::post, "/timetables", query, "no zip", "Bearer good");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(text(response).find(folder_.string()), std::string::npos);
  EXPECT_EQ(ask(Method::post, "/timetables", query, "", "Bearer good").status, 400);
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(ApiTest, imports_a_listing_switches_to_it_and_back) {
  const std::string listing = "G9\n上海虹桥\t08:00\t08:00\n苏州北\t08:23\t08:23\n\n";
  const std::string reference_id = timetables_.active_id();
  const std::vector<net::Parameter> query = {{"kind", "trains"}, {"name", "short"}};
  const Response imported = ask(Method::post, "/timetables", query, listing, "Bearer good");
  ASSERT_EQ(imported.status, 201) << text(imported);
  const std::string id = timetables_.active_id();
  EXPECT_NE(id, reference_id);
  EXPECT_EQ(*imported.headers.find("Location"), "/api/v1/timetables/" + id);
  EXPECT_THAT(text(get("/timetables/" + id)), HasSubstr(R"("counts":)"));
  EXPECT_THAT(
      text(get("/journeys", {{"from", "AOH"}, {"to", "OHH"}, {"time", "2026-11-24T07:00"}})),
      HasSubstr(R"("run_number":"G9")"));
  const Response back = ask(Method::put, "/timetables/active", {},
                            R"({"id":")" + reference_id + R"("})", "Bearer good");
  EXPECT_EQ(back.status, 200) << text(back);
  EXPECT_EQ(timetables_.active_id(), reference_id);
  EXPECT_EQ(
      ask(Method::put, "/timetables/active", {}, R"({"id":"0123456789abcdef"})", "Bearer good")
          .status,
      404);
  EXPECT_EQ(ask(Method::put, "/timetables/active", {}, "{", "Bearer good").status, 400);
  EXPECT_EQ(get("/timetables/0123456789abcdef").status, 404);
  // The imported timetable can still be asked by its id.
  EXPECT_EQ(get("/journeys",
                {{"from", "AOH"}, {"to", "OHH"}, {"time", "2026-11-24T07:00"}, {"timetable", id}})
                .status,
            200);
}

TEST_F(ApiTest, repeats_an_answer_for_the_same_command_id) {
  const std::string id = timetables_.active_id();
  headers_.set("X-Command-Id", "once");
  const std::string body = R"({"id":")" + id + R"("})";
  EXPECT_EQ(ask(Method::put, "/timetables/active", {}, body, "Bearer good").status, 200);
  EXPECT_EQ(ask(Method::put, "/timetables/active", {}, body, "Bearer good").status, 200);
  EXPECT_EQ(writer_->metrics().repeated, 1u);
}

TEST_F(ApiTest, tells_followers_which_timetable_answers) {
  const Response response = get("/events");
  const auto* stream = std::get_if<std::shared_ptr<net::EventStream>>(&response.body);
  ASSERT_NE(stream, nullptr);
  (*stream)->attach([] {});
  EXPECT_THAT((*stream)->take().bytes, HasSubstr("event: timetable"));
  const std::string listing = "G9\n上海虹桥\t08:00\t08:00\n苏州北\t08:23\t08:23\n\n";
  ask(Method::post, "/timetables", {{"kind", "trains"}, {"name", "short"}}, listing, "Bearer good");
  EXPECT_THAT((*stream)->take().bytes, HasSubstr(R"("name":"short")"));
}

}  // namespace
}  // namespace hq::api
