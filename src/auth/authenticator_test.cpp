#include "auth/authenticator.h"

#include <gtest/gtest.h>

namespace hq::auth {
namespace {

TEST(Authorise, anyone_may_read_public_data) {
  EXPECT_TRUE(authorise(anonymous(), Permission::read_public));
  EXPECT_TRUE(authorise({"operator", {}, {Role::hub_operator}}, Permission::read_public));
}

TEST(Authorise, the_operator_may_write) {
  EXPECT_TRUE(authorise({"operator", {}, {Role::hub_operator}}, Permission::write));
  EXPECT_TRUE(authorise({"operator", {}, {Role::hub_operator}}, Permission::read_private));
}

TEST(Authorise, without_login_writing_asks_for_one) {
  EXPECT_FALSE(authorise(anonymous(), Permission::read_private));
  const auto result = authorise(anonymous(), Permission::write);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::unauthenticated);
  EXPECT_FALSE(result.error().message_zh.empty());
}

TEST(Authorise, a_login_without_the_role_is_forbidden) {
  // A value that no role of today has stands for one of tomorrow.
  const auto result = authorise({"visitor", {}, {static_cast<Role>(99)}}, Permission::write);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::forbidden);
}

}  // namespace
}  // namespace hq::auth
