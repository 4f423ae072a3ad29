#include "log/backup.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/assert.h"
#include "base/file.h"
#include "log/detail/backup_manifest.h"
#include "log/detail/folder_lock.h"

namespace hq::log {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLockFile = "backup.lock";
constexpr int kCopyAttempts = 3;
constexpr uint32_t kPermissionBits = 0777;

Result<> make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return std::unexpected(system_error(error.value(), folder.string()));
  return {};
}

/// Files of the logs themselves, and what this program makes anew from them.
bool is_of_log(const std::string& path) {
  if (path.starts_with("snapshots/") || path.ends_with(".tmp")) return true;
  if (path.contains('/') || !path.starts_with("log")) return false;
  return path.ends_with(".sqlite") || path.ends_with(".sqlite-wal") ||
         path.ends_with(".sqlite-shm") || path.ends_with(".lock");
}

class BackupRun {
 public:
  BackupRun(const BackupOptions& options, const LogReader::Progress& progress)
      : options_(options), progress_(progress) {}

  Result<BackupSummary> run() {
    HQ_TRY_VOID(check_place());
    HQ_TRY_VOID(make_folder(options_.folder));
    auto lock = FolderLock::take(options_.folder, kLockFile);
    if (!lock && lock.error().code == ErrorCode::conflict) {
      return fail(ErrorCode::conflict, "another backup into this folder is under way",
                  "另一个备份正在写入此文件夹", options_.folder.string());
    }
    HQ_TRY_VOID(lock);
    HQ_TRY_VOID(begin());
    for (const BackupStream& stream : options_.streams) HQ_TRY_VOID(add_stream(stream));
    HQ_TRY_VOID(add_files());
    HQ_TRY_VOID(write_manifest(options_.folder, next_));
    HQ_TRY_VOID(tidy());
    summary_.files = next_.files.size();
    return std::move(summary_);
  }

 private:
  Result<> check_place() const;
  Result<> begin();
  Result<> check_before() const;
  Result<> add_stream(const BackupStream& stream);
  Result<PartEntry> add_part(const BackupStream& stream, uint64_t from, const Head& end);
  Result<> see_files_of(const BackupStream& stream, uint64_t from, uint64_t to);
  Result<> add_files();
  Result<> add_file(const fs::path& file, const std::string& path);
  Result<bool> add_object(const fs::path& from, FileEntry& entry);
  Result<> tidy() const;
  const StreamEntry* before(std::string_view name) const;

  const BackupOptions& options_;
  const LogReader::Progress& progress_;
  Manifest before_;                           // of the last run that came to its end
  Manifest next_;                             // of this one
  std::map<std::string, uint64_t> required_;  // path, and the commit that refers to it
  BackupSummary summary_;
};

/// Not into the data folder, which would go into its own backup.
Result<> BackupRun::check_place() const {
  HQ_ASSERT(options_.key != nullptr);
  std::error_code error;
  const fs::path data = fs::weakly_canonical(options_.data, error);
  const fs::path folder = fs::weakly_canonical(options_.folder, error);
  const auto [in_data, in_folder] =
      std::mismatch(data.begin(), data.end(), folder.begin(), folder.end());
  if (in_data == data.end()) {
    return fail(ErrorCode::invalid_argument, "a backup cannot lie in the data folder itself",
                "备份不能放在数据文件夹之内", options_.folder.string());
  }
  return {};
}

Result<> BackupRun::begin() {
  std::error_code error;
  const fs::path marker = options_.folder / kUnfinishedFile;
  auto manifest = read_manifest(options_.folder);
  if (manifest) {
    before_ = *std::move(manifest);
    HQ_TRY_VOID(check_before());
  } else if (manifest.error().code != ErrorCode::not_found) {
    return std::unexpected(std::move(manifest).error());
  } else if (!fs::exists(marker, error)) {
    for (const auto& entry : fs::directory_iterator(options_.folder, error)) {
      if (entry.path().filename() == kLockFile) continue;
      return fail(ErrorCode::conflict, "the folder holds something else than a backup",
                  "该文件夹中存有备份以外的内容", options_.folder.string());
    }
  }
  HQ_TRY_VOID(write_file_atomically(marker, "A backup is under way, or was cut off.\n"));
  HQ_TRY_VOID(make_folder(options_.folder / kObjectsFolder));
  next_.time = options_.time;
  next_.public_key = to_hex(options_.key->public_key());
  return {};
}

/// What the new part will follow has to be there still.
Result<> BackupRun::check_before() const {
  const auto has_size = [&](const fs::path& file, uint64_t bytes) -> Result<> {
    std::error_code error;
    if (fs::file_size(file, error) == bytes && !error) return {};
    return fail(ErrorCode::corrupt,
                "a file of the backup so far is missing or has another size; begin a new backup in "
                "another folder",
                "已有备份中的文件缺失或大小不符；请在其他文件夹重新备份", file.string());
  };
  for (const StreamEntry& stream : before_.streams) {
    for (const PartEntry& part : stream.parts) {
      HQ_TRY_VOID(has_size(options_.folder / part.file, part.bytes));
    }
    if (std::ranges::find(options_.streams, stream.name, &BackupStream::name) ==
        options_.streams.end()) {
      return fail(
          ErrorCode::conflict,
          fmt::format("the backup has a stream '{}', which is not here: it is of another "
                      "hub; choose another folder",
                      stream.name),
          fmt::format("备份中有流“{}”，此处没有：它属于另一个枢纽；请换一个文件夹", stream.name),
          options_.folder.string());
    }
  }
  for (const FileEntry& file : before_.files) {
    HQ_TRY_VOID(has_size(object_path(options_.folder, file), file.bytes));
  }
  return {};
}

const StreamEntry* BackupRun::before(std::string_view name) const {
  const auto found = std::ranges::find(before_.streams, name, &StreamEntry::name);
  return found == before_.streams.end() ? nullptr : &*found;
}

Result<> BackupRun::add_stream(const BackupStream& stream) {
  HQ_TRY(const Head end, stream.log->last());
  StreamEntry entry;
  entry.name = stream.name;
  entry.seq = end.seq;
  entry.hash = to_hex(end.hash);
  uint64_t done = 0;
  std::string expected = to_hex(Sha256{});
  if (const StreamEntry* known = before(stream.name)) {
    entry.parts = known->parts;
    done = known->seq;
    expected = known->hash;
  }
  const auto not_this_log = [&] {
    return fail(
        ErrorCode::conflict,
        fmt::format("the stream '{}' does not continue what the backup has up to commit {}; "
                    "choose another folder",
                    stream.name, done),
        fmt::format("流“{}”与备份中截至第 {} 号提交的内容不连续；请换一个文件夹", stream.name,
                    done),
        options_.folder.string());
  };
  if (end.seq < done) return not_this_log();
  if (end.seq == done && entry.hash != expected) return not_this_log();
  if (end.seq > done) {
    std::string previous;
    HQ_TRY_VOID(stream.log->read(done + 1, [&](const Commit& commit) {
      previous = to_hex(commit.previous);
      return false;
    }));
    if (previous != expected) return not_this_log();
    HQ_TRY(PartEntry part, add_part(stream, done + 1, end));
    entry.parts.push_back(std::move(part));
  }
  entry.checkpoint.text = to_json_line(options_.key->sign(stream.name, end, options_.time));
  next_.streams.push_back(std::move(entry));
  summary_.streams.push_back({stream.name, end, end.seq - done});
  return {};
}

Result<PartEntry> BackupRun::add_part(const BackupStream& stream, uint64_t from, const Head& end) {
  const std::string folder = fmt::format("{}/{}", kStreamsFolder, stream.name);
  HQ_TRY_VOID(make_folder(options_.folder / folder));
  PartEntry part;
  part.file = fmt::format("{}/{:012}-{:012}.hqlog", folder, from, end.seq);
  part.from = from;
  part.to = end.seq;
  HQ_TRY(const ExportSummary made,
         export_log(*stream.log, {.stream = stream.name, .from_seq = from, .to_seq = end.seq},
                    options_.folder / part.file, progress_));
  if (made.head.hash != end.hash) {
    return std::unexpected(damage_at(end.seq, "it is not the commit that it was a moment ago",
                                     "该提交与片刻之前不同"));
  }
  part.bytes = made.bytes;
  part.sha256 = to_hex(made.digest);
  summary_.bytes_added += made.bytes;
  HQ_TRY_VOID(see_files_of(stream, from, end.seq));
  return part;
}

Result<> BackupRun::see_files_of(const BackupStream& stream, uint64_t from, uint64_t to) {
  if (!options_.files_of) return {};
  return stream.log->read(from, [&](const Commit& commit) {
    for (std::string& path : options_.files_of(commit)) {
      required_.try_emplace(std::move(path), commit.seq);
    }
    return commit.seq < to;
  });
}

Result<> BackupRun::add_files() {
  for (const FileEntry& file : before_.files) {
    if (file.commit != 0) required_.try_emplace(file.path, file.commit);
  }
  std::error_code error;
  fs::recursive_directory_iterator entries(options_.data, error);
  std::vector<fs::path> files;
  for (; !error && entries != fs::recursive_directory_iterator(); entries.increment(error)) {
    if (entries->is_regular_file(error)) files.push_back(entries->path());
  }
  if (error) return std::unexpected(system_error(error.value(), options_.data.string()));
  std::ranges::sort(files);
  for (const fs::path& file : files) {
    const std::string path = file.lexically_relative(options_.data).generic_string();
    if (is_of_log(path) || (options_.is_derived && options_.is_derived(path))) continue;
    if (path == kCheckpointKeyFile && !options_.with_key) continue;
    HQ_TRY_VOID(add_file(file, path));
  }
  for (const auto& [path, commit] : required_) {
    if (std::ranges::binary_search(next_.files, path, {}, &FileEntry::path)) continue;
    return fail(ErrorCode::not_found,
                fmt::format("commit {} refers to the file '{}', which is not in the data folder",
                            commit, path),
                fmt::format("第 {} 号提交引用的文件“{}”不在数据文件夹中", commit, path),
                (options_.data / path).string());
  }
  return {};
}

Result<> BackupRun::add_file(const fs::path& file, const std::string& path) {
  FileEntry entry;
  entry.path = path;
  if (const auto named = required_.find(path); named != required_.end()) {
    entry.commit = named->second;
  }
  for (int attempt = 0; attempt < kCopyAttempts; ++attempt) {
    struct stat status{};
    if (::stat(file.c_str(), &status) != 0) return {};  // gone again: it was only passing through
    entry.mode = status.st_mode & kPermissionBits;
    entry.bytes = static_cast<uint64_t>(status.st_size);
    HQ_TRY(entry.sha256, digest_of_file(file));
    HQ_TRY(const bool is_whole, add_object(file, entry));
    if (!is_whole) continue;
    next_.files.push_back(std::move(entry));
    return {};
  }
  return fail(ErrorCode::unavailable, "the file changes all the time; try again",
              "文件一直在变化；请重试", file.string());
}

/// False where the file has changed since its digest was taken.
Result<bool> BackupRun::add_object(const fs::path& from, FileEntry& entry) {
  const fs::path to = object_path(options_.folder, entry);
  std::error_code error;
  if (fs::file_size(to, error) == entry.bytes && !error) return true;  // named by its content
  HQ_TRY(const std::string copied, copy_file_durably(from, to, entry.mode));
  if (copied != entry.sha256 || fs::file_size(to, error) != entry.bytes) {
    fs::remove(to, error);
    return false;
  }
  ++summary_.files_added;
  summary_.bytes_added += entry.bytes;
  return true;
}

/// Removes what no manifest names any more, and the mark of a run under way.
Result<> BackupRun::tidy() const {
  std::set<fs::path> named;
  for (const StreamEntry& stream : next_.streams) {
    for (const PartEntry& part : stream.parts) named.insert(options_.folder / part.file);
  }
  for (const FileEntry& file : next_.files) named.insert(object_path(options_.folder, file));
  std::vector<fs::path> others;
  std::error_code error;
  for (const char* const folder : {kStreamsFolder, kObjectsFolder}) {
    for (const auto& entry : fs::recursive_directory_iterator(options_.folder / folder, error)) {
      if (entry.is_regular_file() && !named.contains(entry.path())) others.push_back(entry.path());
    }
  }
  for (const fs::path& file : others) fs::remove(file, error);
  if (!fs::remove(options_.folder / kUnfinishedFile, error)) {
    return std::unexpected(
        system_error(error.value(), (options_.folder / kUnfinishedFile).string()));
  }
  return {};
}

}  // namespace

Result<BackupSummary> make_backup(const BackupOptions& options,
                                  const LogReader::Progress& progress) {
  return BackupRun(options, progress).run();
}

}  // namespace hq::log
