#include "rules/feel/limits.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "rules/feel/parser.h"

namespace hq::rules {
namespace {

/// What is wrong with the text; an Error of no words where nothing is.
Error error_of(std::string_view text) {
  const Result<ExpressionPtr> read = parse_expression(text, {});
  return read ? Error() : read.error();
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

TEST(ParserLimits, refuses_text_that_is_too_long) {
  EXPECT_EQ(error_of(std::string(kTextBytesMax + 1, ' ')).code, ErrorCode::too_large);
}

TEST(ParserLimits, refuses_what_nests_too_deeply) {
  EXPECT_EQ(error_of(repeated("(", kNestingMax - 1) + "1" + repeated(")", kNestingMax - 1)),
            Error());
  for (const std::string_view one : {"(",
                                     "[",
                                     "-",
                                     "{a:",
                                     "f(",
                                     "a[",
                                     "if ",
                                     "if a then ",
                                     "if a then 1 else ",
                                     "for i in ",
                                     "for i in a return ",
                                     "function() ",
                                     "1 + (",
                                     "]",
                                     "a in (",
                                     "a in [",
                                     "not(",
                                     "1 ** -",
                                     "a between -",
                                     "a between 1 and (",
                                     "(< ",
                                     "[1..",
                                     "a instance of list<"}) {
    const std::string text = repeated(one, 20'000) + "1";
    EXPECT_FALSE(parse_expression(text, {})) << one;
    EXPECT_FALSE(parse_unary_tests(text, {})) << one;
  }
  EXPECT_EQ(error_of(repeated("-", 20'000) + "1").code, ErrorCode::limit_exceeded);
  EXPECT_EQ(parse_type(repeated("list<", 20'000), {}).error().code, ErrorCode::limit_exceeded);
}

TEST(ParserLimits, refuses_chains_that_make_the_tree_too_high) {
  EXPECT_TRUE(parse_expression("1" + repeated("+1", kHeightMax - 1), {}));
  for (const std::string_view link : {"+1", ".a", "[1]", "()", " and 1", " instance of number"}) {
    EXPECT_EQ(error_of("1" + repeated(link, 20'000)).code, ErrorCode::limit_exceeded) << link;
  }
  EXPECT_TRUE(parse_expression("[1" + repeated(", 1", 100'000) + "]", {}));
}

TEST(ParserLimits, gives_up_where_brackets_can_be_read_in_too_many_ways) {
  EXPECT_EQ(error_of(repeated("]1..2[-", 200)).code, ErrorCode::limit_exceeded);
  EXPECT_FALSE(parse_expression(repeated("a in (", 200) + "1" + repeated(") + 1", 200), {}));
}

TEST(ParserLimits, reads_long_names_in_time) {
  Names names;
  names.add(repeated("x ", 5'000));
  names.add(repeated("y ", 400));
  const std::string text = repeated("x ", 20'000);
  EXPECT_FALSE(parse_expression(text, names));
  EXPECT_TRUE(parse_expression("[" + repeated(repeated("y ", 400) + ",", 500) + "1]", names));
}

}  // namespace
}  // namespace hq::rules
