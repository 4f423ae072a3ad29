// feed_info.txt and translations.txt: what a feed is called, and its names in other languages.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "route/detail/gtfs_import.h"

namespace hq::route {
namespace {

bool is_language(std::string_view tag, std::string_view language) {
  if (tag.size() < language.size()) return false;
  for (std::size_t i = 0; i < language.size(); ++i) {
    if ((tag[i] | 0x20) != language[i]) return false;  // ASCII letters, either case
  }
  return tag.size() == language.size() || tag[language.size()] == '-' ||
         tag[language.size()] == '_';
}

/// Rows that were understood and have no place in a Feed, counted by what they are.
class Unplaced {
 public:
  void add(std::string what) { ++counts_[std::move(what)]; }
  void report_to(ImportReport& report) const {
    for (const auto& [what, count] : counts_) {
      report.add(DefectKind::unsupported_feature, DefectAction::noted, "translations.txt",
                 fmt::format("{} translations of {}", count, what));
    }
  }

 private:
  std::map<std::string, uint64_t> counts_;
};

/// Puts one translation where it belongs.
class Translator {
 public:
  Translator(GtfsImport& import, Unplaced& unplaced) : import_(import), unplaced_(unplaced) {
    for (uint32_t i = 0; i < import.feed.stops.size(); ++i) {
      stops_named_[import.feed.stops[i].name].push_back(i);
    }
  }

  void place_stop(uint32_t stop, std::string_view language, const std::string& text) {
    Stop& of = import_.feed.stops[stop];
    if (is_language(language, "en")) {
      of.name_en = text;
    } else if (is_language(language, "zh") && !is_language(import_.feed.language, "zh")) {
      const bool fresh = text != of.name && text.find('|') == std::string::npos &&
                         std::find(of.aliases.begin(), of.aliases.end(), text) == of.aliases.end();
      if (fresh && !text.empty()) of.aliases.push_back(text);
    } else {
      unplaced_.add(fmt::format("stop names into '{}'", language));
    }
  }

  /// By value: every stop that has this name.
  bool place_stops_named(const std::string& name, std::string_view language,
                         const std::string& text) {
    const auto found = stops_named_.find(name);
    if (found == stops_named_.end()) return false;
    for (const uint32_t stop : found->second) place_stop(stop, language, text);
    return true;
  }

 private:
  GtfsImport& import_;
  Unplaced& unplaced_;
  std::unordered_map<std::string, std::vector<uint32_t>> stops_named_;
};

/// The name of an agency or line in English; `published` gives the name that it translates.
template <class Row, class Published>
bool place_english(std::vector<Row>& rows, uint32_t index, const std::string& value,
                   const std::string& text, Published published) {
  bool placed = false;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (index != kNone ? i != index : published(rows[i]) != value) continue;
    rows[i].name_en = text;
    placed = true;
  }
  return placed;
}

struct Columns {
  int table, field, language, text, record, record_sub, value;
};

class TranslationReader {
 public:
  TranslationReader(GtfsImport& import, GtfsTable& table, const Columns& columns)
      : import_(import), table_(table), columns_(columns), translator_(import, unplaced_) {}

  void read_row() {
    const std::string name = table_.text(columns_.table) + "." + table_.text(columns_.field);
    const std::string language = table_.text(columns_.language);
    const std::string text = table_.text(columns_.text);
    const std::string value = table_.text(columns_.value);
    const bool by_record = !table_.cell(columns_.record).empty();
    if (name == "stops.stop_name") {
      if (!by_record) {
        if (!translator_.place_stops_named(value, language, text)) unknown(columns_.value);
        return;
      }
      const uint32_t stop =
          import_.resolve(table_, columns_.record, import_.stop_of, DefectAction::dropped);
      if (stop != kNone) translator_.place_stop(stop, language, text);
      return;
    }
    const bool agency = name == "agency.agency_name";
    if ((!agency && name != "routes.route_long_name") || !is_language(language, "en")) {
      unplaced_.add(fmt::format("{} into '{}'", name, language));
      return;
    }
    uint32_t index = kNone;
    if (by_record) {
      const IdMap& ids = agency ? import_.agency_of : import_.line_of;
      index = import_.resolve(table_, columns_.record, ids, DefectAction::dropped);
      if (index == kNone) return;
    }
    const bool placed = agency
                            ? place_english(import_.feed.agencies, index, value, text,
                                            [](const Agency& row) -> auto& { return row.name; })
                            : place_english(import_.feed.lines, index, value, text,
                                            [](const Line& row) -> auto& { return row.long_name; });
    if (!placed) unknown(columns_.value);
  }

  /// The older form of the file: trans_id is the text that is translated, mostly of stops.
  void read_old_row() {
    const std::string value = table_.text(columns_.value);
    const bool placed = translator_.place_stops_named(value, table_.text(columns_.language),
                                                      table_.text(columns_.text));
    if (!placed) unplaced_.add("texts that are no stop name");
  }

  void finish() { unplaced_.report_to(import_.report); }

 private:
  void unknown(int column) {
    table_.report(DefectKind::unknown_reference, DefectAction::dropped, column,
                  fmt::format("nothing is called '{}'", valid_utf8(table_.cell(column))));
  }

  GtfsImport& import_;
  GtfsTable& table_;
  Columns columns_;
  Unplaced unplaced_;
  Translator translator_;
};

}  // namespace

Result<> GtfsImport::read_feed_info() {
  if (!archive.has("feed_info.txt")) return {};
  HQ_TRY(GtfsTable table, GtfsTable::open(archive, "feed_info.txt", report));
  const int publisher = table.column("feed_publisher_name"), language = table.column("feed_lang"),
            version = table.column("feed_version"), id = table.column("feed_id"),
            title = table.column("feed_title"), title_zh = table.column("feed_title_zh"),
            caveat = table.column("feed_caveat"), caveat_zh = table.column("feed_caveat_zh");
  // The dates bound the calendars, which are read as they are.
  for (const char* extra : {"feed_publisher_url", "feed_start_date", "feed_end_date",
                            "feed_contact_email", "feed_contact_url", "default_lang"}) {
    table.ignore_column(extra);
  }
  if (table.next()) {
    feed.id = table.text(id);
    feed.title = table.text(title);
    feed.title_zh = table.text(title_zh);
    feed.caveat = table.text(caveat);
    feed.caveat_zh = table.text(caveat_zh);
    feed.version = table.text(version);
    feed.language = table.text(language);
    if (feed.title.empty()) feed.title = table.text(publisher);
  }
  while (table.next()) {
    table.report(DefectKind::duplicate_id, DefectAction::dropped, -1, "a second row");
  }
  return table.finish();
}

Result<> GtfsImport::read_translations() {
  if (!archive.has("translations.txt")) return {};
  HQ_TRY(GtfsTable table, GtfsTable::open(archive, "translations.txt", report));
  Columns columns{};
  const bool old = table.column("table_name") < 0 && table.column("trans_id") >= 0;
  if (old) {
    columns = {-1, -1, table.column("lang"),    table.column("translation"),
               -1, -1, table.column("trans_id")};
  } else {
    HQ_TRY(columns.table, table.require_column("table_name"));
    HQ_TRY(columns.field, table.require_column("field_name"));
    HQ_TRY(columns.language, table.require_column("language"));
    HQ_TRY(columns.text, table.require_column("translation"));
    columns.record = table.column("record_id");
    columns.record_sub = table.column("record_sub_id");
    columns.value = table.column("field_value");
  }
  TranslationReader reader(*this, table, columns);
  while (table.next()) {
    if (old) {
      reader.read_old_row();
    } else {
      reader.read_row();
    }
  }
  reader.finish();
  return table.finish();
}

}  // namespace hq::route
