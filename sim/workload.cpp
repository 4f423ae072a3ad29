#include "sim/workload.h"

#include <fmt/format.h>

#include "hub/ledger/ledger_service.h"

namespace hq::sim {
namespace {

constexpr uint64_t kAccounts = 6;
constexpr uint64_t kLimitsMax = 3;  // the naive ledger counts each of them anew, always

using ledger::Account;
using ledger::Transfer;

}  // namespace

std::vector<log::Command> Workload::next_group(std::size_t commands_max) {
  std::vector<log::Command> group(random_.between(1, commands_max));
  for (log::Command& command : group) command = next();
  return group;
}

log::Command Workload::next() {
  ++met_.sent;
  const uint64_t kind = random_.below(20);
  if (kind < 3 && !sent_.empty()) {
    ++met_.repeated;
    // What was sent last is the most likely to be asked for again.
    const std::size_t back = random_.one_in(2) ? random_.below(4) : random_.below(sent_.size());
    return sent_[sent_.size() - 1 - std::min(back, sent_.size() - 1)];
  }
  if (kind == 3 && !sent_.empty()) {
    ++met_.reused;
    log::Command command = fresh();
    command.id = sent_[random_.below(sent_.size())].id;
    return command;
  }
  if (kind == 4 && !late_.empty()) {
    ++met_.late;
    const auto at = late_.begin() + static_cast<std::ptrdiff_t>(random_.below(late_.size()));
    sent_.push_back(std::move(*at));
    late_.erase(at);
    return sent_.back();
  }
  log::Command command = fresh();
  if (kind == 5) {
    late_.push_back(std::move(command));
    command = fresh();
  }
  sent_.push_back(command);
  return command;
}

log::Command Workload::fresh() {
  if (last_command_ == 0 || random_.one_in(12)) return open_accounts();
  if (random_.one_in(12) && last_limit_ < kLimitsMax) return limit();
  if (random_.one_in(16)) return change_limit();
  if (random_.one_in(40)) return make("ledger.transfer", "not a batch");
  return transfers();
}

log::Command Workload::make(std::string_view type, std::string body) {
  log::Command command;
  command.id = fmt::format("c-{}", ++last_command_);
  command.type = type;
  command.actor = fmt::format("actor-{}", random_.below(3));
  command.organisation = random_.one_in(2) ? "hub" : "";
  command.body = std::move(body);
  return command;
}

log::Command Workload::open_accounts() {
  std::vector<Account> accounts(random_.between(1, 4));
  for (Account& account : accounts) {
    account.id = random_.between(1, kAccounts);
    account.asset = 1;
    account.kind = 1;
    if (random_.one_in(5)) account.flags = static_cast<uint16_t>(random_.between(1, 2));
  }
  return make("ledger.open", hub::to_bytes(accounts));
}

log::Command Workload::transfers() {
  // Now and then a batch of several pages, most of it refused.
  const bool is_large = random_.one_in(25);
  std::vector<Transfer> batch(is_large ? random_.between(60, 200) : random_.between(1, 5));
  for (std::size_t i = 0; i < batch.size(); ++i) {
    batch[i] = transfer();
    if (is_large && i > 3) batch[i].asset = 0;
  }
  return make("ledger.transfer", hub::to_bytes(batch));
}

Transfer Workload::transfer() {
  Transfer t;
  t.id = random_.one_in(12) ? random_.between(1, last_transfer_ + 1) : ++last_transfer_;
  if (random_.one_in(5)) t.flags |= ledger::kLinked;
  if (random_.below(8) < 3 && last_transfer_ > 1) {
    t.flags |= random_.one_in(3) ? ledger::kVoid : ledger::kPost;
    if (random_.one_in(4)) t.flags |= ledger::kWholeChain;
    t.pending_id = last_transfer_ - std::min(random_.below(12), last_transfer_ - 1);
    if (random_.one_in(4)) t.amount = random_.below(30);
    return t;
  }
  t.debit_account = random_.between(1, kAccounts);
  t.credit_account = random_.between(1, kAccounts);
  t.amount = random_.between(1, 40);
  t.asset = 1;
  t.code = 1;
  t.reference = random_.below(4);
  if (random_.one_in(2)) {
    t.flags |= ledger::kPending;
    if (random_.one_in(2)) t.timeout_s = static_cast<uint32_t>(random_.between(1, 4000));
  }
  if (random_.one_in(20)) t.flags |= ledger::kBalancingDebit;
  return t;
}

log::Command Workload::limit() {
  ledger::Limit limit;
  limit.id = ++last_limit_;
  limit.value = random_.below(300);
  limit.side = static_cast<ledger::LimitSide>(random_.below(4));
  limit.window = static_cast<ledger::LimitWindow>(random_.below(3));
  if (limit.window == ledger::LimitWindow::sliding) {
    limit.span_s = static_cast<uint32_t>(random_.between(1, 5000));
  }
  limit.weights = {{1, 1}, {2, static_cast<uint32_t>(random_.between(1, 3))}};
  return make("ledger.limit", hub::to_json_text(limit));
}

log::Command Workload::change_limit() {
  const uint64_t which = random_.between(1, last_limit_ + 1);
  return make("ledger.set_limit", hub::limit_change_text(which, random_.below(400), Instant{}));
}

}  // namespace hq::sim
