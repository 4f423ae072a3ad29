#include "hub/views/detail/projection.h"

#include <algorithm>
#include <unordered_map>

#include "base/json.h"
#include "hub/ledger/ledger_json.h"
#include "route/compile.h"

namespace hq::hub::views {
namespace {

using ledger::kNone;
using ledger::Ledger;
using ledger::LimitUse;
using ledger::PendingState;
using ledger::Transfer;

/// A plan without trips. The tables show what the log holds, and the reference plan of a hub is not
/// of the log.
std::shared_ptr<const route::Timetable> no_plan() {
  route::ImportReport report;
  auto image = route::compile({}, {}, report);
  HQ_ASSERT(image.has_value());
  auto timetable = route::Timetable::from_bytes(*std::move(image));
  HQ_ASSERT(timetable.has_value());
  return *std::move(timetable);
}

bool touches(const log::Commit& commit, std::string_view prefix) {
  return std::ranges::any_of(commit.events, [&](const log::Event& event) {
    return std::string_view(event.type).starts_with(prefix);
  });
}

bool is_same(const LimitUse& a, const LimitUse& b) {
  return a.use == b.use && a.value == b.value && a.window_begin_us == b.window_begin_us &&
         a.window_end_us == b.window_end_us;
}

/// ["linked","pending"] as linked|pending.
template <class FlagSet>
std::string names_of(FlagSet flags) {
  std::string names;
  for (const char c : to_json(flags)) {
    if (c == ',') names += '|';
    if (c != '"' && c != '[' && c != ']' && c != ',') names += c;
  }
  return names;
}

/// Whether a record ends a pending transfer itself. The request to end a whole chain only asks for
/// it: a record for each of its transfers follows.
bool ends_one(const Transfer& record) {
  const bool is_request = (record.flags & ledger::kWholeChain) != 0 && record.id != 0;
  return (record.flags & (ledger::kPost | ledger::kVoid)) != 0 && !is_request;
}

std::string_view text_of(PendingState state) {
  return boost::describe::enum_to_string(state, "");
}

std::vector<LimitUse> uses_of(const Ledger& ledger, const LedgerExtent& extent) {
  std::vector<LimitUse> uses(extent.limits);
  for (uint32_t i = 0; i < extent.limits; ++i) uses[i] = extent.limit_use(ledger, i);
  return uses;
}

void add_balances(Row& row, const ledger::Balances& balances) {
  row.number(balances.debits_pending)
      .number(balances.debits_posted)
      .number(balances.credits_pending)
      .number(balances.credits_posted);
}

}  // namespace

Projection::Projection(const ledger::LedgerOptions& capacity)
    : ledger_(with_random_seed(capacity)), timetables_({}, no_plan()) {
  machine_.add(ledger_);
  machine_.add(assets_);
  machine_.add(timetables_);
  others_.emplace(machine_);
}

Result<> Projection::fold(const log::Commit& commit) {
  HQ_TRY_VOID(machine_.evolve(commit));
  are_assets_due_ |= touches(commit, assets_.prefix());
  are_timetables_due_ |= touches(commit, timetables_.prefix());
  return {};
}

Result<> Projection::publish() {
  HQ_TRY_VOID(ledger_.fits());
  machine_.stage();
  machine_.publish();
  return {};
}

Result<> Projection::pass_over() {
  HQ_TRY_VOID(publish());
  ledger_.read([&](const Ledger& ledger, const LedgerExtent& extent) {
    put_accounts_ = extent.accounts;
    put_records_ = extent.records;
    put_limits_ = uses_of(ledger, extent);
  });
  return {};
}

uint64_t Projection::waiting_records() const {
  return ledger_.read([&](const Ledger& ledger, const LedgerExtent&) {
    return ledger.transfers().size() - put_records_;
  });
}

Result<> Projection::put_commit(const log::Commit& commit, TableStore& store) {
  const std::string hash = to_hex(commit.hash);
  Row row;
  row.integer(static_cast<int64_t>(commit.seq)).time(commit.time).text(commit.actor);
  row.text(commit.organisation).text(commit.command_id).text(commit.type).text(commit.reply);
  return store.put(Write::commits, row.text(hash));
}

Result<> Projection::put_rows(TableStore& store) {
  HQ_TRY_VOID(publish());
  if (are_timetables_due_) {
    HQ_TRY_VOID(put_timetables(store));
  }
  if (are_assets_due_) {
    HQ_TRY_VOID(put_assets(store));
  }
  return ledger_.read([&](const Ledger& ledger, const LedgerExtent& extent) {
    return put_ledger(ledger, extent, store);
  });
}

Result<> Projection::put_timetables(TableStore& store) {
  for (const TimetableAnswer& known : timetables_.list()) {
    if (known.kind == TimetableKind::reference) continue;
    const std::string first_day = format_date(known.first_day);
    const std::string last_day = format_date(known.last_day);
    row_.clear().text(known.id).text(known.name);
    row_.text(boost::describe::enum_to_string(known.kind, ""));
    row_.text(known.title.zh).text(known.title.en).integer(static_cast<int64_t>(known.stops));
    row_.integer(static_cast<int64_t>(known.trips)).integer(static_cast<int64_t>(known.stop_times));
    row_.text(first_day).text(last_day).text(known.caveat.zh).text(known.caveat.en);
    row_.flag(known.active).time(known.imported_at.value_or(Instant{}));
    HQ_TRY_VOID(store.put(Write::timetables, row_.integer(static_cast<int64_t>(known.seq))));
  }
  are_timetables_due_ = false;
  return {};
}

Result<> Projection::put_assets(TableStore& store) {
  std::vector<Asset> assets = currencies_as_assets();
  std::ranges::copy(assets_.described(), std::back_inserter(assets));
  for (const Asset& asset : assets) {
    row_.clear().integer(asset.asset).text(asset.code).integer(asset.exponent);
    if (asset.name) {
      row_.text(asset.name->zh).text(asset.name->en);
    } else {
      row_.null().null();
    }
    HQ_TRY_VOID(store.put(Write::assets, row_));
  }
  are_assets_due_ = false;
  return {};
}

Result<> Projection::put_ledger(const Ledger& ledger, const LedgerExtent& extent,
                                TableStore& store) {
  HQ_TRY_VOID(put_transfers(ledger, extent.records, store));
  std::vector<uint32_t> touched;
  for (const Transfer& record : ledger.transfers().subspan(put_records_)) {
    if (record.debit_account == 0) continue;  // moves nothing itself
    touched.push_back(ledger.find_account(record.debit_account));
    touched.push_back(ledger.find_account(record.credit_account));
  }
  std::ranges::sort(touched);
  const auto twice = std::ranges::unique(touched);
  touched.erase(twice.begin(), twice.end());
  for (const uint32_t index : touched) {
    HQ_TRY_VOID(put_entries(ledger, index, extent.records, store));
    if (index >= put_accounts_) continue;
    HQ_TRY_VOID(put_account(ledger, index, store));
  }
  for (uint32_t index = put_accounts_; index < extent.accounts; ++index) {
    HQ_TRY_VOID(put_account(ledger, index, store));
  }
  HQ_TRY_VOID(put_limits(ledger, uses_of(ledger, extent), store));
  put_accounts_ = extent.accounts;
  put_records_ = extent.records;
  return {};
}

/// New records, and what they ended among the old ones.
Result<> Projection::put_transfers(const Ledger& ledger, uint32_t end, TableStore& store) {
  std::unordered_map<uint32_t, uint32_t> ended;  // new pending record: what ended it
  for (uint32_t record = put_records_; record < end; ++record) {
    const Transfer& transfer = ledger.transfers()[record];
    if (!ends_one(transfer)) continue;
    const auto pending = ledger.find_transfer(transfer.pending_id);
    HQ_ASSERT(pending.has_value());
    if (*pending >= put_records_) {
      ended.emplace(*pending, record);
      continue;
    }
    row_.clear().integer(*pending).text(text_of(ledger.pending_state(*pending, end)));
    HQ_TRY_VOID(store.put(Write::ended, row_.integer(record)));
  }
  for (uint32_t record = put_records_; record < end; ++record) {
    const auto found = ended.find(record);
    HQ_TRY_VOID(put_transfer(ledger, record, found == ended.end() ? kNone : found->second, store));
  }
  return {};
}

Result<> Projection::put_transfer(const Ledger& ledger, uint32_t record, uint32_t ended_by,
                                  TableStore& store) {
  constexpr int64_t kSecondUs = 1'000'000;
  const Transfer& transfer = ledger.transfers()[record];
  row_.clear().integer(record).number_or_null(transfer.id);
  row_.integer(static_cast<int64_t>(ledger.commit_of(record))).time_us(transfer.time_us);
  row_.number_or_null(transfer.debit_account).number_or_null(transfer.credit_account);
  row_.integer_or_null(transfer.asset).number(transfer.amount).integer_or_null(transfer.code);
  row_.text(transfer_flags(transfer.flags)).number_or_null(transfer.reference);
  row_.number_or_null(transfer.note).integer_or_null(transfer.timeout_s);
  if (transfer.timeout_s == 0) {
    row_.null();
  } else {
    row_.time_us(transfer.time_us + transfer.timeout_s * kSecondUs);
  }
  row_.number_or_null(transfer.pending_id);
  const PendingState state = ledger.pending_state(record);
  if (state == PendingState::none) {
    row_.null();
  } else {
    row_.text(text_of(state));
  }
  if (ended_by == kNone) {
    row_.null();
  } else {
    row_.integer(ended_by);
  }
  return store.put(Write::transfers, row_);
}

std::string_view Projection::transfer_flags(uint16_t bits) {
  const auto found = transfer_flags_.find(bits);
  if (found != transfer_flags_.end()) return found->second;
  return transfer_flags_.emplace(bits, names_of(TransferFlagSet{bits})).first->second;
}

Result<> Projection::put_account(const Ledger& ledger, uint32_t index, TableStore& store) {
  const ledger::Account account = ledger.account_at(index);
  const std::string flags = names_of(AccountFlagSet{account.flags});
  row_.clear().number(account.id).integer(account.asset).integer(account.kind).text(flags);
  row_.number_or_null(account.reference).time_us(account.time_us);
  add_balances(row_, account.balances);
  return store.put(Write::accounts, row_);
}

Result<> Projection::put_entries(const Ledger& ledger, uint32_t index, uint32_t end,
                                 TableStore& store) {
  const ledger::Uint128 id = ledger.account_at(index).id;
  ledger::StatementFilter filter;
  filter.record_begin = put_records_;
  filter.record_end = end;
  Result<> done;
  ledger.statement(id, filter, [&](const ledger::StatementRow& entry) {
    const bool is_debit = ledger.transfers()[entry.record].debit_account == id;
    row_.clear().number(id).integer(entry.record).text(is_debit ? "debit" : "credit");
    add_balances(row_, entry.after);
    done = store.put(Write::entries, row_);
    return done.has_value();
  });
  return done;
}

Result<> Projection::put_limits(const Ledger& ledger, const std::vector<LimitUse>& uses,
                                TableStore& store) {
  const std::size_t known = put_limits_.size();
  for (uint32_t i = 0; i < uses.size(); ++i) {
    if (i < known && is_same(put_limits_[i], uses[i])) continue;
    const ledger::Limit& limit = ledger.limit(i);
    const LimitUse& use = uses[i];
    row_.clear().number(limit.id).signed_number(use.value).signed_number(use.use);
    row_.text(boost::describe::enum_to_string(limit.side, ""));
    row_.text(boost::describe::enum_to_string(limit.window, ""));
    row_.integer_or_null(limit.span_s).integer_or_null(limit.utc_offset_s);
    const LimitAnswer answer = limit_answer(limit, use);
    for (const auto& moment : {answer.window_begin, answer.window_end}) {
      if (moment) {
        row_.time(*moment);
      } else {
        row_.null();
      }
    }
    HQ_TRY_VOID(store.put(Write::limits, row_));
    if (i < known) continue;
    for (const ledger::LimitWeight& weight : limit.weights) {
      row_.clear().number(limit.id).number(weight.account).integer(weight.weight);
      HQ_TRY_VOID(store.put(Write::limit_weights, row_));
    }
  }
  put_limits_ = uses;
  return {};
}

}  // namespace hq::hub::views
