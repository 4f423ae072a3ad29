// The options of `hongqiao credential ...`, for the command line of arguments.h.
//
//   CredentialArguments credential(language, [&](auto action) { chosen = action; });
//   credential.add(app);                // lives as long as the app
#pragma once

#include "cli/command_family.h"
#include "cli/credentials.h"

namespace hq::cli {

class CredentialArguments : public CommandFamily {
 public:
  using CommandFamily::CommandFamily;

  void add(CLI::App& app);

 private:
  void add_signer(CLI::App& app, Signer& signer);
  void add_at(CLI::App& app, std::string& at);
  void add_challenge(CLI::App& app, std::string& challenge, std::string& domain);
  void add_output(CLI::App& app, std::filesystem::path& output);
  void add_key(CLI::App& parent);
  void add_issue(CLI::App& parent);
  void add_present(CLI::App& parent);
  void add_verify(CLI::App& parent);
  void add_show(CLI::App& parent);
  void add_revoke(CLI::App& parent);
  void add_list(CLI::App& parent);

  CredentialKeyOptions key_;
  CredentialIssueOptions issue_;
  CredentialPresentOptions present_;
  CredentialVerifyOptions verify_;
  CredentialShowOptions show_;
  CredentialRevokeOptions revoke_;
  CredentialListOptions list_;
};

}  // namespace hq::cli
