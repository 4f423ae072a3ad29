#include "log/export.h"

#include <fmt/format.h>

#include <cstring>

#include "base/json.h"
#include "log/detail/byte_file.h"
#include "log/detail/export_json.h"
#include "log/limits.h"

namespace hq::log {
namespace {

constexpr std::string_view kMagic = "HQLOGEXP";
constexpr uint32_t kExportVersion = 1;
constexpr std::string_view kJsonFormat = "hongqiao log export";
constexpr std::size_t kHeaderLineBytesMax = 4096;
constexpr uint64_t kProgressStep = 4096;

struct HeaderLine {
  std::string format;
  uint32_t version = 0;
  std::string stream;
  uint64_t from = 0;
  std::string previous;
};
BOOST_DESCRIBE_STRUCT(HeaderLine, (), (format, version, stream, from, previous))

struct ClosingLine {
  uint64_t count = 0;
  uint64_t seq = 0;
  std::string hash;
  std::string sha256;
};
BOOST_DESCRIBE_STRUCT(ClosingLine, (), (count, seq, hash, sha256))

template <class Integer>
void put(std::string& out, Integer value) {
  char raw[sizeof value];
  std::memcpy(raw, &value, sizeof value);
  out.append(raw, sizeof value);
}

template <class Integer>
Integer integer_at(std::string_view bytes, std::size_t at) {
  Integer value{};
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

void put(std::string& out, const Sha256& digest) {
  out.append(reinterpret_cast<const char*>(digest.data()), digest.size());
}

Sha256 digest_at(std::string_view bytes, std::size_t at) {
  Sha256 digest;
  std::memcpy(digest.data(), bytes.data() + at, digest.size());
  return digest;
}

Error damaged(std::string what, std::string what_zh) {
  return {ErrorCode::corrupt, std::move(what), std::move(what_zh), {}};
}

Error cut_off() {
  return damaged("the file is cut off: its closing is missing; make the export anew",
                 "文件不完整：缺少结尾；请重新导出");
}

Error changed() {
  return damaged("the closing does not fit what stands before it: the file was changed",
                 "结尾与前面的内容不符：文件被改动过");
}

Error newer(uint64_t version) {
  return {ErrorCode::newer_version,
          fmt::format("the export has format {}; this program knows {}", version, kExportVersion),
          fmt::format("导出文件格式为 {}，本程序只支持 {}", version, kExportVersion),
          {}};
}

std::string header_of(const ExportSummary& summary, ExportFormat format) {
  if (format == ExportFormat::json) {
    return to_json(HeaderLine{std::string(kJsonFormat), kExportVersion, summary.stream,
                              summary.base.seq + 1, to_hex(summary.base.hash)}) +
           '\n';
  }
  std::string bytes(kMagic);
  put(bytes, kExportVersion);
  put(bytes, static_cast<uint32_t>(summary.stream.size()));
  bytes += summary.stream;
  put(bytes, summary.base.seq + 1);
  put(bytes, summary.base.hash);
  return bytes;
}

/// The closing is made from what was seen, by reader and writer alike, and compared as bytes.
std::string closing_of(const ExportSummary& summary, const Sha256& digest, ExportFormat format) {
  if (format == ExportFormat::json) {
    return to_json(ClosingLine{summary.count, summary.head.seq, to_hex(summary.head.hash),
                               to_hex(digest)}) +
           '\n';
  }
  std::string bytes;
  put(bytes, uint32_t{0});  // where the length of a further commit would stand
  put(bytes, summary.count);
  put(bytes, summary.head.seq);
  put(bytes, summary.head.hash);
  put(bytes, digest);
  return bytes;
}

// The closing of a binary file behind its mark.
constexpr std::size_t kClosingBytes = 8 + 8 + 32 + 32;

/// What a reader of either form does: header, commits, closing, and nothing behind it.
class ExportFile {
 public:
  static Result<ExportFile> open(const std::filesystem::path& file) {
    ExportFile opened;
    HQ_TRY(opened.in_, ByteReader::open(file));
    HQ_TRY(const std::string_view start, opened.in_->peek(kMagic.size()));
    if (start.starts_with('{')) {
      opened.format_ = ExportFormat::json;
      HQ_TRY_VOID(opened.read_json_header());
    } else if (start == kMagic) {
      HQ_TRY_VOID(opened.read_binary_header());
    } else {
      return fail(ErrorCode::parse_error, "the file is not an export of a log",
                  "该文件不是日志的导出文件");
    }
    HQ_TRY_VOID(check_stream_name(opened.summary_.stream));
    opened.summary_.head = opened.summary_.base;
    return opened;
  }

  const ExportSummary& summary() const { return summary_; }

  /// The next commit, or nothing once the closing was read and fits.
  Result<std::optional<Commit>> next() {
    HQ_TRY(std::optional<Commit> commit,
           format_ == ExportFormat::json ? next_line() : next_record());
    if (!commit) return std::nullopt;
    ++summary_.count;
    summary_.head = {commit->seq, commit->time, commit->hash};
    return commit;
  }

 private:
  Result<std::string_view> take(std::size_t count) {
    HQ_TRY(const std::string_view bytes, in_->take(count));
    if (bytes.size() < count) return std::unexpected(cut_off());
    return bytes;
  }

  Result<> read_binary_header() {
    Sha256Hasher& hasher = *hasher_;
    HQ_TRY(const std::string_view start, take(kMagic.size() + 8));
    hasher.add(start);
    const auto version = integer_at<uint32_t>(start, kMagic.size());
    if (version != kExportVersion) return std::unexpected(newer(version));
    const auto name_bytes = integer_at<uint32_t>(start, kMagic.size() + 4);
    if (name_bytes > kStreamNameBytesMax) return std::unexpected(changed());
    HQ_TRY(const std::string_view name, take(name_bytes));
    hasher.add(name);
    summary_.stream = name;
    HQ_TRY(const std::string_view rest, take(8 + 32));
    hasher.add(rest);
    return begin_behind(integer_at<uint64_t>(rest, 0), digest_at(rest, 8));
  }

  Result<> read_json_header() {
    HQ_TRY(const auto line, in_->line(kHeaderLineBytesMax));
    if (!line) return std::unexpected(cut_off());
    HQ_TRY(HeaderLine header, from_json<HeaderLine>(*line, {.unknown_fields_allowed = true}));
    if (header.format != kJsonFormat) {
      return fail(ErrorCode::parse_error, "the file is not an export of a log",
                  "该文件不是日志的导出文件");
    }
    if (header.version != kExportVersion) return std::unexpected(newer(header.version));
    hasher_->add(*line).add("\n");
    summary_.stream = std::move(header.stream);
    HQ_TRY(const std::string previous, from_hex(header.previous));
    if (previous.size() != sizeof(Sha256)) return std::unexpected(changed());
    return begin_behind(header.from, digest_at(previous, 0));
  }

  Result<> begin_behind(uint64_t from, const Sha256& previous) {
    if (from == 0) return std::unexpected(changed());
    summary_.base.seq = from - 1;
    summary_.base.hash = previous;
    // The time of the commit before is not told.
    checker_ = ChainChecker({from - 1, from == 1 ? Instant{} : Instant::min(), previous});
    return {};
  }

  Result<std::optional<Commit>> next_record() {
    HQ_TRY(const std::string_view length_bytes, in_->peek(sizeof(uint32_t)));
    if (length_bytes.size() < sizeof(uint32_t)) return std::unexpected(cut_off());
    const auto length = integer_at<uint32_t>(length_bytes, 0);
    if (length == 0) return close(sizeof(uint32_t) + kClosingBytes);
    if (length > kCommitBytesMax) return std::unexpected(changed());
    HQ_TRY(const std::string_view record, take(sizeof length + length));
    hasher_->add(record);
    HQ_TRY(Commit commit, CommitDecoder(record).next());
    HQ_TRY_VOID(checker_.check(commit));
    return commit;
  }

  Result<std::optional<Commit>> next_line() {
    HQ_TRY(const std::string_view start, in_->peek(kClosingStart.size()));
    if (start == kClosingStart) {
      return close(closing_of(summary_, Sha256{}, format_).size());
    }
    HQ_TRY(const auto line, in_->line(export_line_bytes_max()));
    if (!line) return std::unexpected(cut_off());
    hasher_->add(*line).add("\n");
    Result<Commit> commit = commit_from_export_line(*line);
    if (!commit) {
      return std::unexpected(
          std::move(commit).error().at(fmt::format("commit {}", checker_.head().seq + 1)));
    }
    HQ_TRY_VOID(checker_.check(*commit));
    return *std::move(commit);
  }

  Result<std::optional<Commit>> close(std::size_t closing_bytes) {
    HQ_TRY(const std::string_view closing, take(closing_bytes));
    if (closing != closing_of(summary_, hasher_->digest(), format_)) {
      return std::unexpected(changed());
    }
    HQ_TRY(const std::string_view behind, in_->peek(1));
    if (!behind.empty()) return std::unexpected(changed());
    summary_.bytes = in_->position();
    return std::nullopt;
  }

  static constexpr std::string_view kClosingStart = R"({"count":)";

  std::unique_ptr<ByteReader> in_;
  ExportFormat format_ = ExportFormat::binary;
  ExportSummary summary_;
  ChainChecker checker_;
  std::unique_ptr<Sha256Hasher> hasher_ = std::make_unique<Sha256Hasher>();
};

Result<> check_range(const ExportOptions& options, const Head& end, uint64_t to_seq) {
  HQ_TRY_VOID(check_stream_name(options.stream));
  if (options.from_seq == 0 || options.from_seq > end.seq + 1 || to_seq > end.seq ||
      to_seq + 1 < options.from_seq) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("there are no commits {} to {}: the log has commits 1 to {}",
                            options.from_seq, to_seq, end.seq),
                fmt::format("没有第 {} 至 {} 号提交：日志含第 1 至 {} 号提交", options.from_seq,
                            to_seq, end.seq),
                "range");
  }
  return {};
}

}  // namespace

Result<ExportSummary> export_log(const LogReader& log, const ExportOptions& options,
                                 const std::filesystem::path& file,
                                 const LogReader::Progress& progress) {
  HQ_TRY(const Head end, log.last());
  const uint64_t to_seq = options.to_seq.value_or(end.seq);
  HQ_TRY_VOID(check_range(options, end, to_seq));
  HQ_TRY(const auto out, ByteWriter::create(file));
  ExportSummary summary;
  summary.stream = options.stream;
  Sha256Hasher hasher;
  std::string bytes;
  Result<> written;
  const auto put_out = [&] {
    hasher.add(bytes);
    written = out->add(bytes);
    bytes.clear();
  };
  const auto begin = [&](const Sha256& previous) {
    summary.base = {options.from_seq - 1, Instant{}, previous};
    summary.head = summary.base;
    bytes = header_of(summary, options.format);
  };
  if (to_seq < options.from_seq) {
    begin(end.hash);  // none: what follows the end of the log
    put_out();
  } else {
    HQ_TRY_VOID(log.read(options.from_seq, [&](const Commit& commit) {
      if (commit.seq == options.from_seq) begin(commit.previous);
      if (options.format == ExportFormat::json) {
        bytes += export_line(commit);
        bytes += '\n';
      } else {
        append_commit(bytes, commit);
      }
      put_out();
      ++summary.count;
      summary.head = {commit.seq, commit.time, commit.hash};
      if (progress && commit.seq % kProgressStep == 0) progress(summary.count, to_seq);
      return written.has_value() && commit.seq < to_seq;
    }));
  }
  HQ_TRY_VOID(written);
  if (summary.head.seq != to_seq) {
    return std::unexpected(damage_at(summary.head.seq + 1, "it is missing", "该提交缺失"));
  }
  HQ_TRY_VOID(out->add(closing_of(summary, hasher.digest(), options.format)));
  HQ_TRY_VOID(out->finish());
  summary.bytes = out->bytes();
  summary.digest = out->digest();
  return summary;
}

Result<ExportSummary> read_export(const std::filesystem::path& file, const LogReader::Visit& visit,
                                  const OnHeader& on_header) {
  const auto read = [&]() -> Result<ExportSummary> {
    HQ_TRY(ExportFile in, ExportFile::open(file));
    if (on_header) on_header(in.summary());
    while (true) {
      HQ_TRY(const std::optional<Commit> commit, in.next());
      if (!commit || !visit(*commit)) return in.summary();
    }
  };
  Result<ExportSummary> summary = read();
  if (!summary && !summary.error().where.starts_with(file.string())) {
    return std::unexpected(std::move(summary).error().at(file.string()));
  }
  return summary;
}

Result<> GroupAppender::add(const Commit& commit) {
  if (failed_) return std::unexpected(*failed_);
  const std::size_t bytes = commit_bytes(commit);
  if (group_.size() == kBatchCommitsMax || (bytes_ + bytes > kBatchBytesTarget && bytes_ > 0)) {
    HQ_TRY_VOID(finish());
  }
  group_.push_back(commit);
  bytes_ += bytes;
  return {};
}

Result<> GroupAppender::finish() {
  if (failed_) return std::unexpected(*failed_);
  const Result<> appended = group_.empty() ? Result<>{} : log_.append(group_);
  if (!appended) failed_ = appended.error();
  group_.clear();
  bytes_ = 0;
  return appended;
}

}  // namespace hq::log
