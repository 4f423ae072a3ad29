#include "sim/vfs.h"

#include <cerrno>
#include <cstring>

namespace hq::sim {
namespace {

// What SQLite allocates for a file and hands to every method.
struct VfsFile {
  sqlite3_file base;
  Process::OpenFile* open;
};

Process::OpenFile& of(sqlite3_file* file) {
  return *reinterpret_cast<VfsFile*>(file)->open;
}
Process& of(sqlite3_vfs* vfs) {
  return *static_cast<Process*>(vfs->pAppData);
}

/// Whether a call that changes the disk does so.
bool takes_effect(Fate fate) {
  return fate == Fate::pass || fate == Fate::die_after;
}

constexpr sqlite3_io_methods kMethods = {
    .iVersion = 2,
    .xClose = [](sqlite3_file* file) { return of(file).close(); },
    .xRead = [](sqlite3_file* file, void* to, int bytes,
                sqlite3_int64 offset) { return of(file).read(to, bytes, offset); },
    .xWrite = [](sqlite3_file* file, const void* from, int bytes,
                 sqlite3_int64 offset) { return of(file).write(from, bytes, offset); },
    .xTruncate = [](sqlite3_file* file, sqlite3_int64 bytes) { return of(file).truncate(bytes); },
    .xSync = [](sqlite3_file* file, int) { return of(file).sync(); },
    .xFileSize = [](sqlite3_file* file, sqlite3_int64* bytes) { return of(file).size(bytes); },
    .xLock = [](sqlite3_file* file, int level) { return of(file).lock(level); },
    .xUnlock = [](sqlite3_file* file, int level) { return of(file).unlock(level); },
    .xCheckReservedLock = [](sqlite3_file* file, int* out) { return of(file).check_reserved(out); },
    .xFileControl =
        [](sqlite3_file*, int operation, void* argument) {
          if (operation != SQLITE_FCNTL_LAST_ERRNO) return SQLITE_NOTFOUND;
          *static_cast<int*>(argument) = EIO;
          return SQLITE_OK;
        },
    .xSectorSize = [](sqlite3_file*) { return 4096; },
    .xDeviceCharacteristics = [](sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; },
    .xShmMap =
        [](sqlite3_file* file, int region, int bytes, int extend, void volatile** at) {
          return of(file).map_shared(region, bytes, extend != 0, at);
        },
    .xShmLock = [](sqlite3_file* file, int first, int count,
                   int flags) { return of(file).lock_shared(first, count, flags); },
    .xShmBarrier = [](sqlite3_file*) { std::atomic_thread_fence(std::memory_order_seq_cst); },
    .xShmUnmap = [](sqlite3_file* file, int) { return of(file).unmap_shared(); },
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  Process& process = of(vfs);
  file->pMethods = nullptr;
  // A file without a name is for SQLite alone and goes away with its handle.
  const std::string known_as = name == nullptr ? "temporary" : name;
  const Fate fate = process.ask(Call::open, known_as);
  if (!takes_effect(fate)) return SQLITE_CANTOPEN;
  const bool creates = (flags & SQLITE_OPEN_CREATE) != 0;
  Disk::File opened =
      name == nullptr ? std::make_shared<DiskFile>() : process.host().disk.open(known_as, creates);
  if (fate == Fate::die_after) process.kill();
  if (opened == nullptr || !process.is_alive()) return SQLITE_CANTOPEN;
  reinterpret_cast<VfsFile*>(file)->open = new Process::OpenFile(process, opened, flags);
  file->pMethods = &kMethods;
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int remove_file(sqlite3_vfs* vfs, const char* name, int sync_folder) {
  Process& process = of(vfs);
  const Fate fate = process.ask(Call::remove, name);
  if (!takes_effect(fate)) return SQLITE_IOERR_DELETE;
  const bool was_there = process.host().disk.remove(name, sync_folder != 0);
  if (fate == Fate::die_after) process.kill();
  if (!process.is_alive()) return SQLITE_IOERR_DELETE;
  return was_there ? SQLITE_OK : SQLITE_IOERR_DELETE_NOENT;
}

int file_exists(sqlite3_vfs* vfs, const char* name, int, int* exists) {
  Process& process = of(vfs);
  if (process.ask(Call::exists, name) != Fate::pass) return SQLITE_IOERR_ACCESS;
  *exists = process.host().disk.exists(name) ? 1 : 0;
  return SQLITE_OK;
}

int full_name(sqlite3_vfs*, const char* name, int bytes, char* out) {
  const std::size_t size = std::strlen(name) + 1;
  if (size > static_cast<std::size_t>(bytes)) return SQLITE_CANTOPEN;
  std::memcpy(out, name, size);
  return SQLITE_OK;
}

int random_bytes(sqlite3_vfs* vfs, int bytes, char* out) {
  for (int i = 0; i < bytes; ++i) out[i] = static_cast<char>(of(vfs).random().next());
  return bytes;
}

int sleep_us(sqlite3_vfs* vfs, int us) {
  of(vfs).host().clock.advance(us);
  return us;
}

/// Milliseconds since noon of 24 November 4714 BC, as SQLite counts.
int julian_ms(sqlite3_vfs* vfs, sqlite3_int64* ms) {
  constexpr sqlite3_int64 kUnixEpochMs = 210'866'760'000'000;
  *ms = kUnixEpochMs + of(vfs).host().clock.now().time_since_epoch().count() / 1000;
  return SQLITE_OK;
}

}  // namespace

std::unique_ptr<sqlite3_vfs> make_vfs(Process& process, const std::string& name) {
  auto vfs = std::make_unique<sqlite3_vfs>();
  vfs->iVersion = 2;
  vfs->szOsFile = sizeof(VfsFile);
  vfs->mxPathname = 512;
  vfs->zName = name.c_str();
  vfs->pAppData = &process;
  vfs->xOpen = open_file;
  vfs->xDelete = remove_file;
  vfs->xAccess = file_exists;
  vfs->xFullPathname = full_name;
  vfs->xRandomness = random_bytes;
  vfs->xSleep = sleep_us;
  vfs->xCurrentTimeInt64 = julian_ms;
  vfs->xGetLastError = [](sqlite3_vfs*, int, char*) { return 0; };
  return vfs;
}

Process::OpenFile::OpenFile(Process& process, Disk::File file, int flags)
    : process_(process),
      file_(std::move(file)),
      syncs_folder_((flags & SQLITE_OPEN_CREATE) != 0 &&
                    (flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL)) != 0),
      is_temporary_(file_->name.empty()) {
  process_.add(this);
}

Process::OpenFile::~OpenFile() {
  process_.remove(this);
}

int Process::OpenFile::close() {
  process_.ask(Call::close, file_->name);  // what closes always closes
  delete this;
  return SQLITE_OK;
}

int Process::OpenFile::read(void* to, int bytes, sqlite3_int64 offset) {
  const auto size = static_cast<std::size_t>(bytes);
  const Fate fate = process_.ask(Call::read, file_->name, static_cast<uint64_t>(offset), size);
  if (fate != Fate::pass && fate != Fate::short_read) return SQLITE_IOERR_READ;
  std::size_t got = disk().read(file_, static_cast<uint64_t>(offset), static_cast<char*>(to), size);
  if (fate == Fate::short_read) got = process_.random().below(got);
  if (got == size) return SQLITE_OK;
  std::memset(static_cast<char*>(to) + got, 0, size - got);  // SQLite asks for this
  return SQLITE_IOERR_SHORT_READ;
}

int Process::OpenFile::write(const void* from, int bytes, sqlite3_int64 offset) {
  const std::string_view text(static_cast<const char*>(from), static_cast<std::size_t>(bytes));
  const auto at = static_cast<uint64_t>(offset);
  const Fate fate = process_.ask(Call::write, file_->name, at, text.size());
  process_.host_.trace.add(text);
  if (fate == Fate::disk_full) return SQLITE_FULL;
  if (fate == Fate::astray && !is_temporary_) return write_astray(text, at);
  if (fate == Fate::fail_partly) {
    disk().write(file_, at, text.substr(0, process_.random().below(text.size())));
    return SQLITE_IOERR_WRITE;
  }
  if (!takes_effect(fate)) return SQLITE_IOERR_WRITE;
  const bool had_room = disk().write(file_, at, text);
  if (fate == Fate::die_after) process_.kill();
  if (!process_.is_alive()) return SQLITE_IOERR_WRITE;
  return had_room ? SQLITE_OK : SQLITE_FULL;
}

/// At another place of this file, or of another one of the host.
int Process::OpenFile::write_astray(std::string_view bytes, uint64_t offset) {
  Random& random = process_.random();
  Disk::File other = file_;
  const std::vector<std::string> names = disk().names();
  if (random.one_in(3)) other = disk().open(names[random.below(names.size())], false);
  const uint64_t sectors = disk().size(other) / kSectorBytes + 1;
  disk().write_astray(file_, offset, bytes, other, random.below(sectors) * kSectorBytes);
  return SQLITE_OK;
}

int Process::OpenFile::truncate(sqlite3_int64 bytes) {
  const auto size = static_cast<uint64_t>(bytes);
  const Fate fate = process_.ask(Call::truncate, file_->name, size);
  if (!takes_effect(fate)) return SQLITE_IOERR_TRUNCATE;
  disk().truncate(file_, size);
  if (fate == Fate::die_after) process_.kill();
  return process_.is_alive() ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
}

int Process::OpenFile::sync() {
  const Fate fate = process_.ask(Call::sync, file_->name);
  if (fate == Fate::lie) return SQLITE_OK;
  if (!takes_effect(fate)) return SQLITE_IOERR_FSYNC;
  disk().sync(file_, syncs_folder_ && !has_synced_folder_);
  has_synced_folder_ = true;
  if (fate == Fate::die_after) process_.kill();
  return process_.is_alive() ? SQLITE_OK : SQLITE_IOERR_FSYNC;
}

int Process::OpenFile::size(sqlite3_int64* bytes) {
  if (process_.ask(Call::size, file_->name) != Fate::pass) return SQLITE_IOERR_FSTAT;
  *bytes = static_cast<sqlite3_int64>(disk().size(file_));
  return SQLITE_OK;
}

}  // namespace hq::sim
