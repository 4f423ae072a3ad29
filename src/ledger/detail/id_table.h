// IdTable: from a 128-bit id to the index of what has it, by open addressing.
//
// The ids themselves stay with what has them: a slot holds the index and 32 bits of the hash, so
// a search rarely looks at an owner in vain. 256 tables share the
// ids by their hash and double one after the other, so no batch waits for all of them to move.
// The hash is keyed with a seed, as ids come from outside. One thread.
//
//   const uint32_t at =
//       table.find(table.hash(id), [&](uint32_t i) { return transfers[i].id == id; });
#pragma once

#include <cstdint>
#include <vector>

#include "ledger/detail/uncopied_allocator.h"
#include "ledger/records.h"

namespace hq::ledger {

class IdTable {
 public:
  explicit IdTable(uint64_t seed) : seed_(seed), parts_(std::size_t{1} << kPartBits) {}

  /// Of 32 bits: they give part, place and tag.
  uint32_t hash(Uint128 id) const {
    const uint64_t once = mix(static_cast<uint64_t>(id) ^ seed_,
                              static_cast<uint64_t>(id >> 64) ^ 0xD1B54A32D192ED03);
    return static_cast<uint32_t>(mix(once ^ seed_, 0xA0761D6478BD642F) >> 32);
  }

  void prefetch(uint32_t hash) const {
    const Part& part = parts_[part_of(hash)];
    if (!part.slots.empty()) __builtin_prefetch(&part.slots[part.place(hash)]);
  }

  /// The index for which `is_it(index)` holds among those with this hash, or kNone.
  template <class IsIt>
  uint32_t find(uint32_t hash, const IsIt& is_it) const {
    const Part& part = parts_[part_of(hash)];
    if (part.slots.empty()) return kNone;
    for (std::size_t at = part.place(hash);; at = part.next(at)) {
      const uint64_t slot = part.slots[at];
      if (slot == 0) return kNone;
      if (slot >> 32 == hash && is_it(index_of(slot))) return index_of(slot);
    }
  }

  /// An index that may be the one with this hash; mostly it is. For prefetching what it stands for.
  uint32_t guess(uint32_t hash) const {
    const Part& part = parts_[part_of(hash)];
    if (part.slots.empty()) return kNone;
    const uint64_t slot = part.slots[part.place(hash)];
    return slot == 0 ? kNone : index_of(slot);
  }

  /// Adds an index whose id is not in the table.
  void insert(uint32_t hash, uint32_t index);

  /// Replaces one index by another one of the same id.
  void replace(uint32_t hash, uint32_t index, uint32_t by) {
    parts_[part_of(hash)].slots[slot_of(hash, index)] = make(hash, by);
  }

  void erase(uint32_t hash, uint32_t index);

  std::size_t bytes() const;

 private:
  static constexpr unsigned kPartBits = 8;
  static constexpr unsigned kPlaceBits = 32 - kPartBits;  // at most

  // A slot is the hash and the index plus one; zero is empty. The place is the highest bits of the
  // hash below those of the part, so a part doubles without asking for ids.
  using Slots = std::vector<uint64_t, UncopiedAllocator<uint64_t>>;
  struct Part {
    Slots slots;
    unsigned bits = 0;
    std::size_t used = 0;

    std::size_t place(uint32_t hash) const {
      return (hash & ((1u << kPlaceBits) - 1)) >> (kPlaceBits - bits);
    }
    std::size_t next(std::size_t at) const { return (at + 1) & (slots.size() - 1); }
  };
  static std::size_t part_of(uint32_t hash) { return hash >> kPlaceBits; }
  static uint32_t index_of(uint64_t slot) { return static_cast<uint32_t>(slot) - 1; }
  static uint64_t make(uint32_t hash, uint32_t index) {
    return uint64_t{hash} << 32 | (uint64_t{index} + 1);
  }
  static uint64_t mix(uint64_t a, uint64_t b) {
    const Uint128 product = Uint128{a} * b;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  }
  static void put(Part& part, uint64_t slot);
  static void grow(Part& part);
  std::size_t slot_of(uint32_t hash, uint32_t index) const;

  uint64_t seed_;
  std::vector<Part> parts_;
};

}  // namespace hq::ledger
