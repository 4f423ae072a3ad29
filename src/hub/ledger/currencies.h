// The currencies of ISO 4217: code, number, and how many decimals their least unit is.
//
// A constant table; any thread. The number is that of an asset of the ledger.
//
//   find_currency(392)->code;      // "JPY", with exponent 0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace hq::hub {

/// Metals, units of account and the like: ISO 4217 states no least unit, whole ones are counted.
inline constexpr int8_t kNoMinorUnit = -1;

struct Currency {
  uint32_t number = 0;
  std::string_view code;  // three letters
  int8_t exponent = 0;    // decimals of the least unit: 2 where a hundred of them make one
};

/// Null where there is none of this number.
const Currency* find_currency(uint32_t number);
std::span<const Currency> all_currencies();  // by number

}  // namespace hq::hub
