#include "rules/regex/detail/code_point_set.h"

#include <gtest/gtest.h>

#include <bitset>
#include <random>

#include "rules/regex/detail/unicode_sets.h"

namespace hq::rules {
namespace {

constexpr std::size_t kSmall = 300;

TEST(CodePointSet, computes_what_a_set_of_bits_computes) {
  std::mt19937 random(7);
  for (int run = 0; run < 300; ++run) {
    CodePointSet sets[2];
    std::bitset<kSmall> bits[2];
    for (int i = 0; i < 2; ++i) {
      for (auto ranges = random() % 6; ranges > 0; --ranges) {
        const char32_t first = random() % kSmall;
        const char32_t last = first + random() % (kSmall - first);
        sets[i].add(CodePointSet::range(first, last));
        for (char32_t one = first; one <= last; ++one) bits[i].set(one);
      }
    }
    CodePointSet both = sets[0];
    both.add(sets[1]);
    CodePointSet less = sets[0];
    less.subtract(sets[1]);
    EXPECT_EQ(sets[0].count(), bits[0].count());
    for (char32_t one = 0; one < kSmall; ++one) {
      ASSERT_EQ(both.contains(one), bits[0][one] || bits[1][one]);
      ASSERT_EQ(less.contains(one), bits[0][one] && !bits[1][one]);
      ASSERT_EQ(sets[0].complement().contains(one), !bits[0][one]);
    }
    ASSERT_EQ(sets[0].complement().complement(), sets[0]);
  }
}

TEST(CodePointSet, has_no_surrogates) {
  EXPECT_EQ(CodePointSet::all().count(), 0x110000U - 0x800U);
  EXPECT_FALSE(CodePointSet::all().contains(0xD800));
  EXPECT_TRUE(CodePointSet::range(0xD800, 0xDFFF).is_empty());
  EXPECT_TRUE(CodePointSet::all().complement().is_empty());
}

TEST(UnicodeSets, split_all_code_points_into_categories) {
  std::size_t sum = 0;
  for (const char* const name : {"L", "M", "N", "P", "S", "Z", "C"}) {
    sum += general_category(name)->count();
  }
  EXPECT_EQ(sum, CodePointSet::all().count());
  EXPECT_EQ(general_category("Lu")->count() + general_category("Ll")->count() +
                general_category("Lt")->count() + general_category("Lm")->count() +
                general_category("Lo")->count(),
            general_category("L")->count());
}

TEST(UnicodeSets, know_case_variants_both_ways) {
  EXPECT_TRUE(are_case_variants('k', 0x212A) && are_case_variants(0x212A, 'K'));
  EXPECT_TRUE(are_case_variants('I', 0x131));
  EXPECT_FALSE(are_case_variants('i', 0x130));
  EXPECT_FALSE(are_case_variants(0x3D1, 0x3F4));  // both are variants of theta, not of each other
  EXPECT_TRUE(are_case_variants(0x3D1, 0x398) && are_case_variants(0x3F4, 0x3B8));
}

}  // namespace
}  // namespace hq::rules
