#include "log/log.h"

#include <fmt/format.h>

#include <unordered_set>

#include "log/limits.h"

namespace hq::log {
namespace {

/// A record has room for 4 GiB of each; what nobody needs is refused before it is kept for ever.
Result<> check_names(const Commit& commit) {
  for (const std::string* name :
       {&commit.command_id, &commit.type, &commit.actor, &commit.organisation}) {
    if (name->size() > kNameBytesMax) {
      return fail(ErrorCode::too_large,
                  fmt::format("a name in a commit has {} bytes; at most {} are kept", name->size(),
                              kNameBytesMax),
                  fmt::format("提交中的名称有 {} 字节，最多 {} 字节", name->size(), kNameBytesMax));
    }
  }
  if (commit.command_id.empty()) {
    return fail(ErrorCode::invalid_argument, "a commit needs a command id", "提交缺少命令编号");
  }
  return {};
}

std::unexpected<Error> too_large(std::size_t bytes, std::size_t bytes_max) {
  return fail(ErrorCode::too_large,
              fmt::format("{} bytes for one write to the log; at most {}", bytes, bytes_max),
              fmt::format("一次写入日志 {} 字节，超过上限 {} 字节", bytes, bytes_max));
}

}  // namespace

Result<std::vector<std::string>> LogReader::known(std::span<const std::string_view> ids) const {
  std::vector<std::string> found;
  for (const std::string_view id : ids) {
    HQ_TRY(const std::optional<Commit> commit, find(id));
    if (commit) found.emplace_back(id);
  }
  return found;
}

Result<> check_group(std::span<const Commit> group, const Head& head) {
  Head expected = head;
  std::size_t bytes = 0;
  std::unordered_set<std::string_view> ids;
  for (const Commit& commit : group) {
    HQ_TRY_VOID(check_names(commit));
    const std::size_t commit_size = commit_bytes(commit);
    if (commit_size > kCommitBytesMax) return too_large(commit_size, kCommitBytesMax);
    bytes += commit_size;
    if (commit.seq != expected.seq + 1 || commit.previous != expected.hash ||
        commit.time < expected.time) {
      return fail(ErrorCode::conflict,
                  fmt::format("commit {} does not continue a log that ends at {}", commit.seq,
                              expected.seq),
                  fmt::format("第 {} 号提交不能接在第 {} 号之后", commit.seq, expected.seq));
    }
    if (!ids.insert(commit.command_id).second) {
      return fail(ErrorCode::already_exists, "two commits of one command id in one group",
                  "同一组中命令编号重复", commit.command_id);
    }
    expected = {commit.seq, commit.time, commit.hash};
  }
  if (bytes > kBatchBytesMax) return too_large(bytes, kBatchBytesMax);
  return {};
}

Result<> follow(const LogReader& log, uint64_t from_seq, const LogReader::Visit& visit,
                std::stop_token stop) {
  uint64_t next = std::max<uint64_t>(from_seq, 1);
  bool wanted = true;  // false once `visit` has had enough
  while (wanted && !stop.stop_requested()) {
    HQ_TRY_VOID(log.read(next, [&](const Commit& commit) {
      wanted = visit(commit);
      next = commit.seq + 1;
      return wanted && !stop.stop_requested();
    }));
    if (!wanted) break;
    // Also where nothing came in time: `stop` may have been asked meanwhile.
    HQ_TRY([[maybe_unused]] const bool more, log.wait_for(next, std::chrono::seconds(1), stop));
  }
  return {};
}

}  // namespace hq::log
