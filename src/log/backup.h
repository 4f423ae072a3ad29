// Backups: all streams of a hub and the files beside them, as of one commit each, in one folder.
//
// Made while the server runs: the ends of the logs are read first, then the commits up to there are
// exported (export.h), then the files are copied; since a file is written before the commit that
// refers to it, all that the commits need is there. A second run into the same folder adds what is
// new. The manifest, written last, makes a run count; until then the run before it does.
//
//   make_backup({.data = "data", .streams = {{"main", reader.get()}}, .folder = "backup",
//                .key = &key, .time = now()});
//   restore_backup({.folder = "backup", .data = "new"});
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "log/checkpoint.h"
#include "log/export.h"
#include "log/log.h"

namespace hq::log {

struct BackupStream {
  std::string name;
  const LogReader* log = nullptr;
};

struct BackupOptions {
  std::filesystem::path data;  // whose files are taken
  std::vector<BackupStream> streams;
  std::filesystem::path folder;        // of the backup; made where there is none
  const CheckpointKey* key = nullptr;  // that signs
  Instant time{};
  bool with_key = false;  // the private key too; whoever has it can sign for this hub
  /// The files that a commit refers to, as paths in the data folder: the backup fails without them.
  std::function<std::vector<std::string>(const Commit&)> files_of = {};
  /// Whether a file is made anew by itself, and so need not be kept.
  std::function<bool(std::string_view path)> is_derived = {};
};

struct BackupSummary {
  struct Stream {
    std::string name;
    Head head;
    uint64_t commits = 0;  // that this run added
  };
  std::vector<Stream> streams;
  uint64_t files = 0;        // in the backup
  uint64_t files_added = 0;  // by this run
  uint64_t bytes_added = 0;
};

/// Errors: conflict: the folder holds something else, a log that is not this one, or another run is
/// under way; not_found: a file that a commit refers to; those of export_log and of the disk.
Result<BackupSummary> make_backup(const BackupOptions& options,
                                  const LogReader::Progress& progress = {});

struct RestoreOptions {
  std::filesystem::path folder;  // of the backup
  std::filesystem::path data;    // to be made: there must be nothing, or an empty folder
  /// Keys from elsewhere that the checkpoints have to be signed by. Without any it is the key that
  /// the backup names itself: that shows damage, but not a backup that somebody else made up.
  std::vector<PublicKey> keys = {};
  /// Where the commits of a stream go; without it, into the data folder.
  std::function<Result<std::unique_ptr<Log>>(const std::string& stream)> open_stream = {};
};

struct RestoreSummary {
  struct Stream {
    std::string name;
    Head head;
    Checkpoint checkpoint;
  };
  Instant time{};  // when the backup was made
  std::vector<Stream> streams;
  uint64_t files = 0;
  bool later_run_cut_off = false;  // a run after this backup did not come to its end
};

/// Reads all of a backup and checks it: each file, each commit, each link, the checkpoints.
/// Errors: not_found (no backup, or never finished), corrupt with the file in `where`,
/// newer_version, and those of CheckpointAudit.
Result<RestoreSummary> check_backup(const std::filesystem::path& folder,
                                    const std::vector<PublicKey>& keys = {},
                                    const LogReader::Progress& progress = {});

/// Checks all, then writes; the data folder appears as a whole at the end. conflict where the
/// folder or a stream holds something already.
Result<RestoreSummary> restore_backup(const RestoreOptions& options,
                                      const LogReader::Progress& progress = {});

}  // namespace hq::log
