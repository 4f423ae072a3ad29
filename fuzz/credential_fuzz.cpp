// Any bytes as a credential, a presentation, an SD-JWT, a status list or a DID document: nothing
// crashes and nothing is valid. What is signed, with edits from the bytes: valid only while it says
// what was signed.

#include <algorithm>
#include <string>

#include "base/assert.h"
#include "credential/canonical_json.h"
#include "credential/credential.h"
#include "credential/multibase.h"
#include "hub/credentials/presented_text.h"

namespace {

using namespace hq;
using namespace hq::credential;

SigningKey key_of(char byte) {
  return *SigningKey::from_seed(std::string(32, byte));
}

const Instant kAt = *parse_instant("2026-11-22T00:00:00Z");
constexpr std::string_view kHub = "did:web:hub.example";
constexpr std::string_view kList = "https://hub.example/status/1";

/// What the edits begin with: all of it is valid.
struct Signed {
  SigningKey hub_key = key_of('\1');
  SigningKey holder_key = key_of('\2');
  Issuer hub{std::string(kHub), std::string(kHub) + "#key-1", hub_key};
  Issuer holder{holder_key.did(), holder_key.did_method(), holder_key};
  DidDocuments dids;
  std::string list = *issue_status_list(kList, "revocation", hub, kAt);
  std::string vc;
  std::string presentation;
  std::string token;
  Json claims;  // of the token, all disclosed

  Signed() {
    HQ_ASSERT(dids.add(make_did_document(kHub, hub_key.public_key()).text()).has_value());
    Json plain = *Json::parse(R"({"@context":["https://www.w3.org/ns/credentials/v2"],
        "type":["VerifiableCredential"],"validUntil":"2027-01-01T00:00:00Z",
        "credentialSubject":{"level":1.5,"名":"虹桥","all":[{"a":null},true]}})");
    plain.find("credentialSubject")->set("id", Json(holder.id));
    plain.set("credentialStatus", StatusEntry{"revocation", std::string(kList), 7, 1}.json());
    vc = *issue(plain.text(), hub, kAt);
    presentation = *present(
        {.credentials = {vc}, .challenge = "c-1", .domain = "gate.example", .at = kAt}, holder);
    SdJwtOptions options{.claims = *Json::parse(R"({"vct":"Badge","exp":1800000000,
        "name":"x","level":"B","of":{"a":1,"b":[1,2]}})"),
                         .frame = *Json::parse(R"({"_sd":["name","level"],"of":{"_sd":["a"],
        "b":{"_sd":[0]}}})"),
                         .method = hub.method,
                         .holder = holder_key.public_key()};
    options.claims.set("iss", Json(kHub));
    char salt = 0;
    token = *issue_sd_jwt(options, [&] { return std::string(16, ++salt); }, hub_key);
    claims = *disclosed_claims(*parse_sd_jwt(token));
  }

  VerifyOptions options() const {
    return {.at = kAt,
            .dids = &dids,
            .status_lists = {list},
            .challenge = "c-1",
            .domain = "gate.example",
            .is_key_binding_required = false};
  }
};

/// Four bytes an edit: where (two), what, with which byte or how many.
std::string edited(std::string text, std::string_view edits) {
  for (; edits.size() >= 4 && !text.empty(); edits.remove_prefix(4)) {
    const auto at = (static_cast<uint8_t>(edits[0]) << 8 | static_cast<uint8_t>(edits[1])) %
                    static_cast<int>(text.size());
    const auto place = static_cast<std::size_t>(at);
    switch (static_cast<uint8_t>(edits[2]) % 4) {
      case 0:
        text[place] = edits[3];
        break;
      case 1:
        text.insert(place, 1, edits[3]);
        break;
      case 2:
        text.erase(place, static_cast<uint8_t>(edits[3]) + 1U);
        break;
      default:
        text.insert(place, text.substr(place, static_cast<uint8_t>(edits[3])));
    }
  }
  return text;
}

/// Contexts behind the signed ones are no part of what is signed.
Json without_context(Json document) {
  document.erase("@context");
  if (Json* held = document.find("verifiableCredential")) {
    if (Json::Array* all = held->as_array()) {
      for (Json& one : *all) one = without_context(std::move(one));
    }
  }
  return document;
}

/// Every claim that is shown is one that was issued.
bool is_part_of(const Json& shown, const Json& whole) {
  if (shown.as_object() != nullptr) {
    for (const auto& field : *shown.as_object()) {
      const Json* other = whole.find(field.key);
      if (other == nullptr || !is_part_of(field.value, *other)) return false;
    }
    return whole.as_object() != nullptr;
  }
  if (shown.as_array() == nullptr) return shown == whole;
  if (whole.as_array() == nullptr) return false;
  for (const Json& item : *shown.as_array()) {
    const bool is_there = std::ranges::any_of(
        *whole.as_array(), [&](const Json& other) { return is_part_of(item, other); });
    if (!is_there) return false;
  }
  return true;
}

VerifyResult verified(std::string_view text, const Signed& all) {
  const hub::CredentialForm form = hub::form_of(text);
  VerifyResult result = hub::verify_as(form, text, all.options());
  HQ_ASSERT(!result.checks.empty());
  HQ_ASSERT((hub::first_failed(result) == nullptr) == result.is_valid());
  HQ_ASSERT(!to_json(hub::answer_of(result, form)).empty());
  return result;
}

/// JSON that is read writes the same value again, in canonical form too.
void read_json_again(std::string_view text) {
  const auto value = Json::parse(text);
  if (!value) return;
  HQ_ASSERT(*Json::parse(value->text()) == *value);
  const std::string canonical = canonical_json(*value);
  HQ_ASSERT(*canonical_json(canonical) == canonical);
}

void any_bytes(std::string_view text, const Signed& all) {
  HQ_ASSERT(!verified(text, all).is_valid());
  HQ_ASSERT(!verify_presentation(text, all.options()).is_valid());
  HQ_ASSERT(!verify_sd_jwt_vc(text, all.options()).is_valid());
  read_json_again(text);
  if (const auto bytes = base64url_decode(text)) HQ_ASSERT(base64url_encode(*bytes) == text);
  if (const auto list = StatusList::decode(text)) {
    HQ_ASSERT(*StatusList::decode(list->encode()) == *list);
  }
  static_cast<void>(DidDocument::parse(text));
  static_cast<void>(set_status(text, 1, true, all.hub, kAt));
  static_cast<void>(select_disclosures(text, Json(true)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  static const Signed all;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0: {
      const VerifyResult result = verified(edited(all.vc, bytes), all);
      if (result.is_valid()) {
        HQ_ASSERT(without_context(result.document) == without_context(*Json::parse(all.vc)));
      }
      break;
    }
    case 1: {
      const VerifyResult result = verified(edited(all.presentation, bytes), all);
      if (result.is_valid()) {
        HQ_ASSERT(without_context(result.document) ==
                  without_context(*Json::parse(all.presentation)));
      }
      break;
    }
    case 2: {
      const VerifyResult result = verified(edited(all.token, bytes), all);
      if (result.is_valid()) HQ_ASSERT(is_part_of(result.document, all.claims));
      break;
    }
    default:
      any_bytes(bytes, all);
  }
  return 0;
}
