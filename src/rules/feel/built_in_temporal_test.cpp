#include "rules/feel/built_ins_testing.h"

namespace hq::rules {
namespace {

TEST(BuiltInTemporal, make_dates) {
  expect_answers({
      {R"x(date("2017-01-01"))x", "2017-01-01"},
      {R"x(date(from: "2012-12-25"))x", "2012-12-25"},
      {R"x(date(date("2017-10-11")))x", "2017-10-11"},
      {R"x(date(date and time("2017-08-03T10:15:30+01:00")))x", "2017-08-03"},
      {"date(-2017, 01, 01)", "-2017-01-01"},
      {"date(year: 2017, month: 08, day: 30)", "2017-08-30"},
      {"date(2017, 2, 29)", "error"},
      {"date(2017, 13, 1)", "error"},
      {"date(1000999999, 12, 1)", "error"},
      {"date(2017, null, 1)", "error"},
      {R"x(date("2017-13-10"))x", "error"},
      {R"x(date("01211-12-31"))x", "error"},
      {"date(1)", "error"},
      {"date([])", "error"},
      {"date(null)", "error"},
  });
}

TEST(BuiltInTemporal, make_times) {
  expect_answers({
      {R"x(time("11:22:33.444"))x", "11:22:33.444"},
      {R"x(time("00:01:00@Europe/Paris"))x", "00:01:00@Europe/Paris"},
      {R"x(time(date and time("2017-08-10T10:20:00-01:00")))x", "10:20:00-01:00"},
      {R"x(time(time("10:20:00")))x", "10:20:00"},
      {R"x(time(date("2017-08-10")))x", "00:00:00Z"},
      {R"x(time(11, 59, 45, duration("PT2H")))x", "11:59:45+02:00"},
      {R"x(time(11, 59, 45, duration("-PT2H45M55S")))x", "11:59:45-02:45:55"},
      {"time(12, 00, 00, null)", "12:00:00"},
      {"time(12, 00, 00)", "12:00:00"},
      {"time(12, 00, 0.5, null)", "12:00:00.5"},
      {R"x(time(hour: 11, minute: 59, second: 0, offset: duration("PT2H1M")))x", "11:59:00+02:01"},
      {"time(23, 59, 60, null)", "error"},
      {"time(-24, 59, 45, null)", "error"},
      {"time(12, 11, null, null)", "error"},
      {R"x(time(12, 0, 0, duration("PT19H")))x", "error"},
      {R"x(time("13:20:00@xyz/abc"))x", "error"},
      {"time([])", "error"},
      {"time()", "error"},
  });
}

TEST(BuiltInTemporal, make_dates_and_times) {
  expect_answers({
      {R"x(date and time("2012-12-24"))x", "2012-12-24T00:00:00"},
      {R"x(date and time(from: "2012-12-24T23:59:00"))x", "2012-12-24T23:59:00"},
      {R"x(date and time(date("2017-01-01"), time("23:59:01Z")))x", "2017-01-01T23:59:01Z"},
      {R"x(date and time(date and time("2017-08-10T10:20:00@Europe/Paris"), time("23:59:01")))x",
       "2017-08-10T23:59:01"},
      {R"x(date and time(date: date("2017-01-01"), time: time("23:59:01")))x",
       "2017-01-01T23:59:01"},
      {R"x(date and time(date("2017-08-10"), null))x", "error"},
      {R"x(date and time("11:00:00"))x", "error"},
      {"date and time(2017)", "error"},
      {"date and time()", "error"},
  });
}

TEST(BuiltInTemporal, make_durations) {
  expect_answers({
      {R"x(duration("PT24H"))x", "P1D"},
      {R"x(duration("-P1Y"))x", "-P1Y"},
      {R"x(duration(from: "P26M"))x", "P2Y2M"},
      {R"x(duration(duration("P1D")))x", "P1D"},
      {R"x(duration("P1H"))x", "error"},
      {"duration([])", "error"},
      {R"x(years and months duration(date("2011-12-22"), date("2013-08-24")))x", "P1Y8M"},
      {R"x(years and months duration(date("2013-08-24"), date("2011-12-22")))x", "-P1Y8M"},
      {R"x(years and months duration(date and time("2017-02-28T23:59:59"), date("2019-07-23")))x",
       "P2Y4M"},
      {R"x(years and months duration(from: date("2016-01-21"), to: date("2015-01-21")))x", "-P1Y"},
      {R"x(years and months duration(date("2016-01-21"), null))x", "error"},
      {"years and months duration(2017)", "error"},
  });
}

TEST(BuiltInTemporal, tell_where_in_the_year_a_day_is) {
  expect_answers({
      {R"x(day of year(@"2019-09-17"))x", "260"},
      {R"x(day of year(@"2020-12-31T10:10:10"))x", "366"},
      {R"x(day of week(date: @"2019-09-17"))x", "Tuesday"},
      {R"x(day of week(@"2021-01-17"))x", "Sunday"},
      {R"x(month of year(@"2019-09-17T10:10:10"))x", "September"},
      {R"x(week of year(@"2003-12-31"))x", "1"},
      {R"x(week of year(@"2005-01-01"))x", "53"},
      {R"x(week of year("2005-01-01"))x", "error"},
      {"day of year(null)", "error"},
      {R"x(day of year(value: @"1970-01-01"))x", "error"},
      {R"x(day of year(@"1970-01-01", @"1970-01-01"))x", "error"},
  });
}

TEST(BuiltInTemporal, tell_the_time_they_were_given) {
  const EvaluationOptions options{.now = parse_date_time("2026-11-22T08:00:00+08:00").value()};
  EXPECT_EQ(answer("now()", options), "2026-11-22T08:00:00+08:00");
  EXPECT_EQ(answer("today()", options), "2026-11-22");
  EXPECT_EQ(answer("today(123)", options), "error");
  EXPECT_EQ(answer("now()"), "error");
  EXPECT_EQ(answer("today()"), "error");
}

}  // namespace
}  // namespace hq::rules
