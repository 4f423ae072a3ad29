// What tests of credentials share: a hub that issues, a holder who presents, and what failed.
//
// Only for tests; a World is a value that refers to its own keys, so it stays where it was made.
//
//   const World world;
//   const std::string text = world.issued(world.badge());
//   EXPECT_EQ(failures(verify_credential(text, world.options())), "");
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "credential/credential.h"
#include "credential/shared_data_testing.h"

namespace hq::credential {

inline const Instant kAt = instant("2026-11-22T00:00:00Z");
inline constexpr std::string_view kHub = "did:web:hub.example";
inline constexpr std::string_view kList = "https://hub.example/status/1";

inline SigningKey key_of(char byte) {
  return *SigningKey::from_seed(std::string(32, byte));
}

/// A hub with a did:web and a holder with a did:key.
struct World {
  SigningKey hub_key = key_of('\1');
  SigningKey holder_key = key_of('\2');
  Issuer hub{std::string(kHub), std::string(kHub) + "#key-1", hub_key};
  Issuer holder{holder_key.did(), holder_key.did_method(), holder_key};
  DidDocuments dids;

  World() { EXPECT_TRUE(dids.add(make_did_document(kHub, hub_key.public_key()).text())); }

  Json badge() const {
    Json one = parsed(R"({"@context":["https://www.w3.org/ns/credentials/v2"],
        "type":["VerifiableCredential"],"validFrom":"2026-01-01T00:00:00Z",
        "validUntil":"2027-01-01T00:00:00Z","credentialSubject":{"level":1.50,"名":"虹桥"}})");
    one.find("credentialSubject")->set("id", Json(holder.id));
    return one;
  }

  std::string issued(const Json& plain) const {
    const auto text = issue(plain.text(), hub, kAt);
    EXPECT_TRUE(text.has_value()) << why(text);
    return text.value_or("");
  }

  // The badge with a place in a list of the hub.
  std::string issued_with_status(const std::string& purpose, int64_t index = 4711) const {
    Json one = badge();
    one.set("credentialStatus", StatusEntry{purpose, std::string(kList), index, 1}.json());
    return issued(one);
  }

  std::string list(std::string_view purpose) const {
    const auto text = issue_status_list(kList, purpose, hub, kAt);
    EXPECT_TRUE(text.has_value()) << why(text);
    return text.value_or("");
  }

  VerifyOptions options() const { return {.at = kAt, .dids = &dids}; }
};

/// The kinds of the checks that failed: "signature status".
inline std::string failures(const VerifyResult& result) {
  std::string kinds;
  for (const Check& check : result.checks) {
    if (check.outcome != Outcome::failed) continue;
    EXPECT_FALSE(check.reason.message.empty());
    EXPECT_FALSE(check.reason.message_zh.empty());
    kinds += (kinds.empty() ? "" : " ") + std::string(name_of(check.kind));
  }
  return kinds;
}

}  // namespace hq::credential
