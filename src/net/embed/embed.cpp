#include "net/embed/embed.h"

#include <brotli/encode.h>
#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/assert.h"
#include "base/file.h"
#include "base/hash.h"
#include "net/detail/response_writer.h"

namespace hq::net::embed {
namespace {

constexpr int kGzipLevel = 9;  // packed once, sent often

std::string pack_brotli(std::string_view bytes) {
  std::size_t size = BrotliEncoderMaxCompressedSize(bytes.size());
  std::string out(size, '\0');
  const auto done =
      BrotliEncoderCompress(BROTLI_MAX_QUALITY, BROTLI_MAX_WINDOW_BITS, BROTLI_MODE_GENERIC,
                            bytes.size(), reinterpret_cast<const uint8_t*>(bytes.data()), &size,
                            reinterpret_cast<uint8_t*>(out.data()));
  HQ_ASSERT(done == BROTLI_TRUE);
  out.resize(size);
  return out;
}

/// Nothing where decoding would cost the client more than it saves.
std::string if_smaller(std::string packed, std::size_t plain_size) {
  if (packed.size() >= plain_size - plain_size / 20) packed.clear();
  return packed;
}

bool is_wanted(const std::filesystem::path& relative) {
  for (const auto& part : relative) {
    if (part.string().starts_with('.')) return false;
  }
  return relative.extension() != ".map";
}

Result<PackedFile> pack(const std::filesystem::path& file, std::string path) {
  PackedFile packed;
  HQ_TRY(packed.plain, read_file(file, kFileBytesMax));
  packed.path = std::move(path);
  packed.mime_type = mime_type_of(packed.path);
  const Sha256 digest = sha256(packed.plain);
  packed.tag = to_hex(std::span(digest).first(16));
  packed.gzip = if_smaller(detail::gzip(packed.plain, kGzipLevel), packed.plain.size());
  packed.brotli = if_smaller(pack_brotli(packed.plain), packed.plain.size());
  packed.is_immutable = is_hashed_asset(packed.path);
  return packed;
}

/// A C++ string literal; escapes are octal of three digits, which never swallow what follows.
std::string literal(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte >= 0x20 && byte < 0x7F && c != '"' && c != '\\' && c != '?';
    out += plain ? std::string(1, c) : fmt::format("\\{:03o}", byte);
  }
  return out + '"';
}

}  // namespace

std::string_view mime_type_of(std::string_view path) {
  struct Row {
    std::string_view extension;
    std::string_view type;
  };
  static constexpr Row kRows[] = {
      {".css", "text/css; charset=utf-8"},
      {".csv", "text/csv; charset=utf-8"},
      {".geojson", "application/geo+json"},
      {".gif", "image/gif"},
      {".html", "text/html; charset=utf-8"},
      {".ico", "image/x-icon"},
      {".jpg", "image/jpeg"},
      {".js", "text/javascript; charset=utf-8"},
      {".json", "application/json"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".pbf", "application/x-protobuf"},
      {".png", "image/png"},
      {".svg", "image/svg+xml"},
      {".txt", "text/plain; charset=utf-8"},
      {".wasm", "application/wasm"},
      {".webmanifest", "application/manifest+json"},
      {".webp", "image/webp"},
      {".woff2", "font/woff2"},
      {".xml", "application/xml"},
      {".yaml", "application/yaml"},
  };
  for (const Row& row : kRows) {
    if (path.ends_with(row.extension)) return row.type;
  }
  return "application/octet-stream";
}

bool is_hashed_asset(std::string_view path) {
  if (!path.starts_with("/assets/")) return false;
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const std::string_view stem = name.substr(0, name.find('.'));
  constexpr std::size_t kHashSize = 8;
  // The hash may hold '-' itself, so its length says where it begins.
  if (stem.size() < kHashSize + 2 || stem[stem.size() - kHashSize - 1] != '-') return false;
  return std::ranges::any_of(stem.substr(stem.size() - kHashSize), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
  });
}

Result<std::vector<PackedFile>> read_folder(const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  std::vector<PackedFile> files;
  std::error_code ec;
  if (!fs::exists(folder, ec)) return files;
  for (fs::recursive_directory_iterator at(folder, ec), end; at != end && !ec; at.increment(ec)) {
    const fs::path relative = at->path().lexically_relative(folder);
    if (!at->is_regular_file() || !is_wanted(relative)) continue;
    if (files.size() == kFileCountMax) {
      return fail(ErrorCode::limit_exceeded, "too many files to embed", "要嵌入的文件过多",
                  folder.string());
    }
    HQ_TRY(PackedFile file, pack(at->path(), "/" + relative.generic_string()));
    files.push_back(std::move(file));
  }
  if (ec) return std::unexpected(system_error(ec.value(), folder.string()));
  std::ranges::sort(files, {}, &PackedFile::path);
  return files;
}

Generated generate(const std::vector<PackedFile>& files, const TableName& name) {
  Generated made;
  std::string rows;
  const auto place = [&](const std::string& bytes) {
    const std::string view = fmt::format("{{kBlob + {}, {}}}", made.blob.size(), bytes.size());
    made.blob += bytes;
    return bytes.empty() ? std::string("{}") : view;
  };
  for (const PackedFile& file : files) {
    rows += fmt::format("    {{{}, {}, {}, {}, {}, {}, {}}},\n", literal(file.path),
                        literal(file.mime_type), literal(file.tag), place(file.plain),
                        place(file.gzip), place(file.brotli), file.is_immutable);
  }
  std::string symbol = name.name_space + "_" + name.function + "_blob";
  std::ranges::replace(symbol, ':', '_');
  made.source =
      "// Made at build time from a folder of files.\n#include \"net/static_files.h\"\n\n";
  if (!files.empty()) {
    made.source += fmt::format(
        "__asm__(\".section .rodata\\n.balign 16\\n.globl {0}\\n{0}:\\n"
        ".incbin \" {1} \"\\n.byte 0\\n.text\\n\");\nextern \"C\" const char {0}[];\n\n",
        symbol, literal(literal(name.blob_file)));
  }
  made.source += fmt::format("namespace {} {{\n", name.name_space);
  made.source += "std::span<const net::EmbeddedFile> " + name.function + "();\n";
  made.source += "std::span<const net::EmbeddedFile> " + name.function + "() {\n";
  if (files.empty()) {
    made.source += "  return {};\n";
  } else {
    made.source += fmt::format(
        "  static const char* const kBlob = {};\n"
        "  static const net::EmbeddedFile kFiles[] = {{\n{}  }};\n  return kFiles;\n",
        symbol, rows);
  }
  made.source += fmt::format("}}\n}}  // namespace {}\n", name.name_space);
  return made;
}

}  // namespace hq::net::embed
