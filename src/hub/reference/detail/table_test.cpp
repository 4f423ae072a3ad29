#include "hub/reference/detail/table.h"

#include <gtest/gtest.h>

#include <fstream>

namespace hq::hub {
namespace {

/// A folder with one file that goes away with the object.
class OneFile {
 public:
  explicit OneFile(std::string_view content)
      : folder_(std::filesystem::path(testing::TempDir()) /
                ("hq_table_" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ / "t.csv") << content;
  }
  ~OneFile() { std::filesystem::remove_all(folder_); }
  OneFile(const OneFile&) = delete;
  OneFile& operator=(const OneFile&) = delete;

  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

TEST(Table, reads_cells_by_name_and_ignores_other_columns) {
  const OneFile file("note,id,lat,lon,n\nhello,a,31.5,121.25,7\n");
  Result<Table> table = Table::open(file.folder(), "t.csv", {"id", "lat", "lon", "n"});
  ASSERT_TRUE(table) << table.error().text();
  ASSERT_TRUE(table->next());
  EXPECT_EQ(table->new_id("id").value(), "a");
  EXPECT_EQ(table->position().value(), (LatLng{31.5, 121.25}));
  EXPECT_EQ(table->integer("n", 0, 9).value(), 7);
  EXPECT_FALSE(table->next());
  EXPECT_TRUE(table->finish());
}

TEST(Table, names_the_column_that_is_missing) {
  const OneFile file("id,lat\na,1\n");
  const Result<Table> table = Table::open(file.folder(), "t.csv", {"id", "lat", "lon"});
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().code, ErrorCode::parse_error);
  EXPECT_NE(table.error().message.find("'lon'"), std::string::npos);
}

TEST(Table, says_that_a_file_is_missing) {
  const OneFile file("id\n");
  const Result<Table> table = Table::open(file.folder(), "other.csv", {"id"});
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().code, ErrorCode::not_found);
}

TEST(Table, refuses_a_file_that_is_not_utf8) {
  const OneFile file("id,name\na,\xB9\xFA\n");  // GBK
  const Result<Table> table = Table::open(file.folder(), "t.csv", {"id"});
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().where, "t.csv");
  EXPECT_NE(table.error().message.find("UTF-8"), std::string::npos);
}

TEST(Table, stops_at_a_row_with_too_few_cells) {
  const OneFile file("id,lat\na,1\nb\nc,2\n");
  Result<Table> table = Table::open(file.folder(), "t.csv", {"id"});
  ASSERT_TRUE(table);
  EXPECT_TRUE(table->next());
  EXPECT_FALSE(table->next());
  EXPECT_FALSE(table->next());
  ASSERT_FALSE(table->finish());
  EXPECT_EQ(table->finish().error().where, "t.csv:3");
}

TEST(Table, stops_at_a_quotation_mark_that_is_never_closed) {
  const OneFile file("id,lat\n\"a,1\n");
  Result<Table> table = Table::open(file.folder(), "t.csv", {"id"});
  ASSERT_TRUE(table);
  EXPECT_FALSE(table->next());
  ASSERT_FALSE(table->finish());
  EXPECT_NE(table->finish().error().message.find("never closed"), std::string::npos);
}

TEST(Table, places_every_wrong_cell) {
  const OneFile file("id,n,x,t,d,w,r,lat,lon,name_zh,name_en\na,1.5,inf,6h,may,z,q,91,0,,B\n");
  Result<Table> opened = Table::open(file.folder(), "t.csv", {"id"});
  ASSERT_TRUE(opened);
  Table& table = *opened;
  ASSERT_TRUE(table.next());
  const IdSet known = {"p"};
  EXPECT_EQ(table.integer("n", 0, 9).error().where, "t.csv:2:n");
  EXPECT_EQ(table.number("x", 0, 9).error().where, "t.csv:2:x");
  EXPECT_EQ(table.number("n", 2, 9).error().where, "t.csv:2:n");
  EXPECT_EQ(table.clock("t").error().where, "t.csv:2:t");
  EXPECT_EQ(table.date("d").error().where, "t.csv:2:d");
  EXPECT_EQ(table.one_of("w", {"x", "y"}).error().where, "t.csv:2:w");
  EXPECT_EQ(table.reference("r", known, "thing", "物").error().where, "t.csv:2:r");
  EXPECT_EQ(table.references("r", known, "thing", "物").error().where, "t.csv:2:r");
  EXPECT_EQ(table.position().error().where, "t.csv:2:lat");
  EXPECT_EQ(table.names().error().where, "t.csv:2:name_zh");
}

TEST(Table, refuses_an_id_that_stands_twice) {
  const OneFile file("id\na\nb\na\n");
  Result<Table> table = Table::open(file.folder(), "t.csv", {"id"});
  ASSERT_TRUE(table);
  ASSERT_TRUE(table->next());
  ASSERT_TRUE(table->new_id("id"));
  ASSERT_TRUE(table->next());
  ASSERT_TRUE(table->new_id("id"));
  ASSERT_TRUE(table->next());
  EXPECT_EQ(table->new_id("id").error().where, "t.csv:4:id");
}

TEST(Split, leaves_out_empty_parts) {
  EXPECT_EQ(split("a  b c ", ' '), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_TRUE(split("", '|').empty());
  EXPECT_EQ(split("徐泾东|国展", '|'), (std::vector<std::string>{"徐泾东", "国展"}));
}

}  // namespace
}  // namespace hq::hub
