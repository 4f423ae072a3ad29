// FailingMemory: the n-th allocation from now on fails, once; of SQLite, or of operator new.
//
// For the whole program, on every thread, while the object lives. Allocations count from 1.
//
//   FailingMemory memory(FailingMemory::Of::sqlite, 17);
//   auto log = open_log(folder);                 // an Error where the 17th was needed
//   if (!memory.has_failed()) ...                // there were not so many
#pragma once

#include <cstdint>

namespace hq::sim {

class FailingMemory {
 public:
  enum class Of : uint8_t { sqlite, operator_new };

  FailingMemory(Of of, int64_t n);
  ~FailingMemory();
  FailingMemory(const FailingMemory&) = delete;
  FailingMemory& operator=(const FailingMemory&) = delete;

  bool has_failed() const;

 private:
  Of of_;
};

}  // namespace hq::sim
