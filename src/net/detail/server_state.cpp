#include "net/detail/server_state.h"

#include <ctime>

#include "net/detail/response_writer.h"
#include "net/detail/session.h"

namespace hq::net::detail {

std::string_view ServerState::date() {
  const int64_t seconds = std::time(nullptr);
  if (seconds != date_seconds_) {
    date_seconds_ = seconds;
    date_ = http_date(seconds);
  }
  return date_;
}

void ServerState::report(std::string_view request_id, const Error& error) const {
  if (options.on_error) options.on_error(request_id, error);
}

void ServerState::wake(std::weak_ptr<Session> session) {
  const std::lock_guard lock(woken_mutex_);
  woken_.push_back(std::move(session));
  if (woken_.size() == 1) asio::post(io, [this] { wake_all(); });
}

void ServerState::wake_all() {
  std::vector<std::weak_ptr<Session>> woken;
  {
    const std::lock_guard lock(woken_mutex_);
    woken.swap(woken_);
  }
  for (const auto& weak : woken) {
    if (const auto session = weak.lock()) session->wake();
  }
}

void ServerState::note_if_done() {
  if (!is_stopping || !idle.empty() || !busy.empty()) return;
  const std::lock_guard lock(done_mutex);
  is_done = true;
  done_changed.notify_all();
}

}  // namespace hq::net::detail
