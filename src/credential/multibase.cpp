#include "credential/multibase.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "credential/limits.h"

namespace hq::credential {
namespace {

constexpr std::string_view kBase58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

constexpr uint8_t kNone = 0xFF;

// The value of each letter of an alphabet.
constexpr std::array<uint8_t, 256> values_of(std::string_view alphabet) {
  std::array<uint8_t, 256> values{};
  values.fill(kNone);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    values[static_cast<uint8_t>(alphabet[i])] = static_cast<uint8_t>(i);
  }
  return values;
}

// A number in one base as digits of another, least digit first; `digits` come most first.
std::vector<uint8_t> change_base(const std::vector<uint8_t>& digits, uint32_t from, uint32_t to) {
  std::vector<uint8_t> result;
  for (const uint8_t digit : digits) {
    uint32_t carry = digit;
    for (uint8_t& place : result) {
      carry += place * from;
      place = static_cast<uint8_t>(carry % to);
      carry /= to;
    }
    for (; carry != 0; carry /= to) result.push_back(static_cast<uint8_t>(carry % to));
  }
  return result;
}

std::unexpected<Error> bad_letters(std::string_view name) {
  return fail(ErrorCode::parse_error, "not " + std::string(name) + ": a wrong letter or length",
              "不是 " + std::string(name) + "：字符或长度有误");
}

}  // namespace

std::string base58btc_encode(std::string_view bytes) {
  const std::size_t zeros = std::min(bytes.find_first_not_of('\0'), bytes.size());
  const auto digits = change_base({bytes.begin(), bytes.end()}, 256, 58);
  std::string text(zeros, kBase58[0]);
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) text += kBase58[*digit];
  return text;
}

Result<std::string> base58btc_decode(std::string_view text) {
  static constexpr auto kValues = values_of(kBase58);
  if (text.size() > kBase58CharsMax) {
    return fail(ErrorCode::too_large, "a base58 text that is too long", "base58 文本过长");
  }
  std::vector<uint8_t> digits;
  for (const char letter : text) {
    const uint8_t value = kValues[static_cast<uint8_t>(letter)];
    if (value == kNone) return bad_letters("base58btc");
    digits.push_back(value);
  }
  const std::size_t zeros = std::min(text.find_first_not_of(kBase58[0]), text.size());
  const auto bytes = change_base(digits, 58, 256);
  return std::string(zeros, '\0') + std::string(bytes.rbegin(), bytes.rend());
}

std::string base64url_encode(std::string_view bytes) {
  constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(::sodium_base64_encoded_len(bytes.size(), kVariant), '\0');
  ::sodium_bin2base64(text.data(), text.size(),
                      reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), kVariant);
  text.pop_back();  // the zero at its end
  return text;
}

// Written again it must be the same text: libsodium 1.0.18 takes some bytes beyond ASCII for
// letters.
Result<std::string> base64url_decode(std::string_view text) {
  std::string bytes(text.size() / 4 * 3 + 3, '\0');
  std::size_t size = 0;
  if (::sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                          text.size(), nullptr, &size, nullptr,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0) {
    return bad_letters("base64url");
  }
  bytes.resize(size);
  if (base64url_encode(bytes) != text) return bad_letters("base64url");
  return bytes;
}

Result<std::string> multibase_decode(std::string_view text) {
  if (text.starts_with('z')) return base58btc_decode(text.substr(1));
  if (text.starts_with('u')) return base64url_decode(text.substr(1));
  return fail(ErrorCode::unsupported, "a multibase text that begins neither with z nor with u",
              "multibase 文本须以 z 或 u 开头");
}

}  // namespace hq::credential
