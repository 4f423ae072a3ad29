#include "hub/credentials/presented_text.h"

#include <algorithm>

#include "credential/credential_model.h"

namespace hq::hub {
namespace {

using credential::Check;
using credential::Json;
using credential::Outcome;
using credential::VerifyResult;

std::string_view without_blanks(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start == text.npos) return {};
  return text.substr(start, text.find_last_not_of(" \t\r\n") - start + 1);
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

}  // namespace

CredentialForm form_of(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start == text.npos) return CredentialForm::vc;
  if (text[start] != '{') return CredentialForm::sd_jwt;
  const auto document = Json::parse(text);
  return document && credential::has_type(*document, "VerifiablePresentation")
             ? CredentialForm::presentation
             : CredentialForm::vc;
}

VerifyResult verify_as(CredentialForm form, std::string_view text,
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

const Check* first_failed(const VerifyResult& result) {
  const auto found = std::ranges::find(result.checks, Outcome::failed, &Check::outcome);
  if (found != result.checks.end()) return &*found;
  for (const VerifyResult& held : result.credentials) {
    if (const Check* failed = first_failed(held)) return failed;
  }
  return nullptr;
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

}  // namespace hq::hub
