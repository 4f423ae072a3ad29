#include "net/static_files.h"

#include <gtest/gtest.h>

namespace hq::net {
namespace {

constexpr EmbeddedFile kFiles[] = {
    {"/assets/index-BvX1z9aQ.js", "text/javascript; charset=utf-8", "t1", "plain", "gz", "br",
     true},
    {"/index.html", "text/html; charset=utf-8", "t2", "<html>", "", "", false},
    {"/logo.svg", "image/svg+xml", "t3", "<svg>", "zipped", "", false},
};

class StaticFilesTest : public ::testing::Test {
 protected:
  static Response ask(std::string path, const std::vector<Header>& headers = {},
                      Method method = Method::get) {
    Request request;
    request.method = method;
    request.path = std::move(path);
    for (const Header& header : headers) request.headers.add(header.name, header.value);
    const auto result = StaticFiles(kFiles, {})(request);
    if (result) return *result;
    Response response;
    response.status = info(result.error().code).http_status;
    return response;
  }
  static std::string body(const Response& response) { return std::string(*response.whole_body()); }
};

TEST_F(StaticFilesTest, gives_the_encoding_that_the_client_takes) {
  const std::string path = "/assets/index-BvX1z9aQ.js";
  struct Case {
    std::string accept;
    std::string coding;
    std::string bytes;
  };
  for (const Case& one :
       {Case{"", "", "plain"}, Case{"gzip", "gzip", "gz"}, Case{"gzip, deflate, br", "br", "br"},
        Case{"br;q=0, gzip", "gzip", "gz"}, Case{"gzip;q=1, br;q=0.1", "gzip", "gz"},
        Case{"*", "br", "br"}, Case{"identity", "", "plain"}, Case{"zstd", "", "plain"}}) {
    const Response response = ask(path, {{"Accept-Encoding", one.accept}});
    EXPECT_EQ(body(response), one.bytes) << one.accept;
    EXPECT_EQ(response.headers.find("Content-Encoding").value_or(""), one.coding);
    EXPECT_EQ(response.headers.find("Vary"), "Accept-Encoding");
    EXPECT_FALSE(response.may_compress);
  }
  EXPECT_EQ(body(ask("/logo.svg", {{"Accept-Encoding", "br, gzip"}})), "zipped");
}

TEST_F(StaticFilesTest, each_encoding_has_its_tag_and_any_of_them_is_304) {
  const std::string path = "/assets/index-BvX1z9aQ.js";
  EXPECT_EQ(ask(path).headers.find("ETag"), "\"t1\"");
  EXPECT_EQ(ask(path, {{"Accept-Encoding", "br"}}).headers.find("ETag"), "\"t1-br\"");
  for (const std::string tag : {"\"t1\"", "\"t1-br\"", "W/\"t1-gz\"", "\"x\", \"t1\""}) {
    const Response response = ask(path, {{"If-None-Match", tag}, {"Accept-Encoding", "br"}});
    EXPECT_EQ(response.status, 304) << tag;
    EXPECT_EQ(body(response), "");
    EXPECT_FALSE(response.headers.has("Content-Encoding"));
    EXPECT_TRUE(response.headers.has("Cache-Control"));
  }
  EXPECT_EQ(ask(path, {{"If-None-Match", "\"t2\""}}).status, 200);
}

TEST_F(StaticFilesTest, hashed_assets_are_kept_and_the_page_is_asked_for_anew) {
  EXPECT_EQ(ask("/assets/index-BvX1z9aQ.js").headers.find("Cache-Control"),
            "public, max-age=31536000, immutable");
  EXPECT_EQ(ask("/index.html").headers.find("Cache-Control"), "no-cache");
  EXPECT_EQ(ask("/").headers.find("Cache-Control"), "no-cache");
}

TEST_F(StaticFilesTest, routes_of_the_page_get_index_html) {
  for (const std::string path : {"/", "/journeys", "/journeys/abc/", "/apiary"}) {
    const Response response = ask(path);
    EXPECT_EQ(response.status, 200) << path;
    EXPECT_EQ(body(response), "<html>") << path;
  }
}

TEST_F(StaticFilesTest, missing_files_and_reserved_paths_do_not) {
  for (const std::string path : {"/missing.js", "/assets/old-12345678.js", "/api/v1/none", "/api",
                                 "/metrics", "/healthz", "/a/b.png"}) {
    EXPECT_EQ(ask(path).status, 404) << path;
  }
}

TEST_F(StaticFilesTest, nothing_outside_the_table_can_be_reached) {
  for (const std::string path : {"/../etc/passwd.txt", "/assets/../index.htm", "//etc/passwd.txt",
                                 "/index.html/", "/assets/%2e%2e/index.js"}) {
    const Response response = ask(path);
    EXPECT_TRUE(response.status == 404 || body(response) == "<html>") << path;
  }
}

TEST_F(StaticFilesTest, files_can_only_be_read) {
  const Response response = ask("/index.html", {}, Method::post);
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.headers.find("Allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(ask("/index.html", {}, Method::head).status, 200);
}

TEST_F(StaticFilesTest, answers_carry_the_security_fields) {
  const Response response = ask("/");
  const auto policy = response.headers.find("Content-Security-Policy");
  ASSERT_TRUE(policy.has_value());
  for (const std::string part :
       {"default-src 'self'", "worker-src 'self' blob:", "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:", "frame-ancestors 'none'"}) {
    EXPECT_NE(policy->find(part), std::string_view::npos) << part;
  }
  EXPECT_EQ(response.headers.find("Referrer-Policy"), "no-referrer");
}

TEST_F(StaticFilesTest, without_a_page_it_says_so_in_both_languages) {
  Request request;
  request.path = "/journeys";
  const Response response = StaticFiles({}, {})(request).value();
  EXPECT_EQ(response.status, 503);
  EXPECT_NE(body(response).find("npm run build"), std::string::npos);
  EXPECT_NE(body(response).find("没有包含网页"), std::string::npos);
  request.path = "/app.js";
  EXPECT_FALSE(StaticFiles({}, {})(request).has_value());
}

}  // namespace
}  // namespace hq::net
