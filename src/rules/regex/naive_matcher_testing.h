// NaiveMatcher: the plain way to run a Pattern, as the model that tests hold PCRE2 against.
//
// Backtracks over the tree by the rules of the standard: the first alternative, the longest (or
// shortest) repetition that leads to a match; a group keeps what it matched last. An iteration that
// matches nothing ends a repetition once there are enough. For small patterns and texts alone; one
// thread.
//
//   NaiveMatcher(pattern, U"abc").find();   // offsets in code points, as PCRE2 has them in bytes
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rules/regex/detail/pattern.h"
#include "rules/regex/detail/unicode_sets.h"

namespace hq::rules {

class NaiveMatcher {
 public:
  using Span = std::optional<std::pair<std::size_t, std::size_t>>;

  NaiveMatcher(const Pattern& pattern, std::u32string text)
      : pattern_(pattern), text_(std::move(text)), groups_(pattern.group_count + 1) {}

  /// The whole and each group of the first match; empty where there is none. Nothing at all where
  /// it took too many steps.
  std::optional<std::vector<Span>> find() {
    for (std::size_t start = 0; start <= text_.size(); ++start) {
      std::size_t end = 0;
      groups_.assign(groups_.size(), {});
      const bool found = match(pattern_.root, start, [&](std::size_t at) {
        end = at;
        return true;
      });
      if (steps_ > kStepsMax) return std::nullopt;
      if (!found) continue;
      groups_[0] = {start, end};
      return groups_;
    }
    return std::vector<Span>{};
  }

 private:
  using Next = std::function<bool(std::size_t)>;
  static constexpr int kStepsMax = 20'000;

  bool match(uint32_t index, std::size_t at, const Next& next) {
    using Kind = PatternNode::Kind;
    if (++steps_ > kStepsMax) return false;
    const PatternNode& one = pattern_.nodes[index];
    switch (one.kind) {
      case Kind::set:
        return at < text_.size() && pattern_.sets[one.number].contains(text_[at]) && next(at + 1);
      case Kind::line_start:
        return is_line_start(at) && next(at);
      case Kind::line_end:
        return is_line_end(at) && next(at);
      case Kind::back_reference:
        return again(one.number, at, next);
      case Kind::capture:
        return capture(one, at, next);
      case Kind::sequence:
        return rest_of(one, 0, at, next);
      case Kind::choice:
        for (const uint32_t child : one.children) {
          if (match(child, at, next)) return true;
        }
        return false;
      case Kind::repeat:
        return repeat(one, 0, at, next);
    }
    return false;
  }

  bool is_line_start(std::size_t at) const {
    if (at == 0) return true;
    return pattern_.options.multiline && at < text_.size() && text_[at - 1] == U'\n';
  }

  bool is_line_end(std::size_t at) const {
    if (at == text_.size()) return true;
    return pattern_.options.multiline && text_[at] == U'\n';
  }

  bool again(uint32_t number, std::size_t at, const Next& next) {
    const Span group = groups_[number];
    if (!group) return next(at);
    for (std::size_t i = group->first; i < group->second; ++i, ++at) {
      if (at == text_.size()) return false;
      const bool same = pattern_.options.case_insensitive ? are_case_variants(text_[i], text_[at])
                                                          : text_[i] == text_[at];
      if (!same) return false;
    }
    return next(at);
  }

  bool capture(const PatternNode& one, std::size_t at, const Next& next) {
    return match(one.children.front(), at, [&, at](std::size_t end) {
      const Span before = std::exchange(groups_[one.number], std::pair{at, end});
      if (next(end)) return true;
      groups_[one.number] = before;
      return false;
    });
  }

  bool rest_of(const PatternNode& one, std::size_t child, std::size_t at, const Next& next) {
    if (child == one.children.size()) return next(at);
    return match(one.children[child], at,
                 [&, child](std::size_t end) { return rest_of(one, child + 1, end, next); });
  }

  bool repeat(const PatternNode& one, uint64_t done, std::size_t at, const Next& next) {
    if (++steps_ > kStepsMax) return false;
    const auto more = [&] {
      return done < one.most && match(
                                    one.children.front(), at,
                                    [&](std::size_t end) {
                                      if (end == at && done >= one.least) return next(end);
                                      return repeat(one, done + 1, end, next);
                                    });
    };
    if (done < one.least) return more();
    if (one.reluctant) return next(at) || more();
    return more() || next(at);
  }

  const Pattern& pattern_;
  std::u32string text_;
  std::vector<Span> groups_;
  int steps_ = 0;
};

}  // namespace hq::rules
