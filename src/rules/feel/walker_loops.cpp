// for, some and every: iterators over lists and ranges.
#include <algorithm>
#include <functional>
#include <utility>

#include "rules/feel/arithmetic.h"
#include "rules/feel/walker.h"

namespace hq::rules {
namespace {

/// What an iterator goes through: the items of a list, or whole numbers or days one by one, up or
/// down. The numbers of a range are never all made.
struct Sequence {
  Value list;         // keeps the items
  int64_t first = 0;  // of a range
  uint64_t size = 0;
  bool is_down = false;
  bool is_days = false;

  Value at(uint64_t i) const {
    if (const List* items = list.as<List>()) return (*items)[i];
    const auto offset = static_cast<int64_t>(i);
    const int64_t value = is_down ? first - offset : first + offset;
    return is_days ? Value(Date{value}) : Value(value);
  }
};

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

/// Goes through all combinations of what the iterators of a for, some or every give, the last one
/// fastest. An iterator may use those before it.
class Combinations {
 public:
  /// False: it is enough.
  using Visit = std::function<bool(const Scope& scope)>;

  Combinations(const Expression& tree, Evaluation& evaluation, const Visit& visit)
      : tree_(tree), evaluation_(evaluation), visit_(visit) {}

  /// False where an iterator has nothing to go through: failure() says why.
  bool run(const Scope& scope) {
    is_failed_ = false;
    (void)step(0, scope);
    return !is_failed_;
  }
  const Value& failure() const { return failure_; }

 private:
  bool step(std::size_t iterator, const Scope& scope) {
    if (iterator + 1 == tree_.parts.size()) return visit_(scope);
    const Evaluation::Nested nested(evaluation_);
    const Expression& node = *tree_.parts[iterator];
    const std::optional<Sequence> sequence =
        nested.is_too_deep() ? fail({}, node) : sequence_at(node, scope);
    if (!sequence) return false;
    for (uint64_t i = 0; i < sequence->size; ++i) {
      if (!evaluation_.spend(1)) return false;
      Scope inner(&scope);
      inner.set(node.text, sequence->at(i));
      if (!step(iterator + 1, inner)) return false;
    }
    return true;
  }

  std::optional<Sequence> sequence_at(const Expression& node, const Scope& scope) {
    Value first = walk(*node.parts[0], scope, evaluation_);
    if (node.parts.size() > 1) {
      const Value last = walk(*node.parts[1], scope, evaluation_);
      if (const auto ends = ends_of(first, last)) return sequence_of(*ends);
      return fail({&first, &last}, node);
    }
    if (const Range* range = first.as<Range>()) {
      if (std::optional<Sequence> found = sequence_of(*range)) return found;
      return fail({}, node);
    }
    if (first.is_null()) return fail({&first}, node);
    // A range alone in brackets is written `[[1..3]]` as a list of one: `[1..3]` is the range.
    if (first.as<List>() == nullptr) first = Value(List{first});
    const uint64_t size = first.as<List>()->size();
    return Sequence{.list = std::move(first), .size = size};
  }

  std::optional<Sequence> fail(std::initializer_list<const Value*> values, const Expression& node) {
    is_failed_ = true;
    failure_ = null_of(values, evaluation_, node.span,
                       "an iterator goes through a list, or a range of whole numbers or dates",
                       "迭代对象必须是列表，或整数、日期的区间");
    return std::nullopt;
  }

  const Expression& tree_;
  Evaluation& evaluation_;
  const Visit& visit_;
  Value failure_;
  bool is_failed_ = false;
};

/// The results of a for as they grow. The body sees them as `partial`; they are copied only where
/// a body has kept them.
class Results {
 public:
  Value partial() const { return Value(std::shared_ptr<const List>(items_), nesting_ + 1); }

  void add(Value value) {
    nesting_ = std::max(nesting_, value.nesting());
    if (items_.use_count() > 1) items_ = std::make_shared<List>(*items_);
    items_->push_back(std::move(value));
  }
  bool is_kept() const { return items_.use_count() > 1; }
  std::size_t size() const { return items_->size(); }

 private:
  std::shared_ptr<List> items_ = std::make_shared<List>();
  uint32_t nesting_ = 0;
};

}  // namespace

Value walk_for(const Expression& tree, const Scope& scope, Evaluation& evaluation) {
  const Expression& body = *tree.parts.back();
  const bool is_partial_used = mentions(body, "partial");
  Results results;
  const Combinations::Visit visit = [&](const Scope& inner) {
    Value value;
    if (is_partial_used) {
      Scope with_partial(&inner);
      with_partial.set("partial", results.partial());
      value = walk(body, with_partial, evaluation);
    } else {
      value = walk(body, inner, evaluation);
    }
    const uint64_t copied = results.is_kept() ? results.size() : 0;
    if (!evaluation.spend(copied) || !evaluation.hold((copied + 1) * sizeof(Value))) return false;
    results.add(std::move(value));
    return true;
  };
  Combinations combinations(tree, evaluation, visit);
  return combinations.run(scope) ? results.partial() : combinations.failure();
}

Value walk_quantified(const Expression& tree, const Scope& scope, Evaluation& evaluation) {
  const bool settles = tree.kind == Kind::some_in;
  bool is_settled = false;
  std::optional<Value> unknown;
  const Combinations::Visit visit = [&](const Scope& inner) {
    Value verdict = walk(*tree.parts.back(), inner, evaluation);
    const bool* truth = verdict.as<bool>();
    if (truth != nullptr) {
      is_settled = *truth == settles;
    } else if (!unknown) {
      unknown = verdict.is_null() ? std::move(verdict)
                                  : evaluation.null(tree.parts.back()->span,
                                                    "what some and every ask for is a boolean",
                                                    "some 与 every 的条件必须是布尔值");
    }
    return !is_settled;
  };
  Combinations combinations(tree, evaluation, visit);
  if (!combinations.run(scope)) return combinations.failure();
  if (is_settled) return Value(settles);
  return unknown ? *unknown : Value(!settles);
}

}  // namespace hq::rules
