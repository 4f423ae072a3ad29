// hongqiao credential key, issue, present, revoke, list.
#include "cli/credentials.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "base/json.h"
#include "base/secret_file.h"
#include "cli/credential_files.h"
#include "cli/desk.h"
#include "credential/credential_model.h"
#include "hub/credentials/credential_service.h"
#include "hub/credentials/presented_text.h"
#include "log/sqlite_log.h"

namespace hq::cli {
namespace {

using credential::Json;

constexpr std::size_t kSeedBytes = 32;

struct KeyAnswer {
  std::string did;
  std::string method;
  std::string public_key;  // Multikey
};
BOOST_DESCRIBE_STRUCT(KeyAnswer, (), (did, method, public_key))

struct IdReply {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(IdReply, (), (id))

int show_key(const Result<KeyAnswer>& answer, const Console& console) {
  if (!answer) return console.fail(answer.error());
  console.line(console.json() ? to_json(*answer) : answer->did);
  return 0;
}

Result<KeyAnswer> key_answer(const std::filesystem::path& file) {
  HQ_TRY(const LocalSigner signer, open_signer({file, {}}));
  return KeyAnswer{signer.did, signer.method, signer.key.public_key().multikey()};
}

/// The credentials of a data folder, opened for writing.
struct CredentialDesk {
  std::unique_ptr<hub::CredentialService> credentials;
  Desk desk;

  static Result<std::unique_ptr<CredentialDesk>> open(const Sources& sources,
                                                      const std::string& public_url) {
    auto opened = std::make_unique<CredentialDesk>();
    HQ_TRY_VOID(opened->desk.open(sources));
    HQ_TRY(opened->credentials,
           hub::CredentialService::open({.data = sources.data, .public_url = public_url}));
    opened->desk.machine.add(*opened->credentials);
    HQ_TRY_VOID(opened->desk.start());
    return opened;
  }

  /// Sends a command about one credential; the credential as it is then.
  Result<hub::CredentialAnswer> send(std::string type, std::string body) {
    HQ_TRY(const log::Receipt receipt, desk.submit(std::move(type), std::move(body)));
    HQ_TRY(const auto reply, from_json<IdReply>(receipt.reply));
    const auto found = credentials->find(reply.id, now());
    HQ_ASSERT(found.has_value());
    return *found;
  }
};

/// In the name of the hub, through the log of its data folder.
Result<> issue_by_hub(const CredentialIssueOptions& options, const Console& console) {
  if (options.is_sd_jwt || !options.disclosable.empty() || !options.holder.empty() ||
      !options.at.empty()) {
    return fail(ErrorCode::invalid_argument,
                "with a data folder, the file says all of it; the other options go with --key",
                "使用数据文件夹时一切由文件给出；其他选项须与 --key 同用", "--data");
  }
  HQ_TRY(const std::string body, read_text(options.file));
  auto request = from_json<hub::IssueRequest>(body);
  if (!request) return std::unexpected(std::move(request).error().at(options.file));
  HQ_TRY(const auto desk, CredentialDesk::open(options.sources, options.public_url));
  HQ_TRY(auto issued, desk->send("credentials.issue", to_json(*request)));
  HQ_TRY(issued.credential, desk->credentials->text_of(*request, issued));
  if (options.output.empty() && console.json()) {
    console.line(to_json(issued));
    return {};
  }
  console.note(fmt::format("credential {}", issued.id), fmt::format("凭证 {}", issued.id));
  return write_out(options.output, *issued.credential, console);
}

Result<std::string> issue_sd_jwt(const CredentialIssueOptions& options, const Json& claims,
                                 const LocalSigner& signer) {
  credential::SdJwtOptions wanted{.claims = claims, .method = signer.method};
  if (wanted.claims.as_object() != nullptr && wanted.claims.find("iss") == nullptr) {
    wanted.claims.set("iss", Json(signer.did));
  }
  if (!options.disclosable.empty()) wanted.frame.set("_sd", Json::strings(options.disclosable));
  if (!options.holder.empty()) {
    HQ_TRY(wanted.holder, credential::DidDocuments().resolve(
                              options.holder + "#" +
                                  options.holder.substr(std::min(
                                      options.holder.size(), std::string_view("did:key:").size())),
                              credential::ProofPurpose::authentication, {}));
  }
  return credential::issue_sd_jwt(
      wanted, [] { return random_bytes(credential::kSaltBytes); }, signer.key);
}

/// With a key of one's own, offline.
Result<> issue_with_key(const CredentialIssueOptions& options, const Console& console) {
  if (!options.is_sd_jwt && (!options.disclosable.empty() || !options.holder.empty())) {
    return fail(ErrorCode::invalid_argument, "only claims of an SD-JWT can be hidden",
                "仅 SD-JWT 的声明可选择性披露", "--sd-jwt");
  }
  HQ_TRY(const LocalSigner signer, open_signer(options.signer));
  HQ_TRY(const std::string text, read_text(options.file));
  HQ_TRY(const Instant at, time_of(options.at));
  std::string issued;
  if (options.is_sd_jwt) {
    HQ_TRY(const Json claims, Json::parse(text));
    HQ_TRY(issued, issue_sd_jwt(options, claims, signer));
  } else {
    HQ_TRY(issued, credential::issue(text, signer.issuer(), at));
  }
  return write_out(options.output, issued, console);
}

Result<> present(const CredentialPresentOptions& options, const Console& console) {
  HQ_TRY(const LocalSigner signer, open_signer(options.signer));
  HQ_TRY(const Instant at, time_of(options.at));
  std::vector<std::string> texts;
  for (const std::string& file : options.files) {
    HQ_TRY(std::string text, read_text(file));
    texts.push_back(std::move(text));
  }
  const bool is_token = hub::form_of(texts.front()) == hub::CredentialForm::sd_jwt;
  if (!is_token) {
    HQ_TRY(const std::string text, credential::present({.credentials = std::move(texts),
                                                        .challenge = options.challenge,
                                                        .domain = options.domain,
                                                        .at = at},
                                                       signer.issuer()));
    return write_out(options.output, text, console);
  }
  if (texts.size() != 1 || options.challenge.empty() || options.domain.empty()) {
    return fail(ErrorCode::invalid_argument,
                "an SD-JWT is presented alone, with --challenge and --domain of the verifier",
                "SD-JWT 须单独出示，并给出验证方的 --challenge 与 --domain", "--challenge");
  }
  Json selection = Json::object();
  for (const std::string& name : options.disclosed) selection.set(name, Json(true));
  HQ_TRY(const std::string shown, credential::select_disclosures(texts.front(), selection));
  HQ_TRY(
      const std::string bound,
      credential::bind_key(
          shown, {.audience = options.domain, .nonce = options.challenge, .at = at}, signer.key));
  return write_out(options.output, bound, console);
}

/// In a status list of one's own; without an index it is only signed anew.
Result<> revoke_in_list(const CredentialRevokeOptions& options) {
  HQ_TRY(const LocalSigner signer, open_signer(options.signer));
  HQ_TRY(const Instant at, time_of(options.at));
  auto list = read_text(options.list.string());
  if (!list && list.error().code == ErrorCode::not_found && !options.list_id.empty()) {
    list = credential::issue_status_list(options.list_id, "revocation", signer.issuer(), at);
  }
  HQ_TRY(std::string text, std::move(list));
  if (options.index) {
    HQ_TRY(text, credential::set_status(text, *options.index, true, signer.issuer(), at));
  } else {
    HQ_TRY(Json plain, Json::parse(text));
    plain.erase("proof");
    HQ_TRY(text, credential::issue(plain.text(), signer.issuer(), at));
  }
  return write_file_atomically(options.list, text + "\n");
}

void show(const std::vector<hub::CredentialAnswer>& credentials, const Console& console) {
  const auto word = [&](const char* en, const char* zh) {
    return std::string(console.choose(en, zh));
  };
  std::vector<std::vector<std::string>> rows;
  rows.reserve(credentials.size());
  for (const hub::CredentialAnswer& one : credentials) {
    rows.push_back({one.id, fmt::format("{}", fmt::join(one.type, " ")),
                    one.subject_id.value_or("-"), format_instant(one.issued_at),
                    one.valid_until ? format_instant(*one.valid_until) : "-",
                    boost::describe::enum_to_string(one.status, "")});
  }
  console.table({word("credential", "凭证"), word("type", "类型"), word("subject", "主体"),
                 word("issued", "签发时间"), word("until", "有效期至"), word("status", "状态")},
                rows);
}

Result<> revoke_of_hub(const CredentialRevokeOptions& options, const Console& console) {
  HQ_TRY(const auto desk, CredentialDesk::open(options.sources, {}));
  HQ_TRY(const auto revoked,
         desk->send("credentials.revoke", to_json(hub::RevokeRequest{options.id, options.reason})));
  if (console.json()) {
    console.line(to_json(revoked));
  } else {
    show({revoked}, console);
  }
  return {};
}

int exit_code_of(const Result<>& done, const Console& console) {
  return done ? 0 : console.fail(done.error());
}

}  // namespace

int credential_key_new(const CredentialKeyOptions& options, const Console& console) {
  const auto make = [&]() -> Result<KeyAnswer> {
    HQ_TRY(const auto key, credential::SigningKey::from_seed(random_bytes(kSeedBytes)));
    HQ_TRY_VOID(make_secret_file(options.file, key.secret_multikey() + "\n"));
    return key_answer(options.file);
  };
  return show_key(make(), console);
}

int credential_key_show(const CredentialKeyOptions& options, const Console& console) {
  return show_key(key_answer(options.file), console);
}

int credential_key_rotate(const CredentialKeyOptions& options, const Console& console) {
  const auto key = hub::HubIdentity::rotate(options.sources.data);
  if (!key) return console.fail(key.error());
  if (console.json()) {
    std::string text;
    JsonWriter(text).begin_object().field("public_key", *key).end_object();
    console.line(text);
  } else {
    console.line(*key);
    console.note("It signs once the server is started again.", "服务重新启动后即以新密钥签名。");
  }
  return 0;
}

int credential_issue(const CredentialIssueOptions& options, const Console& console) {
  return exit_code_of(options.signer.key.empty() ? issue_by_hub(options, console)
                                                 : issue_with_key(options, console),
                      console);
}

int credential_present(const CredentialPresentOptions& options, const Console& console) {
  return exit_code_of(present(options, console), console);
}

int credential_revoke(const CredentialRevokeOptions& options, const Console& console) {
  return exit_code_of(
      options.list.empty() ? revoke_of_hub(options, console) : revoke_in_list(options), console);
}

int credential_list(const CredentialListOptions& options, const Console& console) {
  const auto list = [&]() -> Result<> {
    HQ_TRY(const auto log, log::open_log_reader(options.sources.data));
    const auto credentials = hub::CredentialService::open_without_keys();
    log::Machine machine;
    machine.add(*credentials);
    const hub::OtherServices others(machine);
    HQ_TRY_VOID(log::replay(*log, machine));
    hub::CredentialFilter filter{.now = now(), .limit = options.limit};
    if (!options.subject.empty()) filter.subject_id = options.subject;
    const hub::CredentialPage page = credentials->list(filter);
    if (console.json()) {
      console.line(to_json(page));
    } else {
      show(page.credentials, console);
    }
    return {};
  };
  return exit_code_of(list(), console);
}

}  // namespace hq::cli
