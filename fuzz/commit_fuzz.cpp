// Commits of any bytes: nothing crashes or reads beyond the end, what is read writes the same bytes
// again, and the chain takes a commit only in its place.

#include "base/assert.h"
#include "log/commit.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace hq::log;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  CommitDecoder decoder(bytes);
  ChainChecker chain;
  Head sealed;
  std::string again;
  while (!decoder.at_end()) {
    const std::size_t before = again.size();
    const auto commit = decoder.next();
    if (!commit) {
      HQ_ASSERT(commit.error().code == hq::ErrorCode::corrupt);
      HQ_ASSERT(!commit.error().message.empty() && !commit.error().message_zh.empty());
      break;
    }
    append_commit(again, *commit);
    HQ_ASSERT(bytes.starts_with(again));
    HQ_ASSERT(again.size() - before <= commit_bytes(*commit));
    // Bytes that were not made by the hash they carry are no part of a chain; sealed, they are.
    const auto checked = chain.check(*commit);
    HQ_ASSERT(!checked || commit->hash == commit_hash(*commit));
    HQ_ASSERT(checked || checked.error().code == hq::ErrorCode::corrupt);
    Commit mine = *commit;
    mine.time = std::max(mine.time, sealed.time);
    ChainChecker own(sealed);
    seal(mine, sealed);
    HQ_ASSERT(own.check(mine).has_value());
  }
  return 0;
}
