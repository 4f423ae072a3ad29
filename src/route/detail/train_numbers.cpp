#include "route/detail/train_numbers.h"

#include <algorithm>
#include <array>
#include <utility>

#include "route/detail/gtfs_table.h"

namespace hq::route {
namespace {

constexpr std::size_t kDigitsMax = 5;

bool is_letter(char c) {
  return c >= 'A' && c <= 'Z';
}

std::string_view digits_of(std::string_view number) {
  return !number.empty() && is_letter(number[0]) ? number.substr(1) : number;
}

char letter_of(std::string_view number) {
  return !number.empty() && is_letter(number[0]) ? number[0] : '0';
}

}  // namespace

std::optional<std::string> train_number(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  const std::string_view digits = digits_of(text);
  if (digits.empty() || digits.size() > kDigitsMax ||
      digits.find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  return std::string(letter_of(text) == 'N' ? digits : text);
}

bool number_before(std::string_view a, std::string_view b) {
  const auto key = [](std::string_view number) {
    return std::pair(letter_of(number), parse_whole(digits_of(number)).value_or(0));
  };
  return key(a) < key(b);
}

bool is_holiday_number(std::string_view number) {
  constexpr std::array<std::string_view, 10> kRanges = {"G4", "G9", "D4", "D9", "C9",
                                                        "Z4", "T3", "T4", "K4", "K5"};
  return number.size() == 5 && std::ranges::find(kRanges, number.substr(0, 2)) != kRanges.end();
}

std::string_view service_class(std::string_view number) {
  switch (letter_of(number)) {
    case 'G':
      return "high_speed";
    case 'D':
      return "emu";
    case 'C':
      return "intercity";
    case 'Z':
      return "direct_express";
    case 'T':
      return "express";
    case 'K':
      return "fast";
    case 'S':
      return "suburban";
    case 'Y':
      return "tourist";
    default:
      return "ordinary";
  }
}

int32_t hop_seconds_max(std::string_view number) {
  const char letter = letter_of(number);
  const bool multiple_unit = letter == 'G' || letter == 'D' || letter == 'C' || letter == 'S';
  return multiple_unit ? 15 * 3600 : 1000 * 60;
}

double speed_kmh_max(std::string_view number) {
  switch (letter_of(number)) {
    case 'G':
    case 'C':
      return 365;
    case 'D':
      return 300;
    default:
      return 175;
  }
}

}  // namespace hq::route
