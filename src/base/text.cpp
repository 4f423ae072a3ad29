#include "base/text.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/uchar.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "base/assert.h"

namespace hq {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

/// Calls `use` with each code point; a bad byte is one U+FFFD.
template <class Use>
void for_each_code_point(std::string_view text, Use use) {
  while (!text.empty()) {
    const CodePoint one = decode_utf8(text);
    use(one.size == 0 ? kReplacement : one.value);
    text.remove_prefix(std::max<std::size_t>(one.size, 1));
  }
}

void append_utf8(std::string& out, char32_t c) {
  const auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((c >> shift) & 0x3F)); };
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
    tail(0);
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | c >> 12);
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0 | c >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

int width_of(char32_t c) {
  const auto point = static_cast<UChar32>(c);
  switch (u_charType(point)) {
    case U_NON_SPACING_MARK:
    case U_ENCLOSING_MARK:
    case U_FORMAT_CHAR:
    case U_CONTROL_CHAR:
      return 0;
    default:
      break;
  }
  const int kind = u_getIntPropertyValue(point, UCHAR_EAST_ASIAN_WIDTH);
  return kind == U_EA_WIDE || kind == U_EA_FULLWIDTH ? 2 : 1;
}

/// What `text` lacks of `width` columns.
std::string blanks(std::string_view text, int width) {
  return std::string(static_cast<std::size_t>(std::max(0, width - display_width(text))), ' ');
}

}  // namespace

std::string_view trimmed(std::string_view text, std::string_view blanks) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool is_valid_utf8(std::string_view text) {
  while (!text.empty()) {
    const CodePoint one = decode_utf8(text);
    if (one.size == 0) return false;
    text.remove_prefix(one.size);
  }
  return true;
}

std::u32string code_points(std::string_view text) {
  std::u32string points;
  points.reserve(text.size());
  for_each_code_point(text, [&](char32_t c) { points += c; });
  return points;
}

std::size_t code_point_count(std::string_view text) {
  std::size_t count = 0;
  for_each_code_point(text, [&](char32_t) { ++count; });
  return count;
}

std::string to_utf8(std::u32string_view code_points) {
  std::string text;
  for (const char32_t c : code_points) {
    const bool is_scalar = c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
    append_utf8(text, is_scalar ? c : kReplacement);
  }
  return text;
}

std::string fold(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const auto* casefold = icu::Normalizer2::getNFKCCasefoldInstance(status);
  HQ_ASSERT(U_SUCCESS(status));
  std::string folded;
  icu::StringByteSink<std::string> sink(&folded);
  // Bad bytes come out as U+FFFD, as everywhere here.
  const std::string valid = is_valid_utf8(text) ? std::string(text) : to_utf8(code_points(text));
  casefold->normalizeUTF8(0, icu::StringPiece(valid.data(), static_cast<int32_t>(valid.size())),
                          sink, nullptr, status);
  HQ_ASSERT(U_SUCCESS(status));

  std::string result;
  bool blank_waits = false;
  for_each_code_point(folded, [&](char32_t c) {
    if (u_isUWhiteSpace(static_cast<UChar32>(c)) != 0) {
      blank_waits = !result.empty();
      return;
    }
    if (blank_waits) result += ' ';
    blank_waits = false;
    append_utf8(result, c);
  });
  return result;
}

int edit_distance_at_most(std::string_view a, std::string_view b, int max) {
  HQ_ASSERT(max >= 0);
  const std::u32string x = code_points(a);
  const std::u32string y = code_points(b);
  const int rows = static_cast<int>(x.size());
  const int columns = static_cast<int>(y.size());
  const int too_far = max + 1;
  if (std::abs(rows - columns) > max) return too_far;

  // Rows i-2, i-1 and i of the table; only cells within `max` of the diagonal can count.
  const auto width = static_cast<std::size_t>(columns) + 1;
  std::vector<int> before(width, too_far);
  std::vector<int> last(width, too_far);
  std::vector<int> row(width, too_far);
  for (int j = 0; j <= std::min(columns, max); ++j) last[static_cast<std::size_t>(j)] = j;
  for (int i = 1; i <= rows; ++i) {
    std::fill(row.begin(), row.end(), too_far);
    if (i <= max) row[0] = i;
    int least = row[0];
    for (int j = std::max(1, i - max); j <= std::min(columns, i + max); ++j) {
      const auto at = static_cast<std::size_t>(j);
      const auto xi = static_cast<std::size_t>(i) - 1;
      const bool same = x[xi] == y[at - 1];
      int cost = std::min({last[at] + 1, row[at - 1] + 1, last[at - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && x[xi] == y[at - 2] && x[xi - 1] == y[at - 1]) {
        cost = std::min(cost, before[at - 2] + 1);
      }
      row[at] = std::min(cost, too_far);
      least = std::min(least, row[at]);
    }
    // A swap may still reach back to the row before.
    if (least > max && *std::min_element(last.begin(), last.end()) >= max) return too_far;
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[static_cast<std::size_t>(columns)];
}

int display_width(std::string_view text) {
  int width = 0;
  for_each_code_point(text, [&](char32_t c) { width += width_of(c); });
  return width;
}

std::string pad_right(std::string_view text, int width) {
  return std::string(text) + blanks(text, width);
}

std::string pad_left(std::string_view text, int width) {
  return blanks(text, width) + std::string(text);
}

std::string truncate_to_width(std::string_view text, int width) {
  if (display_width(text) <= width) return std::string(text);
  if (width < 1) return {};
  std::string kept;
  int used = 0;
  // One column is kept for the sign that something is missing.
  for (const char32_t c : code_points(text)) {
    if (used + width_of(c) > width - 1) break;
    used += width_of(c);
    append_utf8(kept, c);
  }
  return kept + "…";
}

}  // namespace hq
