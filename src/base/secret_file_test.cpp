#include "base/secret_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace hq {
namespace {

class SecretFile : public testing::Test {
 protected:
  SecretFile() { std::filesystem::create_directories(folder_); }
  ~SecretFile() override { std::filesystem::remove_all(folder_); }

  const std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) /
      (std::string("secret_") + testing::UnitTest::GetInstance()->current_test_info()->name());
  const std::filesystem::path file_ = folder_ / "key";
};

TEST_F(SecretFile, is_made_for_its_owner_alone_and_read_again) {
  ASSERT_TRUE(make_secret_file(file_, "secret\n"));
  struct stat status{};
  ASSERT_EQ(::stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_EQ(read_secret_file(file_).value(), "secret\n");
}

TEST_F(SecretFile, never_takes_the_place_of_another) {
  ASSERT_TRUE(make_secret_file(file_, "first"));
  EXPECT_EQ(make_secret_file(file_, "second").error().code, ErrorCode::already_exists);
  EXPECT_EQ(read_secret_file(file_).value(), "first");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(SecretFile, is_not_read_where_others_may_read_it) {
  ASSERT_TRUE(make_secret_file(file_, "secret"));
  for (const mode_t mode : {0640U, 0604U, 0620U}) {
    ASSERT_EQ(::chmod(file_.c_str(), mode), 0);
    EXPECT_EQ(read_secret_file(file_).error().code, ErrorCode::forbidden);
  }
}

TEST_F(SecretFile, says_what_is_wrong_with_its_place) {
  EXPECT_EQ(read_secret_file(file_).error().code, ErrorCode::not_found);
  EXPECT_FALSE(make_secret_file(folder_ / "none" / "key", "secret"));
  ASSERT_TRUE(make_secret_file(file_, "secret"));
  EXPECT_EQ(read_secret_file(file_, 3).error().code, ErrorCode::too_large);
}

}  // namespace
}  // namespace hq
