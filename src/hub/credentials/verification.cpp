// CredentialService: what is presented is checked, and facts are taken out of it.
#include <algorithm>
#include <charconv>

#include "credential/credential_model.h"
#include "hub/credentials/credential_service.h"

namespace hq::hub {
namespace {

using credential::Check;
using credential::CheckKind;
using credential::Json;
using credential::Outcome;
using credential::VerifyResult;

/// An SD-JWT is no JSON; what is neither is read as a credential, which says what is wrong.
CredentialForm form_of(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start == text.npos) return CredentialForm::vc;
  if (text[start] != '{') return CredentialForm::sd_jwt;
  const auto document = Json::parse(text);
  return document && credential::has_type(*document, "VerifiablePresentation")
             ? CredentialForm::presentation
             : CredentialForm::vc;
}

std::string_view without_blanks(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start == text.npos) return {};
  return text.substr(start, text.find_last_not_of(" \t\r\n") - start + 1);
}

VerifyResult look_at(std::string_view text, CredentialForm form,
                     const credential::VerifyOptions& options) {
  switch (form) {
    case CredentialForm::presentation:
      return verify_presentation(text, options);
    case CredentialForm::sd_jwt:
      return verify_sd_jwt_vc(without_blanks(text), options);
    case CredentialForm::vc:
      break;
  }
  return verify_credential(text, options);
}

std::string name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::passed:
      return "passed";
    case Outcome::failed:
      return "failed";
    case Outcome::not_asked:
      break;
  }
  return "not_asked";
}

/// Whom a credential is about; empty where it does not say.
std::string subject_of(const VerifyResult& result, CredentialForm form) {
  const Json* subject = result.document.find("credentialSubject");
  if (form == CredentialForm::sd_jwt) {
    const std::string* sub = result.document.find_string("sub");
    return sub == nullptr ? "" : *sub;
  }
  if (subject == nullptr || subject->as_set().empty()) return "";
  const std::string* id = subject->as_set().front()->find_string("id");
  return id == nullptr ? "" : *id;
}

std::optional<std::string> unless_empty(std::string text) {
  return text.empty() ? std::nullopt : std::optional(std::move(text));
}

CheckAnswer answer_of(const Check& check) {
  CheckAnswer answer{std::string(name_of(check.kind)),
                     std::string(title_of(check.kind, Language::zh)),
                     std::string(title_of(check.kind, Language::en)),
                     name_of(check.outcome),
                     {},
                     {}};
  if (check.outcome == Outcome::failed) {
    answer.reason_zh = check.reason.text(Language::zh);
    answer.reason_en = check.reason.text();
  }
  return answer;
}

VerifyAnswer answer_of(const VerifyResult& result, CredentialForm form) {
  VerifyAnswer answer;
  answer.is_valid = result.is_valid();
  answer.kind = form;
  answer.issuer = unless_empty(result.issuer);
  answer.subject = unless_empty(subject_of(result, form));
  answer.holder = unless_empty(result.holder);
  for (const Check& check : result.checks) answer.checks.push_back(answer_of(check));
  answer.document.text = result.document.text();
  for (const VerifyResult& held : result.credentials) {
    answer.credentials.push_back(answer_of(held, CredentialForm::vc));
  }
  return answer;
}

/// The first check that failed, here or in a credential within.
const Check* first_failed(const VerifyResult& result) {
  const auto found = std::ranges::find(result.checks, Outcome::failed, &Check::outcome);
  if (found != result.checks.end()) return &*found;
  for (const VerifyResult& held : result.credentials) {
    if (const Check* failed = first_failed(held)) return failed;
  }
  return nullptr;
}

AcceptedCredential accepted(const VerifyResult& result, CredentialForm form,
                            const std::string& holder) {
  AcceptedCredential one;
  one.form = form;
  one.issuer = result.issuer;
  one.subject = subject_of(result, form);
  one.claims = result.document;
  const bool is_token = form == CredentialForm::sd_jwt;
  const std::string* id = result.document.find_string(is_token ? "jti" : "id");
  if (id != nullptr) one.id = *id;
  if (const Json* types = result.document.find(is_token ? "vct" : "type")) {
    for (const Json* type : types->as_set()) {
      if (type->as_string() != nullptr) one.types.push_back(*type->as_string());
    }
  }
  const Check* binding = result.find(CheckKind::key_binding);
  one.is_presented_by_subject = is_token ? binding != nullptr && binding->outcome == Outcome::passed
                                         : !holder.empty() && holder == one.subject;
  return one;
}

/// A field of an object, or an item of a list.
const Json* step(const Json& value, std::string_view name) {
  const Json::Array* items = value.as_array();
  if (items == nullptr) return value.find(name);
  std::size_t index = 0;
  const auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), index);
  const bool is_index = failure == std::errc() && end == name.data() + name.size();
  return is_index && index < items->size() ? &(*items)[index] : nullptr;
}

}  // namespace

bool AcceptedCredential::has_type(std::string_view type) const {
  return std::ranges::find(types, type) != types.end();
}

const Json* AcceptedCredential::claim(std::string_view path) const {
  constexpr std::string_view kSubject = "credentialSubject";
  if (form == CredentialForm::sd_jwt && path.starts_with(kSubject)) {
    path.remove_prefix(kSubject.size());
    if (path.empty()) return &claims;
    if (path == ".id") path = ".sub";
    if (!path.starts_with('.')) return nullptr;
    path.remove_prefix(1);
  }
  const Json* value = &claims;
  while (value != nullptr) {
    const std::size_t point = path.find('.');
    value = step(*value, path.substr(0, point));
    if (point == path.npos) return value;
    path.remove_prefix(point + 1);
  }
  return nullptr;
}

credential::VerifyOptions CredentialService::options_of(
    const std::shared_ptr<const KnownIssuers::Snapshot>& known, Instant now) const {
  credential::VerifyOptions options;
  options.at = now;
  options.dids = &known->dids;
  options.find_status_list = [this, known, now](std::string_view id) -> std::optional<std::string> {
    if (const auto number = identity_.status_list_number(id)) {
      auto own = status_list(*number, now);
      return own ? std::optional(*std::move(own)) : std::nullopt;
    }
    const auto found = known->status_lists.find(id);
    return found == known->status_lists.end() ? std::nullopt : std::optional(found->second);
  };
  return options;
}

VerifyAnswer CredentialService::verify(const VerifyRequest& request, Instant now) const {
  const auto known = known_.get();
  credential::VerifyOptions options = options_of(known, now);
  options.valid_at = request.at;
  options.challenge = request.challenge;
  options.domain = request.domain;
  options.is_key_binding_required = request.challenge.has_value();
  const CredentialForm form = form_of(request.credential);
  return answer_of(look_at(request.credential, form, options), form);
}

Result<std::vector<AcceptedCredential>> CredentialService::accept(
    std::string_view text, const AcceptOptions& wanted) const {
  const auto known = known_.get();
  credential::VerifyOptions options = options_of(known, wanted.now);
  options.valid_at = wanted.valid_at;
  options.challenge = wanted.challenge;
  options.domain = wanted.domain;
  options.is_key_binding_required = wanted.challenge.has_value();
  const CredentialForm form = form_of(text);
  const VerifyResult result = look_at(text, form, options);
  if (const Check* failed = first_failed(result)) {
    return std::unexpected(Error(failed->reason).at(name_of(failed->kind)));
  }
  std::vector<AcceptedCredential> all;
  if (form != CredentialForm::presentation) {
    all.push_back(accepted(result, form, {}));
  }
  for (const VerifyResult& held : result.credentials) {
    all.push_back(accepted(held, CredentialForm::vc, result.holder));
  }
  return all;
}

}  // namespace hq::hub
