// Answers of the service about whole versions of policies: proofs, differences, readiness.
#include <algorithm>

#include "hub/policies/limits.h"
#include "hub/policies/policy_service.h"

namespace hq::hub {
namespace {

using rules::Input;

constexpr rules::Budget kBudget{.regions_max = kPolicyRegionsMax};

/// The last day on which a version holds before its end, or before one that became known later
/// takes its place; today where that is sooner.
Date last_day(const rules::Policy& policy, const rules::PolicyVersion& version, Date today) {
  const rules::Validity& own = version.validity;
  Date end = today + std::chrono::days(1);
  if (own.effective_to) end = std::min(end, *own.effective_to);
  for (const rules::PolicyVersion& other : policy.versions) {
    const rules::Validity& newer = other.validity;
    if (newer.known_since <= own.known_since || newer.known_since > today) continue;
    if (newer.effective_from > own.effective_from) end = std::min(end, newer.effective_from);
  }
  return std::max(own.effective_from, end - std::chrono::days(1));
}

/// Such an answer depends on the version, on the day, whose figures hold and which is today() in
/// the models, and on what was known of them: the language is none of it, as it is told in both.
std::string key_of(const rules::InForce& law) {
  return law.policy->id + "\n" + law.version->id + "\n" + format_date(law.as_of) + "\n" +
         format_date(law.known_at);
}

Result<ProofsAnswer> proofs_of(const rules::InForce& law) {
  HQ_TRY(const rules::Findings found, rules::prove(rules::question_of(law, true), kBudget));
  constexpr std::string_view kKinds[] = {"gap",      "overlap", "conflict",
                                         "subsumed", "dead",    "unreachable_output"};
  auto answer = answer_for<ProofsAnswer>(law);
  for (const rules::Finding& one : found.findings) {
    FindingAnswer finding;
    finding.kind = kKinds[static_cast<std::size_t>(one.kind)];
    finding.where = one.where;
    finding.rules.assign(one.rules.begin(), one.rules.end());
    finding.witness = one.witness.empty() ? JsonText{"null"} : json_text(one.witness);
    finding.is_proved = one.is_proved;
    describe_in(finding, one, law);
    answer.findings.push_back(std::move(finding));
  }
  answer.is_complete = found.is_complete;
  answer.regions = found.regions;
  return answer;
}

Result<DiffAnswer> difference_of(const rules::InForce& before, const rules::InForce& after,
                                 const DiffRequest& request) {
  std::vector<std::vector<Input>> population;
  if (request.population) {
    for (const JsonText& facts : *request.population) {
      HQ_TRY(population.emplace_back(), facts_from_json(*before.policy, facts));
      HQ_TRY_VOID(rules::facts_for(after, population.back()));
    }
  }
  HQ_TRY(const rules::Difference found,
         rules::diff(rules::question_of(before), rules::question_of(after), population, kBudget));
  DiffAnswer answer;
  answer.policy = before.policy->id;
  answer.from = before.version->id;
  answer.to = after.version->id;
  answer.from_as_of = before.as_of;
  answer.to_as_of = after.as_of;
  for (const rules::OutcomeChange& one : found.changes) {
    OutcomeChangeAnswer change{json_text(one.witness),
                               json_text(one.before),
                               json_text(one.after),
                               one.is_throughout,
                               one.people,
                               "",
                               ""};
    describe_in(change, one, after);
    answer.changes.push_back(std::move(change));
  }
  answer.is_complete = found.is_complete;
  if (request.population) {
    answer.population = PopulationAnswer{found.population, found.changed, found.share()};
  }
  return answer;
}

Result<ReadinessAnswer> readiness_of(const rules::InForce& law) {
  std::vector<rules::FactSource> origins;
  for (const rules::PolicyFact* fact : law.facts) origins.push_back({fact->name, fact->origin});
  HQ_TRY(const rules::Readiness found, rules::readiness(rules::question_of(law), origins,
                                                        rules::goal_of(*law.policy), {}, kBudget));
  auto answer = answer_for<ReadinessAnswer>(law);
  answer.decidable_share = found.decidable_share;
  for (const rules::OpenCondition& one : found.conditions) {
    const rules::Wording& label = law.policy->find_fact(one.fact)->label;
    answer.conditions.push_back({one.fact, one.origin, label.zh, label.en, one.tables, one.blocks,
                                 one.share_with_data, one.share_without, json_text(one.taken_as)});
  }
  answer.is_proved = found.is_proved;
  describe_in(answer, found, law);
  return answer;
}

}  // namespace

Result<rules::InForce> PolicyService::law_of(const PolicyEntry& entry,
                                             const std::optional<std::string>& version,
                                             std::optional<Date> as_of, Instant now) const {
  const Date today = std::chrono::floor<std::chrono::days>(now);
  if (!version) return rules::in_force(entry.policy, as_of.value_or(today), today);
  const rules::PolicyVersion* found = entry.policy.find_version(*version);
  if (found == nullptr) {
    std::string known;
    for (const auto& one : entry.policy.versions) known += (known.empty() ? "" : ", ") + one.id;
    return fail(ErrorCode::not_found, "the policy has no such version; it has: " + known,
                "该政策没有此版本；现有：" + known, *version);
  }
  const Date day = as_of.value_or(last_day(entry.policy, *found, today));
  return rules::in_force(entry.policy, *found, day, std::max(today, found->validity.known_since));
}

Result<ProofsAnswer> PolicyService::prove(std::string_view id, std::optional<std::string> version,
                                          std::optional<Date> as_of, Instant now) const {
  HQ_TRY(const PolicyEntry* entry, book_->get(id));
  HQ_TRY(const rules::InForce law, law_of(*entry, version, as_of, now));
  return proofs_.get(key_of(law), [&] { return proofs_of(law); });
}

Result<DiffAnswer> PolicyService::diff(std::string_view id, const DiffRequest& request,
                                       Instant now) const {
  HQ_TRY(const PolicyEntry* entry, book_->get(id));
  HQ_TRY(const rules::InForce before, law_of(*entry, request.from, {}, now));
  HQ_TRY(const rules::InForce after, law_of(*entry, request.to, {}, now));
  // Nothing that is known of people is kept.
  if (request.population) return difference_of(before, after, request);
  return differences_.get(key_of(before) + "\n" + key_of(after),
                          [&] { return difference_of(before, after, request); });
}

Result<ReadinessAnswer> PolicyService::readiness(std::string_view id,
                                                 std::optional<std::string> version,
                                                 std::optional<Date> as_of, Instant now) const {
  HQ_TRY(const PolicyEntry* entry, book_->get(id));
  HQ_TRY(const rules::InForce law, law_of(*entry, version, as_of, now));
  return readiness_.get(key_of(law), [&] { return readiness_of(law); });
}

}  // namespace hq::hub
