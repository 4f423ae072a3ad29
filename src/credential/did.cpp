#include "credential/did.h"

#include <algorithm>

#include "credential/jose.h"

namespace hq::credential {
namespace {

constexpr std::string_view kDidKey = "did:key:";
constexpr std::string_view kDidWeb = "did:web:";

std::unexpected<Error> bad_document(std::string_view where) {
  return fail(ErrorCode::parse_error, "a DID document with a missing or wrong field",
              "DID 文档的字段缺失或有误", std::string(where));
}

std::string absolute(std::string_view id, std::string_view base) {
  return id.starts_with('#') ? std::string(base) + std::string(id) : std::string(id);
}

Result<std::optional<Instant>> read_time(const Json& method, std::string_view field) {
  const Json* value = method.find(field);
  if (value == nullptr) return std::nullopt;
  if (value->as_string() == nullptr) return bad_document(field);
  HQ_TRY(const Instant time, parse_instant(*value->as_string()));
  return time;
}

// The key of a verification method; unsupported where it is of a kind that is not known.
Result<PublicKey> read_key(const Json& method) {
  const std::string* type = method.find_string("type");
  const std::string* multikey = method.find_string("publicKeyMultibase");
  const Json* jwk = method.find("publicKeyJwk");
  if (type == nullptr || (multikey != nullptr) == (jwk != nullptr)) {
    return bad_document("verificationMethod");
  }
  if (multikey != nullptr && (*type == "Multikey" || *type == "Ed25519VerificationKey2020")) {
    return PublicKey::from_multikey(*multikey);
  }
  if (jwk != nullptr && (*type == "JsonWebKey" || *type == "JsonWebKey2020")) {
    return key_from_jwk(*jwk);
  }
  return fail(ErrorCode::unsupported, "a verification method of type " + *type,
              "不支持的验证方法类型 " + *type);
}

// Adds the method to the document, unless it is of a kind that is not known; gives its id.
Result<std::string> read_method(const Json& from, DidDocument& document) {
  const std::string* id = from.find_string("id");
  const std::string* controller = from.find_string("controller");
  if (id == nullptr || controller == nullptr) return bad_document("verificationMethod");
  std::string name = absolute(*id, document.id);
  if (did_of(name) != document.id || name == document.id || *controller != document.id ||
      std::ranges::count(document.methods, name, &VerificationMethod::id) > 0) {
    return bad_document("verificationMethod");
  }
  HQ_TRY(const auto expires, read_time(from, "expires"));
  HQ_TRY(const auto revoked, read_time(from, "revoked"));
  auto key = read_key(from);
  if (key) {
    document.methods.push_back({name, *controller, std::move(*key), expires, revoked});
  } else if (key.error().code != ErrorCode::unsupported) {
    return std::unexpected(std::move(key).error());
  }
  return name;
}

Result<> read_purpose(const Json& from, ProofPurpose purpose, DidDocument& document) {
  const Json* list = from.find(name_of(purpose));
  if (list == nullptr) return {};
  for (const Json* item : list->as_set()) {
    std::string id;
    if (const std::string* reference = item->as_string()) {
      id = absolute(*reference, document.id);
    } else {
      HQ_TRY(id, read_method(*item, document));
    }
    (purpose == ProofPurpose::authentication ? document.authentications
                                             : document.assertion_methods)
        .insert(std::move(id));
  }
  return {};
}

Result<PublicKey> resolve_did_key(std::string_view method) {
  const std::string_view text = did_of(method).substr(kDidKey.size());
  if (method.substr(did_of(method).size()) != "#" + std::string(text)) {
    return fail(ErrorCode::invalid_argument, "a did:key names its one method by the key itself",
                "did:key 的验证方法须以密钥本身命名", std::string(method));
  }
  return PublicKey::from_multikey(text);
}

}  // namespace

std::string_view name_of(ProofPurpose purpose) {
  return purpose == ProofPurpose::authentication ? "authentication" : "assertionMethod";
}

std::string_view did_of(std::string_view method) {
  return method.substr(0, method.find('#'));
}

const std::set<std::string>& DidDocument::methods_for(ProofPurpose purpose) const {
  return purpose == ProofPurpose::authentication ? authentications : assertion_methods;
}

Result<DidDocument> DidDocument::parse(std::string_view text) {
  HQ_TRY(const Json from, Json::parse(text));
  const std::string* id = from.find_string("id");
  if (id == nullptr || id->find('#') != id->npos) return bad_document("id");
  DidDocument document;
  document.id = *id;
  if (const Json* methods = from.find("verificationMethod")) {
    for (const Json* method : methods->as_set()) {
      HQ_TRY_VOID(read_method(*method, document));
    }
  }
  HQ_TRY_VOID(read_purpose(from, ProofPurpose::assertion_method, document));
  HQ_TRY_VOID(read_purpose(from, ProofPurpose::authentication, document));
  return document;
}

Result<> DidDocuments::add(std::string_view text) {
  HQ_TRY(DidDocument document, DidDocument::parse(text));
  if (document.id.starts_with(kDidWeb)) {
    HQ_TRY_VOID(did_web_url(document.id));
  } else if (!document.id.starts_with("https://")) {
    return fail(ErrorCode::unsupported, "only documents of did:web and https can be added",
                "只能添加 did:web 与 https 的文档", document.id);
  }
  const std::string id = document.id;
  if (!documents_.emplace(id, std::move(document)).second) {
    return fail(ErrorCode::already_exists, "there is a document of that id already",
                "该标识的文档已存在", id);
  }
  return {};
}

const DidDocument* DidDocuments::find(std::string_view id) const {
  const auto found = documents_.find(id);
  return found == documents_.end() ? nullptr : &found->second;
}

Result<PublicKey> DidDocuments::resolve(std::string_view method, ProofPurpose purpose,
                                        Instant at) const {
  if (method.starts_with(kDidKey)) return resolve_did_key(method);
  const DidDocument* document = find(did_of(method));
  if (document == nullptr) {
    const bool may_be_known = method.starts_with(kDidWeb) || method.starts_with("https://");
    return fail(may_be_known ? ErrorCode::not_found : ErrorCode::unsupported,
                "no DID document is known for this verification method",
                "没有该验证方法的 DID 文档", std::string(method));
  }
  const auto found = std::ranges::find(document->methods, method, &VerificationMethod::id);
  if (found == document->methods.end()) {
    return fail(ErrorCode::not_found, "the DID document has no such key of a known kind",
                "DID 文档中没有此密钥或其类型不受支持", std::string(method));
  }
  if (!document->methods_for(purpose).contains(found->id)) {
    return fail(ErrorCode::forbidden, "the key is not for " + std::string(name_of(purpose)),
                "该密钥不可用于 " + std::string(name_of(purpose)), std::string(method));
  }
  const auto is_over = [&](const std::optional<Instant>& end) {
    return end.has_value() && at >= *end;
  };
  if (is_over(found->expires) || is_over(found->revoked)) {
    return fail(ErrorCode::forbidden, "the key had expired or was revoked by then",
                "该密钥届时已过期或被撤销", std::string(method));
  }
  return found->key;
}

bool DidDocuments::speaks_by(std::string_view subject, std::string_view method,
                             ProofPurpose purpose) const {
  if (did_of(method) == subject) return true;
  const DidDocument* document = find(subject);
  return document != nullptr && document->methods_for(purpose).contains(std::string(method));
}

Json make_did_document(std::string_view id, const std::vector<NamedKey>& keys) {
  Json verification = Json::array();
  Json::Array methods;
  for (const NamedKey& named : keys) {
    Json method = Json::object();
    method.set("id", Json(named.method));
    method.set("type", Json("Multikey"));
    method.set("controller", Json(id));
    method.set("publicKeyMultibase", Json(named.key.multikey()));
    verification.as_array()->push_back(std::move(method));
    methods.emplace_back(named.method);
  }
  Json document = Json::object();
  document.set("@context", Json::strings({"https://www.w3.org/ns/did/v1",
                                          "https://w3id.org/security/multikey/v1"}));
  document.set("id", Json(id));
  document.set("verificationMethod", std::move(verification));
  document.set("assertionMethod", Json(methods));
  document.set("authentication", Json(std::move(methods)));
  return document;
}

Json make_did_document(std::string_view id, const PublicKey& key) {
  return make_did_document(id, std::vector<NamedKey>{{std::string(id) + "#key-1", key}});
}

Result<std::string> did_web_url(std::string_view did) {
  const auto refuse = [&] {
    return fail(ErrorCode::invalid_argument, "not a did:web", "不是 did:web", std::string(did));
  };
  if (!did.starts_with(kDidWeb)) return refuse();
  std::string path;
  std::string_view rest = did.substr(kDidWeb.size());
  const bool has_path = rest.contains(':');
  while (true) {
    const std::string_view part = rest.substr(0, rest.find(':'));
    const bool is_plain = std::ranges::all_of(part, [](unsigned char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
             c == '-' || c == '.' || c == '_' || c == '%';
    });
    if (part.empty() || part == "." || part == ".." || !is_plain) return refuse();
    path += "/" + std::string(part);
    if (part.size() == rest.size()) break;
    rest.remove_prefix(part.size() + 1);
  }
  // A port is written as %3A, since a colon parts the path.
  if (const std::size_t port = path.find("%3A"); port < path.find('/', 1)) {
    path.replace(port, 3, ":");
  }
  return "https:/" + path + (has_path ? "/did.json" : "/.well-known/did.json");
}

}  // namespace hq::credential
