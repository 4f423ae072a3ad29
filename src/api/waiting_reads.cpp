#include "api/waiting_reads.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "net/problem.h"

namespace hq::api {
namespace {

constexpr std::string_view kAtLeast = "X-At-Least-Commit";
constexpr std::string_view kResources = "/api/v1/";

Result<uint64_t> parse_seq(std::string_view text) {
  uint64_t seq = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seq);
  if (error == std::errc() && end == text.data() + text.size() && seq <= INT64_MAX) return seq;
  return fail(ErrorCode::invalid_argument, "expected the sequence number of a commit",
              "应为提交的序号", std::string(kAtLeast));
}

}  // namespace

WaitingReads::WaitingReads(log::CommandSink& commits, std::chrono::milliseconds wait,
                           std::size_t count_max)
    : commits_(commits), wait_(wait), count_max_(count_max) {
  subscription_ =
      commits_.subscribe([this](std::span<const log::Commit> told) { let_go(told.back().seq); });
  thread_ = std::jthread([this](const std::stop_token& stop) { watch_deadlines(stop); });
}

WaitingReads::~WaitingReads() {
  commits_.unsubscribe(subscription_);
}

Result<net::Response> WaitingReads::answer(const net::Request& request,
                                           const net::RouteHandler& handler) {
  if (!request.path.starts_with(kResources)) return handler(request);
  const auto wanted = request.headers.find(kAtLeast);
  if (!wanted) return answer_now(request, handler);
  HQ_TRY(const uint64_t seq, parse_seq(*wanted));
  if (commits_.last_seq() >= seq) return answer_now(request, handler);
  std::unique_lock lock(mutex_);
  // Under the lock: a commit that comes now is told of once this read is in the list.
  if (std::max(seen_, commits_.last_seq()) >= seq) {
    lock.unlock();
    return answer_now(request, handler);
  }
  if (waiting_.size() >= count_max_) {
    return std::unexpected(Error{ErrorCode::overloaded,
                                 "too many reads wait for a commit; try again later",
                                 "等待提交的读取过多，请稍后再试",
                                 {},
                                 kAtLeastRetryAfterS});
  }
  net::Reply reply;
  net::Response later = net::Response::later(reply);
  const auto deadline = std::chrono::steady_clock::now() + wait_;
  waiting_.push_back({seq, deadline, request, &handler, std::move(reply)});
  added_.notify_one();
  return later;
}

/// What it shows is at least what was published before it looked.
net::Response WaitingReads::answer_now(const net::Request& request,
                                       const net::RouteHandler& handler) const {
  const uint64_t shown = commits_.last_seq();
  Result<net::Response> made = handler(request);
  net::Response response = made ? *std::move(made) : net::problem(made.error(), request);
  if (!response.headers.has("X-Commit")) response.headers.set("X-Commit", std::to_string(shown));
  return response;
}

net::Response WaitingReads::too_late(const Waiting& waiting) const {
  const uint64_t seen = commits_.last_seq();
  const Error error{
      ErrorCode::unavailable,
      fmt::format("this node has folded commit {}; commit {} is not here yet. Try again, or ask "
                  "the active node",
                  seen, waiting.seq),
      fmt::format("本节点已读到第 {} 号提交，尚无第 {} 号；请重试或询问主节点", seen, waiting.seq),
      {},
      kAtLeastRetryAfterS};
  net::Response response = net::problem(error, waiting.request);
  response.headers.set("X-Commit", std::to_string(seen));
  return response;
}

void WaitingReads::let_go(uint64_t seq) {
  std::list<Waiting> ready;
  {
    const std::lock_guard lock(mutex_);
    seen_ = std::max(seen_, seq);
    for (auto at = waiting_.begin(); at != waiting_.end();) {
      const auto next = std::next(at);
      if (at->seq <= seen_) ready.splice(ready.end(), waiting_, at);
      at = next;
    }
  }
  for (Waiting& one : ready) {
    one.reply.send_made_by(
        [this, request = std::move(one.request), handler = one.handler]() -> Result<net::Response> {
          return answer_now(request, *handler);
        });
  }
}

void WaitingReads::watch_deadlines(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (waiting_.empty()) {
      added_.wait(lock, stop, [&] { return !waiting_.empty(); });
      continue;
    }
    const auto deadline = waiting_.front().deadline;
    if (std::chrono::steady_clock::now() < deadline) {
      // Also where the first of them is let go meanwhile.
      added_.wait_until(lock, stop, deadline, [] { return false; });
      continue;
    }
    std::list<Waiting> over;
    over.splice(over.end(), waiting_, waiting_.begin());
    lock.unlock();
    over.front().reply.send(too_late(over.front()));
    lock.lock();
  }
}

}  // namespace hq::api
