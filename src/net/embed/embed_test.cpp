#include "net/embed/embed.h"

#include <brotli/decode.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/file.h"
#include "net/static_files.h"
#include "net/testing/server_fixture.h"

namespace hq::net {

std::span<const EmbeddedFile> sample_files();  // embedded from testdata/
std::span<const EmbeddedFile> no_files();      // embedded from a folder that is not there

namespace {

namespace fs = std::filesystem;

std::string unpack_brotli(std::string_view packed) {
  std::string out(1 << 20, '\0');
  std::size_t size = out.size();
  EXPECT_EQ(BrotliDecoderDecompress(packed.size(), reinterpret_cast<const uint8_t*>(packed.data()),
                                    &size, reinterpret_cast<uint8_t*>(out.data())),
            BROTLI_DECODER_RESULT_SUCCESS);
  out.resize(size);
  return out;
}

fs::path testdata() {
  return fs::path(HQ_SOURCE_DIR) / "src/net/embed/testdata";
}

TEST(Embed, the_table_in_the_binary_holds_the_files) {
  const auto files = sample_files();
  ASSERT_EQ(files.size(), 3u);  // without the source map
  for (const EmbeddedFile& file : files) {
    const std::string bytes = read_file(testdata().string() + std::string(file.path)).value();
    EXPECT_EQ(file.plain, bytes) << file.path;
    EXPECT_EQ(file.tag.size(), 32u);
    if (!file.gzip.empty()) {
      EXPECT_EQ(unpack_gzip(file.gzip), bytes);
    }
    if (!file.brotli.empty()) {
      EXPECT_EQ(unpack_brotli(file.brotli), bytes);
    }
  }
  EXPECT_EQ(files[0].path, "/assets/index-BvX1z9aQ.js");
  EXPECT_EQ(files[0].mime_type, "text/javascript; charset=utf-8");
  EXPECT_TRUE(files[0].is_immutable);
  EXPECT_FALSE(files[0].gzip.empty());
  EXPECT_FALSE(files[0].brotli.empty());
  EXPECT_EQ(files[1].path, "/index.html");
  EXPECT_FALSE(files[1].is_immutable);
  EXPECT_EQ(files[2].path, "/tiny.txt");
  EXPECT_TRUE(files[2].gzip.empty());  // it would grow
}

TEST(Embed, a_folder_that_is_not_there_is_an_empty_table) {
  EXPECT_TRUE(no_files().empty());
  EXPECT_TRUE(embed::read_folder(testdata() / "nothing")->empty());
}

TEST(Embed, only_hashed_assets_are_immutable) {
  EXPECT_TRUE(embed::is_hashed_asset("/assets/index-BvX1z9aQ.js"));
  EXPECT_TRUE(embed::is_hashed_asset("/assets/index-Bv-1z_aQ.css"));
  EXPECT_FALSE(embed::is_hashed_asset("/index-BvX1z9aQ.js"));
  EXPECT_FALSE(embed::is_hashed_asset("/assets/index.js"));
  EXPECT_FALSE(embed::is_hashed_asset("/assets/very-longname.js"));
  EXPECT_FALSE(embed::is_hashed_asset("/assets/-BvX1z9aQ.js"));
}

TEST(Embed, types_follow_the_extension) {
  EXPECT_EQ(embed::mime_type_of("/a.html"), "text/html; charset=utf-8");
  EXPECT_EQ(embed::mime_type_of("/a.geojson"), "application/geo+json");
  EXPECT_EQ(embed::mime_type_of("/a.json"), "application/json");
  EXPECT_EQ(embed::mime_type_of("/a"), "application/octet-stream");
}

TEST(Embed, the_same_folder_gives_the_same_bytes) {
  const embed::TableName name{"hq::net", "f", "blob"};
  const auto first = embed::generate(embed::read_folder(testdata()).value(), name);
  const auto second = embed::generate(embed::read_folder(testdata()).value(), name);
  EXPECT_EQ(first.source, second.source);
  EXPECT_EQ(first.blob, second.blob);
}

TEST(Embed, a_file_that_cannot_be_read_is_an_error) {
  const fs::path folder = fs::path(HQ_BINARY_DIR) / "embed_test_folder";
  fs::create_directories(folder);
  std::ofstream(folder / "large.bin").seekp(embed::kFileBytesMax).put('x');
  const auto files = embed::read_folder(folder);
  fs::remove_all(folder);
  ASSERT_FALSE(files.has_value());
  EXPECT_EQ(files.error().code, ErrorCode::too_large);
}

}  // namespace
}  // namespace hq::net
