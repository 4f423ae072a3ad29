#include "hub/ledger/opening.h"

#include <fmt/format.h>

#include <algorithm>

#include "hub/ledger/ledger_service.h"

namespace hq::hub {
namespace {

Instant opened_at(const ledger::Account& account) {
  return Instant(std::chrono::microseconds(account.time_us));
}

bool opens(const log::Commit& commit, ledger::Uint128 account) {
  return std::ranges::any_of(commit.events, [&](const log::Event& event) {
    if (event.type != "ledger.opened") return false;
    const auto accounts = accounts_from(event.body);
    return accounts &&
           std::ranges::find(*accounts, account, &ledger::Account::id) != accounts->end();
  });
}

}  // namespace

Result<bool> was_open(const log::LogReader& log, const ledger::Account& account, uint64_t seq) {
  if (seq == 0) return false;
  const Instant opened = opened_at(account);
  bool is_open = true;  // also after commits that are still to come
  HQ_TRY_VOID(log.read(seq, [&](const log::Commit& commit) {
    if (commit.seq == seq) {
      is_open = commit.time >= opened;
      return commit.time == opened;
    }
    // Of the same time: opened by one behind it, the account was not there yet.
    if (commit.time == opened && opens(commit, account.id)) is_open = false;
    return commit.time == opened && is_open;
  }));
  return is_open;
}

std::unexpected<Error> not_yet_open(const ledger::Account& account) {
  const std::string id = ledger::to_text(account.id);
  const std::string time = format_instant(opened_at(account));
  return fail(ErrorCode::not_found,
              fmt::format("account '{}' was not open yet; it was opened at {}", id, time),
              fmt::format("账户“{}”当时尚未开立；开立时间为 {}", id, time), "id");
}

}  // namespace hq::hub
