// What proofs, differences of versions and readiness are in the API and the command line: plain
// values with texts in both languages. JSON by their description.
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "hub/policies/policy_book.h"

namespace hq::hub {

struct FindingAnswer {
  std::string kind;  // gap, overlap, conflict, subsumed, dead, unreachable_output
  std::string where;
  std::vector<uint64_t> rules;
  JsonText witness;  // facts by name; null where there is none
  bool is_proved = false;
  std::string text_zh;
  std::string text_en;
};
BOOST_DESCRIBE_STRUCT(FindingAnswer, (), (kind, where, rules, witness, is_proved, text_zh, text_en))

struct ProofsAnswer {
  std::string policy;
  std::string version;
  Date as_of{};
  std::vector<FindingAnswer> findings;
  bool is_complete = false;
  uint64_t regions = 0;
};
BOOST_DESCRIBE_STRUCT(ProofsAnswer, (), (policy, version, as_of, findings, is_complete, regions))

struct DiffRequest {
  std::string from;
  std::string to;
  std::optional<std::vector<JsonText>> population;  // facts of each
};
BOOST_DESCRIBE_STRUCT(DiffRequest, (), (from, to, population))

struct OutcomeChangeAnswer {
  JsonText witness;
  JsonText before;
  JsonText after;
  bool is_throughout = false;
  uint64_t people = 0;
  std::string text_zh;
  std::string text_en;
};
BOOST_DESCRIBE_STRUCT(OutcomeChangeAnswer, (),
                      (witness, before, after, is_throughout, people, text_zh, text_en))

struct PopulationAnswer {
  uint64_t size = 0;
  uint64_t changed = 0;
  double share = 0;
};
BOOST_DESCRIBE_STRUCT(PopulationAnswer, (), (size, changed, share))

struct DiffAnswer {
  std::string policy;
  std::string from;
  std::string to;
  Date from_as_of{};  // each version with the parameters of its last day, or of today
  Date to_as_of{};
  std::vector<OutcomeChangeAnswer> changes;
  bool is_complete = false;
  std::optional<PopulationAnswer> population;
};
BOOST_DESCRIBE_STRUCT(DiffAnswer, (),
                      (policy, from, to, from_as_of, to_as_of, changes, is_complete, population))

struct OpenConditionAnswer {
  std::string fact;
  rules::FactOrigin origin = rules::FactOrigin::asked;
  std::string label_zh;
  std::string label_en;
  std::vector<std::string> tables;
  bool blocks = false;
  double share_with_data = 0;  // decided automatically if there were data
  double share_without = 0;    // if the condition were dropped
  JsonText taken_as;
};
BOOST_DESCRIBE_STRUCT(OpenConditionAnswer, (),
                      (fact, origin, label_zh, label_en, tables, blocks, share_with_data,
                       share_without, taken_as))

struct ReadinessAnswer {
  std::string policy;
  std::string version;
  Date as_of{};
  double decidable_share = 0;
  std::vector<OpenConditionAnswer> conditions;
  bool is_proved = false;
  std::string text_zh;
  std::string text_en;
};
BOOST_DESCRIBE_STRUCT(ReadinessAnswer, (),
                      (policy, version, as_of, decidable_share, conditions, is_proved, text_zh,
                       text_en))

}  // namespace hq::hub
