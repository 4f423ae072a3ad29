// JOSE: JSON Web Keys (RFC 7517) and compact signatures (RFC 7515), as far as SD-JWT needs them.
//
// Algorithms: EdDSA with Ed25519 (RFC 8037; also named Ed25519, RFC 9864) and ES256; all else, and
// "none", is refused as unsupported. The key decides the algorithm, never the header; a key within
// the header is not looked at; "crit" is refused, since no extension is understood. Pure functions
// on any thread.
//
//   HQ_TRY(Jws jws, parse_jws(text));
//   HQ_TRY(PublicKey key, key_from_jwk(jwk));
//   HQ_TRY_VOID(verify_jws(jws, key));
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "credential/json_tree.h"
#include "credential/public_key.h"

namespace hq::credential {

/// The key of a JWK that may check signatures: its "use", "key_ops" and "alg" must not say
/// otherwise. Secret parts are not looked at. unsupported: another kind of key.
Result<PublicKey> key_from_jwk(const Json& jwk);
Json jwk_of(const PublicKey& key);

/// A compact signature taken apart.
struct Jws {
  Json header;  // an object with "alg"
  std::string payload;
  std::string signing_input;
  std::string signature;
};

/// parse_error: not three parts of strict base64url with a JSON header; unsupported: see above.
Result<Jws> parse_jws(std::string_view compact);

/// forbidden: not signed by this key, or by another algorithm than the key's.
Result<> verify_jws(const Jws& jws, const PublicKey& key);

/// The key of a JWK set ("keys") that the header names by "kid". A set with one kid twice, or with
/// secret (symmetric) keys among public ones, is refused whole.
Result<PublicKey> key_from_set(const Json& set, const Jws& jws);

/// Signs; "alg" is put into the header.
std::string sign_jws(Json header, std::string_view payload, const SigningKey& key);

}  // namespace hq::credential
