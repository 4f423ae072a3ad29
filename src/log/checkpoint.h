// Checkpoints: signed statements of how far a log reached, which anyone can check without us.
//
// A checkpoint says "commit SEQ of stream STREAM had this hash at this time" and carries an Ed25519
// signature (RFC 8032, by libsodium) over the exact bytes of statement(). Whoever keeps one outside
// can later show that the log was cut, rewritten or exchanged. The key pair lies in the data folder
// (0600) and is made at first use. docs/format/log.md states the bytes. Values; any thread.
//
//   HQ_TRY(const auto key, CheckpointKey::open("data"));
//   HQ_TRY_VOID(append_line(file, to_json_line(key.sign("main", head, now()))));
//
//   HQ_TRY(auto audit, CheckpointAudit::begin(checkpoints, keys, "main"));   // elsewhere, later
//   HQ_TRY_VOID(log.read(1, [&](const Commit& c) { audit.see(c); return true; }));
//   HQ_TRY_VOID(audit.finish());
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "log/commit.h"

namespace hq::log {

inline constexpr const char* kCheckpointKeyFile = "checkpoint_key";

/// An Ed25519 public key, and its text form: 64 hexadecimal digits.
using PublicKey = std::array<uint8_t, 32>;
using Signature = std::array<uint8_t, 64>;
Result<PublicKey> public_key_from(std::string_view hex);

/// What a checkpoint calls its key: the first 16 hexadecimal digits of the SHA-256 of its bytes.
std::string key_id(const PublicKey& key);

struct Checkpoint {
  std::string stream;
  uint64_t seq = 0;  // 0: the log was empty
  Instant time{};    // when it was signed
  Sha256 hash{};     // of commit `seq`; zeros for an empty log
  std::string key;   // key_id of the key that signed
  Signature signature{};

  bool operator==(const Checkpoint&) const = default;
};

/// The bytes that are signed: six lines, each with a line end.
std::string statement(const Checkpoint& checkpoint);

/// One line of JSON without its end, and back. parse_error where it is none.
std::string to_json_line(const Checkpoint& checkpoint);
Result<Checkpoint> checkpoint_from(std::string_view line);

/// All checkpoints of a file, one a line; an error's `where` names the line. parse_error for a file
/// without any.
Result<std::vector<Checkpoint>> read_checkpoints(const std::filesystem::path& file);

/// Adds a line to a file, on disk when it returns.
Result<> append_line(const std::filesystem::path& file, std::string_view line);

class CheckpointKey {
 public:
  /// The key of `folder`, made if there is none. forbidden: others may read or write its file;
  /// corrupt; newer_version.
  static Result<CheckpointKey> open(const std::filesystem::path& folder);
  /// not_found where there is none.
  static Result<CheckpointKey> open_existing(const std::filesystem::path& folder);
  ~CheckpointKey();
  CheckpointKey(const CheckpointKey&) = default;
  CheckpointKey& operator=(const CheckpointKey&) = default;

  const PublicKey& public_key() const { return public_; }
  Checkpoint sign(std::string_view stream, const Head& head, Instant time) const;

 private:
  CheckpointKey() = default;

  std::array<uint8_t, 64> private_{};  // as libsodium keeps it: seed and public key
  PublicKey public_{};
};

/// Checks any number of checkpoints in one walk over a log or an export.
class CheckpointAudit {
 public:
  /// Checks what needs no log. Errors, with `where` = "checkpoint 2": conflict for another stream,
  /// not_found for a key that is not among `keys`, corrupt for a signature that does not fit.
  static Result<CheckpointAudit> begin(std::vector<Checkpoint> checkpoints,
                                       std::span<const PublicKey> keys, std::string_view stream);

  /// Where an export begins behind `base`: what stands there is known from its header.
  void begin_behind(const Head& base);
  /// Each commit, in order.
  void see(const Commit& commit);
  /// corrupt where a hash differs or the log ends before a checkpoint; invalid_argument where the
  /// commits began behind one. The first of all, by sequence number.
  Result<> finish() const;

  std::size_t count() const { return checkpoints_.size(); }

 private:
  struct Numbered {
    Checkpoint checkpoint;
    std::size_t number = 0;  // of its line
  };
  void pass(uint64_t seq, const Sha256& hash);

  std::vector<Numbered> checkpoints_;  // by sequence number
  std::size_t next_ = 0;               // the first that has not been passed
  uint64_t last_seq_ = 0;
  std::optional<Error> error_;
};

}  // namespace hq::log
