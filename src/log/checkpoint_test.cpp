#include "log/checkpoint.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <thread>

#include "base/file.h"
#include "log/memory_log.h"
#include "log/test_commits.h"

namespace hq::log {
namespace {

class Checkpoints : public testing::Test {
 protected:
  Checkpoints() { EXPECT_TRUE(log_.append(test_commits(head_, 12))); }

  CheckpointKey key() const { return CheckpointKey::open(folder_.path()).value(); }

  Checkpoint sign(uint64_t seq) const {
    Head at;
    test_commits(at, seq);
    return key().sign("main", at, Instant(std::chrono::seconds(1'800'000'000)));
  }

  /// Everything that an auditor does; his keys are those of this folder.
  Result<> audit(std::vector<Checkpoint> checkpoints, uint64_t to_seq = 12) const {
    const std::vector keys = {key().public_key()};
    HQ_TRY(CheckpointAudit audit, CheckpointAudit::begin(std::move(checkpoints), keys, "main"));
    HQ_TRY_VOID(log_.read(1, [&](const Commit& commit) {
      if (commit.seq <= to_seq) audit.see(commit);
      return commit.seq < to_seq;
    }));
    return audit.finish();
  }

  void expect_refused(const Result<>& result, ErrorCode code, std::string_view where,
                      std::string_view message) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, code) << result.error().text();
    EXPECT_EQ(result.error().where, where);
    EXPECT_NE(result.error().message.find(message), std::string::npos) << result.error().text();
    EXPECT_FALSE(result.error().message_zh.empty());
  }

  std::filesystem::path key_file() const { return folder_.path() / kCheckpointKeyFile; }

  TestFolder folder_;
  MemoryLog log_;
  Head head_;
};

TEST_F(Checkpoints, of_a_log_that_is_as_it_was_are_right) {
  EXPECT_TRUE(audit({sign(12)}));
  EXPECT_TRUE(audit({sign(12), sign(0), sign(5), sign(5), sign(1)}));
  EXPECT_TRUE(audit({}));
}

// docs/format/log.md has these bytes.
TEST_F(Checkpoints, sign_six_lines) {
  Checkpoint one{"main", 7, Instant(std::chrono::microseconds(1'500'000)), {}, "00112233", {}};
  one.hash[0] = 0xAB;
  EXPECT_EQ(statement(one),
            "hongqiao checkpoint 1\nstream main\nseq 7\ntime 1970-01-01T00:00:01.5Z\nhash ab" +
                std::string(62, '0') + "\nkey 00112233\n");
}

TEST_F(Checkpoints, are_lines_of_json) {
  const Checkpoint one = sign(3);
  EXPECT_EQ(checkpoint_from(to_json_line(one)), one);
  EXPECT_EQ(one.key, key_id(key().public_key()));
  EXPECT_EQ(one.key.size(), 16u);
  const std::string line = to_json_line(one);
  EXPECT_EQ(line.find('\n'), line.npos);
  EXPECT_EQ(checkpoint_from("{}").error().code, ErrorCode::parse_error);
  std::string bad_hash = line;
  bad_hash.replace(bad_hash.find("\"hash\":\"") + 8, 2, "zz");
  EXPECT_EQ(checkpoint_from(bad_hash).error().where, "hash");
  std::string bad_signature = line;
  bad_signature.erase(bad_signature.size() - 4, 2);
  EXPECT_EQ(checkpoint_from(bad_signature).error().where, "signature");
}

TEST_F(Checkpoints, with_any_changed_bit_are_refused) {
  const std::string line = to_json_line(sign(3));
  for (std::size_t bit = 0; bit < line.size() * 8; ++bit) {
    std::string changed = line;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    const auto read = checkpoint_from(changed);
    // The digits of a hash may be of either case.
    if (read && *read == sign(3)) continue;
    EXPECT_FALSE(read && audit({*read})) << changed;
  }
}

TEST_F(Checkpoints, tell_a_wrong_signature) {
  Checkpoint changed = sign(5);
  changed.signature[7] ^= 1;
  expect_refused(audit({sign(3), changed}), ErrorCode::corrupt, "checkpoint 2", "signature");
  Checkpoint moved = sign(5);
  moved.seq = 6;
  expect_refused(audit({moved}), ErrorCode::corrupt, "checkpoint 1", "signature");
}

TEST_F(Checkpoints, tell_another_stream) {
  Head head;
  const Checkpoint north = key().sign("north", head, Instant{});
  expect_refused(audit({north}), ErrorCode::conflict, "checkpoint 1",
                 "stream 'north', not of 'main'");
}

TEST_F(Checkpoints, tell_an_unknown_key) {
  TestFolder other;
  const Checkpoint foreign =
      CheckpointKey::open(other.path()).value().sign("main", head_, Instant{});
  expect_refused(audit({foreign}), ErrorCode::not_found, "checkpoint 1", foreign.key);
}

TEST_F(Checkpoints, tell_a_log_that_ends_before_them) {
  expect_refused(audit({sign(12), sign(11)}, 10), ErrorCode::corrupt, "checkpoint 2",
                 "of commit 11, but there are no commits beyond 10");
}

TEST_F(Checkpoints, tell_a_log_that_was_rewritten) {
  Head forged{5, {}, sha256("another history")};
  expect_refused(audit({sign(12), key().sign("main", forged, Instant{})}), ErrorCode::corrupt,
                 "checkpoint 2", "commit 5 has the hash");
  forged.seq = 0;
  expect_refused(audit({key().sign("main", forged, Instant{})}), ErrorCode::corrupt, "checkpoint 1",
                 "commit 0 has the hash");
}

TEST_F(Checkpoints, before_the_beginning_of_a_part_cannot_be_checked) {
  const std::vector keys = {key().public_key()};
  const auto part = [&](uint64_t checkpoint_seq, Sha256 hash) {
    auto audit = CheckpointAudit::begin({sign(checkpoint_seq)}, keys, "main").value();
    audit.begin_behind({4, {}, hash});
    EXPECT_TRUE(log_.read(5, [&](const Commit& commit) {
      audit.see(commit);
      return true;
    }));
    return audit.finish();
  };
  const Sha256 hash = sign(4).hash;
  EXPECT_TRUE(part(7, hash));
  EXPECT_TRUE(part(4, hash));
  expect_refused(part(4, Sha256{}), ErrorCode::corrupt, "checkpoint 1", "commit 4 has the hash");
  expect_refused(part(3, hash), ErrorCode::invalid_argument, "checkpoint 1", "begins at commit 5");
}

TEST_F(Checkpoints, of_a_file_are_read_line_by_line) {
  const auto file = folder_.path() / "checkpoints";
  EXPECT_EQ(read_checkpoints(file).error().code, ErrorCode::not_found);
  ASSERT_TRUE(append_line(file, to_json_line(sign(3))));
  ASSERT_TRUE(append_line(file, to_json_line(sign(9))));
  EXPECT_EQ(read_checkpoints(file), (std::vector{sign(3), sign(9)}));
  ASSERT_TRUE(append_line(file, "{"));
  const Error error = read_checkpoints(file).error();
  EXPECT_EQ(error.code, ErrorCode::parse_error);
  EXPECT_NE(error.where.find("checkpoint 3"), std::string::npos) << error.where;
  ASSERT_TRUE(write_file_atomically(file, ""));
  EXPECT_EQ(read_checkpoints(file).error().code, ErrorCode::parse_error);
  EXPECT_FALSE(append_line(folder_.path(), "a folder is no file"));
  EXPECT_EQ(append_line("/dev/full", "x").error().code, ErrorCode::disk_full);
}

TEST_F(Checkpoints, have_a_key_that_is_made_once_and_is_ours_alone) {
  EXPECT_EQ(CheckpointKey::open_existing(folder_.path()).error().code, ErrorCode::not_found);
  const PublicKey first = key().public_key();
  EXPECT_EQ(key().public_key(), first);
  EXPECT_EQ(public_key_from(to_hex(first)), first);
  EXPECT_EQ(std::filesystem::status(key_file()).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& file : std::filesystem::directory_iterator(folder_.path())) {
    ++files;
  }
  EXPECT_EQ(files, 1u);
}

TEST_F(Checkpoints, of_two_who_make_the_key_at_a_time_both_use_the_same) {
  for (int round = 0; round < 20; ++round) {
    TestFolder folder;
    PublicKey keys[2];
    {
      std::jthread one([&] { keys[0] = CheckpointKey::open(folder.path()).value().public_key(); });
      std::jthread two([&] { keys[1] = CheckpointKey::open(folder.path()).value().public_key(); });
    }
    EXPECT_EQ(keys[0], keys[1]);
  }
}

TEST_F(Checkpoints, refuse_a_key_that_others_may_read) {
  key();
  std::filesystem::permissions(key_file(), std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  EXPECT_EQ(CheckpointKey::open(folder_.path()).error().code, ErrorCode::forbidden);
}

TEST_F(Checkpoints, refuse_a_damaged_key_and_one_of_a_newer_version) {
  key();
  const std::string sound = read_file(key_file()).value();
  const auto refused = [&](const std::string& text) {
    EXPECT_TRUE(write_file_atomically(key_file(), text, 0600));
    return CheckpointKey::open(folder_.path()).error().code;
  };
  for (std::size_t i = 0; i < sound.size(); ++i) {
    std::string changed = sound;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    const ErrorCode code = refused(changed);
    EXPECT_TRUE(code == ErrorCode::corrupt || code == ErrorCode::newer_version) << changed;
    EXPECT_EQ(refused(sound.substr(0, i)), ErrorCode::corrupt);
  }
  EXPECT_EQ(refused(sound + "x"), ErrorCode::corrupt);
  std::string newer = sound;
  newer[newer.find('1')] = '2';
  EXPECT_EQ(refused(newer), ErrorCode::newer_version);
  EXPECT_EQ(CheckpointKey::open(folder_.path() / "nowhere").error().code, ErrorCode::not_found);
}

TEST(PublicKeys, have_64_hexadecimal_digits) {
  EXPECT_TRUE(public_key_from(std::string(64, 'a')));
  for (const std::string& bad :
       {std::string(63, 'a'), std::string(66, 'a'), std::string(64, 'g'), std::string()}) {
    EXPECT_EQ(public_key_from(bad).error().code, ErrorCode::invalid_argument) << bad;
  }
}

}  // namespace
}  // namespace hq::log
