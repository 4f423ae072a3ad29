#include "log/machine.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/assert.h"

namespace hq::log {
namespace {

// Commits between two calls of a progress callback.
constexpr uint64_t kProgressStep = 4096;

bool is_prefix_well_formed(std::string_view prefix) {
  if (prefix.size() < 2 || !prefix.ends_with('.')) return false;
  prefix.remove_suffix(1);
  return std::ranges::all_of(
      prefix, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

Error no_owner(std::string_view what, std::string_view type) {
  return {ErrorCode::unsupported,
          fmt::format("no service here knows the {} '{}'", what, type),
          fmt::format("没有服务能处理类型“{}”", type),
          {}};
}

Error not_in_log(const Head& folded) {
  return {ErrorCode::conflict,
          fmt::format("the log does not hold commit {} with the hash {}", folded.seq,
                      to_hex(folded.hash)),
          fmt::format("日志中没有哈希为 {1} 的第 {0} 号提交", folded.seq, to_hex(folded.hash)),
          {}};
}

}  // namespace

void Machine::add(Service& service) {
  HQ_ASSERT(is_prefix_well_formed(service.prefix()));
  // Prefixes end at their only point, so two that differ can never own the same type.
  HQ_ASSERT(owner(service.prefix()) == nullptr);
  services_.push_back(&service);
  std::ranges::sort(services_, {}, [](const Service* one) { return one->prefix(); });
}

Result<Decision> Machine::decide(const Command& command) const {
  const Service* const service = owner(command.type);
  if (service == nullptr) return std::unexpected(no_owner("command", command.type));
  HQ_TRY(Decision decision, service->decide(command));
  // An event without an owner could be written but never folded again.
  for (const Event& event : decision.events) HQ_ASSERT(owner(event.type) != nullptr);
  return decision;
}

Result<> Machine::evolve(const Commit& commit) {
  for (const Event& event : commit.events) {
    if (owner(event.type) != nullptr) continue;
    return std::unexpected(no_owner("event", event.type).at(fmt::format("commit {}", commit.seq)));
  }
  for (const Event& event : commit.events) owner(event.type)->evolve(event, commit);
  return {};
}

void Machine::stage() {
  for (Service* service : services_) service->stage();
}

void Machine::publish() {
  for (Service* service : services_) service->publish();
}

Sha256 Machine::state_hash() const {
  Sha256Hasher all;
  for (const Service* service : services_) {
    Sha256Hasher one;
    service->add_state_to(one);
    // Digests of one length, so that no two states run into the same bytes.
    all.add(service->prefix()).add(to_hex(one.digest()));
  }
  return all.digest();
}

Service* Machine::owner(std::string_view type) const {
  const std::string_view prefix = type.substr(0, type.find('.') + 1);
  const auto found = std::ranges::lower_bound(services_, prefix, {},
                                              [](const Service* one) { return one->prefix(); });
  if (found == services_.end() || (*found)->prefix() != prefix) return nullptr;
  return *found;
}

Result<Head> replay(const LogReader& log, Machine& machine, const LogReader::Progress& progress,
                    const Head& folded) {
  HQ_TRY(const Head end, log.last());
  if (end.seq < folded.seq || (end.seq == folded.seq && end != folded)) {
    return std::unexpected(not_in_log(folded));
  }
  Head head = folded;
  Result<> evolved;
  HQ_TRY_VOID(log.read(folded.seq + 1, [&](const Commit& commit) {
    if (commit.seq == folded.seq + 1 && commit.previous != folded.hash) {
      evolved = std::unexpected(not_in_log(folded));
    } else {
      evolved = machine.evolve(commit);
    }
    if (!evolved) return false;
    head = {commit.seq, commit.time, commit.hash};
    if (progress && (commit.seq % kProgressStep == 0 || commit.seq == end.seq)) {
      progress(commit.seq, end.seq);
    }
    return true;
  }));
  HQ_TRY_VOID(std::move(evolved));
  // The end was read first: what another process adds meanwhile is no damage.
  if (head.seq < end.seq) {
    return std::unexpected(damage_at(head.seq + 1, "it is missing", "该提交缺失"));
  }
  machine.stage();
  machine.publish();
  return head;
}

}  // namespace hq::log
