// Limits of reasoning: what bounds the work on one region; Budget bounds how many there are.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hq::rules {

constexpr std::size_t kFactsMax = 128;         // of a question
constexpr std::size_t kPointsMax = 512;        // single values of an abstract value
constexpr std::size_t kCasesMax = 128;         // combinations that are worked out one by one
constexpr std::size_t kUnsureRulesMax = 4;     // rules whose hits are tried both ways
constexpr std::size_t kVotesMax = 4000;        // cuts that are counted to choose one
constexpr std::size_t kAbstractDepthMax = 64;  // calls and decisions in each other
constexpr std::size_t kRememberedMax = 4096;   // results of one decision that are kept
constexpr std::size_t kVersionsMax = 4096;     // sets of one fact that are told apart
constexpr uint64_t kStepsPerRegionMax = 2'000'000;
constexpr std::size_t kMergedMax = 4000;           // regions that are merged into few
constexpr std::size_t kLeavesMax = 20'000;         // regions that ask and readiness compare
constexpr std::size_t kComparedLeavesMax = 3000;   // whose pairs are looked at
constexpr std::size_t kScoredLeavesMax = 300;      // for which worst answers are worked out in full
constexpr uint64_t kQuestionStepsMax = 3'000'000;  // combinations of answers that ask tries

}  // namespace hq::rules
