#include "log/detail/background_save.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <utility>

namespace hq::log {
namespace {

constexpr int kNiceness = 5;  // behind the writer, which answers people

/// In the copy: only this thread is there, so nothing that another may have locked is touched.
[[noreturn]] void save_and_end(const SnapshotStore& store, const Machine& machine, const Head& head,
                               int pipe) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  [[maybe_unused]] const int niceness = ::nice(kNiceness);
  // Above all the lock of the folder: who starts in our place must not wait for the copy.
  const auto descriptor = static_cast<unsigned>(pipe);
  if (descriptor > 3) ::close_range(3, descriptor - 1, 0);
  ::close_range(descriptor + 1, ~0U, 0);
  const Result<> done = store.write(machine, head);
  if (done) ::_exit(0);
  const std::string words = done.error().text();
  [[maybe_unused]] const ssize_t written = ::write(pipe, words.data(), words.size());
  ::_exit(info(done.error().code).exit_code);
}

}  // namespace

Result<BackgroundSave> BackgroundSave::start(const SnapshotStore& store, const Machine& machine,
                                             const Head& head) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return std::unexpected(system_error(errno, "pipe"));
  const pid_t child = ::fork();
  if (child == 0) save_and_end(store, machine, head, ends[1]);
  const int failure = errno;
  ::close(ends[1]);
  if (child > 0) return BackgroundSave(child, ends[0], head);
  ::close(ends[0]);
  return std::unexpected(system_error(failure, "fork"));
}

BackgroundSave::BackgroundSave(BackgroundSave&& other) noexcept
    : child_(std::exchange(other.child_, -1)),
      pipe_(std::exchange(other.pipe_, -1)),
      head_(other.head_) {}

BackgroundSave& BackgroundSave::operator=(BackgroundSave&& other) noexcept {
  std::swap(child_, other.child_);
  std::swap(pipe_, other.pipe_);
  std::swap(head_, other.head_);
  return *this;
}

BackgroundSave::~BackgroundSave() {
  if (child_ > 0) {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  if (pipe_ >= 0) ::close(pipe_);
}

std::optional<Result<>> BackgroundSave::poll() {
  int status = 0;
  if (::waitpid(child_, &status, WNOHANG) == 0) return std::nullopt;
  child_ = -1;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return Result<>();
  char words[1024];
  const ssize_t size = ::read(pipe_, words, sizeof words);
  const std::string why(words, static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  return fail(ErrorCode::io_error, "a snapshot could not be written: " + why,
              "无法写入快照：" + why);
}

}  // namespace hq::log
