#include "credential/status_list.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <zlib.h>

#include <set>

#include "credential/credential_model.h"
#include "credential/multibase.h"
#include "credential/shared_data_testing.h"

namespace hq::credential {
namespace {

constexpr std::string_view kListId = "https://hub.example/status/1";

// A list by zlib itself, with a gzip header (window 31), a zlib one (15) or none (-15).
std::string packed(const std::string& bytes, int window = 31) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 1, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, bytes.size()) + 64, '\0');
  std::string in = bytes;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string encoded(const std::string& gzip) {
  return "u" + base64url_encode(gzip);
}

ErrorCode refusal(const std::string& text) {
  const auto list = StatusList::decode(text);
  EXPECT_FALSE(list.has_value());
  if (list) return ErrorCode::internal;
  EXPECT_FALSE(list.error().message_zh.empty());
  return list.error().code;
}

int64_t bits_set(const StatusList& list) {
  int64_t count = 0;
  for (std::size_t i = 0; i < list.size(); ++i) count += *list.value(static_cast<int64_t>(i));
  return count;
}

TEST(StatusList, begins_with_no_bit_set) {
  const auto list = StatusList::make();
  ASSERT_TRUE(list.has_value()) << why(list);
  EXPECT_EQ(list->size(), 131'072U);
  EXPECT_EQ(bits_set(*list), 0);
}

RC_GTEST_PROP(StatusList, reads_back_what_was_set, ()) {
  StatusList list = *StatusList::make();
  std::set<int64_t> model;
  const auto steps = *rc::gen::container<std::vector<std::pair<int64_t, bool>>>(
      rc::gen::pair(rc::gen::inRange<int64_t>(0, 131'072), rc::gen::arbitrary<bool>()));
  for (const auto& [index, value] : steps) {
    RC_ASSERT(list.set(index, value).has_value());
    if (value) {
      model.insert(index);
    } else {
      model.erase(index);
    }
  }
  std::string bytes(kStatusBitsMin / 8, '\0');
  for (const int64_t index : model) {
    char& byte = bytes[static_cast<std::size_t>(index / 8)];
    byte = static_cast<char>(byte | 1 << (7 - index % 8));
  }
  RC_ASSERT(*StatusList::decode(encoded(packed(bytes))) == list);
  RC_ASSERT(*StatusList::decode(list.encode()) == list);
  for (const auto& [index, value] : steps) {
    RC_ASSERT(*list.value(index) == (model.contains(index) ? 1U : 0U));
  }
}

TEST(StatusList, counts_from_the_highest_bit_of_the_first_byte) {
  std::string bytes(kStatusBitsMin / 8, '\0');
  bytes[0] = '\x80';
  bytes[1] = '\x01';
  const auto list = StatusList::decode(encoded(packed(bytes)));
  ASSERT_TRUE(list.has_value()) << why(list);
  EXPECT_EQ(list->value(0), 1U);
  EXPECT_EQ(list->value(15), 1U);
  EXPECT_EQ(bits_set(*list), 2);
}

TEST(StatusList, reads_entries_of_several_bits) {
  std::string bytes(kStatusBitsMin / 8, '\0');
  bytes[0] = '\x1B';  // 00 01 10 11
  bytes[1] = '\xE5';
  const StatusList list = *StatusList::decode(encoded(packed(bytes)));
  for (int64_t i = 0; i < 4; ++i) EXPECT_EQ(list.value(i, 2), static_cast<uint32_t>(i));
  EXPECT_EQ(list.value(1, 8), 0xE5U);
  EXPECT_EQ(list.value(1, 5), 0x0FU);  // 00011 [01111] 10010 1: across two bytes
  EXPECT_EQ(list.value(2, 5), 0x12U);
}

TEST(StatusList, refuses_an_index_out_of_range) {
  StatusList list = *StatusList::make();
  const auto size = static_cast<int64_t>(list.size());
  EXPECT_TRUE(list.value(size - 1).has_value());
  EXPECT_TRUE(list.set(size - 1, true).has_value());
  for (const int64_t index : {size, int64_t{-1}, INT64_MAX, INT64_MIN}) {
    EXPECT_EQ(list.value(index).error().code, ErrorCode::invalid_argument) << index;
    EXPECT_EQ(list.set(index, true).error().code, ErrorCode::invalid_argument) << index;
  }
  EXPECT_TRUE(list.value(size / 8 - 1, 8).has_value());
  EXPECT_FALSE(list.value(size / 8, 8).has_value());
  EXPECT_FALSE(list.value(size / 3, 3).has_value()) << "two bits are left, not three";
  for (const int64_t bits : {0, -1, 9}) EXPECT_FALSE(list.value(0, bits).has_value()) << bits;
  EXPECT_EQ(bits_set(list), 1);
}

TEST(StatusList, holds_to_its_least_and_largest_size) {
  for (const std::size_t bits :
       {std::size_t{0}, kStatusBitsMin - 8, kStatusBitsMin + 1, kStatusBitsMax + 8, SIZE_MAX - 7}) {
    EXPECT_EQ(StatusList::make(bits).error().code, ErrorCode::invalid_argument) << bits;
  }
  const std::string least(kStatusBitsMin / 8, '\1');
  EXPECT_TRUE(StatusList::decode(encoded(packed(least))).has_value());
  EXPECT_EQ(refusal(encoded(packed(least.substr(1)))), ErrorCode::invalid_argument);
  EXPECT_EQ(refusal(encoded(packed(""))), ErrorCode::invalid_argument);
  const StatusList largest = *StatusList::make(kStatusBitsMax);
  EXPECT_EQ(StatusList::decode(largest.encode()), largest);
}

TEST(StatusList, does_not_unpack_more_than_the_largest_size) {
  const std::string bomb = packed(std::string(kStatusBitsMax / 8 + 1, '\0'));
  EXPECT_LT(bomb.size(), 100'000U);
  EXPECT_EQ(refusal(encoded(bomb)), ErrorCode::too_large);
  // Were it unpacked whole, its broken end would be told instead.
  std::string big = packed(std::string(3 * (kStatusBitsMax / 8), '\0'));
  big.back() = static_cast<char>(big.back() ^ 1);
  EXPECT_EQ(refusal(encoded(big)), ErrorCode::too_large);
  EXPECT_EQ(refusal("u" + std::string(kTextBytesMax, 'A')), ErrorCode::too_large);
}

TEST(StatusList, refuses_what_is_not_one_whole_gzip) {
  const std::string bytes(kStatusBitsMin / 8, '\5');
  const std::string good = packed(bytes);
  ASSERT_TRUE(StatusList::decode(encoded(good)).has_value());
  EXPECT_EQ(refusal(""), ErrorCode::parse_error);
  EXPECT_EQ(refusal("u"), ErrorCode::parse_error);
  EXPECT_EQ(refusal(base64url_encode(good)), ErrorCode::parse_error);
  EXPECT_EQ(refusal("z" + base64url_encode(good)), ErrorCode::parse_error);
  EXPECT_EQ(refusal(encoded(good) + "="), ErrorCode::parse_error);
  EXPECT_EQ(refusal(encoded(good + "x")), ErrorCode::parse_error);
  EXPECT_EQ(refusal(encoded(good + good)), ErrorCode::parse_error);
  EXPECT_EQ(refusal(encoded(packed(bytes, 15))), ErrorCode::parse_error);
  EXPECT_EQ(refusal(encoded(packed(bytes, -15))), ErrorCode::parse_error);
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(refusal(encoded(good.substr(0, size))), ErrorCode::parse_error) << size;
  }
  std::string wrong_sum = good;
  wrong_sum[good.size() - 5] = static_cast<char>(wrong_sum[good.size() - 5] ^ 1);
  EXPECT_EQ(refusal(encoded(wrong_sum)), ErrorCode::parse_error);
}

// The lists that stand in quotes in a file, with the pieces of a JavaScript string put together.
std::vector<std::string> lists_in(std::string text) {
  for (std::size_t at = 0; (at = text.find("' +\n", at)) != text.npos;) {
    text.erase(at, text.find('\'', at + 1) + 1 - at);
  }
  std::vector<std::string> lists;
  for (std::size_t at = 0; (at = text.find("uH4sI", at)) != text.npos; ++at) {
    lists.push_back(text.substr(at, text.find_first_of("'\"", at) - at));
  }
  return lists;
}

TEST(StatusList, decodes_the_list_of_the_specification) {
  HQ_SKIP_WITHOUT_VECTORS();
  const Json vector = shared_json("bitstring/spec-vector.json");
  const auto list = StatusList::decode(text_at(vector, "encodedList"));
  ASSERT_TRUE(list.has_value()) << why(list);
  EXPECT_EQ(static_cast<int64_t>(list->size()), at(vector, "bits").as_int());
  EXPECT_EQ(*list, *StatusList::make());
}

// These have 100,000 bits, fewer than a credential may have. One was made when the lowest bit of
// a byte came first: its index 50000 is 50007 here.
TEST(StatusList, decodes_the_lists_of_another_implementation) {
  HQ_SKIP_WITHOUT_VECTORS();
  const auto lists = lists_in(shared_text("bitstring/10-BitstringStatusList.spec.js"));
  ASSERT_EQ(lists.size(), 2U);
  const auto empty = StatusList::decode(lists[0], 1);
  ASSERT_TRUE(empty.has_value()) << why(empty);
  EXPECT_EQ(empty->size(), 100'000U);
  EXPECT_EQ(bits_set(*empty), 0);
  const auto revoked = StatusList::decode(lists[1], 1);
  ASSERT_TRUE(revoked.has_value()) << why(revoked);
  EXPECT_EQ(revoked->value(50'000), 1U);
  EXPECT_EQ(bits_set(*revoked), 1);
  EXPECT_EQ(refusal(lists[1]), ErrorCode::invalid_argument);
  const auto mocks = lists_in(shared_text("bitstring/mock-sl-credentials.js"));
  ASSERT_EQ(mocks.size(), 1U);
  const auto mock = StatusList::decode(mocks[0], 1);
  ASSERT_TRUE(mock.has_value()) << why(mock);
  EXPECT_EQ(mock->value(50'007), 1U);
  EXPECT_EQ(bits_set(*mock), 1);
}

TEST(StatusEntry, is_read_as_it_was_written) {
  const StatusEntry entry{"revocation", std::string(kListId), 94'567, 1};
  const Json json = entry.json();
  EXPECT_EQ(text_at(json, "statusListIndex"), "94567") << "an index is a string";
  EXPECT_EQ(json.find("statusSize"), nullptr);
  const auto back = StatusEntry::read(json);
  ASSERT_TRUE(back.has_value()) << why(back);
  EXPECT_EQ(back->purpose, entry.purpose);
  EXPECT_EQ(back->list, entry.list);
  EXPECT_EQ(back->index, entry.index);
  EXPECT_EQ(back->bits, 1);
  EXPECT_EQ(StatusEntry::read(StatusEntry{"message", "urn:a", 0, 2}.json())->bits, 2);
}

TEST(StatusEntry, names_the_field_that_is_wrong) {
  const auto where = [](std::string_view field, Json value) {
    Json json = StatusEntry{"revocation", std::string(kListId), 1, 1}.json();
    json.set(field, std::move(value));
    const auto entry = StatusEntry::read(json);
    return entry ? "" : entry.error().where;
  };
  EXPECT_EQ(where("id", Json("urn:other")), "");
  EXPECT_EQ(where("type", Json("TokenStatusList")), "credentialStatus/type");
  EXPECT_EQ(where("statusPurpose", Json("")), "credentialStatus/statusPurpose");
  EXPECT_EQ(where("statusListCredential", Json("no url")), "credentialStatus/statusListCredential");
  for (const std::string_view index :
       {"", "-1", "+1", "01", "1.0", " 1", "1 ", "x", "9223372036854775808"}) {
    EXPECT_EQ(where("statusListIndex", Json(index)), "credentialStatus/statusListIndex") << index;
  }
  EXPECT_EQ(where("statusListIndex", Json(int64_t{1})), "credentialStatus/statusListIndex");
  EXPECT_EQ(where("statusListIndex", Json("0")), "");
  for (const int64_t size : {0, -1, 9}) {
    EXPECT_EQ(where("statusSize", Json(size)), "credentialStatus/statusSize") << size;
  }
  EXPECT_EQ(where("statusSize", Json("1")), "credentialStatus/statusSize");
  EXPECT_EQ(where("statusSize", Json(int64_t{8})), "");
  EXPECT_EQ(StatusEntry::read(Json("text")).error().code, ErrorCode::unsupported);
}

TEST(StatusCredential, holds_the_list_for_its_purpose_alone) {
  StatusList list = *StatusList::make();
  ASSERT_TRUE(list.set(7, true).has_value());
  Json credential = make_status_credential(kListId, "did:web:hub.example", "revocation", list);
  EXPECT_TRUE(check_credential(credential).empty());
  EXPECT_EQ(list_of(credential, "revocation"), list);
  EXPECT_EQ(list_of(credential, "suspension").error().code, ErrorCode::forbidden);
  credential.find("credentialSubject")
      ->set("statusPurpose", Json::strings({"refresh", "suspension"}));
  EXPECT_EQ(list_of(credential, "suspension"), list);
  EXPECT_EQ(list_of(credential, "revocation").error().code, ErrorCode::forbidden);
}

TEST(StatusCredential, must_be_one_of_a_status_list) {
  const auto code = [](auto change) {
    Json credential =
        make_status_credential(kListId, "did:web:hub.example", "revocation", *StatusList::make());
    change(credential);
    const auto list = list_of(credential, "revocation");
    return list ? ErrorCode::internal : list.error().code;
  };
  EXPECT_EQ(code([](Json&) {}), ErrorCode::internal) << "unchanged it is good";
  EXPECT_EQ(code([](Json& one) { one.set("type", Json::strings({"VerifiableCredential"})); }),
            ErrorCode::parse_error);
  EXPECT_EQ(code([](Json& one) { one.erase("credentialSubject"); }), ErrorCode::parse_error);
  for (const std::string_view field : {"type", "statusPurpose", "encodedList"}) {
    EXPECT_EQ(code([&](Json& one) { one.find("credentialSubject")->erase(field); }),
              ErrorCode::parse_error)
        << field;
  }
  const std::string too_short = encoded(packed(std::string(kStatusBitsMin / 8 - 1, '\0')));
  EXPECT_EQ(
      code([&](Json& one) { one.find("credentialSubject")->set("encodedList", Json(too_short)); }),
      ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace hq::credential
