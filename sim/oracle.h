// Oracle: what callers were told, and whether the log keeps it.
//
// It takes down every command that is sent and every answer that is received, and after each
// restart holds the log against them: nothing acknowledged is lost, doubled or changed, the order
// stands, nothing is there that nobody sent, the ledger agrees with the naive one, and replay gives
// the state of before, twice. Where the disk has lied or rotted, what is wrong must be named. An
// Error is a promise that was broken. One thread.
//
//   oracle.sent(command);
//   HQ_TRY_VOID(oracle.received(answered));
//   HQ_TRY(const Inspection found, oracle.inspect(log));
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "log/log.h"
#include "sim/ledger_oracle.h"
#include "sim/node.h"

namespace hq::sim {

struct Inspection {
  std::optional<Error> damage;  // what the log itself says: where = "commit 17" or the file
  bool explains_wrong_answer = false;
  uint64_t lost = 0;  // acknowledged commits that are gone from the end of a sound log
};

class Oracle {
 public:
  void sent(const log::Command& command);
  /// An answer that reached its caller.
  Result<> received(const Answered& answered);
  /// A writer has started on commits up to this one: from now on they must stay.
  void relied_on(uint64_t seq);

  /// The live state after a commit, which replay must give again.
  void expect_state(uint64_t seq, const Sha256& state) { states_[seq] = state; }
  /// From now on the disk may have lied, or bits may have changed on it.
  void expect_harm() { may_be_harmed_ = true; }

  /// Holds the log against all that is known. After a loss that is found, what is left is what
  /// must be kept.
  Result<Inspection> inspect(const log::LogReader& log);

  /// The end that an auditor would have kept a note of.
  uint64_t kept() const { return kept_; }
  uint64_t acknowledged() const { return acknowledged_; }
  /// The state after a commit, as the last inspection found it.
  Sha256 state_at(uint64_t seq) const { return states_.at(seq); }

 private:
  struct Acknowledged {
    log::Command command;
    log::Receipt receipt;
  };

  Result<> contradiction(std::string what);
  Result<> check_damage(const log::LogReader& log, const Error& damage);
  Result<> check_commits(const std::vector<log::Commit>& commits);
  Result<> check_acknowledged(uint64_t last_seq);
  Result<> check_new(const log::Commit& commit);
  Result<> check_replay(const log::LogReader& log);
  void forget_behind(uint64_t seq);

  std::map<std::string, std::vector<log::Command>> sent_;  // all uses of an id
  std::map<std::string, Acknowledged> receipts_;           // by id
  std::map<std::string, uint64_t> seq_of_;                 // of ids in the log
  std::vector<log::Commit> known_;                         // the log as it was seen last
  std::map<uint64_t, Sha256> states_;                      // after commits of it
  std::optional<LedgerOracle> ledger_ = LedgerOracle();
  uint64_t kept_ = 0;  // commits that must be there
  uint64_t acknowledged_ = 0;
  bool may_be_harmed_ = false;
  std::optional<std::string> contradiction_;  // of a harmed log, which has to say what is wrong
};

}  // namespace hq::sim
