// The shape of credentials and presentations (W3C Verifiable Credentials Data Model 2.0).
//
// Looks at fields and their types, not at signatures. Contexts are read as far as they stand in the
// document: a term is taken as defined where a remote context beside the base one may define it.
// Pure functions on any thread; all problems are told, not the first alone.
//
//   const std::vector<Error> problems = check_credential(credential);
//   if (!problems.empty()) show(problems[0].message_zh, problems[0].where);   // "issuer"
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "credential/json_tree.h"

namespace hq::credential {

inline constexpr std::string_view kBaseContext = "https://www.w3.org/ns/credentials/v2";

/// Before it is issued a credential may lack its issuer.
enum class ModelStage { before_issue, issued };

std::vector<Error> check_credential(const Json& credential, ModelStage stage = ModelStage::issued);
std::vector<Error> check_presentation(const Json& presentation);

/// A credential within a presentation that has no proof of its own is secured by that of the
/// presentation alone: its issuer must be the holder (VCDM 2.0, 4.13).
std::vector<Error> check_self_asserted(const Json& presentation);

/// The issuer of a credential or holder of a presentation: a string, or the id of an object.
std::optional<std::string> party_of(const Json& document, std::string_view field);

/// Whether a type is among those of a document.
bool has_type(const Json& document, std::string_view type);

/// Whether text is an absolute URL or URN: a scheme, then letters that RFC 3986 allows.
bool is_url(std::string_view text);

/// A time of a field (validFrom, validUntil); nothing where it is missing or no time.
std::optional<Instant> time_of_field(const Json& document, std::string_view field);

}  // namespace hq::credential
