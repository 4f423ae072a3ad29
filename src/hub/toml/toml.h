// A strict reader of the plain part of TOML 1.0 that the files of a hub need.
//
// Comments, tables [[name]] of a list, and keys with one of three kinds of value, each on a line of
// its own: a text in double quotes (with \" and \\), a whole number, a list of texts. All else is
// an Error with file and line. Why not a library: toml++ 3.3 runs into assertions and undefined
// behaviour on malformed input such as "[,". Values; any thread.
//
//   HQ_TRY(TomlDocument document, parse_toml(bytes, "hub.toml"));
//   HQ_TRY(std::string id, document.root.text("id"));
//   for (const TomlTable* belt : document.list("belts")) ...
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"

namespace hq::hub {

/// Keys and values under one header, or above the first (the root).
class TomlTable {
 public:
  TomlTable() = default;
  TomlTable(std::string file, std::string name, int line)
      : file_(std::move(file)), name_(std::move(name)), line_(line) {}

  const std::string& name() const { return name_; }  // empty for the root

  /// Values that must be there. Errors: missing, empty, or of another kind.
  Result<std::string> text(std::string_view key) const;
  Result<int> whole(std::string_view key, int least, int most) const;
  Result<std::vector<std::string>> texts(std::string_view key) const;  // at least one

  /// Is there such a key? For values that may be left out.
  bool has(std::string_view key) const { return entries_.contains(key); }
  /// A text that may be left out or be empty; an Error where it is of another kind.
  Result<std::string> optional_text(std::string_view key) const;
  /// An Error where a key is none of these: a misspelt one must not pass for one left out.
  Result<> check_keys(std::span<const std::string_view> known) const;

  /// "hub.toml:7:key": the line of the key, or of the header where there is no such key.
  std::string where(std::string_view key) const;

 private:
  friend class TomlParser;
  using Value = std::variant<std::string, int64_t, std::vector<std::string>>;
  struct Entry {
    Value value;
    int line = 0;
  };

  std::string file_;
  std::string name_;
  int line_ = 1;
  std::map<std::string, Entry, std::less<>> entries_;
};

struct TomlDocument {
  TomlTable root;
  std::vector<TomlTable> tables;  // in the order of the file

  /// The tables [[name]]; may be none.
  std::vector<const TomlTable*> list(std::string_view name) const;
};

/// Errors: parse_error with where "hub.toml:7".
Result<TomlDocument> parse_toml(std::string_view bytes, const std::string& file);

}  // namespace hq::hub
