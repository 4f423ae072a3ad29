// PublicKey and SigningKey: what signatures are checked and made with.
//
// Two kinds of keys are known: Ed25519 (RFC 8032, by libsodium: small-order keys and signatures
// that are not canonical are refused) and P-256 with SHA-256 (FIPS 186, by OpenSSL; signatures as
// r || s, IEEE P1363), which is only checked. As text a key is a Multikey (z6Mk..., zDn...) or a
// JWK (jose.h). A PublicKey is a value; a SigningKey moves only and wipes its secret. Any thread.
//
//   HQ_TRY(SigningKey key, SigningKey::from_seed(seed));       // 32 random bytes of the caller
//   std::string signature = key.sign(message);
//   bool good = key.public_key().verify(message, signature);
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace hq::credential {

enum class KeyType { ed25519, p256 };

class PublicKey {
 public:
  /// invalid_argument: not 32 bytes.
  static Result<PublicKey> ed25519(std::string_view bytes);
  /// A point, compressed (33 bytes) or not (65). invalid_argument: no point of the curve.
  static Result<PublicKey> p256(std::string_view point);
  /// "z6Mk..." (0xed01) or "zDn..." (0x8024). unsupported: a key of another kind.
  static Result<PublicKey> from_multikey(std::string_view text);

  KeyType type() const { return type_; }
  /// 32 bytes of Ed25519, or an uncompressed point of 65.
  const std::string& bytes() const { return bytes_; }
  std::string multikey() const;

  /// Whether `signature` (64 bytes) is one of `message` by this key.
  bool verify(std::string_view message, std::string_view signature) const;

  bool operator==(const PublicKey&) const = default;

 private:
  PublicKey(KeyType type, std::string bytes) : type_(type), bytes_(std::move(bytes)) {}

  KeyType type_;
  std::string bytes_;
};

/// An Ed25519 key that signs.
class SigningKey {
 public:
  /// invalid_argument: not 32 bytes.
  static Result<SigningKey> from_seed(std::string_view seed);
  /// A secret Multikey, "z3u2..." (0x8026).
  static Result<SigningKey> from_multikey(std::string_view text);

  SigningKey(SigningKey&& other) noexcept;
  SigningKey& operator=(SigningKey&& other) noexcept;
  SigningKey(const SigningKey&) = delete;
  SigningKey& operator=(const SigningKey&) = delete;
  ~SigningKey();

  const PublicKey& public_key() const { return public_key_; }
  std::string sign(std::string_view message) const;

  /// The secret Multikey, to be kept where nobody else reads.
  std::string secret_multikey() const;

  /// The key as a DID of its own (did:key), and the verification method of that.
  std::string did() const;
  std::string did_method() const;

 private:
  using Secret = std::array<unsigned char, 64>;
  SigningKey(PublicKey key, const Secret& secret) : public_key_(std::move(key)), secret_(secret) {}

  PublicKey public_key_;
  Secret secret_;
};

}  // namespace hq::credential
