#include "credential/public_key.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <sodium.h>

#include <memory>
#include <utility>

#include "base/assert.h"
#include "credential/multibase.h"

namespace hq::credential {
namespace {

// Prefixes of the multicodec table, as varints.
constexpr std::string_view kEd25519Public = "\xED\x01";
constexpr std::string_view kEd25519Secret = "\x80\x26";
constexpr std::string_view kP256Public = "\x80\x24";
constexpr std::size_t kP256Half = 32;

template <class T, void (*kFree)(T*)>
struct Freer {
  void operator()(T* thing) const { kFree(thing); }
};
using Pkey = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY, EVP_PKEY_free>>;
using PkeyContext = std::unique_ptr<EVP_PKEY_CTX, Freer<EVP_PKEY_CTX, EVP_PKEY_CTX_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX, EVP_MD_CTX_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Freer<ECDSA_SIG, ECDSA_SIG_free>>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// The key of a point; null where the point is not on the curve.
Pkey p256_key(std::string_view point) {
  const PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  HQ_ASSERT(context != nullptr && EVP_PKEY_fromdata_init(context.get()) == 1);
  std::string group = "prime256v1";
  std::string octets(point);
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, octets.data(), octets.size()),
      OSSL_PARAM_construct_end()};
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY,
                        const_cast<OSSL_PARAM*>(parameters)) != 1) {
    return nullptr;
  }
  return Pkey(key);
}

// r || s as DER, which OpenSSL wants.
std::string der_of(std::string_view p1363) {
  const Signature pair(ECDSA_SIG_new());
  BIGNUM* r = BN_bin2bn(bytes_of(p1363), kP256Half, nullptr);
  BIGNUM* s = BN_bin2bn(bytes_of(p1363) + kP256Half, kP256Half, nullptr);
  HQ_ASSERT(pair != nullptr && r != nullptr && s != nullptr);
  HQ_ASSERT(ECDSA_SIG_set0(pair.get(), r, s) == 1);
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &der);
  HQ_ASSERT(size > 0);
  std::string bytes(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return bytes;
}

bool verify_p256(std::string_view point, std::string_view message, std::string_view signature) {
  if (signature.size() != 2 * kP256Half) return false;
  const Pkey key = p256_key(point);
  const Digest digest(EVP_MD_CTX_new());
  HQ_ASSERT(key != nullptr && digest != nullptr);
  HQ_ASSERT(EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1);
  const std::string der = der_of(signature);
  return EVP_DigestVerify(digest.get(), bytes_of(der), der.size(), bytes_of(message),
                          message.size()) == 1;
}

bool has_prefix(std::string_view bytes, std::string_view prefix) {
  return bytes.starts_with(prefix);
}

}  // namespace

Result<PublicKey> PublicKey::ed25519(std::string_view bytes) {
  if (bytes.size() != crypto_sign_PUBLICKEYBYTES) {
    return fail(ErrorCode::invalid_argument, "an Ed25519 key has 32 bytes",
                "Ed25519 公钥应为 32 字节");
  }
  return PublicKey(KeyType::ed25519, std::string(bytes));
}

Result<PublicKey> PublicKey::p256(std::string_view point) {
  const bool is_compressed = point.size() == kP256Half + 1 && (point[0] == 2 || point[0] == 3);
  const bool is_whole = point.size() == 2 * kP256Half + 1 && point[0] == 4;
  const Pkey key = is_compressed || is_whole ? p256_key(point) : nullptr;
  if (key == nullptr) {
    return fail(ErrorCode::invalid_argument, "not a point of the curve P-256",
                "不是 P-256 曲线上的点");
  }
  if (is_whole) return PublicKey(KeyType::p256, std::string(point));
  // Written again in the long form, so that equal keys are equal bytes.
  HQ_ASSERT(EVP_PKEY_set_utf8_string_param(key.get(), OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
                                           "uncompressed") == 1);
  std::string bytes(2 * kP256Half + 1, '\0');
  std::size_t size = 0;
  HQ_ASSERT(EVP_PKEY_get_octet_string_param(key.get(), OSSL_PKEY_PARAM_PUB_KEY,
                                            reinterpret_cast<unsigned char*>(bytes.data()),
                                            bytes.size(), &size) == 1);
  HQ_ASSERT(size == bytes.size() && bytes[0] == 4);
  return PublicKey(KeyType::p256, std::move(bytes));
}

Result<PublicKey> PublicKey::from_multikey(std::string_view text) {
  HQ_TRY(const std::string bytes, multibase_decode(text));
  if (has_prefix(bytes, kEd25519Public)) return ed25519(std::string_view(bytes).substr(2));
  if (has_prefix(bytes, kP256Public) && bytes.size() == 2 + kP256Half + 1) {
    return p256(std::string_view(bytes).substr(2));
  }
  return fail(ErrorCode::unsupported, "a key that is neither Ed25519 nor P-256",
              "仅支持 Ed25519 与 P-256 公钥");
}

std::string PublicKey::multikey() const {
  if (type_ == KeyType::ed25519) {
    return "z" + base58btc_encode(std::string(kEd25519Public) + bytes_);
  }
  const bool is_odd = (static_cast<uint8_t>(bytes_.back()) & 1) != 0;
  return "z" + base58btc_encode(std::string(kP256Public) + (is_odd ? '\3' : '\2') +
                                bytes_.substr(1, kP256Half));
}

bool PublicKey::verify(std::string_view message, std::string_view signature) const {
  if (type_ == KeyType::p256) return verify_p256(bytes_, message, signature);
  HQ_ASSERT(::sodium_init() >= 0);
  return signature.size() == crypto_sign_BYTES &&
         crypto_sign_verify_detached(bytes_of(signature), bytes_of(message), message.size(),
                                     bytes_of(bytes_)) == 0;
}

Result<SigningKey> SigningKey::from_seed(std::string_view seed) {
  HQ_ASSERT(::sodium_init() >= 0);
  if (seed.size() != crypto_sign_SEEDBYTES) {
    return fail(ErrorCode::invalid_argument, "the seed of a key has 32 bytes",
                "密钥种子应为 32 字节");
  }
  std::string public_bytes(crypto_sign_PUBLICKEYBYTES, '\0');
  Secret secret{};
  static_assert(std::tuple_size_v<Secret> == crypto_sign_SECRETKEYBYTES);
  HQ_ASSERT(crypto_sign_seed_keypair(reinterpret_cast<unsigned char*>(public_bytes.data()),
                                     secret.data(), bytes_of(seed)) == 0);
  HQ_TRY(PublicKey key, PublicKey::ed25519(public_bytes));
  SigningKey made(std::move(key), secret);
  sodium_memzero(secret.data(), secret.size());
  return made;
}

Result<SigningKey> SigningKey::from_multikey(std::string_view text) {
  HQ_TRY(std::string bytes, multibase_decode(text));
  if (!has_prefix(bytes, kEd25519Secret)) {
    return fail(ErrorCode::unsupported, "not a secret Ed25519 key", "不是 Ed25519 私钥");
  }
  auto key = from_seed(std::string_view(bytes).substr(2));
  sodium_memzero(bytes.data(), bytes.size());
  return key;
}

SigningKey::SigningKey(SigningKey&& other) noexcept
    : public_key_(std::move(other.public_key_)), secret_(other.secret_) {
  sodium_memzero(other.secret_.data(), other.secret_.size());
}

SigningKey& SigningKey::operator=(SigningKey&& other) noexcept {
  if (this == &other) return *this;
  public_key_ = other.public_key_;
  secret_ = other.secret_;
  sodium_memzero(other.secret_.data(), other.secret_.size());
  return *this;
}

SigningKey::~SigningKey() {
  sodium_memzero(secret_.data(), secret_.size());
}

std::string SigningKey::sign(std::string_view message) const {
  std::string signature(crypto_sign_BYTES, '\0');
  HQ_ASSERT(crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr,
                                 bytes_of(message), message.size(), secret_.data()) == 0);
  return signature;
}

std::string SigningKey::secret_multikey() const {
  // libsodium keeps the seed in front of the public key.
  std::string bytes(kEd25519Secret);
  bytes.append(reinterpret_cast<const char*>(secret_.data()), crypto_sign_SEEDBYTES);
  std::string text = "z" + base58btc_encode(bytes);
  sodium_memzero(bytes.data(), bytes.size());
  return text;
}

std::string SigningKey::did() const {
  return "did:key:" + public_key_.multikey();
}

std::string SigningKey::did_method() const {
  return did() + "#" + public_key_.multikey();
}

}  // namespace hq::credential
