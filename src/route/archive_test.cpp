#include "route/archive.h"

#include <gtest/gtest.h>
#include <zip.h>

#include <fstream>

#include "base/file.h"
#include "route/gtfs_testing.h"

namespace hq::route {
namespace {

std::string content(const Archive& archive, const std::string& name) {
  auto bytes = archive.read(name);
  EXPECT_TRUE(bytes.has_value()) << bytes.error().text();
  return bytes.value_or("");
}

void write(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

/// A zip of one file, written with the given libzip method.
void write_zip(const std::filesystem::path& path, const std::string& name, const std::string& bytes,
               int method, const char* password = nullptr) {
  int code = 0;
  zip_t* zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
  ASSERT_NE(zip, nullptr);
  zip_source_t* source = zip_source_buffer(zip, bytes.data(), bytes.size(), 0);
  const zip_int64_t index = zip_file_add(zip, name.c_str(), source, 0);
  ASSERT_EQ(zip_set_file_compression(zip, static_cast<zip_uint64_t>(index), method, 0), 0);
  if (password != nullptr) {
    ASSERT_EQ(
        zip_file_set_encryption(zip, static_cast<zip_uint64_t>(index), ZIP_EM_AES_256, password),
        0);
  }
  ASSERT_EQ(zip_close(zip), 0);
}

TEST(Archive, reads_from_memory) {
  const Archive archive = Archive::of({{"a.txt", "one"}, {"b.txt", ""}});
  EXPECT_TRUE(archive.has("a.txt"));
  EXPECT_FALSE(archive.has("c.txt"));
  EXPECT_EQ(archive.files().at("a.txt"), 3u);
  EXPECT_EQ(content(archive, "a.txt"), "one");
  EXPECT_EQ(content(archive, "b.txt"), "");
}

TEST(Archive, a_file_that_is_not_there_is_an_error) {
  const auto result = Archive::of({}).reader("stops.txt");
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::not_found);
}

TEST(Archive, written_zip_reads_back_and_is_the_same_each_time) {
  const TemporaryFolder folder;
  const Files files = {{"a.txt", std::string(100'000, 'x')}, {"b.txt", "二"}};
  ASSERT_TRUE(write_archive(files, folder / "1.zip").has_value());
  ASSERT_TRUE(write_archive(files, folder / "2.zip").has_value());
  EXPECT_EQ(*read_file(folder / "1.zip"), *read_file(folder / "2.zip"));
  const auto archive = Archive::open(folder / "1.zip");
  ASSERT_TRUE(archive.has_value()) << archive.error().text();
  EXPECT_EQ(archive->files().size(), 2u);
  EXPECT_EQ(content(*archive, "a.txt"), files.at("a.txt"));
  EXPECT_EQ(content(*archive, "b.txt"), "二");
}

TEST(Archive, written_folder_reads_back) {
  const TemporaryFolder folder;
  const Files files = {{"a.txt", "one"}, {"b.txt", "two"}};
  ASSERT_TRUE(write_archive(files, folder / "new/feed").has_value());
  ASSERT_TRUE(write_archive(files, folder / "new/feed").has_value()) << "the same files again";
  const auto archive = Archive::open(folder / "new/feed");
  ASSERT_TRUE(archive.has_value());
  EXPECT_EQ(content(*archive, "b.txt"), "two");
}

TEST(Archive, does_not_write_into_a_folder_with_other_files) {
  const TemporaryFolder folder;
  write(folder / "notes.txt", "mine");
  const auto result = write_archive({{"a.txt", "one"}}, folder / "");
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::already_exists);
}

TEST(Archive, does_not_write_where_no_folder_can_be) {
  const TemporaryFolder folder;
  write(folder / "file", "");
  EXPECT_FALSE(write_archive({{"a.txt", "one"}}, folder / "file/feed").has_value());
  EXPECT_FALSE(write_archive({{"a.txt", "one"}}, folder / "none/feed.zip").has_value());
}

TEST(Archive, all_files_in_one_folder_of_the_zip_count_as_the_top) {
  const TemporaryFolder folder;
  const Files files = {{"feed/stops.txt", "s"}, {"feed/trips.txt", "t"}};
  ASSERT_TRUE(write_archive(files, folder / "a.zip").has_value());
  const auto archive = Archive::open(folder / "a.zip");
  ASSERT_TRUE(archive.has_value());
  EXPECT_EQ(content(*archive, "stops.txt"), "s");
}

TEST(Archive, files_of_several_folders_keep_their_paths) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_archive({{"x/stops.txt", "s"}, {"trips.txt", "t"}}, folder / "a.zip"));
  const auto archive = Archive::open(folder / "a.zip");
  ASSERT_TRUE(archive.has_value());
  EXPECT_TRUE(archive->has("x/stops.txt"));
  EXPECT_FALSE(archive->has("stops.txt"));
}

TEST(Archive, nothing_there_no_zip_and_damaged_zip_are_errors) {
  const TemporaryFolder folder;
  EXPECT_EQ(Archive::open(folder / "none.zip").error().code, ErrorCode::not_found);
  write(folder / "text.zip", "stop_id,stop_name\n");
  EXPECT_EQ(Archive::open(folder / "text.zip").error().code, ErrorCode::parse_error);

  ASSERT_TRUE(write_archive({{"a.txt", std::string(1000, 'x')}}, folder / "a.zip"));
  const std::string whole = *read_file(folder / "a.zip");
  write(folder / "cut.zip", whole.substr(0, whole.size() / 2));
  EXPECT_FALSE(Archive::open(folder / "cut.zip").has_value());
}

TEST(Archive, damaged_bytes_inside_a_zip_are_found_while_reading) {
  const TemporaryFolder folder;
  write_zip(folder / "a.zip", "a.txt", "stop_id,stop_name", ZIP_CM_STORE);
  std::string bytes = *read_file(folder / "a.zip");
  bytes[bytes.find("stop_name")] = 'S';
  write(folder / "a.zip", bytes);
  const auto archive = Archive::open(folder / "a.zip");
  ASSERT_TRUE(archive.has_value());
  const auto result = archive->read("a.txt");
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::corrupt);
}

TEST(Archive, reads_other_methods_of_packing) {
  const TemporaryFolder folder;
  const std::string bytes(50'000, 'y');
  for (const int method : {ZIP_CM_STORE, ZIP_CM_DEFLATE, ZIP_CM_BZIP2}) {
    write_zip(folder / "a.zip", "a.txt", bytes, method);
    const auto archive = Archive::open(folder / "a.zip");
    ASSERT_TRUE(archive.has_value());
    EXPECT_EQ(content(*archive, "a.txt"), bytes) << method;
  }
}

/// testdata/lzma.zip holds one file of 20,000 rows packed with method 14.
TEST(Archive, reads_lzma) {
  const auto archive = Archive::open(HQ_SOURCE_DIR "/src/route/testdata/lzma.zip");
  ASSERT_TRUE(archive.has_value()) << archive.error().text();
  const std::string bytes = content(*archive, "stops.txt");
  EXPECT_TRUE(bytes.starts_with("stop_id,stop_name\n0,Stop 0\n"));
  EXPECT_TRUE(bytes.ends_with("19999,Stop 19999\n"));
}

TEST(Archive, finds_damage_in_lzma) {
  const TemporaryFolder folder;
  const std::string whole = *read_file(HQ_SOURCE_DIR "/src/route/testdata/lzma.zip");
  int found = 0;
  for (const std::size_t at : {31, 41, 43, 48, 60, 200, 1000}) {  // header, properties, data
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x55);
    write(folder / "a.zip", bytes);
    const auto archive = Archive::open(folder / "a.zip");
    if (archive && archive->read("stops.txt")) continue;
    ++found;
  }
  EXPECT_GE(found, 5);
}

TEST(Archive, an_encrypted_zip_is_an_error) {
  const TemporaryFolder folder;
  write_zip(folder / "a.zip", "a.txt", "secret", ZIP_CM_STORE, "password");
  EXPECT_EQ(Archive::open(folder / "a.zip").error().code, ErrorCode::unsupported);
}

TEST(Archive, limits_hold_before_anything_is_unpacked) {
  const TemporaryFolder folder;
  const Files files = {{"a.txt", std::string(1000, 'x')}, {"b.txt", std::string(1000, 'x')}};
  ASSERT_TRUE(write_archive(files, folder / "a.zip").has_value());
  ASSERT_TRUE(write_archive(files, folder / "folder").has_value());
  for (const char* name : {"a.zip", "folder"}) {
    EXPECT_TRUE(Archive::open(folder / name, {.files_max = 2, .total_bytes_max = 2000}));
    EXPECT_EQ(Archive::open(folder / name, {.files_max = 1}).error().code, ErrorCode::too_large);
    EXPECT_EQ(Archive::open(folder / name, {.file_bytes_max = 999}).error().code,
              ErrorCode::too_large);
    EXPECT_EQ(Archive::open(folder / name, {.total_bytes_max = 1999}).error().code,
              ErrorCode::too_large);
  }
}

TEST(Archive, a_file_that_unpacks_to_far_more_than_it_is_is_refused) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_archive({{"a.txt", std::string(17 << 20, ' ')}}, folder / "a.zip"));
  EXPECT_TRUE(Archive::open(folder / "a.zip").has_value());
  EXPECT_EQ(Archive::open(folder / "a.zip", {.ratio_max = 500}).error().code, ErrorCode::too_large);
}

/// The central directory of the zip says 5 bytes where there are 17.
TEST(Archive, more_bytes_than_declared_are_an_error) {
  const TemporaryFolder folder;
  write_zip(folder / "a.zip", "a.txt", "stop_id,stop_name", ZIP_CM_DEFLATE);
  std::string bytes = *read_file(folder / "a.zip");
  const std::size_t central = bytes.find("PK\x01\x02");
  ASSERT_NE(central, std::string::npos);
  bytes[central + 24] = 5;
  write(folder / "a.zip", bytes);
  const auto archive = Archive::open(folder / "a.zip");
  EXPECT_FALSE(archive.has_value() && archive->read("a.txt").has_value());
}

}  // namespace
}  // namespace hq::route
