#include "base/csv.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace hq {
namespace {

using Rows = std::vector<std::vector<std::string>>;

/// All rows behind the header; a broken row gets a cell "BROKEN" at its end.
Rows rows_of(std::string_view bytes) {
  auto csv = CsvReader::open(bytes, "f.csv");
  EXPECT_TRUE(csv) << csv.error().text();
  Rows rows;
  while (csv && csv->next()) {
    auto& row = rows.emplace_back();
    for (std::size_t i = 0; i < csv->cell_count(); ++i) {
      row.emplace_back(csv->cell(static_cast<int>(i)));
    }
    if (csv->row_is_broken()) row.emplace_back("BROKEN");
  }
  return rows;
}

TEST(Csv, reads_rows_by_column_name) {
  auto csv = CsvReader::open("stop_id,stop_name\nAOH,上海虹桥\nHGH,杭州东\n", "stops.txt");
  ASSERT_TRUE(csv);
  const int name = csv->column("stop_name");
  ASSERT_EQ(name, 1);
  EXPECT_EQ(csv->column("nonsense"), -1);
  ASSERT_TRUE(csv->next());
  EXPECT_EQ(csv->cell(name), "上海虹桥");
  EXPECT_EQ(csv->cell(-1), "");
  EXPECT_EQ(csv->cell(2), "");
  EXPECT_EQ(csv->line(), 2u);
  EXPECT_EQ(csv->where(name), "stops.txt:2:stop_name");
  EXPECT_EQ(csv->where(), "stops.txt:2");
  EXPECT_EQ(csv->where(7), "stops.txt:2");
  ASSERT_TRUE(csv->next());
  EXPECT_FALSE(csv->next());
  EXPECT_FALSE(csv->next());
  EXPECT_EQ(csv->file_name(), "stops.txt");
}

TEST(Csv, byte_order_mark_padding_and_line_ends) {
  auto csv = CsvReader::open("\xEF\xBB\xBF a ,\tb\t\r\n 1 , 2 \r3,4\n", "f.csv");
  ASSERT_TRUE(csv);
  EXPECT_EQ(csv->header(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(rows_of("\xEF\xBB\xBF\"a\",b\r\n 1 , 2 \r3,4\n5,6"),
            (Rows{{"1", "2"}, {"3", "4"}, {"5", "6"}}));
}

TEST(Csv, quoted_cells) {
  EXPECT_EQ(rows_of("a,b\n\"x,y\",\"say \"\"hi\"\"\"\n"), (Rows{{"x,y", "say \"hi\""}}));
  EXPECT_EQ(rows_of("a,b\n \"x\" ,\" y \"\n"), (Rows{{"x", "y"}}));
  EXPECT_EQ(rows_of("a,b\n\"two\r\nlines\",\"\"\n"), (Rows{{"two\r\nlines", ""}}));
  EXPECT_EQ(rows_of("a\n\"\"\"\"\n"), (Rows{{"\""}}));
  EXPECT_EQ(rows_of("a,b\nx\"y,z\"\n"), (Rows{{"x\"y", "z\""}}));  // a quote inside is itself
}

TEST(Csv, many_cells_with_doubled_quotes_stay_apart) {
  EXPECT_EQ(rows_of("a,b,c\n\"1\"\"\",\"2\"\"\",\"3\"\"\"\n"), (Rows{{"1\"", "2\"", "3\""}}));
}

TEST(Csv, lines_are_counted_through_quoted_line_ends) {
  auto csv = CsvReader::open("a,b\n\"x\ny\nz\",1\n\nlast,2\n", "f.csv");
  ASSERT_TRUE(csv && csv->next());
  EXPECT_EQ(csv->line(), 2u);
  ASSERT_TRUE(csv->next());
  EXPECT_EQ(csv->cell(0), "last");
  EXPECT_EQ(csv->line(), 6u);
}

TEST(Csv, short_long_and_blank_rows) {
  EXPECT_EQ(rows_of("a,b\n1\n1,2,3\n\n   \n,\n"), (Rows{{"1"}, {"1", "2", "3"}, {"", ""}}));
}

TEST(Csv, broken_rows_are_marked) {
  EXPECT_EQ(rows_of("a,b\n1,\"open\n2,3\n"), (Rows{{"1", "open\n2,3\n", "BROKEN"}}));
  EXPECT_EQ(rows_of("a,b\n\"x\"y,2\n3,4\n"), (Rows{{"x", "2", "BROKEN"}, {"3", "4"}}));
  EXPECT_EQ(rows_of("a\n\""), (Rows{{"", "BROKEN"}}));
}

TEST(Csv, cells_beyond_the_limit_are_left_out) {
  const std::string bytes = "a\n" + std::string(3 * CsvReader::kCellsMax, ',') + "\nx\n";
  auto csv = CsvReader::open(bytes, "f.csv");
  ASSERT_TRUE(csv && csv->next());
  EXPECT_EQ(csv->cell_count(), CsvReader::kCellsMax);
  EXPECT_TRUE(csv->row_is_broken());
  ASSERT_TRUE(csv->next());
  EXPECT_EQ(csv->cell(0), "x");
  EXPECT_FALSE(csv->row_is_broken());
}

TEST(Csv, a_header_must_be_there_and_name_columns_once) {
  for (const std::string_view empty : {"", "\n\n", "\xEF\xBB\xBF", "  \r\n"}) {
    const auto csv = CsvReader::open(empty, "f.csv");
    ASSERT_FALSE(csv);
    EXPECT_EQ(csv.error().code, ErrorCode::parse_error);
    EXPECT_EQ(csv.error().where, "f.csv");
  }
  const auto twice = CsvReader::open("\na,b,a\n", "f.csv");
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().where, "f.csv:2");
  EXPECT_EQ(twice.error().message, "the column 'a' stands twice");
  EXPECT_TRUE(CsvReader::open("a,,\n", "f.csv"));  // nameless columns at the end are common
  const auto csv = CsvReader::open("a\n", "f.csv");
  EXPECT_EQ(csv->require_column("a"), 0);
  EXPECT_EQ(csv->require_column("b").error().message, "the column 'b' is missing");
  EXPECT_FALSE(csv->require_column("b").error().message_zh.empty());
}

TEST(Csv, writes_quotes_only_where_needed) {
  EXPECT_EQ(csv_row({"a", "b,c", "d\"e", "f\ng", " h", "i\t", ""}),
            "a,\"b,c\",\"d\"\"e\",\"f\ng\",\" h\",\"i\t\",\n");
  EXPECT_EQ(csv_row({}), "\n");
}

RC_GTEST_PROP(Csv, rows_come_back, ()) {
  const auto cell = rc::gen::map(
      rc::gen::container<std::string>(rc::gen::element('a', ',', '"', '\n', '\r', ' ', '\xe6')),
      [](const std::string& text) {
        return "x" + text + "x";
      });  // outer blanks are no part of a cell
  const auto rows = *rc::gen::container<Rows>(
      rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(cell)));
  std::string bytes = "header\n";
  for (const auto& row : rows) bytes += csv_row(row);
  RC_ASSERT(rows_of(bytes) == rows);
}

}  // namespace
}  // namespace hq
