// Bytes as calls of a ledger: accounts, transfers, limits, rollbacks and reads. The ledger and the
// naive one must give the same answers, and agree on everything after each commit.

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/assert.h"
#include "ledger/naive_ledger_testing.h"

namespace {

using namespace hq;
using namespace hq::ledger;

constexpr uint32_t kAccounts = 6;
constexpr std::size_t kRecordsMax = 120;  // the naive ledger counts all of them anew, always
constexpr std::size_t kLimitsMax = 3;

/// Numbers from the input; zeros once it is used up.
class Source {
 public:
  explicit Source(std::string_view bytes) : bytes_(bytes) {}

  bool at_end() const { return bytes_.empty(); }
  uint8_t byte() {
    if (bytes_.empty()) return 0;
    const auto value = static_cast<uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    return value;
  }
  uint16_t word() {
    const auto low = byte();
    return static_cast<uint16_t>(low | byte() << 8);
  }

 private:
  std::string_view bytes_;
};

class Pair {
 public:
  explicit Pair(Source source)
      : source_(source),
        ledger_({.accounts_max = kAccounts, .transfers_max = 5000, .hash_seed = 1}),
        naive_(kAccounts) {}

  void run() {
    while (!source_.at_end() && naive_.records().size() < kRecordsMax) {
      const uint8_t kind = source_.byte();
      const int64_t step_us = int64_t{source_.byte()} * 10'000'000;
      if (kind % 8 == 0) {
        // Tried and taken back, maybe at a later time than what comes next. Limits would stand.
        const NaiveLedger before = naive_;
        begin(time_us_ + step_us);
        if (source_.byte() % 2 == 0) open();
        transfer();
        ledger_.rollback();
        naive_ = before;
      } else {
        time_us_ += step_us;
        begin(time_us_);
        call();
        ledger_.commit(seq_);
      }
      compare();
    }
  }

 private:
  void begin(int64_t time_us) {
    ledger_.begin(time_us);
    naive_.begin(++seq_, time_us);
  }

  void call() {
    switch (source_.byte() % 8) {
      case 0:
      case 1:
        return open();
      case 2:
        return add_limit();
      case 3:
        return set_limit();
      default:
        return transfer();
    }
  }

  void open() {
    Account account;
    account.id = source_.byte() % 8;
    account.asset = source_.byte() % 3;
    account.kind = source_.byte() % 2;
    account.flags = source_.byte() % 9;
    Status got{};
    ledger_.open_accounts({&account, 1}, {&got, 1});
    HQ_ASSERT(got == naive_.open(account));
  }

  void add_limit() {
    if (naive_.limits().size() == kLimitsMax || naive_.accounts().empty()) return;
    Limit limit;
    limit.id = naive_.limits().size() + 1;
    limit.value = source_.word();
    limit.side = static_cast<LimitSide>(source_.byte() % 4);
    limit.window = static_cast<LimitWindow>(source_.byte() % 6);
    if (limit.window == LimitWindow::sliding) limit.span_s = source_.word() + 1u;
    limit.utc_offset_s = (source_.byte() % 27 - 13) * 3600;
    for (const Account& account : naive_.accounts()) {
      const uint32_t weight = source_.byte() % 4;
      if (weight != 0) limit.weights.push_back({account.id, weight});
    }
    if (limit.weights.empty()) return;
    HQ_ASSERT(ledger_.add_limit(limit) == Status::created);
    naive_.add_limit(limit);
  }

  void set_limit() {
    if (naive_.limits().empty()) return;
    const std::size_t limit = source_.byte() % naive_.limits().size();
    const Uint128 value = source_.word();
    const int64_t from_us = time_us_ + int64_t{source_.byte()} * 100'000'000;
    HQ_ASSERT(ledger_.set_limit(naive_.limits()[limit].rule.id, value, from_us));
    naive_.set_limit(limit, value, from_us);
  }

  void transfer() {
    std::vector<Transfer> batch(source_.byte() % 6u);
    for (Transfer& t : batch) t = one_transfer();
    std::vector<Outcome> got(batch.size());
    ledger_.transfer(batch, got);
    const std::vector<Status> want = naive_.transfer(batch);
    for (std::size_t i = 0; i < batch.size(); ++i) HQ_ASSERT(got[i].status == want[i]);
  }

  Transfer one_transfer() {
    Transfer t;
    t.id = source_.byte() % 64;
    t.flags = source_.word() % 1024;
    if ((t.flags & (kPost | kVoid)) != 0) t.pending_id = source_.byte() % 64;
    t.amount = source_.byte();
    t.debit_account = source_.byte() % 8;
    t.credit_account = source_.byte() % 8;
    t.asset = source_.byte() % 3;
    t.code = source_.byte() % 3;
    t.timeout_s = source_.byte() % 4 == 0 ? source_.word() : 0;
    t.reference = source_.byte() % 3;
    return t;
  }

  void compare() const {
    HQ_ASSERT(ledger_.transfers().size() == naive_.records().size());
    for (uint32_t i = 0; i < ledger_.transfers().size(); ++i) {
      HQ_ASSERT(ledger_.transfers()[i] == naive_.records()[i].transfer);
      HQ_ASSERT(ledger_.pending_state(i) == naive_.state(i));
    }
    HQ_ASSERT(ledger_.account_count() == naive_.accounts().size());
    for (uint32_t i = 0; i < ledger_.account_count(); ++i) {
      Account want = naive_.accounts()[i];
      want.balances = naive_.balances(want.id, naive_.records().size());
      if (naive_.is_closed(want)) want.flags |= kClosed;
      HQ_ASSERT(ledger_.account_at(i) == want);
    }
    HQ_ASSERT(ledger_.limit_count() == naive_.limits().size());
    for (uint32_t i = 0; i < ledger_.limit_count(); ++i) {
      HQ_ASSERT(ledger_.limit_use(i).use == naive_.use(i));
      HQ_ASSERT(ledger_.limit_use(i).value == naive_.value(i));
    }
    for (const TrialBalance& sum : ledger_.trial_balance()) {
      HQ_ASSERT(sum.sums.debits_posted == sum.sums.credits_posted);
      HQ_ASSERT(sum.sums.debits_pending == sum.sums.credits_pending);
    }
  }

  Source source_;
  Ledger ledger_;
  NaiveLedger naive_;
  int64_t time_us_ = 1;
  uint64_t seq_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  if (size > 2000) return 0;
  Pair(Source({reinterpret_cast<const char*>(data), size})).run();
  return 0;
}
