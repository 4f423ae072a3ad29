#include "base/id.h"

#include <sys/random.h>

#include <cerrno>

#include "base/assert.h"
#include "base/hash.h"

namespace hq {
namespace {

constexpr std::array<std::size_t, 4> kDashes = {8, 13, 18, 23};
constexpr std::size_t kTextSize = 36;
constexpr int64_t kMillisMax = (int64_t{1} << 48) - 1;  // in the year 10889

/// Starts the generator with all the randomness it can hold, not with one word of it.
std::mt19937_64 randomly_seeded() {
  std::array<uint32_t, 64> words;
  auto* bytes = reinterpret_cast<uint8_t*>(words.data());
  for (std::size_t done = 0; done < sizeof(words);) {
    const ssize_t got = ::getrandom(bytes + done, sizeof(words) - done, 0);
    if (got < 0 && errno == EINTR) continue;
    HQ_ASSERT(got > 0);
    done += static_cast<std::size_t>(got);
  }
  std::seed_seq seed(words.begin(), words.end());
  return std::mt19937_64(seed);
}

}  // namespace

Result<Id> Id::parse(std::string_view text) {
  const auto refuse = [&] {
    return fail(ErrorCode::invalid_argument, "not an id (019a9f3c-5c00-7abc-8def-0123456789ab)",
                "不是有效的标识（如 019a9f3c-5c00-7abc-8def-0123456789ab）");
  };
  if (text.size() != kTextSize) return refuse();
  for (const std::size_t dash : kDashes) {
    if (text[dash] != '-') return refuse();
  }
  std::string digits;
  for (const char c : text) {
    if (c != '-') digits += c;
  }
  const auto bytes = from_hex(digits);
  Id id;
  if (!bytes || bytes->size() != id.bytes.size()) return refuse();
  for (std::size_t i = 0; i < id.bytes.size(); ++i) id.bytes[i] = static_cast<uint8_t>((*bytes)[i]);
  return id;
}

std::string Id::text() const {
  std::string text = to_hex(bytes);
  for (const std::size_t dash : kDashes) text.insert(dash, 1, '-');
  return text;
}

Instant Id::instant() const {
  int64_t millis = 0;
  for (std::size_t i = 0; i < 6; ++i) millis = millis << 8 | bytes[i];
  return Instant(std::chrono::milliseconds(millis));
}

IdSource::IdSource() : random_(randomly_seeded()) {}

IdSource::IdSource(uint64_t seed) : random_(seed) {}

Id IdSource::next(Instant at) {
  const int64_t ms = std::chrono::floor<std::chrono::milliseconds>(at).time_since_epoch().count();
  if (ms > last_ms_) {
    last_ms_ = ms;
    counter_ = static_cast<uint32_t>(random_() & 0x7FF);  // the top bit is left for counting
  } else if (++counter_ > 0xFFF) {
    ++last_ms_;
    counter_ = 0;
  }
  HQ_ASSERT(last_ms_ >= 0 && last_ms_ <= kMillisMax);

  Id id;
  for (int i = 0; i < 6; ++i) id.bytes[i] = static_cast<uint8_t>(last_ms_ >> (40 - 8 * i));
  id.bytes[6] = static_cast<uint8_t>(0x70 | counter_ >> 8);
  id.bytes[7] = static_cast<uint8_t>(counter_);
  const uint64_t random = random_();
  for (int i = 0; i < 8; ++i) id.bytes[8 + i] = static_cast<uint8_t>(random >> (8 * i));
  id.bytes[8] = static_cast<uint8_t>(0x80 | (id.bytes[8] & 0x3F));
  return id;
}

}  // namespace hq
