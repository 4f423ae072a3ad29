// PolicyService: what the hub's policies answer: decisions with reasons, receipts, what-if,
// questions, proofs, differences, readiness.
//
// It reads only: the book is immutable and nothing goes to the log. A receipt is a credential of
// the hub with all that a replay needs, so who has it can have the decision taken again by anyone
// with the same book. Any thread; book and credentials outlive it.
//
//   PolicyService policies(book, credentials, "hongqiao 0.1.0");
//   HQ_TRY(const DecisionAnswer answer, policies.decide(request, now()));
#pragma once

#include <memory>
#include <string_view>

#include "hub/credentials/credential_service.h"
#include "hub/policies/kept_answers.h"
#include "hub/policies/limits.h"
#include "hub/policies/policy_answers.h"
#include "hub/policies/policy_book.h"
#include "hub/policies/proof_answers.h"

namespace hq::hub {

/// The law that is asked for, and the facts, checked.
struct PolicyCase {
  const PolicyEntry* entry = nullptr;
  rules::InForce law;
  std::vector<rules::Input> facts;
};

class PolicyService {
 public:
  /// `engine` names the program in receipts: "hongqiao 0.1.0".
  PolicyService(std::shared_ptr<const PolicyBook> book, const CredentialService& credentials,
                std::string engine)
      : book_(std::move(book)), credentials_(credentials), engine_(std::move(engine)) {}

  const PolicyBook& book() const { return *book_; }

  PoliciesAnswer list() const;
  /// Days default to the day of `now` in UTC, here and below; not_found.
  Result<PolicyDetail> get(std::string_view id, std::optional<Date> as_of,
                           std::optional<Date> known_at, Instant now) const;

  /// not_found: policy, or no law on that day. invalid_argument: a fact that cannot be. conflict:
  /// a credential says otherwise than what is stated. forbidden: a credential that is not valid,
  /// or that the policy does not trust for any fact.
  Result<DecisionAnswer> decide(const DecisionRequest& request, Instant now) const;
  Result<WhatIfAnswer> what_if(const WhatIfRequest& request, Instant now) const;
  Result<AskAnswer> ask(const AskRequest& request, Instant now) const;

  /// The decision of a receipt, taken again; what is wrong with the receipt is in the answer.
  Result<ReplayAnswer> replay(const ReplayRequest& request, Instant now) const;

  // About whole versions (policy_proofs.cpp). They depend on the law and on nothing else, so they
  // are worked out once and kept; a difference with a population is not.

  /// Proofs hold for facts that are missing too.
  /// A version with the parameters of the day `as_of`; without a version the one in force then,
  /// without a day its last day, or today.
  Result<ProofsAnswer> prove(std::string_view id, std::optional<std::string> version,
                             std::optional<Date> as_of, Instant now) const;
  Result<DiffAnswer> diff(std::string_view id, const DiffRequest& request, Instant now) const;
  Result<ReadinessAnswer> readiness(std::string_view id, std::optional<std::string> version,
                                    std::optional<Date> as_of, Instant now) const;

 private:
  Result<PolicyCase> case_of(std::string_view policy, std::optional<Date> as_of,
                             std::optional<Date> known_at, const JsonText& facts,
                             Instant now) const;
  Result<rules::InForce> law_of(const PolicyEntry& entry, const std::optional<std::string>& version,
                                std::optional<Date> as_of, Instant now) const;
  Result<DecisionAnswer> decided(const PolicyCase& asked) const;
  /// Adds what credentials prove, with where it is from; tells what a trust assumes.
  Result<> add_proved(const std::vector<std::string>& credentials, Instant now, PolicyCase& asked,
                      DecisionAnswer& answer) const;

  std::shared_ptr<const PolicyBook> book_;
  const CredentialService& credentials_;
  std::string engine_;
  mutable KeptAnswers<ProofsAnswer> proofs_{kKeptAnswersMax};
  mutable KeptAnswers<DiffAnswer> differences_{kKeptAnswersMax};
  mutable KeptAnswers<ReadinessAnswer> readiness_{kKeptAnswersMax};
};

}  // namespace hq::hub
