// Disk: the files of one simulated machine, with what a loss of power does to them.
//
// A file has two contents: what processes see (the page cache) and what is on the platter. A write
// changes the first at once and waits for a sync to reach the second. A loss of power settles what
// waits, sector by sector, by chance: kept, dropped or torn, later ones kept where earlier ones
// are lost. Bytes outside a write are not harmed (SQLite's "powersafe overwrite", which it relies
// on for Linux too). Names are as durable as their folder is. May be called on any thread.
//
//   Disk disk;
//   auto file = disk.open("/log", true);
//   file->write(0, bytes);  file->sync();
//   disk.lose_power(random);
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "sim/random.h"

namespace hq::sim {

inline constexpr std::size_t kSectorBytes = 512;
inline constexpr std::size_t kSharedRegionBytes = 32768;  // SQLite's choice
inline constexpr int kSharedLocks = 8;                    // SQLITE_SHM_NLOCK

/// A write or a truncation that has not been synced.
struct Change {
  uint64_t offset = 0;
  std::string bytes;
  bool is_truncation = false;  // to `offset`
};

/// The memory that connections share beside a database: SQLite's index of the write-ahead log. It
/// is gone when the last of them is.
struct SharedMemory {
  using Region = std::array<char, kSharedRegionBytes>;
  std::vector<std::unique_ptr<Region>> regions;
  std::array<int, kSharedLocks> readers{};    // connections that hold a lock for reading
  std::array<bool, kSharedLocks> is_taken{};  // by one that writes
  int connections = 0;
};

struct DiskFile {
  std::string name;
  std::string seen;     // by processes
  std::string durable;  // on the platter
  std::vector<Change> waiting;
  bool is_name_durable = false;
  std::map<const void*, int> locks;  // SQLite's levels, by open file
  std::shared_ptr<SharedMemory> shared;
};

/// What losses of power did.
struct Settled {
  uint64_t kept = 0;  // sectors
  uint64_t dropped = 0;
  uint64_t torn = 0;
  uint64_t reordered = 0;  // kept though one before it was lost
};

class Disk {
 public:
  using File = std::shared_ptr<DiskFile>;

  /// The file of this name; made where there is none and `create` says so, else nullptr.
  File open(const std::string& name, bool create);
  bool exists(const std::string& name) const;
  /// The name goes away at once, for good only with `sync_folder`.
  bool remove(const std::string& name, bool sync_folder);
  std::vector<std::string> names() const;

  /// Bytes read; fewer at the end.
  std::size_t read(const File& file, uint64_t offset, char* to, std::size_t bytes) const;
  /// False where the disk is full; nothing is written then.
  bool write(const File& file, uint64_t offset, std::string_view bytes);
  /// Processes see it where they wrote it; the platter gets it elsewhere.
  void write_astray(const File& file, uint64_t offset, std::string_view bytes, const File& other,
                    uint64_t other_offset);
  void truncate(const File& file, uint64_t bytes);
  void sync(const File& file, bool sync_folder);
  uint64_t size(const File& file) const;

  /// All processes are gone before. After it files are what the platter holds.
  Settled lose_power(Random& random);
  /// The machine is shut down in order: everything is on the platter and read from it again.
  void reboot();
  /// Flips a bit of a file on the platter, and of what is seen. Names it: "log.sqlite byte 77".
  std::string rot(const std::string& name, Random& random);

  /// Space for all files together; 0 for no bound.
  void set_capacity(uint64_t bytes);
  uint64_t used() const;

 private:
  struct Removed {
    std::string name;
    std::string durable;
  };

  static void apply(const Change& change, std::string& content);
  void settle(DiskFile& file, Random& random, Settled& settled);
  void settle_write(const Change& change, std::string& content, int mode, Random& random,
                    bool& lost_one, Settled& settled);
  void settle_names(Random& random);

  mutable std::mutex mutex_;
  std::map<std::string, File> files_;
  std::vector<Removed> removed_;  // names that are gone, but not yet from the platter
  uint64_t capacity_ = 0;
};

}  // namespace hq::sim
