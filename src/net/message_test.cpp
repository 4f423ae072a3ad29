// Values: headers, language, targets, entity tags.
#include "net/message.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/text.h"
#include "net/detail/field_list.h"
#include "net/detail/request_id.h"
#include "net/detail/response_writer.h"
#include "net/etag.h"
#include "net/static_files.h"
#include "net/uri.h"

namespace hq::net {
namespace {

TEST(Method, names_go_both_ways) {
  for (int i = 0; i < 7; ++i) {
    const auto method = static_cast<Method>(i);
    EXPECT_EQ(method_from_name(method_name(method)), method);
  }
  EXPECT_EQ(method_from_name("get"), std::nullopt);
  EXPECT_EQ(method_from_name("TRACE"), std::nullopt);
}

TEST(Headers, names_compare_without_case) {
  Headers headers;
  headers.add("Accept", "a");
  headers.add("ACCEPT", "b");
  EXPECT_EQ(headers.find("accept"), "a");
  EXPECT_EQ(headers.count("Accept"), 2u);
  EXPECT_EQ(headers.joined("accept"), "a, b");
  headers.set("aCCept", "c");
  EXPECT_EQ(headers.joined("accept"), "c");
  headers.remove("Accept");
  EXPECT_FALSE(headers.has("Accept"));
}

TEST(Headers, vary_names_each_field_once) {
  Headers headers;
  headers.add_vary("Origin");
  headers.add_vary("origin");
  headers.add_vary("Accept");
  EXPECT_EQ(headers.joined("Vary"), "Origin, Accept");
  headers.set("Vary", "*");
  headers.add_vary("Origin");
  EXPECT_EQ(headers.joined("Vary"), "*");
}

TEST(Language, the_preferred_one_wins) {
  const auto preferred = [](std::string_view accept) {
    Request request;
    if (!accept.empty()) request.headers.add("Accept-Language", accept);
    return request.preferred_language();
  };
  EXPECT_EQ(preferred(""), Language::en);
  EXPECT_EQ(preferred("zh-CN,zh;q=0.9,en;q=0.8"), Language::zh);
  EXPECT_EQ(preferred("en-GB, zh;q=0.9"), Language::en);
  EXPECT_EQ(preferred("de, zh-TW;q=0.3"), Language::zh);
  EXPECT_EQ(preferred("fr"), Language::en);
  EXPECT_EQ(preferred("*"), Language::en);
  EXPECT_EQ(preferred("ZH"), Language::zh);
  EXPECT_EQ(preferred("zh;q=0"), Language::en);
  EXPECT_EQ(preferred(";;q=,,q=zh"), Language::en);
}

TEST(FieldList, weights_are_read_and_nonsense_is_not) {
  const auto items = detail::split_weighted(" gzip ; q=0.5, br;x=1;q=1.0 ,, a;q=2, b;q=x, c;q=-1");
  ASSERT_EQ(items.size(), 5u);
  EXPECT_EQ(items[0].name, "gzip");
  EXPECT_EQ(items[0].quality, 0.5);
  EXPECT_EQ(items[1].quality, 1.0);
  for (int i = 2; i < 5; ++i) EXPECT_EQ(items[i].quality, 0);
  EXPECT_EQ(detail::split_list(R"("a,b", c)"), (std::vector<std::string_view>{"\"a,b\"", "c"}));
}

TEST(Encoding, qualities_follow_the_header) {
  EXPECT_EQ(encoding_quality("gzip, br;q=0.5", "br"), 0.5);
  EXPECT_EQ(encoding_quality("GZIP", "gzip"), 1);
  EXPECT_EQ(encoding_quality("*;q=0.2, gzip;q=0", "br"), 0.2);
  EXPECT_EQ(encoding_quality("*;q=0.2, gzip;q=0", "gzip"), 0);
  EXPECT_EQ(encoding_quality("", "gzip"), 0);
}

TEST(Target, is_split_and_decoded) {
  const auto target = parse_target("/a/%E8%99%B9%20x;y?q=1+2&q=%2B&empty=&flag&&z=a=b").value();
  EXPECT_EQ(target.path, "/a/虹 x;y");
  EXPECT_EQ(target.query,
            (std::vector<Parameter>{
                {"q", "1 2"}, {"q", "+"}, {"empty", ""}, {"flag", ""}, {"z", "a=b"}}));
  EXPECT_EQ(parse_target("http://host:80/a?b")->path, "/a");
  EXPECT_EQ(parse_target("https://host")->path, "/");
  EXPECT_EQ(parse_target("http://host?a=1")->query.size(), 1u);
  EXPECT_EQ(parse_target("*")->path, "*");
  EXPECT_EQ(parse_target("/a//b/...")->path, "/a//b/...");
}

TEST(Target, what_could_mean_two_things_is_refused) {
  for (const std::string bad :
       {"",     "a",       "/%",         "/%1",     "/%gg",    "/%2f",      "/%2F",       "/%5c",
        "/\\",  "/%00",    "/%0a",       "/a/../b", "/..",     "/a/%2e%2e", "/./a",       "/%2E",
        "/%ff", "/%c0%af", "/%ed%a0%80", "/?%ff",   "/?a=%zz", "/a#b",      "ftp://host/"}) {
    const auto target = parse_target(bad);
    ASSERT_FALSE(target.has_value()) << bad;
    EXPECT_EQ(target.error().code, ErrorCode::invalid_argument);
    EXPECT_FALSE(target.error().message_zh.empty());
  }
}

RC_GTEST_PROP(Target, encoding_then_decoding_gives_the_same, (const std::string& bytes)) {
  RC_ASSERT(percent_decode(percent_encode(bytes)).value() == bytes);
}

RC_GTEST_PROP(Target, an_accepted_path_never_climbs, (const std::string& tail)) {
  const auto target = parse_target("/" + tail);
  if (!target) return;
  RC_ASSERT(("/" + target->path + "/").find("/../") == std::string::npos);
  RC_ASSERT(is_valid_utf8(target->path));
}

TEST(Etag, is_strong_and_matches_weakly) {
  const std::string tag = strong_etag("abc");
  EXPECT_EQ(tag, "\"ba7816bf8f01cfea414140de5dae2223\"");  // FIPS 180-4's own example, cut
  EXPECT_TRUE(etag_matches(tag, tag));
  EXPECT_TRUE(etag_matches("\"x\", W/" + tag, tag));
  EXPECT_TRUE(etag_matches("*", tag));
  EXPECT_FALSE(etag_matches("\"x\"", tag));
  EXPECT_FALSE(etag_matches("", tag));
}

TEST(Etag, a_client_that_has_it_gets_304) {
  Request request;
  const Response first = answer_with_etag(request, Response::json("[1]"));
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.headers.find("Cache-Control"), "no-cache");
  request.headers.add("If-None-Match", *first.headers.find("ETag"));
  const Response again = answer_with_etag(request, Response::json("[1]"));
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.whole_body(), "");
  EXPECT_EQ(again.headers.find("ETag"), first.headers.find("ETag"));
  EXPECT_EQ(answer_with_etag(request, Response::json("[2]")).status, 200);
  EXPECT_EQ(answer_with_etag(request, Response::json("[1]", 201)).status, 201);
  request.method = Method::post;
  EXPECT_EQ(answer_with_etag(request, Response::json("[1]")).status, 200);
}

TEST(Etag, of_a_compressed_answer_is_weak_and_still_matches) {
  Request request;
  request.headers.add("Accept-Encoding", "gzip");
  Response first = answer_with_etag(request, Response::json(std::string(5000, '1')));
  const std::string strong(*first.headers.find("ETag"));
  detail::finish_response(request, first);
  EXPECT_EQ(first.headers.find("ETag"), "W/" + strong);
  request.headers.add("If-None-Match", *first.headers.find("ETag"));
  Response again = answer_with_etag(request, Response::json(std::string(5000, '1')));
  detail::finish_response(request, again);
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.headers.find("Vary"), "Accept-Encoding");
}

TEST(Head, a_304_has_no_body_fields) {
  Response response = Response::json("x", 304);
  const std::string head = detail::encode_head(
      response, {.content_length = 1, .keep_alive = true, .request_id = "r", .date = "d"});
  EXPECT_EQ(head,
            "HTTP/1.1 304 Not Modified\r\nDate: d\r\nX-Request-Id: r\r\n"
            "X-Content-Type-Options: nosniff\r\n\r\n");
}

TEST(Head, framing_fields_of_a_handler_are_ignored) {
  Response response = Response::text("x", "text/plain");
  response.headers.add("Content-Length", "99");
  response.headers.add("transfer-encoding", "chunked");
  const std::string head = detail::encode_head(
      response, {.content_length = 1, .keep_alive = true, .request_id = {}, .date = {}});
  EXPECT_NE(head.find("Content-Length: 1\r\n"), std::string::npos);
  EXPECT_EQ(head.find("99"), std::string::npos);
  EXPECT_EQ(head.find("chunked"), std::string::npos);
}

TEST(HttpDate, is_as_in_the_standard) {
  EXPECT_EQ(detail::http_date(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");  // RFC 9110, 5.6.7
}

TEST(Reason, every_error_code_has_one) {
  for (const ErrorInfo& row : all_error_infos()) {
    EXPECT_NE(reason_phrase(row.http_status), "Error") << row.http_status;
  }
}

TEST(RequestId, is_a_uuid_of_version_7_where_none_came) {
  IdSource ids;
  const std::string made = detail::choose_request_id({}, ids);
  EXPECT_EQ(Id::parse(made)->version(), 7);
  EXPECT_NE(detail::choose_request_id({}, ids), made);
}

}  // namespace
}  // namespace hq::net
