// Exports: commits of a stream as one portable file, to keep, to check elsewhere, to load again.
//
// A file has a header, the commits in order, and a closing that says how many there are, the last
// one, and the SHA-256 of all before it; so one that was cut, or in which any bit has changed, is
// known as such. Two forms: binary (the records of the log, least bytes) and JSON lines (for people
// and for other programs); both give back every commit bit by bit. docs/format/log.md has the
// bytes. Runs beside the writer. Any thread.
//
//   HQ_TRY(auto reader, open_log_reader("data"));
//   HQ_TRY(ExportSummary made, export_log(*reader, {}, "main.hqlog"));
//   HQ_TRY(ExportSummary read, read_export("main.hqlog", [](const Commit&) { return true; }));
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/error.h"
#include "log/log.h"
#include "log/streams.h"

namespace hq::log {

enum class ExportFormat { binary, json };

struct ExportOptions {
  std::string stream = std::string(kMainStream);  // goes into the header
  uint64_t from_seq = 1;
  std::optional<uint64_t> to_seq = std::nullopt;  // the end of the log
  ExportFormat format = ExportFormat::binary;
};

/// What a file holds.
struct ExportSummary {
  std::string stream;
  Head base;           // the commit before the first: its seq and hash; all zero for none
  Head head;           // the last commit; base where there is none
  uint64_t count = 0;  // of commits
  uint64_t bytes = 0;  // of the file
  Sha256 digest{};     // of the file that was written; not known of one that was read
};

/// Writes to `file`, which appears whole or not at all; "-" is standard output. invalid_argument
/// for commits that the log does not have; corrupt where the log is damaged.
Result<ExportSummary> export_log(const LogReader& log, const ExportOptions& options,
                                 const std::filesystem::path& file,
                                 const LogReader::Progress& progress = {});

/// Calls `visit` for each commit, checked, until it returns false; `on_header` before the first.
/// Errors: parse_error (no export), newer_version, corrupt: cut off, or changed. As the closing is
/// read last, commits were visited by then that are not to be trusted after an error.
using OnHeader = std::function<void(const ExportSummary& header)>;
Result<ExportSummary> read_export(const std::filesystem::path& file, const LogReader::Visit& visit,
                                  const OnHeader& on_header = {});

/// Appends commits to a log of any kind in groups as large as it takes. They have to continue it.
class GroupAppender {
 public:
  explicit GroupAppender(Log& log) : log_(log) {}

  /// After an error every further call gives the same.
  Result<> add(const Commit& commit);
  Result<> finish();

 private:
  Log& log_;
  std::vector<Commit> group_;
  std::size_t bytes_ = 0;
  std::optional<Error> failed_;
};

}  // namespace hq::log
