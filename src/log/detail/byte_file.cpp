#include "log/detail/byte_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/file.h"

namespace hq::log {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{256} << 10;

}  // namespace

Result<std::unique_ptr<ByteWriter>> ByteWriter::create(const std::filesystem::path& file,
                                                       unsigned mode) {
  std::unique_ptr<ByteWriter> writer(new ByteWriter);
  writer->file_ = file;
  if (file == "-") {
    writer->descriptor_ = STDOUT_FILENO;
    return writer;
  }
  writer->temporary_ = file;
  writer->temporary_ += fmt::format(".{}.tmp", ::getpid());
  ::unlink(writer->temporary_.c_str());
  writer->descriptor_ =
      ::open(writer->temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (writer->descriptor_ < 0) {
    writer->temporary_.clear();
    return std::unexpected(system_error(errno, file.string()));
  }
  return writer;
}

ByteWriter::~ByteWriter() {
  if (temporary_.empty()) return;
  ::close(descriptor_);
  ::unlink(temporary_.c_str());  // not there any more after finish()
}

Result<> ByteWriter::add(std::string_view bytes) {
  hasher_.add(bytes);
  bytes_ += bytes.size();
  buffer_.append(bytes);
  return buffer_.size() < kBufferBytes ? Result<>{} : flush();
}

Result<> ByteWriter::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return std::unexpected(system_error(errno, file_.string()));
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  buffer_.clear();
  return {};
}

Result<> ByteWriter::finish() {
  HQ_TRY_VOID(flush());
  if (temporary_.empty()) return {};
  if (::fsync(descriptor_) != 0) return std::unexpected(system_error(errno, file_.string()));
  return rename_durably(temporary_, file_);
}

Result<std::unique_ptr<ByteReader>> ByteReader::open(const std::filesystem::path& file) {
  std::unique_ptr<ByteReader> reader(new ByteReader);
  reader->file_ = file;
  reader->descriptor_ = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (reader->descriptor_ < 0) return std::unexpected(system_error(errno, file.string()));
  return reader;
}

ByteReader::~ByteReader() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

/// Has `count` bytes in the buffer behind at_, or all that are left.
Result<> ByteReader::fill(std::size_t count) {
  if (buffer_.size() - at_ >= count) return {};
  buffer_.erase(0, at_);
  at_ = 0;
  while (buffer_.size() < count) {
    const std::size_t before = buffer_.size();
    // Never more than a piece beyond what is there: a wrong length in the file takes no memory.
    buffer_.resize(before + kBufferBytes);
    const ssize_t got = ::read(descriptor_, buffer_.data() + before, kBufferBytes);
    buffer_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(system_error(errno, file_.string()));
    if (got == 0) break;
  }
  return {};
}

Result<std::string_view> ByteReader::peek(std::size_t count) {
  HQ_TRY_VOID(fill(count));
  return std::string_view(buffer_).substr(at_, count);
}

Result<std::string_view> ByteReader::take(std::size_t count) {
  HQ_TRY(const std::string_view bytes, peek(count));
  at_ += bytes.size();
  position_ += bytes.size();
  return bytes;
}

Result<std::optional<std::string_view>> ByteReader::line(std::size_t bytes_max) {
  std::size_t searched = 0;
  while (true) {
    HQ_TRY(const std::string_view there, peek(searched + 1));
    const std::string_view all = std::string_view(buffer_).substr(at_);
    if (there.size() <= searched) return std::nullopt;
    if (const std::size_t end = all.find('\n', searched); end != all.npos) {
      HQ_TRY(std::string_view taken, take(end + 1));
      taken.remove_suffix(1);
      return taken;
    }
    searched = all.size();
    if (searched > bytes_max) {
      return fail(ErrorCode::too_large, "a line of the file is too long", "文件中有一行过长",
                  file_.string());
    }
  }
}

}  // namespace hq::log
