// Text cases of a policy: nothing crashes, and each case that is read is whole.

#include "base/assert.h"
#include "hub/policies/policy_cases.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  const auto cases = hq::hub::read_cases({reinterpret_cast<const char*>(data), size}, "f");
  if (!cases) {
    HQ_ASSERT(cases.error().where.starts_with("f"));
    return 0;
  }
  for (const hq::hub::TextCase& one : *cases) {
    HQ_ASSERT(!one.policy.empty() && !one.title.empty());
    HQ_ASSERT(one.outcome.has_value() != one.error.has_value());
    for (const auto& [name, value] : one.facts) HQ_ASSERT(!name.empty() && !value.empty());
  }
  return 0;
}
