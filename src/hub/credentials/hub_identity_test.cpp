#include "hub/credentials/hub_identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/file.h"
#include "credential/did.h"

namespace hq::hub {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class Identity : public testing::Test {
 protected:
  Identity() { std::filesystem::create_directories(folder_); }
  ~Identity() override { std::filesystem::remove_all(folder_); }

  ErrorCode code_of(const std::string& text) const {
    EXPECT_TRUE(write_file_atomically(file_, text, 0600));
    const auto opened = HubIdentity::open(folder_);
    return opened ? ErrorCode::internal : opened.error().code;
  }

  const std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) /
      (std::string("identity_") + testing::UnitTest::GetInstance()->current_test_info()->name());
  const std::filesystem::path file_ = folder_ / kCredentialKeysFile;
};

TEST_F(Identity, is_made_once_and_the_same_again) {
  const auto first = HubIdentity::open(folder_);
  ASSERT_TRUE(first);
  EXPECT_THAT(first->did(), StartsWith("did:key:z6Mk"));
  struct stat status{};
  ASSERT_EQ(::stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  const auto second = HubIdentity::open(folder_);
  EXPECT_EQ(second->did(), first->did());
  EXPECT_EQ(second->issuer().key.sign("x"), first->issuer().key.sign("x"));
  EXPECT_EQ(first->issuer().method, first->issuer().key.did_method());
  EXPECT_NE(HubIdentity::passing().did(), HubIdentity::passing().did());
}

TEST_F(Identity, is_a_did_web_where_the_hub_has_an_address) {
  const auto hub = HubIdentity::open(folder_, "https://hub.example:8443");
  ASSERT_TRUE(hub);
  EXPECT_EQ(hub->did(), "did:web:hub.example%3A8443");
  EXPECT_EQ(credential::did_web_url(hub->did()), "https://hub.example:8443/.well-known/did.json");
  EXPECT_EQ(hub->status_list_id(3), "https://hub.example:8443/api/v1/credentials/status/3");
  for (const char* url : {"http://hub.example", "hub.example", "https://", "https://hub.example/",
                          "https://hub.example/path", "https://hub.example:", "https://hub:80x",
                          "https://a%3Ab", "https://.."}) {
    const auto refused = HubIdentity::open(folder_, url);
    EXPECT_FALSE(refused) << url;
    if (!refused) EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument) << url;
  }
}

TEST_F(Identity, names_its_status_lists_in_one_way) {
  for (const char* url : {"", "https://hub.example"}) {
    const auto hub = HubIdentity::open(folder_, url);
    const std::string id = hub->status_list_id(12);
    EXPECT_EQ(hub->status_list_number(id), 12U);
    EXPECT_FALSE(hub->status_list_number(id + "x"));
    EXPECT_FALSE(hub->status_list_number(id.substr(0, id.size() - 2)));
    EXPECT_FALSE(hub->status_list_number(id.substr(0, id.size() - 2) + "012"));
    EXPECT_FALSE(hub->status_list_number(id + "000000000000"));
    EXPECT_FALSE(hub->status_list_number("https://other.example/api/v1/credentials/status/12"));
  }
}

TEST_F(Identity, keeps_the_public_half_of_earlier_keys) {
  const auto before = HubIdentity::open(folder_, "https://hub.example");
  const auto made = HubIdentity::rotate(folder_);
  ASSERT_TRUE(made) << made.error().text();
  const auto after = HubIdentity::open(folder_, "https://hub.example");
  ASSERT_TRUE(after);
  EXPECT_EQ(after->issuer().method, "did:web:hub.example#key-2");
  EXPECT_EQ(after->issuer().key.public_key().multikey(), *made);
  credential::DidDocuments dids;
  ASSERT_TRUE(dids.add(after->document()));
  for (const auto* hub : {&*before, &*after}) {
    const auto key =
        dids.resolve(hub->issuer().method, credential::ProofPurpose::assertion_method, {});
    ASSERT_TRUE(key);
    EXPECT_EQ(*key, hub->issuer().key.public_key());
  }
  ASSERT_TRUE(HubIdentity::rotate(folder_));
  EXPECT_THAT(HubIdentity::open(folder_, "https://hub.example")->document(), HasSubstr("#key-3"));
  std::filesystem::remove(file_);
  EXPECT_EQ(HubIdentity::rotate(folder_).error().code, ErrorCode::not_found);
}

TEST_F(Identity, salts_follow_from_key_and_name) {
  const auto hub = HubIdentity::open(folder_);
  const auto two = [](credential::SaltSource salts) { return salts() + salts(); };
  EXPECT_EQ(two(hub->salts("a")), two(hub->salts("a")));
  EXPECT_NE(two(hub->salts("a")), two(hub->salts("b")));
  EXPECT_NE(two(hub->salts("a")), two(HubIdentity::passing().salts("a")));
  credential::SaltSource salts = hub->salts("a");
  EXPECT_NE(salts(), salts());
}

TEST_F(Identity, refuses_a_file_that_is_damaged_newer_or_open_to_others) {
  ASSERT_TRUE(HubIdentity::open(folder_));
  const std::string good = read_file(file_).value();
  EXPECT_EQ(code_of(good), ErrorCode::internal) << "it is read";
  const std::string head = good.substr(0, good.find('\n') + 1);
  const std::string line = good.substr(head.size());
  for (const std::string& bad :
       {std::string(), std::string("x\n"), head, head + "key-1 private z\n",
        head + "key-0" + line.substr(5), head + line + line, head + "key-1 public z6Mk\n" + line,
        head + line.substr(1), head + "key-1 secret z\n", good + "\n"}) {
    EXPECT_EQ(code_of(bad), ErrorCode::corrupt) << bad;
  }
  EXPECT_EQ(code_of("hongqiao credential keys 2\n"), ErrorCode::newer_version);
  ASSERT_TRUE(write_file_atomically(file_, good, 0600));
  ASSERT_EQ(::chmod(file_.c_str(), 0644), 0);
  EXPECT_EQ(HubIdentity::open(folder_).error().code, ErrorCode::forbidden);
  EXPECT_FALSE(HubIdentity::open(folder_ / "none"));
}

}  // namespace
}  // namespace hq::hub
