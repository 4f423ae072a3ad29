#include "log/commit.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "log/test_commits.h"

namespace hq::log {
namespace {

std::string encoded(const Commit& commit) {
  std::string bytes;
  append_commit(bytes, commit);
  return bytes;
}

TEST(Commit, comes_back_from_its_bytes) {
  Head head;
  const std::vector<Commit> commits = test_commits(head, 3);
  std::string bytes;
  for (const Commit& commit : commits) append_commit(bytes, commit);
  CommitDecoder decoder(bytes);
  for (const Commit& commit : commits) EXPECT_EQ(decoder.next(), commit);
  EXPECT_TRUE(decoder.at_end());
}

// The bytes of docs/format/log.md, by hand: a change here is a new format version.
TEST(Commit, bytes_are_those_of_the_format) {
  Head head;
  Commit commit;
  commit.time = Instant(Duration(0x0102030405060708));
  commit.actor = "a";
  commit.organisation = "";
  commit.command_id = "id";
  commit.type = "t.c";
  commit.request.fill(0xAA);
  commit.events = {{"t.e", "{}"}};
  commit.reply = "1";
  seal(commit, head);
  std::string expected;
  expected += from_hex(
                  "01"
                  "0100000000000000"
                  "0807060504030201")
                  .value();
  expected += std::string(32, '\0') + std::string(32, '\xAA');
  expected += from_hex(
                  "01000000"
                  "61"
                  "00000000"
                  "02000000"
                  "6964"
                  "03000000"
                  "742e63")
                  .value();
  expected += from_hex(
                  "01000000"
                  "03000000"
                  "742e65"
                  "02000000"
                  "7b7d")
                  .value();
  expected += from_hex(
                  "01000000"
                  "31")
                  .value();
  EXPECT_EQ(to_hex(commit.hash), to_hex(sha256(std::string_view(expected))));
  expected += std::string(reinterpret_cast<const char*>(commit.hash.data()), 32);
  std::string length(4, '\0');
  length[0] = static_cast<char>(expected.size());
  EXPECT_EQ(encoded(commit), length + expected);
}

TEST(Commit, size_is_foreseen_exactly) {
  Head head;
  for (const Commit& commit : test_commits(head, 5)) {
    EXPECT_EQ(commit_bytes(commit), encoded(commit).size());
  }
}

TEST(Commit, is_found_damaged_when_cut_anywhere) {
  Head head;
  const std::string bytes = encoded(test_commits(head, 1).front());
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    const auto commit = CommitDecoder(std::string_view(bytes).substr(0, size)).next();
    ASSERT_FALSE(commit) << size;
    EXPECT_EQ(commit.error().code, ErrorCode::corrupt);
  }
}

TEST(Commit, any_flipped_bit_is_found) {
  Head head;
  const std::string bytes = encoded(test_commits(head, 1).front());
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    const auto commit = CommitDecoder(damaged).next();
    EXPECT_TRUE(!commit || !ChainChecker().check(*commit)) << "bit " << bit;
  }
}

TEST(Commit, of_another_version_is_refused_with_its_version) {
  Head head;
  std::string bytes = encoded(test_commits(head, 1).front());
  bytes[4] = 7;
  const auto commit = CommitDecoder(bytes).next();
  ASSERT_FALSE(commit);
  EXPECT_NE(commit.error().message.find("version is 7"), std::string::npos);
}

RC_GTEST_PROP(Commit, random_bytes_never_decode_to_more_than_they_hold,
              (const std::string& bytes)) {
  CommitDecoder decoder(bytes);
  while (!decoder.at_end()) {
    const auto commit = decoder.next();
    if (!commit) break;
    RC_ASSERT(commit_bytes(*commit) <= bytes.size());
  }
}

RC_GTEST_PROP(Commit, any_content_comes_back,
              (const std::string& actor, const std::string& id, const std::string& reply,
               const std::vector<std::pair<std::string, std::string>>& events)) {
  Commit commit;
  commit.actor = actor;
  commit.command_id = id;
  commit.reply = reply;
  for (const auto& [type, body] : events) commit.events.push_back({type, body});
  Head head;
  seal(commit, head);
  const std::string bytes = encoded(commit);
  const Result<Commit> read = CommitDecoder(bytes).next();
  RC_ASSERT(read.has_value());
  RC_ASSERT(read.value() == commit);
}

TEST(ChainChecker, accepts_a_sealed_chain) {
  Head head;
  ChainChecker checker;
  for (const Commit& commit : test_commits(head, 20)) ASSERT_TRUE(checker.check(commit));
  EXPECT_EQ(checker.head(), head);
}

struct ChainDamage {
  const char* name;
  std::function<void(std::vector<Commit>&)> damage;
  uint64_t first_bad;
  const char* message;
};

TEST(ChainChecker, names_the_first_bad_commit_and_what_is_wrong) {
  const ChainDamage cases[] = {
      {"content", [](auto& all) { all[4].reply += "x"; }, 5, "does not match its hash"},
      {"gone", [](auto& all) { all.erase(all.begin() + 6); }, 7, "commit 8 stands where 7"},
      {"swapped", [](auto& all) { std::swap(all[2], all[3]); }, 3, "commit 4 stands where 3"},
      {"forged",
       [](auto& all) {
         all[4].reply += "x";
         all[4].hash = commit_hash(all[4]);
       },
       6, "does not follow from the commit before"},
      {"time",
       [](auto& all) {
         Head head{all[4].seq, all[4].time, all[4].hash};
         all[5].time = all[4].time - Duration(1);
         seal(all[5], head);
       },
       6, "time is before"},
  };
  for (const ChainDamage& one : cases) {
    Head head;
    std::vector<Commit> commits = test_commits(head, 10);
    one.damage(commits);
    ChainChecker checker;
    Result<> result;
    for (const Commit& commit : commits) {
      result = checker.check(commit);
      if (!result) break;
    }
    ASSERT_FALSE(result) << one.name;
    EXPECT_EQ(result.error().code, ErrorCode::corrupt) << one.name;
    EXPECT_EQ(result.error().where, fmt::format("commit {}", one.first_bad)) << one.name;
    EXPECT_NE(result.error().message.find(one.message), std::string::npos)
        << one.name << ": " << result.error().message;
  }
}

TEST(ChainChecker, started_inside_takes_the_first_link_on_trust_but_not_its_hash) {
  Head head;
  std::vector<Commit> commits = test_commits(head, 5);
  ChainChecker checker = ChainChecker::starting_at(3);
  EXPECT_TRUE(checker.check(commits[2]));
  EXPECT_TRUE(checker.check(commits[3]));
  commits[2].actor = "other";
  EXPECT_FALSE(ChainChecker::starting_at(3).check(commits[2]));
}

}  // namespace
}  // namespace hq::log
