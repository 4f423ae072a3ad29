// OperatorToken: the one secret of a hub that has no accounts yet.
//
// The token is "hq_" and 32 random bytes in base64url. The file `operator_token` of the data
// folder (mode 0600) holds its argon2id hash alone; the token itself is given out once, by
// `open` at the first start or by `rotate`. Checking argon2id takes a tenth of a second or more,
// so after the first success the keyed BLAKE2b of the token is kept in memory, under a key that
// lives as long as the process; further tokens are compared with that, in constant time.
// A file replaced by `rotate` in another process counts at the next request. Any thread.
//
//   HQ_TRY(OperatorToken::Opened opened, OperatorToken::open("data"));
//   if (opened.new_token) print_once(*opened.new_token);
//   HQ_TRY(Actor actor, opened.token->authenticate(header, remote, now()));
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "auth/attempt_limit.h"
#include "auth/authenticator.h"
#include "base/error.h"

namespace hq::auth {

inline constexpr const char* kTokenFileName = "operator_token";
inline constexpr std::string_view kTokenPrefix = "hq_";

class OperatorToken final : public Authenticator {
 public:
  struct Opened;

  /// Reads the token file of `folder`, or makes a token where there is none (first start).
  /// corrupt: the file is damaged; newer_version; forbidden: others may read or write the file.
  static Result<Opened> open(const std::filesystem::path& folder);

  /// Replaces the token of `folder`, whether there is one or not; the old one is worth nothing
  /// from then on, here and in a server that runs. Gives the new one.
  static Result<std::string> rotate(const std::filesystem::path& folder);

  Result<Actor> authenticate(std::optional<std::string_view> authorization, std::string_view remote,
                             Instant time) override;
  /// Once the right token was seen, another is told from it without argon2id.
  bool is_quick() const override;

  /// How often argon2id was computed; each is a tenth of a second or more.
  uint64_t slow_checks() const;

  ~OperatorToken() override;

 private:
  using Mac = std::array<uint8_t, 32>;
  /// What tells one file from the one that replaced it.
  struct FileMark {
    uint64_t inode = 0;
    int64_t modified_ns = 0;
    int64_t size = 0;
    bool operator==(const FileMark&) const = default;
  };

  explicit OperatorToken(std::filesystem::path file);
  static Result<FileMark> mark_of(const std::filesystem::path& file);
  Result<> load_if_changed();
  Result<bool> matches(std::string_view token, std::string_view remote, Instant time);
  Mac mac(std::string_view token) const;

  const std::filesystem::path file_;
  std::array<uint8_t, 32> key_{};  // random, of this process
  AttemptLimit limit_;

  mutable std::mutex mutex_;  // of what follows; held short
  FileMark mark_;
  std::string hash_;          // argon2id, as in the file
  std::optional<Mac> known_;  // of the right token, once it has been seen
  uint64_t slow_checks_ = 0;
  std::mutex slow_mutex_;  // one argon2id at a time: each takes 64 MiB
};

struct OperatorToken::Opened {
  std::unique_ptr<OperatorToken> token;
  std::optional<std::string> new_token;  // to be shown once
};

}  // namespace hq::auth
