// Projection: folds the log with the services themselves, and puts what they then say into rows.
//
// `fold` takes commits in order; `put_rows` puts what changed since the last `put_rows` or
// `pass_over`. Nothing of a service is worked out a second time here: rows are what its reads
// give. One thread.
//
//   HQ_TRY_VOID(projection.fold(commit));
//   HQ_TRY_VOID(projection.put_rows(store));
#pragma once

#include <map>
#include <string>
#include <vector>

#include "hub/ledger/asset_register.h"
#include "hub/ledger/ledger_service.h"
#include "hub/other_services.h"
#include "hub/timetables/timetables.h"
#include "hub/views/detail/table_store.h"
#include "log/machine.h"

namespace hq::hub::views {

class Projection {
 public:
  explicit Projection(const ledger::LedgerOptions& capacity);

  Result<> fold(const log::Commit& commit);

  /// The row of the commit itself.
  static Result<> put_commit(const log::Commit& commit, TableStore& store);
  /// Everything else that changed. limit_exceeded: the log holds more than there is room for.
  Result<> put_rows(TableStore& store);
  /// What was folded until now is in the tables.
  Result<> pass_over();

  /// Records that were folded and not put yet.
  uint64_t waiting_records() const;
  uint64_t records() const { return put_records_; }

 private:
  Result<> publish();
  Result<> put_timetables(TableStore& store);
  Result<> put_assets(TableStore& store);
  Result<> put_ledger(const ledger::Ledger& ledger, const LedgerExtent& extent, TableStore& store);
  Result<> put_transfers(const ledger::Ledger& ledger, uint32_t end, TableStore& store);
  Result<> put_transfer(const ledger::Ledger& ledger, uint32_t record, uint32_t ended_by,
                        TableStore& store);
  Result<> put_account(const ledger::Ledger& ledger, uint32_t index, TableStore& store);
  Result<> put_entries(const ledger::Ledger& ledger, uint32_t index, uint32_t end,
                       TableStore& store);
  Result<> put_limits(const ledger::Ledger& ledger, const std::vector<ledger::LimitUse>& uses,
                      TableStore& store);
  std::string_view transfer_flags(uint16_t bits);

  LedgerService ledger_;
  AssetRegister assets_;
  Timetables timetables_;
  log::Machine machine_;
  std::optional<OtherServices> others_;

  // What the tables have.
  uint32_t put_accounts_ = 0;
  uint32_t put_records_ = 0;
  std::vector<ledger::LimitUse> put_limits_;
  // Put whole with the first rows of a run too: a later program may know more currencies.
  bool are_assets_due_ = true;
  bool are_timetables_due_ = true;

  Row row_;
  std::map<uint16_t, std::string> transfer_flags_;
};

}  // namespace hq::hub::views
