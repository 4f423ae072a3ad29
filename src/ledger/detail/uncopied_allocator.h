// UncopiedAllocator: memory that a copy of the process does not get.
//
// A snapshot is saved by a copy (fork), and the system copies each page that changes meanwhile.
// What a snapshot does not hold, like tables of ids, which change everywhere at once, need not be
// in the copy; there, to touch it ends the process. Whole pages; any thread.
//
//   std::vector<uint64_t, UncopiedAllocator<uint64_t>> slots;
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <new>

namespace hq::ledger {

template <class T>
struct UncopiedAllocator {
  using value_type = T;

  T* allocate(std::size_t count) {
    void* const at = ::mmap(nullptr, count * sizeof(T), PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) throw std::bad_alloc();
    ::madvise(at, count * sizeof(T), MADV_DONTFORK);  // at worst it is copied
    return static_cast<T*>(at);
  }
  void deallocate(T* at, std::size_t count) { ::munmap(at, count * sizeof(T)); }

  bool operator==(const UncopiedAllocator&) const = default;
};

}  // namespace hq::ledger
