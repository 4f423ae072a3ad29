// Commits, folders and a service for the tests of this folder.
//
//   Head head;
//   log.append(test_commits(head, 3));      // head moves on
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <vector>

#include "base/assert.h"
#include "log/commit.h"

namespace hq::log {

/// `count` sealed commits behind `head`, each unlike the others.
inline std::vector<Commit> test_commits(Head& head, std::size_t count,
                                        std::size_t filler_bytes = 0) {
  std::vector<Commit> commits;
  for (std::size_t i = 0; i < count; ++i) {
    const uint64_t n = head.seq + 1;
    Commit commit;
    commit.time = std::max(head.time, Instant(std::chrono::seconds(1'700'000'000))) + Duration(1);
    commit.actor = "tester";
    commit.organisation = "org";
    commit.command_id = fmt::format("c-{}", n);
    commit.type = "test.add";
    commit.request = sha256(commit.command_id);
    commit.events = {{"test.added", fmt::format(R"({{"n":{}}})", n)},
                     {"test.filled", '"' + std::string(filler_bytes, 'f') + '"'}};
    commit.reply = fmt::format("{}", n);
    seal(commit, head);
    commits.push_back(std::move(commit));
  }
  return commits;
}

/// A fresh folder that is removed with the object.
class TestFolder {
 public:
  explicit TestFolder(
      const std::filesystem::path& parent = std::filesystem::temp_directory_path()) {
    std::string pattern = (parent / "hq_log_XXXXXX").string();
    HQ_ASSERT(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~TestFolder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace hq::log
