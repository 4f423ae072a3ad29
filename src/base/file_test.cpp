#include "base/file.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <thread>

namespace hq {
namespace {

namespace fs = std::filesystem;

/// A folder of its own for each test, gone with it.
class FileTest : public testing::Test {
 protected:
  FileTest() {
    std::string name = (fs::temp_directory_path() / "hq_file_XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) folder_ = name;
  }
  ~FileTest() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  void SetUp() override { ASSERT_FALSE(folder_.empty()); }

  std::size_t file_count() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), {}));
  }

  fs::path folder_;
};

/// Runs `act` in a process of its own and returns its exit code.
template <class Act>
int exit_code_of(Act act) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(act());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(FileTest, what_is_written_is_read) {
  const fs::path path = folder_ / "a.txt";
  const std::string bytes = std::string("虹桥\0\n", 8) + std::string(100'000, 'x');
  ASSERT_TRUE(write_file_atomically(path, bytes));
  EXPECT_EQ(read_file(path), bytes);
  ASSERT_TRUE(write_file_atomically(path, ""));
  EXPECT_EQ(read_file(path), "");
  EXPECT_EQ(file_count(), 1u);  // no temporary file stays
}

TEST_F(FileTest, mode_is_that_asked_for) {
  const fs::path path = folder_ / "secret";
  ASSERT_TRUE(write_file_atomically(path, "x", 0600));
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(FileTest, files_that_cannot_be_read) {
  EXPECT_EQ(read_file(folder_ / "none").error().code, ErrorCode::not_found);
  EXPECT_EQ(read_file(folder_).error().code, ErrorCode::invalid_argument);
  ASSERT_TRUE(write_file_atomically(folder_ / "five", "12345"));
  EXPECT_EQ(read_file(folder_ / "five", 5), "12345");
  const auto large = read_file(folder_ / "five", 4);
  EXPECT_EQ(large.error().code, ErrorCode::too_large);
  EXPECT_EQ(large.error().message, "the file has 5 bytes; at most 4 are read");
  EXPECT_EQ(large.error().where, (folder_ / "five").string());
}

TEST_F(FileTest, files_that_cannot_be_written) {
  EXPECT_EQ(write_file_atomically(folder_ / "none" / "a", "x").error().code, ErrorCode::not_found);
  fs::create_directory(folder_ / "taken");
  std::ofstream(folder_ / "taken" / "inside") << "x";
  EXPECT_FALSE(write_file_atomically(folder_ / "taken", "x"));
  EXPECT_EQ(file_count(), 1u);
}

TEST_F(FileTest, a_leftover_of_a_process_of_the_same_number_does_not_matter) {
  const int code = exit_code_of([&] {
    for (int i = 0; i < 100; ++i) {
      std::ofstream(folder_ /
                    ("a." + std::to_string(::getpid()) + "." + std::to_string(i) + ".tmp"))
          << "old";
    }
    return write_file_atomically(folder_ / "a", "new") ? 0 : 1;
  });
  EXPECT_EQ(code, 0);
  EXPECT_EQ(read_file(folder_ / "a"), "new");
}

TEST_F(FileTest, a_failed_write_leaves_the_old_file_and_nothing_else) {
  const fs::path path = folder_ / "a";
  ASSERT_TRUE(write_file_atomically(path, "old"));
  const int code = exit_code_of([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{1000, 1000};
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 2;
    return write_file_atomically(path, std::string(5000, 'x')) ? 1 : 0;
  });
  EXPECT_EQ(code, 0);
  EXPECT_EQ(read_file(path), "old");
  EXPECT_EQ(file_count(), 1u);
}

TEST_F(FileTest, a_full_disk_is_said_to_be_full) {
  constexpr int kNoMount = 77;
  const int code = exit_code_of([&] {
    // A disk of 64 kB, seen by this process only.
    if (::unshare(CLONE_NEWNS) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return kNoMount;
    if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", folder_.c_str(), "tmpfs", 0, "size=65536") != 0) {
      return kNoMount;
    }
    const fs::path path = folder_ / "a";
    if (!write_file_atomically(path, "old")) return 1;
    const auto written = write_file_atomically(path, std::string(200'000, 'x'));
    if (written || written.error().code != ErrorCode::disk_full) return 2;
    if (read_file(path) != "old" || file_count() != 1) return 3;
    return 0;
  });
  if (code == kNoMount) GTEST_SKIP() << "a small disk cannot be mounted here";
  EXPECT_EQ(code, 0);
}

TEST_F(FileTest, readers_see_the_old_or_the_new_whole) {
  const fs::path path = folder_ / "a";
  const std::string old_bytes(50'000, 'a');
  const std::string new_bytes(70'000, 'b');
  ASSERT_TRUE(write_file_atomically(path, old_bytes));
  std::jthread writer([&] {
    for (int i = 0; i < 50; ++i) {
      EXPECT_TRUE(write_file_atomically(path, i % 2 == 0 ? new_bytes : old_bytes));
    }
  });
  for (int i = 0; i < 200; ++i) {
    const auto bytes = read_file(path);
    ASSERT_TRUE(bytes) << bytes.error().text();
    ASSERT_TRUE(*bytes == old_bytes || *bytes == new_bytes) << bytes->size();
  }
}

TEST_F(FileTest, mapped_files_show_their_bytes) {
  const fs::path path = folder_ / "a";
  ASSERT_TRUE(write_file_atomically(path, "hello"));
  auto mapped = MappedFile::open(path);
  ASSERT_TRUE(mapped);
  EXPECT_EQ(mapped->bytes(), "hello");
  MappedFile moved = *std::move(mapped);
  EXPECT_EQ(moved.bytes(), "hello");
  ASSERT_TRUE(write_file_atomically(path, "other"));
  EXPECT_EQ(moved.bytes(), "hello");  // the old file lives as long as it is mapped
  moved = MappedFile();
  EXPECT_EQ(moved.bytes(), "");
}

TEST_F(FileTest, files_that_cannot_be_mapped) {
  EXPECT_EQ(MappedFile::open(folder_ / "none").error().code, ErrorCode::not_found);
  EXPECT_EQ(MappedFile::open(folder_).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(MappedFile::open("/dev/full").error().code, ErrorCode::invalid_argument);
  ASSERT_TRUE(write_file_atomically(folder_ / "empty", ""));
  const auto empty = MappedFile::open(folder_ / "empty");
  ASSERT_TRUE(empty);
  EXPECT_EQ(empty->bytes(), "");
}

}  // namespace
}  // namespace hq
