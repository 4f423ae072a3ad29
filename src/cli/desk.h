// Desk: the data folder opened for writing, the same way to the log that the server takes.
//
// A command opens what it works on and passes over the rest of the log, so that a timetable is
// switched without folding a ledger of millions of transfers. Lives for one command, which has the
// folder to itself meanwhile.
//
//   HQ_TRY(const auto desk, LedgerDesk::open(source));
//   HQ_TRY(const log::Receipt receipt, desk->desk.submit("ledger.open", to_bytes(accounts)));
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/ledger.h"
#include "hub/ledger/asset_register.h"
#include "hub/ledger/ledger_service.h"
#include "hub/other_services.h"
#include "log/writer.h"

namespace hq::cli {

/// The log, and what writes it. Services are added before start(), which passes over all others.
struct Desk {
  std::unique_ptr<log::Log> log;
  log::Machine machine;
  std::optional<hub::OtherServices> others;
  std::unique_ptr<log::Writer> writer;

  Result<> open(const Sources& sources);  // makes the folder where there is none
  Result<> start();
  Result<log::Receipt> submit(std::string type, std::string body);
};

struct TimetableDesk {
  std::shared_ptr<const hub::ReferenceHub> hub;
  std::unique_ptr<hub::Timetables> timetables;
  Desk desk;

  static Result<std::unique_ptr<TimetableDesk>> open(const Sources& sources);
};

struct LedgerDesk {
  std::unique_ptr<hub::LedgerService> ledger;
  hub::AssetRegister assets;
  Desk desk;

  static Result<std::unique_ptr<LedgerDesk>> open(const LedgerSource& source);
};

/// The ledger of a data folder as it is on disk, without taking the folder.
struct LedgerView {
  std::unique_ptr<log::LogReader> log;
  std::unique_ptr<hub::LedgerService> ledger;
  hub::AssetRegister assets;
};
Result<std::unique_ptr<LedgerView>> read_ledger(const LedgerSource& source);

}  // namespace hq::cli
