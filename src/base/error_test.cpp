#include "base/error.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <set>

namespace hq {
namespace {

TEST(Error, table_has_a_row_for_each_code_in_order) {
  std::set<std::string_view> ids;
  for (std::size_t i = 0; i < all_error_infos().size(); ++i) {
    const ErrorInfo& row = all_error_infos()[i];
    EXPECT_EQ(static_cast<std::size_t>(row.code), i);
    EXPECT_TRUE(ids.insert(row.id).second) << row.id;
    EXPECT_GE(row.http_status, 400);
    EXPECT_NE(row.exit_code, 0);
    EXPECT_FALSE(row.title_en.empty());
    EXPECT_FALSE(row.title_zh.empty());
    EXPECT_EQ(error_code_from_id(row.id), row.code);
  }
  EXPECT_EQ(static_cast<std::size_t>(ErrorCode::internal), all_error_infos().size() - 1);
}

TEST(Error, unknown_id_has_no_code) {
  EXPECT_EQ(error_code_from_id("nonsense"), std::nullopt);
}

TEST(Error, text_speaks_the_language_asked_for) {
  const Error both{ErrorCode::not_found, "no such stop", "没有这个车站", "from"};
  EXPECT_EQ(both.text(), "from: no such stop");
  EXPECT_EQ(both.text(Language::zh), "from：没有这个车站");
  const Error english_only{ErrorCode::io_error, "Bad address", "", ""};
  EXPECT_EQ(english_only.text(Language::zh), "读写失败（Bad address）");
  EXPECT_EQ((Error{ErrorCode::timeout, "", "", ""}).text(), "Took too long");
}

TEST(Error, at_puts_the_outer_place_first) {
  EXPECT_EQ((Error{ErrorCode::corrupt, "x", "", "line 3"}.at("a.csv").where), "a.csv: line 3");
  EXPECT_EQ((Error{ErrorCode::corrupt, "x", "", ""}.at("a.csv").where), "a.csv");
}

TEST(Error, try_passes_the_value_on_and_returns_the_error) {
  const auto half = [](int n) -> Result<int> {
    if (n % 2 != 0) return fail(ErrorCode::invalid_argument, "odd");
    return n / 2;
  };
  const auto quarter = [&](int n) -> Result<int> {
    HQ_TRY(const int first, half(n));
    HQ_TRY_VOID(half(first));
    return first / 2;
  };
  EXPECT_EQ(quarter(12), 3);
  EXPECT_EQ(quarter(6).error().message, "odd");
}

TEST(Error, system_error_names_the_cause) {
  EXPECT_EQ(system_error(ENOSPC, "log").code, ErrorCode::disk_full);
  EXPECT_EQ(system_error(ENOENT, "log").code, ErrorCode::not_found);
  EXPECT_EQ(system_error(EACCES, "log").code, ErrorCode::forbidden);
  EXPECT_EQ(system_error(EADDRINUSE, "8080").code, ErrorCode::conflict);
  EXPECT_EQ(system_error(EIO, "log").code, ErrorCode::io_error);
  EXPECT_EQ(system_error(EIO, "log").where, "log");
}

}  // namespace
}  // namespace hq
