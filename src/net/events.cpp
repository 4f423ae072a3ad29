#include "net/events.h"

#include <string_view>
#include <utility>

namespace hq::net {
namespace {

/// A field of one line; a line end in it would start another field.
void append_line(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ");
  for (const char c : value) out += c == '\n' || c == '\r' || c == '\0' ? ' ' : c;
  out += '\n';
}

}  // namespace

std::string encode_event(const Event& event) {
  std::string out;
  out.reserve(event.data.size() + event.id.size() + event.type.size() + 32);
  if (!event.id.empty()) append_line(out, "id", event.id);
  if (!event.type.empty()) append_line(out, "event", event.type);
  std::string_view rest = event.data;
  while (true) {
    const auto end = rest.find_first_of("\r\n");
    out.append("data: ").append(rest.substr(0, end)) += '\n';
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + (rest.substr(end).starts_with("\r\n") ? 2 : 1));
  }
  return out += '\n';
}

// One call for any number of events until the server takes them.
void EventStream::wake_once() {
  if (woken_ || !wake_) return;
  woken_ = true;
  wake_();
}

bool EventStream::push(const Event& event) {
  const std::string bytes = encode_event(event);
  const std::lock_guard lock(mutex_);
  if (state_ != State::open) return false;
  if (backlog_.size() + bytes.size() > options_.backlog_bytes_max ||
      backlog_count_ == options_.backlog_count_max) {
    state_ = State::dropped;
    backlog_.clear();
    woken_ = false;  // the server may be stuck in a write: it must hear of this at once
  } else {
    backlog_ += bytes;
    ++backlog_count_;
  }
  wake_once();
  return state_ == State::open;
}

void EventStream::close() {
  const std::lock_guard lock(mutex_);
  if (state_ != State::open) return;
  state_ = State::closing;
  wake_once();
}

bool EventStream::is_open() const {
  const std::lock_guard lock(mutex_);
  return state_ == State::open;
}

bool EventStream::was_dropped() const {
  const std::lock_guard lock(mutex_);
  return state_ == State::dropped;
}

void EventStream::attach(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
  woken_ = false;
}

EventStream::Taken EventStream::take() {
  const std::lock_guard lock(mutex_);
  woken_ = false;
  backlog_count_ = 0;
  Taken taken;
  taken.bytes = std::exchange(backlog_, {});
  taken.is_last = state_ != State::open;
  taken.was_dropped = state_ == State::dropped;
  return taken;
}

void EventStream::detach() {
  const std::lock_guard lock(mutex_);
  wake_ = nullptr;
  backlog_.clear();
  if (state_ != State::dropped) state_ = State::over;  // was_dropped() stays true
}

}  // namespace hq::net
