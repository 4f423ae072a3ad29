#include "rules/feel/sequence.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "rules/feel/arithmetic.h"

namespace hq::rules {
namespace {

struct Ends {
  int64_t first;
  int64_t last;
  bool is_days;
};

std::optional<Ends> ends_of(const Value& first, const Value& last) {
  const Decimal* low = first.as<Decimal>();
  const Decimal* high = last.as<Decimal>();
  if (low != nullptr && high != nullptr) {
    const std::optional<int64_t> from = low->to_int64();
    const std::optional<int64_t> to = high->to_int64();
    // Half the range of 64 bits each, so that no difference overflows.
    constexpr int64_t kMax = INT64_MAX / 4;
    if (!from || !to || std::abs(*from) > kMax || std::abs(*to) > kMax) return std::nullopt;
    return Ends{*from, *to, false};
  }
  const Date* start = first.as<Date>();
  const Date* end = last.as<Date>();
  if (start == nullptr || end == nullptr) return std::nullopt;
  return Ends{start->days, end->days, true};
}

Sequence sequence_of(const Ends& ends) {
  const bool is_down = ends.last < ends.first;
  const auto distance =
      static_cast<uint64_t>(is_down ? ends.first - ends.last : ends.last - ends.first);
  return {.list = {},
          .first = ends.first,
          .size = distance + 1,
          .is_down = is_down,
          .is_days = ends.is_days};
}

/// A range as a value goes up only, and each of its ends belongs to it or not.
std::optional<Sequence> sequence_of(const Range& range) {
  std::optional<Ends> ends = ends_of(range.low, range.high);
  if (!ends || ends->first > ends->last || range.test) return std::nullopt;
  if (range.open_low) ++ends->first;
  if (range.open_high) --ends->last;
  if (ends->first > ends->last) return Sequence{};
  return sequence_of(*ends);
}

}  // namespace

const Value& Sequence::at(uint64_t i, Value& room) const {
  if (const List* items = list.as<List>()) return (*items)[i];
  const auto offset = static_cast<int64_t>(i);
  const int64_t value = is_down ? first - offset : first + offset;
  room = is_days ? Value(Date{value}) : Value(value);
  return room;
}

std::optional<Sequence> sequence_of(Value from) {
  if (const Range* range = from.as<Range>()) return sequence_of(*range);
  if (from.is_null()) return std::nullopt;
  // A range alone in brackets is written `[[1..3]]` as a list of one: `[1..3]` is the range.
  if (from.as<List>() == nullptr) from = Value(List{from});
  const uint64_t size = from.as<List>()->size();
  return Sequence{.list = std::move(from), .size = size};
}

std::optional<Sequence> sequence_of(const Value& first, const Value& last) {
  const std::optional<Ends> ends = ends_of(first, last);
  if (!ends) return std::nullopt;
  return sequence_of(*ends);
}

Value no_sequence(std::initializer_list<const Value*> values, Span span, Evaluation& evaluation) {
  return null_of(values, evaluation, span,
                 "an iterator goes through a list, or a range of whole numbers or dates",
                 "迭代对象必须是列表，或整数、日期的区间");
}

bool Results::add(Value value, Evaluation& evaluation) {
  const bool is_kept = items_.use_count() > 1;
  const std::size_t copied = is_kept ? items_->size() : 0;
  if (!evaluation.spend(copied) || !evaluation.hold((copied + 1) * sizeof(Value))) return false;
  nesting_ = std::max(nesting_, value.nesting());
  if (is_kept) items_ = std::make_shared<List>(*items_);
  items_->push_back(std::move(value));
  return true;
}

}  // namespace hq::rules
