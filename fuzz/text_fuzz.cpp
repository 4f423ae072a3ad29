// Text of any bytes: results are valid UTF-8, folding twice is folding once, and distances agree
// from both sides.

#include "base/assert.h"
#include "base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace hq;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::u32string points = code_points(text);
  HQ_ASSERT(points.size() == code_point_count(text));
  HQ_ASSERT((to_utf8(points) == text) == is_valid_utf8(text));

  const std::string folded = fold(text);
  HQ_ASSERT(is_valid_utf8(folded));
  HQ_ASSERT(fold(folded) == folded);
  for (const NameKind kind : {NameKind::place, NameKind::person}) {
    const SearchKeys keys = search_keys(text, kind);
    HQ_ASSERT(keys.folded == folded);
    HQ_ASSERT(is_valid_utf8(keys.pinyin) && is_valid_utf8(keys.initials));
    HQ_ASSERT(keys.initials.size() <= keys.pinyin.size());
  }

  const std::string_view left = text.substr(0, size / 2);
  const std::string_view right = text.substr(size / 2);
  HQ_ASSERT(edit_distance_at_most(left, right, 3) == edit_distance_at_most(right, left, 3));
  HQ_ASSERT(edit_distance_at_most(text, text, 0) == 0);

  const int width = display_width(text);
  HQ_ASSERT(display_width(truncate_to_width(text, width / 2)) <= width / 2);
  HQ_ASSERT(display_width(pad_left(text, width + 3)) == width + 3);
  return 0;
}
