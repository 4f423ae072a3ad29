// hub.toml: what the hub is called, where its core lies, its caveat, documents and belts.
#include <fmt/format.h>

#include "base/file.h"
#include "hub/reference/detail/load.h"
#include "hub/toml/toml.h"

namespace hq::hub {
namespace {

constexpr int kNumberMax = 9999;  // years and counts of articles

/// The keys stem_zh and stem_en.
Result<Name> names(const TomlTable& table, std::string_view stem) {
  Name both;
  HQ_TRY(both.zh, table.text(fmt::format("{}_zh", stem)));
  HQ_TRY(both.en, table.text(fmt::format("{}_en", stem)));
  return both;
}

/// The tables [[name]]: at least one, each with an id that stands once.
Result<std::vector<const TomlTable*>> tables_with_ids(const TomlDocument& document,
                                                      std::string_view name) {
  std::vector<const TomlTable*> tables = document.list(name);
  IdSet ids;
  for (const TomlTable* table : tables) {
    HQ_TRY(const std::string id, table->text("id"));
    if (!ids.insert(id).second) {
      return fail(ErrorCode::parse_error, fmt::format("the id '{}' stands twice", id),
                  fmt::format("标识“{}”重复", id), table->where("id"));
    }
  }
  if (tables.empty()) {
    return fail(ErrorCode::parse_error, fmt::format("there is no [[{}]]", name),
                fmt::format("没有[[{}]]", name), document.root.where(name));
  }
  return tables;
}

Result<> load_documents(const TomlDocument& file, ReferenceHub& hub) {
  HQ_TRY(const auto tables, tables_with_ids(file, "documents"));
  for (const TomlTable* table : tables) {
    Document document;
    HQ_TRY(document.id, table->text("id"));
    HQ_TRY(document.name, names(*table, "name"));
    HQ_TRY(document.year, table->whole("year", 1, kNumberMax));
    HQ_TRY(document.articles, table->whole("articles", 1, kNumberMax));
    hub.documents.push_back(std::move(document));
  }
  return {};
}

Result<> load_belts(const TomlDocument& file, ReferenceHub& hub, KnownIds& known) {
  HQ_TRY(const auto tables, tables_with_ids(file, "belts"));
  for (const TomlTable* table : tables) {
    Belt belt;
    HQ_TRY(belt.id, table->text("id"));
    HQ_TRY(belt.name, names(*table, "name"));
    known.belts.insert(belt.id);
    hub.belts.push_back(std::move(belt));
  }
  return {};
}

/// A table that is neither is a misspelt one.
Result<> refuse_other_tables(const TomlDocument& file) {
  for (const TomlTable& table : file.tables) {
    if (table.name() == "documents" || table.name() == "belts") continue;
    return fail(ErrorCode::parse_error, fmt::format("[[{}]] is not known here", table.name()),
                fmt::format("此处没有[[{}]]", table.name()), table.where(table.name()));
  }
  return {};
}

}  // namespace

Result<> load_toml(const std::filesystem::path& folder, ReferenceHub& hub, KnownIds& known) {
  HQ_TRY(const std::string bytes, read_file(folder / "hub.toml"));
  HQ_TRY(const TomlDocument file, parse_toml(bytes, "hub.toml"));
  HQ_TRY_VOID(refuse_other_tables(file));
  HQ_TRY(hub.id, file.root.text("id"));
  HQ_TRY(hub.name, names(file.root, "name"));
  HQ_TRY(hub.time_zone, file.root.text("time_zone"));
  HQ_TRY(hub.core_place, file.root.text("core_place"));
  HQ_TRY(hub.core_stops, file.root.texts("core_stops"));
  HQ_TRY(hub.caveat, names(file.root, "caveat"));
  HQ_TRY_VOID(load_documents(file, hub));
  return load_belts(file, hub, known);
}

}  // namespace hq::hub
