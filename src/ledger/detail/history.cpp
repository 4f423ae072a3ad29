#include "ledger/detail/history.h"

#include <algorithm>

namespace hq::ledger {

void History::open_chunk(HistoryEnd& end, const Balances& before) {
  Chunk chunk;
  chunk.before = before;
  chunk.previous = end.chunk;
  if (end.chunk != kNone) {
    const Chunk& last = chunks_[end.chunk];
    chunk.depth = last.depth + 1;
    // Two jumps of equal length become one of twice their length, and one step.
    const bool joins = last.jump != kNone && chunks_[last.jump].jump != kNone &&
                       last.depth - chunks_[last.jump].depth ==
                           chunks_[last.jump].depth - chunks_[chunks_[last.jump].jump].depth;
    chunk.jump = joins ? chunks_[last.jump].jump : end.chunk;
  }
  end = {static_cast<uint32_t>(chunks_.size()), 0};
  chunks_.push_back(chunk);
}

void History::remove_last(HistoryEnd& end) {
  if (--end.count > 0) return;
  HQ_ASSERT(end.chunk + 1 == chunks_.size());
  const uint32_t previous = chunks_[end.chunk].previous;
  chunks_.pop_back();
  end = {previous, previous == kNone ? 0 : kChunkEntries};
}

History::Place History::find(const HistoryEnd& end, uint32_t record_end) const {
  uint32_t chunk = end.chunk;
  uint32_t count = end.count;
  while (chunk != kNone && chunks_[chunk].records[0] >= record_end) {
    const uint32_t jump = chunks_[chunk].jump;
    const bool jumps = jump != kNone && chunks_[jump].records[0] >= record_end;
    chunk = jumps ? jump : chunks_[chunk].previous;
    count = kChunkEntries;
  }
  if (chunk == kNone) return {};
  const auto first = chunks_[chunk].records.begin();
  const auto at = std::lower_bound(first, first + count, record_end);
  return {chunk, static_cast<uint32_t>(at - first) - 1};
}

History::Place History::before(Place place) const {
  if (place.entry > 0) return {place.chunk, place.entry - 1};
  const uint32_t previous = chunks_[place.chunk].previous;
  return previous == kNone ? Place{} : Place{previous, kChunkEntries - 1};
}

}  // namespace hq::ledger
