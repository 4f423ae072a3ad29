// Machine: the services whose state is a fold of the log, dispatched by the first word of a type.
//
// A Service owns a prefix ("plan."): commands whose type begins with it are decided there, events
// whose type begins with it change its state. One command may give events of several services.
// The writer alone calls decide, evolve and stage, on its thread; nobody else may touch the state
// they change. What other threads read is what `publish` put out, for instance by swapping a
// shared pointer to an immutable view that `stage` made: it is called only after the commits are
// on disk, on the thread that put them there.
//
//   Machine machine;
//   machine.add(plans);          // the services outlive the machine
//   machine.add(timetables);
//   HQ_TRY(auto writer, Writer::start(*log, machine));
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "log/log.h"
#include "log/state.h"

namespace hq::log {

/// A wish to change something.
struct Command {
  std::string id;            // chosen by the caller; the same id again gets the same answer
  std::string type;          // "plan.adopt"
  std::string actor;         // who
  std::string organisation;  // for whom; may be empty
  std::string body;          // JSON
  Instant time{};            // given by the writer
};

/// What a command does: the events that change state, and the caller's answer as JSON.
struct Decision {
  std::vector<Event> events;
  std::string reply = "null";
};

class Service {
 public:
  virtual ~Service() = default;

  /// "plan.": letters, digits or _ and a point at the end.
  virtual std::string_view prefix() const = 0;

  /// Reads only. The state is as all commands before this one left it, durable or not yet. An
  /// Error leaves no trace in the log; the same id may be tried again.
  virtual Result<Decision> decide(const Command& command) const = 0;

  /// Changes the state by one event of this service. Cannot fail: what decide let through, or an
  /// earlier version of it, must be taken. Depends on nothing but the state and its arguments.
  virtual void evolve(const Event& event, const Commit& commit) = 0;

  /// Takes down what of the present state is to be shown once it is on disk.
  virtual void stage() {}
  /// Shows to other threads what was staged last: all of it is on disk. `decide` and `evolve` may
  /// be at work on what comes after it, `stage` is not.
  virtual void publish() {}

  /// Adds the whole state, in an order that depends on it alone.
  virtual void add_state_to(Sha256Hasher& hasher) const = 0;

  // For snapshots (snapshot.h).

  /// Raised whenever `load` would no longer understand what `save` once wrote.
  virtual uint32_t state_version() const = 0;
  /// Writes the whole state. Called right after `stage`, in a copy of the process or on the
  /// writer's thread: it takes no lock and changes nothing.
  virtual void save(StateWriter& out) const = 0;
  /// Takes what `save` wrote into a fresh service; the caller has checked that it is unharmed.
  virtual Result<> load(StateReader& in) = 0;
  /// What `save` wrote is kept: bytes that grow may be read from their files from now on. Called
  /// on the writer's thread.
  virtual void kept(StateReader& /*saved*/) {}
};

class Machine {
 public:
  /// HQ_ASSERTs that the prefix is well formed and that no other service's begins like it.
  void add(Service& service);

  /// ErrorCode::unsupported for a type that no service owns.
  Result<Decision> decide(const Command& command) const;

  /// Applies all events. ErrorCode::unsupported, before any is applied, where one belongs to no
  /// service of this program.
  Result<> evolve(const Commit& commit);

  void stage();
  void publish();

  /// All services, by prefix.
  std::span<Service* const> services() const { return services_; }

  /// Digest of the state of all services, independent of the order in which they were added.
  Sha256 state_hash() const;

 private:
  Service* owner(std::string_view type) const;

  std::vector<Service*> services_;  // by prefix
};

/// Folds the log behind `folded` into `machine`, which has folded it up to there (nothing, if it is
/// fresh), and publishes. Gives the last commit. conflict: the log does not hold `folded`.
Result<Head> replay(const LogReader& log, Machine& machine,
                    const LogReader::Progress& progress = {}, const Head& folded = {});

}  // namespace hq::log
