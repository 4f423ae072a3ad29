// The whole state of a ledger as bytes, and back.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "ledger/ledger.h"

namespace hq::ledger {
namespace {

constexpr std::size_t kTogether = 32;  // transfers whose places in the tables are asked for ahead

std::unexpected<Error> not_a_state() {
  return fail(ErrorCode::corrupt, "these bytes are not the state of a ledger", "不是账本的状态");
}

std::unexpected<Error> no_room() {
  return fail(ErrorCode::limit_exceeded,
              "there are more accounts or transfers than the ledger has room for",
              "账户或转账超出账本容量");
}

/// A file that is open for reading as long as this is.
class ReadOnly {
 public:
  explicit ReadOnly(const std::string& path)
      : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~ReadOnly() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  ReadOnly(const ReadOnly&) = delete;
  ReadOnly& operator=(const ReadOnly&) = delete;

  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace

void Ledger::save(const PutBytes& put) const {
  put_array(put, rows_.span());
  put_array(put, balances_.span());
  put_array(put, traces_.span());
  put_array(put, history_.chunks());
  put_array(put, moments_.span());
  put_array(put, std::span(expiries_));
  put_value(put, expiring_);
  put_value(put, now_us_);
  limits_.save(put);
}

Result<> Ledger::load(std::string_view state, const std::string& transfers_file) {
  HQ_ASSERT(rows_.size() == 0 && transfers_.size() == 0);
  TakeState take(state);
  bool has_room = rows_.assign(take.array<Row>()) && balances_.assign(take.array<Balances>()) &&
                  traces_.assign(take.array<Trace>()) &&
                  history_.assign(take.array<History::Chunk>()) &&
                  moments_.assign(take.array<Moment>());
  if (!has_room) return no_room();
  take.array(expiries_);
  expiring_ = take.value<uint32_t>();
  now_us_ = take.value<int64_t>();
  limits_.load(take);
  if (!take.is_done() || balances_.size() != rows_.size()) return not_a_state();

  const ReadOnly file(transfers_file);
  if (file.descriptor() < 0 || !transfers_.read_front(file.descriptor(), traces_.size())) {
    return std::unexpected(system_error(errno, transfers_file));
  }
  enter_ids();
  first_record_ = static_cast<uint32_t>(transfers_.size());
  first_account_ = static_cast<uint32_t>(rows_.size());
  return {};
}

/// Fills the tables of ids from what has them.
void Ledger::enter_ids() {
  for (uint32_t i = 0; i < rows_.size(); ++i)
    account_ids_.insert(account_ids_.hash(rows_[i].id), i);
  for (uint32_t i = 0; i < limits_.size(); ++i) {
    limit_ids_.insert(limit_ids_.hash(limits_.rule(i).id), i);
  }
  for (std::size_t begin = 0; begin < transfers_.size(); begin += kTogether) {
    const std::size_t end = std::min(begin + kTogether, transfers_.size());
    for (std::size_t i = begin; i < end; ++i) {
      transfer_ids_.prefetch(transfer_ids_.hash(transfers_[i].id));
      if (transfers_[i].reference != 0) {
        references_.prefetch(references_.hash(transfers_[i].reference));
      }
    }
    for (std::size_t i = begin; i < end; ++i) enter_ids_of(static_cast<uint32_t>(i));
  }
}

Result<> Ledger::read_from(const std::string& transfers_file, std::size_t count) {
  HQ_ASSERT(count <= transfers_.size());
  const ReadOnly file(transfers_file);
  if (file.descriptor() >= 0 && transfers_.map_front(file.descriptor(), count)) return {};
  return std::unexpected(system_error(errno, transfers_file));
}

}  // namespace hq::ledger
