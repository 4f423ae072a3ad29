#include "sim/node.h"

#include "base/assert.h"

namespace hq::sim {
namespace {

// Ids of commands that only steer the writer; the lookup of them ends in an Error.
constexpr const char* kGate = "sim-gate";
constexpr const char* kMark = "sim-mark";

/// A command that steers.
log::Command named(const char* name) {
  log::Command command;
  command.id = name;
  command.type = "sim.steer";
  return command;
}

}  // namespace

/// The real log, with an eye on what is looked up in it, and with defects where they are wanted.
class Node::WatchedLog final : public log::Log {
 public:
  WatchedLog(Node& node, std::unique_ptr<log::Log> real, Defect defect)
      : node_(node), real_(std::move(real)), defect_(defect) {}
  ~WatchedLog() override {
    if (!late_.empty()) (void)real_->append(late_);
  }

  Result<std::optional<log::Commit>> find(std::string_view command_id) const override {
    if (command_id == kGate || command_id == kMark) {
      const std::lock_guard lock(node_.mutex_);
      if (command_id == kMark) ++node_.marks_found_;
      node_.changed_.notify_all();
      return fail(ErrorCode::cancelled, "only steers the writer");
    }
    if (defect_ == Defect::forgets_repeats) return std::nullopt;
    return real_->find(command_id);
  }

  /// The commands that steer are said to be there, so that each is looked for. The gate comes alone
  /// and holds the writer until it is open.
  Result<std::vector<std::string>> known(std::span<const std::string_view> ids) const override {
    std::vector<std::string> steer;
    std::vector<std::string_view> others;
    for (const std::string_view id : ids) {
      (id == kGate || id == kMark) ? (void)steer.emplace_back(id) : others.push_back(id);
    }
    if (!steer.empty() && steer.front() == kGate) {
      std::unique_lock lock(node_.mutex_);
      node_.gate_ = Gate::holds;
      node_.changed_.notify_all();
      node_.changed_.wait(lock, [&] { return node_.gate_ == Gate::open; });
      return steer;
    }
    if (defect_ == Defect::forgets_repeats) return steer;
    HQ_TRY(std::vector<std::string> known, real_->known(others));
    known.insert(known.end(), steer.begin(), steer.end());
    return known;
  }

  Result<> append(std::span<const log::Commit> group) override {
    if (defect_ != Defect::answers_before_write) return real_->append(group);
    // Each group reaches the disk when the next one comes.
    Result<> written;
    if (!late_.empty()) written = real_->append(late_);
    late_.assign(group.begin(), group.end());
    return written;
  }

  Result<> read(uint64_t from_seq, const Visit& visit) const override {
    if (defect_ != Defect::second_history) return real_->read(from_seq, visit);
    return real_->read(from_seq, [&](const log::Commit& commit) {
      if (commit.seq % 5 != 0) return visit(commit);
      log::Commit other = commit;
      other.reply += ' ';
      return visit(other);
    });
  }

  Result<log::Head> last() const override { return real_->last(); }
  Result<bool> wait_for(uint64_t seq, std::chrono::milliseconds timeout,
                        std::stop_token stop) const override {
    return real_->wait_for(seq, timeout, std::move(stop));
  }
  Result<log::Verification> verify(const Progress& progress) const override {
    return real_->verify(progress);
  }

 private:
  Node& node_;
  std::unique_ptr<log::Log> real_;
  const Defect defect_;
  std::vector<log::Commit> late_;
};

/// Lives in an answer: when it goes, the writer is done with the group of that answer.
struct Node::Ticket {
  explicit Ticket(Node& owner) : node(owner) {
    const std::lock_guard lock(node.mutex_);
    ++node.outstanding_;
  }
  ~Ticket() {
    const std::lock_guard lock(node.mutex_);
    --node.outstanding_;
    node.changed_.notify_all();
  }
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;
  Node& node;
};

Node::Node(Process& process, std::unique_ptr<log::Log> log, const NodeOptions& options)
    : process_(process),
      log_(std::make_unique<WatchedLog>(*this, std::move(log), options.defect)),
      ledger_(kLedgerOptions) {
  machine_.add(ledger_);
}

Result<std::unique_ptr<Node>> Node::start(Process& process, const NodeOptions& options) {
  HQ_TRY(std::unique_ptr<log::Log> log, log::open_log(kFolder, process.options(options.wal_pages)));
  std::unique_ptr<Node> node(new Node(process, std::move(log), options));
  if (!options.snapshots.empty()) {
    HQ_TRY_VOID(node->load_snapshot(options.snapshots));
  }
  log::WriterOptions writer_options;
  writer_options.folded = node->folded_;
  writer_options.clock = [&process] { return process.host().clock.now(); };
  writer_options.on_fatal = [at = node.get()](const Error& error) {
    const std::lock_guard lock(at->mutex_);
    at->last_word_ = error;
    at->process_.kill();  // where stop_process ends the real one
  };
  HQ_TRY(node->writer_, log::Writer::start(*node->log_, node->machine_, writer_options));
  return node;
}

Result<> Node::load_snapshot(const std::filesystem::path& folder) {
  HQ_TRY(snapshots_, log::SnapshotStore::open(folder));
  HQ_TRY(folded_,
         snapshots_->load(machine_, *log_, [&](const Error& why) { passed_over_.push_back(why); }));
  return {};
}

Result<> Node::keep_snapshot() {
  HQ_ASSERT(snapshots_.has_value());
  HQ_TRY(const log::Head head, log_->last());
  HQ_TRY_VOID(snapshots_->write(machine_, head));
  return snapshots_->keep(machine_, head);
}

Node::~Node() {
  writer_.reset();
}

void Node::submit(log::Command command) {
  auto ticket = std::make_unique<Ticket>(*this);
  log::Command copy = command;
  writer_->submit(std::move(copy), [this, ticket = std::move(ticket),
                                    sent = std::move(command)](Result<log::Receipt> result) {
    const bool is_alive = process_.is_alive();
    const std::lock_guard lock(mutex_);
    if (sent.id != kGate && sent.id != kMark) {
      answers_.push_back({sent, std::move(result), is_alive});
    } else if (sent.id == kGate) {  // refused, if it did not hold the writer
      gate_ = Gate::open;
      changed_.notify_all();
    }
  });
}

/// Submits commands while the writer is held, so that it takes all of them at once.
void Node::submit_together(std::vector<log::Command> commands) {
  std::unique_lock lock(mutex_);
  gate_ = Gate::shut;
  lock.unlock();
  submit(named(kGate));
  lock.lock();
  changed_.wait(lock, [&] { return gate_ != Gate::shut; });
  lock.unlock();
  for (log::Command& command : commands) submit(std::move(command));
  lock.lock();
  gate_ = Gate::open;
  changed_.notify_all();
}

std::vector<Answered> Node::send(std::vector<log::Command> commands) {
  {
    const std::lock_guard lock(mutex_);
    HQ_ASSERT(outstanding_ == 0);
  }
  submit_together(std::move(commands));
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return outstanding_ == 0; });
  return std::exchange(answers_, {});
}

void Node::submit_beside(std::vector<log::Command> commands) {
  uint64_t mark = 0;
  {
    const std::lock_guard lock(mutex_);
    mark = marks_found_ + 1;
  }
  commands.push_back(named(kMark));
  submit_together(std::move(commands));
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return marks_found_ == mark; });
}

std::optional<Error> Node::last_word() const {
  const std::lock_guard lock(mutex_);
  return last_word_;
}

}  // namespace hq::sim
