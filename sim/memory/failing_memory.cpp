#include "sim/memory/failing_memory.h"

#include <sqlite3.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "base/assert.h"

namespace hq::sim {
namespace {

// Allocations that are still to succeed; at zero one fails. Far above all where none is to fail.
constexpr int64_t kNever = INT64_MAX;
std::atomic<int64_t> sqlite_left = kNever;
std::atomic<int64_t> new_left = kNever;

bool fails(std::atomic<int64_t>& left) {
  return left.load(std::memory_order_relaxed) != kNever && left.fetch_sub(1) == 1;
}

sqlite3_mem_methods real;

/// Before anything else uses SQLite: it takes another allocator only before its first call.
const bool kIsInstalled = [] {
  HQ_ASSERT(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real) == SQLITE_OK);
  sqlite3_mem_methods failing = real;
  failing.xMalloc = [](int bytes) -> void* {
    return fails(sqlite_left) ? nullptr : real.xMalloc(bytes);
  };
  failing.xRealloc = [](void* at, int bytes) -> void* {
    return fails(sqlite_left) ? nullptr : real.xRealloc(at, bytes);
  };
  HQ_ASSERT(sqlite3_config(SQLITE_CONFIG_MALLOC, &failing) == SQLITE_OK);
  return true;
}();

void* allocate(std::size_t bytes, std::size_t alignment) {
  if (fails(new_left)) throw std::bad_alloc();
  void* at = nullptr;
  if (::posix_memalign(&at, alignment, bytes == 0 ? 1 : bytes) != 0) throw std::bad_alloc();
  return at;
}

}  // namespace

FailingMemory::FailingMemory(Of of, int64_t n) : of_(of) {
  HQ_ASSERT(kIsInstalled && n > 0);
  (of_ == Of::sqlite ? sqlite_left : new_left) = n;
}

FailingMemory::~FailingMemory() {
  (of_ == Of::sqlite ? sqlite_left : new_left) = kNever;
}

bool FailingMemory::has_failed() const {
  return (of_ == Of::sqlite ? sqlite_left : new_left) <= 0;
}

}  // namespace hq::sim

void* operator new(std::size_t bytes) {
  return hq::sim::allocate(bytes, __STDCPP_DEFAULT_NEW_ALIGNMENT__);
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return hq::sim::allocate(bytes, static_cast<std::size_t>(alignment));
}
void operator delete(void* at) noexcept {
  std::free(at);
}
void operator delete(void* at, std::size_t) noexcept {
  std::free(at);
}
void operator delete(void* at, std::align_val_t) noexcept {
  std::free(at);
}
void operator delete(void* at, std::size_t, std::align_val_t) noexcept {
  std::free(at);
}
