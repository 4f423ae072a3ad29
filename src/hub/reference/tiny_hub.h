// For tests: a copy of testdata/tiny in a folder of its own, to be damaged at will. The folder
// goes away with the object. One per test, one thread.
//
//   TinyHub tiny;
//   tiny.replace("places.csv", "31.20", "north");
//   EXPECT_FALSE(load_hub(tiny.folder()));
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "base/file.h"

namespace hq::hub {

class TinyHub {
 public:
  TinyHub() {
    static int count = 0;  // tests of one process run one after another
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("hq_tiny_" + std::to_string(::getpid()) + "_" + std::to_string(count++));
    std::filesystem::remove_all(folder_);
    std::filesystem::copy(source(), folder_, std::filesystem::copy_options::recursive);
  }
  ~TinyHub() { std::filesystem::remove_all(folder_); }
  TinyHub(const TinyHub&) = delete;
  TinyHub& operator=(const TinyHub&) = delete;

  static std::filesystem::path source() {
    return std::filesystem::path(HQ_SOURCE_DIR) / "src/hub/reference/testdata/tiny";
  }
  const std::filesystem::path& folder() const { return folder_; }

  /// Replaces the first `old_text` of a file; the test fails where the file does not hold it.
  void replace(const std::string& file, std::string_view old_text, std::string_view new_text) {
    std::string bytes = read_file(folder_ / file).value();
    const std::size_t at = bytes.find(old_text);
    ASSERT_NE(at, std::string::npos) << file << " does not hold " << old_text;
    bytes.replace(at, old_text.size(), new_text);
    std::ofstream(folder_ / file, std::ios::binary) << bytes;
  }

 private:
  std::filesystem::path folder_;
};

}  // namespace hq::hub
