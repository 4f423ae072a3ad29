#include "ledger/detail/id_table.h"

#include "base/assert.h"

namespace hq::ledger {

void IdTable::put(Part& part, uint64_t slot) {
  std::size_t at = part.place(static_cast<uint32_t>(slot >> 32));
  while (part.slots[at] != 0) at = part.next(at);
  part.slots[at] = slot;
}

void IdTable::grow(Part& part) {
  constexpr unsigned kFirstBits = 9;  // a page
  const Slots before = std::move(part.slots);
  part.bits = before.empty() ? kFirstBits : part.bits + 1;
  HQ_ASSERT(part.bits <= kPlaceBits);
  part.slots.assign(std::size_t{1} << part.bits, 0);
  for (const uint64_t slot : before) {
    if (slot != 0) put(part, slot);
  }
}

void IdTable::insert(uint32_t hash, uint32_t index) {
  const std::size_t number = part_of(hash);
  Part& part = parts_[number];
  // Between half and three quarters full: each at another time, as all fill alike.
  if (part.used >= part.slots.size() / 2 + part.slots.size() / 4 * number / parts_.size()) {
    grow(part);
  }
  put(part, make(hash, index));
  ++part.used;
}

std::size_t IdTable::slot_of(uint32_t hash, uint32_t index) const {
  const Part& part = parts_[part_of(hash)];
  std::size_t at = part.place(hash);
  while (part.slots[at] != make(hash, index)) {
    HQ_ASSERT(part.slots[at] != 0);
    at = part.next(at);
  }
  return at;
}

// Later ones of the run move up where their place allows, so a search needs no marks of what was
// erased (Knuth, The Art of Computer Programming 6.4, algorithm R).
void IdTable::erase(uint32_t hash, uint32_t index) {
  Part& part = parts_[part_of(hash)];
  std::size_t hole = slot_of(hash, index);
  const std::size_t mask = part.slots.size() - 1;
  for (std::size_t at = part.next(hole); part.slots[at] != 0; at = part.next(at)) {
    const std::size_t place = part.place(static_cast<uint32_t>(part.slots[at] >> 32));
    if (((at - place) & mask) < ((at - hole) & mask)) continue;
    part.slots[hole] = part.slots[at];
    hole = at;
  }
  part.slots[hole] = 0;
  --part.used;
}

std::size_t IdTable::bytes() const {
  std::size_t sum = parts_.size() * sizeof(Part);
  for (const Part& part : parts_) sum += part.slots.size() * sizeof(uint64_t);
  return sum;
}

}  // namespace hq::ledger
