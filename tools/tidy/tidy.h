// The house rules that a machine can check: floors, sizes, folder names, READMEs, words.
//
// DESIGN of the rules: ARCHITECTURE.md (floors) and CONTRIBUTING.md (sizes). check_tree() reads a
// checkout and returns a line for each breach; check_source() is the part that looks at one file.
//
//   for (const Breach& b : check_tree("/path/of/checkout")) print(b);
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace hq::tidy {

inline constexpr int kFileLinesMax = 800;
inline constexpr int kFunctionLinesMax = 70;
inline constexpr int kLineLengthMax = 100;  // in code points

struct Breach {
  std::string path;  // relative to the checkout
  int line = 0;      // 1-based; 0 for the whole file or folder
  std::string text;

  bool operator==(const Breach&) const = default;
};

/// Breaches in one C++ file. `path` is relative to the checkout: "src/log/writer.cpp".
std::vector<Breach> check_source(const std::string& path, std::string_view text);

/// Breaches in the whole checkout, in order of path.
std::vector<Breach> check_tree(const std::filesystem::path& root);

}  // namespace hq::tidy
