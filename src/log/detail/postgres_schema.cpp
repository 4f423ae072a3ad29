#include "log/detail/postgres_schema.h"

#include <fmt/format.h>

#include "log/streams.h"

namespace hq::log {
namespace {

constexpr int64_t kPostgresFormatVersion = 1;

// One transaction, under a lock, since two nodes may start at the same moment on an empty database.
// Commits are not compressed: they are small, and must be on disk soon.
constexpr const char* kCreation = R"(
  SELECT pg_advisory_xact_lock(7445920);
  CREATE SCHEMA IF NOT EXISTS hongqiao;
  CREATE TABLE IF NOT EXISTS hongqiao.log_format (
    version bigint NOT NULL,
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row)
  );
  CREATE TABLE IF NOT EXISTS hongqiao.commit_group (
    stream    text   NOT NULL,
    first_seq bigint NOT NULL CHECK (first_seq > 0),
    last_seq  bigint NOT NULL CHECK (last_seq >= first_seq),
    commits   bytea  NOT NULL,
    CONSTRAINT commit_group_pkey PRIMARY KEY (stream, first_seq)
  );
  ALTER TABLE hongqiao.commit_group ALTER COLUMN commits SET STORAGE EXTERNAL;
  CREATE TABLE IF NOT EXISTS hongqiao.command (
    stream text   NOT NULL,
    id     bytea  NOT NULL,
    seq    bigint NOT NULL,
    CONSTRAINT command_pkey PRIMARY KEY (stream, id)
  );
  CREATE TABLE IF NOT EXISTS hongqiao.lease (
    stream  text PRIMARY KEY,
    holder  text NOT NULL,
    address text NOT NULL,
    term    bigint NOT NULL,
    expires timestamptz NOT NULL
  ) WITH (fillfactor = 50);
  INSERT INTO hongqiao.log_format(version) VALUES (1) ON CONFLICT DO NOTHING;
)";

// Tables that grow from nothing have no statistics, and a plan made then is kept: it must use the
// keys. No time limit of the server's may cut off a write that waits for its quorum.
constexpr const char* kSession =
    "SET enable_seqscan = off; SET jit = off; SET statement_timeout = 0; SET lock_timeout = 0; "
    "SET idle_session_timeout = 0; SET default_transaction_isolation = 'read committed';";

constexpr PostgresStatement kHasTables = {
    "has_tables", "SELECT (to_regclass('hongqiao.log_format') IS NOT NULL)::int::bigint"};
constexpr PostgresStatement kVersion = {
    "version", "SELECT coalesce(max(version), 0), count(*) FROM hongqiao.log_format"};
constexpr PostgresStatement kPromises = {
    "promises",
    "SELECT current_setting('fsync'), current_setting('full_page_writes'), "
    "current_setting('synchronous_commit'), current_setting('synchronous_standby_names')"};

std::unexpected<Error> not_durable(std::string_view why, std::string_view why_zh) {
  return fail(ErrorCode::unsupported,
              fmt::format("PostgreSQL would acknowledge commits that may be lost: {}", why),
              fmt::format("PostgreSQL 会确认可能丢失的提交：{}", why_zh));
}

/// Refuses a server whose word for "committed" is weaker than ours, then holds this session to it:
/// a later change of the server's default does not reach it.
Result<> demand_durability(PostgresConnection& connection) {
  HQ_TRY(const PostgresRows rows, connection.run(kPromises));
  const std::string commit(rows.bytes(0, 2));
  const bool has_standbys = !rows.bytes(0, 3).empty();
  if (rows.bytes(0, 0) != "on") return not_durable("fsync is off", "fsync 已关闭");
  if (rows.bytes(0, 1) != "on") {
    return not_durable("full_page_writes is off", "full_page_writes 已关闭");
  }
  const bool waits_for_standby = commit == "on" || commit == "remote_apply";
  if (commit == "off" || (has_standbys && !waits_for_standby)) {
    return not_durable(fmt::format("synchronous_commit is {}{}; set it to on", commit,
                                   has_standbys ? " though synchronous_standby_names is set" : ""),
                       fmt::format("synchronous_commit 为 {}；请设为 on", commit));
  }
  return connection.run_script(
      fmt::format("SET synchronous_commit = {}", commit == "remote_apply" ? commit : "on"));
}

Result<bool> has_tables(PostgresConnection& connection) {
  HQ_TRY(const PostgresRows rows, connection.run(kHasTables));
  return rows.integer(0, 0) != 0;
}

Result<> check_version(PostgresConnection& connection) {
  HQ_TRY(const PostgresRows rows, connection.run(kVersion));
  const int64_t version = rows.integer(0, 0);
  if (version > kPostgresFormatVersion) {
    return fail(ErrorCode::newer_version,
                fmt::format("the log has format {}; this program knows formats up to {}. Use the "
                            "newer program; nothing was changed",
                            version, kPostgresFormatVersion),
                fmt::format("日志格式为 {}，本程序只支持到 {}；请使用新版本程序，数据未被改动",
                            version, kPostgresFormatVersion));
  }
  if (version < 1 || rows.integer(0, 1) != 1) {
    return fail(ErrorCode::corrupt, "the tables in schema hongqiao are not a log of this program",
                "hongqiao 模式中的表不是本程序的日志");
  }
  return {};
}

}  // namespace

Result<PostgresConnection> open_for_writing(const PostgresOptions& options) {
  HQ_TRY_VOID(check_stream_name(options.stream));
  HQ_TRY(auto connection,
         PostgresConnection::open(options.connection, PostgresConnection::Role::write,
                                  options.answer_wait));
  HQ_TRY_VOID(connection.run_script(kSession));
  HQ_TRY_VOID(demand_durability(connection));
  HQ_TRY(const bool there, has_tables(connection));
  if (!there) {
    HQ_TRY_VOID(connection.run_script(kCreation));
  }
  HQ_TRY_VOID(check_version(connection));
  return connection;
}

Result<PostgresConnection> open_for_reading(const PostgresOptions& options) {
  HQ_TRY_VOID(check_stream_name(options.stream));
  HQ_TRY(auto connection,
         PostgresConnection::open(options.connection, PostgresConnection::Role::read,
                                  options.answer_wait));
  HQ_TRY_VOID(connection.run_script(kSession));
  HQ_TRY(const bool there, has_tables(connection));
  if (!there) {
    return fail(ErrorCode::not_found, "there is no log in this database", "该数据库中没有日志");
  }
  HQ_TRY_VOID(check_version(connection));
  return connection;
}

std::string channel_of(const std::string& stream) {
  return "hongqiao." + stream;
}

}  // namespace hq::log
