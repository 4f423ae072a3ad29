#include "hub/credentials/credential_records.h"

#include <algorithm>
#include <array>

namespace hq::hub {
namespace {

constexpr std::array<std::string_view, 3> kFormNames = {"vc", "sd-jwt", "presentation"};

}  // namespace

void write_json(JsonWriter& out, CredentialForm form) {
  out.string(kFormNames.at(static_cast<std::size_t>(form)));
}

bool read_json(JsonReader& in, CredentialForm& form) {
  std::string_view text;
  if (!in.string(text)) return false;
  const auto found = std::ranges::find(kFormNames, text);
  if (found == kFormNames.end()) {
    return in.refuse("expected one of: vc, sd-jwt, presentation",
                     "应为其中之一：vc, sd-jwt, presentation");
  }
  form = static_cast<CredentialForm>(found - kFormNames.begin());
  return true;
}

}  // namespace hq::hub
