#include "route/detail/image_writer.h"

#include <cstddef>
#include <cstring>

#include "base/assert.h"
#include "base/hash.h"

namespace hq::route {
namespace {

constexpr std::size_t kDigestOffset = offsetof(ImageHeader, sha256);
constexpr std::size_t kDigestBytes = 32;

std::size_t aligned(std::size_t bytes) {
  return (bytes + 7) / 8 * 8;
}

}  // namespace

ImageWriter::ImageWriter() {
  text({});
}

TextId ImageWriter::text(std::string_view text) {
  const auto [at, is_new] =
      text_ids_.try_emplace(std::string(text), static_cast<TextId>(texts_.size()));
  if (is_new) texts_.push_back(at->first);
  return at->second;
}

void ImageWriter::add_bytes(Section section, uint32_t item_bytes, uint64_t count,
                            std::string_view bytes) {
  const bool is_new = parts_.try_emplace(section, item_bytes, count, std::string(bytes)).second;
  HQ_ASSERT(is_new);
}

Result<std::string> ImageWriter::finish() && {
  std::vector<uint32_t> offsets;
  std::vector<char> bytes;
  for (const std::string_view text : texts_) {
    offsets.push_back(static_cast<uint32_t>(bytes.size()));
    bytes.insert(bytes.end(), text.begin(), text.end());
  }
  offsets.push_back(static_cast<uint32_t>(bytes.size()));
  add(Section::text_offsets, offsets);
  add(Section::text_bytes, bytes);
  HQ_ASSERT(parts_.size() == kSectionCount);

  ImageHeader header{};
  header.magic = kImageMagic;
  header.version = kImageVersion;
  header.section_count = kSectionCount;
  std::vector<SectionRecord> table;
  std::size_t end = sizeof(ImageHeader) + kSectionCount * sizeof(SectionRecord);
  for (const auto& [section, part] : parts_) {
    if (part.count >= UINT32_MAX) {
      return fail(ErrorCode::limit_exceeded,
                  "the timetable is too large: a table of it has more than 2^32 entries",
                  "时刻表过大：其中一张表超过 2^32 项");
    }
    table.push_back({static_cast<uint32_t>(section), part.item_bytes, end, part.count});
    end = aligned(end + part.bytes.size());
  }
  header.file_bytes = end;

  std::string image(end, '\0');
  std::memcpy(image.data(), &header, sizeof header);
  std::memcpy(image.data() + sizeof header, table.data(), table.size() * sizeof(SectionRecord));
  std::size_t index = 0;
  for (const auto& [section, part] : parts_) {
    std::memcpy(image.data() + table[index++].offset, part.bytes.data(), part.bytes.size());
  }
  const Sha256 digest = image_digest(image);
  std::memcpy(image.data() + kDigestOffset, digest.data(), digest.size());
  return image;
}

Sha256 image_digest(std::string_view image) {
  static constexpr char kZeros[kDigestBytes] = {};
  return Sha256Hasher()
      .add(image.substr(0, kDigestOffset))
      .add({kZeros, kDigestBytes})
      .add(image.substr(kDigestOffset + kDigestBytes))
      .digest();
}

}  // namespace hq::route
