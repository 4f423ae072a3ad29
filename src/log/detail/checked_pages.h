// CheckedPages: the SQLite file system under a log, which puts a sum into each page of the database
// file and checks it whenever the page is read.
//
// It lies over another SQLite file system (the system's, or a simulated one) and passes everything
// on; only whole pages of a database file whose header reserves eight bytes a page (format 2 of
// docs/format/log.md) are summed on the way to the disk and checked on the way back. One changed
// word of a page, used by SQLite or not, is found with certainty. A page that fails is
// SQLITE_IOERR_DATA. Each connection has its own; it outlives the connection.
//
//   auto pages = CheckedPages::over("");                 // null: SQLite knows no such file system
//   sqlite3_open_v2(file, &database, flags, pages->name());
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3_file;
struct sqlite3_vfs;

namespace hq::log {

/// Bytes at the end of each page that hold its sum.
inline constexpr int kPageSumBytes = 8;

/// The sum of a page: of its bytes but the last eight, and of its number, which begins at 1.
uint64_t page_sum(std::string_view bytes, uint32_t page_number);

/// For sqlite3_file_control: the number of the last page that failed, as uint32_t; 0 for none.
inline constexpr int kFailedPageControl = 0x48510001;

class CheckedPages {
 public:
  /// Over the file system of this name; the default one where it is empty.
  static std::unique_ptr<CheckedPages> over(const std::string& base);
  ~CheckedPages();
  CheckedPages(const CheckedPages&) = delete;
  CheckedPages& operator=(const CheckedPages&) = delete;

  const char* name() const { return name_.c_str(); }

 private:
  explicit CheckedPages(sqlite3_vfs* base);

  std::string name_;
  std::unique_ptr<sqlite3_vfs> vfs_;
};

}  // namespace hq::log
