#include "log/checkpoint.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/assert.h"
#include "base/file.h"
#include "base/json.h"
#include "base/secret_file.h"

namespace hq::log {
namespace {

constexpr std::string_view kStatementHead = "hongqiao checkpoint 1";
constexpr std::string_view kKeyHead = "hongqiao checkpoint key ";
constexpr std::string_view kKeyVersion = "1";
constexpr uint64_t kKeyFileBytesMax = 4096;
constexpr std::size_t kKeyIdDigits = 16;
constexpr uint64_t kCheckpointFileBytesMax = uint64_t{64} << 20;  // some 150,000 checkpoints

using Seed = std::array<uint8_t, crypto_sign_SEEDBYTES>;

/// A checkpoint as its line has it.
struct CheckpointLine {
  std::string stream;
  uint64_t seq = 0;
  Instant time{};
  std::string hash;
  std::string key;
  std::string signature;
};
BOOST_DESCRIBE_STRUCT(CheckpointLine, (), (stream, seq, time, hash, key, signature))

void start_sodium() {
  HQ_ASSERT(::sodium_init() >= 0);
}

/// Bytes of a fixed number out of hexadecimal digits.
template <std::size_t N>
Result<std::array<uint8_t, N>> bytes_from(std::string_view hex, std::string_view what) {
  const Result<std::string> bytes = from_hex(hex);
  if (!bytes || bytes->size() != N) {
    return fail(ErrorCode::parse_error,
                fmt::format("'{}' is to have {} hexadecimal digits", what, 2 * N),
                fmt::format("“{}”应为 {} 位十六进制数字", what, 2 * N), std::string(what));
  }
  std::array<uint8_t, N> value;
  std::ranges::copy(*bytes, value.begin());
  return value;
}

std::unexpected<Error> damaged(const std::filesystem::path& file) {
  return fail(
      ErrorCode::corrupt,
      "the file of the checkpoint key is damaged; restore it from where you keep it, or move "
      "it away for a new key and tell it to those who check",
      "检查点密钥文件已损坏；请从备份恢复，或将其移走以生成新密钥并告知核查者", file.string());
}

/// The value of the line "NAME VALUE" that `text` begins with, which is taken off.
std::string_view take_line(std::string_view& text, std::string_view name) {
  const std::size_t end = text.find('\n');
  if (end == text.npos || !text.starts_with(name)) return {};
  const std::string_view value = text.substr(name.size(), end - name.size());
  text.remove_prefix(end + 1);
  return value;
}

Result<> check_key_version(std::string_view version, const std::filesystem::path& file) {
  if (version == kKeyVersion) return {};
  const bool is_number =
      !version.empty() && version != "0" && version.find_first_not_of("0123456789") == version.npos;
  if (!is_number) return damaged(file);
  return fail(
      ErrorCode::newer_version,
      fmt::format("the checkpoint key has format {}; this program knows {}", version, kKeyVersion),
      fmt::format("检查点密钥格式为 {}，本程序只支持 {}", version, kKeyVersion), file.string());
}

/// A new key pair in `file`, unless another process has made one meanwhile.
Result<> make_key_file(const std::filesystem::path& file) {
  Seed seed;
  ::randombytes_buf(seed.data(), seed.size());
  PublicKey pair_public;
  std::array<uint8_t, crypto_sign_SECRETKEYBYTES> pair_private;
  ::crypto_sign_seed_keypair(pair_public.data(), pair_private.data(), seed.data());
  std::string text = fmt::format("{}{}\nprivate {}\npublic {}\n", kKeyHead, kKeyVersion,
                                 to_hex(seed), to_hex(pair_public));
  const Result<> made = make_secret_file(file, text);
  ::sodium_memzero(text.data(), text.size());
  ::sodium_memzero(seed.data(), seed.size());
  ::sodium_memzero(pair_private.data(), pair_private.size());
  // Of two who make a key at a time, both use the one that was first.
  if (!made && made.error().code == ErrorCode::already_exists) return {};
  return made;
}

std::string numbered(std::size_t number) {
  return fmt::format("checkpoint {}", number);
}

}  // namespace

Result<PublicKey> public_key_from(std::string_view hex) {
  auto key = bytes_from<32>(hex, "public-key");
  if (!key) {
    key.error().code = ErrorCode::invalid_argument;
  }
  return key;
}

std::string key_id(const PublicKey& key) {
  return to_hex(sha256(std::span<const uint8_t>(key))).substr(0, kKeyIdDigits);
}

// docs/format/log.md states these bytes; another form is another first line.
std::string statement(const Checkpoint& checkpoint) {
  return fmt::format("{}\nstream {}\nseq {}\ntime {}\nhash {}\nkey {}\n", kStatementHead,
                     checkpoint.stream, checkpoint.seq, format_instant(checkpoint.time),
                     to_hex(checkpoint.hash), checkpoint.key);
}

std::string to_json_line(const Checkpoint& checkpoint) {
  return to_json(CheckpointLine{checkpoint.stream, checkpoint.seq, checkpoint.time,
                                to_hex(checkpoint.hash), checkpoint.key,
                                to_hex(checkpoint.signature)});
}

Result<Checkpoint> checkpoint_from(std::string_view line) {
  HQ_TRY(CheckpointLine read, from_json<CheckpointLine>(line));
  Checkpoint checkpoint;
  checkpoint.stream = std::move(read.stream);
  checkpoint.seq = read.seq;
  checkpoint.time = read.time;
  HQ_TRY(checkpoint.hash, bytes_from<32>(read.hash, "hash"));
  checkpoint.key = std::move(read.key);
  HQ_TRY(checkpoint.signature, bytes_from<64>(read.signature, "signature"));
  return checkpoint;
}

Result<std::vector<Checkpoint>> read_checkpoints(const std::filesystem::path& file) {
  HQ_TRY(const std::string text, read_file(file, kCheckpointFileBytesMax));
  std::vector<Checkpoint> checkpoints;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    Result<Checkpoint> checkpoint = checkpoint_from(line);
    if (!checkpoint) {
      return std::unexpected(
          std::move(checkpoint).error().at(numbered(checkpoints.size() + 1)).at(file.string()));
    }
    checkpoints.push_back(*std::move(checkpoint));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  }
  if (checkpoints.empty()) {
    return fail(ErrorCode::parse_error, "there is no checkpoint in the file", "文件中没有检查点",
                file.string());
  }
  return checkpoints;
}

Result<> append_line(const std::filesystem::path& file, std::string_view line) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor < 0) return std::unexpected(system_error(errno, file.string()));
  // In one call, so that two processes do not mix their lines.
  const std::string text = std::string(line) + '\n';
  Result<> done;
  errno = 0;
  if (::write(descriptor, text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      ::fsync(descriptor) != 0) {
    done = std::unexpected(system_error(errno == 0 ? ENOSPC : errno, file.string()));
  }
  ::close(descriptor);
  return done;
}

Result<CheckpointKey> CheckpointKey::open(const std::filesystem::path& folder) {
  auto key = open_existing(folder);
  if (key || key.error().code != ErrorCode::not_found) return key;
  HQ_TRY_VOID(make_key_file(folder / kCheckpointKeyFile));
  return open_existing(folder);
}

Result<CheckpointKey> CheckpointKey::open_existing(const std::filesystem::path& folder) {
  start_sodium();
  const std::filesystem::path file = folder / kCheckpointKeyFile;
  HQ_TRY(std::string text, read_secret_file(file, kKeyFileBytesMax));
  std::string_view rest = text;
  HQ_TRY_VOID(check_key_version(take_line(rest, kKeyHead), file));
  auto seed = bytes_from<crypto_sign_SEEDBYTES>(take_line(rest, "private "), "private");
  const auto stored = bytes_from<32>(take_line(rest, "public "), "public");
  const bool is_complete = rest.empty();
  ::sodium_memzero(text.data(), text.size());
  if (!seed || !stored || !is_complete) return damaged(file);
  CheckpointKey key;
  static_assert(sizeof key.private_ == crypto_sign_SECRETKEYBYTES);
  ::crypto_sign_seed_keypair(key.public_.data(), key.private_.data(), seed->data());
  ::sodium_memzero(seed->data(), seed->size());
  if (key.public_ != *stored) return damaged(file);
  return key;
}

CheckpointKey::~CheckpointKey() {
  ::sodium_memzero(private_.data(), private_.size());
}

Checkpoint CheckpointKey::sign(std::string_view stream, const Head& head, Instant time) const {
  Checkpoint checkpoint{std::string(stream), head.seq,        time,
                        head.hash,           key_id(public_), Signature{}};
  const std::string text = statement(checkpoint);
  ::crypto_sign_detached(checkpoint.signature.data(), nullptr,
                         reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                         private_.data());
  return checkpoint;
}

Result<CheckpointAudit> CheckpointAudit::begin(std::vector<Checkpoint> checkpoints,
                                               std::span<const PublicKey> keys,
                                               std::string_view stream) {
  start_sodium();
  CheckpointAudit audit;
  for (Checkpoint& one : checkpoints) {
    const std::size_t number = audit.checkpoints_.size() + 1;
    if (one.stream != stream) {
      return fail(ErrorCode::conflict,
                  fmt::format("it is of the stream '{}', not of '{}'", one.stream, stream),
                  fmt::format("它属于流“{}”，而不是“{}”", one.stream, stream), numbered(number));
    }
    const auto key = std::ranges::find(keys, one.key, key_id);
    if (key == keys.end()) {
      return fail(
          ErrorCode::not_found,
          fmt::format("it is signed by the key {}, which is not among the given public keys",
                      one.key),
          fmt::format("它由密钥 {} 签名，所给公钥中没有该密钥", one.key), numbered(number));
    }
    const std::string text = statement(one);
    if (::crypto_sign_verify_detached(one.signature.data(),
                                      reinterpret_cast<const unsigned char*>(text.data()),
                                      text.size(), key->data()) != 0) {
      return fail(ErrorCode::corrupt,
                  "its signature does not fit what it says: it was changed, or was never ours",
                  "签名与内容不符：它被改动过，或并非出自该密钥", numbered(number));
    }
    audit.checkpoints_.push_back({std::move(one), number});
  }
  std::ranges::stable_sort(audit.checkpoints_, {},
                           [](const Numbered& one) { return one.checkpoint.seq; });
  audit.pass(0, Sha256{});
  return audit;
}

void CheckpointAudit::begin_behind(const Head& base) {
  last_seq_ = base.seq;
  if (base.seq == 0) return;
  while (next_ < checkpoints_.size() && checkpoints_[next_].checkpoint.seq < base.seq) {
    const Numbered& one = checkpoints_[next_++];
    if (error_) continue;
    error_ = Error{ErrorCode::invalid_argument,
                   fmt::format("it is of commit {}; what is checked begins at commit {}",
                               one.checkpoint.seq, base.seq + 1),
                   fmt::format("它针对第 {} 号提交，而所核查的内容始于第 {} 号提交",
                               one.checkpoint.seq, base.seq + 1),
                   numbered(one.number)};
  }
  pass(base.seq, base.hash);
}

void CheckpointAudit::see(const Commit& commit) {
  last_seq_ = commit.seq;
  pass(commit.seq, commit.hash);
}

void CheckpointAudit::pass(uint64_t seq, const Sha256& hash) {
  for (; next_ < checkpoints_.size() && checkpoints_[next_].checkpoint.seq == seq; ++next_) {
    const Numbered& one = checkpoints_[next_];
    if (error_ || one.checkpoint.hash == hash) continue;
    error_ =
        Error{ErrorCode::corrupt,
              fmt::format("commit {} has the hash {}, but {} was signed: the log was rewritten",
                          seq, to_hex(hash), to_hex(one.checkpoint.hash)),
              fmt::format("第 {} 号提交的哈希为 {}，而签名的是 {}：日志被改写过", seq, to_hex(hash),
                          to_hex(one.checkpoint.hash)),
              numbered(one.number)};
  }
}

Result<> CheckpointAudit::finish() const {
  if (error_) return std::unexpected(*error_);
  if (next_ == checkpoints_.size()) return {};
  const Numbered& one = checkpoints_[next_];
  return fail(
      ErrorCode::corrupt,
      fmt::format("it is of commit {}, but there are no commits beyond {}: the end is missing",
                  one.checkpoint.seq, last_seq_),
      fmt::format("它针对第 {} 号提交，但提交只到第 {} 号：结尾缺失", one.checkpoint.seq,
                  last_seq_),
      numbered(one.number));
}

}  // namespace hq::log
