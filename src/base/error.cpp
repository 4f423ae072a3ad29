#include "base/error.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/assert.h"

namespace hq {
namespace {

// Exit codes follow sysexits(3) where it has a word for the thing; docs/en/cli.md lists them.
constexpr std::array<ErrorInfo, 21> kErrorInfos = {{
    {ErrorCode::invalid_argument, "invalid_argument", 400, 64, "A value is wrong", "参数有误"},
    {ErrorCode::parse_error, "parse_error", 400, 65, "Cannot be read", "无法解析"},
    {ErrorCode::not_found, "not_found", 404, 66, "Not found", "未找到"},
    {ErrorCode::method_not_allowed, "method_not_allowed", 405, 64, "Method not allowed",
     "不支持该方法"},
    {ErrorCode::conflict, "conflict", 409, 75, "Not possible in the present state",
     "当前状态下无法执行"},
    {ErrorCode::already_exists, "already_exists", 409, 73, "Already exists", "已存在"},
    {ErrorCode::unauthenticated, "unauthenticated", 401, 77, "Sign in first", "请先登录"},
    {ErrorCode::forbidden, "forbidden", 403, 77, "Not permitted", "没有权限"},
    {ErrorCode::too_large, "too_large", 413, 65, "Too large", "内容过大"},
    {ErrorCode::limit_exceeded, "limit_exceeded", 422, 65, "Over the limit", "超出限制"},
    {ErrorCode::unsupported, "unsupported", 415, 65, "Not supported", "不支持"},
    {ErrorCode::rate_limited, "rate_limited", 429, 75, "Too many requests", "请求过于频繁"},
    {ErrorCode::overloaded, "overloaded", 503, 75, "Busy, try again soon", "系统繁忙，请稍后再试"},
    {ErrorCode::unavailable, "unavailable", 503, 69, "Not available now", "暂不可用"},
    {ErrorCode::timeout, "timeout", 504, 75, "Took too long", "处理超时"},
    {ErrorCode::io_error, "io_error", 500, 74, "Reading or writing failed", "读写失败"},
    {ErrorCode::disk_full, "disk_full", 507, 74, "The disk is full", "磁盘空间不足"},
    {ErrorCode::corrupt, "corrupt", 500, 76, "Stored data is damaged", "存储的数据已损坏"},
    {ErrorCode::newer_version, "newer_version", 500, 78, "Written by a newer version",
     "由更新版本的程序写入"},
    {ErrorCode::cancelled, "cancelled", 503, 75, "Cancelled", "已取消"},
    {ErrorCode::internal, "internal", 500, 70, "Internal error", "内部错误"},
}};

}  // namespace

const ErrorInfo& info(ErrorCode code) {
  const auto index = static_cast<std::size_t>(code);
  HQ_ASSERT(index < kErrorInfos.size() && kErrorInfos[index].code == code);
  return kErrorInfos[index];
}

std::span<const ErrorInfo> all_error_infos() {
  return kErrorInfos;
}

std::optional<ErrorCode> error_code_from_id(std::string_view id) {
  for (const auto& row : kErrorInfos) {
    if (row.id == id) return row.code;
  }
  return std::nullopt;
}

std::string Error::text(Language language) const {
  const bool zh = language == Language::zh;
  const std::string& own = zh && !message_zh.empty() ? message_zh : message;
  const std::string_view title = zh ? info(code).title_zh : info(code).title_en;
  std::string line;
  if (!where.empty()) line = where + (zh ? "：" : ": ");
  // A detail known only in English still stands behind the Chinese title.
  if (own.empty()) return line.append(title);
  if (zh && message_zh.empty()) return line.append(title).append("（").append(own).append("）");
  return line.append(own);
}

Error Error::at(std::string_view outer) && {
  where = where.empty() ? std::string(outer) : std::string(outer) + ": " + where;
  return std::move(*this);
}

Error system_error(int error_number, std::string_view what) {
  std::string where(what);
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
      return {ErrorCode::disk_full, "the disk is full; free some space and start again",
              "磁盘空间不足；请释放空间后重试", std::move(where)};
    case ENOENT:
      return {ErrorCode::not_found, "no such file or folder", "文件或文件夹不存在",
              std::move(where)};
    case EACCES:
    case EPERM:
    case EROFS:
      return {ErrorCode::forbidden, "no right to read or write here", "没有读写权限",
              std::move(where)};
    case EADDRINUSE:
      return {ErrorCode::conflict, "the port is taken by another program; choose another",
              "端口已被其他程序占用；请换一个端口", std::move(where)};
    default:
      return {ErrorCode::io_error, std::strerror(error_number), {}, std::move(where)};
  }
}

void end_process(const Error& error, std::string_view word) {
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, word.data(), word.size());
  std::_Exit(info(error.code).exit_code);
}

}  // namespace hq
