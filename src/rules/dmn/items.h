// Items: what an iteration of a boxed expression (for, some, every, filter) goes over. One thread.
//
//   auto items = Items::of(list);
//   while (const std::optional<Value> item = items->next(evaluation)) ...
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "rules/feel/evaluator.h"

namespace hq::rules {

/// One at a time, of a list, or the numbers of a range; one
/// value alone is a list of it.
class Items {
 public:
  /// Nothing where the value is null, or a range that does not go from one integer to another.
  static std::optional<Items> of(Value value) {
    Items items(std::move(value));
    if (items.value_.is_null()) return std::nullopt;
    const Range* range = items.value_.as<Range>();
    if (range == nullptr) return items;
    const Decimal* low = range->low.as<Decimal>();
    const Decimal* high = range->high.as<Decimal>();
    const auto first = low != nullptr ? low->to_int64() : std::nullopt;
    const auto last = high != nullptr ? high->to_int64() : std::nullopt;
    if (!first || !last || *first == INT64_MAX || *last == INT64_MIN) return std::nullopt;
    items.number_ = *first + (range->open_low ? 1 : 0);
    items.last_ = *last - (range->open_high ? 1 : 0);
    return items;
  }

  /// The next one; none at the end, or where the evaluation has no steps left.
  std::optional<Value> next(Evaluation& evaluation) {
    if (!evaluation.spend(1)) return std::nullopt;
    if (value_.as<Range>() != nullptr) {
      // Numbers that stand alone, so that the last integer of all does not run over.
      if (is_done_ || number_ > last_) return std::nullopt;
      is_done_ = number_ == last_;
      return Value(is_done_ ? number_ : number_++);
    }
    const List* list = value_.as<List>();
    const std::size_t size = list != nullptr ? list->size() : 1;
    if (index_ == size) return std::nullopt;
    return list != nullptr ? (*list)[index_++] : (++index_, value_);
  }

 private:
  explicit Items(Value value) : value_(std::move(value)) {}

  Value value_;
  std::size_t index_ = 0;
  int64_t number_ = 0;
  int64_t last_ = 0;
  bool is_done_ = false;
};

}  // namespace hq::rules
