// GET /log/head, /log/commits: the log itself, so that anyone who may read it can check it.
#include <string>

#include "api/api.h"
#include "api/parameters.h"
#include "base/json.h"
#include "net/etag.h"

namespace hq::api {
namespace {

constexpr int64_t kCommitsMax = 1000;
constexpr int64_t kCommitsDefault = 100;
// No further commit is added to an answer of so many bytes; one alone may be larger.
constexpr std::size_t kAnswerBytes = std::size_t{4} << 20;

struct HeadAnswer {
  uint64_t seq = 0;
  Instant time{};
  std::string hash;
};
BOOST_DESCRIBE_STRUCT(HeadAnswer, (), (seq, time, hash))

Result<net::Response> get_head(const Services& services, const net::Request& request) {
  HQ_TRY_VOID(Parameters(request).check());
  HQ_TRY(const log::Head head, services.log.last());
  return json_answer(request, to_json(HeadAnswer{head.seq, head.time, to_hex(head.hash)}));
}

// The records of docs/format/log.md, one after the other: what is hashed, and the hash.
Result<net::Response> get_commits(const Services& services, const net::Request& request) {
  Parameters query(request);
  query.required_text("from");
  const auto from = static_cast<uint64_t>(query.integer("from", 1, INT64_MAX, 1));
  const auto count = static_cast<uint64_t>(query.integer("count", 1, kCommitsMax, kCommitsDefault));
  HQ_TRY_VOID(query.check());
  std::string bytes;
  uint64_t taken = 0;
  HQ_TRY_VOID(services.log.read(from, [&](const log::Commit& commit) {
    if (taken > 0 && bytes.size() + log::commit_bytes(commit) > kAnswerBytes) return false;
    log::append_commit(bytes, commit);
    return ++taken < count;
  }));
  return net::answer_with_etag(request,
                               net::Response::text(std::move(bytes), "application/octet-stream"));
}

}  // namespace

void add_log_routes(net::Router& router, Services& services) {
  add_private_get(router, services, "/api/v1/log/head", get_head);
  add_private_get(router, services, "/api/v1/log/commits", get_commits);
}

}  // namespace hq::api
