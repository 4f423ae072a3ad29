#include "log/backup.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <map>
#include <thread>

#include "base/file.h"
#include "log/detail/backup_manifest.h"
#include "log/detail/folder_lock.h"
#include "log/memory_log.h"
#include "log/sqlite_log.h"
#include "log/test_commits.h"

namespace hq::log {
namespace {

namespace fs = std::filesystem;

/// A log that outlives whoever was given it, and may lie about what it took.
class Kept final : public Log {
 public:
  explicit Kept(MemoryLog& log, bool forgets = false) : log_(log), forgets_(forgets) {}
  Result<> append(std::span<const Commit> group) override {
    return forgets_ ? Result<>{} : log_.append(group);
  }
  Result<Head> last() const override { return log_.last(); }
  Result<> read(uint64_t from, const Visit& visit) const override { return log_.read(from, visit); }
  Result<std::optional<Commit>> find(std::string_view id) const override { return log_.find(id); }
  Result<bool> wait_for(uint64_t seq, std::chrono::milliseconds timeout,
                        std::stop_token stop) const override {
    return log_.wait_for(seq, timeout, stop);
  }
  Result<Verification> verify(const Progress& progress) const override {
    return log_.verify(progress);
  }

 private:
  MemoryLog& log_;
  const bool forgets_;
};

class Backups : public testing::Test {
 protected:
  Backups() {
    add("main", 12);
    add("north", 3);
    put("operator_token", "secret hash", 0600);
    put("timetables/a.hqt", std::string(3000, 'a'));
    put("timetables/reference-1.hqt", "made anew");
    put("snapshots/12", "made anew");
    put("passing.tmp", "never finished");
  }

  fs::path data() const { return folder_.path() / "data"; }
  fs::path backup() const { return folder_.path() / "backup"; }
  fs::path restored() const { return folder_.path() / "restored"; }

  void put(const std::string& name, const std::string& bytes, unsigned mode = 0644) {
    fs::create_directories((data() / name).parent_path());
    ASSERT_TRUE(write_file_atomically(data() / name, bytes, mode));
  }

  void add(const std::string& stream, std::size_t count) {
    const auto log = open_log(data(), {.stream = stream}).value();
    Head head = log->last().value();
    ASSERT_TRUE(log->append(test_commits(head, count)));
  }

  Result<BackupSummary> make(bool with_key = false,
                             const std::vector<std::string>& streams = {"main", "north"}) {
    BackupOptions options;
    options.data = data();
    std::vector<std::unique_ptr<LogReader>> readers;
    for (const std::string& name : streams) {
      HQ_TRY(auto reader, open_log_reader(data(), {.stream = name}));
      options.streams.push_back({name, reader.get()});
      readers.push_back(std::move(reader));
    }
    options.folder = backup();
    HQ_TRY(const CheckpointKey key, CheckpointKey::open(data()));
    options.key = &key;
    options.time = Instant(std::chrono::seconds(1'800'000'000));
    options.with_key = with_key;
    options.files_of = [](const Commit& commit) {
      return commit.seq == 2 ? std::vector<std::string>{"timetables/a.hqt"}
                             : std::vector<std::string>{};
    };
    options.is_derived = [](std::string_view path) {
      return path.starts_with("timetables/reference-");
    };
    return make_backup(options);
  }

  Result<RestoreSummary> restore() {
    return restore_backup({.folder = backup(), .data = restored()});
  }

  void expect_same_log(const std::string& stream) {
    const auto one = open_log_reader(data(), {.stream = stream}).value();
    const auto two = open_log_reader(restored(), {.stream = stream}).value();
    const auto found = two->verify().value();
    EXPECT_FALSE(found.damage);
    EXPECT_EQ(found.head, one->last());
  }

  fs::path part(const std::string& stream = "main") const {
    return fs::directory_iterator(backup() / "streams" / stream)->path();
  }
  fs::path object(const std::string& path) const {
    const Manifest manifest = read_manifest(backup()).value();
    for (const FileEntry& file : manifest.files) {
      if (file.path == path) return object_path(backup(), file);
    }
    return {};
  }
  Manifest manifest() const { return read_manifest(backup()).value(); }

  /// A restore is refused with this, and has written nothing.
  void expect_refused(ErrorCode code, std::string_view message, std::string_view where = {}) {
    const auto summary = restore();
    ASSERT_FALSE(summary);
    EXPECT_EQ(summary.error().code, code) << summary.error().text();
    EXPECT_NE(summary.error().message.find(message), std::string::npos) << summary.error().text();
    EXPECT_NE(summary.error().where.find(where), std::string::npos) << summary.error().text();
    EXPECT_FALSE(summary.error().message_zh.empty());
    EXPECT_FALSE(fs::exists(restored()));
    EXPECT_FALSE(fs::exists(restored().string() + ".restoring"));
    EXPECT_FALSE(check_backup(backup()));
  }

  static void damage(const fs::path& file, std::size_t at) {
    std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
    const int byte = bytes.seekg(static_cast<std::streamoff>(at)).get();
    bytes.seekp(static_cast<std::streamoff>(at)).put(static_cast<char>(byte ^ 8));
  }

  TestFolder folder_;
};

TEST_F(Backups, give_back_streams_and_files) {
  const auto made = make();
  ASSERT_TRUE(made) << made.error().text();
  ASSERT_EQ(made->streams.size(), 2u);
  EXPECT_EQ(made->streams[0].commits, 12u);
  EXPECT_EQ(made->streams[1].head.seq, 3u);
  EXPECT_EQ(made->files, 2u);
  const auto summary = restore();
  ASSERT_TRUE(summary) << summary.error().text();
  EXPECT_EQ(summary->time, Instant(std::chrono::seconds(1'800'000'000)));
  EXPECT_EQ(summary->streams[1].head, made->streams[1].head);
  EXPECT_EQ(summary->streams[0].checkpoint.seq, 12u);
  EXPECT_FALSE(summary->later_run_cut_off);
  expect_same_log("main");
  expect_same_log("north");
  EXPECT_EQ(read_file(restored() / "timetables/a.hqt"), std::string(3000, 'a'));
  struct stat status{};
  ASSERT_EQ(::stat((restored() / "operator_token").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  for (const char* name :
       {"timetables/reference-1.hqt", "snapshots", "passing.tmp", "checkpoint_key"}) {
    EXPECT_FALSE(fs::exists(restored() / name)) << name;
  }
}

TEST_F(Backups, take_the_private_key_where_that_is_wanted) {
  ASSERT_TRUE(make(true));
  ASSERT_TRUE(restore());
  EXPECT_EQ(CheckpointKey::open_existing(restored())->public_key(),
            CheckpointKey::open_existing(data())->public_key());
}

TEST_F(Backups, add_only_what_is_new) {
  ASSERT_TRUE(make());
  add("main", 4);
  add("east", 1);
  put("timetables/b.hqt", "b");
  const auto made = make(false, {"main", "north", "east"});
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_EQ(made->streams[0].commits, 4u);
  EXPECT_EQ(made->streams[1].commits, 0u);
  EXPECT_EQ(made->streams[2].commits, 1u);
  EXPECT_EQ(made->files_added, 1u);
  EXPECT_EQ(manifest().streams[0].parts.size(), 2u);
  EXPECT_EQ(make(false, {"main", "north", "east"})->bytes_added, 0u);
  ASSERT_TRUE(restore());
  for (const char* stream : {"main", "north", "east"}) expect_same_log(stream);
}

TEST_F(Backups, forget_a_file_that_is_gone_but_not_one_that_a_commit_refers_to) {
  ASSERT_TRUE(make());
  fs::remove(data() / "operator_token");
  const fs::path old = object("operator_token");
  ASSERT_TRUE(make());
  EXPECT_FALSE(fs::exists(old));
  fs::remove(data() / "timetables/a.hqt");
  const auto made = make();
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::not_found);
  EXPECT_NE(made.error().message.find("commit 2 refers to the file 'timetables/a.hqt'"),
            std::string::npos);
}

TEST_F(Backups, run_beside_the_writer) {
  const auto log = open_log(data()).value();
  Head head = log->last().value();
  std::jthread writing([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) ASSERT_TRUE(log->append(test_commits(head, 2)));
  });
  for (int round = 0; round < 5; ++round) {
    const auto made = make();
    ASSERT_TRUE(made) << made.error().text();
    ASSERT_TRUE(check_backup(backup()));
  }
}

TEST_F(Backups, refuse_to_go_on_from_another_log) {
  ASSERT_TRUE(make());
  EXPECT_EQ(make(false, {"main"}).error().code, ErrorCode::conflict);  // north is gone
  fs::remove(data() / "log.sqlite");
  add("main", 5);  // shorter
  EXPECT_EQ(make().error().code, ErrorCode::conflict);
  const auto diverge = [&](std::size_t count, std::size_t filler) {
    fs::remove(data() / "log.sqlite");
    const auto log = open_log(data()).value();
    Head head;
    ASSERT_TRUE(log->append(test_commits(head, count, filler)));
  };
  diverge(12, 7);  // as long
  EXPECT_EQ(make().error().code, ErrorCode::conflict);
  diverge(14, 7);  // longer
  const auto made = make();
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::conflict);
  EXPECT_NE(made.error().message.find("does not continue"), std::string::npos);
  EXPECT_TRUE(check_backup(backup()));  // what was there still is
}

TEST_F(Backups, refuse_a_folder_of_something_else) {
  fs::create_directories(backup());
  ASSERT_TRUE(write_file_atomically(backup() / "letters", "dear"));
  EXPECT_EQ(make().error().code, ErrorCode::conflict);
  BackupOptions inside;
  const auto key = CheckpointKey::open(data()).value();
  inside.key = &key;
  inside.data = data();
  inside.folder = data() / "backups";
  EXPECT_EQ(make_backup(inside).error().code, ErrorCode::invalid_argument);
}

TEST_F(Backups, refuse_a_second_run_at_a_time) {
  fs::create_directories(backup());
  const auto lock = FolderLock::take(backup(), "backup.lock").value();
  const auto made = make();
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::conflict);
  EXPECT_NE(made.error().message.find("under way"), std::string::npos);
}

TEST_F(Backups, that_were_never_finished_are_known) {
  ASSERT_TRUE(make());
  fs::remove(backup() / kManifestFile);
  expect_refused(ErrorCode::not_found, "no backup in this folder");
  ASSERT_TRUE(write_file_atomically(backup() / kUnfinishedFile, ""));
  expect_refused(ErrorCode::not_found, "never finished");
  ASSERT_TRUE(make());  // and can be made again in their place
  EXPECT_TRUE(restore());
}

TEST_F(Backups, stay_as_they_were_when_a_later_run_is_cut_off) {
  ASSERT_TRUE(make());
  // What a run leaves that ends before its manifest.
  ASSERT_TRUE(write_file_atomically(backup() / kUnfinishedFile, ""));
  ASSERT_TRUE(write_file_atomically(backup() / "streams/main/000000000013-000000000020.hqlog", ""));
  ASSERT_TRUE(write_file_atomically(backup() / "objects" / std::string(64, 'a'), "half"));
  const auto summary = check_backup(backup());
  ASSERT_TRUE(summary);
  EXPECT_TRUE(summary->later_run_cut_off);
  add("main", 1);
  ASSERT_TRUE(make());
  EXPECT_FALSE(fs::exists(backup() / "streams/main/000000000013-000000000020.hqlog"));
  EXPECT_FALSE(fs::exists(backup() / "objects" / std::string(64, 'a')));
  EXPECT_FALSE(check_backup(backup())->later_run_cut_off);
  ASSERT_TRUE(restore());
  expect_same_log("main");
}

TEST_F(Backups, find_a_changed_byte_in_any_of_their_files) {
  ASSERT_TRUE(make());
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(backup())) {
    if (entry.is_regular_file() && entry.path().filename() != "backup.lock") {
      files.push_back(entry.path());
    }
  }
  EXPECT_EQ(files.size(), 5u);  // manifest, two parts, two objects
  for (const fs::path& file : files) {
    const auto bytes = fs::file_size(file);
    for (std::size_t at = 0; at < bytes; at += 1 + bytes / 60) {
      damage(file, at);
      ASSERT_FALSE(check_backup(backup())) << file << " " << at;
      damage(file, at);
    }
  }
  EXPECT_TRUE(check_backup(backup()));
}

TEST_F(Backups, say_which_file_is_changed_cut_or_missing) {
  ASSERT_TRUE(make());
  const fs::path main = part();
  damage(main, 600);
  expect_refused(ErrorCode::corrupt, "", main.string());
  damage(main, 600);
  const auto bytes = fs::file_size(main);
  const std::string sound = read_file(main).value();
  fs::resize_file(main, bytes - 40);
  expect_refused(ErrorCode::corrupt, "cut off", main.string());
  fs::remove(main);
  expect_refused(ErrorCode::corrupt, "missing", main.string());
  ASSERT_TRUE(write_file_atomically(main, sound));
  const fs::path timetable = object("timetables/a.hqt");
  damage(timetable, 5);
  expect_refused(ErrorCode::corrupt, "changed: 'timetables/a.hqt'", timetable.string());
  fs::remove(timetable);
  expect_refused(ErrorCode::corrupt, "missing: 'timetables/a.hqt'", timetable.string());
  const auto made = make();  // a further run does not build on this
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::corrupt);
}

TEST_F(Backups, say_which_files_are_mixed_up) {
  ASSERT_TRUE(make());
  add("main", 4);
  ASSERT_TRUE(make());
  const auto parts = manifest().streams[0].parts;
  const fs::path spare = folder_.path() / "spare";
  fs::rename(backup() / parts[0].file, spare);
  fs::rename(backup() / parts[1].file, backup() / parts[0].file);
  fs::rename(spare, backup() / parts[1].file);
  expect_refused(ErrorCode::corrupt, "mixed up", parts[0].file);
  fs::copy_file(part("north"), backup() / parts[0].file, fs::copy_options::overwrite_existing);
  expect_refused(ErrorCode::corrupt, "stream 'north', where those from 1 of 'main' belong",
                 parts[0].file);
}

TEST_F(Backups, do_not_believe_a_manifest_that_says_something_else) {
  ASSERT_TRUE(make());
  const Manifest sound = manifest();
  const auto with = [&](const std::function<void(Manifest&)>& change) {
    Manifest changed = sound;
    change(changed);
    EXPECT_TRUE(write_manifest(backup(), changed));
  };
  with([](Manifest& one) { one.streams[0].parts.clear(); });
  expect_refused(ErrorCode::corrupt, "no commits beyond 0");
  with([](Manifest& one) { one.streams[0].seq = 11; });
  expect_refused(ErrorCode::corrupt, "ends at commit 12, not at 11");
  with([](Manifest& one) { one.streams[0].hash[0] ^= 1; });
  expect_refused(ErrorCode::corrupt, "ends at commit 12");
  with([](Manifest& one) { one.streams[0].parts[0].sha256[0] ^= 1; });
  expect_refused(ErrorCode::corrupt, "not the file that the manifest names");
  with([](Manifest& one) { one.streams[0].parts[0].file = "../x"; });
  expect_refused(ErrorCode::corrupt, "outside of the backup");
  with([](Manifest& one) { one.files[0].path = "../../etc/x"; });
  expect_refused(ErrorCode::corrupt, "outside of the data folder");
  with([](Manifest& one) { one.streams[0].name = "../x"; });
  EXPECT_EQ(restore().error().code, ErrorCode::invalid_argument);
  with([](Manifest& one) { std::swap(one.streams[0].checkpoint, one.streams[1].checkpoint); });
  expect_refused(ErrorCode::conflict, "stream 'north'", "checkpoint 1");
  with([](Manifest& one) { one.streams[0].checkpoint.text = "{}"; });
  expect_refused(ErrorCode::parse_error, "");
  with([](Manifest& one) { one.public_key = "7"; });
  EXPECT_EQ(restore().error().code, ErrorCode::invalid_argument);
  with([](Manifest& one) { one.public_key = std::string(64, '0'); });
  EXPECT_EQ(restore().error().code, ErrorCode::not_found);  // a key that it is not signed with
}

TEST_F(Backups, of_a_newer_version_and_other_manifests_are_refused) {
  ASSERT_TRUE(make());
  std::string text = read_file(backup() / kManifestFile).value();
  const auto put_manifest = [&](std::string object) {
    object.pop_back();
    const std::string digest = to_hex(sha256(std::string_view(object)));
    ASSERT_TRUE(write_file_atomically(backup() / kManifestFile,
                                      object + ",\"sha256\":\"" + digest + "\"}\n"));
  };
  std::string object = text.substr(0, text.rfind(",\"sha256\"")) + "}";
  std::string newer = object;
  newer.replace(newer.find("\"version\":1"), 11, "\"version\":2");
  put_manifest(newer);
  expect_refused(ErrorCode::newer_version, "format 2");
  EXPECT_EQ(make().error().code, ErrorCode::newer_version);
  std::string other = object;
  other.replace(other.find("hongqiao backup"), 8, "whatever");
  put_manifest(other);
  expect_refused(ErrorCode::corrupt, "manifest");
  put_manifest("{}");
  EXPECT_EQ(restore().error().code, ErrorCode::parse_error);
  ASSERT_TRUE(write_file_atomically(backup() / kManifestFile, "x"));
  expect_refused(ErrorCode::corrupt, "manifest");
}

TEST_F(Backups, are_checked_with_keys_from_elsewhere) {
  ASSERT_TRUE(make());
  const PublicKey right = CheckpointKey::open(data())->public_key();
  EXPECT_TRUE(check_backup(backup(), {right}));
  TestFolder other;
  const PublicKey wrong = CheckpointKey::open(other.path())->public_key();
  EXPECT_EQ(check_backup(backup(), {wrong}).error().code, ErrorCode::not_found);
  EXPECT_TRUE(check_backup(backup(), {wrong, right}));
}

TEST_F(Backups, are_not_restored_over_anything) {
  ASSERT_TRUE(make());
  fs::create_directories(restored());
  EXPECT_TRUE(restore());  // an empty folder is nothing
  EXPECT_EQ(restore().error().code, ErrorCode::conflict);
  fs::remove_all(restored());
  ASSERT_TRUE(write_file_atomically(restored(), "a file"));
  EXPECT_EQ(restore().error().code, ErrorCode::conflict);
  fs::remove(restored());
  fs::create_directories(restored().string() + ".restoring");
  const auto summary = restore();
  ASSERT_FALSE(summary);
  EXPECT_NE(summary.error().message.find("cut off"), std::string::npos);
}

TEST_F(Backups, go_into_any_log_by_its_interface) {
  ASSERT_TRUE(make());
  std::map<std::string, MemoryLog> logs;
  RestoreOptions options{.folder = backup(), .data = restored()};
  options.open_stream = [&](const std::string& name) -> Result<std::unique_ptr<Log>> {
    return std::make_unique<Kept>(logs[name]);
  };
  const auto summary = restore_backup(options);
  ASSERT_TRUE(summary) << summary.error().text();
  EXPECT_EQ(logs["main"].last(), summary->streams[0].head);
  EXPECT_EQ(logs["north"].last()->seq, 3u);
  EXPECT_FALSE(fs::exists(restored() / "log.sqlite"));
  fs::remove_all(restored());
  const auto again = restore_backup(options);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::conflict);
  EXPECT_NE(again.error().message.find("holds 12 commits already"), std::string::npos);
  EXPECT_FALSE(fs::exists(restored()));
}

TEST_F(Backups, find_a_log_that_did_not_keep_what_it_was_given) {
  ASSERT_TRUE(make());
  MemoryLog log;
  RestoreOptions options{.folder = backup(), .data = restored()};
  options.open_stream = [&](const std::string&) -> Result<std::unique_ptr<Log>> {
    return std::make_unique<Kept>(log, true);
  };
  const auto summary = restore_backup(options);
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().code, ErrorCode::corrupt);
  EXPECT_FALSE(fs::exists(restored()));
}

TEST_F(Backups, find_a_log_whose_end_is_not_what_it_says) {
  class Other final : public LogReader {
   public:
    explicit Other(const LogReader& log) : log_(log) {}
    Result<Head> last() const override { return Head{12, {}, sha256("other")}; }
    Result<> read(uint64_t from, const Visit& visit) const override {
      return log_.read(from, visit);
    }
    Result<std::optional<Commit>> find(std::string_view id) const override { return log_.find(id); }
    Result<bool> wait_for(uint64_t, std::chrono::milliseconds, std::stop_token) const override {
      return true;
    }
    Result<Verification> verify(const Progress& progress) const override {
      return log_.verify(progress);
    }

   private:
    const LogReader& log_;
  };
  const auto reader = open_log_reader(data()).value();
  const Other other(*reader);
  const auto key = CheckpointKey::open(data()).value();
  const auto made = make_backup({.data = data(),
                                 .streams = {{"main", &other}},
                                 .folder = backup(),
                                 .key = &key,
                                 .time = Instant{}});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::corrupt);
  EXPECT_EQ(made.error().where, "commit 12");
  EXPECT_FALSE(check_backup(backup()));
}

TEST_F(Backups, give_up_on_a_file_that_is_another_at_each_look) {
  fs::create_symlink("/proc/sys/kernel/random/uuid", data() / "restless");
  const auto made = make();
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::unavailable);
  EXPECT_NE(made.error().where.find("restless"), std::string::npos);
}

TEST_F(Backups, find_a_file_that_changes_between_the_check_and_the_copy) {
  add("main", 5000);  // enough for progress to be told
  ASSERT_TRUE(make());
  bool is_damaged = false;
  const auto summary =
      restore_backup({.folder = backup(), .data = restored()}, [&](uint64_t, uint64_t) {
        if (!std::exchange(is_damaged, true)) damage(object("timetables/a.hqt"), 7);
      });
  EXPECT_TRUE(is_damaged);
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().code, ErrorCode::corrupt);
  EXPECT_NE(summary.error().message.find("changed while"), std::string::npos);
  EXPECT_FALSE(fs::exists(restored()));
  EXPECT_FALSE(fs::exists(restored().string() + ".restoring"));
}

TEST_F(Backups, of_a_hub_that_is_not_there_are_errors) {
  EXPECT_EQ(restore().error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace hq::log
