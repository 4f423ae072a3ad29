#include "credential/canonical_json.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/hash.h"
#include "base/text.h"
#include "credential/limits.h"
#include "credential/shared_data_testing.h"

namespace hq::credential {
namespace {

std::string canonical(std::string_view text) {
  const auto result = canonical_json(text);
  EXPECT_TRUE(result.has_value()) << text << ": " << why(result);
  return result.value_or("");
}

// Naive: the same order by really turning the text into UTF-16.
std::u16string utf16(std::string_view text) {
  std::u16string units;
  for (const char32_t point : code_points(text)) {
    if (point >= 0x10000) {
      units += static_cast<char16_t>(0xD800 + ((point - 0x10000) >> 10));
      units += static_cast<char16_t>(0xDC00 + ((point - 0x10000) & 0x3FF));
    } else {
      units += static_cast<char16_t>(point);
    }
  }
  return units;
}

rc::Gen<std::string> any_text() {
  const auto point = rc::gen::oneOf(
      rc::gen::inRange<uint32_t>(0, 0x80), rc::gen::inRange<uint32_t>(0x80, 0xD800),
      rc::gen::inRange<uint32_t>(0xE000, 0x10000), rc::gen::inRange<uint32_t>(0x10000, 0x110000));
  return rc::gen::map(rc::gen::container<std::vector<uint32_t>>(point), [](const auto& points) {
    return to_utf8(std::u32string(points.begin(), points.end()));
  });
}

Json any_value(int depth) {
  switch (*rc::gen::inRange(0, depth > 0 ? 6 : 4)) {
    case 0:
      return Json();
    case 1:
      return Json(*rc::gen::arbitrary<bool>());
    case 2: {
      const double number = std::bit_cast<double>(*rc::gen::arbitrary<uint64_t>());
      return Json(std::isfinite(number) ? number : 0.0);
    }
    case 3:
      return Json(*any_text());
    case 4: {
      Json::Array items;
      for (int i = *rc::gen::inRange(0, 4); i > 0; --i) items.push_back(any_value(depth - 1));
      return Json(std::move(items));
    }
    default: {
      Json object = Json::object();
      for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
        object.set(*any_text(), any_value(depth - 1));
      }
      return object;
    }
  }
}

TEST(CanonicalJson, sorts_names_by_utf16_and_drops_blanks) {
  EXPECT_EQ(canonical("{ \"b\" : 1 , \"a\" : [ true , null ] }"), R"({"a":[true,null],"b":1})");
  // A smiley is a pair of surrogates, so it comes before U+FB33.
  EXPECT_EQ(canonical(R"({"\ufb33":1,"\ud83d\ude02":2,"\u20ac":3})"),
            "{\"€\":3,\"😂\":2,\"\uFB33\":1}");
  EXPECT_EQ(canonical("[]"), "[]");
  EXPECT_EQ(canonical("{}"), "{}");
}

TEST(CanonicalJson, escapes_as_little_as_it_can) {
  EXPECT_EQ(canonical(R"("\u0041\/\u000f\n\u007f\u0080")"), "\"A/\\u000f\\n\x7F\u0080\"");
  EXPECT_EQ(canonical(R"("\b\t\f\r\"\\")"), R"("\b\t\f\r\"\\")");
}

// RFC 8785, appendix B.
TEST(CanonicalJson, writes_numbers_as_ecmascript_does) {
  const std::pair<uint64_t, std::string_view> cases[] = {
      {0x0000000000000000, "0"},
      {0x8000000000000000, "0"},
      {0x0000000000000001, "5e-324"},
      {0x8000000000000001, "-5e-324"},
      {0x7fefffffffffffff, "1.7976931348623157e+308"},
      {0xffefffffffffffff, "-1.7976931348623157e+308"},
      {0x4340000000000000, "9007199254740992"},
      {0xc340000000000000, "-9007199254740992"},
      {0x4430000000000000, "295147905179352830000"},
      {0x44b52d02c7e14af5, "9.999999999999997e+22"},
      {0x44b52d02c7e14af6, "1e+23"},
      {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
      {0x444b1ae4d6e2ef4e, "999999999999999700000"},
      {0x444b1ae4d6e2ef4f, "999999999999999900000"},
      {0x444b1ae4d6e2ef50, "1e+21"},
      {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
      {0x3eb0c6f7a0b5ed8d, "0.000001"},
      {0x41b3de4355555553, "333333333.3333332"},
      {0x41b3de4355555556, "333333333.3333334"},
      {0xbecbf647612f3696, "-0.0000033333333333333333"},
      {0x43143ff3c1cb0959, "1424953923781206.2"}};
  for (const auto& [bits, text] : cases) EXPECT_EQ(es6_number(std::bit_cast<double>(bits)), text);
}

TEST(CanonicalJson, refuses_what_has_no_one_meaning) {
  for (const std::string_view text : {R"({"a":1,"a":2})",
                                      R"({"a":1,"\u0061":2})",
                                      R"("\ud800")",
                                      R"("\ud800\u0041")",
                                      R"("\udc00")",
                                      "1e400",
                                      "-1e400",
                                      "NaN",
                                      "Infinity",
                                      "01",
                                      "1.",
                                      "+1",
                                      "[1,]",
                                      "",
                                      "{",
                                      "\"\x80\"",
                                      "\"\xED\xA0\x80\"",
                                      "\"\n\"",
                                      "1 2",
                                      "\xEF\xBB\xBF{}"}) {
    EXPECT_FALSE(canonical_json(text).has_value()) << text;
  }
}

TEST(CanonicalJson, bounds_depth_and_size) {
  const auto nested = [](int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']');
  };
  EXPECT_TRUE(canonical_json(nested(kJsonDepthMax)).has_value());
  EXPECT_FALSE(canonical_json(nested(kJsonDepthMax + 1)).has_value());
  EXPECT_FALSE(canonical_json("\"" + std::string(kTextBytesMax, 'a') + "\"").has_value());
}

TEST(CanonicalJson, keeps_digits_of_numbers_outside_the_canonical_form) {
  const Json value = parsed(R"({"amount":1.10,"big":12345678901234567890})");
  EXPECT_EQ(value.text(), R"({"amount":1.10,"big":12345678901234567890})");
  EXPECT_EQ(canonical_json(value), R"({"amount":1.1,"big":12345678901234567000})");
}

TEST(CanonicalJson, gives_the_published_outputs) {
  HQ_SKIP_WITHOUT_VECTORS();
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(shared_path("jcs/testdata/input"))) {
    const std::string name = entry.path().filename();
    EXPECT_EQ(canonical(shared_text("jcs/testdata/input/" + name)),
              shared_text("jcs/testdata/output/" + name));
    ++count;
  }
  EXPECT_EQ(count, 6);
}

// The generator of the published file of numbers, made anew: constants from its source, 2000 in a
// row, then doubles out of a chain of SHA-256. Its hashes stand in the README beside it.
TEST(CanonicalJson, gives_the_published_hash_over_many_numbers) {
  HQ_SKIP_WITHOUT_VECTORS();
  std::vector<uint64_t> numbers;
  const std::string source = shared_text("jcs/testdata/numgen.js");
  const std::size_t end = source.find("])");
  for (std::size_t at = source.find("0x"); at < end; at = source.find("0x", at + 1)) {
    uint64_t bits = 0;
    std::from_chars(source.data() + at + 2, source.data() + at + 18, bits, 16);
    numbers.push_back(bits);
  }
  for (uint64_t i = 0; i < 2000; ++i) numbers.push_back(0x0010000000000000 + i);
  Sha256 block{};
  std::string lines;
  std::size_t count = 0;
  const auto add = [&](uint64_t bits) {
    const double value = std::bit_cast<double>(bits);
    std::array<char, 16> hex{};
    const auto last = std::to_chars(hex.data(), hex.data() + hex.size(), bits, 16).ptr;
    lines.append(hex.data(), last);
    lines += "," + es6_number(value) + "\n";
    if (++count == 1000) {
      EXPECT_EQ(to_hex(sha256(lines)),
                "be18b62b6f69cdab33a7e0dae0d9cfa869fda80ddc712221570f9f40a5878687");
    }
  };
  for (const uint64_t bits : numbers) add(bits);
  while (count < 100'000) {
    block = sha256(std::span<const uint8_t>(block));
    for (std::size_t i = 0; i < 4 && count < 100'000; ++i) {
      uint64_t bits = 0;
      std::memcpy(&bits, block.data() + i * 8, 8);
      const double value = std::bit_cast<double>(bits);
      if (value != 0 && std::isfinite(value)) add(bits);
    }
  }
  EXPECT_EQ(to_hex(sha256(lines)),
            "22776e6d4b49fa294a0d0f349268e5c28808fe7e0cb2bcbe28f63894e494d4c7");
}

RC_GTEST_PROP(CanonicalJson, orders_names_as_utf16_does, ()) {
  const std::string a = *any_text();
  const std::string b = *rc::gen::oneOf(
      any_text(), rc::gen::map(any_text(), [&](const auto& tail) { return a + tail; }));
  RC_ASSERT(utf16_less(a, b) == (utf16(a) < utf16(b)));
}

RC_GTEST_PROP(CanonicalJson, is_read_back_as_the_same_value_and_text, ()) {
  const Json value = any_value(4);
  const std::string text = canonical_json(value);
  const auto again = Json::parse(text);
  RC_ASSERT(again.has_value());
  RC_ASSERT(*again == value);
  RC_ASSERT(canonical_json(*again) == text);
  RC_ASSERT(*canonical_json(value.text()) == text);
}

RC_GTEST_PROP(CanonicalJson, numbers_read_back_as_the_same_double, (uint64_t bits)) {
  const double value = std::bit_cast<double>(bits);
  RC_PRE(std::isfinite(value));
  RC_ASSERT(double_of(es6_number(value)) == value);
}

}  // namespace
}  // namespace hq::credential
