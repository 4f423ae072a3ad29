// GET /events: what changed, as it changes.
#include <algorithm>

#include "api/api.h"
#include "api/parameters.h"
#include "base/json.h"

namespace hq::api {

Result<std::shared_ptr<net::EventStream>> EventStreams::add() {
  auto stream = std::make_shared<net::EventStream>();
  const std::lock_guard lock(mutex_);
  std::erase_if(streams_, [](const auto& known) { return !known->is_open(); });
  if (streams_.size() >= kEventClientsMax) {
    return fail(ErrorCode::overloaded, "too many pages follow live events; try again later",
                "实时更新的连接过多，请稍后再试");
  }
  streams_.push_back(stream);
  return stream;
}

void EventStreams::send(const net::Event& event) {
  const std::lock_guard lock(mutex_);
  std::erase_if(streams_, [&](const auto& stream) { return !stream->push(event); });
}

void add_event_routes(net::Router& router, Services& services) {
  router.add(
      net::Method::get, "/api/v1/events",
      [&services](const net::Request& request) -> Result<net::Response> {
        HQ_TRY_VOID(Parameters(request).check());
        HQ_TRY(auto stream, services.events.add());
        // A page that was away learns at once which timetable answers now.
        const auto active = services.timetables.find(services.timetables.active_id());
        HQ_ASSERT(active.has_value());
        stream->push({std::to_string(services.writer.last_seq()), "timetable", to_json(*active)});
        return net::Response::events(std::move(stream));
      });
  services.writer.subscribe([&services](std::span<const log::Commit> commits) {
    for (const log::Commit& commit : commits) {
      const bool switched = std::ranges::any_of(commit.events, [](const log::Event& event) {
        return event.type == "timetables.activated";
      });
      const auto active = services.timetables.find(services.timetables.active_id());
      if (switched && active) {
        services.events.send({std::to_string(commit.seq), "timetable", to_json(*active)});
      }
    }
  });
}

}  // namespace hq::api
