#include "api/parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace hq::api {

std::optional<std::string_view> Parameters::value(std::string_view name) {
  asked_.emplace(name);
  const auto values = request_.query_values(name);
  if (values.size() > 1) {
    refuse(name, "this parameter may be given once", "此参数只能出现一次");
  }
  if (values.empty()) return std::nullopt;
  return values.front();
}

void Parameters::refuse(std::string_view name, std::string message, std::string message_zh) {
  if (error_) return;
  error_ = Error{.code = ErrorCode::invalid_argument,
                 .message = std::move(message),
                 .message_zh = std::move(message_zh),
                 .where = std::string(name)};
}

std::optional<std::string> Parameters::text(std::string_view name, std::size_t bytes_max) {
  const auto given = value(name);
  if (!given) return std::nullopt;
  if (given->size() > bytes_max) {
    refuse(name, fmt::format("longer than {} bytes", bytes_max),
           fmt::format("超过 {} 字节", bytes_max));
  }
  return std::string(*given);
}

std::string Parameters::required_text(std::string_view name, std::size_t bytes_max) {
  const auto given = text(name, bytes_max);
  if (!given || given->empty()) refuse(name, "this parameter is required", "缺少此参数");
  return given.value_or("");
}

std::optional<int64_t> Parameters::integer(std::string_view name, int64_t min, int64_t max) {
  const auto given = value(name);
  if (!given) return std::nullopt;
  int64_t number = 0;
  const auto [end, failure] = std::from_chars(given->data(), given->data() + given->size(), number);
  if (failure != std::errc() || end != given->data() + given->size() || number < min ||
      number > max) {
    refuse(name, fmt::format("'{}' is not a whole number from {} to {}", *given, min, max),
           fmt::format("“{}”不是 {} 至 {} 的整数", *given, min, max));
    return std::nullopt;
  }
  return number;
}

int64_t Parameters::integer(std::string_view name, int64_t min, int64_t max, int64_t otherwise) {
  return integer(name, min, max).value_or(otherwise);
}

bool Parameters::flag(std::string_view name, bool otherwise) {
  return choice(name, {"false", "true"}, otherwise ? 1 : 0) == 1;
}

int32_t Parameters::clock(std::string_view name, int32_t otherwise_s) {
  const auto given = value(name);
  if (!given) return otherwise_s;
  auto seconds = parse_clock(*given);
  if (!seconds) {
    refuse(name, seconds.error().message, seconds.error().message_zh);
    return otherwise_s;
  }
  return *seconds;
}

std::optional<Instant> Parameters::instant(std::string_view name) {
  const auto given = value(name);
  if (!given) return std::nullopt;
  auto instant = parse_instant(*given);
  if (instant) return *instant;
  refuse(name, instant.error().message, instant.error().message_zh);
  return std::nullopt;
}

std::optional<Date> Parameters::date(std::string_view name) {
  const auto given = value(name);
  if (!given) return std::nullopt;
  auto date = parse_date(*given);
  if (date) return *date;
  refuse(name, date.error().message, date.error().message_zh);
  return std::nullopt;
}

std::optional<ledger::Uint128> Parameters::number(std::string_view name) {
  const auto given = value(name);
  if (!given) return std::nullopt;
  auto number = ledger::parse_uint128(*given);
  if (number) return *number;
  refuse(name, number.error().message, number.error().message_zh);
  return std::nullopt;
}

std::vector<hub::Mode> Parameters::modes(std::string_view name, std::vector<hub::Mode> otherwise) {
  const auto given = value(name);
  if (!given) return otherwise;
  std::vector<hub::Mode> result;
  std::string_view rest = *given;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    hub::Mode mode{};
    const std::string word(rest.substr(0, end));
    if (!boost::describe::enum_from_string(word.c_str(), mode) || mode == hub::Mode::walk) {
      refuse(name, fmt::format("'{}' is not a mode", word), fmt::format("“{}”不是交通方式", word));
      return otherwise;
    }
    result.push_back(mode);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (result.empty()) refuse(name, "name at least one mode", "至少给出一种交通方式");
  return result;
}

std::size_t Parameters::choice(std::string_view name, const std::vector<std::string_view>& choices,
                               std::size_t otherwise) {
  const auto given = value(name);
  if (!given) return otherwise;
  const auto found = std::ranges::find(choices, *given);
  if (found == choices.end()) {
    const std::string known = fmt::format("{}", fmt::join(choices, ", "));
    refuse(name, fmt::format("'{}' is none of: {}", *given, known),
           fmt::format("“{}”不在可选值之列：{}", *given, known));
    return otherwise;
  }
  return static_cast<std::size_t>(found - choices.begin());
}

Result<> Parameters::check() {
  for (const auto& [name, given] : request_.query) {
    if (!asked_.contains(name)) {
      refuse(name, "there is no such parameter here", "此处没有这个参数");
    }
  }
  if (error_) return std::unexpected(*error_);
  return {};
}

Result<ledger::Uint128> path_number(const net::Request& request, std::string_view name) {
  auto number = ledger::parse_uint128(request.path_parameter(name));
  if (!number) return std::unexpected(std::move(number).error().at(name));
  return *number;
}

}  // namespace hq::api
