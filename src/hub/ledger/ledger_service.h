// LedgerService: the ledger engine behind the log.
//
// Accounts and transfers come as whole batches of 128-byte records (records.h), limits as JSON. An
// event carries what was accepted, as it was asked for: the same ledger follows from the log. A
// reply lists what was not created; the rest of an answer is read from the ledger (outcomes), so a
// repeated command is answered like the first time. The writer's thread decides; every read may be
// made on any thread and sees only what is on disk.
//
//   LedgerService ledger({.accounts_max = 1'000'000});
//   machine.add(ledger);
//   writer->submit({.id = "b-1", .type = "ledger.transfer", .actor = "me", .body = records});
#pragma once

#include <boost/describe.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "hub/ledger/limit_json.h"
#include "hub/ledger/ready_ahead.h"
#include "ledger/ledger.h"
#include "log/machine.h"
#include "log/writer.h"

namespace hq::hub {

inline constexpr std::size_t kLedgerBatchMax = 8190;  // records in a command

/// The bytes of records, and records from bytes. ErrorCode::invalid_argument where the bytes are
/// no whole number of records from 1 to kLedgerBatchMax.
std::string to_bytes(std::span<const ledger::Account> accounts);
std::string to_bytes(std::span<const ledger::Transfer> transfers);
Result<std::vector<ledger::Account>> accounts_from(std::string_view bytes);
Result<std::vector<ledger::Transfer>> transfers_from(std::string_view bytes);

/// Options with a seed that nobody can guess, so that nobody can choose ids that collide.
ledger::LedgerOptions with_random_seed(ledger::LedgerOptions options);

/// How far the ledger is on disk. Whoever reads passes `accounts` and `records` on, and shows
/// nothing beyond them.
struct LedgerExtent {
  uint32_t accounts = 0;
  uint32_t records = 0;
  uint32_t limits = 0;
  Instant time{};                     // of the last commit that changed it
  ledger::LimitUses being_written{};  // limits that commits not yet on disk have changed: before

  /// A limit as it stands on disk.
  ledger::LimitUse limit_use(const ledger::Ledger& ledger, uint32_t limit) const;
};

class LedgerService : public log::Service {
 public:
  explicit LedgerService(const ledger::LedgerOptions& options);

  std::string_view prefix() const override { return "ledger."; }
  Result<log::Decision> decide(const log::Command& command) const override;
  void evolve(const log::Event& event, const log::Commit& commit) override;
  void stage() override;
  void publish() override;
  void add_state_to(Sha256Hasher& hasher) const override;
  uint32_t state_version() const override { return ledger::Ledger::kStateVersion; }
  void save(log::StateWriter& out) const override;
  Result<> load(log::StateReader& in) override;
  void kept(log::StateReader& saved) override;

  /// limit_exceeded where the log holds more than the capacity that was given. To be asked after
  /// replay; nothing else may then be.
  Result<> fits() const;

  /// The whole answer to a batch that was done: from its records and its receipt. Asked for the
  /// first time on the writer's thread (Writer::Answer), it is at hand; else it is looked up.
  Result<std::vector<ledger::Status>> statuses(std::size_t count,
                                               const log::Receipt& receipt) const;
  Result<std::vector<ledger::Outcome>> outcomes(std::span<const ledger::Transfer> transfers,
                                                const log::Receipt& receipt) const;

  /// Calls `read(ledger, extent)` while the ledger stands still.
  template <class Read>
  auto read(const Read& read) const {
    const std::shared_lock lock(mutex_);
    const std::shared_ptr<const LedgerExtent> shown = extent();
    return read(static_cast<const ledger::Ledger&>(ledger_), *shown);
  }

 private:
  log::Decision decide_open(const log::Command& command,
                            std::vector<ledger::Account>& accounts) const;
  log::Decision decide_transfer(const log::Command& command,
                                std::vector<ledger::Transfer>& transfers) const;
  Result<log::Decision> decide_limit(const log::Command& command) const;
  void begin(Instant time) const;
  void fold(const log::Event& event);
  void expect_created(std::span<const ledger::Status> statuses);
  std::shared_ptr<const LedgerExtent> extent() const;
  void show(std::shared_ptr<const LedgerExtent> extent);

  // What decide does to the ledger stands once evolve gets the event of it; the next decide undoes
  // what never came to that. So a batch is worked through once, and replay does it from the event.
  mutable std::shared_mutex mutex_;
  mutable ledger::Ledger ledger_;
  mutable bool is_decided_ = false;
  bool fits_ = true;
  Instant time_{};                                 // of the last commit, durable or not
  mutable std::vector<ledger::Outcome> outcomes_;  // of what was decided last
  // Answers by commit: of the group that is decided, and of the one that is being written.
  using Answers = std::map<uint64_t, std::vector<ledger::Outcome>>;
  Answers decided_;

  // What is published and answered does not wait for the batch that is just being decided. The
  // extent is replaced, never changed: who reads by an older one sees the ledger as it was then.
  mutable std::mutex shown_mutex_;
  std::shared_ptr<const LedgerExtent> extent_ = std::make_shared<LedgerExtent>();
  std::shared_ptr<const LedgerExtent> staged_extent_;
  mutable Answers staged_;

  ReadyAhead records_ahead_;  // last: their threads use the ledger
  ReadyAhead history_ahead_;
};

}  // namespace hq::hub
