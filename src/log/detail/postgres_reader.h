// Reading a stream of the log in PostgreSQL: a connection with its statements, and a pool of them.
//
// A PostgresReader belongs to one thread at a time; the pool may be asked on any thread. A read
// whose connection is lost is made again on a new one, until the bound of the options: the log
// only grows, so it gives the same.
//
//   HQ_TRY(auto page, pool.with([&](PostgresReader& reader) { return reader.groups_from(17); }));
#pragma once

#include <mutex>
#include <thread>

#include "log/detail/postgres.h"
#include "log/detail/postgres_schema.h"
#include "log/detail/stored_group.h"
#include "log/lease.h"
#include "log/log.h"

namespace hq::log {

class PostgresReader {
 public:
  PostgresReader(PostgresConnection connection, std::string stream)
      : connection_(std::move(connection)), stream_(std::move(stream)) {}

  Result<Head> last();
  Result<uint64_t> last_seq();
  /// Groups from the one that holds commit `seq`, or the first after it, on: as many as a page of
  /// the limits holds, none at the end of the log.
  Result<std::vector<StoredGroup>> groups_from(uint64_t seq);
  Result<std::optional<uint64_t>> seq_of_command(std::string_view id);
  /// Those of these commands that are in the log, in its order.
  Result<std::vector<std::string>> known_of(std::span<const std::string_view> ids);

  /// Waits until commit `seq` is there, by notification and, behind it, by asking.
  Result<bool> wait_for(uint64_t seq, std::chrono::steady_clock::time_point deadline,
                        const std::stop_token& stop);

  /// LogReader::verify: the chain, the bounds of each row, the index of commands.
  Result<Verification> verify(const LogReader::Progress& progress);

  bool is_broken() const { return connection_.is_broken(); }

 private:
  struct Extent {
    uint64_t last_seq = 0;          // of the groups
    uint64_t last_command_seq = 0;  // of the index
    uint64_t command_count = 0;
  };

  Result<Extent> extent();
  Result<> check_index(const std::vector<Commit>& commits);
  Result<> verify_all(ChainChecker& checker, const LogReader::Progress& progress);

  PostgresConnection connection_;
  const std::string stream_;
};

class PostgresReaderPool {
 public:
  explicit PostgresReaderPool(const PostgresOptions& options) : options_(options) {}

  /// What `read` gives for a reader of the pool; again with a new one where its connection is lost.
  template <class Read>
  std::invoke_result_t<Read, PostgresReader&> with(const Read& read) {
    using Answer = std::invoke_result_t<Read, PostgresReader&>;
    const auto deadline = std::chrono::steady_clock::now() + options_.reconnect_wait;
    while (true) {
      // A failure to connect, or in the middle, is tried again; any other answer stands.
      auto reader = take();
      Answer answer = reader ? read(**reader) : Answer(std::unexpected(reader.error()));
      const bool again =
          reader ? (*reader)->is_broken() : reader.error().code == ErrorCode::unavailable;
      if (reader && !again) give_back(*std::move(reader));
      if (answer || !again || std::chrono::steady_clock::now() >= deadline) return answer;
      std::this_thread::sleep_for(kPostgresRetryPause);
    }
  }

 private:
  Result<std::unique_ptr<PostgresReader>> take();
  void give_back(std::unique_ptr<PostgresReader> reader);

  const PostgresOptions options_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<PostgresReader>> idle_;
};

}  // namespace hq::log
