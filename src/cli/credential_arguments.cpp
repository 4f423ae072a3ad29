#include "cli/credential_arguments.h"

#include <CLI/CLI.hpp>

namespace hq::cli {

void CredentialArguments::add(CLI::App& app) {
  CLI::App* parent = command(app, "credential", "Verifiable credentials", "可验证凭证", {});
  add_key(*parent);
  add_issue(*parent);
  add_present(*parent);
  add_verify(*parent);
  add_show(*parent);
  add_revoke(*parent);
  add_list(*parent);
}

void CredentialArguments::add_signer(CLI::App& app, Signer& signer) {
  auto* key =
      app.add_option("--key", signer.key, tr("File of the key that signs", "签名所用密钥的文件"));
  app.add_option("--method", signer.method,
                 tr("Its verification method, did:web:HOST#key-1 (default: the key as a did:key)",
                    "其验证方法，如 did:web:主机#key-1（默认：以密钥为 did:key）"))
      ->needs(key);
}

void CredentialArguments::add_at(CLI::App& app, std::string& at) {
  app.add_option("--at", at,
                 tr("Time (2026-11-22T08:00:00+08:00; default now)",
                    "时刻（2026-11-22T08:00:00+08:00，默认现在）"));
}

void CredentialArguments::add_challenge(CLI::App& app, std::string& challenge,
                                        std::string& domain) {
  app.add_option("--challenge", challenge,
                 tr("Challenge or nonce of the verifier", "验证方的挑战值或随机数"));
  app.add_option("--domain", domain, tr("Domain or audience: the verifier", "域或受众：验证方"));
}

void CredentialArguments::add_output(CLI::App& app, std::filesystem::path& output) {
  app.add_option("--out", output,
                 tr("File to write (default: standard output)", "输出文件（默认：标准输出）"));
}

void CredentialArguments::add_key(CLI::App& parent) {
  CLI::App* keys = command(parent, "key", "Keys that sign", "签名密钥", {});
  CLI::App* make = command(
      *keys, "new", "Make a key in a new file, and show its DID", "在新文件中生成密钥并显示其 DID",
      [this](const Console& console) { return credential_key_new(key_, console); });
  CLI::App* show =
      command(*keys, "show", "Show the DID of a key", "显示密钥的 DID",
              [this](const Console& console) { return credential_key_show(key_, console); });
  for (CLI::App* app : {make, show}) {
    app->add_option("file", key_.file, tr("File of the key", "密钥文件"))->required();
  }
  CLI::App* rotate =
      command(*keys, "rotate", "Make a new key for the hub; the old one goes on to be verified",
              "为枢纽生成新密钥；旧密钥所签内容仍可验证",
              [this](const Console& console) { return credential_key_rotate(key_, console); });
  add_data(*rotate, key_.sources.data);
}

void CredentialArguments::add_issue(CLI::App& parent) {
  CLI::App* app =
      command(parent, "issue", "Issue a credential: with a key, or in the name of the hub",
              "签发凭证：使用密钥，或以枢纽名义",
              [this](const Console& console) { return credential_issue(issue_, console); });
  app->add_option("file", issue_.file,
                  tr("JSON: with --key a credential without proof, or claims; else a request as in "
                     "the API; - for standard input",
                     "JSON：有 --key 时为未签名的凭证或声明，否则同接口的请求；- 表示标准输入"))
      ->required();
  add_signer(*app, issue_.signer);
  add_data(*app, issue_.sources.data);
  app->add_option("--public-url", issue_.public_url,
                  tr("https://HOST of the hub, as for serve", "枢纽的 https://主机，同 serve"));
  app->add_flag("--sd-jwt", issue_.is_sd_jwt,
                tr("An SD-JWT VC; the file is its claims", "签发 SD-JWT VC；文件为其声明"));
  app->add_option("--disclosable", issue_.disclosable,
                  tr("Claim that the holder may hide; repeatable", "持有方可隐藏的声明，可重复"))
      ->allow_extra_args(false);
  app->add_option("--holder", issue_.holder,
                  tr("did:key of the holder, who then has to show the key",
                     "持有方的 did:key；出示时须证明持有该密钥"));
  add_at(*app, issue_.at);
  add_output(*app, issue_.output);
}

void CredentialArguments::add_present(CLI::App& parent) {
  CLI::App* app =
      command(parent, "present", "Present credentials, or an SD-JWT with its key binding",
              "出示凭证，或带密钥绑定的 SD-JWT",
              [this](const Console& console) { return credential_present(present_, console); });
  app->add_option("file", present_.files, tr("Credentials", "凭证文件"))->required();
  add_signer(*app, present_.signer);
  app->get_option("--key")->required();
  add_challenge(*app, present_.challenge, present_.domain);
  app->add_option("--disclose", present_.disclosed,
                  tr("Claim of an SD-JWT to show; repeatable", "要披露的 SD-JWT 声明，可重复"))
      ->allow_extra_args(false);
  add_at(*app, present_.at);
  add_output(*app, present_.output);
}

void CredentialArguments::add_verify(CLI::App& parent) {
  CLI::App* app =
      command(parent, "verify", "Verify a credential, a presentation or an SD-JWT, offline",
              "离线验证凭证、出示或 SD-JWT",
              [this](const Console& console) { return credential_verify(verify_, console); });
  app->add_option("file", verify_.file, tr("File; - for standard input", "文件；- 表示标准输入"))
      ->required();
  app->add_option("--did", verify_.dids,
                  tr("File of a DID document; repeatable", "DID 文档文件，可重复"))
      ->allow_extra_args(false);
  app->add_option("--status", verify_.status_lists,
                  tr("File of a status list; repeatable", "状态列表文件，可重复"))
      ->allow_extra_args(false);
  app->add_option("--trust", verify_.trusted,
                  tr("Issuer that is trusted (default: whoever); repeatable",
                     "受信任的签发方（默认：任意），可重复"))
      ->allow_extra_args(false);
  add_challenge(*app, verify_.challenge, verify_.domain);
  app->add_flag("--status-optional", verify_.is_status_optional,
                tr("A status whose list is not at hand is no fault", "缺少状态列表不算未通过"));
  add_at(*app, verify_.at);
}

void CredentialArguments::add_show(CLI::App& parent) {
  CLI::App* app = command(
      parent, "show", "Show what a credential says, without verifying it", "显示凭证内容，不作验证",
      [this](const Console& console) { return credential_show(show_, console); });
  app->add_option("file", show_.file, tr("File; - for standard input", "文件；- 表示标准输入"))
      ->required();
}

void CredentialArguments::add_revoke(CLI::App& parent) {
  CLI::App* app =
      command(parent, "revoke", "Revoke a credential of the hub, or in a status list of your own",
              "撤销枢纽的凭证，或在自己的状态列表中撤销",
              [this](const Console& console) { return credential_revoke(revoke_, console); });
  auto* id =
      app->add_option("id", revoke_.id, tr("Id of a credential of the hub", "枢纽凭证的编号"));
  auto* reason = app->add_option(
      "--reason", revoke_.reason,
      tr("Why; it stays in the log: name nobody", "理由；将永久留在日志中，请勿写入个人信息"));
  id->needs(reason);
  reason->needs(id);
  add_data(*app, revoke_.sources.data);
  auto* list =
      app->add_option("--list", revoke_.list,
                      tr("File of a status list; it is signed anew", "状态列表文件，将重新签名"))
          ->excludes(id);
  app->add_option("--index", revoke_.index, tr("Place in the list to set", "列表中要置位的位置"))
      ->needs(list);
  app->add_option("--list-id", revoke_.list_id,
                  tr("URL of the list, to make it where there is no file",
                     "列表的 URL，文件不存在时据此新建"))
      ->needs(list);
  add_signer(*app, revoke_.signer);
  list->needs(app->get_option("--key"));
  add_at(*app, revoke_.at);
}

void CredentialArguments::add_list(CLI::App& parent) {
  CLI::App* app = command(parent, "list", "Credentials that the hub has issued, newest first",
                          "枢纽已签发的凭证，最新的在前", [this](const Console& console) {
                            return credential_list(list_, console);
                          });
  add_data(*app, list_.sources.data);
  app->add_option("--subject", list_.subject, tr("Only about this DID", "仅关于此 DID"));
  app->add_option("--limit", list_.limit, tr("How many at most (20)", "最多条数（20）"))
      ->check(CLI::Range(1, 1000));
}

}  // namespace hq::cli
