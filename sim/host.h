// Host and Process: a simulated machine, and a process on it that reaches the disk through SQLite.
//
// A Process registers an SQLite file system of its own name (`vfs`). Every call that SQLite makes
// through it is counted, written into the trace and put before the process's judge, which says what
// becomes of it: it passes, fails, is lied to, goes astray, or is the last that the process makes.
// What a dead process still does has no effect. A Process must outlive what was opened through it
// and be destroyed before another starts on the host after it died.
//
//   Host host;
//   Process process(host, 7);
//   process.set_judge([&](const CallInfo& call) { return call.number == 90 ? Fate::die_before
//                                                                          : Fate::pass; });
//   auto log = open_log("/data", process.options());
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "log/sqlite_log.h"
#include "sim/disk.h"
#include "sim/random.h"

struct sqlite3_vfs;

namespace hq::sim {

enum class Call : uint8_t {
  open,
  remove,
  exists,
  read,
  write,
  truncate,
  sync,
  size,
  lock,
  unlock,
  map_shared,
  lock_shared,
  unlock_shared,
  close,
};
inline constexpr int kCallCount = 14;
std::string_view id(Call call);
/// Whether it is one after which the disk is another.
bool changes_disk(Call call);

enum class Fate : uint8_t {
  pass,
  fail,         // an input or output error; nothing was done
  fail_partly,  // of a write: a part of it was done
  disk_full,    // of a write
  short_read,   // the rest reads as zeros, as at the end of a file
  lie,          // of a sync: it says that it was done
  astray,       // of a write: it reaches the platter at another place
  die_before,   // the process ends before the call, or after it
  die_after,
};

struct CallInfo {
  Call call{};
  uint64_t number = 0;  // of the process, from 1 on
  std::string_view file;
  uint64_t offset = 0;
  uint64_t bytes = 0;
};

/// What goes by, and nothing else: jumps when it is told to.
class SimClock {
 public:
  Instant now() const { return Instant(std::chrono::microseconds(us_.load())); }
  void advance(int64_t us) { us_ += us; }

 private:
  std::atomic<int64_t> us_ = 1'800'000'000'000'000;
};

/// A digest of all that happened, to compare two runs.
class Trace {
 public:
  void add(uint64_t number);
  void add(std::string_view bytes);
  uint64_t digest() const;

 private:
  mutable std::mutex mutex_;
  uint64_t digest_ = 0;
};

struct Host {
  Disk disk;
  SimClock clock;
  Trace trace;
  std::mutex mutex;                      // of locks and shared memory
  std::set<std::string> locked_folders;  // by the one writer
  bool loses_folder_locks = false;       // every process gets the lock
};

class Process {
 public:
  using Judge = std::function<Fate(const CallInfo&)>;

  Process(Host& host, uint64_t seed);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// For open_log: this file system, and the lock on a folder of this host.
  log::SqliteOptions options(int wal_pages = log::kWalPages);

  void set_judge(Judge judge) { judge_ = std::move(judge); }
  bool is_alive() const { return is_alive_; }
  uint64_t calls() const { return calls_; }
  Host& host() { return host_; }

  /// Ends it at once: its locks fall, and nothing it still does has an effect.
  void kill();

  // For the file system behind it (vfs.cpp).
  class OpenFile;
  Fate ask(Call call, std::string_view file, uint64_t offset = 0, uint64_t bytes = 0);
  void add(OpenFile* file);
  void remove(OpenFile* file);
  Random& random() { return random_; }

 private:
  Host& host_;
  std::string name_;
  std::unique_ptr<sqlite3_vfs> vfs_;
  Judge judge_;
  Random random_;
  std::atomic<bool> is_alive_ = true;
  std::atomic<uint64_t> calls_ = 0;
  std::set<OpenFile*> files_;
  std::set<std::string> folders_;  // that it has locked
  // Shared memory as it was when this process died, for those who live on.
  struct Kept {
    std::shared_ptr<SharedMemory> shared;
    std::vector<SharedMemory::Region> regions;
  };
  std::vector<Kept> kept_;
};

/// Makes SQLite's own random numbers follow from a seed. For the whole program.
void seed_sqlite(uint64_t seed);

}  // namespace hq::sim
