#include "net/testing/test_client.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <utility>

namespace hq::net {
namespace {

std::unexpected<Error> bad_answer(std::string what) {
  return fail(ErrorCode::parse_error, std::move(what), {}, "answer");
}

}  // namespace

Result<TestClient> TestClient::unconnected(std::chrono::milliseconds timeout) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return std::unexpected(system_error(errno, "socket"));
  TestClient client(descriptor);
  timeval wait = {};
  wait.tv_sec = timeout.count() / 1000;
  wait.tv_usec = timeout.count() % 1000 * 1000;
  ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  ::setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
  const int on = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return client;
}

Result<> TestClient::connect_now(uint16_t port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return std::unexpected(system_error(errno, "connect"));
  }
  return {};
}

Result<TestClient> TestClient::connect(uint16_t port, std::chrono::milliseconds timeout) {
  HQ_TRY(TestClient client, unconnected(timeout));
  HQ_TRY_VOID(client.connect_now(port));
  return client;
}

TestClient::TestClient(TestClient&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      buffer_(std::move(other.buffer_)),
      event_bytes_(std::move(other.event_bytes_)) {}

TestClient& TestClient::operator=(TestClient&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(buffer_, other.buffer_);
  std::swap(event_bytes_, other.event_bytes_);
  return *this;
}

TestClient::~TestClient() {
  close();
}

void TestClient::close() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

void TestClient::finish_sending() {
  ::shutdown(descriptor_, SHUT_WR);
}

Result<> TestClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0) return std::unexpected(system_error(errno, "send"));
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

Result<> TestClient::fill() {
  char bytes[16 * 1024];
  // SO_RCVTIMEO bounds it, so that a server that hangs fails the test instead of stopping it.
  const ssize_t count = ::recv(descriptor_, bytes, sizeof bytes, 0);
  if (count == 0) return fail(ErrorCode::unavailable, "the peer closed the connection");
  if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
    return fail(ErrorCode::timeout, "nothing came in time");
  }
  if (count < 0) return std::unexpected(system_error(errno, "recv"));
  buffer_.append(bytes, static_cast<std::size_t>(count));
  return {};
}

Result<std::string> TestClient::read_line() {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n")) == std::string::npos) HQ_TRY_VOID(fill());
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 2);
  return line;
}

Result<std::string> TestClient::read_exactly(std::size_t count) {
  while (buffer_.size() < count) HQ_TRY_VOID(fill());
  std::string bytes = buffer_.substr(0, count);
  buffer_.erase(0, count);
  return bytes;
}

Result<TestResponse> TestClient::request(Method method, std::string_view target,
                                         const std::vector<Header>& headers,
                                         std::string_view body) {
  std::string head = std::string(method_name(method)) + " " + std::string(target) +
                     " HTTP/1.1\r\nHost: localhost\r\n";
  for (const Header& header : headers) head += header.name + ": " + header.value + "\r\n";
  if (!body.empty()) head += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  HQ_TRY_VOID(send(head + "\r\n" + std::string(body)));
  return read_response(method == Method::head);
}

Result<TestResponse> TestClient::read_head() {
  TestResponse response;
  HQ_TRY(const std::string status_line, read_line());
  if (!status_line.starts_with("HTTP/1.1 ") || status_line.size() < 12) {
    return bad_answer("no status line: " + status_line);
  }
  std::from_chars(status_line.data() + 9, status_line.data() + 12, response.status);
  while (true) {
    HQ_TRY(const std::string line, read_line());
    if (line.empty()) return response;
    const auto colon = line.find(": ");
    if (colon == std::string::npos) return bad_answer("no field: " + line);
    response.headers.add(line.substr(0, colon), line.substr(colon + 2));
  }
}

Result<TestResponse> TestClient::read_response(bool to_head) {
  HQ_TRY(TestResponse response, read_head());
  if (to_head || response.status == 100 || response.status == 204 || response.status == 304) {
    return response;
  }
  if (response.header("Transfer-Encoding") == "chunked") {
    while (true) {
      HQ_TRY(const std::string chunk, read_chunk());
      if (chunk.empty()) return response;
      response.body += chunk;
    }
  }
  const std::string length_text = response.header("Content-Length");
  if (length_text.empty()) {
    HQ_TRY(response.body, read_to_end());
    return response;
  }
  std::size_t length = 0;
  std::from_chars(length_text.data(), length_text.data() + length_text.size(), length);
  HQ_TRY(response.body, read_exactly(length));
  return response;
}

Result<std::string> TestClient::read_chunk() {
  HQ_TRY(const std::string line, read_line());
  std::size_t size = 0;
  const auto read = std::from_chars(line.data(), line.data() + line.size(), size, 16);
  if (read.ec != std::errc()) return bad_answer("no chunk size: " + line);
  HQ_TRY(std::string chunk, read_exactly(size));
  HQ_TRY(const std::string end, read_line());
  if (!end.empty()) return bad_answer("a chunk does not end where it says");
  return chunk;
}

Result<std::string> TestClient::read_event_line() {
  std::size_t end = 0;
  while ((end = event_bytes_.find('\n')) == std::string::npos) {
    HQ_TRY(const std::string chunk, read_chunk());
    if (chunk.empty()) return fail(ErrorCode::unavailable, "the stream is over");
    event_bytes_ += chunk;
  }
  std::string line = event_bytes_.substr(0, end);
  event_bytes_.erase(0, end + 1);
  return line;
}

Result<Event> TestClient::read_event() {
  Event event;
  bool has_data = false;
  while (true) {
    HQ_TRY(const std::string line, read_event_line());
    if (line.empty() && has_data) return event;
    if (line.starts_with("id: ")) event.id = line.substr(4);
    if (line.starts_with("event: ")) event.type = line.substr(7);
    if (!line.starts_with("data: ")) continue;
    if (has_data) event.data += '\n';
    event.data += line.substr(6);
    has_data = true;
  }
}

Result<std::string> TestClient::read_to_end() {
  while (true) {
    const Result<> more = fill();
    if (more) continue;
    if (more.error().code != ErrorCode::unavailable) return std::unexpected(more.error());
    return std::exchange(buffer_, {});
  }
}

bool TestClient::is_closed() {
  if (!buffer_.empty()) return false;
  const Result<> more = fill();
  return !more && more.error().code != ErrorCode::timeout;
}

}  // namespace hq::net
