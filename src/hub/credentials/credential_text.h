// The text of a credential of the hub, out of what was asked for and what the log says of it.
//
// The same bytes for the same input and key. A pure function; any thread.
//
//   HQ_TRY(const std::string text, make_credential_text(request, record, identity));
#pragma once

#include <string>

#include "hub/credentials/credential_records.h"
#include "hub/credentials/hub_identity.h"

namespace hq::hub {

/// What a credential calls itself: "urn:uuid:<id>".
std::string credential_urn(std::string_view id);

/// Fills in what a record has from its request: kind, types, subject, validity. `record` has its
/// time of issue. invalid_argument or too_large, with the field as `where`.
Result<> describe_credential(const IssueRequest& request, CredentialRecord& record);

/// A W3C credential or an SD-JWT VC, signed. invalid_argument: it would be none.
Result<std::string> make_credential_text(const IssueRequest& request,
                                         const CredentialRecord& record,
                                         const HubIdentity& identity);

}  // namespace hq::hub
