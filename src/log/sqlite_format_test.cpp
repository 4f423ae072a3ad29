// The file of a log as bytes: files of the first version, and single bits that change.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <fstream>
#include <numeric>

#include "base/file.h"
#include "log/detail/checked_pages.h"
#include "log/detail/sqlite.h"
#include "log/detail/sqlite_schema.h"
#include "log/sqlite_log.h"
#include "log/test_commits.h"

namespace hq::log {
namespace {

const std::filesystem::path kOldLog =
    std::filesystem::path(HQ_SOURCE_DIR) / "src/log/testdata/version_1/log.sqlite";

class SqliteFormat : public testing::Test {
 protected:
  std::filesystem::path file() const { return folder_.path() / kLogFileName; }

  int64_t integer(const char* sql) {
    auto database = Database::open(file(), Database::Access::read, kBusyWait).value();
    return database.integer(sql).value();
  }

  /// In place, as damage comes; not waiting for the disk.
  void overwrite(const std::string& bytes) const {
    std::fstream(file(), std::ios::in | std::ios::out | std::ios::binary) << bytes;
  }

  /// What verify says of the file, and nothing where it says that all is sound.
  std::optional<Error> damage() {
    const auto log = open_log_reader(folder_.path());
    if (!log) return log.error();
    const auto found = (*log)->verify();
    if (!found) return found.error();
    return found->damage;
  }

  /// Some 1,500 bits from one end of the file to the other are changed, one at a time, and each has
  /// to be found. The stride is odd, so each bit of a byte has its turn.
  void expect_every_flip_found() {
    const std::string sound = read_file(file()).value();
    const std::size_t stride = (sound.size() * 8 / 1500) | 1;
    ASSERT_FALSE(damage());
    std::size_t flips = 0;
    for (std::size_t bit = 0; bit < sound.size() * 8; bit += stride) {
      std::string bytes = sound;
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
      overwrite(bytes);
      const auto found = damage();
      ASSERT_TRUE(found) << "bit " << bit;
      // Only the number of the version can look like that of a later program.
      const bool is_version = bit / 8 >= 60 && bit / 8 < 64;
      ASSERT_TRUE(found->code == ErrorCode::corrupt ||
                  (is_version && found->code == ErrorCode::newer_version))
          << "bit " << bit << ": " << found->text();
      ++flips;
    }
    overwrite(sound);
    EXPECT_FALSE(damage());
    EXPECT_GT(flips, 1000u);
  }

  TestFolder folder_;
};

TEST_F(SqliteFormat, reads_a_file_of_version_1_and_writes_it_on_as_it_is) {
  std::filesystem::copy(kOldLog, file());
  Head head;
  const std::vector<Commit> written = test_commits(head, 12);
  {
    const auto log = open_log(folder_.path()).value();
    std::vector<Commit> read;
    ASSERT_TRUE(log->read(1, [&](const Commit& commit) {
      read.push_back(commit);
      return true;
    }));
    EXPECT_EQ(read, written);  // the same hashes too
    EXPECT_EQ(to_hex(head.hash),
              "c8764fdb2c7baa7fa32c7a4f80b987fb998d9cd278f8e1310af57fadc7fb4a5e");
    ASSERT_TRUE(log->append(test_commits(head, 3)));
  }
  EXPECT_EQ(integer("PRAGMA user_version"), 1);
  const auto found = open_log_reader(folder_.path()).value()->verify().value();
  EXPECT_FALSE(found.damage);
  EXPECT_EQ(found.head, head);
}

TEST_F(SqliteFormat, takes_a_file_of_version_1_for_the_main_stream_alone) {
  std::filesystem::copy(kOldLog, folder_.path() / "log-north.sqlite");
  const auto log = open_log(folder_.path(), {.stream = "north"});
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().code, ErrorCode::conflict);
  EXPECT_NE(log.error().message.find("stream 'main', not 'north'"), std::string::npos);
}

TEST_F(SqliteFormat, new_files_have_version_2_and_say_their_stream) {
  ASSERT_TRUE(open_log(folder_.path()));
  EXPECT_EQ(integer("PRAGMA user_version"), 2);
  EXPECT_EQ(integer("SELECT count(*) FROM stream WHERE name = 'main'"), 1);
}

TEST_F(SqliteFormat, says_so_where_an_empty_file_has_no_room_for_sums) {
  {
    sqlite3* raw = nullptr;
    ASSERT_EQ(sqlite3_open(file().c_str(), &raw), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(raw, "PRAGMA journal_mode = WAL", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(raw);
  }
  ASSERT_GT(std::filesystem::file_size(file()), 0u);
  const auto log = open_log(folder_.path());
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().code, ErrorCode::corrupt);
}

TEST_F(SqliteFormat, finds_any_flipped_bit_of_a_closed_log) {
  {
    const auto log = open_log(folder_.path()).value();
    Head head;
    for (const std::size_t size : {3, 1, 5, 3}) ASSERT_TRUE(log->append(test_commits(head, size)));
  }
  expect_every_flip_found();
}

/// The files of a log whose process was killed: all commits stand in the write-ahead file.
class CrashedLog : public SqliteFormat {
 protected:
  void SetUp() override {
    const TestFolder living;
    const auto log = open_log(living.path()).value();
    for (const std::size_t size : {3, 1, 5}) ASSERT_TRUE(log->append(test_commits(head_, size)));
    for (const char* end : {"", "-wal"}) {
      const std::string name = std::string(kLogFileName) + end;
      std::filesystem::copy(living.path() / name, folder_.path() / name);
    }
    sound_ = read_file(wal()).value();
    ASSERT_GT(sound_.size(), 100'000u);
  }
  std::filesystem::path wal() const { return file().string() + "-wal"; }
  void put(const std::string& bytes) const {
    std::filesystem::remove(file().string() + "-shm");
    std::filesystem::resize_file(wal(), bytes.size());
    std::fstream(wal(), std::ios::in | std::ios::out | std::ios::binary) << bytes;
  }

  Head head_;
  std::string sound_;
};

TEST_F(CrashedLog, names_any_flipped_bit_of_the_write_ahead_file_and_is_not_opened) {
  EXPECT_FALSE(damage());
  const std::size_t stride = (sound_.size() * 8 / 500) | 1;
  std::vector<std::size_t> bits(56UZ * 8);  // the head, and that of a frame
  std::iota(bits.begin(), bits.end(), 0UZ);
  for (std::size_t bit = 0; bit < sound_.size() * 8; bit += stride) bits.push_back(bit);
  for (const std::size_t bit : bits) {
    std::string bytes = sound_;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    put(bytes);
    const auto found = damage();
    ASSERT_TRUE(found) << "bit " << bit;
    ASSERT_EQ(found->code, ErrorCode::corrupt) << "bit " << bit << ": " << found->text();
    const auto opened = open_log(folder_.path());
    ASSERT_FALSE(opened) << "bit " << bit;
    ASSERT_NE(opened.error().message.find("write-ahead file has changed"), std::string::npos)
        << "bit " << bit << ": " << opened.error().text();
    ASSERT_EQ(read_file(wal()).value(), bytes);
  }
  put(sound_);
  EXPECT_EQ(open_log(folder_.path()).value()->last().value(), head_);
}

TEST_F(CrashedLog, cut_off_anywhere_is_opened_with_the_commits_before) {
  for (std::size_t size = 0; size <= sound_.size(); size += 997) {
    SCOPED_TRACE(size);
    put(sound_.substr(0, size));
    ASSERT_FALSE(damage() && damage()->code != ErrorCode::not_found);
    // As a disk leaves it that had room for the write and did not come to its end.
    put(sound_.substr(0, size) + std::string(sound_.size() - size, '\0'));
    ASSERT_FALSE(damage() && damage()->code != ErrorCode::not_found);
  }
  put(sound_.substr(0, sound_.size() - 1));
  EXPECT_LT(open_log(folder_.path()).value()->last().value().seq, head_.seq);
}

TEST_F(SqliteFormat, finds_a_flipped_bit_in_a_page_that_nothing_uses) {
  {
    const auto log = open_log(folder_.path()).value();
    Head head;
    ASSERT_TRUE(log->append(test_commits(head, 2)));
    auto database = Database::open(file(), Database::Access::write, kBusyWait).value();
    ASSERT_TRUE(
        database.run("CREATE TABLE t(x); INSERT INTO t VALUES(zeroblob(200000));"
                     "DROP TABLE t;"));
  }
  ASSERT_GT(integer("PRAGMA freelist_count"), 5);
  expect_every_flip_found();
}

TEST_F(SqliteFormat, finds_damage_while_the_log_is_being_written) {
  const auto log = open_log(folder_.path(), {.wal_pages = 1}).value();
  Head head;
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(log->append(test_commits(head, 1, 3000)));
  EXPECT_FALSE(damage());
  std::string bytes = read_file(file()).value();
  bytes[5 * static_cast<std::size_t>(integer("PRAGMA page_size")) + 2000] ^= 4;
  overwrite(bytes);
  const auto found = damage();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->code, ErrorCode::corrupt);
  EXPECT_NE(found->message.find("page 6 does not match its sum"), std::string::npos)
      << found->text();
}

TEST_F(SqliteFormat, a_file_cut_short_is_found) {
  {
    const auto log = open_log(folder_.path()).value();
    Head head;
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(log->append(test_commits(head, 1, 3000)));
  }
  const std::string sound = read_file(file()).value();
  for (std::size_t bytes = 4096; bytes < sound.size(); bytes += 2048) {
    ASSERT_TRUE(write_file_atomically(file(), sound.substr(0, bytes)));
    const auto found = damage();
    ASSERT_TRUE(found) << bytes;
    EXPECT_EQ(found->code, ErrorCode::corrupt) << found->text();
  }
}

TEST(PageSum, changes_with_any_bit_and_with_the_number_of_the_page) {
  std::string page(504, '\0');
  for (std::size_t i = 0; i < page.size(); ++i) page[i] = static_cast<char>(i * 37);
  const uint64_t sum = page_sum(page, 1);
  EXPECT_NE(page_sum(page, 2), sum);
  for (std::size_t bit = 0; bit < page.size() * 8; ++bit) {
    const char before = page[bit / 8];
    page[bit / 8] = static_cast<char>(before ^ (1 << (bit % 8)));
    ASSERT_NE(page_sum(page, 1), sum) << bit;
    page[bit / 8] = before;
  }
}

// docs/format/log.md has this value, for whoever computes it elsewhere.
TEST(PageSum, is_what_the_format_says) {
  EXPECT_EQ(fmt::format("{:016x}", page_sum(std::string(4088, '\0'), 1)), "7dda4cc1bed71bed");
}

TEST(CheckedPages, over_an_unknown_file_system_is_an_error) {
  EXPECT_EQ(CheckedPages::over("no such file system"), nullptr);
  TestFolder folder;
  const auto log = open_log(folder.path(), {.vfs = "no such file system"});
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().code, ErrorCode::internal);
}

}  // namespace
}  // namespace hq::log
