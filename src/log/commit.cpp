#include "log/commit.h"

#include <fmt/format.h>

#include <bit>
#include <cstring>
#include <utility>

namespace hq::log {
namespace {

// First byte of each commit. A reader refuses what it does not know.
constexpr uint8_t kCommitVersion = 1;

// The record is written in the byte order of the machine; all that we run on are little-endian.
static_assert(std::endian::native == std::endian::little);

// version, seq, time, previous, request, five lengths, event count.
constexpr std::size_t kFixedBytes = 1 + 8 + 8 + 32 + 32 + 5 * 4 + 4;
constexpr std::size_t kHashBytes = 32;

/// Takes bytes like a std::string, and hashes them.
struct HashedBytes {
  Sha256Hasher& hasher;

  void append(const char* bytes, std::size_t size) { hasher.add({bytes, size}); }
  void append(std::string_view bytes) { hasher.add(bytes); }
};

template <class Out, class Integer>
void put(Out& out, Integer value) {
  char raw[sizeof value];
  std::memcpy(raw, &value, sizeof value);
  out.append(raw, sizeof value);
}

template <class Out>
void put_text(Out& out, std::string_view text) {
  put(out, static_cast<uint32_t>(text.size()));
  out.append(text);
}

std::string_view as_bytes(const Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// The bytes that the hash is taken over.
template <class Out>
void put_hashed_part(Out& out, const Commit& commit) {
  put(out, kCommitVersion);
  put(out, commit.seq);
  put(out, static_cast<int64_t>(commit.time.time_since_epoch().count()));
  out.append(as_bytes(commit.previous));
  out.append(as_bytes(commit.request));
  put_text(out, commit.actor);
  put_text(out, commit.organisation);
  put_text(out, commit.command_id);
  put_text(out, commit.type);
  put(out, static_cast<uint32_t>(commit.events.size()));
  for (const Event& event : commit.events) {
    put_text(out, event.type);
    put_text(out, event.body);
  }
  put_text(out, commit.reply);
}

/// Takes values off the front of a record; remembers once it has run short.
class Taker {
 public:
  explicit Taker(std::string_view rest) : rest_(rest) {}

  template <class Integer>
  Integer integer() {
    Integer value{};
    const std::string_view raw = bytes(sizeof value);
    if (!raw.empty()) std::memcpy(&value, raw.data(), raw.size());
    return value;
  }
  Sha256 digest() {
    Sha256 value{};
    const std::string_view raw = bytes(value.size());
    if (!raw.empty()) std::memcpy(value.data(), raw.data(), raw.size());
    return value;
  }
  std::string text() { return std::string(bytes(integer<uint32_t>())); }

  bool complete() const { return !short_ && rest_.empty(); }
  bool is_short() const { return short_; }
  std::size_t left() const { return rest_.size(); }

 private:
  std::string_view bytes(std::size_t count) {
    if (count > rest_.size()) {
      short_ = true;
      rest_ = {};
      return {};
    }
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }

  std::string_view rest_;
  bool short_ = false;
};

std::unexpected<Error> not_a_commit(std::string_view what) {
  return fail(ErrorCode::corrupt, fmt::format("the bytes are not a commit: {}", what),
              "存储的字节不是有效的提交记录");
}

}  // namespace

Sha256 commit_hash(const Commit& commit) {
  Sha256Hasher hasher;
  HashedBytes bytes{hasher};
  put_hashed_part(bytes, commit);
  return hasher.digest();
}

void seal(Commit& commit, Head& head) {
  commit.seq = head.seq + 1;
  commit.previous = head.hash;
  commit.hash = commit_hash(commit);
  head = {commit.seq, commit.time, commit.hash};
}

// docs/format/log.md states these bytes; a change to them is a new kCommitVersion.
void append_commit(std::string& bytes, const Commit& commit) {
  const std::size_t start = bytes.size();
  put(bytes, uint32_t{0});  // the length, known only at the end
  put_hashed_part(bytes, commit);
  bytes.append(as_bytes(commit.hash));
  const auto length = static_cast<uint32_t>(bytes.size() - start - sizeof(uint32_t));
  std::memcpy(bytes.data() + start, &length, sizeof length);
}

std::size_t commit_bytes(const Commit& commit) {
  std::size_t bytes = sizeof(uint32_t) + kFixedBytes + kHashBytes;
  bytes += commit.actor.size() + commit.organisation.size() + commit.command_id.size();
  bytes += commit.type.size() + commit.reply.size();
  for (const Event& event : commit.events) bytes += 8 + event.type.size() + event.body.size();
  return bytes;
}

Result<Commit> CommitDecoder::next() {
  uint32_t length = 0;
  if (rest_.size() < sizeof length) return not_a_commit("cut off in the length");
  std::memcpy(&length, rest_.data(), sizeof length);
  rest_.remove_prefix(sizeof length);
  if (length > rest_.size()) return not_a_commit("shorter than its length says");
  Taker taker(rest_.substr(0, length));
  rest_.remove_prefix(length);

  if (const auto version = taker.integer<uint8_t>(); version != kCommitVersion) {
    return not_a_commit(fmt::format("its version is {}, not {}", version, kCommitVersion));
  }
  Commit commit;
  commit.seq = taker.integer<uint64_t>();
  commit.time = Instant(Duration(taker.integer<int64_t>()));
  commit.previous = taker.digest();
  commit.request = taker.digest();
  commit.actor = taker.text();
  commit.organisation = taker.text();
  commit.command_id = taker.text();
  commit.type = taker.text();
  const auto event_count = taker.integer<uint32_t>();
  // Each event has at least its two lengths, so a damaged count cannot ask for much memory.
  if (taker.is_short() || event_count > taker.left() / 8) {
    return not_a_commit("it has no room for its events");
  }
  commit.events.reserve(event_count);
  for (uint32_t i = 0; i < event_count; ++i) {
    std::string type = taker.text();
    commit.events.push_back({std::move(type), taker.text()});
  }
  commit.reply = taker.text();
  commit.hash = taker.digest();
  if (!taker.complete()) return not_a_commit("its fields do not fill its length");
  return commit;
}

ChainChecker ChainChecker::starting_at(uint64_t seq) {
  ChainChecker checker;
  checker.head_.seq = seq == 0 ? 0 : seq - 1;
  checker.head_.time = Instant::min();
  checker.link_known_ = checker.head_.seq == 0;
  return checker;
}

Result<> ChainChecker::check(const Commit& commit) {
  const uint64_t expected = head_.seq + 1;
  if (commit.seq != expected) {
    return std::unexpected(
        damage_at(expected, fmt::format("commit {} stands where {} belongs", commit.seq, expected),
                  fmt::format("应为第 {} 号提交，却是第 {} 号", expected, commit.seq)));
  }
  if (commit_hash(commit) != commit.hash) {
    return std::unexpected(
        damage_at(expected, "the content does not match its hash", "内容与其哈希值不符"));
  }
  if (link_known_ && commit.previous != head_.hash) {
    return std::unexpected(damage_at(expected, "it does not follow from the commit before it",
                                     "与前一提交的哈希链断开"));
  }
  if (link_known_ && commit.time < head_.time) {
    return std::unexpected(
        damage_at(expected, "its time is before that of the commit before it", "时间早于前一提交"));
  }
  head_ = {commit.seq, commit.time, commit.hash};
  link_known_ = true;
  return {};
}

Error damage_at(uint64_t seq, std::string what, std::string what_zh) {
  return {ErrorCode::corrupt, std::move(what), std::move(what_zh), fmt::format("commit {}", seq)};
}

}  // namespace hq::log
