#include <algorithm>
#include <utility>

#include "base/utf8.h"
#include "rules/feel/built_ins.h"
#include "rules/feel/limits.h"
#include "rules/feel/parsing.h"

namespace hq::rules {
namespace {

/// What a set has to say to the beginning of a name.
struct Found {
  bool is_name = false;
  bool may_go_on = false;  // longer names begin so
};

Found look_up(const NameSet& names, std::string_view beginning) {
  auto next = names.lower_bound(beginning);
  Found found;
  if (next != names.end() && *next == beginning) {
    found.is_name = true;
    ++next;
  }
  found.may_go_on = next != names.end() && std::string_view(*next).starts_with(beginning);
  return found;
}

}  // namespace

void Names::add(std::string_view name) {
  if (std::string normal = normalised_name(name); !normal.empty()) names_.insert(std::move(normal));
}

void Names::add_member(std::string_view name) {
  if (std::string normal = normalised_name(name); !normal.empty()) {
    members_.insert(std::move(normal));
  }
}

std::string normalised_name(std::string_view name) {
  std::string normal;
  bool is_apart = false;
  while (!name.empty()) {
    const CodePoint one = decode_utf8(name);
    const std::size_t size = std::max<std::size_t>(one.size, 1);
    if (one.size != 0 && is_blank(one.value)) {
      is_apart = !normal.empty();
    } else {
      if (is_apart) normal += ' ';
      is_apart = false;
      normal += name.substr(0, size);
    }
    name.remove_prefix(size);
  }
  return normal;
}

const NameSet& built_in_names() {
  static const NameSet names = [] {
    NameSet all = {"days and time duration"};  // a type; the others are functions too
    for (const BuiltIn& built_in : all_built_ins()) {
      if (built_in.name.contains(' ')) all.emplace(built_in.name);
    }
    return all;
  }();
  return names;
}

const NameSet& built_in_members() {
  static const NameSet members = {"time offset", "start included", "end included"};
  return members;
}

std::optional<FoundName> longest_name(std::string_view text, uint32_t position,
                                      std::span<const NameSet* const> sets) {
  std::optional<FoundName> longest;
  std::string name;
  uint32_t at = skip_blanks(text, position);
  for (bool may_go_on = true; may_go_on && name.size() < kNameBytesMax;) {
    const uint32_t end = name_part_end(text, at);
    if (end == at || end - at > kNameBytesMax) break;
    name += text.substr(at, end - at);
    may_go_on = false;
    for (const NameSet* set : sets) {
      const Found found = look_up(*set, name);
      if (found.is_name) longest = FoundName{name, end};
      may_go_on = may_go_on || found.may_go_on;
    }
    at = skip_blanks(text, end);
    if (at != end) name += ' ';
  }
  return longest;
}

void LocalNames::add(std::string name) {
  const bool is_first = names_.insert(name).second;
  added_.push_back({std::move(name), is_first});
}

void LocalNames::shrink(std::size_t size) {
  while (added_.size() > size) {
    if (added_.back().is_first) names_.erase(added_.back().name);
    added_.pop_back();
  }
}

}  // namespace hq::rules
