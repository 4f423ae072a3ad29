#include "credential/credential_model.h"

#include <algorithm>
#include <array>
#include <set>

#include "credential/limits.h"

namespace hq::credential {
namespace {

constexpr std::string_view kCredential = "VerifiableCredential";
constexpr std::string_view kPresentation = "VerifiablePresentation";
constexpr std::string_view kEnveloped = "EnvelopedVerifiableCredential";

// Types that the base context defines.
constexpr std::array<std::string_view, 12> kBaseTypes = {"VerifiableCredential",
                                                         "VerifiablePresentation",
                                                         "EnvelopedVerifiableCredential",
                                                         "EnvelopedVerifiablePresentation",
                                                         "JsonSchema",
                                                         "JsonSchemaCredential",
                                                         "BitstringStatusList",
                                                         "BitstringStatusListEntry",
                                                         "BitstringStatusListCredential",
                                                         "DataIntegrityProof",
                                                         "Multikey",
                                                         "JsonWebKey"};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_string(const Json* value) {
  return value != nullptr && value->as_string() != nullptr;
}

bool is_filled_object(const Json& value) {
  return value.as_object() != nullptr && !value.as_object()->empty();
}

// What the contexts of a document say of terms.
struct Terms {
  std::set<std::string, std::less<>> defined;
  std::set<std::string, std::less<>> guarded;  // defined once for all (@protected)
  bool has_unknown_context = false;            // a remote one beside the base
  bool has_vocabulary = false;                 // @vocab: any term is defined

  bool knows(std::string_view type) const {
    return has_unknown_context || has_vocabulary || defined.contains(type) || is_url(type) ||
           std::ranges::count(kBaseTypes, type) > 0;
  }
};

// Collects problems while it walks through a document.
class Checker {
 public:
  explicit Checker(const Json& document) : document_(document) {}

  std::vector<Error> take() { return std::move(problems_); }

  void refuse(std::string_view where, std::string message, std::string message_zh) {
    problems_.push_back({ErrorCode::invalid_argument, std::move(message), std::move(message_zh),
                         std::string(where)});
  }

  // "@context" is an ordered set that begins with the base context.
  void context() {
    const Json* context = document_.find("@context");
    const Json::Array* items = context == nullptr ? nullptr : context->as_array();
    if (items == nullptr || items->empty() || !is_string(&items->front()) ||
        *items->front().as_string() != kBaseContext) {
      return refuse("@context",
                    "must be a list that begins with https://www.w3.org/ns/credentials/v2",
                    "须为以 https://www.w3.org/ns/credentials/v2 开头的列表");
    }
    for (std::size_t i = 1; i < items->size(); ++i) one_context((*items)[i]);
  }

  void type(std::string_view required) {
    if (!types(document_, "type", "type")) return;
    if (!has_type(document_, required)) {
      refuse("type", "must contain " + std::string(required), "须包含 " + std::string(required));
    }
  }

  void id() { optional_id(document_, "id"); }

  void issuer(ModelStage stage) {
    const Json* issuer = document_.find("issuer");
    const bool may_miss = stage == ModelStage::before_issue;
    if (issuer == nullptr) {
      if (!may_miss) refuse("issuer", "is missing", "缺失");
      return;
    }
    const bool lacks_id = issuer->as_object() != nullptr && issuer->find("id") == nullptr;
    if (lacks_id && may_miss) return;
    party("issuer");
  }

  // A URL, or an object with a URL as its id.
  void party(std::string_view field) {
    const auto id = party_of(document_, field);
    if (!id || !is_url(*id)) {
      refuse(field, "must be a URL, or an object whose id is one", "须为 URL 或带 URL id 的对象");
    }
  }

  void subject() {
    const Json* subject = document_.find("credentialSubject");
    const auto subjects = subject == nullptr ? std::vector<const Json*>() : subject->as_set();
    if (subjects.empty()) return refuse("credentialSubject", "is missing", "缺失");
    for (const Json* one : subjects) {
      if (!is_filled_object(*one)) {
        refuse("credentialSubject", "must be an object with claims", "须为含有声明的对象");
      } else {
        optional_id(*one, "credentialSubject/id");
      }
    }
  }

  void validity() {
    const auto from = time("validFrom");
    const auto until = time("validUntil");
    if (from && until && *until < *from) {
      refuse("validUntil", "must not be before validFrom", "不得早于 validFrom");
    }
  }

  enum class Id { optional, required };

  // A field of objects that each have a type.
  void typed(std::string_view field, Id id_rule) {
    const Json* value = document_.find(field);
    if (value == nullptr) return;
    for (const Json* one : value->as_set()) {
      const std::string where = std::string(field);
      if (one->as_object() == nullptr) {
        refuse(where, "must be an object", "须为对象");
        continue;
      }
      types(*one, "type", where + "/type");
      if (id_rule == Id::required && one->find("id") == nullptr) {
        refuse(where + "/id", "is missing", "缺失");
      }
      optional_id(*one, where + "/id");
    }
  }

  void credentials() {
    const Json* value = document_.find("verifiableCredential");
    if (value == nullptr) return;
    const auto all = value->as_set();
    if (all.size() > kCredentialsMax) {
      return refuse("verifiableCredential", "has too many credentials", "凭证过多");
    }
    for (const Json* one : all) credential(*one);
  }

 private:
  void credential(const Json& one) {
    const std::string where = "verifiableCredential";
    if (one.as_object() == nullptr) return refuse(where, "must be an object", "须为对象");
    const std::string* id = one.find_string("id");
    if (id != nullptr && id->starts_with("data:")) {
      if (!has_type(one, kEnveloped)) {
        refuse(where + "/type", "must be EnvelopedVerifiableCredential",
               "须为 EnvelopedVerifiableCredential");
      }
      return;
    }
    for (Error& problem : check_credential(one)) {
      problems_.push_back(std::move(problem).at(where));
    }
  }

  void one_context(const Json& context) {
    if (const std::string* url = context.as_string()) {
      if (!is_url(*url)) return refuse("@context", "must hold URLs or objects", "须为 URL 或对象");
      terms_.has_unknown_context = terms_.has_unknown_context || *url != kBaseContext;
      return;
    }
    const Json::Object* fields = context.as_object();
    if (fields == nullptr)
      return refuse("@context", "must hold URLs or objects", "须为 URL 或对象");
    const Json* guard = context.find("@protected");
    const bool is_guarded = guard != nullptr && guard->as_bool() != nullptr && *guard->as_bool();
    for (const JsonField& field : *fields) {
      if (field.key == "@vocab") terms_.has_vocabulary = is_string(&field.value);
      if (!field.key.starts_with('@')) term(field, is_guarded);
    }
  }

  void term(const JsonField& field, bool is_guarded) {
    if (std::ranges::count(kBaseTypes, field.key) > 0 || terms_.guarded.contains(field.key)) {
      return refuse("@context", "defines anew the protected term " + field.key,
                    "重新定义了受保护的词条 " + field.key);
    }
    const Json* meaning =
        field.value.as_object() != nullptr ? field.value.find("@id") : &field.value;
    const bool is_name =
        is_string(meaning) && !meaning->as_string()->empty() &&
        meaning->as_string()->find_first_of(" \t\n\"<>{}|\\^`") == std::string::npos;
    const bool is_absent = meaning == nullptr || meaning->is_null();
    if (!is_name && !is_absent) {
      return refuse("@context", "the term " + field.key + " has no URL",
                    "词条 " + field.key + " 没有 URL");
    }
    terms_.defined.insert(field.key);
    if (is_guarded) terms_.guarded.insert(field.key);
  }

  // Whether the field is one or more types that mean something.
  bool types(const Json& holder, std::string_view field, const std::string& where) {
    const Json* value = holder.find(field);
    const auto all = value == nullptr ? std::vector<const Json*>() : value->as_set();
    if (all.empty()) {
      refuse(where, "is missing", "缺失");
      return false;
    }
    for (const Json* one : all) {
      if (!is_string(one) || !terms_.knows(*one->as_string())) {
        refuse(where, "must be URLs, or terms that the context defines",
               "须为 URL 或上下文中定义的词条");
        return false;
      }
    }
    return true;
  }

  void optional_id(const Json& holder, std::string_view where) {
    const Json* id = holder.find("id");
    if (id != nullptr && (!is_string(id) || !is_url(*id->as_string()))) {
      refuse(where, "must be one URL", "须为一个 URL");
    }
  }

  std::optional<Instant> time(std::string_view field) {
    const auto found = time_of_field(document_, field);
    if (!found && document_.find(field) != nullptr) {
      refuse(field, "must be a time with its offset, as 2026-11-22T08:00:00+08:00",
             "须为带时区的时刻，如 2026-11-22T08:00:00+08:00");
    }
    return found;
  }

  const Json& document_;
  Terms terms_;
  std::vector<Error> problems_;
};

std::vector<Error> not_an_object() {
  return {{ErrorCode::parse_error, "must be an object", "须为对象", ""}};
}

}  // namespace

std::vector<Error> check_credential(const Json& credential, ModelStage stage) {
  if (credential.as_object() == nullptr) return not_an_object();
  Checker check(credential);
  check.context();
  check.type(kCredential);
  check.id();
  check.issuer(stage);
  check.subject();
  check.validity();
  check.typed("credentialStatus", Checker::Id::optional);
  check.typed("credentialSchema", Checker::Id::required);
  check.typed("refreshService", Checker::Id::optional);
  check.typed("termsOfUse", Checker::Id::optional);
  check.typed("evidence", Checker::Id::optional);
  check.typed("proof", Checker::Id::optional);
  return check.take();
}

std::vector<Error> check_presentation(const Json& presentation) {
  if (presentation.as_object() == nullptr) return not_an_object();
  Checker check(presentation);
  check.context();
  check.type(kPresentation);
  check.id();
  if (presentation.find("holder") != nullptr) check.party("holder");
  check.credentials();
  check.typed("termsOfUse", Checker::Id::optional);
  check.typed("proof", Checker::Id::optional);
  return check.take();
}

std::vector<Error> check_self_asserted(const Json& presentation) {
  const Json* credentials = presentation.find("verifiableCredential");
  if (credentials == nullptr) return {};
  const auto holder = party_of(presentation, "holder");
  Checker check(presentation);
  for (const Json* one : credentials->as_set()) {
    if (one->find("proof") != nullptr || has_type(*one, kEnveloped)) continue;
    if (!holder || party_of(*one, "issuer") != holder) {
      check.refuse("verifiableCredential",
                   "a credential without a proof of its own must be issued by the holder",
                   "没有自身证明的凭证须由持有方签发");
    }
  }
  return check.take();
}

std::optional<std::string> party_of(const Json& document, std::string_view field) {
  const Json* party = document.find(field);
  if (party == nullptr) return std::nullopt;
  const std::string* id =
      party->as_object() == nullptr ? party->as_string() : party->find_string("id");
  return id == nullptr ? std::nullopt : std::optional(*id);
}

bool has_type(const Json& document, std::string_view type) {
  const Json* types = document.find("type");
  if (types == nullptr) return false;
  return std::ranges::any_of(types->as_set(), [&](const Json* one) {
    return is_string(one) && *one->as_string() == type;
  });
}

bool is_url(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == 0 || colon == text.npos || colon + 1 == text.size()) return false;
  const std::string_view scheme = text.substr(0, colon);
  if (!is_letter(scheme[0]) || !std::ranges::all_of(scheme, [](char c) {
        return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
      })) {
    return false;
  }
  // Letters beyond ASCII are let through: an internationalised name is no reason to refuse.
  return std::ranges::all_of(text.substr(colon + 1), [](char c) {
    constexpr std::string_view kMarks = "-._~:/?#[]@!$&'()*+,;=%";
    return is_letter(c) || is_digit(c) || kMarks.contains(c) || static_cast<uint8_t>(c) >= 0x80;
  });
}

std::optional<Instant> time_of_field(const Json& document, std::string_view field) {
  const std::string* text = document.find_string(field);
  if (text == nullptr) return std::nullopt;
  const auto time = parse_instant(*text);
  return time ? std::optional(*time) : std::nullopt;
}

}  // namespace hq::credential
