#include "http_peer.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace hq::bench {
namespace {

constexpr std::size_t kReadBytes = 262'144;

[[noreturn]] void give_up(const char* what) {
  std::fprintf(stderr, "%s: %s\n", what, std::strerror(errno));
  std::exit(1);
}

/// The value of a field of a head; empty where it has none. The server writes names as we do.
std::string_view field(std::string_view head, std::string_view name) {
  const auto at = head.find(name);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = head.substr(at + name.size());
  return rest.substr(0, rest.find('\r'));
}

}  // namespace

void HttpPeer::connect() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor_ < 0) give_up("socket");
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    give_up("connect");
  }
  const int on = 1;
  ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::fcntl(descriptor_, F_SETFL, O_NONBLOCK);
}

HttpPeer::HttpPeer(HttpPeer&& other) noexcept
    : port_(other.port_),
      descriptor_(std::exchange(other.descriptor_, -1)),
      buffer_(std::move(other.buffer_)) {}

HttpPeer::~HttpPeer() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void HttpPeer::begin(std::string_view head, std::string_view body) {
  head_ = head;
  body_ = body;
  filled_ = 0;
  body_at_ = 0;
  answer_ = {};
  send_rest();
}

void HttpPeer::send_rest() {
  while (!head_.empty() || !body_.empty()) {
    iovec pieces[2] = {{const_cast<char*>(head_.data()), head_.size()},
                       {const_cast<char*>(body_.data()), body_.size()}};
    msghdr message = {};
    message.msg_iov = pieces;
    message.msg_iovlen = 2;
    const ssize_t sent = ::sendmsg(descriptor_, &message, MSG_NOSIGNAL);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) return;
    // Answered before it was heard out, and closed.
    if (sent < 0 && (errno == EPIPE || errno == ECONNRESET)) return;
    if (sent < 0) give_up("send");
    const std::size_t of_head = std::min(head_.size(), static_cast<std::size_t>(sent));
    head_.remove_prefix(of_head);
    body_.remove_prefix(static_cast<std::size_t>(sent) - of_head);
  }
}

const HttpAnswer* HttpPeer::go_on() {
  send_rest();
  while (read_some()) {
    if (parse()) return &answer_;
  }
  return nullptr;
}

bool HttpPeer::read_some() {
  // Room for the whole answer at once where its size is known.
  const std::size_t wanted = body_at_ == 0 ? filled_ + 4096 : body_at_ + body_bytes_;
  if (buffer_.size() < wanted) buffer_.resize(std::max(wanted, 2 * buffer_.size()));
  const std::size_t room = std::min(buffer_.size() - filled_, kReadBytes);
  const ssize_t count = ::recv(descriptor_, buffer_.data() + filled_, room, 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  if (count < 0) give_up("recv");
  if (count == 0) {
    errno = ECONNRESET;
    give_up("the server closed a connection");
  }
  filled_ += static_cast<std::size_t>(count);
  return true;
}

bool HttpPeer::parse() {
  const std::string_view all(buffer_.data(), filled_);
  if (body_at_ == 0) {
    const auto end = all.find("\r\n\r\n");
    if (end == std::string_view::npos) return false;
    body_at_ = end + 4;
    const std::string_view head = all.substr(0, body_at_);
    std::from_chars(head.data() + 9, head.data() + 12, answer_.status);
    answer_.closes = head.contains("\r\nConnection: close");
    answer_.has_retry_after = head.contains("\r\nRetry-After: ");
    const std::string_view length = field(head, "\r\nContent-Length: ");
    body_bytes_ = 0;
    std::from_chars(length.data(), length.data() + length.size(), body_bytes_);
  }
  if (filled_ < body_at_ + body_bytes_) return false;
  answer_.body = all.substr(body_at_, body_bytes_);
  return true;
}

}  // namespace hq::bench
