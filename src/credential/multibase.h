// Bytes as text: base58btc, base64url without padding, and multibase, which says which one it is.
//
// Strict: a text has one meaning and bytes have one text. Refused are letters outside the
// alphabet, padding, blanks, and bits at the end that say nothing. Bytes are a std::string.
// Pure functions on any thread.
//
//   HQ_TRY(std::string key, multibase_decode("z6MkrJVnaZke..."));   // z: base58btc, u: base64url
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace hq::credential {

std::string base58btc_encode(std::string_view bytes);
/// parse_error; too_large beyond kBase58CharsMax.
Result<std::string> base58btc_decode(std::string_view text);

std::string base64url_encode(std::string_view bytes);
Result<std::string> base64url_decode(std::string_view text);

/// "z..." base58btc or "u..." base64url; unsupported: another letter in front.
Result<std::string> multibase_decode(std::string_view text);

}  // namespace hq::credential
