// What an outcome means to who asks, and who can say what a fact is.
//
// Two plain words that reasoning and the policies above it share.
#pragma once

#include <cstdint>

namespace hq::rules {

enum class Verdict : uint8_t { yes, no, depends };

/// A register, the person who asks, or somebody's judgement.
enum class FactOrigin : uint8_t { data, asked, judgement };

}  // namespace hq::rules
