#include "sim/ledger_oracle.h"

#include <fmt/format.h>

#include <boost/describe.hpp>

#include "base/json.h"
#include "hub/ledger/ledger_service.h"
#include "sim/node.h"

namespace hq::sim {
namespace {

using ledger::Account;
using ledger::Status;
using ledger::Transfer;

struct RefusedRecord {
  uint32_t index = 0;
  uint16_t status = 0;
};
BOOST_DESCRIBE_STRUCT(RefusedRecord, (), (index, status))

struct BatchReply {
  std::vector<RefusedRecord> exceptions;
};
BOOST_DESCRIBE_STRUCT(BatchReply, (), (exceptions))

struct SentChange {
  std::string id;
  std::string value;
  Instant from{};
};
BOOST_DESCRIBE_STRUCT(SentChange, (), (id, value, from))

int64_t us_of(const log::Commit& commit) {
  return commit.time.time_since_epoch().count();
}

/// The reply must list what the naive ledger refuses, and for the same reason.
Result<> compare_reply(const log::Commit& commit, const std::vector<Status>& want) {
  const auto reply = from_json<BatchReply>(commit.reply, {.unknown_fields_allowed = true});
  if (!reply) return broken(fmt::format("commit {}: unreadable reply", commit.seq));
  std::vector<Status> got(want.size(), Status::created);
  for (const RefusedRecord& refused : reply->exceptions) {
    if (refused.index >= got.size()) return broken("a reply about more than was asked");
    got[refused.index] = static_cast<Status>(refused.status);
  }
  for (std::size_t i = 0; i < want.size(); ++i) {
    if (got[i] == want[i]) continue;
    return broken(fmt::format("commit {} record {}: the ledger says {}, it should be {}",
                              commit.seq, i, id(got[i]), id(want[i])));
  }
  return {};
}

/// The one event must carry what was accepted, in order; without any there is none.
template <class Record>
Result<> compare_event(const log::Commit& commit, std::string_view type,
                       const std::vector<Record>& records, const std::vector<Status>& statuses) {
  std::vector<Record> accepted;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (statuses[i] == Status::created) accepted.push_back(records[i]);
  }
  std::vector<log::Event> want;
  if (!accepted.empty()) want = {{std::string(type), hub::to_bytes(accepted)}};
  if (commit.events == want) return {};
  return broken(fmt::format("commit {}: the event is not what was accepted", commit.seq));
}

}  // namespace

std::unexpected<Error> broken(std::string what) {
  return fail(ErrorCode::internal, std::move(what));
}

LedgerOracle::LedgerOracle() : naive_(kLedgerOptions.accounts_max) {}

Result<> LedgerOracle::fold(const log::Commit& commit, const log::Command& command) {
  if (command.type == "ledger.open") return fold_open(commit, command);
  if (command.type == "ledger.transfer") return fold_transfer(commit, command);
  if (command.type == "ledger.limit") return fold_limit(commit, command);
  if (command.type == "ledger.set_limit") return fold_limit_change(commit, command);
  return broken(fmt::format("commit {} is of a type that nobody sent", commit.seq));
}

Result<> LedgerOracle::fold_open(const log::Commit& commit, const log::Command& command) {
  HQ_TRY(const std::vector<Account> accounts, hub::accounts_from(command.body));
  const ledger::NaiveLedger before = naive_;
  naive_.begin(commit.seq, us_of(commit));
  std::vector<Status> statuses;
  statuses.reserve(accounts.size());
  for (const Account& account : accounts) statuses.push_back(naive_.open(account));
  if (commit.events.empty()) naive_ = before;  // it came to nothing, time included
  HQ_TRY_VOID(compare_reply(commit, statuses));
  return compare_event(commit, "ledger.opened", accounts, statuses);
}

Result<> LedgerOracle::fold_transfer(const log::Commit& commit, const log::Command& command) {
  HQ_TRY(const std::vector<Transfer> transfers, hub::transfers_from(command.body));
  const ledger::NaiveLedger before = naive_;
  naive_.begin(commit.seq, us_of(commit));
  const std::vector<Status> statuses = naive_.transfer(transfers);
  if (commit.events.empty()) naive_ = before;
  HQ_TRY_VOID(compare_reply(commit, statuses));
  return compare_event(commit, "ledger.transferred", transfers, statuses);
}

Result<> LedgerOracle::fold_limit(const log::Commit& commit, const log::Command& command) {
  HQ_TRY(const ledger::Limit limit, hub::limit_from(command.body));
  const auto known =
      std::ranges::find(naive_.limits(), limit.id, [](const auto& state) { return state.rule.id; });
  if ((known != naive_.limits().end()) != commit.events.empty()) {
    return broken(fmt::format("commit {}: a limit is there twice or not at all", commit.seq));
  }
  if (commit.events.empty()) return {};
  naive_.begin(commit.seq, us_of(commit));
  naive_.add_limit(limit);
  return {};
}

Result<> LedgerOracle::fold_limit_change(const log::Commit& commit, const log::Command& command) {
  HQ_TRY(const SentChange change, from_json<SentChange>(command.body));
  HQ_TRY(const ledger::Uint128 limit, ledger::parse_uint128(change.id));
  HQ_TRY(const ledger::Uint128 value, ledger::parse_uint128(change.value));
  for (std::size_t i = 0; i < naive_.limits().size(); ++i) {
    if (naive_.limits()[i].rule.id != limit) continue;
    naive_.begin(commit.seq, us_of(commit));
    naive_.set_limit(i, value, change.from.time_since_epoch().count());
    return {};
  }
  return broken(fmt::format("commit {} sets a limit that is not there", commit.seq));
}

Result<> LedgerOracle::compare(const ledger::Ledger& ledger) const {
  if (ledger.transfers().size() != naive_.records().size()) {
    return broken(fmt::format("the ledger has {} transfers, it should have {}",
                              ledger.transfers().size(), naive_.records().size()));
  }
  for (uint32_t i = 0; i < ledger.transfers().size(); ++i) {
    if (ledger.transfers()[i] != naive_.records()[i].transfer ||
        ledger.pending_state(i) != naive_.state(i)) {
      return broken(fmt::format("transfer {} of the ledger is not what it should be", i));
    }
  }
  if (ledger.limit_count() != naive_.limits().size()) return broken("limits are missing");
  for (uint32_t i = 0; i < ledger.limit_count(); ++i) {
    const ledger::LimitUse use = ledger.limit_use(i);
    if (use.use != naive_.use(i) || use.value != naive_.value(i)) {
      return broken(fmt::format("use of limit {} is {}, it should be {}", i,
                                ledger::to_text(use.use), ledger::to_text(naive_.use(i))));
    }
  }
  return compare_accounts(ledger);
}

Result<> LedgerOracle::compare_accounts(const ledger::Ledger& ledger) const {
  if (ledger.account_count() != naive_.accounts().size()) return broken("accounts are missing");
  for (uint32_t i = 0; i < ledger.account_count(); ++i) {
    Account want = naive_.accounts()[i];
    want.balances = naive_.balances(want.id, naive_.records().size());
    if (naive_.is_closed(want)) want.flags |= ledger::kClosed;
    if (ledger.account_at(i) == want) continue;
    return broken(fmt::format("balances of account {} are not what they should be",
                              ledger::to_text(want.id)));
  }
  for (const ledger::TrialBalance& sum : ledger.trial_balance()) {
    if (sum.sums.debits_posted == sum.sums.credits_posted &&
        sum.sums.debits_pending == sum.sums.credits_pending) {
      continue;
    }
    return broken(fmt::format("debits and credits of asset {} differ", sum.asset));
  }
  return {};
}

}  // namespace hq::sim
