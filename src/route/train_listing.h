// read_train_listing: the plain listing in which Chinese trains are passed around, as a Feed.
//
//   G14                                a train number; a blank line ends the train
//   上海<TAB>11:53<TAB>11:53           station, arrival, departure; UTF-8, HH:MM, no date
//
// Such lists are copied from web pages and carry the marks of it; each is found, mended where that
// can be done with reason, and reported:
//  * a train number in the station field (where a train changes its number): the station is looked
//    up by (number, arrival, departure) in the second edition and under the other number;
//  * two runs mixed in one listing (a hop that is too long once the clock is unrolled): the listing
//    of the second edition takes its place, or the train goes;
//  * one train under several numbers: one trip "G1/G4", where both ends agree to the minute and the
//    calls of the one are among those of the other;
//  * stations with a digit behind their name, in no list, without a place, or with one that would
//    need trains of impossible speed.
// Numbers "N1461" stand for trains without a letter and become "1461". Days after the first are
// DERIVED from the running clock, and so is the service class: DAILY, or HOLIDAY by the number
// ranges of extra trains and for G and C trains that depart anywhere between 01:00 and 05:00.
//
//   TrainListingOptions options{.station_files = {"stations.csv"}, .first_day = ..., ...};
//   HQ_TRY(Feed feed, read_train_listing("trains.txt", options, report));
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "route/feed.h"
#include "route/report.h"

namespace hq::route {

struct TrainListingOptions {
  /// Station lists: "@bjb|北京北|VAP|beijingbei|..." (name and telecode), or CSV with the columns
  /// station_id, name, lat, lon and maybe coord_quality. The first id and the first place of a
  /// name count.
  std::vector<std::filesystem::path> station_files = {};

  /// Another listing, older or younger, to mend the first from; empty for none.
  std::filesystem::path second_edition = {};

  Date first_day = {};              // on which DAILY trains run
  Date last_day = {};               // included
  std::vector<Date> holidays = {};  // days of HOLIDAY trains; those before or after do not count

  std::string id = "train-listing";
  std::string title = "Train listing";
  std::string title_zh = "列车时刻表";
  std::string caveat = "Days of running and service classes are derived; the listing has no dates.";
  std::string caveat_zh = "运行日期与开行类别系推定，原始时刻表不含日期。";
  std::string version = {};
  Agency agency = {.id = "CR",
                   .name = "中国铁路",
                   .name_en = "China Railway",
                   .url = "https://www.12306.cn/",
                   .time_zone = "Asia/Shanghai"};
};

/// Fails where a file cannot be read, holds no train, or last_day lies before first_day.
Result<Feed> read_train_listing(const std::filesystem::path& listing,
                                const TrainListingOptions& options, ImportReport& report);

/// A file as text, with the name that reports call it by.
struct NamedText {
  std::string name;
  std::string text = {};
};

/// The same from texts; the paths of `options` are not looked at. An empty second edition is none.
Result<Feed> read_train_listing(const NamedText& listing, const NamedText& second_edition,
                                const std::vector<NamedText>& stations,
                                const TrainListingOptions& options, ImportReport& report);

}  // namespace hq::route
