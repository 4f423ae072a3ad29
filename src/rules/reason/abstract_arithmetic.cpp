// Arithmetic over abstract values: by the ends of intervals, in the arithmetic of the evaluator, so
// that what it rounds is rounded here too.
#include <algorithm>
#include <array>

#include "rules/feel/arithmetic.h"
#include "rules/reason/abstract.h"

namespace hq::rules {
namespace {

/// A single value or an interval.
struct Piece {
  std::optional<Interval> interval;
  Value point;

  Value some() const { return interval ? interval->value_at(interval->some_place()) : point; }
  bool is_unbounded() const { return interval && (!interval->low || !interval->high); }
  Value low() const { return interval ? interval->value_at(*interval->low) : point; }
  Value high() const { return interval ? interval->value_at(*interval->high) : point; }
};

std::optional<std::vector<Piece>> pieces_of(const Abstract& value) {
  if (!value.is_plain() || value.set.has_other_texts()) return std::nullopt;
  std::vector<Piece> pieces;
  for (const Value& point : value.set.points()) pieces.push_back({std::nullopt, point});
  if (value.set.interval()) pieces.push_back({value.set.interval(), {}});
  return pieces;
}

/// One end of a result; no value: unbounded there.
struct End {
  std::optional<Value> at;
  bool is_open = false;
};

/// The end of an operand: its low one, or its high one.
End end_of(const Piece& piece, bool is_low) {
  if (!piece.interval) return {piece.point, false};
  const std::optional<Decimal>& end = is_low ? piece.interval->low : piece.interval->high;
  if (!end) return {};
  return {piece.interval->value_at(*end),
          is_low ? piece.interval->open_low : piece.interval->open_high};
}

/// Only numbers are dense; with the other kinds what is cut off can meet the end.
ValueSet spanned(const End& low, const End& high, const Value& like) {
  Interval interval{.kind = scale_of(like)};
  if (const Time* time = like.as<Time>()) interval.zone = time->zone;
  if (const DateTime* moment = like.as<DateTime>()) interval.zone = moment->time.zone;
  const bool is_number = interval.kind == TypeKind::number;
  if (low.at) {
    interval.low = place_of(*low.at);
    interval.open_low = low.is_open && is_number;
  }
  if (high.at) {
    interval.high = place_of(*high.at);
    interval.open_high = high.is_open && is_number;
  }
  return ValueSet::of(std::move(interval));
}

class Calculation {
 public:
  Calculation(Kind operation, Evaluation& evaluation)
      : operation_(operation), evaluation_(evaluation) {}

  /// What the two pieces give; nothing where that is not known.
  std::optional<ValueSet> pieces(const Piece& a, const Piece& b) {
    const Value some = work(a.some(), b.some());
    if (!a.interval && !b.interval) return ValueSet::of(some);
    const bool is_scaled = place_of(a.some()).has_value() && place_of(b.some()).has_value();
    // Kinds that have no such operation have it nowhere.
    if (!is_scaled) return ValueSet::of(some.is_null() ? error_value() : some);
    if (scale_of(a.some()) == TypeKind::time || scale_of(b.some()) == TypeKind::time) {
      return std::nullopt;
    }
    switch (operation_) {
      case Kind::add:
        return by_ends(some, {end_of(a, true), end_of(a, false)},
                       {end_of(b, true), end_of(b, false)});
      case Kind::subtract:
        return by_ends(some, {end_of(a, true), end_of(a, false)},
                       {end_of(b, false), end_of(b, true)});
      case Kind::multiply:
      case Kind::divide:
        return by_corners(some, a, b);
      default:
        return std::nullopt;
    }
  }

 private:
  Value work(const Value& a, const Value& b) {
    return calculate(operation_, a, b, {}, evaluation_);
  }

  /// The operation rises with a, and with b in the order in which its ends are given.
  std::optional<ValueSet> by_ends(const Value& some, const std::array<End, 2>& a,
                                  const std::array<End, 2>& b) {
    if (some.is_null()) return ValueSet::of(error_value());
    std::array<End, 2> result;
    for (std::size_t i = 0; i < 2; ++i) {
      if (!a[i].at || !b[i].at) continue;
      Value at = work(*a[i].at, *b[i].at);
      if (at.is_null()) return std::nullopt;  // out of range
      result[i] = {std::move(at), a[i].is_open || b[i].is_open};
    }
    return spanned(result[0], result[1], some);
  }

  /// Products and quotients have their extremes at the corners.
  std::optional<ValueSet> by_corners(const Value& some, const Piece& a, const Piece& b) {
    if (a.is_unbounded() || b.is_unbounded()) return half_bounded(some, a, b);
    if (operation_ == Kind::divide && b.interval &&
        b.interval->low->is_negative() != b.interval->high->is_negative()) {
      return std::nullopt;
    }
    if (operation_ == Kind::divide && holds_zero(b)) return std::nullopt;
    std::optional<End> low;
    std::optional<End> high;
    const bool keeps_open = (!a.interval && !holds_zero(a)) || (!b.interval && !holds_zero(b));
    for (const bool is_a_low : {true, false}) {
      for (const bool is_b_low : {true, false}) {
        const End left = end_of(a, is_a_low);
        const End right = end_of(b, is_b_low);
        End corner{work(*left.at, *right.at), keeps_open && (left.is_open || right.is_open)};
        const std::optional<Decimal> place = place_of(*corner.at);
        if (!place)
          return corner.at->is_null() && some.is_null() ? std::optional(ValueSet::of(error_value()))
                                                        : std::nullopt;
        if (!low || *place < *place_of(*low->at)) low = corner;
        if (!high || *place > *place_of(*high->at)) high = corner;
      }
    }
    if (some.is_null()) return std::nullopt;
    return spanned(*low, *high, some);
  }

  /// A number with one end, or none, times or by a number.
  std::optional<ValueSet> half_bounded(const Value& some, const Piece& a, const Piece& b) {
    if (some.is_null() || b.interval || holds_zero(b)) {
      const bool swaps = operation_ == Kind::multiply && !a.interval && !holds_zero(a);
      if (some.is_null() || !swaps) return std::nullopt;
      return half_bounded(some, b, a);
    }
    const bool is_turned = place_of(b.point)->is_negative();
    std::array<End, 2> result;
    for (const bool is_low : {true, false}) {
      const End end = end_of(a, is_low);
      if (!end.at) continue;
      Value at = work(*end.at, b.point);
      if (at.is_null()) return std::nullopt;
      result[is_low == is_turned ? 1 : 0] = {std::move(at), end.is_open};
    }
    return spanned(result[0], result[1], some);
  }

  static bool holds_zero(const Piece& piece) {
    const Decimal zero(0);
    if (piece.interval) return piece.interval->holds(zero);
    const std::optional<Decimal> place = place_of(piece.point);
    return !place || place->is_zero();
  }

  Kind operation_;
  Evaluation& evaluation_;
};

TermPtr term_of(const Abstract& value) {
  if (value.term != nullptr) return value.term;
  const Value* one = value.constant();
  if (one == nullptr) return nullptr;
  return std::make_shared<const Term>(Term{.op = Term::Op::constant, .constant = *one});
}

void set_term(Abstract& result, Term term) {
  const bool is_known =
      std::ranges::none_of(term.parts, [](const auto& p) { return p == nullptr; });
  if (is_known && !result.constant()) result.term = std::make_shared<const Term>(std::move(term));
}

}  // namespace

Abstract calculated(Kind operation, const Abstract& left, const Abstract& right,
                    Evaluation& evaluation) {
  if (left.constant() != nullptr && right.constant() != nullptr) {
    return Abstract(calculate(operation, *left.constant(), *right.constant(), {}, evaluation));
  }
  const FactBits facts = left.facts | right.facts;
  // What a term alone explains needs no doubt of its own.
  const bool is_explained = left.doubt == nullptr && right.doubt == nullptr;
  const DoubtPtr doubt = is_explained ? nullptr : joined(left.why(), right.why());
  const auto as = pieces_of(left);
  const auto bs = pieces_of(right);
  if (!as || !bs || as->size() * bs->size() > kPointsMax) return Abstract::anything(facts, doubt);
  Abstract result;
  Calculation calculation(operation, evaluation);
  for (const Piece& a : *as) {
    for (const Piece& b : *bs) {
      auto part = calculation.pieces(a, b);
      if (!part) {
        result = Abstract::anything(facts, doubt);
      } else {
        result.join(Abstract(std::move(*part)));
      }
    }
  }
  result.facts = facts;
  result.doubt = doubt;
  set_term(result, {.op = Term::Op::arithmetic,
                    .operation = operation,
                    .parts = {term_of(left), term_of(right)}});
  return result;
}

Abstract negation(const Abstract& value, Evaluation& evaluation) {
  Abstract result =
      monotone(value, true, "-", [&](const Value& one) { return negated(one, {}, evaluation); });
  if (result.term != nullptr) {
    result.term = std::make_shared<const Term>(Term{.op = Term::Op::negate, .parts = {value.term}});
  }
  return result;
}

Abstract monotone(const Abstract& value, bool is_falling, const std::string& name,
                  const std::function<Value(const Value&)>& work) {
  if (const Value* one = value.constant()) return Abstract(work(*one));
  const auto pieces = pieces_of(value);
  if (!pieces) return Abstract::anything(value.facts, value.doubt);
  Abstract result;
  for (const Piece& piece : *pieces) {
    if (!piece.interval) {
      result.join(Abstract(work(piece.point)));
      continue;
    }
    const Value some = work(piece.some());
    std::array<End, 2> ends = {end_of(piece, !is_falling), end_of(piece, is_falling)};
    bool is_known = place_of(some).has_value();
    for (End& end : ends) {
      if (!end.at || !is_known) continue;
      end.at = work(*end.at);
      // Of a function that is not a negation, values beside the end may be that of the end.
      end.is_open = end.is_open && name == "-";
      is_known = scale_of(*end.at) == scale_of(some) && place_of(*end.at).has_value();
    }
    if (is_known) {
      result.join(Abstract(spanned(ends[0], ends[1], some)));
    } else {
      result.join(Abstract::anything(value.facts, value.doubt));
    }
  }
  result.facts = value.facts;
  result.doubt = value.doubt;
  set_term(result, {.op = Term::Op::function, .name = name, .parts = {value.term}});
  return result;
}

}  // namespace hq::rules
