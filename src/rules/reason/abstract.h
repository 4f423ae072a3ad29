// Abstract: what an expression may give over a region, with the reason why it is not one value.
//
// A union of alternatives; it always holds at least what can really come about. Values that are
// made from facts by arithmetic keep the Term they were made by: it tells at which value of a fact
// a comparison turns, and that two results are the same at each point although neither is known.
//
//   Abstract sum = calculated(Kind::add, amount, Abstract(Value(int64_t{5})), evaluation);
//   sum.set.interval();   // 5 above that of the amount
#pragma once

#include <bitset>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rules/feel/evaluator.h"
#include "rules/reason/limits.h"
#include "rules/reason/value_set.h"

namespace hq::rules {

using FactBits = std::bitset<kFactsMax>;

/// A proposal to split a region: at a value of a fact, or, without a cut, somewhere.
struct Vote {
  std::size_t fact = 0;
  std::optional<Cut> cut;
};

/// Why something could not be told: votes of others, and own ones.
struct Doubt;
using DoubtPtr = std::shared_ptr<const Doubt>;
struct Doubt {
  std::vector<Vote> votes;
  std::vector<DoubtPtr> parts;
};
/// Both; empty ones count as none.
DoubtPtr joined(const DoubtPtr& a, const DoubtPtr& b);

/// A value as a function of facts.
struct Term;
using TermPtr = std::shared_ptr<const Term>;
struct Term {
  enum class Op : uint8_t { fact, constant, arithmetic, negate, member, function };
  Op op = Op::constant;
  std::size_t fact = 0;
  Value constant = {};
  Kind operation = Kind::add;  // of arithmetic
  std::string name = {};       // of a member or function
  std::vector<TermPtr> parts = {};
};
bool is_same_term(const TermPtr& a, const TermPtr& b);
/// The cut of a fact at which the term takes the value `at`; a vote without a cut for each fact
/// where that cannot be solved.
std::vector<Vote> votes_of(const TermPtr& term, const Value& at, Cut::Side side,
                           const FactBits& facts);

struct Callable;

struct Abstract {
  struct Member;
  using Members = std::vector<Member>;
  using Items = std::vector<Abstract>;

  Abstract() = default;  // no value: what never comes about
  explicit Abstract(Value value) : set(ValueSet::of(std::move(value))) {}
  explicit Abstract(ValueSet values) : set(std::move(values)) {}
  static Abstract anything(const FactBits& facts, DoubtPtr doubt);
  static Abstract of_members(Members members);  // a context
  static Abstract of_items(Items items);        // a list

  ValueSet set;
  bool is_anything = false;
  std::shared_ptr<const Members> members;
  std::shared_ptr<const Items> items;
  std::shared_ptr<const Callable> callable;

  TermPtr term;    // nullptr: not known
  FactBits facts;  // on which it depends
  DoubtPtr doubt;  // why it is not one value; nullptr: where it is, or as its term says

  /// The one value; nullptr where there may be another.
  const Value* constant() const {
    return is_anything || members || items || callable ? nullptr : set.single();
  }
  /// Nothing but single values and an interval or texts.
  bool is_plain() const { return !is_anything && !members && !items && !callable; }
  bool is_nothing() const { return is_plain() && set.is_empty(); }
  bool may_be_null() const;
  void add_error();  // null with a reason may come about too
  void join(const Abstract& other);
  /// What keeps it from being one value, so that who needs it can hand it on.
  DoubtPtr why() const;
};

struct Abstract::Member {
  std::string name;
  Abstract value;
};

/// All values, where there are at most `max`.
std::optional<std::vector<Value>> alternatives(const Abstract& value, std::size_t max);
/// A null that an error gave.
Value error_value();

/// What a condition may be: bits.
using Truths = uint8_t;
constexpr Truths kTrue = 1;
constexpr Truths kFalse = 2;
constexpr Truths kNull = 4;   // or another value that is no boolean
constexpr Truths kError = 8;  // null for a reason
constexpr Truths kAllTruths = 15;

Truths truths_of(const Abstract& value);
Truths truth_of(const Value& value);
/// The values of these truths, with facts and doubt of whoever they come from.
Abstract abstract_of(Truths truths, const FactBits& facts, DoubtPtr doubt);
inline bool is_settled(Truths truths) {
  return (truths & (truths - 1)) == 0;
}

/// A judgement with what it depends on.
struct Judged {
  Truths truths = 0;
  FactBits facts;
  DoubtPtr doubt;

  void join(const Judged& other);
};

// Arithmetic (abstract_arithmetic.cpp). The evaluation only takes reports, which are thrown away.

Abstract calculated(Kind operation, const Abstract& left, const Abstract& right,
                    Evaluation& evaluation);
Abstract negation(const Abstract& value, Evaluation& evaluation);
/// A function of one argument that does not fall (or, `is_falling`, does not rise), applied.
Abstract monotone(const Abstract& value, bool is_falling, const std::string& name,
                  const std::function<Value(const Value&)>& work);

// Comparison (abstract_comparison.cpp).

/// `is_test`: as a unary test, where what cannot be compared is null without a reason.
Judged judged(Kind operation, const Abstract& left, const Abstract& right, bool is_test,
              Evaluation& evaluation);
/// `wanted` as a test of the value: an item, a range, a list of these, a condition.
Judged matched(const Abstract& value, const Value& wanted, Evaluation& evaluation);

}  // namespace hq::rules
