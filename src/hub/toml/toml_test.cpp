#include "hub/toml/toml.h"

#include <gtest/gtest.h>

#include <random>

namespace hq::hub {
namespace {

TEST(Toml, reads_texts_numbers_lists_and_tables) {
  const Result<TomlDocument> read = parse_toml(
      "# a hub\r\n"
      "id = \"x\" # said once\n"
      "\n"
      "say = \"\\\"虹桥\\\" \\\\ #1\"\n"
      "stops = [ \"A\", \"B\", ]\n"
      "[[belts]]\n"
      "id=\"core\"\n"
      "year = -3\n"
      "[[ belts ]]\n"
      "id = \"north\"",
      "h.toml");
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->root.text("id").value(), "x");
  EXPECT_EQ(read->root.text("say").value(), "\"虹桥\" \\ #1");
  EXPECT_EQ(read->root.texts("stops").value(), (std::vector<std::string>{"A", "B"}));
  ASSERT_EQ(read->list("belts").size(), 2U);
  EXPECT_EQ(read->list("belts")[0]->whole("year", -9, 9).value(), -3);
  EXPECT_EQ(read->list("belts")[1]->text("id").value(), "north");
  EXPECT_TRUE(read->list("other").empty());
}

TEST(Toml, says_where_a_value_is_missing_or_of_another_kind) {
  const TomlDocument file = parse_toml("a = 1\nb = \"\"\nc = []\nd = \"x\"\n", "h.toml").value();
  EXPECT_EQ(file.root.text("a").error().where, "h.toml:1:a");
  EXPECT_EQ(file.root.text("b").error().where, "h.toml:2:b");
  EXPECT_EQ(file.root.text("z").error().where, "h.toml:1:z");
  EXPECT_EQ(file.root.texts("c").error().where, "h.toml:3:c");
  EXPECT_EQ(file.root.texts("d").error().where, "h.toml:4:d");
  EXPECT_EQ(file.root.whole("d", 0, 9).error().where, "h.toml:4:d");
  EXPECT_EQ(file.root.whole("a", 2, 9).error().where, "h.toml:1:a");
}

TEST(Toml, takes_a_text_that_may_be_left_out) {
  const TomlDocument file = parse_toml("a = \"x\"\nb = \"\"\nc = 1\n", "h.toml").value();
  EXPECT_TRUE(file.root.has("c"));
  EXPECT_FALSE(file.root.has("z"));
  EXPECT_EQ(file.root.optional_text("a").value(), "x");
  EXPECT_EQ(file.root.optional_text("b").value(), "");
  EXPECT_EQ(file.root.optional_text("z").value(), "");
  EXPECT_EQ(file.root.optional_text("c").error().where, "h.toml:3:c");
}

TEST(Toml, names_a_key_that_is_none) {
  const TomlDocument file = parse_toml("id = \"x\"\ntitel = \"x\"\n", "h.toml").value();
  constexpr std::string_view kKnown[] = {"id", "title"};
  EXPECT_EQ(file.root.check_keys(kKnown).error().where, "h.toml:2:titel");
  EXPECT_NE(file.root.check_keys(kKnown).error().message.find("id, title"), std::string::npos);
  constexpr std::string_view kBoth[] = {"id", "titel"};
  EXPECT_TRUE(file.root.check_keys(kBoth));
}

/// A line that is refused and a part of the reason.
struct BadLine {
  const char* line;
  const char* message;
};

TEST(Toml, refuses_what_it_does_not_read) {
  constexpr BadLine kBad[] = {
      {"[,]", "two brackets"},
      {"[belts]", "two brackets"},
      {"[[,]]", "[[name]]"},
      {"[[belts]", "[[name]]"},
      {"[[belts]] x", "something follows"},
      {"= 1", "key = value"},
      {"é = 1", "key = value"},
      {"a 1", "key = value"},
      {"a = x", "a value is"},
      {"a = 'x'", "a value is"},
      {"a = 1.5", "something follows"},
      {"a = 1 2", "something follows"},
      {"a = 99999999999999999999", "a value is"},
      {"a = \"x", "not closed"},
      {"a = \"x\\", "backslash"},
      {"a = \"x\\n\"", "backslash"},
      {"a = \"x\x01\"", "control character"},
      {"a = [\"x\"", "not closed"},
      {"a = [\"x\" \"y\"]", "not closed"},
      {"a = [1]", "a list holds"},
      {"a = [,]", "a list holds"},
      {"a = [", "a list holds"},
      {"b = 2", "'b' stands twice"},
  };
  for (const BadLine& bad : kBad) {
    const Result<TomlDocument> read = parse_toml(std::string("b = 1\n") + bad.line, "h.toml");
    ASSERT_FALSE(read) << bad.line;
    EXPECT_EQ(read.error().code, ErrorCode::parse_error);
    EXPECT_EQ(read.error().where, "h.toml:2") << bad.line;
    EXPECT_NE(read.error().message.find(bad.message), std::string::npos)
        << bad.line << ": " << read.error().message;
    EXPECT_FALSE(read.error().message_zh.empty());
  }
}

TEST(Toml, refuses_a_file_that_is_not_utf8) {
  const Result<TomlDocument> read = parse_toml("a = \"\xB9\xFA\"\n", "h.toml");
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().message.find("UTF-8"), std::string::npos);
}

TEST(Toml, reads_or_refuses_any_bytes) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  constexpr std::string_view kSigns("ab=\"[]\\,# \n\r\t19-\xE5\0", 18);
  int read_count = 0;
  for (int round = 0; round < 100'000; ++round) {
    std::string bytes;
    for (unsigned n = random() % 12; n > 0; --n) bytes.push_back(kSigns[random() % kSigns.size()]);
    const Result<TomlDocument> read = parse_toml(bytes, "h.toml");
    read_count += read ? 1 : 0;
    if (!read) {
      EXPECT_TRUE(read.error().where.starts_with("h.toml")) << read.error().where;
    }
  }
  EXPECT_GT(read_count, 0);
}

}  // namespace
}  // namespace hq::hub
