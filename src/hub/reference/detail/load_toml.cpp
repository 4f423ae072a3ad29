// hub.toml, the one file of a hub that is not a table. The only source that includes toml++.
#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#include <fmt/format.h>
#include <toml++/toml.h>

#include "base/file.h"
#include "hub/reference/detail/load.h"

namespace hq::hub {
namespace {

constexpr std::string_view kFile = "hub.toml";

/// Of the table that should hold the key: a missing key has no line of its own.
std::string where(const toml::node& node, std::string_view key) {
  return fmt::format("{}:{}:{}", kFile, node.source().begin.line, key);
}

/// A text that must be there and not empty.
Result<std::string> text(const toml::table& table, std::string_view key) {
  const auto value = table[key].value<std::string>();
  if (value && !value->empty()) return *value;
  return fail(ErrorCode::parse_error, fmt::format("the text '{}' is missing", key),
              fmt::format("缺少文本“{}”", key), where(table, key));
}

/// A whole number that must be there; years and counts of articles fit 1 to 9999.
Result<int> whole(const toml::table& table, std::string_view key) {
  const auto value = table[key].value_exact<int64_t>();
  if (value && *value >= 1 && *value <= 9999) return static_cast<int>(*value);
  return fail(ErrorCode::parse_error,
              fmt::format("'{}' is missing or not a whole number from 1 to 9999", key),
              fmt::format("“{}”缺失，或不是1到9999之间的整数", key), where(table, key));
}

/// The keys stem_zh and stem_en.
Result<Name> names(const toml::table& table, std::string_view stem) {
  Name both;
  HQ_TRY(both.zh, text(table, fmt::format("{}_zh", stem)));
  HQ_TRY(both.en, text(table, fmt::format("{}_en", stem)));
  return both;
}

/// A list of at least one text.
Result<std::vector<std::string>> texts(const toml::table& table, std::string_view key) {
  std::vector<std::string> all;
  if (const toml::array* array = table[key].as_array(); array != nullptr) {
    for (const toml::node& node : *array) all.push_back(node.value_or(std::string()));
  }
  if (all.empty() || std::ranges::count(all, std::string()) > 0) {
    return fail(ErrorCode::parse_error, fmt::format("'{}' is not a list of texts", key),
                fmt::format("“{}”不是文本列表", key), where(table, key));
  }
  return all;
}

/// The tables of [[key]], at least one, each with an id that stands once.
Result<std::vector<const toml::table*>> tables(const toml::table& root, std::string_view key) {
  std::vector<const toml::table*> all;
  IdSet ids;
  if (const toml::array* array = root[key].as_array(); array != nullptr) {
    for (const toml::node& node : *array) {
      const toml::table* table = node.as_table();
      if (table == nullptr) continue;
      HQ_TRY(const std::string id, text(*table, "id"));
      if (!ids.insert(id).second) {
        return fail(ErrorCode::parse_error, fmt::format("the id '{}' stands twice", id),
                    fmt::format("标识“{}”重复", id), where(*table, "id"));
      }
      all.push_back(table);
    }
  }
  if (all.empty()) {
    return fail(ErrorCode::parse_error, fmt::format("there is no [[{}]]", key),
                fmt::format("没有[[{}]]", key), fmt::format("{}:1:{}", kFile, key));
  }
  return all;
}

/// The file as a table; toml++ states line and column of what it cannot read.
Result<toml::table> parse(const std::filesystem::path& folder) {
  HQ_TRY(const std::string bytes, read_file(folder / kFile));
  toml::parse_result parsed = toml::parse(std::string_view(bytes), kFile);
  if (parsed) return std::move(parsed).table();
  const toml::parse_error& error = parsed.error();
  return fail(
      ErrorCode::parse_error, std::string(error.description()), "不是有效的TOML",
      fmt::format("{}:{}:{}", kFile, error.source().begin.line, error.source().begin.column));
}

}  // namespace

Result<> load_toml(const std::filesystem::path& folder, ReferenceHub& hub, KnownIds& known) {
  HQ_TRY(const toml::table root, parse(folder));
  HQ_TRY(hub.id, text(root, "id"));
  HQ_TRY(hub.name, names(root, "name"));
  HQ_TRY(hub.time_zone, text(root, "time_zone"));
  HQ_TRY(hub.core_place, text(root, "core_place"));
  HQ_TRY(hub.core_stops, texts(root, "core_stops"));
  HQ_TRY(hub.caveat, names(root, "caveat"));
  HQ_TRY(const auto documents, tables(root, "documents"));
  for (const toml::table* table : documents) {
    Document document;
    HQ_TRY(document.id, text(*table, "id"));
    HQ_TRY(document.name, names(*table, "name"));
    HQ_TRY(document.year, whole(*table, "year"));
    HQ_TRY(document.articles, whole(*table, "articles"));
    hub.documents.push_back(std::move(document));
  }
  HQ_TRY(const auto belts, tables(root, "belts"));
  for (const toml::table* table : belts) {
    Belt belt;
    HQ_TRY(belt.id, text(*table, "id"));
    HQ_TRY(belt.name, names(*table, "name"));
    known.belts.insert(belt.id);
    hub.belts.push_back(std::move(belt));
  }
  return {};
}

}  // namespace hq::hub
