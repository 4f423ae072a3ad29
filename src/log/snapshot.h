// SnapshotStore: the state of all services at one commit, kept in files, so that a start replays
// only what came after it.
//
// A snapshot is written under another name and kept once its commit is on disk; the newest few
// stay. It is never the record: what is damaged, of another version of this program, or not of
// this log is passed over, and said. docs/format/snapshot.md states the bytes. One thread.
//
//   HQ_TRY(SnapshotStore store, SnapshotStore::open("data/snapshots"));
//   HQ_TRY(const Head folded, store.load(machine, *log, tell));
//   HQ_TRY(auto writer, Writer::start(*log, machine, {.folded = folded, .snapshots = &store}));
#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "base/error.h"
#include "log/log.h"
#include "log/machine.h"

namespace hq::log {

inline constexpr std::size_t kSnapshotsKept = 3;

class SnapshotStore {
 public:
  /// Makes the folder where there is none, and removes what was never finished.
  static Result<SnapshotStore> open(const std::filesystem::path& folder);

  /// Loads the newest sound snapshot into `machine`, which is fresh, and gives the commit it
  /// stands at: Head{} where there is none. `on_passed_over` is told why one was not taken
  /// (corrupt, newer_version, unsupported, conflict), with the file as `where`.
  using OnPassedOver = std::function<void(const Error&)>;
  Result<Head> load(Machine& machine, const LogReader& log,
                    const OnPassedOver& on_passed_over = {});

  /// Writes the state, which stands at `head`. On disk when it returns, but not kept yet.
  Result<> write(const Machine& machine, const Head& head) const;

  /// Keeps what was written of `head`, whose commit is on disk, tells the services, and removes
  /// the oldest.
  Result<> keep(Machine& machine, const Head& head);

  /// Bytes of the newest one, without what lies in files of its own; 0 where there is none.
  uint64_t last_bytes() const { return last_bytes_; }
  /// Newest first.
  std::vector<std::filesystem::path> list() const;
  const std::filesystem::path& folder() const { return folder_; }

 private:
  explicit SnapshotStore(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::filesystem::path path_of(uint64_t seq) const;

  std::filesystem::path folder_;
  std::filesystem::path last_;  // that the files which grow are counted from
  uint64_t last_bytes_ = 0;
};

}  // namespace hq::log
