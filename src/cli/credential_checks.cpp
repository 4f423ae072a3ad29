// hongqiao credential verify, show.
#include <fmt/format.h>

#include "base/json.h"
#include "cli/credential_files.h"
#include "cli/credentials.h"
#include "credential/credential_model.h"
#include "credential/multibase.h"
#include "hub/credentials/presented_text.h"

namespace hq::cli {
namespace {

using credential::Json;
using credential::Outcome;
using credential::VerifyResult;

std::string outcome_word(Outcome outcome, const Console& console) {
  switch (outcome) {
    case Outcome::passed:
      return std::string(console.choose("passed", "通过"));
    case Outcome::failed:
      return std::string(console.choose("failed", "未通过"));
    case Outcome::not_asked:
      break;
  }
  return std::string(console.choose("not asked", "未检查"));
}

void add_rows(const VerifyResult& result, const std::string& indent,
              std::vector<std::vector<std::string>>& rows, const Console& console) {
  for (const credential::Check& check : result.checks) {
    const bool is_failed = check.outcome == Outcome::failed;
    rows.push_back({indent + std::string(title_of(check.kind, console.language())),
                    outcome_word(check.outcome, console),
                    is_failed ? check.reason.text(console.language()) : ""});
  }
  for (const VerifyResult& held : result.credentials) {
    rows.push_back({indent + std::string(console.choose("credential of ", "凭证，签发方 ")) +
                        (held.issuer.empty() ? "?" : held.issuer),
                    "", ""});
    add_rows(held, indent + "  ", rows, console);
  }
}

void show(const VerifyResult& result, const Console& console) {
  console.line(result.is_valid() ? console.choose("valid", "有效")
                                 : console.choose("NOT VALID", "无效"));
  if (!result.issuer.empty()) {
    console.line(fmt::format("{} {}", console.choose("issuer", "签发方"), result.issuer));
  }
  if (!result.holder.empty()) {
    console.line(fmt::format("{} {}", console.choose("holder", "持有方"), result.holder));
  }
  std::vector<std::vector<std::string>> rows;
  add_rows(result, "", rows, console);
  console.table(
      {std::string(console.choose("check", "检查")), std::string(console.choose("outcome", "结果")),
       std::string(console.choose("why", "原因"))},
      rows);
}

/// Exit code of the first check that failed; 0 where all is well.
Result<int> verify(const CredentialVerifyOptions& options, const Console& console) {
  HQ_TRY(const std::string text, read_text(options.file));
  HQ_TRY(const Instant at, time_of(options.at));
  credential::DidDocuments dids;
  for (const auto& file : options.dids) {
    HQ_TRY(const std::string document, read_text(file.string()));
    const auto added = dids.add(document);
    if (!added) return std::unexpected(Error(added.error()).at(file.string()));
  }
  credential::VerifyOptions wanted{.at = at, .dids = &dids};
  for (const auto& file : options.status_lists) {
    HQ_TRY(std::string list, read_text(file.string()));
    wanted.status_lists.push_back(std::move(list));
  }
  wanted.trusted_issuers = {options.trusted.begin(), options.trusted.end()};
  wanted.is_status_required = !options.is_status_optional;
  if (!options.challenge.empty()) wanted.challenge = options.challenge;
  if (!options.domain.empty()) wanted.domain = options.domain;
  wanted.is_key_binding_required = wanted.challenge.has_value();
  const hub::CredentialForm form = hub::form_of(text);
  const VerifyResult result = hub::verify_as(form, text, wanted);
  if (console.json()) {
    console.line(to_json(hub::answer_of(result, form)));
  } else {
    show(result, console);
  }
  const credential::Check* failed = hub::first_failed(result);
  return failed == nullptr ? 0 : info(failed->reason.code).exit_code;
}

struct TokenParts {
  JsonText header;
  JsonText payload;
  std::vector<JsonText> disclosures;
  bool has_key_binding = false;
};
BOOST_DESCRIBE_STRUCT(TokenParts, (), (header, payload, disclosures, has_key_binding))

struct ShownText {
  hub::CredentialForm kind = hub::CredentialForm::vc;
  std::optional<JsonText> document;
  std::optional<TokenParts> token;
};
BOOST_DESCRIBE_STRUCT(ShownText, (), (kind, document, token))

/// JSON with a line for each field and item, as people read it.
void write_lines(const Json& value, const std::string& indent, std::string& out) {
  const std::string deeper = indent + "  ";
  const auto write = [&](const Json& inner, std::string_view name, bool is_last) {
    out += deeper + std::string(name);
    write_lines(inner, deeper, out);
    out += is_last ? "\n" : ",\n";
  };
  if (value.as_object() != nullptr && !value.as_object()->empty()) {
    const Json::Object& fields = *value.as_object();
    out += "{\n";
    for (const auto& field : fields) {
      write(field.value, Json(field.key).text() + ": ", &field == &fields.back());
    }
    out += indent + "}";
  } else if (value.as_array() != nullptr && !value.as_array()->empty()) {
    out += "[\n";
    for (const Json& item : *value.as_array()) write(item, "", &item == &value.as_array()->back());
    out += indent + "]";
  } else {
    out += value.text();
  }
}

std::string lines_of(const Json& value) {
  std::string out;
  write_lines(value, "", out);
  return out;
}

Result<> show_token(const std::string& text, const Console& console) {
  HQ_TRY(const credential::SdJwt token, credential::parse_sd_jwt(text));
  TokenParts parts{{token.issued.header.text()}, {token.payload.text()}, {}, false};
  parts.has_key_binding = !token.key_binding.empty();
  for (const std::string& disclosure : token.disclosures) {
    HQ_TRY(const std::string clear, credential::base64url_decode(disclosure));
    HQ_TRY(const Json item, Json::parse(clear));
    parts.disclosures.push_back({item.text()});
  }
  if (console.json()) {
    console.line(to_json(ShownText{hub::CredentialForm::sd_jwt, {}, std::move(parts)}));
    return {};
  }
  console.line(console.choose("# header", "# 头部"));
  console.line(lines_of(token.issued.header));
  console.line(console.choose("# signed claims", "# 已签名的声明"));
  console.line(lines_of(token.payload));
  console.line(console.choose("# disclosures: salt, name, value", "# 披露：盐、名称、值"));
  for (const JsonText& disclosure : parts.disclosures) console.line(disclosure.text);
  console.line(parts.has_key_binding ? console.choose("# with a key binding", "# 含密钥绑定")
                                     : console.choose("# without a key binding", "# 无密钥绑定"));
  return {};
}

Result<> show_text(const CredentialShowOptions& options, const Console& console) {
  HQ_TRY(const std::string text, read_text(options.file));
  const hub::CredentialForm form = hub::form_of(text);
  if (form == hub::CredentialForm::sd_jwt) {
    HQ_TRY_VOID(show_token(text, console));
  } else {
    HQ_TRY(const Json document, Json::parse(text));
    console.line(console.json() ? to_json(ShownText{form, {{document.text()}}, {}})
                                : lines_of(document));
  }
  console.note("Nothing was verified.", "以上内容未经验证。");
  return {};
}

}  // namespace

int credential_verify(const CredentialVerifyOptions& options, const Console& console) {
  const auto verified = verify(options, console);
  return verified ? *verified : console.fail(verified.error());
}

int credential_show(const CredentialShowOptions& options, const Console& console) {
  const auto shown = show_text(options, console);
  return shown ? 0 : console.fail(shown.error());
}

}  // namespace hq::cli
