// ByteWriter and ByteReader: files of any size, a piece at a time.
//
// A written file appears under its name whole or not at all: it grows under another name and is
// renamed once it is on disk. One thread.
//
//   HQ_TRY(auto out, ByteWriter::create("main.hqlog"));
//   HQ_TRY_VOID(out->add(bytes));
//   HQ_TRY_VOID(out->finish());
//
//   HQ_TRY(auto in, ByteReader::open("main.hqlog"));
//   HQ_TRY(const std::string_view head, in->take(12));
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/hash.h"

namespace hq::log {

class ByteWriter {
 public:
  /// "-" is standard output.
  static Result<std::unique_ptr<ByteWriter>> create(const std::filesystem::path& file,
                                                    unsigned mode = 0644);
  ~ByteWriter();  // without finish() nothing is left
  ByteWriter(const ByteWriter&) = delete;
  ByteWriter& operator=(const ByteWriter&) = delete;

  Result<> add(std::string_view bytes);
  /// Flushes, and gives the file its name.
  Result<> finish();

  uint64_t bytes() const { return bytes_; }
  /// SHA-256 of all that was added; once, at the end.
  Sha256 digest() { return hasher_.digest(); }

 private:
  ByteWriter() = default;
  Result<> flush();

  std::filesystem::path file_;
  std::filesystem::path temporary_;  // empty: standard output
  int descriptor_ = -1;
  std::string buffer_;
  uint64_t bytes_ = 0;
  Sha256Hasher hasher_;
};

class ByteReader {
 public:
  static Result<std::unique_ptr<ByteReader>> open(const std::filesystem::path& file);
  ~ByteReader();
  ByteReader(const ByteReader&) = delete;
  ByteReader& operator=(const ByteReader&) = delete;

  /// The next `count` bytes, or fewer at the end; good until the next call.
  Result<std::string_view> take(std::size_t count);
  /// The next bytes, which stay.
  Result<std::string_view> peek(std::size_t count);
  /// Up to a line end, which is taken but not given; nothing where the file ends before one.
  /// too_large for a line of more than `bytes_max`.
  Result<std::optional<std::string_view>> line(std::size_t bytes_max);
  uint64_t position() const { return position_; }

 private:
  ByteReader() = default;
  Result<> fill(std::size_t count);

  std::filesystem::path file_;
  int descriptor_ = -1;
  std::string buffer_;
  std::size_t at_ = 0;  // in the buffer
  uint64_t position_ = 0;
};

}  // namespace hq::log
