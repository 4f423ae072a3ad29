#include "route/detail/archive_zip.h"

#include <fmt/format.h>
#include <lzma.h>
#include <zip.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/assert.h"

namespace hq::route {
namespace {

constexpr std::size_t kPackedPieceBytes = 64 << 10;
constexpr uint64_t kLzmaMemoryMax = uint64_t{256} << 20;

zip_t* as_zip(void* handle) {
  return static_cast<zip_t*>(handle);
}

std::unexpected<Error> damaged(const std::string& where, std::string_view why) {
  return fail(ErrorCode::corrupt, fmt::format("the zip is damaged: {}", why),
              fmt::format("压缩包已损坏：{}", why), where);
}

/// An entry that libzip unpacks itself; libzip checks the CRC at the end.
class ZipReader : public FileReader {
 public:
  ZipReader(std::shared_ptr<ZipFile> zip, zip_file_t* file, uint64_t bytes, std::string where)
      : zip_(std::move(zip)), file_(file), rest_(bytes), where_(std::move(where)) {}
  ZipReader(const ZipReader&) = delete;
  ZipReader& operator=(const ZipReader&) = delete;
  ~ZipReader() override { zip_fclose(file_); }

  Result<std::size_t> read(std::span<char> buffer) override {
    const zip_int64_t size = zip_fread(file_, buffer.data(), buffer.size());
    if (size < 0) return damaged(where_, zip_error_strerror(zip_file_get_error(file_)));
    const auto read = static_cast<uint64_t>(size);
    if (read > rest_) return damaged(where_, "more bytes than declared");
    rest_ -= read;
    if (read == 0 && rest_ > 0) return damaged(where_, "fewer bytes than declared");
    return read;
  }

 private:
  std::shared_ptr<ZipFile> zip_;
  zip_file_t* file_;
  uint64_t rest_;
  std::string where_;
};

/// An entry of method 14: two bytes of version, two of size, five of LZMA properties, then a raw
/// LZMA stream (APPNOTE 5.8). liblzma reads it as a .lzma file, whose header is put together here.
class LzmaReader : public FileReader {
 public:
  LzmaReader(std::shared_ptr<ZipFile> zip, zip_file_t* packed, const zip_stat_t& stat,
             std::string where)
      : zip_(std::move(zip)),
        packed_(packed),
        rest_(stat.size),
        crc_wanted_(stat.crc),
        where_(std::move(where)) {}
  LzmaReader(const LzmaReader&) = delete;
  LzmaReader& operator=(const LzmaReader&) = delete;
  ~LzmaReader() override {
    lzma_end(&stream_);
    zip_fclose(packed_);
  }

  Result<> start() {
    std::array<uint8_t, 9> head{};
    if (zip_fread(packed_, head.data(), head.size()) != static_cast<zip_int64_t>(head.size()) ||
        head[2] != 5 || head[3] != 0) {
      return damaged(where_, "no LZMA properties");
    }
    // The size is left unknown, so that a stream with an end mark and one without both end well.
    std::memcpy(piece_.data(), head.data() + 4, 5);
    std::memset(piece_.data() + 5, 0xff, 8);
    if (lzma_alone_decoder(&stream_, kLzmaMemoryMax) != LZMA_OK) {
      return damaged(where_, "LZMA cannot start");
    }
    stream_.next_in = piece_.data();
    stream_.avail_in = 13;
    return {};
  }

  Result<std::size_t> read(std::span<char> buffer) override {
    buffer = buffer.first(std::min<uint64_t>(buffer.size(), rest_));
    stream_.next_out = reinterpret_cast<uint8_t*>(buffer.data());
    stream_.avail_out = buffer.size();
    while (stream_.avail_out > 0) {
      if (stream_.avail_in == 0) {
        const zip_int64_t size = zip_fread(packed_, piece_.data(), piece_.size());
        if (size <= 0) return damaged(where_, "fewer bytes than declared");
        stream_.next_in = piece_.data();
        stream_.avail_in = static_cast<std::size_t>(size);
      }
      const lzma_ret state = lzma_code(&stream_, LZMA_RUN);
      if (state == LZMA_STREAM_END && stream_.avail_out == 0) break;
      if (state != LZMA_OK) return damaged(where_, "LZMA data error");
    }
    crc_ = lzma_crc32(reinterpret_cast<const uint8_t*>(buffer.data()), buffer.size(), crc_);
    rest_ -= buffer.size();
    if (rest_ == 0 && crc_ != crc_wanted_) return damaged(where_, "wrong checksum");
    return buffer.size();
  }

 private:
  std::shared_ptr<ZipFile> zip_;
  zip_file_t* packed_;
  uint64_t rest_;
  uint32_t crc_wanted_;
  uint32_t crc_ = 0;
  std::string where_;
  lzma_stream stream_ = LZMA_STREAM_INIT;
  std::array<uint8_t, kPackedPieceBytes> piece_{};
};

std::string zip_error_text(int code) {
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  std::string text = zip_error_strerror(&error);
  zip_error_fini(&error);
  return text;
}

struct SourceFree {
  void operator()(zip_source_t* source) const { zip_source_free(source); }
};

std::unexpected<Error> cannot_pack(zip_t* zip) {
  std::string why = zip_strerror(zip);
  zip_discard(zip);
  return fail(ErrorCode::internal, fmt::format("cannot pack a zip: {}", why),
              fmt::format("无法生成压缩包：{}", why));
}

/// What was written into a memory source.
Result<std::string> bytes_of(zip_source_t* source) {
  std::string bytes;
  std::array<char, kPackedPieceBytes> piece;
  if (zip_source_open(source) != 0) {
    return fail(ErrorCode::internal, "cannot read the packed zip", "无法读取生成的压缩包");
  }
  for (;;) {
    const zip_int64_t size = zip_source_read(source, piece.data(), piece.size());
    if (size <= 0) break;
    bytes.append(piece.data(), static_cast<std::size_t>(size));
  }
  zip_source_close(source);
  return bytes;
}

}  // namespace

Result<std::shared_ptr<ZipFile>> ZipFile::open(const std::filesystem::path& path) {
  int code = 0;
  zip_t* zip = zip_open(path.c_str(), ZIP_RDONLY, &code);
  if (zip == nullptr) {
    const std::string where = path.string();
    if (code == ZIP_ER_NOENT) {
      return fail(ErrorCode::not_found, "no such file or folder", "没有此文件或文件夹", where);
    }
    if (code == ZIP_ER_NOZIP) {
      return fail(ErrorCode::parse_error, "this is not a zip file", "这不是 zip 压缩包", where);
    }
    if (code == ZIP_ER_OPEN || code == ZIP_ER_READ) {
      return fail(ErrorCode::io_error, fmt::format("cannot open it: {}", zip_error_text(code)),
                  fmt::format("无法打开：{}", zip_error_text(code)), where);
    }
    return damaged(where, zip_error_text(code));
  }
  return std::shared_ptr<ZipFile>(new ZipFile(zip, path.string()));
}

ZipFile::~ZipFile() {
  zip_discard(as_zip(handle_));
}

uint64_t ZipFile::entry_count() const {
  return static_cast<uint64_t>(std::max<zip_int64_t>(zip_get_num_entries(as_zip(handle_), 0), 0));
}

Result<std::vector<ZipEntry>> ZipFile::entries() const {
  std::vector<ZipEntry> entries;
  for (uint64_t i = 0; i < entry_count(); ++i) {
    zip_stat_t stat;
    zip_stat_init(&stat);
    if (zip_stat_index(as_zip(handle_), i, 0, &stat) != 0 || (stat.valid & ZIP_STAT_NAME) == 0 ||
        (stat.valid & ZIP_STAT_SIZE) == 0 || (stat.valid & ZIP_STAT_COMP_SIZE) == 0) {
      return damaged(path_, fmt::format("entry {} has no size", i));
    }
    if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && stat.encryption_method != ZIP_EM_NONE) {
      return fail(ErrorCode::unsupported, "the zip is encrypted; unpack it first",
                  "压缩包已加密，请先解压", path_);
    }
    entries.push_back({stat.name, stat.size, stat.comp_size});
  }
  return entries;
}

Result<std::unique_ptr<FileReader>> ZipFile::reader(std::shared_ptr<ZipFile> self,
                                                    uint64_t index) const {
  HQ_ASSERT(self.get() == this);
  zip_stat_t stat;
  zip_stat_init(&stat);
  HQ_ASSERT(zip_stat_index(as_zip(handle_), index, 0, &stat) == 0);  // entries() has seen it
  const std::string where = fmt::format("{}: {}", path_, stat.name);
  const bool lzma = (stat.valid & ZIP_STAT_COMP_METHOD) != 0 && stat.comp_method == ZIP_CM_LZMA;
  zip_file_t* file = zip_fopen_index(as_zip(handle_), index, lzma ? ZIP_FL_COMPRESSED : 0);
  if (file == nullptr) {
    zip_error_t* error = zip_get_error(as_zip(handle_));
    if (zip_error_code_zip(error) == ZIP_ER_COMPNOTSUPP) {
      return fail(ErrorCode::unsupported,
                  "the zip uses a compression that is not known here; pack it with deflate",
                  "压缩包使用了不支持的压缩方式，请改用 deflate", where);
    }
    return damaged(where, zip_error_strerror(error));
  }
  if (!lzma) return std::make_unique<ZipReader>(std::move(self), file, stat.size, where);
  auto reader = std::make_unique<LzmaReader>(std::move(self), file, stat, where);
  HQ_TRY_VOID(reader->start());
  return reader;
}

Result<std::string> pack_zip(const std::map<std::string, std::string>& files) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error);
  HQ_ASSERT(target != nullptr);  // fails only where there is no memory
  const std::unique_ptr<zip_source_t, SourceFree> keep(target);
  zip_source_keep(target);  // zip_close gives back one hold, `keep` the other
  zip_t* zip = zip_open_from_source(target, ZIP_CREATE | ZIP_TRUNCATE, &error);
  HQ_ASSERT(zip != nullptr);
  for (const auto& [name, bytes] : files) {
    zip_source_t* source = zip_source_buffer(zip, bytes.data(), bytes.size(), 0);
    if (source == nullptr) return cannot_pack(zip);
    const zip_int64_t index = zip_file_add(zip, name.c_str(), source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
      zip_source_free(source);
      return cannot_pack(zip);
    }
    const auto at = static_cast<zip_uint64_t>(index);
    constexpr zip_uint16_t kFirstDay = (1 << 5) | 1;  // 1980-01-01 in DOS form
    if (zip_set_file_compression(zip, at, ZIP_CM_DEFLATE, 6) != 0 ||
        zip_file_set_dostime(zip, at, 0, kFirstDay, 0) != 0 ||
        zip_file_set_external_attributes(zip, at, 0, ZIP_OPSYS_UNIX, 0100644u << 16) != 0) {
      return cannot_pack(zip);
    }
  }
  if (zip_close(zip) != 0) return cannot_pack(zip);
  return bytes_of(target);
}

}  // namespace hq::route
