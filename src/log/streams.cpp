#include "log/streams.h"

#include <fmt/format.h>

#include <algorithm>

namespace hq::log {
namespace {

constexpr std::string_view kStem = "log";
constexpr std::string_view kStemPrefix = "log-";
constexpr std::string_view kExtension = ".sqlite";

bool is_name_byte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '-';
}

bool is_stream_name(std::string_view stream) {
  return !stream.empty() && stream.size() <= kStreamNameBytesMax && stream.front() != '-' &&
         std::ranges::all_of(stream, is_name_byte);
}

}  // namespace

Result<> check_stream_name(std::string_view stream) {
  if (is_stream_name(stream)) return {};
  return fail(ErrorCode::invalid_argument,
              fmt::format("a stream has a name of 1 to {} lower-case letters, digits and hyphens, "
                          "and does not begin with a hyphen",
                          kStreamNameBytesMax),
              fmt::format("流的名称由 1 至 {} 个小写字母、数字和连字符组成，且不以连字符开头",
                          kStreamNameBytesMax),
              "stream");
}

std::string stream_file_stem(std::string_view stream) {
  if (stream == kMainStream) return std::string(kStem);
  return fmt::format("{}{}", kStemPrefix, stream);
}

Result<std::vector<std::string>> list_streams(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::directory_iterator files(folder, error);
  std::vector<std::string> streams;
  for (; !error && files != std::filesystem::directory_iterator(); files.increment(error)) {
    const std::string name = files->path().filename().string();
    if (!name.ends_with(kExtension)) continue;
    std::string_view stem = std::string_view(name).substr(0, name.size() - kExtension.size());
    if (stem == kStem) {
      streams.insert(streams.begin(), std::string(kMainStream));
    } else if (stem.starts_with(kStemPrefix) && is_stream_name(stem.substr(kStemPrefix.size())) &&
               stem.substr(kStemPrefix.size()) != kMainStream) {
      streams.emplace_back(stem.substr(kStemPrefix.size()));
    }
  }
  if (error) return std::unexpected(system_error(error.value(), folder.string()));
  const bool has_main = !streams.empty() && streams.front() == kMainStream;
  std::sort(streams.begin() + (has_main ? 1 : 0), streams.end());
  return streams;
}

}  // namespace hq::log
