// SD-JWT (RFC 9901): a signed set of claims of which the holder shows only some.
//
// The issuer signs digests; each claim that may be hidden travels beside as a disclosure. Claims
// and items of arrays, also within each other, may be hidden; decoys hide how many there are. A key
// binding proves that whoever presents holds the key named in "cnf". SHA-256 only, compact form
// only. Pure functions on any thread: salts and times come from the caller.
//
//   frame      {"_sd": ["name"], "_sd_decoy": 2, "cities": {"_sd": [0, 1]}}   what may be hidden
//   selection  {"name": true, "cities": {"1": true}}                          what is shown
//
//   HQ_TRY(std::string sd_jwt, issue_sd_jwt({.claims = claims, .frame = frame}, salts, key));
//   HQ_TRY(std::string shown, select_disclosures(sd_jwt, selection));
//   std::string bound = bind_key(shown, {.audience = "...", .nonce = "...", .at = at}, holder_key);
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "credential/jose.h"
#include "credential/json_tree.h"
#include "credential/public_key.h"

namespace hq::credential {

/// Gives kSaltBytes fresh random bytes at each call.
using SaltSource = std::function<std::string()>;

/// The media type of SD-JWT VC, and its former name, which is read too.
inline constexpr std::string_view kSdJwtVcType = "dc+sd-jwt";
inline constexpr std::string_view kSdJwtVcFormerType = "vc+sd-jwt";

struct SdJwtOptions {
  Json claims;                                   // an object without "_sd", "..." and "_sd_alg"
  Json frame = Json::object();                   // as above
  std::string type = std::string(kSdJwtVcType);  // "typ" of the header
  std::string method = {};               // "kid": the verification method of the issuer's key
  std::optional<PublicKey> holder = {};  // becomes "cnf", which then is no claim
};

/// "jws~disclosure~disclosure~". invalid_argument: the frame names what is not there, or, in an
/// SD-JWT VC, what must not be hidden (iss, nbf, exp, cnf, vct, status, credentialStatus). What
/// would be too large or too deep to be read again is not issued.
Result<std::string> issue_sd_jwt(const SdJwtOptions& options, const SaltSource& salts,
                                 const SigningKey& key);

/// An SD-JWT taken apart.
struct SdJwt {
  Jws issued;
  Json payload;                          // as signed, digests included
  std::vector<std::string> disclosures;  // as written
  std::string key_binding;               // a compact JWS; empty where there is none
  std::string shown;                     // all before the key binding: what it signs the hash of
};

Result<SdJwt> parse_sd_jwt(std::string_view text);

/// The claims, with those that are disclosed in their places. forbidden: a disclosure that no
/// digest names, a digest or a name twice, or another breach of RFC 9901.
Result<Json> disclosed_claims(const SdJwt& sd_jwt);

/// Keeps what a selection names: `true` means a claim with all within it, an object goes deeper.
/// Items of arrays are named by their index. What is not there is passed over; all but `true` and
/// an object shows nothing. A key binding goes.
Result<std::string> select_disclosures(std::string_view sd_jwt, const Json& selection);

struct KeyBinding {
  std::string audience;
  std::string nonce;
  Instant at = {};
};

/// The SD-JWT with a key binding at its end, in place of one that it may have.
Result<std::string> bind_key(std::string_view sd_jwt, const KeyBinding& binding,
                             const SigningKey& holder);

/// forbidden: none, not by the key in "cnf", for another audience or nonce, for other disclosures,
/// or made earlier than kKeyBindingAgeMax or later than now.
Result<> verify_key_binding(const SdJwt& sd_jwt, const KeyBinding& expected);

/// "iat", "nbf", "exp": seconds since 1970, whole or not.
std::optional<Instant> numeric_date(const Json* value);

}  // namespace hq::credential
