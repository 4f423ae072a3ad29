// Locks and shared memory of the simulated file system, as SQLite's documentation of sqlite3_vfs
// ("OS interface", www.sqlite.org/c3ref/io_methods.html) describes them.
#include <algorithm>
#include <cstring>

#include "sim/vfs.h"

namespace hq::sim {

int Process::OpenFile::lock(int level) {
  if (process_.ask(Call::lock, file_->name, static_cast<uint64_t>(level)) != Fate::pass) {
    return SQLITE_IOERR_LOCK;
  }
  const std::lock_guard guard(process_.host_.mutex);
  int others = SQLITE_LOCK_NONE;  // the strongest of anyone else
  for (const auto& [holder, held] : file_->locks) {
    if (holder != this) others = std::max(others, held);
  }
  int& own = file_->locks[this];
  if (own >= level) return SQLITE_OK;
  if (level == SQLITE_LOCK_SHARED) {
    if (others >= SQLITE_LOCK_PENDING) return SQLITE_BUSY;
  } else if (others >= SQLITE_LOCK_RESERVED) {
    return SQLITE_BUSY;
  } else if (level == SQLITE_LOCK_EXCLUSIVE && others >= SQLITE_LOCK_SHARED) {
    own = SQLITE_LOCK_PENDING;  // keeps new readers out until those there have gone
    return SQLITE_BUSY;
  }
  own = level;
  return SQLITE_OK;
}

int Process::OpenFile::unlock(int level) {
  if (process_.ask(Call::unlock, file_->name, static_cast<uint64_t>(level)) != Fate::pass) {
    return SQLITE_IOERR_UNLOCK;
  }
  const std::lock_guard guard(process_.host_.mutex);
  int& own = file_->locks[this];
  own = std::min(own, level);
  return SQLITE_OK;
}

int Process::OpenFile::check_reserved(int* is_reserved) {
  if (process_.ask(Call::lock, file_->name) != Fate::pass) return SQLITE_IOERR_CHECKRESERVEDLOCK;
  const std::lock_guard guard(process_.host_.mutex);
  *is_reserved = std::ranges::any_of(
      file_->locks, [](const auto& holder) { return holder.second >= SQLITE_LOCK_RESERVED; });
  return SQLITE_OK;
}

int Process::OpenFile::map_shared(int region, int region_bytes, bool extend, void volatile** at) {
  *at = nullptr;
  if (process_.ask(Call::map_shared, file_->name, static_cast<uint64_t>(region)) != Fate::pass ||
      region_bytes != static_cast<int>(kSharedRegionBytes)) {
    return SQLITE_IOERR_SHMMAP;
  }
  const std::lock_guard guard(process_.host_.mutex);
  if (shared_ == nullptr) {
    if (file_->shared == nullptr || file_->shared->connections == 0) {
      file_->shared = std::make_shared<SharedMemory>();
    }
    shared_ = file_->shared;
    ++shared_->connections;
    is_connected_ = true;
  }
  const auto index = static_cast<std::size_t>(region);
  if (index >= shared_->regions.size() && !extend) return SQLITE_OK;
  while (index >= shared_->regions.size()) {
    shared_->regions.push_back(std::make_unique<SharedMemory::Region>());
  }
  *at = shared_->regions[index]->data();
  return SQLITE_OK;
}

int Process::OpenFile::lock_shared(int first, int count, int flags) {
  const bool locks = (flags & SQLITE_SHM_LOCK) != 0;
  const Call call = locks ? Call::lock_shared : Call::unlock_shared;
  if (process_.ask(call, file_->name,
                   static_cast<uint64_t>(first) * 16 + static_cast<uint64_t>(flags)) !=
      Fate::pass) {
    return SQLITE_IOERR_SHMLOCK;
  }
  const std::lock_guard guard(process_.host_.mutex);
  const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
  for (int i = first; locks && i < first + count; ++i) {
    const auto slot = static_cast<std::size_t>(i);
    const bool own_read = (shared_locks_ >> i & 1u) != 0;
    const bool own_write = (taken_locks_ >> i & 1u) != 0;
    const bool others_read = shared_->readers[slot] > (own_read ? 1 : 0);
    const bool others_write = shared_->is_taken[slot] && !own_write;
    if (others_write || (exclusive && others_read)) return SQLITE_BUSY;
  }
  for (int i = first; i < first + count; ++i) {
    const auto slot = static_cast<std::size_t>(i);
    const unsigned bit = 1u << i;
    unsigned& mask = exclusive ? taken_locks_ : shared_locks_;
    if (((mask & bit) != 0) == locks) continue;
    mask ^= bit;
    if (exclusive) {
      shared_->is_taken[slot] = locks;
    } else {
      shared_->readers[slot] += locks ? 1 : -1;
    }
  }
  return SQLITE_OK;
}

int Process::OpenFile::unmap_shared() {
  process_.ask(Call::close, file_->name);
  const std::lock_guard guard(process_.host_.mutex);
  let_go_of_shared();
  shared_.reset();
  return SQLITE_OK;
}

void Process::OpenFile::let_go() {
  file_->locks.erase(this);
  let_go_of_shared();
}

void Process::OpenFile::let_go_of_shared() {
  if (shared_ == nullptr) return;
  for (int i = 0; i < kSharedLocks; ++i) {
    const auto slot = static_cast<std::size_t>(i);
    if ((shared_locks_ >> i & 1u) != 0) --shared_->readers[slot];
    if ((taken_locks_ >> i & 1u) != 0) shared_->is_taken[slot] = false;
  }
  shared_locks_ = 0;
  taken_locks_ = 0;
  if (std::exchange(is_connected_, false)) --shared_->connections;
}

}  // namespace hq::sim
