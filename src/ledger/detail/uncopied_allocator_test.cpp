#include "ledger/detail/uncopied_allocator.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

namespace hq::ledger {
namespace {

// msync(2): ENOMEM says that nothing is mapped there.
template <class Array>
bool is_mapped(const Array& array) {
  return ::msync(const_cast<int*>(array.data()), 1, MS_ASYNC) == 0 || errno != ENOMEM;
}

TEST(UncopiedAllocator, its_memory_is_not_in_a_copy_of_the_process) {
  const std::vector<int, UncopiedAllocator<int>> numbers(100'000, 7);
  EXPECT_EQ(numbers.back(), 7);
  EXPECT_TRUE(is_mapped(numbers));
  const pid_t copy = ::fork();
  ASSERT_GE(copy, 0);
  if (copy == 0) ::_exit(is_mapped(numbers) ? 1 : 0);
  int status = 0;
  ASSERT_EQ(::waitpid(copy, &status, 0), copy);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST(UncopiedAllocator, what_cannot_be_had_is_an_exception) {
  UncopiedAllocator<int> allocator;
  EXPECT_THROW((void)allocator.allocate(std::size_t{1} << 55), std::bad_alloc);
}

}  // namespace
}  // namespace hq::ledger
