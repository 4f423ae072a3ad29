#include "auth/operator_token.h"

#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "auth/limits.h"
#include "base/assert.h"
#include "base/file.h"
#include "base/hash.h"

namespace hq::auth {
namespace {

constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kSecretTextBytes = 43;  // of 32 bytes in base64 without padding
constexpr std::string_view kFileHead = "hongqiao operator token ";
constexpr std::string_view kFileVersion = "1";

void start_sodium() {
  HQ_ASSERT(::sodium_init() >= 0);
}

std::string make_token() {
  uint8_t secret[kSecretBytes];
  ::randombytes_buf(secret, sizeof secret);
  char text[kSecretTextBytes + 1];
  ::sodium_bin2base64(text, sizeof text, secret, sizeof secret,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  ::sodium_memzero(secret, sizeof secret);
  std::string token(kTokenPrefix);
  token.append(text, kSecretTextBytes);
  ::sodium_memzero(text, sizeof text);
  return token;
}

bool is_token_shaped(std::string_view text) {
  if (!text.starts_with(kTokenPrefix)) return false;
  text.remove_prefix(kTokenPrefix.size());
  return text.size() == kSecretTextBytes && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_';
         });
}

Result<std::string> argon2id(std::string_view token) {
  char hash[crypto_pwhash_STRBYTES];
  if (::crypto_pwhash_str(hash, token.data(), token.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
    return fail(ErrorCode::unavailable, "not enough memory to hash the token (64 MiB)",
                "内存不足，无法计算令牌哈希（需 64 MiB）");
  }
  return std::string(hash);
}

Result<> write_token_file(const std::filesystem::path& file, std::string_view hash) {
  return write_file_atomically(file, fmt::format("{}{}\n{}\n", kFileHead, kFileVersion, hash),
                               0600);
}

std::unexpected<Error> damaged(const std::filesystem::path& file) {
  return fail(ErrorCode::corrupt,
              "the file of the operator token is damaged; make a new token with `hongqiao token "
              "rotate`",
              "运营令牌文件已损坏；请用 `hongqiao token rotate` 重新生成", file.string());
}

/// The argon2id hash out of the bytes of the file.
Result<std::string> parse_token_file(std::string_view bytes, const std::filesystem::path& file) {
  if (!bytes.starts_with(kFileHead)) return damaged(file);
  bytes.remove_prefix(kFileHead.size());
  const std::size_t line = bytes.find('\n');
  if (line == std::string_view::npos) return damaged(file);
  const std::string_view version = bytes.substr(0, line);
  if (version != kFileVersion) {
    const bool is_number = !version.empty() && std::ranges::all_of(version, [](char c) {
      return c >= '0' && c <= '9';
    });
    if (!is_number || version == "0") return damaged(file);
    return fail(
        ErrorCode::newer_version,
        fmt::format("the token file has format {}; this program knows {}", version, kFileVersion),
        fmt::format("令牌文件格式为 {}，本程序只支持 {}", version, kFileVersion), file.string());
  }
  std::string hash(bytes.substr(line + 1));
  if (!hash.ends_with('\n')) return damaged(file);
  hash.pop_back();
  // -1 where the text is no argon2id hash; the limits only decide between 0 and 1.
  if (hash.size() >= crypto_pwhash_STRBYTES || hash.find('\0') != std::string::npos ||
      ::crypto_pwhash_str_needs_rehash(hash.c_str(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                                       crypto_pwhash_MEMLIMIT_INTERACTIVE) < 0) {
    return damaged(file);
  }
  return hash;
}

/// The credentials of "Bearer CREDENTIALS"; the word in any case, as RFC 9110 has it.
std::optional<std::string_view> bearer(std::string_view header) {
  constexpr std::string_view kWord = "bearer ";
  if (header.size() > kHeaderBytesMax || header.size() < kWord.size()) return std::nullopt;
  for (std::size_t i = 0; i < kWord.size(); ++i) {
    if ((header[i] | 0x20) != kWord[i]) return std::nullopt;
  }
  header.remove_prefix(kWord.size());
  header.remove_prefix(std::min(header.find_first_not_of(' '), header.size()));
  header.remove_suffix(header.size() - (header.find_last_not_of(' ') + 1));
  return header;
}

// One text for a malformed and for a wrong token: the difference is nobody's business.
std::unexpected<Error> not_accepted() {
  return fail(ErrorCode::unauthenticated,
              "the token is not accepted; send 'Authorization: Bearer hq_...' with the operator "
              "token",
              "令牌无效；请在 Authorization 头中以 Bearer 方式提供运营令牌", "Authorization");
}

}  // namespace

OperatorToken::OperatorToken(std::filesystem::path file) : file_(std::move(file)) {
  ::randombytes_buf(key_.data(), key_.size());
}

OperatorToken::~OperatorToken() {
  ::sodium_memzero(key_.data(), key_.size());
  if (known_) ::sodium_memzero(known_->data(), known_->size());
}

Result<OperatorToken::Opened> OperatorToken::open(const std::filesystem::path& folder) {
  start_sodium();
  Opened opened;
  const std::filesystem::path file = folder / kTokenFileName;
  if (auto mark = mark_of(file); !mark) {
    if (mark.error().code != ErrorCode::not_found) {
      return std::unexpected(std::move(mark).error());
    }
    HQ_TRY(opened.new_token, rotate(folder));
  }
  opened.token.reset(new OperatorToken(file));
  HQ_TRY_VOID(opened.token->load_if_changed());
  if (opened.new_token) opened.token->known_ = opened.token->mac(*opened.new_token);
  return opened;
}

Result<std::string> OperatorToken::rotate(const std::filesystem::path& folder) {
  start_sodium();
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return std::unexpected(system_error(error.value(), folder.string()));
  std::string token = make_token();
  HQ_TRY(const std::string hash, argon2id(token));
  HQ_TRY_VOID(write_token_file(folder / kTokenFileName, hash));
  return token;
}

Result<OperatorToken::FileMark> OperatorToken::mark_of(const std::filesystem::path& file) {
  struct stat status{};
  if (::stat(file.c_str(), &status) != 0) {
    return std::unexpected(system_error(errno, file.string()));
  }
  if ((status.st_mode & 077) != 0) {
    return fail(ErrorCode::forbidden,
                "others may read or write the file of the operator token; run chmod 600 on it",
                "运营令牌文件可被他人读写；请对其执行 chmod 600", file.string());
  }
  return FileMark{status.st_ino, status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec,
                  status.st_size};
}

/// Takes the file anew where it is not the one that was read: another process rotated it.
Result<> OperatorToken::load_if_changed() {
  HQ_TRY(const FileMark mark, mark_of(file_));
  const std::lock_guard lock(mutex_);
  if (mark == mark_) return {};
  HQ_TRY(const std::string bytes, read_file(file_, kTokenFileBytesMax));
  HQ_TRY(hash_, parse_token_file(bytes, file_));
  mark_ = mark;
  known_.reset();
  return {};
}

Result<Actor> OperatorToken::authenticate(std::optional<std::string_view> authorization,
                                          std::string_view remote, Instant time) {
  if (!authorization) return anonymous();
  HQ_TRY_VOID(limit_.check_remote(remote, time));
  const std::optional<std::string_view> token = bearer(*authorization);
  bool right = false;
  if (token && is_token_shaped(*token)) {
    HQ_TRY(right, matches(*token, remote, time));
  } else {
    limit_.count_failure(remote, time);
  }
  if (!right) return not_accepted();
  return Actor{"operator", {}, {Role::hub_operator}};
}

/// Is it the token? A failure is counted. The right token is let in even while all addresses
/// together have failed too often, so that nobody can lock out the operator; only the slow way,
/// which costs time and memory, is closed then.
Result<bool> OperatorToken::matches(std::string_view token, std::string_view remote, Instant time) {
  if (auto loaded = load_if_changed(); !loaded) {
    // The file went away or was damaged while the server ran: whom to trust is not known now.
    Error error = std::move(loaded).error();
    error.code = ErrorCode::unavailable;
    return std::unexpected(std::move(error));
  }
  const Mac given = mac(token);
  // True or false once the right token is known; nothing while it is not.
  const auto compare = [&]() -> std::optional<bool> {
    const std::lock_guard lock(mutex_);
    if (!known_) return std::nullopt;
    return ::sodium_memcmp(known_->data(), given.data(), given.size()) == 0;
  };
  std::optional<bool> right = compare();
  if (!right) {
    HQ_TRY_VOID(limit_.check_all(time));
    const std::lock_guard one_at_a_time(slow_mutex_);
    right = compare();  // another may have brought the right one meanwhile
    if (!right) {
      std::string hash;
      {
        const std::lock_guard lock(mutex_);
        hash = hash_;
        ++slow_checks_;
      }
      right = ::crypto_pwhash_str_verify(hash.c_str(), token.data(), token.size()) == 0;
      const std::lock_guard lock(mutex_);
      if (*right && hash == hash_) known_ = given;
    }
  }
  if (!*right) limit_.count_failure(remote, time);
  return *right;
}

bool OperatorToken::is_quick() const {
  const std::lock_guard lock(mutex_);
  return known_.has_value();
}

OperatorToken::Mac OperatorToken::mac(std::string_view token) const {
  Mac digest;
  ::crypto_generichash(digest.data(), digest.size(),
                       reinterpret_cast<const unsigned char*>(token.data()), token.size(),
                       key_.data(), key_.size());
  return digest;
}

uint64_t OperatorToken::slow_checks() const {
  const std::lock_guard lock(mutex_);
  return slow_checks_;
}

}  // namespace hq::auth
