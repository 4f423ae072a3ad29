// Limits of FEEL text: what a hostile expression may cost the parser.
//
// A tree is read by functions that call themselves, so its height is bounded where it is made; what
// walks or frees it later needs no guard of its own against the stack.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hq::rules {

/// Bytes of one text. The longest of the public suite has some 2,000.
constexpr std::size_t kTextBytesMax = std::size_t{1} << 20;

/// Bytes of a name that is looked for in scope; a longer one is never found.
constexpr std::size_t kNameBytesMax = 1024;

/// Brackets, conditions and signs within each other.
constexpr uint32_t kNestingMax = 400;

/// Levels of a tree: nesting, and the length of chains such as `a + b + c` or `a.b.c`.
constexpr uint32_t kHeightMax = 1000;

/// Operands that may be read per byte of text. Few places are read twice (see parsing.h); text that
/// makes them nest is given up instead of being read exponentially often.
constexpr std::size_t kReadsPerByte = 8;

}  // namespace hq::rules
