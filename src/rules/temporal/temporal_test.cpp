#include "rules/temporal/temporal.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "rules/temporal/temporal_testing.h"

namespace hq::rules {
namespace {

using Row = std::array<std::string_view, 2>;

/// Each text reads as its right side; "" stands for an error.
template <class Parse>
void expect_texts(const Parse& parse, const std::vector<Row>& rows) {
  for (const auto& [given, expected] : rows) {
    const auto value = parse(given);
    EXPECT_EQ(value.has_value(), !expected.empty()) << given;
    if (value) {
      EXPECT_EQ(shown(*value), expected) << given;
    } else {
      EXPECT_TRUE(value.error().code == ErrorCode::parse_error ||
                  value.error().code == ErrorCode::not_found);
      EXPECT_FALSE(value.error().message.empty() || value.error().message_zh.empty());
    }
  }
}

struct Sum {
  std::string_view a;
  char operation;
  std::string_view b;
  std::string_view expected;
};

void expect_results(const std::vector<Sum>& sums) {
  for (const auto& [a, operation, b, expected] : sums) {
    EXPECT_EQ(result(a, operation, b), expected) << a << ' ' << operation << ' ' << b;
  }
}

Date day(std::string_view text) {
  return parse_date(text).value();
}

TEST(TemporalText, dates_have_four_to_nine_digits_of_year) {
  expect_texts(parse_date, {{"2026-11-22", "2026-11-22"},
                            {"0001-01-01", "0001-01-01"},
                            {"0000-02-29", "0000-02-29"},
                            {"-0044-03-15", "-0044-03-15"},
                            {"12026-01-01", "12026-01-01"},
                            {"999999999-12-31", "999999999-12-31"},
                            {"-999999999-01-01", "-999999999-01-01"},
                            {"2024-02-29", "2024-02-29"},
                            {"2000-02-29", "2000-02-29"},
                            {"2023-02-29", ""},
                            {"1900-02-29", ""},
                            {"2026-04-31", ""},
                            {"2026-00-01", ""},
                            {"2026-13-01", ""},
                            {"2026-01-00", ""},
                            {"2026-01-32", ""},
                            {"998-12-31", ""},
                            {"01211-12-31", ""},
                            {"1000000000-01-01", ""},
                            {"+2026-01-01", ""},
                            {"-0000-01-01", ""},
                            {"--2026-01-01", ""},
                            {"2026-1-01", ""},
                            {"2026-01-1", ""},
                            {"2026-01-01Z", ""},
                            {" 2026-01-01", ""},
                            {"2026-01-01 ", ""},
                            {"20260101", ""},
                            {"", ""},
                            {"二〇二六", ""}});
}

TEST(TemporalText, times_have_fractions_and_zones) {
  expect_texts(parse_time, {{"08:00:00", "08:00:00"},
                            {"23:59:59.999999999", "23:59:59.999999999"},
                            {"08:00:00.250", "08:00:00.25"},
                            {"08:00:00.000", "08:00:00"},
                            {"08:00:00.1234567899", "08:00:00.123456789"},
                            {"24:00:00", "00:00:00"},
                            {"24:00:00.0Z", "00:00:00Z"},
                            {"08:00:00Z", "08:00:00Z"},
                            {"08:00:00+00:00", "08:00:00Z"},
                            {"08:00:00-00:00", "08:00:00Z"},
                            {"08:00:00+08:00", "08:00:00+08:00"},
                            {"08:00:00-03:30", "08:00:00-03:30"},
                            {"08:00:00-02:45:55", "08:00:00-02:45:55"},
                            {"08:00:00+18:00", "08:00:00+18:00"},
                            {"08:00:00.5@Asia/Shanghai", "08:00:00.5@Asia/Shanghai"},
                            {"08:00:00@Etc/UTC", "08:00:00@Etc/UTC"},
                            {"24:00:01", ""},
                            {"24:00:00.1", ""},
                            {"24:01:00", ""},
                            {"25:00:00", ""},
                            {"08:60:00", ""},
                            {"08:00:60", ""},
                            {"8:00:00", ""},
                            {"08:0:00", ""},
                            {"08:00:0", ""},
                            {"08:00", ""},
                            {"08:00:00.", ""},
                            {"08:00:00,5", ""},
                            {"08:00:00z", ""},
                            {"08:00:00+18:01", ""},
                            {"08:00:00+18:00:01", ""},
                            {"08:00:00+19:00", ""},
                            {"08:00:00+08:60", ""},
                            {"08:00:00+8:00", ""},
                            {"08:00:00+0800", ""},
                            {"08:00:00+08:00@Asia/Shanghai", ""},
                            {"08:00:00@", ""},
                            {"08:00:00@Mars/Olympus", ""},
                            {"08:00:00@../../etc/passwd", ""},
                            {"-08:00:00", ""},
                            {"", ""}});
}

TEST(TemporalText, dates_with_times) {
  expect_texts(parse_date_time, {{"2026-11-22T08:00:00", "2026-11-22T08:00:00"},
                                 {"2026-11-22", "2026-11-22T00:00:00"},
                                 {"2026-12-31T24:00:00", "2027-01-01T00:00:00"},
                                 {"2026-12-31T24:00:00+08:00", "2027-01-01T00:00:00+08:00"},
                                 {"-999999999-01-01T00:00:00Z", "-999999999-01-01T00:00:00Z"},
                                 {"999999999-12-31T23:59:59.999999999@Europe/Paris",
                                  "999999999-12-31T23:59:59.999999999@Europe/Paris"},
                                 {"999999999-12-31T24:00:00", ""},
                                 {"2026-11-22T", ""},
                                 {"2026-11-22 08:00:00", ""},
                                 {"2026-11-22t08:00:00", ""},
                                 {"08:00:00", ""},
                                 {"2026-02-30T08:00:00", ""},
                                 {"2026-11-22T08:00:00+08:00@Asia/Shanghai", ""},
                                 {"2026-11-22T08:00:00@xyz/abc", ""}});
}

TEST(TemporalText, durations_are_normalised) {
  expect_texts(parse_duration, {{"P1DT2H3M4.5S", "P1DT2H3M4.5S"},
                                {"PT24H", "P1D"},
                                {"PT90M", "PT1H30M"},
                                {"PT3661S", "PT1H1M1S"},
                                {"-PT36H", "-P1DT12H"},
                                {"PT0.000000001S", "PT0.000000001S"},
                                {"-PT0.5S", "-PT0.5S"},
                                {"P0D", "PT0S"},
                                {"-PT0S", "PT0S"},
                                {"P007D", "P7D"},
                                {"P106751991167300D", "P106751991167300D"},
                                {"PT9223372036854775807S", ""},
                                {"P1Y2M", "P1Y2M"},
                                {"P26M", "P2Y2M"},
                                {"-P18M", "-P1Y6M"},
                                {"P12M", "P1Y"},
                                {"P0Y", "P0M"},
                                {"-P0M", "P0M"},
                                {"P100000000000000000Y", "P100000000000000000Y"},
                                {"P1000000000000000000Y", ""},
                                {"P106751991167301D", ""},
                                {"P99999999999999999999D", ""},
                                {"P", ""},
                                {"PT", ""},
                                {"P1DT", ""},
                                {"P1", ""},
                                {"1D", ""},
                                {"P1H", ""},
                                {"PT1D", ""},
                                {"P-1D", ""},
                                {"+P1D", ""},
                                {"P1Y1D", ""},
                                {"P1YT1H", ""},
                                {"P1M1Y", ""},
                                {"PT1M1H", ""},
                                {"P1.5D", ""},
                                {"PT.5S", ""},
                                {"PT1.S", ""},
                                {"PT1H ", ""},
                                {"p1d", ""},
                                {"-", ""},
                                {"", ""}});
}

TEST(TemporalText, an_at_literal_is_what_its_form_says) {
  const auto kind = [](std::string_view text) { return parse_temporal(text).value().index(); };
  EXPECT_EQ(kind("2026-11-22"), 0U);
  EXPECT_EQ(kind("-2026-11-22"), 0U);
  EXPECT_EQ(kind("08:00:00@America/Toronto"), 1U);
  EXPECT_EQ(kind("2026-11-22T08:00:00"), 2U);
  EXPECT_EQ(kind("-P1D"), 3U);
  EXPECT_EQ(kind("P1M"), 4U);
  EXPECT_FALSE(parse_temporal("foo").has_value());
  EXPECT_FALSE(parse_temporal("").has_value());
}

TEST(TemporalText, an_error_shows_the_start_of_a_long_text_in_whole_characters) {
  std::string long_text;
  for (int i = 0; i < 40; ++i) long_text += "年";
  const Error error = parse_date(long_text).error();
  EXPECT_TRUE(error.message.starts_with("\"年年"));
  EXPECT_TRUE(error.message.find("年…\"") != std::string::npos) << error.message;
  EXPECT_LT(error.message.size(), 130U);
}

TEST(TemporalParts, of_a_date) {
  const Date date = day("2026-11-22");
  EXPECT_EQ(date.civil(), (CivilDate{2026, 11, 22}));
  EXPECT_EQ(date.weekday(), 7);
  EXPECT_EQ(date.day_of_year(), 326);
  EXPECT_EQ(text(date.last_day_of_month()), "2026-11-30");
  EXPECT_EQ(text(day("2024-02-01").last_day_of_month()), "2024-02-29");
  EXPECT_EQ(day("2020-12-31").day_of_year(), 366);
  EXPECT_EQ(day("1970-01-01").weekday(), 4);
  EXPECT_EQ(day("-0001-12-31").days + 1, day("0000-01-01").days);
  EXPECT_FALSE(Date::from_civil(kYearMax + 1, 1, 1).has_value());
  EXPECT_FALSE(Date::from_civil(2026, INT64_MAX, 1).has_value());
  EXPECT_FALSE(Date::from_civil(2026, 1, INT64_MIN).has_value());
}

TEST(TemporalParts, week_of_year_by_iso_8601) {
  // The examples of ISO 8601 around the turn of a year.
  for (const auto& [date, week] :
       std::vector<std::pair<std::string_view, int>>{{"2005-01-01", 53},
                                                     {"2005-01-03", 1},
                                                     {"2005-12-31", 52},
                                                     {"2007-01-01", 1},
                                                     {"2007-12-30", 52},
                                                     {"2007-12-31", 1},
                                                     {"2008-12-29", 1},
                                                     {"2008-12-31", 1},
                                                     {"2009-12-31", 53},
                                                     {"2010-01-03", 53},
                                                     {"2010-01-04", 1},
                                                     {"2019-09-17", 38}}) {
    EXPECT_EQ(day(date).week_of_year(), week) << date;
  }
}

TEST(TemporalParts, of_a_time) {
  const Time time = parse_time("21:43:05.25").value();
  EXPECT_EQ(time.hour(), 21);
  EXPECT_EQ(time.minute(), 43);
  EXPECT_EQ(time.second().text(), "5.25");
  EXPECT_EQ(Time::from_parts(21, 43, *Decimal::parse("5.25")), time);
  EXPECT_EQ(text(*Time::from_parts(0, 0, *Decimal::parse("59.9999999999"))), "00:00:59.999999999");
  EXPECT_FALSE(Time::from_parts(24, 0, Decimal(0)).has_value());
  EXPECT_FALSE(Time::from_parts(0, 60, Decimal(0)).has_value());
  EXPECT_FALSE(Time::from_parts(0, 0, Decimal(60)).has_value());
  EXPECT_FALSE(Time::from_parts(0, 0, *Decimal::parse("-0.1")).has_value());
  EXPECT_FALSE(Time::from_parts(-1, 0, Decimal(0)).has_value());
}

TEST(TemporalParts, of_durations_have_their_sign) {
  const DaysDuration days = parse_days_duration("-P3DT4H5M6.7S").value();
  EXPECT_EQ(days.days(), -3);
  EXPECT_EQ(days.hours(), -4);
  EXPECT_EQ(days.minutes(), -5);
  EXPECT_EQ(days.seconds().text(), "-6.7");
  EXPECT_EQ(days.total_seconds().text(), "-273906.7");
  const MonthsDuration months = parse_months_duration("-P2Y7M").value();
  EXPECT_EQ(months.years(), -2);
  EXPECT_EQ(months.months_of_year(), -7);
}

TEST(TemporalParts, offsets) {
  const auto offset = [](std::string_view text) {
    return shown(time_offset(parse_date_time(text).value()));
  };
  EXPECT_EQ(offset("2026-11-22T08:00:00+05:30"), "PT5H30M");
  EXPECT_EQ(offset("2026-11-22T08:00:00Z"), "PT0S");
  EXPECT_EQ(offset("2026-11-22T08:00:00"), "none");
  EXPECT_EQ(offset("2026-01-01T08:00:00@Europe/Paris"), "PT1H");
  EXPECT_EQ(offset("2026-07-01T08:00:00@Europe/Paris"), "PT2H");
  EXPECT_EQ(shown(time_offset(parse_time("08:00:00@Europe/Paris").value())), "none");
  EXPECT_EQ(shown(time_offset(parse_time("08:00:00@Etc/GMT-5").value())), "PT5H");
}

TEST(TemporalSums, dates_and_durations) {
  expect_results({
      {"2021-01-31", '+', "P1M", "2021-02-28"},
      {"2020-01-31", '+', "P1M", "2020-02-29"},
      {"2020-02-29", '+', "P1Y", "2021-02-28"},
      {"2020-02-29", '-', "P4Y", "2016-02-29"},
      {"2021-03-31", '-', "P1M", "2021-02-28"},
      {"2021-01-01", '-', "P1M", "2020-12-01"},
      {"-0001-12-01", '+', "P1M", "0000-01-01"},
      {"2021-01-01", '+', "PT23H", "2021-01-01"},
      {"2021-01-01", '+', "PT36H", "2021-01-02"},
      {"2021-01-02", '-', "PT1S", "2021-01-01"},
      {"2021-01-02", '-', "PT25H", "2020-12-31"},
      {"2021-01-02", '-', "-PT1M", "2021-01-02"},
      {"2021-01-02", '-', "1995-01-01", "P9498D"},
      {"999999999-12-31", '+', "P1D", "none"},
      {"999999999-12-01", '+', "P1M", "none"},
      {"-999999999-01-01", '-', "PT1S", "none"},
      {"-999999999-01-01", '-', "P1M", "none"},
      {"2021-01-01", '+', "P100000000000000000Y", "none"},
      {"999999999-12-31", '-', "-999999999-01-01", "P730484999633D"},
      {"2021-01-01", '+', "2021-01-01", "none"},
  });
}

TEST(TemporalSums, times_go_round_the_clock) {
  expect_results({
      {"10:15:00", '+', "PT1H", "11:15:00"},
      {"23:15:00+11:00", '+', "PT1H", "00:15:00+11:00"},
      {"00:15:00", '-', "PT1H", "23:15:00"},
      {"10:15:00@Europe/Paris", '+', "P7D", "10:15:00@Europe/Paris"},
      {"10:15:00", '-', "PT0.5S", "10:14:59.5"},
      {"10:15:00", '-', "11:15:00", "-PT1H"},
      {"10:15:00Z", '-', "11:15:00+01:00", "PT0S"},
      {"10:15:00@Etc/UTC", '-', "10:15:00-01:00", "-PT1H"},
      {"10:15:00@Europe/Paris", '-', "09:15:00@Europe/Paris", "PT1H"},
      {"10:15:00@Europe/Paris", '-', "09:15:00Z", "none"},
      {"10:15:00", '-', "09:15:00Z", "none"},
      {"10:15:00", '+', "P1M", "none"},
  });
}

TEST(TemporalSums, dates_with_times) {
  expect_results({
      {"2021-01-01T23:30:00", '+', "PT1H", "2021-01-02T00:30:00"},
      {"2021-01-31T10:10:10+11:00", '+', "P1M", "2021-02-28T10:10:10+11:00"},
      {"2021-01-01T24:00:00", '-', "PT1S", "2021-01-01T23:59:59"},
      {"2021-01-02T10:10:10@Europe/Paris", '-', "2021-01-01T10:10:10@Asia/Dhaka", "P1DT5H"},
      {"2021-01-02T10:10:10", '-', "2021-01-01T10:10:10", "P1D"},
      {"2021-01-02T10:10:10", '-', "2021-01-01T10:10:10Z", "none"},
      {"2021-01-02T10:10:10Z", '-', "2021-01-02", "PT10H10M10S"},
      {"2021-01-02", '-', "2021-01-02T10:10:10+11:00", "PT49M50S"},
      {"2021-01-02", '-', "2021-01-02T10:10:10", "none"},
      {"999999999-12-31T23:59:59", '+', "PT1S", "none"},
      {"999999999-12-31T23:59:59-18:00", '-', "-999999999-01-01T00:00:00+18:00",
       "P730484999635DT11H59M59S"},
  });
}

TEST(TemporalSums, durations) {
  expect_results({
      {"P1D", '-', "PT2H", "PT22H"},
      {"P1Y", '-', "P14M", "-P2M"},
      {"P106751991167300D", '+', "P1D", "none"},
      {"-P106751991167300D", '-', "P1D", "none"},
      {"P100000000000000000Y", '*', "10", "none"},
      {"P1D", '+', "P1M", "none"},
      {"PT23H", '*', "2.5", "P2DT9H30M"},
      {"P1D", '*', "-0.5", "-PT12H"},
      {"PT1S", '/', "3", "PT0.333333333S"},
      {"-PT1S", '/', "3", "-PT0.333333333S"},
      {"P1D", '/', "0", "none"},
      {"P10Y11M", '/', "2.5", "P4Y4M"},
      {"P10Y11M", '/', "-2.5", "-P4Y4M"},
      {"P1Y11M", '*', "-2.5", "-P4Y9M"},
      {"P1M", '/', "0", "none"},
      {"P1D", '/', "PT8H", "3"},
      {"P1Y", '/', "P5M", "2.4"},
      {"P1D", '/', "PT0S", "none"},
      {"P1Y", '/', "P0M", "none"},
      {"P1D", '/', "P1M", "none"},
      {"P1D", '*', "P1D", "none"},
  });
}

TEST(TemporalSums, whole_months_between_days) {
  const auto between = [](std::string_view from, std::string_view to) {
    return text(months_between(day(from), day(to)));
  };
  EXPECT_EQ(between("2011-12-22", "2013-08-24"), "P1Y8M");
  EXPECT_EQ(between("2013-08-24", "2011-12-22"), "-P1Y8M");
  EXPECT_EQ(between("2016-08-25", "2017-08-10"), "P11M");
  EXPECT_EQ(between("2021-01-31", "2021-02-28"), "P0M");
  EXPECT_EQ(between("2021-02-28", "2021-01-31"), "P0M");
  EXPECT_EQ(between("2014-12-31", "-2019-10-01"), "-P4033Y2M");
  EXPECT_EQ(between("-999999999-01-01", "999999999-12-31"), "P1999999998Y11M");
}

TEST(TemporalOrder, compares_by_value) {
  expect_results({
      {"2021-01-01", '?', "2021-01-02", "less"},
      {"10:30:00", '?', "10:29:59", "greater"},
      {"10:30:00Z", '?', "11:30:00+01:00", "equal"},
      {"23:00:00-05:00", '?', "03:00:00Z", "greater"},
      {"10:30:00@Europe/Paris", '?', "10:31:00@Europe/Paris", "less"},
      {"10:30:00@Europe/Paris", '?', "10:30:00@Asia/Dhaka", "none"},
      {"10:30:00", '?', "10:30:00Z", "none"},
      {"2018-10-08T00:00:00+02:00", '?', "2018-10-08T00:00:00@Europe/Paris", "equal"},
      {"2018-12-08T00:00:00@Europe/Paris", '?', "2018-12-08T00:00:00@Asia/Dhaka", "greater"},
      {"2018-12-08T00:00:00", '?', "2018-12-08T00:00:00Z", "none"},
      {"2018-12-08T00:00:00", '?', "2018-12-07T23:59:59", "greater"},
      {"P1D", '?', "PT24H", "equal"},
      {"P1D", '?', "PT23H59M", "greater"},
      {"-P1Y", '?', "P1M", "less"},
      {"P1Y", '?', "P365D", "none"},
  });
}

TEST(TemporalOrder, looks_at_whole_seconds_also_before_1970) {
  expect_results({
      {"10:30:00.0001", '?', "10:30:00.0002", "equal"},
      {"10:30:00.9", '?', "10:30:01", "less"},
      {"1969-12-31T23:59:59.5Z", '?', "1969-12-31T23:59:59Z", "equal"},
      {"1969-12-31T23:59:59.5Z", '?', "1970-01-01T00:00:00Z", "less"},
      {"PT0.1S", '?', "PT0.2S", "less"},
  });
}

TEST(TemporalOrder, sameness_is_of_fields_and_zone) {
  const auto same = [](std::string_view a, std::string_view b) {
    return parse_date_time(a).value() == parse_date_time(b).value();
  };
  EXPECT_TRUE(same("2012-12-25T10:10:10Z", "2012-12-25T10:10:10-00:00"));
  EXPECT_TRUE(same("2012-12-25T10:10:10@Europe/Paris", "2012-12-25T10:10:10@Europe/Paris"));
  EXPECT_FALSE(same("2012-12-25T10:10:10Z", "2012-12-25T11:10:10+01:00"));
  EXPECT_FALSE(same("2012-12-25T10:10:10Z", "2012-12-25T10:10:10@Etc/UTC"));
  EXPECT_FALSE(same("2012-12-25T10:10:10Z", "2012-12-25T10:10:10"));
}

}  // namespace
}  // namespace hq::rules
