// PcreCode: a compiled PCRE2 pattern that is run within a budget of steps.
//
// The only place that knows PCRE2. The match limit of PCRE2 counts backtracking points; a run gets
// a small limit first and a greater one when that was not enough, so that what it used is known to
// within a factor and can be taken from the budget. The JIT runs short texts, the interpreter long
// ones. Immutable; any thread may run it.
//
//   HQ_TRY(PcreCode code, PcreCode::compile(emitted, {}));
//   HQ_TRY(bool found, code.find({text, is_ascii}, 0, work, offsets));
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "rules/regex/limits.h"

namespace hq::rules {

struct PcreOptions {
  bool multiline = false;
  bool has_back_references = false;
  uint64_t length_min = 0;    // code points of the shortest match
  uint64_t branch_count = 0;  // nodes of the pattern that are not sets
  uint64_t ranges_max = 0;    // of its largest class
};

/// What is searched; UTF-8.
struct PcreText {
  std::string_view bytes;
  bool is_ascii = false;
};

class PcreCode {
 public:
  /// too_large where PCRE2 has no room for the compiled pattern.
  static Result<PcreCode> compile(const std::string& pattern, const PcreOptions& options);

  /// Searches `text` from byte `start` on. True: `offsets` holds begin and
  /// end of the whole and of each group, npos where a group took no part.
  Result<bool> find(const PcreText& text, std::size_t start, RegexWork& work,
                    std::vector<std::size_t>& offsets) const;

 private:
  struct Free {
    void operator()(void* code) const;
  };
  PcreCode() = default;
  uint64_t cost_per_step(const PcreText& text, bool with_jit) const;

  std::unique_ptr<void, Free> code_;
  PcreOptions options_;
  bool has_jit_ = false;
};

}  // namespace hq::rules
