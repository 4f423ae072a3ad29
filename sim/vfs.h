// The SQLite file system of a simulated process: sqlite3_vfs and sqlite3_io_methods over a Disk.
//
// SQLite calls it as it calls its own for Linux: files, the five levels of locks, and the shared
// memory of the write-ahead log with its eight locks. Part of host.h; nobody else needs it.
//
//   vfs_ = make_vfs(*this, name_);
//   sqlite3_vfs_register(vfs_.get(), 0);
#pragma once

#include <sqlite3.h>

#include <memory>
#include <string>

#include "sim/host.h"

namespace hq::sim {

/// One open file of a process, with what it holds of locks and shared memory.
class Process::OpenFile {
 public:
  OpenFile(Process& process, Disk::File file, int flags);
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  // Each gives an SQLite result code.
  int close();
  int read(void* to, int bytes, sqlite3_int64 offset);
  int write(const void* from, int bytes, sqlite3_int64 offset);
  int truncate(sqlite3_int64 bytes);
  int sync();
  int size(sqlite3_int64* bytes);
  int lock(int level);
  int unlock(int level);
  int check_reserved(int* is_reserved);
  int map_shared(int region, int region_bytes, bool extend, void volatile** at);
  int lock_shared(int first, int count, int flags);
  int unmap_shared();

  /// Lets go of all locks, without a word to anyone. Under the mutex of the host.
  void let_go();
  void let_go_of_shared();
  const std::shared_ptr<SharedMemory>& shared() const { return shared_; }

 private:
  Disk& disk() { return process_.host_.disk; }
  int write_astray(std::string_view bytes, uint64_t offset);

  Process& process_;
  Disk::File file_;
  const bool syncs_folder_;  // with the first sync, as SQLite does for a new journal
  bool has_synced_folder_ = false;
  const bool is_temporary_;
  std::shared_ptr<SharedMemory> shared_;
  bool is_connected_ = false;  // to the shared memory
  unsigned shared_locks_ = 0;  // bits, for reading
  unsigned taken_locks_ = 0;   // and for writing
};

std::unique_ptr<sqlite3_vfs> make_vfs(Process& process, const std::string& name);

}  // namespace hq::sim
