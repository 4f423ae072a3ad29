#include "hub/policies/receipt.h"

#include <utility>

#include "base/hash.h"
#include "credential/canonical_json.h"
#include "credential/credential_model.h"
#include "credential/json_tree.h"

namespace hq::hub {
namespace {

using credential::Json;

constexpr const char* kType = "DecisionReceipt";

/// Of JSON that is our own.
Json tree(const std::string& text) {
  auto parsed = Json::parse(text);
  HQ_ASSERT(parsed.has_value());
  return *std::move(parsed);
}

std::string hash_of(const Json& value) {
  return to_hex(sha256(credential::canonical_json(value)));
}

/// Facts in the order of the policy, whatever the order in which they were given.
std::vector<rules::Input> ordered(const rules::InForce& law,
                                  const std::vector<rules::Input>& facts) {
  std::vector<rules::Input> all;
  for (const rules::PolicyFact* fact : law.facts) {
    for (const rules::Input& given : facts) {
      if (given.name == fact->name && !given.value.is_null()) all.push_back(given);
    }
  }
  return all;
}

const Json* subject_of(const Json& receipt) {
  const Json* subject = receipt.find("credentialSubject");
  return subject != nullptr && subject->as_object() != nullptr ? subject : nullptr;
}

template <class T>
Result<T> field(const Json& subject, std::string_view name) {
  const Json* found = subject.find(name);
  if (found == nullptr) {
    return fail(ErrorCode::parse_error, "this is no receipt of a decision: a field is missing",
                "这不是决定回执：缺少字段", std::string(name));
  }
  return from_json<T>(found->text());
}

}  // namespace

std::string receipt_of(const rules::InForce& law, const std::vector<rules::Input>& facts,
                       const DecisionAnswer& answer, std::string_view engine, Instant issued_at) {
  std::vector<ParameterAnswer> figures;
  for (const auto& parameter : law.parameters) figures.push_back(answer_of(parameter));
  const Json parameters = tree(to_json(figures));
  const Json given = tree(json_text(ordered(law, facts)).text);
  const Json value = tree(answer.value.text);
  Json subject = Json::object();
  subject.set("policy", Json(answer.policy));
  subject.set("version", Json(answer.version));
  subject.set("asOf", Json(format_date(answer.as_of)));
  subject.set("knownAt", Json(format_date(answer.known_at)));
  subject.set("modelSha256", Json(law.version->model_hash));
  subject.set("parameters", parameters);
  subject.set("parametersSha256", Json(hash_of(parameters)));
  subject.set("facts", given);
  subject.set("factsSha256", Json(hash_of(given)));
  subject.set("provenance", tree(to_json(answer.provenance)));
  subject.set("outcome", tree(answer.outcome.text));
  subject.set("verdict", tree(to_json(answer.verdict)));
  subject.set("value", value);
  subject.set("valueSha256", Json(hash_of(value)));
  subject.set("assumptions", tree(to_json(answer.assumptions)));
  subject.set("engine", Json(std::string(engine)));
  Json receipt = Json::object();
  receipt.set("@context", Json::strings({std::string(credential::kBaseContext),
                                         "https://www.w3.org/ns/credentials/undefined-terms/v2"}));
  receipt.set("type", Json::strings({"VerifiableCredential", kType}));
  receipt.set("validFrom", Json(format_instant(issued_at)));
  receipt.set("credentialSubject", std::move(subject));
  return receipt.text();
}

Result<Receipt> read_receipt(std::string_view credential) {
  HQ_TRY(const Json receipt, Json::parse(credential));
  const Json* subject = subject_of(receipt);
  const Json* type = receipt.find("type");
  bool is_receipt = false;
  if (type != nullptr) {
    for (const Json* one : type->as_set()) {
      is_receipt = is_receipt || (one->as_string() != nullptr && *one->as_string() == kType);
    }
  }
  if (!is_receipt || subject == nullptr) {
    return fail(ErrorCode::parse_error, "this is no receipt of a decision", "这不是决定回执",
                "receipt");
  }
  Receipt read;
  HQ_TRY(read.policy, field<std::string>(*subject, "policy"));
  HQ_TRY(read.as_of, field<Date>(*subject, "asOf"));
  HQ_TRY(read.known_at, field<Date>(*subject, "knownAt"));
  HQ_TRY(read.facts, field<JsonText>(*subject, "facts"));
  HQ_TRY(read.provenance, field<std::vector<ProvenanceAnswer>>(*subject, "provenance"));
  HQ_TRY(read.assumptions, field<std::vector<AssumptionAnswer>>(*subject, "assumptions"));
  HQ_TRY(read.issued_at, field<Instant>(receipt, "validFrom"));
  return read;
}

std::vector<ReplayDifference> differences(std::string_view receipt, std::string_view now) {
  std::vector<ReplayDifference> found;
  const auto before = Json::parse(receipt);
  const auto after = Json::parse(now);
  if (!before || !after || subject_of(*before) == nullptr) return found;
  const Json& old_subject = *subject_of(*before);
  const Json& new_subject = *subject_of(*after);
  const auto text = [](const Json* value) {
    return JsonText{value == nullptr ? "null" : value->text()};
  };
  for (const auto& [key, value] : *new_subject.as_object()) {
    const Json* old = old_subject.find(key);
    if (old == nullptr || *old != value) found.push_back({key, text(old), text(&value)});
  }
  for (const auto& [key, value] : *old_subject.as_object()) {
    if (new_subject.find(key) == nullptr) found.push_back({key, text(&value), text(nullptr)});
  }
  return found;
}

}  // namespace hq::hub
