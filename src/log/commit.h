// Commit: one entry of the log, its bytes and its place in the hash chain.
//
// A commit is a value. `seal` gives it its place behind another (seq, previous, hash);
// `append_commit` and `CommitDecoder` are the bytes of docs/format/log.md; `ChainChecker` walks
// commits in order and names the first that does not fit.
//
//   Commit commit{.time = t, .actor = "a", .command_id = "c-1", .type = "plan.adopt", ...};
//   seal(commit, log.last());        // seq = last + 1, hash over all fields
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"

namespace hq::log {

/// What changed. `type` says which service owns it ("plan.adopted"), `body` is its JSON.
struct Event {
  std::string type;
  std::string body;

  bool operator==(const Event&) const = default;
};

/// What one command did, as it stands in the log.
struct Commit {
  uint64_t seq = 0;  // 1, 2, 3 ... without gaps
  Instant time{};    // given by the writer; never less than that of the commit before
  std::string actor;
  std::string organisation;
  std::string command_id;  // given by the caller; unique in the log
  std::string type;        // of the command, "plan.adopt"
  Sha256 request{};        // digest of the whole command, to tell a repeat from a reuse of its id
  std::vector<Event> events;
  std::string reply;  // JSON, what the caller was told
  Sha256 previous{};  // hash of the commit before; zeros for the first
  Sha256 hash{};      // SHA-256 over all of the above

  bool operator==(const Commit&) const = default;
};

/// The end of a log: the place behind which the next commit goes. All zero for an empty log.
struct Head {
  uint64_t seq = 0;
  Instant time{};
  Sha256 hash{};

  bool operator==(const Head&) const = default;
};

/// Gives `commit` the place behind `head`: seq, previous, hash; `head` moves on to it.
void seal(Commit& commit, Head& head);

/// SHA-256 over the bytes of `commit` but its hash.
Sha256 commit_hash(const Commit& commit);

/// Appends the bytes of `commit`, its hash last.
void append_commit(std::string& bytes, const Commit& commit);

/// Upper bound of the bytes that append_commit adds.
std::size_t commit_bytes(const Commit& commit);

/// Reads commits one after the other from the bytes of a group.
class CommitDecoder {
 public:
  explicit CommitDecoder(std::string_view bytes) : rest_(bytes) {}

  bool at_end() const { return rest_.empty(); }
  /// ErrorCode::corrupt where the bytes are no commit. Hashes are not checked here.
  Result<Commit> next();

 private:
  std::string_view rest_;
};

/// Walks commits in order and checks sequence, time, link and hash of each.
class ChainChecker {
 public:
  /// Starts behind `head`, which is trusted: Head{} for the whole log.
  explicit ChainChecker(Head head = {}) : head_(head) {}

  /// For a read that starts inside the log: the first commit is taken at its word for its link.
  static ChainChecker starting_at(uint64_t seq);

  /// ErrorCode::corrupt, with `where` = "commit 17", where `commit` does not fit.
  Result<> check(const Commit& commit);

  const Head& head() const { return head_; }

 private:
  Head head_;
  bool link_known_ = true;
};

/// The Error for damage at commit `seq`: where = "commit 17".
Error damage_at(uint64_t seq, std::string what, std::string what_zh);

}  // namespace hq::log
