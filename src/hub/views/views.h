// Views: the log as tables that people query with their own tools, in SQLite or PostgreSQL.
//
// The tables are a projection: they can be thrown away and made again from the log at any time,
// and nothing reads them to decide anything. They grow in transactions of many commits, each of
// which also says up to which commit they stand, so that a kill at any moment leaves them whole.
// docs/format/views.md describes them. One thread; a Views lives for one run.
//
//   HQ_TRY(auto views, Views::open("views.sqlite", {}));
//   HQ_TRY_VOID(views->fold(*log));                       // to the end of the log
//   HQ_TRY_VOID(views->follow(*log, {}, stop));           // and on
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "base/error.h"
#include "hub/views/detail/table_store.h"
#include "ledger/ledger.h"
#include "log/log.h"

namespace hq::hub {

using views::Standing;

/// Commits and records of the ledger that one transaction takes.
inline constexpr uint64_t kViewRowsPerTransaction = 50'000;

/// How often `wait_for_views` looks.
inline constexpr std::chrono::milliseconds kViewPollInterval{50};

struct ViewsOptions {
  ledger::LedgerOptions capacity = {};  // of the ledger that is folded
  bool rebuild = false;                 // drop the tables and begin anew
  uint64_t rows_per_transaction = kViewRowsPerTransaction;
};

class Views {
 public:
  /// `place` is a file of SQLite or an address of PostgreSQL (postgresql://...); the tables are
  /// made where there are none. Errors as of views::open_store.
  static Result<std::unique_ptr<Views>> open(const std::string& place, const ViewsOptions& options);
  ~Views();

  /// Takes the tables to the end of the log. conflict: they stand at a commit that is not in this
  /// log, or another program writes them; limit_exceeded: the ledger is larger than `capacity`.
  /// After an Error this Views is of no more use; another one goes on where the tables stand.
  Result<> fold(const log::LogReader& log, const log::LogReader::Progress& progress = {});

  /// The same, and goes on with new commits as they come, until `stop` is asked. `on_fold` is
  /// called whenever the tables have reached the end.
  Result<> follow(const log::LogReader& log, const std::function<void(const Standing&)>& on_fold,
                  const std::stop_token& stop);

  /// How far the tables are.
  const Standing& standing() const;
  /// Records of the ledger in the tables.
  uint64_t records() const;

 private:
  class Work;
  explicit Views(std::unique_ptr<Work> work);

  std::unique_ptr<Work> work_;
};

/// Waits until the tables stand at commit `seq` or later. timeout: they did not in that time, and
/// the message says how far they are. Tables that are not there yet are waited for.
Result<Standing> wait_for_views(const std::string& place, uint64_t seq,
                                std::chrono::milliseconds timeout);

}  // namespace hq::hub
