#include "sim/scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "log/test_commits.h"
#include "sim/oracle.h"
#include "sim/weather.h"
#include "sim/workload.h"

namespace hq::sim {
namespace {

constexpr std::size_t kGroupMax = 6;
constexpr int64_t kSecondUs = 1'000'000;

DiskKind kind_of(uint64_t chance) {
  if (chance < 5) return DiskKind::honest;
  if (chance < 8) return DiskKind::failing;
  return static_cast<DiskKind>(static_cast<int>(DiskKind::lying) + static_cast<int>(chance - 8));
}

std::string_view id(DiskKind kind) {
  constexpr std::string_view kIds[] = {"honest", "failing", "lying", "astray", "rotting"};
  return kIds[static_cast<std::size_t>(kind)];
}

class Scenario {
 public:
  explicit Scenario(const ScenarioOptions& options)
      : options_(options),
        random_(options.seed),
        kind_(kind_of(random_.below(11))),
        workload_(random_.fork()) {
    if (kind_ != DiskKind::honest && kind_ != DiskKind::failing) oracle_.expect_harm();
    constexpr int kWalPages[] = {0, 2, 8, 40};
    node_options_ = {kWalPages[random_.below(4)], options.defect, {}};
    if (random_.one_in(3)) node_options_.snapshots = snapshots_.path();
  }

  Outcome run() {
    tell(fmt::format("seed {}: {} disk, {} pages of write-ahead log", options_.seed, id(kind_),
                     node_options_.wal_pages));
    const uint64_t rounds = random_.between(2, 6);
    Result<> result;
    for (uint64_t round = 1; round <= rounds && result && !is_over_; ++round) {
      result = run_round(round == rounds);
    }
    met_[Event::acknowledged] = oracle_.acknowledged();
    met_[Event::commands] = workload_.met().sent;
    met_[Event::repeated_commands] = workload_.met().repeated;
    met_[Event::reused_ids] = workload_.met().reused;
    met_[Event::late_commands] = workload_.met().late;
    return {std::move(result), met_, host_.trace.digest()};
  }

 private:
  // A process, its weather, and the writer on it while it runs.
  struct Turn {
    Turn(Scenario& scenario)
        : process(scenario.host_, scenario.random_.next()),
          weather(scenario.kind_, scenario.random_.fork(), scenario.host_, scenario.met_) {
      process.set_judge([this](const CallInfo& call) { return weather.judge(call); });
      if (scenario.options_.defect == Defect::sync_does_nothing) weather.ignore_syncs();
    }
    Process process;
    Weather weather;
    std::unique_ptr<Node> node;
  };

  void tell(const std::string& line) const {
    if (options_.tell) options_.tell(line);
  }

  Result<> run_round(bool is_last);
  Result<> start(Turn& turn);
  Result<> inspect(Turn& turn);
  Result<> check_snapshots(const Turn& turn, uint64_t seq);
  void harm_snapshots();
  Result<> work(Turn& turn);
  Result<> step(Turn& turn);
  Result<> send(Turn& turn, std::vector<log::Command> commands);
  Result<> try_second_writer();
  Result<> face_zombie(Turn& turn);
  void work_beside(Turn& turn);
  void read_beside();
  Result<> end(Turn& turn);
  void leave_machine();
  void move_clock();

  const ScenarioOptions options_;
  Random random_;
  const DiskKind kind_;
  Workload workload_;
  NodeOptions node_options_;
  Host host_;
  Oracle oracle_;
  log::TestFolder snapshots_;
  std::optional<std::filesystem::path> harmed_snapshot_;  // the newest, since the last start
  Met met_;
  bool is_over_ = false;  // damage was named: an operator is called
  std::optional<std::string> broken_beside_;
};

/// One process from its start to its end, and what then becomes of the machine.
Result<> Scenario::run_round(bool is_last) {
  host_.disk.set_capacity(0);
  {
    Turn turn(*this);
    if (is_last) {
      turn.weather.set_fair(true);
    } else if (random_.one_in(4)) {
      turn.weather.die_at(random_.between(1, random_.one_in(2) ? 100 : 1000));
    } else if (random_.below(3) != 0) {
      turn.weather.die_at_change(random_.between(1, random_.one_in(2) ? 15 : 150));
    }
    HQ_TRY_VOID(start(turn));
    if (turn.node != nullptr && !is_over_) {
      HQ_TRY_VOID(work(turn));
      HQ_TRY_VOID(end(turn));
    }
    turn.process.kill();
    turn.node.reset();
  }
  leave_machine();
  return {};
}

/// Leaves no node where the process died or was stopped by a fault.
Result<> Scenario::start(Turn& turn) {
  Result<std::unique_ptr<Node>> node = Node::start(turn.process, node_options_);
  if (!turn.process.is_alive()) {
    ++met_[Event::died_while_starting];
    tell(fmt::format("died while starting, at call {}", turn.process.calls()));
    if (node) turn.node = *std::move(node);
    return {};
  }
  if (!node) {
    const Error& error = node.error();
    tell("does not start: " + error.text());
    if (error.message.empty()) return broken("a start that failed without a word");
    if (kind_ == DiskKind::failing) return {};
    if (kind_ == DiskKind::honest) return broken("does not start: " + error.text());
    if (error.code != ErrorCode::corrupt || error.where.empty()) {
      return broken("damage without a name: " + error.text());
    }
    ++met_[Event::damage_named];
    is_over_ = true;
    return {};
  }
  ++met_[Event::starts];
  turn.node = *std::move(node);
  return inspect(turn);
}

Result<> Scenario::inspect(Turn& turn) {
  turn.weather.set_fair(true);
  HQ_TRY(const log::Head head, turn.node->log().last());
  if (head.seq >= oracle_.kept()) oracle_.relied_on(head.seq);
  HQ_TRY(const Inspection found, oracle_.inspect(turn.node->log()));
  turn.weather.set_fair(false);
  tell(fmt::format("started at commit {}, {} lost, {}", head.seq, found.lost,
                   found.damage ? found.damage->text() : "sound"));
  met_[Event::losses_found] += found.lost;
  if (found.damage) {
    ++met_[Event::damage_named];
    if (found.explains_wrong_answer) ++met_[Event::wrong_answers_with_damage_named];
    is_over_ = true;
    return {};
  }
  return check_snapshots(turn, head.seq);
}

/// The writer has started from the newest sound snapshot and what came after it.
Result<> Scenario::check_snapshots(const Turn& turn, uint64_t seq) {
  if (turn.node->machine().state_hash() != oracle_.state_at(seq)) {
    return broken(fmt::format("the state from the snapshot of commit {} is not that of the log",
                              turn.node->folded_seq()));
  }
  if (turn.node->folded_seq() > 0) ++met_[Event::starts_from_a_snapshot];
  bool names_harmed = false;
  for (const Error& why : turn.node->passed_over()) {
    tell("passed over: " + why.text());
    ++met_[Event::snapshots_passed_over];
    if (why.message.empty() || why.where.empty()) return broken("passed over without a word");
    names_harmed = names_harmed ||
                   why.where.find(harmed_snapshot_.value_or("?").string()) != std::string::npos;
  }
  if (harmed_snapshot_ && !names_harmed) {
    return broken("nobody says that a snapshot is harmed: " + harmed_snapshot_->string());
  }
  harmed_snapshot_.reset();
  return {};
}

/// Cuts the newest snapshot short, or flips one of its bits.
void Scenario::harm_snapshots() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(snapshots_.path())) {
    if (entry.path().filename().string().starts_with("snapshot-")) files.push_back(entry.path());
  }
  if (files.empty()) return;
  harmed_snapshot_ = *std::ranges::max_element(files);
  const uint64_t bytes = std::filesystem::file_size(*harmed_snapshot_);
  if (bytes == 0 || random_.one_in(3)) {
    std::filesystem::resize_file(*harmed_snapshot_, random_.below(bytes));
  } else {
    const auto at = static_cast<std::streamoff>(random_.below(bytes));
    std::fstream file(*harmed_snapshot_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(at);
    const int byte = file.get() ^ (1 << random_.below(8));
    file.seekp(at);
    file.put(static_cast<char>(byte));
  }
  ++met_[Event::snapshots_harmed];
  tell("harmed: " + harmed_snapshot_->filename().string());
}

Result<> Scenario::work(Turn& turn) {
  turn.weather.set_beside([this, &turn] { work_beside(turn); });
  const uint64_t steps = random_.between(3, 14);
  const bool meets_zombie = random_.one_in(6);
  if (random_.one_in(8)) host_.disk.set_capacity(host_.disk.used() + random_.below(150'000));
  Result<> worked;
  for (uint64_t i = 0; i < steps && worked && turn.process.is_alive(); ++i) worked = step(turn);
  turn.weather.set_beside({});
  HQ_TRY_VOID(worked);
  if (meets_zombie && turn.process.is_alive()) {
    HQ_TRY_VOID(face_zombie(turn));
  }
  if (broken_beside_) return broken(*broken_beside_);
  return {};
}

Result<> Scenario::step(Turn& turn) {
  move_clock();
  if (random_.one_in(12)) {
    HQ_TRY_VOID(try_second_writer());
  }
  return send(turn, workload_.next_group(kGroupMax));
}

Result<> Scenario::send(Turn& turn, std::vector<log::Command> commands) {
  for (const log::Command& command : commands) oracle_.sent(command);
  for (const Answered& answered : turn.node->send(std::move(commands))) {
    HQ_TRY_VOID(oracle_.received(answered));
  }
  if (const auto word = turn.node->last_word()) {
    ++met_[Event::last_words];
    if (word->code == ErrorCode::disk_full) ++met_[Event::full_disks];
    if (word->text().empty()) return broken("a writer that stops without a word");
    tell("the writer stops: " + word->text());
  }
  return {};
}

/// On the thread that writes, within a call to the disk.
void Scenario::work_beside(Turn& turn) {
  if (random_.one_in(3)) return read_beside();
  ++met_[Event::groups_decided_beside_a_write];
  std::vector<log::Command> commands = workload_.next_group(kGroupMax);
  for (const log::Command& command : commands) oracle_.sent(command);
  turn.node->submit_beside(std::move(commands));
}

void Scenario::read_beside() {
  Process process(host_, random_.next());
  const auto log = log::open_log_reader(kFolder, process.options());
  if (!log) return;  // a lock is held just then
  const auto found = (*log)->verify();
  if (!found || kind_ > DiskKind::failing) return;
  ++met_[Event::reads_beside_a_write];
  if (const auto damage = found->damage) {
    broken_beside_ = "a reader sees damage: " + damage->text();
  }
  if (found->head.seq < oracle_.kept()) broken_beside_ = "a reader misses acknowledged commits";
}

Result<> Scenario::try_second_writer() {
  Process second(host_, random_.next());
  const auto log = log::open_log(kFolder, second.options());
  if (log || log.error().code != ErrorCode::conflict) {
    return broken("a second writer was let in");
  }
  ++met_[Event::second_writers_refused_by_the_lock];
  return {};
}

/// The lock is lost, so two writers work on one log; each believes that it is alone.
Result<> Scenario::face_zombie(Turn& turn) {
  host_.loses_folder_locks = true;
  turn.weather.set_fair(true);
  host_.disk.set_capacity(0);
  Turn other(*this);
  other.weather.set_fair(true);
  Result<std::unique_ptr<Node>> node = Node::start(other.process, node_options_);
  host_.loses_folder_locks = false;
  if (!node) {
    if (kind_ <= DiskKind::failing) return broken("a takeover fails: " + node.error().text());
    return {};
  }
  other.node = *std::move(node);
  const uint64_t before = other.node->log().last()->seq;
  oracle_.relied_on(before);
  HQ_TRY_VOID(send(other, workload_.next_group(kGroupMax)));
  HQ_TRY_VOID(send(turn, workload_.next_group(kGroupMax)));
  const bool other_wrote = other.node->log().last()->seq > before;
  if (turn.node->last_word()) {
    ++met_[Event::second_writers_refused_by_the_sequence];
    if (!other_wrote) return broken("a lone writer was refused");
  }
  if (other_wrote && turn.node->log().last()->seq > before) {
    return broken("two writers wrote commits of one number");
  }
  if (other.process.is_alive()) {
    HQ_TRY_VOID(send(other, workload_.next_group(kGroupMax)));
  }
  other.process.kill();
  other.node.reset();
  turn.process.kill();
  return {};
}

/// Ends a process that came to the end of its work: in order, or killed.
Result<> Scenario::end(Turn& turn) {
  if (!turn.process.is_alive() || random_.one_in(3)) return {};
  turn.node->stop();
  const uint64_t seq = turn.node->log().last()->seq;
  const Sha256 state = turn.node->machine().state_hash();
  if (!node_options_.snapshots.empty() && seq > 0) {
    const Result<> kept = turn.node->keep_snapshot();
    if (!kept) return broken("no snapshot was kept: " + kept.error().text());
    ++met_[Event::snapshots_kept];
  }
  turn.weather.die_at(0);
  turn.weather.die_at_change(0);
  turn.node.reset();
  ++met_[Event::clean_stops];
  oracle_.expect_state(seq, state);
  tell(fmt::format("stopped in order at commit {}", seq));
  return {};
}

/// What becomes of the disk until the next process starts.
void Scenario::leave_machine() {
  const uint64_t how = random_.below(4);
  if (how == 0) {
    ++met_[Event::killed_processes];
    tell("the process is gone");
  } else if (how == 1) {
    host_.disk.reboot();
    tell("the machine is started again");
  } else {
    const Settled settled = host_.disk.lose_power(random_);
    ++met_[Event::power_lost];
    met_[Event::sectors_dropped] += settled.dropped;
    met_[Event::sectors_torn] += settled.torn;
    met_[Event::sectors_reordered] += settled.reordered;
    tell(fmt::format("power is lost: {} sectors kept, {} dropped, {} torn", settled.kept,
                     settled.dropped, settled.torn));
  }
  if (!node_options_.snapshots.empty() && random_.one_in(3)) harm_snapshots();
  if (kind_ != DiskKind::rotting || !random_.one_in(2)) return;
  host_.disk.reboot();
  const std::vector<std::string> names = host_.disk.names();
  if (names.empty()) return;
  tell("rots: " + host_.disk.rot(names[random_.below(names.size())], random_));
  ++met_[Event::bits_flipped];
}

void Scenario::move_clock() {
  host_.clock.advance(static_cast<int64_t>(random_.below(10)) * kSecondUs);
  if (!random_.one_in(10)) return;
  ++met_[Event::clock_jumps];
  const auto far = static_cast<int64_t>(random_.below(2'592'000)) * kSecondUs;  // up to 30 days
  host_.clock.advance(random_.one_in(2) ? far : -far / 30);
}

}  // namespace

Outcome run_scenario(const ScenarioOptions& options) {
  seed_sqlite(options.seed);
  return Scenario(options).run();
}

}  // namespace hq::sim
