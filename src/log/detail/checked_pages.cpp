#include "log/detail/checked_pages.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <atomic>
#include <bit>
#include <cstring>

namespace hq::log {
namespace {

// An SQLite page has 512 to 65,536 bytes; all smaller reads are of the header alone.
constexpr int kPageBytesMin = 512;
constexpr int kPageBytesMax = 65'536;
constexpr sqlite3_int64 kReservedBytesAt = 20;  // in the header: bytes kept free in each page

/// A database file. What the file system below keeps of it lies right behind.
struct CheckedFile {
  sqlite3_file base;
  bool is_known;  // whether pages of this file carry sums
  bool has_sums;
  uint32_t failed_page;

  sqlite3_file* below() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
static_assert(sizeof(CheckedFile) % 8 == 0, "SQLite aligns what it allocates for a file to eight");

CheckedFile& checked(sqlite3_file* file) {
  return *reinterpret_cast<CheckedFile*>(file);
}
sqlite3_file* below(sqlite3_file* file) {
  return checked(file).below();
}
sqlite3_vfs* below(sqlite3_vfs* vfs) {
  return static_cast<sqlite3_vfs*>(vfs->pAppData);
}

bool is_whole_page(int bytes, sqlite3_int64 offset) {
  return bytes >= kPageBytesMin && bytes <= kPageBytesMax &&
         std::has_single_bit(static_cast<unsigned>(bytes)) && offset % bytes == 0;
}

uint64_t sum_of(const char* page, int bytes, sqlite3_int64 offset) {
  const auto number = static_cast<uint32_t>(offset / bytes + 1);
  return page_sum({page, static_cast<std::size_t>(bytes - kPageSumBytes)}, number);
}

void learn_from_header(CheckedFile& file, const char* page) {
  file.is_known = true;
  file.has_sums = static_cast<unsigned char>(page[kReservedBytesAt]) == kPageSumBytes;
}

bool has_sums(CheckedFile& file) {
  if (!file.is_known) {
    char reserved = 0;
    const int code = file.below()->pMethods->xRead(file.below(), &reserved, 1, kReservedBytesAt);
    if (code == SQLITE_OK) {
      file.is_known = true;
      file.has_sums = reserved == kPageSumBytes;
    }
  }
  return file.has_sums;
}

/// SQLite takes what a read did not bring for zeros, as behind the end of the file. Within the file
/// that is no page of ours.
int short_read(CheckedFile& file, int bytes, sqlite3_int64 offset) {
  sqlite3_int64 size = 0;
  const int code = file.below()->pMethods->xFileSize(file.below(), &size);
  if (code != SQLITE_OK) return code;
  return offset + bytes <= size ? SQLITE_IOERR_READ : SQLITE_IOERR_SHORT_READ;
}

int read(sqlite3_file* handle, void* to, int bytes, sqlite3_int64 offset) {
  CheckedFile& file = checked(handle);
  const int code = file.below()->pMethods->xRead(file.below(), to, bytes, offset);
  if (code == SQLITE_IOERR_SHORT_READ) return short_read(file, bytes, offset);
  if (code != SQLITE_OK) return code;
  const char* const page = static_cast<const char*>(to);
  if (offset == 0 && bytes > kReservedBytesAt) learn_from_header(file, page);
  if (!is_whole_page(bytes, offset) || !has_sums(file)) return SQLITE_OK;
  uint64_t stored = 0;
  std::memcpy(&stored, page + bytes - kPageSumBytes, sizeof stored);
  if (stored == sum_of(page, bytes, offset)) return SQLITE_OK;
  file.failed_page = static_cast<uint32_t>(offset / bytes + 1);
  return SQLITE_IOERR_DATA;
}

int write(sqlite3_file* handle, const void* from, int bytes, sqlite3_int64 offset) {
  CheckedFile& file = checked(handle);
  const char* page = static_cast<const char*>(from);
  if (offset == 0 && bytes > kReservedBytesAt) learn_from_header(file, page);
  char summed[kPageBytesMax];
  if (is_whole_page(bytes, offset) && has_sums(file)) {
    const uint64_t sum = sum_of(page, bytes, offset);
    std::memcpy(summed, page, static_cast<std::size_t>(bytes - kPageSumBytes));
    std::memcpy(summed + bytes - kPageSumBytes, &sum, sizeof sum);
    page = summed;
  }
  return file.below()->pMethods->xWrite(file.below(), page, bytes, offset);
}

int control(sqlite3_file* handle, int operation, void* argument) {
  if (operation == kFailedPageControl) {
    *static_cast<uint32_t*>(argument) = checked(handle).failed_page;
    return SQLITE_OK;
  }
  return below(handle)->pMethods->xFileControl(below(handle), operation, argument);
}

// Version 2: without the memory mapping of version 3, in which pages would be read unchecked.
constexpr sqlite3_io_methods kMethods = {
    .iVersion = 2,
    .xClose = [](sqlite3_file* file) { return below(file)->pMethods->xClose(below(file)); },
    .xRead = read,
    .xWrite = write,
    .xTruncate =
        [](sqlite3_file* file, sqlite3_int64 bytes) {
          return below(file)->pMethods->xTruncate(below(file), bytes);
        },
    .xSync = [](sqlite3_file* file,
                int flags) { return below(file)->pMethods->xSync(below(file), flags); },
    .xFileSize =
        [](sqlite3_file* file, sqlite3_int64* bytes) {
          return below(file)->pMethods->xFileSize(below(file), bytes);
        },
    .xLock = [](sqlite3_file* file,
                int level) { return below(file)->pMethods->xLock(below(file), level); },
    .xUnlock = [](sqlite3_file* file,
                  int level) { return below(file)->pMethods->xUnlock(below(file), level); },
    .xCheckReservedLock =
        [](sqlite3_file* file, int* is_reserved) {
          return below(file)->pMethods->xCheckReservedLock(below(file), is_reserved);
        },
    .xFileControl = control,
    .xSectorSize =
        [](sqlite3_file* file) { return below(file)->pMethods->xSectorSize(below(file)); },
    .xDeviceCharacteristics =
        [](sqlite3_file* file) {
          return below(file)->pMethods->xDeviceCharacteristics(below(file));
        },
    .xShmMap =
        [](sqlite3_file* file, int region, int bytes, int extend, void volatile** at) {
          return below(file)->pMethods->xShmMap(below(file), region, bytes, extend, at);
        },
    .xShmLock =
        [](sqlite3_file* file, int first, int count, int flags) {
          return below(file)->pMethods->xShmLock(below(file), first, count, flags);
        },
    .xShmBarrier = [](sqlite3_file* file) { below(file)->pMethods->xShmBarrier(below(file)); },
    .xShmUnmap = [](sqlite3_file* file,
                    int remove) { return below(file)->pMethods->xShmUnmap(below(file), remove); },
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* handle, int flags, int* out_flags) {
  sqlite3_vfs* const base = below(vfs);
  if ((flags & SQLITE_OPEN_MAIN_DB) == 0) {
    return base->xOpen(base, name, handle, flags, out_flags);
  }
  CheckedFile& file = checked(handle);
  file = {};
  file.below()->pMethods = nullptr;
  const int code = base->xOpen(base, name, file.below(), flags, out_flags);
  // SQLite closes whatever has methods, after a failure too.
  if (file.below()->pMethods != nullptr) handle->pMethods = &kMethods;
  return code;
}

int current_time_ms(sqlite3_vfs* vfs, sqlite3_int64* ms) {
  sqlite3_vfs* const base = below(vfs);
  return base->xCurrentTimeInt64(base, ms);
}

}  // namespace

// (h ^ word) * odd, rotated: each step loses nothing of h and of the word, so two pages that differ
// in one word never have the same sum.
uint64_t page_sum(std::string_view bytes, uint32_t page_number) {
  uint64_t sum = 0x9E37'79B9'7F4A'7C15 ^ page_number;
  for (std::size_t at = 0; at + sizeof(uint64_t) <= bytes.size(); at += sizeof(uint64_t)) {
    uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    sum = std::rotl((sum ^ word) * 0x9FB2'1C65'1E98'DF25, 29);
  }
  return sum;
}

std::unique_ptr<CheckedPages> CheckedPages::over(const std::string& base) {
  sqlite3_vfs* const found = sqlite3_vfs_find(base.empty() ? nullptr : base.c_str());
  // Shared memory and the clock in whole milliseconds came with version 2, in 2010.
  if (found == nullptr || found->iVersion < 2 || found->xCurrentTimeInt64 == nullptr) return {};
  std::unique_ptr<CheckedPages> made(new CheckedPages(found));
  if (sqlite3_vfs_register(made->vfs_.get(), 0) != SQLITE_OK) return {};
  return made;
}

CheckedPages::CheckedPages(sqlite3_vfs* base) : vfs_(std::make_unique<sqlite3_vfs>()) {
  static std::atomic<uint64_t> count = 0;
  name_ = fmt::format("hongqiao-pages-{}", count++);
  vfs_->iVersion = 2;
  vfs_->szOsFile = static_cast<int>(sizeof(CheckedFile)) + base->szOsFile;
  vfs_->mxPathname = base->mxPathname;
  vfs_->zName = name_.c_str();
  vfs_->pAppData = base;
  vfs_->xOpen = open_file;
  vfs_->xDelete = [](sqlite3_vfs* vfs, const char* name, int sync) {
    return below(vfs)->xDelete(below(vfs), name, sync);
  };
  vfs_->xAccess = [](sqlite3_vfs* vfs, const char* name, int flags, int* is_so) {
    return below(vfs)->xAccess(below(vfs), name, flags, is_so);
  };
  vfs_->xFullPathname = [](sqlite3_vfs* vfs, const char* name, int bytes, char* out) {
    return below(vfs)->xFullPathname(below(vfs), name, bytes, out);
  };
  vfs_->xRandomness = [](sqlite3_vfs* vfs, int bytes, char* out) {
    return below(vfs)->xRandomness(below(vfs), bytes, out);
  };
  vfs_->xSleep = [](sqlite3_vfs* vfs, int us) { return below(vfs)->xSleep(below(vfs), us); };
  vfs_->xGetLastError = [](sqlite3_vfs* vfs, int bytes, char* text) {
    return below(vfs)->xGetLastError(below(vfs), bytes, text);
  };
  vfs_->xCurrentTimeInt64 = current_time_ms;
}

CheckedPages::~CheckedPages() {
  sqlite3_vfs_unregister(vfs_.get());
}

}  // namespace hq::log
