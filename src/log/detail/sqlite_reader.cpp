#include "log/detail/sqlite_reader.h"

#include <fmt/format.h>

#include "log/limits.h"

namespace hq::log {
namespace {

/// What the two tables say of their own extent, read at one moment.
struct Extent {
  uint64_t last_seq = 0;          // of the groups
  uint64_t last_command_seq = 0;  // of the index
  uint64_t command_count = 0;
};

Result<Extent> extent(Database& database) {
  HQ_TRY_VOID(database.run("BEGIN"));
  auto last = database.integer("SELECT max(max(first_seq), max(last_seq)) FROM commit_group");
  auto last_command = database.integer("SELECT max(seq) FROM command");
  auto count = database.integer("SELECT count(*) FROM command");
  // SQLite may have ended it by itself where a read failed; that is what is to be said then.
  const Result<> ended = database.run("COMMIT");
  HQ_TRY_VOID(last);
  HQ_TRY_VOID(last_command);
  HQ_TRY_VOID(count);
  HQ_TRY_VOID(ended);
  return Extent{static_cast<uint64_t>(*last), static_cast<uint64_t>(*last_command),
                static_cast<uint64_t>(*count)};
}

Result<> check_index(SqliteReader& reader, const Commit& commit) {
  HQ_TRY(const std::optional<uint64_t> seq, reader.seq_of_command(commit.command_id));
  if (seq == commit.seq) return {};
  return std::unexpected(damage_at(commit.seq, "the index of commands does not lead to it",
                                   "命令索引中没有指向它的记录"));
}

/// Groups one after the other up to commit `end`.
Result<> walk(SqliteReader& reader, uint64_t end, ChainChecker& checker,
              const LogReader::Progress& progress) {
  while (checker.head().seq < end) {
    const uint64_t next = checker.head().seq + 1;
    HQ_TRY(const std::optional<StoredGroup> group, reader.group_from(next));
    if (!group) return std::unexpected(commits_missing(next, end));
    HQ_TRY(const std::vector<Commit> commits, decode_group(*group, checker));
    for (const Commit& commit : commits) HQ_TRY_VOID(check_index(reader, commit));
    if (progress) progress(checker.head().seq, end);
  }
  return {};
}

Result<> check_structure(Database& database, uint64_t seq) {
  HQ_TRY(const std::string answer, database.text("PRAGMA integrity_check(1)"));
  if (answer == "ok") return {};
  return std::unexpected(damage_at(seq, "the structure of the file is damaged: " + answer,
                                   "文件结构已损坏：" + answer));
}

Result<> verify_all(SqliteReader& reader, const Extent& all, ChainChecker& checker,
                    const LogReader::Progress& progress) {
  HQ_TRY_VOID(walk(reader, all.last_seq, checker, progress));
  // Rows cut off at the end leave a chain that is sound as far as it goes; the index knows more.
  if (all.last_command_seq > all.last_seq) {
    return std::unexpected(commits_missing(all.last_seq + 1, all.last_command_seq));
  }
  if (all.command_count != all.last_seq) {
    return std::unexpected(
        damage_at(all.last_seq,
                  fmt::format("the index of commands has {} entries for {} commits",
                              all.command_count, all.last_seq),
                  fmt::format("命令索引有 {} 条，提交有 {} 条", all.command_count, all.last_seq)));
  }
  HQ_TRY_VOID(check_structure(reader.database(), all.last_seq));
  Result<> pages = reader.database().check_pages();
  // All commits could be read, so the page holds none of them: it is free, or an old copy.
  if (!pages && pages.error().code == ErrorCode::corrupt) {
    return std::unexpected(
        damage_at(all.last_seq, pages.error().message, pages.error().message_zh));
  }
  return pages;
}

}  // namespace

Result<std::unique_ptr<SqliteReader>> SqliteReader::open(const std::filesystem::path& file,
                                                         std::chrono::milliseconds busy_wait,
                                                         const std::string& vfs) {
  auto reader = std::make_unique<SqliteReader>();
  HQ_TRY(reader->database_, Database::open(file, Database::Access::read, busy_wait, vfs));
  Database& database = reader->database_;
  HQ_TRY_VOID(database.run("PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF"));
  const std::string columns = "SELECT first_seq, last_seq, commits FROM commit_group ";
  HQ_TRY(reader->group_at_or_before_,
         database.prepare(columns + "WHERE first_seq <= ?1 ORDER BY first_seq DESC LIMIT 1"));
  HQ_TRY(reader->group_at_or_after_,
         database.prepare(columns + "WHERE first_seq >= ?1 ORDER BY first_seq LIMIT 1"));
  HQ_TRY(reader->last_group_, database.prepare(columns + "ORDER BY first_seq DESC LIMIT 1"));
  HQ_TRY(reader->command_, database.prepare("SELECT seq FROM command WHERE id = ?1"));
  return reader;
}

Result<std::optional<StoredGroup>> SqliteReader::one_group(Statement& statement) {
  HQ_TRY(const bool row, statement.step());
  std::optional<StoredGroup> group;
  if (row) {
    group.emplace();
    group->first_seq = static_cast<uint64_t>(statement.integer(0));
    group->last_seq = static_cast<uint64_t>(statement.integer(1));
    group->commits = statement.bytes(2);
  }
  statement.reset();
  return group;
}

Result<std::optional<StoredGroup>> SqliteReader::group_with(uint64_t seq) {
  group_at_or_before_.bind(1, static_cast<int64_t>(seq));
  HQ_TRY(std::optional<StoredGroup> group, one_group(group_at_or_before_));
  if (group && group->last_seq >= seq) return group;
  return group_from(seq);
}

Result<std::optional<StoredGroup>> SqliteReader::group_from(uint64_t seq) {
  group_at_or_after_.bind(1, static_cast<int64_t>(seq));
  return one_group(group_at_or_after_);
}

Result<Head> SqliteReader::last() {
  HQ_TRY(const std::optional<StoredGroup> group, one_group(last_group_));
  if (!group) return Head{};
  ChainChecker checker = ChainChecker::starting_at(group->first_seq);
  HQ_TRY_VOID(decode_group(*group, checker));
  return checker.head();
}

Result<uint64_t> SqliteReader::last_seq() {
  HQ_TRY(const bool row, last_group_.step());
  const uint64_t seq = row ? static_cast<uint64_t>(last_group_.integer(1)) : 0;
  last_group_.reset();
  return seq;
}

Result<std::optional<uint64_t>> SqliteReader::seq_of_command(std::string_view id) {
  HQ_TRY(const bool row, command_.bind_text(1, id).step());
  std::optional<uint64_t> seq;
  if (row) seq = static_cast<uint64_t>(command_.integer(0));
  command_.reset();
  return seq;
}

Result<std::vector<std::string>> SqliteReader::known_of(std::span<const std::string_view> ids) {
  HQ_TRY_VOID(database_.run("BEGIN"));
  const auto look = [&]() -> Result<std::vector<std::string>> {
    std::vector<std::string> known;
    for (const std::string_view id : ids) {
      HQ_TRY(const std::optional<uint64_t> seq, seq_of_command(id));
      if (seq) known.emplace_back(id);
    }
    return known;
  };
  Result<std::vector<std::string>> known = look();
  HQ_TRY_VOID(database_.run("COMMIT"));
  return known;
}

Result<SqliteReaderPool::Lease> SqliteReaderPool::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      Lease lease(idle_.back().release(), GiveBack{this});
      idle_.pop_back();
      return lease;
    }
  }
  HQ_TRY(std::unique_ptr<SqliteReader> opened, open());
  return Lease(opened.release(), GiveBack{this});
}

Result<std::unique_ptr<SqliteReader>> SqliteReaderPool::open() const {
  return SqliteReader::open(file_, busy_wait_, vfs_);
}

void SqliteReaderPool::give_back(SqliteReader* reader) {
  std::unique_ptr<SqliteReader> owned(reader);
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kIdleReadersMax) idle_.push_back(std::move(owned));
}

Result<Verification> verify_stored(SqliteReader& reader, const LogReader::Progress& progress) {
  Verification found;
  ChainChecker checker;
  Result<Extent> all = extent(reader.database());
  Result<> walked =
      all ? verify_all(reader, *all, checker, progress) : std::unexpected(std::move(all).error());
  found.head = checker.head();
  if (walked) return found;
  // A file that cannot be read is no finding about its content.
  if (walked.error().code != ErrorCode::corrupt) return std::unexpected(walked.error());
  found.damage = std::move(walked).error();
  if (!found.damage->where.starts_with("commit ")) {
    found.damage = std::move(*found.damage).at(fmt::format("commit {}", found.head.seq + 1));
  }
  return found;
}

}  // namespace hq::log
