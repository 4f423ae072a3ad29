// The commands under `hongqiao credential`, as functions of plain options. Each returns the exit
// code. Most need files alone; those with a data folder go through its log.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/commands.h"

namespace hq::cli {

/// Who signs, out of a file with a secret Multikey.
struct Signer {
  std::filesystem::path key;
  std::string method;  // "did:web:hub.example#key-1"; empty: the key as a did:key
};

struct CredentialKeyOptions {
  std::filesystem::path file;
  Sources sources;
};

struct CredentialIssueOptions {
  std::string file;  // "-": standard input
  Signer signer;     // without a key: in the name of the hub of `sources`
  Sources sources;
  std::string public_url;
  bool is_sd_jwt = false;
  std::vector<std::string> disclosable;
  std::string holder;  // did:key of whom an SD-JWT is bound to
  std::string at;      // a time; empty: now
  std::filesystem::path output;
};

struct CredentialPresentOptions {
  std::vector<std::string> files;
  Signer signer;
  std::string challenge;
  std::string domain;
  std::vector<std::string> disclosed;
  std::string at;
  std::filesystem::path output;
};

struct CredentialVerifyOptions {
  std::string file;
  std::vector<std::filesystem::path> dids;
  std::vector<std::filesystem::path> status_lists;
  std::vector<std::string> trusted;
  std::string challenge;
  std::string domain;
  std::string at;
  bool is_status_optional = false;
};

struct CredentialShowOptions {
  std::string file;
};

struct CredentialRevokeOptions {
  std::string id;  // of a credential of the hub
  std::string reason;
  Sources sources;
  std::filesystem::path list;  // a status list of one's own
  std::string list_id;         // to make it where there is none
  std::optional<int64_t> index;
  Signer signer;
  std::string at;
};

struct CredentialListOptions {
  Sources sources;
  std::string subject;
  std::size_t limit = 20;
};

int credential_key_new(const CredentialKeyOptions& options, const Console& console);
int credential_key_show(const CredentialKeyOptions& options, const Console& console);
int credential_key_rotate(const CredentialKeyOptions& options, const Console& console);
int credential_issue(const CredentialIssueOptions& options, const Console& console);
int credential_present(const CredentialPresentOptions& options, const Console& console);
/// 0 where every check passed; else the exit code of the first that did not.
int credential_verify(const CredentialVerifyOptions& options, const Console& console);
int credential_show(const CredentialShowOptions& options, const Console& console);
int credential_revoke(const CredentialRevokeOptions& options, const Console& console);
int credential_list(const CredentialListOptions& options, const Console& console);

}  // namespace hq::cli
