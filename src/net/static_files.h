// StaticFiles: serves the built page out of the binary, or any table of files.
//
// Each file is there plain, as gzip and as brotli, made when the binary was built (embed/), so
// serving is a look-up. Hashed assets are immutable; index.html is asked for anew each time. A
// path without a file and without an extension gets index.html: the page has its own routes.
// Only the table is looked at, never a disk, so there is nothing to traverse to.
//
//   router.set_fallback(StaticFiles(web_files(), {}));    // hq_embed(target folder web_files)
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "net/message.h"

namespace hq::net {

/// One row of an embedded table. The bytes live as long as the process.
struct EmbeddedFile {
  std::string_view path;       // "/assets/index-BvX1z9aQ.js"
  std::string_view mime_type;  // "text/javascript; charset=utf-8"
  std::string_view tag;        // hash of the plain bytes in hexadecimal
  std::string_view plain;
  std::string_view gzip;    // empty where it would not be smaller
  std::string_view brotli;  // empty where it would not be smaller
  bool is_immutable = false;
};

struct StaticFilesOptions {
  /// Paths that are never answered with index.html.
  std::vector<std::string> reserved_prefixes = {"/api/", "/metrics", "/healthz"};
  /// What a page with MapLibre needs, and no more: its worker is a blob, its styles are inline.
  std::string content_security_policy =
      "default-src 'self'; script-src 'self'; worker-src 'self' blob:; child-src blob:; "
      "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
      "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
      "frame-ancestors 'none'";
};

/// A handler that can be copied and called on any thread.
class StaticFiles {
 public:
  StaticFiles(std::span<const EmbeddedFile> files, StaticFilesOptions options);

  Result<Response> operator()(const Request& request) const;

 private:
  const EmbeddedFile* find(std::string_view path) const;
  bool is_reserved(std::string_view path) const;
  Response serve(const EmbeddedFile& file, const Request& request) const;
  Response explain_missing_page(const Request& request) const;
  void add_security_headers(Headers& headers) const;

  std::unordered_map<std::string_view, const EmbeddedFile*> files_;
  StaticFilesOptions options_;
};

/// How good `coding` is by an Accept-Encoding value: 0 refused ... 1 (RFC 9110, 12.5.3).
double encoding_quality(std::string_view accept_encoding, std::string_view coding);

}  // namespace hq::net
