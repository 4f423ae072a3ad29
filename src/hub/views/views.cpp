#include "hub/views/views.h"

#include <fmt/format.h>

#include <thread>

#include "hub/views/detail/projection.h"

namespace hq::hub {
namespace {

using views::Opening;
using views::Projection;
using views::TableStore;

constexpr uint64_t kProgressStep = 4096;              // commits between two calls of a callback
constexpr std::chrono::milliseconds kWaitStep{1000};  // for new commits, at a time

std::unexpected<Error> not_of_this_log(const Standing& standing) {
  return fail(ErrorCode::conflict,
              fmt::format("the tables stand at commit {} with hash {}, which is not in this log; "
                          "make them anew with --rebuild, or name the log they are of",
                          standing.seq, standing.hash),
              fmt::format("表所处的第 {} 号提交（哈希 {}）不在该日志中；请用 --rebuild 重建，"
                          "或指定其所属的日志",
                          standing.seq, standing.hash));
}

}  // namespace

class Views::Work {
 public:
  Work(std::unique_ptr<TableStore> store, const ViewsOptions& options)
      : options_(options), store_(std::move(store)), projection_(options.capacity) {}

  Result<> start() {
    HQ_TRY(standing_, store_->standing());
    return {};
  }

  Result<> fold(const log::LogReader& log, const log::LogReader::Progress& progress);

  const Standing& standing() const { return standing_; }
  uint64_t records() const { return projection_.records(); }

 private:
  Result<> take(const log::Commit& commit);
  Result<> finish();

  const ViewsOptions options_;
  std::unique_ptr<TableStore> store_;
  Projection projection_;
  Standing standing_;             // of the tables
  log::Head folded_;              // by the projection, which begins anew in each run
  bool is_open_ = false;          // a transaction
  uint64_t waiting_commits_ = 0;  // of it
};

Result<> Views::Work::fold(const log::LogReader& log, const log::LogReader::Progress& progress) {
  HQ_TRY(const log::Head end, log.last());
  if (end.seq < standing_.seq) return not_of_this_log(standing_);
  Result<> taken;
  HQ_TRY_VOID(log.read(folded_.seq + 1, [&](const log::Commit& commit) {
    taken = take(commit);
    if (taken && progress && (commit.seq % kProgressStep == 0 || commit.seq == end.seq)) {
      progress(commit.seq, end.seq);
    }
    return taken.has_value();
  }));
  HQ_TRY_VOID(std::move(taken));
  return is_open_ ? finish() : Result<>();
}

Result<> Views::Work::take(const log::Commit& commit) {
  // The first that is read is checked here, the others by the reader.
  if (commit.seq != folded_.seq + 1 || commit.previous != folded_.hash) {
    return not_of_this_log({folded_.seq, to_hex(folded_.hash), folded_.time});
  }
  const bool is_new = commit.seq > standing_.seq;
  if (is_new && !is_open_) {
    HQ_TRY_VOID(store_->begin(standing_));
    is_open_ = true;
  }
  if (is_new) {
    HQ_TRY_VOID(Projection::put_commit(commit, *store_));
  }
  HQ_TRY_VOID(projection_.fold(commit));
  folded_ = {commit.seq, commit.time, commit.hash};
  if (commit.seq == standing_.seq) {
    if (to_hex(commit.hash) != standing_.hash) return not_of_this_log(standing_);
    return projection_.pass_over();
  }
  waiting_commits_ += is_new ? 1 : 0;
  const uint64_t rows = waiting_commits_ + (is_new ? projection_.waiting_records() : 0);
  return rows >= options_.rows_per_transaction ? finish() : Result<>();
}

Result<> Views::Work::finish() {
  HQ_TRY_VOID(projection_.put_rows(*store_));
  const Standing now{folded_.seq, to_hex(folded_.hash), folded_.time};
  HQ_TRY_VOID(store_->commit(now));
  standing_ = now;
  is_open_ = false;
  waiting_commits_ = 0;
  return {};
}

Views::Views(std::unique_ptr<Work> work) : work_(std::move(work)) {}
Views::~Views() = default;

Result<std::unique_ptr<Views>> Views::open(const std::string& place, const ViewsOptions& options) {
  HQ_TRY(auto store,
         views::open_store(place, options.rebuild ? Opening::anew : Opening::or_create));
  auto work = std::make_unique<Work>(std::move(store), options);
  HQ_TRY_VOID(work->start());
  return std::unique_ptr<Views>(new Views(std::move(work)));
}

Result<> Views::fold(const log::LogReader& log, const log::LogReader::Progress& progress) {
  return work_->fold(log, progress);
}

Result<> Views::follow(const log::LogReader& log,
                       const std::function<void(const Standing&)>& on_fold,
                       const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    HQ_TRY_VOID(work_->fold(log, {}));
    if (on_fold) on_fold(standing());
    bool is_there = false;
    while (!is_there && !stop.stop_requested()) {
      HQ_TRY(is_there, log.wait_for(standing().seq + 1, kWaitStep, stop));
    }
  }
  return {};
}

const Standing& Views::standing() const {
  return work_->standing();
}
uint64_t Views::records() const {
  return work_->records();
}

Result<Standing> wait_for_views(const std::string& place, uint64_t seq,
                                std::chrono::milliseconds timeout) {
  // SQLite may say of a file that is just being made that it cannot be read; not for long.
  constexpr int kUnreadableMax = 3;
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  std::unique_ptr<TableStore> store;
  const auto look = [&]() -> Result<Standing> {
    if (store == nullptr) {
      HQ_TRY(store, views::open_store(place, Opening::existing));
    }
    return store->standing();
  };
  Standing found;
  for (int unreadable = 0;;) {
    if (Result<Standing> seen = look()) {
      found = *std::move(seen);
      if (found.seq >= seq) return found;
    } else if (seen.error().code == ErrorCode::io_error && ++unreadable < kUnreadableMax) {
      store.reset();
      std::this_thread::sleep_for(kViewPollInterval);
      continue;
    } else if (store != nullptr || seen.error().code != ErrorCode::not_found) {
      return seen;
    }
    if (std::chrono::steady_clock::now() >= deadline) break;
    std::this_thread::sleep_for(kViewPollInterval);
  }
  return fail(ErrorCode::timeout,
              store == nullptr
                  ? fmt::format("there are no tables yet; waited for commit {}", seq)
                  : fmt::format("the tables stand at commit {}; waited for {}", found.seq, seq),
              store == nullptr
                  ? fmt::format("还没有视图；等待的是第 {} 号提交", seq)
                  : fmt::format("表处于第 {} 号提交；等待的是第 {} 号", found.seq, seq),
              place);
}

}  // namespace hq::hub
