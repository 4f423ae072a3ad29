#include "log/writer.h"

#include <fmt/format.h>

#include "log/detail/writer_thread.h"

namespace hq::log {
namespace {

// What a refused caller is told to wait; the queue turns over many times in it.
constexpr int kRetryAfterS = 1;

/// Digest of what was asked for, by whom: tells a repeat from another use of the same id.
Sha256 request_digest(const Command& command) {
  Sha256Hasher hasher;
  for (const std::string* part :
       {&command.type, &command.actor, &command.organisation, &command.body}) {
    hasher.add(fmt::format("{}:", part->size())).add(*part);
  }
  return hasher.digest();
}

std::size_t command_bytes(const Command& command) {
  return command.id.size() + command.type.size() + command.actor.size() +
         command.organisation.size() + command.body.size();
}

Result<> check_command(const Command& command) {
  const auto name = [](const std::string& text, const char* field, bool required) -> Result<> {
    if (required && text.empty()) {
      return fail(ErrorCode::invalid_argument, "it must not be empty", "不能为空", field);
    }
    if (text.size() > kNameBytesMax) {
      return fail(ErrorCode::too_large,
                  fmt::format("{} bytes; at most {}", text.size(), kNameBytesMax),
                  fmt::format("有 {} 字节，最多 {} 字节", text.size(), kNameBytesMax), field);
    }
    return {};
  };
  HQ_TRY_VOID(name(command.id, "id", true));
  HQ_TRY_VOID(name(command.type, "type", true));
  HQ_TRY_VOID(name(command.actor, "actor", false));
  HQ_TRY_VOID(name(command.organisation, "organisation", false));
  if (command.body.size() > kCommitBytesMax) {
    return fail(ErrorCode::too_large,
                fmt::format("{} bytes; at most {}", command.body.size(), kCommitBytesMax),
                fmt::format("有 {} 字节，最多 {} 字节", command.body.size(), kCommitBytesMax),
                "body");
  }
  return {};
}

}  // namespace

Error stopped_error() {
  return {ErrorCode::unavailable,
          "the server is stopping; send the command again later",
          "服务正在停止；请稍后重试",
          {},
          kRetryAfterS};
}

void stop_process(const Error& error) {
  end_process(
      error,
      fmt::format(
          "hongqiao: the log cannot be written: {}\n"
          "hongqiao: the process stops now. All that was acknowledged is on disk; remove the cause "
          "and start again.\n"
          "hongqiao: "
          "日志写入失败：{}。进程现在停止；已确认的内容均已落盘，排除原因后请重新启动。\n",
          error.text(), error.text(Language::zh)));
}

void Writer::Thread::submit(Command command, Answer answer) {
  if (auto checked = check_command(command); !checked) {
    return answer(std::unexpected(std::move(checked).error()));
  }
  const std::size_t bytes = command_bytes(command);
  std::unique_lock lock(mutex_);
  std::optional<Error> refused = refusal(bytes);
  lock.unlock();  // for the hash, which a refusal does not pay for; and answers are callers' code
  Sha256 request{};
  if (!refused) {
    request = request_digest(command);
    lock.lock();
    refused = refusal(bytes);
    if (refused) lock.unlock();
  }
  if (refused) return answer(std::unexpected(*std::move(refused)));
  queue_bytes_ += bytes;
  queue_.push_back(
      {std::move(command), request, bytes, std::move(answer), std::chrono::steady_clock::now()});
  const bool is_news = queue_.size() == 1 || is_worth_deciding();
  lock.unlock();
  if (is_news) arrived_.notify_one();
}

std::optional<Error> Writer::Thread::overload() {
  const std::lock_guard lock(mutex_);
  return refusal(0);
}

/// Why the queue takes no command of this size now; nothing where it does. Under the lock.
std::optional<Error> Writer::Thread::refusal(std::size_t bytes) {
  if (stopping_) return stopped_error();
  // How long the first has waited is about how long this one would.
  const bool is_late =
      !queue_.empty() &&
      std::chrono::steady_clock::now() - queue_.front().submitted > options_.queue_wait_max;
  if (!is_late && queue_.size() < options_.queue_commands_max &&
      queue_bytes_ + bytes <= options_.queue_bytes_max) {
    return std::nullopt;
  }
  ++overloaded_;
  return Error{ErrorCode::overloaded,
               "too many commands wait; send it again soon",
               "等待处理的命令过多；请稍后重试",
               {},
               kRetryAfterS};
}

void Writer::Thread::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  arrived_.notify_one();
  // Two may stop at once, a signal and a destructor; the second waits for the first.
  const std::lock_guard lock(join_mutex_);
  if (decider_.joinable()) decider_.join();
  if (appender_.joinable()) appender_.join();
}

uint64_t Writer::Thread::subscribe(Subscriber on_commits) {
  const std::lock_guard lock(subscribers_mutex_);
  subscribers_.emplace(++last_subscription_, std::move(on_commits));
  return last_subscription_;
}

void Writer::Thread::unsubscribe(uint64_t subscription) {
  const std::lock_guard lock(subscribers_mutex_);
  subscribers_.erase(subscription);
}

WriterMetrics Writer::Thread::metrics() const {
  WriterMetrics copy;
  {
    const std::lock_guard lock(metrics_mutex_);
    copy = metrics_;
  }
  const std::lock_guard lock(mutex_);
  copy.overloaded = overloaded_;
  copy.queue_commands = queue_.size();
  copy.queue_bytes = queue_bytes_;  // of what waits; the group under way is not among it
  return copy;
}

/// All of a thread. What is thrown here, by the lack of memory as a rule, leaves things half done
/// in memory: the process ends as after a failed write, and a start finds what is on disk.
void Writer::Thread::run(void (Thread::*work)()) {
  try {
    (this->*work)();
  } catch (const std::exception& exception) {
    options_.on_fatal({ErrorCode::internal, exception.what(), {}, {}});
    std::abort();
  }
}

Writer::Writer(std::unique_ptr<Thread> thread) : thread_(std::move(thread)) {}

Writer::~Writer() {
  stop();
}

Result<std::unique_ptr<Writer>> Writer::start(Log& log, Machine& machine, WriterOptions options) {
  HQ_TRY(const Head head, replay(log, machine, options.on_replay, options.folded));
  auto thread = std::make_unique<Thread>(log, machine, std::move(options), head);
  return std::unique_ptr<Writer>(new Writer(std::move(thread)));
}

void Writer::submit(Command command, Answer answer) {
  thread_->submit(std::move(command), std::move(answer));
}

void Writer::stop() {
  thread_->stop();
}
std::optional<Error> Writer::overload() const {
  return thread_->overload();
}

uint64_t Writer::subscribe(Subscriber on_commits) {
  return thread_->subscribe(std::move(on_commits));
}
void Writer::unsubscribe(uint64_t subscription) {
  thread_->unsubscribe(subscription);
}
uint64_t Writer::last_seq() const {
  return thread_->last_seq();
}
WriterMetrics Writer::metrics() const {
  return thread_->metrics();
}

}  // namespace hq::log
