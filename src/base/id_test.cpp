#include "base/id.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <unordered_set>

#include "base/json.h"

namespace hq {
namespace {

constexpr std::string_view kVector = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";  // RFC 9562, A.6

TEST(Id, reads_the_example_of_the_standard) {
  const auto id = Id::parse(kVector);
  ASSERT_TRUE(id);
  EXPECT_EQ(id->version(), 7);
  EXPECT_EQ(format_instant(id->instant()), "2022-02-22T19:22:22Z");
  EXPECT_EQ(id->text(), kVector);
  EXPECT_EQ(Id::parse("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"), *id);
}

TEST(Id, refuses_other_texts) {
  for (const std::string_view text :
       {"", "017f22e2", "017f22e279b07cc398c4dc0c0c07398f", "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398g", "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0",
        "017f22e2179b0-7cc3-98c4-dc0c0c07398f", "0-7f22e2-79b0-7cc3-98c4-dc0c0c07398f",
        "{17f22e2-79b0-7cc3-98c4-dc0c0c07398}"}) {
    const auto id = Id::parse(text);
    ASSERT_FALSE(id) << text;
    EXPECT_EQ(id.error().code, ErrorCode::invalid_argument);
  }
}

TEST(Id, is_text_in_json) {
  EXPECT_EQ(to_json(*Id::parse(kVector)), "\"" + std::string(kVector) + "\"");
  EXPECT_EQ(from_json<Id>("\"" + std::string(kVector) + "\""), *Id::parse(kVector));
  EXPECT_FALSE(from_json<Id>("\"x\""));
}

TEST(IdSource, ids_carry_time_version_and_variant) {
  IdSource ids(1);
  const Instant at = *parse_instant("2026-11-22T08:00:00.123456Z");
  const Id id = ids.next(at);
  EXPECT_EQ(format_instant(id.instant()), "2026-11-22T08:00:00.123Z");
  EXPECT_EQ(id.version(), 7);
  EXPECT_EQ(id.bytes[8] >> 6, 2);
}

TEST(IdSource, ids_increase_within_a_millisecond_and_when_the_clock_steps_back) {
  IdSource ids(2);
  const Instant at = *parse_instant("2026-11-22T08:00:00Z");
  Id last = ids.next(at);
  for (int i = 0; i < 20'000; ++i) {  // more than a counter of 12 bits holds
    const Id id = ids.next(at - std::chrono::milliseconds(i % 3));
    ASSERT_LT(last, id);
    ASSERT_LT(last.text(), id.text());
    ASSERT_EQ(id.version(), 7);
    last = id;
  }
  EXPECT_LE(last.instant(), at + std::chrono::milliseconds(6));
}

TEST(IdSource, a_seed_gives_the_same_ids_and_the_system_gives_others) {
  const Instant at = *parse_instant("2026-11-22T08:00:00Z");
  EXPECT_EQ(IdSource(7).next(at), IdSource(7).next(at));
  EXPECT_NE(IdSource(7).next(at), IdSource(8).next(at));
  EXPECT_NE(IdSource().next(at), IdSource().next(at));
}

TEST(IdSource, refuses_instants_it_cannot_hold) {
  EXPECT_DEATH(IdSource(1).next(*parse_instant("1969-12-31T23:59:59Z")), "broken invariant");
}

TEST(Id, hash_spreads) {
  IdSource ids(3);
  std::unordered_set<Id> set;
  std::unordered_set<std::size_t> hashes;
  for (int i = 0; i < 1000; ++i) {
    const Id id = ids.next(Instant(std::chrono::milliseconds(i)));
    set.insert(id);
    hashes.insert(std::hash<Id>()(id));
  }
  EXPECT_EQ(set.size(), 1000u);
  EXPECT_EQ(hashes.size(), 1000u);
}

RC_GTEST_PROP(Id, order_is_that_of_the_text, ()) {
  const auto any = rc::gen::container<std::array<uint8_t, 16>>(rc::gen::arbitrary<uint8_t>());
  const Id a{*any};
  const Id b{*any};
  RC_ASSERT((a < b) == (a.text() < b.text()));
  RC_ASSERT(Id::parse(a.text()).value() == a);
}

}  // namespace
}  // namespace hq
