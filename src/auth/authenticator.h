// Who is asking, and what they may do: the door of auth/.
//
// An Authenticator turns what a request carries into an Actor. Today there is one,
// OperatorToken; accounts, sessions and OIDC are to be others behind the same call. An Actor is a
// value; `authorise` is a pure function. Any thread.
//
//   HQ_TRY(Actor actor, authenticator.authenticate(header, remote_address, now()));
//   HQ_TRY_VOID(authorise(actor, Permission::write));
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace hq::auth {

enum class Role {
  hub_operator,  // runs the hub: may do everything
};

enum class Permission {
  read_public,   // timetables, journeys, circles, the map: needs no login
  read_private,  // the ledger
  write,         // anything that goes through the log
};

struct Actor {
  std::string id;            // as it stands in the log; "anonymous" without login
  std::string organisation;  // empty where there is none
  std::vector<Role> roles;

  bool is_anonymous() const { return roles.empty(); }
  bool operator==(const Actor&) const = default;
};

/// The Actor of a request without credentials: a reader of public data.
Actor anonymous();

class Authenticator {
 public:
  virtual ~Authenticator() = default;

  /// `authorization` is the value of the HTTP header, if there is one: without it the actor is
  /// anonymous, with a wrong one it is an Error and never a fall-back to anonymous.
  /// `remote` is the address of the caller, "192.0.2.7" or "2001:db8::1".
  /// unauthenticated: wrong or malformed; rate_limited, with retry_after_s: too many of those.
  /// May take a few hundred milliseconds of processor time, so call it off the event loop, unless
  /// is_quick().
  virtual Result<Actor> authenticate(std::optional<std::string_view> authorization,
                                     std::string_view remote, Instant time) = 0;
  /// Whether any answer takes some microseconds now.
  virtual bool is_quick() const { return false; }
};

/// unauthenticated where a login would help, forbidden where it would not.
Result<> authorise(const Actor& actor, Permission permission);

}  // namespace hq::auth
