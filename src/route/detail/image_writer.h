// ImageWriter: collects texts and sections and lays them out as one image (image.h).
//
// Sections are added in the order of the enum, each once; finish() writes header, section table
// and checksum. Used on one thread, by compile() alone.
//
//   TextId name = writer.text("上海虹桥");
//   writer.add<StopRecord>(Section::stops, stops);
//   std::string image = std::move(writer).finish();
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "route/detail/image.h"

namespace hq::route {

class ImageWriter {
 public:
  ImageWriter();

  /// The number of a text; equal texts share one. 0 is the empty text.
  TextId text(std::string_view text);

  template <class Record>
  void add(Section section, const std::vector<Record>& records) {
    static_assert(std::is_trivially_copyable_v<Record>);
    add_bytes(section, sizeof(Record), records.size(),
              {reinterpret_cast<const char*>(records.data()), records.size() * sizeof(Record)});
  }

  /// The image. Fails with limit_exceeded if a section outgrows 32-bit indices.
  Result<std::string> finish() &&;

 private:
  struct Part {
    uint32_t item_bytes;
    uint64_t count;
    std::string bytes;
  };
  void add_bytes(Section section, uint32_t item_bytes, uint64_t count, std::string_view bytes);

  std::unordered_map<std::string, TextId> text_ids_;
  std::vector<std::string_view> texts_;  // views of the keys of text_ids_
  std::map<Section, Part> parts_;
};

/// SHA-256 of an image with the digest in its header taken as zero.
std::array<uint8_t, 32> image_digest(std::string_view image);

}  // namespace hq::route
