#include "net/reply.h"

#include <utility>

#include "base/assert.h"
#include "net/problem.h"

namespace hq::net {

bool LaterResponse::send(MakeResponse make) {
  MakeResponse dropped;  // destroyed after the lock: it is the caller's code
  const std::lock_guard lock(mutex_);
  if (std::exchange(is_sent_, true)) return false;
  if (is_over_) {
    dropped = std::move(make);
    return true;
  }
  make_ = std::move(make);
  if (wake_) wake_();
  return true;
}

void LaterResponse::attach(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
  if (make_) wake_();
}

bool LaterResponse::is_ready() const {
  const std::lock_guard lock(mutex_);
  return make_ != nullptr;
}

MakeResponse LaterResponse::take() {
  const std::lock_guard lock(mutex_);
  HQ_ASSERT(make_ != nullptr);
  return std::exchange(make_, nullptr);
}

void LaterResponse::detach() {
  MakeResponse dropped;
  const std::lock_guard lock(mutex_);
  is_over_ = true;
  wake_ = nullptr;
  dropped = std::exchange(make_, nullptr);
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

void Reply::send(MakeResponse make) {
  HQ_ASSERT(later_ != nullptr && make != nullptr);
  const bool is_first = later_->send(std::move(make));
  HQ_ASSERT(is_first);
}

// Whoever held it forgot the client, or ended before it knew: the client must not wait for ever.
void Reply::give_up() {
  if (later_ == nullptr) return;
  later_->send([]() -> Result<Response> {
    return fail(ErrorCode::internal, {}, {}, "a reply was let go without an answer");
  });
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
