#include "hub/timetables/timetables.h"

#include <fmt/format.h>

#include <algorithm>

namespace hq::hub {
namespace {

constexpr std::string_view kImport = "timetables.import";
constexpr std::string_view kActivate = "timetables.activate";
constexpr std::string_view kImported = "timetables.imported";
constexpr std::string_view kActivated = "timetables.activated";
constexpr std::size_t kIdDigits = 16;

bool is_id(std::string_view id) {
  return id.size() == kIdDigits && id.find_first_not_of("0123456789abcdef") == id.npos;
}

std::unexpected<Error> no_such(std::string_view id) {
  return fail(ErrorCode::not_found, fmt::format("there is no timetable '{}' here", id),
              fmt::format("没有时刻表“{}”", id), "id");
}

struct SavedTimetable {
  TimetableRecord record;
  Instant imported_at{};
  uint64_t seq = 0;
};
BOOST_DESCRIBE_STRUCT(SavedTimetable, (), (record, imported_at, seq))

struct SavedState {
  std::string active;
  std::vector<SavedTimetable> kept;
};
BOOST_DESCRIBE_STRUCT(SavedState, (), (active, kept))

}  // namespace

std::string timetable_id(const route::Timetable& timetable) {
  return to_hex(timetable.hash()).substr(0, kIdDigits);
}

TimetableRecord describe_timetable(const route::Timetable& timetable, std::string name,
                                   TimetableKind kind) {
  TimetableRecord record;
  record.id = timetable_id(timetable);
  record.name = std::move(name);
  record.kind = kind;
  record.title = {std::string(timetable.title_zh()), std::string(timetable.title())};
  if (record.title.en.empty()) record.title.en = record.name;
  if (record.title.zh.empty()) record.title.zh = record.title.en;
  record.stops = timetable.stop_count();
  record.trips = timetable.runs().size();
  for (const route::PatternRecord& pattern : timetable.patterns()) {
    record.stop_times += uint64_t{pattern.stop_count} * pattern.run_count;
  }
  record.first_day = timetable.first_day();
  record.last_day = timetable.last_day();
  record.caveat = {std::string(timetable.caveat_zh()), std::string(timetable.caveat())};
  return record;
}

Timetables::Timetables(std::filesystem::path folder,
                       std::shared_ptr<const route::Timetable> reference)
    : folder_(std::move(folder)),
      reference_(std::move(reference)),
      reference_record_(describe_timetable(*reference_, "reference", TimetableKind::reference)),
      published_(std::make_shared<State>()) {}

Result<log::Decision> Timetables::decide(const log::Command& command) const {
  log::Decision decision;
  const auto activate = [&](const std::string& id) {
    // The reference plan is stored as no id: a later version of it goes on in its place.
    const std::string stored = id == reference_record_.id ? "" : id;
    if (stored != state_.active) {
      decision.events.push_back({std::string(kActivated), to_json(ActivateCommand{stored})});
    }
    decision.reply = to_json(ActivateCommand{id});
  };
  if (command.type == kImport) {
    HQ_TRY(const auto import, from_json<ImportCommand>(command.body));
    const std::string& id = import.timetable.id;
    if (!is_id(id) || id == reference_record_.id) {
      return fail(ErrorCode::invalid_argument, "not the id of a timetable to import",
                  "不是可导入时刻表的编号", "id");
    }
    decision.reply = to_json(ActivateCommand{id});
    if (!state_.kept.contains(id)) {
      decision.events.push_back({std::string(kImported), to_json(import.timetable)});
    }
    if (import.activate) activate(id);
    return decision;
  }
  if (command.type == kActivate) {
    HQ_TRY(const auto wanted, from_json<ActivateCommand>(command.body));
    if (wanted.id != reference_record_.id && !state_.kept.contains(wanted.id)) {
      return no_such(wanted.id);
    }
    activate(wanted.id);
    return decision;
  }
  return fail(ErrorCode::unsupported, fmt::format("no command is called '{}'", command.type),
              fmt::format("没有命令“{}”", command.type), "type");
}

void Timetables::evolve(const log::Event& event, const log::Commit& commit) {
  if (event.type == kImported) {
    auto record = from_json<TimetableRecord>(event.body);
    HQ_ASSERT(record.has_value());
    std::string id = record->id;
    state_.kept.insert_or_assign(std::move(id), Kept{*std::move(record), commit.time, commit.seq});
  } else if (event.type == kActivated) {
    auto wanted = from_json<ActivateCommand>(event.body);
    HQ_ASSERT(wanted.has_value());
    state_.active = std::move(wanted->id);
  }
}

void Timetables::stage() {
  staged_ = std::make_shared<const State>(state_);
}

void Timetables::publish() {
  const std::lock_guard lock(mutex_);
  published_ = staged_;
}

void Timetables::add_state_to(Sha256Hasher& hasher) const {
  for (const auto& [id, kept] : state_.kept) {
    hasher.add(to_json(kept.record)).add(format_instant(kept.imported_at));
    hasher.add(std::to_string(kept.seq)).add("\n");
  }
  hasher.add(state_.active);
}

void Timetables::save(log::StateWriter& out) const {
  SavedState state{state_.active, {}};
  for (const auto& [id, kept] : state_.kept) {
    state.kept.push_back({kept.record, kept.imported_at, kept.seq});
  }
  out.add(to_json(state));
}

Result<> Timetables::load(log::StateReader& in) {
  const std::string_view bytes = in.bytes();
  HQ_TRY(SavedState state, from_json<SavedState>(bytes, {.bytes_max = bytes.size()}));
  state_.active = std::move(state.active);
  for (SavedTimetable& one : state.kept) {
    const std::string id = one.record.id;
    state_.kept.emplace(id, Kept{std::move(one.record), one.imported_at, one.seq});
  }
  return {};
}

std::shared_ptr<const Timetables::State> Timetables::published() const {
  const std::lock_guard lock(mutex_);
  return published_;
}

TimetableAnswer Timetables::answer(const State& state, const Kept& kept) const {
  return {kept.record, state.active == kept.record.id, kept.imported_at, kept.seq};
}

TimetableAnswer Timetables::reference_answer(const State& state) const {
  return {reference_record_, state.active.empty(), std::nullopt, 0};
}

std::vector<TimetableAnswer> Timetables::list() const {
  const auto state = published();
  std::vector<TimetableAnswer> answers;
  for (const auto& [id, kept] : state->kept) answers.push_back(answer(*state, kept));
  std::ranges::sort(answers, std::greater<>(), &TimetableAnswer::seq);
  answers.push_back(reference_answer(*state));
  return answers;
}

std::optional<TimetableAnswer> Timetables::find(std::string_view id) const {
  const auto state = published();
  if (id == reference_record_.id) return reference_answer(*state);
  const auto found = state->kept.find(id);
  if (found == state->kept.end()) return std::nullopt;
  return answer(*state, found->second);
}

std::string Timetables::active_id() const {
  const auto state = published();
  return state->active.empty() ? reference_record_.id : state->active;
}

Result<std::shared_ptr<const route::Timetable>> Timetables::open(std::string_view id) const {
  if (id == reference_record_.id) return reference_;
  if (!published()->kept.contains(id)) return no_such(id);
  return route::Timetable::open(image_path(id));
}

std::filesystem::path Timetables::image_path(std::string_view id) const {
  return folder_ / fmt::format("{}.hqt", id);
}

std::filesystem::path Timetables::report_path(std::string_view id) const {
  return folder_ / fmt::format("{}.report.json", id);
}

}  // namespace hq::hub
