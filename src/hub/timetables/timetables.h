// Timetables: which timetables are kept and which one answers, folded from the log.
//
// The reference service plan is always there. An import (import.h) compiles a feed into a file
// named by its content beside the log, then a command "timetables.import" puts it on record;
// "timetables.activate" chooses the one that answers, back to the reference plan too. Queries that
// began on one timetable end on it. As a log::Service it is owned by the writer's thread; list(),
// find() and open() may be called on any thread and see what is on disk.
//
//   Timetables timetables("data/timetables", reference);
//   machine.add(timetables);
//   HQ_TRY(auto timetable, timetables.open(timetables.active_id()));
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "hub/name.h"
#include "log/machine.h"
#include "route/timetable.h"

namespace hq::hub {

enum class TimetableKind : uint8_t { reference, gtfs, trains };
BOOST_DESCRIBE_ENUM(TimetableKind, reference, gtfs, trains)

/// What a timetable is; the body of the event "timetables.imported".
struct TimetableRecord {
  std::string id;  // first 16 hexadecimal digits of the SHA-256 of the compiled timetable
  std::string name;
  TimetableKind kind = TimetableKind::gtfs;
  Name title;
  uint64_t stops = 0;
  uint64_t trips = 0;
  uint64_t stop_times = 0;
  Date first_day{};
  Date last_day{};
  Name caveat;

  bool operator==(const TimetableRecord&) const = default;
};
BOOST_DESCRIBE_STRUCT(TimetableRecord, (),
                      (id, name, kind, title, stops, trips, stop_times, first_day, last_day,
                       caveat))

/// A timetable as it is shown: the record, when it came, whether it answers.
struct TimetableAnswer : TimetableRecord {
  bool active = false;
  std::optional<Instant> imported_at;
  uint64_t seq = 0;  // commit that imported it; 0 for the reference plan
};
BOOST_DESCRIBE_STRUCT(TimetableAnswer, (TimetableRecord), (active, imported_at, seq))

/// Body of "timetables.import".
struct ImportCommand {
  TimetableRecord timetable;
  bool activate = true;
};
BOOST_DESCRIBE_STRUCT(ImportCommand, (), (timetable, activate))

/// Body of "timetables.activate" and of the event "timetables.activated".
struct ActivateCommand {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(ActivateCommand, (), (id))

/// The id of a compiled timetable.
std::string timetable_id(const route::Timetable& timetable);

/// What `timetable` says of itself. stop_times counts those of runs as compiled.
TimetableRecord describe_timetable(const route::Timetable& timetable, std::string name,
                                   TimetableKind kind);

class Timetables : public log::Service {
 public:
  /// `folder` holds the compiled files; `reference` is the plan of the hub.
  Timetables(std::filesystem::path folder, std::shared_ptr<const route::Timetable> reference);

  std::string_view prefix() const override { return "timetables."; }
  Result<log::Decision> decide(const log::Command& command) const override;
  void evolve(const log::Event& event, const log::Commit& commit) override;
  void stage() override;
  void publish() override;
  void add_state_to(Sha256Hasher& hasher) const override;
  uint32_t state_version() const override { return 1; }
  void save(log::StateWriter& out) const override;
  Result<> load(log::StateReader& in) override;

  /// Newest first, the reference plan last.
  std::vector<TimetableAnswer> list() const;
  std::optional<TimetableAnswer> find(std::string_view id) const;
  std::string active_id() const;

  /// The compiled timetable. Errors: not_found, and those of Timetable::open for a damaged file.
  Result<std::shared_ptr<const route::Timetable>> open(std::string_view id) const;

  std::filesystem::path image_path(std::string_view id) const;
  std::filesystem::path report_path(std::string_view id) const;
  const std::filesystem::path& folder() const { return folder_; }

 private:
  struct Kept {
    TimetableRecord record;
    Instant imported_at{};
    uint64_t seq = 0;
  };
  struct State {
    std::map<std::string, Kept, std::less<>> kept;  // by id
    std::string active;                             // empty: the reference plan
  };

  TimetableAnswer answer(const State& state, const Kept& kept) const;
  TimetableAnswer reference_answer(const State& state) const;
  std::shared_ptr<const State> published() const;

  std::filesystem::path folder_;
  std::shared_ptr<const route::Timetable> reference_;
  TimetableRecord reference_record_;
  State state_;  // the writer's
  std::shared_ptr<const State> staged_;
  mutable std::mutex mutex_;
  std::shared_ptr<const State> published_;
};

}  // namespace hq::hub
