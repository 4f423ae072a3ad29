#include "base/json.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <thread>

namespace hq {
namespace {

enum class TrainClass { g, d, k };
BOOST_DESCRIBE_ENUM(TrainClass, g, d, k)

struct Stop {
  std::string name;
  std::optional<int32_t> platform;
  LatLng place;

  bool operator==(const Stop&) const = default;
};
BOOST_DESCRIBE_STRUCT(Stop, (), (name, platform, place))

struct Train {
  std::string number;
  TrainClass train_class = TrainClass::g;
  bool runs_daily = false;
  uint64_t id = 0;
  int16_t delay_min = 0;
  double speed_kmh = 0;
  Date day{};
  Instant seen{};
  std::vector<Stop> stops;
  std::map<std::string, int> seats;

  bool operator==(const Train&) const = default;
};
BOOST_DESCRIBE_STRUCT(Train, (),
                      (number, train_class, runs_daily, id, delay_min, speed_kmh, day, seen, stops,
                       seats))

struct Opened {
  static constexpr std::string_view kType = "opened";
  std::string name;
  bool operator==(const Opened&) const = default;
};
BOOST_DESCRIBE_STRUCT(Opened, (), (name))

struct Moved {
  static constexpr std::string_view kType = "moved";
  int64_t amount_fen = 0;
  std::optional<std::string> note;
  bool operator==(const Moved&) const = default;
};
BOOST_DESCRIBE_STRUCT(Moved, (), (amount_fen, note))

using Event = std::variant<Opened, Moved>;

struct Envelope {
  JsonText body;
  bool operator==(const Envelope&) const = default;
};
BOOST_DESCRIBE_STRUCT(Envelope, (), (body))

struct Nothing {
  bool operator==(const Nothing&) const = default;
};
BOOST_DESCRIBE_STRUCT(Nothing, (), ())

struct Code {
  std::string letters;
  std::string text() const { return letters; }
  static Result<Code> parse(std::string_view text) {
    if (text.size() != 3) return fail(ErrorCode::invalid_argument, "not a telecode", "不是电报码");
    return Code{std::string(text)};
  }
};

template <class T>
Error error_of(std::string_view text, const JsonLimits& limits = {}) {
  const auto value = from_json<T>(text, limits);
  EXPECT_FALSE(value) << text;
  if (value) return {};
  EXPECT_EQ(value.error().code, ErrorCode::parse_error) << text;
  EXPECT_FALSE(value.error().message_zh.empty()) << text;
  return value.error();
}

constexpr std::string_view kTrain =
    R"({"number":"G7301","train_class":"g","runs_daily":true,"id":18446744073709551615,)"
    R"("delay_min":-3,"speed_kmh":0.1,"day":"2026-11-22","seen":"2026-11-22T00:00:00.5Z",)"
    R"("stops":[{"name":"上海虹桥","platform":7,"place":{"lat":31.1944,"lng":121.3187}},)"
    R"({"name":"a\"b\\\n\u0001","place":{"lat":-0,"lng":1e-07}}],"seats":{"一等":5,"二等":20}})";

TEST(Json, canonical_text_reads_and_writes_the_same) {
  const auto train = from_json<Train>(kTrain);
  ASSERT_TRUE(train) << train.error().text();
  EXPECT_EQ(train->number, "G7301");
  EXPECT_EQ(train->id, UINT64_MAX);
  EXPECT_EQ(train->delay_min, -3);
  EXPECT_EQ(train->stops[0].platform, 7);
  EXPECT_EQ(train->stops[1].platform, std::nullopt);
  EXPECT_EQ(train->stops[1].name, "a\"b\\\n\x01");
  EXPECT_EQ(train->seats.at("一等"), 5);
  EXPECT_EQ(to_json(*train), kTrain);
}

TEST(Json, order_of_fields_and_blanks_do_not_matter_on_reading) {
  const auto stop = from_json<Stop>(
      " \r\n{ \"place\" : {\"lng\":2,\"lat\":1} ,\t\"platform\":null, \"\\u006eame\":\"x\" } ");
  ASSERT_TRUE(stop) << stop.error().text();
  EXPECT_EQ(*stop, (Stop{"x", std::nullopt, {1, 2}}));
}

TEST(Json, lone_values_are_documents) {
  EXPECT_EQ(from_json<int>(" 5 "), 5);
  EXPECT_EQ(from_json<bool>("true"), true);
  EXPECT_EQ(from_json<std::string>("\"\\ud83d\\ude84\""), "🚄");
  EXPECT_EQ(from_json<std::optional<int>>("null").value(), std::nullopt);
  EXPECT_EQ(from_json<std::vector<bool>>("[true,false]"), (std::vector<bool>{true, false}));
  EXPECT_EQ(from_json<double>("1e3"), 1000.0);
  EXPECT_EQ(from_json<Nothing>("{}"), Nothing{});
  EXPECT_EQ(to_json(Nothing{}), "{}");
}

TEST(Json, integers_are_held_to_their_width) {
  EXPECT_EQ(from_json<int8_t>("-128"), -128);
  EXPECT_EQ(from_json<uint8_t>("255"), 255);
  EXPECT_EQ(from_json<int64_t>("-9223372036854775808"), INT64_MIN);
  EXPECT_EQ(error_of<int8_t>("128").message, "expected a whole number from -128 to 127");
  error_of<int8_t>("-129");
  error_of<uint8_t>("256");
  error_of<uint8_t>("-1");
  error_of<int64_t>("9223372036854775808");
  EXPECT_EQ(error_of<uint64_t>("18446744073709551616").message_zh,
            "应为 0 到 18446744073709551615 之间的整数");
  error_of<int>("1.0");
  error_of<int>("1e3");
  error_of<int>("123456789012345678901234567890");
}

TEST(Json, doubles_are_finite_and_shortest) {
  EXPECT_EQ(to_json(0.1), "0.1");
  EXPECT_EQ(to_json(5.0), "5");
  EXPECT_EQ(to_json(-0.0), "-0");
  EXPECT_TRUE(std::signbit(*from_json<double>("-0")));
  EXPECT_EQ(from_json<double>(to_json(5e-324)), 5e-324);
  EXPECT_EQ(from_json<double>(to_json(1.7976931348623157e308)), 1.7976931348623157e308);
  EXPECT_EQ(error_of<double>("1e999").message, "not a number, or beyond the range of a double");
  EXPECT_DEATH(to_json(std::nan("")), "broken invariant");
  EXPECT_DEATH(to_json(INFINITY), "broken invariant");
}

TEST(Json, errors_name_the_path) {
  const auto where = [](std::string_view text) { return error_of<Train>(text).where; };
  std::string text(kTrain);
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string changed = text;
    changed.replace(changed.find(from), from.size(), to);
    return changed;
  };
  EXPECT_EQ(where(with("\"上海虹桥\"", "7")), "/stops/0/name");
  EXPECT_EQ(where(with("-0,", "90.5,")), "/stops/1/place");
  EXPECT_EQ(where(with("\"lng\":1e-07", "\"lng\":true")), "/stops/1/place/lng");
  EXPECT_EQ(where(with("\"lng\":1e-07", "\"long\":1")), "/stops/1/place/long");
  EXPECT_EQ(where(with(",\"lng\":1e-07", "")), "/stops/1/place/lng");
  EXPECT_EQ(where(with("\"一等\":5", "\"a/b~c\":\"5\"")), "/seats/a~1b~0c");
  EXPECT_EQ(where(with("2026-11-22\"", "2026-02-30\"")), "/day");
  EXPECT_EQ(where(with("00:00.5Z", "00:00.5")), "/seen");
  EXPECT_EQ(where(with("\"g\"", "\"x\"")), "/train_class");
  EXPECT_EQ(where("[]"), "");
}

TEST(Json, says_what_is_wrong_in_both_languages) {
  const auto expect = [](const Error& error, std::string_view where, std::string_view en,
                         std::string_view zh) {
    EXPECT_EQ(error.where, where);
    EXPECT_EQ(error.message, en);
    EXPECT_EQ(error.message_zh, zh);
  };
  expect(error_of<Opened>("{}"), "/name", "this field is missing", "缺少此字段");
  expect(error_of<Opened>(R"({"name":null})"), "/name", "expected a string, found null",
         "应为字符串，实为空值 null");
  expect(error_of<Opened>(R"({"name":"a","name":"b"})"), "/name", "this field stands twice",
         "此字段重复");
  expect(error_of<Opened>(R"({"name":"a","x":1})"), "/x", "no such field is known", "未知字段");
  expect(error_of<Opened>(R"({"name":"a"} {})"), "", "something follows the value",
         "值之后还有多余内容");
  expect(error_of<TrainClass>("\"x\""), "", "expected one of: g, d, k", "应为其中之一：g, d, k");
  expect(error_of<std::string>(""), "", "empty", "内容为空");
  expect(error_of<std::map<std::string, int>>(R"({"a":1,"a":2})"), "/a", "this field stands twice",
         "此字段重复");
}

TEST(Json, unknown_fields_are_skipped_where_allowed_but_still_checked) {
  const JsonLimits lenient{.unknown_fields_allowed = true};
  EXPECT_EQ(from_json<Opened>(R"({"x":[1,{"y":[]},"z",null,true,1e30],"name":"a"})", lenient),
            Opened{"a"});
  EXPECT_EQ(error_of<Opened>(R"({"x":[1,{"y":tru}],"name":"a"})", lenient).where, "/x/1/y");
  error_of<Opened>(R"({"x":"\q","name":"a"})", lenient);
  error_of<Opened>(R"({"x":01,"name":"a"})", lenient);
  error_of<Opened>(R"({"x":nul,"name":"a"})", lenient);
  error_of<Opened>(R"({"x":[1,],"name":"a"})", lenient);
  error_of<Opened>(R"({"name":"a","name":"b"})", lenient);
}

TEST(Json, malformed_texts_are_refused) {
  for (const std::string_view text :
       {"[",        "]",     "[1",    "[1,]", "[1 2]", "[,1]",  "[1]]",  "[1],[2]",
        "1]",       "1],[2", "[1}",   "{]",   "[1] x", "[1],",  ",",     "[01]",
        "[+1]",     "[.5]",  "[1.]",  "[-]",  "[0x1]", "[1e]",  "[NaN]", "['a']",
        "[1]\n[2]", "//",    "[1]//", "\"",   "tru",   "truex", "nul",   "\xEF\xBB\xBF[1]"}) {
    error_of<std::vector<double>>(text);
    error_of<JsonText>(text == "[1]]" ? "]" : text == "1]" ? "2]" : text);
  }
  for (const std::string_view text :
       {"{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}",
        "{\"a\":1,,\"b\":2}", "{1:2}", "{\"a\":1]", "{\"\\x\":1}"}) {
    error_of<std::map<std::string, int>>(text);
    error_of<JsonText>(text);
  }
}

TEST(Json, strings_must_be_valid) {
  EXPECT_EQ(error_of<std::string>("\"\xff\"").message, "not valid UTF-8");
  EXPECT_EQ(error_of<std::string>("\"\xc0\x80\"").message, "not valid UTF-8");
  EXPECT_EQ(error_of<std::string>("\"\xed\xa0\x80\"").message, "not valid UTF-8");
  EXPECT_EQ(error_of<std::string>("\"\\ud800\"").message, "a bad escape in a string");
  EXPECT_EQ(error_of<std::string>("\"\\udc00x\"").message, "a bad escape in a string");
  EXPECT_EQ(error_of<std::string>("\"\\x41\"").message, "a bad escape in a string");
  EXPECT_EQ(error_of<std::string>("\"a\nb\"").message, "a control character in a string");
  EXPECT_EQ(error_of<std::string>("\"abc").message, "a string is not closed");
  EXPECT_EQ(from_json<std::string>("\"\\u0000\""), std::string(1, '\0'));
}

TEST(Json, size_and_depth_are_limited) {
  EXPECT_EQ(from_json<std::string>("\"abc\"", {.bytes_max = 5}), "abc");
  EXPECT_EQ(error_of<std::string>("\"abcd\"", {.bytes_max = 5}).message, "longer than 5 bytes");
  EXPECT_TRUE(from_json<JsonText>("[[{\"a\":1}]]", {.depth_max = 3}));
  const Error error = error_of<JsonText>("[[{\"a\":[]}]]", {.depth_max = 3});
  EXPECT_EQ(error.message, "nested deeper than 3 levels");
  EXPECT_EQ(error.where, "/0/0/a");
  error_of<JsonText>(std::string(1'000'000, '['));
  error_of<JsonText>(std::string(1'000'000, '[') + std::string(1'000'000, ']'));
}

TEST(Json, variants_carry_their_type) {
  EXPECT_EQ(to_json(Event(Opened{"a"})), R"({"type":"opened","name":"a"})");
  EXPECT_EQ(to_json(Event(Moved{5, {}})), R"({"type":"moved","amount_fen":5})");
  EXPECT_EQ(from_json<Event>(R"({"type":"opened","name":"a"})"), Event(Opened{"a"}));
  EXPECT_EQ(from_json<Event>(R"({"note":"n","amount_fen":5,"type":"moved"})"),
            Event(Moved{5, "n"}));
  EXPECT_EQ(error_of<Event>(R"({"name":"a"})").where, "/type");
  EXPECT_EQ(error_of<Event>(R"({"type":"x"})").message, "expected one of: opened, moved");
  EXPECT_EQ(error_of<Event>(R"({"type":3})").where, "/type");
  EXPECT_EQ(error_of<Event>(R"({"type":"moved","name":"a"})").where, "/name");
  EXPECT_EQ(error_of<Event>(R"({"type":"moved"})").where, "/amount_fen");
  EXPECT_EQ(error_of<Event>(R"({"type":"opened","name":"a","type":"moved"})").where, "/type");
  EXPECT_EQ(error_of<std::vector<Event>>(R"([{"type":"opened","name":1}])").where, "/0/name");
  error_of<Event>("[]");
}

TEST(Json, raw_text_is_kept_as_it_is_written) {
  for (const std::string_view raw :
       {R"({ "b" : 1.0 , "a":[ 1e5 ,{}, [ ] ] })", "[1, 2]", "\"\\u0041\"", "1.50", "true", "null",
        "123456789012345678901234567890", "[]", "{}"}) {
    const auto text = "{\"body\": " + std::string(raw) + " }";
    const auto envelope = from_json<Envelope>(text);
    ASSERT_TRUE(envelope) << raw << envelope.error().text();
    EXPECT_EQ(envelope->body.text, raw);
    EXPECT_EQ(to_json(*envelope), "{\"body\":" + std::string(raw) + "}");
  }
  EXPECT_EQ(to_json(JsonText{}), "null");
  EXPECT_EQ(error_of<Envelope>(R"({"body":[1,{"x":fals}]})").where, "/body/1/x");
}

TEST(Json, types_with_a_text_form_use_it) {
  EXPECT_EQ(to_json(Code{"AOH"}), "\"AOH\"");
  EXPECT_EQ(from_json<Code>("\"AOH\"")->letters, "AOH");
  EXPECT_EQ(error_of<Code>("\"AO\"").message, "not a telecode");
  error_of<Code>("3");
}

TEST(Json, arrays_have_their_length) {
  EXPECT_EQ((from_json<std::array<int, 2>>("[1,2]")), (std::array{1, 2}));
  EXPECT_EQ((error_of<std::array<int, 2>>("[1]").message), "expected 2 items, found 1");
  EXPECT_EQ((error_of<std::array<int, 2>>("[1,2,3]").message), "expected 2 items, found 3");
  EXPECT_EQ(to_json(std::array{1, 2}), "[1,2]");
}

TEST(Json, optional_items_of_arrays_are_null) {
  const std::vector<std::optional<int>> items{1, {}, 3};
  EXPECT_EQ(to_json(items), "[1,null,3]");
  EXPECT_EQ((from_json<std::vector<std::optional<int>>>("[1,null,3]")), items);
}

TEST(Json, enum_value_without_a_name_cannot_be_written) {
  EXPECT_DEATH(to_json(static_cast<TrainClass>(9)), "broken invariant");
}

TEST(Json, readers_within_readers_do_not_disturb_each_other) {
  JsonReader outer("[1,2]", {});
  int sum = 0;
  EXPECT_TRUE(outer.document([&] {
    return outer.array([&](std::size_t) {
      int value = 0;
      if (!read_json(outer, value)) return false;
      sum += value * *from_json<int>("10");
      return true;
    });
  }));
  EXPECT_EQ(sum, 30);
}

TEST(JsonWriter, bad_utf8_is_replaced) {
  EXPECT_EQ(to_json(std::string("a\xff\"桥\xe6\xa1")), "\"a\uFFFD\\\"桥\uFFFD\uFFFD\"");
  EXPECT_EQ(to_json(std::string("\xed\xa0\x80")), "\"\uFFFD\uFFFD\uFFFD\"");
}

TEST(JsonWriter, writes_in_streams) {
  std::string out;
  JsonWriter json(out);
  EXPECT_FALSE(json.is_complete());
  json.begin_object().field("a \"b\"", 1).key("list").begin_array();
  json.null().boolean(false).number(1.5).begin_object().end_object().begin_array().end_array();
  json.end_array();
  EXPECT_FALSE(json.is_complete());
  json.end_object();
  EXPECT_TRUE(json.is_complete());
  EXPECT_EQ(out, R"({"a \"b\"":1,"list":[null,false,1.5,{},[]]})");
}

TEST(JsonWriter, wrong_nesting_ends_the_process) {
  std::string out;
  EXPECT_DEATH(JsonWriter(out).begin_object().end_array(), "broken invariant");
  EXPECT_DEATH(JsonWriter(out).begin_object().null(), "broken invariant");
  EXPECT_DEATH(JsonWriter(out).begin_object().key("a").end_object(), "broken invariant");
  EXPECT_DEATH(JsonWriter(out).begin_object().key("a").key("b"), "broken invariant");
  EXPECT_DEATH(JsonWriter(out).begin_array().key("a"), "broken invariant");
  EXPECT_DEATH(JsonWriter(out).key("a"), "broken invariant");
  EXPECT_DEATH(JsonWriter(out).null().null(), "broken invariant");
  EXPECT_DEATH(JsonWriter(out).end_object(), "broken invariant");
  EXPECT_DEATH(
      {
        JsonWriter json(out);
        for (int i = 0; i < JsonWriter::kDepthMax; ++i) json.begin_array();
      },
      "broken invariant");
}

RC_GTEST_PROP(Json, any_value_comes_back, (const std::string& bytes, int64_t id, double number)) {
  // Any bytes: first made into valid text the way the writer makes them.
  const auto text = from_json<std::string>(to_json(bytes));
  RC_ASSERT(text.has_value());
  Moved moved{id, *text};
  const std::vector<Event> events{moved, Opened{*text}};
  RC_ASSERT(from_json<std::vector<Event>>(to_json(events)).value() == events);
  if (std::isfinite(number)) RC_ASSERT(from_json<double>(to_json(number)).value() == number);
}

RC_GTEST_PROP(Json, cut_texts_are_refused, ()) {
  const auto size = *rc::gen::inRange<std::size_t>(0, kTrain.size());
  RC_ASSERT(!from_json<Train>(kTrain.substr(0, size)));
}

TEST(JsonDocument, reads_any_shape) {
  const auto document = JsonDocument::parse(
      R"({"name":"虹桥","\u006eo":[7,-1.5,true,null,{"x":{}}],"big":18446744073709551615})");
  ASSERT_TRUE(document) << document.error().text();
  const JsonValue root = document->root();
  EXPECT_EQ(root.type(), JsonType::object);
  EXPECT_EQ(root.size(), 3u);
  EXPECT_EQ(root.find("name")->as_string(), "虹桥");
  const JsonValue list = *root.find("no");
  EXPECT_EQ(list.at(0)->as_int(), 7);
  EXPECT_EQ(list.at(0)->as_double(), 7.0);
  EXPECT_EQ(list.at(1)->as_double(), -1.5);
  EXPECT_EQ(list.at(2)->as_bool(), true);
  EXPECT_TRUE(list.at(3)->is_null());
  EXPECT_EQ(list.at(4)->find("x")->size(), 0u);
  EXPECT_EQ(list.size(), 5u);
  EXPECT_EQ(list.items().size(), 5u);
  EXPECT_EQ(list.items()[1].as_number_text(), "-1.5");
  EXPECT_EQ(root.find("big")->as_number_text(), "18446744073709551615");
  EXPECT_EQ(root.members()[2].first, "big");
}

TEST(JsonDocument, what_is_not_there_is_not_found) {
  const auto document = JsonDocument::parse(R"([1.5,"x",1e20])");
  ASSERT_TRUE(document);
  const JsonValue root = document->root();
  EXPECT_FALSE(root.at(3));
  EXPECT_FALSE(root.find("x"));
  EXPECT_FALSE(root.at(0)->at(0));
  EXPECT_TRUE(root.at(1)->items().empty());
  EXPECT_TRUE(root.members().empty());
  EXPECT_EQ(root.at(0)->size(), 0u);
  EXPECT_EQ(root.at(0)->as_int().error().message, "expected a whole number that fits 64 bits");
  EXPECT_FALSE(root.at(2)->as_int());
  EXPECT_EQ(root.at(0)->as_string().error().message, "expected a string, found a number");
  EXPECT_EQ(root.at(1)->as_double().error().message_zh, "应为数字，实为字符串");
  EXPECT_FALSE(root.at(1)->as_bool());
  EXPECT_FALSE(root.at(1)->as_int());
}

TEST(JsonDocument, is_as_strict_as_from_json) {
  const auto where = [](std::string_view text, JsonLimits limits = {}) {
    const auto document = JsonDocument::parse(text, limits);
    return document ? "read" : document.error().where;
  };
  EXPECT_EQ(where(R"({"a":{"b":1,"b":2}})"), "/a/b");
  EXPECT_EQ(where(R"({"a":[1,tru]})"), "/a/1");
  EXPECT_EQ(where("[[[1]]]", {.depth_max = 2}), "/0/0");
  EXPECT_EQ(where("[1] 2"), "");
  EXPECT_EQ(where("12345", {.bytes_max = 4}), "");
  EXPECT_EQ(where(R"({"":{"b":1}})"), "read");
}

TEST(JsonDocument, values_outlive_a_move) {
  auto first = JsonDocument::parse("[1]");
  const JsonValue root = first->root();
  const JsonDocument second = *std::move(first);
  EXPECT_EQ(root.at(0)->as_int(), 1);
}

}  // namespace
}  // namespace hq
