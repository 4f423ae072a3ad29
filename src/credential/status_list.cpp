#include "credential/status_list.h"

#include <zlib.h>

#include <algorithm>
#include <charconv>

#include "base/assert.h"
#include "credential/credential_model.h"
#include "credential/multibase.h"

namespace hq::credential {
namespace {

constexpr int kGzipWindow = 15 + 16;  // zlib: the largest window, with a gzip header
constexpr int kMemoryLevel = 8;       // zlib's default
constexpr std::size_t kChunkBytes = std::size_t{64} << 10;
constexpr std::string_view kEntryType = "BitstringStatusListEntry";
constexpr std::string_view kListType = "BitstringStatusList";

std::unexpected<Error> bad_list(std::string message, std::string message_zh) {
  return fail(ErrorCode::parse_error, std::move(message), std::move(message_zh), "encodedList");
}

std::unexpected<Error> bad_entry(std::string_view field) {
  return fail(ErrorCode::invalid_argument, "a status entry with a missing or wrong field",
              "状态条目的字段缺失或有误", "credentialStatus/" + std::string(field));
}

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  HQ_ASSERT(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzipWindow, kMemoryLevel,
                         Z_DEFAULT_STRATEGY) == Z_OK);
  std::string packed(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  HQ_ASSERT(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

// One gzip member and nothing behind it; stops as soon as there is more than may be.
Result<std::string> gunzip(std::string_view packed, std::size_t bytes_max) {
  z_stream stream{};
  HQ_ASSERT(inflateInit2(&stream, kGzipWindow) == Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string bytes;
  int state = Z_OK;
  while (state == Z_OK && bytes.size() <= bytes_max) {
    const std::size_t before = bytes.size();
    bytes.resize(before + kChunkBytes);
    stream.next_out = reinterpret_cast<Bytef*>(bytes.data() + before);
    stream.avail_out = static_cast<uInt>(kChunkBytes);
    state = inflate(&stream, Z_NO_FLUSH);
    bytes.resize(before + kChunkBytes - stream.avail_out);
  }
  const bool is_whole = state == Z_STREAM_END && stream.avail_in == 0;
  inflateEnd(&stream);
  if (bytes.size() > bytes_max) {
    return fail(ErrorCode::too_large, "the status list has too many bits", "状态列表位数过多",
                "encodedList");
  }
  if (!is_whole) return bad_list("not gzip, or not whole", "不是完整的 gzip 数据");
  return bytes;
}

// "0", "94567": digits without leading zeros.
std::optional<int64_t> parse_index(std::string_view text) {
  int64_t value = 0;
  const auto [end, problem] = std::from_chars(text.begin(), text.end(), value);
  const bool has_extra_zero = text.size() > 1 && text[0] == '0';
  if (problem != std::errc() || end != text.end() || value < 0 || has_extra_zero) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

Result<StatusList> StatusList::make(std::size_t bits) {
  if (bits < kStatusBitsMin || bits > kStatusBitsMax || bits % 8 != 0) {
    return fail(ErrorCode::invalid_argument, "a status list has from 131072 to 67108864 bits",
                "状态列表应为 131072 至 67108864 位");
  }
  return StatusList(std::string(bits / 8, '\0'));
}

Result<StatusList> StatusList::decode(std::string_view encoded, std::size_t bits_min) {
  if (!encoded.starts_with('u')) {
    return bad_list("must begin with u: base64url in multibase",
                    "须以 u 开头（multibase base64url）");
  }
  if (encoded.size() > kTextBytesMax) {
    return fail(ErrorCode::too_large, "a status list that is too long", "状态列表过长",
                "encodedList");
  }
  HQ_TRY(const std::string packed, base64url_decode(encoded.substr(1)));
  HQ_TRY(std::string bytes, gunzip(packed, kStatusBitsMax / 8));
  if (bytes.size() * 8 < bits_min) {
    return fail(ErrorCode::invalid_argument, "a status list with too few bits to hide a holder",
                "状态列表位数过少，无法保护持有方", "encodedList");
  }
  return StatusList(std::move(bytes));
}

std::string StatusList::encode() const {
  return "u" + base64url_encode(gzip(bytes_));
}

Result<uint32_t> StatusList::value(int64_t index, int64_t bits) const {
  const auto count = static_cast<int64_t>(size());
  if (bits < 1 || bits > kStatusSizeMax || index < 0 || index >= count / bits) {
    return fail(ErrorCode::invalid_argument, "the index is beyond the status list",
                "索引超出状态列表", "statusListIndex");
  }
  uint32_t value = 0;
  for (int64_t bit = index * bits; bit < (index + 1) * bits; ++bit) {
    const auto byte = static_cast<uint8_t>(bytes_[static_cast<std::size_t>(bit / 8)]);
    value = value << 1 | (byte >> (7 - bit % 8) & 1U);
  }
  return value;
}

Result<> StatusList::set(int64_t index, bool value) {
  HQ_TRY_VOID(this->value(index));
  char& byte = bytes_[static_cast<std::size_t>(index / 8)];
  const auto mask = static_cast<uint8_t>(0x80U >> (index % 8));
  const auto old = static_cast<uint8_t>(byte);
  byte = static_cast<char>(value ? old | mask : old & ~mask);
  return {};
}

Result<StatusEntry> StatusEntry::read(const Json& from) {
  const std::string* type = from.find_string("type");
  if (type == nullptr || *type != kEntryType) {
    return fail(ErrorCode::unsupported, "a status of another type than BitstringStatusListEntry",
                "仅支持 BitstringStatusListEntry 类型的状态", "credentialStatus/type");
  }
  const std::string* purpose = from.find_string("statusPurpose");
  const std::string* list = from.find_string("statusListCredential");
  const std::string* index = from.find_string("statusListIndex");
  if (purpose == nullptr || purpose->empty()) return bad_entry("statusPurpose");
  if (list == nullptr || !is_url(*list)) return bad_entry("statusListCredential");
  const auto number = index == nullptr ? std::nullopt : parse_index(*index);
  if (!number) return bad_entry("statusListIndex");
  StatusEntry entry{*purpose, *list, *number, 1};
  if (const Json* size = from.find("statusSize")) {
    const auto bits = size->as_int();
    if (!bits || *bits < 1 || *bits > kStatusSizeMax) return bad_entry("statusSize");
    entry.bits = *bits;
  }
  return entry;
}

Json StatusEntry::json() const {
  Json entry = Json::object();
  entry.set("id", Json(list + "#" + std::to_string(index)));
  entry.set("type", Json(kEntryType));
  entry.set("statusPurpose", Json(purpose));
  entry.set("statusListIndex", Json(std::to_string(index)));
  entry.set("statusListCredential", Json(list));
  if (bits != 1) entry.set("statusSize", Json(bits));
  return entry;
}

Json make_status_credential(std::string_view id, std::string_view issuer, std::string_view purpose,
                            const StatusList& list) {
  Json subject = Json::object();
  subject.set("id", Json(std::string(id) + "#list"));
  subject.set("type", Json(kListType));
  subject.set("statusPurpose", Json(purpose));
  subject.set("encodedList", Json(list.encode()));
  Json credential = Json::object();
  credential.set("@context", Json::strings({std::string(kBaseContext)}));
  credential.set("id", Json(id));
  credential.set("type", Json::strings({"VerifiableCredential", "BitstringStatusListCredential"}));
  credential.set("issuer", Json(issuer));
  credential.set("credentialSubject", std::move(subject));
  return credential;
}

Result<StatusList> list_of(const Json& status_credential, std::string_view purpose) {
  const Json* subject = status_credential.find("credentialSubject");
  const std::string* encoded = subject == nullptr ? nullptr : subject->find_string("encodedList");
  const Json* purposes = subject == nullptr ? nullptr : subject->find("statusPurpose");
  if (!has_type(status_credential, "BitstringStatusListCredential") || encoded == nullptr ||
      purposes == nullptr || !has_type(*subject, kListType)) {
    return bad_list("not the credential of a status list", "不是状态列表凭证");
  }
  const bool fits = std::ranges::any_of(purposes->as_set(), [&](const Json* one) {
    return one->as_string() != nullptr && *one->as_string() == purpose;
  });
  if (!fits) {
    return fail(ErrorCode::forbidden, "the status list is for another purpose", "状态列表用途不符",
                "statusPurpose");
  }
  return StatusList::decode(*encoded);
}

}  // namespace hq::credential
