// hongqiao log verify, tail, export, checkpoint.
#include "cli/logs.h"

#include <fmt/format.h>

#include "base/json.h"
#include "log/checkpoint.h"
#include "log/export.h"
#include "log/inspect.h"
#include "log/postgres_log.h"
#include "log/sqlite_log.h"

namespace hq::cli {
namespace {

struct VerifyAnswer {
  uint64_t commits = 0;
  uint64_t first = 0;
  std::string hash;
  std::size_t checkpoints = 0;
};
BOOST_DESCRIBE_STRUCT(VerifyAnswer, (), (commits, first, hash, checkpoints))

struct ExportAnswer {
  std::string stream;
  uint64_t commits = 0;
  uint64_t last = 0;
  std::string hash;
  uint64_t bytes = 0;
};
BOOST_DESCRIBE_STRUCT(ExportAnswer, (), (stream, commits, last, hash, bytes))

struct KeyAnswer {
  std::string public_key;
  std::string key;
};
BOOST_DESCRIBE_STRUCT(KeyAnswer, (), (public_key, key))

log::LogReader::Progress verifying(const Console& console) {
  return [&console](uint64_t done, uint64_t total) {
    console.progress(console.choose("verifying", "校验"), done, total);
  };
}

Result<std::vector<log::PublicKey>> keys_of(const LogVerifyOptions& options) {
  std::vector<log::PublicKey> keys;
  for (const std::string& hex : options.public_keys) {
    HQ_TRY(const log::PublicKey key, log::public_key_from(hex));
    keys.push_back(key);
  }
  if (!keys.empty()) return keys;
  if (!options.exported.empty()) {
    return fail(ErrorCode::invalid_argument,
                "a checkpoint is checked with a public key that you know: give --public-key",
                "核查检查点需要您已知的公钥：请给出 --public-key", "public-key");
  }
  // Of the folder itself: shows that the log is as it was when it signed.
  HQ_TRY(const auto own, log::CheckpointKey::open_existing(options.source.data));
  return std::vector{own.public_key()};
}

Result<log::CheckpointAudit> begin_audit(const LogVerifyOptions& options, std::string_view stream) {
  if (options.checkpoint.empty()) return log::CheckpointAudit::begin({}, {}, stream);
  HQ_TRY(const auto keys, keys_of(options));
  HQ_TRY(auto checkpoints, log::read_checkpoints(options.checkpoint));
  return log::CheckpointAudit::begin(std::move(checkpoints), keys, stream);
}

/// Errors of checkpoints name their file.
Error in_checkpoint_file(Error error, const LogVerifyOptions& options) {
  if (!error.where.starts_with("checkpoint ")) return error;
  return std::move(error).at(options.checkpoint.string());
}

Result<VerifyAnswer> verify_export(const LogVerifyOptions& options) {
  Result<log::CheckpointAudit> audit = fail(ErrorCode::corrupt, "the export has no header",
                                            "导出文件没有文件头", options.exported.string());
  HQ_TRY(const log::ExportSummary read, log::read_export(
                                            options.exported,
                                            [&](const log::Commit& commit) {
                                              if (!audit) return false;
                                              audit->see(commit);
                                              return true;
                                            },
                                            [&](const log::ExportSummary& header) {
                                              audit = begin_audit(options, header.stream);
                                              if (audit) audit->begin_behind(header.base);
                                            }));
  HQ_TRY_VOID(audit);
  HQ_TRY_VOID(audit->finish());
  return VerifyAnswer{read.count, read.base.seq + 1, to_hex(read.head.hash), audit->count()};
}

Result<VerifyAnswer> verify_log(const LogVerifyOptions& options, const Console& console) {
  HQ_TRY(auto audit, begin_audit(options, options.source.stream));
  HQ_TRY(const auto reader, open_reader(options.source));
  HQ_TRY(const log::Verification found, reader->verify(verifying(console)));
  if (found.damage) return std::unexpected(*found.damage);
  if (audit.count() > 0) {
    HQ_TRY_VOID(reader->read(1, [&](const log::Commit& commit) {
      if (commit.seq <= found.head.seq) audit.see(commit);
      return commit.seq < found.head.seq;
    }));
    HQ_TRY_VOID(audit.finish());
  }
  return VerifyAnswer{found.head.seq, 1, to_hex(found.head.hash), audit.count()};
}

}  // namespace

Result<std::unique_ptr<log::LogReader>> open_reader(const LogSource& source) {
  if (source.database.empty()) {
    return log::open_log_reader(source.data, {.stream = source.stream});
  }
  log::PostgresOptions options;
  options.connection = source.database;
  options.stream = source.stream;
  return log::open_postgres_log_reader(options);
}

int log_verify(const LogVerifyOptions& options, const Console& console) {
  const auto answer =
      options.exported.empty() ? verify_log(options, console) : verify_export(options);
  console.end_progress();
  if (!answer) return console.fail(in_checkpoint_file(answer.error(), options));
  if (console.json()) {
    console.line(to_json(*answer));
    return 0;
  }
  console.line(fmt::format("{}: {}; {}: {}", console.choose("sound, commits", "完好，提交数"),
                           answer->commits, console.choose("hash", "哈希"), answer->hash));
  if (answer->first > 1) {
    console.line(fmt::format("{}: {}", console.choose("first commit", "首条提交"), answer->first));
  }
  if (!options.checkpoint.empty()) {
    console.line(fmt::format("{}: {}", console.choose("checkpoints that fit", "相符的检查点"),
                             answer->checkpoints));
  }
  return 0;
}

int log_tail(const LogTailOptions& options, const Console& console) {
  const auto reader = open_reader(options.source);
  if (!reader) return console.fail(reader.error());
  const log::TailOptions tail{options.count, options.from_seq, options.follow};
  const auto told = log::tail(**reader, tail, [&](std::string_view line) {
    const bool written = console.text(line).has_value() && console.text("\n").has_value();
    std::fflush(stdout);
    return written;
  });
  return told ? 0 : console.fail(told.error());
}

int log_export(const LogExportOptions& options, const Console& console) {
  const auto write = [&]() -> Result<log::ExportSummary> {
    HQ_TRY(const auto reader, open_reader(options.source));
    log::ExportOptions wanted;
    wanted.stream = options.source.stream;
    wanted.from_seq = options.from_seq;
    wanted.to_seq = options.to_seq;
    wanted.format = options.json ? log::ExportFormat::json : log::ExportFormat::binary;
    return log::export_log(*reader, wanted, options.output, [&](uint64_t done, uint64_t total) {
      console.progress(console.choose("exporting", "导出"), done, total);
    });
  };
  const auto made = write();
  console.end_progress();
  if (!made) return console.fail(made.error());
  if (options.output == "-") return 0;  // what was asked for stands there already
  if (console.json()) {
    console.line(to_json(ExportAnswer{made->stream, made->count, made->head.seq,
                                      to_hex(made->head.hash), made->bytes}));
  } else {
    console.line(fmt::format("{}: {}; {}: {}; {}: {}", console.choose("commits", "提交数"),
                             made->count, console.choose("last", "末条"), made->head.seq,
                             console.choose("bytes", "字节"), made->bytes));
  }
  return 0;
}

int log_checkpoint(const LogCheckpointOptions& options, const Console& console) {
  const auto key = log::CheckpointKey::open(options.source.data);
  if (!key) return console.fail(key.error());
  if (options.public_key) {
    const std::string hex = to_hex(key->public_key());
    console.line(console.json() ? to_json(KeyAnswer{hex, log::key_id(key->public_key())}) : hex);
    return 0;
  }
  const auto sign = [&]() -> Result<log::Checkpoint> {
    HQ_TRY(const auto reader, open_reader(options.source));
    // What is signed was found sound, from the first commit on.
    HQ_TRY(const log::Verification found, reader->verify(verifying(console)));
    if (found.damage) return std::unexpected(*found.damage);
    return key->sign(options.source.stream, found.head, now());
  };
  const auto checkpoint = sign();
  console.end_progress();
  if (!checkpoint) return console.fail(checkpoint.error());
  const std::string line = log::to_json_line(*checkpoint);
  if (options.output.empty()) {
    console.line(line);
    return 0;
  }
  if (const auto added = log::append_line(options.output, line); !added) {
    return console.fail(added.error());
  }
  console.note(fmt::format("signed commit {}", checkpoint->seq),
               fmt::format("已签名第 {} 号提交", checkpoint->seq));
  return 0;
}

}  // namespace hq::cli
