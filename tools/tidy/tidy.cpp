#include "tidy/tidy.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <span>

namespace hq::tidy {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 9> kEngines = {
    "route", "rules", "ledger", "match", "market", "watch", "index", "credential", "allocate"};
constexpr std::array<std::string_view, 7> kBannedFolders = {
    "util", "utils", "common", "helper", "helpers", "manager", "misc"};
constexpr std::array<std::string_view, 3> kBannedWords = {
    "TO"
    "DO",
    "FIX"
    "ME",
    "XX"
    "X:"};

/// The floor of a folder under src/; higher floors may include lower ones.
std::optional<int> floor_of(std::string_view folder) {
  if (folder == "base") return 0;
  if (std::ranges::find(kEngines, folder) != kEngines.end()) return 1;
  static const std::map<std::string_view, int> kFloors = {
      {"log", 2}, {"net", 2}, {"auth", 2}, {"hub", 3}, {"api", 4}, {"server", 5}, {"cli", 6}};
  const auto found = kFloors.find(folder);
  if (found == kFloors.end()) return std::nullopt;
  return found->second;
}

/// "log" for "src/log/detail/x.cpp"; empty outside src/.
std::string_view folder_in_src(std::string_view path) {
  if (!path.starts_with("src/")) return {};
  path.remove_prefix(4);
  const std::size_t slash = path.find('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

int code_points(std::string_view line) {
  return static_cast<int>(
      std::ranges::count_if(line, [](char c) { return (static_cast<uint8_t>(c) & 0xC0) != 0x80; }));
}

/// The file with directives, comments, strings and character literals blanked, line ends kept.
std::string code_of(std::string_view text) {
  std::string out(text);
  const auto blank = [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < std::min(to, out.size()); ++i) {
      if (out[i] != '\n') out[i] = ' ';
    }
  };
  for (std::size_t i = 0; i < text.size();) {
    const auto from = i;
    const bool after_word = i > 0 && (std::isalnum(static_cast<unsigned char>(text[i - 1])) != 0);
    if (text[i] == '#') {
      do {
        i = std::min(text.find('\n', i + 1), text.size());
      } while (i < text.size() && text[i - 1] == '\\');
      blank(from, i);
    } else if (text.substr(i, 2) == "//") {
      i = std::min(text.find('\n', i), text.size());
      blank(from, i);
    } else if (text.substr(i, 2) == "/*") {
      const std::size_t end = text.find("*/", i + 2);
      i = end == std::string_view::npos ? text.size() : end + 2;
      blank(from, i);
    } else if (text.substr(i, 2) == "R\"" && !after_word) {
      const std::size_t open = std::min(text.find('(', i), text.size() - 1);
      const std::string close = ")" + std::string(text.substr(i + 2, open - i - 2)) + "\"";
      const std::size_t end = text.find(close, open);
      i = end == std::string_view::npos ? text.size() : end + close.size();
      blank(from, i);
    } else if (text[i] == '"' || (text[i] == '\'' && !after_word)) {
      for (++i; i < text.size() && text[i] != text[from] && text[i] != '\n'; ++i) {
        if (text[i] == '\\') ++i;
      }
      i = std::min(i + 1, text.size());
      blank(from, i);
    } else {
      ++i;
    }
  }
  return out;
}

/// Whether what stands before a `{` opens a function body rather than a scope, type or value.
bool opens_function(std::string_view head) {
  const std::size_t start = head.find_first_not_of(" \n\t");
  if (start == std::string_view::npos) return false;
  head.remove_prefix(start);
  for (const std::string_view word : {"namespace", "class", "struct", "enum", "union", "extern"}) {
    if (head.starts_with(word) && head.find('(') == std::string_view::npos) return false;
  }
  if (head.starts_with("namespace") || head.starts_with("enum")) return false;
  return head.find('(') != std::string_view::npos;
}

/// Calls on_open(head, line of the head, depth outside) for each `{`, where the head is what stands
/// between it and the `;`, `{` or `}` before; and on_close(line, depth outside) for each `}`.
void walk_braces(std::string_view code, const auto& on_open, const auto& on_close) {
  int line = 1;
  int depth = 0;
  std::size_t head = 0;  // where the present statement began
  int head_line = 1;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const char c = code[i];
    if (head == i && std::isspace(static_cast<unsigned char>(c)) != 0) {
      head = i + 1;
      head_line = c == '\n' ? line + 1 : line;
    }
    if (c == '\n') ++line;
    if (c == '{') on_open(code.substr(head, i - head), head_line, depth++);
    if (c == '}') on_close(line, --depth);
    if (c == ';' || c == '{' || c == '}') {
      head = i + 1;
      head_line = line;
    }
  }
}

void check_functions(const std::string& path, std::string_view code, std::vector<Breach>& out) {
  int function_depth = -1;  // depth outside the outermost function being read
  int function_line = 0;
  walk_braces(
      code,
      [&](std::string_view head, int line, int depth) {
        if (function_depth >= 0 || !opens_function(head)) return;
        function_depth = depth;
        function_line = line;
      },
      [&](int line, int depth) {
        if (depth != function_depth) return;
        function_depth = -1;
        if (const int lines = line - function_line + 1; lines > kFunctionLinesMax) {
          out.push_back(
              {path, function_line,
               fmt::format("function of {} lines; at most {}", lines, kFunctionLinesMax)});
        }
      });
}

using Words = std::vector<std::string_view>;

/// Names, `::`, and every other character that is not blank, one by one.
Words words_of(std::string_view code) {
  const auto in_name = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  };
  Words words;
  while (!code.empty()) {
    const auto end = std::ranges::find_if_not(code, in_name);
    std::size_t size = static_cast<std::size_t>(end - code.begin());
    if (size == 0) size = code.starts_with("::") ? 2 : 1;
    if (std::isspace(static_cast<unsigned char>(code.front())) == 0) {
      words.push_back(code.substr(0, size));
    }
    code.remove_prefix(size);
  }
  return words;
}

/// "hq::log" for the head `namespace hq::log`, "" for an unnamed one, nothing for other heads.
std::optional<std::string> opened_namespace(std::span<const std::string_view> head) {
  if (!head.empty() && head.front() == "inline") head = head.subspan(1);
  if (head.empty() || head.front() != "namespace") return std::nullopt;
  return fmt::format("{}", fmt::join(head.subspan(1), ""));
}

/// "Call" for the heads `struct Call`, `template <class T> class Call final : Base<T>`,
/// `enum class Call : int`; nothing for an unnamed type and for a head that defines none.
std::optional<std::string> defined_type(std::span<const std::string_view> head) {
  constexpr std::array<std::string_view, 4> kKeys = {"enum", "struct", "class", "union"};
  const auto is_key = [&](std::string_view word) {
    return std::ranges::find(kKeys, word) != kKeys.end();
  };
  int depth = 0;  // of template brackets and parentheses
  const auto key = std::ranges::find_if(head, [&](std::string_view word) {
    if (word == "<" || word == "(") ++depth;
    if (word == ">" || word == ")") --depth;
    return depth == 0 && is_key(word);
  });
  auto rest = head.subspan(static_cast<std::size_t>(key - head.begin()));
  while (!rest.empty() && is_key(rest.front())) rest = rest.subspan(1);
  if (!rest.empty() && rest.front() == "[") {  // attributes
    const auto last = std::ranges::find(rest.rbegin(), rest.rend(), "]");
    rest = rest.last(static_cast<std::size_t>(last - rest.rbegin()));
  }
  std::string name;
  bool after_name = false;  // two names in a row: a variable or a function of that type
  for (const std::string_view word : rest) {
    if (depth == 0 && (word == ":" || word == "final")) break;
    if (word == "<") ++depth;
    if (word == ">") --depth;
    const bool is_name = std::isalpha(static_cast<unsigned char>(word.front())) != 0;
    if (depth == 0 && ((is_name && after_name) || word == "(" || word == "=")) return std::nullopt;
    after_name = is_name;
    name += word;
  }
  if (name.empty()) return std::nullopt;
  return name;
}

struct DefinedType {
  std::string name;  // with its namespaces
  int line = 0;
};

/// The types that a file defines in its namespaces where another file can define them too: not
/// those of unnamed namespaces, of functions and of other types.
std::vector<DefinedType> types_in(std::string_view code) {
  std::vector<DefinedType> types;
  std::vector<std::optional<std::string>> scopes;  // a namespace by its name, or another scope
  walk_braces(
      code,
      [&](std::string_view text, int line, int) {
        const Words head = words_of(text);
        const auto is_open = [](const auto& scope) { return scope && !scope->empty(); };
        if (std::ranges::all_of(scopes, is_open)) {
          if (const auto type = defined_type(head)) {
            std::string name;
            for (const auto& scope : scopes) name += *scope + "::";
            types.push_back({name + *type, line});
          }
        }
        scopes.push_back(opened_namespace(head));
      },
      [&](int, int) {
        if (!scopes.empty()) scopes.pop_back();
      });
  return types;
}

/// "log/writer.h" for `#include "log/writer.h"`, "boost/asio.hpp" for `#include <boost/asio.hpp>`.
std::optional<std::string_view> included(std::string_view line) {
  if (!line.starts_with("#include ")) return std::nullopt;
  const std::size_t open = line.find_first_of("\"<");
  const std::size_t close = line.find_last_of("\">");
  if (open == std::string_view::npos || close <= open) return std::nullopt;
  return line.substr(open + 1, close - open - 1);
}

void check_include(const std::string& path, int line, std::string_view include,
                   std::vector<Breach>& out) {
  const std::string_view folder = folder_in_src(path);
  if (include.starts_with("boost/asio") || include.starts_with("boost/beast")) {
    if (folder != "net") out.push_back({path, line, "Boost.Asio and Beast belong to net/ alone"});
    return;
  }
  const bool header = path.ends_with(".h");
  for (const std::string_view heavy : {"simdjson", "toml++/", "spdlog/", "CLI/", "prometheus/"}) {
    if (header && include.starts_with(heavy)) {
      out.push_back({path, line, fmt::format("<{}> belongs behind one .cpp", include)});
    }
  }
  const auto own = floor_of(folder);
  const auto other = floor_of(include.substr(0, include.find('/')));
  if (!own || !other || include.starts_with(fmt::format("{}/", folder))) return;
  if (*other == 1 && *own == 1) {
    out.push_back({path, line, fmt::format("an engine includes another engine: {}", include)});
  } else if (*other >= *own) {
    out.push_back({path, line, fmt::format("{} is not on a lower floor", include)});
  }
}

bool is_cpp(const fs::path& path) {
  return path.extension() == ".cpp" || path.extension() == ".h";
}

bool is_checked_text(const fs::path& path) {
  const auto extension = path.extension();
  return is_cpp(path) || extension == ".vue" || extension == ".ts" || extension == ".mjs" ||
         extension == ".py";
}

/// Folders that hold what is built or brought, not what we wrote.
bool is_foreign(const fs::path& folder) {
  const auto name = folder.filename();
  return name == "build" || name == "node_modules" || name == "dist" || name == ".git" ||
         name == "data" || name == "artefacts" || name == ".generated";
}

std::string read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void check_folder(const fs::path& folder, const std::string& path, std::vector<Breach>& out) {
  if (std::ranges::find(kBannedFolders, folder.filename().string()) != kBannedFolders.end()) {
    out.push_back({path, 0, "this folder name says nothing; name what is in it"});
  }
  if (!path.starts_with("src/") || folder.filename() == "detail") return;
  const bool has_code = std::ranges::any_of(fs::directory_iterator(folder),
                                            [](const auto& entry) { return is_cpp(entry.path()); });
  if (has_code && !fs::exists(folder / "README.md")) {
    out.push_back({path, 0, "README.md is missing: what it is, its files, where to start"});
  }
}

}  // namespace

std::vector<Breach> check_source(const std::string& path, std::string_view text) {
  std::vector<Breach> out;
  const auto lines = split_lines(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const int number = static_cast<int>(i) + 1;
    if (code_points(lines[i]) > kLineLengthMax) {
      out.push_back({path, number, fmt::format("line over {} characters", kLineLengthMax)});
    }
    for (const std::string_view word : kBannedWords) {
      if (lines[i].find(word) != std::string_view::npos) {
        out.push_back({path, number, fmt::format("'{}': do it or leave it", word)});
      }
    }
    if (const auto include = included(lines[i])) check_include(path, number, *include, out);
  }
  if (lines.size() > kFileLinesMax) {
    out.push_back({path, 0, fmt::format("{} lines; at most {}", lines.size(), kFileLinesMax)});
  }
  check_functions(path, code_of(text), out);
  return out;
}

std::vector<Breach> check_types(const std::vector<SourceFile>& files) {
  std::vector<Breach> out;
  std::map<std::string, const SourceFile*> first_of;
  for (const SourceFile& file : files) {
    for (const DefinedType& type : types_in(code_of(file.text))) {
      const auto [first, is_new] = first_of.emplace(type.name, &file);
      if (is_new || first->second == &file) continue;
      out.push_back({file.path, type.line,
                     fmt::format("{} is defined in {} too; rename one, or hide it in an unnamed "
                                 "namespace",
                                 type.name, first->second->path)});
    }
  }
  return out;
}

std::vector<Breach> check_tree(const std::filesystem::path& root) {
  std::vector<Breach> out;
  std::vector<SourceFile> sources;
  for (auto it = fs::recursive_directory_iterator(root); it != fs::end(it); ++it) {
    const fs::path& entry = it->path();
    const std::string path = fs::relative(entry, root).string();
    if (it->is_directory()) {
      if (is_foreign(entry)) {
        it.disable_recursion_pending();
      } else {
        check_folder(entry, path, out);
      }
    } else if (is_cpp(entry)) {
      sources.push_back({path, read_text(entry)});
    } else if (is_checked_text(entry)) {
      if (const auto lines = split_lines(read_text(entry)).size(); lines > kFileLinesMax) {
        out.push_back({path, 0, fmt::format("{} lines; at most {}", lines, kFileLinesMax)});
      }
    }
  }
  std::ranges::sort(sources, {}, &SourceFile::path);
  for (const SourceFile& source : sources) {
    std::ranges::move(check_source(source.path, source.text), std::back_inserter(out));
  }
  std::ranges::move(check_types(sources), std::back_inserter(out));
  std::ranges::sort(out, {}, [](const Breach& b) { return std::pair(b.path, b.line); });
  return out;
}

}  // namespace hq::tidy
