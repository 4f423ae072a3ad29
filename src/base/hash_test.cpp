#include "base/hash.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace hq {
namespace {

std::string hex_of(std::string_view text) {
  return to_hex(sha256(text));
}

TEST(Sha256, vectors_of_fips_180) {
  EXPECT_EQ(hex_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hex_of("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                   "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"),
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
  EXPECT_EQ(hex_of(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, bytes_and_text_are_the_same) {
  const std::vector<uint8_t> bytes{'a', 'b', 'c'};
  EXPECT_EQ(sha256(bytes), sha256("abc"));
}

TEST(Sha256, a_hasher_gives_one_digest) {
  Sha256Hasher hasher;
  hasher.add("abc").digest();
  EXPECT_DEATH(hasher.digest(), "broken invariant");
}

RC_GTEST_PROP(Sha256, parts_are_the_whole, (const std::string& a, const std::string& b)) {
  RC_ASSERT(Sha256Hasher().add(a).add(b).digest() == sha256(a + b));
}

TEST(Hex, reads_both_cases_and_writes_lower) {
  EXPECT_EQ(from_hex("00ffAb"), std::string("\0\xff\xab", 3));
  EXPECT_EQ(from_hex(""), "");
  const std::vector<uint8_t> bytes{0, 255, 0xab};
  EXPECT_EQ(to_hex(bytes), "00ffab");
}

TEST(Hex, refuses_other_texts) {
  for (const std::string_view text : {"0", "abc", "0g", "g0", "0x00", " 00", "00 "}) {
    const auto bytes = from_hex(text);
    ASSERT_FALSE(bytes) << text;
    EXPECT_EQ(bytes.error().code, ErrorCode::invalid_argument);
  }
}

TEST(ConstantTime, tells_equal_from_different) {
  EXPECT_TRUE(equal_in_constant_time("secret", "secret"));
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_FALSE(equal_in_constant_time("secret", "secreT"));
  EXPECT_FALSE(equal_in_constant_time("secret", "secre"));
}

}  // namespace
}  // namespace hq
