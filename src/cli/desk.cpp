#include "cli/desk.h"

#include "base/id.h"
#include "cli/sources.h"
#include "hub/timetables/import.h"
#include "log/sqlite_log.h"

namespace hq::cli {

Result<> Desk::open(const Sources& sources) {
  std::error_code failure;
  std::filesystem::create_directories(sources.data, failure);
  if (failure) return std::unexpected(system_error(failure.value(), sources.data.string()));
  HQ_TRY(log, log::open_log(sources.data));
  return {};
}

Result<> Desk::start() {
  others.emplace(machine);
  HQ_TRY(writer, log::Writer::start(*log, machine));
  return {};
}

Result<log::Receipt> Desk::submit(std::string type, std::string body) {
  log::Command command;
  command.id = IdSource().next(now()).text();
  command.type = std::move(type);
  command.actor = "operator";  // whoever may write the data folder
  command.body = std::move(body);
  return writer->submit(std::move(command)).get();
}

Result<std::unique_ptr<TimetableDesk>> TimetableDesk::open(const Sources& sources) {
  auto opened = std::make_unique<TimetableDesk>();
  HQ_TRY_VOID(opened->desk.open(sources));
  HQ_TRY(opened->hub, load_hub(sources));
  HQ_TRY(const std::filesystem::path hub_folder, find_hub_folder(sources.hub));
  const std::filesystem::path folder = sources.data / "timetables";
  HQ_TRY(auto reference, hub::open_reference(*opened->hub, hub_folder, folder));
  opened->timetables = std::make_unique<hub::Timetables>(folder, std::move(reference));
  opened->desk.machine.add(*opened->timetables);
  HQ_TRY_VOID(opened->desk.start());
  return opened;
}

Result<std::unique_ptr<LedgerDesk>> LedgerDesk::open(const LedgerSource& source) {
  auto opened = std::make_unique<LedgerDesk>();
  HQ_TRY_VOID(opened->desk.open(source.sources));
  opened->ledger = std::make_unique<hub::LedgerService>(hub::with_random_seed(source.capacity));
  opened->desk.machine.add(*opened->ledger);
  opened->desk.machine.add(opened->assets);
  HQ_TRY_VOID(opened->desk.start());
  HQ_TRY_VOID(opened->ledger->fits());
  return opened;
}

Result<std::unique_ptr<LedgerView>> read_ledger(const LedgerSource& source) {
  auto view = std::make_unique<LedgerView>();
  HQ_TRY(view->log, log::open_log_reader(source.sources.data));
  view->ledger = std::make_unique<hub::LedgerService>(hub::with_random_seed(source.capacity));
  log::Machine machine;
  machine.add(*view->ledger);
  machine.add(view->assets);
  const hub::OtherServices others(machine);
  HQ_TRY_VOID(log::replay(*view->log, machine));
  HQ_TRY_VOID(view->ledger->fits());
  return view;
}

}  // namespace hq::cli
