// Text: UTF-8 in code points, folding, search keys for Chinese names, typo distance, and widths
// in a terminal.
//
// Pure functions on any thread. Bytes that are not UTF-8 count as U+FFFD each; nothing here
// fails. The first call of search_keys loads ICU's table of readings (some 0.1 s).
//
//   const SearchKeys keys = search_keys("上海虹桥");  // 上海虹桥, shanghaihongqiao, shhq
//   edit_distance_at_most("hongqiao", "hongqaio", 2)  // 1: two neighbours swapped
//   pad_right("虹桥", 8)                              // "虹桥    ": four columns of blanks
#pragma once

#include <string>
#include <string_view>

#include "base/utf8.h"

namespace hq {

/// Without blanks and tabs, or what `blanks` says, at both ends.
std::string_view trimmed(std::string_view text, std::string_view blanks = " \t");

bool is_valid_utf8(std::string_view text);

/// The code points of `text`.
std::u32string code_points(std::string_view text);

std::size_t code_point_count(std::string_view text);

std::string to_utf8(std::u32string_view code_points);

/// Folded for comparison: case and full width are gone (Unicode NFKC_Casefold), runs of blanks
/// are one space, and none stand outside. "ＡＢ  c " gives "ab c".
std::string fold(std::string_view text);

/// What a name is found by. All three are folded.
struct SearchKeys {
  std::string folded;    // 虹桥2号航站楼
  std::string pinyin;    // hongqiao2haohangzhanlou: no tones, ü as v (lüe as lue), no blanks
  std::string initials;  // hq2hhzl: of each syllable, of each Latin word; digits whole

  bool operator==(const SearchKeys&) const = default;
};

/// Place names have readings of their own (六安 luan); so have surnames, which stand first.
enum class NameKind { place, person };

SearchKeys search_keys(std::string_view name, NameKind kind = NameKind::place);

/// Insertions, deletions, replacements and swaps of neighbours, over code points, that turn `a`
/// into `b` (optimal string alignment: no part is edited twice); max + 1 where it takes more.
int edit_distance_at_most(std::string_view a, std::string_view b, int max);

/// Columns in a terminal: 2 for wide characters, 0 for marks and controls (Unicode UAX 11; the
/// ambiguous ones count 1).
int display_width(std::string_view text);

/// Blanks on the right (or left) up to `width` columns; longer text stays as it is.
std::string pad_right(std::string_view text, int width);
std::string pad_left(std::string_view text, int width);

/// The longest start of `text` that fits `width` columns, with "…" where something was cut.
std::string truncate_to_width(std::string_view text, int width);

}  // namespace hq
