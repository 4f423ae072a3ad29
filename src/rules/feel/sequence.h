// What for, some and every go through, and what a for gathers. One thread at a time.
//
//   const std::optional<Sequence> numbers = sequence_of(Value(int64_t{1}), Value(int64_t{3}));
//   Value room;
//   for (uint64_t i = 0; i < numbers->size; ++i) numbers->at(i, room);   // 1, 2, 3
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>

#include "rules/feel/evaluator.h"

namespace hq::rules {

/// The items of a list, or whole numbers or days one by one, up or down. The numbers of a range are
/// never all made.
struct Sequence {
  Value list;         // keeps the items
  int64_t first = 0;  // of a range
  uint64_t size = 0;
  bool is_down = false;
  bool is_days = false;

  /// Where the item stands: in the list, or made in `room`.
  const Value& at(uint64_t i, Value& room) const;
};

/// Of a list, a range or one value alone; nothing for null, and for a range of anything else.
std::optional<Sequence> sequence_of(Value from);
/// `first..last`, which may go down.
std::optional<Sequence> sequence_of(const Value& first, const Value& last);
/// What is answered where there is nothing to go through.
Value no_sequence(std::initializer_list<const Value*> values, Span span, Evaluation& evaluation);

/// The results of a for as they grow. The body sees them as `partial`; they are copied only where
/// a body has kept them.
class Results {
 public:
  Value partial() const { return Value(std::shared_ptr<const List>(items_), nesting_ + 1); }
  /// False where the limits of the evaluation are reached.
  bool add(Value value, Evaluation& evaluation);

 private:
  std::shared_ptr<List> items_ = std::make_shared<List>();
  uint32_t nesting_ = 0;
};

}  // namespace hq::rules
