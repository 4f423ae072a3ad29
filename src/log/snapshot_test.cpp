#include "log/snapshot.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <fstream>
#include <future>
#include <mutex>

#include "base/file.h"
#include "log/detail/background_save.h"
#include "log/detail/snapshot_file.h"
#include "log/memory_log.h"
#include "log/test_commits.h"
#include "log/test_service.h"
#include "log/writer.h"

namespace hq::log {
namespace {

/// Keeps what is added as a text that only ever grows, and how often it was asked to forget.
class DiaryService final : public Service {
 public:
  std::string_view prefix() const override { return "diary."; }
  Result<Decision> decide(const Command& command) const override {
    return Decision{{{"diary.written", command.body}}, "null"};
  }
  void evolve(const Event& event, const Commit&) override { text_ += event.body; }
  void add_state_to(Sha256Hasher& hasher) const override { hasher.add(text_); }
  uint32_t state_version() const override { return version_; }
  void save(StateWriter& out) const override {
    out.add("diary");
    out.add_growing("text", text_);
  }
  Result<> load(StateReader& in) override {
    HQ_ASSERT(in.bytes() == "diary");
    HQ_TRY(const GrowingFile file, in.growing("text"));
    HQ_TRY(text_, read_file(file.path));
    text_.resize(file.bytes);
    return {};
  }
  void kept(StateReader& saved) override { kept_ = saved.growing("text").value().bytes; }

  std::string text_;
  uint64_t kept_ = 0;
  uint32_t version_ = 1;
};

Command diary_command(int n, std::size_t bytes) {
  Command command;
  command.id = fmt::format("d-{}", n);
  command.type = "diary.write";
  command.body = std::string(bytes, static_cast<char>('a' + n % 26));
  return command;
}

class SnapshotTest : public testing::Test {
 protected:
  struct Hub {
    TestService sums;
    DiaryService diary;
    Machine machine;
    Hub() {
      machine.add(sums);
      machine.add(diary);
    }
  };

  void SetUp() override {
    auto opened = SnapshotStore::open(folder_.path() / "snapshots");
    ASSERT_TRUE(opened);
    store_.emplace(*std::move(opened));
  }

  /// Commits that change both services, folded into `hub_`.
  void write(int count, std::size_t bytes = 10) {
    for (int i = 0; i < count; ++i) {
      Commit commit;
      commit.time = head_.time + Duration(1);
      commit.command_id = fmt::format("c-{}", head_.seq);
      commit.type = "test.add";
      commit.events = {{"test.added", "2"},
                       {"diary.written", std::string(bytes, static_cast<char>('a' + i % 26))}};
      seal(commit, head_);
      ASSERT_TRUE(log_.append(std::vector{commit}));
      ASSERT_TRUE(hub_.machine.evolve(commit));
    }
  }
  void snapshot() {
    ASSERT_TRUE(store_->write(hub_.machine, head_));
    ASSERT_TRUE(store_->keep(hub_.machine, head_));
  }
  /// Loads into a fresh hub from a fresh store; what was passed over is in `passed_over_`.
  Head load(Hub& hub) {
    passed_over_.clear();
    auto store = SnapshotStore::open(folder_.path() / "snapshots");
    HQ_ASSERT(store.has_value());
    const auto at =
        store->load(hub.machine, log_, [&](const Error& why) { passed_over_.push_back(why); });
    HQ_ASSERT(at.has_value());
    return *at;
  }
  void flip_bit(const std::filesystem::path& path, uint64_t at) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(at));
    const int was = file.get();
    file.seekp(static_cast<std::streamoff>(at));
    file.put(static_cast<char>(was ^ 4));
  }

  TestFolder folder_;
  MemoryLog log_;
  Head head_;
  Hub hub_;
  std::optional<SnapshotStore> store_;
  std::vector<Error> passed_over_;
};

TEST_F(SnapshotTest, gives_back_the_state_it_was_taken_of) {
  write(5);
  snapshot();
  EXPECT_EQ(hub_.diary.kept_, 50u);
  Hub other;
  EXPECT_EQ(load(other), head_);
  EXPECT_EQ(other.machine.state_hash(), hub_.machine.state_hash());
  EXPECT_TRUE(passed_over_.empty());
}

TEST_F(SnapshotTest, where_there_is_none_all_is_to_be_replayed) {
  write(2);
  Hub other;
  EXPECT_EQ(load(other), Head{});
  EXPECT_EQ(other.machine.state_hash(), Hub().machine.state_hash());
}

TEST_F(SnapshotTest, and_replay_of_the_rest_come_to_the_same_state) {
  write(5);
  snapshot();
  write(4);
  Hub other;
  const Head folded = load(other);
  EXPECT_EQ(folded.seq, 5u);
  EXPECT_EQ(replay(log_, other.machine, {}, folded), head_);
  EXPECT_EQ(other.machine.state_hash(), hub_.machine.state_hash());
}

TEST_F(SnapshotTest, what_grows_is_written_once) {
  write(3, kSegmentBytes / 2);
  snapshot();
  write(1, 100);
  snapshot();
  Hub other;
  EXPECT_EQ(load(other), head_);
  EXPECT_EQ(other.machine.state_hash(), hub_.machine.state_hash());
  EXPECT_LT(store_->last_bytes(), 2000u);
  const auto text = folder_.path() / "snapshots" / "diary.text";
  EXPECT_EQ(std::filesystem::file_size(text), kSegmentBytes * 3 / 2 + 100);
}

TEST_F(SnapshotTest, the_newest_few_are_kept) {
  for (int i = 0; i < 5; ++i) {
    write(1);
    snapshot();
  }
  const auto all = store_->list();
  ASSERT_EQ(all.size(), kSnapshotsKept);
  EXPECT_TRUE(all.front().string().ends_with("-00000000000000000005"));
  EXPECT_TRUE(all.back().string().ends_with("-00000000000000000003"));
}

TEST_F(SnapshotTest, a_flipped_bit_anywhere_makes_it_be_passed_over) {
  write(3);
  snapshot();
  write(3);
  snapshot();
  const auto newest = store_->list().front();
  const uint64_t bytes = std::filesystem::file_size(newest);
  for (uint64_t at = 0; at < bytes; ++at) {
    flip_bit(newest, at);
    Hub other;
    ASSERT_EQ(load(other).seq, 3u) << at;
    ASSERT_EQ(passed_over_.size(), 1u);
    EXPECT_EQ(passed_over_[0].code, ErrorCode::corrupt) << at;
    EXPECT_EQ(passed_over_[0].where, newest.string());
    flip_bit(newest, at);
  }
}

TEST_F(SnapshotTest, one_that_is_cut_short_is_passed_over) {
  write(3);
  snapshot();
  const auto newest = store_->list().front();
  const uint64_t bytes = std::filesystem::file_size(newest);
  for (uint64_t size = 0; size < bytes; size += 7) {
    std::filesystem::resize_file(newest, bytes - 1 - size);
    Hub other;
    ASSERT_EQ(load(other), Head{}) << size;
    ASSERT_EQ(passed_over_.size(), 1u);
    EXPECT_EQ(passed_over_[0].code, ErrorCode::corrupt);
  }
}

TEST_F(SnapshotTest, damage_in_what_grew_later_leaves_the_older_one_sound) {
  write(3);
  snapshot();
  write(3);
  snapshot();
  const auto text = folder_.path() / "snapshots" / "diary.text";
  flip_bit(text, 45);
  Hub other;
  EXPECT_EQ(load(other).seq, 3u);
  ASSERT_EQ(passed_over_.size(), 1u);
  EXPECT_EQ(passed_over_[0].where, text.string());
  std::filesystem::resize_file(text, 20);
  Hub third;
  EXPECT_EQ(load(third), Head{});
  EXPECT_EQ(passed_over_.size(), 2u);
}

TEST_F(SnapshotTest, goes_on_from_the_older_one_that_was_loaded) {
  write(3);
  snapshot();
  write(3);
  snapshot();
  flip_bit(store_->list().front(), 0);
  Hub other;
  auto store = SnapshotStore::open(folder_.path() / "snapshots");
  ASSERT_TRUE(store);
  const auto at = store->load(other.machine, log_);
  ASSERT_TRUE(at);
  ASSERT_EQ(replay(log_, other.machine, {}, *at), head_);
  ASSERT_TRUE(store->write(other.machine, head_));
  ASSERT_TRUE(store->keep(other.machine, head_));
  Hub third;
  EXPECT_EQ(load(third), head_);
  EXPECT_EQ(third.machine.state_hash(), hub_.machine.state_hash());
}

TEST_F(SnapshotTest, one_of_another_log_is_passed_over_and_gives_way) {
  write(3);
  snapshot();
  MemoryLog shorter;
  Hub other;
  auto store = SnapshotStore::open(folder_.path() / "snapshots");
  ASSERT_TRUE(store);
  std::vector<Error> why;
  const auto at = store->load(other.machine, shorter, [&](const Error& e) { why.push_back(e); });
  ASSERT_TRUE(at);
  EXPECT_EQ(*at, Head{});
  ASSERT_EQ(why.size(), 1u);
  EXPECT_EQ(why[0].code, ErrorCode::conflict);

  Head head;
  Commit commit;
  commit.command_id = "other";
  seal(commit, head);
  ASSERT_TRUE(shorter.append(std::vector{commit}));
  ASSERT_TRUE(store->write(other.machine, head));
  ASSERT_TRUE(store->keep(other.machine, head));
  ASSERT_EQ(store->list().size(), 1u);
  EXPECT_TRUE(store->list()[0].string().ends_with("-00000000000000000001"));
}

TEST_F(SnapshotTest, one_of_another_program_is_passed_over) {
  write(3);
  snapshot();
  Hub newer;
  newer.diary.version_ = 2;
  EXPECT_EQ(load(newer), Head{});
  ASSERT_EQ(passed_over_.size(), 1u);
  EXPECT_EQ(passed_over_[0].code, ErrorCode::unsupported);

  TestService alone;
  Machine machine;
  machine.add(alone);
  auto store = SnapshotStore::open(folder_.path() / "snapshots");
  ASSERT_TRUE(store);
  EXPECT_EQ(store->load(machine, log_).value(), Head{});
}

TEST_F(SnapshotTest, what_was_never_finished_is_removed) {
  write(1);
  ASSERT_TRUE(store_->write(hub_.machine, head_));
  Hub other;
  EXPECT_EQ(load(other), Head{});
  EXPECT_TRUE(store_->list().empty());
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "snapshots" /
                                       "snapshot-00000000000000000001.unfinished"));
}

TEST_F(SnapshotTest, a_folder_that_cannot_be_written_is_an_error) {
  write(1);
  std::filesystem::remove_all(folder_.path() / "snapshots");
  EXPECT_FALSE(store_->write(hub_.machine, head_));
  EXPECT_FALSE(store_->keep(hub_.machine, head_));
  EXPECT_FALSE(SnapshotStore::open("/proc/none/snapshots"));
}

TEST_F(SnapshotTest, in_a_copy_of_the_process_tells_why_it_failed) {
  write(1);
  std::filesystem::remove_all(folder_.path() / "snapshots");
  auto save = BackgroundSave::start(*store_, hub_.machine, head_);
  ASSERT_TRUE(save);
  std::optional<Result<>> done;
  while (!done) done = save->poll();
  ASSERT_FALSE(*done);
  EXPECT_EQ(done->error().code, ErrorCode::io_error);
  EXPECT_NE(done->error().text().find("snapshot-"), std::string::npos) << done->error().text();
}

TEST_F(SnapshotTest, the_writer_makes_them_while_it_goes_on) {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<Head> kept;
  WriterOptions options;
  options.snapshots = &*store_;
  options.snapshot_bytes = 2000;
  options.on_snapshot = [&](const Result<Head>& head) {
    EXPECT_TRUE(head) << head.error().text();
    const std::lock_guard lock(mutex);
    kept.push_back(head.value_or(Head{}));
    changed.notify_one();
  };
  const auto writer = Writer::start(log_, hub_.machine, std::move(options)).value();
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 20; ++i) {
      ASSERT_TRUE(writer->submit(diary_command(round * 20 + i, 300)).get());
    }
    std::unique_lock lock(mutex);
    ASSERT_TRUE(changed.wait_for(lock, std::chrono::seconds(20),
                                 [&] { return kept.size() > static_cast<std::size_t>(round); }));
  }
  writer->stop();
  Hub other;
  const Head folded = load(other);
  EXPECT_EQ(folded, kept.back());
  ASSERT_TRUE(replay(log_, other.machine, {}, folded));
  EXPECT_EQ(other.machine.state_hash(), hub_.machine.state_hash());
  EXPECT_GT(hub_.diary.kept_, 0u);
}

TEST_F(SnapshotTest, the_writer_goes_on_where_one_cannot_be_written) {
  std::promise<Error> told;
  WriterOptions options;
  options.snapshots = &*store_;
  options.snapshot_bytes = 1000;
  bool first = true;
  options.on_snapshot = [&](const Result<Head>& head) {
    if (!head && std::exchange(first, false)) told.set_value(head.error());
  };
  std::filesystem::remove_all(folder_.path() / "snapshots");
  const auto writer = Writer::start(log_, hub_.machine, std::move(options)).value();
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(writer->submit(diary_command(i, 300)).get());
  EXPECT_EQ(told.get_future().get().code, ErrorCode::io_error);
  EXPECT_TRUE(writer->submit(diary_command(99, 10)).get());
}

}  // namespace
}  // namespace hq::log
