// What somebody presents, as text: which of the three forms it is, its checks, its answer as JSON.
//
// Pure functions; any thread.
//
//   const CredentialForm form = form_of(text);
//   to_json(answer_of(verify_as(form, text, options), form));
#pragma once

#include <string_view>

#include "credential/credential.h"
#include "hub/credentials/credential_records.h"

namespace hq::hub {

/// An SD-JWT is no JSON; what is none of the three is taken for a credential, whose checks then say
/// what is wrong.
CredentialForm form_of(std::string_view text);

credential::VerifyResult verify_as(CredentialForm form, std::string_view text,
                                   const credential::VerifyOptions& options);

/// Whom a credential is about; empty where it does not say.
std::string subject_of(const credential::VerifyResult& result, CredentialForm form);

/// The first check that failed, here or in a credential within; null where all is well.
const credential::Check* first_failed(const credential::VerifyResult& result);

VerifyAnswer answer_of(const credential::VerifyResult& result, CredentialForm form);

}  // namespace hq::hub
