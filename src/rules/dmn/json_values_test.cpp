#include "rules/dmn/json_values.h"

#include <gtest/gtest.h>

#include "rules/dmn/model_testing.h"

namespace hq::rules {
namespace {

std::string text_of(std::string_view json, const Type& type) {
  const auto document = JsonDocument::parse(json);
  EXPECT_TRUE(document);
  const auto value = value_from_json(document->root(), type);
  Value read;
  JsonReader in(json, {});
  const bool is_read = in.document([&] { return read_value(in, type, read); });
  EXPECT_EQ(is_read, value.has_value()) << json;
  if (is_read) {
    EXPECT_TRUE(is_same(read, *value)) << json;
  } else {
    EXPECT_EQ(in.take_error().message, value.error().message);
  }
  return value ? to_text(*value) : "error: " + value.error().where;
}

TEST(JsonValues, numbers_keep_all_their_digits) {
  EXPECT_EQ(text_of("0.1000000000000000000000000000000001", *simple(TypeKind::any)),
            "0.1000000000000000000000000000000001");
  EXPECT_EQ(json_of(feel("1 / 3")), "0.3333333333333333333333333333333333");
}

TEST(JsonValues, a_text_becomes_a_date_where_the_type_wants_one) {
  EXPECT_EQ(text_of("\"2026-11-22\"", *simple(TypeKind::any)), "2026-11-22");
  const auto document = JsonDocument::parse("\"2026-11-22\"");
  EXPECT_NE(value_from_json(document->root(), *simple(TypeKind::date))->as<Date>(), nullptr);
  EXPECT_NE(value_from_json(document->root(), *simple(TypeKind::any))->as<std::string>(), nullptr);
  EXPECT_EQ(text_of("\"soon\"", *simple(TypeKind::date)), "error: ");
}

TEST(JsonValues, members_and_items_have_the_types_of_the_whole) {
  Type type{.kind = TypeKind::context};
  type.members = {{"days", list_of(simple(TypeKind::date))},
                  {"wait", simple(TypeKind::days_duration)}};
  EXPECT_EQ(text_of(R"({"days":["2026-11-22"],"wait":"PT90M","x":[true,null]})", type),
            R"({days: [2026-11-22], wait: PT1H30M, x: [true, null]})");
  EXPECT_EQ(text_of(R"({"wait":"long"})", type).substr(0, 11), "error: wait");
}

TEST(JsonValues, writes_each_kind) {
  EXPECT_EQ(json_of(feel(R"([1, "a", true, null, {b: @"2026-11-22"}, [1..2]])")),
            R"([1,"a",true,null,{"b":"2026-11-22"},"[1..2]"])");
}

TEST(JsonValues, what_nests_deeper_than_json_may_is_a_text) {
  Value deep(int64_t{1});
  for (int i = 0; i < 200; ++i) deep = Value(List{deep});
  EXPECT_TRUE(JsonDocument::parse(json_of(deep)));
}

}  // namespace
}  // namespace hq::rules
