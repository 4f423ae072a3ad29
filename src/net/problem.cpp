#include "net/problem.h"

#include "base/json_writer.h"
#include "net/limits.h"

namespace hq::net {
namespace {

/// The members of RFC 9457, 3.1, and three of our own.
struct Members {
  int status;
  std::string type;
  std::string_view title;
  std::string detail;
  std::string_view code;
  std::string_view where;
};

Response problem_response(const Members& members, const Request& request) {
  std::string body;
  JsonWriter json(body);
  json.begin_object();
  json.key("type").string(members.type);
  json.key("title").string(members.title);
  json.key("status").integer(members.status);
  if (!members.detail.empty()) json.key("detail").string(members.detail);
  json.key("code").string(members.code);
  if (!members.where.empty()) json.key("where").string(members.where);
  if (!request.id.empty()) json.key("request_id").string(request.id);
  json.end_object();
  Response response = Response::text(std::move(body), "application/problem+json", members.status);
  const bool zh = request.preferred_language() == Language::zh;
  response.headers.add("Content-Language", zh ? "zh-CN" : "en");
  response.headers.add("Cache-Control", "no-store");
  response.headers.add_vary("Accept-Language");
  if (members.status == 503 || members.status == 429) {
    response.headers.add("Retry-After", std::to_string(kRetryAfterSeconds));
  }
  return response;
}

/// The titles in English are the reason phrases.
std::string_view title_zh(int status) {
  struct Row {
    int status;
    std::string_view title;
  };
  static constexpr Row kRows[] = {
      {400, "请求有误"}, {405, "不支持该方法"}, {408, "请求超时"},           {411, "需要长度"},
      {413, "内容过大"}, {414, "网址过长"},     {417, "无法满足期望"},       {431, "请求头过大"},
      {501, "未实现"},   {503, "暂不可用"},     {505, "不支持的 HTTP 版本"},
  };
  for (const Row& row : kRows) {
    if (row.status == status) return row.title;
  }
  return "错误";
}

}  // namespace

Response problem(const Error& error, const Request& request) {
  const ErrorInfo& row = info(error.code);
  const Language language = request.preferred_language();
  const bool is_ours = row.http_status >= 500;
  Error shown = error;
  if (is_ours) shown.where.clear();  // a path or an exception: for the log, not for a peer
  Members members{.status = row.http_status,
                  .type = "urn:hongqiao:error:" + std::string(row.id),
                  .title = language == Language::zh ? row.title_zh : row.title_en,
                  .detail = shown.message.empty() ? std::string() : shown.text(language),
                  .code = row.id,
                  .where = shown.where};
  Response response = problem_response(members, request);
  if (error.retry_after_s > 0) {
    response.headers.set("Retry-After", std::to_string(error.retry_after_s));
  }
  response.error = error;
  return response;
}

Response protocol_problem(const ProtocolProblem& problem, const Request& request) {
  const bool zh = request.preferred_language() == Language::zh;
  const std::string code = std::to_string(problem.status);
  Members members{.status = problem.status,
                  .type = "about:blank",
                  .title = zh ? title_zh(problem.status) : reason_phrase(problem.status),
                  .detail = std::string(zh ? problem.detail_zh : problem.detail),
                  .code = code,
                  .where = {}};
  return problem_response(members, request);
}

}  // namespace hq::net
