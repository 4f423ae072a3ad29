#include "hub/ledger/ledger_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <random>

#include "base/json.h"

namespace hq::hub {
namespace {

using ledger::Account;
using ledger::Outcome;
using ledger::Status;
using ledger::to_text;
using ledger::Transfer;

constexpr uint32_t kRecordsAhead = 500'000;               // a second of work, 80 MB
constexpr uint32_t kChunksAhead = 100'000;                // of history, 20 MB
constexpr std::string_view kTransfersFile = "transfers";  // of snapshots
constexpr std::string_view kOpen = "ledger.open";
constexpr std::string_view kTransfer = "ledger.transfer";
constexpr std::string_view kLimit = "ledger.limit";
constexpr std::string_view kSetLimit = "ledger.set_limit";
constexpr std::string_view kOpened = "ledger.opened";
constexpr std::string_view kTransferred = "ledger.transferred";
constexpr std::string_view kLimited = "ledger.limited";
constexpr std::string_view kLimitSet = "ledger.limit_set";

/// A record of a batch that was not created.
struct Exception {
  uint32_t index = 0;
  uint16_t status = 0;
  uint16_t field = 0;
  std::optional<uint32_t> limit;
};
BOOST_DESCRIBE_STRUCT(Exception, (), (index, status, field, limit))

struct Reply {
  std::vector<Exception> exceptions;
};
BOOST_DESCRIBE_STRUCT(Reply, (), (exceptions))

template <class Record>
std::string bytes_of(std::span<const Record> records) {
  return {reinterpret_cast<const char*>(records.data()), records.size_bytes()};
}

template <class Record>
Result<std::vector<Record>> records_from(std::string_view bytes) {
  const std::size_t count = bytes.size() / sizeof(Record);
  if (count == 0 || count > kLedgerBatchMax || count * sizeof(Record) != bytes.size()) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} bytes are not 1 to {} records of {} bytes", bytes.size(),
                            kLedgerBatchMax, sizeof(Record)),
                fmt::format("{} 字节不是 1 至 {} 条每条 {} 字节的记录", bytes.size(),
                            kLedgerBatchMax, sizeof(Record)),
                "body");
  }
  std::vector<Record> records(count);
  std::memcpy(records.data(), bytes.data(), bytes.size());
  return records;
}

int64_t us_of(Instant time) {
  return time.time_since_epoch().count();
}

std::unexpected<Error> no_room() {
  return fail(ErrorCode::limit_exceeded,
              "the log holds more accounts or transfers than the ledger has room for; give it "
              "more with --ledger-accounts and --ledger-transfers",
              "日志中的账户或转账超出账本容量；请用 --ledger-accounts 与 --ledger-transfers 调大");
}

Result<Reply> parse_reply(std::string_view reply, std::size_t count) {
  HQ_TRY(Reply parsed, from_json<Reply>(reply, {.bytes_max = reply.size()}));
  for (const Exception& exception : parsed.exceptions) {
    if (exception.index >= count || exception.status >= ledger::kStatusCount) {
      return fail(ErrorCode::corrupt, "the reply is not one to this batch", "应答与批次不符");
    }
  }
  return parsed;
}

}  // namespace

std::string to_bytes(std::span<const Account> accounts) {
  return bytes_of(accounts);
}
std::string to_bytes(std::span<const Transfer> transfers) {
  return bytes_of(transfers);
}
Result<std::vector<Account>> accounts_from(std::string_view bytes) {
  return records_from<Account>(bytes);
}
Result<std::vector<Transfer>> transfers_from(std::string_view bytes) {
  return records_from<Transfer>(bytes);
}

ledger::LedgerOptions with_random_seed(ledger::LedgerOptions options) {
  std::random_device source;  // the system's, not a sequence
  options.hash_seed = uint64_t{source()} << 32 | source();
  return options;
}

ledger::LimitUse LedgerExtent::limit_use(const ledger::Ledger& ledger, uint32_t limit) const {
  const ledger::LimitUse* changed = being_written.find(limit);
  return changed == nullptr ? ledger.marked_limit_use(limit) : *changed;
}

LedgerService::LedgerService(const ledger::LedgerOptions& options)
    : ledger_(options),
      records_ahead_(
          [this](uint32_t begin, uint32_t end) { ledger_.make_records_ready(begin, end); }),
      history_ahead_(
          [this](uint32_t begin, uint32_t end) { ledger_.make_history_ready(begin, end); }) {}

void LedgerService::begin(Instant time) const {
  if (is_decided_) ledger_.rollback();
  is_decided_ = false;
  ledger_.begin(us_of(time));
}

Result<log::Decision> LedgerService::decide(const log::Command& command) const {
  if (command.type == kOpen) {
    HQ_TRY(std::vector<Account> accounts, accounts_from(command.body));
    return decide_open(command, accounts);
  }
  if (command.type == kTransfer) {
    HQ_TRY(std::vector<Transfer> transfers, transfers_from(command.body));
    return decide_transfer(command, transfers);
  }
  if (command.type == kLimit || command.type == kSetLimit) return decide_limit(command);
  return fail(ErrorCode::unsupported, fmt::format("no command is called '{}'", command.type),
              fmt::format("没有命令“{}”", command.type), "type");
}

log::Decision LedgerService::decide_open(const log::Command& command,
                                         std::vector<Account>& accounts) const {
  const std::unique_lock lock(mutex_);
  begin(command.time);
  std::vector<Status> statuses(accounts.size());
  ledger_.open_accounts(accounts, statuses);
  Reply reply;
  std::size_t opened = 0;
  for (uint32_t i = 0; i < accounts.size(); ++i) {
    if (statuses[i] == Status::created) {
      accounts[opened++] = accounts[i];
    } else {
      reply.exceptions.push_back({i, static_cast<uint16_t>(statuses[i]), 0, std::nullopt});
    }
  }
  accounts.resize(opened);
  is_decided_ = opened > 0;
  if (!is_decided_) {
    ledger_.rollback();
    return {{}, to_json(reply)};
  }
  return {{{std::string(kOpened), bytes_of<Account>(accounts)}}, to_json(reply)};
}

log::Decision LedgerService::decide_transfer(const log::Command& command,
                                             std::vector<Transfer>& transfers) const {
  const std::unique_lock lock(mutex_);
  begin(command.time);
  outcomes_.resize(transfers.size());
  ledger_.transfer(transfers, outcomes_);
  Reply reply;
  std::size_t made = 0;
  for (uint32_t i = 0; i < transfers.size(); ++i) {
    const Outcome& outcome = outcomes_[i];
    if (outcome.status == Status::created) {
      transfers[made++] = transfers[i];
      continue;
    }
    Exception exception{i, static_cast<uint16_t>(outcome.status),
                        static_cast<uint16_t>(outcome.field), std::nullopt};
    if (outcome.limit != ledger::kNone) exception.limit = outcome.limit;
    reply.exceptions.push_back(exception);
  }
  transfers.resize(made);
  is_decided_ = made > 0;
  if (!is_decided_) {
    ledger_.rollback();
    return {{}, to_json(reply)};
  }
  return {{{std::string(kTransferred), bytes_of<Transfer>(transfers)}}, to_json(reply)};
}

Result<log::Decision> LedgerService::decide_limit(const log::Command& command) const {
  const bool is_new = command.type == kLimit;
  ledger::Limit limit;
  LimitChange change;
  if (is_new) {
    HQ_TRY(limit, limit_from(command.body));
  } else {
    HQ_TRY(change, limit_change_from(command.body));
  }
  const std::unique_lock lock(mutex_);
  begin(command.time);
  if (is_new) {
    const Status status = ledger_.add_limit(limit);
    if (status == Status::exists) {
      ledger_.rollback();
      return log::Decision{};
    }
    if (status != Status::created) {
      ledger_.rollback();
      return limit_refused(status);
    }
  } else if (!ledger_.set_limit(change.id.value, change.value.value, us_of(change.from))) {
    ledger_.rollback();
    return fail(ErrorCode::not_found, fmt::format("there is no limit '{}'", change.id.text()),
                fmt::format("没有限额“{}”", change.id.text()), "id");
  }
  is_decided_ = true;
  const std::string_view type = is_new ? kLimited : kLimitSet;
  return log::Decision{{{std::string(type), command.body}}, "null"};
}

void LedgerService::evolve(const log::Event& event, const log::Commit& commit) {
  const std::unique_lock lock(mutex_);
  time_ = commit.time;
  const auto records = static_cast<uint32_t>(ledger_.transfers().size());
  const uint32_t chunks = ledger_.history_chunks();
  records_ahead_.want(records, records + std::min(records, kRecordsAhead));
  history_ahead_.want(chunks, chunks + std::min(chunks, kChunksAhead));
  if (is_decided_) {
    is_decided_ = false;
    ledger_.commit(commit.seq);
    if (event.type == kTransferred) decided_.emplace(commit.seq, std::move(outcomes_));
    return;
  }
  if (!fits_) return;
  ledger_.begin(us_of(commit.time));
  fold(event);
  ledger_.commit(commit.seq);
}

// From the log: what was accepted then is accepted again, if there is room for it.
void LedgerService::fold(const log::Event& event) {
  if (event.type == kOpened) {
    const auto accounts = accounts_from(event.body).value();
    std::vector<Status> statuses(accounts.size());
    ledger_.open_accounts(accounts, statuses);
    expect_created(statuses);
  } else if (event.type == kTransferred) {
    const auto transfers = transfers_from(event.body).value();
    outcomes_.resize(transfers.size());
    ledger_.transfer(transfers, outcomes_);
    std::vector<Status> statuses(transfers.size());
    std::ranges::transform(outcomes_, statuses.begin(), &Outcome::status);
    expect_created(statuses);
  } else if (event.type == kLimited) {
    const Status status = ledger_.add_limit(limit_from(event.body).value());
    HQ_ASSERT(status == Status::created);
  } else if (event.type == kLimitSet) {
    const LimitChange change = limit_change_from(event.body).value();
    const bool known = ledger_.set_limit(change.id.value, change.value.value, us_of(change.from));
    HQ_ASSERT(known);
  }
}

void LedgerService::expect_created(std::span<const Status> statuses) {
  for (const Status status : statuses) {
    if (status == Status::too_many_accounts || status == Status::too_many_transfers) fits_ = false;
  }
  for (const Status status : statuses) HQ_ASSERT(status == Status::created || !fits_);
}

Result<> LedgerService::fits() const {
  if (fits_) return {};
  return no_room();
}

void LedgerService::stage() {
  const std::unique_lock lock(mutex_);
  if (std::exchange(is_decided_, false)) ledger_.rollback();  // nothing came of it
  auto staged = std::make_shared<LedgerExtent>();
  staged->accounts = ledger_.account_count();
  staged->records = static_cast<uint32_t>(ledger_.transfers().size());
  staged->limits = static_cast<uint32_t>(ledger_.limit_count());
  staged->time = time_;
  staged_extent_ = std::move(staged);
  // Nobody reads while the ledger is locked, so none goes by the marks of before.
  auto still_shown = std::make_shared<LedgerExtent>(*extent());
  still_shown->being_written = ledger_.mark_limits();
  show(std::move(still_shown));
  const std::lock_guard lock_answers(shown_mutex_);
  staged_ = std::exchange(decided_, {});
}

void LedgerService::publish() {
  show(staged_extent_);
}

std::shared_ptr<const LedgerExtent> LedgerService::extent() const {
  const std::lock_guard lock(shown_mutex_);
  return extent_;
}

void LedgerService::show(std::shared_ptr<const LedgerExtent> extent) {
  const std::lock_guard lock(shown_mutex_);
  extent_.swap(extent);
}

void LedgerService::add_state_to(Sha256Hasher& hasher) const {
  const std::shared_lock lock(mutex_);
  for (uint32_t i = 0; i < ledger_.account_count(); ++i) {
    const Account account = ledger_.account_at(i);
    hasher.add(bytes_of<Account>({&account, 1}));
  }
  hasher.add(bytes_of(ledger_.transfers()));
  for (uint32_t i = 0; i < ledger_.limit_count(); ++i) {
    const ledger::LimitUse use = ledger_.limit_use(i);
    hasher.add(to_json_text(ledger_.limit(i)));
    hasher.add(fmt::format("{} {}", to_text(use.use), to_text(use.value)));
  }
}

// The time of the last commit, then the state of the engine; the transfers lie in a file.
void LedgerService::save(log::StateWriter& out) const {
  const int64_t time_us = us_of(time_);
  out.add({reinterpret_cast<const char*>(&time_us), sizeof time_us});
  ledger_.save([&](std::string_view bytes) { out.add(bytes); });
  const std::span<const Transfer> transfers = ledger_.transfers();
  out.add_growing(kTransfersFile,
                  {reinterpret_cast<const char*>(transfers.data()), transfers.size_bytes()});
}

Result<> LedgerService::load(log::StateReader& in) {
  int64_t time_us = 0;
  const std::string_view bytes = in.bytes();
  HQ_ASSERT(bytes.size() >= sizeof time_us);
  bytes.copy(reinterpret_cast<char*>(&time_us), sizeof time_us);
  HQ_TRY(const log::GrowingFile file, in.growing(kTransfersFile));
  const std::unique_lock lock(mutex_);
  time_ = Instant(Duration(time_us));
  auto loaded = ledger_.load(bytes.substr(sizeof time_us), file.path.string());
  if (!loaded && loaded.error().code == ErrorCode::limit_exceeded) return no_room();
  return loaded;
}

void LedgerService::kept(log::StateReader& saved) {
  const auto file = saved.growing(kTransfersFile);
  HQ_ASSERT(file.has_value());
  const std::unique_lock lock(mutex_);
  // Where the file cannot be mapped, the transfers stay in memory.
  [[maybe_unused]] const auto mapped =
      ledger_.read_from(file->path.string(), file->bytes / sizeof(Transfer));
}

Result<std::vector<Status>> LedgerService::statuses(std::size_t count,
                                                    const log::Receipt& receipt) const {
  HQ_TRY(const Reply parsed, parse_reply(receipt.reply, count));
  std::vector<Status> statuses(count, Status::created);
  for (const Exception& e : parsed.exceptions) statuses[e.index] = static_cast<Status>(e.status);
  return statuses;
}

Result<std::vector<Outcome>> LedgerService::outcomes(std::span<const Transfer> transfers,
                                                     const log::Receipt& receipt) const {
  if (!receipt.repeated) {
    const std::lock_guard lock(shown_mutex_);
    if (auto known = staged_.extract(receipt.seq)) return std::move(known.mapped());
  }
  HQ_TRY(const Reply parsed, parse_reply(receipt.reply, transfers.size()));
  std::vector<Outcome> outcomes(transfers.size());
  for (const Exception& e : parsed.exceptions) {
    outcomes[e.index].status = static_cast<Status>(e.status);
    outcomes[e.index].field = static_cast<ledger::Field>(e.field);
    outcomes[e.index].limit = e.limit.value_or(ledger::kNone);
  }
  read([&](const ledger::Ledger& ledger, const LedgerExtent& shown) {
    for (std::size_t i = 0; i < transfers.size(); ++i) {
      ledger.complete(transfers[i], shown.records, outcomes[i]);
    }
  });
  return outcomes;
}

}  // namespace hq::hub
