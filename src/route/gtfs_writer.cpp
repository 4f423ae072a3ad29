#include "route/gtfs_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <string_view>
#include <vector>

#include "base/csv.h"
#include "route/archive.h"
#include "route/feed_summary.h"

namespace hq::route {
namespace {

/// One file: a header, then rows of as many cells.
class TableWriter {
 public:
  explicit TableWriter(std::string_view header) { bytes_.append(header).append("\n"); }

  TableWriter& operator<<(std::string_view cell) {
    if (!row_is_new_) bytes_ += ',';
    row_is_new_ = false;
    append_csv_cell(bytes_, cell);
    return *this;
  }
  TableWriter& operator<<(int64_t number) {
    return *this << std::string_view(fmt::format_int(number).c_str());
  }

  void end_row() {
    bytes_ += '\n';
    row_is_new_ = true;
    ++rows_;
  }

  std::size_t rows() const { return rows_; }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
  bool row_is_new_ = true;
  std::size_t rows_ = 0;
};

/// The shortest decimal text that reads back as the same number.
std::string decimal(double value) {
  return fmt::format("{}", value);
}

template <class Rows>
std::string_view id_or_empty(const Rows& rows, uint32_t index) {
  return index == kNone ? std::string_view() : std::string_view(rows[index].id);
}

std::string agencies(const Feed& feed) {
  TableWriter table("agency_id,agency_name,agency_url,agency_timezone,agency_lang");
  for (const Agency& row : feed.agencies) {
    table << row.id << row.name << row.url << row.time_zone << feed.language;
    table.end_row();
  }
  return table.take();
}

std::string stops(const Feed& feed) {
  const auto any = [&](auto has) { return std::ranges::any_of(feed.stops, has); };
  const bool aliases = any([](const Stop& stop) { return !stop.aliases.empty(); });
  const bool quality = any([](const Stop& stop) { return !stop.position_quality.empty(); });
  std::string header =
      "stop_id,stop_code,stop_name,stop_lat,stop_lon,location_type,parent_station,platform_code";
  if (aliases) header += ",stop_aliases";
  if (quality) header += ",position_quality";
  TableWriter table(header);
  for (const Stop& row : feed.stops) {
    table << row.id << row.code << row.name
          << (row.has_position ? decimal(row.position.lat) : std::string())
          << (row.has_position ? decimal(row.position.lng) : std::string())
          << static_cast<int64_t>(row.kind) << id_or_empty(feed.stops, row.parent)
          << row.platform_code;
    if (aliases) table << fmt::format("{}", fmt::join(row.aliases, "|"));
    if (quality) table << row.position_quality;
    table.end_row();
  }
  return table.take();
}

std::string lines(const Feed& feed) {
  TableWriter table(
      "route_id,agency_id,route_short_name,route_long_name,route_desc,route_type,route_color");
  for (const Line& row : feed.lines) {
    table << row.id << id_or_empty(feed.agencies, row.agency) << row.short_name << row.long_name
          << row.service_class << int64_t{row.type} << row.color;
    table.end_row();
  }
  return table.take();
}

std::string trips(const Feed& feed) {
  TableWriter table("route_id,service_id,trip_id,trip_headsign,trip_short_name,block_id");
  for (const Trip& row : feed.trips) {
    table << feed.lines[row.line].id << feed.services[row.service].id << row.id << row.headsign
          << row.short_name << row.block_id;
    table.end_row();
  }
  return table.take();
}

std::string stop_times(const Feed& feed) {
  const bool rules = std::ranges::any_of(
      feed.stop_times, [](const StopTime& time) { return !time.can_board || !time.can_alight; });
  std::string bytes = "trip_id,arrival_time,departure_time,stop_id,stop_sequence";
  bytes += rules ? ",pickup_type,drop_off_type\n" : "\n";
  for (const Trip& trip : feed.trips) {
    std::string trip_id;
    append_csv_cell(trip_id, trip.id);
    for (uint32_t k = 0; k < trip.stop_time_count; ++k) {
      const StopTime& row = feed.stop_times[trip.first_stop_time + k];
      bytes += trip_id;
      fmt::format_to(std::back_inserter(bytes), ",{},{},", format_clock_seconds(row.arrival),
                     format_clock_seconds(row.departure));
      append_csv_cell(bytes, feed.stops[row.stop].id);
      fmt::format_to(std::back_inserter(bytes), ",{}", k + 1);
      if (rules) {
        fmt::format_to(std::back_inserter(bytes), ",{},{}", row.can_board ? 0 : 1,
                       row.can_alight ? 0 : 1);
      }
      bytes += '\n';
    }
  }
  return bytes;
}

/// Services before the last one with weekdays stand in calendar.txt, all with 0 for those that run
/// by single days, so that a reader meets them in the same order.
std::size_t calendar_rows(const Feed& feed) {
  std::size_t rows = 0;
  for (std::size_t i = 0; i < feed.services.size(); ++i) {
    const Service& service = feed.services[i];
    const bool never_runs = service.added.empty() && service.removed.empty();
    if (service.weekdays != 0 || never_runs) rows = i + 1;
  }
  return rows;
}

std::string calendar(const Feed& feed, std::size_t rows) {
  TableWriter table(
      "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date");
  for (std::size_t i = 0; i < rows; ++i) {
    const Service& row = feed.services[i];
    table << row.id;
    for (int day = 0; day < 7; ++day) table << int64_t{row.weekdays >> day & 1};
    Date first = row.first, last = row.last;
    if (row.weekdays == 0) {
      const auto span = running_days(row);
      first = span ? span->first : Date{};
      last = span ? span->second : Date{};
    }
    table << format_date_basic(first) << format_date_basic(last);
    table.end_row();
  }
  return table.take();
}

TableWriter calendar_dates(const Feed& feed) {
  TableWriter table("service_id,date,exception_type");
  for (const Service& service : feed.services) {
    for (const auto& [days, type] : {std::pair{&service.added, 1}, {&service.removed, 2}}) {
      for (const Date day : *days) {
        table << service.id << format_date_basic(day) << int64_t{type};
        table.end_row();
      }
    }
  }
  return table;
}

std::string frequencies(const Feed& feed) {
  TableWriter table("trip_id,start_time,end_time,headway_secs,exact_times");
  for (const Frequency& row : feed.frequencies) {
    table << feed.trips[row.trip].id << format_clock_seconds(row.start)
          << format_clock_seconds(row.end) << int64_t{row.headway_s} << int64_t{row.exact};
    table.end_row();
  }
  return table.take();
}

std::string transfers(const Feed& feed) {
  const bool narrowed = std::ranges::any_of(feed.transfers, [](const Transfer& row) {
    return std::min({row.from_line, row.to_line, row.from_trip, row.to_trip}) != kNone;
  });
  std::string header = "from_stop_id,to_stop_id,transfer_type,min_transfer_time";
  if (narrowed) header += ",from_route_id,to_route_id,from_trip_id,to_trip_id";
  TableWriter table(header);
  for (const Transfer& row : feed.transfers) {
    const bool timed = row.seconds > 0 || row.kind == TransferKind::minimum_time;
    table << feed.stops[row.from].id << feed.stops[row.to].id << static_cast<int64_t>(row.kind)
          << (timed ? fmt::format("{}", row.seconds) : std::string());
    if (narrowed) {
      table << id_or_empty(feed.lines, row.from_line) << id_or_empty(feed.lines, row.to_line)
            << id_or_empty(feed.trips, row.from_trip) << id_or_empty(feed.trips, row.to_trip);
    }
    table.end_row();
  }
  return table.take();
}

TableWriter translations(const Feed& feed) {
  TableWriter table("table_name,field_name,language,translation,record_id");
  const auto add = [&](std::string_view name, std::string_view field, const auto& rows) {
    for (const auto& row : rows) {
      if (row.name_en.empty()) continue;
      table << name << field << "en" << row.name_en << row.id;
      table.end_row();
    }
  };
  add("agency", "agency_name", feed.agencies);
  add("routes", "route_long_name", feed.lines);
  add("stops", "stop_name", feed.stops);
  return table;
}

std::string feed_info(const Feed& feed) {
  TableWriter table(
      "feed_publisher_name,feed_publisher_url,feed_lang,feed_start_date,feed_end_date,"
      "feed_version,feed_id,feed_title,feed_title_zh,feed_caveat,feed_caveat_zh");
  const FeedSummary summary = summarize(feed);
  const auto day = [](const std::optional<Date>& date) {
    return date ? format_date_basic(*date) : std::string();
  };
  std::string publisher = feed.title.empty() ? feed.id : feed.title;
  if (!feed.caveat.empty()) publisher += fmt::format(" ({})", feed.caveat);
  table << publisher << (feed.agencies.empty() ? std::string() : feed.agencies.front().url)
        << feed.language << day(summary.first_day) << day(summary.last_day) << feed.version
        << feed.id << feed.title << feed.title_zh << feed.caveat << feed.caveat_zh;
  table.end_row();
  return table.take();
}

}  // namespace

Result<std::map<std::string, std::string>> gtfs_files(const Feed& feed) {
  HQ_TRY_VOID(check(feed));
  std::map<std::string, std::string> files;
  files["agency.txt"] = agencies(feed);
  files["stops.txt"] = stops(feed);
  files["routes.txt"] = lines(feed);
  files["trips.txt"] = trips(feed);
  files["stop_times.txt"] = stop_times(feed);
  files["feed_info.txt"] = feed_info(feed);
  if (const std::size_t rows = calendar_rows(feed)) files["calendar.txt"] = calendar(feed, rows);
  if (auto days = calendar_dates(feed); days.rows() > 0) files["calendar_dates.txt"] = days.take();
  if (auto texts = translations(feed); texts.rows() > 0) files["translations.txt"] = texts.take();
  if (!feed.frequencies.empty()) files["frequencies.txt"] = frequencies(feed);
  if (!feed.transfers.empty()) files["transfers.txt"] = transfers(feed);
  return files;
}

Result<> write_gtfs(const Feed& feed, const std::filesystem::path& zip_or_folder) {
  HQ_TRY(const auto files, gtfs_files(feed));
  return write_archive(files, zip_or_folder);
}

}  // namespace hq::route
