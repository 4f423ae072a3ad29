#include "sim/oracle.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/assert.h"

namespace hq::sim {
namespace {

/// docs/format/log.md, "request"; worked out here anew.
Sha256 request_of(const log::Command& command) {
  std::string text;
  for (const std::string* part :
       {&command.type, &command.actor, &command.organisation, &command.body}) {
    text += fmt::format("{}:{}", part->size(), *part);
  }
  return sha256(text);
}

bool same_request(const log::Command& one, const log::Command& other) {
  return request_of(one) == request_of(other);
}

}  // namespace

void Oracle::sent(const log::Command& command) {
  auto& uses = sent_[command.id];
  if (std::ranges::none_of(uses, [&](const auto& use) { return same_request(use, command); })) {
    uses.push_back(command);
  }
}

Result<> Oracle::received(const Answered& answered) {
  if (!answered.was_alive) return {};
  const log::Command& command = answered.command;
  const auto known = receipts_.find(command.id);
  if (known == receipts_.end()) {
    if (!answered.result) return {};
    ++acknowledged_;
    kept_ = std::max(kept_, answered.result->seq);
    receipts_.emplace(command.id, Acknowledged{command, *answered.result});
    return {};
  }
  const log::Receipt& before = known->second.receipt;
  const bool is_repeat = same_request(command, known->second.command);
  if (!answered.result) {
    const ErrorCode code = answered.result.error().code;
    if (code == ErrorCode::unavailable || code == ErrorCode::io_error ||
        code == ErrorCode::disk_full || code == ErrorCode::corrupt) {
      return {};  // what was done may fail to be answered
    }
    if (code == ErrorCode::conflict && !is_repeat) return {};
    return contradiction(fmt::format("{} was done as commit {} and is refused now: {}", command.id,
                                     before.seq, answered.result.error().text()));
  }
  const log::Receipt& receipt = *answered.result;
  if (is_repeat && receipt.repeated && receipt.seq == before.seq && receipt.time == before.time &&
      receipt.reply == before.reply) {
    return {};
  }
  return contradiction(fmt::format("{} was done as commit {} and is answered as commit {} now",
                                   command.id, before.seq, receipt.seq));
}

/// On a harmed disk the log may give a wrong answer, if it then says what is wrong with it.
Result<> Oracle::contradiction(std::string what) {
  if (!may_be_harmed_) return broken(std::move(what));
  contradiction_ = std::move(what);
  return {};
}

void Oracle::relied_on(uint64_t seq) {
  kept_ = std::max(kept_, seq);
}

Result<Inspection> Oracle::inspect(const log::LogReader& log) {
  const Result<log::Verification> verified = log.verify();
  const std::optional<Error> damage = verified ? verified->damage : verified.error();
  if (damage) {
    if (!may_be_harmed_) return broken("damage on an honest disk: " + damage->text());
    HQ_TRY_VOID(check_damage(log, *damage));
    return Inspection{damage, contradiction_.has_value(), 0};
  }
  if (contradiction_) return broken("nothing is said to be wrong, but " + *contradiction_);
  std::vector<log::Commit> commits;
  const Result<> read = log.read(1, [&](const log::Commit& commit) {
    commits.push_back(commit);
    return true;
  });
  if (!read) return broken("a log that is sound cannot be read: " + read.error().text());
  if (verified->head.seq != commits.size()) return broken("what is read is not what is sound");
  Inspection found;
  if (commits.size() < kept_) {
    if (!may_be_harmed_) {
      return broken(
          fmt::format("acknowledged commits {} to {} are gone", commits.size() + 1, kept_));
    }
    found.lost = kept_ - commits.size();
    forget_behind(commits.size());
  }
  // Nobody relied on what lies behind; a crash may have taken it, and other commits its place.
  if (known_.size() > kept_) forget_behind(kept_);
  HQ_TRY_VOID(check_commits(commits));
  HQ_TRY_VOID(check_acknowledged(commits.size()));
  HQ_TRY_VOID(check_replay(log));
  return found;
}

/// Damage is named by its place, and what lies before it is sound and as it was.
Result<> Oracle::check_damage(const log::LogReader& log, const Error& damage) {
  if (damage.code != ErrorCode::corrupt || damage.where.empty() || damage.message.empty()) {
    return broken("damage without a name: " + damage.text());
  }
  std::optional<std::string> other;
  const Result<> read = log.read(1, [&](const log::Commit& commit) {
    if (commit.seq <= std::min<uint64_t>(known_.size(), kept_) &&
        known_[commit.seq - 1] != commit) {
      other = fmt::format("commit {} before the damage is another one", commit.seq);
    }
    return !other;
  });
  if (other) return broken(*other);
  if (!read && read.error().code != ErrorCode::corrupt) {
    return broken("damage that reads as something else: " + read.error().text());
  }
  return {};
}

Result<> Oracle::check_commits(const std::vector<log::Commit>& commits) {
  log::ChainChecker chain;
  for (const log::Commit& commit : commits) {
    HQ_TRY_VOID(chain.check(commit));
    if (commit.seq <= known_.size()) {
      if (commit == known_[commit.seq - 1]) continue;
      return broken(fmt::format("commit {} is another one than before", commit.seq));
    }
    HQ_TRY_VOID(check_new(commit));
    known_.push_back(commit);
  }
  return {};
}

Result<> Oracle::check_new(const log::Commit& commit) {
  const auto uses = sent_.find(commit.command_id);
  if (uses == sent_.end()) {
    return broken(fmt::format("nobody sent what commit {} carries", commit.seq));
  }
  const auto command = std::ranges::find_if(uses->second, [&](const log::Command& use) {
    return request_of(use) == commit.request && use.type == commit.type &&
           use.actor == commit.actor && use.organisation == commit.organisation;
  });
  if (command == uses->second.end()) {
    return broken(fmt::format("commit {} is not what was asked for", commit.seq));
  }
  if (!seq_of_.emplace(commit.command_id, commit.seq).second) {
    return broken(fmt::format("{} is there twice: commits {} and {}", commit.command_id,
                              seq_of_[commit.command_id], commit.seq));
  }
  HQ_ASSERT(ledger_.has_value());
  return ledger_->fold(commit, *command);
}

Result<> Oracle::check_acknowledged(uint64_t last_seq) {
  for (const auto& [command_id, acknowledged] : receipts_) {
    const log::Receipt& receipt = acknowledged.receipt;
    if (receipt.seq > last_seq) return broken("lost: " + command_id);
    const log::Commit& commit = known_[receipt.seq - 1];
    if (commit.command_id == command_id && commit.time == receipt.time &&
        commit.reply == receipt.reply) {
      continue;
    }
    return broken(fmt::format("{} was acknowledged as commit {}, which is another one", command_id,
                              receipt.seq));
  }
  return {};
}

/// Folds the log twice, by two ways, and holds each against what is known of before.
Result<> Oracle::check_replay(const log::LogReader& log) {
  hub::LedgerService folded(kLedgerOptions);
  log::Machine machine;
  machine.add(folded);
  for (const log::Commit& commit : known_) {
    HQ_TRY_VOID(machine.evolve(commit));
    const auto before = states_.find(commit.seq);
    if (before != states_.end() && machine.state_hash() != before->second) {
      return broken(fmt::format("replay to commit {} gives another state than before", commit.seq));
    }
  }
  hub::LedgerService again(kLedgerOptions);
  log::Machine machine_again;
  machine_again.add(again);
  HQ_TRY_VOID(log::replay(log, machine_again));
  if (machine.state_hash() != machine_again.state_hash()) {
    return broken("two replays give two states");
  }
  states_[known_.size()] = machine.state_hash();
  return again.read([&](const ledger::Ledger& ledger, const hub::LedgerExtent&) {
    return ledger_->compare(ledger);
  });
}

void Oracle::forget_behind(uint64_t seq) {
  known_.resize(std::min<std::size_t>(known_.size(), seq));
  kept_ = std::min(kept_, seq);
  std::erase_if(receipts_, [&](const auto& one) { return one.second.receipt.seq > seq; });
  std::erase_if(seq_of_, [&](const auto& one) { return one.second > seq; });
  states_.erase(states_.upper_bound(seq), states_.end());
  ledger_.emplace();
  for (const log::Commit& commit : known_) {
    for (const log::Command& use : sent_[commit.command_id]) {
      // It went well when the commit was new.
      if (request_of(use) == commit.request) (void)ledger_->fold(commit, use);
    }
  }
}

}  // namespace hq::sim
