// History: which transfers touched an account, with its balances now and then, so that a balance
// at any moment is found in logarithmic time.
//
// The entries of an account lie in chunks of 28, each with the balances before its first entry. A
// chunk links to the one before it and to one further back (Myers 1983, An applicative
// random-access stack), so a search for a moment takes as many steps as the count has digits.
// Entries are taken back in the reverse order. One thread.
//
//   history.add(account_history, record, balances_before);
#pragma once

#include <array>
#include <cstdint>

#include "ledger/detail/reserved_array.h"
#include "ledger/records.h"

namespace hq::ledger {

/// Where the history of one account ends; a part of the account's row.
struct HistoryEnd {
  uint32_t chunk = kNone;
  uint32_t count = 0;  // entries in that chunk
};

class History {
 public:
  static constexpr uint32_t kChunkEntries = 28;

  struct Chunk {
    Balances before;  // the first entry
    uint32_t previous = kNone;
    uint32_t jump = kNone;  // an earlier one, `depth` of which is known
    uint32_t depth = 0;     // chunks before this one
    uint32_t reserved = 0;
    std::array<uint32_t, kChunkEntries> records{};  // ascending
  };

  explicit History(std::size_t chunks_max) : chunks_(chunks_max) {}

  void add(HistoryEnd& end, uint32_t record, const Balances& before) {
    if (end.chunk == kNone || end.count == kChunkEntries) open_chunk(end, before);
    chunks_[end.chunk].records[end.count++] = record;
  }

  /// Takes back the last entry of all.
  void remove_last(HistoryEnd& end);

  void prefetch(const HistoryEnd& end) const {
    if (end.chunk != kNone) __builtin_prefetch(chunks_[end.chunk].records.data() + end.count, 1);
  }

  /// An entry, or the place before the first one (chunk kNone).
  struct Place {
    uint32_t chunk = kNone;
    uint32_t entry = 0;
  };
  /// The last entry whose record is below `record_end`.
  Place find(const HistoryEnd& end, uint32_t record_end) const;
  Place before(Place place) const;
  uint32_t record(Place place) const { return chunks_[place.chunk].records[place.entry]; }
  const Chunk& chunk(uint32_t index) const { return chunks_[index]; }

  void make_ready(std::size_t begin, std::size_t end) const { chunks_.make_ready(begin, end); }

  std::span<const Chunk> chunks() const { return chunks_.span(); }
  /// Takes the bytes of all chunks. False where they are too many.
  bool assign(std::string_view chunks) { return chunks_.assign(chunks); }

  std::size_t bytes() const { return chunks_.bytes(); }

 private:
  void open_chunk(HistoryEnd& end, const Balances& before);

  ReservedArray<Chunk> chunks_;
};

static_assert(sizeof(History::Chunk) == 192);

}  // namespace hq::ledger
