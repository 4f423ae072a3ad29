// wait_for_later: for tests that call a handler without a server, what the server does with an
// answer that comes later (reply.h). Header only; one thread.
#pragma once

#include <future>
#include <memory>
#include <utility>
#include <variant>

#include "net/reply.h"

namespace hq::net {

/// The answer itself: `response`, or what its reply is sent.
inline Response wait_for_later(const Request& request, Response response) {
  const auto* body = std::get_if<std::shared_ptr<LaterResponse>>(&response.body);
  if (body == nullptr) return response;
  const std::shared_ptr<LaterResponse> later = *body;
  std::promise<void> is_sent;
  later->attach([&] { is_sent.set_value(); });
  is_sent.get_future().wait();
  Sent sent = later->take();
  later->detach();
  if (auto* make = std::get_if<MakeResponse>(&sent)) sent = (*make)();
  return settle(request, std::move(response), std::move(std::get<Result<Response>>(sent)));
}

}  // namespace hq::net
