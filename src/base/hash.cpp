#include "base/hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <utility>

#include "base/assert.h"

namespace hq {

struct Sha256Hasher::Context {
  EVP_MD_CTX* evp = nullptr;
  bool is_finished = false;  // OpenSSL would go on and give nonsense
};

Sha256Hasher::Sha256Hasher() : context_(std::make_unique<Context>()) {
  context_->evp = EVP_MD_CTX_new();
  HQ_ASSERT(context_->evp != nullptr);
  HQ_ASSERT(EVP_DigestInit_ex(context_->evp, EVP_sha256(), nullptr) == 1);
}

Sha256Hasher::~Sha256Hasher() {
  EVP_MD_CTX_free(context_->evp);
}

Sha256Hasher& Sha256Hasher::add(std::string_view bytes) {
  HQ_ASSERT(!context_->is_finished);
  HQ_ASSERT(EVP_DigestUpdate(context_->evp, bytes.data(), bytes.size()) == 1);
  return *this;
}

Sha256 Sha256Hasher::digest() {
  HQ_ASSERT(!std::exchange(context_->is_finished, true));
  Sha256 result;
  unsigned size = 0;
  HQ_ASSERT(EVP_DigestFinal_ex(context_->evp, result.data(), &size) == 1);
  HQ_ASSERT(size == result.size());
  return result;
}

Sha256 sha256(std::string_view text) {
  return Sha256Hasher().add(text).digest();
}

Sha256 sha256(std::span<const uint8_t> bytes) {
  return sha256(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

std::string to_hex(std::span<const uint8_t> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

Result<std::string> from_hex(std::string_view text) {
  const auto value = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  std::string bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    const int high = value(text[i]);
    const int low = value(text[i + 1]);
    if (high < 0 || low < 0) break;
    bytes += static_cast<char>(high * 16 + low);
  }
  if (bytes.size() * 2 != text.size()) {
    return fail(ErrorCode::invalid_argument, "not an even number of hexadecimal digits",
                "不是偶数个十六进制数字");
  }
  return bytes;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace hq
