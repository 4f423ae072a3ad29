#include "net/static_files.h"

#include <algorithm>
#include <array>

#include "net/detail/field_list.h"
#include "net/etag.h"
#include "net/problem.h"

namespace hq::net {
namespace {

struct Variant {
  std::string_view coding;  // empty for the plain bytes
  std::string_view tag_suffix;
  std::string_view bytes;
};

std::string etag_of(const EmbeddedFile& file, std::string_view suffix) {
  return '"' + std::string(file.tag) + std::string(suffix) + '"';
}

std::array<Variant, 3> variants_of(const EmbeddedFile& file) {
  return {{{"br", "-br", file.brotli}, {"gzip", "-gz", file.gzip}, {"", "", file.plain}}};
}

/// The smallest that the client takes. Where it refuses all, the plain one, as RFC 9110 allows.
Variant choose(const EmbeddedFile& file, std::string_view accept_encoding) {
  const auto variants = variants_of(file);
  const Variant* best = &variants.back();
  double best_quality = 0;
  for (const Variant& variant : variants) {
    if (variant.coding.empty() || variant.bytes.empty()) continue;
    const double quality = encoding_quality(accept_encoding, variant.coding);
    if (quality <= best_quality) continue;
    best = &variant;
    best_quality = quality;
  }
  return *best;
}

/// A path without one is a view of the page, which its script shows; so it gets index.html.
bool has_extension(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return name.find('.') != std::string_view::npos;
}

constexpr std::string_view kMissingPage = R"(<!doctype html>
<html lang="zh"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Hongqiao</title>
<body style="font-family:sans-serif;max-width:40em;margin:3em auto;line-height:1.6">
<p lang="zh">此程序在构建时没有包含网页。请运行 <code>./run</code>，或者执行
<code>cd web &amp;&amp; npm ci &amp;&amp; npm run build</code> 后重新构建。
接口 <code>/api/v1</code> 可正常使用。</p>
<p lang="en">The page was not built into this program. Run <code>./run</code>, or
<code>cd web &amp;&amp; npm ci &amp;&amp; npm run build</code>, and build again. The API at
<code>/api/v1</code> works.</p>
</body></html>
)";

}  // namespace

// A coding that is named counts before "*" (RFC 9110, 12.5.3).
double encoding_quality(std::string_view accept_encoding, std::string_view coding) {
  double any = 0;
  for (const detail::WeightedItem& item : detail::split_weighted(accept_encoding)) {
    if (equal_ignoring_case(item.name, coding)) return item.quality;
    if (item.name == "*") any = item.quality;
  }
  return any;
}

StaticFiles::StaticFiles(std::span<const EmbeddedFile> files, StaticFilesOptions options)
    : options_(std::move(options)) {
  for (const EmbeddedFile& file : files) files_.emplace(file.path, &file);
}

const EmbeddedFile* StaticFiles::find(std::string_view path) const {
  const auto at = files_.find(path);
  return at == files_.end() ? nullptr : at->second;
}

bool StaticFiles::is_reserved(std::string_view path) const {
  return std::ranges::any_of(options_.reserved_prefixes, [&](const std::string& prefix) {
    return path.starts_with(prefix) ||
           (prefix.ends_with('/') && prefix.starts_with(path) && path.size() + 1 == prefix.size());
  });
}

Result<Response> StaticFiles::operator()(const Request& request) const {
  if (is_reserved(request.path)) {
    return fail(ErrorCode::not_found, "there is nothing at " + request.path,
                "此路径下没有内容：" + request.path);
  }
  if (request.method != Method::get && request.method != Method::head) {
    Response response = problem(
        {ErrorCode::method_not_allowed, "files can only be read", "文件只能读取", {}}, request);
    response.headers.add("Allow", "GET, HEAD, OPTIONS");
    return response;
  }
  const EmbeddedFile* file = find(request.path);
  const bool is_page = request.path.ends_with('/') || !has_extension(request.path);
  if (file == nullptr && is_page) {
    if (files_.empty()) return explain_missing_page(request);
    file = find("/index.html");
  }
  if (file == nullptr) {
    return fail(ErrorCode::not_found, "there is no file " + request.path,
                "没有此文件：" + request.path);
  }
  return serve(*file, request);
}

Response StaticFiles::serve(const EmbeddedFile& file, const Request& request) const {
  const std::string accepted = request.headers.joined("Accept-Encoding");
  const Variant variant = choose(file, accepted);
  Response response;
  response.route = "static";
  response.may_compress = false;  // it is already, as far as that helps
  response.headers.add("Content-Type", file.mime_type);
  response.headers.add("ETag", etag_of(file, variant.tag_suffix));
  response.headers.add("Cache-Control",
                       file.is_immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (!file.gzip.empty() || !file.brotli.empty()) response.headers.add_vary("Accept-Encoding");
  add_security_headers(response.headers);
  // The browser may hold any of the variants, whatever it takes today.
  const std::string if_none_match = request.headers.joined("If-None-Match");
  for (const Variant& known : variants_of(file)) {
    if (!etag_matches(if_none_match, etag_of(file, known.tag_suffix))) continue;
    response.headers.set("ETag", etag_of(file, known.tag_suffix));
    response.status = 304;
    return response;
  }
  if (!variant.coding.empty()) response.headers.add("Content-Encoding", variant.coding);
  response.body = variant.bytes;
  return response;
}

Response StaticFiles::explain_missing_page(const Request& request) const {
  Response response = Response::text(std::string(kMissingPage), "text/html; charset=utf-8", 503);
  response.route = "static";
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("Content-Language",
                       request.preferred_language() == Language::zh ? "zh-CN, en" : "en, zh-CN");
  add_security_headers(response.headers);
  return response;
}

void StaticFiles::add_security_headers(Headers& headers) const {
  headers.add("Content-Security-Policy", options_.content_security_policy);
  headers.add("Referrer-Policy", "no-referrer");
  headers.add("X-Frame-Options", "DENY");  // for browsers that do not know frame-ancestors
  headers.add("Cross-Origin-Opener-Policy", "same-origin");
}

}  // namespace hq::net
