// Sets of values as people read them.
#include "rules/reason/value_set.h"

namespace hq::rules {
namespace {

std::string quoted(const Value& value, Language language) {
  if (value.is_null()) return language == Language::en ? "unknown" : "未知";
  if (value.as<std::string>() != nullptr)
    return to_text(Value(List{value})).substr(1, to_text(Value(List{value})).size() - 2);
  return to_text(value);
}

}  // namespace

std::string describe(const ValueSet& values, Language language) {
  (void)quoted;
  std::string out;
  for (const Value& value : values.points())
    out += (out.empty() ? "" : " or ") + quoted(value, language);
  if (values.interval()) {
    const Interval& all = *values.interval();
    out += all.open_low ? " (" : " [";
    out += all.low ? to_text(all.value_at(*all.low)) : "..";
    out += "..";
    out += all.high ? to_text(all.value_at(*all.high)) : "..";
    out += all.open_high ? ")" : "]";
  }
  if (values.has_other_texts()) out += " other texts";
  return out;
}

}  // namespace hq::rules
