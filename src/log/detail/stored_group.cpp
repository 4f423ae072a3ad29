#include "log/detail/stored_group.h"

#include <fmt/format.h>

namespace hq::log {

Result<std::vector<Commit>> decode_group(const StoredGroup& group, ChainChecker& checker) {
  const uint64_t expected = checker.head().seq + 1;
  if (group.first_seq != expected) {
    return std::unexpected(commits_missing(expected, group.first_seq - 1));
  }
  std::vector<Commit> commits;
  CommitDecoder decoder(group.commits);
  while (!decoder.at_end()) {
    const uint64_t seq = checker.head().seq + 1;
    Result<Commit> commit = decoder.next();
    if (!commit)
      return std::unexpected(std::move(commit).error().at(fmt::format("commit {}", seq)));
    HQ_TRY_VOID(checker.check(*commit));
    commits.push_back(*std::move(commit));
  }
  if (checker.head().seq != group.last_seq) {
    return std::unexpected(
        damage_at(expected,
                  fmt::format("its row claims commits up to {} and holds them up to {}",
                              group.last_seq, checker.head().seq),
                  fmt::format("所在行应含至第 {} 号提交，实际至第 {} 号", group.last_seq,
                              checker.head().seq)));
  }
  // A reader that took such a row would come upon it again and again.
  if (commits.empty()) {
    return std::unexpected(damage_at(expected, "its row holds no commit", "所在行没有提交"));
  }
  return commits;
}

Error commits_missing(uint64_t first, uint64_t last) {
  return damage_at(first, fmt::format("commits {} to {} are missing", first, last),
                   fmt::format("缺少第 {} 至 {} 号提交", first, last));
}

}  // namespace hq::log
