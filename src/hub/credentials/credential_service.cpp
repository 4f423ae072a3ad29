#include "hub/credentials/credential_service.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"
#include "base/id.h"
#include "hub/credentials/credential_text.h"

namespace hq::hub {
namespace {

constexpr std::string_view kIssue = "credentials.issue";
constexpr std::string_view kRevoke = "credentials.revoke";
constexpr std::string_view kIssued = "credentials.issued";
constexpr std::string_view kRevoked = "credentials.revoked";
constexpr std::string_view kSigner = "credentials.signer";

struct IdAnswer {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(IdAnswer, (), (id))

/// A UUID that follows from the id of the command, which is unique in the log (RFC 9562, 5.8).
std::string id_of(std::string_view command_id, std::string_view hub) {
  const Sha256 hash = sha256(fmt::format("{}\n{}", hub, command_id));
  Id id;
  std::copy_n(hash.begin(), id.bytes.size(), id.bytes.begin());
  id.bytes[6] = static_cast<uint8_t>(0x80 | (id.bytes[6] & 0x0F));
  id.bytes[8] = static_cast<uint8_t>(0x80 | (id.bytes[8] & 0x3F));
  return id.text();
}

std::unexpected<Error> no_such(std::string_view id) {
  return fail(ErrorCode::not_found, fmt::format("there is no credential '{}' here", id),
              fmt::format("没有凭证“{}”", id), "id");
}

}  // namespace

Result<std::unique_ptr<CredentialService>> CredentialService::open(
    const CredentialOptions& options) {
  HQ_TRY(HubIdentity identity, HubIdentity::open(options.data, options.public_url));
  return std::unique_ptr<CredentialService>(new CredentialService(std::move(identity), options));
}

std::unique_ptr<CredentialService> CredentialService::open_without_keys() {
  return std::unique_ptr<CredentialService>(
      new CredentialService(HubIdentity::passing(), CredentialOptions{}));
}

CredentialService::CredentialService(HubIdentity identity, const CredentialOptions& options)
    : identity_(std::move(identity)),
      known_(options.data, options.hub, identity_.document(), options.on_passed_over),
      issued_max_(options.issued_max) {}

Result<log::Decision> CredentialService::decide(const log::Command& command) const {
  if (command.type == kIssue) return decide_issue(command);
  if (command.type == kRevoke) return decide_revoke(command);
  return fail(ErrorCode::unsupported, fmt::format("there is no command '{}'", command.type),
              fmt::format("没有命令“{}”", command.type), "type");
}

// Signing here takes some tens of microseconds, and gives the digest that the log keeps.
Result<log::Decision> CredentialService::decide_issue(const log::Command& command) const {
  HQ_TRY(const auto request, from_json<IssueRequest>(command.body));
  if (kept_.size() >= issued_max_) {
    return fail(ErrorCode::limit_exceeded,
                fmt::format("there are {} credentials already", issued_max_),
                fmt::format("已有 {} 份凭证", issued_max_));
  }
  CredentialRecord record;
  record.id = id_of(command.id, identity_.did());
  record.issued_at = std::chrono::floor<std::chrono::seconds>(command.time);
  HQ_TRY_VOID(describe_credential(request, record));
  std::tie(record.status_list, record.status_index) = free_place(command.id);
  HQ_TRY(const std::string text, make_credential_text(request, record, identity_));
  record.sha256 = to_hex(sha256(text));
  if (request.keep.value_or(false)) record.credential = text;
  log::Decision decision{{}, to_json(IdAnswer{record.id})};
  const SignerRecord signer{identity_.did(), identity_.issuer().key.public_key().multikey()};
  if (signers_.empty() || signers_.back() != signer) {
    decision.events.push_back({std::string(kSigner), to_json(signer)});
  }
  decision.events.push_back({std::string(kIssued), to_json(record)});
  return decision;
}

Result<log::Decision> CredentialService::decide_revoke(const log::Command& command) const {
  HQ_TRY(const auto request, from_json<RevokeRequest>(command.body));
  if (request.reason.empty() || request.reason.size() > kReasonBytesMax) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("give a reason of at most {} bytes", kReasonBytesMax),
                fmt::format("请给出理由，不超过 {} 字节", kReasonBytesMax), "reason");
  }
  const auto found = by_id_.find(request.id);
  if (found == by_id_.end()) return no_such(request.id);
  log::Decision decision{{}, to_json(IdAnswer{request.id})};
  if (kept_[found->second].revoked_seq == 0) {
    decision.events.push_back({std::string(kRevoked), to_json(request)});
  }
  return decision;
}

/// A free place in the last list, or in a new one: where the digest of `seed` points to, or the
/// next one that is free.
std::pair<uint32_t, uint32_t> CredentialService::free_place(std::string_view seed) const {
  const Sha256 hash = sha256(seed);
  constexpr uint32_t kPlaces = credential::kStatusBitsMin;
  uint32_t index = (uint32_t{hash[0]} << 16 | uint32_t{hash[1]} << 8 | hash[2]) % kPlaces;
  const bool is_full = lists_.empty() || lists_.back().count >= kListPlacesMax;
  const auto list = static_cast<uint32_t>(lists_.size() + (is_full ? 1 : 0));
  while (!is_full && lists_.back().taken[index]) index = (index + 1) % kPlaces;
  return {list, index};
}

void CredentialService::keep(KeptCredential kept) {
  const CredentialRecord& record = kept.record;
  if (lists_.size() < record.status_list) lists_.resize(record.status_list);
  List& list = lists_[record.status_list - 1];
  list.taken.resize(credential::kStatusBitsMin);
  list.taken[record.status_index] = true;
  ++list.count;
  if (kept.revoked_seq != 0) list.revoked.push_back({kept.revoked_seq, record.status_index});
  by_id_.emplace(record.id, kept_.size());
  kept_.push_back(std::move(kept));
}

void CredentialService::evolve(const log::Event& event, const log::Commit& commit) {
  const std::unique_lock lock(mutex_);
  seq_ = commit.seq;
  if (event.type == kIssued) {
    auto record = from_json<CredentialRecord>(event.body, {.bytes_max = event.body.size()});
    keep({std::move(record).value(), commit.seq, 0, {}, {}});
  } else if (event.type == kSigner) {
    signers_.push_back(from_json<SignerRecord>(event.body).value());
  } else if (event.type == kRevoked) {
    auto request = from_json<RevokeRequest>(event.body).value();
    KeptCredential& kept = kept_[by_id_.at(request.id)];
    kept.revoked_seq = commit.seq;
    kept.revoked_at = commit.time;
    kept.reason = std::move(request.reason);
    lists_[kept.record.status_list - 1].revoked.push_back({commit.seq, kept.record.status_index});
  }
}

void CredentialService::stage() {
  staged_seq_ = seq_;
}

void CredentialService::publish() {
  const std::unique_lock lock(mutex_);
  published_seq_ = staged_seq_;
}

void CredentialService::add_state_to(Sha256Hasher& hasher) const {
  hasher.add(to_json(signers_));
  for (const KeptCredential& kept : kept_) hasher.add(to_json(kept));
}

// A line for the signers, then one for each credential.
void CredentialService::save(log::StateWriter& out) const {
  out.add(to_json(signers_) + "\n");
  for (const KeptCredential& kept : kept_) out.add(to_json(kept) + "\n");
}

Result<> CredentialService::load(log::StateReader& in) {
  const std::unique_lock lock(mutex_);
  std::string_view rest = in.bytes();
  const auto take_line = [&] {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    return line;
  };
  HQ_TRY(signers_, from_json<std::vector<SignerRecord>>(take_line()));
  while (!rest.empty()) {
    const std::string_view line = take_line();
    HQ_TRY(auto kept, from_json<KeptCredential>(line, {.bytes_max = line.size()}));
    seq_ = std::max({seq_, kept.seq, kept.revoked_seq});
    keep(std::move(kept));
  }
  // As the log had them: `status_list` shows those that are on disk.
  for (List& list : lists_) std::ranges::sort(list.revoked, {}, &List::Revoked::seq);
  return {};
}

CredentialAnswer CredentialService::answer(const KeptCredential& kept, Instant now) const {
  CredentialAnswer answer{kept.record, CredentialStatus::valid, kept.seq, {}, {}};
  if (now < kept.record.valid_from) answer.status = CredentialStatus::not_yet_valid;
  if (kept.record.valid_until && now >= *kept.record.valid_until) {
    answer.status = CredentialStatus::expired;
  }
  if (kept.revoked_seq != 0 && kept.revoked_seq <= published_seq_) {
    answer.status = CredentialStatus::revoked;
    answer.revoked_at = kept.revoked_at;
    answer.reason = kept.reason;
  }
  return answer;
}

std::optional<CredentialAnswer> CredentialService::find(std::string_view id, Instant now) const {
  const std::shared_lock lock(mutex_);
  const auto found = by_id_.find(std::string(id));
  if (found == by_id_.end() || kept_[found->second].seq > published_seq_) return std::nullopt;
  return answer(kept_[found->second], now);
}

CredentialPage CredentialService::list(const CredentialFilter& filter) const {
  CredentialPage page;
  const std::shared_lock lock(mutex_);
  uint64_t place = std::min<uint64_t>(filter.cursor.value_or(kept_.size()), kept_.size());
  for (uint64_t seen = 0; place > 0; --place) {
    if (page.credentials.size() == filter.limit || ++seen > kPageScanMax) {
      page.next = place;
      break;
    }
    const KeptCredential& kept = kept_[place - 1];
    if (kept.seq > published_seq_) continue;
    if (filter.subject_id && kept.record.subject_id != filter.subject_id) continue;
    CredentialAnswer row = answer(kept, filter.now);
    if (!filter.status || row.status == *filter.status) page.credentials.push_back(std::move(row));
  }
  return page;
}

Result<std::string> CredentialService::text_of(const IssueRequest& request,
                                               const CredentialRecord& issued) const {
  HQ_TRY(std::string text, make_credential_text(request, issued, identity_));
  if (to_hex(sha256(text)) == issued.sha256) return text;
  return fail(ErrorCode::conflict,
              "the key or the name of the hub has changed since this credential was issued, so it "
              "cannot be made again; issue a new one",
              "签发后枢纽的密钥或名称已更改，无法再次生成该凭证，请重新签发", issued.id);
}

Result<> CredentialService::check_signers() const {
  const std::shared_lock lock(mutex_);
  for (const SignerRecord& signer : signers_) {
    if (signer.did != identity_.did()) {
      return fail(ErrorCode::conflict,
                  "credentials were issued under another name of the hub; it can no longer show "
                  "which of them are revoked",
                  "枢纽曾以其他名称签发凭证，现已无法表明其中哪些被撤销", signer.did);
    }
    if (!identity_.has_key(signer.public_key)) {
      return fail(ErrorCode::conflict,
                  "credentials were issued with a key that credential_keys does not have, so they "
                  "cannot be verified; restore that file",
                  "credential_keys 缺少曾用于签发凭证的密钥，相关凭证无法验证；请恢复该文件",
                  signer.public_key);
    }
  }
  return {};
}

Result<std::string> CredentialService::status_list(uint32_t number, Instant at) const {
  const std::lock_guard signing(signed_mutex_);
  HQ_TRY(credential::StatusList bits, credential::StatusList::make());
  std::size_t revoked = 0;
  {
    const std::shared_lock lock(mutex_);
    if (number == 0 || number > lists_.size()) {
      return fail(ErrorCode::not_found, fmt::format("there is no status list {}", number),
                  fmt::format("没有状态列表 {}", number), "list");
    }
    for (const List::Revoked& one : lists_[number - 1].revoked) {
      if (one.seq > published_seq_) break;
      HQ_TRY_VOID(bits.set(one.index, true));
      ++revoked;
    }
  }
  SignedList& last = signed_[number];
  if (!last.text.empty() && last.revoked == revoked && at >= last.made_at &&
      at - last.made_at < kStatusListRenewal) {
    return last.text;
  }
  const Instant from = std::chrono::floor<std::chrono::seconds>(at);
  credential::Json list = credential::make_status_credential(identity_.status_list_id(number),
                                                             identity_.did(), "revocation", bits);
  list.set("validFrom", credential::Json(format_instant(from)));
  list.set("validUntil", credential::Json(format_instant(from + kStatusListLife)));
  HQ_TRY(std::string text, credential::issue(list.text(), identity_.issuer(), from));
  last = {revoked, from, std::move(text)};
  return last.text;
}

Result<std::string> CredentialService::sign_receipt(std::string_view credential_without_proof,
                                                    Instant at) const {
  return credential::issue(credential_without_proof, identity_.issuer(), at);
}

}  // namespace hq::hub
