#include "rules/regex/detail/unicode_sets.h"

#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uset.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <string>

namespace hq::rules {
namespace {

// The two-letter names of XSD 1.1, G.4.2.2, in the order of ICU's numbers; Cs has none.
constexpr std::array<std::string_view, 30> kCategoryNames = {
    "Cn", "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Me", "Mc", "Nd", "Nl", "No", "Zs", "Zl", "Zp",
    "Cc", "Cf", "Co", "",   "Pd", "Ps", "Pe", "Pc", "Po", "Sm", "Sc", "Sk", "So", "Pi", "Pf"};

using Categories = std::map<std::string, CodePointSet, std::less<>>;

Categories read_categories() {
  std::map<std::string, std::vector<CodePointRange>, std::less<>> found;
  const auto collect = [](const void* context, UChar32 first, UChar32 limit,
                          UCharCategory type) -> UBool {
    auto& out = *static_cast<decltype(found)*>(const_cast<void*>(context));
    const auto index = static_cast<std::size_t>(type);
    if (index >= kCategoryNames.size() || kCategoryNames[index].empty()) return true;
    const std::string name(kCategoryNames[index]);
    const CodePointRange range{static_cast<char32_t>(first), static_cast<char32_t>(limit) - 1};
    out[name].push_back(range);
    out[name.substr(0, 1)].push_back(range);
    return true;
  };
  u_enumCharTypes(collect, &found);
  Categories sets;
  for (auto& [name, ranges] : found) sets.emplace(name, CodePointSet(std::move(ranges)));
  return sets;
}

struct CloseSet {
  void operator()(USet* set) const { uset_close(set); }
};
using OwnedSet = std::unique_ptr<USet, CloseSet>;

std::vector<CodePointRange> ranges_of(UProperty property, int32_t value) {
  const OwnedSet set(uset_openEmpty());
  UErrorCode status = U_ZERO_ERROR;
  uset_applyIntPropertyValue(set.get(), property, value, &status);
  std::vector<CodePointRange> ranges;
  for (int32_t i = 0; U_SUCCESS(status) && i < uset_getItemCount(set.get()); ++i) {
    UChar32 first = 0;
    UChar32 last = 0;
    if (uset_getItem(set.get(), i, &first, &last, nullptr, 0, &status) != 0) break;
    ranges.push_back({static_cast<char32_t>(first), static_cast<char32_t>(last)});
  }
  return ranges;
}

// ICU writes Latin_Extended_A, XSD LatinExtended-A: the name of Unicode without its blanks. ICU has
// lost the hyphens and the small letters; both follow from the words.
std::string block_name(std::string_view icu_name) {
  std::string name;
  std::string_view before;
  while (!icu_name.empty()) {
    const std::size_t end = std::min(icu_name.find('_'), icu_name.size());
    const std::string_view word = icu_name.substr(0, end);
    icu_name.remove_prefix(std::min(end + 1, icu_name.size()));
    const bool is_last_letter = icu_name.empty() && word.size() == 1;
    const bool has_hyphen =
        (is_last_letter && (before == "Extended" || before == "Forms" || before == "Symbols" ||
                            before == "Arrows" || before == "Area")) ||
        (before == "Latin" && word == "1") || (before == "Phags" && word == "Pa") ||
        (before == "Cypro" && word == "Minoan");
    if (has_hyphen) name += '-';
    if (word == "And" || word == "For" || word == "Pa") {
      name += static_cast<char>(word[0] | 0x20);
      name += word.substr(1);
    } else {
      name += word;
    }
    before = word;
  }
  return name;
}

std::map<std::string, int32_t, std::less<>> read_block_names() {
  std::map<std::string, int32_t, std::less<>> names;
  const int32_t last = u_getIntPropertyMaxValue(UCHAR_BLOCK);
  for (int32_t value = 1; value <= last; ++value) {  // 0 is no block
    const char* name = u_getPropertyValueName(UCHAR_BLOCK, value, U_LONG_PROPERTY_NAME);
    if (name == nullptr || std::string_view(name).contains("Surrogates")) continue;
    names.emplace(block_name(name), value);
  }
  // Names of XSD 1.0 that Unicode has changed since.
  names.emplace("Greek", UBLOCK_GREEK);
  names.emplace("CombiningMarksforSymbols", UBLOCK_COMBINING_MARKS_FOR_SYMBOLS);
  names.emplace("CyrillicSupplementary", UBLOCK_CYRILLIC_SUPPLEMENT);
  names.emplace("PrivateUse", UBLOCK_PRIVATE_USE_AREA);
  return names;
}

struct CaseVariant {
  char32_t of = 0;
  char32_t variant = 0;
  auto operator<=>(const CaseVariant&) const = default;
};

// Every pair of different code points whose full lower-case or upper-case strings are equal. Only
// what casing changes, and what it changes to, can be in a pair.
std::vector<CaseVariant> read_case_variants() {
  std::vector<CodePointRange> changed = ranges_of(UCHAR_CHANGES_WHEN_CASEMAPPED, 1);
  const auto mapped = [](char32_t one, bool upper) {
    icu::UnicodeString text(static_cast<UChar32>(one));
    return upper ? text.toUpper(icu::Locale::getRoot()) : text.toLower(icu::Locale::getRoot());
  };
  CodePointSet members(changed);
  std::vector<CodePointRange> targets;
  for (const auto& [first, last] : changed) {
    for (char32_t one = first; one <= last; ++one) {
      for (const bool upper : {false, true}) {
        const icu::UnicodeString text = mapped(one, upper);
        if (text.countChar32() != 1) continue;
        const auto target = static_cast<char32_t>(text.char32At(0));
        targets.push_back({target, target});
      }
    }
  }
  members.add(targets);
  std::map<std::pair<bool, std::u16string>, std::vector<char32_t>> by_text;
  for (const auto& [first, last] : members.ranges()) {
    for (char32_t one = first; one <= last; ++one) {
      for (const bool upper : {false, true}) {
        const icu::UnicodeString text = mapped(one, upper);
        by_text[{upper, std::u16string(text.getBuffer(), text.length())}].push_back(one);
      }
    }
  }
  std::vector<CaseVariant> pairs;
  for (const auto& [text, same] : by_text) {
    for (const char32_t a : same) {
      for (const char32_t b : same) {
        if (a != b) pairs.push_back({a, b});
      }
    }
  }
  std::ranges::sort(pairs);
  pairs.erase(std::ranges::unique(pairs).begin(), pairs.end());
  return pairs;
}

const std::vector<CaseVariant>& case_variants() {
  static const std::vector<CaseVariant> pairs = read_case_variants();
  return pairs;
}

}  // namespace

const CodePointSet* general_category(std::string_view name) {
  static const Categories categories = read_categories();
  const auto found = categories.find(name);
  return found == categories.end() ? nullptr : &found->second;
}

std::optional<CodePointSet> block(std::string_view name) {
  static const auto names = read_block_names();
  const auto found = names.find(name);
  if (found == names.end()) return std::nullopt;
  return CodePointSet(ranges_of(UCHAR_BLOCK, found->second));
}

const CodePointSet& decimal_digits() {
  return *general_category("Nd");
}

const CodePointSet& word_characters() {
  static const CodePointSet set = [] {
    CodePointSet others = *general_category("P");
    others.add(*general_category("Z"));
    others.add(*general_category("C"));
    return others.complement();
  }();
  return set;
}

const CodePointSet& blanks() {
  static const CodePointSet set({{0x9, 0xA}, {0xD, 0xD}, {0x20, 0x20}});
  return set;
}

const CodePointSet& name_starts() {
  // XML 1.0, fifth edition, production 4.
  static const CodePointSet set({{':', ':'},
                                 {'A', 'Z'},
                                 {'_', '_'},
                                 {'a', 'z'},
                                 {0xC0, 0xD6},
                                 {0xD8, 0xF6},
                                 {0xF8, 0x2FF},
                                 {0x370, 0x37D},
                                 {0x37F, 0x1FFF},
                                 {0x200C, 0x200D},
                                 {0x2070, 0x218F},
                                 {0x2C00, 0x2FEF},
                                 {0x3001, 0xD7FF},
                                 {0xF900, 0xFDCF},
                                 {0xFDF0, 0xFFFD},
                                 {0x10000, 0xEFFFF}});
  return set;
}

const CodePointSet& name_characters() {
  static const CodePointSet set = [] {
    CodePointSet more = name_starts();  // production 4a
    more.add(
        CodePointSet({{'-', '.'}, {'0', '9'}, {0xB7, 0xB7}, {0x300, 0x36F}, {0x203F, 0x2040}}));
    return more;
  }();
  return set;
}

CodePointSet with_case_variants(const CodePointSet& set) {
  const auto& pairs = case_variants();
  std::vector<CodePointRange> more;
  for (const auto& [first, last] : set.ranges()) {
    auto pair = std::ranges::lower_bound(pairs, first, {}, &CaseVariant::of);
    for (; pair != pairs.end() && pair->of <= last; ++pair) {
      more.push_back({pair->variant, pair->variant});
    }
  }
  if (more.empty()) return set;
  CodePointSet result = set;
  result.add(more);
  return result;
}

bool are_case_variants(char32_t a, char32_t b) {
  return a == b || std::ranges::binary_search(case_variants(), CaseVariant{a, b});
}

}  // namespace hq::rules
