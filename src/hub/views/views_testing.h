// RandomHub: a log full of random work of every kind, and the services that made it; for tests.
//
// Ids and amounts are large now and then, pending transfers are posted, voided, closed and expire,
// alone and in chains, against limits. The seed decides all of it.
//
//   RandomHub hub(log, 7);
//   hub.work(200);                        // so many commands
//   hub.ledger.read(...);
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <vector>

#include "base/json.h"
#include "hub/ledger/asset_register.h"
#include "hub/ledger/ledger_service.h"
#include "hub/timetables/timetables.h"
#include "log/writer.h"
#include "route/compile.h"

namespace hq::hub {

inline std::shared_ptr<const route::Timetable> plan_without_trips() {
  route::ImportReport report;
  return route::Timetable::from_bytes(route::compile({}, {}, report).value()).value();
}

class RandomHub {
 public:
  static constexpr uint64_t kAccounts = 12;
  static constexpr uint32_t kOwnAsset = 1001;
  static constexpr uint32_t kUnknownAsset = 4000;  // never described

  RandomHub(log::Log& log, uint64_t seed) : random_(seed) {
    machine_.add(ledger);
    machine_.add(assets);
    machine_.add(timetables);
    log::WriterOptions options;
    options.clock = [this] { return Instant(Duration(now_us_)); };
    writer_ = log::Writer::start(log, machine_, std::move(options)).value();
  }
  ~RandomHub() { writer_->stop(); }
  RandomHub(const RandomHub&) = delete;
  RandomHub& operator=(const RandomHub&) = delete;

  void work(int commands) {
    for (int i = 0; i < commands; ++i) {
      now_us_ += 1 + static_cast<int64_t>(pick(40'000'000));
      switch (pick(12)) {
        case 0:
          open_accounts();
          break;
        case 1:
          change_limits();
          break;
        case 2:
          describe();
          break;
        case 3:
          import();
          break;
        default:
          transfer();
      }
    }
  }

  /// What is refused is work too.
  Result<log::Receipt> send(std::string type, std::string body) {
    return writer_
        ->submit(
            {.id = "c-" + std::to_string(++sent_),
             .type = std::move(type),
             .actor = pick(9) == 0 ? std::string("a \"quoted\\\" {name}\0,\xFF'", 21) : "teller",
             .organisation = pick(2) == 0 ? "" : "银行",
             .body = std::move(body)})
        .get();
  }

  static ledger::Uint128 account_id(uint64_t n) {
    const ledger::Uint128 large = n % 3 == 1 ? ledger::Uint128{1} << 100 : 0;
    return large + 100 + n;
  }
  static uint32_t asset_of(uint64_t n) {
    constexpr uint32_t kAssets[] = {156, 392, kOwnAsset, kUnknownAsset};
    return kAssets[n / 2 % 4 == 0 ? 0 : n % 4];
  }

  LedgerService ledger{{.accounts_max = 1000, .transfers_max = 4'000'000}};
  AssetRegister assets;
  Timetables timetables{{}, plan_without_trips()};

 private:
  uint64_t pick(uint64_t below) { return random_() % below; }

  void open_accounts() {
    std::vector<ledger::Account> accounts(1 + pick(3));
    for (ledger::Account& a : accounts) {
      const uint64_t n = pick(kAccounts);
      a = {.id = account_id(n),
           .reference = pick(2),
           .asset = asset_of(n),
           .kind = 10,
           .flags = static_cast<uint16_t>(pick(6) == 0 ? 1 : 0)};
    }
    (void)send("ledger.open", to_bytes(accounts));
  }

  void transfer() {
    std::vector<ledger::Transfer> transfers(1 + pick(6));
    for (ledger::Transfer& t : transfers) t = random_transfer();
    transfers.back().flags &= static_cast<uint16_t>(~ledger::kLinked);
    (void)send("ledger.transfer", to_bytes(transfers));
  }

  ledger::Transfer random_transfer() {
    const ledger::Uint128 large = pick(30) == 0 ? ledger::Uint128{1} << 90 : 0;
    const uint64_t debit = pick(kAccounts);
    ledger::Transfer t{.id = ++last_id_ + (pick(4) == 0 ? ledger::Uint128{1} << 80 : 0),
                       .debit_account = account_id(debit),
                       .credit_account = account_id(pick(kAccounts)),
                       .amount = large + 1 + pick(500),
                       .reference = pick(3),
                       .note = pick(2),
                       .asset = asset_of(debit),
                       .code = static_cast<uint16_t>(1 + pick(3))};
    const uint64_t kind = pick(10);
    if (kind < 4) {
      t.flags = ledger::kPending;
      t.timeout_s = static_cast<uint32_t>(pick(3) * pick(200));
      if (pick(12) == 0) t.flags |= ledger::kClosingDebit;
      made_.push_back(t.id);
    } else if (kind < 7 && !made_.empty()) {
      const ledger::Uint128 pending =
          made_[made_.size() - 1 - pick(std::min<std::size_t>(made_.size(), 12))];
      t = {.id = t.id, .pending_id = pending, .reference = t.reference};
      t.flags = pick(2) == 0 ? ledger::kVoid : ledger::kPost;
      if (pick(3) == 0) t.flags |= ledger::kWholeChain;
      if ((t.flags & ledger::kPost) != 0 && (t.flags & ledger::kWholeChain) == 0 && pick(3) == 0) {
        t.amount = 1;
      }
    } else if (kind == 7) {
      t.flags = ledger::kBalancingDebit;
    }
    if (pick(4) == 0) t.flags |= ledger::kLinked;
    return t;
  }

  void change_limits() {
    if (limits_ < 6) {
      ledger::Limit limit;
      limit.id = ++limits_;
      limit.value = 1000 + pick(100'000);
      limit.side = static_cast<ledger::LimitSide>(pick(4));
      limit.window = static_cast<ledger::LimitWindow>(pick(6));
      if (limit.window == ledger::LimitWindow::sliding) limit.span_s = 3600;
      if (pick(2) == 0) limit.utc_offset_s = 28'800;
      limit.weights = {{account_id(pick(kAccounts / 2)), 1}};
      limit.weights.push_back({account_id(kAccounts / 2 + pick(kAccounts / 2)), 3});
      if (!send("ledger.limit", to_json_text(limit))) --limits_;
    } else {
      (void)send("ledger.set_limit", limit_change_text(1 + pick(6), pick(1'000'000), Instant{}));
    }
  }

  void describe() {
    (void)send(
        "asset.describe",
        R"({"asset":1001,"code":"KWH","exponent":3,"name":{"zh":"度","en":"Kilowatt \"hour\""}})");
  }

  void import() {
    ImportCommand command;
    command.timetable.id = fmt::format("{:016x}", 0xabc0 + pick(4));
    command.timetable.name = "rail";
    command.timetable.title = {"铁路", "Rail, 'a'"};
    command.timetable.stops = pick(100);
    command.timetable.first_day = *parse_date("2026-11-24");
    command.timetable.last_day = *parse_date("2026-12-24");
    command.activate = pick(2) == 0;
    (void)send("timetables.import", to_json(command));
  }

  std::mt19937_64 random_;
  int64_t now_us_ = 1'795'000'000'000'000;
  uint64_t sent_ = 0;
  ledger::Uint128 last_id_ = 0;
  std::vector<ledger::Uint128> made_;
  uint64_t limits_ = 0;
  log::Machine machine_;
  std::unique_ptr<log::Writer> writer_;
};

}  // namespace hq::hub
