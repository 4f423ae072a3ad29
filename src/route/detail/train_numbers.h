// Train numbers of China's railway: what they look like and what their letter and range say.
//
// The ranges of extra trains are a DERIVED rule: of 1,874 G trains of one listing of 2024, all that
// run between 01:00 and 05:00 lie in G4xxx and G9xxx, none elsewhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hq::route {

/// "G14", "1461", "N1461" (which becomes "1461"), also with blanks around; nullopt for anything
/// else, station names above all.
std::optional<std::string> train_number(std::string_view text);

/// Orders G2 before G10, and by letter first.
bool number_before(std::string_view a, std::string_view b);

/// A number of the ranges kept for extra trains: G4xxx G9xxx D4xxx D9xxx C9xxx Z4xxx T3xxx T4xxx
/// K4xxx K5xxx.
bool is_holiday_number(std::string_view number);

/// "high_speed", "emu", "intercity", "direct_express", "express", "fast", "suburban", "tourist" or
/// "ordinary", by the letter.
std::string_view service_class(std::string_view number);

/// A longer hop or stay, in seconds, means that the clock of a listing went back. Extra trains
/// drawn by locomotives are listed with few of their stops: 16 h 38 min is the longest hop that two
/// editions of a listing agree on.
int32_t hop_seconds_max(std::string_view number);

/// No train of this letter is faster between two stops, km/h by great circle.
double speed_kmh_max(std::string_view number);

}  // namespace hq::route
