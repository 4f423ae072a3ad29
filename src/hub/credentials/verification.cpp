// CredentialService: what is presented is checked, and facts are taken out of it.
#include <algorithm>
#include <charconv>

#include "hub/credentials/credential_service.h"
#include "hub/credentials/presented_text.h"

namespace hq::hub {
namespace {

using credential::Check;
using credential::CheckKind;
using credential::Json;
using credential::Outcome;
using credential::VerifyResult;

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

Instant moment_of(Date day, Instant now) {
  return std::clamp(now, Instant(day), Instant(day + std::chrono::days(1)) - Instant::duration(1));
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
  return answer_of(verify_as(form, request.credential, options), form);
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
  const VerifyResult result = verify_as(form, text, options);
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
