#include "base/assert.h"

#include <gtest/gtest.h>

namespace hq {
namespace {

TEST(Assert, passes_what_is_true) {
  int calls = 0;
  HQ_ASSERT(++calls == 1);
  EXPECT_EQ(calls, 1);  // in every build
}

TEST(Assert, ends_the_process_and_says_where) {
  EXPECT_DEATH(HQ_ASSERT(1 + 1 == 3), "assert_test.cpp:[0-9]+: broken invariant: 1 \\+ 1 == 3");
}

}  // namespace
}  // namespace hq
