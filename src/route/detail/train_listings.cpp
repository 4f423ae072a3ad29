#include "route/detail/train_listings.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "base/text.h"
#include "base/time.h"
#include "route/detail/gtfs_table.h"
#include "route/detail/train_numbers.h"

namespace hq::route {
namespace {

using enum DefectKind;
using enum DefectAction;

constexpr int32_t kDay = 24 * 3600;
constexpr std::string_view kBlanks = " \t\r";

std::string at(const std::string& file, std::size_t line) {
  return fmt::format("{}:{}", file, line);
}

/// The part of `line` before the next tab, which is taken off.
std::string_view take_field(std::string_view& line) {
  const std::size_t tab = line.find('\t');
  const std::string_view field = trimmed(line.substr(0, tab), kBlanks);
  line = tab == std::string_view::npos ? std::string_view() : line.substr(tab + 1);
  return field;
}

class ListingParser {
 public:
  ListingParser(const NamedText& text, ImportReport& report) : text_(text), report_(report) {}

  std::vector<Listing> parse() {
    std::string_view rest = text_.text;
    if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
    while (!rest.empty()) {
      const std::size_t end = rest.find('\n');
      ++line_;
      read_line(rest.substr(0, end));
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    close();
    return std::move(listings_);
  }

 private:
  void read_line(std::string_view line) {
    if (trimmed(line, kBlanks).empty()) {
      close();
    } else if (trimmed(line, kBlanks).find('\t') == std::string_view::npos) {
      close();
      open(trimmed(line, kBlanks));
    } else {
      read_call(line);
    }
  }

  void open(std::string_view text) {
    open_ = Listing{.line = line_};
    if (const auto number = train_number(text)) {
      open_->numbers = {*number};
      if (numbers_.insert(*number).second) return;
      report_.add(duplicate_id, dropped, at(text_.name, line_),
                  fmt::format("train {} is listed further up already", *number));
    } else {
      report_.add(bad_value, dropped, at(text_.name, line_),
                  fmt::format("'{}' is no train number; its calls go", valid_utf8(text)));
    }
    open_->numbers.clear();
  }

  void close() {
    if (open_ && !open_->numbers.empty()) {
      if (open_->calls.empty()) {
        report_.add(trip_without_stop_times, dropped, at(text_.name, open_->line),
                    fmt::format("train {}", open_->numbers[0]));
      } else {
        listings_.push_back(*std::move(open_));
      }
    }
    open_.reset();
  }

  void read_call(std::string_view line) {
    if (!open_) {
      report_.add(broken_row, dropped, at(text_.name, line_), "a call without a train number");
      return;
    }
    ListedCall call{.line = line_};
    const std::string_view station = take_field(line), arrival = take_field(line),
                           departure = take_field(line);
    const auto arrives = parse_clock(arrival), departs = parse_clock(departure);
    if (station.empty() || !line.empty()) {
      report_.add(broken_row, dropped, at(text_.name, line_), "not station, arrival, departure");
      return;
    }
    if (!arrives || !departs || *arrives >= kDay || *departs >= kDay) {
      report_.add(bad_value, dropped, at(text_.name, line_),
                  fmt::format("'{}', '{}' are not two times of the day", valid_utf8(arrival),
                              valid_utf8(departure)));
      return;
    }
    call.station = valid_utf8(station);
    if (call.station != station) {
      report_.add(bad_value, repaired, at(text_.name, line_),
                  fmt::format("'{}' is not UTF-8", call.station));
    }
    call.arrival = *arrives;
    call.departure = *departs;
    open_->calls.push_back(std::move(call));
  }

  const NamedText& text_;
  ImportReport& report_;
  std::size_t line_ = 0;
  std::optional<Listing> open_;  // without numbers: calls that go with their train
  std::vector<Listing> listings_;
  std::set<std::string> numbers_;
};

/// Which station has this arrival and departure under this number.
class StationIndex {
 public:
  /// `numbers`: those that will be asked for; nearly all are not.
  explicit StationIndex(std::set<std::string> numbers) : numbers_(std::move(numbers)) {}

  void add(const std::vector<Listing>& listings) {
    for (const Listing& listing : listings) {
      if (!numbers_.contains(listing.numbers[0])) continue;
      for (const ListedCall& call : listing.calls) {
        if (train_number(call.station)) continue;
        station_of_.emplace(Key(listing.numbers[0], call.arrival, call.departure), call.station);
      }
    }
  }

  const std::string* find(const std::string& number, const ListedCall& call) const {
    const auto found = station_of_.find(Key(number, call.arrival, call.departure));
    return found == station_of_.end() ? nullptr : &found->second;
  }

 private:
  using Key = std::tuple<std::string, int32_t, int32_t>;
  std::set<std::string> numbers_;
  std::map<Key, std::string> station_of_;
};

/// One call where a station stands twice in a row: arrival of the first, departure of the second.
void join_repeated_stations(Listing& listing, const std::string& file, ImportReport& report) {
  auto& calls = listing.calls;
  for (std::size_t i = 1; i < calls.size();) {
    if (calls[i].station != calls[i - 1].station) {
      ++i;
      continue;
    }
    report.add(duplicate_id, repaired, at(file, calls[i].line),
               fmt::format("train {}: {} twice in a row; made one call", listing.numbers[0],
                           calls[i].station));
    calls[i - 1].departure = calls[i].departure;
    calls.erase(calls.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

/// Whether the calls of `part` are all among those of `whole`, in order.
bool is_part_of(const std::vector<ListedCall>& part, const std::vector<ListedCall>& whole) {
  std::size_t next = 0;
  for (const ListedCall& call : whole) {
    if (next < part.size() && part[next].same_as(call)) ++next;
  }
  return next == part.size();
}

}  // namespace

std::vector<Listing> parse_listings(const NamedText& text, ImportReport& report) {
  return ListingParser(text, report).parse();
}

void restore_stations(std::vector<Listing>& listings, const std::vector<Listing>& second,
                      const std::string& file, ImportReport& report) {
  std::set<std::string> numbers;
  for (const Listing& listing : listings) {
    for (const ListedCall& call : listing.calls) {
      const auto other = train_number(call.station);
      if (other) numbers.insert({listing.numbers[0], *other});
    }
  }
  StationIndex index(std::move(numbers));
  index.add(second);
  index.add(listings);
  for (Listing& listing : listings) {
    const std::string& own = listing.numbers[0];
    std::erase_if(listing.calls, [&](ListedCall& call) {
      const auto other = train_number(call.station);
      if (!other) return false;
      const std::string* station = index.find(own, call);
      if (station == nullptr) station = index.find(*other, call);
      report.add(number_in_station_field, station == nullptr ? dropped : repaired,
                 at(file, call.line),
                 fmt::format("train {}: '{}'{}", own, call.station,
                             station == nullptr ? " could not be resolved; the call goes"
                                                : " is " + *station));
      if (station == nullptr) return true;
      call.station = *station;
      return false;
    });
  }
}

bool unroll(std::vector<ListedCall>& calls, int32_t hop_max) {
  if (calls.empty()) return true;
  std::vector<ListedCall> unrolled = calls;
  unrolled[0].arrival = unrolled[0].departure;
  int32_t clock = unrolled[0].departure;
  // The next time of day `seconds` at or after `clock`; false where that is too far off.
  const auto advance = [&clock, hop_max](int32_t& seconds) {
    const int32_t wait = ((seconds - clock) % kDay + kDay) % kDay;
    clock += wait;
    seconds = clock;
    return wait < hop_max && clock < kClockEnd;
  };
  for (std::size_t i = 1; i < unrolled.size(); ++i) {
    if (!advance(unrolled[i].arrival) || !advance(unrolled[i].departure)) return false;
  }
  calls = std::move(unrolled);
  return true;
}

void replace_scrambled(std::vector<Listing>& listings, const std::vector<Listing>& second,
                       const std::string& file, ImportReport& report) {
  std::unordered_map<std::string, const Listing*> second_of;
  for (const Listing& listing : second) second_of.emplace(listing.numbers[0], &listing);
  std::erase_if(listings, [&](Listing& listing) {
    const std::string where = at(file, listing.line);
    const std::string train = "train " + listing.numbers[0];
    join_repeated_stations(listing, file, report);
    if (listing.calls.size() < 2) {
      report.add(trip_with_one_stop, dropped, where, train);
      return true;
    }
    const int32_t hop_max = hop_seconds_max(listing.numbers[0]);
    if (unroll(listing.calls, hop_max)) return false;
    const auto other = second_of.find(listing.numbers[0]);
    if (other != second_of.end()) {
      std::vector<ListedCall> calls = other->second->calls;
      const bool clean = std::ranges::none_of(
          calls, [](const ListedCall& call) { return train_number(call.station).has_value(); });
      if (clean && calls.size() >= 2 && unroll(calls, hop_max)) {
        report.add(scrambled_listing, repaired, where,
                   train + ": replaced by the listing of the second edition");
        listing.calls = std::move(calls);
        return false;
      }
    }
    report.add(scrambled_listing, dropped, where, train + ": time runs back within the run");
    return true;
  });
}

std::vector<Listing> merge_twins(std::vector<Listing> listings, const std::string& file,
                                 ImportReport& report) {
  using Ends = std::tuple<std::string, int32_t, std::string, int32_t>;
  std::map<Ends, std::vector<std::size_t>> of_ends;
  for (std::size_t i = 0; i < listings.size(); ++i) {
    const ListedCall& first = listings[i].calls.front();
    const ListedCall& last = listings[i].calls.back();
    of_ends[{first.station, first.departure, last.station, last.arrival}].push_back(i);
  }
  std::vector<bool> merged(listings.size());
  for (auto& [ends, group] : of_ends) {
    // The fullest listing first: the others may be parts of it.
    std::ranges::sort(group, [&](std::size_t a, std::size_t b) {
      const std::size_t calls_a = listings[a].calls.size(), calls_b = listings[b].calls.size();
      return calls_a != calls_b ? calls_a > calls_b : a < b;
    });
    for (std::size_t k = 1; k < group.size(); ++k) {
      Listing& twin = listings[group[k]];
      for (std::size_t j = 0; j < k && !merged[group[k]]; ++j) {
        Listing& whole = listings[group[j]];
        if (merged[group[j]] || !is_part_of(twin.calls, whole.calls)) continue;
        report.add(
            twin_listing, repaired, at(file, twin.line),
            fmt::format("train {} is train {}; made one", twin.numbers[0], whole.numbers[0]));
        whole.numbers.push_back(twin.numbers[0]);
        merged[group[k]] = true;
      }
    }
  }
  std::vector<Listing> trains;
  for (std::size_t i = 0; i < listings.size(); ++i) {
    if (merged[i]) continue;
    std::ranges::sort(listings[i].numbers, number_before);
    trains.push_back(std::move(listings[i]));
  }
  return trains;
}

}  // namespace hq::route
