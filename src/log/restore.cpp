// check_backup and restore_backup of backup.h.
#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "log/backup.h"
#include "log/detail/backup_manifest.h"
#include "log/sqlite_log.h"

namespace hq::log {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> damaged(const fs::path& file, std::string what, std::string what_zh) {
  return fail(ErrorCode::corrupt, std::move(what), std::move(what_zh), file.string());
}

/// A path that leads out of the data folder is none of ours.
bool is_inside(const std::string& path) {
  const fs::path relative(path);
  if (path.empty() || relative.is_absolute()) return false;
  return std::ranges::none_of(relative, [](const fs::path& name) { return name == ".."; });
}

/// Reads one part and checks that it follows `head`, which moves on to its end.
Result<> check_part(const fs::path& folder, const StreamEntry& stream, const PartEntry& part,
                    Head& head, const LogReader::Visit& visit) {
  const fs::path file = folder / part.file;
  if (!is_inside(part.file)) {
    return damaged(folder / kManifestFile, "it names a file outside of the backup",
                   "清单引用了备份之外的文件");
  }
  std::error_code none;
  if (!fs::exists(file, none)) {
    return damaged(file, "a file of the backup is missing", "备份中缺少文件");
  }
  Result<> mixed_up;
  const auto on_header = [&](const ExportSummary& header) {
    if (header.stream == stream.name && header.base.seq == head.seq &&
        header.base.hash == head.hash) {
      return;
    }
    mixed_up = damaged(file,
                       fmt::format("the files of the backup are mixed up: it holds commits from {} "
                                   "of stream '{}', where those from {} of '{}' belong",
                                   header.base.seq + 1, header.stream, head.seq + 1, stream.name),
                       fmt::format("备份文件混淆：此处应为流“{3}”自第 {2} 号起的提交，实为流“{1}”"
                                   "自第 {0} 号起的提交",
                                   header.base.seq + 1, header.stream, head.seq + 1, stream.name));
  };
  HQ_TRY(const ExportSummary read,
         read_export(
             file, [&](const Commit& commit) { return mixed_up.has_value() && visit(commit); },
             on_header));
  HQ_TRY_VOID(std::move(mixed_up));
  HQ_TRY(const std::string digest, digest_of_file(file));
  if (digest != part.sha256 || read.head.seq != part.to || part.from != head.seq + 1) {
    return damaged(file, "it is not the file that the manifest names", "它不是清单所列的文件");
  }
  head = read.head;
  return {};
}

/// The checkpoint of the stream, once everything that the manifest says of it was found true.
Result<RestoreSummary::Stream> check_stream(const fs::path& folder, const Manifest& manifest,
                                            const StreamEntry& stream,
                                            const std::vector<PublicKey>& keys,
                                            const LogReader::Progress& progress) {
  HQ_TRY_VOID(check_stream_name(stream.name));
  auto checkpoint = checkpoint_from(stream.checkpoint.text);
  if (!checkpoint) {
    return std::unexpected(std::move(checkpoint).error().at((folder / kManifestFile).string()));
  }
  std::vector<PublicKey> trusted = keys;
  if (trusted.empty()) {
    HQ_TRY(const PublicKey own, public_key_from(manifest.public_key));
    trusted.push_back(own);
  }
  auto audit = CheckpointAudit::begin({*checkpoint}, trusted, stream.name);
  if (!audit) return std::unexpected(std::move(audit).error().at(folder.string()));
  Head head;
  for (const PartEntry& part : stream.parts) {
    HQ_TRY_VOID(check_part(folder, stream, part, head, [&](const Commit& commit) {
      audit->see(commit);
      if (progress && commit.seq % 4096 == 0) progress(commit.seq, stream.seq);
      return true;
    }));
  }
  if (Result<> fits = audit->finish(); !fits) {
    return std::unexpected(std::move(fits).error().at(folder.string()));
  }
  if (head.seq != stream.seq || to_hex(head.hash) != stream.hash || checkpoint->seq != head.seq) {
    return damaged(
        folder / kManifestFile,
        fmt::format("the stream '{}' ends at commit {}, not at {}", stream.name, head.seq,
                    stream.seq),
        fmt::format("流“{}”止于第 {} 号提交，而不是第 {} 号", stream.name, head.seq, stream.seq));
  }
  return RestoreSummary::Stream{stream.name, head, *std::move(checkpoint)};
}

Result<> check_file(const fs::path& folder, const FileEntry& entry) {
  const fs::path object = object_path(folder, entry);
  if (!is_inside(entry.path) || !is_inside(entry.sha256)) {
    return damaged(folder / kManifestFile, "it names a file outside of the data folder",
                   "清单引用了数据文件夹之外的文件");
  }
  std::error_code none;
  if (!fs::exists(object, none)) {
    return damaged(object, fmt::format("a file of the backup is missing: '{}'", entry.path),
                   fmt::format("备份中缺少文件“{}”", entry.path));
  }
  HQ_TRY(const std::string digest, digest_of_file(object));
  if (digest == entry.sha256) return {};
  return damaged(object, fmt::format("a file of the backup was changed: '{}'", entry.path),
                 fmt::format("备份中的文件“{}”被改动过", entry.path));
}

Result<RestoreSummary> check(const fs::path& folder, const Manifest& manifest,
                             const std::vector<PublicKey>& keys,
                             const LogReader::Progress& progress) {
  RestoreSummary summary;
  summary.time = manifest.time;
  summary.files = manifest.files.size();
  std::error_code none;
  summary.later_run_cut_off = fs::exists(folder / kUnfinishedFile, none);
  for (const FileEntry& file : manifest.files) HQ_TRY_VOID(check_file(folder, file));
  for (const StreamEntry& stream : manifest.streams) {
    HQ_TRY(RestoreSummary::Stream checked, check_stream(folder, manifest, stream, keys, progress));
    summary.streams.push_back(std::move(checked));
  }
  return summary;
}

Result<> restore_stream(const fs::path& folder, const StreamEntry& stream, Log& log) {
  HQ_TRY(const Head there, log.last());
  if (there.seq != 0) {
    return fail(ErrorCode::conflict,
                fmt::format("the stream '{}' holds {} commits already; nothing was written to it",
                            stream.name, there.seq),
                fmt::format("流“{}”中已有 {} 条提交；未写入任何内容", stream.name, there.seq),
                stream.name);
  }
  GroupAppender appender(log);
  for (const PartEntry& part : stream.parts) {
    Result<> appended;
    HQ_TRY_VOID(read_export(folder / part.file, [&](const Commit& commit) {
      appended = appender.add(commit);
      return appended.has_value();
    }));
    HQ_TRY_VOID(std::move(appended));
  }
  HQ_TRY_VOID(appender.finish());
  HQ_TRY(const Head end, log.last());
  if (end.seq == stream.seq && to_hex(end.hash) == stream.hash) return {};
  return damaged(folder, "the log that was written is not the one of the backup",
                 "写入的日志与备份不符");
}

Result<> restore_files(const fs::path& folder, const Manifest& manifest, const fs::path& data) {
  for (const FileEntry& file : manifest.files) {
    const fs::path to = data / file.path;
    std::error_code error;
    fs::create_directories(to.parent_path(), error);
    if (error) return std::unexpected(system_error(error.value(), to.string()));
    HQ_TRY(const std::string copied, copy_file_durably(object_path(folder, file), to, file.mode));
    if (copied != file.sha256) {
      return damaged(object_path(folder, file), "it changed while it was read",
                     "读取时文件发生变化");
    }
  }
  return {};
}

Result<> check_target(const fs::path& data) {
  std::error_code error;
  if (!fs::exists(data, error)) return {};
  if (fs::is_directory(data, error) && fs::is_empty(data, error) && !error) return {};
  return fail(ErrorCode::conflict,
              "there is something in this place already; restore into a new or empty folder",
              "此处已有内容；请恢复到新的或空的文件夹", data.string());
}

}  // namespace

Result<RestoreSummary> check_backup(const fs::path& folder, const std::vector<PublicKey>& keys,
                                    const LogReader::Progress& progress) {
  HQ_TRY(const Manifest manifest, read_manifest(folder));
  return check(folder, manifest, keys, progress);
}

Result<RestoreSummary> restore_backup(const RestoreOptions& options,
                                      const LogReader::Progress& progress) {
  HQ_TRY_VOID(check_target(options.data));
  HQ_TRY(const Manifest manifest, read_manifest(options.folder));
  HQ_TRY(RestoreSummary summary, check(options.folder, manifest, options.keys, progress));
  // All of it is made beside its place and then put there by one rename.
  fs::path data = options.data;
  if (!data.has_filename()) data = data.parent_path();
  fs::path scratch = data;
  scratch += ".restoring";
  std::error_code error;
  if (fs::exists(scratch, error)) {
    return fail(ErrorCode::conflict, "a restore was cut off here; remove this folder first",
                "此处有未完成的恢复；请先删除该文件夹", scratch.string());
  }
  const auto write = [&]() -> Result<> {
    fs::create_directories(scratch, error);
    if (error) return std::unexpected(system_error(error.value(), scratch.string()));
    HQ_TRY_VOID(restore_files(options.folder, manifest, scratch));
    for (const StreamEntry& stream : manifest.streams) {
      HQ_TRY(const std::unique_ptr<Log> log, options.open_stream
                                                 ? options.open_stream(stream.name)
                                                 : open_log(scratch, {.stream = stream.name}));
      HQ_TRY_VOID(restore_stream(options.folder, stream, *log));
    }
    return rename_durably(scratch, data);
  };
  const Result<> written = write();
  if (!written) fs::remove_all(scratch, error);
  HQ_TRY_VOID(written);
  return summary;
}

}  // namespace hq::log
