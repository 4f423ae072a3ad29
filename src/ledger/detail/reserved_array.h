// ReservedArray: an array that grows without moving, up to a capacity given at the start.
//
// Address space is reserved once; memory is used as elements are written. Elements are plain
// values and begin as zero bytes. The first of them, once they never change again, may be read from
// a file instead: the system then keeps in memory what is used of them. One thread.
//
//   ReservedArray<Transfer> transfers(capacity);
//   transfers.push_back(t);
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/assert.h"

namespace hq::ledger {

template <class T>
class ReservedArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  explicit ReservedArray(std::size_t capacity) : capacity_(capacity) {
    if (capacity == 0) return;
    void* at = ::mmap(nullptr, capacity * sizeof(T), PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    HQ_ASSERT(at != MAP_FAILED);
    data_ = static_cast<T*>(at);
    // Random access to gigabytes: with small pages half the time goes to finding pages.
    ::madvise(at, capacity * sizeof(T), MADV_HUGEPAGE);
  }
  ReservedArray(ReservedArray&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)),
        mapped_bytes_(std::exchange(other.mapped_bytes_, 0)) {}
  ReservedArray& operator=(ReservedArray&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    std::swap(mapped_bytes_, other.mapped_bytes_);
    return *this;
  }
  ReservedArray(const ReservedArray&) = delete;
  ReservedArray& operator=(const ReservedArray&) = delete;
  ~ReservedArray() {
    if (data_ != nullptr) ::munmap(data_, capacity_ * sizeof(T));
  }

  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }
  std::size_t bytes() const { return size_ * sizeof(T); }

  T& operator[](std::size_t i) { return data_[i]; }
  const T& operator[](std::size_t i) const { return data_[i]; }
  T& back() { return data_[size_ - 1]; }
  std::span<const T> span() const { return {data_, size_}; }

  T& push_back(const T& value) {
    HQ_ASSERT(size_ < capacity_);
    data_[size_] = value;
    return data_[size_++];
  }
  void pop_back() { --size_; }

  /// Has the system find memory for elements that are yet to come, begin to end. May run beside
  /// all else.
  void make_ready(std::size_t begin, std::size_t end) const {
    const std::size_t from = begin * sizeof(T) / kPageBytes * kPageBytes;
    const std::size_t to = std::min(end, capacity_) * sizeof(T) / kPageBytes * kPageBytes;
    if (from < to) ::madvise(reinterpret_cast<char*>(data_) + from, to - from, MADV_POPULATE_WRITE);
  }

  /// Takes the bytes of elements, instead of what is here. False where they are too many.
  bool assign(std::string_view bytes) {
    const std::size_t count = bytes.size() / sizeof(T);
    if (count > capacity_) return false;
    if (count > 0) std::memcpy(static_cast<void*>(data_), bytes.data(), bytes.size());
    size_ = count;
    return true;
  }

  /// From now on the first `count` elements, but for less than a page, are read from a file that
  /// holds them from its beginning and is never changed there. False, with errno, where it fails.
  bool map_front(int file, std::size_t count) {
    const std::size_t end = count * sizeof(T) / kPageBytes * kPageBytes;
    if (end <= mapped_bytes_) return true;
    void* const at = reinterpret_cast<char*>(data_) + mapped_bytes_;
    if (::mmap(at, end - mapped_bytes_, PROT_READ, MAP_SHARED | MAP_FIXED, file,
               static_cast<off_t>(mapped_bytes_)) == MAP_FAILED) {
      return false;
    }
    mapped_bytes_ = end;
    return true;
  }

  /// Takes `count` elements from such a file, instead of what is here. False, with errno, where it
  /// fails; EFBIG for more than fit.
  bool read_front(int file, std::size_t count) {
    errno = EFBIG;
    if (count > capacity_ || !map_front(file, count)) return false;
    size_ = count;
    const std::size_t rest = count * sizeof(T) - mapped_bytes_;
    char* const to = reinterpret_cast<char*>(data_) + mapped_bytes_;
    const ssize_t got = ::pread(file, to, rest, static_cast<off_t>(mapped_bytes_));
    if (got >= 0) errno = EIO;  // it is too short
    return got == static_cast<ssize_t>(rest);
  }

 private:
  static constexpr std::size_t kPageBytes = 4096;

  T* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
  std::size_t mapped_bytes_ = 0;  // of a file
};

}  // namespace hq::ledger
