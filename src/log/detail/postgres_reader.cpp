#include "log/detail/postgres_reader.h"

#include <fmt/format.h>

#include "log/limits.h"

namespace hq::log {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr PostgresStatement kLastGroup = {
    "last_group",
    "SELECT first_seq, last_seq, commits FROM hongqiao.commit_group WHERE stream = $1 "
    "ORDER BY first_seq DESC LIMIT 1"};
constexpr PostgresStatement kLastSeq = {
    "last_seq",
    "SELECT coalesce((SELECT last_seq FROM hongqiao.commit_group WHERE stream = $1 "
    "ORDER BY first_seq DESC LIMIT 1), 0)"};
// The row that holds the commit may begin before it. A page ends with the row that fills it.
constexpr PostgresStatement kGroupsFrom = {
    "groups_from",
    "SELECT first_seq, last_seq, commits FROM ("
    "  SELECT first_seq, last_seq, commits,"
    "         sum(octet_length(commits)) OVER (ORDER BY first_seq) - octet_length(commits) AS "
    "before"
    "  FROM hongqiao.commit_group WHERE stream = $1 AND last_seq >= $2 AND first_seq >= coalesce("
    "    (SELECT first_seq FROM hongqiao.commit_group WHERE stream = $1 AND first_seq <= $2"
    "     ORDER BY first_seq DESC LIMIT 1), 0)"
    "  ORDER BY first_seq LIMIT $3) AS page "
    "WHERE before < $4 ORDER BY first_seq"};
constexpr PostgresStatement kSeqOfCommand = {
    "seq_of_command", "SELECT seq FROM hongqiao.command WHERE stream = $1 AND id = $2"};
constexpr PostgresStatement kKnownOf = {
    "known_of",
    "SELECT id, seq FROM hongqiao.command WHERE stream = $1 AND id = ANY($2::bytea[]) "
    "ORDER BY seq"};
constexpr PostgresStatement kExtent = {
    "extent",
    "SELECT (SELECT coalesce(max(greatest(first_seq, last_seq)), 0) FROM hongqiao.commit_group "
    "WHERE stream = $1), (SELECT coalesce(max(seq), 0) FROM hongqiao.command WHERE stream = $1), "
    "(SELECT count(*) FROM hongqiao.command WHERE stream = $1)"};

StoredGroup group_at(const PostgresRows& rows, std::size_t row) {
  return {static_cast<uint64_t>(rows.integer(row, 0)), static_cast<uint64_t>(rows.integer(row, 1)),
          std::string(rows.bytes(row, 2))};
}

}  // namespace

Result<Head> PostgresReader::last() {
  HQ_TRY(const PostgresRows rows, connection_.run(kLastGroup, PostgresValues().add_text(stream_)));
  if (rows.count() == 0) return Head{};
  const StoredGroup group = group_at(rows, 0);
  ChainChecker checker = ChainChecker::starting_at(group.first_seq);
  HQ_TRY_VOID(decode_group(group, checker));
  return checker.head();
}

Result<uint64_t> PostgresReader::last_seq() {
  HQ_TRY(const PostgresRows rows, connection_.run(kLastSeq, PostgresValues().add_text(stream_)));
  return static_cast<uint64_t>(rows.integer(0, 0));
}

Result<std::vector<StoredGroup>> PostgresReader::groups_from(uint64_t seq) {
  HQ_TRY(const PostgresRows rows,
         connection_.run(kGroupsFrom, PostgresValues()
                                          .add_text(stream_)
                                          .add(static_cast<int64_t>(seq))
                                          .add(static_cast<int64_t>(kPostgresPageGroups))
                                          .add(static_cast<int64_t>(kPostgresPageBytes))));
  std::vector<StoredGroup> groups;
  groups.reserve(rows.count());
  for (std::size_t row = 0; row < rows.count(); ++row) groups.push_back(group_at(rows, row));
  return groups;
}

Result<std::optional<uint64_t>> PostgresReader::seq_of_command(std::string_view id) {
  HQ_TRY(const PostgresRows rows,
         connection_.run(kSeqOfCommand, PostgresValues().add_text(stream_).add_bytes(id)));
  if (rows.count() == 0) return std::nullopt;
  return static_cast<uint64_t>(rows.integer(0, 0));
}

Result<std::vector<std::string>> PostgresReader::known_of(std::span<const std::string_view> ids) {
  HQ_TRY(const PostgresRows rows,
         connection_.run(kKnownOf, PostgresValues().add_text(stream_).add_bytes_list(ids)));
  std::vector<std::string> known;
  known.reserve(rows.count());
  for (std::size_t row = 0; row < rows.count(); ++row) known.emplace_back(rows.bytes(row, 0));
  return known;
}

Result<bool> PostgresReader::wait_for(uint64_t seq, SteadyClock::time_point deadline,
                                      const std::stop_token& stop) {
  // First listen, then look: what comes between the two is not missed. A server that is a standby
  // refuses to listen; asking is enough there.
  const Result<> listening =
      connection_.run_script(fmt::format("LISTEN \"{}\"", channel_of(stream_)));
  if (!listening && connection_.is_broken()) return std::unexpected(listening.error());
  while (true) {
    HQ_TRY(const uint64_t last, last_seq());
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now());
    if (last >= seq || left.count() <= 0 || stop.stop_requested()) {
      connection_.send("UNLISTEN *");  // else the server would go on to tell an idle connection
      return last >= seq;
    }
    HQ_TRY_VOID(connection_.wait_for_notification(std::min(left, kPostgresPollInterval), stop));
  }
}

Result<PostgresReader::Extent> PostgresReader::extent() {
  HQ_TRY(const PostgresRows rows, connection_.run(kExtent, PostgresValues().add_text(stream_)));
  return Extent{static_cast<uint64_t>(rows.integer(0, 0)),
                static_cast<uint64_t>(rows.integer(0, 1)),
                static_cast<uint64_t>(rows.integer(0, 2))};
}

/// Each commit of a group is where the index says, asked for in one go.
Result<> PostgresReader::check_index(const std::vector<Commit>& commits) {
  std::vector<std::string_view> ids;
  ids.reserve(commits.size());
  for (const Commit& commit : commits) ids.emplace_back(commit.command_id);
  HQ_TRY(const PostgresRows rows,
         connection_.run(kKnownOf, PostgresValues().add_text(stream_).add_bytes_list(ids)));
  std::unordered_map<std::string_view, uint64_t> seq_of;
  for (std::size_t row = 0; row < rows.count(); ++row) {
    seq_of.emplace(rows.bytes(row, 0), static_cast<uint64_t>(rows.integer(row, 1)));
  }
  for (const Commit& commit : commits) {
    const auto found = seq_of.find(commit.command_id);
    if (found != seq_of.end() && found->second == commit.seq) continue;
    return std::unexpected(damage_at(commit.seq, "the index of commands does not lead to it",
                                     "命令索引中没有指向它的记录"));
  }
  return {};
}

Result<> PostgresReader::verify_all(ChainChecker& checker, const LogReader::Progress& progress) {
  HQ_TRY(const Extent all, extent());
  while (checker.head().seq < all.last_seq) {
    const uint64_t next = checker.head().seq + 1;
    HQ_TRY(const std::vector<StoredGroup> groups, groups_from(next));
    if (groups.empty()) return std::unexpected(commits_missing(next, all.last_seq));
    for (const StoredGroup& group : groups) {
      HQ_TRY(const std::vector<Commit> commits, decode_group(group, checker));
      HQ_TRY_VOID(check_index(commits));
      if (progress) progress(checker.head().seq, std::max(all.last_seq, checker.head().seq));
    }
  }
  // Rows cut off at the end leave a chain that is sound as far as it goes; the index knows more.
  if (all.last_command_seq > all.last_seq) {
    return std::unexpected(commits_missing(all.last_seq + 1, all.last_command_seq));
  }
  if (all.command_count != all.last_seq) {
    return std::unexpected(damage_at(
        all.last_seq,
        fmt::format("the index of commands has {} entries for {} commits", all.command_count,
                    all.last_seq),
        fmt::format("命令索引有 {} 项，而提交有 {} 个", all.command_count, all.last_seq)));
  }
  return {};
}

Result<Verification> PostgresReader::verify(const LogReader::Progress& progress) {
  Verification found;
  ChainChecker checker;
  const Result<> walked = verify_all(checker, progress);
  found.head = checker.head();
  if (walked) return found;
  // A database that cannot be read is no finding about its content.
  if (walked.error().code != ErrorCode::corrupt) return std::unexpected(walked.error());
  found.damage = walked.error();
  if (!found.damage->where.starts_with("commit ")) {
    found.damage = std::move(*found.damage).at(fmt::format("commit {}", found.head.seq + 1));
  }
  return found;
}

Result<std::unique_ptr<PostgresReader>> PostgresReaderPool::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto reader = std::move(idle_.back());
      idle_.pop_back();
      return reader;
    }
  }
  HQ_TRY(PostgresConnection opened, open_for_reading(options_));
  return std::make_unique<PostgresReader>(std::move(opened), options_.stream);
}

void PostgresReaderPool::give_back(std::unique_ptr<PostgresReader> reader) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kIdleReadersMax) idle_.push_back(std::move(reader));
}

}  // namespace hq::log
