// Comparison of abstract values: which answers are possible, and where they turn.
#include <algorithm>

#include "rules/feel/arithmetic.h"
#include "rules/reason/abstract.h"

namespace hq::rules {
namespace {

bool is_equality(Kind operation) {
  return operation == Kind::equal || operation == Kind::not_equal;
}

/// One comparison of two kinds of pieces; the left side is an interval or texts.
class Comparison {
 public:
  Comparison(Kind operation, bool is_test, Evaluation& evaluation)
      : operation_(operation), is_test_(is_test), evaluation_(evaluation) {}

  Truths points(const Value& a, const Value& b) const {
    if (!is_test_) return truth_of(compared(operation_, a, b, {}, evaluation_));
    const std::optional<bool> result = holds(operation_, a, b);
    return !result ? kNull : *result ? kTrue : kFalse;
  }

  /// All of one kind and zone: what cannot be compared at one place can be at none.
  Truths intervals(const Interval& a, const Interval& b) const {
    if (!a.is_alike(b)) return points(a.value_at(a.some_place()), b.value_at(b.some_place()));
    switch (operation_) {
      case Kind::equal:
        return a.common(b) ? kTrue | kFalse : kFalse;
      case Kind::not_equal:
        return a.common(b) ? kTrue | kFalse : kTrue;
      case Kind::less:
        return order(a, b, true);
      case Kind::less_or_equal:
        return order(a, b, false);
      case Kind::greater:
        return order(b, a, true);
      default:
        return order(b, a, false);
    }
  }

 private:
  /// a < b, or a <= b where it is not strict.
  static Truths order(const Interval& a, const Interval& b, bool is_strict) {
    if (a.high && b.low) {
      const bool is_apart = a.open_high || b.open_low || !is_strict;
      if (*a.high < *b.low || (*a.high == *b.low && is_apart)) return kTrue;
    }
    if (a.low && b.high) {
      const bool is_apart = a.open_low || b.open_high || is_strict;
      if (*a.low > *b.high || (*a.low == *b.high && is_apart)) return kFalse;
    }
    return kTrue | kFalse;
  }

  Kind operation_;
  bool is_test_;
  Evaluation& evaluation_;
};

/// The point as an interval of the scale of another; nothing where it is not on that.
std::optional<Interval> as_interval(const Value& point, const Interval& like) {
  const std::optional<Decimal> place = like.place(point);
  if (!place) return std::nullopt;
  return Interval{.kind = like.kind, .low = place, .high = place, .zone = like.zone};
}

Truths truths_of_sets(const ValueSet& a, const ValueSet& b, Kind operation,
                      const Comparison& compare) {
  Truths truths = 0;
  for (const Value& left : a.points()) {
    for (const Value& right : b.points()) {
      truths |= compare.points(left, right);
      if (truths == kAllTruths) return truths;
    }
  }
  const auto against = [&](const Interval& interval, const Value& point, bool is_left) {
    const auto other = as_interval(point, interval);
    const Value some = interval.value_at(interval.some_place());
    if (!other) return is_left ? compare.points(some, point) : compare.points(point, some);
    return is_left ? compare.intervals(interval, *other) : compare.intervals(*other, interval);
  };
  const auto texts = [&](const ValueSet& set, const Value& point, bool is_left) -> Truths {
    const std::string* text = point.as<std::string>();
    if (text == nullptr) {
      return is_left ? compare.points(Value(""), point) : compare.points(point, Value(""));
    }
    if (is_equality(operation) && std::ranges::binary_search(set.other_than(), *text)) {
      return operation == Kind::equal ? kFalse : kTrue;
    }
    return kTrue | kFalse;
  };
  for (const Value& right : b.points()) {
    if (a.interval()) truths |= against(*a.interval(), right, true);
    if (a.has_other_texts()) truths |= texts(a, right, true);
  }
  for (const Value& left : a.points()) {
    if (b.interval()) truths |= against(*b.interval(), left, false);
    if (b.has_other_texts()) truths |= texts(b, left, false);
  }
  if (a.interval() && b.interval()) truths |= compare.intervals(*a.interval(), *b.interval());
  if (a.has_other_texts() && b.has_other_texts()) truths |= kTrue | kFalse;
  const auto kinds = [&](const ValueSet& one, const ValueSet& other, bool is_left) {
    if (!one.interval() || !other.has_other_texts()) return;
    const Value some = one.interval()->value_at(one.interval()->some_place());
    truths |= is_left ? compare.points(some, Value("")) : compare.points(Value(""), some);
  };
  kinds(a, b, true);
  kinds(b, a, false);
  return truths;
}

/// On which side of the value of the right the left one turns.
Cut::Side side_of(Kind operation, bool is_left) {
  if (is_equality(operation)) return Cut::Side::pick;
  const bool is_above = operation == Kind::less || operation == Kind::greater_or_equal;
  return is_above == is_left ? Cut::Side::above : Cut::Side::below;
}

/// What would tell: a cut where one side is known and the other made from a fact.
DoubtPtr doubt_of(Kind operation, const Abstract& left, const Abstract& right) {
  const bool is_left_known = left.constant() != nullptr;
  const Abstract& known = is_left_known ? left : right;
  const Abstract& open = is_left_known ? right : left;
  const Value* at = known.constant();
  if (at == nullptr || open.term == nullptr || open.doubt != nullptr) {
    return joined(left.why(), right.why());
  }
  Doubt doubt;
  const bool has_place = place_of(*at).has_value();
  const Cut::Side side = side_of(operation, !is_left_known);
  if (has_place || side == Cut::Side::pick) {
    doubt.votes = votes_of(open.term, *at, side, open.facts);
  }
  if (open.term->op == Term::Op::fact) {
    for (const Value& point : open.set.points()) {
      if (point.is_null() || !has_place) {
        doubt.votes.push_back({open.term->fact, Cut{point, Cut::Side::pick}});
      }
    }
  }
  return std::make_shared<const Doubt>(std::move(doubt));
}

/// Both have to hold; what cannot be told of one cannot be told of both.
Truths both(Truths a, Truths b) {
  Truths truths = 0;
  if ((a & b & kTrue) != 0) truths |= kTrue;
  if (((a & kFalse) != 0 && (b & (kTrue | kFalse)) != 0) ||
      ((b & kFalse) != 0 && (a & (kTrue | kFalse)) != 0)) {
    truths |= kFalse;
  }
  if (((a | b) & ~(kTrue | kFalse)) != 0) truths |= kNull;
  return truths;
}

Judged within(const Abstract& value, const Range& range, Evaluation& evaluation) {
  if (range.test) {
    return judged(*range.test, value, Abstract(range.high.is_null() ? range.low : range.high), true,
                  evaluation);
  }
  Judged result = judged(range.open_low ? Kind::greater : Kind::greater_or_equal, value,
                         Abstract(range.low), true, evaluation);
  const Judged high = judged(range.open_high ? Kind::less : Kind::less_or_equal, value,
                             Abstract(range.high), true, evaluation);
  const Truths truths = both(result.truths, high.truths);
  result.join(high);
  result.truths = truths;
  return result;
}

bool has_booleans_or_nulls(const ValueSet& set) {
  return std::ranges::any_of(set.points(), [](const Value& point) {
    return point.is_null() || point.as<bool>() != nullptr;
  });
}

}  // namespace

Judged judged(Kind operation, const Abstract& left, const Abstract& right, bool is_test,
              Evaluation& evaluation) {
  Judged result;
  result.facts = left.facts | right.facts;
  if (!left.is_plain() || !right.is_plain()) {
    result.truths = kAllTruths;
  } else if (left.set.points().size() * right.set.points().size() > kPointsMax * kCasesMax) {
    result.truths = kAllTruths;
  } else {
    result.truths =
        truths_of_sets(left.set, right.set, operation, Comparison(operation, is_test, evaluation));
  }
  if (!is_settled(result.truths)) result.doubt = doubt_of(operation, left, right);
  return result;
}

Judged matched(const Abstract& value, const Value& wanted, Evaluation& evaluation) {
  const auto equals = [&](const Value& one) {
    return judged(Kind::equal, value, Abstract(one), true, evaluation);
  };
  if (!value.is_plain()) {
    return {kAllTruths, value.facts, value.why()};
  }
  if (const List* items = wanted.as<List>()) {
    // In the list, itself or in a range of it; items of other kinds do not count.
    Judged result = equals(wanted);
    bool may_hold = (result.truths & kTrue) != 0;
    bool must_hold = result.truths == kTrue;
    for (const Value& item : *items) {
      const Range* range = item.as<Range>();
      const Judged one = range != nullptr ? within(value, *range, evaluation) : equals(item);
      may_hold = may_hold || (one.truths & kTrue) != 0;
      must_hold = must_hold || one.truths == kTrue;
      result.join(one);
    }
    const Truths others = equals(wanted).truths & ~kTrue;
    result.truths = must_hold ? kTrue : may_hold ? kTrue | others : others;
    return result;
  }
  if (const Range* range = wanted.as<Range>()) return within(value, *range, evaluation);
  if (const bool* truth = wanted.as<bool>()) {
    // A condition about other things than the value: it holds or it does not.
    if (!has_booleans_or_nulls(value.set)) {
      return {*truth ? kTrue : kFalse, value.facts, nullptr};
    }
    Judged result = equals(wanted);
    const bool has_others =
        value.set.interval() || value.set.has_other_texts() || value.set.points().size() > 1;
    if (has_others) {
      result.truths |= *truth ? kTrue : kFalse;
      if (!is_settled(result.truths)) result.doubt = joined(result.doubt, value.why());
    }
    return result;
  }
  return equals(wanted);
}

}  // namespace hq::rules
