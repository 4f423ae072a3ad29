#include "tidy/tidy.h"

#include <gtest/gtest.h>

#include <fstream>

namespace hq::tidy {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> texts(const std::string& path, std::string_view source) {
  std::vector<std::string> result;
  for (const Breach& breach : check_source(path, source)) result.push_back(breach.text);
  return result;
}

using Texts = std::vector<std::string>;

TEST(Tidy, lets_a_file_include_lower_floors_and_its_own_folder) {
  EXPECT_EQ(texts("src/log/writer.cpp", "#include \"base/error.h\"\n#include \"log/log.h\"\n"),
            Texts());
  EXPECT_EQ(texts("src/cli/main.cpp", "#include \"server/server.h\"\n"), Texts());
}

TEST(Tidy, finds_an_include_that_goes_up_or_sideways) {
  EXPECT_EQ(texts("src/base/x.h", "#include \"log/log.h\"\n"),
            Texts{"log/log.h is not on a lower floor"});
  EXPECT_EQ(texts("src/net/x.h", "#include \"auth/token.h\"\n"),
            Texts{"auth/token.h is not on a lower floor"});
}

TEST(Tidy, finds_an_engine_that_includes_another) {
  EXPECT_EQ(texts("src/route/x.h", "#include \"ledger/ledger.h\"\n"),
            Texts{"an engine includes another engine: ledger/ledger.h"});
}

TEST(Tidy, keeps_asio_in_net_and_heavy_headers_out_of_headers) {
  EXPECT_EQ(texts("src/net/x.cpp", "#include <boost/asio.hpp>\n"), Texts());
  EXPECT_EQ(texts("src/api/x.cpp", "#include <boost/beast/http.hpp>\n"),
            Texts{"Boost.Asio and Beast belong to net/ alone"});
  EXPECT_EQ(texts("src/base/x.h", "#include <simdjson.h>\n"),
            Texts{"<simdjson.h> belongs behind one .cpp"});
}

TEST(Tidy, counts_line_length_in_code_points) {
  std::string chinese;
  for (int i = 0; i < 100; ++i) chinese += "虹";
  EXPECT_EQ(texts("src/base/x.h", chinese + "\n"), Texts());
  EXPECT_EQ(texts("src/base/x.h", chinese + "桥\n"), Texts{"line over 100 characters"});
}

std::string function_of(int body_lines) {
  std::string text = "namespace a {\nstruct S {\n  int f(int x)\n      const {\n";
  for (int i = 0; i < body_lines; ++i) text += "    if (x == \"}\"[0]) { /* } */ }\n";
  return text + "  }\n};\n}  // namespace a\n";
}

TEST(Tidy, measures_functions_from_their_first_line_to_their_brace) {
  EXPECT_EQ(texts("src/base/x.h", function_of(67)), Texts());
  EXPECT_EQ(texts("src/base/x.h", function_of(68)), Texts{"function of 71 lines; at most 70"});
}

TEST(Tidy, does_not_take_a_long_table_for_a_function) {
  std::string text = "constexpr int kTable[] = {\n";
  for (int i = 0; i < 100; ++i) text += "  1,\n";
  EXPECT_EQ(texts("src/base/x.h", text + "};\n"), Texts());
}

TEST(Tidy, finds_a_file_that_is_too_long) {
  std::string text;
  for (int i = 0; i < 801; ++i) text += "\n";
  EXPECT_EQ(texts("src/base/x.h", text), Texts{"801 lines; at most 800"});
}

std::vector<Breach> types_of(const std::string& first, const std::string& second) {
  return check_types({{"src/a/first.cpp", first}, {"src/a/second.cpp", second}});
}

const std::string kTwice =
    " is defined in src/a/first.cpp too; rename one, or hide it in an unnamed namespace";

TEST(Tidy, finds_a_type_that_two_files_define) {
  const std::string first = "#include <map>\nnamespace hq::a {\nstruct Call {};\n}\n";
  for (const std::string second :
       {"struct Call { int x; };", "class Call final : public Base<int> {\n};",
        "enum class Call : int { one };", "template <typename T = void>\nunion Call {};",
        "class [[nodiscard]] Call {};", "BOOST_DESCRIBE_ENUM(Kind, one)\nstruct Call {};"}) {
    EXPECT_EQ(types_of(first, "namespace hq {\nnamespace a {\n" + second + "}\n}\n"),
              (std::vector<Breach>{{"src/a/second.cpp", 3, "hq::a::Call" + kTwice}}))
        << second;
  }
}

TEST(Tidy, lets_types_be_that_no_other_file_can_mean) {
  const std::string first = "namespace hq::a {\nstruct Call {};\n}\n";
  for (const std::string second :
       {"namespace hq::b {\nstruct Call {};\n}\n", "namespace hq::a::b {\nstruct Call {};\n}\n",
        "namespace hq::a {\nnamespace {\nstruct Call {};\n}\n}\n",
        "namespace hq::a {\nstruct Other { struct Call {}; };\n}\n",
        "namespace hq::a {\nvoid f() { struct Call {}; }\n}\n",
        "namespace hq::a {\nstruct Call;\nstruct Call call{};\nstruct Call f() { return {}; }\n}\n",
        "namespace hq::a {\n// struct Call {};\n#define CALL \\\n  struct Call {};\n}\n",
        "namespace hq::a {\ntemplate <>\nstruct Call<int> {};\n}\n"}) {
    EXPECT_EQ(types_of(first, second), std::vector<Breach>()) << second;
  }
  EXPECT_EQ(types_of(first, ""), std::vector<Breach>());
}

TEST(Tidy, finds_missing_readmes_and_empty_folder_names) {
  const fs::path root = fs::path(testing::TempDir()) / "tidy_tree";
  fs::remove_all(root);
  fs::create_directories(root / "src/log/util");
  std::ofstream(root / "src/log/log.h") << "// log\n";
  const std::vector<Breach> expected = {
      {"src/log", 0, "README.md is missing: what it is, its files, where to start"},
      {"src/log/util", 0, "this folder name says nothing; name what is in it"}};
  EXPECT_EQ(check_tree(root), expected);
  fs::remove_all(root);
}

}  // namespace
}  // namespace hq::tidy
