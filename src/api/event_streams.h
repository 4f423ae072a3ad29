// EventStreams: the clients that follow /api/v1/events.
//
// Any thread may add a client or send; clients that went are forgotten at the next send. At most
// kEventClientsMax are followed at a time.
//
//   streams.send({.id = "7", .type = "timetable", .data = json});
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "base/error.h"
#include "net/events.h"

namespace hq::api {

inline constexpr std::size_t kEventClientsMax = 2000;

class EventStreams {
 public:
  /// ErrorCode::overloaded where there are too many.
  Result<std::shared_ptr<net::EventStream>> add();
  void send(const net::Event& event);

 private:
  std::mutex mutex_;
  std::vector<std::shared_ptr<net::EventStream>> streams_;
};

}  // namespace hq::api
