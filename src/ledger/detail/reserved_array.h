// ReservedArray: an array that grows without moving, up to a capacity given at the start.
//
// Address space is reserved once; memory is used as elements are written. Elements are plain
// values and begin as zero bytes. One thread.
//
//   ReservedArray<Transfer> transfers(capacity);
//   transfers.push_back(t);
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <span>
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
        capacity_(std::exchange(other.capacity_, 0)) {}
  ReservedArray& operator=(ReservedArray&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
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

 private:
  T* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace hq::ledger
