#include "net/reply.h"

#include <utility>

#include "base/assert.h"
#include "net/problem.h"

namespace hq::net {

namespace {

bool is_there(const Sent& sent) {
  return !std::holds_alternative<std::monostate>(sent);
}

}  // namespace

bool LaterResponse::send(Sent sent) {
  Sent dropped;  // destroyed after the lock: it may hold the caller's code
  const std::lock_guard lock(mutex_);
  if (std::exchange(is_sent_, true)) return false;
  if (is_over_) {
    dropped = std::move(sent);
    return true;
  }
  sent_ = std::move(sent);
  if (wake_) wake_();
  return true;
}

void LaterResponse::attach(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
  if (is_there(sent_)) wake_();
}

bool LaterResponse::is_ready() const {
  const std::lock_guard lock(mutex_);
  return is_there(sent_);
}

Sent LaterResponse::take() {
  const std::lock_guard lock(mutex_);
  HQ_ASSERT(is_there(sent_));
  return std::exchange(sent_, {});
}

void LaterResponse::detach() {
  Sent dropped;
  const std::lock_guard lock(mutex_);
  is_over_ = true;
  wake_ = nullptr;
  dropped = std::exchange(sent_, {});
}

Reply& Reply::operator=(Reply&& other) noexcept {
  if (this != &other) {
    give_up();
    later_ = std::move(other.later_);
  }
  return *this;
}

Reply::~Reply() {
  give_up();
}

void Reply::give(Sent sent) {
  HQ_ASSERT(later_ != nullptr);
  const bool is_first = later_->send(std::move(sent));
  HQ_ASSERT(is_first);
}

// Whoever held it forgot the client, or ended before it knew: the client must not wait for ever.
void Reply::give_up() {
  if (later_ == nullptr) return;
  later_->send(Sent(
      Result<Response>(fail(ErrorCode::internal, {}, {}, "a reply was let go without an answer"))));
  later_ = nullptr;
}

Response Response::later(const Reply& reply) {
  HQ_ASSERT(reply.later_ != nullptr);
  Response response;
  response.body = reply.later_;
  return response;
}

Response settle(const Request& request, Response placeholder, Result<Response> made) {
  Response response = made ? *std::move(made) : problem(made.error(), request);
  HQ_ASSERT(!std::holds_alternative<std::shared_ptr<LaterResponse>>(response.body));
  response.route = std::move(placeholder.route);
  for (const Header& field : placeholder.headers) {
    if (equal_ignoring_case(field.name, "Vary")) {
      response.headers.add_vary(field.value);
    } else {
      response.headers.set(field.name, field.value);
    }
  }
  return response;
}

}  // namespace hq::net
