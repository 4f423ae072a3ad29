#include "server/node.h"

#include <fmt/format.h>
#include <pthread.h>

namespace hq::server {
namespace {

using std::chrono::milliseconds;

// How often a standby looks at the lease, in the quiet between commits.
constexpr milliseconds kLookInterval{500};
// A reader that finds the database gone says so after this; the node tries again for ever.
constexpr milliseconds kReadWait{1000};
// Commits folded before they are shown, while there are more.
constexpr std::size_t kPublishCommitsMax = 4096;
// What a caller is told to wait where nobody is active.
constexpr int kRetryAfterS = 1;

log::PostgresOptions reader_options(log::PostgresOptions options) {
  options.reconnect_wait = kReadWait;
  return options;
}

/// What passes by itself: the database restarts or fails over.
bool is_passing(const Error& error) {
  return error.code == ErrorCode::unavailable || error.code == ErrorCode::timeout;
}

/// The longest a standby goes without looking at the lease.
bool is_due(std::chrono::steady_clock::time_point& last) {
  const auto now = std::chrono::steady_clock::now();
  if (now - last < kLookInterval) return false;
  last = now;
  return true;
}

Error not_active(const NodeState& state) {
  const std::string where = state.address.empty() ? state.holder : state.address;
  return {ErrorCode::unavailable,
          fmt::format("this node is a standby; the active node is {}",
                      where.empty() ? "not known yet" : where),
          fmt::format("本节点为备用节点；当前主节点：{}", where.empty() ? "未知" : where),
          {},
          kRetryAfterS};
}

Error diverged(const log::Head& folded) {
  return {ErrorCode::conflict,
          fmt::format("this node had folded a commit {} that the log no longer has: PostgreSQL "
                      "lost it before it was acknowledged",
                      folded.seq),
          fmt::format("本节点曾读取第 {} 号提交，而日志中已没有它（确认之前已丢失）", folded.seq),
          {}};
}

}  // namespace

void stop_standby(const Error& error) {
  end_process(error, fmt::format("hongqiao: this node cannot go on following the log: {}\n"
                                 "hongqiao: the process stops now. All that was acknowledged is in "
                                 "the log; start it again "
                                 "and it folds the log anew.\n"
                                 "hongqiao: "
                                 "本节点无法继续跟随日志：{}"
                                 "。进程现在停止；已确认的内容均在日志中，重新启动后将从头读取。\n",
                                 error.text(), error.text(Language::zh)));
}

Node::Node(NodeOptions options, log::Machine& machine)
    : options_(std::move(options)), machine_(machine), lease_(reader_options(options_.log)) {}

Result<std::unique_ptr<Node>> Node::open(NodeOptions options, log::Machine& machine) {
  std::unique_ptr<Node> node(new Node(std::move(options), machine));
  HQ_TRY(const auto held, node->lease_.read());  // makes the tables where there are none
  if (held) node->state_ = {Role::standby, held->term, held->holder, held->address};
  HQ_TRY(node->reader_, log::open_postgres_log_reader(reader_options(node->options_.log)));
  return node;
}

Result<> Node::start(log::WriterOptions writing) {
  writing_ = std::move(writing);
  HQ_TRY(folded_, log::replay(*reader_, machine_, writing_.on_replay, writing_.folded));
  HQ_TRY_VOID(options_.check());
  published_seq_ = folded_.seq;
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  return {};
}

Node::~Node() {
  stop();
}

void Node::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  if (writer_) writer_->stop();
  const std::lock_guard lock(mutex_);
  log_.reset();  // with its lease; the writer writes nothing more
}

void Node::run(const std::stop_token& stop) {
  ::pthread_setname_np(::pthread_self(), "hq-node");
  while (!stop.stop_requested()) {
    Result<> done = fold_new(stop);
    if (done && is_due(looked_at_)) {
      const Result<bool> free = is_free();
      if (!free) {
        done = std::unexpected(free.error());
      } else if (*free) {
        done = take_over();
        if (done && writer_) return;  // the writer folds from now on
      }
    }
    if (!done && !is_passing(done.error())) return options_.on_fatal(done.error());
    if (!done && !std::exchange(is_database_lost_, true)) {
      tell("the database does not answer: " + done.error().text());
    }
    if (done && std::exchange(is_database_lost_, false)) tell("the database answers again");
  }
}

/// Waits a little for new commits and folds what there is.
Result<> Node::fold_new(const std::stop_token& stop) {
  HQ_TRY(const bool is_there, reader_->wait_for(folded_.seq + 1, kLookInterval, stop));
  return is_there ? fold_until_end(*reader_) : Result<>();
}

Result<> Node::fold_until_end(const log::LogReader& log) {
  Result<> folding;
  std::vector<log::Commit> fresh;
  HQ_TRY_VOID(log.read(folded_.seq + 1, [&](const log::Commit& commit) {
    // The first that is read is checked here, the others by the reader.
    if (commit.seq != folded_.seq + 1 || commit.previous != folded_.hash) {
      folding = std::unexpected(diverged(folded_));
    } else {
      folding = machine_.evolve(commit);
    }
    if (!folding) return false;
    folded_ = {commit.seq, commit.time, commit.hash};
    fresh.push_back(commit);
    if (fresh.size() >= kPublishCommitsMax) publish(fresh);
    return true;
  }));
  if (!fresh.empty()) publish(fresh);
  HQ_TRY_VOID(std::move(folding));
  return options_.check();
}

void Node::publish(std::vector<log::Commit>& folded) {
  machine_.stage();
  machine_.publish();
  published_seq_ = folded_.seq;
  const std::lock_guard lock(subscribers_mutex_);
  for (const auto& [id, on_commits] : subscribers_) on_commits(folded);
  folded.clear();
}

/// Whether the lease may be taken. After a time without the database nobody could renew, so its
/// holder is given a moment to do so.
Result<bool> Node::is_free() {
  HQ_TRY(const std::optional<log::LeaseState> held, lease_.read());
  if (!held) return true;
  {
    const std::lock_guard lock(mutex_);
    state_ = {Role::standby, held->term, held->holder, held->address};
  }
  const auto grace = options_.log.lease_time / log::kLeaseRenewalsPerTime;
  return !held->is_held() && lease_.connected_for() > grace;
}

Result<> Node::take_over() {
  auto opened = log::open_postgres_log(options_.log);
  if (!opened && opened.error().code == ErrorCode::conflict) return {};  // another was faster
  if (!opened) return std::unexpected(opened.error());
  std::unique_ptr<log::PostgresLog> log = *std::move(opened);
  // Under the lease the log has one end, and all of it is durable.
  HQ_TRY(const log::Head end, log->last());
  while (folded_.seq < end.seq) {
    const uint64_t before = folded_.seq;
    HQ_TRY_VOID(fold_until_end(*log));
    if (folded_.seq == before) return std::unexpected(diverged(folded_));
  }
  if (folded_ != end) return std::unexpected(diverged(folded_));
  writing_.folded = folded_;
  HQ_TRY(auto writer, log::Writer::start(*log, machine_, writing_));
  writer->subscribe([this](std::span<const log::Commit> commits) {
    const std::lock_guard lock(subscribers_mutex_);
    for (const auto& [id, on_commits] : subscribers_) on_commits(commits);
  });
  {
    const std::lock_guard lock(mutex_);
    state_ = {Role::active, log->term(), log->holder(), options_.log.address};
    log_ = std::move(log);
    writer_ = std::move(writer);
  }
  tell("this node is active now");
  return {};
}

void Node::tell(const std::string& what) {
  if (options_.on_change) options_.on_change(what, state());
}

/// The writer of the active node, which stays once it is there; else null.
log::Writer* Node::writer() const {
  const std::lock_guard lock(mutex_);
  return writer_.get();
}

void Node::submit(log::Command command, Answer answer) {
  log::Writer* active = writer();
  if (active != nullptr) return active->submit(std::move(command), std::move(answer));
  answer(std::unexpected(not_active(state())));
}

std::optional<Error> Node::overload() const {
  const log::Writer* active = writer();
  return active != nullptr ? active->overload() : std::nullopt;  // a standby answers as ever
}

uint64_t Node::subscribe(Subscriber on_commits) {
  const std::lock_guard lock(subscribers_mutex_);
  subscribers_.emplace(++last_subscription_, std::move(on_commits));
  return last_subscription_;
}

void Node::unsubscribe(uint64_t subscription) {
  const std::lock_guard lock(subscribers_mutex_);
  subscribers_.erase(subscription);
}

uint64_t Node::last_seq() const {
  const std::lock_guard lock(mutex_);
  return writer_ ? writer_->last_seq() : published_seq_.load();
}

NodeState Node::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

log::WriterMetrics Node::metrics() const {
  const std::lock_guard lock(mutex_);
  return writer_ ? writer_->metrics() : log::WriterMetrics{};
}

}  // namespace hq::server
