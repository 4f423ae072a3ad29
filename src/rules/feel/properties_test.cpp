#include "rules/feel/properties.h"

#include <gtest/gtest.h>

#include "rules/feel/evaluator_testing.h"

namespace hq::rules {
namespace {

TEST(Properties, of_dates_and_times) {
  expect_answers(R"(
    @"2018-12-10".year                      => 2018
    @"2018-12-10".weekday                   => 1
    @"2018-12-10T10:30:01".hour             => 10
    @"2018-12-10T10:30:01.5".second         => 1.5
    @"10:30:01+05:00".time offset           => PT5H
    @"10:30:01".time offset                 => null
    @"10:30:01".timezone                    => null
    @"2018-12-10T10:30:01@Etc/UTC".timezone => Etc/UTC
    @"2018-12-10".hour                      => null !
  )");
}

TEST(Properties, of_durations) {
  expect_answers(R"(
    @"P1Y2M".months  => 2
    @"P1Y".months    => 0
    @"P1DT2H".days   => 1
    @"P1D".seconds   => 0
    @"P1Y".days      => null !
    @"P1D".months    => null !
  )");
}

TEST(Properties, of_ranges) {
  expect_answers(R"(
    (1..10].start included => false
    (1..10].end included   => true
    [1..10].start          => 1
    (<10).start            => null
    (<10).end              => 10
    (>=10).start included  => true
    (=10).end              => 10
    [1..10].middle         => null !
  )");
}

TEST(Properties, of_values_that_have_none) {
  expect_answers(R"(
    "a".length => null !
    null.b     => null !
  )");
}

}  // namespace
}  // namespace hq::rules
