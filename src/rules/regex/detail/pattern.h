// Pattern: a regular expression of XPath as a tree, after every check of the grammar.
//
// Nodes and sets lie in two arrays and name each other by index; a child stands before its parent.
// Every character, class and escape is a set, with the flags s and i already worked in, so that
// what comes behind knows neither classes nor flags, save i for back-references. A value.
//
//   HQ_TRY(const Pattern pattern, parse_pattern("a(b|c)*", {}));
//   pattern.nodes[pattern.root].kind;    // sequence
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "rules/regex/detail/code_point_set.h"

namespace hq::rules {

inline constexpr uint64_t kUnlimited = std::numeric_limits<uint64_t>::max();

struct PatternNode {
  enum class Kind : uint8_t {
    set,             // one code point of sets[number]
    line_start,      // ^; by the flag m of the pattern
    line_end,        // $
    back_reference,  // what group `number` matched last; nothing where it took no part
    capture,         // group `number` around the one child
    sequence,        // the children one after another; none: the empty string
    choice,          // the first child that leads to a match
    repeat,          // the one child `least` to `most` times
  };
  Kind kind = Kind::sequence;
  bool reluctant = false;
  uint32_t number = 0;
  uint64_t least = 0;
  uint64_t most = 0;
  std::vector<uint32_t> children;
  uint64_t length_min = 0;  // code points of the shortest match, at most kUnlimited
  bool operator==(const PatternNode&) const = default;
};

struct PatternOptions {
  bool dot_matches_all = false;   // s
  bool multiline = false;         // m
  bool case_insensitive = false;  // i
  bool ignore_blanks = false;     // x
  bool literal = false;           // q
  bool xsd_schema = false;
};

struct Pattern {
  PatternOptions options;
  std::vector<PatternNode> nodes;
  std::vector<CodePointSet> sets;  // no two are equal
  uint32_t root = 0;
  uint32_t group_count = 0;
  bool has_back_references = false;
};

/// The options for "smixq"; invalid_argument (FORX0001) for anything else.
Result<PatternOptions> parse_flags(std::string_view flags);

/// invalid_argument (FORX0002) where `text` is no pattern, limit_exceeded or too_large where it is
/// one over a limit of limits.h. `where` tells the character, counted from 1.
Result<Pattern> parse_pattern(std::string_view text, const PatternOptions& options);

}  // namespace hq::rules
