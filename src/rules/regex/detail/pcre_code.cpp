#include "rules/regex/detail/pcre_code.h"

#include <algorithm>
#include <array>

#include "base/assert.h"

#define PCRE2_CODE_UNIT_WIDTH 8  // the library for UTF-8, by PCRE2's own rule
#include <pcre2.h>

namespace hq::rules {
namespace {

// The JIT keeps its backtracking on 32 KiB of stack, which longer texts soon fill.
constexpr std::size_t kJitTextBytesMax = 4096;
constexpr uint32_t kFirstLimit = 32;
constexpr uint32_t kLimitGrowth = 8;
constexpr uint32_t kParenthesesMax = 1000;  // the parser has bounded them before

struct FreeMatchData {
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};
struct FreeMatchContext {
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};
struct FreeCompileContext {
  void operator()(pcre2_compile_context* context) const { pcre2_compile_context_free(context); }
};

std::unexpected<Error> over_budget() {
  return fail(ErrorCode::limit_exceeded,
              "the regular expression needs more steps on this text than are allowed",
              "该正则表达式在此文本上所需的步数超出上限");
}

const pcre2_code* as_code(const void* code) {
  return static_cast<const pcre2_code*>(code);
}

}  // namespace

void PcreCode::Free::operator()(void* code) const {
  pcre2_code_free(static_cast<pcre2_code*>(code));
}

Result<PcreCode> PcreCode::compile(const std::string& pattern, const PcreOptions& options) {
  const std::unique_ptr<pcre2_compile_context, FreeCompileContext> context(
      pcre2_compile_context_create(nullptr));
  pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
  pcre2_set_parens_nest_limit(context.get(), kParenthesesMax);
  // Without possessive runs every character that is tried may be counted.
  const uint32_t flags = PCRE2_UTF | PCRE2_ANCHORED | PCRE2_DOTALL | PCRE2_MATCH_UNSET_BACKREF |
                         PCRE2_NO_AUTO_POSSESS | PCRE2_NO_START_OPTIMIZE | PCRE2_NEVER_BACKSLASH_C |
                         (options.multiline ? PCRE2_MULTILINE : 0U);
  int error = 0;
  PCRE2_SIZE place = 0;
  PcreCode result;
  result.options_ = options;
  result.code_.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                                   flags, &error, &place, context.get()));
  if (!result.code_) {
    return fail(ErrorCode::too_large, "the pattern is too large once it is compiled",
                "表达式编译后过大", "pattern");
  }
  auto* code = static_cast<pcre2_code*>(result.code_.get());
  result.has_jit_ = pcre2_jit_compile(code, PCRE2_JIT_COMPLETE) == 0;
  return result;
}

// What may happen between two counted steps costs too: the interpreter runs through fixed parts and
// in and out of groups without counting, the JIT through runs of characters, and both through a
// back-reference. Outside of ASCII a class is looked through range by range.
uint64_t PcreCode::cost_per_step(const PcreText& text, bool with_jit) const {
  const std::size_t size = text.bytes.size();
  uint64_t cost =
      1 + std::min<uint64_t>(options_.length_min, size) / 16 + options_.branch_count / 8;
  if (with_jit) cost += size / 256;
  if (options_.has_back_references) cost += size / 64;
  if (!text.is_ascii) cost += options_.ranges_max / 128;
  return cost;
}

Result<bool> PcreCode::find(const PcreText& text, std::size_t start, RegexWork& work,
                            std::vector<std::size_t>& offsets) const {
  const std::unique_ptr<pcre2_match_data, FreeMatchData> data(
      pcre2_match_data_create_from_pattern(as_code(code_.get()), nullptr));
  const std::unique_ptr<pcre2_match_context, FreeMatchContext> context(
      pcre2_match_context_create(nullptr));
  pcre2_set_heap_limit(context.get(), kRegexHeapKibMax);
  pcre2_set_depth_limit(context.get(), kRegexDepthMax);
  bool with_jit = has_jit_ && text.bytes.size() <= kJitTextBytesMax;
  uint64_t limit = kFirstLimit;
  while (true) {
    const uint64_t cost = cost_per_step(text, with_jit);
    limit = std::min(limit, work.left / cost);
    if (limit == 0) return over_budget();
    work.left -= limit * cost;
    pcre2_set_match_limit(context.get(),
                          static_cast<uint32_t>(std::min<uint64_t>(limit, UINT32_MAX)));
    const int found = pcre2_match(
        as_code(code_.get()), reinterpret_cast<PCRE2_SPTR>(text.bytes.data()), text.bytes.size(),
        start, PCRE2_NO_UTF_CHECK | (with_jit ? 0U : PCRE2_NO_JIT), data.get(), context.get());
    if (found > 0) {
      const PCRE2_SIZE* begin = pcre2_get_ovector_pointer(data.get());
      offsets.assign(begin, begin + 2 * pcre2_get_ovector_count(data.get()));
      return true;
    }
    switch (found) {
      case PCRE2_ERROR_NOMATCH:
        return false;
      case PCRE2_ERROR_MATCHLIMIT:
        limit *= kLimitGrowth;
        break;
      case PCRE2_ERROR_JIT_STACKLIMIT:
        with_jit = false;
        break;
      case PCRE2_ERROR_HEAPLIMIT:
      case PCRE2_ERROR_DEPTHLIMIT:
      case PCRE2_ERROR_NOMEMORY:
        return over_budget();
      default:
        return fail(ErrorCode::internal, "the regular expression library failed",
                    "正则表达式库出错");
    }
  }
}

}  // namespace hq::rules
