#include "credential/sd_jwt.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/hash.h"
#include "credential/canonical_json.h"
#include "credential/limits.h"
#include "credential/multibase.h"

namespace hq::credential {
namespace {

constexpr std::string_view kDigests = "_sd";
constexpr std::string_view kItemDigest = "...";
constexpr std::string_view kAlgorithm = "_sd_alg";
constexpr std::string_view kSha256 = "sha-256";
constexpr std::string_view kKeyBindingType = "kb+jwt";

std::unexpected<Error> refused(std::string message, std::string message_zh,
                               std::string where = {}) {
  return fail(ErrorCode::forbidden, std::move(message), std::move(message_zh), std::move(where));
}

std::string digest_of(std::string_view text) {
  const Sha256 hash = sha256(text);
  return base64url_encode({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

bool is_reserved(std::string_view name) {
  return name == kDigests || name == kItemDigest;
}

struct Disclosure {
  std::string text;  // as written
  Json name;         // a string, or null for an item of an array
  Json value;
};

Result<Disclosure> parse_disclosure(std::string_view text) {
  HQ_TRY(const std::string json, base64url_decode(text));
  HQ_TRY(const Json parts, Json::parse(json));
  const Json::Array* items = parts.as_array();
  const std::size_t count = items == nullptr ? 0 : items->size();
  if (count != 2 && count != 3)
    return refused("a disclosure has 2 or 3 parts", "披露应有 2 或 3 部分");
  Disclosure disclosure{std::string(text), Json(), items->back()};
  if ((*items)[0].as_string() == nullptr) return refused("a salt must be text", "盐值须为文本");
  if (count == 3) {
    disclosure.name = (*items)[1];
    const std::string* name = disclosure.name.as_string();
    if (name == nullptr || is_reserved(*name)) {
      return refused("a disclosure with a name that is not allowed", "披露的名称不被允许");
    }
  }
  return disclosure;
}

// The disclosures of an SD-JWT by their digests.
using Disclosures = std::map<std::string, Disclosure, std::less<>>;

Result<Disclosures> read_disclosures(const std::vector<std::string>& texts) {
  Disclosures all;
  for (const std::string& text : texts) {
    HQ_TRY(Disclosure one, parse_disclosure(text));
    if (!all.emplace(digest_of(text), std::move(one)).second) {
      return refused("a disclosure twice", "披露重复");
    }
  }
  return all;
}

// The digest that an item of an array stands for; null where it is a plain item.
const std::string* item_digest(const Json& item) {
  const Json::Object* fields = item.as_object();
  if (fields == nullptr || fields->size() != 1 || fields->front().key != kItemDigest)
    return nullptr;
  return fields->front().value.as_string();
}

// Puts disclosures in the places of their digests, as RFC 9901 wants it. Digests without one go.
class Discloser {
 public:
  explicit Discloser(const Disclosures& disclosures) : disclosures_(disclosures) {}

  Result<Json> open(const Json& value, int depth) {
    if (value.as_object() == nullptr && value.as_array() == nullptr) return value;
    // Disclosures within disclosures could else nest deeper than any text may.
    if (depth > kJsonDepthMax) {
      return fail(ErrorCode::limit_exceeded, "claims nested too deep", "声明嵌套过深");
    }
    if (value.as_object() != nullptr) return open_object(*value.as_object(), depth);
    Json::Array items;
    for (const Json& item : *value.as_array()) {
      const std::string* digest = item_digest(item);
      if (digest == nullptr) {
        HQ_TRY(Json plain, open(item, depth + 1));
        items.push_back(std::move(plain));
        continue;
      }
      HQ_TRY(const Disclosure* found, take(*digest, true));
      if (found == nullptr) continue;
      HQ_TRY(Json hidden, open(found->value, depth + 1));
      items.push_back(std::move(hidden));
    }
    return Json(std::move(items));
  }

  std::size_t used() const { return used_; }

 private:
  // An object with what was disclosed. The names lie beside the fields so that a hostile object of
  // very many of them takes no quadratic time.
  struct Opened {
    Json::Object fields;
    std::set<std::string_view> names;
  };

  Result<Json> open_object(const Json::Object& fields, int depth) {
    Opened opened;
    for (const JsonField& field : fields) {
      if (field.key == kDigests) continue;
      if (field.key == kItemDigest) return refused("a misplaced digest", "摘要位置有误");
      HQ_TRY(Json plain, open(field.value, depth + 1));
      opened.names.insert(field.key);
      opened.fields.push_back({field.key, std::move(plain)});
    }
    for (const JsonField& field : fields) {
      if (field.key != kDigests) continue;
      if (field.value.as_array() == nullptr) return refused("_sd must be a list", "_sd 须为列表");
      for (const Json& digest : *field.value.as_array()) HQ_TRY_VOID(put(digest, opened, depth));
    }
    return Json(std::move(opened.fields));
  }

  Result<> put(const Json& digest, Opened& opened, int depth) {
    if (digest.as_string() == nullptr) return refused("a digest must be text", "摘要须为文本");
    HQ_TRY(const Disclosure* found, take(*digest.as_string(), false));
    if (found == nullptr) return {};
    const std::string& name = *found->name.as_string();
    if (!opened.names.insert(name).second) return refused("a claim twice", "声明重复", name);
    HQ_TRY(Json hidden, open(found->value, depth + 1));
    opened.fields.push_back({name, std::move(hidden)});
    return {};
  }

  // The disclosure of a digest; null where there is none.
  Result<const Disclosure*> take(const std::string& digest, bool is_item) {
    if (!seen_.insert(digest).second) return refused("a digest twice", "摘要重复");
    const auto found = disclosures_.find(digest);
    if (found == disclosures_.end()) return nullptr;
    if (found->second.name.is_null() != is_item) {
      return refused("a disclosure of the wrong kind", "披露类型不符");
    }
    ++used_;
    return &found->second;
  }

  const Disclosures& disclosures_;
  std::set<std::string> seen_;
  std::size_t used_ = 0;
};

// Finds the disclosures that a selection names.
class Selector {
 public:
  explicit Selector(const Disclosures& disclosures) : disclosures_(disclosures) {}

  // `true`, or an object that says which parts. All else (false, null) shows nothing.
  static bool is_wanted(const Json& selection) {
    const bool* all = selection.as_bool();
    return selection.as_object() != nullptr || (all != nullptr && *all);
  }

  // `wanted` is null where nothing within is asked for.
  void select(const Json& value, const Json* wanted) {
    if (wanted == nullptr) return;
    if (const Json::Object* fields = value.as_object()) {
      for (const JsonField& field : *fields) {
        if (field.key == kDigests) {
          for (const Json* digest : field.value.as_set())
            select_claim(digest->as_string(), *wanted);
        } else {
          select(field.value, within(*wanted, field.key));
        }
      }
      return;
    }
    if (value.as_array() == nullptr) return;
    std::size_t index = 0;
    for (const Json& item : *value.as_array()) {
      const std::string* digest = item_digest(item);
      const auto found = digest == nullptr ? disclosures_.end() : disclosures_.find(*digest);
      if (digest != nullptr && found == disclosures_.end()) continue;  // a decoy has no index
      const Json* part = within(*wanted, std::to_string(index++));
      if (digest == nullptr) {
        select(item, part);
      } else if (part != nullptr && kept_.insert(*digest).second) {
        select(found->second.value, part);
      }
    }
  }

  bool keeps(const std::string& digest) const { return kept_.contains(digest); }

 private:
  void select_claim(const std::string* digest, const Json& wanted) {
    const auto found = digest == nullptr ? disclosures_.end() : disclosures_.find(*digest);
    if (found == disclosures_.end() || found->second.name.is_null()) return;
    const Json* part = within(wanted, *found->second.name.as_string());
    if (part != nullptr && kept_.insert(*digest).second) select(found->second.value, part);
  }

  // What is wanted of a part: all where all of the whole is.
  static const Json* within(const Json& wanted, std::string_view key) {
    if (wanted.as_object() == nullptr) return &wanted;
    const Json* part = wanted.find(key);
    return part != nullptr && is_wanted(*part) ? part : nullptr;
  }

  const Disclosures& disclosures_;
  std::set<std::string> kept_;
};

}  // namespace

Result<SdJwt> parse_sd_jwt(std::string_view text) {
  if (text.size() > kTextBytesMax) {
    return fail(ErrorCode::too_large, "an SD-JWT that is too long", "SD-JWT 过长");
  }
  const std::size_t last = text.rfind('~');
  if (last == text.npos) {
    return fail(ErrorCode::parse_error, "an SD-JWT has a ~ behind its signature",
                "SD-JWT 的签名后应有 ~");
  }
  SdJwt sd_jwt;
  sd_jwt.shown = text.substr(0, last + 1);
  sd_jwt.key_binding = text.substr(last + 1);
  std::string_view rest = sd_jwt.shown;
  const std::size_t end = rest.find('~');
  HQ_TRY(sd_jwt.issued, parse_jws(rest.substr(0, end)));
  HQ_TRY(sd_jwt.payload, Json::parse(sd_jwt.issued.payload));
  if (sd_jwt.payload.as_object() == nullptr) {
    return fail(ErrorCode::parse_error, "the claims must be an object", "声明须为对象");
  }
  for (rest.remove_prefix(end + 1); !rest.empty(); rest.remove_prefix(rest.find('~') + 1)) {
    sd_jwt.disclosures.emplace_back(rest.substr(0, rest.find('~')));
    if (sd_jwt.disclosures.size() > kDisclosuresMax) {
      return fail(ErrorCode::limit_exceeded, "too many disclosures", "披露过多");
    }
  }
  return sd_jwt;
}

Result<Json> disclosed_claims(const SdJwt& sd_jwt) {
  const Json* algorithm = sd_jwt.payload.find(kAlgorithm);
  if (algorithm != nullptr &&
      (algorithm->as_string() == nullptr || *algorithm->as_string() != kSha256)) {
    return fail(ErrorCode::unsupported, "digests of another kind than sha-256",
                "仅支持 sha-256 摘要", std::string(kAlgorithm));
  }
  HQ_TRY(const Disclosures disclosures, read_disclosures(sd_jwt.disclosures));
  Discloser discloser(disclosures);
  HQ_TRY(Json claims, discloser.open(sd_jwt.payload, 1));
  if (discloser.used() != disclosures.size()) {
    return refused("a disclosure that no digest names", "披露没有对应的摘要");
  }
  claims.erase(kAlgorithm);
  return claims;
}

Result<std::string> select_disclosures(std::string_view sd_jwt, const Json& selection) {
  HQ_TRY(const SdJwt parsed, parse_sd_jwt(sd_jwt));
  HQ_TRY_VOID(disclosed_claims(parsed));  // so that each digest is there once
  HQ_TRY(const Disclosures disclosures, read_disclosures(parsed.disclosures));
  Selector selector(disclosures);
  selector.select(parsed.payload, Selector::is_wanted(selection) ? &selection : nullptr);
  std::string shown = parsed.shown.substr(0, parsed.shown.find('~') + 1);
  for (const std::string& disclosure : parsed.disclosures) {
    if (selector.keeps(digest_of(disclosure))) shown += disclosure + "~";
  }
  return shown;
}

Result<std::string> bind_key(std::string_view sd_jwt, const KeyBinding& binding,
                             const SigningKey& holder) {
  HQ_TRY(const SdJwt parsed, parse_sd_jwt(sd_jwt));
  Json header = Json::object();
  header.set("typ", Json(kKeyBindingType));
  const auto seconds = std::chrono::floor<std::chrono::seconds>(binding.at);
  Json payload = Json::object();
  payload.set("iat", Json(static_cast<int64_t>(seconds.time_since_epoch().count())));
  payload.set("aud", Json(binding.audience));
  payload.set("nonce", Json(binding.nonce));
  payload.set("sd_hash", Json(digest_of(parsed.shown)));
  return parsed.shown + sign_jws(std::move(header), payload.text(), holder);
}

Result<> verify_key_binding(const SdJwt& sd_jwt, const KeyBinding& expected) {
  if (sd_jwt.key_binding.empty()) return refused("there is no key binding", "缺少密钥绑定");
  const Json* confirmation = sd_jwt.payload.find("cnf");
  const Json* jwk = confirmation == nullptr ? nullptr : confirmation->find("jwk");
  if (jwk == nullptr) return refused("no key of the holder is named", "未指明持有方密钥", "cnf");
  HQ_TRY(const PublicKey key, key_from_jwk(*jwk));
  HQ_TRY(const Jws jws, parse_jws(sd_jwt.key_binding));
  const std::string* type = jws.header.find_string("typ");
  if (type == nullptr || *type != kKeyBindingType) {
    return refused("not a key binding", "不是密钥绑定", "typ");
  }
  HQ_TRY_VOID(verify_jws(jws, key));
  HQ_TRY(const Json payload, Json::parse(jws.payload));
  const std::string* audience = payload.find_string("aud");
  const std::string* nonce = payload.find_string("nonce");
  const std::string* hash = payload.find_string("sd_hash");
  const auto at = numeric_date(payload.find("iat"));
  if (audience == nullptr || *audience != expected.audience) {
    return refused("the key binding is for another audience", "密钥绑定的受众不符", "aud");
  }
  if (nonce == nullptr || *nonce != expected.nonce) {
    return refused("the key binding answers another nonce", "密钥绑定的随机数不符", "nonce");
  }
  if (hash == nullptr || *hash != digest_of(sd_jwt.shown)) {
    return refused("the key binding is for other disclosures", "密钥绑定与披露内容不符", "sd_hash");
  }
  if (!at || *at > expected.at + kClockSkewMax || *at < expected.at - kKeyBindingAgeMax) {
    return refused("the key binding is too old, or from the future", "密钥绑定已过时或来自未来",
                   "iat");
  }
  // A holder may set a narrower span than the age that is accepted here.
  const Json* from = payload.find("nbf");
  const Json* until = payload.find("exp");
  const auto start = numeric_date(from);
  const auto end = numeric_date(until);
  if ((from != nullptr && (!start || expected.at < *start)) ||
      (until != nullptr && (!end || expected.at >= *end))) {
    return refused("the key binding is not valid at this time", "密钥绑定不在有效期内", "exp");
  }
  return {};
}

std::optional<Instant> numeric_date(const Json* value) {
  constexpr int64_t kSecondsMax = 253'402'300'799;  // the end of the year 9999
  const std::string* digits = value == nullptr ? nullptr : value->as_number_text();
  if (digits == nullptr) return std::nullopt;
  const double seconds = double_of(*digits);
  if (std::abs(seconds) > static_cast<double>(kSecondsMax)) return std::nullopt;
  return Instant(std::chrono::microseconds(std::llround(seconds * 1e6)));
}

}  // namespace hq::credential
