// BackgroundSave: writes a snapshot in a copy of the process, so that the writer goes on at once.
//
// fork(2) gives the copy the memory as it is now; pages that are changed afterwards are copied
// one by one. The copy holds no file or socket of ours but its own, and ends with the thread that
// made it. One thread, the one on which the state stands still.
//
//   HQ_TRY(auto save, BackgroundSave::start(store, machine, head));
//   if (auto result = save.poll()) ...                  // nothing while it is at work
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "base/error.h"
#include "log/snapshot.h"

namespace hq::log {

class BackgroundSave {
 public:
  static Result<BackgroundSave> start(const SnapshotStore& store, const Machine& machine,
                                      const Head& head);
  BackgroundSave(BackgroundSave&& other) noexcept;
  BackgroundSave& operator=(BackgroundSave&& other) noexcept;
  ~BackgroundSave();  // ends it where it is at work

  const Head& head() const { return head_; }

  /// How it went; nothing while it is at work.
  std::optional<Result<>> poll();

 private:
  BackgroundSave(pid_t child, int pipe, const Head& head)
      : child_(child), pipe_(pipe), head_(head) {}

  pid_t child_ = -1;
  int pipe_ = -1;  // carries the words of an error
  Head head_;
};

}  // namespace hq::log
