#include "log/detail/wal_check.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <array>
#include <bit>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace hq::log {
namespace {

constexpr std::size_t kHeadBytes = 32;       // 24 that are summed, and their sum
constexpr std::size_t kFrameHeadBytes = 24;  // page, size after a commit, salts, sum
constexpr std::size_t kSummedOfFrameHead = 8;
constexpr uint32_t kMagic = 0x377f0682;  // the last bit: words are summed as big-endian numbers
constexpr std::size_t kPageBytesMax = 65'536;

enum class Words : uint8_t { little_endian, big_endian };

uint32_t word_at(std::string_view bytes, std::size_t at, Words order = Words::big_endian) {
  uint32_t word = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const auto byte = static_cast<uint32_t>(static_cast<unsigned char>(bytes[at + i]));
    word |= byte << (order == Words::big_endian ? 24 - 8 * i : 8 * i);
  }
  return word;
}

/// SQLite's sum of pairs of words, each added with what stands in the other half.
struct WalSum {
  uint32_t a = 0;
  uint32_t b = 0;

  bool operator==(const WalSum&) const = default;

  void add_pair(uint32_t first, uint32_t second) {
    a += first + b;
    b += second + a;
  }
};

WalSum sum_at(std::string_view bytes, std::size_t at) {
  return {word_at(bytes, at), word_at(bytes, at + 4)};
}

WalSum sum_of(std::string_view bytes, WalSum sum, Words order) {
  for (std::size_t at = 0; at < bytes.size(); at += 8) {
    sum.add_pair(word_at(bytes, at, order), word_at(bytes, at + 4, order));
  }
  return sum;
}

/// What a frame may have been before one of its bits changed: the sum up to its end, and the size
/// of the database if it ends a transaction, else zero.
struct Restored {
  WalSum sum;
  uint32_t commit_pages = 0;
};

/// What `bytes`, whose sum is `actual`, may have been if one changed bit explains why `stored` is
/// not that: one of the stored sum, or one of them. The sum is linear, so what a bit weighs in it
/// depends on nothing but its place; high bits of different places may weigh the same.
std::vector<Restored> restored(std::string_view bytes, WalSum actual, WalSum stored, Words order) {
  std::vector<Restored> found;
  uint32_t commit_pages = word_at(bytes, 4);
  if (std::popcount(actual.a ^ stored.a) + std::popcount(actual.b ^ stored.b) == 1) {
    found.push_back({actual, commit_pages});
  }
  const WalSum missing{stored.a - actual.a, stored.b - actual.b};
  std::array<WalSum, 2> weights = {WalSum{1, 1}, WalSum{0, 1}};  // of the words of the last pair
  bool is_in_bytes = false;
  for (std::size_t end = bytes.size(); end > 0; end -= 8) {
    for (const std::size_t half : {0U, 1U}) {
      const std::size_t at = end - 8 + 4 * half;
      const uint32_t word = word_at(bytes, at, order);
      for (uint32_t bit = 1; bit != 0; bit <<= 1) {
        const uint32_t change = (word & bit) != 0 ? 0 - bit : bit;
        if (WalSum{weights[half].a * change, weights[half].b * change} != missing) continue;
        is_in_bytes = true;
        if (at == 4) commit_pages ^= order == Words::big_endian ? bit : std::byteswap(bit);
      }
    }
    for (WalSum& weight : weights) weight.add_pair(0, 0);
  }
  if (is_in_bytes) found.push_back({stored, commit_pages});
  return found;
}

class WalFile {
 public:
  /// Nothing where there is no such file.
  static Result<std::optional<WalFile>> open(const std::filesystem::path& file,
                                             const std::string& vfs) {
    sqlite3_vfs* system = sqlite3_vfs_find(vfs.empty() ? nullptr : vfs.c_str());
    if (system == nullptr)
      return std::optional<WalFile>();  // as whoever opens the database will say
    WalFile wal;
    const std::string path = file.string();
    wal.name_.reset(sqlite3_create_filename(path.c_str(), (path + "-journal").c_str(),
                                            (path + "-wal").c_str(), 0, nullptr));
    if (!wal.name_) return wal.failed(SQLITE_NOMEM);
    const char* name = sqlite3_filename_wal(wal.name_.get());
    int is_there = 0;
    if (const int code = system->xAccess(system, name, SQLITE_ACCESS_EXISTS, &is_there)) {
      return wal.failed(code);
    }
    if (is_there == 0) return std::optional<WalFile>();
    wal.file_.reset(static_cast<sqlite3_file*>(sqlite3_malloc(system->szOsFile)));
    if (!wal.file_) return wal.failed(SQLITE_NOMEM);
    wal.file_->pMethods = nullptr;  // which is how a file says that it is not open
    int opened_as = 0;
    if (const int code = system->xOpen(system, name, wal.file_.get(),
                                       SQLITE_OPEN_READONLY | SQLITE_OPEN_WAL, &opened_as)) {
      return wal.failed(code);
    }
    return std::optional(std::move(wal));
  }

  /// False where the file ends before.
  Result<bool> read(std::size_t offset, char* to, std::size_t size) {
    const int code = file_->pMethods->xRead(file_.get(), to, static_cast<int>(size),
                                            static_cast<sqlite3_int64>(offset));
    if (code == SQLITE_IOERR_SHORT_READ) return false;
    if (code != SQLITE_OK) return failed(code);
    return true;
  }

  std::string path() const { return sqlite3_filename_wal(name_.get()); }

 private:
  std::unexpected<Error> failed(int code) const {
    return fail(ErrorCode::io_error,
                fmt::format("the write-ahead file cannot be read: {}", sqlite3_errstr(code)),
                fmt::format("预写日志文件无法读取：{}", sqlite3_errstr(code)),
                name_ ? path() : std::string());
  }

  struct Close {
    void operator()(sqlite3_file* file) const {
      if (file->pMethods != nullptr) file->pMethods->xClose(file);
      sqlite3_free(file);
    }
  };
  struct FreeName {
    void operator()(const char* name) const { sqlite3_free_filename(name); }
  };
  std::unique_ptr<const char, FreeName> name_;
  std::unique_ptr<sqlite3_file, Close> file_;
};

/// The frames of a write-ahead file, one after the other.
class Frames {
 public:
  Frames(WalFile& file, const std::string& head, Words order)
      : file_(file),
        salts_(head.substr(16, 8)),
        order_(order),
        sum_(sum_at(head, 24)),
        head_(kFrameHeadBytes, '\0'),
        summed_(kSummedOfFrameHead + word_at(head, 8), '\0') {}

  /// False at the end of the file.
  Result<bool> next() {
    const std::size_t page_bytes = summed_.size() - kSummedOfFrameHead;
    HQ_TRY(bool is_whole, file_.read(offset_, head_.data(), head_.size()));
    if (!is_whole) return false;
    HQ_TRY(is_whole,
           file_.read(offset_ + kFrameHeadBytes, summed_.data() + kSummedOfFrameHead, page_bytes));
    summed_.replace(0, kSummedOfFrameHead, head_, 0, kSummedOfFrameHead);
    offset_ += kFrameHeadBytes + page_bytes;
    actual_ = sum_of(summed_, sum_, order_);
    return is_whole;
  }

  bool is_sound() const { return has_salts() && actual_ == stored(); }
  void pass() { sum_ = actual_; }

  /// What a frame that is not sound may have been before one of its bits changed. The salts are not
  /// summed; a frame of before the file began anew has neither.
  std::vector<Restored> restore() const {
    if (has_salts()) return restored(summed_, actual_, stored(), order_);
    if (actual_ != stored()) return {};
    return {{actual_, word_at(head_, 4)}};
  }

  /// Whether the transaction comes to its end if the present frame was this. A frame of one that
  /// did not is nothing that was lost.
  Result<bool> comes_to_end(const Restored& frame) const {
    if (frame.commit_pages != 0) return true;
    Frames rest = *this;
    rest.sum_ = frame.sum;
    HQ_TRY(bool is_there, rest.next());
    while (is_there && rest.is_sound()) {
      if (word_at(rest.head_, 4) != 0) return true;
      rest.pass();
      HQ_TRY(is_there, rest.next());
    }
    return false;
  }

 private:
  bool has_salts() const { return head_.compare(8, 8, salts_) == 0; }
  WalSum stored() const { return sum_at(head_, 16); }

  WalFile& file_;
  const std::string salts_;
  const Words order_;
  WalSum sum_;  // up to the frame
  std::size_t offset_ = kHeadBytes;
  std::string head_;
  std::string summed_;  // of the frame: what its sum is of
  WalSum actual_;       // up to its end
};

/// The frame of which one bit has changed, 0 for the head; nothing for a sound or a cut-off file.
Result<std::optional<uint64_t>> find_changed_bit(WalFile& file) {
  std::string head(kHeadBytes, '\0');
  HQ_TRY(const bool is_whole, file.read(0, head.data(), head.size()));
  if (!is_whole) return std::nullopt;
  const std::string_view summed = std::string_view(head).substr(0, 24);
  const auto order = (word_at(head, 0) & 1) != 0 ? Words::big_endian : Words::little_endian;
  if (sum_of(summed, {}, order) != sum_at(head, 24)) {
    // The bit may be the one that tells the order.
    for (const Words each : {Words::little_endian, Words::big_endian}) {
      if (!restored(summed, sum_of(summed, {}, each), sum_at(head, 24), each).empty()) return 0;
    }
    return std::nullopt;
  }
  const std::size_t page_bytes = word_at(head, 8);
  if ((word_at(head, 0) & ~1U) != kMagic || page_bytes % 8 != 0 || page_bytes > kPageBytesMax) {
    return std::nullopt;
  }
  Frames frames(file, head, order);
  uint64_t frame = 1;
  HQ_TRY(bool is_there, frames.next());
  for (; is_there && frames.is_sound(); ++frame) {
    frames.pass();
    HQ_TRY(is_there, frames.next());
  }
  if (!is_there) return std::nullopt;
  for (const Restored& whole : frames.restore()) {
    HQ_TRY(const bool is_lost, frames.comes_to_end(whole));
    if (is_lost) return frame;
  }
  return std::nullopt;
}

}  // namespace

Result<> check_wal(const std::filesystem::path& file, const std::string& vfs) {
  HQ_TRY(auto wal, WalFile::open(file, vfs));
  if (!wal) return {};
  HQ_TRY(const std::optional<uint64_t> changed, find_changed_bit(*wal));
  if (!changed) return {};
  // Whoever writes meanwhile was caught in the middle; then it looks otherwise now.
  HQ_TRY(const std::optional<uint64_t> again, find_changed_bit(*wal));
  if (again != changed) return {};
  return fail(ErrorCode::corrupt,
              fmt::format("one bit of frame {} of the write-ahead file has changed; SQLite would "
                          "drop it and the commits behind it. Put back a sound copy of the file, "
                          "or restore a backup. Nothing was changed",
                          *changed),
              fmt::format("预写日志文件第 {} 帧有一位发生变化；SQLite 会丢弃该帧及其后的提交。"
                          "请换回完好的文件，或从备份恢复。数据未被改动",
                          *changed),
              wal->path());
}

}  // namespace hq::log
