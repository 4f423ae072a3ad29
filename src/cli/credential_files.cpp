#include "cli/credential_files.h"

#include <unistd.h>

#include <iostream>
#include <iterator>

#include "base/assert.h"
#include "base/file.h"
#include "base/secret_file.h"
#include "credential/limits.h"

namespace hq::cli {
namespace {

void strip(std::string& text) {
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
}

}  // namespace

Result<LocalSigner> open_signer(const Signer& signer) {
  HQ_TRY(std::string secret, read_secret_file(signer.key));
  strip(secret);
  auto key = credential::SigningKey::from_multikey(secret);
  if (!key) {
    return fail(ErrorCode::parse_error,
                "this file holds no key; make one with `hongqiao credential key new FILE`",
                "该文件中没有密钥；请用 `hongqiao credential key new 文件` 生成",
                signer.key.string());
  }
  const std::string method = signer.method.empty() ? key->did_method() : signer.method;
  return LocalSigner{*std::move(key), method, std::string(credential::did_of(method))};
}

Result<std::string> read_text(const std::string& file) {
  std::string text;
  if (file == "-") {
    text.assign(std::istreambuf_iterator<char>(std::cin), {});
  } else {
    HQ_TRY(text, read_file(file, credential::kTextBytesMax));
  }
  strip(text);
  return text;
}

Result<Instant> time_of(const std::string& text) {
  if (text.empty()) return std::chrono::floor<std::chrono::seconds>(now());
  auto time = parse_instant(text);
  if (!time) return std::unexpected(std::move(time).error().at("--at"));
  return *time;
}

Result<> write_out(const std::filesystem::path& file, const std::string& text,
                   const Console& console) {
  if (file.empty()) return console.text(text + "\n");
  return write_file_atomically(file, text + "\n");
}

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  HQ_ASSERT(::getentropy(bytes.data(), bytes.size()) == 0);
  return bytes;
}

}  // namespace hq::cli
