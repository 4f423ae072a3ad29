// Readings of Chinese characters that are not the usual ones: in names of places and of people.
//
// Facts, gathered from the railway's own spellings and the official names of towns and stations.
// The usual readings come from ICU; only what differs from them stands here.
#pragma once

#include <span>
#include <string_view>

namespace hq {

struct Reading {
  std::string_view characters;
  std::string_view syllables;  // one for each character, with a blank between, without tones
};

/// Single characters and words as they are read in names; of two that fit, the longer counts.
std::span<const Reading> name_readings();

/// Surnames of one or two characters; only at the start of a person's name.
std::span<const Reading> surname_readings();

}  // namespace hq
