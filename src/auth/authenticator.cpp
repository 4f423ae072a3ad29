#include "auth/authenticator.h"

#include <algorithm>

namespace hq::auth {

Actor anonymous() {
  return {"anonymous", {}, {}};
}

Result<> authorise(const Actor& actor, Permission permission) {
  if (permission == Permission::read_public) return {};
  if (std::ranges::count(actor.roles, Role::hub_operator) > 0) return {};
  if (actor.is_anonymous()) {
    return fail(ErrorCode::unauthenticated, "this needs the operator token", "该操作需要运营令牌");
  }
  return fail(ErrorCode::forbidden, "this needs the role of an operator of the hub",
              "该操作需要枢纽运营者角色");
}

}  // namespace hq::auth
