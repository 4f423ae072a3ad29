#include "base/json.h"

namespace hq {
namespace {

/// Reads a string and turns it into a T by `parse`.
template <class T>
bool read_parsed(JsonReader& in, T& out, Result<T> (*parse)(std::string_view)) {
  std::string_view text;
  if (!in.string(text)) return false;
  auto value = parse(text);
  if (!value) return in.refuse(std::move(value.error().message), value.error().message_zh);
  out = *value;
  return true;
}

struct PlainLatLng {
  double lat = 0;
  double lng = 0;
};
BOOST_DESCRIBE_STRUCT(PlainLatLng, (), (lat, lng))

}  // namespace

bool read_json(JsonReader& in, std::string& out) {
  std::string_view text;
  if (!in.string(text)) return false;
  out = text;
  return true;
}

bool read_json(JsonReader& in, Date& out) {
  return read_parsed(in, out, parse_date);
}

bool read_json(JsonReader& in, Instant& out) {
  return read_parsed(in, out, parse_instant);
}

bool read_json(JsonReader& in, LatLng& out) {
  PlainLatLng plain;
  if (!read_json(in, plain)) return false;
  out = {plain.lat, plain.lng};
  return is_valid(out) || in.refuse("latitude or longitude is out of range", "经纬度超出范围");
}

}  // namespace hq
