#include "route/detail/gtfs_table.h"

#include <gtest/gtest.h>

namespace hq::route {
namespace {

struct Opened {
  ImportReport report;
  Archive archive;
  std::optional<GtfsTable> table;

  explicit Opened(std::string bytes) : archive(Archive::of({{"t.txt", std::move(bytes)}})) {
    auto result = GtfsTable::open(archive, "t.txt", report);
    EXPECT_TRUE(result.has_value()) << result.error().text();
    if (result) table.emplace(*std::move(result));
  }
};

TEST(GtfsTable, reads_cells_by_the_names_of_columns) {
  Opened t(
      "\xEF\xBB\xBF"
      "id , name\r\n1,one\r\n\r\n 2 ,\"two, too\"\r\n");
  const int id = t.table->column("id"), name = t.table->column("name");
  EXPECT_EQ(t.table->column("none"), -1);
  ASSERT_TRUE(t.table->next());
  EXPECT_EQ(t.table->cell(id), "1");
  EXPECT_EQ(t.table->where(name), "t.txt:2:name");
  ASSERT_TRUE(t.table->next());
  EXPECT_EQ(t.table->cell(id), "2");
  EXPECT_EQ(t.table->cell(name), "two, too");
  EXPECT_EQ(t.table->where(), "t.txt:4");
  EXPECT_FALSE(t.table->next());
  EXPECT_TRUE(t.table->finish().has_value());
}

TEST(GtfsTable, a_file_of_many_pieces_keeps_every_row_and_its_line) {
  std::string bytes = "id,text\n";
  constexpr int kRows = 200'000;  // about 4 MB
  for (int i = 0; i < kRows; ++i) {
    bytes += std::to_string(i) + (i % 3 == 0   ? ",\"a\nb\"\n"
                                  : i % 3 == 1 ? ",plain text\r\n"
                                               : ",x\n\n");
  }
  Opened t(bytes);
  const int id = t.table->column("id"), text = t.table->column("text");
  std::size_t line = 2;
  for (int i = 0; i < kRows; ++i) {
    ASSERT_TRUE(t.table->next()) << i;
    ASSERT_EQ(t.table->cell(id), std::to_string(i));
    ASSERT_EQ(t.table->cell(text), i % 3 == 0 ? "a\nb" : i % 3 == 1 ? "plain text" : "x");
    ASSERT_EQ(t.table->line(), line);
    line += i % 3 == 1 ? 1 : 2;
  }
  EXPECT_FALSE(t.table->next());
  EXPECT_TRUE(t.table->finish().has_value());
  EXPECT_EQ(t.report.total(), 0u);
}

TEST(GtfsTable, a_row_that_ends_with_a_piece_is_read_once) {
  std::string bytes = "id\n";
  bytes += std::string(kPieceBytes - bytes.size() - 1, 'a') + "\n";
  bytes += "b";
  Opened t(bytes);
  t.table->column("id");
  ASSERT_TRUE(t.table->next());
  EXPECT_EQ(t.table->cell(0).size(), kPieceBytes - 4);
  ASSERT_TRUE(t.table->next());
  EXPECT_EQ(t.table->cell(0), "b");
  EXPECT_EQ(t.table->line(), 3u);
  EXPECT_FALSE(t.table->next());
}

TEST(GtfsTable, an_open_quote_costs_its_own_line_and_no_more) {
  Opened t("id,name\n1,\"open\n2,two\n3,three\n");
  const int id = t.table->column("id");
  t.table->column("name");
  ASSERT_TRUE(t.table->next());
  EXPECT_EQ(t.table->cell(id), "2");
  EXPECT_EQ(t.table->line(), 3u);
  ASSERT_TRUE(t.table->next());
  EXPECT_FALSE(t.table->next());
  ASSERT_EQ(t.report.defects().size(), 1u);
  EXPECT_EQ(t.report.defects()[0].kind, DefectKind::broken_row);
  EXPECT_EQ(t.report.defects()[0].action, DefectAction::dropped);
  EXPECT_EQ(t.report.defects()[0].where, "t.txt:2");
}

TEST(GtfsTable, an_open_quote_in_the_last_line_ends_the_file) {
  Opened t("id\n1\n\"open");
  t.table->column("id");
  EXPECT_TRUE(t.table->next());
  EXPECT_FALSE(t.table->next());
  EXPECT_EQ(t.report.count(DefectKind::broken_row), 1u);
}

TEST(GtfsTable, an_open_quote_in_a_long_file_does_not_swallow_it) {
  std::string bytes = "id,name\n0,\"open\n";
  for (int i = 1; i < 300'000; ++i) bytes += std::to_string(i) + ",plain\n";
  Opened t(bytes);
  const int id = t.table->column("id");
  t.table->column("name");
  int rows = 0;
  while (t.table->next()) {
    ++rows;
    ASSERT_EQ(t.table->cell(id), std::to_string(rows));
    ASSERT_EQ(t.table->line(), static_cast<std::size_t>(rows) + 2);
  }
  EXPECT_EQ(rows, 299'999);
  EXPECT_EQ(t.report.count(DefectKind::broken_row), 1u);
}

TEST(GtfsTable, a_row_without_end_is_an_error) {
  Opened t("id\n" + std::string(kRowBytesMax * 3, 'x'));
  EXPECT_FALSE(t.table->next());
  const auto result = t.table->finish();
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(result.error().where, "t.txt:2");
}

TEST(GtfsTable, an_open_quote_in_a_row_without_end_is_an_error) {
  Opened t("id\n\"" + std::string(kRowBytesMax * 3, 'x'));
  EXPECT_FALSE(t.table->next());
  EXPECT_EQ(t.table->finish().error().code, ErrorCode::limit_exceeded);
}

TEST(GtfsTable, a_long_stretch_of_blank_lines_is_passed_over) {
  Opened t("id\n" + std::string(kRowBytesMax * 3, '\n') + "1\n");
  t.table->column("id");
  ASSERT_TRUE(t.table->next());
  EXPECT_EQ(t.table->cell(0), "1");
  EXPECT_EQ(t.table->line(), kRowBytesMax * 3 + 2);
}

TEST(GtfsTable, no_header_and_an_open_quote_in_it_are_errors) {
  ImportReport report;
  for (const char* bytes : {"", "\n\n", "\"id"}) {
    const Archive archive = Archive::of({{"t.txt", bytes}});
    const auto result = GtfsTable::open(archive, "t.txt", report);
    ASSERT_FALSE(result.has_value()) << bytes;
    EXPECT_EQ(result.error().code, ErrorCode::parse_error);
  }
}

TEST(GtfsTable, a_required_column_that_is_missing_is_an_error) {
  Opened t("id\n1\n");
  EXPECT_EQ(t.table->require_column("name").error().code, ErrorCode::parse_error);
  EXPECT_EQ(t.table->require_column("id").value(), 0);
}

TEST(GtfsTable, padding_is_reported_once_for_a_file) {
  Opened t("id,name   \n1,one\n2 ,two\n3, three\n");
  t.table->column("id");
  t.table->column("name");
  while (t.table->next()) {
  }
  ASSERT_TRUE(t.table->finish().has_value());
  ASSERT_EQ(t.report.defects().size(), 1u);
  EXPECT_EQ(t.report.defects()[0].kind, DefectKind::padded_cell);
  EXPECT_EQ(t.report.defects()[0].action, DefectAction::repaired);
  EXPECT_EQ(t.report.defects()[0].where, "t.txt:1");
  EXPECT_EQ(t.report.defects()[0].detail, "3 rows, the header counted; blanks cut off");
}

TEST(GtfsTable, surplus_cells_and_unused_columns_are_noted) {
  Opened t("id,color\n1,red,surplus\n2,red,\n3\n");
  t.table->column("id");
  while (t.table->next()) {
  }
  ASSERT_TRUE(t.table->finish().has_value());
  ASSERT_EQ(t.report.defects().size(), 2u);
  EXPECT_EQ(t.report.defects()[0].kind, DefectKind::broken_row);
  EXPECT_EQ(t.report.defects()[0].where, "t.txt:2");
  EXPECT_EQ(t.report.defects()[1].kind, DefectKind::unused_column);
  EXPECT_EQ(t.report.defects()[1].detail, "color");
}

TEST(GtfsTable, bytes_that_are_no_utf8_are_replaced_and_reported) {
  Opened t("name\nMalm\xF6\n");
  const int name = t.table->column("name");
  ASSERT_TRUE(t.table->next());
  EXPECT_EQ(t.table->text(name), "Malm\uFFFD");
  EXPECT_EQ(t.report.count(DefectKind::bad_value, DefectAction::repaired), 1u);
}

TEST(GtfsTable, numbers_out_of_range_are_reported) {
  Opened t("n\n7\n-1\nx\n,\n");
  const int n = t.table->column("n");
  const auto read = [&] {
    EXPECT_TRUE(t.table->next());
    return t.table->number(n, 0, 9, DefectAction::dropped);
  };
  EXPECT_EQ(read(), 7);
  EXPECT_EQ(read(), std::nullopt);
  EXPECT_EQ(read(), std::nullopt);
  EXPECT_EQ(read(), std::nullopt);
  EXPECT_EQ(t.report.count(DefectKind::bad_value, DefectAction::dropped), 2u);
}

TEST(ValidUtf8, keeps_what_is_valid_and_replaces_byte_by_byte) {
  EXPECT_EQ(valid_utf8("aé上😀"), "aé上😀");
  EXPECT_EQ(valid_utf8("\x80"), "\uFFFD");
  EXPECT_EQ(valid_utf8("\xC0\xAF"), "\uFFFD\uFFFD");                      // overlong
  EXPECT_EQ(valid_utf8("\xE0\x80\xAF"), "\uFFFD\uFFFD\uFFFD");            // overlong
  EXPECT_EQ(valid_utf8("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");            // surrogate
  EXPECT_EQ(valid_utf8("\xF4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD");  // over U+10FFFF
  EXPECT_EQ(valid_utf8("\xF0\x8F\xBF\xBF"), "\uFFFD\uFFFD\uFFFD\uFFFD");  // overlong
  EXPECT_EQ(valid_utf8("a\xE4\xB8"), "a\uFFFD\uFFFD");                    // cut
}

TEST(ParseNumbers, take_the_whole_text_or_nothing) {
  EXPECT_EQ(parse_whole("-12"), -12);
  EXPECT_EQ(parse_whole("12 "), std::nullopt);
  EXPECT_EQ(parse_whole("99999999999999999999"), std::nullopt);
  EXPECT_EQ(parse_decimal("+1.5"), 1.5);
  EXPECT_EQ(parse_decimal("1,5"), std::nullopt);
  EXPECT_EQ(parse_decimal("inf"), std::nullopt);
  EXPECT_EQ(parse_decimal(""), std::nullopt);
}

}  // namespace
}  // namespace hq::route
