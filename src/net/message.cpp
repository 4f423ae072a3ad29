#include "net/message.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/assert.h"
#include "net/detail/field_list.h"
#include "net/events.h"

namespace hq::net {
namespace {

constexpr std::array<std::string_view, 7> kMethodNames = {"GET",   "HEAD",   "POST",   "PUT",
                                                          "PATCH", "DELETE", "OPTIONS"};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

const Parameter* find_parameter(const std::vector<Parameter>& list, std::string_view name) {
  const auto at = std::ranges::find(list, name, &Parameter::first);
  return at == list.end() ? nullptr : &*at;
}

}  // namespace

std::string_view method_name(Method method) {
  return kMethodNames[static_cast<std::size_t>(method)];
}

std::optional<Method> method_from_name(std::string_view name) {
  const auto at = std::ranges::find(kMethodNames, name);
  if (at == kMethodNames.end()) return std::nullopt;
  return static_cast<Method>(at - kMethodNames.begin());
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

void Headers::add(std::string_view name, std::string_view value) {
  fields_.push_back({std::string(name), std::string(value)});
}

void Headers::set(std::string_view name, std::string_view value) {
  remove(name);
  add(name, value);
}

void Headers::remove(std::string_view name) {
  std::erase_if(fields_,
                [&](const Header& field) { return equal_ignoring_case(field.name, name); });
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  for (const Header& field : fields_) {
    if (equal_ignoring_case(field.name, name)) return field.value;
  }
  return std::nullopt;
}

std::size_t Headers::count(std::string_view name) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      fields_, [&](const Header& field) { return equal_ignoring_case(field.name, name); }));
}

std::string Headers::joined(std::string_view name) const {
  std::string list;
  for (const Header& field : fields_) {
    if (!equal_ignoring_case(field.name, name)) continue;
    if (!list.empty()) list += ", ";
    list += field.value;
  }
  return list;
}

// Each name once, so that layers can add what they depend on without asking each other.
void Headers::add_vary(std::string_view name) {
  const std::string list = joined("Vary");
  for (const std::string_view item : detail::split_list(list)) {
    if (item == "*" || equal_ignoring_case(item, name)) return;
  }
  set("Vary", list.empty() ? std::string(name) : list + ", " + std::string(name));
}

std::optional<std::string_view> Request::query_value(std::string_view name) const {
  const Parameter* found = find_parameter(query, name);
  if (found == nullptr) return std::nullopt;
  return found->second;
}

std::vector<std::string_view> Request::query_values(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const Parameter& parameter : query) {
    if (parameter.first == name) values.push_back(parameter.second);
  }
  return values;
}

std::string_view Request::path_parameter(std::string_view name) const {
  const Parameter* found = find_parameter(path_parameters, name);
  HQ_ASSERT(found != nullptr);
  return found->second;
}

Language Request::preferred_language() const {
  double en = 0;
  double zh = 0;
  double any = 0;
  const std::string accepted = headers.joined("Accept-Language");
  for (const detail::WeightedItem& item : detail::split_weighted(accepted)) {
    const std::string_view primary = item.name.substr(0, item.name.find('-'));
    if (equal_ignoring_case(primary, "en")) en = std::max(en, item.quality);
    if (equal_ignoring_case(primary, "zh")) zh = std::max(zh, item.quality);
    if (primary == "*") any = std::max(any, item.quality);
  }
  if (en == 0) en = any;  // "*" takes either
  return zh > en ? Language::zh : Language::en;
}

Response Response::json(std::string body, int status) {
  return text(std::move(body), "application/json", status);
}

Response Response::text(std::string body, std::string_view content_type, int status) {
  Response response;
  response.status = status;
  response.headers.add("Content-Type", content_type);
  response.body = std::move(body);
  return response;
}

Response Response::empty(int status) {
  Response response;
  response.status = status;
  return response;
}

Response Response::stream(PullBody pull, std::string_view content_type) {
  HQ_ASSERT(pull != nullptr);
  Response response;
  response.headers.add("Content-Type", content_type);
  response.body = std::move(pull);
  return response;
}

Response Response::events(std::shared_ptr<EventStream> stream) {
  HQ_ASSERT(stream != nullptr);
  Response response;
  response.headers.add("Content-Type", "text/event-stream");
  response.headers.add("Cache-Control", "no-store");
  // Asks buffering proxies in front of us to pass each event on at once.
  response.headers.add("X-Accel-Buffering", "no");
  response.body = std::move(stream);
  return response;
}

std::optional<std::string_view> Response::whole_body() const {
  if (const auto* own = std::get_if<std::string>(&body)) return *own;
  if (const auto* fixed = std::get_if<std::string_view>(&body)) return *fixed;
  if (const auto* shared = std::get_if<std::shared_ptr<const std::string>>(&body)) {
    return *shared ? std::string_view(**shared) : std::string_view();
  }
  return std::nullopt;
}

std::string_view reason_phrase(int status) {
  struct Row {
    int status;
    std::string_view phrase;
  };
  // RFC 9110, section 15, and RFC 6585 for 428 to 431.
  static constexpr Row kRows[] = {
      {100, "Continue"},
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {204, "No Content"},
      {206, "Partial Content"},
      {301, "Moved Permanently"},
      {302, "Found"},
      {303, "See Other"},
      {304, "Not Modified"},
      {307, "Temporary Redirect"},
      {308, "Permanent Redirect"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {406, "Not Acceptable"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {410, "Gone"},
      {411, "Length Required"},
      {412, "Precondition Failed"},
      {413, "Content Too Large"},
      {414, "URI Too Long"},
      {415, "Unsupported Media Type"},
      {417, "Expectation Failed"},
      {422, "Unprocessable Content"},
      {428, "Precondition Required"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
      {505, "HTTP Version Not Supported"},
      {507, "Insufficient Storage"},
  };
  for (const Row& row : kRows) {
    if (row.status == status) return row.phrase;
  }
  return status < 400 ? "OK" : "Error";
}

}  // namespace hq::net
