// hongqiao log backup, restore, drill.
#include <fmt/format.h>
#include <stdlib.h>

#include "base/json.h"
#include "cli/commands.h"
#include "cli/logs.h"
#include "cli/sources.h"
#include "hub/credentials/credential_service.h"
#include "hub/ledger/asset_register.h"
#include "hub/ledger/ledger_service.h"
#include "hub/reference/reference.h"
#include "hub/timetables/import.h"
#include "log/backup.h"
#include "log/postgres_log.h"
#include "log/sqlite_log.h"

namespace hq::cli {
namespace {

namespace fs = std::filesystem;

struct StreamAnswer {
  std::string stream;
  uint64_t commits = 0;
  std::string hash;
  std::optional<uint64_t> added;
  std::optional<std::string> state;  // digest of what was folded
};
BOOST_DESCRIBE_STRUCT(StreamAnswer, (), (stream, commits, hash, added, state))

struct BackupAnswer {
  std::vector<StreamAnswer> streams;
  uint64_t files = 0;
  std::optional<uint64_t> bytes_added;
  std::optional<Instant> time;  // when the backup was made
  std::optional<bool> same_as_live;
};
BOOST_DESCRIBE_STRUCT(BackupAnswer, (), (streams, files, bytes_added, time, same_as_live))

void print(const BackupAnswer& answer, const Console& console) {
  if (console.json()) {
    console.line(to_json(answer));
    return;
  }
  for (const StreamAnswer& one : answer.streams) {
    std::string line = fmt::format("{} {}: {} {}; {} {}", console.choose("stream", "流"),
                                   one.stream, console.choose("commits", "提交数"), one.commits,
                                   console.choose("hash", "哈希"), one.hash);
    if (one.added) line += fmt::format("; {} {}", console.choose("added", "新增"), *one.added);
    console.line(line);
    if (one.state) {
      console.line(fmt::format("  {} {}", console.choose("state", "状态"), *one.state));
    }
  }
  console.line(fmt::format("{}: {}", console.choose("files", "文件"), answer.files));
  if (answer.same_as_live) {
    console.line(
        std::string(console.choose("the live log gives the same state", "现行日志得到相同的状态")));
  }
}

log::LogReader::Progress telling(const Console& console, const char* en, const char* zh) {
  return [&console, en, zh](uint64_t done, uint64_t total) {
    console.progress(console.choose(en, zh), done, total);
  };
}

Result<std::vector<log::PublicKey>> keys_from(const std::vector<std::string>& texts) {
  std::vector<log::PublicKey> keys;
  for (const std::string& hex : texts) {
    HQ_TRY(const log::PublicKey key, log::public_key_from(hex));
    keys.push_back(key);
  }
  return keys;
}

/// A timetable that was imported lies beside the log.
std::vector<std::string> files_of(const log::Commit& commit) {
  std::vector<std::string> files;
  for (const log::Event& event : commit.events) {
    if (event.type != "timetables.imported") continue;
    const auto record = from_json<hub::TimetableRecord>(event.body);
    if (!record) continue;
    files.push_back(fmt::format("timetables/{}.hqt", record->id));
    files.push_back(fmt::format("timetables/{}.report.json", record->id));
  }
  return files;
}

/// The reference plan as compiled, and uploads under way.
bool is_derived(std::string_view path) {
  return path.starts_with("timetables/reference-") || path.starts_with("timetables/upload-");
}

void tell_cut_off(const log::RestoreSummary& summary, const Console& console) {
  if (!summary.later_run_cut_off) return;
  console.note(
      "A later backup into this folder did not come to its end; this is the one before it.",
      "此文件夹中较晚的一次备份未完成；所用的是它之前的备份。");
}

BackupAnswer answer_of(const log::RestoreSummary& summary) {
  BackupAnswer answer;
  answer.files = summary.files;
  answer.time = summary.time;
  for (const auto& stream : summary.streams) {
    answer.streams.push_back(
        {stream.name, stream.head.seq, to_hex(stream.head.hash), std::nullopt, std::nullopt});
  }
  return answer;
}

/// A log up to one commit, as if there were nothing after it.
class UpTo final : public log::LogReader {
 public:
  UpTo(const log::LogReader& log, const log::Head& end) : log_(log), end_(end) {}

  Result<log::Head> last() const override { return end_; }
  Result<> read(uint64_t from_seq, const Visit& visit) const override {
    return log_.read(from_seq, [&](const log::Commit& commit) {
      return commit.seq <= end_.seq && visit(commit) && commit.seq < end_.seq;
    });
  }
  Result<std::optional<log::Commit>> find(std::string_view command_id) const override {
    HQ_TRY(auto found, log_.find(command_id));
    if (found && found->seq > end_.seq) return std::nullopt;
    return found;
  }
  Result<bool> wait_for(uint64_t seq, std::chrono::milliseconds, std::stop_token) const override {
    return seq <= end_.seq;
  }
  Result<log::Verification> verify(const Progress& progress) const override {
    return log_.verify(progress);
  }

 private:
  const log::LogReader& log_;
  const log::Head end_;
};

/// Folds with every service of the server, and gives the digest of the state.
class Folder {
 public:
  Folder(const LogDrillOptions& options, const Console& console)
      : options_(options), console_(console) {}

  /// `data` has the files beside the log. conflict: the log went another way before `end`.
  Result<std::string> fold(const log::LogReader& log, const log::Head& end, const fs::path& data) {
    HQ_TRY(const auto reference, reference_plan());
    hub::Timetables timetables(data / "timetables", reference);
    hub::LedgerService ledger(hub::with_random_seed(options_.capacity));
    hub::AssetRegister assets;
    log::Machine machine;
    machine.add(timetables);
    machine.add(ledger);
    machine.add(assets);
    const auto credentials = hub::CredentialService::open_without_keys();
    machine.add(*credentials);
    HQ_TRY(const log::Head folded,
           log::replay(UpTo(log, end), machine, telling(console_, "folding", "重放")));
    HQ_TRY_VOID(ledger.fits());
    if (folded.hash != end.hash) {
      return fail(ErrorCode::conflict,
                  fmt::format("the live log is not the one of the backup: its commit {} is another",
                              end.seq),
                  fmt::format("现行日志与备份不是同一日志：第 {} 号提交不同", end.seq));
    }
    // What answers questions has to open too.
    for (const hub::TimetableAnswer& one : timetables.list()) HQ_TRY_VOID(timetables.open(one.id));
    return to_hex(machine.state_hash());
  }

 private:
  Result<std::shared_ptr<const route::Timetable>> reference_plan() {
    if (reference_ == nullptr) {
      HQ_TRY(const fs::path folder, find_hub_folder(options_.hub));
      HQ_TRY(const hub::ReferenceHub hub, hub::load_hub(folder));
      HQ_TRY(reference_, hub::open_reference(hub, folder, {}));
    }
    return reference_;
  }

  const LogDrillOptions& options_;
  const Console& console_;
  std::shared_ptr<const route::Timetable> reference_;
};

/// A folder of its own that goes away with it.
class Scratch {
 public:
  static Result<std::unique_ptr<Scratch>> make(const fs::path& parent) {
    std::error_code error;
    const fs::path place = parent.empty() ? fs::temp_directory_path(error) : parent;
    if (error) return std::unexpected(system_error(error.value(), place.string()));
    std::string pattern = (place / "hongqiao-drill-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
      return std::unexpected(system_error(errno, place.string()));
    }
    return std::unique_ptr<Scratch>(new Scratch(pattern));
  }
  ~Scratch() {
    std::error_code error;
    fs::remove_all(path_, error);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const fs::path& path() const { return path_; }

 private:
  explicit Scratch(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
};

Result<std::string> drill_stream(const log::RestoreSummary::Stream& stream, const fs::path& data,
                                 Folder& folder, const Console& console) {
  HQ_TRY(const auto reader, log::open_log_reader(data, {.stream = stream.name}));
  HQ_TRY(const log::Verification found, reader->verify(telling(console, "verifying", "校验")));
  if (found.damage) return std::unexpected(*found.damage);
  return folder.fold(*reader, stream.head, data);
}

Result<> compare_with_live(const log::RestoreSummary::Stream& stream, const std::string& state,
                           const LogDrillOptions& options, Folder& folder) {
  LogSource live = options.live;
  live.stream = stream.name;
  HQ_TRY(const auto reader, open_reader(live));
  HQ_TRY(const log::Head end, reader->last());
  if (end.seq < stream.head.seq) {
    return fail(
        ErrorCode::conflict,
        fmt::format("the live log ends at commit {}, before the backup, which has {}", end.seq,
                    stream.head.seq),
        fmt::format("现行日志止于第 {} 号提交，少于备份中的 {} 条", end.seq, stream.head.seq),
        stream.name);
  }
  HQ_TRY(const std::string live_state, folder.fold(*reader, stream.head, live.data));
  if (live_state == state) return {};
  return fail(
      ErrorCode::corrupt,
      fmt::format("the live log gives the state {}, the backup gives {}", live_state, state),
      fmt::format("现行日志得到的状态为 {}，备份得到的为 {}", live_state, state), stream.name);
}

Result<BackupAnswer> drill(const LogDrillOptions& options, const Console& console) {
  HQ_TRY(const auto keys, keys_from(options.public_keys));
  HQ_TRY(const auto scratch, Scratch::make(options.scratch));
  const fs::path data = scratch->path() / "data";
  HQ_TRY(
      const log::RestoreSummary summary,
      log::restore_backup({.folder = options.backup, .data = data, .keys = keys, .open_stream = {}},
                          telling(console, "restoring", "恢复")));
  tell_cut_off(summary, console);
  BackupAnswer answer = answer_of(summary);
  Folder folder(options, console);
  for (std::size_t i = 0; i < summary.streams.size(); ++i) {
    const auto& stream = summary.streams[i];
    HQ_TRY(const std::string state, drill_stream(stream, data, folder, console));
    answer.streams[i].state = state;
    if (!options.compare) continue;
    HQ_TRY_VOID(compare_with_live(stream, state, options, folder));
    answer.same_as_live = true;
  }
  return answer;
}

Result<log::BackupSummary> backup(const LogBackupOptions& options, const Console& console) {
  log::BackupOptions wanted;
  wanted.data = options.source.data;
  wanted.folder = options.output;
  wanted.with_key = options.with_key;
  wanted.time = now();
  wanted.files_of = files_of;
  // Whoever has them can issue in the name of the hub.
  wanted.is_derived = [&options](std::string_view path) {
    return is_derived(path) || (path == hub::kCredentialKeysFile && !options.with_key);
  };
  std::vector<std::string> names = {options.source.stream};
  if (options.source.database.empty()) {
    HQ_TRY(names, log::list_streams(options.source.data));
    if (names.empty()) {
      return fail(ErrorCode::not_found, "there is no log in this folder", "该文件夹中没有日志",
                  options.source.data.string());
    }
  }
  std::vector<std::unique_ptr<log::LogReader>> readers;
  for (const std::string& name : names) {
    LogSource source = options.source;
    source.stream = name;
    HQ_TRY(auto reader, open_reader(source));
    wanted.streams.push_back({name, reader.get()});
    readers.push_back(std::move(reader));
  }
  HQ_TRY(const auto key, log::CheckpointKey::open(options.source.data));
  wanted.key = &key;
  return log::make_backup(wanted, telling(console, "backing up", "备份"));
}

}  // namespace

int log_backup(const LogBackupOptions& options, const Console& console) {
  const auto made = backup(options, console);
  console.end_progress();
  if (!made) return console.fail(made.error());
  BackupAnswer answer;
  answer.files = made->files;
  answer.bytes_added = made->bytes_added;
  for (const auto& stream : made->streams) {
    answer.streams.push_back(
        {stream.name, stream.head.seq, to_hex(stream.head.hash), stream.commits, std::nullopt});
  }
  print(answer, console);
  return 0;
}

int log_restore(const LogRestoreOptions& options, const Console& console) {
  const auto restore = [&]() -> Result<log::RestoreSummary> {
    log::RestoreOptions wanted;
    wanted.folder = options.backup;
    wanted.data = options.target.data;
    HQ_TRY(wanted.keys, keys_from(options.public_keys));
    if (!options.target.database.empty()) {
      wanted.open_stream = [&](const std::string& stream) -> Result<std::unique_ptr<log::Log>> {
        log::PostgresOptions postgres;
        postgres.connection = options.target.database;
        postgres.stream = stream;
        return log::open_postgres_log(postgres);
      };
    }
    return log::restore_backup(wanted, telling(console, "restoring", "恢复"));
  };
  const auto summary = restore();
  console.end_progress();
  if (!summary) return console.fail(summary.error());
  tell_cut_off(*summary, console);
  print(answer_of(*summary), console);
  return 0;
}

int log_drill(const LogDrillOptions& options, const Console& console) {
  const auto answer = drill(options, console);
  console.end_progress();
  if (!answer) return console.fail(answer.error());
  print(*answer, console);
  return 0;
}

}  // namespace hq::cli
