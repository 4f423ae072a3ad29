// The house rules that a machine can check: floors, sizes, folder names, READMEs, words, and
// types that two files define under one name.
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

struct SourceFile {
  std::string path;
  std::string text;
};

/// Types of one name that several of the files define. A program that links both takes one of them
/// for the other without a word from the compiler (C++ standard, [basic.def.odr]).
std::vector<Breach> check_types(const std::vector<SourceFile>& files);

/// Breaches in the whole checkout, in order of path.
std::vector<Breach> check_tree(const std::filesystem::path& root);

}  // namespace hq::tidy
