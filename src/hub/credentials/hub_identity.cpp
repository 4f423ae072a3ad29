#include "hub/credentials/hub_identity.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <vector>

#include "base/assert.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/secret_file.h"
#include "credential/limits.h"

namespace hq::hub {
namespace {

using credential::PublicKey;
using credential::SigningKey;

constexpr std::string_view kHead = "hongqiao credential keys ";
constexpr std::string_view kVersion = "1";
constexpr std::string_view kPublic = " public ";
constexpr std::string_view kPrivate = " private ";
constexpr std::string_view kHttps = "https://";
constexpr std::string_view kSaltStatement = "hongqiao credential salts 1";

/// The file taken apart: public halves of earlier keys, and the key that signs.
struct KeyFile {
  std::vector<std::pair<int, PublicKey>> earlier;
  int number = 0;
  SigningKey key;
};

/// The same while it is read.
struct KeyLines {
  std::vector<std::pair<int, PublicKey>> earlier;
  int number = 0;
  std::optional<SigningKey> key;
};

std::unexpected<Error> damaged(const std::filesystem::path& file) {
  return fail(ErrorCode::corrupt,
              "the file of the credential keys is damaged; restore it from where you keep it",
              "凭证密钥文件已损坏，请从备份恢复", file.string());
}

std::string new_secret() {
  HQ_ASSERT(::sodium_init() >= 0);
  std::string seed(crypto_sign_SEEDBYTES, '\0');
  ::randombytes_buf(seed.data(), seed.size());
  std::string secret = SigningKey::from_seed(seed)->secret_multikey();
  ::sodium_memzero(seed.data(), seed.size());
  return secret;
}

std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line;
}

/// "key-7 public z6Mk..." or "key-7 private z3u2...": the last line alone is private.
bool read_line(std::string_view line, KeyLines& keys) {
  constexpr std::string_view kName = "key-";
  if (!line.starts_with(kName) || keys.key) return false;
  line.remove_prefix(kName.size());
  int number = 0;
  const auto [end, failure] = std::from_chars(line.data(), line.data() + line.size(), number);
  if (failure != std::errc() || number <= keys.number) return false;
  keys.number = number;
  line.remove_prefix(static_cast<std::size_t>(end - line.data()));
  if (line.starts_with(kPublic)) {
    auto key = PublicKey::from_multikey(line.substr(kPublic.size()));
    if (!key) return false;
    keys.earlier.emplace_back(number, *std::move(key));
    return true;
  }
  if (!line.starts_with(kPrivate)) return false;
  auto key = SigningKey::from_multikey(line.substr(kPrivate.size()));
  if (!key) return false;
  keys.key = *std::move(key);
  return true;
}

Result<KeyFile> read_keys(const std::filesystem::path& file) {
  HQ_TRY(std::string text, read_secret_file(file));
  std::string_view rest = text;
  const std::string_view head = take_line(rest);
  if (!head.starts_with(kHead)) return damaged(file);
  if (const std::string_view version = head.substr(kHead.size()); version != kVersion) {
    return fail(
        ErrorCode::newer_version,
        fmt::format("the credential keys have format {}; this program knows {}", version, kVersion),
        fmt::format("凭证密钥格式为 {}，本程序只支持 {}", version, kVersion), file.string());
  }
  KeyLines keys;
  bool is_good = true;
  while (is_good && !rest.empty()) is_good = read_line(take_line(rest), keys);
  ::sodium_memzero(text.data(), text.size());
  if (!is_good || !keys.key) return damaged(file);
  return KeyFile{std::move(keys.earlier), keys.number, *std::move(keys.key)};
}

std::string earlier_lines(const std::vector<std::pair<int, PublicKey>>& earlier) {
  std::string lines = fmt::format("{}{}\n", kHead, kVersion);
  for (const auto& [number, key] : earlier) {
    lines += fmt::format("key-{}{}{}\n", number, kPublic, key.multikey());
  }
  return lines;
}

/// "did:web:hub.example%3A8443" of "https://hub.example:8443".
Result<std::string> did_of_url(std::string_view url) {
  const auto refuse = [&] {
    return fail(ErrorCode::invalid_argument,
                "the public address must be https://HOST or https://HOST:PORT, and no more",
                "公开网址须为 https://主机 或 https://主机:端口", std::string(url));
  };
  if (!url.starts_with(kHttps)) return refuse();
  const std::string_view authority = url.substr(kHttps.size());
  const std::string_view host = authority.substr(0, authority.find(':'));
  std::string did = "did:web:" + std::string(host);
  if (host.size() < authority.size()) {
    const std::string_view port = authority.substr(host.size() + 1);
    if (port.empty() || port.find_first_not_of("0123456789") != port.npos) return refuse();
    did += "%3A" + std::string(port);
  }
  if (host.contains('%') || !credential::did_web_url(did)) return refuse();
  return did;
}

}  // namespace

Result<HubIdentity> HubIdentity::open(const std::filesystem::path& folder,
                                      std::string_view public_url) {
  const std::filesystem::path file = folder / kCredentialKeysFile;
  auto keys = read_keys(file);
  if (!keys && keys.error().code == ErrorCode::not_found) {
    const Result<> made = make_secret_file(
        file, fmt::format("{}key-1{}{}\n", earlier_lines({}), kPrivate, new_secret()));
    // Another process may have been faster: then both use its key.
    if (!made && made.error().code != ErrorCode::already_exists) {
      return std::unexpected(made.error());
    }
    keys = read_keys(file);
  }
  if (!keys) return std::unexpected(std::move(keys).error());

  HubIdentity hub(std::move(keys->key));
  if (public_url.empty()) return hub;
  HQ_TRY(hub.did_, did_of_url(public_url));
  hub.method_ = fmt::format("{}#key-{}", hub.did_, keys->number);
  std::vector<credential::NamedKey> named;
  for (const auto& [number, key] : keys->earlier) {
    named.push_back({fmt::format("{}#key-{}", hub.did_, number), key});
  }
  named.push_back({hub.method_, hub.key_.public_key()});
  hub.document_ = credential::make_did_document(hub.did_, named).text();
  hub.status_base_ = std::string(public_url) + "/api/v1/credentials/status/";
  return hub;
}

HubIdentity HubIdentity::passing() {
  return HubIdentity(*SigningKey::from_multikey(new_secret()));
}

Result<std::string> HubIdentity::rotate(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / kCredentialKeysFile;
  HQ_TRY(KeyFile keys, read_keys(file));
  keys.earlier.emplace_back(keys.number, keys.key.public_key());
  const std::string secret = new_secret();
  HQ_TRY_VOID(write_file_atomically(
      file,
      fmt::format("{}key-{}{}{}\n", earlier_lines(keys.earlier), keys.number + 1, kPrivate, secret),
      0600));
  return SigningKey::from_multikey(secret)->public_key().multikey();
}

HubIdentity::HubIdentity(credential::SigningKey key)
    : key_(std::move(key)),
      salt_secret_(to_hex(sha256(key_.sign(kSaltStatement)))),
      did_(key_.did()),
      method_(key_.did_method()),
      document_(credential::make_did_document(did_, {{method_, key_.public_key()}}).text()),
      status_base_(did_ + "/status/") {}

std::string HubIdentity::status_list_id(uint32_t number) const {
  return status_base_ + std::to_string(number);
}

std::optional<uint32_t> HubIdentity::status_list_number(std::string_view id) const {
  if (!id.starts_with(status_base_)) return std::nullopt;
  const std::string_view digits = id.substr(status_base_.size());
  uint32_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  // Written in one way only.
  return std::to_string(number) == digits ? std::optional(number) : std::nullopt;
}

credential::SaltSource HubIdentity::salts(std::string_view name) const {
  return [this, name = std::string(name), count = 0]() mutable {
    const Sha256 hash = sha256(fmt::format("{} {} {}", salt_secret_, count++, name));
    return std::string(reinterpret_cast<const char*>(hash.data()), credential::kSaltBytes);
  };
}

}  // namespace hq::hub
