// Files of the commands of `credential`: texts, times, keys; what is written goes to a file or out.
//
//   HQ_TRY(const LocalSigner signer, open_signer(options.signer));
//   credential::issue(text, signer.issuer(), at);
#pragma once

#include <filesystem>
#include <string>

#include "cli/console.h"
#include "cli/credentials.h"
#include "credential/credential.h"

namespace hq::cli {

struct LocalSigner {
  credential::SigningKey key;
  std::string method;
  std::string did;

  credential::Issuer issuer() const { return {did, method, key}; }
};

/// forbidden: others may read the file; parse_error: it holds no key.
Result<LocalSigner> open_signer(const Signer& signer);

/// A file, or standard input for "-"; without blanks at its end.
Result<std::string> read_text(const std::string& file);

/// A time as it was given, or now, in whole seconds.
Result<Instant> time_of(const std::string& text);

/// To the file, or where there is none to standard output.
Result<> write_out(const std::filesystem::path& file, const std::string& text,
                   const Console& console);

/// Bytes that nobody can guess.
std::string random_bytes(std::size_t count);

}  // namespace hq::cli
