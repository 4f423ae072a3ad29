// The issuer's side of SD-JWT: what the frame names is taken out of the claims, and its digest
// stays.
#include <algorithm>
#include <array>
#include <set>

#include "base/assert.h"
#include "base/hash.h"
#include "credential/limits.h"
#include "credential/multibase.h"
#include "credential/sd_jwt.h"

namespace hq::credential {
namespace {

constexpr std::array<std::string_view, 8> kNeverHidden = {
    "iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status", "credentialStatus"};

std::unexpected<Error> bad_frame(std::string_view where) {
  return fail(ErrorCode::invalid_argument, "the frame hides what is not there or must be seen",
              "披露框架指定了不存在或不可隐藏的声明", std::string(where));
}

std::string digest_of(std::string_view text) {
  const Sha256 hash = sha256(text);
  return base64url_encode({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

class Packer {
 public:
  explicit Packer(const SaltSource& salts) : salts_(salts) {}

  Result<Json> pack(const Json& value, const Json* frame) {
    if (value.as_object() != nullptr) return pack_object(value, frame);
    if (value.as_array() != nullptr) return pack_array(*value.as_array(), frame);
    if (frame != nullptr) return bad_frame("");
    return value;
  }

  const std::vector<std::string>& disclosures() const { return disclosures_; }

 private:
  Result<Json> pack_object(const Json& object, const Json* frame) {
    HQ_TRY_VOID(
        check_frame(frame, [&](std::string_view key) { return object.find(key) != nullptr; }));
    Json result = Json::object();
    std::vector<std::string> digests;
    for (const auto& [key, value] : *object.as_object()) {
      if (key == "_sd" || key == "..." || key == "_sd_alg") {
        return fail(ErrorCode::invalid_argument, "a claim with a reserved name",
                    "声明使用了保留名称", key);
      }
      HQ_TRY(Json inner, pack(value, frame == nullptr ? nullptr : frame->find(key)));
      if (hides(frame, key)) {
        digests.push_back(disclose(Json::Array{Json(salt()), Json(key), std::move(inner)}));
      } else {
        result.set(key, std::move(inner));
      }
    }
    HQ_TRY(const int64_t decoys, decoys_of(frame));
    for (int64_t i = 0; i < decoys; ++i) digests.push_back(decoy());
    // Sorted, so that the order says nothing of the claims, nor which digest is a decoy.
    std::ranges::sort(digests);
    if (!digests.empty()) result.set("_sd", Json::strings(digests));
    return result;
  }

  Result<Json> pack_array(const Json::Array& items, const Json* frame) {
    HQ_TRY_VOID(check_frame(frame, [&](std::string_view key) {
      const auto index = Json::number(key).as_int();
      // Written in one way only: "01" would pass here and hide nothing.
      return index && *index >= 0 && *index < static_cast<int64_t>(items.size()) &&
             key == std::to_string(*index);
    }));
    Json::Array result;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const Json* part = frame == nullptr ? nullptr : frame->find(std::to_string(i));
      HQ_TRY(Json inner, pack(items[i], part));
      if (hides(frame, std::to_string(i))) {
        inner = placeholder(disclose(Json::Array{Json(salt()), std::move(inner)}));
      }
      result.push_back(std::move(inner));
    }
    HQ_TRY(const int64_t decoys, decoys_of(frame));
    for (int64_t i = 0; i < decoys; ++i) {
      result.insert(result.begin() + random_place(result.size() + 1), placeholder(decoy()));
    }
    return Json(std::move(result));
  }

  // Whatever a frame names must be there.
  template <class Has>
  static Result<> check_frame(const Json* frame, Has has) {
    if (frame == nullptr) return {};
    if (frame->as_object() == nullptr) return bad_frame("");
    for (const auto& [key, part] : *frame->as_object()) {
      if (key == "_sd_decoy") continue;
      if (key != "_sd") {
        if (!has(key)) return bad_frame(key);
        continue;
      }
      if (part.as_array() == nullptr) return bad_frame(key);
      for (const Json& name : *part.as_array()) {
        const std::string* text = name_in(name);
        if (text == nullptr || !has(*text)) return bad_frame(text == nullptr ? key : *text);
      }
    }
    return {};
  }

  // A name or an index of a frame, whether as text or as a number; null where it is neither.
  static const std::string* name_in(const Json& entry) {
    const std::string* text = entry.as_string();
    return text == nullptr ? entry.as_number_text() : text;
  }

  static bool hides(const Json* frame, std::string_view name) {
    const Json* hidden = frame == nullptr ? nullptr : frame->find("_sd");
    if (hidden == nullptr) return false;
    return std::ranges::any_of(*hidden->as_array(), [&](const Json& entry) {
      const std::string* text = name_in(entry);
      return text != nullptr && *text == name;
    });
  }

  static Result<int64_t> decoys_of(const Json* frame) {
    const Json* wanted = frame == nullptr ? nullptr : frame->find("_sd_decoy");
    if (wanted == nullptr) return 0;
    const auto count = wanted->as_int();
    if (!count || *count < 0 || *count > static_cast<int64_t>(kDecoysMax)) {
      return bad_frame("_sd_decoy");
    }
    return *count;
  }

  static Json placeholder(std::string digest) {
    Json item = Json::object();
    item.set("...", Json(std::move(digest)));
    return item;
  }

  std::string random_bytes() {
    std::string bytes = salts_();
    HQ_ASSERT(bytes.size() >= kSaltBytes);
    return bytes;
  }

  std::string salt() { return base64url_encode(random_bytes()); }

  std::ptrdiff_t random_place(std::size_t count) {
    uint32_t number = 0;
    for (const char byte : random_bytes().substr(0, sizeof number)) {
      number = number << 8 | static_cast<uint8_t>(byte);
    }
    return static_cast<std::ptrdiff_t>(number % count);
  }

  std::string decoy() { return digest_of(salt()); }

  std::string disclose(Json::Array parts) {
    disclosures_.push_back(base64url_encode(Json(std::move(parts)).text()));
    return digest_of(disclosures_.back());
  }

  const SaltSource& salts_;
  std::vector<std::string> disclosures_;
};

// As SD-JWT VC wants it: what says whether a credential holds is always seen.
Result<> check_registered(const SdJwtOptions& options) {
  if (options.type != kSdJwtVcType && options.type != kSdJwtVcFormerType) return {};
  if (options.claims.find_string("vct") == nullptr) {
    return fail(ErrorCode::invalid_argument, "an SD-JWT VC needs its type, vct",
                "SD-JWT VC 须有 vct", "vct");
  }
  const Json* hidden = options.frame.find("_sd");
  if (hidden == nullptr || hidden->as_array() == nullptr) return {};
  for (const Json& name : *hidden->as_array()) {
    if (name.as_string() != nullptr && std::ranges::count(kNeverHidden, *name.as_string()) > 0) {
      return bad_frame(*name.as_string());
    }
  }
  return {};
}

}  // namespace

Result<std::string> issue_sd_jwt(const SdJwtOptions& options, const SaltSource& salts,
                                 const SigningKey& key) {
  if (options.claims.as_object() == nullptr) {
    return fail(ErrorCode::invalid_argument, "the claims must be an object", "声明须为对象");
  }
  if (options.holder && options.claims.find("cnf") != nullptr) {
    return fail(ErrorCode::invalid_argument, "cnf is both a claim and the key of the holder",
                "cnf 既是声明又是持有方密钥", "cnf");
  }
  HQ_TRY_VOID(check_registered(options));
  Packer packer(salts);
  HQ_TRY(Json payload, packer.pack(options.claims, &options.frame));
  if (packer.disclosures().size() > kDisclosuresMax) {
    return fail(ErrorCode::limit_exceeded, "too many disclosures", "披露过多");
  }
  payload.set("_sd_alg", Json("sha-256"));
  if (options.holder) {
    Json confirmation = Json::object();
    confirmation.set("jwk", jwk_of(*options.holder));
    payload.set("cnf", std::move(confirmation));
  }
  Json header = Json::object();
  header.set("typ", Json(options.type));
  if (!options.method.empty()) header.set("kid", Json(options.method));
  std::string text = sign_jws(std::move(header), payload.text(), key) + "~";
  for (const std::string& disclosure : packer.disclosures()) text += disclosure + "~";
  HQ_TRY(const SdJwt issued, parse_sd_jwt(text));
  HQ_TRY_VOID(disclosed_claims(issued));
  return text;
}

}  // namespace hq::credential
