// The commands under `hongqiao log`, as functions of plain options. Each returns the exit code.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/console.h"
#include "ledger/ledger.h"
#include "log/log.h"
#include "log/streams.h"

namespace hq::cli {

/// Which log a command works on.
struct LogSource {
  std::filesystem::path data = "data";
  std::string database;  // an address of PostgreSQL; empty: the log is in the data folder
  std::string stream = std::string(log::kMainStream);
};

/// Opens it for reading only, beside the server that writes it.
Result<std::unique_ptr<log::LogReader>> open_reader(const LogSource& source);

struct LogVerifyOptions {
  LogSource source;
  std::filesystem::path exported;    // an export in place of a log; empty: the log
  std::filesystem::path checkpoint;  // a file of checkpoints to check with it; empty: none
  std::vector<std::string> public_keys;
};

struct LogTailOptions {
  LogSource source;
  uint64_t count = 10;
  std::optional<uint64_t> from_seq;
  bool follow = false;
};

struct LogExportOptions {
  LogSource source;
  std::filesystem::path output;  // "-": standard output
  uint64_t from_seq = 1;
  std::optional<uint64_t> to_seq;
  bool json = false;
};

struct LogCheckpointOptions {
  LogSource source;
  std::filesystem::path output;  // to add a line to; empty: standard output
  bool public_key = false;       // print that and nothing else
};

struct LogBackupOptions {
  LogSource source;
  std::filesystem::path output;
  bool with_key = false;
};

struct LogRestoreOptions {
  LogSource target;
  std::filesystem::path backup;
  std::vector<std::string> public_keys;
};

struct LogDrillOptions {
  LogSource live;
  bool compare = false;  // with `live`
  std::filesystem::path backup;
  std::filesystem::path scratch;  // where a folder is made for it; empty: that of the system
  std::filesystem::path hub;
  std::vector<std::string> public_keys;
  ledger::LedgerOptions capacity;
};

int log_verify(const LogVerifyOptions& options, const Console& console);
int log_tail(const LogTailOptions& options, const Console& console);
int log_export(const LogExportOptions& options, const Console& console);
int log_checkpoint(const LogCheckpointOptions& options, const Console& console);
int log_backup(const LogBackupOptions& options, const Console& console);
int log_restore(const LogRestoreOptions& options, const Console& console);
int log_drill(const LogDrillOptions& options, const Console& console);

}  // namespace hq::cli
