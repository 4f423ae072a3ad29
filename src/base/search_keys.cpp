#include <unicode/normalizer2.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "base/assert.h"
#include "base/readings.h"
#include "base/text.h"

namespace hq {
namespace {

using Syllables = std::vector<std::string>;

bool is_han(char32_t c) {
  return u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_IDEOGRAPHIC) != 0;
}

/// Canonically decomposed, marks removed; of ü the two dots become a v behind it.
std::string without_marks(const icu::UnicodeString& text) {
  UErrorCode status = U_ZERO_ERROR;
  const auto* nfd = icu::Normalizer2::getNFDInstance(status);
  HQ_ASSERT(U_SUCCESS(status));
  const icu::UnicodeString parts = nfd->normalize(text, status);
  HQ_ASSERT(U_SUCCESS(status));
  icu::UnicodeString bare;
  constexpr UChar32 kDiaeresis = 0x308;
  for (int32_t i = 0; i < parts.length(); i = parts.moveIndex32(i, 1)) {
    const UChar32 c = parts.char32At(i);
    if (c == kDiaeresis && bare.endsWith(u'u')) {
      bare.setCharAt(bare.length() - 1, u'v');
    } else if (u_charType(c) != U_NON_SPACING_MARK) {
      bare.append(c);
    }
  }
  std::string out;
  bare.toUTF8String(out);
  return out;
}

/// The usual reading of each character, from ICU, remembered.
class UsualReadings {
 public:
  static UsualReadings& instance() {
    static UsualReadings readings;
    return readings;
  }

  /// Empty where ICU knows none.
  std::string of(char32_t c) {
    const std::lock_guard lock(mutex_);
    const auto [place, is_new] = known_.try_emplace(c);
    if (!is_new) return place->second;
    icu::UnicodeString text(static_cast<UChar32>(c));
    latin_->transliterate(text);
    if (text.char32At(0) == static_cast<UChar32>(c)) return {};
    std::string syllable = without_marks(text.trim());
    // As on a keyboard: lv and nv, but lue and nue.
    if (syllable.ends_with("ve")) syllable.replace(syllable.size() - 2, 1, "u");
    return place->second = syllable;
  }

 private:
  UsualReadings() {
    UErrorCode status = U_ZERO_ERROR;
    latin_.reset(icu::Transliterator::createInstance("Han-Latin", UTRANS_FORWARD, status));
    HQ_ASSERT(U_SUCCESS(status) && latin_ != nullptr);
  }

  std::mutex mutex_;  // over all below
  std::unique_ptr<icu::Transliterator> latin_;
  std::unordered_map<char32_t, std::string> known_;
};

/// Readings by their characters; made once, then only read.
class ReadingTable {
 public:
  explicit ReadingTable(std::span<const Reading> readings) {
    for (const Reading& reading : readings) {
      std::u32string characters = code_points(reading.characters);
      Syllables syllables = split(reading.syllables);
      HQ_ASSERT(characters.size() == syllables.size());
      size_max_ = std::max(size_max_, characters.size());
      const bool is_new = table_.emplace(std::move(characters), std::move(syllables)).second;
      HQ_ASSERT(is_new);
    }
  }

  /// The longest entry that `text` starts with, or null.
  const Syllables* find(std::u32string_view text) const {
    for (std::size_t size = std::min(size_max_, text.size()); size > 0; --size) {
      const auto found = table_.find(text.substr(0, size));
      if (found != table_.end()) return &found->second;
    }
    return nullptr;
  }

 private:
  static Syllables split(std::string_view text) {
    Syllables parts;
    for (;;) {
      const std::size_t blank = text.find(' ');
      parts.emplace_back(text.substr(0, blank));
      if (blank == std::string_view::npos) return parts;
      text.remove_prefix(blank + 1);
    }
  }

  std::map<std::u32string, Syllables, std::less<>> table_;
  std::size_t size_max_ = 0;
};

/// Grows the two Latin keys of a name.
class KeyBuilder {
 public:
  void add_syllable(std::string_view syllable) {
    if (syllable.empty()) return;
    pinyin += syllable;
    initials += syllable.front();
    after_letter_ = false;
  }

  /// A letter or digit stands for itself; anything else only parts words.
  void add_other(char32_t c) {
    const auto point = static_cast<UChar32>(c);
    const bool is_letter = u_isalpha(point) != 0;
    if (!is_letter && u_isdigit(point) == 0) {
      after_letter_ = false;
      return;
    }
    const std::string bare = without_marks(icu::UnicodeString(point));
    pinyin += bare;
    if (!is_letter || !after_letter_) initials += bare;
    after_letter_ = is_letter;
  }

  std::string pinyin;
  std::string initials;

 private:
  bool after_letter_ = false;
};

}  // namespace

SearchKeys search_keys(std::string_view name, NameKind kind) {
  static const ReadingTable names(name_readings());
  static const ReadingTable surnames(surname_readings());
  SearchKeys keys;
  keys.folded = fold(name);
  const std::u32string characters = code_points(keys.folded);
  KeyBuilder builder;
  for (std::size_t at = 0; at < characters.size();) {
    const std::u32string_view rest = std::u32string_view(characters).substr(at);
    const Syllables* special = at == 0 && kind == NameKind::person ? surnames.find(rest) : nullptr;
    if (special == nullptr) special = names.find(rest);
    if (special != nullptr) {
      for (const std::string& syllable : *special) builder.add_syllable(syllable);
      at += special->size();
      continue;
    }
    if (is_han(rest[0])) {
      builder.add_syllable(UsualReadings::instance().of(rest[0]));
    } else {
      builder.add_other(rest[0]);
    }
    ++at;
  }
  keys.pinyin = std::move(builder.pinyin);
  keys.initials = std::move(builder.initials);
  return keys;
}

}  // namespace hq
